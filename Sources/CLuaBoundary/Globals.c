// Tables that plugins cannot change, and the globals that they see.

#include "Library.h"

// Upvalue 1 is the locked table's name.
static int refuse_write(lua_State *L) {
  return luaL_error(L, "'%s' cannot be changed; keep what is yours in a local variable",
                    lua_tostring(L, lua_upvalueindex(1)));
}

void nl_lock_table(lua_State *L, const char *name) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__locked");
  lua_pushstring(L, name);
  lua_pushcclosure(L, refuse_write, 1);
  lua_setfield(L, -2, "__newindex");
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

// Writes of globals while the chunk runs: upvalue 1 is the table behind the environment.
static int set_global(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  if (!interpreter->loading) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    return luaL_error(L, "cannot set global '%s' while a notification is processed; use 'local %s'", name, name);
  }
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL) {
    return luaL_error(L, "'%s' cannot be changed; keep what is yours in a local variable", lua_tostring(L, 2));
  }
  lua_settop(L, 3);
  lua_rawset(L, lua_upvalueindex(1));
  return 0;
}

void nl_freeze_globals(lua_State *L) { nl_of(L)->loading = false; }

// Pushes the names of what is in the environment before the plugin comes: those names stay.
static void push_own_names(lua_State *L, int environment) {
  lua_newtable(L);
  int own = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, environment)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, own);
  }
}

// Plugins see an empty table in front of the environment: so every write of a global is noticed, also of one that exists.
void nl_show_environment(lua_State *L, int environment) {
  lua_newtable(L);
  int shown = lua_gettop(L);
  lua_pushvalue(L, shown);
  lua_setfield(L, environment, "_G");
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, environment, "_VERSION");
  lua_newtable(L);
  int metatable = lua_gettop(L);
  lua_pushvalue(L, environment);
  push_own_names(L, environment);
  lua_pushcclosure(L, set_global, 2);
  lua_setfield(L, metatable, "__newindex");
  lua_pushvalue(L, environment);
  lua_setfield(L, metatable, "__index");
  lua_pushvalue(L, environment);
  lua_setfield(L, metatable, "__locked");
  lua_setmetatable(L, shown);
  nl_of(L)->environment = luaL_ref(L, LUA_REGISTRYINDEX);
}
