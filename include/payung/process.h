/* Processes: workers and their cage, the service manager, the owner, the lock. */
#ifndef PAYUNG_PROCESS_H
#define PAYUNG_PROCESS_H

#include <payung/result.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_CHANNEL_FD 3 /* where a worker finds its end */

struct process_child {
	pid_t pid;
	int fd; /* our end: SOCK_SEQPACKET, close-on-exec, non-blocking */
};

/* Starts the program at the absolute path. It gets its end of a new socketpair as descriptor 3 and
 * nothing else: stdin is /dev/null, stdout and stderr are ours, signals are reset, the environment
 * is minimal. It dies with us, whatever kills us. The caller reaps it and closes fd.
 * RC_NOENT: no such program or not executable; RC_IO: no process or socket to be had. */
rc_t process_spawn(const char *path, char *const argv[], struct process_child *out) MUST_CHECK;

/* For ever restricts this process (a worker, before it opens its device) to that device path and
 * its open descriptors: no other file, no socket, no program, no process, no signal to others.
 * RC_OK: all of it; RC_NOENT: the kernel has no Landlock or the machine no filter we know: what
 * there is was applied, say so and go on; RC_IO: could not be applied: do not go on.
 * A path that does not exist (RC_IO) must be tried again by a new process. */
rc_t process_sandbox_worker(const char *device) MUST_CHECK;

/* Tells the service manager, e.g. "READY=1\nSTATUS=...". Without one: nothing, RC_NOENT. */
rc_t process_notify(const char *state);
/* Microseconds within which the service manager wants WATCHDOG=1; 0 = it does not. */
int64_t process_watchdog_us(void);

/* When root: becomes the owner of path, or of its folder if there is no such file yet, so that
 * what we write beside the daemon stays the daemon's. Not root: RC_OK, nothing done.
 * RC_NOENT: neither exists; RC_IO: the identity could not be changed: do not go on. */
rc_t process_drop_to_owner(const char *path) MUST_CHECK;

/* Takes the lock file (created if needed) for as long as *fd stays open and writes our pid in it.
 * RC_EXISTS: held, *holder is that pid or 0 if unknown; RC_IO: cannot be created. */
rc_t process_lock(const char *path, int *fd, pid_t *holder) MUST_CHECK;

#endif
