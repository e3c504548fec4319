/* The daemon's written policies, its caps, and what the flight page proves. */
#include "daemon/flight.c"
#include "daemon/policy.c"
#include "daemon/usage.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void usage_counts_the_running_hour_and_the_last_24(void **state)
{
	struct usage u = { 0 };
	int64_t t = INT64_C(1800000000) / 3600 * 3600;

	(void)state;
	usage_add(&u, t, 5);
	usage_add(&u, t + 3599, 2);
	assert_int_equal(usage_hour(&u, t + 3599), 7);
	assert_int_equal(usage_hour(&u, t + 3600), 0);
	assert_int_equal(usage_day(&u, t + 3600), 7);
	assert_int_equal(usage_day(&u, t + 86400), 0);
	assert_int_equal(usage_hour(&u, t + 3599), 7); /* who asks about tomorrow empties nothing */
	usage_add(&u, t + 3600, 1);
	assert_int_equal(usage_day(&u, t + 23 * 3600), 8);
	assert_int_equal(usage_day(&u, t + 24 * 3600), 1); /* the first hour has left the window */
	assert_int_equal(usage_day(&u, t + 400 * 3600), 0);
}

static void usage_survives_a_clock_that_jumps_back(void **state)
{
	struct usage u = { 0 };
	int64_t t = INT64_C(1800000000);

	(void)state;
	usage_add(&u, t, 4);
	usage_add(&u, t - 7200, 3); /* counted in the newest hour: a cap is never widened */
	assert_int_equal(usage_hour(&u, t), 7);
}

