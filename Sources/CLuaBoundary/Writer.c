// Tables and views of Lua's, written as JSON text.

#include <math.h>
#include <string.h>

#include "JSONText.h"

static void write_value(lua_State *L, nl_text *text, int index, int depth, bool skip_functions);

static void write_array(lua_State *L, nl_text *text, int index, int depth) {
  lua_Integer count = (lua_Integer)lua_rawlen(L, index);
  nl_put_byte(L, text, '[');
  for (lua_Integer item = 1; item <= count; item++) {
    if (item > 1) nl_put_byte(L, text, ',');
    lua_rawgeti(L, index, item);
    write_value(L, text, lua_gettop(L), depth + 1, false);
    lua_pop(L, 1);
  }
  nl_put_byte(L, text, ']');
}

typedef struct {
  const char *bytes;
  size_t count;
} key_bytes;

static int compare_keys(const void *left, const void *right) {
  const key_bytes *a = left, *b = right;
  int order = memcmp(a->bytes, b->bytes, a->count < b->count ? a->count : b->count);
  return order ? order : (a->count > b->count) - (a->count < b->count);
}

// Reads the keys of a table with `count` strings as keys; returns how many are to be written. The table keeps its keys
// alive while it is not changed, so their bytes may be pointed at.
static size_t read_keys(lua_State *L, int index, key_bytes *keys, size_t count, bool skip_functions) {
  size_t found = 0;
  lua_pushnil(L);
  while (lua_next(L, index) && found < count) {
    keys[found].bytes = lua_tolstring(L, -2, &keys[found].count);
    found += !(skip_functions && lua_isfunction(L, -1));
    lua_pop(L, 1);
  }
  return found;
}

static void write_member(lua_State *L, nl_text *text, int index, key_bytes key, int depth) {
  nl_put_string(L, text, key.bytes, key.count);
  nl_put_byte(L, text, ':');
  lua_pushlstring(L, key.bytes, key.count);
  lua_rawget(L, index);
  if (lua_type(L, -1) == LUA_TNUMBER && !isfinite(lua_tonumber(L, -1))) {
    nl_refuse_value(L, lua_pushfstring(L, "'%s': " NL_NOT_FINITE, key.bytes));
  }
  write_value(L, text, lua_gettop(L), depth + 1, false);
  lua_pop(L, 1);
}

static void write_object(lua_State *L, nl_text *text, int index, size_t count, int depth, bool skip_functions) {
  key_bytes *keys = lua_newuserdatauv(L, count * sizeof *keys + 1, 0);
  size_t found = read_keys(L, index, keys, count, skip_functions);
  nl_sort(keys, found, sizeof *keys, compare_keys);
  nl_put_byte(L, text, '{');
  for (size_t item = 0; item < found; item++) {
    if (item > 0) nl_put_byte(L, text, ',');
    if (skip_functions) {
      // The plugin's own table: an error names the key.
      nl_of(L)->subject = "plugin.";
      nl_of(L)->subject_name = keys[item].bytes;
    }
    write_member(L, text, index, keys[item], depth);
  }
  nl_put_byte(L, text, '}');
  lua_pop(L, 1);
}

// Whole numbers as keys may be meant as places in a list or as names; one alone is no list.
static void refuse_holes(lua_State *L, size_t count) {
  if (count == 1) {
    nl_refuse_value(L, "a table with one whole number as key is an array with holes, which has no place in JSON; make the key a "
              "string: tostring(id)");
  }
  nl_refuse_value(L, "an array with holes has no place in JSON; put notilua.null where an element is missing, or make the keys "
            "strings: tostring(id)");
}

// What the keys of a table are.
typedef struct {
  size_t strings;
  size_t integers;
  lua_Integer largest;
} key_counts;

static key_counts count_keys(lua_State *L, int index) {
  key_counts counts = {0};
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      counts.strings++;
    } else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) > 0) {
      counts.integers++;
      if (lua_tointeger(L, -2) > counts.largest) counts.largest = lua_tointeger(L, -2);
    } else {
      nl_refuse_value(L, lua_pushfstring(L, "a key of type %s has no place in JSON; use strings, or 1 to n", luaL_typename(L, -2)));
    }
    lua_pop(L, 1);
  }
  return counts;
}

// Raw access throughout, so that no code of the script runs while its table is read.
static void write_table(lua_State *L, nl_text *text, int index, int depth, bool skip_functions) {
  if (depth > nl_of(L)->limits.depth) {
    nl_refuse_value(L, lua_pushfstring(L, "the table is nested deeper than %d levels, or contains itself",
                              nl_of(L)->limits.depth));
  }
  luaL_checkstack(L, 8, "nested too deep");
  nl_check_limits(L);
  key_counts counts = count_keys(L, index);
  if (counts.strings > 0 && (counts.integers > 0 || nl_is_marked_array(L, index))) {
    nl_refuse_value(L, "a table with both string and integer keys is neither an object nor an array");
  }
  if ((size_t)counts.largest != counts.integers) refuse_holes(L, counts.integers);
  if (counts.integers > 0 || nl_is_marked_array(L, index)) {
    write_array(L, text, index, depth);
  } else {
    write_object(L, text, index, counts.strings, depth, skip_functions);
  }
}

static void write_view(lua_State *L, nl_text *text, nl_view *view) {
  nl_interpreter *interpreter = nl_of(L);
  void *context = nl_view_context(L, view);
  nl_bytes bytes;
  interpreter->model.text(interpreter->plugin, context, view->document, view->node, &bytes);
  nl_put(L, text, (const char *)bytes.start, bytes.count);
}

static void write_value(lua_State *L, nl_text *text, int index, int depth, bool skip_functions) {
  nl_view *view;
  size_t count;
  const char *bytes;
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
      if (lua_toboolean(L, index)) {
        nl_put(L, text, "true", 4);
      } else {
        nl_put(L, text, "false", 5);
      }
      return;
    case LUA_TNUMBER: nl_put_number(L, text, index); return;
    case LUA_TSTRING:
      bytes = lua_tolstring(L, index, &count);
      nl_put_string(L, text, bytes, count);
      return;
    case LUA_TTABLE: write_table(L, text, index, depth, skip_functions); return;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, index) == NULL) {
        nl_put(L, text, "null", 4);
        return;
      }
      break;
    case LUA_TUSERDATA:
      if ((view = nl_to_view(L, index))) {
        write_view(L, text, view);
        return;
      }
      break;
    default: break;
  }
  nl_refuse_value(L, lua_pushfstring(L, "a value of type %s has no place in JSON", nl_type_name(L, index)));
}

void nl_write_json(lua_State *L, int index) {
  nl_of(L)->writer.count = 0;
  write_value(L, &nl_of(L)->writer, lua_absindex(L, index), 1, false);
}

void nl_write_manifest(lua_State *L, int reference) {
  nl_text *text = &nl_of(L)->writer;
  text->count = 0;
  nl_of(L)->subject = NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
  int table = lua_gettop(L);
  nl_put_byte(L, text, '[');
  write_value(L, text, table, 1, true);
  nl_of(L)->subject = NULL;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    if (lua_isfunction(L, -1) && lua_type(L, -2) == LUA_TSTRING) {
      size_t count;
      const char *name = lua_tolstring(L, -2, &count);
      nl_put_byte(L, text, ',');
      nl_put_string(L, text, name, count);
    }
    lua_pop(L, 1);
  }
  nl_put_byte(L, text, ']');
  nl_put_byte(L, text, 0);
  text->count--;
  lua_pop(L, 1);
}
