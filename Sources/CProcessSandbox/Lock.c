// How a worker locks itself. The order matters: Landlock wants a descriptor, so it comes before RLIMIT_NOFILE is 0; the
// filter forbids nearly all the rest, so it comes last.

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../CSeccomp/shim.h"
#include "CProcessSandbox.h"

// ---- Clocks ------------------------------------------------------------------------------------------------------

static timer_t kill_timer;
static struct itimerspec kill_time;
static ps_lock_options lock_options;

static struct timespec time_of(int64_t nanoseconds) {
  return (struct timespec){.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
}

static void handle_tick(int signal) {
  (void)signal;
  int saved = errno;
  if (!lock_options.on_tick(lock_options.tick)) _exit(PS_EXIT_OVERDUE);
  timer_settime(kill_timer, 0, &kill_time, NULL);
  errno = saved;
}

// Two timers on the CPU time of the process: one calls on_tick, one kills unless ticks keep renewing it.
static bool start_timers(volatile ps_lock_note *note) {
  timer_t tick_timer;
  struct sigevent tick = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPROF};
  struct sigevent kill = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  struct sigaction action = {.sa_handler = handle_tick, .sa_flags = SA_RESTART};
  struct itimerspec tick_time = {.it_interval = time_of(lock_options.tick), .it_value = time_of(lock_options.tick)};
  kill_time = (struct itimerspec){.it_value = time_of(lock_options.overdue)};
  note->call = SYS_rt_sigaction;
  if (sigaction(SIGPROF, &action, NULL) != 0) return false;
  note->call = SYS_timer_create;
  if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &kill, &kill_timer) != 0 ||
      timer_create(CLOCK_PROCESS_CPUTIME_ID, &tick, &tick_timer) != 0) {
    return false;
  }
  note->call = SYS_timer_settime;
  return timer_settime(kill_timer, 0, &kill_time, NULL) == 0 && timer_settime(tick_timer, 0, &tick_time, NULL) == 0;
}

// ---- Signals and descriptors -------------------------------------------------------------------------------------

