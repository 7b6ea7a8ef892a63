// The objects that a handler is called with: request, content, notification and response.

#include "View.h"

const char *const nl_object_names[NL_OBJECT_COUNT] = {"request", "content", "notification", "response"};

// Upvalue 1 has the numbers of the properties by name, upvalue 2 says which object it is.
//
// Short strings are interned, so that a name is at one address as long as the table of names holds it: the place that
// this address hashes to remembers the number.
static int property_number(lua_State *L, nl_object object) {
  nl_interpreter *interpreter = nl_of(L);
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
  nl_known_name *known = &interpreter->known_names[object][(uintptr_t)name >> 4 & (NL_KNOWN_NAMES - 1)];
  if (name && known->name == name) return known->number;
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNUMBER) {
    if (name) {
      nl_value text;
      interpreter->model.explain_property(interpreter->plugin, object,
                                          (nl_bytes){(const uint8_t *)name, lua_rawlen(L, 2)}, &text);
      return nl_raise_refusal(L, &text);
    }
    return luaL_error(L, "%s has no property of type %s", nl_object_names[object], nl_type_name(L, 2));
  }
  *known = (nl_known_name){name, (int)lua_tointeger(L, -1)};
  lua_pop(L, 1);
  return known->number;
}

static void *call_context(lua_State *L, nl_call *call) {
  if (!call->context || call != nl_of(L)->current) {
    luaL_error(L, "this notification is not the running one; read what must outlive it before");
  }
  return call->context;
}

static int property_index(lua_State *L) {
  nl_call *call = *(nl_call **)lua_touserdata(L, 1);
  void *context = call_context(L, call);
  nl_object object = (nl_object)lua_tointeger(L, lua_upvalueindex(2));
  int number = property_number(L, object);
  nl_interpreter *interpreter = nl_of(L);
  nl_value value;
  if (interpreter->model.get_property(interpreter->plugin, context, object, number, &value) != NL_DONE) {
    return nl_raise_refusal(L, &value);
  }
  bool settings = object == NL_REQUEST && (value.kind == NL_OBJECT || value.kind == NL_ARRAY);
  if (value.kind == NL_REFERENCE) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->objects[value.integer]);
  } else if (settings) {
    nl_push_value(L, NULL, NL_SETTINGS, 1, &value);
  } else {
    // The number of levels above a property's table: the payload, aps, alert.
    nl_push_value(L, call, NL_PAYLOAD, value.integer > 0 ? (int)value.integer : 1, &value);
  }
  return 1;
}

static int property_newindex(lua_State *L) {
  nl_call *call = *(nl_call **)lua_touserdata(L, 1);
  void *context = call_context(L, call);
  int number = property_number(L, NL_CONTENT);
  nl_value value, refusal = {0};
  nl_name_subject(L, "content.", lua_tostring(L, 2), 0);
  nl_read_value(L, 3, true, &value);
  nl_answer answer = nl_of(L)->model.set_property(context, number, &value, &refusal);
  if (answer == NL_REFUSED) return nl_raise_refusal(L, &refusal);
  nl_note_write(L, context, answer);
  return 0;
}

static int request_newindex(lua_State *L) {
  nl_call *call = *(nl_call **)lua_touserdata(L, 1);
  void *context = call_context(L, call);
  int number = property_number(L, NL_REQUEST);
  nl_interpreter *interpreter = nl_of(L);
  nl_value value, refusal = {0};
  nl_read_value(L, 3, false, &value);
  nl_answer answer = interpreter->model.set_request(interpreter->plugin, context, number, &value, &refusal);
  if (answer == NL_REFUSED) return nl_raise_refusal(L, &refusal);
  nl_note_write(L, context, answer);
  return 0;
}

static int fixed_newindex(lua_State *L) {
  return luaL_error(L, "notification and response are read only; build the view instead");
}

static int new_property_metatable(lua_State *L, const nl_name *names, int count, nl_object object) {
  lua_newtable(L);
  nl_set_type_name(L, nl_object_names[object]);
  lua_createtable(L, 0, count);
  for (int index = 0; index < count; index++) {
    lua_pushinteger(L, names[index].number);
    lua_setfield(L, -2, names[index].name);
  }
  lua_pushvalue(L, -1);
  lua_pushinteger(L, object);
  lua_pushcclosure(L, property_index, 2);
  lua_setfield(L, -3, "__index");
  lua_pushinteger(L, object);
  static const lua_CFunction setters[NL_OBJECT_COUNT] = {request_newindex, property_newindex, fixed_newindex,
                                                         fixed_newindex};
  lua_pushcclosure(L, setters[object], 2);
  lua_setfield(L, -2, "__newindex");
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

void nl_open_properties(lua_State *L, const nl_names *names) {
  int *metatables = nl_of(L)->metatables;
  metatables[NL_REQUEST] = new_property_metatable(L, names->request, names->request_count, NL_REQUEST);
  metatables[NL_CONTENT] = new_property_metatable(L, names->content, names->content_count, NL_CONTENT);
  metatables[NL_NOTIFICATION] =
      new_property_metatable(L, names->notification, names->notification_count, NL_NOTIFICATION);
  metatables[NL_RESPONSE] = new_property_metatable(L, names->response, names->response_count, NL_RESPONSE);
}
