// Lua's own headers, as Debian's liblua5.4-dev installs them. Only C includes this: no Swift target calls Lua.
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
