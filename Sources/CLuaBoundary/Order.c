// The order of a table's keys where the world is fixed.

#include <string.h>

#include "Boundary.h"

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

// The order of a table's keys where the world is fixed.
static bool key_is_after(lua_State *L, int left, int right) {
  if (!nl_of(L)->conditions.turns_keys) return nl_key_is_after(L, left, right);
  // Numbers stay as Lua has them, which is the same in each run: those of a list are in order there.
  int left_rank = rank(L, left), right_rank = rank(L, right);
  if (left_rank != right_rank) return left_rank > right_rank;
  return left_rank != 0 && nl_key_is_after(L, right, left);
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
  int sorted = nl_merge_sort(L, keys, keys + 1, count, key_is_after);
  lua_pushvalue(L, sorted);
  lua_replace(L, keys);
  lua_settop(L, keys);
  return count;
}

// ---- Walks: what `next` goes by --------------------------------------------------------------------------------

// A walk is a table of ours: the table that is walked, its keys as a list, their places by key, and where the first
// key is that was there when it was last looked for. A loop looks at all keys once and not in each of its steps. Keys
// that came after a walk began come at its end.
enum { WALK_TABLE = 1, WALK_KEYS, WALK_PLACES, WALK_HEAD };

// Several loops may run at once, one within another.
#define WALK_COUNT 8

// Adds the keys of the table at 1 that the walk at `walk` does not have, in order; tells whether there were any.
static bool extend_walk(lua_State *L, int walk) {
  int top = lua_gettop(L);
  int keys = top + 1, places = top + 2, added = top + 3;
  lua_rawgeti(L, walk, WALK_KEYS);
  lua_rawgeti(L, walk, WALK_PLACES);
  lua_newtable(L);
  lua_newtable(L);
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, places) == LUA_TNIL) {
      lua_pushvalue(L, -2);
      lua_rawseti(L, added, ++count);
    }
    lua_pop(L, 1);
  }
  added = nl_merge_sort(L, added, added + 1, count, key_is_after);
  lua_Integer length = (lua_Integer)lua_rawlen(L, keys);
  for (lua_Integer index = 1; index <= count; index++) {
    lua_rawgeti(L, added, index);
    lua_pushvalue(L, -1);
    lua_rawseti(L, keys, length + index);
    lua_pushinteger(L, length + index);
    lua_rawset(L, places);
  }
  lua_settop(L, top);
  return count > 0;
}

// Pushes the walk of the table at 1, a new one where there is none: in the place of the oldest.
static void push_walk(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  if (interpreter->walks == 0) {
    lua_createtable(L, WALK_COUNT, 0);
    interpreter->walks = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->walks);
  int walks = lua_gettop(L);
  for (int index = 1; index <= WALK_COUNT; index++) {
    if (lua_rawgeti(L, walks, index) == LUA_TTABLE) {
      lua_rawgeti(L, -1, WALK_TABLE);
      bool is_same = lua_rawequal(L, -1, 1);
      lua_pop(L, 1);
      if (is_same) {
        lua_remove(L, walks);
        return;
      }
    }
    lua_pop(L, 1);
  }
  lua_createtable(L, 4, 0);
  lua_pushvalue(L, 1);
  lua_rawseti(L, -2, WALK_TABLE);
  lua_newtable(L);
  lua_rawseti(L, -2, WALK_KEYS);
  lua_newtable(L);
  lua_rawseti(L, -2, WALK_PLACES);
  lua_pushinteger(L, 1);
  lua_rawseti(L, -2, WALK_HEAD);
  lua_pushvalue(L, -1);
  lua_rawseti(L, walks, interpreter->next_walk + 1);
  interpreter->next_walk = (interpreter->next_walk + 1) % WALK_COUNT;
  lua_remove(L, walks);
}

// Pushes the first key from `*place` on that is in the table still, and its value; false at the end of the walk.
static bool push_from(lua_State *L, int walk, lua_Integer *place) {
  lua_rawgeti(L, walk, WALK_KEYS);
  int keys = lua_gettop(L);
  for (;; ++*place) {
    if (lua_rawgeti(L, keys, *place) == LUA_TNIL) {
      lua_settop(L, keys);
      if (extend_walk(L, walk)) {
        --*place;
        continue;
      }
      lua_settop(L, keys - 1);
      return false;
    }
    lua_pushvalue(L, -1);
    // A key may have been taken out meanwhile.
    if (lua_rawget(L, 1) != LUA_TNIL) break;
    lua_settop(L, keys);
  }
  lua_remove(L, keys);
  return true;
}

// next(table, key) for the table at 1 and the key at 2.
int nl_ordered_next(lua_State *L) {
  lua_settop(L, 2);
  push_walk(L);
  int walk = 3;
  lua_Integer place;
  if (lua_isnil(L, 2)) {
    lua_rawgeti(L, walk, WALK_HEAD);
    place = lua_tointeger(L, -1);
    lua_pop(L, 1);
    bool is_found = push_from(L, walk, &place);
    // What was taken out at the front is not looked at again, and at the end all begins anew.
    lua_pushinteger(L, is_found ? place : 1);
    lua_rawseti(L, walk, WALK_HEAD);
    if (is_found) return 2;
    lua_newtable(L);
    lua_rawseti(L, walk, WALK_KEYS);
    lua_newtable(L);
    lua_rawseti(L, walk, WALK_PLACES);
    lua_pushnil(L);
    return 1;
  }
  for (int attempt = 0;; attempt++) {
    lua_rawgeti(L, walk, WALK_PLACES);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    place = lua_tointeger(L, -1);
    lua_settop(L, walk);
    if (place > 0) break;
    // A key of its own that the walk does not know yet, or none.
    if (attempt > 0 || !extend_walk(L, walk)) return luaL_error(L, "invalid key to 'next'");
  }
  place++;
  if (push_from(L, walk, &place)) return 2;
  lua_pushnil(L);
  return 1;
}

// ---- Iterators -----------------------------------------------------------------------------------------------------

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
