// Lua's patterns, with the results of lstrlib.c and three differences: a pattern is compiled once and kept, a place
// where it cannot begin is passed by at one look, and a match that takes long notices the limits of its handler.
// Reference: Lua 5.4 manual, §6.4.1.

#include <ctype.h>
#include <string.h>

#include "Boundary.h"

#define CAPTURE_LIMIT 32
#define DEPTH_LIMIT 200
#define PATTERN_LIMIT 1024
#define CACHE_LIMIT (256 << 10)  // bytes of compiled patterns
#define STEPS_BETWEEN_CHECKS 16384

typedef struct {
  uint64_t bits[4];
} byte_set;

typedef enum { ITEM_SET, ITEM_OPEN, ITEM_POSITION, ITEM_CLOSE, ITEM_BACK, ITEM_BALANCE, ITEM_FRONTIER, ITEM_END } item_kind;
typedef enum { ONCE, ANY_GREEDY, SOME_GREEDY, ANY_LAZY, OPTIONAL } item_count;

typedef struct {
  uint8_t kind;
  uint8_t count;
  uint8_t first;   // of %bxy; the number of %1
  uint8_t second;  // of %bxy
  byte_set set;
} pattern_item;

typedef struct {
  int count;
  bool anchored;  // ^ at the start
  bool starts_with_set;
  pattern_item items[];
} pattern;

static inline bool has(const byte_set *set, unsigned char byte) { return set->bits[byte >> 6] >> (byte & 63) & 1; }
static void include(byte_set *set, unsigned char byte) { set->bits[byte >> 6] |= (uint64_t)1 << (byte & 63); }

// ---- Compiling ---------------------------------------------------------------------------------------------------

static bool in_class(int byte, int class) {
  switch (tolower(class)) {
    case 'a': return isalpha(byte);
    case 'c': return iscntrl(byte);
    case 'd': return isdigit(byte);
    case 'g': return isgraph(byte);
    case 'l': return islower(byte);
    case 'p': return ispunct(byte);
    case 's': return isspace(byte);
    case 'u': return isupper(byte);
    case 'w': return isalnum(byte);
    case 'x': return isxdigit(byte);
    case 'z': return byte == 0;
    default: return false;
  }
}

// Adds what `%class` stands for: a class of bytes, or the byte itself where it names none.
static void include_class(byte_set *set, unsigned char class) {
  if (!strchr("acdglpsuwxz", tolower(class)) || class == 0) {
    include(set, class);
    return;
  }
  for (int byte = 0; byte < 256; byte++) {
    if (in_class(byte, class) == (islower(class) != 0)) include(set, (unsigned char)byte);
  }
}

// ---- Characters of more than one byte ----
//
// A pattern goes by bytes, so that a set, a repetition or %b with a character of UTF-8 that has several works on a part of
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

// Whether a text has characters of more than one byte, and nothing that is not UTF-8.
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

// Fails for a set with characters of more than one byte; `at` is its '[' and `end` what follows its ']'.
static void check_set(lua_State *L, const char *at, const char *end) {
  if (!has_wide_characters(at, end)) return;
  luaL_error(L,
             "malformed pattern (the set %s has characters of more than one byte, and a set goes by bytes: write a pattern "
             "for each of them, or go through the text with utf8.charpattern)",
             push_piece(L, at, end));
}

// Fails where a repetition of the byte at `last` follows a character that is longer; `sign` is one of * + - ?.
static void check_repetition(lua_State *L, const char *start, const char *last, char sign) {
  const char *at = wide_character_before(start, last);
  if (!at) return;
  luaL_error(L,
             "malformed pattern (in %s%c the sign goes by the last byte of the character alone: write %%%c for the sign "
             "itself, else one pattern with the character and one without)",
             push_piece(L, at, last + 1), sign, sign);
}

// Fails where one of the two bytes of %b is a character that is longer.
static void check_balance(lua_State *L, const char *at, const char *end) {
  int length = wide_character(at, end);
  int next = length == 0 ? wide_character(at + 1, end) : 0;
  if (length + next == 0) return;
  const char *piece = length > 0 ? at : at + 1;
  luaL_error(L,
             "malformed pattern (%%b takes two bytes, and %s has more: look for it with text:find(sought, 1, true))",
             push_piece(L, piece, piece + length + next));
}

