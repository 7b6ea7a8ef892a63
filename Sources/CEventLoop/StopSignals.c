// The signals that ask this process to stop.

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "CEventLoop.h"

static volatile sig_atomic_t stop_count;
static volatile sig_atomic_t stop_signal;
static int stop_descriptor = -1;

static void handle_stop(int number) {
  static const uint64_t one = 1;
  int saved = errno;
  stop_count++;
  stop_signal = number;
  ssize_t written = write(stop_descriptor, &one, sizeof one);
  (void)written;
  errno = saved;
}

void el_unblock_stop_signals(void) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
}

int el_catch_stop_signals(void) {
  if (stop_descriptor >= 0) return stop_descriptor;
  stop_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop_descriptor < 0) return -1;
  struct sigaction action = {.sa_handler = handle_stop};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  // A program that is started with nohup has SIGHUP ignored on purpose.
  struct sigaction before;
  if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  el_unblock_stop_signals();
  return stop_descriptor;
}

int el_stop_signal_count(void) { return stop_count; }
int el_last_stop_signal(void) { return stop_signal; }

void el_end_by_signal(int number) {
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  kill(getpid(), number);
  // The first process of a container is not ended by a signal that it has no handler for.
  _exit(128 + number);
}
