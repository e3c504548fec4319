#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <payung/process.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static char self[PATH_MAX];
static char folder[64];

/* What this program does when process_spawn() starts it: argv[1] names it. */

static int child_tell(void)
{
	extern char **environ;
	char out[512] = "fds";
	size_t n = 3;

	for (int fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n, " %d", fd);
	for (char **e = environ; *e; e++)
		if (strncmp(*e, "ASAN", 4) != 0)
			n += (size_t)snprintf(out + n, sizeof(out) - n, " %s", *e);
	return send(PROCESS_CHANNEL_FD, out, n, 0) == (ssize_t)n ? 0 : 1;
}

static int child_signals(void)
{
	struct sigaction sa;
	sigset_t blocked;
	char clean = 'y';

	sigprocmask(SIG_SETMASK, NULL, &blocked);
	sigaction(SIGPIPE, NULL, &sa);
	if (sa.sa_handler != SIG_DFL || sigismember(&blocked, SIGTERM))
		clean = 'n';
	return send(PROCESS_CHANNEL_FD, &clean, 1, 0) == 1 ? 0 : 1;
}

static int child_stay(void)
{
	alarm(20); /* ends another way when the death of the parent is not noticed */
	if (send(PROCESS_CHANNEL_FD, "up", 2, 0) != 2)
		return 1;
	for (;;)
		pause();
}

