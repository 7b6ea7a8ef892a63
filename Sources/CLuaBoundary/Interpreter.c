// One interpreter: its limits, and the protected calls that catch every error.

#include <stdio.h>
#include <stdlib.h>
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

static void start_clock(nl_interpreter *interpreter, lua_State *L, nl_limits limits) {
  interpreter->clock_limits = limits;
  interpreter->place.count = 0;
  interpreter->cpu_left = limits.cpu;
  interpreter->cpu_grace = limits.cpu / 10;
  interpreter->memory.refused = false;
  // What stopped one handler is nothing to another that was parked meanwhile.
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

static void stop_clock(nl_interpreter *interpreter, lua_State *L) {
  running_interpreter = NULL;
  interpreter->running = NULL;
  if (interpreter->interrupted || interpreter->limits.polls || interpreter->conditions.coverage) {
    lua_sethook(L, NULL, 0, 0);
  }
}

// ---- Failures ----------------------------------------------------------------------------------------------------

// Puts `with` in the place of every `word` in `text`, which must not grow; gives the new length.
static size_t replace_word(char *text, size_t length, const char *word, const char *with) {
  size_t word_length = strlen(word), with_length = strlen(with);
  for (char *at = text; (at = strstr(at, word)); at += with_length) {
    memcpy(at, with, with_length);
    memmove(at + with_length, at + word_length, (size_t)(text + length - at) - word_length + 1);
    length -= word_length - with_length;
  }
  return length;
}

size_t nl_name_null(char *text, size_t length) {
  // What Lua itself raises stands behind "FILE:LINE: ". Of all that is userdata to it, only null has no name.
  if (strlen(text) != length || !(strstr(text, ": attempt to ") || strstr(text, ": bad 'for' "))) return length;
  length = replace_word(text, length, " userdata value", " null value");
  length = replace_word(text, length, " got userdata)", " got null)");
  length = replace_word(text, length, "compare userdata with ", "compare null with ");
  if (length > 14 && strcmp(text + length - 14, " with userdata") == 0) {
    length = replace_word(text, length, " with userdata", " with null");
  }
  return length;
}

static void set_message(nl_interpreter *interpreter, const char *text, size_t length) {
  size_t count = 0;
  for (size_t index = 0; index < length && count < NL_MESSAGE_LIMIT; index++) {
    unsigned char byte = (unsigned char)text[index];
    interpreter->message[count++] = byte < 0x20 || byte == 0x7F ? ' ' : (char)byte;
  }
  interpreter->message[count] = 0;
  interpreter->message_length = count;
}

nl_bytes nl_interpreter_message(nl_interpreter *interpreter) {
  return (nl_bytes){(const uint8_t *)interpreter->message, interpreter->message_length};
}

// Notes an error behind the place where it was raised, if that is known.
static void set_message_at_place(nl_interpreter *interpreter, const char *text) {
  char message[NL_MESSAGE_LIMIT];
  const nl_place *place = &interpreter->place;
  int count = place->count ? snprintf(message, sizeof message, "%.*s:%u: %s", (int)place->count, place->chunk,
                                      place->line, text)
                           : snprintf(message, sizeof message, "%s", text);
  if (count > 0) set_message(interpreter, message, (size_t)count < sizeof message ? (size_t)count : sizeof message - 1);
}

// Whether a text is an error that Lua itself raised in the function of C at `level`, where it names no line.
static bool lacks_place(lua_State *L, int level) {
  lua_Debug record;
  if (lua_type(L, -1) != LUA_TSTRING) return false;
  const char *text = lua_tolstring(L, -1, NULL);
  if (strncmp(text, "attempt to ", 11) != 0 && strncmp(text, "bad argument #", 14) != 0) return false;
  if (!lua_checkstack(L, 1) || !lua_getstack(L, level, &record) || !lua_getinfo(L, "f", &record)) return false;
  lua_CFunction function = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  return function && function != nl_of(L)->raise;
}

// Notes that a limit was reached, where, and its value.
static void set_limit_message(nl_interpreter *interpreter, const char *what, nl_limit limit) {
  char text[NL_MESSAGE_LIMIT];
  char value[64];
  value[nl_describe_limit(limit == NL_LIMIT_MEMORY ? interpreter->limits : interpreter->clock_limits, limit, value,
                          sizeof value)] = 0;
  snprintf(text, sizeof text, "ran out of %s (%s)", what, value);
  set_message_at_place(interpreter, text);
}

// Tells a failure by the state of the interpreter, and notes the text of the error at the top of `L`.
static nl_status classify(nl_interpreter *interpreter, lua_State *L, int status) {
  if (interpreter->tripped == NL_TIMEOUT) {
    set_limit_message(interpreter, "time", interpreter->is_late ? NL_LIMIT_WALL : NL_LIMIT_CPU);
    return NL_TIMEOUT;
  }
  // error("not enough memory") has the status of a memory error, too.
  if (interpreter->tripped == NL_MEMORY || (status == LUA_ERRMEM && interpreter->memory.refused)) {
    set_limit_message(interpreter, "memory", NL_LIMIT_MEMORY);
    return NL_MEMORY;
  }
  // Only a string is looked at: anything else might run code of the script to show itself.
  if (lua_type(L, -1) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    if (L != interpreter->L && lacks_place(L, 0)) nl_note_place(interpreter, L);
    if (interpreter->place.count) {
      set_message_at_place(interpreter, text);
    } else {
      set_message(interpreter, text, length);
    }
    interpreter->message_length = nl_name_null(interpreter->message, interpreter->message_length);
    interpreter->message[interpreter->message_length] = 0;
  } else {
    char text[NL_MESSAGE_LIMIT];
    // A thread that failed still stands where it did; a call that is over has noted the place.
    if (L != interpreter->L) nl_note_place(interpreter, L);
    snprintf(text, sizeof text, "the error is not a string but a %s", nl_type_name(L, -1));
    set_message_at_place(interpreter, text);
  }
  return NL_ERROR;
}

typedef struct {
  nl_interpreter *interpreter;
  const nl_names *names;
  const char *chunk_name;
  nl_bytes source;
  nl_call *call;
} arguments;

// Notes where what does not say that itself was raised.
static int note_error(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING || lacks_place(L, 1)) nl_note_place(nl_of(L), L);
  return 1;
}

