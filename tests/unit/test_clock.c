#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/clock.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static int real_clock(void **state)
{
	(void)state;
	clock_set_virtual(-1);
	return 0;
}

static void test_real_clock_is_the_systems(void **state)
{
	int64_t before = time(NULL), now, now_ms;

	(void)state;
	now = clock_now();
	now_ms = clock_now_ms();
	assert_true(before <= now);
	assert_true(now <= now_ms / 1000);
	assert_true(now_ms / 1000 <= time(NULL));
}

static void test_virtual_clock_stands_where_it_is_set(void **state)
{
	(void)state;
	clock_set_virtual(1767225600);
	assert_int_equal(clock_now(), 1767225600);
	assert_int_equal(clock_now_ms(), 1767225600000);
	clock_set_virtual(0);
	assert_int_equal(clock_now(), 0);
}

static void test_monotonic_clock_runs_with_virtual_time_but_never_back(void **state)
{
	int64_t start;

	(void)state;
	clock_set_virtual(1000);
	start = clock_mono_ms();
	clock_set_virtual(1060);
	assert_int_equal(clock_mono_ms(), start + 60000);
	clock_set_virtual(500);
	assert_int_equal(clock_mono_ms(), start + 60000);
	clock_set_virtual(501);
	assert_int_equal(clock_mono_ms(), start + 61000);
	clock_set_virtual(-1);
	assert_true(clock_mono_ms() >= start + 61000);
}

static void test_real_time_comes_back(void **state)
{
	(void)state;
	clock_set_virtual(1000);
	clock_set_virtual(-7);
	assert_true(clock_now() > 1767225600);
}

static void test_synchronisation_is_what_the_kernel_says(void **state)
{
	struct timex t = { 0 };

	(void)state;
	assert_true(adjtimex(&t) != -1);
	assert_int_equal(clock_is_synchronised(), !(t.status & STA_UNSYNC));
	clock_set_virtual(1000);
	assert_true(clock_is_synchronised());
}

/* Last: the file is followed to the end of the process. */
static void test_a_file_is_the_clock_of_whole_programs(void **state)
{
	char path[] = "/tmp/payung-clock-XXXXXX";
	const char *named = NULL;
	int64_t second = 1798736400, mono;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	unsetenv(CLOCK_FILE_VARIABLE);
	assert_int_equal(clock_follow_file(&named), RC_NOENT);
	assert_null(named);
	setenv(CLOCK_FILE_VARIABLE, path, 1);
	assert_int_equal(clock_follow_file(&named), RC_IO); /* empty */
	assert_true(clock_now() <= time(NULL));
	assert_int_equal(pwrite(fd, &second, sizeof second, 0), sizeof second);
	assert_int_equal(clock_follow_file(&named), RC_OK);
	assert_string_equal(named, path);
	mono = clock_mono_ms();
	assert_int_equal(clock_now(), second);
	second -= 86400;
	assert_int_equal(pwrite(fd, &second, sizeof second, 0), sizeof second);
	assert_int_equal(clock_now_ms(), second * 1000);
	assert_in_range(clock_mono_ms() - mono, 0, 60000);
	assert_true(clock_is_synchronised());
	close(fd);
	unlink(path);
	assert_int_equal(clock_now(), second); /* mapped: its name is not looked at again */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_real_clock_is_the_systems, real_clock),
		cmocka_unit_test_setup(test_virtual_clock_stands_where_it_is_set, real_clock),
		cmocka_unit_test_setup(
		        test_monotonic_clock_runs_with_virtual_time_but_never_back, real_clock),
		cmocka_unit_test_setup(test_real_time_comes_back, real_clock),
		cmocka_unit_test_setup(test_synchronisation_is_what_the_kernel_says, real_clock),
		cmocka_unit_test_setup(test_a_file_is_the_clock_of_whole_programs, real_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
