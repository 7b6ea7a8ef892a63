// Matches compiled patterns.

#include <string.h>

#include "Pattern.h"

#define DEPTH_LIMIT 200

static const char *match_greedy(nl_matching *m, const char *at, int index, const nl_pattern_item *item) {
  const char *least = item->count == SOME_GREEDY ? at + 1 : at;
  const char *reached = at;
  while (reached < m->end && nl_has(&item->set, (unsigned char)*reached)) reached++;
  if (reached < least) return NULL;
  // Nothing follows that could want some of these bytes back.
  if (index + 1 == m->pattern->count) return reached;
  for (; reached >= least; reached--) {
    nl_step_match(m);
    const char *rest = nl_match_here(m, reached, index + 1);
    if (rest) return rest;
  }
  return NULL;
}

static const char *match_lazy(nl_matching *m, const char *at, int index, const nl_pattern_item *item) {
  while (true) {
    nl_step_match(m);
    const char *rest = nl_match_here(m, at, index + 1);
    if (rest) return rest;
    if (at >= m->end || !nl_has(&item->set, (unsigned char)*at)) return NULL;
    at++;
  }
}

static const char *match_balance(nl_matching *m, const char *at, const nl_pattern_item *item) {
  if (at >= m->end || (uint8_t)*at != item->first) return NULL;
  int open = 1;
  for (const char *next = at + 1; next < m->end; next++) {
    nl_step_match(m);
    if ((uint8_t)*next == item->second) {
      if (--open == 0) return next + 1;
    } else if ((uint8_t)*next == item->first) {
      open++;
    }
  }
  return NULL;
}

static int capture_to_close(nl_matching *m) {
  for (int level = m->level - 1; level >= 0; level--) {
    if (m->captures[level].length == NL_CAPTURE_OPEN) return level;
  }
  return luaL_error(m->L, "invalid pattern capture");
}

static const char *match_back(nl_matching *m, const char *at, const nl_pattern_item *item) {
  int level = item->first - '1';
  if (level < 0 || level >= m->level || m->captures[level].length == NL_CAPTURE_OPEN) {
    luaL_error(m->L, "invalid capture index %%%d", level + 1);
  }
  size_t length = (size_t)m->captures[level].length;
  if ((ptrdiff_t)length > 0) m->steps += (unsigned)(length / 64);
  if ((size_t)(m->end - at) >= length && memcmp(m->captures[level].start, at, length) == 0) return at + length;
  return NULL;
}

static const char *match_optional(nl_matching *m, const char *at, int index, const nl_pattern_item *item) {
  if (at >= m->end || !nl_has(&item->set, (unsigned char)*at)) return NULL;
  return nl_match_here(m, at + 1, index + 1);
}

static const char *match_open(nl_matching *m, const char *at, int index, ptrdiff_t length) {
  if (m->level >= NL_CAPTURE_LIMIT) luaL_error(m->L, "too many captures");
  m->captures[m->level].start = at;
  m->captures[m->level].length = length;
  m->level++;
  const char *result = nl_match_here(m, at, index + 1);
  if (!result) m->level--;
  return result;
}

static const char *match_close(nl_matching *m, const char *at, int index) {
  int level = capture_to_close(m);
  m->captures[level].length = at - m->captures[level].start;
  const char *result = nl_match_here(m, at, index + 1);
  if (!result) m->captures[level].length = NL_CAPTURE_OPEN;
  return result;
}

static bool is_frontier(const nl_matching *m, const char *at, const nl_pattern_item *item) {
  unsigned char previous = at == m->start ? 0 : (unsigned char)at[-1];
  unsigned char next = at < m->end ? (unsigned char)*at : 0;
  return !nl_has(&item->set, previous) && nl_has(&item->set, next);
}

static inline const char *match_items(nl_matching *m, const char *at, int index) {
  const char *rest;
  for (; index < m->pattern->count; index++) {
    const nl_pattern_item *item = &m->pattern->items[index];
    switch ((nl_item_kind)item->kind) {
      case ITEM_SET:
        switch ((nl_item_count)item->count) {
          case ONCE:
            if (at >= m->end || !nl_has(&item->set, (unsigned char)*at)) return NULL;
            at++;
            continue;
          case OPTIONAL:
            if ((rest = match_optional(m, at, index, item))) return rest;
            nl_step_match(m);
            continue;
          case ANY_LAZY: return match_lazy(m, at, index, item);
          default: return match_greedy(m, at, index, item);
        }
      case ITEM_OPEN: return match_open(m, at, index, NL_CAPTURE_OPEN);
      case ITEM_POSITION: return match_open(m, at, index, NL_CAPTURE_POSITION);
      case ITEM_CLOSE: return match_close(m, at, index);
      case ITEM_BACK:
        at = match_back(m, at, item);
        nl_step_match(m);
        break;
      case ITEM_BALANCE: at = match_balance(m, at, item); break;
      case ITEM_FRONTIER:
        if (!is_frontier(m, at, item)) return NULL;
        break;
      case ITEM_END:
        if (at != m->end) return NULL;
        break;
    }
    if (!at) return NULL;
  }
  return at;
}

const char *nl_match_here(nl_matching *m, const char *at, int index) {
  if (++m->depth > DEPTH_LIMIT) luaL_error(m->L, "pattern too complex");
  const char *result = match_items(m, at, index);
  m->depth--;
  return result;
}

const char *nl_find_match(nl_matching *m, const char **at) {
  const nl_pattern *compiled = m->pattern;
  while (true) {
    if (compiled->starts_with_set && !compiled->anchored) {
      while (*at < m->end && !nl_has(&compiled->items[0].set, (unsigned char)**at)) ++*at;
      if (*at == m->end) return NULL;
    }
    m->level = 0;
    const char *end = nl_match_here(m, *at, 0);
    if (end) return end;
    if (compiled->anchored || *at >= m->end) return NULL;
    nl_step_match(m);
    ++*at;
  }
}
