#include "PatternReference.h"

#include <lauxlib.h>
#include <lualib.h>

static lua_State *state;

const char *pr_run(const char *chunk, size_t count, size_t *length, bool *failed) {
  if (!state) {
    state = luaL_newstate();
    luaL_openlibs(state);
  }
  lua_settop(state, 0);
  *failed = luaL_loadbuffer(state, chunk, count, "=c") != LUA_OK || lua_pcall(state, 0, 1, 0) != LUA_OK;
  const char *text = lua_tolstring(state, -1, length);
  return text ? text : "";
}
