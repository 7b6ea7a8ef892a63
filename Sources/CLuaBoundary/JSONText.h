// JSON as text that grows.

#ifndef JSONTEXT_H
#define JSONTEXT_H

#include <string.h>

#include "Boundary.h"

#define NL_NOT_FINITE "JSON has no number for infinity or NaN"

// JSONText.c: raises an error that names what the value was to become.
void nl_refuse_value(lua_State *L, const char *cause);
// Makes room for `wanted` bytes.
void nl_grow(lua_State *L, nl_text *text, size_t wanted);
void nl_put_string(lua_State *L, nl_text *text, const char *bytes, size_t count);
void nl_put_number(lua_State *L, nl_text *text, int index);

static inline void nl_reserve(lua_State *L, nl_text *text, size_t extra) {
  if (text->count + extra > text->capacity) nl_grow(L, text, text->count + extra);
}

static inline void nl_put(lua_State *L, nl_text *text, const char *bytes, size_t count) {
  nl_reserve(L, text, count);
  memcpy(text->data + text->count, bytes, count);
  text->count += count;
}

static inline void nl_put_byte(lua_State *L, nl_text *text, char byte) {
  nl_reserve(L, text, 1);
  text->data[text->count++] = byte;
}

#endif
