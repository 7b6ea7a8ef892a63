// Tables in Lua that are views of a document: a value is decoded when it is read, an edit is made where it is written.

#include <string.h>

#include "Boundary.h"

// ---- Finding the document behind a view --------------------------------------------------------------------------

nl_view *nl_to_view(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return NULL;
  nl_interpreter *interpreter = nl_of(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->object_metatable);
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->array_metatable);
  bool is_view = lua_rawequal(L, -1, -3) || lua_rawequal(L, -2, -3);
  lua_pop(L, 3);
  return is_view ? lua_touserdata(L, index) : NULL;
}

void *nl_view_context(lua_State *L, const nl_view *view) {
  if (!view->call) return NULL;
  // A call that waits for the host is not the current one either: no notification sees another.
  if (view->generation != view->call->generation || view->call != nl_of(L)->current) {
    luaL_error(L, "this table belongs to another notification; copy what must outlive one");
  }
  return view->call->context;
}

// Says what the next table is written for.
static void name_subject(lua_State *L, const char *subject, const char *name, int64_t index) {
  nl_interpreter *interpreter = nl_of(L);
  interpreter->subject = subject;
  interpreter->subject_name = name;
  interpreter->subject_index = index;
}

static void check_writable(lua_State *L, const nl_view *view) {
  if (view->document != NL_PAYLOAD) luaL_error(L, "request.settings is read only");
}

static int raise_refusal(lua_State *L, const nl_value *refusal) {
  luaL_where(L, 1);
  lua_pushlstring(L, (const char *)refusal->bytes.start, refusal->bytes.count);
  lua_concat(L, 2);
  return lua_error(L);
}

static void push_view(lua_State *L, nl_call *call, nl_document document, int depth, const nl_value *value) {
  nl_interpreter *interpreter = nl_of(L);
  if (call) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, call->views);
    if (lua_rawgeti(L, -1, value->node) == LUA_TUSERDATA) {
      nl_view *known = lua_touserdata(L, -1);
      if (known->generation == call->generation) {
        lua_remove(L, -2);
        return;
      }
    }
    lua_pop(L, 1);
  }
  nl_view *view = lua_newuserdatauv(L, sizeof *view, 0);
  *view = (nl_view){
      .call = call,
      .generation = call ? call->generation : 0,
      .node = value->node,
      .document = (uint8_t)document,
      .is_array = value->kind == NL_ARRAY,
      .depth = (uint16_t)depth,
  };
  lua_rawgeti(L, LUA_REGISTRYINDEX,
              view->is_array ? interpreter->array_metatable : interpreter->object_metatable);
  lua_setmetatable(L, -2);
  if (call) {
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, value->node);
    if (call->view_count < NL_CACHED_VIEWS) call->viewed[call->view_count] = value->node;
    if (call->view_count <= NL_CACHED_VIEWS) call->view_count++;
    lua_remove(L, -2);
  }
}

// Builds a value of the scratch document as ordinary tables.
static void push_built(lua_State *L, int depth, const nl_value *value) {
  nl_interpreter *interpreter = nl_of(L);
  const nl_model *model = &interpreter->model;
  nl_value item, key;
  luaL_checkstack(L, 6, "nested too deep");
  if (value->kind == NL_ARRAY) {
    int64_t count = model->count(interpreter->plugin, NULL, NL_SCRATCH, value->node);
    uint64_t hint = 0;
    lua_createtable(L, count < 1 << 20 ? (int)count : 0, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->marked_array_metatable);
    lua_setmetatable(L, -2);
    for (int64_t index = 1; index <= count; index++) {
      model->get_element(interpreter->plugin, NULL, NL_SCRATCH, value->node, index, &hint, &item);
      nl_push_value(L, NULL, NL_SCRATCH, depth + 1, &item);
      lua_rawseti(L, -2, index);
    }
  } else {
    uint64_t cursor = 0;
    lua_newtable(L);
    while (model->next_member(interpreter->plugin, NULL, NL_SCRATCH, value->node, &cursor, &key, &item)) {
      lua_pushlstring(L, (const char *)key.bytes.start, key.bytes.count);
      nl_push_value(L, NULL, NL_SCRATCH, depth + 1, &item);
      lua_rawset(L, -3);
    }
  }
}

