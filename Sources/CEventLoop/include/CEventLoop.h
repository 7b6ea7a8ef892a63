// What Swift cannot say to the kernel itself: epoll and eventfd, descriptors of processes, and a signal's handler.

#ifndef CEVENTLOOP_H
#define CEVENTLOOP_H

#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#pragma clang assume_nonnull begin

// A descriptor that is readable once a child process has ended, closed on exec; -1 where the kernel has none.
int el_open_process(int32_t process);

// A pipe whose ends are closed on exec; 0, or -1 on failure.
int el_pipe(int ends[_Nonnull 2]);

// Writes as write(2) does, without SIGPIPE where nobody reads: EPIPE says it, and a program that this library is a part of
// may do with the signal what it likes.
long el_write(int file, const void *_Nullable bytes, unsigned long count);

// Has a process that is started have no descriptor of `first` or above; 0, or an errno.
int el_close_from(posix_spawn_file_actions_t *actions, int first);

// The seconds after which a stop counts as asked for a second time, so that nothing is waited for any longer.
#define EL_STOP_PATIENCE 8

// From now on SIGINT, SIGTERM and SIGHUP are counted, and each is added to an eventfd, which is returned; -1 on failure.
// A call that such a signal interrupts is not restarted: a write that waits for a slow reader notices.
// EL_STOP_PATIENCE after the first, the count is two, and calls of this thread that wait are interrupted ten times a second.
int el_catch_stop_signals(void);
int el_stop_signal_count(void);
int el_last_stop_signal(void);

// Lets SIGINT, SIGTERM and SIGHUP through, which the process that started this one may have blocked.
void el_unblock_stop_signals(void);

// Ends this process by a signal that it caught, as if it had not: a shell shows 128 and its number, and a service manager
// a clean stop.
_Noreturn void el_end_by_signal(int number);

#pragma clang assume_nonnull end

#endif
