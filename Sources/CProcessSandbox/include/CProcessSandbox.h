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
  PS_EXIT_UNMAPPED = 78,  // the memory that it shares with its host could not be mapped
};

typedef struct {
  uint64_t address_space;  // bytes, RLIMIT_AS
  int64_t tick;            // nanoseconds of CPU time between calls of `on_tick`
  int64_t overdue;         // nanoseconds of CPU time until the kernel kills, renewed by each tick within the limit
  // Counts a tick against whatever runs; returns true while that is within its limit.
  bool (*on_tick)(int64_t tick);
} ps_lock_options;

// How far locking has come.
typedef struct {
  int32_t landlock;  // the version of Landlock in force, or minus the errno that refused it
  int32_t landlock_call;  // the call that was refused
  int32_t call;      // the number of the system call that is made; 0 once the process is locked
  int32_t code;      // the errno that it failed with; 0 where it has not, or what it says is not enough
} ps_lock_note;

// Locks the calling process for good: it keeps descriptors 0, 1 and 2, reads only 0 and writes only 1 and 2, opens,
// makes, executes and signals nothing. Gives false where it cannot; the calling process is to end then. `note` is
// written before each system call, so that who shares it knows which one a filter killed the process for.
bool ps_lock(ps_lock_options options, volatile ps_lock_note *note);

// ---- The host ----------------------------------------------------------------------------------------------------

// Memory to share with a child, sealed against any change of its size; -1 on failure, with the number of the system
// call that failed in `call`. Closed on exec.
int ps_shared_memory(size_t size, int32_t *call);

// Seals such memory against further seals and, where it is read-only, against all writing but that of mappings that
// there are already: a process that has the descriptor can neither map it for writing nor write to it. False on failure.
bool ps_seal_shared_memory(int descriptor, bool is_read_only);

// The same with what `bytes` says, sealed against any change.
int ps_sealed_memory(const void *bytes, size_t size, int32_t *call);

// Writes the name of a system call; "?" where it has none.
void ps_call_name(int32_t number, char *name, size_t capacity);

// Opens what is closed of descriptors 0 to 2, so that no file of this process is taken for one of them; reading from
// and writing to what was closed still fails.
void ps_hold_standard_files(void);

// Raises the number of files that this process may open to the most that it may.
void ps_allow_descriptors(void);

// Reads and writes of this process cannot land in a core file.
void ps_forbid_core_files(void);

#pragma clang assume_nonnull end

#endif
