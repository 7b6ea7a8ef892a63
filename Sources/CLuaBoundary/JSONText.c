// JSON as text that grows: strings and numbers.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "JSONText.h"

// A table may name others many times over; this bounds what it can grow to.
#define TEXT_LIMIT (16 << 20)

void nl_refuse_value(lua_State *L, const char *cause) {
  nl_interpreter *interpreter = nl_of(L);
  if (!interpreter->subject) {
    luaL_error(L, "%s", cause);
  } else if (interpreter->subject_name) {
    luaL_error(L, "%s%s: %s", interpreter->subject, interpreter->subject_name, cause);
  } else {
    luaL_error(L, "%s%I: %s", interpreter->subject, (LUAI_UACINT)interpreter->subject_index, cause);
  }
}

void nl_grow(lua_State *L, nl_text *text, size_t wanted) {
  if (wanted > TEXT_LIMIT) nl_refuse_value(L, "the table is too large: more than 16 MiB as JSON");
  size_t capacity = text->capacity ? text->capacity * 2 : 1024;
  while (capacity < wanted) capacity *= 2;
  char *data = realloc(text->data, capacity);
  if (!data) nl_refuse_value(L, "not enough memory to write a table as JSON");
  text->data = data;
  text->capacity = capacity;
}

// Writes a byte that must be escaped (RFC 8259 §7).
static void put_escape(lua_State *L, nl_text *text, unsigned char byte) {
  static const char hex[] = "0123456789abcdef";
  static const char short_bytes[] = "\"\\\b\f\n\r\t", short_letters[] = "\"\\bfnrt";
  const char *known = byte ? strchr(short_bytes, byte) : NULL;
  nl_put_byte(L, text, '\\');
  if (known) {
    nl_put_byte(L, text, short_letters[known - short_bytes]);
    return;
  }
  nl_put(L, text, "u00", 3);
  nl_put_byte(L, text, hex[byte >> 4]);
  nl_put_byte(L, text, hex[byte & 15]);
}

// The document's scanner checks UTF-8, here only what must be escaped is.
void nl_put_string(lua_State *L, nl_text *text, const char *bytes, size_t count) {
  nl_reserve(L, text, count + 2);
  nl_put_byte(L, text, '"');
  for (size_t index = 0; index < count; index++) {
    unsigned char byte = (unsigned char)bytes[index];
    if (byte >= 0x20 && byte != '"' && byte != '\\') {
      nl_put_byte(L, text, (char)byte);
    } else {
      put_escape(L, text, byte);
    }
  }
  nl_put_byte(L, text, '"');
}

void nl_put_number(lua_State *L, nl_text *text, int index) {
  char digits[40];
  if (lua_isinteger(L, index)) {
    nl_put(L, text, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)lua_tointeger(L, index)));
    return;
  }
  double value = lua_tonumber(L, index);
  if (!isfinite(value)) nl_refuse_value(L, NL_NOT_FINITE);
  int length = 0;
  // The shortest text that reads back as the same number, and reads back as one that is no integer.
  for (int precision = 15; precision <= 17; precision++) {
    length = snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (strtod(digits, NULL) == value) break;
  }
  nl_put(L, text, digits, (size_t)length);
  if (!memchr(digits, '.', (size_t)length) && !memchr(digits, 'e', (size_t)length)) nl_put(L, text, ".0", 2);
}
