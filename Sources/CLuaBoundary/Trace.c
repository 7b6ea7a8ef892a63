// Where a handler failed, and what its local variables were: read from the thread that stopped there.
//
// Nothing here raises or needs memory of Lua's, since the handler may have failed for want of it.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "Boundary.h"

#define LEVEL_LIMIT 12
#define TAIL_SIZE 512  // bytes that are kept for the call that began
#define LOCAL_LIMIT 20
#define VALUE_LIMIT 80  // bytes of a string
#define MEMBER_LIMIT 4
#define ORDER_LIMIT 64  // members of a table that is shown in the order of its keys

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

static bool is_full(const trace *trace) { return trace->count == trace->capacity; }

// The number of bytes of a text that are shown: not more than VALUE_LIMIT, and no part of a character.
static size_t shown_bytes(const char *bytes, size_t count) {
  size_t shown = count < VALUE_LIMIT ? count : VALUE_LIMIT;
  while (shown > 0 && shown < count && ((unsigned char)bytes[shown] & 0xC0) == 0x80) shown--;
  return shown;
}

static void put_escaped(trace *trace, const char *bytes, size_t count) {
  for (size_t index = 0; index < count; index++) {
    unsigned char byte = (unsigned char)bytes[index];
    if (byte == '"' || byte == '\\') {
      put_format(trace, "\\%c", byte);
    } else if (byte == '\n') {
      put(trace, "\\n", 2);
    } else if (byte < 0x20 || byte == 0x7F) {
      put_format(trace, "\\%d", byte);
    } else {
      put(trace, &bytes[index], 1);
    }
  }
}

static void put_rest(trace *trace, size_t shown, size_t count) {
  if (shown < count) put_format(trace, "… (%zu bytes)", count);
}