// Reads a set whose '[' is at `at`; returns what follows its ']'.
static const char *read_set(lua_State *L, const char *at, const char *end, byte_set *set) {
  byte_set found = {{0}};
  bool complement = false;
  const char *open = at;
  at++;
  if (at < end && *at == '^') {
    complement = true;
    at++;
  }
  // Where the set ends is found first, as lstrlib.c does: the end of a range may be a '%'.
  const char *close = at;
  do {
    if (close >= end) luaL_error(L, "malformed pattern (missing ']')");
    if (*close++ == '%' && close < end) close++;
  } while (close >= end || *close != ']');
  check_set(L, open, close + 1);
  while (at < close) {
    if (*at == '%') {
      include_class(&found, (unsigned char)at[1]);
      at += 2;
    } else if (at + 2 < close && at[1] == '-') {
      for (int byte = (unsigned char)at[0]; byte <= (unsigned char)at[2]; byte++) include(&found, (unsigned char)byte);
      at += 3;
    } else {
      include(&found, (unsigned char)*at++);
    }
  }
  at = close;
  for (int word = 0; word < 4; word++) set->bits[word] = complement ? ~found.bits[word] : found.bits[word];
  return at + 1;
}

// Reads one single-byte class; returns what follows it.
static const char *read_single(lua_State *L, const char *at, const char *end, byte_set *set) {
  memset(set, 0, sizeof *set);
  if (*at == '[') return read_set(L, at, end, set);
  if (*at == '%') {
    if (at + 1 >= end) luaL_error(L, "malformed pattern (ends with '%%')");
    include_class(set, (unsigned char)at[1]);
    return at + 2;
  }
  if (*at == '.') {
    memset(set, 0xFF, sizeof *set);
  } else {
    include(set, (unsigned char)*at);
  }
  return at + 1;
}

// The captures of a pattern while it is compiled: the numbers of the open ones, innermost last.
typedef struct {
  int count;
  int open_count;
  uint8_t open[CAPTURE_LIMIT];
} capture_list;

static void open_capture(lua_State *L, capture_list *captures, bool is_position) {
  if (captures->count >= CAPTURE_LIMIT) luaL_error(L, "malformed pattern (more than %d captures)", CAPTURE_LIMIT);
  if (!is_position) captures->open[captures->open_count++] = (uint8_t)captures->count;
  captures->count++;
}

// A capture that %1 and its like may name: one that is there, and closed.
static void check_back_reference(lua_State *L, const capture_list *captures, int digit) {
  int number = digit - '1';
  bool is_open = false;
  for (int index = 0; index < captures->open_count; index++) is_open |= captures->open[index] == number;
  if (number < 0 || number >= captures->count || is_open) {
    luaL_error(L, "malformed pattern (%%%c names no capture)", digit);
  }
}

// Pushes the compiled form of the pattern string at `index`.
static pattern *compile_pattern(lua_State *L, int index) {
  size_t length;
  const char *at = lua_tolstring(L, index, &length);
  const char *start = at;
  const char *end = at + length;
  if (length > PATTERN_LIMIT) luaL_error(L, "pattern too long (more than %d bytes)", PATTERN_LIMIT);
  pattern *compiled = lua_newuserdatauv(L, sizeof *compiled + (length + 1) * sizeof(pattern_item), 0);
  memset(compiled, 0, sizeof *compiled);
  if (at < end && *at == '^') {
    compiled->anchored = true;
    at++;
  }
  capture_list captures = {0};
  while (at < end) {
    pattern_item *item = &compiled->items[compiled->count++];
    memset(item, 0, sizeof *item);
    if (*at == '(') {
      bool position = at + 1 < end && at[1] == ')';
      open_capture(L, &captures, position);
      item->kind = position ? ITEM_POSITION : ITEM_OPEN;
      at += position ? 2 : 1;
    } else if (*at == ')') {
      if (captures.open_count == 0) luaL_error(L, "malformed pattern (')' without '(')");
      captures.open_count--;
      item->kind = ITEM_CLOSE;
      at++;
    } else if (*at == '$' && at + 1 == end) {
      item->kind = ITEM_END;
      at++;
    } else if (*at == '%' && at + 1 < end && at[1] == 'b') {
      if (at + 3 >= end) luaL_error(L, "malformed pattern (missing arguments to '%%b')");
      check_balance(L, at + 2, end);
      item->kind = ITEM_BALANCE;
      item->first = (uint8_t)at[2];
      item->second = (uint8_t)at[3];
      at += 4;
    } else if (*at == '%' && at + 1 < end && at[1] == 'f') {
      at += 2;
      if (at >= end || *at != '[') luaL_error(L, "missing '[' after '%%f' in pattern");
      item->kind = ITEM_FRONTIER;
      at = read_set(L, at, end, &item->set);
    } else if (*at == '%' && at + 1 < end && isdigit((unsigned char)at[1])) {
      check_back_reference(L, &captures, at[1]);
      item->kind = ITEM_BACK;
      item->first = (uint8_t)at[1];
      at += 2;
    } else {
      item->kind = ITEM_SET;
      at = read_single(L, at, end, &item->set);
      if (at < end) {
        if (*at && strchr("*+-?", *at)) check_repetition(L, start, at - 1, *at);
        switch (*at) {
          case '*': item->count = ANY_GREEDY; at++; break;
          case '+': item->count = SOME_GREEDY; at++; break;
          case '-': item->count = ANY_LAZY; at++; break;
          case '?': item->count = OPTIONAL; at++; break;
          default: break;
        }
      }
    }
  }
  if (captures.open_count > 0) luaL_error(L, "malformed pattern ('(' without ')')");
  compiled->starts_with_set = compiled->count > 0 && compiled->items[0].kind == ITEM_SET &&
                              (compiled->items[0].count == ONCE || compiled->items[0].count == SOME_GREEDY);
  return compiled;
}

