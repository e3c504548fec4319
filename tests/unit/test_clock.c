#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/clock.h>
#include <sys/timex.h>
#include <time.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_real_clock_is_the_systems, real_clock),
		cmocka_unit_test_setup(test_virtual_clock_stands_where_it_is_set, real_clock),
		cmocka_unit_test_setup(
		        test_monotonic_clock_runs_with_virtual_time_but_never_back, real_clock),
		cmocka_unit_test_setup(test_real_time_comes_back, real_clock),
		cmocka_unit_test_setup(test_synchronisation_is_what_the_kernel_says, real_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
