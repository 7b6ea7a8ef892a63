// Sorting in place. The C library's qsort asks the kernel how much memory there is, which kills a locked worker, and
// takes memory that no limit counts.

#include <string.h>

#include "Boundary.h"

static void swap(char *left, char *right, size_t size) {
  char held[32];
  memcpy(held, left, size);
  memcpy(left, right, size);
  memcpy(right, held, size);
}

// Lets the item at `at` sink until no item below it is larger.
static void sink(char *items, size_t at, size_t count, size_t size, nl_comparison compare) {
  for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && compare(items + child * size, items + (child + 1) * size) < 0) child++;
    if (compare(items + at * size, items + child * size) >= 0) return;
    swap(items + at * size, items + child * size, size);
    at = child;
  }
}

// Heapsort (Williams 1964): time in proportion to n log n whatever the order.
void nl_sort(void *items, size_t count, size_t size, nl_comparison compare) {
  for (size_t at = count / 2; at-- > 0;) sink(items, at, count, size, compare);
  for (size_t last = count; last-- > 1;) {
    swap(items, (char *)items + last * size, size);
    sink(items, 0, last, size, compare);
  }
}