// Finds the compiled form of the pattern at `index`, in the cache that is upvalue 1, or makes it; pushes it.
static pattern *find_pattern(lua_State *L, int index) {
  luaL_checkstring(L, index);
  lua_pushvalue(L, index);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TUSERDATA) return lua_touserdata(L, -1);
  lua_pop(L, 1);
  pattern *compiled = compile_pattern(L, index);
  // Patterns that are put together anew for each notification would fill the memory.
  lua_Integer size = (lua_Integer)lua_rawlen(L, -1);
  lua_rawgeti(L, lua_upvalueindex(1), 1);
  lua_Integer count = lua_tointeger(L, -1);
  lua_pop(L, 1);
  if (count + size > CACHE_LIMIT) {
    lua_pushnil(L);
    while (lua_next(L, lua_upvalueindex(1))) {
      lua_pop(L, 1);
      lua_pushvalue(L, -1);
      lua_pushnil(L);
      lua_rawset(L, lua_upvalueindex(1));
    }
    count = 0;
  }
  lua_pushvalue(L, index);
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  lua_pushinteger(L, count + size);
  lua_rawseti(L, lua_upvalueindex(1), 1);
  return compiled;
}

// ---- Matching ----------------------------------------------------------------------------------------------------

#define CAPTURE_OPEN (-1)
#define CAPTURE_POSITION (-2)

typedef struct {
  lua_State *L;
  const char *start;
  const char *end;
  const pattern *pattern;
  int depth;
  unsigned steps;
  int level;
  struct {
    const char *start;
    ptrdiff_t length;
  } captures[CAPTURE_LIMIT];
} matching;

static inline void step(matching *m) {
  if (++m->steps >= STEPS_BETWEEN_CHECKS) {
    m->steps = 0;
    nl_check_limits(m->L);
  }
}

static const char *match_here(matching *m, const char *at, int index);

static const char *match_greedy(matching *m, const char *at, int index, const pattern_item *item) {
  const char *least = item->count == SOME_GREEDY ? at + 1 : at;
  const char *reached = at;
  while (reached < m->end && has(&item->set, (unsigned char)*reached)) reached++;
  if (reached < least) return NULL;
  // Nothing follows that could want some of these bytes back.
  if (index + 1 == m->pattern->count) return reached;
  for (; reached >= least; reached--) {
    step(m);
    const char *rest = match_here(m, reached, index + 1);
    if (rest) return rest;
  }
  return NULL;
}

static const char *match_lazy(matching *m, const char *at, int index, const pattern_item *item) {
  while (true) {
    step(m);
    const char *rest = match_here(m, at, index + 1);
    if (rest) return rest;
    if (at >= m->end || !has(&item->set, (unsigned char)*at)) return NULL;
    at++;
  }
}

