#include "cover_draw.h"
#include <payung/cover_quiet.h>
#include <stdio.h>
#include <stdlib.h>

#define MINUTE 60
#define DAY_S 86400

static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
static const struct day_window office = { 480, 1020, false }, night = { 1320, 120, false },
                               evening = { 1020, 1170, false }, off = { 0, 0, true };

static int64_t at(const char *iso, int hour, int minute, enum zone z)
{
	return date_utc(day(iso), hour * 60 + minute, z);
}

static struct quiet_rules rules_of(struct day_window w)
{
	struct quiet_rules r;

	quiet_rules_set(&r, &w, 1, NULL);
	return r;
}

static void hours_are_those_of_the_area(void **state)
{
	struct quiet_rules r = rules_of(office);
	int64_t utc = at("2026-03-05", 7, 59, ZONE_WIB) + 59;

	(void)state;
	assert_false(quiet_may_send(&r, utc, ZONE_WIB));
	assert_true(quiet_may_send(&r, utc + 1, ZONE_WIB));
	assert_true(quiet_may_send(&r, utc, ZONE_WITA));
	assert_int_equal(quiet_next(&r, utc, ZONE_WIB), utc + 1);
	assert_int_equal(quiet_next(&r, utc, ZONE_WITA), utc);
	utc = at("2026-03-05", 15, 0, ZONE_WIB); /* 17:00 in the east */
	assert_true(quiet_may_send(&r, utc, ZONE_WIB));
	assert_false(quiet_may_send(&r, utc, ZONE_WIT));
	assert_int_equal(quiet_left(&r, utc, ZONE_WIB), 2 * 3600);
	assert_int_equal(quiet_left(&r, utc + 1, ZONE_WIB), 2 * 3600 - 1);
	assert_int_equal(quiet_left(&r, utc, ZONE_WIT), 0);
	assert_int_equal(quiet_next(&r, utc, ZONE_WIT), at("2026-03-06", 8, 0, ZONE_WIT));
}

static void days_and_months_end_where_they_end(void **state)
{
	struct quiet_rules r = rules_of(office);

	(void)state;
	assert_int_equal(quiet_next(&r, at("2028-02-28", 17, 0, ZONE_WIB), ZONE_WIB),
	        at("2028-02-29", 8, 0, ZONE_WIB));
	assert_int_equal(quiet_next(&r, at("2027-02-28", 17, 0, ZONE_WIB), ZONE_WIB),
	        at("2027-03-01", 8, 0, ZONE_WIB));
	assert_int_equal(quiet_next(&r, at("2026-12-31", 17, 0, ZONE_WIT), ZONE_WIT),
	        at("2027-01-01", 8, 0, ZONE_WIT));
}

static void a_window_may_cross_midnight(void **state)
{
	struct quiet_rules r = rules_of(night);
	struct quiet_holidays h = { 1, { date_days(day("2026-03-06")) } };

	(void)state;
	assert_int_equal(quiet_left(&r, at("2026-03-05", 12, 0, ZONE_WIB), ZONE_WIB), 2 * 3600);
	assert_int_equal(quiet_left(&r, at("2026-03-05", 1, 0, ZONE_WIB), ZONE_WIB), 3 * 3600);
	assert_true(quiet_may_send(&r, at("2026-03-06", 0, 0, ZONE_WIB), ZONE_WIB));
	r.holidays = &h; /* the part behind midnight is that day's */
	assert_true(quiet_may_send(&r, at("2026-03-05", 23, 59, ZONE_WIB), ZONE_WIB));
	assert_false(quiet_may_send(&r, at("2026-03-06", 0, 0, ZONE_WIB), ZONE_WIB));
	assert_int_equal(quiet_next(&r, at("2026-03-06", 0, 0, ZONE_WIB), ZONE_WIB),
	        at("2026-03-07", 0, 0, ZONE_WIB));
	assert_int_equal(quiet_left(&r, at("2026-03-06", 1, 0, ZONE_WIB), ZONE_WIB), 0);
}

