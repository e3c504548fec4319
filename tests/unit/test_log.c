#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int capture[2], real_stderr;

static void begin(void)
{
	assert_int_equal(pipe2(capture, O_NONBLOCK), 0);
	real_stderr = dup(STDERR_FILENO);
	dup2(capture[1], STDERR_FILENO);
}

static const char *end(void)
{
	static char got[16384];
	ssize_t n = read(capture[0], got, sizeof(got) - 1);

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(capture[0]);
	close(capture[1]);
	got[n > 0 ? n : 0] = '\0';
	return got;
}

static int at_new_year(void **state)
{
	(void)state;
	clock_set_virtual(1767225600);
	unsetenv("JOURNAL_STREAM");
	log_open("payungd", LOG_LVL_INFO);
	return 0;
}

static void test_line_has_time_program_and_level(void **state)
{
	(void)state;
	begin();
	log_warn("line_lost modem=%s seconds=%d", "a", 7);
	assert_string_equal(
	        end(), "2026-01-01T00:00:00Z payungd warn: line_lost modem=a seconds=7\n");
}

static void test_journal_gets_priorities_and_no_time(void **state)
{
	(void)state;
	setenv("JOURNAL_STREAM", "8:1", 1);
	log_open("payungd", LOG_LVL_DEBUG);
	begin();
	log_err("a");
	log_warn("b");
	log_info("c");
	log_debug("d");
	log_at(LOG_LVL_WARN, "e");
	assert_string_equal(end(),
	        "<3>payungd: a\n<4>payungd: b\n<6>payungd: c\n<7>payungd: d\n<4>payungd: e\n");
}

static void test_lines_above_the_level_are_dropped(void **state)
{
	(void)state;
	log_open("x", LOG_LVL_WARN);
	begin();
	log_info("no");
	log_debug("no");
	assert_string_equal(end(), "");
}

static void test_text_from_outside_stays_on_its_line(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a\nerr: b", "a\\nerr: b" },
		{ "\x1b[31m", "\\x1b[31m" },
		{ "caf\xc3\xa9", "caf\\xc3\\xa9" },
		{ "\\n", "\\\\n" },
		{ "\t\x7f", "\\x09\\x7f" },
		{ "%s%n", "%s%n" },
	};
	char want[128];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		log_err("t=%s", rows[i].in);
		snprintf(want, sizeof(want), "2026-01-01T00:00:00Z payungd err: t=%s\n",
		        rows[i].out);
		assert_string_equal(end(), want);
	}
}

static void test_overlong_line_is_cut_but_ends(void **state)
{
	char big[5000];
	const char *got;

	(void)state;
	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	begin();
	log_err("%s", big);
	got = end();
	assert_true(strlen(got) > 1000);
	assert_ptr_equal(strchr(got, '\n'), got + strlen(got) - 1);
}

static void test_fatal_logs_and_exits_with_1(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	begin();
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		fclose(stdout); /* what cmocka buffered is for the parent to print */
		log_fatal("no_store");
	}
	waitpid(pid, &status, 0);
	assert_string_equal(end(), "2026-01-01T00:00:00Z payungd err: no_store\n");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

static void test_numbers_lose_their_middle(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "+6281234567890", "+62812****890" },
		{ "+62812345678", "+62812****678" },
		{ "081234567890", "081234****890" },
		{ "0812345678", "08****678" },
		{ "TELKOMSEL", "TELKOMSEL" },
		{ "1708", "1708" },
		{ "", "" },
	};
	char buf[24];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(log_msisdn(rows[i].in, buf), rows[i].out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_line_has_time_program_and_level, at_new_year),
		cmocka_unit_test_setup(test_journal_gets_priorities_and_no_time, at_new_year),
		cmocka_unit_test_setup(test_lines_above_the_level_are_dropped, at_new_year),
		cmocka_unit_test_setup(test_text_from_outside_stays_on_its_line, at_new_year),
		cmocka_unit_test_setup(test_overlong_line_is_cut_but_ends, at_new_year),
		cmocka_unit_test_setup(test_fatal_logs_and_exits_with_1, at_new_year),
		cmocka_unit_test_setup(test_numbers_lose_their_middle, at_new_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