void nl_push_value(lua_State *L, nl_call *call, nl_document document, int depth, const nl_value *value) {
  switch (value->kind) {
    case NL_BOOLEAN: lua_pushboolean(L, value->integer != 0); break;
    case NL_INTEGER: lua_pushinteger(L, value->integer); break;
    case NL_NUMBER: lua_pushnumber(L, value->number); break;
    case NL_STRING: lua_pushlstring(L, (const char *)value->bytes.start, value->bytes.count); break;
    case NL_NULL: lua_pushlightuserdata(L, NULL); break;
    case NL_DROP: lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->drop); break;
    case NL_OBJECT:
    case NL_ARRAY:
      if (document == NL_SCRATCH) {
        push_built(L, depth, value);
      } else {
        push_view(L, call, document, depth, value);
      }
      break;
    default: lua_pushnil(L); break;
  }
}

// ---- Reading and writing through a view --------------------------------------------------------------------------

static int object_index(lua_State *L) {
  nl_view *view = lua_touserdata(L, 1);
  void *context = nl_view_context(L, view);
  if (lua_type(L, 2) != LUA_TSTRING) {
    lua_pushnil(L);
    return 1;
  }
  nl_interpreter *interpreter = nl_of(L);
  nl_bytes key;
  key.start = (const uint8_t *)lua_tolstring(L, 2, &key.count);
  nl_value value;
  interpreter->model.get_member(interpreter->plugin, context, view->document, view->node, key, &value);
  nl_push_value(L, view->call, view->document, view->depth + 1, &value);
  return 1;
}

static void note_place(lua_State *L, void *context, nl_bytes name) {
  nl_interpreter *interpreter = nl_of(L);
  lua_Debug record;
  if (!lua_getstack(L, 1, &record) || !lua_getinfo(L, "Sl", &record) || record.currentline < 0) return;
  interpreter->model.note_write(interpreter->plugin, context, name, record.source, record.currentline);
}

// Notes the line that wrote what the string at 2 names, where that is asked for.
static void note_write(lua_State *L, void *context, nl_answer answer) {
  if (answer != NL_NOTED && !nl_of(L)->conditions.is_fixed) return;
  nl_bytes name;
  name.start = (const uint8_t *)lua_tolstring(L, 2, &name.count);
  note_place(L, context, name);
}

// Raises what an edit was refused for; of a list, notes the line that wrote an attachment.
static void finish_element(lua_State *L, void *context, nl_answer answer, const nl_value *refusal) {
  static const char name[] = "attachments";
  if (answer == NL_REFUSED) raise_refusal(L, refusal);
  if (answer == NL_NOTED) note_place(L, context, (nl_bytes){(const uint8_t *)name, sizeof name - 1});
}

static int object_newindex(lua_State *L) {
  nl_view *view = lua_touserdata(L, 1);
  void *context = nl_view_context(L, view);
  check_writable(L, view);
  if (lua_type(L, 2) != LUA_TSTRING) {
    return luaL_error(L, "a key of a payload's object is a string, not a %s", nl_type_name(L, 2));
  }
  nl_value value, refusal = {0};
  name_subject(L, "user_info: member ", lua_tostring(L, 2), 0);
  nl_read_value(L, 3, true, &value);
  nl_bytes key;
  key.start = (const uint8_t *)lua_tolstring(L, 2, &key.count);
  nl_answer answer = nl_of(L)->model.set_member(context, view->node, view->depth, key, &value, &refusal);
  if (answer == NL_REFUSED) return raise_refusal(L, &refusal);
  note_write(L, context, answer);
  return 0;
}

static int64_t view_count(lua_State *L, nl_view *view) {
  nl_interpreter *interpreter = nl_of(L);
  void *context = nl_view_context(L, view);
  // Like a table with string keys, an object has no length.
  if (!view->is_array) return 0;
  return interpreter->model.count(interpreter->plugin, context, view->document, view->node);
}

