// What the host of a worker needs of the kernel.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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
