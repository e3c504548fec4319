#include "cover_draw.h"
#include <payung/cover_pace.h>

static const struct pace_rules rules = { .reserve_percent = 20, .ahead_s = 120 };

#define LINE(used_hour, used_day, seconds, up)              \
	{                                                   \
		200, 1500, used_hour, used_day, seconds, up \
	}
#define HOUR 3600

static void a_line_carries_what_its_tightest_limit_lets(void **state)
{
	const struct {
		struct pace_line line;
		int64_t left_s, want;
	} cases[] = {
		{ LINE(0, 0, 4, true), 100, 25 },                 /* the modem */
		{ LINE(0, 0, 0, true), 100, 100 / PACE_SECONDS }, /* not measured yet */
		{ LINE(0, 0, 4, true), HOUR - 1, 160 },           /* 80 % of the hour */
		{ LINE(0, 0, 4, true), HOUR + 100, 185 },         /* another hour begins */
		{ LINE(100, 0, 4, true), 9 * HOUR, 1200 },        /* 80 % of the day */
		{ LINE(100, 0, 4, true), HOUR - 1, 60 },
		{ LINE(170, 0, 4, true), HOUR - 1, 0 }, /* the rest is for answers */
		{ LINE(170, 0, 4, true), HOUR + 100, 25 },
		{ LINE(0, 1100, 4, true), 9 * HOUR, 100 },
		{ LINE(0, 1300, 4, true), 9 * HOUR, 0 },
		{ LINE(0, 0, 4, false), 9 * HOUR, 0 },
		{ LINE(0, 0, 4, true), 0, 0 },
		{ LINE(0, 0, 4, true), -5, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		        pace_capacity(&rules, &cases[i].line, 1, cases[i].left_s), cases[i].want);
	assert_int_equal(pace_capacity(&rules, NULL, 0, HOUR), 0);
}

static void lines_add_up(void **state)
{
	struct pace_line lines[] = { LINE(0, 0, 4, true), LINE(0, 0, 4, false),
		LINE(0, 0, 10, true) };

	(void)state;
	assert_int_equal(pace_capacity(&rules, lines, 3, 100), 25 + 10);
}

static void little_waits_in_the_queue(void **state)
{
	struct pace_line lines[] = { LINE(0, 0, 4, true), LINE(0, 0, 10, true) };

	(void)state;
	assert_int_equal(pace_now(&rules, lines, 2, 9 * HOUR, 0), 30 + 12);
	assert_int_equal(pace_now(&rules, lines, 2, 9 * HOUR, 40), 2);
	assert_int_equal(pace_now(&rules, lines, 2, 9 * HOUR, 50), 0);
	assert_int_equal(pace_now(&rules, lines, 2, 20, 0), 5 + 2);
	assert_int_equal(pace_now(&rules, lines, 2, 0, 0), 0);
	lines[0].seconds = lines[1].seconds = 200; /* longer than what may be ahead */
	assert_int_equal(pace_now(&rules, lines, 2, 9 * HOUR, 0), 2);
	assert_int_equal(pace_now(&rules, lines, 2, 199, 0), 0);
}

static void sims_are_counted_by_the_best(void **state)
{
	struct pace_line lines[] = { LINE(0, 0, 60, true), LINE(0, 1500, 4, false) };
	struct pace_line useless[] = { { 200, 1, 0, 0, 4, true } };

	(void)state;
	assert_int_equal(pace_sims_needed(&rules, lines, 2, 9 * HOUR, 0), 0);
	assert_int_equal(pace_sims_needed(&rules, lines, 2, 9 * HOUR, 1), 1);
	assert_int_equal(pace_sims_needed(&rules, lines, 2, 9 * HOUR, 1200), 1);
	assert_int_equal(pace_sims_needed(&rules, lines, 2, 9 * HOUR, 1201), 2);
	assert_int_equal(pace_sims_needed(&rules, lines, 2, 9 * HOUR, 12150), 11);
	assert_int_equal(pace_sims_needed(&rules, lines, 1, 9 * HOUR, 1201), 3);
	assert_int_equal(pace_sims_needed(&rules, NULL, 0, 9 * HOUR, 1), -1);
	assert_int_equal(pace_sims_needed(&rules, useless, 1, 9 * HOUR, 1), -1);
	assert_int_equal(pace_sims_needed(&rules, lines, 1, 0, 1), -1);
}

/* A day played second by second: whoever queues only what pace_now() says passes no cap, leaves
 * answers their part and, when there is more than enough to say, uses what it promised in the
 * morning. */
static void a_day_at_that_pace_passes_no_cap(void **state)
{
	(void)state;
	for (int round = 0; round < 200; round++) {
		struct pace_rules r = { draw(60), 10 + draw(300) };
		struct pace_line l = { 1 + draw(300), 1 + draw(2000), 0, 0, 1 + draw(20), true };
		int64_t window = HOUR + draw(9 * HOUR), sent[24] = { 0 }, queued = 0, busy = 0;
		int64_t promised = pace_capacity(&r, &l, 1, window), hour_share, day_share;

		hour_share = (int64_t)l.cap_hour * (100 - r.reserve_percent) / 100;
		day_share = (int64_t)l.cap_day * (100 - r.reserve_percent) / 100;
		for (int64_t t = 0; t < window; t++) {
			if (t % HOUR == 0)
				l.used_hour = 0;
			queued += pace_now(&r, &l, 1, window - t, queued);
			if (queued && t >= busy) {
				queued--;
				busy = t + l.seconds;
				l.used_hour++;
				l.used_day++;
				sent[t / HOUR]++;
			}
			assert_true(l.used_day <= day_share);
		}
		for (int h = 0; h < 24; h++)
			assert_true(sent[h] <= hour_share);
		assert_int_equal(queued, 0);
		/* a send that crosses the hour is counted in neither */
		assert_true(l.used_day <= promised + window / HOUR + 1);
		assert_true(l.used_day * 10 >= promised * 8 || promised < 100);
		assert_true(pace_sims_needed(&r, &l, 1, window, promised) <= 1);
	}
}

static void caps_of_all_lines_need_no_modem(void **state)
{
	const struct pace_rules r = { .reserve_percent = 50 };
	struct pace_line all = {
		.cap_hour = 20, .cap_day = 80, .used_hour = 3, .seconds = PACE_AT_ONCE, .up = true
	};

	(void)state;
	assert_int_equal(pace_capacity(&r, &all, 1, 0), 0);
	assert_int_equal(pace_capacity(&r, &all, 1, 1), 7);
	assert_int_equal(pace_capacity(&r, &all, 1, 3600), 7);
	assert_int_equal(pace_capacity(&r, &all, 1, 3601), 17);
	assert_int_equal(pace_capacity(&r, &all, 1, 3 * 3600), 27);
	assert_int_equal(pace_capacity(&r, &all, 1, 24 * 3600), 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps_of_all_lines_need_no_modem),
		cmocka_unit_test(a_line_carries_what_its_tightest_limit_lets),
		cmocka_unit_test(lines_add_up),
		cmocka_unit_test(little_waits_in_the_queue),
		cmocka_unit_test(sims_are_counted_by_the_best),
		cmocka_unit_test(a_day_at_that_pace_passes_no_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
