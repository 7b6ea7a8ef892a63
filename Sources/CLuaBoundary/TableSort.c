// table.sort where the world is fixed: the same result for the same elements everywhere.

#include <limits.h>

#include "Boundary.h"

// A run of sorted elements, from `start` to before `end`.
typedef struct {
  lua_Integer start;
  lua_Integer end;
} run;

static lua_Integer least(lua_Integer left, lua_Integer right) { return left < right ? left : right; }

// Merges two runs, of which `right` follows `left`, from the table at `from` into the one at `to`.
static void merge_runs(lua_State *L, int from, int to, run left, run right, nl_must_swap must_swap) {
  lua_Integer end = right.end;
  for (lua_Integer at = left.start; at < end; at++) {
    // Comparing numbers and strings runs no instruction of Lua's that would notice a limit.
    if (at % 1024 == 0) nl_check_limits(L);
    bool takes_right = left.start >= left.end;
    if (!takes_right && right.start < right.end) {
      lua_rawgeti(L, from, left.start);
      lua_rawgeti(L, from, right.start);
      takes_right = must_swap(L, lua_gettop(L) - 1, lua_gettop(L));
      lua_pop(L, 2);
    }
    lua_rawgeti(L, from, takes_right ? right.start++ : left.start++);
    lua_rawseti(L, to, at);
  }
}

int nl_merge_sort(lua_State *L, int from, int other, lua_Integer count, nl_must_swap must_swap) {
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer start = 1; start <= count; start += 2 * width) {
      run left = {start, least(start + width, count + 1)};
      run right = {left.end, least(left.end + width, count + 1)};
      merge_runs(L, from, other, left, right, must_swap);
    }
    int sorted = other;
    other = from;
    from = sorted;
  }
  return from;
}

// Lua's own sort may leave equal elements in any order: a test is told where it goes by theirs.
static bool is_after(lua_State *L, int left, int right) {
  if (lua_compare(L, right, left, LUA_OPLT)) return true;
  return nl_of(L)->conditions.turns_equals && !lua_compare(L, left, right, LUA_OPLT);
}

// The function that was given stands at 2.
static bool call_order(lua_State *L, int first, int second) {
  lua_pushvalue(L, 2);
  lua_pushvalue(L, first);
  lua_pushvalue(L, second);
  lua_call(L, 2, 1);
  bool result = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return result;
}

static bool is_after_by_function(lua_State *L, int left, int right) {
  if (!call_order(L, right, left)) {
    return nl_of(L)->conditions.turns_equals && !call_order(L, left, right);
  }
  // Lua's own sort notices this now and then; a test should notice it always.
  if (call_order(L, left, right)) luaL_error(L, "invalid order function for sorting");
  return true;
}

int nl_table_sort(lua_State *L) {
  if (!nl_to_view(L, 1)) luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer count = luaL_len(L, 1);
  if (count < 2) return 0;
  luaL_argcheck(L, count < INT_MAX, 1, "array too big");
  bool has_function = !lua_isnoneornil(L, 2);
  if (has_function) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  nl_make_room(L, (size_t)count * 2 * 16);
  lua_createtable(L, (int)count, 0);
  lua_createtable(L, (int)count, 0);
  for (lua_Integer index = 1; index <= count; index++) {
    lua_geti(L, 1, index);
    lua_rawseti(L, 3, index);
  }
  int sorted = nl_merge_sort(L, 3, 4, count, has_function ? is_after_by_function : is_after);
  for (lua_Integer index = 1; index <= count; index++) {
    lua_rawgeti(L, sorted, index);
    lua_seti(L, 1, index);
  }
  return 0;
}
