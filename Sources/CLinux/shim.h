#pragma once
// The Linux calls that Swift's Glibc module lacks.
#include <malloc.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <iconv.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sysexits.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

// open(2) is variadic: Swift cannot call it with a mode.
static inline int smsmda_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

// syslog(3) is variadic: the text goes through a fixed format, so it is never a format itself.
static inline void smsmda_syslog(int priority, const char *text) { syslog(priority, "%s", text); }

// accept4(2) needs _GNU_SOURCE, which Swift's importer does not set.
extern int accept4(int, struct sockaddr *restrict, socklen_t *restrict, int);
static inline int smsmda_accept(int descriptor) {
    return accept4(descriptor, 0, 0, 02000000 | 04000); // SOCK_CLOEXEC | SOCK_NONBLOCK
}

// memmem(3) needs it too. Glibc's takes linear time.
extern void *memmem(const void *, size_t, const void *, size_t);
static inline int smsmda_holds(const void *text, size_t size, const void *wanted, size_t length) {
    return memmem(text, size, wanted, length) != 0;
}

// Glibc has two strerror_r(3); this is the POSIX one whatever _GNU_SOURCE says.
extern int __xpg_strerror_r(int, char *, size_t);
static inline int smsmda_strerror(int code, char *buffer, size_t size) {
    return __xpg_strerror_r(code, buffer, size);
}

// prctl(2) is variadic: Swift cannot call it.
static inline int smsmda_set_dumpable(int value) { return prctl(PR_SET_DUMPABLE, value, 0, 0, 0); }
static inline int smsmda_get_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0); }

// epoll_event holds a union with a pointer, which makes each use of it in Swift an unsafe one: here
// an event carries the descriptor it is about, and nothing else.
static inline int smsmda_epoll_set(int epoll, int operation, int descriptor, uint32_t events) {
    struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

// fcntl(2) is variadic. For descriptors that come from systemd, which sets neither flag.
static inline int smsmda_set_nonblocking_and_closed_on_exec(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -1;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}
