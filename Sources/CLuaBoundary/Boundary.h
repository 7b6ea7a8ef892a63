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

// Clock.c: notes the innermost line of Lua that `L` runs. Reads and allocates nothing, so that an allocator may call it.
void nl_note_place(nl_interpreter *interpreter, lua_State *L);
// Runs and ends the limits of what `L` runs.
void nl_start_clock(nl_interpreter *interpreter, lua_State *L, nl_limits limits);
void nl_stop_clock(nl_interpreter *interpreter, lua_State *L);
// The CPU time that the handler has left, in nanoseconds.
int64_t nl_cpu_left(const nl_interpreter *interpreter);

static inline nl_interpreter *nl_of(lua_State *L) { return *(nl_interpreter **)lua_getextraspace(L); }

// Raises where the running handler has reached a limit. Stack: no change.
void nl_check_limits(lua_State *L);

// Failure.c: what a protected function is called with, as its one argument.
typedef struct {
  nl_interpreter *interpreter;
  const nl_names *names;
  const char *chunk_name;
  nl_bytes source;
  nl_call *call;
} nl_given;

// Runs `function`, and notes the message where it fails.
nl_status nl_run_protected(nl_interpreter *interpreter, lua_CFunction function, nl_given *given);
// Tells a failure by the state of the interpreter, and notes the message of the error at the top of `L`.
nl_status nl_classify(nl_interpreter *interpreter, lua_State *L, int status);
void nl_set_message(nl_interpreter *interpreter, const char *text, size_t length);
// Calls null by its name in a message of Lua's, which says userdata; gives the new length.
size_t nl_name_null(char *text, size_t length);

// BaseLibrary.c: pushes what tostring gives for the value at `index`, without addresses.
void nl_push_text(lua_State *L, int index);
// Raises the error at the top again if it is one that no script may catch.
void nl_pass_limit(lua_State *L, int status);
// Library.c: builds the environment of plugins; leaves nothing on the stack.
void nl_open_library(lua_State *L, const nl_names *names);
// Globals.c: from now on no global is written.
void nl_freeze_globals(lua_State *L);

// PatternFunctions.c: find, match, gmatch, gsub into the table at the top.
void nl_open_patterns(lua_State *L);

// View.c
void nl_open_views(lua_State *L, const nl_names *names);
nl_view *nl_to_view(lua_State *L, int index);
// The context of a view's notification, null where it has none; raises where the notification is not the running one.
void *nl_view_context(lua_State *L, const nl_view *view);
void nl_push_value(lua_State *L, nl_call *call, nl_document document, int depth, const nl_value *value);
// The number of elements of an array; 0 for an object, which has no length, like a table with string keys.
int64_t nl_view_count(lua_State *L, nl_view *view);
bool nl_is_marked_array(lua_State *L, int index);
// Whether the value is what notilua.drop() returns.
bool nl_is_drop(lua_State *L, int index);

// ViewIteration.c: next(view, key) for the arguments on the stack.
int nl_next_member(lua_State *L);
// Pushes what pairs() gives for the view at `index`.
void nl_push_iterator(lua_State *L, int index);

// ViewEdit.c: table.insert and table.remove, with Lua's own as upvalue 1 for tables that are no views.
int nl_table_insert(lua_State *L);
int nl_table_remove(lua_State *L);

// Property.c: the names of the objects that a handler is called with.
extern const char *const nl_object_names[NL_OBJECT_COUNT];

// Writer.c: write a table or view, or the plugin's table, as JSON into the interpreter's `writer`.
void nl_write_json(lua_State *L, int index);
void nl_write_manifest(lua_State *L, int reference);

// Value.c: a value of Lua's as one that crosses; tables and views as JSON text.
void nl_read_value(lua_State *L, int index, bool tables, nl_value *out);
// Pushes what `print` shows of the value at `index`; only limits are raised.
void nl_push_shown(lua_State *L, int index);
const char *nl_type_name(lua_State *L, int index);

// TableSort.c: whether the value at `right` must stand before the one at `left`; stack indices are absolute.
typedef bool (*nl_must_swap)(lua_State *L, int left, int right);
// Sorts elements 1 to `count` of the table at `from` by merging, with the empty table at `other` for the rest. Both are
// tables of ours. Elements that are equal keep their order. Gives the index of the sorted one.
int nl_merge_sort(lua_State *L, int from, int other, lua_Integer count, nl_must_swap must_swap);
// table.sort where the world is fixed.
int nl_table_sort(lua_State *L);

// Order.c: tables in the order of their keys, where the world is fixed.
// Whether the key at `left` stands behind the one at `right`; raises nothing.
bool nl_key_is_after(lua_State *L, int left, int right);
int nl_ordered_next(lua_State *L);
void nl_push_ordered_iterator(lua_State *L, int table);

// Coverage.c: counts what a hook was called for.
void nl_coverage_note(nl_coverage *coverage, lua_State *L, lua_Debug *record);

// Host.c: the notilua table.
void nl_open_host_functions(lua_State *L, const nl_names *names);

#endif
