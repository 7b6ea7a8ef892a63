// Lua's own string library, to compare the sandbox's patterns with.

#ifndef PATTERNREFERENCE_H
#define PATTERNREFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

// Runs a chunk that returns one string, with Lua's own libraries; the text is the result or the error, and `failed` tells
// which. Lives until the next call.
const char *pr_run(const char *chunk, size_t count, size_t *length, bool *failed);

#pragma clang assume_nonnull end

#endif
