/* Money as Indonesia writes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/rupiah.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	int64_t n;
	const char *rupiah, *count;
} written[] = {
	{ 0, "Rp0", "0" },
	{ 5, "Rp5", "5" },
	{ -5, "-Rp5", "-5" },
	{ 999, "Rp999", "999" },
	{ 1000, "Rp1.000", "1.000" },
	{ 16800, "Rp16.800", "16.800" },
	{ 4435200000, "Rp4.435.200.000", "4.435.200.000" },
	{ -100000, "-Rp100.000", "-100.000" },
	{ INT64_MAX, "Rp9.223.372.036.854.775.807", "9.223.372.036.854.775.807" },
	{ INT64_MIN, "-Rp9.223.372.036.854.775.808", "-9.223.372.036.854.775.808" },
};

static void thousands_are_set_off_by_dots(void **state)
{
	char s[32];

	(void)state;
	for (size_t i = 0; i < COUNT(written); i++) {
		rupiah_format(written[i].n, s);
		assert_string_equal(s, written[i].rupiah);
		count_format(written[i].n, s);
		assert_string_equal(s, written[i].count);
	}
}

static const struct {
	const char *s;
	int64_t value;
} good[] = {
	{ "16800", 16800 },
	{ "16.800", 16800 },
	{ "Rp 16.800", 16800 },
	{ "Rp16.800,00", 16800 },
	{ "rp. 50.400,-", 50400 },
	{ "  1.234.567  ", 1234567 },
	{ "0", 0 },
	{ "007", 7 },
	{ "100,0", 100 },
	{ "1000000000000000", INT64_C(1000000000000000) },
	{ "Rp1.000.000.000.000.000", INT64_C(1000000000000000) },
};

static const char *const bad[] = { "", " ", "Rp", "-5", "+5", "16,800", "16,000", "16.80",
	"16.8000", "1680.000", ".800", "16.", "16..800", "16.800,50", "16.800,", "16.800,000",
	"16 800", "16800x", "Rp16.800 Rp", "1e6", "1000000000000001", "99999999999999999999999999",
	"Rp Rp 5", "0x10" };

static void amounts_are_read_as_people_write_them(void **state)
{
	rupiah_t v;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		v = -1;
		assert_int_equal(rupiah_parse(good[i].s, &v), RC_OK);
		assert_int_equal(v, good[i].value);
	}
}

static void doubtful_amounts_are_refused(void **state)
{
	rupiah_t v = -7;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (rupiah_parse(bad[i], &v) != RC_INVALID)
			fail_msg("'%s' was read as %lld", bad[i], (long long)v);
	assert_int_equal(v, -7);
}

static void what_is_written_is_read_back(void **state)
{
	char s[32];
	rupiah_t v;

	(void)state;
	for (rupiah_t r = 0; r < INT64_C(100000000000000); r = r * 7 + 3) {
		rupiah_format(r, s);
		assert_int_equal(rupiah_parse(s, &v), RC_OK);
		assert_int_equal(v, r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_are_set_off_by_dots),
		cmocka_unit_test(amounts_are_read_as_people_write_them),
		cmocka_unit_test(doubtful_amounts_are_refused),
		cmocka_unit_test(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
