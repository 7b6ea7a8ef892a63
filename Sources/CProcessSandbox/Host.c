// What the host of a worker needs of the kernel.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../CSeccomp/shim.h"
#include "CProcessSandbox.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

// Closes a descriptor and keeps errno for the caller.
static int give_up(int descriptor) {
  int code = errno;
  close(descriptor);
  errno = code;
  return -1;
}

int ps_shared_memory(size_t size, int32_t *call) {
  *call = SYS_memfd_create;
  int descriptor = memfd_create("notilua", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -1;
  // A reader of memory that shrinks dies of SIGBUS.
  *call = SYS_ftruncate;
  if (ftruncate(descriptor, (off_t)size) != 0) return give_up(descriptor);
  *call = SYS_fcntl;
  if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) return give_up(descriptor);
  return descriptor;
}

bool ps_seal_shared_memory(int descriptor, bool is_read_only) {
  if (is_read_only && fcntl(descriptor, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) == 0) return true;
  // Before Linux 5.1 there is no such seal, and seccomp alone keeps a worker from writing.
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL) == 0;
}

int ps_sealed_memory(const void *bytes, size_t size, int32_t *call) {
  *call = SYS_memfd_create;
  int descriptor = memfd_create("notilua-strings", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) return -1;
  *call = SYS_write;
  for (size_t done = 0; done < size;) {
    ssize_t count = write(descriptor, (const char *)bytes + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return give_up(descriptor);
    done += (size_t)count;
  }
  *call = SYS_fcntl;
  if (fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    return give_up(descriptor);
  }
  return descriptor;
}

void ps_call_name(int32_t number, char *name, size_t capacity) {
  char *known = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
  snprintf(name, capacity, "%s", known ? known : "?");
  free(known);
}

int ps_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int32_t ps_spawn(const char *path, char *const *arguments, char *const *environment, int input, int output,
                 int requests, int results, int strings, int zones) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  pid_t process;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return -error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return -error;
  }
  // By way of numbers above all of them, so that no descriptor is overwritten before it was moved.
  const int sources[] = {input, output, requests, results, strings, zones};
  const int targets[] = {0, 1, 3, 4, 5, 6};
  const int count = sizeof sources / sizeof *sources;
  int above = 7;
  for (int index = 0; index < count; index++) {
    if (sources[index] >= above) above = sources[index] + 1;
  }
  // Beyond its limit of files the child would fail with EBADF, which says nothing.
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && (rlim_t)(above + count) > files.rlim_cur) error = EMFILE;
  for (int index = 0; index < count && !error; index++) {
    if (sources[index] >= 0) error = posix_spawn_file_actions_adddup2(&actions, sources[index], above + index);
  }
  for (int index = 0; index < count && !error; index++) {
    error = sources[index] >= 0 ? posix_spawn_file_actions_adddup2(&actions, above + index, targets[index])
                                : posix_spawn_file_actions_addclose(&actions, targets[index]);
  }
  if (!error) error = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, count + 1);
  if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!error) error = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error ? -error : process;
}

void ps_hold_standard_files(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
      // The lowest number that is free is this one.
      (void)!open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
    }
  }
}

void ps_allow_descriptors(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void ps_forbid_core_files(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // Swift's report of a crash shows memory and registers, which may hold what a core file would.
  const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};
  for (size_t at = 0; at < sizeof crashes / sizeof *crashes; at++) signal(crashes[at], SIG_DFL);
}

// ---- Stop signals ------------------------------------------------------------------------------------------------

static volatile sig_atomic_t stop_count;
static volatile sig_atomic_t stop_signal;
static int stop_pipe[2] = {-1, -1};

static timer_t stop_timer;
static bool has_stop_timer;

static void wake_for_stop(void) {
  ssize_t written = write(stop_pipe[1], "", 1);
  (void)written;
}

static void handle_stop(int number) {
  int saved = errno;
  stop_count++;
  stop_signal = number;
  // Again and again from then on: a call that began to wait just behind the first tick is interrupted by the next.
  const struct itimerspec patience = {.it_value = {.tv_sec = PS_STOP_PATIENCE}, .it_interval = {.tv_nsec = 100000000}};
  if (stop_count == 1 && has_stop_timer) timer_settime(stop_timer, 0, &patience, NULL);
  wake_for_stop();
  errno = saved;
}

static void end_patience(int number) {
  (void)number;
  int saved = errno;
  if (stop_count < 2) stop_count = 2;
  wake_for_stop();
  errno = saved;
}

// Makes the timer that ends a stop's patience; it interrupts the calling thread, which is the one that writes.
static void make_stop_timer(void) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  has_stop_timer = timer_create(CLOCK_MONOTONIC, &event, &stop_timer) == 0;
  struct sigaction action = {.sa_handler = end_patience};
  sigaction(SIGALRM, &action, NULL);
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
}

void ps_unblock_stop_signals(void) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
}

int ps_catch_stop_signals(void) {
  if (stop_pipe[0] >= 0) return stop_pipe[0];
  if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  // Without SA_RESTART: a write that waits for a slow reader notices.
  struct sigaction action = {.sa_handler = handle_stop};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  // Who starts a program with nohup has SIGHUP ignored, and means it.
  struct sigaction before;
  if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  make_stop_timer();
  ps_unblock_stop_signals();
  return stop_pipe[0];
}

int ps_stop_signal_count(void) { return stop_count; }
int ps_last_stop_signal(void) { return stop_signal; }

void ps_end_by_signal(int number) {
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  kill(getpid(), number);
  // The first process of a container is not ended by a signal that it has no handler for.
  _exit(128 + number);
}
