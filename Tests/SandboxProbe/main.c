// Shows what the lock holds.
//
//   SandboxProbe NUMBER               locks itself and makes the system call of that number
//   SandboxProbe write                locks itself and writes to the standard output, which it may
//   SandboxProbe map-executable       … and maps memory that can be executed
//   SandboxProbe refusing CALL CODE PROGRAM ARGUMENT…   runs a program for which a system call fails with that errno,
//                                                       or kills with SIGSYS where CODE is 0, as units and containers do

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CProcessSandbox.h"

static bool on_tick(int64_t tick) {
  (void)tick;
  return true;
}

static int run_refusing(char **arguments) {
  int call = seccomp_syscall_resolve_name(arguments[0]);
  int code = atoi(arguments[1]);
  uint32_t action = code ? SCMP_ACT_ERRNO(code) : SCMP_ACT_KILL_PROCESS;
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (call == __NR_SCMP_ERROR || !filter || seccomp_rule_add(filter, action, call, 0)) return 2;
  // The older way to the same.
  if (call == SCMP_SYS(seccomp) &&
      seccomp_rule_add(filter, action, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP))) {
    return 2;
  }
  if (seccomp_load(filter)) return 2;
  execv(arguments[2], arguments + 2);
  return 3;
}

int main(int count, char **arguments) {
  if (count > 4 && !strcmp(arguments[1], "refusing")) return run_refusing(arguments + 2);
  if (count != 2) return 4;
  // A descriptor of a file, for calls that want one: the lock closes it.
  int file = open("/", O_RDONLY);
  (void)file;
  ps_lock_options options = {
      .address_space = 1 << 30, .tick = 10000000, .overdue = 1000000000, .on_tick = on_tick};
  ps_lock_note note = {0};
  if (!ps_lock(options, &note)) return 5;
  if (!strcmp(arguments[1], "write")) {
    return write(1, "locked\n", 7) == 7 ? 0 : 6;
  }
  if (!strcmp(arguments[1], "map-executable")) {
    mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return 7;
  }
  if (!strcmp(arguments[1], "map-shared")) {
    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return 7;
  }
  if (!strcmp(arguments[1], "read-other")) {
    char byte;
    long got = syscall(SYS_read, 5, &byte, 1);
    (void)got;
    return 7;
  }
  if (!strcmp(arguments[1], "signal-other")) {
    syscall(SYS_tgkill, 1, 1, 0);
    return 7;
  }
  syscall(atol(arguments[1]), 0, 0, 0, 0, 0, 0);
  return 7;
}
