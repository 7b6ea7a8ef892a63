// The notilua table: functions that Swift carries out.

#include <string.h>

#include "Boundary.h"

#define ARGUMENT_LIMIT 8

static int call_host(lua_State *L);

static int push_results(lua_State *L, nl_answer answer, nl_value *results, int count) {
  nl_interpreter *interpreter = nl_of(L);
  if (answer == NL_REFUSED) {
    luaL_where(L, 1);
    lua_pushlstring(L, (const char *)results[0].bytes.start, results[0].bytes.count);
    lua_concat(L, 2);
    return lua_error(L);
  }
  for (int index = 0; index < count; index++) {
    nl_push_value(L, interpreter->current, NL_SCRATCH, 1, &results[index]);
  }
  return count;
}

// Runs when the answer from outside has come: asks the model once more, without arguments.
static int continue_host(lua_State *L, int status, lua_KContext function) {
  (void)status;
  nl_interpreter *interpreter = nl_of(L);
  nl_value results[2];
  int count = 0;
  nl_answer answer = interpreter->model.call_host(interpreter->plugin, interpreter->current->context,
                                                  (int)function, NULL, -1, results, &count);
  if (answer == NL_SUSPEND) return lua_yieldk(L, 0, function, continue_host);
  return push_results(L, answer, results, count);
}

// Puts what `print` shows of all arguments in the place of them.
static void join_arguments(lua_State *L) {
  int count = lua_gettop(L);
  luaL_checkstack(L, 4, "too many values to show");
  for (int index = 1; index <= count; index++) {
    nl_push_shown(L, index);
    lua_replace(L, index);
  }
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int index = 1; index <= count; index++) {
    if (index > 1) luaL_addchar(&buffer, '\t');
    lua_pushvalue(L, index);
    luaL_addvalue(&buffer);
  }
  luaL_pushresult(&buffer);
  lua_insert(L, 1);
  lua_settop(L, 1);
}

// Raises an error where a call with a colon gave the function the table that has it: 'view:text("hi")'.
static void check_dot(lua_State *L) {
  int count = lua_gettop(L);
  if (lua_type(L, 1) != LUA_TTABLE || luaL_getmetafield(L, 1, "__locked") == LUA_TNIL) return;
  const char *name = lua_tostring(L, lua_upvalueindex(3));
  const char *dot = strrchr(name, '.');
  lua_Debug running;
  if (dot && lua_type(L, -1) == LUA_TTABLE && lua_getfield(L, -1, dot + 1) == LUA_TFUNCTION &&
      lua_getstack(L, 0, &running) && lua_getinfo(L, "f", &running) && lua_rawequal(L, -1, -2)) {
    const char *table = lua_pushlstring(L, name, (size_t)(dot - name));
    luaL_error(L, "'%s:%s' passes '%s' itself as the first argument; write %s(…) with a dot", table, dot + 1,
               table, name);
  }
  lua_settop(L, count);
}

// Upvalue 1 is the function's number, upvalue 2 tells which arguments may be tables, upvalue 3 is its name.
static int call_host(lua_State *L) {
  nl_interpreter *interpreter = nl_of(L);
  check_dot(L);
  int function = (int)lua_tointeger(L, lua_upvalueindex(1));
  lua_Integer tables = lua_tointeger(L, lua_upvalueindex(2));
  interpreter->subject = lua_tostring(L, lua_upvalueindex(3));
  interpreter->subject_name = "";
  if (tables == NL_JOINED_ARGUMENTS) join_arguments(L);
  int count = lua_gettop(L);
  if (count > ARGUMENT_LIMIT) {
    return luaL_error(L, "too many arguments to '%s'", lua_tostring(L, lua_upvalueindex(3)));
  }
  nl_value arguments[ARGUMENT_LIMIT], results[2];
  for (int index = 0; index < count; index++) {
    // At most one argument of a function is a table, since all are written into one place.
    nl_read_value(L, index + 1, tables >> index & 1, &arguments[index]);
  }
  interpreter->subject = NULL;
  void *context = interpreter->current ? interpreter->current->context : NULL;
  int result_count = 0;
  nl_answer answer = interpreter->model.call_host(interpreter->plugin, context, function, arguments, count,
                                                  results, &result_count);
  if (answer == NL_SUSPEND) {
    if (!lua_isyieldable(L)) {
      return luaL_error(L, "'%s' cannot wait inside of a callback of table.sort or string.gsub",
                        lua_tostring(L, lua_upvalueindex(3)));
    }
    return lua_yieldk(L, 0, function, continue_host);
  }
  return push_results(L, answer, results, result_count);
}

// notilua.array(t): marks t, so that it is written as an array also when it is empty.
static int mark_array(lua_State *L) {
  if (lua_isnone(L, 1)) lua_newtable(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  if (lua_getmetatable(L, 1)) {
    lua_pop(L, 1);
    if (!nl_is_marked_array(L, 1)) return luaL_argerror(L, 1, "this table is locked");
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->marked_array_metatable);
  lua_setmetatable(L, 1);
  lua_settop(L, 1);
  return 1;
}

// Leaves the notilua table on the stack: a name with a dot goes into a table of its own.
void nl_open_host_functions(lua_State *L, const nl_names *names) {
  lua_newtable(L);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  lua_pushcfunction(L, mark_array);
  lua_setfield(L, -2, "array");
  // The root of the settings, which are there before the first notification is.
  nl_value settings = {.kind = NL_OBJECT, .node = 0};
  nl_push_value(L, NULL, NL_SETTINGS, 1, &settings);
  lua_setfield(L, -2, "settings");
  for (int index = 0; index < names->function_count; index++) {
    const nl_name *name = &names->functions[index];
    const char *dot = strchr(name->name, '.');
    lua_pushvalue(L, -1);
    if (dot) {
      lua_pushlstring(L, name->name, (size_t)(dot - name->name));
      if (lua_rawget(L, -2) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushlstring(L, name->name, (size_t)(dot - name->name));
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
      }
      lua_remove(L, -2);
    }
    lua_pushinteger(L, name->number);
    lua_pushinteger(L, name->json_arguments);
    lua_pushfstring(L, strncmp(name->name, "view.", 5) == 0 ? "%s" : "notilua.%s", name->name);
    lua_pushcclosure(L, call_host, 3);
    lua_setfield(L, -2, dot ? dot + 1 : name->name);
    lua_pop(L, 1);
  }
}
