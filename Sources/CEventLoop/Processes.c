// Processes, and the descriptors that they get.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "CEventLoop.h"

int el_open_process(int32_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int el_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int el_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

long el_write(int file, const void *bytes, unsigned long count) {
  sigset_t only, before;
  sigemptyset(&only);
  sigaddset(&only, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &only, &before);
  ssize_t written = write(file, bytes, count);
  int code = errno;
  // The signal of a write is its own thread's; one that was blocked before is its caller's to take.
  if (written < 0 && code == EPIPE && !sigismember(&before, SIGPIPE)) {
    struct timespec none = {0, 0};
    sigtimedwait(&only, NULL, &none);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return written;
}
