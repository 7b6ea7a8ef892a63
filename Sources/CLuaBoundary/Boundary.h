// What the C files of this target share.

#ifndef BOUNDARY_H
#define BOUNDARY_H

#include <signal.h>

#include "../CLua/shim.h"
#include "CLuaBoundary.h"

#define NL_MESSAGE_LIMIT 1024
#define NL_CACHED_VIEWS 64
#define NL_KNOWN_NAMES 64  // a power of two
#define NL_SMALL_BLOCK 256  // bytes

typedef struct {
  const char *name;
  const char *chunk_name;
  nl_bytes source;
} nl_module;

// Text that grows; owned by the interpreter, so that a raised error leaks nothing.
typedef struct {
  char *data;
  size_t count;
  size_t capacity;
} nl_text;

// The name of a property by its address, which only an interned string keeps.
typedef struct {
  const char *name;
  int number;
} nl_known_name;

typedef struct nl_page nl_page;

// What an interpreter's objects lie in.
typedef struct {
  size_t limit;
  size_t used;
  size_t peak;
  uint64_t allocations;
  uint64_t failing_from;
  bool refused;  // an allocation, since the clock was started
  size_t collected;  // bytes in use behind the last collection that nl_make_room asked for
  size_t page_bytes;
  nl_page *pages;
  void *free_blocks[NL_SMALL_BLOCK / 16];  // by size, the next one in each
} nl_memory;

struct nl_interpreter {
  lua_State *L;
  nl_model model;
  void *plugin;
  nl_limits limits;
  nl_conditions conditions;

  nl_memory memory;

  // Sticky: once a limit was reached, every protected call passes the error on.
  volatile sig_atomic_t tripped;  // nl_status
  volatile sig_atomic_t interrupted;
  volatile sig_atomic_t is_late;  // by the wall clock
  lua_State *volatile running;
  volatile int64_t cpu_left;
  int64_t cpu_grace;
  int64_t wall_deadline;
  int64_t cpu_deadline;  // where limits.polls
  nl_limits clock_limits;  // of the handler that runs
  nl_place place;  // where the last limit was reached, or what has no place of its own was raised

  nl_call *current;
  nl_call *unused;
  nl_call *calls;  // all there are

  nl_module *modules;
  size_t module_count;

  // What a table is written for, as errors name it: a property, a member, a function, or with no name an element.
  const char *subject;
  const char *subject_name;
  int64_t subject_index;

  bool loading;
  lua_CFunction raise;  // Lua's function error: its texts are the plugin's own
  int environment;
  int handlers[NL_HANDLER_COUNT];
  int view_table;  // the functions that build a view
  int plugin_table;
  int object_metatable;
  int array_metatable;
  int marked_array_metatable;
  int drop;  // what notilua.drop() returns
  int loaded_modules;
  int metatables[NL_OBJECT_COUNT];
  int settings_view;
  int walks;  // what nl_ordered_next keeps of the tables that it was asked for; 0 before
  int next_walk;
  nl_known_name known_names[NL_OBJECT_COUNT][NL_KNOWN_NAMES];

  nl_text writer;
  char message[NL_MESSAGE_LIMIT + 1];
  size_t message_length;
};

// The names of the handlers in a plugin's table.
extern const char *const nl_handler_names[NL_HANDLER_COUNT];

struct nl_call {
  nl_interpreter *interpreter;
  void *context;
  nl_call *next;
  nl_call *all;
  // What the handler has left while it waits.
  int64_t cpu_left;
  int64_t wall_deadline;
  uint32_t generation;
  lua_State *thread;
  int thread_reference;
  int objects[NL_OBJECT_COUNT];
  bool takes_text;
  int views;
  uint32_t view_count;
  uint32_t viewed[NL_CACHED_VIEWS];
};

// A table in Lua that shows an object or array of a document.
typedef struct {
  nl_call *call;
  uint32_t generation;
  uint32_t node;
  uint8_t document;
  bool is_array;
  uint16_t depth;
  uint64_t hint;         // get_element's place
  uint64_t cursor;       // next_member's place, after the key that `next` was last asked for
  uint64_t last_cursor;  // the place before that key
} nl_view;

// Memory.c: Lua's allocator, whose context is the nl_memory.
void *nl_allocate(void *context, void *block, size_t old_size, size_t new_size);
void nl_memory_destroy(nl_memory *memory);
// Collects garbage where little memory would be left with `wanted` bytes more. Stack: no change.
void nl_make_room(lua_State *L, size_t wanted);

// Sort.c: sorts items of 32 bytes at most.
typedef int (*nl_comparison)(const void *left, const void *right);
void nl_sort(void *items, size_t count, size_t size, nl_comparison compare);

// Interpreter.c: notes the innermost line of Lua that `L` runs. Reads and allocates nothing, so that an allocator may
// call it.
void nl_note_place(nl_interpreter *interpreter, lua_State *L);

static inline nl_interpreter *nl_of(lua_State *L) { return *(nl_interpreter **)lua_getextraspace(L); }

// Raises where the running handler has reached a limit. Stack: no change.
void nl_check_limits(lua_State *L);

// Library.c: pushes what tostring gives for the value at `index`, without addresses.
void nl_push_text(lua_State *L, int index);
// Raises the error at the top again if it is one that no script may catch.
void nl_pass_limit(lua_State *L, int status);
// Builds the environment of plugins; leaves nothing on the stack.
void nl_open_library(lua_State *L, const nl_names *names);
void nl_freeze_globals(lua_State *L);

// Pattern.c: find, match, gmatch, gsub into the table at the top.
void nl_open_patterns(lua_State *L);

// View.c
void nl_open_views(lua_State *L, const nl_names *names);
nl_view *nl_to_view(lua_State *L, int index);
// The context of a view's notification, null where it has none; raises where the notification is not the running one.
void *nl_view_context(lua_State *L, const nl_view *view);
void nl_push_value(lua_State *L, nl_call *call, nl_document document, int depth, const nl_value *value);
int nl_next_member(lua_State *L);
// Pushes what pairs() gives for the view at `index`.
void nl_push_iterator(lua_State *L, int index);
int nl_table_insert(lua_State *L);
int nl_table_remove(lua_State *L);
bool nl_is_marked_array(lua_State *L, int index);
// Whether the value is what notilua.drop() returns.
bool nl_is_drop(lua_State *L, int index);

// Writer.c: a value of Lua's as one that crosses; tables and views as JSON text.
void nl_read_value(lua_State *L, int index, bool tables, nl_value *out);
void nl_write_manifest(lua_State *L, int index);
// Pushes what `print` shows of the value at `index`; only limits are raised.
void nl_push_shown(lua_State *L, int index);
const char *nl_type_name(lua_State *L, int index);

// Order.c: table.sort, and tables in the order of their keys, where the world is fixed.
int nl_table_sort(lua_State *L);
// Whether the key at `left` stands behind the one at `right`; raises nothing.
bool nl_key_is_after(lua_State *L, int left, int right);
int nl_ordered_next(lua_State *L);
void nl_push_ordered_iterator(lua_State *L, int table);

// Coverage.c: counts what a hook was called for.
void nl_coverage_note(nl_coverage *coverage, lua_State *L, lua_Debug *record);

// Host.c: the notilua table.
void nl_open_host_functions(lua_State *L, const nl_names *names);

// Interpreter.c: calls null by its name in a message of Lua's, which says userdata; gives the new length.
size_t nl_name_null(char *text, size_t length);

#endif
