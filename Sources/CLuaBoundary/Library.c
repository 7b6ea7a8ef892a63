// What plugins find in their environment: an allow list of Lua's functions, some of them guarded.

#include <math.h>
#include <string.h>

#include "Boundary.h"

// ---- Lua's own functions -----------------------------------------------------------------------------------------

static const char *const string_functions[] = {"byte", "len", "packsize", "sub", "unpack", NULL};
static const char *const buffer_functions[] = {"char", "lower", "pack", "reverse", "upper", NULL};
static const char *const table_functions[] = {"pack", "sort", "unpack", NULL};
static const char *const math_functions[] = {
    "abs", "acos", "asin", "atan", "ceil", "cos",       "deg",  "exp", "floor",     "fmod", "huge",
    "log", "max",  "maxinteger",   "min",  "mininteger", "modf", "pi",  "rad",       "random",
    "sin", "sqrt", "tan",          "tointeger",          "type", "ult", NULL};
static const char *const utf8_functions[] = {"char", "charpattern", "codepoint", "codes", "len", "offset", NULL};
static const char *const clock_functions[] = {"time", "clock", NULL};
static const char *const arithmetic_events[] = {"__add", "__sub", "__mul", "__mod", "__pow",
                                                "__div", "__idiv", "__unm", NULL};
static const char *const base_functions[] = {"assert", "error", "select", "tonumber", NULL};

// Copies the named members of the table at `from` into the one at `to`.
static void copy(lua_State *L, int from, int to, const char *const *names) {
  for (; *names; names++) {
    lua_getfield(L, from, *names);
    lua_setfield(L, to, *names);
  }
}

// ---- Guarded and replaced ----------------------------------------------------------------------------------------

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

static int base_pairs(lua_State *L) {
  if (nl_to_view(L, 1)) {
    nl_push_iterator(L, 1);
  } else {
    if (lua_type(L, 1) == LUA_TUSERDATA) {
      return luaL_error(L, "pairs does not go through %s; content.user_info has the payload", nl_type_name(L, 1));
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    bool is_fixed = nl_of(L)->conditions.is_fixed;
    if (luaL_getmetafield(L, 1, "__locked") != LUA_TNIL) {
      if (is_fixed) {
        nl_push_ordered_iterator(L, -1);
      } else {
        lua_pushcclosure(L, locked_next, 1);
      }
    } else if (is_fixed) {
      nl_push_ordered_iterator(L, 1);
    } else {
      lua_pushcfunction(L, base_next);
    }
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

static int base_require(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  size_t name_length;
  const char *name = luaL_checklstring(L, 1, &name_length);
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->loaded_modules);
  lua_pushvalue(L, 1);
  if (lua_rawget(L, -2) != LUA_TNIL) {
    if (lua_touserdata(L, -1) == interpreter) return luaL_error(L, "module '%s' requires itself", name);
    return 1;
  }
  lua_pop(L, 1);
  for (size_t index = 0; index < interpreter->module_count; index++) {
    nl_module *module = &interpreter->modules[index];
    if (strlen(module->name) != name_length || strcmp(module->name, name) != 0) continue;
    int status = luaL_loadbufferx(L, (const char *)module->source.start, module->source.count,
                                  module->chunk_name, "t");
    if (status != LUA_OK) return lua_error(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->environment);
    lua_setupvalue(L, -2, 1);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, interpreter);
    lua_rawset(L, -4);
    lua_pushvalue(L, 1);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK) {
      // Not being loaded any more: the next attempt shows the same error, not one about itself.
      lua_pushvalue(L, 1);
      lua_pushnil(L);
      lua_rawset(L, -4);
      return lua_error(L);
    }
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    return 1;
  }
  return luaL_error(L, "module '%s' is neither in the plugin's folder nor in lib beside it; a plugin that is one file has lib only",
                    name);
}

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

// A function of Lua's that works in a buffer, which is upvalue 1.
static int with_room(lua_State *L) {
  nl_make_room(L, lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) : 0);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// table.move, with Lua's own as upvalue 1: not more than a million elements in one call.
static int table_move(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 2);
  lua_Integer last = luaL_checkinteger(L, 3);
  if (last >= first && (lua_Unsigned)last - (lua_Unsigned)first >= 1000000) {
    return luaL_error(L, "table.move moves a million elements at most");
  }
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

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

// ---- Locks -------------------------------------------------------------------------------------------------------

// Upvalue 1 is the locked table's name.
static int refuse_write(lua_State *L) {
  return luaL_error(L, "'%s' cannot be changed; keep what is yours in a local variable",
                    lua_tostring(L, lua_upvalueindex(1)));
}

// Puts a table that shows the one at the top, and refuses writes, in its place.
static void lock(lua_State *L, const char *name) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__locked");
  lua_pushstring(L, name);
  lua_pushcclosure(L, refuse_write, 1);
  lua_setfield(L, -2, "__newindex");
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

// Writes of globals while the chunk runs: upvalue 1 is the table behind the environment.
static int set_global(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  if (!interpreter->loading) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    return luaL_error(L, "cannot set global '%s' while a notification is processed; use 'local %s'", name, name);
  }
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL) {
    return luaL_error(L, "'%s' cannot be changed; keep what is yours in a local variable", lua_tostring(L, 2));
  }
  lua_settop(L, 3);
  lua_rawset(L, lua_upvalueindex(1));
  return 0;
}

void nl_freeze_globals(lua_State *L) { nl_of(L)->loading = false; }

