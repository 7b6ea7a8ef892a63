// The limits of a handler: the clock that it runs on, and the place where it reached one.

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "Boundary.h"

static const char limit_tag = 0;

// Read by a signal handler, so that finding it must neither lock nor allocate.
static _Thread_local __attribute__((tls_model("initial-exec"))) nl_interpreter *volatile running_interpreter;

// ---- Time --------------------------------------------------------------------------------------------------------

static int64_t clock_now(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// ---- Places ------------------------------------------------------------------------------------------------------

// More functions of C than these are not called in one another.
#define LEVEL_LIMIT 32

static nl_place *overdue_place;

void nl_keep_overdue_place(nl_place *place) { overdue_place = place; }

static void find_place(lua_State *L, nl_place *place) {
  lua_Debug record;
  place->count = 0;
  for (int level = 0; level < LEVEL_LIMIT && lua_getstack(L, level, &record); level++) {
    if (!lua_getinfo(L, "Sl", &record) || record.currentline < 0) continue;
    const char *source = *record.source == '@' ? record.source + 1 : record.source;
    size_t count = strnlen(source, sizeof place->chunk);
    memcpy(place->chunk, source, count);
    place->line = (uint32_t)record.currentline;
    place->count = (uint32_t)count;
    return;
  }
}

void nl_note_place(nl_interpreter *interpreter, lua_State *L) { find_place(L, &interpreter->place); }

// ---- Limits ------------------------------------------------------------------------------------------------------

size_t nl_describe_limit(nl_limits limits, nl_limit limit, char *text, size_t capacity) {
  int count;
  if (limit == NL_LIMIT_MEMORY) {
    bool is_whole = limits.memory % (1 << 20) == 0;
    count = snprintf(text, capacity, "limits.memory: %zu%s", is_whole ? limits.memory >> 20 : limits.memory,
                     is_whole ? "MiB" : " bytes");
  } else {
    int64_t time = limit == NL_LIMIT_CPU ? limits.cpu : limits.wall;
    bool is_whole = time % 1000000000 == 0;
    count = snprintf(text, capacity, "limits.%s: %lld%s", limit == NL_LIMIT_CPU ? "cpu" : "wall",
                     (long long)(time / (is_whole ? 1000000000 : 1000000)), is_whole ? "s" : "ms");
  }
  if (count < 0 || capacity == 0) return 0;
  return (size_t)count < capacity ? (size_t)count : capacity - 1;
}

static void trip(lua_State *L, nl_status status) {
  nl_interpreter *interpreter = nl_of(L);
  if (!interpreter->tripped) nl_note_place(interpreter, L);
  interpreter->tripped = status;
  lua_pushlightuserdata(L, (void *)&limit_tag);
  lua_error(L);
}

// Called after one instruction once the handler was interrupted, or every so often where limits.polls.
static void limit_hook(lua_State *L, lua_Debug *record) {
  (void)record;
  nl_check_limits(L);
}

void nl_check_limits(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  if (interpreter->tripped) trip(L, interpreter->tripped);
  if (interpreter->limits.polls && interpreter->running && !interpreter->interrupted &&
      (clock_now(CLOCK_THREAD_CPUTIME_ID) >= interpreter->cpu_deadline ||
       clock_now(CLOCK_MONOTONIC) >= interpreter->wall_deadline)) {
    interpreter->is_late = clock_now(CLOCK_MONOTONIC) >= interpreter->wall_deadline;
    interpreter->interrupted = 1;
  }
  if (interpreter->interrupted) {
    // A script that catches the error runs one instruction until the next.
    lua_sethook(L, limit_hook, LUA_MASKCOUNT, 1);
    trip(L, NL_TIMEOUT);
  }
}

// In place of limit_hook where lines are counted.
static void coverage_hook(lua_State *L, lua_Debug *record) {
  if (record->event == LUA_HOOKCOUNT) {
    nl_check_limits(L);
  } else {
    nl_coverage_note(nl_of(L)->conditions.coverage, L, record);
  }
}

nl_tick_result nl_tick(int64_t period) {
  nl_interpreter *interpreter = running_interpreter;
  if (!interpreter) return NL_TICK_WITHIN_LIMIT;
  lua_State *L = interpreter->running;
  if (!L) return NL_TICK_WITHIN_LIMIT;
  interpreter->cpu_left -= period;
  if (interpreter->cpu_left > 0 && clock_now(CLOCK_MONOTONIC) < interpreter->wall_deadline) {
    return NL_TICK_WITHIN_LIMIT;
  }
  interpreter->is_late = interpreter->cpu_left > 0;
  interpreter->interrupted = 1;
  lua_sethook(L, limit_hook, LUA_MASKCOUNT, 1);
  // The hook has the next tenth of the limit, or two ticks, to stop the script.
  int64_t grace = interpreter->cpu_grace > 2 * period ? interpreter->cpu_grace : 2 * period;
  if (interpreter->cpu_left > -grace) return NL_TICK_WITHIN_LIMIT;
  // What is in one function of C for so long is not moving its frames about.
  if (overdue_place) find_place(L, overdue_place);
  return NL_TICK_OVERDUE;
}

void nl_start_clock(nl_interpreter *interpreter, lua_State *L, nl_limits limits) {
  interpreter->clock_limits = limits;
  interpreter->place.count = 0;
  interpreter->cpu_left = limits.cpu;
  interpreter->cpu_grace = limits.cpu / 10;
  interpreter->memory.refused = false;
  // What stopped one handler is nothing to another that was suspended meanwhile.
  interpreter->tripped = NL_OK;
  interpreter->interrupted = 0;
  interpreter->wall_deadline = INT64_MAX;
  if (limits.polls) {
    interpreter->cpu_deadline = clock_now(CLOCK_THREAD_CPUTIME_ID) + limits.cpu;
    lua_sethook(L, limit_hook, LUA_MASKCOUNT, 10000);
  }
  if (interpreter->conditions.coverage) {
    lua_sethook(L, coverage_hook, LUA_MASKLINE | LUA_MASKCALL | (limits.polls ? LUA_MASKCOUNT : 0), 10000);
  }
  if (limits.wall < INT64_MAX) interpreter->wall_deadline = clock_now(CLOCK_MONOTONIC) + limits.wall;
  interpreter->running = L;
  running_interpreter = interpreter;
}

void nl_stop_clock(nl_interpreter *interpreter, lua_State *L) {
  running_interpreter = NULL;
  interpreter->running = NULL;
  if (interpreter->interrupted || interpreter->limits.polls || interpreter->conditions.coverage) {
    lua_sethook(L, NULL, 0, 0);
  }
}

int64_t nl_cpu_left(const nl_interpreter *interpreter) {
  if (!interpreter->limits.polls) return interpreter->cpu_left;
  return interpreter->cpu_deadline - clock_now(CLOCK_THREAD_CPUTIME_ID);
}
