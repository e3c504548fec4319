#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <payung/log.h>
#include <payung/process.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

/* UTC0 is understood without a time zone file, which a caged worker cannot read. */
static char *const worker_env[] = { "TZ=UTC0", "LC_ALL=C", "PATH=/usr/bin:/bin",
#ifdef WITH_ASAN
	/* The search for leaks needs a second process, which the cage forbids. */
	"ASAN_OPTIONS=detect_leaks=0",
#endif
	NULL };

static void reset_signals(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL); /* some cannot be set: those are never ours */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child, between fork and exec: only what is safe there. */
static _Noreturn void become_worker(const char *path, char *const argv[], int channel, pid_t parent)
{
	int high, null;

	/* A group of its own: Ctrl-C on a terminal is for the daemon to handle. No session of its
	 * own: a session leader would make the modem's tty its terminal and die when it is
	 * unplugged. */
	setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(127);
	high = fcntl(channel, F_DUPFD_CLOEXEC, 10);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (high < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	        dup2(high, PROCESS_CHANNEL_FD) < 0)
		_exit(127);
	/* dup2() of a descriptor to itself leaves it close-on-exec. */
	if (null == STDIN_FILENO && fcntl(null, F_SETFD, 0))
		_exit(127);
	closefrom(PROCESS_CHANNEL_FD + 1);
	reset_signals();
	execve(path, argv, worker_env);
	_exit(127);
}

static rc_t make_channel(int end[2])
{
	int flags;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end)) {
		log_err("worker_channel_failed error=%s", strerror(errno));
		return RC_IO;
	}
	/* Only our end: the worker chooses for itself. */
	flags = fcntl(end[0], F_GETFL);
	if (flags < 0 || fcntl(end[0], F_SETFL, flags | O_NONBLOCK)) {
		log_err("worker_channel_failed error=%s", strerror(errno));
		close(end[0]);
		close(end[1]);
		return RC_IO;
	}
	return RC_OK;
}

rc_t process_spawn(const char *path, char *const argv[], struct process_child *out)
{
	sigset_t all, before;
	pid_t parent = getpid(), pid;
	int end[2];
	rc_t rc;

	assert(path[0] == '/');
	if (access(path, X_OK)) {
		log_err("worker_not_executable path=%s error=%s", path, strerror(errno));
		return RC_NOENT;
	}
	rc = make_channel(end);
	if (rc != RC_OK)
		return rc;
	/* Else a signal could run our handlers in the child, on descriptors it shares with us. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become_worker(path, argv, end[1], parent);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(end[1]);
	if (pid < 0) {
		log_err("worker_fork_failed error=%s", strerror(errno));
		close(end[0]);
		return RC_IO;
	}
	*out = (struct process_child){ .pid = pid, .fd = end[0] };
	return RC_OK;
}

rc_t process_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	ssize_t sent;
	int fd;

	if (n < 2 || n >= sizeof(to.sun_path) || !strchr("/@", path[0]))
		return RC_NOENT;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@')
		to.sun_path[0] = '\0'; /* the abstract name space */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return RC_IO;
	sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
	        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
	return sent < 0 ? RC_IO : RC_OK;
}

int64_t process_watchdog_us(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long v;
	char *end;

	/* The variable may be meant for the process that started us. */
	if (!us || (pid && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	errno = 0;
	v = strtoll(us, &end, 10);
	return *end || errno || v < 0 ? 0 : v;
}

static int stat_or_folder(const char *path, struct stat *st)
{
	char copy[PATH_MAX];

	if (stat(path, st) == 0)
		return 0;
	if (errno != ENOENT || strlen(path) >= sizeof(copy))
		return -1;
	strcpy(copy, path);
	return stat(dirname(copy), st);
}

rc_t process_drop_to_owner(const char *path)
{
	struct stat st;

	if (geteuid() != 0)
		return RC_OK;
	if (stat_or_folder(path, &st))
		return RC_NOENT;
	if (st.st_uid == 0)
		return RC_OK;
	if (setgroups(1, &st.st_gid) || setgid(st.st_gid) || setuid(st.st_uid) || setuid(0) == 0) {
		log_err("drop_failed uid=%u error=%s", (unsigned)st.st_uid, strerror(errno));
		return RC_IO;
	}
	return RC_OK;
}

static pid_t read_pid(int fd)
{
	char buf[16] = { 0 };
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);

	return n > 0 ? (pid_t)strtol(buf, NULL, 10) : 0;
}

rc_t process_lock(const char *path, int *fd, pid_t *holder)
{
	char pid[16];
	int n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	int f = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (f < 0) {
		log_err("lock_failed path=%s error=%s", path, strerror(errno));
		return RC_IO;
	}
	if (flock(f, LOCK_EX | LOCK_NB)) {
		rc_t rc = errno == EWOULDBLOCK ? RC_EXISTS : RC_IO;

		*holder = read_pid(f);
		close(f);
		return rc;
	}
	/* The lock counts, not the number: a full disk must not keep the daemon from starting. */
	if (ftruncate(f, 0) || pwrite(f, pid, (size_t)n, 0) != n)
		log_warn("lock_pid_not_written path=%s error=%s", path, strerror(errno));
	*fd = f;
	return RC_OK;
}