static const char *match_balance(matching *m, const char *at, const pattern_item *item) {
  if (at >= m->end || (uint8_t)*at != item->first) return NULL;
  int open = 1;
  for (const char *next = at + 1; next < m->end; next++) {
    step(m);
    if ((uint8_t)*next == item->second) {
      if (--open == 0) return next + 1;
    } else if ((uint8_t)*next == item->first) {
      open++;
    }
  }
  return NULL;
}

static int capture_to_close(matching *m) {
  for (int level = m->level - 1; level >= 0; level--) {
    if (m->captures[level].length == CAPTURE_OPEN) return level;
  }
  return luaL_error(m->L, "invalid pattern capture");
}

static const char *match_back(matching *m, const char *at, const pattern_item *item) {
  int level = item->first - '1';
  if (level < 0 || level >= m->level || m->captures[level].length == CAPTURE_OPEN) {
    luaL_error(m->L, "invalid capture index %%%d", level + 1);
  }
  size_t length = (size_t)m->captures[level].length;
  if ((ptrdiff_t)length > 0) m->steps += (unsigned)(length / 64);
  if ((size_t)(m->end - at) >= length && memcmp(m->captures[level].start, at, length) == 0) return at + length;
  return NULL;
}

// Matches the items from `index` on at `at`; returns where the match ends.
static const char *match_here(matching *m, const char *at, int index) {
  if (++m->depth > DEPTH_LIMIT) luaL_error(m->L, "pattern too complex");
  const char *result = NULL;
  const char *rest;
  int level;
  while (true) {
    if (index == m->pattern->count) {
      result = at;
      break;
    }
    const pattern_item *item = &m->pattern->items[index];
    switch ((item_kind)item->kind) {
      case ITEM_SET:
        switch ((item_count)item->count) {
          case ONCE:
            if (at >= m->end || !has(&item->set, (unsigned char)*at)) goto done;
            at++;
            index++;
            continue;
          case OPTIONAL:
            if (at < m->end && has(&item->set, (unsigned char)*at) && (rest = match_here(m, at + 1, index + 1))) {
              result = rest;
              goto done;
            }
            step(m);
            index++;
            continue;
          case ANY_LAZY: result = match_lazy(m, at, index, item); goto done;
          default: result = match_greedy(m, at, index, item); goto done;
        }
      case ITEM_OPEN:
      case ITEM_POSITION:
        if (m->level >= CAPTURE_LIMIT) luaL_error(m->L, "too many captures");
        m->captures[m->level].start = at;
        m->captures[m->level].length = item->kind == ITEM_POSITION ? CAPTURE_POSITION : CAPTURE_OPEN;
        m->level++;
        result = match_here(m, at, index + 1);
        if (!result) m->level--;
        goto done;
      case ITEM_CLOSE:
        level = capture_to_close(m);
        m->captures[level].length = at - m->captures[level].start;
        result = match_here(m, at, index + 1);
        if (!result) m->captures[level].length = CAPTURE_OPEN;
        goto done;
      case ITEM_BACK:
        at = match_back(m, at, item);
        step(m);
        break;
      case ITEM_BALANCE:
        at = match_balance(m, at, item);
        break;
      case ITEM_FRONTIER: {
        unsigned char previous = at == m->start ? 0 : (unsigned char)at[-1];
        unsigned char next = at < m->end ? (unsigned char)*at : 0;
        if (has(&item->set, previous) || !has(&item->set, next)) at = NULL;
        break;
      }
      case ITEM_END:
        if (at != m->end) at = NULL;
        break;
    }
    if (!at) goto done;
    index++;
  }
done:
  m->depth--;
  return result;
}

static void begin(matching *m, lua_State *L, const char *start, size_t length, const pattern *compiled) {
  m->L = L;
  m->start = start;
  m->end = start + length;
  m->pattern = compiled;
  m->depth = 0;
  m->steps = 0;
  m->level = 0;
}

// Finds the next match at or after `*at`; returns where it ends and sets `*at` to where it begins.
static const char *find_match(matching *m, const char **at) {
  const pattern *compiled = m->pattern;
  while (true) {
    if (compiled->starts_with_set && !compiled->anchored) {
      while (*at < m->end && !has(&compiled->items[0].set, (unsigned char)**at)) ++*at;
      if (*at == m->end) return NULL;
    }
    m->level = 0;
    const char *end = match_here(m, *at, 0);
    if (end) return end;
    if (compiled->anchored || *at >= m->end) return NULL;
    step(m);
    ++*at;
  }
}