static int view_length(lua_State *L) {
  lua_pushinteger(L, view_count(L, lua_touserdata(L, 1)));
  return 1;
}

static int array_index(lua_State *L) {
  nl_view *view = lua_touserdata(L, 1);
  void *context = nl_view_context(L, view);
  int is_integer;
  lua_Integer index = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : (is_integer = 0);
  if (!is_integer) {
    lua_pushnil(L);
    return 1;
  }
  nl_interpreter *interpreter = nl_of(L);
  nl_value value;
  interpreter->model.get_element(interpreter->plugin, context, view->document, view->node, index, &view->hint,
                                 &value);
  nl_push_value(L, view->call, view->document, view->depth + 1, &value);
  return 1;
}

static int array_newindex(lua_State *L) {
  nl_view *view = lua_touserdata(L, 1);
  void *context = nl_view_context(L, view);
  check_writable(L, view);
  int is_integer;
  lua_Integer index = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &is_integer) : (is_integer = 0);
  if (!is_integer) {
    return luaL_error(L, "an index of a payload's array is an integer, not a %s", nl_type_name(L, 2));
  }
  nl_value value, refusal = {0};
  name_subject(L, "element ", NULL, index);
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
  int64_t count = view_count(L, view);
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
  name_subject(L, "element ", NULL, position);
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
  int64_t count = view_count(L, view);
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
    return raise_refusal(L, &refusal);
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

// next(view, key): for an object in payload order, for an array by index.
int nl_next_member(lua_State *L) {
  nl_view *view = nl_to_view(L, 1);
  if (!view) return luaL_argerror(L, 1, "the table of this iteration expected");
  void *context = nl_view_context(L, view);
  nl_interpreter *interpreter = nl_of(L);
  const nl_model *model = &interpreter->model;
  nl_value key, value;
  lua_settop(L, 2);
  if (view->is_array) {
    lua_Integer index = lua_isnil(L, 2) ? 0 : luaL_checkinteger(L, 2);
    luaL_argcheck(L, index >= 0 && index < LUA_MAXINTEGER, 2, "invalid key to 'next'");
    model->get_element(interpreter->plugin, context, view->document, view->node, index + 1, &view->hint, &value);
    if (value.kind == NL_NIL) {
      lua_pushnil(L);
      return 1;
    }
    lua_pushinteger(L, index + 1);
    nl_push_value(L, view->call, view->document, view->depth + 1, &value);
    return 2;
  }
  uint64_t cursor = 0;
  if (!lua_isnil(L, 2)) {
    // The place after `key` is the remembered one, if it is the key that was given out last.
    size_t length;
    const char *wanted = luaL_checklstring(L, 2, &length);
    bool found = false;
    cursor = view->last_cursor;
    for (int attempt = 0; attempt < 2 && !found; attempt++) {
      while (!found &&
             model->next_member(interpreter->plugin, context, view->document, view->node, &cursor, &key, &value)) {
        found = key.bytes.count == length && memcmp(key.bytes.start, wanted, length) == 0;
        if (!found && attempt == 0) break;
      }
      if (!found) cursor = 0;
    }
    // A member that was just set to nil is not there any more; its place is.
    if (!found) cursor = view->cursor;
  }
  view->last_cursor = cursor;
  if (!model->next_member(interpreter->plugin, context, view->document, view->node, &cursor, &key, &value)) {
    lua_pushnil(L);
    return 1;
  }
  view->cursor = cursor;
  lua_pushlstring(L, (const char *)key.bytes.start, key.bytes.count);
  nl_push_value(L, view->call, view->document, view->depth + 1, &value);
  return 2;
}

// The step of pairs(view): upvalue 1 is the view, upvalue 2 the place in its object, so that loops do not share one.
static int step_view(lua_State *L) {
  nl_view *view = lua_touserdata(L, lua_upvalueindex(1));
  if (view->is_array) {
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_replace(L, 1);
    return nl_next_member(L);
  }
  uint64_t *cursor = lua_touserdata(L, lua_upvalueindex(2));
  void *context = nl_view_context(L, view);
  nl_interpreter *interpreter = nl_of(L);
  nl_value key, value;
  if (!interpreter->model.next_member(interpreter->plugin, context, view->document, view->node, cursor, &key,
                                      &value)) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushlstring(L, (const char *)key.bytes.start, key.bytes.count);
  nl_push_value(L, view->call, view->document, view->depth + 1, &value);
  return 2;
}

