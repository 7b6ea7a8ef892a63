// Tables in Lua that are views of a document: a value is decoded when it is read.

#include <string.h>

#include "View.h"

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

int nl_raise_refusal(lua_State *L, const nl_value *refusal) {
  luaL_where(L, 1);
  lua_pushlstring(L, (const char *)refusal->bytes.start, refusal->bytes.count);
  lua_concat(L, 2);
  return lua_error(L);
}

void nl_set_type_name(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
}

// ---- Values ------------------------------------------------------------------------------------------------------

// Pushes the view that the call has of a node; false where it has none. Below it stays the table of views.
static bool push_known_view(lua_State *L, const nl_call *call, uint32_t node) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, call->views);
  if (lua_rawgeti(L, -1, node) == LUA_TUSERDATA) {
    const nl_view *known = lua_touserdata(L, -1);
    if (known->generation == call->generation) return true;
  }
  lua_pop(L, 1);
  return false;
}

// Keeps the view at the top in the table of views below it.
static void keep_view(lua_State *L, nl_call *call, uint32_t node) {
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, node);
  if (call->view_count < NL_CACHED_VIEWS) call->viewed[call->view_count] = node;
  if (call->view_count <= NL_CACHED_VIEWS) call->view_count++;
}

static void push_new_view(lua_State *L, nl_call *call, nl_document document, int depth, const nl_value *value) {
  nl_interpreter *interpreter = nl_of(L);
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
}

static void push_view(lua_State *L, nl_call *call, nl_document document, int depth, const nl_value *value) {
  if (!call) {
    push_new_view(L, NULL, document, depth, value);
    return;
  }
  if (!push_known_view(L, call, value->node)) {
    push_new_view(L, call, document, depth, value);
    keep_view(L, call, value->node);
  }
  lua_remove(L, -2);
}

static void push_built_array(lua_State *L, int depth, uint32_t node) {
  nl_interpreter *interpreter = nl_of(L);
  const nl_model *model = &interpreter->model;
  nl_value item;
  int64_t count = model->count(interpreter->plugin, NULL, NL_SCRATCH, node);
  uint64_t hint = 0;
  lua_createtable(L, count < 1 << 20 ? (int)count : 0, 0);
  lua_rawgeti(L, LUA_REGISTRYINDEX, interpreter->marked_array_metatable);
  lua_setmetatable(L, -2);
  for (int64_t index = 1; index <= count; index++) {
    model->get_element(interpreter->plugin, NULL, NL_SCRATCH, node, index, &hint, &item);
    nl_push_value(L, NULL, NL_SCRATCH, depth + 1, &item);
    lua_rawseti(L, -2, index);
  }
}

static void push_built_object(lua_State *L, int depth, uint32_t node) {
  nl_interpreter *interpreter = nl_of(L);
  nl_value item, key;
  uint64_t cursor = 0;
  lua_newtable(L);
  while (interpreter->model.next_member(interpreter->plugin, NULL, NL_SCRATCH, node, &cursor, &key, &item)) {
    lua_pushlstring(L, (const char *)key.bytes.start, key.bytes.count);
    nl_push_value(L, NULL, NL_SCRATCH, depth + 1, &item);
    lua_rawset(L, -3);
  }
}

// Builds a value of the scratch document as ordinary tables.
static void push_built(lua_State *L, int depth, const nl_value *value) {
  luaL_checkstack(L, 6, "nested too deep");
  if (value->kind == NL_ARRAY) {
    push_built_array(L, depth, value->node);
  } else {
    push_built_object(L, depth, value->node);
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

// ---- Reading through a view --------------------------------------------------------------------------------------

int64_t nl_view_count(lua_State *L, nl_view *view) {
  nl_interpreter *interpreter = nl_of(L);
  void *context = nl_view_context(L, view);
  // Like a table with string keys, an object has no length.
  if (!view->is_array) return 0;
  return interpreter->model.count(interpreter->plugin, context, view->document, view->node);
}

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

static int view_length(lua_State *L) {
  lua_pushinteger(L, nl_view_count(L, lua_touserdata(L, 1)));
  return 1;
}

// ---- Metatables --------------------------------------------------------------------------------------------------

static void set_function(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

static int new_view_metatable(lua_State *L, lua_CFunction read, lua_CFunction write) {
  lua_newtable(L);
  nl_set_type_name(L, "table");
  set_function(L, "__index", read);
  set_function(L, "__newindex", write);
  set_function(L, "__len", view_length);
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

// Gives the value at the top a metatable with what Lua's own messages call it.
static void name_type(lua_State *L, const char *name) {
  lua_newtable(L);
  nl_set_type_name(L, name);
  lua_setmetatable(L, -2);
}

void nl_open_views(lua_State *L, const nl_names *names) {
  nl_interpreter *interpreter = nl_of(L);
  interpreter->object_metatable = new_view_metatable(L, object_index, nl_write_member);
  interpreter->array_metatable = new_view_metatable(L, array_index, nl_write_element);
  lua_newtable(L);
  interpreter->marked_array_metatable = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newuserdatauv(L, 0, 0);
  name_type(L, "drop");
  interpreter->drop = luaL_ref(L, LUA_REGISTRYINDEX);
  // Null, the only light userdata.
  lua_pushlightuserdata(L, NULL);
  name_type(L, "null");
  lua_pop(L, 1);
  nl_open_properties(L, names);
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