static ssize_t receive(int fd, char *buf, size_t cap)
{
	ssize_t n;

	if (fcntl(fd, F_SETFL, 0))
		return -1;
	n = recv(fd, buf, cap - 1, 0);
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

static struct process_child start(const char *mode)
{
	struct process_child c;
	char name[] = "worker", arg[16];
	char *argv[] = { name, arg, NULL };

	snprintf(arg, sizeof(arg), "%s", mode);
	assert_int_equal(process_spawn(self, argv, &c), RC_OK);
	return c;
}

static void finish(struct process_child c)
{
	int status;

	assert_int_equal(waitpid(c.pid, &status, 0), c.pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(c.fd);
}

static void test_worker_has_only_its_four_descriptors(void **state)
{
	char buf[512];
	int extra = open("/dev/null", O_RDONLY), more = dup(extra);
	struct process_child c = start("tell");

	(void)state;
	assert_true(receive(c.fd, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "fds 0 1 2 3 TZ=UTC0 LC_ALL=C PATH=/usr/bin:/bin");
	finish(c);
	close(extra);
	close(more);
}

static void test_worker_starts_with_default_signals(void **state)
{
	char buf[8];
	sigset_t term, before;
	struct process_child c;

	(void)state;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	signal(SIGPIPE, SIG_IGN);
	c = start("signals");
	assert_true(receive(c.fd, buf, sizeof(buf)) > 0);
	assert_string_equal(buf, "y");
	finish(c);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void test_our_end_does_not_block_and_is_not_inherited(void **state)
{
	char buf[64];
	struct process_child c = start("stay");

	(void)state;
	assert_true(fcntl(c.fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(c.fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(receive(c.fd, buf, sizeof(buf)), 2);
	kill(c.pid, SIGKILL);
	assert_int_equal(recv(c.fd, buf, sizeof(buf), 0), 0); /* end of file: no copy is open */
	waitpid(c.pid, NULL, 0);
	close(c.fd);
}

static void test_missing_program_is_noticed_before_anything_starts(void **state)
{
	char name[] = "worker";
	char *argv[] = { name, NULL };
	struct process_child c = { .fd = -1 };

	(void)state;
	assert_int_equal(process_spawn("/nonexistent/worker", argv, &c), RC_NOENT);
	assert_int_equal(c.fd, -1);
}

/* The worker's parent dies by SIGKILL; the worker becomes ours, so we see how it ended. */
static void test_worker_dies_with_its_parent(void **state)
{
	int say[2], status = 0;
	pid_t middle, worker = 0;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(say), 0);
	middle = fork();
	if (middle == 0) {
		char buf[8];
		struct process_child c = start("stay");

		if (receive(c.fd, buf, sizeof(buf)) != 2 ||
		        write(say[1], &c.pid, sizeof(c.pid)) != sizeof(c.pid))
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(say[0], &worker, sizeof(worker)), sizeof(worker));
	kill(middle, SIGKILL);
	assert_int_equal(waitpid(middle, &status, 0), middle);
	assert_int_equal(waitpid(worker, &status, 0), worker);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(say[0]);
	close(say[1]);
}

/* The cage: each attempt runs in a process of its own, caged with the pty as its device. */

static char device[128], secret[128];

static bool try_device(void)
{
	struct termios t;
	int fd = open(device, O_RDWR | O_NOCTTY);

	return fd >= 0 && tcgetattr(fd, &t) == 0 && tcsetattr(fd, TCSANOW, &t) == 0 &&
	       write(fd, "AT\r", 3) == 3;
}
static bool try_secret(void)
{
	return open(secret, O_RDONLY) >= 0;
}
static bool try_other_device(void)
{
	return open("/dev/null", O_RDWR) >= 0;
}
static bool try_folder(void)
{
	return open(folder, O_RDONLY | O_DIRECTORY) >= 0;
}
static bool try_create(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/new", folder);
	return open(path, O_WRONLY | O_CREAT, 0600) >= 0;
}
static bool try_unlink(void)
{
	return unlink(secret) == 0;
}
static bool try_chmod(void)
{
	return chmod(secret, 0644) == 0;
}
static bool try_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}
static bool try_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}
static bool try_pair(void)
{
	int end[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, end) == 0;
}
static bool try_exec(void)
{
	char name[] = "true";
	char *argv[] = { name, NULL };

	execv("/bin/true", argv);
	return false; /* seen as exit code 0 when it does run */
}
static bool try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0;
}
static bool try_signal_to_parent(void)
{
	return kill(getppid(), 0) == 0;
}
static bool try_limits_of_parent(void)
{
	struct rlimit r;

	return prlimit(getppid(), RLIMIT_NOFILE, NULL, &r) == 0;
}
static bool try_outlive_parent(void)
{
	return prctl(PR_SET_PDEATHSIG, 0) == 0;
}
static bool try_own_limits(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_max <= 1023;
}
static bool try_many_descriptors(void)
{
	for (int i = 0; i < 64; i++)
		if (dup(STDIN_FILENO) < 0)
			return false;
	return true;
}
static bool try_memory(void)
{
	char *p = malloc(65536);
	bool ok = p != NULL;

	free(p);
	return ok;
}

static const struct attempt {
	const char *name;
	bool (*run)(void);
	bool allowed;
} attempts[] = {
	{ "open, set and write the device", try_device, true },
	{ "use memory", try_memory, true },
	{ "read its own limits", try_own_limits, true },
	{ "read the key file", try_secret, false },
	{ "open another device", try_other_device, false },
	{ "list a folder", try_folder, false },
	{ "create a file", try_create, false },
	{ "remove a file", try_unlink, false },
	{ "open a file to all", try_chmod, false },
	{ "reach the network", try_inet, false },
	{ "make a local socket", try_unix, false },
	{ "make a socket pair", try_pair, false },
	{ "run a program", try_exec, false },
	{ "make a process", try_fork, false },
	{ "signal its parent", try_signal_to_parent, false },
	{ "see its parent's limits", try_limits_of_parent, false },
	{ "stay when its parent dies", try_outlive_parent, false },
	{ "hoard descriptors", try_many_descriptors, false },
};

enum { DID = 0, DID_NOT = 1, NOT_CAGED = 2, HALF_CAGED = 3 };

static int run_attempt(const struct attempt *a, bool caged)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		rc_t rc = caged ? process_sandbox_worker(device) : RC_OK;

		if (rc != RC_OK)
			_exit(rc == RC_NOENT ? HALF_CAGED : NOT_CAGED);
		_exit(a->run() ? DID : DID_NOT);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int open_pty(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, device, sizeof(device)), 0);
	return master;
}

static void write_secret(void)
{
	int fd = open(secret, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void test_caged_worker_reaches_its_device_and_nothing_else(void **state)
{
	int master = open_pty();

	(void)state;
	write_secret();
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		int got = run_attempt(&attempts[i], true);

		if (got == HALF_CAGED) {
			print_message("no Landlock in this kernel: not tested\n");
			break;
		}
		if (got != (attempts[i].allowed ? DID : DID_NOT))
			fail_msg("a caged worker can%s %s", attempts[i].allowed ? "not" : "",
			        attempts[i].name);
	}
	close(master);
}

/* Else the test above could pass because an attempt never works. */
static void test_attempts_succeed_without_the_cage(void **state)
{
	int master = open_pty();

	(void)state;
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		write_secret();
		if (attempts[i].run != try_own_limits && run_attempt(&attempts[i], false) != DID)
			fail_msg("uncaged: cannot %s", attempts[i].name);
	}
	close(master);
}

static void test_cage_for_a_missing_device_is_refused(void **state)
{
	const struct attempt a = { "", try_memory, true };

	(void)state;
	snprintf(device, sizeof(device), "%s/unplugged", folder);
	assert_int_equal(run_attempt(&a, true), NOT_CAGED);
}

static void test_caged_worker_can_abort(void **state)
{
	int status, master = open_pty();
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		if (process_sandbox_worker(device) != RC_OK)
			_exit(0);
		signal(SIGABRT, SIG_DFL);
		abort();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	if (WIFSIGNALED(status))
		assert_int_equal(WTERMSIG(status), SIGABRT);
	close(master);
}

static int bind_datagram(const char *name, bool abstract)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	size_t n = strlen(name);

	memcpy(a.sun_path, name, n);
	if (abstract)
		a.sun_path[0] = '\0';
	assert_int_equal(
	        bind(fd, (struct sockaddr *)&a,
	                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + !abstract)),
	        0);
	return fd;
}

