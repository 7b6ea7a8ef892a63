// The memory of one interpreter: counted against its limit, small blocks cut from pages.
//
// A notification costs Lua some twenty small objects. Lua tells the size of a block when it gives it back, so that a
// list of free blocks for each size does without headers, and a take or a release is a few instructions. The pages go
// when the interpreter goes; all of them together are bounded by the limit too, since a page serves one size only.

#include <stdlib.h>
#include <string.h>

#include "Boundary.h"

#define PAGE_SIZE 4096

struct nl_page {
  nl_page *next;
  size_t class;
  // Blocks of Lua are aligned as malloc's are.
  _Alignas(16) char blocks[PAGE_SIZE - 16];
};

static inline bool is_small(size_t size) { return size <= NL_SMALL_BLOCK; }
static inline size_t class_of(size_t size) { return (size - 1) / 16; }

// ---- Pages without live blocks -----------------------------------------------------------------------------------

typedef struct {
  nl_page *page;
  size_t free_count;
} page_use;

static int compare_pages(const void *left, const void *right) {
  const page_use *a = left, *b = right;
  return (a->page > b->page) - (a->page < b->page);
}

// The page that a block lies in, of `count` pages sorted by address.
static page_use *page_of(page_use *pages, size_t count, const void *block) {
  size_t low = 0, high = count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if ((const char *)pages[middle].page <= (const char *)block) low = middle; else high = middle;
  }
  return &pages[low];
}

static size_t blocks_of(size_t class) { return sizeof((nl_page *)0)->blocks / ((class + 1) * 16); }

// Gives back the pages of which every block is free, so that blocks of another size can have their place.
static void give_back_pages(nl_memory *memory) {
  size_t count = memory->page_bytes / sizeof(nl_page);
  page_use *pages = calloc(count + 1, sizeof *pages);
  if (!pages) return;
  size_t filled = 0;
  for (nl_page *page = memory->pages; page && filled < count; page = page->next) pages[filled++].page = page;
  nl_sort(pages, filled, sizeof *pages, compare_pages);
  for (size_t class = 0; class < NL_SMALL_BLOCK / 16; class++) {
    for (void **block = memory->free_blocks[class]; block; block = *block) page_of(pages, filled, block)->free_count++;
    void **link = (void **)&memory->free_blocks[class];
    while (*link) {
      page_use *use = page_of(pages, filled, *link);
      if (use->free_count == blocks_of(class)) {
        *link = *(void **)*link;
      } else {
        link = *link;
      }
    }
  }
  memory->pages = NULL;
  for (size_t index = 0; index < filled; index++) {
    nl_page *page = pages[index].page;
    if (pages[index].free_count == blocks_of(page->class)) {
      memory->page_bytes -= sizeof *page;
      free(page);
    } else {
      page->next = memory->pages;
      memory->pages = page;
    }
  }
  free(pages);
}

// ---- Blocks ------------------------------------------------------------------------------------------------------

// Cuts a new page into free blocks of a class; false where there is no memory, or the limit is reached.
static bool add_page(nl_memory *memory, size_t class, bool must) {
  if (!must && memory->page_bytes + sizeof(nl_page) > memory->limit) {
    give_back_pages(memory);
    if (memory->page_bytes + sizeof(nl_page) > memory->limit) return false;
  }
  nl_page *page = malloc(sizeof *page);
  if (!page) return false;
  memory->page_bytes += sizeof *page;
  page->next = memory->pages;
  page->class = class;
  memory->pages = page;
  size_t size = (class + 1) * 16;
  for (size_t at = 0; at + size <= sizeof page->blocks; at += size) {
    void **block = (void **)(page->blocks + at);
    *block = memory->free_blocks[class];
    memory->free_blocks[class] = block;
  }
  return true;
}

static inline void *take(nl_memory *memory, size_t size, bool must) {
  if (!is_small(size)) return malloc(size);
  size_t class = class_of(size);
  if (!memory->free_blocks[class] && !add_page(memory, class, must)) return NULL;
  void **block = memory->free_blocks[class];
  memory->free_blocks[class] = *block;
  return block;
}

static inline void release(nl_memory *memory, void *block, size_t size) {
  if (!is_small(size)) {
    free(block);
    return;
  }
  size_t class = class_of(size);
  *(void **)block = memory->free_blocks[class];
  memory->free_blocks[class] = block;
}

static void *resize(nl_memory *memory, void *block, size_t old_size, size_t new_size) {
  if (!is_small(old_size) && !is_small(new_size)) return realloc(block, new_size);
  if (is_small(old_size) && is_small(new_size) && class_of(old_size) == class_of(new_size)) return block;
  // Lua takes it for granted that shrinking succeeds, as far as there is any memory.
  void *fresh = take(memory, new_size, new_size < old_size);
  if (!fresh) return NULL;
  memcpy(fresh, block, old_size < new_size ? old_size : new_size);
  release(memory, block, old_size);
  return fresh;
}

// Refuses memory, and notes the line that asks for it: where Lua gives up, nothing of its stack may be left.
static void *refuse(nl_memory *memory) {
  nl_interpreter *interpreter = (nl_interpreter *)((char *)memory - offsetof(nl_interpreter, memory));
  memory->refused = true;
  if (interpreter->running) nl_note_place(interpreter, interpreter->running);
  return NULL;
}

void *nl_allocate(void *context, void *block, size_t old_size, size_t new_size) {
  nl_memory *memory = context;
  if (!block) old_size = 0;  // then it is a type, not a size
  if (new_size == 0) {
    if (block) release(memory, block, old_size);
    memory->used -= old_size;
    return NULL;
  }
  size_t used = memory->used - old_size + new_size;
  bool fails = memory->allocations++ >= memory->failing_from || used > memory->limit;
  if (fails && new_size > old_size) return refuse(memory);
  void *fresh = block ? resize(memory, block, old_size, new_size) : take(memory, new_size, false);
  if (!fresh) return refuse(memory);
  memory->used = used;
  if (used > memory->peak) memory->peak = used;
  return fresh;
}

// Lua collects before it gives up an object, but not before it gives up a buffer of its library, which is allocated
// past the collector. So what works in buffers asks here first.
void nl_make_room(lua_State *L, size_t wanted) {
  nl_memory *memory = &nl_of(L)->memory;
  if (memory->used < memory->collected) memory->collected = memory->used;
  bool is_scarce = memory->used > memory->limit / 2 && memory->used > memory->collected + memory->limit / 8;
  // A buffer doubles, and its string is made while it is still there.
  if (!is_scarce && memory->used + 3 * wanted <= memory->limit) return;
  lua_gc(L, LUA_GCCOLLECT);
  memory->collected = memory->used;
}

void nl_memory_destroy(nl_memory *memory) {
  for (nl_page *page = memory->pages; page;) {
    nl_page *next = page->next;
    free(page);
    page = next;
  }
}

size_t nl_interpreter_memory(nl_interpreter *interpreter, bool reset, size_t *peak) {
  nl_memory *memory = &interpreter->memory;
  if (peak) *peak = memory->peak;
  if (reset) memory->peak = memory->used;
  return memory->used;
}

void nl_interpreter_fail_allocations(nl_interpreter *interpreter, uint64_t count) {
  nl_memory *memory = &interpreter->memory;
  memory->failing_from = count == UINT64_MAX ? UINT64_MAX : memory->allocations + count;
}

uint64_t nl_interpreter_allocations(nl_interpreter *interpreter) { return interpreter->memory.allocations; }
