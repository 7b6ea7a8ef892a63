// The signals that ask this process to stop.

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "CEventLoop.h"

static volatile sig_atomic_t stop_count;
static volatile sig_atomic_t stop_signal;
static int stop_descriptor = -1;

static timer_t stop_timer;
static bool has_stop_timer;

static void wake_for_stop(void) {
  static const uint64_t one = 1;
  ssize_t written = write(stop_descriptor, &one, sizeof one);
  (void)written;
}

static void handle_stop(int number) {
  int saved = errno;
  stop_count++;
  stop_signal = number;
  // Again and again from then on: a call that began to wait just behind the first tick is interrupted by the next.
  const struct itimerspec patience = {.it_value = {.tv_sec = EL_STOP_PATIENCE}, .it_interval = {.tv_nsec = 100000000}};
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
  make_stop_timer();
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