static void a_holiday_begins_with_the_areas_midnight(void **state)
{
	struct quiet_rules always = { 0 };
	struct quiet_holidays h = { 1, { date_days(day("2026-08-17")) } };
	int64_t utc = at("2026-08-17", 0, 0, ZONE_WIT);

	(void)state;
	always.holidays = &h;
	assert_true(quiet_may_send(&always, utc - 1, ZONE_WIT));
	assert_false(quiet_may_send(&always, utc, ZONE_WIT));
	assert_true(quiet_may_send(&always, utc, ZONE_WIB));
	assert_false(quiet_may_send(&always, utc + 2 * 3600, ZONE_WIB));
	assert_int_equal(quiet_next(&always, utc, ZONE_WIT), utc + DAY_S);
}

static void no_window_is_always_and_off_is_never(void **state)
{
	struct quiet_rules r = { 0 };
	struct quiet_holidays all = { 0 };
	int64_t utc = at("2026-03-05", 3, 0, ZONE_WIB);

	(void)state;
	assert_int_equal(quiet_next(&r, utc, ZONE_WIB), utc);
	assert_int_equal(quiet_left(&r, utc, ZONE_WIB), 21 * 3600);
	r = rules_of(off);
	assert_int_equal(quiet_next(&r, utc, ZONE_WIB), INT64_MAX);
	assert_int_equal(quiet_left(&r, utc, ZONE_WIB), 0);
	r = rules_of(office);
	for (all.n = 0; all.n < QUIET_HOLIDAYS_MAX; all.n++)
		all.day[all.n] = date_days(day("2026-03-05")) + (int64_t)all.n;
	r.holidays = &all; /* 366 days of silence: the next one is free */
	assert_int_equal(quiet_next(&r, utc, ZONE_WIB), at("2027-03-06", 8, 0, ZONE_WIB));
}

/* ---- against minute by minute ---- */

static struct quiet_rules draw_rules(struct quiet_holidays *h, int64_t first_day)
{
	struct day_window w[QUIET_WINDOWS_MAX];
	struct quiet_rules r;

	for (size_t i = 0; i < QUIET_WINDOWS_MAX; i++)
		w[i] = (struct day_window){ draw(1440), draw(1441), !draw(4) };
	*h = (struct quiet_holidays){ 0 };
	for (int64_t d = first_day; h->n < 40; d += 1 + draw(25))
		h->day[h->n++] = d;
	quiet_rules_set(&r, w, (size_t)draw(QUIET_WINDOWS_MAX + 1), draw(4) ? h : NULL);
	return r;
}

static bool minute_by_hand(const struct quiet_rules *r, int64_t utc, enum zone z)
{
	int64_t local = utc + (int64_t)z * MINUTE, civil = local / DAY_S;
	int minute = (int)(local % DAY_S / MINUTE);
	bool open = r->n == 0;

	for (size_t i = 0; i < (r->holidays ? r->holidays->n : 0); i++)
		if (r->holidays->day[i] == civil)
			return false;
	for (size_t i = 0; i < r->n; i++) {
		int from = r->window[i].from, to = r->window[i].to;

		if (r->window[i].off)
			continue;
		if (from == to || (from < to && minute >= from && minute < to) ||
		        (from > to && (minute >= from || minute < to)))
			open = true;
	}
	return open;
}

/* Every minute of two years with a leap day between: walked backwards, so that the next allowed
 * second and the seconds left of the day are known by counting. */
static void every_minute_of_two_years(void **state)
{
	int64_t first = at("2027-06-01", 0, 0, ZONE_WIB), last = first + 2 * 365 * (int64_t)DAY_S;

	(void)state;
	for (int round = 0; round < 4; round++) {
		struct quiet_holidays h;
		struct quiet_rules r = draw_rules(&h, first / DAY_S);
		enum zone z = zones[round % 3];
		int64_t next = -1, left = 0;

		for (int64_t utc = last; utc >= first; utc -= MINUTE) {
			bool allowed = minute_by_hand(&r, utc, z);
			int second = draw(MINUTE);

			if (date_minute_of_day(utc, z) == 1439)
				left = 0;
			next = allowed ? utc : next;
			left += allowed ? MINUTE : 0;
			assert_int_equal(quiet_may_send(&r, utc + second, z), allowed);
			if (next >= 0 && next - utc < 300 * (int64_t)DAY_S)
				assert_int_equal(quiet_next(&r, utc, z), next);
			if (allowed)
				assert_int_equal(quiet_next(&r, utc + second, z), utc + second);
			if (utc + DAY_S < last && draw(16) == 0)
				assert_int_equal(quiet_left(&r, utc + second, z),
				        left - (allowed ? second : 0));
		}
	}
}