// A crash ends the process at once: no handler prints registers and memory.
static bool reset_signals(volatile ps_lock_note *note) {
  note->call = SYS_rt_sigaction;
  static const int fatal[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
  for (size_t index = 0; index < sizeof fatal / sizeof fatal[0]; index++) {
    if (signal(fatal[index], SIG_DFL) == SIG_ERR) return false;
  }
  // What stops a group of processes is for the host, which ends its workers by closing their input.
  static const int stops[] = {SIGPIPE, SIGINT, SIGTERM, SIGHUP};
  for (size_t index = 0; index < sizeof stops / sizeof stops[0]; index++) {
    if (signal(stops[index], SIG_IGN) == SIG_ERR) return false;
  }
  stack_t none = {.ss_flags = SS_DISABLE};
  sigset_t empty;
  sigemptyset(&empty);
  note->call = SYS_sigaltstack;
  if (sigaltstack(&none, NULL) != 0) return false;
  note->call = SYS_rt_sigprocmask;
  return sigprocmask(SIG_SETMASK, &empty, NULL) == 0;
}

// A second thread would keep its freedom.
static bool is_single_threaded(volatile ps_lock_note *note) {
  char text[4096];
  note->call = SYS_openat;
  int status = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (status < 0) return false;
  ssize_t count = read(status, text, sizeof text - 1);
  close(status);
  if (count <= 0) return false;
  text[count] = 0;
  const char *threads = strstr(text, "\nThreads:\t");
  if (threads && atoi(threads + 10) == 1) return true;
  note->call = SYS_clone;
  errno = 0;
  return false;
}

// ---- Landlock ----------------------------------------------------------------------------------------------------

// Debian 12's header ends at version 2; these are the kernel's later additions (Documentation/userspace-api/landlock).
#define ACCESS_FS_TRUNCATE (1ULL << 14)
#define ACCESS_FS_IOCTL_DEV (1ULL << 15)
#define ACCESS_NET_BIND_TCP (1ULL << 0)
#define ACCESS_NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

// The version in force, or minus an errno.
static int restrict_files(volatile ps_lock_note *note) {
  note->call = SYS_landlock_create_ruleset;
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return version < 0 ? -errno : -EOPNOTSUPP;
  struct ruleset rules = {.handled_access_fs = (1ULL << 13) - 1};
  size_t size = 8;
  if (version >= 2) rules.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rules.handled_access_fs |= ACCESS_FS_TRUNCATE;
  if (version >= 4) {
    rules.handled_access_net = ACCESS_NET_BIND_TCP | ACCESS_NET_CONNECT_TCP;
    size = 16;
  }
  if (version >= 5) rules.handled_access_fs |= ACCESS_FS_IOCTL_DEV;
  if (version >= 6) {
    rules.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
    size = 24;
  }
  long descriptor = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (descriptor < 0 && errno == EINVAL && size == 24) {
    // Some kernels claim version 6 without the scopes.
    descriptor = syscall(SYS_landlock_create_ruleset, &rules, 16, 0);
  }
  if (descriptor < 0) return -errno;
  note->call = SYS_landlock_restrict_self;
  long result = syscall(SYS_landlock_restrict_self, (int)descriptor, 0);
  int code = errno;
  close((int)descriptor);
  return result == 0 ? (int)version : -code;
}

// ---- Limits ------------------------------------------------------------------------------------------------------

static bool set_limit(int resource, rlim_t value) {
  struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
  return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool set_limits(volatile ps_lock_note *note) {
  note->call = SYS_prlimit64;
  return set_limit(RLIMIT_AS, lock_options.address_space) && set_limit(RLIMIT_CORE, 0) &&
         set_limit(RLIMIT_NPROC, 0) && set_limit(RLIMIT_FSIZE, 0) && set_limit(RLIMIT_MEMLOCK, 0) &&
         set_limit(RLIMIT_MSGQUEUE, 0) && set_limit(RLIMIT_NOFILE, 0);
}

// ---- System calls ------------------------------------------------------------------------------------------------

// What a worker needs once it runs; anything else kills it.
static bool filter_system_calls(volatile ps_lock_note *note) {
  static const int plain[] = {SCMP_SYS(brk),           SCMP_SYS(munmap),         SCMP_SYS(mremap),
                              SCMP_SYS(exit_group),    SCMP_SYS(futex),          SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(rt_sigreturn),  SCMP_SYS(getpid),         SCMP_SYS(gettid),
                              SCMP_SYS(clock_gettime), SCMP_SYS(timer_settime),  SCMP_SYS(restart_syscall)};
  note->call = SYS_seccomp;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (!filter) return false;
  int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) |
               seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1);
  for (size_t index = 0; index < sizeof plain / sizeof plain[0]; index++) {
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[index], 0);
  }
  failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, 0));
  failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 1));
  failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, 2));
  // Memory of its own, neither executable nor of a file.
  failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 3,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, ~(scmp_datum_t)(PROT_READ | PROT_WRITE), 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_PRIVATE | MAP_ANONYMOUS, MAP_PRIVATE | MAP_ANONYMOUS),
                             SCMP_A4(SCMP_CMP_MASKED_EQ, 0xFFFFFFFF, 0xFFFFFFFF));
  // What the C library says before it aborts: without it the death would look like that of a forbidden call.
  failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(writev), 1, SCMP_A0(SCMP_CMP_EQ, 2));
  // abort() signals the process itself.
  failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
  // What the call says, and not what the library makes of it.
  failed |= seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
  int result = failed ? -EINVAL : seccomp_load(filter);
  seccomp_release(filter);
  errno = -result;
  return result == 0;
}

// The privileges that a process gives up by prctl.
static bool drop_privileges(volatile ps_lock_note *note) {
  note->call = SYS_prctl;
  // A host that dies takes what runs on its behalf with it, also in the middle of a handler.
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool close_descriptors(volatile ps_lock_note *note) {
  note->call = SYS_close_range;
  return syscall(SYS_close_range, 3U, ~0U, 0) == 0;
}

bool ps_lock(ps_lock_options options, volatile ps_lock_note *note) {
  lock_options = options;
  bool is_locked = reset_signals(note) && close_descriptors(note) && start_timers(note) && drop_privileges(note) &&
                   is_single_threaded(note);
  if (is_locked) {
    note->landlock = restrict_files(note);
    note->landlock_call = note->call;
    is_locked = set_limits(note) && filter_system_calls(note);
  }
  if (!is_locked) {
    note->code = errno;
    return false;
  }
  note->call = 0;
  return true;
}
