// Processes, and the descriptors that they get.

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CEventLoop.h"

int el_open_process(int32_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int el_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int el_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
