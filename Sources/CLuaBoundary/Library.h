// How the environment of plugins is put together: an allow list of Lua's functions, some of them guarded.

#ifndef LIBRARY_H
#define LIBRARY_H

#include "Boundary.h"

// Library.c. Each leaves the stack as it was, but for nl_open_standard.
// Copies the named members of the table at `from` into the one at the top.
void nl_copy_functions(lua_State *L, int from, const char *const *names);
// Adds a function to the table at the top.
void nl_add_function(lua_State *L, const char *name, lua_CFunction function);
// Adds `guard` to the table at the top, with the member `name` of the table at `from` as its upvalue 1.
void nl_guard_function(lua_State *L, int from, const char *name, lua_CFunction guard);
// Calls one of Lua's open functions; pushes its table and returns the table's index.
int nl_open_standard(lua_State *L, lua_CFunction function);
// Pops the table at the top and adds it, locked, to the environment at `environment`.
void nl_add_library(lua_State *L, int environment, const char *name);

// Functions of Lua's that work in a buffer: makes room and calls upvalue 1.
int nl_call_with_room(lua_State *L);

// Globals.c
// Puts a table that shows the one at the top, and refuses writes, in its place.
void nl_lock_table(lua_State *L, const char *name);
// Makes a table in front of the environment what plugins see as their globals. Stack: no change.
void nl_show_environment(lua_State *L, int environment);

// One each for the libraries: adds to the environment at `environment`; the stack is as it was.
void nl_open_base(lua_State *L, int environment);
void nl_open_strings(lua_State *L, int environment);
void nl_open_tables(lua_State *L, int environment);
void nl_open_clock(lua_State *L, int environment);

// Require.c
int nl_require(lua_State *L);

#endif
