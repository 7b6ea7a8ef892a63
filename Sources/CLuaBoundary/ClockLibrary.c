// The os table: time, and nothing else of the system.

#include <math.h>

#include "Library.h"

static const char *const clock_functions[] = {"time", "clock", NULL};

// Makes seconds with a fraction, as the host's clock has them, the whole ones that Lua's own functions take.
static void floor_seconds(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_Integer whole;
  if (lua_type(L, index) != LUA_TNUMBER || lua_isinteger(L, index)) return;
  if (!lua_numbertointeger(floor(lua_tonumber(L, index)), &whole)) return;
  lua_pushinteger(L, whole);
  lua_replace(L, index);
}

// os.date, with Lua's own as upvalue 1.
static int os_date(lua_State *L) {
  const nl_conditions *conditions = &nl_of(L)->conditions;
  if (conditions->is_fixed && lua_isnoneornil(L, 2)) {
    if (lua_isnone(L, 1)) lua_pushnil(L);
    lua_settop(L, 1);
    lua_pushnumber(L, conditions->now);
  }
  floor_seconds(L, 2);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// os.difftime, with Lua's own as upvalue 1: between times with fractions, too.
static int os_difftime(lua_State *L) {
  if (lua_type(L, 1) != LUA_TNUMBER || lua_type(L, 2) != LUA_TNUMBER || (lua_isinteger(L, 1) && lua_isinteger(L, 2))) {
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
  }
  lua_pushnumber(L, lua_tonumber(L, 1) - lua_tonumber(L, 2));
  return 1;
}

// os.time and os.clock, with Lua's own as upvalue 1, where the clock stands still.
static int fixed_time(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_pushnumber(L, nl_of(L)->conditions.now);
    floor_seconds(L, -1);
    return 1;
  }
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

static int fixed_clock(lua_State *L) {
  lua_pushnumber(L, 0);
  return 1;
}

void nl_open_clock(lua_State *L, int environment) {
  int os = nl_open_standard(L, luaopen_os);
  lua_newtable(L);
  nl_guard_function(L, os, "date", os_date);
  nl_guard_function(L, os, "difftime", os_difftime);
  if (nl_of(L)->conditions.is_fixed) {
    nl_guard_function(L, os, "time", fixed_time);
    nl_guard_function(L, os, "clock", fixed_clock);
  } else {
    nl_copy_functions(L, os, clock_functions);
  }
  nl_add_library(L, environment, "os");
  lua_pop(L, 1);
}
