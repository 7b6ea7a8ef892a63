// The frames where a Lua error may unwind.
//
// Lua raises by longjmp, and a jump over a Swift frame is undefined behaviour. So every call of Lua's API that
// can raise, memory errors included, stands in this target, with no Swift frame between it and the protected call
// that catches it. Swift calls the functions below, which never raise; Lua reaches Swift through `nl_model`, whose
// functions return a status, and C raises after they have returned.

#ifndef CLUABOUNDARY_H
#define CLUABOUNDARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// ---- Values that cross -------------------------------------------------------------------------------------------

typedef struct {
  const uint8_t *_Nullable start;
  size_t count;
} nl_bytes;

typedef enum {
  NL_NIL,
  NL_BOOLEAN,
  NL_INTEGER,
  NL_NUMBER,
  NL_STRING,
  NL_NULL,    // JSON's null
  NL_OBJECT,  // an object of a document: `node`
  NL_ARRAY,   // an array of a document: `node`
  NL_JSON,    // to Swift: a table, written as JSON text. To Lua: a value of the scratch document, built as tables
  NL_DROP,    // to Lua: what notilua.drop() returns
  NL_REFERENCE,  // to Lua: one of the objects that a handler is called with: `integer` is its nl_object
  NL_OTHER,   // to Swift: a value that has no place in a payload; `bytes` names its type
} nl_kind;

typedef struct {
  nl_kind kind;
  uint32_t node;
  int64_t integer;  // also a boolean's 0 or 1
  double number;
  nl_bytes bytes;  // lives until the next call of the model, or of Lua
} nl_value;

// The documents that a table in Lua may be a view of.
typedef enum {
  NL_PAYLOAD,   // of the running notification
  NL_SETTINGS,  // of the plugin; read only
  NL_SCRATCH,   // the last result of a host function
} nl_document;

// The objects that a handler is called with, or finds in one of the others.
typedef enum { NL_REQUEST, NL_CONTENT, NL_NOTIFICATION, NL_RESPONSE } nl_object;
#define NL_OBJECT_COUNT 4

// What a function of the model answers.
typedef enum {
  NL_DONE,
  NL_REFUSED,  // raise `out->bytes` as an error in Lua
  NL_SUSPEND,     // host functions only: the notification waits until nl_call_continue
  NL_NOTED,    // edits only: done, and `note_write` is to be told where
} nl_answer;

// What Swift does for Lua. `plugin` is what nl_interpreter_create was given; `call` what nl_call_begin was given, and
// null while a plugin is being loaded. None of these functions may call a function of this header.
typedef struct {
  // Member `key` of an object; NL_NIL where there is none.
  void (*get_member)(void *_Nullable plugin, void *_Nullable call, nl_document, uint32_t node, nl_bytes key, nl_value *out);
  // Element `index`, from 1; `hint` is kept by the view of the array and starts at 0.
  void (*get_element)(void *_Nullable plugin, void *_Nullable call, nl_document, uint32_t node, int64_t index, uint64_t *hint,
                      nl_value *out);
  int64_t (*count)(void *_Nullable plugin, void *_Nullable call, nl_document, uint32_t node);
  // The key (a string) and value after `cursor`, which starts at 0; false at the end. Both live until the next call.
  bool (*next_member)(void *_Nullable plugin, void *_Nullable call, nl_document, uint32_t node, uint64_t *cursor, nl_value *key,
                      nl_value *value);
  // A payload value's text as it stands now.
  void (*text)(void *_Nullable plugin, void *_Nullable call, nl_document, uint32_t node, nl_bytes *out);
  nl_answer (*set_member)(void *_Nullable call, uint32_t node, int depth, nl_bytes key, const nl_value *, nl_value *out);
  nl_answer (*set_element)(void *_Nullable call, uint32_t node, int depth, int64_t index, const nl_value *, nl_value *out);
  nl_answer (*insert_element)(void *_Nullable call, uint32_t node, int depth, int64_t index, const nl_value *,
                              nl_value *out);
  nl_answer (*remove_element)(void *_Nullable call, uint32_t node, int64_t index, nl_value *out);
  // Notes which line of which file wrote a property, a member of an object, or an element of "attachments": all of them
  // where the world is fixed, else those that an edit answered NL_NOTED for.
  void (*note_write)(void *_Nullable plugin, void *_Nullable call, nl_bytes name, const char *chunk_name, int line);
  nl_answer (*get_property)(void *_Nullable plugin, void *_Nullable call, nl_object, int property, nl_value *out);
  // Says that an object has no property of a name, and which one may be meant.
  void (*explain_property)(void *_Nullable plugin, nl_object, nl_bytes name, nl_value *out);
  nl_answer (*set_property)(void *_Nullable call, int property, const nl_value *, nl_value *out);
  nl_answer (*set_request)(void *_Nullable plugin, void *_Nullable call, int property, const nl_value *, nl_value *out);
  // `out` has room for two values; `*count` says how many there are.
  nl_answer (*call_host)(void *_Nullable plugin, void *_Nullable call, int function, const nl_value *_Nullable arguments, int argument_count,
                         nl_value *out, int *count);
} nl_model;

