// The string table: methods of strings are the functions of this table, not Lua's own.

#include <string.h>

#include "Library.h"

static const char *const string_functions[] = {"byte", "len", "packsize", "sub", "unpack", NULL};
static const char *const buffer_functions[] = {"char", "lower", "pack", "reverse", "upper", NULL};
static const char *const arithmetic_events[] = {"__add", "__sub", "__mul", "__mod", "__pow",
                                                "__div", "__idiv", "__unm", NULL};

static int string_rep(lua_State *L) {
  size_t length, separator_length = 0;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer count = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &separator_length);
  if (count <= 0 || length + separator_length == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  size_t limit = nl_of(L)->limits.memory;
  if ((size_t)count > limit / (length + separator_length)) return luaL_error(L, "resulting string too large");
  size_t unit = length + separator_length, total = (size_t)count * unit - separator_length;
  nl_make_room(L, total);
  luaL_Buffer buffer;
  char *bytes = luaL_buffinitsize(L, &buffer, (size_t)count * unit);
  memcpy(bytes, text, length);
  memcpy(bytes + length, separator, separator_length);
  // Twice as much with every step: a byte at a time would take longer than a handler may.
  for (size_t filled = unit; filled < total;) {
    size_t step = filled < total - filled ? filled : total - filled;
    memcpy(bytes + filled, bytes, step);
    filled += step;
  }
  luaL_pushresultsize(&buffer, total);
  return 1;
}

// string.format, with Lua's own as upvalue 1: values without addresses, and no %p.
static int string_format(lua_State *L) {
  size_t length;
  const char *format = luaL_checklstring(L, 1, &length);
  const char *end = format + length;
  int argument = 1;
  for (const char *at = format; at < end; at++) {
    if (*at != '%') continue;
    at++;
    if (at < end && *at == '%') continue;
    while (at < end && strchr("-+ #0123456789.", *at) && *at) at++;
    argument++;
    if (at >= end) break;
    if (*at == 'p') return luaL_error(L, "invalid conversion '%%p' to 'format': addresses are not shown");
    if (*at == 's' && lua_type(L, argument) != LUA_TSTRING && lua_type(L, argument) != LUA_TNONE) {
      nl_push_text(L, argument);
      lua_replace(L, argument);
    }
  }
  nl_make_room(L, length);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// Arithmetic with a string, with Lua's own as upvalue 1, which calls null and tables of the payload userdata.
static int string_arithmetic(lua_State *L) {
  for (int index = 1; index <= 2; index++) {
    int type = lua_type(L, index);
    if (type == LUA_TLIGHTUSERDATA || type == LUA_TUSERDATA) {
      return luaL_error(L, "attempt to perform arithmetic on a %s value", nl_type_name(L, index));
    }
  }
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// Makes the table at the top the one that methods of strings are looked for in.
static void set_methods(lua_State *L) {
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  for (const char *const *name = arithmetic_events; *name; name++) nl_guard_function(L, lua_gettop(L), *name, string_arithmetic);
  lua_pop(L, 2);
}

void nl_open_strings(lua_State *L, int environment) {
  int strings = nl_open_standard(L, luaopen_string);
  lua_newtable(L);
  nl_copy_functions(L, strings, string_functions);
  nl_add_function(L, "rep", string_rep);
  nl_guard_function(L, strings, "format", string_format);
  for (const char *const *name = buffer_functions; *name; name++) nl_guard_function(L, strings, *name, nl_call_with_room);
  nl_open_patterns(L);
  set_methods(L);
  nl_add_library(L, environment, "string");
  lua_pop(L, 1);
}
