#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <payung/span.h>

static void days_are_read_or_refused(void **state)
{
	static const struct {
		const char *text;
		rc_t want;
		struct day_span span;
	} cases[] = {
		{ "-30..-8", RC_OK, { -30, -8, false } },
		{ "0..0", RC_OK, { 0, 0, false } },
		{ "-1..400", RC_OK, { -1, 400, false } },
		{ "off", RC_OK, { 0, 0, true } },
		{ "", RC_INVALID, { 0 } },
		{ "7", RC_INVALID, { 0 } },
		{ "7.8", RC_INVALID, { 0 } },
		{ "..8", RC_INVALID, { 0 } },
		{ "7..", RC_INVALID, { 0 } },
		{ "7..-", RC_INVALID, { 0 } },
		{ "7..8 ", RC_INVALID, { 0 } },
		{ " 7..8", RC_INVALID, { 0 } },
		{ "8..7", RC_INVALID, { 0 } },
		{ "+7..8", RC_INVALID, { 0 } },
		{ "--7..8", RC_INVALID, { 0 } },
		{ "-401..0", RC_INVALID, { 0 } },
		{ "0..401", RC_INVALID, { 0 } },
		{ "0..99999999999", RC_INVALID, { 0 } },
		{ "OFF", RC_INVALID, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct day_span got = { 99, 99, true };

		if (span_parse_days(cases[i].text, &got) != cases[i].want)
			fail_msg("'%s'", cases[i].text);
		if (cases[i].want != RC_OK) {
			assert_int_equal(got.first, 99);
			continue;
		}
		assert_int_equal(got.first, cases[i].span.first);
		assert_int_equal(got.last, cases[i].span.last);
		assert_int_equal(got.off, cases[i].span.off);
	}
}

static void windows_are_read_or_refused(void **state)
{
	static const struct {
		const char *text;
		rc_t want;
		struct day_window w;
	} cases[] = {
		{ "08:00-17:00", RC_OK, { 480, 1020, false } },
		{ "00:00-24:00", RC_OK, { 0, 1440, false } },
		{ "22:30-02:05", RC_OK, { 1350, 125, false } },
		{ "off", RC_OK, { 0, 0, true } },
		{ "8:00-17:00", RC_INVALID, { 0 } },
		{ "08:00-17:0", RC_INVALID, { 0 } },
		{ "08:00-17:00 ", RC_INVALID, { 0 } },
		{ "08:00", RC_INVALID, { 0 } },
		{ "08:00..17:00", RC_INVALID, { 0 } },
		{ "08:60-17:00", RC_INVALID, { 0 } },
		{ "24:00-08:00", RC_INVALID, { 0 } },
		{ "08:00-24:01", RC_INVALID, { 0 } },
		{ "08.00-17.00", RC_INVALID, { 0 } },
		{ "0a:00-17:00", RC_INVALID, { 0 } },
		{ "", RC_INVALID, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct day_window got = { 99, 99, false };

		if (span_parse_window(cases[i].text, &got) != cases[i].want)
			fail_msg("'%s'", cases[i].text);
		if (cases[i].want != RC_OK) {
			assert_int_equal(got.from, 99);
			continue;
		}
		assert_int_equal(got.from, cases[i].w.from);
		assert_int_equal(got.to, cases[i].w.to);
		assert_int_equal(got.off, cases[i].w.off);
	}
}

static void a_window_holds_its_minutes(void **state)
{
	static const struct {
		struct day_window w;
		int minute;
		bool want;
	} cases[] = {
		{ { 480, 1020, false }, 479, false },
		{ { 480, 1020, false }, 480, true },
		{ { 480, 1020, false }, 1019, true },
		{ { 480, 1020, false }, 1020, false },
		{ { 1350, 125, false }, 1349, false },
		{ { 1350, 125, false }, 1350, true },
		{ { 1350, 125, false }, 1439, true },
		{ { 1350, 125, false }, 0, true },
		{ { 1350, 125, false }, 124, true },
		{ { 1350, 125, false }, 125, false },
		{ { 600, 600, false }, 0, true },
		{ { 600, 600, false }, 1439, true },
		{ { 600, 600, true }, 600, false },
		{ { 0, 1440, false }, 1439, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(span_window_has(&cases[i].w, cases[i].minute), cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_read_or_refused),
		cmocka_unit_test(windows_are_read_or_refused),
		cmocka_unit_test(a_window_holds_its_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
