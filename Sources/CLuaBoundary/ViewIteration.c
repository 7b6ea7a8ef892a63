// next and pairs for views: an object in the order of the payload, an array by index.

#include <string.h>

#include "View.h"

// next(view, key) for an array: by index.
static int next_element(lua_State *L, nl_view *view, void *context) {
  nl_interpreter *interpreter = nl_of(L);
  nl_value value;
  lua_Integer index = lua_isnil(L, 2) ? 0 : luaL_checkinteger(L, 2);
  luaL_argcheck(L, index >= 0 && index < LUA_MAXINTEGER, 2, "invalid key to 'next'");
  interpreter->model.get_element(interpreter->plugin, context, view->document, view->node, index + 1, &view->hint,
                                 &value);
  if (value.kind == NL_NIL) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushinteger(L, index + 1);
  nl_push_value(L, view->call, view->document, view->depth + 1, &value);
  return 2;
}

// Pushes the member after `*cursor` and moves it on; pushes nil at the end. Gives the number of values.
static int push_member(lua_State *L, const nl_view *view, void *context, uint64_t *cursor) {
  nl_interpreter *interpreter = nl_of(L);
  nl_value key, value;
  if (!interpreter->model.next_member(interpreter->plugin, context, view->document, view->node, cursor, &key,
                                      &value)) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushlstring(L, (const char *)key.bytes.start, key.bytes.count);
  nl_push_value(L, view->call, view->document, view->depth + 1, &value);
  return 2;
}

// Moves `*cursor` behind the next member that `wanted` names; looks at `most` members.
static bool skip_to_key(lua_State *L, const nl_view *view, void *context, uint64_t *cursor, nl_bytes wanted,
                        uint64_t most) {
  nl_interpreter *interpreter = nl_of(L);
  nl_value key, value;
  while (most-- > 0 &&
         interpreter->model.next_member(interpreter->plugin, context, view->document, view->node, cursor, &key, &value)) {
    if (key.bytes.count == wanted.count && memcmp(key.bytes.start, wanted.start, wanted.count) == 0) return true;
  }
  return false;
}

// The place behind the key at 2.
static uint64_t cursor_behind_key(lua_State *L, const nl_view *view, void *context) {
  if (lua_isnil(L, 2)) return 0;
  nl_bytes wanted;
  wanted.start = (const uint8_t *)luaL_checklstring(L, 2, &wanted.count);
  // It is the remembered one, if the key is the one that was given out last.
  uint64_t cursor = view->last_cursor;
  if (skip_to_key(L, view, context, &cursor, wanted, 1)) return cursor;
  cursor = 0;
  if (skip_to_key(L, view, context, &cursor, wanted, UINT64_MAX)) return cursor;
  // A member that was just set to nil is not there any more; its place is.
  return view->cursor;
}

int nl_next_member(lua_State *L) {
  nl_view *view = nl_to_view(L, 1);
  if (!view) return luaL_argerror(L, 1, "the table of this iteration expected");
  void *context = nl_view_context(L, view);
  lua_settop(L, 2);
  if (view->is_array) return next_element(L, view, context);
  uint64_t cursor = cursor_behind_key(L, view, context);
  view->last_cursor = cursor;
  int count = push_member(L, view, context, &cursor);
  if (count == 2) view->cursor = cursor;
  return count;
}

// The step of pairs(view): upvalue 1 is the view, upvalue 2 the place in its object, so that loops do not share one.
static int step_view(lua_State *L) {
  nl_view *view = lua_touserdata(L, lua_upvalueindex(1));
  if (view->is_array) {
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    return nl_next_member(L);
  }
  uint64_t *cursor = lua_touserdata(L, lua_upvalueindex(2));
  return push_member(L, view, nl_view_context(L, view), cursor);
}

void nl_push_iterator(lua_State *L, int index) {
  lua_pushvalue(L, index);
  *(uint64_t *)lua_newuserdatauv(L, sizeof(uint64_t), 0) = 0;
  lua_pushcclosure(L, step_view, 2);
}
