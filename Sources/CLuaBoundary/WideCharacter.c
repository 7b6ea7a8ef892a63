// Characters of more than one byte in patterns.
//
// A pattern goes by bytes, so that a set, a repetition or %b with a character of UTF-8 that has several works on a part of
// it. A pattern that means bytes has pieces that are no characters: "[\0-\x7F\xC2-\xFD][\x80-\xBF]*", "[\128-\191]".

#include "Pattern.h"

// it. A pattern that means bytes has pieces that are no characters: "[\0-\x7F\xC2-\xFD][\x80-\xBF]*", "[\128-\191]".

static bool is_continuation(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

// The length of the well-formed character at `at` that has more than one byte, or 0 (RFC 3629 §4).
static int wide_character(const char *at, const char *end) {
  unsigned char lead = (unsigned char)*at;
  int length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || end - at < length) return 0;
  for (int index = 1; index < length; index++) {
    if (!is_continuation(at[index])) return 0;
  }
  unsigned char second = (unsigned char)at[1];
  bool is_overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  bool is_surrogate = lead == 0xED && second >= 0xA0;
  bool is_beyond = lead == 0xF4 && second >= 0x90;
  return is_overlong || is_surrogate || is_beyond ? 0 : length;
}

// Returns true for a text that has characters of more than one byte, and nothing that is not UTF-8.
static bool has_wide_characters(const char *at, const char *end) {
  bool found = false;
  while (at < end) {
    int length = 1;
    if ((unsigned char)*at >= 0x80) {
      length = wide_character(at, end);
      if (length == 0) return false;
      found = true;
    }
    at += length;
  }
  return found;
}

// The character of more than one byte whose last byte is at `last`; null where there is none.
static const char *wide_character_before(const char *start, const char *last) {
  if (!is_continuation(*last)) return NULL;
  const char *at = last;
  while (at > start && last - at < 3 && is_continuation(*at)) at--;
  int length = wide_character(at, last + 1);
  return length > 0 && at + length == last + 1 ? at : NULL;
}

// Pushes a piece of a pattern for a message, cut on a character's border.
static const char *push_piece(lua_State *L, const char *at, const char *end) {
  const size_t limit = 60;
  if ((size_t)(end - at) <= limit) return lua_pushlstring(L, at, (size_t)(end - at));
  const char *cut = at + limit;
  while (cut > at && is_continuation(*cut)) cut--;
  lua_pushlstring(L, at, (size_t)(cut - at));
  lua_pushliteral(L, "…");
  lua_concat(L, 2);
  return lua_tostring(L, -1);
}

void nl_check_set(lua_State *L, const char *at, const char *end) {
  if (!has_wide_characters(at, end)) return;
  luaL_error(L,
             "malformed pattern (the set %s has characters of more than one byte, and a set goes by bytes: write a pattern "
             "for each of them, or go through the text with utf8.charpattern)",
             push_piece(L, at, end));
}

void nl_check_repetition(lua_State *L, const char *start, const char *last, char sign) {
  const char *at = wide_character_before(start, last);
  if (!at) return;
  luaL_error(L,
             "malformed pattern (in %s%c the sign goes by the last byte of the character alone: write %%%c for the sign "
             "itself, else one pattern with the character and one without)",
             push_piece(L, at, last + 1), sign, sign);
}

void nl_check_balance(lua_State *L, const char *at, const char *end) {
  int length = wide_character(at, end);
  int next = length == 0 ? wide_character(at + 1, end) : 0;
  if (length + next == 0) return;
  const char *piece = length > 0 ? at : at + 1;
  luaL_error(L,
             "malformed pattern (%%b takes two bytes, and %s has more: look for it with text:find(sought, 1, true))",
             push_piece(L, piece, piece + length + next));
}
