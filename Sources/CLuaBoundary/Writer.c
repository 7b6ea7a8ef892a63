// Values of Lua's on their way to a document: scalars as they are, tables and views as JSON text.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Boundary.h"

// A table may name others many times over; this bounds what it can grow to.
#define TEXT_LIMIT (16 << 20)

#define NOT_FINITE "JSON has no number for infinity or NaN"

const char *nl_type_name(lua_State *L, int index) {
  if (nl_to_view(L, index)) return "table";
  if (lua_islightuserdata(L, index)) return "null";
  if (nl_is_drop(L, index)) return "drop";
  if (lua_type(L, index) == LUA_TUSERDATA && lua_getmetatable(L, index)) {
    static const char *const names[NL_OBJECT_COUNT] = {"request", "content", "notification", "response"};
    const char *name = "content";
    for (int object = 0; object < NL_OBJECT_COUNT; object++) {
      lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->metatables[object]);
      if (lua_rawequal(L, -1, -2)) name = names[object];
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return name;
  }
  return luaL_typename(L, index);
}

// Raises an error that names what the value was to become.
static void refuse(lua_State *L, const char *cause) {
  nl_interpreter *interpreter = nl_of(L);
  if (!interpreter->subject) {
    luaL_error(L, "%s", cause);
  } else if (interpreter->subject_name) {
    luaL_error(L, "%s%s: %s", interpreter->subject, interpreter->subject_name, cause);
  } else {
    luaL_error(L, "%s%I: %s", interpreter->subject, (LUAI_UACINT)interpreter->subject_index, cause);
  }
}

static void reserve(lua_State *L, nl_text *text, size_t extra) {
  size_t wanted = text->count + extra;
  if (wanted <= text->capacity) return;
  if (wanted > TEXT_LIMIT) refuse(L, "the table is too large: more than 16 MiB as JSON");
  size_t capacity = text->capacity ? text->capacity * 2 : 1024;
  while (capacity < wanted) capacity *= 2;
  char *data = realloc(text->data, capacity);
  if (!data) refuse(L, "not enough memory to write a table as JSON");
  text->data = data;
  text->capacity = capacity;
}

static void put(lua_State *L, nl_text *text, const char *bytes, size_t count) {
  reserve(L, text, count);
  memcpy(text->data + text->count, bytes, count);
  text->count += count;
}

static void put_byte(lua_State *L, nl_text *text, char byte) {
  reserve(L, text, 1);
  text->data[text->count++] = byte;
}

// The document's scanner checks UTF-8, here only what must be escaped is.
static void put_string(lua_State *L, nl_text *text, const char *bytes, size_t count) {
  static const char hex[] = "0123456789abcdef";
  reserve(L, text, count + 2);
  put_byte(L, text, '"');
  for (size_t index = 0; index < count; index++) {
    unsigned char byte = (unsigned char)bytes[index];
    if (byte >= 0x20 && byte != '"' && byte != '\\') {
      put_byte(L, text, (char)byte);
      continue;
    }
    put_byte(L, text, '\\');
    switch (byte) {
      case '"':
      case '\\': put_byte(L, text, (char)byte); break;
      case '\b': put_byte(L, text, 'b'); break;
      case '\f': put_byte(L, text, 'f'); break;
      case '\n': put_byte(L, text, 'n'); break;
      case '\r': put_byte(L, text, 'r'); break;
      case '\t': put_byte(L, text, 't'); break;
      default:
        put(L, text, "u00", 3);
        put_byte(L, text, hex[byte >> 4]);
        put_byte(L, text, hex[byte & 15]);
    }
  }
  put_byte(L, text, '"');
}

static void put_number(lua_State *L, nl_text *text, int index) {
  char digits[40];
  if (lua_isinteger(L, index)) {
    put(L, text, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)lua_tointeger(L, index)));
    return;
  }
  double value = lua_tonumber(L, index);
  if (!isfinite(value)) refuse(L, NOT_FINITE);
  int length = 0;
  // The shortest text that reads back as the same number, and reads back as one that is no integer.
  for (int precision = 15; precision <= 17; precision++) {
    length = snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (strtod(digits, NULL) == value) break;
  }
  put(L, text, digits, (size_t)length);
  if (!memchr(digits, '.', (size_t)length) && !memchr(digits, 'e', (size_t)length)) put(L, text, ".0", 2);
}