static void put_string(trace *trace, const char *bytes, size_t count) {
  size_t shown = shown_bytes(bytes, count);
  put(trace, "\"", 1);
  put_escaped(trace, bytes, shown);
  put(trace, "\"", 1);
  put_rest(trace, shown, count);
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

// Whether a table has more members than may be looked at again and again.
static bool is_large(lua_State *T, int table) {
  int count = 0;
  lua_pushnil(T);
  while (count <= ORDER_LIMIT && lua_next(T, table)) {
    lua_pop(T, 1);
    count++;
  }
  if (count > ORDER_LIMIT) lua_pop(T, 1);
  return count > ORDER_LIMIT;
}

static void put_key(lua_State *T, trace *trace, int key) {
  if (lua_type(T, key) != LUA_TSTRING) {
    put(trace, "[", 1);
    put_value(T, trace, key, true);
    put(trace, "]", 1);
    return;
  }
  size_t count;
  const char *bytes = lua_tolstring(T, key, &count);
  size_t shown = shown_bytes(bytes, count);
  put_escaped(trace, bytes, shown);
  put_rest(trace, shown, count);
}

static void put_table(lua_State *T, trace *trace, int table) {
  bool is_cut_off = is_large(T, table);
  size_t length = lua_rawlen(T, table);
  int shown = 0;
  put(trace, "{", 1);
  lua_pushnil(T);
  int key = lua_gettop(T);
  for (;;) {
    // Of a large table only the first of a list: to find the least key means to look at all.
    if (is_cut_off) {
      if (shown == MEMBER_LIMIT || (size_t)shown == length) break;
      lua_pushinteger(T, shown + 1);
      lua_replace(T, key);
    } else if (!next_key(T, table)) {
      break;
    }
    if (shown == MEMBER_LIMIT) {
      is_cut_off = true;
      break;
    }
    put_format(trace, "%s", shown++ == 0 ? " " : ", ");
    bool is_place = lua_isinteger(T, key) && lua_tointeger(T, key) >= 1 && (size_t)lua_tointeger(T, key) <= length;
    if (!is_place) {
      put_key(T, trace, key);
      put(trace, " = ", 3);
    }
    lua_pushvalue(T, key);
    lua_rawget(T, table);
    put_value(T, trace, key + 1, true);
    lua_pop(T, 1);
  }
  lua_pop(T, 1);
  if (is_cut_off) put_format(trace, "%s…", shown ? ", " : " ");
  put(trace, shown || is_cut_off ? " }" : "}", shown || is_cut_off ? 2 : 1);
}

static void put_userdata(lua_State *T, trace *trace, int index) {
  nl_interpreter *interpreter = nl_of(T);
  nl_view *view = nl_to_view(T, index);
  if (!view) {
    put_format(trace, "%s", nl_type_name(T, index));
    return;
  }
  // Nothing of another notification is shown, nor what a host function gave for a moment.
  bool is_own = view->call && view->call->thread == T && view->generation == view->call->generation;
  if (view->document == NL_SCRATCH || (view->document == NL_PAYLOAD && !is_own)) {
    put(trace, "table", 5);
    return;
  }
  nl_bytes text = {0};
  void *context = view->call ? view->call->context : NULL;
  interpreter->model.text(interpreter->plugin, context, (nl_document)view->document, view->node, &text);
  size_t shown = shown_bytes((const char *)text.start, text.count);
  put(trace, (const char *)text.start, shown);
  put_rest(trace, shown, text.count);
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
  for (int number = 1; shown < LOCAL_LIMIT && !is_full(trace) && (name = lua_getlocal(T, record, number)); number++) {
    // What has no name in the source begins with a parenthesis.
    if (*name != '(') {
      put(trace, "    ", 4);
      put(trace, name, strlen(name));
      put(trace, " = ", 3);
      put_value(T, trace, lua_gettop(T), false);
      put(trace, "\n", 1);
      shown++;
    }
    lua_pop(T, 1);
  }
}

// The handler that a frame is a call of; NULL where it is another function's.
static const char *handler_name(lua_State *T, lua_Debug *record) {
  nl_interpreter *interpreter = nl_of(T);
  const char *name = NULL;
  if (!lua_getinfo(T, "f", record)) return NULL;
  for (int handler = 0; handler < NL_HANDLER_COUNT && !name; handler++) {
    lua_rawgeti(T, LUA_REGISTRYINDEX, interpreter->handlers[handler]);
    if (lua_rawequal(T, -1, -2)) name = nl_handler_names[handler];
    lua_pop(T, 1);
  }
  lua_pop(T, 1);
  return name;
}

// Reads a frame of the stack; false where it is none of Lua's.
static bool read_frame(lua_State *T, int level, lua_Debug *record) {
  return lua_getstack(T, level, record) && lua_getinfo(T, "Sln", record) && record->currentline >= 0;
}

static void put_frame(lua_State *T, trace *trace, lua_Debug *record) {
  const char *source = *record->source == '@' ? record->source + 1 : record->source;
  put(trace, source, strlen(source));
  put_format(trace, ":%d", record->currentline);
  const char *name = record->name && *record->name != '?' ? record->name : handler_name(T, record);
  if (*record->what == 'm') {
    put(trace, ": in the file itself\n", 21);
  } else if (name) {
    put(trace, ": in ", 5);
    put_escaped(trace, name, strlen(name));
    put(trace, "\n", 1);
  } else {
    put_format(trace, ": in the function of line %d\n", record->linedefined);
  }
  put_locals(T, trace, record);
}

// The number of frames on the stack. To reach a frame takes as long as it lies deep, so few are looked at.
static int count_frames(lua_State *T) {
  lua_Debug record;
  int low = 0;
  int high = 1;
  while (lua_getstack(T, high, &record)) {
    low = high;
    high *= 2;
  }
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (lua_getstack(T, middle, &record)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return high;
}

size_t nl_call_trace(nl_call *call, char *bytes, size_t capacity) {
  lua_State *T = call->thread;
  // A plugin that recursed until the memory was full has no room for what follows.
  nl_memory *memory = &call->interpreter->memory;
  size_t limit = memory->limit;
  memory->limit = SIZE_MAX;
  bool has_room = lua_checkstack(T, 16);
  memory->limit = limit;
  if (!has_room || capacity < 2 * TAIL_SIZE) return 0;
  trace trace = {bytes, 0, capacity - TAIL_SIZE};
  lua_Debug record;
  int first = count_frames(T) - 1;
  while (first > 0 && !read_frame(T, first, &record)) first--;
  int level = 0;
  for (int shown = 0; shown < LEVEL_LIMIT - 1 && level < first && !is_full(&trace); level++) {
    if (!read_frame(T, level, &record)) continue;
    shown++;
    put_frame(T, &trace, &record);
  }
  trace.capacity = capacity;
  if (trace.count > 0 && bytes[trace.count - 1] != '\n') put(&trace, "\n", 1);
  int left = first - level;
  if (left > 0) {
    put_format(&trace, "… %d call%s between %s left out\n", left, left == 1 ? "" : "s", left == 1 ? "is" : "are");
  }
  if (read_frame(T, first, &record)) put_frame(T, &trace, &record);
  return trace.count;
}
