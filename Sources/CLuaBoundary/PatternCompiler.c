// Compiles patterns, and keeps them compiled.

#include <ctype.h>
#include <string.h>

#include "Pattern.h"

#define PATTERN_LIMIT 1024         // bytes
#define CACHE_LIMIT (256 << 10)  // bytes of compiled patterns

static void include(nl_byte_set *set, unsigned char byte) { set->bits[byte >> 6] |= (uint64_t)1 << (byte & 63); }

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
static void include_class(nl_byte_set *set, unsigned char class) {
  if (!strchr("acdglpsuwxz", tolower(class)) || class == 0) {
    include(set, class);
    return;
  }
  for (int byte = 0; byte < 256; byte++) {
    if (in_class(byte, class) == (islower(class) != 0)) include(set, (unsigned char)byte);
  }
}

// Reads a set whose '[' is at `at`; returns what follows its ']'.
static const char *read_set(lua_State *L, const char *at, const char *end, nl_byte_set *set) {
  nl_byte_set found = {{0}};
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
  nl_check_set(L, open, close + 1);
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
static const char *read_single(lua_State *L, const char *at, const char *end, nl_byte_set *set) {
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
  uint8_t open[NL_CAPTURE_LIMIT];
} capture_list;

static void open_capture(lua_State *L, capture_list *captures, bool is_position) {
  if (captures->count >= NL_CAPTURE_LIMIT) luaL_error(L, "malformed pattern (more than %d captures)", NL_CAPTURE_LIMIT);
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

// A pattern string while it is compiled.
typedef struct {
  lua_State *L;
  const char *start;
  const char *at;
  const char *end;
  capture_list captures;
} reading;

// The byte after the one that is read next, or -1 at the end.
static int second_byte(const reading *r) { return r->at + 1 < r->end ? (unsigned char)r->at[1] : -1; }

static void read_open(reading *r, nl_pattern_item *item) {
  bool is_position = second_byte(r) == ')';
  open_capture(r->L, &r->captures, is_position);
  item->kind = is_position ? ITEM_POSITION : ITEM_OPEN;
  r->at += is_position ? 2 : 1;
}

static void read_close(reading *r, nl_pattern_item *item) {
  if (r->captures.open_count == 0) luaL_error(r->L, "malformed pattern (')' without '(')");
  r->captures.open_count--;
  item->kind = ITEM_CLOSE;
  r->at++;
}

static void read_balance(reading *r, nl_pattern_item *item) {
  if (r->at + 3 >= r->end) luaL_error(r->L, "malformed pattern (missing arguments to '%%b')");
  nl_check_balance(r->L, r->at + 2, r->end);
  item->kind = ITEM_BALANCE;
  item->first = (uint8_t)r->at[2];
  item->second = (uint8_t)r->at[3];
  r->at += 4;
}

static void read_frontier(reading *r, nl_pattern_item *item) {
  r->at += 2;
  if (r->at >= r->end || *r->at != '[') luaL_error(r->L, "missing '[' after '%%f' in pattern");
  item->kind = ITEM_FRONTIER;
  r->at = read_set(r->L, r->at, r->end, &item->set);
}

static void read_back_reference(reading *r, nl_pattern_item *item) {
  check_back_reference(r->L, &r->captures, r->at[1]);
  item->kind = ITEM_BACK;
  item->first = (uint8_t)r->at[1];
  r->at += 2;
}

// Reads a single-byte class and how often it may stand.
static void read_repeated(reading *r, nl_pattern_item *item) {
  item->kind = ITEM_SET;
  item->count = ONCE;
  r->at = read_single(r->L, r->at, r->end, &item->set);
  if (r->at == r->end) return;
  switch (*r->at) {
    case '*': item->count = ANY_GREEDY; break;
    case '+': item->count = SOME_GREEDY; break;
    case '-': item->count = ANY_LAZY; break;
    case '?': item->count = OPTIONAL; break;
    default: return;
  }
  nl_check_repetition(r->L, r->start, r->at - 1, *r->at);
  r->at++;
}

static void read_item(reading *r, nl_pattern_item *item) {
  memset(item, 0, sizeof *item);
  int second = second_byte(r);
  if (*r->at == '(') {
    read_open(r, item);
  } else if (*r->at == ')') {
    read_close(r, item);
  } else if (*r->at == '$' && second < 0) {
    item->kind = ITEM_END;
    r->at++;
  } else if (*r->at == '%' && second == 'b') {
    read_balance(r, item);
  } else if (*r->at == '%' && second == 'f') {
    read_frontier(r, item);
  } else if (*r->at == '%' && second >= 0 && isdigit(second)) {
    read_back_reference(r, item);
  } else {
    read_repeated(r, item);
  }
}

// Pushes the compiled form of the pattern string at `index`.
static nl_pattern *compile_pattern(lua_State *L, int index) {
  size_t length;
  const char *start = lua_tolstring(L, index, &length);
  if (length > PATTERN_LIMIT) luaL_error(L, "pattern too long (more than %d bytes)", PATTERN_LIMIT);
  nl_pattern *compiled = lua_newuserdatauv(L, sizeof *compiled + (length + 1) * sizeof(nl_pattern_item), 0);
  memset(compiled, 0, sizeof *compiled);
  reading r = {.L = L, .start = start, .at = start, .end = start + length};
  if (r.at < r.end && *r.at == '^') {
    compiled->anchored = true;
    r.at++;
  }
  while (r.at < r.end) read_item(&r, &compiled->items[compiled->count++]);
  if (r.captures.open_count > 0) luaL_error(L, "malformed pattern ('(' without ')')");
  compiled->starts_with_set = compiled->count > 0 && compiled->items[0].kind == ITEM_SET &&
                              (compiled->items[0].count == ONCE || compiled->items[0].count == SOME_GREEDY);
  return compiled;
}

// ---- The cache ---------------------------------------------------------------------------------------------------

// Upvalue 1 has compiled patterns by their strings, and under 1 the number of their bytes.
static void empty_cache(lua_State *L) {
  lua_pushnil(L);
  while (lua_next(L, lua_upvalueindex(1))) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, lua_upvalueindex(1));
  }
}

// Keeps the compiled pattern at the top for the string at `index`. Stack: no change.
static void cache_pattern(lua_State *L, int index) {
  lua_Integer size = (lua_Integer)lua_rawlen(L, -1);
  lua_rawgeti(L, lua_upvalueindex(1), 1);
  lua_Integer count = lua_tointeger(L, -1);
  lua_pop(L, 1);
  // Patterns that are put together anew for each notification would fill the memory.
  if (count + size > CACHE_LIMIT) {
    empty_cache(L);
    count = 0;
  }
  lua_pushvalue(L, index);
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  lua_pushinteger(L, count + size);
  lua_rawseti(L, lua_upvalueindex(1), 1);
}

nl_pattern *nl_find_pattern(lua_State *L, int index) {
  luaL_checkstring(L, index);
  lua_pushvalue(L, index);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TUSERDATA) return lua_touserdata(L, -1);
  lua_pop(L, 1);
  nl_pattern *compiled = compile_pattern(L, index);
  cache_pattern(L, index);
  return compiled;
}