static void write_value(lua_State *L, nl_text *text, int index, int depth, bool skip_functions);

static void write_array(lua_State *L, nl_text *text, int index, int depth) {
  lua_Integer count = (lua_Integer)lua_rawlen(L, index);
  put_byte(L, text, '[');
  for (lua_Integer item = 1; item <= count; item++) {
    if (item > 1) put_byte(L, text, ',');
    lua_rawgeti(L, index, item);
    write_value(L, text, lua_gettop(L), depth + 1, false);
    lua_pop(L, 1);
  }
  put_byte(L, text, ']');
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

static void write_object(lua_State *L, nl_text *text, int index, size_t count, int depth, bool skip_functions) {
  // The table keeps its keys alive while it is not changed, so their bytes may be pointed at.
  key_bytes *keys = lua_newuserdatauv(L, count * sizeof *keys + 1, 0);
  size_t found = 0;
  lua_pushnil(L);
  while (lua_next(L, index) && found < count) {
    keys[found].bytes = lua_tolstring(L, -2, &keys[found].count);
    found += !(skip_functions && lua_isfunction(L, -1));
    lua_pop(L, 1);
  }
  nl_sort(keys, found, sizeof *keys, compare_keys);
  put_byte(L, text, '{');
  for (size_t item = 0; item < found; item++) {
    if (item > 0) put_byte(L, text, ',');
    put_string(L, text, keys[item].bytes, keys[item].count);
    put_byte(L, text, ':');
    lua_pushlstring(L, keys[item].bytes, keys[item].count);
    if (skip_functions) {
      // The plugin's own table: an error names the key.
      nl_of(L)->subject = "plugin.";
      nl_of(L)->subject_name = keys[item].bytes;
    }
    lua_rawget(L, index);
    if (lua_type(L, -1) == LUA_TNUMBER && !isfinite(lua_tonumber(L, -1))) {
      refuse(L, lua_pushfstring(L, "'%s': " NOT_FINITE, keys[item].bytes));
    }
    write_value(L, text, lua_gettop(L), depth + 1, false);
    lua_pop(L, 1);
  }
  put_byte(L, text, '}');
  lua_pop(L, 1);
}

// Whole numbers as keys may be meant as places in a list or as names; one alone is no list.
static void refuse_holes(lua_State *L, size_t count) {
  if (count == 1) {
    refuse(L, "a table with one whole number as key is an array with holes, which has no place in JSON; make the key a "
              "string: tostring(id)");
  }
  refuse(L, "an array with holes has no place in JSON; put notilua.null where an element is missing, or make the keys "
            "strings: tostring(id)");
}

// Raw access throughout, so that no code of the script runs while its table is read.
static void write_table(lua_State *L, nl_text *text, int index, int depth, bool skip_functions) {
  if (depth > nl_of(L)->limits.depth) {
    refuse(L, lua_pushfstring(L, "the table is nested deeper than %d levels, or contains itself",
                              nl_of(L)->limits.depth));
  }
  luaL_checkstack(L, 8, "nested too deep");
  size_t strings = 0, integers = 0;
  lua_Integer largest = 0;
  nl_check_limits(L);
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_type(L, -2) == LUA_TSTRING) {
      strings++;
    } else if (lua_isinteger(L, -2) && lua_tointeger(L, -2) > 0) {
      integers++;
      if (lua_tointeger(L, -2) > largest) largest = lua_tointeger(L, -2);
    } else {
      refuse(L, lua_pushfstring(L, "a key of type %s has no place in JSON; use strings, or 1 to n", luaL_typename(L, -2)));
    }
    lua_pop(L, 1);
  }
  if (strings > 0 && (integers > 0 || nl_is_marked_array(L, index))) {
    refuse(L, "a table with both string and integer keys is neither an object nor an array");
  }
  if ((size_t)largest != integers) refuse_holes(L, integers);
  if (integers > 0 || nl_is_marked_array(L, index)) {
    write_array(L, text, index, depth);
  } else {
    write_object(L, text, index, strings, depth, skip_functions);
  }
}

static void write_view(lua_State *L, nl_text *text, nl_view *view) {
  nl_interpreter *interpreter = nl_of(L);
  void *context = nl_view_context(L, view);
  nl_bytes bytes;
  interpreter->model.text(interpreter->plugin, context, view->document, view->node, &bytes);
  put(L, text, (const char *)bytes.start, bytes.count);
}