/* ---- tables ---- */
struct faults {
	int n, line;
	char message[200];
};

static void note(void *arg, const char *file, int line, const char *message)
{
	struct faults *f = arg;

	assert_string_equal(file, "f.csv");
	f->n++;
	f->line = line;
	snprintf(f->message, sizeof f->message, "%s", message);
}

static void holidays_are_read_in_any_order(void **state)
{
	struct quiet_holidays h;
	struct faults f = { 0 };

	(void)state;
	assert_int_equal(
	        quiet_load_holidays(&h, "f.csv",
	                "# comment, with a comma\n\ndate;name\r\n\"2026-12-25\";\"Natal\"\r\n"
	                "2026-01-01;Tahun Baru, Masehi\n 2026-05-01 ,Buruh",
	                note, &f),
	        RC_OK);
	assert_int_equal(h.n, 3);
	assert_int_equal(h.day[0], date_days(day("2026-01-01")));
	assert_int_equal(h.day[1], date_days(day("2026-05-01")));
	assert_int_equal(h.day[2], date_days(day("2026-12-25")));
	assert_true(quiet_holiday(&h, h.day[0]) && quiet_holiday(&h, h.day[1]) &&
	            quiet_holiday(&h, h.day[2]));
	assert_false(quiet_holiday(&h, h.day[1] + 1) || quiet_holiday(NULL, h.day[0]));
}

static void zones_are_read(void **state)
{
	struct quiet_zones z;
	struct faults f = { 0 };

	(void)state;
	assert_int_equal(
	        quiet_load_zones(&z, "f.csv",
	                "province,zone,name\n33,WIB,Jawa Tengah\n51,WITA,Bali\n91,WIT\n", note, &f),
	        RC_OK);
	assert_int_equal(quiet_zone_of(&z, "3321", ZONE_WIT), ZONE_WIB);
	assert_int_equal(quiet_zone_of(&z, "5171", ZONE_WIB), ZONE_WITA);
	assert_int_equal(quiet_zone_of(&z, "91", ZONE_WIB), ZONE_WIT);
	assert_int_equal(quiet_zone_of(&z, "9", ZONE_WITA), ZONE_WITA);
	assert_int_equal(quiet_zone_of(&z, "", ZONE_WITA), ZONE_WITA);
	assert_int_equal(quiet_zone_of(&z, "7471", ZONE_WITA), ZONE_WITA);
}

static void every_fault_has_its_line(void **state)
{
	static char long_line[400] = "date,name\n2026-01-01,";
	static const struct {
		bool zones;
		const char *text;
		int line, faults;
		const char *says;
	} cases[] = {
		{ false, "", 0, 1, "first row" },
		{ false, "# only\n", 1, 1, "first row" },
		{ false, "2026-01-01,a\n", 1, 1, "first row" },
		{ false, "date,name\n2026-02-29,a\n", 2, 1, "YYYY-MM-DD" },
		{ false, "date,name\n1-1-2026,a\n\n2026-1-1,b\n", 4, 2, "YYYY-MM-DD" },
		{ false, "date,name\n2026-01-01,a\n2026-01-01,b\n", 3, 1, "twice" },
		{ false, long_line, 2, 1, "too long" },
		{ true, "date,name\n", 1, 1, "first row" },
		{ true, "province,zone\n3,WIB\n", 2, 1, "two digits" },
		{ true, "province,zone\n333,WIB\n", 2, 1, "two digits" },
		{ true, "province,zone\nx3,WIB\n", 2, 1, "two digits" },
		{ true, "province,zone\n33\n", 2, 1, "WIB, WITA or WIT" },
		{ true, "province,zone\n33,wib\n", 2, 1, "WIB, WITA or WIT" },
		{ true, "province,zone\n33,WIB\n34,WIB\n33,WIT\n", 4, 1, "twice" },
	};

	(void)state;
	memset(long_line + strlen(long_line), 'x', 300);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct quiet_holidays h;
		struct quiet_zones z;
		struct faults f = { 0 };
		rc_t rc = cases[i].zones
		                  ? quiet_load_zones(&z, "f.csv", cases[i].text, note, &f)
		                  : quiet_load_holidays(&h, "f.csv", cases[i].text, note, &f);

		assert_int_equal(rc, RC_INVALID);
		assert_int_equal(f.n, cases[i].faults);
		assert_int_equal(f.line, cases[i].line);
		if (!strstr(f.message, cases[i].says))
			fail_msg("%zu: %s", i, f.message);
	}
}

