// One interpreter: its life, and the chunk of its plugin.

#include <stdlib.h>
#include <string.h>

#include "Boundary.h"

static int open_interpreter(lua_State *L) {
  nl_given *given = lua_touserdata(L, 1);
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
  nl_given given = {.interpreter = interpreter, .names = &names};
  if (nl_run_protected(interpreter, open_interpreter, &given) != NL_OK) {
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

// Keeps the handlers of the plugin's table at the top. Stack: no change.
static void keep_handlers(lua_State *L, const char *chunk_name) {
  nl_interpreter *interpreter = nl_of(L);
  for (int handler = 0; handler < NL_HANDLER_COUNT; handler++) {
    lua_pushstring(L, nl_handler_names[handler]);
    lua_rawget(L, -2);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
    } else if (lua_isfunction(L, -1)) {
      interpreter->handlers[handler] = luaL_ref(L, LUA_REGISTRYINDEX);
    } else {
      luaL_error(L, "%s: plugin.%s is a %s; make it a function", chunk_name + 1, nl_handler_names[handler],
                 luaL_typename(L, -1));
    }
  }
}

static int run_chunk(lua_State *L) {
  nl_given *given = lua_touserdata(L, 1);
  compile(L, given->chunk_name, given->source);
  lua_call(L, 0, 1);
  if (lua_type(L, -1) != LUA_TTABLE) {
    return luaL_error(L, "%s: returns %s%s instead of the plugin's table; end it with 'return plugin'",
                      given->chunk_name + 1, lua_isnil(L, -1) ? "" : "a ", lua_isnil(L, -1) ? "nothing" : luaL_typename(L, -1));
  }
  keep_handlers(L, given->chunk_name);
  nl_of(L)->plugin_table = luaL_ref(L, LUA_REGISTRYINDEX);
  nl_freeze_globals(L);
  return 0;
}

nl_status nl_interpreter_load(nl_interpreter *interpreter, const char *chunk_name, nl_bytes source) {
  nl_given given = {.interpreter = interpreter, .chunk_name = chunk_name, .source = source};
  nl_start_clock(interpreter, interpreter->L, interpreter->limits);
  nl_status status = nl_run_protected(interpreter, run_chunk, &given);
  nl_stop_clock(interpreter, interpreter->L);
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
  nl_given *given = lua_touserdata(L, 1);
  compile(L, given->chunk_name, given->source);
  nl_text *text = &nl_of(L)->writer;
  text->count = 0;
  if (lua_dump(L, write_code, text, 0) != 0) return luaL_error(L, "no memory for a chunk's code");
  return 0;
}

nl_status nl_interpreter_compile(nl_interpreter *interpreter, const char *chunk_name, nl_bytes source, nl_bytes *code) {
  nl_given given = {.interpreter = interpreter, .chunk_name = chunk_name, .source = source};
  nl_status status = nl_run_protected(interpreter, dump_chunk, &given);
  *code = (nl_bytes){(const uint8_t *)interpreter->writer.data, interpreter->writer.count};
  return status;
}

static int write_manifest(lua_State *L) {
  nl_write_manifest(L, nl_of(L)->plugin_table);
  return 0;
}

nl_status nl_interpreter_manifest(nl_interpreter *interpreter, nl_bytes *json) {
  nl_given given = {.interpreter = interpreter};
  nl_start_clock(interpreter, interpreter->L, interpreter->limits);
  nl_status status = nl_run_protected(interpreter, write_manifest, &given);
  nl_stop_clock(interpreter, interpreter->L);
  *json = (nl_bytes){(const uint8_t *)interpreter->writer.data, interpreter->writer.count};
  return status;
}

bool nl_interpreter_has(nl_interpreter *interpreter, nl_handler handler) {
  return interpreter->handlers[handler] != LUA_NOREF;
}
