// find, match, gmatch and gsub.

#include <ctype.h>
#include <string.h>

#include "Pattern.h"

static void push_capture(nl_matching *m, int index, const char *start, const char *end) {
  if (index >= m->level) {
    if (index != 0) luaL_error(m->L, "invalid capture index %%%d", index + 1);
    lua_pushlstring(m->L, start, (size_t)(end - start));
    return;
  }
  ptrdiff_t length = m->captures[index].length;
  if (length == NL_CAPTURE_OPEN) luaL_error(m->L, "unfinished capture");
  if (length == NL_CAPTURE_POSITION) {
    lua_pushinteger(m->L, m->captures[index].start - m->start + 1);
  } else {
    lua_pushlstring(m->L, m->captures[index].start, (size_t)length);
  }
}

static int push_captures(nl_matching *m, const char *start, const char *end) {
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
  nl_matching m;
  nl_begin_match(&m, L, text, length, nl_find_pattern(L, 2));
  const char *at = text + offset;
  const char *end = nl_find_match(&m, &at);
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
  nl_matching m;
  nl_begin_match(&m, L, text, length, lua_touserdata(L, lua_upvalueindex(2)));
  for (const char *at = text + place->next; at <= m.end; at++) {
    nl_step_match(&m);
    m.level = 0;
    // In gmatch, ^ has no meaning as an anchor and is compiled as a byte of its own.
    const char *end = nl_match_here(&m, at, 0);
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
  lua_pushvalue(L, 1);
  if (pattern_length > 0 && wanted[0] == '^') {
    lua_pushliteral(L, "%");
    lua_pushvalue(L, 2);
    lua_concat(L, 2);
    lua_replace(L, 2);
  }
  nl_find_pattern(L, 2);
  iteration *place = lua_newuserdatauv(L, sizeof *place, 0);
  *place = (iteration){.next = offset, .last_end = -1};
  lua_pushcclosure(L, step_gmatch, 3);
  return 1;
}

// Adds the replacement text at index 3 with its %0 to %9 filled in.
static void add_text(nl_matching *m, luaL_Buffer *buffer, const char *start, const char *end) {
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
static bool add_replacement(nl_matching *m, luaL_Buffer *buffer, const char *start, const char *end, int type) {
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

// One run of gsub: the text is copied as far as `copied`, and matches are looked for from `at` on.
typedef struct {
  nl_matching matching;
  luaL_Buffer buffer;
  bool has_buffer;
  bool is_changed;
  int type;  // of the replacement
  const char *copied;
  const char *at;
  const char *last_end;
} substitution;

// Finds the next match; an empty one right behind the one before is none.
static const char *next_match(substitution *s, const char **start) {
  nl_matching *m = &s->matching;
  while (true) {
    *start = s->at;
    const char *end = nl_find_match(m, start);
    if (end != s->last_end || !end) return end;
    if (m->pattern->anchored || *start >= m->end) return NULL;
    s->at = *start + 1;
    s->last_end = NULL;
  }
}

static void replace_match(substitution *s, const char *start, const char *end) {
  if (!s->has_buffer) {
    luaL_buffinit(s->matching.L, &s->buffer);
    s->has_buffer = true;
  }
  luaL_addlstring(&s->buffer, s->copied, (size_t)(start - s->copied));
  s->is_changed |= add_replacement(&s->matching, &s->buffer, start, end, s->type);
  s->copied = s->at = s->last_end = end;
}

// Replaces `most` matches; returns how many there were.
static lua_Integer replace_matches(substitution *s, lua_Integer most) {
  const char *start, *end;
  lua_Integer count = 0;
  while (count < most && (end = next_match(s, &start))) {
    count++;
    replace_match(s, start, end);
    if (s->matching.pattern->anchored) break;
  }
  return count;
}

static int string_gsub(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  luaL_checkstring(L, 2);
  int type = nl_to_view(L, 3) ? LUA_TTABLE : lua_type(L, 3);
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
                   "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1);
  lua_settop(L, 3);
  nl_make_room(L, length);
  substitution s;
  s.has_buffer = s.is_changed = false;
  s.type = type;
  s.copied = s.at = text;
  s.last_end = NULL;
  nl_begin_match(&s.matching, L, text, length, nl_find_pattern(L, 2));
  lua_Integer count = replace_matches(&s, most);
  if (s.is_changed) {
    luaL_addlstring(&s.buffer, s.copied, (size_t)(s.matching.end - s.copied));
    luaL_pushresult(&s.buffer);
  } else {
    lua_pushvalue(L, 1);
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