// Runs `function` with `arguments` as its one argument, protected.
static nl_status run_protected(nl_interpreter *interpreter, lua_CFunction function, arguments *arguments) {
  lua_State *L = interpreter->L;
  interpreter->tripped = NL_OK;
  interpreter->memory.refused = false;
  interpreter->place.count = 0;
  lua_settop(L, 0);
  lua_pushcfunction(L, note_error);
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, arguments);
  int status = lua_pcall(L, 1, 0, 1);
  nl_status result = status == LUA_OK && !interpreter->tripped ? NL_OK : classify(interpreter, L, status);
  lua_settop(L, 0);
  return result;
}

// ---- Life --------------------------------------------------------------------------------------------------------

static int open_interpreter(lua_State *L) {
  arguments *given = lua_touserdata(L, 1);
  nl_interpreter *interpreter = given->interpreter;
  lua_newtable(L);
  interpreter->loaded_modules = luaL_ref(L, LUA_REGISTRYINDEX);
  nl_open_views(L, given->names);
  nl_open_library(L, given->names);
  return 0;
}

nl_interpreter *nl_interpreter_create(nl_limits limits, nl_conditions conditions, const nl_model *model, nl_names names,
                                      void *plugin) {
  nl_interpreter *interpreter = calloc(1, sizeof *interpreter);
  if (!interpreter) return NULL;
  interpreter->limits = limits;
  interpreter->conditions = conditions;
  interpreter->model = *model;
  interpreter->plugin = plugin;
  interpreter->memory.limit = limits.memory;
  interpreter->memory.failing_from = UINT64_MAX;
  for (int handler = 0; handler < NL_HANDLER_COUNT; handler++) interpreter->handlers[handler] = LUA_NOREF;
  interpreter->view_table = LUA_NOREF;
  interpreter->plugin_table = LUA_NOREF;
  interpreter->settings_view = LUA_NOREF;
  interpreter->loading = true;
  interpreter->L = lua_newstate(nl_allocate, &interpreter->memory);
  if (!interpreter->L) {
    nl_memory_destroy(&interpreter->memory);
    free(interpreter);
    return NULL;
  }
  *(nl_interpreter **)lua_getextraspace(interpreter->L) = interpreter;
  // The heap of a plugin is small: collecting it seldom is cheaper than collecting it often.
  lua_gc(interpreter->L, LUA_GCINC, 1000, 400, 0);
  arguments given = {.interpreter = interpreter, .names = &names};
  if (run_protected(interpreter, open_interpreter, &given) != NL_OK) {
    nl_interpreter_destroy(interpreter);
    return NULL;
  }
  return interpreter;
}

