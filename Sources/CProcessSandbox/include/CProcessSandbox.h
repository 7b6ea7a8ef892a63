// What only C can say to the kernel: how a worker locks itself, the clocks that stop it, and what its host needs to
// start one.

#ifndef CPROCESSSANDBOX_H
#define CPROCESSSANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// ---- The worker --------------------------------------------------------------------------------------------------

// Exit statuses of a worker that its host tells apart.
enum {
  PS_EXIT_OVERDUE = 75,   // a handler passed its limit of CPU time inside of C and could not be interrupted
  PS_EXIT_UNLOCKED = 76,  // the process could not lock itself
  PS_EXIT_PROTOCOL = 77,  // a frame was not understood
};

// Where locking stopped; the calling process is to end.
typedef enum {
  PS_LOCKED,
  PS_FAILED_SIGNALS,
  PS_FAILED_DESCRIPTORS,
  PS_FAILED_TIMERS,
  PS_FAILED_PRIVILEGES,
  PS_FAILED_LIMITS,
  PS_FAILED_THREADS,
  PS_FAILED_SECCOMP,
} ps_lock_result;

typedef struct {
  uint64_t address_space;  // bytes, RLIMIT_AS
  int64_t tick;            // nanoseconds of CPU time between calls of `on_tick`
  int64_t overdue;         // nanoseconds of CPU time until the kernel kills, renewed by each tick within the limit
  // Counts a tick against whatever runs; returns true while that is within its limit.
  bool (*on_tick)(int64_t tick);
} ps_lock_options;

// Locks the calling process for good: it keeps descriptors 0, 1 and 2, reads only 0 and writes only 1 and 2, opens,
// makes, executes and signals nothing. `landlock` is set to the version of Landlock in force, 0 where there is none.
ps_lock_result ps_lock(ps_lock_options options, int *landlock);

// ---- The host ----------------------------------------------------------------------------------------------------

// Memory to share with a child, sealed against any change of its size; -1 on failure. Closed on exec.
int ps_shared_memory(size_t size);

// The same with what `bytes` says, sealed against any change.
int ps_sealed_memory(const void *bytes, size_t size);

// A pipe whose ends are closed on exec; 0, or -1 on failure.
int ps_pipe(int ends[_Nonnull 2]);

// Starts `path` with `input`, `output`, /dev/null, `requests`, `results` and, unless it is -1, `strings` as descriptors 0
// to 5, no signal blocked or ignored, and `environment`. Returns the process, or minus an errno.
int32_t ps_spawn(const char *path, char *const _Nullable *_Nonnull arguments, char *const _Nullable *_Nonnull environment,
                 int input, int output, int requests, int results, int strings);

// Opens what is closed of descriptors 0 to 2, so that no file of this process is taken for one of them; reading from
// and writing to what was closed still fails.
void ps_hold_standard_files(void);

// Lets SIGINT, SIGTERM and SIGHUP through, which whoever started this process may have blocked.
void ps_unblock_stop_signals(void);

// Raises the number of files that this process may open to the most that it may.
void ps_allow_descriptors(void);

// Reads and writes of this process cannot land in a core file.
void ps_forbid_core_files(void);

// From now on SIGINT, SIGTERM and SIGHUP are counted, and a byte is written into a pipe whose reading end is returned.
int ps_catch_stop_signals(void);
int ps_stop_signal_count(void);
int ps_last_stop_signal(void);

#pragma clang assume_nonnull end

#endif