// ---- Interpreters ------------------------------------------------------------------------------------------------

typedef struct nl_interpreter nl_interpreter;
typedef struct nl_call nl_call;

typedef enum {
  NL_OK,
  NL_ERROR,    // Lua raised: nl_interpreter_message says what
  NL_TIMEOUT,  // the limit of CPU or wall-clock time was reached
  NL_MEMORY,   // the limit of memory was reached
  NL_SUSPENDED,   // a host function waits for an answer from outside
} nl_status;

typedef struct {
  size_t memory;      // bytes
  int64_t cpu;        // nanoseconds for one handler
  int64_t wall;       // nanoseconds for one handler
  bool polls;         // look at the clock from a hook, where no timer calls nl_tick
  int depth;          // of tables that are written as JSON
  uint64_t seed;      // of math.random
} nl_limits;

typedef enum { NL_LIMIT_MEMORY, NL_LIMIT_CPU, NL_LIMIT_WALL } nl_limit;

// Writes the key of a limit and its value, as "limits.cpu: 200ms"; gives the number of bytes, `capacity` at most.
size_t nl_describe_limit(nl_limits limits, nl_limit limit, char *text, size_t capacity);

// A line of a chunk; `count` is 0 where it is not known.
typedef struct {
  uint32_t line;
  uint32_t count;
  char chunk[248];
} nl_place;

// How often lines were run and functions called; it outlives interpreters, which add to it.
typedef struct nl_coverage nl_coverage;

nl_coverage *_Nullable nl_coverage_create(void);
void nl_coverage_destroy(nl_coverage *coverage);
// Counts for a chunk of `line_count` lines; false where memory does not suffice. Chunks are numbered from 0.
bool nl_coverage_add(nl_coverage *coverage, const char *chunk_name, size_t line_count);
uint32_t nl_coverage_hits(const nl_coverage *coverage, size_t chunk, size_t line);
uint32_t nl_coverage_calls(const nl_coverage *coverage, size_t chunk, int first, int last);

// What is different in a test.
typedef struct {
  // The clock stands at `now`, in seconds since 1970, and tables show their members in the order of their keys.
  bool is_fixed;
  double now;
  // What Lua leaves open is decided the other way: the order of keys that are no numbers, and that of elements which
  // are equal to table.sort.
  bool turns_keys;
  bool turns_equals;
  nl_coverage *_Nullable coverage;
} nl_conditions;

// A name that plugins use, and its number in the model. The string is not copied.
typedef struct {
  const char *name;
  int number;
  uint32_t json_arguments;  // host functions: bit n says that argument n may be a table, and crosses as NL_JSON
} nl_name;

// In place of `json_arguments`: all arguments cross as one string, as `print` shows them.
#define NL_JOINED_ARGUMENTS 0xFFFFFFFFu

typedef struct {
  const nl_name *_Nullable request;
  int request_count;
  const nl_name *_Nullable content;
  int content_count;
  const nl_name *_Nullable notification;
  int notification_count;
  const nl_name *_Nullable response;
  int response_count;
  const nl_name *_Nullable functions;
  int function_count;
} nl_names;

// Makes an interpreter with the allowed libraries, or null where memory does not suffice for it.
nl_interpreter *_Nullable nl_interpreter_create(nl_limits limits, nl_conditions conditions, const nl_model *model,
                                                nl_names names, void *_Nullable plugin);
void nl_interpreter_destroy(nl_interpreter *interpreter);