void nl_interpreter_destroy(nl_interpreter *interpreter) {
  // No finalizer can be set by a plugin, so closing runs none of its code.
  lua_State *L = interpreter->L;
  lua_close(L);
  nl_memory_destroy(&interpreter->memory);
  for (nl_call *call = interpreter->calls; call;) {
    nl_call *next = call->all;
    free(call);
    call = next;
  }
  free(interpreter->modules);
  free(interpreter->writer.data);
  free(interpreter);
}

nl_status nl_interpreter_add_module(nl_interpreter *interpreter, const char *name, const char *chunk_name,
                                    nl_bytes source) {
  nl_module *modules = realloc(interpreter->modules, (interpreter->module_count + 1) * sizeof *modules);
  if (!modules) return NL_MEMORY;
  modules[interpreter->module_count++] = (nl_module){name, chunk_name, source};
  interpreter->modules = modules;
  return NL_OK;
}

// Leaves the compiled chunk on the stack, with the plugin's environment as its globals; text only.
static void compile(lua_State *L, const char *chunk_name, nl_bytes source) {
  int status = luaL_loadbufferx(L, (const char *)source.start, source.count, chunk_name, "t");
  if (status != LUA_OK) {
    if (status == LUA_ERRMEM) nl_of(L)->tripped = NL_MEMORY;
    lua_error(L);
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->environment);
  lua_setupvalue(L, -2, 1);
}

const char *const nl_handler_names[NL_HANDLER_COUNT] = {"did_receive", "time_will_expire", "did_receive_response",
                                                        "media_play", "media_pause"};

static int run_chunk(lua_State *L) {
  arguments *given = lua_touserdata(L, 1);
  nl_interpreter *interpreter = given->interpreter;
  compile(L, given->chunk_name, given->source);
  lua_call(L, 0, 1);
  if (lua_type(L, -1) != LUA_TTABLE) {
    return luaL_error(L, "%s: returns %s%s instead of the plugin's table; end it with 'return plugin'",
                      given->chunk_name + 1, lua_isnil(L, -1) ? "" : "a ", lua_isnil(L, -1) ? "nothing" : luaL_typename(L, -1));
  }
  for (int handler = 0; handler < NL_HANDLER_COUNT; handler++) {
    lua_pushstring(L, nl_handler_names[handler]);
    lua_rawget(L, -2);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
    } else if (lua_isfunction(L, -1)) {
      interpreter->handlers[handler] = luaL_ref(L, LUA_REGISTRYINDEX);
    } else {
      return luaL_error(L, "%s: plugin.%s is a %s; make it a function", given->chunk_name + 1,
                        nl_handler_names[handler], luaL_typename(L, -1));
    }
  }
  interpreter->plugin_table = luaL_ref(L, LUA_REGISTRYINDEX);
  nl_freeze_globals(L);
  return 0;
}

nl_status nl_interpreter_load(nl_interpreter *interpreter, const char *chunk_name, nl_bytes source) {
  arguments given = {.interpreter = interpreter, .chunk_name = chunk_name, .source = source};
  start_clock(interpreter, interpreter->L, interpreter->limits);
  nl_status status = run_protected(interpreter, run_chunk, &given);
  stop_clock(interpreter, interpreter->L);
  interpreter->loading = false;
  return status;
}

static int write_code(lua_State *L, const void *bytes, size_t count, void *context) {
  (void)L;
  nl_text *text = context;
  if (text->count + count > text->capacity) {
    size_t capacity = (text->count + count) * 2;
    char *data = realloc(text->data, capacity);
    // Any other value than 0 ends the dump.
    if (!data) return 1;
    text->data = data;
    text->capacity = capacity;
  }
  memcpy(text->data + text->count, bytes, count);
  text->count += count;
  return 0;
}

