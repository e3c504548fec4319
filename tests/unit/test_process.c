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
	return 0;
}

static int remove_folder(void **state)
{
	char path[100];

	(void)state;
	snprintf(path, sizeof(path), "%s/notify", folder);
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
