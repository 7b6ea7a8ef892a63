// How often each line of a plugin's files was run, and how often the functions that begin there were called.

#include <stdlib.h>
#include <string.h>

#include "Boundary.h"

typedef struct {
  int first, last;  // lines
  uint32_t calls;
} function;

typedef struct {
  char *chunk_name;
  size_t line_count;
  uint32_t *hits;  // by line, from 1
  function *functions;
  size_t function_count;
} chunk;

struct nl_coverage {
  chunk *chunks;
  size_t count;
  size_t last;  // where the last line was found
};

nl_coverage *nl_coverage_create(void) { return calloc(1, sizeof(nl_coverage)); }

void nl_coverage_destroy(nl_coverage *coverage) {
  for (size_t index = 0; index < coverage->count; index++) {
    free(coverage->chunks[index].chunk_name);
    free(coverage->chunks[index].hits);
    free(coverage->chunks[index].functions);
  }
  free(coverage->chunks);
  free(coverage);
}

bool nl_coverage_add(nl_coverage *coverage, const char *chunk_name, size_t line_count) {
  chunk *chunks = realloc(coverage->chunks, (coverage->count + 1) * sizeof *chunks);
  if (!chunks) return false;
  coverage->chunks = chunks;
  chunk *added = &chunks[coverage->count];
  *added = (chunk){.chunk_name = strdup(chunk_name), .line_count = line_count,
                   .hits = calloc(line_count + 1, sizeof(uint32_t))};
  if (!added->chunk_name || !added->hits) {
    free(added->chunk_name);
    free(added->hits);
    return false;
  }
  coverage->count++;
  return true;
}

uint32_t nl_coverage_hits(const nl_coverage *coverage, size_t chunk, size_t line) {
  return line <= coverage->chunks[chunk].line_count ? coverage->chunks[chunk].hits[line] : 0;
}

static function *find_function(const chunk *chunk, int first, int last) {
  for (size_t index = 0; index < chunk->function_count; index++) {
    function *found = &chunk->functions[index];
    if (found->first == first && found->last == last) return found;
  }
  return NULL;
}

uint32_t nl_coverage_calls(const nl_coverage *coverage, size_t chunk, int first, int last) {
  function *found = find_function(&coverage->chunks[chunk], first, last);
  return found ? found->calls : 0;
}

static chunk *find(nl_coverage *coverage, const char *source) {
  for (size_t tried = 0; tried < coverage->count; tried++) {
    size_t index = (coverage->last + tried) % coverage->count;
    if (strcmp(coverage->chunks[index].chunk_name, source) == 0) {
      coverage->last = index;
      return &coverage->chunks[index];
    }
  }
  return NULL;
}

static void count(uint32_t *counter) {
  if (*counter < UINT32_MAX) ++*counter;
}

void nl_coverage_note(nl_coverage *coverage, lua_State *L, lua_Debug *record) {
  // Neither needs memory.
  if (!lua_getinfo(L, "S", record)) return;
  chunk *found = find(coverage, record->source);
  if (!found) return;
  if (record->event == LUA_HOOKLINE) {
    if (record->currentline > 0 && (size_t)record->currentline <= found->line_count) {
      count(&found->hits[record->currentline]);
    }
  } else {
    function *called = find_function(found, record->linedefined, record->lastlinedefined);
    if (!called) {
      function *functions = realloc(found->functions, (found->function_count + 1) * sizeof *functions);
      if (!functions) return;
      found->functions = functions;
      called = &functions[found->function_count++];
      *called = (function){record->linedefined, record->lastlinedefined, 0};
    }
    count(&called->calls);
  }
}
