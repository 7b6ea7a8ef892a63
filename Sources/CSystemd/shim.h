// sd-bus, systemd's client of D-Bus, sd-daemon, and what lets one descriptor stand for a connection, a timer and a thread.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
