/* Civil dates, months, zones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/date.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	struct date d;
	int64_t days;
} known[] = {
	{ { 1970, 1, 1 }, 0 },
	{ { 1969, 12, 31 }, -1 },
	{ { 2000, 2, 29 }, 11016 },
	{ { 2000, 3, 1 }, 11017 },
	{ { 1900, 3, 1 }, -25508 },
	{ { 2026, 10, 1 }, 20727 },
	{ { 9999, 12, 31 }, 2932896 },
	{ { 1, 1, 1 }, -719162 },
};

static void known_days_have_their_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct date d = date_from_days(known[i].days);

		assert_int_equal(date_days(known[i].d), known[i].days);
		assert_int_equal(d.year, known[i].d.year);
		assert_int_equal(d.month, known[i].d.month);
		assert_int_equal(d.day, known[i].d.day);
	}
}

static void every_day_follows_the_one_before(void **state)
{
	struct date last = date_from_days(-25568); /* 1899-12-31 */

	(void)state;
	for (int64_t n = -25567; n < 50000; n++) {
		struct date d = date_from_days(n);
		bool next_day = d.day == last.day + 1 && d.month == last.month;
		bool next_month = d.day == 1 && month_of(d) == month_of(last) + 1;

		if (!date_valid(d) || date_days(d) != n || !(next_day || next_month))
			fail_msg("day %lld", (long long)n);
		last = d;
	}
}

static const struct {
	struct date d;
	bool valid;
} validity[] = {
	{ { 2024, 2, 29 }, true },
	{ { 2023, 2, 29 }, false },
	{ { 1900, 2, 29 }, false },
	{ { 2000, 2, 29 }, true },
	{ { 2026, 4, 31 }, false },
	{ { 2026, 12, 31 }, true },
	{ { 2026, 0, 1 }, false },
	{ { 2026, 13, 1 }, false },
	{ { 2026, 1, 0 }, false },
	{ { 0, 1, 1 }, false },
	{ { 10000, 1, 1 }, false },
};

static void impossible_dates_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(validity); i++)
		assert_int_equal(date_valid(validity[i].d), validity[i].valid);
}

static void the_date_changes_at_midnight_of_the_zone(void **state)
{
	int64_t utc = INT64_C(1790787600); /* 2026-09-30 17:00:00 UTC */
	char s[16];

	(void)state;
	date_format_iso(date_at(utc - 1, ZONE_WIB), s);
	assert_string_equal(s, "2026-09-30");
	assert_int_equal(date_minute_of_day(utc - 1, ZONE_WIB), 24 * 60 - 1);
	date_format_iso(date_at(utc, ZONE_WIB), s);
	assert_string_equal(s, "2026-10-01");
	assert_int_equal(date_minute_of_day(utc, ZONE_WIB), 0);
	date_format_iso(date_at(utc - 3600, ZONE_WITA), s);
	assert_string_equal(s, "2026-10-01");
	date_format_iso(date_at(utc - 2 * 3600, ZONE_WIT), s);
	assert_string_equal(s, "2026-10-01");
	assert_int_equal(date_utc((struct date){ 2026, 10, 1 }, 0, ZONE_WIB), utc);
	assert_int_equal(date_utc((struct date){ 2026, 10, 1 }, 90, ZONE_WIT), utc - 1800);
}

static void instants_before_1970_work(void **state)
{
	char s[24];

	(void)state;
	assert_int_equal(date_minute_of_day(-1, ZONE_WIB), 7 * 60 - 1);
	time_format_iso(-1, s);
	assert_string_equal(s, "1969-12-31T23:59:59Z");
	time_format_iso(INT64_C(1790787661), s);
	assert_string_equal(s, "2026-09-30T17:01:01Z");
}

static const struct {
	struct date born, today;
	int age;
} ages[] = {
	{ { 1990, 7, 1 }, { 2026, 6, 30 }, 35 },
	{ { 1990, 7, 1 }, { 2026, 7, 1 }, 36 },
	{ { 1990, 7, 1 }, { 2026, 8, 1 }, 36 },
	{ { 2000, 2, 29 }, { 2026, 2, 28 }, 25 },
	{ { 2000, 2, 29 }, { 2026, 3, 1 }, 26 },
	{ { 2026, 7, 2 }, { 2026, 7, 1 }, -1 },
};

static void age_is_completed_years(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ages); i++)
		assert_int_equal(date_age(ages[i].born, ages[i].today), ages[i].age);
}

static void only_exact_iso_dates_are_read(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-1-1", "2026-01-1", "2026-01-01 ",
		" 2026-01-01", "2026/01/01", "2026-02-30", "20260101", "2026-01-0x", "-026-01-01" };
	struct date d = { 1, 2, 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (date_parse_iso(bad[i], &d) != RC_INVALID)
			fail_msg("'%s'", bad[i]);
	assert_int_equal(d.year * 100 + d.month * 10 + d.day, 123);
	assert_int_equal(date_parse_iso("2026-02-03", &d), RC_OK);
	assert_int_equal(date_days(d), 20487);
}

static void dates_are_written_as_texts_write_them(void **state)
{
	struct date d = { 2026, 2, 3 };
	char s[16];

	(void)state;
	date_format_iso(d, s);
	assert_string_equal(s, "2026-02-03");
	date_format_dmy(d, s);
	assert_string_equal(s, "03-02-2026");
	date_format_dm(d, s);
	assert_string_equal(s, "03-02");
}

static void months_count_from_first_to_last_day(void **state)
{
	static const char *const bad[] = { "", "2026-00", "2026-13", "2026-1", "2026-01-01",
		"1899-12", "3000-01", "2026 01" };
	month_t m = 0;
	char s[16];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (month_parse(bad[i], &m) != RC_INVALID)
			fail_msg("'%s'", bad[i]);
	assert_int_equal(m, 0);
	assert_int_equal(month_parse("2023-12", &m), RC_OK);
	assert_int_equal(m, 2023 * 12 + 11);
	month_format(m, s);
	assert_string_equal(s, "2023-12");
	month_format(m + 2, s);
	assert_string_equal(s, "2024-02");
	assert_int_equal(month_last(m + 2).day, 29);
	assert_int_equal(month_first(m + 2).day, 1);
	assert_int_equal(month_last(m).day, 31);
	assert_int_equal(month_of(month_last(m)), m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_days_have_their_numbers),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(impossible_dates_are_known),
		cmocka_unit_test(the_date_changes_at_midnight_of_the_zone),
		cmocka_unit_test(instants_before_1970_work),
		cmocka_unit_test(age_is_completed_years),
		cmocka_unit_test(only_exact_iso_dates_are_read),
		cmocka_unit_test(dates_are_written_as_texts_write_them),
		cmocka_unit_test(months_count_from_first_to_last_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