// ---- Results -----------------------------------------------------------------------------------------------------

static void push_capture(matching *m, int index, const char *start, const char *end) {
  if (index >= m->level) {
    if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
    lua_pushlstring(m->L, start, (size_t)(end - start));
    return;
  }
  ptrdiff_t length = m->captures[index].length;
  if (length == CAPTURE_OPEN) luaL_error(m->L, "unfinished capture");
  if (length == CAPTURE_POSITION) {
    lua_pushinteger(m->L, m->captures[index].start - m->start + 1);
  } else {
    lua_pushlstring(m->L, m->captures[index].start, (size_t)length);
  }
}

static int push_captures(matching *m, const char *start, const char *end) {
  int count = m->level == 0 && start ? 1 : m->level;
  luaL_checkstack(m->L, count, "too many captures");
  for (int index = 0; index < count; index++) push_capture(m, index, start, end);
  return count;
}

static const char *find_plain(const char *text, size_t length, const char *wanted, size_t wanted_length) {
  if (wanted_length == 0) return text;
  return wanted_length > length ? NULL : memmem(text, length, wanted, wanted_length);
}

// Where a search begins: `position` as Lua counts, brought into 0...length+1.
static size_t start_offset(lua_Integer position, size_t length) {
  if (position > 0) return (size_t)position - 1;
  if (position == 0) return 0;
  if (position < -(lua_Integer)length) return 0;
  return length + (size_t)position;
}

static bool has_specials(const char *wanted, size_t length) {
  for (size_t from = 0; from <= length; from += strlen(wanted + from) + 1) {
    if (strpbrk(wanted + from, "^$*+?.([%-")) return true;
  }
  return false;
}

static int find_or_match(lua_State *L, bool find) {
  size_t length, pattern_length;
  const char *text = luaL_checklstring(L, 1, &length);
  const char *wanted = luaL_checklstring(L, 2, &pattern_length);
  size_t offset = start_offset(luaL_optinteger(L, 3, 1), length);
  if (offset > length) {
    lua_pushnil(L);
    return 1;
  }
  bool plain = lua_toboolean(L, 4) || !has_specials(wanted, pattern_length);
  if (find && plain) {
    const char *found = find_plain(text + offset, length - offset, wanted, pattern_length);
    if (!found) {
      lua_pushnil(L);
      return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)pattern_length);
    return 2;
  }
  matching m;
  begin(&m, L, text, length, find_pattern(L, 2));
  const char *at = text + offset;
  const char *end = find_match(&m, &at);
  if (!end) {
    lua_pushnil(L);
    return 1;
  }
  if (!find) return push_captures(&m, at, end);
  lua_pushinteger(L, at - text + 1);
  lua_pushinteger(L, end - text);
  return push_captures(&m, NULL, NULL) + 2;
}

static int string_find(lua_State *L) { return find_or_match(L, true); }
static int string_match(lua_State *L) { return find_or_match(L, false); }

typedef struct {
  size_t next;
  ptrdiff_t last_end;  // where the last match ended, so that an empty one is not found there again
} iteration;

// Upvalues: the text, the compiled pattern, the place.
static int step_gmatch(lua_State *L) {
  size_t length;
  const char *text = lua_tolstring(L, lua_upvalueindex(1), &length);
  iteration *place = lua_touserdata(L, lua_upvalueindex(3));
  matching m;
  begin(&m, L, text, length, lua_touserdata(L, lua_upvalueindex(2)));
  for (const char *at = text + place->next; at <= m.end; at++) {
    step(&m);
    m.level = 0;
    // In gmatch, ^ has no meaning as an anchor and is compiled as a byte of its own.
    const char *end = match_here(&m, at, 0);
    if (end && end - text != place->last_end) {
      place->next = (size_t)(end - text);
      place->last_end = end - text;
      return push_captures(&m, at, end);
    }
  }
  return 0;
}

