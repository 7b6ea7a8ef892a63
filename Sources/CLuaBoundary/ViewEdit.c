// Edits through views: an edit is made where it is written.

#include "View.h"

static void check_writable(lua_State *L, const nl_view *view) {
  if (view->document != NL_PAYLOAD) luaL_error(L, "request.settings is read only");
}

static void note_place(lua_State *L, void *context, nl_bytes name) {
  nl_interpreter *interpreter = nl_of(L);
  lua_Debug record;
  if (!lua_getstack(L, 1, &record) || !lua_getinfo(L, "Sl", &record) || record.currentline < 0) return;
  interpreter->model.note_write(interpreter->plugin, context, name, record.source, record.currentline);
}

void nl_note_write(lua_State *L, void *context, nl_answer answer) {
  if (answer != NL_NOTED && !nl_of(L)->conditions.is_fixed) return;
  nl_bytes name;
  name.start = (const uint8_t *)lua_tolstring(L, 2, &name.count);
  note_place(L, context, name);
}

// Raises what an edit was refused for; of a list, notes the line that wrote an attachment.
static void finish_element(lua_State *L, void *context, nl_answer answer, const nl_value *refusal) {
  static const char name[] = "attachments";
  if (answer == NL_REFUSED) nl_raise_refusal(L, refusal);
  if (answer == NL_NOTED) note_place(L, context, (nl_bytes){(const uint8_t *)name, sizeof name - 1});
}

int nl_write_member(lua_State *L) {
  nl_view *view = lua_touserdata(L, 1);
  void *context = nl_view_context(L, view);
  check_writable(L, view);
  if (lua_type(L, 2) != LUA_TSTRING) {
    return luaL_error(L, "a key of a payload's object is a string, not a %s", nl_type_name(L, 2));
  }
  nl_value value, refusal = {0};
  nl_name_subject(L, "user_info: member ", lua_tostring(L, 2), 0);
  nl_read_value(L, 3, true, &value);
  nl_bytes key;
  key.start = (const uint8_t *)lua_tolstring(L, 2, &key.count);
  nl_answer answer = nl_of(L)->model.set_member(context, view->node, view->depth, key, &value, &refusal);
  if (answer == NL_REFUSED) return nl_raise_refusal(L, &refusal);
  nl_note_write(L, context, answer);
  return 0;
}

int nl_write_element(lua_State *L) {
  nl_view *view = lua_touserdata(L, 1);
  void *context = nl_view_context(L, view);
  check_writable(L, view);
  int is_integer;
  lua_Integer index = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : (is_integer = 0);
  if (!is_integer) {
    return luaL_error(L, "an index of a payload's array is an integer, not a %s", nl_type_name(L, 2));
  }
  nl_value value, refusal = {0};
  nl_name_subject(L, "element ", NULL, index);
  nl_read_value(L, 3, true, &value);
  const nl_model *model = &nl_of(L)->model;
  view->hint = 0;
  nl_answer answer = model->set_element(context, view->node, view->depth, index, &value, &refusal);
  finish_element(L, context, answer, &refusal);
  return 0;
}

// table.insert for a view of an array; the arguments are on the stack.
static int view_insert(lua_State *L, nl_view *view) {
  void *context = nl_view_context(L, view);
  check_writable(L, view);
  int64_t count = nl_view_count(L, view);
  int64_t position = count + 1;
  int value_index = 2;
  if (lua_gettop(L) == 3) {
    position = luaL_checkinteger(L, 2);
    value_index = 3;
    luaL_argcheck(L, position >= 1 && position <= count + 1, 2, "position out of bounds");
  } else if (lua_gettop(L) != 2) {
    return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  if (!view->is_array) return luaL_error(L, "table.insert wants an array, not an object of the payload");
  nl_value value, refusal = {0};
  nl_name_subject(L, "element ", NULL, position);
  nl_read_value(L, value_index, true, &value);
  view->hint = 0;
  nl_answer answer = nl_of(L)->model.insert_element(context, view->node, view->depth, position, &value, &refusal);
  finish_element(L, context, answer, &refusal);
  return 0;
}

// table.remove for a view of an array.
static int view_remove(lua_State *L, nl_view *view) {
  void *context = nl_view_context(L, view);
  check_writable(L, view);
  int64_t count = nl_view_count(L, view);
  int64_t position = luaL_optinteger(L, 2, count);
  if (!view->is_array) return luaL_error(L, "table.remove wants an array, not an object of the payload");
  if (lua_gettop(L) > 1 && count + 1 != position) {
    luaL_argcheck(L, position >= 1 && position <= count, 2, "position out of bounds");
  }
  nl_interpreter *interpreter = nl_of(L);
  nl_value value, refusal = {0};
  uint64_t hint = 0;
  interpreter->model.get_element(interpreter->plugin, context, NL_PAYLOAD, view->node, position, &hint, &value);
  nl_push_value(L, view->call, NL_PAYLOAD, view->depth + 1, &value);
  view->hint = 0;
  if (value.kind != NL_NIL &&
      interpreter->model.remove_element(context, view->node, position, &refusal) == NL_REFUSED) {
    return nl_raise_refusal(L, &refusal);
  }
  return 1;
}

// table.insert and table.remove: upvalue 1 is Lua's own, for tables that are no views.
int nl_table_insert(lua_State *L) {
  nl_view *view = nl_to_view(L, 1);
  if (view) return view_insert(L, view);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

int nl_table_remove(lua_State *L) {
  nl_view *view = nl_to_view(L, 1);
  if (view) return view_remove(L, view);
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}
