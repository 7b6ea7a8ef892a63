// Lua's patterns, with the results of lstrlib.c and three differences: a pattern is compiled once and kept, a place
// where it cannot begin is passed by at one look, and a match that takes long notices the limits of its handler.
// Reference: Lua 5.4 manual, §6.4.1.

#ifndef PATTERN_H
#define PATTERN_H

#include "Boundary.h"

#define NL_CAPTURE_LIMIT 32

// The single bytes that an item of a pattern stands for.
typedef struct {
  uint64_t bits[4];
} nl_byte_set;

typedef enum { ITEM_SET, ITEM_OPEN, ITEM_POSITION, ITEM_CLOSE, ITEM_BACK, ITEM_BALANCE, ITEM_FRONTIER, ITEM_END } nl_item_kind;
typedef enum { ONCE, ANY_GREEDY, SOME_GREEDY, ANY_LAZY, OPTIONAL } nl_item_count;

typedef struct {
  uint8_t kind;
  uint8_t count;
  uint8_t first;   // of %bxy; the number of %1
  uint8_t second;  // of %bxy
  nl_byte_set set;
} nl_pattern_item;

typedef struct {
  int count;
  bool anchored;  // ^ at the start
  bool starts_with_set;
  nl_pattern_item items[];
} nl_pattern;

static inline bool nl_has(const nl_byte_set *set, unsigned char byte) {
  return set->bits[byte >> 6] >> (byte & 63) & 1;
}

// PatternCompiler.c: pushes the compiled form of the pattern string at `index`, from the cache that is upvalue 1 where
// it is there.
nl_pattern *nl_find_pattern(lua_State *L, int index);

// WideCharacter.c: fail where a pattern, which goes by bytes, works on a part of a character of UTF-8.
// For a set with characters of more than one byte; `at` is its '[' and `end` what follows its ']'.
void nl_check_set(lua_State *L, const char *at, const char *end);
// Where a repetition of the byte at `last` follows a character that is longer; `sign` is one of * + - ?.
void nl_check_repetition(lua_State *L, const char *start, const char *last, char sign);
// Where one of the two bytes of %b is a character that is longer.
void nl_check_balance(lua_State *L, const char *at, const char *end);

// ---- Matching ----------------------------------------------------------------------------------------------------

#define NL_CAPTURE_OPEN (-1)
#define NL_CAPTURE_POSITION (-2)
#define NL_STEPS_BETWEEN_CHECKS 16384

// One search of a pattern in a text.
typedef struct {
  lua_State *L;
  const char *start;
  const char *end;
  const nl_pattern *pattern;
  int depth;
  unsigned steps;
  int level;
  struct {
    const char *start;
    ptrdiff_t length;
  } captures[NL_CAPTURE_LIMIT];
} nl_matching;

static inline void nl_begin_match(nl_matching *m, lua_State *L, const char *start, size_t length,
                                  const nl_pattern *compiled) {
  m->L = L;
  m->start = start;
  m->end = start + length;
  m->pattern = compiled;
  m->depth = 0;
  m->steps = 0;
  m->level = 0;
}

// Counts a step of work, and raises where the handler's limit is reached.
static inline void nl_step_match(nl_matching *m) {
  if (++m->steps >= NL_STEPS_BETWEEN_CHECKS) {
    m->steps = 0;
    nl_check_limits(m->L);
  }
}

// PatternMatcher.c: matches the items from `index` on at `at`; returns where the match ends, or null.
const char *nl_match_here(nl_matching *m, const char *at, int index);
// Finds the next match at or after `*at`; returns where it ends and sets `*at` to where it begins.
const char *nl_find_match(nl_matching *m, const char **at);

#endif
