// Protected calls, and what an interpreter says of an error that one of them caught.

#include <stdio.h>
#include <string.h>

#include "Boundary.h"

// Puts `with` in the place of every `word` in `text`, which must not grow; gives the new length.
static size_t replace_word(char *text, size_t length, const char *word, const char *with) {
  size_t word_length = strlen(word), with_length = strlen(with);
  for (char *at = text; (at = strstr(at, word)); at += with_length) {
    memcpy(at, with, with_length);
    memmove(at + with_length, at + word_length, (size_t)(text + length - at) - word_length + 1);
    length -= word_length - with_length;
  }
  return length;
}

size_t nl_name_null(char *text, size_t length) {
  // What Lua itself raises stands behind "FILE:LINE: ". Of all that is userdata to it, only null has no name.
  if (strlen(text) != length || !(strstr(text, ": attempt to ") || strstr(text, ": bad 'for' "))) return length;
  length = replace_word(text, length, " userdata value", " null value");
  length = replace_word(text, length, " got userdata)", " got null)");
  length = replace_word(text, length, "compare userdata with ", "compare null with ");
  if (length > 14 && strcmp(text + length - 14, " with userdata") == 0) {
    length = replace_word(text, length, " with userdata", " with null");
  }
  return length;
}

void nl_set_message(nl_interpreter *interpreter, const char *text, size_t length) {
  size_t count = 0;
  for (size_t index = 0; index < length && count < NL_MESSAGE_LIMIT; index++) {
    unsigned char byte = (unsigned char)text[index];
    interpreter->message[count++] = byte < 0x20 || byte == 0x7F ? ' ' : (char)byte;
  }
  interpreter->message[count] = 0;
  interpreter->message_length = count;
}

nl_bytes nl_interpreter_message(nl_interpreter *interpreter) {
  return (nl_bytes){(const uint8_t *)interpreter->message, interpreter->message_length};
}

// Notes an error behind the place where it was raised, if that is known.
static void set_message_at_place(nl_interpreter *interpreter, const char *text) {
  char message[NL_MESSAGE_LIMIT];
  const nl_place *place = &interpreter->place;
  int count = place->count ? snprintf(message, sizeof message, "%.*s:%u: %s", (int)place->count, place->chunk,
                                      place->line, text)
                           : snprintf(message, sizeof message, "%s", text);
  if (count > 0) nl_set_message(interpreter, message, (size_t)count < sizeof message ? (size_t)count : sizeof message - 1);
}

// Whether a text is an error that Lua itself raised in the function of C at `level`, where it names no line.
static bool lacks_place(lua_State *L, int level) {
  lua_Debug record;
  if (lua_type(L, -1) != LUA_TSTRING) return false;
  const char *text = lua_tolstring(L, -1, NULL);
  if (strncmp(text, "attempt to ", 11) != 0 && strncmp(text, "bad argument #", 14) != 0) return false;
  if (!lua_checkstack(L, 1) || !lua_getstack(L, level, &record) || !lua_getinfo(L, "f", &record)) return false;
  lua_CFunction function = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  return function && function != nl_of(L)->raise;
}

// Notes that a limit was reached, where, and its value.
static void set_limit_message(nl_interpreter *interpreter, const char *what, nl_limit limit) {
  char text[NL_MESSAGE_LIMIT];
  char value[64];
  value[nl_describe_limit(limit == NL_LIMIT_MEMORY ? interpreter->limits : interpreter->clock_limits, limit, value,
                          sizeof value)] = 0;
  snprintf(text, sizeof text, "ran out of %s (%s)", what, value);
  set_message_at_place(interpreter, text);
}

// Notes the error at the top of `L`.
static void set_error_message(nl_interpreter *interpreter, lua_State *L) {
  // A thread that failed still stands where it did; a call that is over has noted the place.
  bool is_thread = L != interpreter->L;
  // Only a string is looked at: anything else might run code of the script to show itself.
  if (lua_type(L, -1) != LUA_TSTRING) {
    char text[NL_MESSAGE_LIMIT];
    if (is_thread) nl_note_place(interpreter, L);
    snprintf(text, sizeof text, "the error is not a string but a %s", nl_type_name(L, -1));
    set_message_at_place(interpreter, text);
    return;
  }
  size_t length;
  const char *text = lua_tolstring(L, -1, &length);
  if (is_thread && lacks_place(L, 0)) nl_note_place(interpreter, L);
  if (interpreter->place.count) {
    set_message_at_place(interpreter, text);
  } else {
    nl_set_message(interpreter, text, length);
  }
  interpreter->message_length = nl_name_null(interpreter->message, interpreter->message_length);
  interpreter->message[interpreter->message_length] = 0;
}

nl_status nl_classify(nl_interpreter *interpreter, lua_State *L, int status) {
  if (interpreter->tripped == NL_TIMEOUT) {
    set_limit_message(interpreter, "time", interpreter->is_late ? NL_LIMIT_WALL : NL_LIMIT_CPU);
    return NL_TIMEOUT;
  }
  // error("not enough memory") has the status of a memory error, too.
  if (interpreter->tripped == NL_MEMORY || (status == LUA_ERRMEM && interpreter->memory.refused)) {
    set_limit_message(interpreter, "memory", NL_LIMIT_MEMORY);
    return NL_MEMORY;
  }
  set_error_message(interpreter, L);
  return NL_ERROR;
}

// Notes where what does not say that itself was raised.
static int note_error(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING || lacks_place(L, 1)) nl_note_place(nl_of(L), L);
  return 1;
}

nl_status nl_run_protected(nl_interpreter *interpreter, lua_CFunction function, nl_given *given) {
  lua_State *L = interpreter->L;
  interpreter->tripped = NL_OK;
  interpreter->memory.refused = false;
  interpreter->place.count = 0;
  lua_settop(L, 0);
  lua_pushcfunction(L, note_error);
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, given);
  int status = lua_pcall(L, 1, 0, 1);
  nl_status result = status == LUA_OK && !interpreter->tripped ? NL_OK : nl_classify(interpreter, L, status);
  lua_settop(L, 0);
  return result;
}
