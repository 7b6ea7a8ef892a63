// assert, error, ipairs, next, pairs, pcall, select, tonumber, tostring and type.

#include <string.h>

#include "Library.h"

static const char *const base_functions[] = {"assert", "error", "select", "tonumber", NULL};

static int base_type(lua_State *L) {
  luaL_checkany(L, 1);
  if (nl_to_view(L, 1)) {
    lua_pushliteral(L, "table");
  } else {
    lua_pushstring(L, luaL_typename(L, 1));
  }
  return 1;
}

// tostring without addresses, which would tell where to aim.
void nl_push_text(lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
      lua_pushvalue(L, index);
      lua_tolstring(L, -1, NULL);
      break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNIL: lua_pushliteral(L, "nil"); break;
    default: lua_pushstring(L, nl_type_name(L, index)); break;
  }
}

static int base_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  nl_push_text(L, 1);
  return 1;
}

void nl_pass_limit(lua_State *L, int status) {
  nl_interpreter *interpreter = nl_of(L);
  if (status == LUA_ERRMEM && interpreter->memory.refused && !interpreter->tripped) interpreter->tripped = NL_MEMORY;
  // A limit cannot be caught: the state behind it is thrown away in any case.
  if (interpreter->tripped) lua_error(L);
}

// Pushes the error at `index`; where it is a message of Lua's, null is called by its name.
static void push_message(lua_State *L, int index) {
  size_t length;
  const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
  lua_pushvalue(L, index);
  // What Lua raises itself is short.
  if (!text || length >= NL_MESSAGE_LIMIT || !strstr(text, "userdata")) return;
  char message[NL_MESSAGE_LIMIT];
  memcpy(message, text, length + 1);
  size_t count = nl_name_null(message, length);
  if (count == length) return;
  lua_pop(L, 1);
  lua_pushlstring(L, message, count);
}

static int finish_pcall(lua_State *L, int status, lua_KContext extra) {
  (void)extra;
  nl_pass_limit(L, status);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_pushboolean(L, 0);
    push_message(L, -2);
    return 2;
  }
  return lua_gettop(L);
}

static int base_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, 1);
  lua_insert(L, 1);
  return finish_pcall(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_pcall), 0);
}

static int base_next(lua_State *L) {
  if (nl_to_view(L, 1)) return nl_next_member(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  if (nl_of(L)->conditions.is_fixed) return nl_ordered_next(L);
  lua_settop(L, 2);
  if (lua_next(L, 1)) return 2;
  lua_pushnil(L);
  return 1;
}

// Upvalue 1 is the table behind a locked one.
static int locked_next(lua_State *L) {
  lua_settop(L, 2);
  if (lua_next(L, lua_upvalueindex(1))) return 2;
  lua_pushnil(L);
  return 1;
}

// Pushes the iterator of the table at 1.
static void push_table_iterator(lua_State *L) {
  bool is_fixed = nl_of(L)->conditions.is_fixed;
  bool is_locked = luaL_getmetafield(L, 1, "__locked") != LUA_TNIL;
  if (is_fixed) {
    nl_push_ordered_iterator(L, is_locked ? -1 : 1);
  } else if (is_locked) {
    lua_pushcclosure(L, locked_next, 1);
  } else {
    lua_pushcfunction(L, base_next);
  }
}

static int base_pairs(lua_State *L) {
  if (nl_to_view(L, 1)) {
    nl_push_iterator(L, 1);
  } else {
    if (lua_type(L, 1) == LUA_TUSERDATA) {
      return luaL_error(L, "pairs does not go through %s; content.user_info has the payload", nl_type_name(L, 1));
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    push_table_iterator(L);
  }
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

static int step_ipairs(lua_State *L) {
  lua_Integer index = (lua_Integer)((lua_Unsigned)luaL_checkinteger(L, 2) + 1);
  lua_pushinteger(L, index);
  return lua_geti(L, 1, index) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushcfunction(L, step_ipairs);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

void nl_open_base(lua_State *L, int environment) {
  int base = nl_open_standard(L, luaopen_base);
  lua_getfield(L, base, "error");
  nl_of(L)->raise = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  lua_pushvalue(L, environment);
  nl_copy_functions(L, base, base_functions);
  nl_add_function(L, "ipairs", base_ipairs);
  nl_add_function(L, "next", base_next);
  nl_add_function(L, "pairs", base_pairs);
  nl_add_function(L, "pcall", base_pcall);
  nl_add_function(L, "require", nl_require);
  nl_add_function(L, "tostring", base_tostring);
  nl_add_function(L, "type", base_type);
  lua_pop(L, 2);
}