// Adds a module for `require`. The bytes must outlive the interpreter.
nl_status nl_interpreter_add_module(nl_interpreter *interpreter, const char *name,
                                    const char *chunk_name, nl_bytes source);

// Compiles and runs a plugin's chunk, keeps the table that it returns, and freezes the globals.
nl_status nl_interpreter_load(nl_interpreter *interpreter, const char *chunk_name,
                              nl_bytes source);

// An array of the plugin's table without its functions, and their names: JSON that lives until the next call.
nl_status nl_interpreter_manifest(nl_interpreter *interpreter, nl_bytes *json);

// What Lua compiles a chunk to, with the lines of its instructions, as string.dump writes it; nothing of it runs. The
// bytes live until the next call.
nl_status nl_interpreter_compile(nl_interpreter *interpreter, const char *chunk_name, nl_bytes source, nl_bytes *code);

typedef enum {
  NL_DID_RECEIVE,
  NL_TIME_WILL_EXPIRE,
  NL_DID_RECEIVE_RESPONSE,
  NL_MEDIA_PLAY,
  NL_MEDIA_PAUSE,
} nl_handler;
#define NL_HANDLER_COUNT 5

// What a handler is called with.
typedef enum {
  NL_WITH_CONTENT,       // request, content
  NL_WITH_NOTIFICATION,  // notification, view
  NL_WITH_RESPONSE,      // response, view
  NL_WITH_VIEW,          // view
} nl_arguments;

bool nl_interpreter_has(nl_interpreter *interpreter, nl_handler handler);

// What the last failure said: UTF-8 or not, without control characters, 1 kB at most.
nl_bytes nl_interpreter_message(nl_interpreter *interpreter);

// Bytes in use now, and the most there were since this was last asked with `reset`.
size_t nl_interpreter_memory(nl_interpreter *interpreter, bool reset, size_t *_Nullable peak);

// Makes the allocation after `count` more fail, and all that follow it; UINT64_MAX ends that. For tests.
void nl_interpreter_fail_allocations(nl_interpreter *interpreter, uint64_t count);
uint64_t nl_interpreter_allocations(nl_interpreter *interpreter);

// ---- Calls of a handler ------------------------------------------------------------------------------------------

// Prepares an interpreter for one notification; null where memory does not suffice. `context` goes to the model.
nl_call *_Nullable nl_call_begin(nl_interpreter *interpreter, void *_Nullable context);

// Gives a prepared call another context.
void nl_call_set_context(nl_call *call, void *_Nullable context);

typedef enum {
  NL_RETURNED_NOTHING,  // nothing, nil, or the content that it was given
  NL_RETURNED_MORE,     // the same, and a second value that means nothing
  NL_RETURNED_DROP,
  NL_RETURNED_TEXT,  // nl_interpreter_message has it; only where the handler is called with a response
  NL_RETURNED_OTHER,  // nl_interpreter_message names the type
} nl_returned;

nl_status nl_call_run(nl_call *call, nl_handler handler, nl_arguments with, nl_limits limits,
                      nl_returned *returned);

// Goes on after NL_SUSPENDED: the host function is asked again, for its answer. The handler has the CPU time that it had left; the wall clock went on.
nl_status nl_call_continue(nl_call *call, nl_limits limits, nl_returned *returned);

// Writes where a call that failed stopped: a line "FILE:LINE: in FUNCTION" for each level, from the innermost, each
// followed by "    NAME = VALUE" for each local variable. Gives the number of bytes, `capacity` at most.
size_t nl_call_trace(nl_call *call, char *bytes, size_t capacity);

// Ends the call; tables that views of its payload were taken for are views of nothing now.
void nl_call_end(nl_call *call);

// ---- Time --------------------------------------------------------------------------------------------------------

// What nl_tick has to say to the timer that calls it.
typedef enum { NL_TICK_WITHIN_LIMIT, NL_TICK_OVERDUE } nl_tick_result;

// Counts `period` nanoseconds of CPU time against the running handler, and interrupts it at its limit. May be called
// from a signal handler on the thread that runs Lua.
nl_tick_result nl_tick(int64_t period);

// Has nl_tick note in `place` where a handler was that could not be interrupted.
void nl_keep_overdue_place(nl_place *_Nullable place);

#pragma clang assume_nonnull end

#endif
