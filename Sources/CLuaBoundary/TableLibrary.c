// The table table.

#include "Library.h"

static const char *const table_functions[] = {"pack", "sort", "unpack", NULL};

// table.move, with Lua's own as upvalue 1: not more than a million elements in one call.
static int table_move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  if (last >= first && (lua_Unsigned)last - (lua_Unsigned)first >= 1000000) {
    return luaL_error(L, "table.move moves a million elements at most");
  }
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

void nl_open_tables(lua_State *L, int environment) {
  int tables = nl_open_standard(L, luaopen_table);
  lua_newtable(L);
  nl_copy_functions(L, tables, table_functions);
  nl_guard_function(L, tables, "insert", nl_table_insert);
  nl_guard_function(L, tables, "remove", nl_table_remove);
  nl_guard_function(L, tables, "move", table_move);
  nl_guard_function(L, tables, "concat", nl_call_with_room);
  // Lua's own chooses pivots by the clock, so that the order of equal elements is another each time.
  if (nl_of(L)->conditions.is_fixed) nl_add_function(L, "sort", nl_table_sort);
  nl_add_library(L, environment, "table");
  lua_pop(L, 1);
}
