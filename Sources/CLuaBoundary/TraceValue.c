// Values as a trace shows them.

#include <string.h>

#include "Trace.h"

#define MEMBER_LIMIT 4
#define ORDER_LIMIT 64  // members of a table that is shown in the order of its keys

// Moves the least key behind the one at the top, of those that have an order, to the top; false where there is none.
static bool next_key(lua_State *T, int table) {
  int last = lua_gettop(T);
  lua_pushnil(T);
  lua_pushnil(T);
  while (lua_next(T, table)) {
    lua_pop(T, 1);
    int type = lua_type(T, -1);
    bool is_ordered = type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN;
    bool is_behind = lua_isnil(T, last) || nl_key_is_after(T, last + 2, last);
    if (is_ordered && is_behind && (lua_isnil(T, last + 1) || nl_key_is_after(T, last + 1, last + 2))) {
      lua_copy(T, last + 2, last + 1);
    }
  }
  lua_copy(T, last + 1, last);
  lua_settop(T, last);
  return !lua_isnil(T, last);
}

// Whether a table has more members than may be looked at again and again.
static bool is_large(lua_State *T, int table) {
  int count = 0;
  lua_pushnil(T);
  while (count <= ORDER_LIMIT && lua_next(T, table)) {
    lua_pop(T, 1);
    count++;
  }
  if (count > ORDER_LIMIT) lua_pop(T, 1);
  return count > ORDER_LIMIT;
}

static void put_key(lua_State *T, nl_trace *trace, int key) {
  if (lua_type(T, key) != LUA_TSTRING) {
    nl_trace_put(trace, "[", 1);
    nl_trace_put_value(T, trace, key, true);
    nl_trace_put(trace, "]", 1);
    return;
  }
  size_t count;
  const char *bytes = lua_tolstring(T, key, &count);
  nl_trace_put_start(trace, bytes, count, nl_trace_put_escaped, "");
}

static void put_member(lua_State *T, nl_trace *trace, int table, int key, size_t length) {
  bool is_place = lua_isinteger(T, key) && lua_tointeger(T, key) >= 1 && (size_t)lua_tointeger(T, key) <= length;
  if (!is_place) {
    put_key(T, trace, key);
    nl_trace_put(trace, " = ", 3);
  }
  lua_pushvalue(T, key);
  lua_rawget(T, table);
  nl_trace_put_value(T, trace, key + 1, true);
  lua_pop(T, 1);
}

// Moves the key that is shown after `shown` others to the top, in the place of the one there; false at the end.
static bool next_shown_key(lua_State *T, int table, bool is_large, int shown) {
  if (!is_large) return next_key(T, table);
  // Of a large table only the first of a list: to find the least key means to look at all.
  if ((size_t)shown == lua_rawlen(T, table)) return false;
  lua_pushinteger(T, shown + 1);
  lua_replace(T, -2);
  return true;
}

static void put_table(lua_State *T, nl_trace *trace, int table) {
  bool is_cut_off = is_large(T, table);
  size_t length = lua_rawlen(T, table);
  int shown = 0;
  nl_trace_put(trace, "{", 1);
  lua_pushnil(T);
  int key = lua_gettop(T);
  for (bool has_many = is_cut_off; next_shown_key(T, table, has_many, shown); shown++) {
    if (shown == MEMBER_LIMIT) {
      is_cut_off = true;
      break;
    }
    nl_trace_put_format(trace, "%s", shown == 0 ? " " : ", ");
    put_member(T, trace, table, key, length);
  }
  lua_pop(T, 1);
  if (is_cut_off) nl_trace_put_format(trace, "%s…", shown ? ", " : " ");
  nl_trace_put_format(trace, "%s", shown || is_cut_off ? " }" : "}");
}

static void put_userdata(lua_State *T, nl_trace *trace, int index) {
  nl_interpreter *interpreter = nl_of(T);
  nl_view *view = nl_to_view(T, index);
  if (!view) {
    nl_trace_put_format(trace, "%s", nl_type_name(T, index));
    return;
  }
  // Nothing of another notification is shown, nor what a host function gave for a moment.
  bool is_own = view->call && view->call->thread == T && view->generation == view->call->generation;
  if (view->document == NL_SCRATCH || (view->document == NL_PAYLOAD && !is_own)) {
    nl_trace_put(trace, "table", 5);
    return;
  }
  nl_bytes text = {0};
  void *context = view->call ? view->call->context : NULL;
  interpreter->model.text(interpreter->plugin, context, (nl_document)view->document, view->node, &text);
  nl_trace_put_start(trace, (const char *)text.start, text.count, nl_trace_put, "");
}

void nl_trace_put_value(lua_State *T, nl_trace *trace, int index, bool is_nested) {
  switch (lua_type(T, index)) {
    case LUA_TNIL: nl_trace_put(trace, "nil", 3); break;
    case LUA_TBOOLEAN: nl_trace_put_format(trace, "%s", lua_toboolean(T, index) ? "true" : "false"); break;
    case LUA_TNUMBER:
      if (lua_isinteger(T, index)) {
        nl_trace_put_format(trace, "%lld", (long long)lua_tointeger(T, index));
      } else {
        nl_trace_put_format(trace, "%.14g", lua_tonumber(T, index));
      }
      break;
    case LUA_TSTRING: {
      size_t count;
      // A string stays what it is: this converts nothing.
      const char *bytes = lua_tolstring(T, index, &count);
      nl_trace_put_start(trace, bytes, count, nl_trace_put_escaped, "\"");
      break;
    }
    case LUA_TTABLE:
      if (is_nested) {
        nl_trace_put(trace, "{…}", strlen("{…}"));
      } else {
        put_table(T, trace, index);
      }
      break;
    case LUA_TUSERDATA: put_userdata(T, trace, index); break;
    case LUA_TLIGHTUSERDATA: nl_trace_put_format(trace, "%s", lua_touserdata(T, index) ? "drop" : "null"); break;
    default: nl_trace_put_format(trace, "%s", lua_typename(T, lua_type(T, index))); break;
  }
}