static void too_many_holidays_are_told_once(void **state)
{
	static char text[400 * 16];
	struct quiet_holidays h;
	struct faults f = { 0 };
	size_t n = (size_t)snprintf(text, sizeof text, "date,name\n");
	char iso[16];

	(void)state;
	for (int i = 0; i < QUIET_HOLIDAYS_MAX + 5; i++) {
		date_format_iso(date_from_days(20000 + i), iso);
		n += (size_t)snprintf(text + n, sizeof text - n, "%s,a\n", iso);
	}
	assert_int_equal(quiet_load_holidays(&h, "f.csv", text, note, &f), RC_LIMIT);
	assert_int_equal(f.n, 1);
	assert_int_equal(f.line, QUIET_HOLIDAYS_MAX + 2);
	assert_int_equal(h.n, QUIET_HOLIDAYS_MAX);
}

static void shipped(const char *path, char *out, size_t cap)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	out[fread(out, 1, cap - 1, f)] = '\0';
	fclose(f);
}

static void what_is_shipped_is_right(void **state)
{
	static char text[16384];
	static const char *const sure[] = { "2026-01-01", "2026-05-01", "2026-08-17", "2026-12-25",
		"2027-01-01", "2027-05-01", "2027-06-01", "2027-08-17", "2027-12-25" };
	struct quiet_holidays h;
	struct quiet_zones z;
	struct faults f = { 0 };
	int known = 0;

	(void)state;
	shipped("templates/data/holidays.csv", text, sizeof text);
	assert_int_equal(quiet_load_holidays(&h, "f.csv", text, note, &f), RC_OK);
	for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
		assert_true(quiet_holiday(&h, date_days(day(sure[i]))));
	assert_int_equal(h.n, 2 * 17);
	shipped("templates/data/zones.csv", text, sizeof text);
	assert_int_equal(quiet_load_zones(&z, "f.csv", text, note, &f), RC_OK);
	for (int p = 0; p < 100; p++)
		known += z.of[p] != 0;
	assert_int_equal(known, 38);
	assert_int_equal(quiet_zone_of(&z, "3321", ZONE_WIT), ZONE_WIB);
}

static void evening_is_a_second_window(void **state)
{
	const struct day_window both[] = { office, evening };
	struct quiet_rules r;

	(void)state;
	quiet_rules_set(&r, both, 2, NULL);
	assert_int_equal(quiet_left(&r, at("2026-03-05", 0, 0, ZONE_WIB), ZONE_WIB),
	        (9 * 60 + 150) * MINUTE);
	r.window[1].off = true;
	assert_int_equal(
	        quiet_left(&r, at("2026-03-05", 0, 0, ZONE_WIB), ZONE_WIB), 9 * 60 * MINUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_are_those_of_the_area),
		cmocka_unit_test(days_and_months_end_where_they_end),
		cmocka_unit_test(a_window_may_cross_midnight),
		cmocka_unit_test(a_holiday_begins_with_the_areas_midnight),
		cmocka_unit_test(no_window_is_always_and_off_is_never),
		cmocka_unit_test(every_minute_of_two_years),
		cmocka_unit_test(evening_is_a_second_window),
		cmocka_unit_test(holidays_are_read_in_any_order),
		cmocka_unit_test(zones_are_read),
		cmocka_unit_test(every_fault_has_its_line),
		cmocka_unit_test(too_many_holidays_are_told_once),
		cmocka_unit_test(what_is_shipped_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
