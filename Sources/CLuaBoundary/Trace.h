// The text of a trace: as much as there is room for.
//
// Nothing here raises or needs memory of Lua's, since the handler may have failed for want of it.

#ifndef TRACE_H
#define TRACE_H

#include "Boundary.h"

typedef struct {
  char *bytes;
  size_t count;
  size_t capacity;
} nl_trace;

static inline bool nl_trace_is_full(const nl_trace *trace) { return trace->count == trace->capacity; }

// TraceText.c
void nl_trace_put(nl_trace *trace, const char *bytes, size_t count);
__attribute__((format(printf, 2, 3))) void nl_trace_put_format(nl_trace *trace, const char *format, ...);
// The bytes with what is no printable character escaped as in Lua.
void nl_trace_put_escaped(nl_trace *trace, const char *bytes, size_t count);
// The first bytes of a text between quotes, as `put` writes them, and how many there are where these are not all.
typedef void (*nl_put_bytes)(nl_trace *trace, const char *bytes, size_t count);
void nl_trace_put_start(nl_trace *trace, const char *bytes, size_t count, nl_put_bytes put, const char *quote);

// TraceValue.c: the value at `index`; a table in a table only as such.
void nl_trace_put_value(lua_State *T, nl_trace *trace, int index, bool is_nested);

#endif