static void write_value(lua_State *L, nl_text *text, int index, int depth, bool skip_functions) {
  nl_view *view;
  size_t count;
  const char *bytes;
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
      if (lua_toboolean(L, index)) {
        put(L, text, "true", 4);
      } else {
        put(L, text, "false", 5);
      }
      return;
    case LUA_TNUMBER: put_number(L, text, index); return;
    case LUA_TSTRING:
      bytes = lua_tolstring(L, index, &count);
      put_string(L, text, bytes, count);
      return;
    case LUA_TTABLE: write_table(L, text, index, depth, skip_functions); return;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, index) == NULL) {
        put(L, text, "null", 4);
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
  refuse(L, lua_pushfstring(L, "a value of type %s has no place in JSON", nl_type_name(L, index)));
}

void nl_read_value(lua_State *L, int index, bool tables, nl_value *out) {
  nl_text *text = &nl_of(L)->writer;
  out->node = 0;
  switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL: out->kind = NL_NIL; return;
    case LUA_TBOOLEAN:
      out->kind = NL_BOOLEAN;
      out->integer = lua_toboolean(L, index);
      return;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        out->kind = NL_INTEGER;
        out->integer = lua_tointeger(L, index);
      } else {
        out->kind = NL_NUMBER;
        out->number = lua_tonumber(L, index);
      }
      return;
    case LUA_TSTRING:
      out->kind = NL_STRING;
      out->bytes.start = (const uint8_t *)lua_tolstring(L, index, &out->bytes.count);
      return;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, index) == NULL) {
        out->kind = NL_NULL;
        return;
      }
      break;
    case LUA_TTABLE:
    case LUA_TUSERDATA:
      if (tables && (lua_type(L, index) == LUA_TTABLE || nl_to_view(L, index))) {
        out->kind = NL_JSON;
        text->count = 0;
        write_value(L, text, lua_absindex(L, index), 1, false);
        out->bytes = (nl_bytes){(const uint8_t *)text->data, text->count};
        return;
      }
      break;
    default: break;
  }
  const char *type = nl_type_name(L, index);
  out->kind = NL_OTHER;
  out->bytes = (nl_bytes){(const uint8_t *)type, strlen(type)};
}

static int push_json(lua_State *L) {
  nl_text *text = &nl_of(L)->writer;
  text->count = 0;
  write_value(L, text, 1, 1, false);
  lua_pushlstring(L, text->data, text->count);
  return 1;
}

// Whether the value is the content, which is shown as its payload is.
static bool is_content(lua_State *L, int index) {
  return lua_type(L, index) == LUA_TUSERDATA && strcmp(nl_type_name(L, index), "content") == 0;
}

static int push_payload(lua_State *L) {
  lua_getfield(L, 1, "user_info");
  lua_replace(L, 1);
  return push_json(L);
}

void nl_push_shown(lua_State *L, int index) {
  index = lua_absindex(L, index);
  bool shows_payload = is_content(L, index);
  if (shows_payload || lua_type(L, index) == LUA_TTABLE || nl_to_view(L, index)) {
    lua_pushcfunction(L, shows_payload ? push_payload : push_json);
    lua_pushvalue(L, index);
    int status = lua_pcall(L, 1, 1, 0);
    if (status == LUA_OK) return;
    nl_pass_limit(L, status);
    lua_pop(L, 1);
  }
  nl_push_text(L, index);
}

void nl_write_manifest(lua_State *L, int reference) {
  nl_text *text = &nl_of(L)->writer;
  text->count = 0;
  nl_of(L)->subject = NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, reference);
  int table = lua_gettop(L);
  put_byte(L, text, '[');
  write_value(L, text, table, 1, true);
  nl_of(L)->subject = NULL;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    if (lua_isfunction(L, -1) && lua_type(L, -2) == LUA_TSTRING) {
      size_t count;
      const char *name = lua_tolstring(L, -2, &count);
      put_byte(L, text, ',');
      put_string(L, text, name, count);
    }
    lua_pop(L, 1);
  }
  put_byte(L, text, ']');
  put_byte(L, text, 0);
  text->count--;
  lua_pop(L, 1);
}
