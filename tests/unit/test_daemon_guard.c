#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/guard.h"

#define NOW INT64_C(1782871200) /* 2026-07-01 09:00 WIB */
#define HOUR 3600
#define SAME 77

static const struct conf_limits limits = { .replies_per_number_day = 20,
	.wrong_codes_per_hour = 5,
	.wrong_codes_per_day = 15,
	.wrong_codes_all_hour = 60,
	.same_text_hour = 3,
	.answers_all_hour = 1500,
	.answers_line_hour = 1000 };

static struct guard_text text(enum talk_intent i, int64_t now, int64_t hash)
{
	return (struct guard_text){ .now = now, .intent = i, .hash = hash };
}

static enum guard_verdict hear(struct phone_row *p, enum talk_intent i, int64_t now, int64_t hash)
{
	struct guard_text t = text(i, now, hash);

	guard_count(p, &t, &limits);
	return guard_judge(p, &t, &limits);
}

/* The same text so often that the number is quiet from `now` on. */
static struct phone_row looping(int64_t now)
{
	struct phone_row p = { 0 };

	for (int i = 0; i < 4; i++)
		(void)hear(&p, INTENT_UNKNOWN, now, SAME);
	return p;
}

static void one_text_is_answered_three_times_an_hour(void **state)
{
	struct phone_row p = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(hear(&p, INTENT_STATUS, NOW + i * 600, SAME), GUARD_ANSWER);
	assert_int_equal(hear(&p, INTENT_STATUS, NOW + 1800, SAME), GUARD_LOOP);
	assert_int_equal(hear(&p, INTENT_STATUS, NOW + HOUR + 1800, SAME), GUARD_ANSWER);
}

static void another_text_in_between_is_no_loop(void **state)
{
	struct phone_row p = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(hear(&p, INTENT_YES, NOW + i, SAME), GUARD_ANSWER);
		assert_int_equal(hear(&p, INTENT_REGISTER, NOW + i, i + 100), GUARD_ANSWER);
	}
}

static void a_machine_is_quiet_for_an_hour_whatever_it_asks(void **state)
{
	struct phone_row p = looping(NOW);

	(void)state;
	assert_int_equal(hear(&p, INTENT_UNKNOWN, NOW + 60, 1), GUARD_LOOP);
	assert_int_equal(hear(&p, INTENT_STATUS, NOW + 3599, 2), GUARD_LOOP);
	assert_int_equal(hear(&p, INTENT_STATUS, NOW + 3600, 3), GUARD_ANSWER);
}

static void what_changes_something_is_told_to_a_quiet_number_too(void **state)
{
	struct phone_row p = looping(NOW);
	struct guard_text asked = text(INTENT_UNKNOWN, NOW + 60, 5);

	(void)state;
	assert_int_equal(hear(&p, INTENT_REGISTER, NOW + 60, 4), GUARD_ANSWER);
	asked.asked = true;
	assert_int_equal(guard_judge(&p, &asked, &limits), GUARD_ANSWER);
}

static void a_misfortune_and_stop_are_always_heard(void **state)
{
	static const enum talk_intent urgent[] = { INTENT_CLAIM, INTENT_CLAIM_DEATH,
		INTENT_CLAIM_ACCIDENT, INTENT_STOP };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct phone_row p = looping(NOW);

		p.replies_today = 20;
		assert_int_equal(hear(&p, urgent[i], NOW + 1, 9), GUARD_ANSWER);
		p.replies_today = 39;
		assert_int_equal(hear(&p, urgent[i], NOW + 2, 9), GUARD_ANSWER);
		p.replies_today = 40; /* two machines may speak of it */
		assert_int_equal(hear(&p, urgent[i], NOW + 3, 9), GUARD_SILENT);
		p.replies_today = 0;
		assert_int_equal(hear(&p, urgent[i], NOW + 4, 9), GUARD_SILENT);
	}
}

static void a_number_gets_so_many_answers_a_day(void **state)
{
	struct phone_row p = { .replies_today = 19 };

	(void)state;
	assert_int_equal(hear(&p, INTENT_STATUS, NOW, 1), GUARD_ANSWER);
	p.replies_today = 20;
	assert_int_equal(hear(&p, INTENT_STATUS, NOW, 2), GUARD_CAP);
	assert_int_equal(hear(&p, INTENT_COMPLAINT, NOW, 3), GUARD_CAP);
	assert_int_equal(hear(&p, INTENT_REGISTER, NOW, 4), GUARD_CAP);

	struct guard_text enrols = { .now = NOW, .intent = INTENT_NIK, .cadre = true, .hash = 5 };

	assert_int_equal(guard_judge(&p, &enrols, &limits), GUARD_ANSWER);
}