static int dump_chunk(lua_State *L) {
  arguments *given = lua_touserdata(L, 1);
  compile(L, given->chunk_name, given->source);
  nl_text *text = &nl_of(L)->writer;
  text->count = 0;
  if (lua_dump(L, write_code, text, 0) != 0) return luaL_error(L, "no memory for a chunk's code");
  return 0;
}

nl_status nl_interpreter_compile(nl_interpreter *interpreter, const char *chunk_name, nl_bytes source, nl_bytes *code) {
  arguments given = {.interpreter = interpreter, .chunk_name = chunk_name, .source = source};
  nl_status status = run_protected(interpreter, dump_chunk, &given);
  *code = (nl_bytes){(const uint8_t *)interpreter->writer.data, interpreter->writer.count};
  return status;
}

static int write_manifest(lua_State *L) {
  nl_write_manifest(L, nl_of(L)->plugin_table);
  return 0;
}

nl_status nl_interpreter_manifest(nl_interpreter *interpreter, nl_bytes *json) {
  arguments given = {.interpreter = interpreter};
  start_clock(interpreter, interpreter->L, interpreter->limits);
  nl_status status = run_protected(interpreter, write_manifest, &given);
  stop_clock(interpreter, interpreter->L);
  *json = (nl_bytes){(const uint8_t *)interpreter->writer.data, interpreter->writer.count};
  return status;
}

bool nl_interpreter_has(nl_interpreter *interpreter, nl_handler handler) {
  return interpreter->handlers[handler] != LUA_NOREF;
}

// ---- Calls -------------------------------------------------------------------------------------------------------

static int open_call(lua_State *L) {
  arguments *given = lua_touserdata(L, 1);
  nl_call *call = given->call;
  nl_interpreter *interpreter = call->interpreter;
  call->thread = lua_newthread(L);
  call->thread_reference = luaL_ref(L, LUA_REGISTRYINDEX);
  for (int object = 0; object < NL_OBJECT_COUNT; object++) {
    *(nl_call **)lua_newuserdatauv(L, sizeof(nl_call *), 0) = call;
    lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->metatables[object]);
    lua_setmetatable(L, -2);
    call->objects[object] = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  lua_newtable(L);
  call->views = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

// The old thread stays where it is until the new one is there.
static int renew_thread(lua_State *L) {
  arguments *given = lua_touserdata(L, 1);
  lua_State *thread = lua_newthread(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, given->call->thread_reference);
  given->call->thread = thread;
  return 0;
}

static int renew_views(lua_State *L) {
  arguments *given = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, given->call->views);
  return 0;
}

nl_call *nl_call_begin(nl_interpreter *interpreter, void *context) {
  nl_call *call = interpreter->unused;
  if (call) {
    interpreter->unused = call->next;
    if (lua_status(call->thread) != LUA_OK || lua_gettop(call->thread) != 0) {
      // Its last handler failed, or was given up while it waited.
      arguments given = {.interpreter = interpreter, .call = call};
      if (run_protected(interpreter, renew_thread, &given) != NL_OK) {
        call->next = interpreter->unused;
        interpreter->unused = call;
        return NULL;
      }
    }
  } else {
    call = calloc(1, sizeof *call);
    if (!call) return NULL;
    call->interpreter = interpreter;
    // Objects of the interpreter point here, so that this is freed with it and not before.
    call->all = interpreter->calls;
    interpreter->calls = call;
    arguments given = {.interpreter = interpreter, .call = call};
    if (run_protected(interpreter, open_call, &given) != NL_OK) return NULL;
  }
  call->context = context;
  return call;
}

void nl_call_set_context(nl_call *call, void *context) { call->context = context; }

void nl_call_end(nl_call *call) {
  nl_interpreter *interpreter = call->interpreter;
  call->generation++;
  if (call->view_count > NL_CACHED_VIEWS) {
    arguments given = {.interpreter = interpreter, .call = call};
    // Where memory does not suffice, the old views stay: they are of an earlier generation and refuse.
    (void)run_protected(interpreter, renew_views, &given);
  } else if (call->view_count > 0) {
    lua_State *L = interpreter->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->views);
    for (uint32_t index = 0; index < call->view_count; index++) {
      // The key is there, so that setting it to nil allocates nothing.
      lua_pushnil(L);
      lua_rawseti(L, -2, call->viewed[index]);
    }
    lua_settop(L, 0);
  }
  if (interpreter->writer.capacity > 1 << 20) {
    free(interpreter->writer.data);
    interpreter->writer = (nl_text){0};
  }
  call->view_count = 0;
  call->context = NULL;
  call->next = interpreter->unused;
  interpreter->unused = call;
}

