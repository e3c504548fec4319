/* The tool's end of the control socket against daemons good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cli/control_client.h>
#include <payung/control.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char dir[64], path[100];
static int listener;

static int make_socket(void **state)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	(void)state;
	strcpy(dir, "/tmp/payung-control-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/control", dir);
	strcpy(a.sun_path, path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(listener, (struct sockaddr *)&a, sizeof a) || listen(listener, 4);
}

static int remove_socket(void **state)
{
	(void)state;
	close(listener);
	return unlink(path) || rmdir(dir);
}

/* A daemon that takes one request, gives the answer as it is and closes; exits 0 when the request
 * was the wanted line. */
static pid_t serve(const char *want, const char *answer)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	char line[200] = "";
	int fd = accept(listener, NULL, NULL);
	ssize_t n = recv(fd, line, sizeof line - 1, 0);

	if (n < 0 || send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
		_exit(2);
	close(fd);
	_exit(strcmp(line, want) != 0);
}

static int served(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void request_is_one_line_and_answer_is_an_object(void **state)
{
	json_t *answer = NULL;
	pid_t pid = serve("status\n", "{\"version\":\"1\"}\n");

	(void)state;
	assert_int_equal(control_ask(path, CONTROL_STATUS, &answer), RC_OK);
	assert_string_equal(json_string_value(json_object_get(answer, "version")), "1");
	json_decref(answer);
	assert_int_equal(served(pid), 0);
}

static void error_and_nonsense_are_told_apart_from_answers(void **state)
{
	static const struct {
		const char *answer;
		bool error;
	} cases[] = {
		{ "{\"error\":\"no\"}\n", true },
		{ "hello\n", false },
		{ "[1]\n", false },
		{ "{\"a\":1,\"a\":2}\n", false },
		{ "\n", false },
		{ "{\"ok\":true}", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *answer = NULL;
		pid_t pid = serve("reload\n", cases[i].answer);

		assert_int_equal(control_ask(path, CONTROL_RELOAD, &answer), RC_INVALID);
		assert_int_equal(answer != NULL, cases[i].error);
		json_decref(answer);
		assert_int_equal(served(pid), 0);
	}
}

static void long_answer_arrives_whole(void **state)
{
	char *answer = malloc(CONTROL_ANSWER_MAX);
	size_t len = CONTROL_ANSWER_MAX - 8;
	json_t *got = NULL;

	(void)state;
	memset(answer, 'x', CONTROL_ANSWER_MAX);
	memcpy(answer, "{\"a\":\"", 6);
	memcpy(answer + len, "\"}\n", 4);
	pid_t pid = serve("modems\n", answer);

	assert_int_equal(control_ask(path, CONTROL_MODEMS, &got), RC_OK);
	assert_int_equal(strlen(json_string_value(json_object_get(got, "a"))), len - 6);
	json_decref(got);
	assert_int_equal(served(pid), 0);
	free(answer);
}

static void endless_answer_is_refused(void **state)
{
	char *answer = malloc(CONTROL_ANSWER_MAX + 2);
	json_t *got = NULL;

	(void)state;
	memset(answer, ' ', CONTROL_ANSWER_MAX + 1);
	answer[CONTROL_ANSWER_MAX + 1] = '\0';
	pid_t pid = serve("modems\n", answer);

	assert_int_equal(control_ask(path, CONTROL_MODEMS, &got), RC_INVALID);
	assert_null(got);
	served(pid);
	free(answer);
}

static void nobody_there_is_not_found(void **state)
{
	json_t *answer = NULL;

	(void)state;
	assert_int_equal(control_ask("/nonexistent/control", CONTROL_PING, &answer), RC_NOENT);
	assert_false(control_ping("/nonexistent/control"));
	close(listener); /* the file stays: a daemon that was killed */
	assert_int_equal(control_ask(path, CONTROL_PING, &answer), RC_NOENT);
	assert_null(answer);
}

static void daemon_that_is_silent_is_given_up(void **state)
{
	json_t *answer = NULL;

	(void)state; /* the kernel takes the connection, nobody answers */
	assert_int_equal(control_ask(path, CONTROL_PING, &answer), RC_AGAIN);
	assert_null(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		        request_is_one_line_and_answer_is_an_object, make_socket, remove_socket),
		cmocka_unit_test_setup_teardown(
		        error_and_nonsense_are_told_apart_from_answers, make_socket, remove_socket),
		cmocka_unit_test_setup_teardown(
		        long_answer_arrives_whole, make_socket, remove_socket),
		cmocka_unit_test_setup_teardown(
		        endless_answer_is_refused, make_socket, remove_socket),
		cmocka_unit_test_setup_teardown(
		        nobody_there_is_not_found, make_socket, remove_socket),
		cmocka_unit_test_setup_teardown(
		        daemon_that_is_silent_is_given_up, make_socket, remove_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
