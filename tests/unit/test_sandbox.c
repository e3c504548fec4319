/* The cage of a worker: what it can still do, and that without the cage it could do the rest. */
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

static char folder[64];

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

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/payung-sandbox-XXXXXX");
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
	snprintf(path, sizeof(path), "%s/new", folder);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_caged_worker_reaches_its_device_and_nothing_else),
		cmocka_unit_test(test_attempts_succeed_without_the_cage),
		cmocka_unit_test(test_cage_for_a_missing_device_is_refused),
		cmocka_unit_test(test_caged_worker_can_abort),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
