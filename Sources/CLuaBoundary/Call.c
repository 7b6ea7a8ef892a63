// The calls of a plugin's handlers, each for one notification.

#include <stdlib.h>
#include <string.h>

#include "Boundary.h"

static int open_call(lua_State *L) {
  nl_given *given = lua_touserdata(L, 1);
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
  nl_given *given = lua_touserdata(L, 1);
  lua_State *thread = lua_newthread(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, given->call->thread_reference);
  given->call->thread = thread;
  return 0;
}

static int renew_views(lua_State *L) {
  nl_given *given = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, given->call->views);
  return 0;
}

static void release_call(nl_call *call) {
  call->next = call->interpreter->unused;
  call->interpreter->unused = call;
}

// Takes a call that is over into use again; null where memory does not suffice.
static nl_call *reuse_call(nl_interpreter *interpreter) {
  nl_call *call = interpreter->unused;
  interpreter->unused = call->next;
  if (lua_status(call->thread) == LUA_OK && lua_gettop(call->thread) == 0) return call;
  // Its last handler failed, or was given up while it waited.
  nl_given given = {.interpreter = interpreter, .call = call};
  if (nl_run_protected(interpreter, renew_thread, &given) == NL_OK) return call;
  release_call(call);
  return NULL;
}

static nl_call *create_call(nl_interpreter *interpreter) {
  nl_call *call = calloc(1, sizeof *call);
  if (!call) return NULL;
  call->interpreter = interpreter;
  // Objects of the interpreter point here, so that this is freed with it and not before.
  call->all = interpreter->calls;
  interpreter->calls = call;
  nl_given given = {.interpreter = interpreter, .call = call};
  return nl_run_protected(interpreter, open_call, &given) == NL_OK ? call : NULL;
}

nl_call *nl_call_begin(nl_interpreter *interpreter, void *context) {
  nl_call *call = interpreter->unused ? reuse_call(interpreter) : create_call(interpreter);
  if (call) call->context = context;
  return call;
}

void nl_call_set_context(nl_call *call, void *context) { call->context = context; }

// Forgets the views of the call that ends.
static void forget_views(nl_call *call) {
  lua_State *L = call->interpreter->L;
  if (call->view_count > NL_CACHED_VIEWS) {
    nl_given given = {.interpreter = call->interpreter, .call = call};
    // Where memory does not suffice, the old views stay: they are of an earlier generation and refuse.
    (void)nl_run_protected(call->interpreter, renew_views, &given);
  } else if (call->view_count > 0) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->views);
    for (uint32_t index = 0; index < call->view_count; index++) {
      // The key is there, so that setting it to nil allocates nothing.
      lua_pushnil(L);
      lua_rawseti(L, -2, call->viewed[index]);
    }
    lua_settop(L, 0);
  }
  call->view_count = 0;
}

void nl_call_end(nl_call *call) {
  nl_text *writer = &call->interpreter->writer;
  call->generation++;
  forget_views(call);
  if (writer->capacity > 1 << 20) {
    free(writer->data);
    *writer = (nl_text){0};
  }
  call->context = NULL;
  release_call(call);
}

// The type of a value that a handler returned, kept as the message.
static nl_returned name_other(nl_call *call, const char *type) {
  nl_set_message(call->interpreter, type, strlen(type));
  return NL_RETURNED_OTHER;
}

// Tells what the `count` values at the top of the thread's stack mean.
static nl_returned meaning(nl_call *call, int count) {
  lua_State *T = call->thread;
  if (!lua_checkstack(T, 4)) return name_other(call, "list of values");
  nl_returned nothing = count > 1 ? NL_RETURNED_MORE : NL_RETURNED_NOTHING;
  if (count == 0 || lua_isnil(T, -count)) return nothing;
  if (nl_is_drop(T, -count)) return NL_RETURNED_DROP;
  if (call->takes_text && lua_type(T, -count) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(T, -count, &length);
    nl_set_message(call->interpreter, text, length);
    return NL_RETURNED_TEXT;
  }
  lua_rawgeti(T, LUA_REGISTRYINDEX, call->objects[NL_CONTENT]);
  if (lua_rawequal(T, -1, -1 - count)) return nothing;
  return name_other(call, nl_type_name(T, -1 - count));
}

// Tells what the handler returned, and clears the stack of its thread.
static nl_returned examine(nl_call *call, int count) {
  nl_returned returned = meaning(call, count);
  lua_settop(call->thread, 0);
  return returned;
}

// Runs the call's thread on the clock that start_clock has set.
static nl_status resume(nl_call *call, int arguments, nl_returned *returned) {
  nl_interpreter *interpreter = call->interpreter;
  interpreter->current = call;
  int count = 0;
  int status = lua_resume(call->thread, interpreter->L, arguments, &count);
  nl_stop_clock(interpreter, call->thread);
  interpreter->current = NULL;
  if (status == LUA_YIELD && !interpreter->tripped) {
    call->cpu_left = nl_cpu_left(interpreter);
    call->wall_deadline = interpreter->wall_deadline;
    lua_settop(call->thread, 0);
    return NL_SUSPENDED;
  }
  if (status != LUA_OK || interpreter->tripped) return nl_classify(interpreter, call->thread, status);
  *returned = examine(call, count);
  return NL_OK;
}

// Pushes what the handler is called with; returns how many values these are.
static int push_arguments(nl_call *call, nl_arguments with) {
  lua_State *T = call->thread;
  nl_object first = with == NL_WITH_CONTENT ? NL_REQUEST : with == NL_WITH_RESPONSE ? NL_RESPONSE : NL_NOTIFICATION;
  if (with != NL_WITH_VIEW) lua_rawgeti(T, LUA_REGISTRYINDEX, call->objects[first]);
  lua_rawgeti(T, LUA_REGISTRYINDEX,
              with == NL_WITH_CONTENT ? call->objects[NL_CONTENT] : call->interpreter->view_table);
  return with == NL_WITH_VIEW ? 1 : 2;
}

nl_status nl_call_run(nl_call *call, nl_handler handler, nl_arguments with, nl_limits limits,
                      nl_returned *returned) {
  nl_interpreter *interpreter = call->interpreter;
  if (handler == NL_TIME_WILL_EXPIRE) {
    // The thread that ran out of time is dead; the last chance has one of its own.
    nl_given given = {.interpreter = interpreter, .call = call};
    nl_status status = nl_run_protected(interpreter, renew_thread, &given);
    if (status != NL_OK) return status;
  }
  lua_rawgeti(call->thread, LUA_REGISTRYINDEX, interpreter->handlers[handler]);
  call->takes_text = with == NL_WITH_RESPONSE;
  int count = push_arguments(call, with);
  nl_start_clock(interpreter, call->thread, limits);
  return resume(call, count, returned);
}

nl_status nl_call_continue(nl_call *call, nl_limits limits, nl_returned *returned) {
  nl_limits left = limits;
  left.cpu = call->cpu_left;
  nl_start_clock(call->interpreter, call->thread, left);
  call->interpreter->clock_limits = limits;
  call->interpreter->wall_deadline = call->wall_deadline;
  return resume(call, 0, returned);
}
