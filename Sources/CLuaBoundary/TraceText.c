// The text of a trace.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "Trace.h"

#define VALUE_LIMIT 80  // bytes of a string

void nl_trace_put(nl_trace *trace, const char *bytes, size_t count) {
  size_t room = trace->capacity - trace->count;
  if (count > room) count = room;
  memcpy(trace->bytes + trace->count, bytes, count);
  trace->count += count;
}

void nl_trace_put_format(nl_trace *trace, const char *format, ...) {
  char text[256];
  va_list list;
  va_start(list, format);
  int count = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  if (count > 0) nl_trace_put(trace, text, (size_t)count < sizeof text ? (size_t)count : sizeof text - 1);
}

// The number of bytes of a text that are shown: not more than VALUE_LIMIT, and no part of a character.
static size_t shown_bytes(const char *bytes, size_t count) {
  size_t shown = count < VALUE_LIMIT ? count : VALUE_LIMIT;
  while (shown > 0 && shown < count && ((unsigned char)bytes[shown] & 0xC0) == 0x80) shown--;
  return shown;
}

void nl_trace_put_escaped(nl_trace *trace, const char *bytes, size_t count) {
  for (size_t index = 0; index < count; index++) {
    unsigned char byte = (unsigned char)bytes[index];
    if (byte == '"' || byte == '\\') {
      nl_trace_put_format(trace, "\\%c", byte);
    } else if (byte == '\n') {
      nl_trace_put(trace, "\\n", 2);
    } else if (byte < 0x20 || byte == 0x7F) {
      nl_trace_put_format(trace, "\\%d", byte);
    } else {
      nl_trace_put(trace, &bytes[index], 1);
    }
  }
}

void nl_trace_put_start(nl_trace *trace, const char *bytes, size_t count, nl_put_bytes put, const char *quote) {
  size_t shown = shown_bytes(bytes, count);
  nl_trace_put(trace, quote, strlen(quote));
  put(trace, bytes, shown);
  nl_trace_put(trace, quote, strlen(quote));
  if (shown < count) nl_trace_put_format(trace, "… (%zu bytes)", count);
}