static void when_all_is_too_much_only_questions_wait(void **state)
{
	static const struct {
		enum talk_intent intent;
		bool asked;
		enum guard_verdict want;
	} cases[] = {
		{ INTENT_STATUS, false, GUARD_PAUSED },
		{ INTENT_CARD, false, GUARD_PAUSED },
		{ INTENT_HELP, false, GUARD_PAUSED },
		{ INTENT_UNKNOWN, false, GUARD_PAUSED },
		{ INTENT_EMPTY, false, GUARD_PAUSED },
		{ INTENT_UNKNOWN, true, GUARD_ANSWER },
		{ INTENT_NIK, true, GUARD_ANSWER },
		{ INTENT_REGISTER, false, GUARD_ANSWER },
		{ INTENT_CLAIM, false, GUARD_ANSWER },
		{ INTENT_STOP, false, GUARD_ANSWER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct phone_row p = { 0 };
		struct guard_text t = text(cases[i].intent, NOW, 1);

		t.asked = cases[i].asked;
		t.paused = true;
		assert_int_equal(guard_judge(&p, &t, &limits), cases[i].want);
	}
}

static void the_breaker_trips_at_its_limit(void **state)
{
	(void)state;
	assert_false(guard_paused(1499, 999, &limits));
	assert_true(guard_paused(1500, 0, &limits));
	assert_true(guard_paused(1000, 1000, &limits));
}

static void the_last_hour_is_read_from_clock_hours(void **state)
{
	int64_t hour = NOW / HOUR * HOUR;

	(void)state;
	assert_int_equal(guard_last_hour(0, 120, hour), 120);
	assert_int_equal(guard_last_hour(10, 120, hour + 1800), 70);
	assert_int_equal(guard_last_hour(10, 120, hour + 3599), 10);
}

static int blocked(int hour, int day, bool linked, int64_t all)
{
	struct phone_row p = { .wrong_codes = hour, .wrong_codes_today = day };

	return guard_codes(&p, linked, all, NOW, &limits).blocked_h;
}

static bool told(int hour, int day, int64_t all)
{
	struct phone_row p = { .wrong_codes = hour, .wrong_codes_today = day };

	return guard_codes(&p, false, all, NOW, &limits).told;
}

static void wrong_codes_are_limited_by_hour_day_and_in_all(void **state)
{
	(void)state;
	assert_int_equal(blocked(0, 0, false, 0), 0);
	assert_int_equal(blocked(4, 14, false, 59), 0);
	assert_int_equal(blocked(5, 5, true, 0), 1);
	assert_int_equal(blocked(0, 15, true, 0), 15); /* from nine to midnight */
	assert_int_equal(blocked(0, 0, false, 60), 0); /* one try */
	assert_int_equal(blocked(1, 1, false, 60), 1);
	assert_int_equal(blocked(1, 1, true, 60), 0);
}

static void who_guesses_on_is_told_once(void **state)
{
	(void)state;
	assert_false(told(5, 5, 0));
	assert_true(told(6, 6, 0));
	assert_false(told(1, 1, 60));
	assert_true(told(2, 2, 60));
	assert_false(told(0, 15, 0));
	assert_true(told(1, 16, 0));
}

static void suspects_wait_and_others_do_not(void **state)
{
	static const struct {
		struct phone_row p;
		bool suspect;
	} cases[] = {
		{ { .same_count = 1, .replies_today = 9 }, false },
		{ { .same_count = 1, .replies_today = 10 }, true },
		{ { .same_count = 2 }, true },
		{ { .same_count = 1, .wrong_codes_today = 1 }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(guard_suspects(&cases[i].p, false, &limits), cases[i].suspect);
	assert_false(guard_suspects(&cases[1].p, true, &limits)); /* a cadre at work */
}

static void every_verdict_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(guard_verdict_name(GUARD_LOOP), "loop");
	assert_string_equal(guard_verdict_name(GUARD_CAP), "reply cap");
	assert_string_equal(guard_verdict_name(GUARD_PAUSED), "paused");
	assert_string_equal(guard_verdict_name(GUARD_BLOCKED), "blocked");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_text_is_answered_three_times_an_hour),
		cmocka_unit_test(another_text_in_between_is_no_loop),
		cmocka_unit_test(a_machine_is_quiet_for_an_hour_whatever_it_asks),
		cmocka_unit_test(what_changes_something_is_told_to_a_quiet_number_too),
		cmocka_unit_test(a_misfortune_and_stop_are_always_heard),
		cmocka_unit_test(a_number_gets_so_many_answers_a_day),
		cmocka_unit_test(when_all_is_too_much_only_questions_wait),
		cmocka_unit_test(the_breaker_trips_at_its_limit),
		cmocka_unit_test(the_last_hour_is_read_from_clock_hours),
		cmocka_unit_test(wrong_codes_are_limited_by_hour_day_and_in_all),
		cmocka_unit_test(who_guesses_on_is_told_once),
		cmocka_unit_test(suspects_wait_and_others_do_not),
		cmocka_unit_test(every_verdict_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