static void failures_are_told_apart(void **state)
{
	static const struct {
		enum frame_error error;
		int code;
		enum failure expected;
	} cases[] = {
		{ FRAME_ERR_CMS, 1, FAILURE_PERMANENT },   /* unassigned number */
		{ FRAME_ERR_CMS, 28, FAILURE_PERMANENT },  /* unidentified subscriber */
		{ FRAME_ERR_CMS, 21, FAILURE_PERMANENT },  /* rejected */
		{ FRAME_ERR_CMS, 38, FAILURE_TEMPORARY },  /* network out of order */
		{ FRAME_ERR_CMS, 41, FAILURE_TEMPORARY },  /* temporary failure */
		{ FRAME_ERR_CMS, 42, FAILURE_TEMPORARY },  /* congestion */
		{ FRAME_ERR_CMS, 47, FAILURE_TEMPORARY },  /* resources unavailable */
		{ FRAME_ERR_CMS, 331, FAILURE_TEMPORARY }, /* no network service */
		{ FRAME_ERR_CMS, 332, FAILURE_TEMPORARY }, /* network timeout */
		{ FRAME_ERR_CMS, 515, FAILURE_TEMPORARY },
		{ FRAME_ERR_CMS, 304, FAILURE_PERMANENT }, /* invalid PDU mode parameter */
		{ FRAME_ERR_CME, 14, FAILURE_TEMPORARY },  /* SIM busy */
		{ FRAME_ERR_CME, 3, FAILURE_TEMPORARY },
		{ FRAME_ERR_CME, 50, FAILURE_PERMANENT }, /* incorrect parameters */
		{ FRAME_ERR_LOCAL, 0, FAILURE_TEMPORARY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(policy_failure(cases[i].error, cases[i].code), cases[i].expected);
}

static void backoff_doubles_up_to_its_cap(void **state)
{
	struct conf_limits l = { .retry_base_s = 30, .retry_cap_s = 200 };

	(void)state;
	assert_int_equal(policy_backoff_s(1, &l), 30);
	assert_int_equal(policy_backoff_s(2, &l), 60);
	assert_int_equal(policy_backoff_s(3, &l), 120);
	assert_int_equal(policy_backoff_s(4, &l), 200);
	assert_int_equal(policy_backoff_s(1000, &l), 200);
}

static void an_unknown_reminder_is_never_sent_again(void **state)
{
	(void)state;
	assert_false(policy_unknown_again(CLASS_REMINDER, 0));
	assert_false(policy_unknown_again(CLASS_REMINDER, 1));
	assert_true(policy_unknown_again(CLASS_REPLY, 1));
	assert_true(policy_unknown_again(CLASS_CONFIRM, 1));
	assert_false(policy_unknown_again(CLASS_CONFIRM, 2)); /* one repetition at most */
}

static void segments_follow_the_class(void **state)
{
	struct conf_limits l = {
		.max_segments_reply = 1, .max_segments_notice = 2, .max_segments_manual = 3
	};

	(void)state;
	assert_int_equal(policy_max_segments(CLASS_REPLY, &l), 1);
	assert_int_equal(policy_max_segments(CLASS_CONFIRM, &l), 2);
	assert_int_equal(policy_max_segments(CLASS_MANUAL, &l), 3);
	assert_false(POLICY_ANSWERS & 1u << CLASS_REMINDER);
	assert_false(POLICY_ANSWERS & 1u << CLASS_CONFIRM);
}

/* ---- flight pages ---- */

static char folder[] = "/tmp/payung-flight-XXXXXX";
static char store[100];

static void note(int fd, size_t at, uint64_t id, uint32_t part, enum flight_state s, int mr)
{
	struct flight_record r = { .id = id, .part = part, .state = s, .mr = mr };

	assert_int_equal(pwrite(fd, &r, sizeof r,
	                         (off_t)(offsetof(struct flight_page, record) + at * sizeof r)),
	        sizeof r);
}

static void the_page_tells_what_was_under_way(void **state)
{
	struct flight *f = flight_open(store);
	int fd = flight_page(f, 3);

	(void)state;
	assert_false(flight_is_proof(f)); /* nothing was left */
	assert_true(fd >= 0);
	note(fd, 0, 7, 1, FLIGHT_SENT, 200);
	note(fd, 1, 8, 1, FLIGHT_STARTED, -1);
	note(fd, 2, 9, 1, FLIGHT_FAILED, -1);
	note(fd, 3, 9, 2, FLIGHT_FAILED, -1);
	note(fd, 4, 9, 2, FLIGHT_STARTED, -1); /* tried again: under way counts, not the failure */
	close(fd);
	flight_close(f);

	f = flight_open(store);
	assert_true(flight_is_proof(f));
	assert_int_equal(flight_find(f, 7, 1)->mr, 200);
	assert_int_equal(flight_find(f, 8, 1)->state, FLIGHT_STARTED);
	assert_int_equal(flight_find(f, 9, 1)->state, FLIGHT_FAILED);
	assert_int_equal(flight_find(f, 9, 2)->state, FLIGHT_STARTED);
	assert_null(flight_find(f, 7, 2));
	flight_settled(f);
	assert_false(flight_is_proof(f));
	assert_null(flight_find(f, 7, 1));
	flight_close(f);

	f = flight_open(store); /* removed from disk as well */
	assert_false(flight_is_proof(f));
	flight_close(f);
}

static void a_page_of_another_boot_proves_nothing(void **state)
{
	struct flight *f = flight_open(store);
	int fd = flight_page(f, 0);

	(void)state;
	note(fd, 0, 7, 1, FLIGHT_SENT, 1);
	assert_int_equal(pwrite(fd, "another boot", 12, offsetof(struct flight_page, boot)), 12);
	close(fd);
	flight_close(f);
	f = flight_open(store);
	assert_false(flight_is_proof(f));
	assert_null(flight_find(f, 7, 1));
	flight_settled(f);
	flight_close(f);
}

static void a_torn_page_proves_nothing(void **state)
{
	struct flight *f = flight_open(store);
	int fd = flight_page(f, 0);

	(void)state;
	assert_int_equal(ftruncate(fd, 100), 0);
	close(fd);
	flight_close(f);
	f = flight_open(store);
	assert_false(flight_is_proof(f));
	flight_settled(f);
	flight_close(f);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(store, sizeof store, "%s/store", folder);
	return 0;
}

static int drop_folder(void **state)
{
	(void)state;
	return rmdir(folder); /* fails when a page was left behind */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage_counts_the_running_hour_and_the_last_24),
		cmocka_unit_test(usage_survives_a_clock_that_jumps_back),
		cmocka_unit_test(failures_are_told_apart),
		cmocka_unit_test(backoff_doubles_up_to_its_cap),
		cmocka_unit_test(an_unknown_reminder_is_never_sent_again),
		cmocka_unit_test(segments_follow_the_class),
		cmocka_unit_test(the_page_tells_what_was_under_way),
		cmocka_unit_test(a_page_of_another_boot_proves_nothing),
		cmocka_unit_test(a_torn_page_proves_nothing),
	};

	return cmocka_run_group_tests_name("daemon policies", tests, make_folder, drop_folder);
}
