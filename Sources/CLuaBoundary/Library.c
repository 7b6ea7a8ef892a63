// What plugins find in their environment.

#include <string.h>

#include "Library.h"

static const char *const math_functions[] = {
    "abs", "acos", "asin", "atan", "ceil", "cos",       "deg",  "exp", "floor",     "fmod", "huge",
    "log", "max",  "maxinteger",   "min",  "mininteger", "modf", "pi",  "rad",       "random",
    "sin", "sqrt", "tan",          "tointeger",          "type", "ult", NULL};
static const char *const utf8_functions[] = {"char", "charpattern", "codepoint", "codes", "len", "offset", NULL};

// ---- Tables of functions -----------------------------------------------------------------------------------------

void nl_copy_functions(lua_State *L, int from, const char *const *names) {
  for (; *names; names++) {
    lua_getfield(L, from, *names);
    lua_setfield(L, -2, *names);
  }
}

void nl_add_function(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

void nl_guard_function(lua_State *L, int from, const char *name, lua_CFunction guard) {
  lua_getfield(L, from, name);
  lua_pushcclosure(L, guard, 1);
  lua_setfield(L, -2, name);
}

int nl_open_standard(lua_State *L, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_call(L, 0, 1);
  return lua_gettop(L);
}

void nl_add_library(lua_State *L, int environment, const char *name) {
  nl_lock_table(L, name);
  lua_setfield(L, environment, name);
}

int nl_call_with_room(lua_State *L) {
  nl_make_room(L, lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) : 0);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// ---- The environment ---------------------------------------------------------------------------------------------

static void open_math(lua_State *L, int environment) {
  int math = nl_open_standard(L, luaopen_math);
  lua_getfield(L, math, "randomseed");
  lua_pushinteger(L, (lua_Integer)nl_of(L)->limits.seed);
  lua_call(L, 1, 0);
  lua_newtable(L);
  nl_copy_functions(L, math, math_functions);
  nl_add_library(L, environment, "math");
  lua_pop(L, 1);
}

static void open_utf8(lua_State *L, int environment) {
  int utf8 = nl_open_standard(L, luaopen_utf8);
  lua_newtable(L);
  nl_copy_functions(L, utf8, utf8_functions);
  nl_add_library(L, environment, "utf8");
  lua_pop(L, 1);
}

// Locks the tables in the table at the top.
static void lock_members(lua_State *L) {
  int table = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, table)) {
    if (lua_type(L, -1) == LUA_TTABLE) {
      const char *name = lua_tostring(L, -2);
      // The view's functions are what a handler is called with, and nothing of notilua's.
      lua_pushfstring(L, strcmp(name, "view") == 0 ? "%s" : "notilua.%s", name);
      lua_insert(L, -2);
      nl_lock_table(L, lua_tostring(L, -2));
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_rawset(L, table);
    }
    lua_pop(L, 1);
  }
}

// Pushes a member of the table at the top, which loses it.
static void push_removed(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  lua_pushnil(L);
  lua_setfield(L, -3, name);
}

// The notilua table; of its members, `view` is only for handlers, and `print` is a global.
static void open_notilua(lua_State *L, int environment, const nl_names *names) {
  nl_open_host_functions(L, names);
  lock_members(L);
  push_removed(L, "view");
  nl_of(L)->view_table = luaL_ref(L, LUA_REGISTRYINDEX);
  push_removed(L, "print");
  lua_setfield(L, environment, "print");
  nl_add_library(L, environment, "notilua");
}

void nl_open_library(lua_State *L, const nl_names *names) {
  lua_newtable(L);
  int environment = lua_gettop(L);
  nl_open_base(L, environment);
  nl_open_strings(L, environment);
  nl_open_tables(L, environment);
  open_math(L, environment);
  open_utf8(L, environment);
  nl_open_clock(L, environment);
  open_notilua(L, environment, names);
  nl_show_environment(L, environment);
  lua_settop(L, 0);
}