void nl_push_iterator(lua_State *L, int index) {
  lua_pushvalue(L, index);
  *(uint64_t *)lua_newuserdatauv(L, sizeof(uint64_t), 0) = 0;
  lua_pushcclosure(L, step_view, 2);
}

// ---- request and content -----------------------------------------------------------------------------------------

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
    static const char *const owners[NL_OBJECT_COUNT] = {"request", "content", "notification", "response"};
    const char *owner = owners[object];
    if (name) {
      nl_value text;
      interpreter->model.explain_property(interpreter->plugin, object,
                                          (nl_bytes){(const uint8_t *)name, lua_rawlen(L, 2)}, &text);
      return raise_refusal(L, &text);
    }
    return luaL_error(L, "%s has no property of type %s", owner, nl_type_name(L, 2));
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
    return raise_refusal(L, &value);
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
  name_subject(L, "content.", lua_tostring(L, 2), 0);
  nl_read_value(L, 3, true, &value);
  nl_answer answer = nl_of(L)->model.set_property(context, number, &value, &refusal);
  if (answer == NL_REFUSED) return raise_refusal(L, &refusal);
  note_write(L, context, answer);
  return 0;
}

static int request_newindex(lua_State *L) {
  return luaL_error(L, "request is read only; change content instead");
}

static int fixed_newindex(lua_State *L) {
  return luaL_error(L, "notification and response are read only; build the view instead");
}

static void set_function(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

// What Lua's own messages call values with the metatable at the top.
static void set_name(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
}

static const char *const object_names[NL_OBJECT_COUNT] = {"request", "content", "notification", "response"};

static int new_property_metatable(lua_State *L, const nl_name *names, int count, nl_object object) {
  lua_newtable(L);
  set_name(L, object_names[object]);
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

void nl_open_views(lua_State *L, const nl_names *names) {
  nl_interpreter *interpreter = nl_of(L);
  lua_newtable(L);
  set_name(L, "table");
  set_function(L, "__index", object_index);
  set_function(L, "__newindex", object_newindex);
  set_function(L, "__len", view_length);
  interpreter->object_metatable = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  set_name(L, "table");
  set_function(L, "__index", array_index);
  set_function(L, "__newindex", array_newindex);
  set_function(L, "__len", view_length);
  interpreter->array_metatable = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  interpreter->marked_array_metatable = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newuserdatauv(L, 0, 0);
  lua_newtable(L);
  set_name(L, "drop");
  lua_setmetatable(L, -2);
  interpreter->drop = luaL_ref(L, LUA_REGISTRYINDEX);
  // Null, the only light userdata.
  lua_pushlightuserdata(L, NULL);
  lua_newtable(L);
  set_name(L, "null");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  interpreter->metatables[NL_REQUEST] = new_property_metatable(L, names->request, names->request_count, NL_REQUEST);
  interpreter->metatables[NL_CONTENT] = new_property_metatable(L, names->content, names->content_count, NL_CONTENT);
  interpreter->metatables[NL_NOTIFICATION] =
      new_property_metatable(L, names->notification, names->notification_count, NL_NOTIFICATION);
  interpreter->metatables[NL_RESPONSE] =
      new_property_metatable(L, names->response, names->response_count, NL_RESPONSE);
}

bool nl_is_drop(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TUSERDATA) return false;
  index = lua_absindex(L, index);
  lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->drop);
  bool is_drop = lua_rawequal(L, index, -1);
  lua_pop(L, 1);
  return is_drop;
}

bool nl_is_marked_array(lua_State *L, int index) {
  if (!lua_getmetatable(L, index)) return false;
  lua_rawgeti(L, LUA_REGISTRYINDEX, nl_of(L)->marked_array_metatable);
  bool marked = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return marked;
}