static void test_notify_reaches_path_and_abstract_sockets(void **state)
{
	char name[100], buf[64];

	(void)state;
	for (int abstract = 0; abstract < 2; abstract++) {
		int fd;

		snprintf(name, sizeof(name), "%s%s/notify", abstract ? "@" : "", folder);
		fd = bind_datagram(name, abstract);
		setenv("NOTIFY_SOCKET", name, 1);
		assert_int_equal(process_notify("READY=1\nSTATUS=up"), RC_OK);
		assert_true(receive(fd, buf, sizeof(buf)) > 0);
		assert_string_equal(buf, "READY=1\nSTATUS=up");
		close(fd);
	}
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(process_notify("READY=1"), RC_NOENT);
}

static void test_watchdog_heeds_whom_it_is_for(void **state)
{
	char pid[16];
	struct {
		const char *us, *pid;
		int64_t want;
	} rows[] = {
		{ NULL, NULL, 0 },
		{ "60000000", NULL, 60000000 },
		{ "60000000", pid, 60000000 },
		{ "60000000", "1", 0 },
		{ "6x", NULL, 0 },
		{ "-5", NULL, 0 },
	};

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (rows[i].us)
			setenv("WATCHDOG_USEC", rows[i].us, 1);
		if (rows[i].pid)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		assert_int_equal(process_watchdog_us(), rows[i].want);
	}
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static void test_second_holder_of_the_lock_is_told_of_the_first(void **state)
{
	char path[100];
	int fd = -1, other = -1;
	pid_t holder = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/lock", folder);
	assert_int_equal(process_lock(path, &fd, &holder), RC_OK);
	assert_int_equal(process_lock(path, &other, &holder), RC_EXISTS);
	assert_int_equal(holder, getpid());
	close(fd);
	assert_int_equal(process_lock(path, &other, &holder), RC_OK);
	close(other);
	unlink(path);
}

/* Uid 0 is needed to become anyone; elsewhere there is nothing to drop. */
static void test_root_becomes_the_owner_for_good(void **state)
{
	char path[100];
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		assert_int_equal(process_drop_to_owner("/"), RC_OK);
		return;
	}
	assert_int_equal(chown(folder, 4321, 4322), 0);
	snprintf(path, sizeof(path), "%s/store-to-be", folder);
	pid = fork();
	if (pid == 0) {
		gid_t groups[4];
		bool ok = process_drop_to_owner(path) == RC_OK && geteuid() == 4321 &&
		          getuid() == 4321 && getegid() == 4322 && setuid(0) != 0 &&
		          getgroups(4, groups) == 1 && groups[0] == 4322;

		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(chown(folder, 0, 0), 0);
	assert_int_equal(process_drop_to_owner("/nonexistent/folder/store"), RC_NOENT);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/payung-process-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(secret, sizeof(secret), "%s/key", folder);
	return 0;
}

static int remove_folder(void **state)
{
	char path[100];

	(void)state;
	unlink(secret);
	snprintf(path, sizeof(path), "%s/notify", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/new", folder);
	unlink(path);
	return rmdir(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worker_has_only_its_four_descriptors),
		cmocka_unit_test(test_worker_starts_with_default_signals),
		cmocka_unit_test(test_our_end_does_not_block_and_is_not_inherited),
		cmocka_unit_test(test_missing_program_is_noticed_before_anything_starts),
		cmocka_unit_test(test_worker_dies_with_its_parent),
		cmocka_unit_test(test_caged_worker_reaches_its_device_and_nothing_else),
		cmocka_unit_test(test_attempts_succeed_without_the_cage),
		cmocka_unit_test(test_cage_for_a_missing_device_is_refused),
		cmocka_unit_test(test_caged_worker_can_abort),
		cmocka_unit_test(test_notify_reaches_path_and_abstract_sockets),
		cmocka_unit_test(test_watchdog_heeds_whom_it_is_for),
		cmocka_unit_test(test_second_holder_of_the_lock_is_told_of_the_first),
		cmocka_unit_test(test_root_becomes_the_owner_for_good),
	};
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "tell") == 0)
		return child_tell();
	if (argc > 1 && strcmp(argv[1], "signals") == 0)
		return child_signals();
	if (argc > 1 && strcmp(argv[1], "stay") == 0)
		return child_stay();
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