// ---- The environment ---------------------------------------------------------------------------------------------

static void add(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

// Puts `guard` under `name` into the table at the top, with the same member of the table at `from` as its upvalue.
static void wrap(lua_State *L, int from, const char *name, lua_CFunction guard) {
  lua_getfield(L, from, name);
  lua_pushcclosure(L, guard, 1);
  lua_setfield(L, -2, name);
}

// Calls one of Lua's open functions and leaves its table on the stack.
static int open(lua_State *L, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_call(L, 0, 1);
  return lua_gettop(L);
}

static void add_library(lua_State *L, int environment, const char *name) {
  lock(L, name);
  lua_setfield(L, environment, name);
}

void nl_open_library(lua_State *L, const nl_names *names) {
  nl_interpreter *interpreter = nl_of(L);
  lua_newtable(L);
  int environment = lua_gettop(L);

  int base = open(L, luaopen_base);
  lua_getfield(L, base, "error");
  interpreter->raise = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  lua_pushvalue(L, environment);
  copy(L, base, lua_gettop(L), base_functions);
  add(L, "ipairs", base_ipairs);
  add(L, "next", base_next);
  add(L, "pairs", base_pairs);
  add(L, "pcall", base_pcall);
  add(L, "require", base_require);
  add(L, "tostring", base_tostring);
  add(L, "type", base_type);

  int strings = open(L, luaopen_string);
  lua_newtable(L);
  copy(L, strings, lua_gettop(L), string_functions);
  add(L, "rep", string_rep);
  wrap(L, strings, "format", string_format);
  for (const char *const *name = buffer_functions; *name; name++) wrap(L, strings, *name, with_room);
  nl_open_patterns(L);
  // Methods of strings are these, not Lua's own.
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  for (const char *const *name = arithmetic_events; *name; name++) {
    lua_getfield(L, -1, *name);
    lua_pushcclosure(L, string_arithmetic, 1);
    lua_setfield(L, -2, *name);
  }
  lua_pop(L, 2);
  add_library(L, environment, "string");

  int tables = open(L, luaopen_table);
  lua_newtable(L);
  copy(L, tables, lua_gettop(L), table_functions);
  wrap(L, tables, "insert", nl_table_insert);
  wrap(L, tables, "remove", nl_table_remove);
  wrap(L, tables, "move", table_move);
  wrap(L, tables, "concat", with_room);
  // Lua's own chooses pivots by the clock, so that the order of equal elements is another each time.
  if (interpreter->conditions.is_fixed) add(L, "sort", nl_table_sort);
  add_library(L, environment, "table");

  int math = open(L, luaopen_math);
  lua_getfield(L, math, "randomseed");
  lua_pushinteger(L, (lua_Integer)interpreter->limits.seed);
  lua_call(L, 1, 0);
  lua_newtable(L);
  copy(L, math, lua_gettop(L), math_functions);
  add_library(L, environment, "math");

  int utf8 = open(L, luaopen_utf8);
  lua_newtable(L);
  copy(L, utf8, lua_gettop(L), utf8_functions);
  add_library(L, environment, "utf8");

  int os = open(L, luaopen_os);
  lua_newtable(L);
  wrap(L, os, "date", os_date);
  wrap(L, os, "difftime", os_difftime);
  if (interpreter->conditions.is_fixed) {
    wrap(L, os, "time", fixed_time);
    wrap(L, os, "clock", fixed_clock);
  } else {
    copy(L, os, lua_gettop(L), clock_functions);
  }
  add_library(L, environment, "os");

  nl_open_host_functions(L, names);
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (lua_type(L, -1) == LUA_TTABLE) {
      const char *name = lua_tostring(L, -2);
      // The view's functions are what a handler is called with, and nothing of notilua's.
      lua_pushfstring(L, strcmp(name, "view") == 0 ? "%s" : "notilua.%s", name);
      lua_insert(L, -2);
      lock(L, lua_tostring(L, -2));
      lua_pushvalue(L, -3);
      lua_insert(L, -2);
      lua_rawset(L, -5);
    }
    lua_pop(L, 1);
  }
  lua_getfield(L, -1, "view");
  interpreter->view_table = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushnil(L);
  lua_setfield(L, -2, "view");
  lua_getfield(L, -1, "print");
  lua_setfield(L, environment, "print");
  lua_pushnil(L);
  lua_setfield(L, -2, "print");
  add_library(L, environment, "notilua");

  // Plugins see an empty table in front of this one: so every write of a global is noticed, also of one that exists.
  lua_newtable(L);
  int shown = lua_gettop(L);
  lua_pushvalue(L, shown);
  lua_setfield(L, environment, "_G");
  lua_pushliteral(L, LUA_VERSION);
  lua_setfield(L, environment, "_VERSION");
  lua_newtable(L);
  lua_newtable(L);
  int own = lua_gettop(L);
  // What was here before the plugin came, by name: those names stay.
  lua_pushnil(L);
  while (lua_next(L, environment)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, own);
  }
  lua_pushvalue(L, environment);
  lua_pushvalue(L, own);
  lua_pushcclosure(L, set_global, 2);
  lua_setfield(L, own - 1, "__newindex");
  lua_pushvalue(L, environment);
  lua_setfield(L, own - 1, "__index");
  lua_pushvalue(L, environment);
  lua_setfield(L, own - 1, "__locked");
  lua_pushvalue(L, own - 1);
  lua_setmetatable(L, shown);
  lua_pushvalue(L, shown);
  interpreter->environment = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_settop(L, 0);
}