// Tells what the handler returned, and clears the stack of its thread.
static nl_returned examine(nl_call *call, int count) {
  lua_State *T = call->thread;
  nl_returned returned = NL_RETURNED_OTHER;
  if (!lua_checkstack(T, 4)) {
    set_message(call->interpreter, "list of values", 14);
    lua_settop(T, 0);
    return returned;
  }
  nl_returned nothing = count > 1 ? NL_RETURNED_MORE : NL_RETURNED_NOTHING;
  if (count == 0 || lua_isnil(T, -count)) {
    returned = nothing;
  } else if (nl_is_drop(T, -count)) {
    returned = NL_RETURNED_DROP;
  } else if (call->takes_text && lua_type(T, -count) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(T, -count, &length);
    set_message(call->interpreter, text, length);
    returned = NL_RETURNED_TEXT;
  } else {
    lua_rawgeti(T, LUA_REGISTRYINDEX, call->objects[NL_CONTENT]);
    if (lua_rawequal(T, -1, -1 - count)) {
      returned = nothing;
    } else {
      const char *type = nl_type_name(T, -1 - count);
      set_message(call->interpreter, type, strlen(type));
    }
  }
  lua_settop(T, 0);
  return returned;
}

// Runs the call's thread on the clock that start_clock has set.
static nl_status resume(nl_call *call, int arguments, nl_returned *returned) {
  nl_interpreter *interpreter = call->interpreter;
  interpreter->current = call;
  int count = 0;
  int status = lua_resume(call->thread, interpreter->L, arguments, &count);
  stop_clock(interpreter, call->thread);
  interpreter->current = NULL;
  if (status == LUA_YIELD && !interpreter->tripped) {
    call->cpu_left = interpreter->limits.polls ? interpreter->cpu_deadline - clock_now(CLOCK_THREAD_CPUTIME_ID)
                                               : interpreter->cpu_left;
    call->wall_deadline = interpreter->wall_deadline;
    lua_settop(call->thread, 0);
    return NL_PARKED;
  }
  if (status != LUA_OK || interpreter->tripped) return classify(interpreter, call->thread, status);
  *returned = examine(call, count);
  return NL_OK;
}

nl_status nl_call_run(nl_call *call, nl_handler handler, nl_arguments with, nl_limits limits,
                      nl_returned *returned) {
  nl_interpreter *interpreter = call->interpreter;
  if (handler == NL_TIME_WILL_EXPIRE) {
    // The thread that ran out of time is dead; the last chance has one of its own.
    arguments given = {.interpreter = interpreter, .call = call};
    nl_status status = run_protected(interpreter, renew_thread, &given);
    if (status != NL_OK) return status;
  }
  lua_State *T = call->thread;
  lua_rawgeti(T, LUA_REGISTRYINDEX, interpreter->handlers[handler]);
  call->takes_text = with == NL_WITH_RESPONSE;
  int count = 1;
  if (with == NL_WITH_CONTENT) {
    lua_rawgeti(T, LUA_REGISTRYINDEX, call->objects[NL_REQUEST]);
    lua_rawgeti(T, LUA_REGISTRYINDEX, call->objects[NL_CONTENT]);
    count = 2;
  } else {
    if (with != NL_WITH_VIEW) {
      lua_rawgeti(T, LUA_REGISTRYINDEX, call->objects[with == NL_WITH_RESPONSE ? NL_RESPONSE : NL_NOTIFICATION]);
      count = 2;
    }
    lua_rawgeti(T, LUA_REGISTRYINDEX, interpreter->view_table);
  }
  start_clock(interpreter, T, limits);
  return resume(call, count, returned);
}

nl_status nl_call_continue(nl_call *call, nl_limits limits, nl_returned *returned) {
  nl_limits left = limits;
  left.cpu = call->cpu_left;
  start_clock(call->interpreter, call->thread, left);
  call->interpreter->clock_limits = limits;
  call->interpreter->wall_deadline = call->wall_deadline;
  return resume(call, 0, returned);
}
