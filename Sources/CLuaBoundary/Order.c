// The order of things where the world is fixed: table.sort, and the keys of a table.

#include <limits.h>
#include <string.h>

#include "Boundary.h"

// ---- Sorting -----------------------------------------------------------------------------------------------------

// Whether the value at `right` must stand before the one at `left`; stack indices are absolute.
typedef bool (*must_swap)(lua_State *L, int left, int right);

// Sorts elements 1 to `count` of the table at `from` by merging, with the empty table at `other` for the rest.
// Both are tables of ours. Elements that are equal keep their order. Gives the index of the sorted one.
static int merge_sort(lua_State *L, int from, int other, lua_Integer count, must_swap must_swap) {
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer start = 1; start <= count; start += 2 * width) {
      lua_Integer left = start, left_end = start + width <= count ? start + width : count + 1;
      lua_Integer right = left_end, right_end = left_end + width <= count ? left_end + width : count + 1;
      for (lua_Integer at = start; at < right_end; at++) {
        // Comparing numbers and strings runs no instruction of Lua's that would notice a limit.
        if (at % 1024 == 0) nl_check_limits(L);
        bool takes_right = left >= left_end;
        if (!takes_right && right < right_end) {
          lua_rawgeti(L, from, left);
          lua_rawgeti(L, from, right);
          takes_right = must_swap(L, lua_gettop(L) - 1, lua_gettop(L));
          lua_pop(L, 2);
        }
        lua_rawgeti(L, from, takes_right ? right++ : left++);
        lua_rawseti(L, other, at);
      }
    }
    int sorted = other;
    other = from;
    from = sorted;
  }
  return from;
}

static bool is_after(lua_State *L, int left, int right) { return lua_compare(L, right, left, LUA_OPLT); }

// The function that was given stands at 2.
static bool is_after_by_function(lua_State *L, int left, int right) {
  lua_pushvalue(L, 2);
  lua_pushvalue(L, right);
  lua_pushvalue(L, left);
  lua_call(L, 2, 1);
  bool result = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return result;
}

// table.sort, with the same result for the same elements everywhere.
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
  int sorted = merge_sort(L, 3, 4, count, has_function ? is_after_by_function : is_after);
  for (lua_Integer index = 1; index <= count; index++) {
    lua_rawgeti(L, sorted, index);
    lua_seti(L, 1, index);
  }
  return 0;
}

// ---- Keys --------------------------------------------------------------------------------------------------------

// Numbers, then strings, then booleans; what else can be a key has no order of its own.
static int rank(lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNUMBER: return 0;
    case LUA_TSTRING: return 1;
    case LUA_TBOOLEAN: return 2;
    default: return 3;
  }
}

bool nl_key_is_after(lua_State *L, int left, int right) {
  int left_rank = rank(L, left), right_rank = rank(L, right);
  if (left_rank != right_rank) return left_rank > right_rank;
  switch (left_rank) {
    case 0: return lua_compare(L, right, left, LUA_OPLT);
    case 1: {
      size_t left_count, right_count;
      const char *left_bytes = lua_tolstring(L, left, &left_count);
      const char *right_bytes = lua_tolstring(L, right, &right_count);
      int order = memcmp(left_bytes, right_bytes, left_count < right_count ? left_count : right_count);
      return order > 0 || (order == 0 && left_count > right_count);
    }
    case 2: return lua_toboolean(L, left) && !lua_toboolean(L, right);
    default: return false;
  }
}

// Pushes the keys of the table at `table`, in order, as a list; gives its length.
static lua_Integer push_keys(lua_State *L, int table) {
  lua_newtable(L);
  int keys = lua_gettop(L);
  lua_newtable(L);
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, keys, ++count);
  }
  int sorted = merge_sort(L, keys, keys + 1, count, nl_key_is_after);
  lua_pushvalue(L, sorted);
  lua_replace(L, keys);
  lua_settop(L, keys);
  return count;
}

// Pushes the least key of a table and its value, or nil; looks at all keys.
static int push_first(lua_State *L, int table) {
  // 3: the least key with an order; 4: the first without one.
  lua_settop(L, 4);
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    int slot = rank(L, 5) == 3 ? 4 : 3;
    if (lua_isnil(L, slot) || (slot == 3 && nl_key_is_after(L, 3, 5))) lua_copy(L, 5, slot);
  }
  if (lua_isnil(L, 3)) lua_copy(L, 4, 3);
  lua_settop(L, 3);
  if (lua_isnil(L, 3)) return 1;
  lua_pushvalue(L, 3);
  lua_rawget(L, table);
  return 2;
}

// next(table, key) in the order of the keys, for the table at `table` and the key at 2. What was asked last is kept,
// so that a loop does not look at all keys in each of its steps.
int nl_ordered_next(lua_State *L, int table) {
  nl_interpreter *interpreter = nl_of(L);
  lua_settop(L, 2);
  if (lua_isnil(L, 2)) return push_first(L, table);
  // 3: what is kept: the table, its keys, the place of the key that was given last.
  if (interpreter->walk == 0) {
    lua_newtable(L);
    interpreter->walk = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->walk);
  lua_rawgeti(L, 3, 1);
  bool is_same = lua_rawequal(L, 4, table);
  lua_settop(L, 3);
  lua_Integer place = 0;
  if (is_same) {
    lua_rawgeti(L, 3, 2);
    lua_rawgeti(L, 3, 3);
    place = lua_tointeger(L, 5);
    lua_rawgeti(L, 4, place);
    is_same = lua_rawequal(L, 6, 2);
    lua_settop(L, is_same ? 4 : 3);
  }
  if (!is_same) {
    // 4: the keys.
    lua_Integer count = push_keys(L, table);
    for (place = 1; place <= count; place++) {
      lua_rawgeti(L, 4, place);
      bool is_key = lua_rawequal(L, 5, 2);
      // A key that was taken out meanwhile: those behind it come next.
      bool is_behind = rank(L, 2) < 3 && nl_key_is_after(L, 5, 2);
      lua_pop(L, 1);
      if (is_behind) place--;
      if (is_key || is_behind) break;
    }
    if (place > count && rank(L, 2) == 3) return luaL_error(L, "invalid key to 'next'");
    lua_pushvalue(L, table);
    lua_rawseti(L, 3, 1);
    lua_pushvalue(L, 4);
    lua_rawseti(L, 3, 2);
  }
  for (;;) {
    lua_rawgeti(L, 4, ++place);
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, -1);
    // A key may have been taken out meanwhile.
    if (lua_rawget(L, table) != LUA_TNIL) break;
    lua_settop(L, 4);
  }
  lua_pushinteger(L, place);
  lua_rawseti(L, 3, 3);
  return 2;
}

// Upvalues: the table, its keys, how many of them were given.
static int step_ordered(lua_State *L) {
  lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
  for (;;) {
    at++;
    lua_rawgeti(L, lua_upvalueindex(2), at);
    if (lua_isnil(L, -1)) return 1;
    lua_pushvalue(L, -1);
    // A key may have been taken out meanwhile.
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) break;
    lua_pop(L, 2);
  }
  lua_pushinteger(L, at);
  lua_replace(L, lua_upvalueindex(3));
  return 2;
}

// Pushes a function that gives the members of the table at `table` in the order of the keys.
void nl_push_ordered_iterator(lua_State *L, int table) {
  table = lua_absindex(L, table);
  lua_pushvalue(L, table);
  push_keys(L, table);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, step_ordered, 3);
}
