// Where a handler failed, and what its local variables were: read from the thread that stopped there.

#include <string.h>

#include "Trace.h"

#define LEVEL_LIMIT 12
#define TAIL_SIZE 512  // bytes that are kept for the call that began
#define LOCAL_LIMIT 20

static void put_locals(lua_State *T, nl_trace *trace, lua_Debug *record) {
  int shown = 0;
  const char *name;
  for (int number = 1; shown < LOCAL_LIMIT && !nl_trace_is_full(trace) && (name = lua_getlocal(T, record, number)); number++) {
    // What has no name in the source begins with a parenthesis.
    if (*name != '(') {
      nl_trace_put(trace, "    ", 4);
      nl_trace_put(trace, name, strlen(name));
      nl_trace_put(trace, " = ", 3);
      nl_trace_put_value(T, trace, lua_gettop(T), false);
      nl_trace_put(trace, "\n", 1);
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

static void put_frame(lua_State *T, nl_trace *trace, lua_Debug *record) {
  const char *source = *record->source == '@' ? record->source + 1 : record->source;
  nl_trace_put(trace, source, strlen(source));
  nl_trace_put_format(trace, ":%d", record->currentline);
  const char *name = record->name && *record->name != '?' ? record->name : handler_name(T, record);
  if (*record->what == 'm') {
    nl_trace_put(trace, ": in the file itself\n", 21);
  } else if (name) {
    nl_trace_put(trace, ": in ", 5);
    nl_trace_put_escaped(trace, name, strlen(name));
    nl_trace_put(trace, "\n", 1);
  } else {
    nl_trace_put_format(trace, ": in the function of line %d\n", record->linedefined);
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
  nl_trace trace = {bytes, 0, capacity - TAIL_SIZE};
  lua_Debug record;
  int first = count_frames(T) - 1;
  while (first > 0 && !read_frame(T, first, &record)) first--;
  int level = 0;
  for (int shown = 0; shown < LEVEL_LIMIT - 1 && level < first && !nl_trace_is_full(&trace); level++) {
    if (!read_frame(T, level, &record)) continue;
    shown++;
    put_frame(T, &trace, &record);
  }
  trace.capacity = capacity;
  if (trace.count > 0 && bytes[trace.count - 1] != '\n') nl_trace_put(&trace, "\n", 1);
  int left = first - level;
  if (left > 0) {
    nl_trace_put_format(&trace, "… %d call%s between %s left out\n", left, left == 1 ? "" : "s", left == 1 ? "is" : "are");
  }
  if (read_frame(T, first, &record)) put_frame(T, &trace, &record);
  return trace.count;
}