static int string_gmatch(lua_State *L) {
  size_t length, pattern_length;
  luaL_checklstring(L, 1, &length);
  const char *wanted = luaL_checklstring(L, 2, &pattern_length);
  size_t offset = start_offset(luaL_optinteger(L, 3, 1), length);
  if (offset > length) offset = length + 1;
  lua_settop(L, 2);
  lua_tostring(L, 1);
  lua_pushvalue(L, 1);
  if (pattern_length > 0 && wanted[0] == '^') {
    lua_pushliteral(L, "%");
    lua_pushvalue(L, 2);
    lua_concat(L, 2);
    lua_replace(L, 2);
  }
  find_pattern(L, 2);
  iteration *place = lua_newuserdatauv(L, sizeof *place, 0);
  *place = (iteration){.next = offset, .last_end = -1};
  lua_pushcclosure(L, step_gmatch, 3);
  return 1;
}

// Adds the replacement text at index 3 with its %0 to %9 filled in.
static void add_text(matching *m, luaL_Buffer *buffer, const char *start, const char *end) {
  lua_State *L = m->L;
  size_t length;
  const char *text = lua_tolstring(L, 3, &length);
  const char *stop = text + length;
  const char *percent;
  while ((percent = memchr(text, '%', (size_t)(stop - text)))) {
    luaL_addlstring(buffer, text, (size_t)(percent - text));
    percent++;
    unsigned char next = percent < stop ? (unsigned char)*percent : 0;
    if (next == '%') {
      luaL_addchar(buffer, '%');
    } else if (next == '0') {
      luaL_addlstring(buffer, start, (size_t)(end - start));
    } else if (isdigit(next)) {
      push_capture(m, next - '1', start, end);
      luaL_tolstring(L, -1, NULL);
      lua_remove(L, -2);
      luaL_addvalue(buffer);
    } else {
      luaL_error(L, "invalid use of '%%' in replacement string");
    }
    text = percent + 1;
  }
  luaL_addlstring(buffer, text, (size_t)(stop - text));
}

// Adds what a match is replaced with; true where that differs from the match.
static bool add_replacement(matching *m, luaL_Buffer *buffer, const char *start, const char *end, int type) {
  lua_State *L = m->L;
  switch (type) {
    case LUA_TFUNCTION: {
      lua_pushvalue(L, 3);
      int count = push_captures(m, start, end);
      lua_call(L, count, 1);
      break;
    }
    case LUA_TTABLE:
      push_capture(m, 0, start, end);
      lua_gettable(L, 3);
      break;
    default: add_text(m, buffer, start, end); return true;
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(buffer, start, (size_t)(end - start));
    return false;
  }
  if (!lua_isstring(L, -1)) luaL_error(L, "invalid replacement value (a %s)", nl_type_name(L, -1));
  luaL_addvalue(buffer);
  return true;
}

static int string_gsub(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  luaL_checkstring(L, 2);
  int type = lua_type(L, 3);
  bool is_view = nl_to_view(L, 3) != NULL;
  if (is_view) type = LUA_TTABLE;
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                   "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
  lua_settop(L, 3);
  nl_make_room(L, length);
  matching m;
  begin(&m, L, text, length, find_pattern(L, 2));
  lua_Integer count = 0;
  bool changed = false;
  const char *copied = text;
  const char *at = text;
  const char *last_end = NULL;
  luaL_Buffer buffer;
  bool buffering = false;
  while (count < most) {
    const char *start = at;
    const char *end = find_match(&m, &start);
    if (!end) break;
    if (end == last_end) {
      // An empty match right behind the one before is none.
      if (m.pattern->anchored || start >= m.end) break;
      at = start + 1;
      last_end = NULL;
      continue;
    }
    if (!buffering) {
      luaL_buffinit(L, &buffer);
      buffering = true;
    }
    count++;
    luaL_addlstring(&buffer, copied, (size_t)(start - copied));
    changed |= add_replacement(&m, &buffer, start, end, type);
    copied = at = last_end = end;
    if (m.pattern->anchored) break;
  }
  if (changed) {
    luaL_addlstring(&buffer, copied, (size_t)(m.end - copied));
    luaL_pushresult(&buffer);
  } else {
    lua_pushvalue(L, 1);
    lua_tostring(L, -1);
  }
  lua_pushinteger(L, count);
  return 2;
}

void nl_open_patterns(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"find", string_find}, {"match", string_match}, {"gmatch", string_gmatch}, {"gsub", string_gsub}, {NULL, NULL}};
  lua_newtable(L);
  for (const luaL_Reg *function = functions; function->name; function++) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, function->func, 1);
    lua_setfield(L, -3, function->name);
  }
  lua_pop(L, 1);
}
