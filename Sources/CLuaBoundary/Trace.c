// Where a handler failed, and what its local variables were: read from the thread that stopped there.
//
// Nothing here raises or needs memory of Lua's, since the handler may have failed for want of it.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "Boundary.h"

#define LEVEL_LIMIT 12
#define LOCAL_LIMIT 20
#define VALUE_LIMIT 80  // bytes of a string
#define MEMBER_LIMIT 4

typedef struct {
  char *bytes;
  size_t count;
  size_t capacity;
} trace;

static void put(trace *trace, const char *bytes, size_t count) {
  size_t room = trace->capacity - trace->count;
  if (count > room) count = room;
  memcpy(trace->bytes + trace->count, bytes, count);
  trace->count += count;
}

__attribute__((format(printf, 2, 3))) static void put_format(trace *trace, const char *format, ...) {
  char text[256];
  va_list list;
  va_start(list, format);
  int count = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  if (count > 0) put(trace, text, (size_t)count < sizeof text ? (size_t)count : sizeof text - 1);
}

static void put_string(trace *trace, const char *bytes, size_t count) {
  size_t shown = count < VALUE_LIMIT ? count : VALUE_LIMIT;
  // Not within a character.
  while (shown > 0 && shown < count && ((unsigned char)bytes[shown] & 0xC0) == 0x80) shown--;
  put(trace, "\"", 1);
  for (size_t index = 0; index < shown; index++) {
    unsigned char byte = (unsigned char)bytes[index];
    if (byte == '"' || byte == '\\') {
      put_format(trace, "\\%c", byte);
    } else if (byte == '\n') {
      put(trace, "\\n", 2);
    } else if (byte < 0x20 || byte == 0x7F) {
      put_format(trace, "\\%d", byte);
    } else {
      put(trace, (const char *)&bytes[index], 1);
    }
  }
  put(trace, "\"", 1);
  if (shown < count) put_format(trace, "… (%zu bytes)", count);
}

static void put_value(lua_State *T, trace *trace, int index, bool is_nested);

// Moves the least key behind the one at the top, of those that have an order, to the top; false where there is none.
static bool next_key(lua_State *T, int table) {
  int last = lua_gettop(T);
  lua_pushnil(T);
  lua_pushnil(T);
  while (lua_next(T, table)) {
    lua_pop(T, 1);
    int type = lua_type(T, -1);
    bool is_ordered = type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN;
    bool is_behind = lua_isnil(T, last) || nl_key_is_after(T, last + 2, last);
    if (is_ordered && is_behind && (lua_isnil(T, last + 1) || nl_key_is_after(T, last + 1, last + 2))) {
      lua_copy(T, last + 2, last + 1);
    }
  }
  lua_copy(T, last + 1, last);
  lua_settop(T, last);
  return !lua_isnil(T, last);
}

static void put_table(lua_State *T, trace *trace, int table) {
  size_t length = lua_rawlen(T, table);
  put(trace, "{", 1);
  lua_pushnil(T);
  int key = lua_gettop(T), shown = 0;
  while (next_key(T, table)) {
    if (shown == MEMBER_LIMIT) {
      put(trace, ", …", strlen(", …"));
      break;
    }
    put_format(trace, "%s", shown++ == 0 ? " " : ", ");
    bool is_place = lua_isinteger(T, key) && lua_tointeger(T, key) >= 1 && (size_t)lua_tointeger(T, key) <= length;
    if (lua_type(T, key) == LUA_TSTRING) {
      put_format(trace, "%.60s = ", lua_tostring(T, key));
    } else if (!is_place) {
      put(trace, "[", 1);
      put_value(T, trace, key, true);
      put(trace, "] = ", 4);
    }
    lua_pushvalue(T, key);
    lua_rawget(T, table);
    put_value(T, trace, key + 1, true);
    lua_pop(T, 1);
  }
  lua_pop(T, 1);
  put(trace, shown ? " }" : "}", shown ? 2 : 1);
}

static void put_userdata(lua_State *T, trace *trace, int index) {
  nl_interpreter *interpreter = nl_of(T);
  nl_view *view = nl_to_view(T, index);
  if (!view) {
    put_format(trace, "%s", nl_type_name(T, index));
    return;
  }
  if (!view->call || view->document != NL_PAYLOAD || view->generation != view->call->generation) {
    put(trace, "table", 5);
    return;
  }
  nl_bytes text = {0};
  interpreter->model.text(interpreter->plugin, view->call->context, (nl_document)view->document, view->node, &text);
  size_t shown = text.count < VALUE_LIMIT ? text.count : VALUE_LIMIT;
  while (shown > 0 && shown < text.count && (text.start[shown] & 0xC0) == 0x80) shown--;
  put(trace, (const char *)text.start, shown);
  if (shown < text.count) put_format(trace, "… (%zu bytes)", text.count);
}

static void put_value(lua_State *T, trace *trace, int index, bool is_nested) {
  switch (lua_type(T, index)) {
    case LUA_TNIL: put(trace, "nil", 3); break;
    case LUA_TBOOLEAN: put_format(trace, "%s", lua_toboolean(T, index) ? "true" : "false"); break;
    case LUA_TNUMBER:
      if (lua_isinteger(T, index)) {
        put_format(trace, "%lld", (long long)lua_tointeger(T, index));
      } else {
        put_format(trace, "%.14g", lua_tonumber(T, index));
      }
      break;
    case LUA_TSTRING: {
      size_t count;
      // A string stays what it is: this converts nothing.
      const char *bytes = lua_tolstring(T, index, &count);
      put_string(trace, bytes, count);
      break;
    }
    case LUA_TTABLE:
      if (is_nested) {
        put(trace, "{…}", strlen("{…}"));
      } else {
        put_table(T, trace, index);
      }
      break;
    case LUA_TUSERDATA: put_userdata(T, trace, index); break;
    case LUA_TLIGHTUSERDATA: put_format(trace, "%s", lua_touserdata(T, index) ? "drop" : "null"); break;
    default: put_format(trace, "%s", lua_typename(T, lua_type(T, index))); break;
  }
}

static void put_locals(lua_State *T, trace *trace, lua_Debug *record) {
  int shown = 0;
  const char *name;
  for (int number = 1; shown < LOCAL_LIMIT && (name = lua_getlocal(T, record, number)); number++) {
    // What has no name in the source begins with a parenthesis.
    if (*name != '(') {
      put_format(trace, "    %s = ", name);
      put_value(T, trace, lua_gettop(T), false);
      put(trace, "\n", 1);
      shown++;
    }
    lua_pop(T, 1);
  }
}

size_t nl_call_trace(nl_call *call, char *bytes, size_t capacity) {
  lua_State *T = call->thread;
  trace trace = {bytes, 0, capacity};
  if (!lua_checkstack(T, 16)) return 0;
  lua_Debug record;
  int shown = 0;
  for (int level = 0; shown < LEVEL_LIMIT && lua_getstack(T, level, &record); level++) {
    if (!lua_getinfo(T, "Sln", &record) || record.currentline < 0) continue;
    shown++;
    const char *source = *record.source == '@' ? record.source + 1 : record.source;
    put_format(&trace, "%s:%d", source, record.currentline);
    if (*record.what == 'm') {
      put(&trace, ": in the file itself\n", 21);
    } else if (record.name && *record.name != '?') {
      put_format(&trace, ": in %s\n", record.name);
    } else {
      put_format(&trace, ": in the function of line %d\n", record.linedefined);
    }
    put_locals(T, &trace, &record);
  }
  return trace.count;
}
