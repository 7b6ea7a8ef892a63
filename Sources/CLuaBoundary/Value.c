// Values of Lua's on their way to a document: scalars as they are, tables and views as JSON text.

#include <string.h>

#include "Boundary.h"

const char *nl_type_name(lua_State *L, int index) {
  if (nl_to_view(L, index)) return "table";
  if (lua_islightuserdata(L, index)) return "null";
  if (nl_is_drop(L, index)) return "drop";
  if (lua_type(L, index) == LUA_TUSERDATA && lua_getmetatable(L, index)) {
    const char *name = "content";
    for (int object = 0; object < NL_OBJECT_COUNT; object++) {
      lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->metatables[object]);
      if (lua_rawequal(L, -1, -2)) name = nl_object_names[object];
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return name;
  }
  return luaL_typename(L, index);
}

void nl_read_value(lua_State *L, int index, bool tables, nl_value *out) {
  nl_text *text = &nl_of(L)->writer;
  out->node = 0;
  switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL: out->kind = NL_NIL; return;
    case LUA_TBOOLEAN:
      out->kind = NL_BOOLEAN;
      out->integer = lua_toboolean(L, index);
      return;
    case LUA_TNUMBER:
      if (lua_isinteger(L, index)) {
        out->kind = NL_INTEGER;
        out->integer = lua_tointeger(L, index);
      } else {
        out->kind = NL_NUMBER;
        out->number = lua_tonumber(L, index);
      }
      return;
    case LUA_TSTRING:
      out->kind = NL_STRING;
      out->bytes.start = (const uint8_t *)lua_tolstring(L, index, &out->bytes.count);
      return;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L, index) == NULL) {
        out->kind = NL_NULL;
        return;
      }
      break;
    case LUA_TTABLE:
    case LUA_TUSERDATA:
      if (tables && (lua_type(L, index) == LUA_TTABLE || nl_to_view(L, index))) {
        out->kind = NL_JSON;
        nl_write_json(L, index);
        out->bytes = (nl_bytes){(const uint8_t *)text->data, text->count};
        return;
      }
      break;
    default: break;
  }
  const char *type = nl_type_name(L, index);
  out->kind = NL_OTHER;
  out->bytes = (nl_bytes){(const uint8_t *)type, strlen(type)};
}

// ---- What print shows --------------------------------------------------------------------------------------------

static int push_json(lua_State *L) {
  nl_text *text = &nl_of(L)->writer;
  nl_write_json(L, 1);
  lua_pushlstring(L, text->data, text->count);
  return 1;
}

// Whether the value is the content, which is shown as its payload is.
static bool is_content(lua_State *L, int index) {
  return lua_type(L, index) == LUA_TUSERDATA && strcmp(nl_type_name(L, index), "content") == 0;
}

static int push_payload(lua_State *L) {
  lua_getfield(L, 1, "user_info");
  lua_replace(L, 1);
  return push_json(L);
}

void nl_push_shown(lua_State *L, int index) {
  index = lua_absindex(L, index);
  bool shows_payload = is_content(L, index);
  if (shows_payload || lua_type(L, index) == LUA_TTABLE || nl_to_view(L, index)) {
    lua_pushcfunction(L, shows_payload ? push_payload : push_json);
    lua_pushvalue(L, index);
    int status = lua_pcall(L, 1, 1, 0);
    if (status == LUA_OK) return;
    nl_pass_limit(L, status);
    lua_pop(L, 1);
  }
  nl_push_text(L, index);
}
