// require: modules of the plugin's folder, and of lib beside it.

#include <string.h>

#include "Library.h"

static const nl_module *find_module(const nl_interpreter *interpreter, const char *name, size_t length) {
  for (size_t index = 0; index < interpreter->module_count; index++) {
    const nl_module *module = &interpreter->modules[index];
    if (strlen(module->name) == length && strcmp(module->name, name) == 0) return module;
  }
  return NULL;
}

// Pushes the function that the module's text compiles to, with the plugin's environment as its globals.
static void push_chunk(lua_State *L, const nl_module *module) {
  int status = luaL_loadbufferx(L, (const char *)module->source.start, module->source.count, module->chunk_name, "t");
  if (status != LUA_OK) lua_error(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->environment);
  lua_setupvalue(L, -2, 1);
}

// Sets what the module named at 1 is loaded as, to the value at the top, which is popped. The list of modules is at 2.
static void set_loaded(lua_State *L) {
  lua_pushvalue(L, 1);
  lua_insert(L, -2);
  lua_rawset(L, 2);
}

// Runs the module and pushes what it returns. Stack: name, modules.
static void run_module(lua_State *L, const nl_module *module) {
  push_chunk(L, module);
  lua_pushlightuserdata(L, nl_of(L));
  set_loaded(L);
  lua_pushvalue(L, 1);
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
    // Not being loaded any more: the next attempt shows the same error, not one about itself.
    lua_pushnil(L);
    set_loaded(L);
    lua_error(L);
  }
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  lua_pushvalue(L, -1);
  set_loaded(L);
}

int nl_require(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  size_t length;
  const char *name = luaL_checklstring(L, 1, &length);
  lua_settop(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->loaded_modules);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, 2) != LUA_TNIL) {
    if (lua_touserdata(L, -1) == interpreter) return luaL_error(L, "module '%s' requires itself", name);
    return 1;
  }
  lua_pop(L, 1);
  const nl_module *module = find_module(interpreter, name, length);
  if (!module) {
    return luaL_error(L, "module '%s' is neither in the plugin's folder nor in lib beside it; a plugin that is one file has "
                         "lib only", name);
  }
  run_module(L, module);
  return 1;
}
