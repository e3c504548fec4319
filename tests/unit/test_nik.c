/* NIK: what is refused, and what it tells about its bearer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/nik.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct date today = { 2026, 11, 22 };

static const struct {
	const char *digits;
	int min_age;
	struct date born;
	enum nik_sex sex;
	const char *district;
} good[] = {
	{ "3321024107900003", 17, { 1990, 7, 1 }, NIK_FEMALE, "332102" },
	{ "3321020107900003", 17, { 1990, 7, 1 }, NIK_MALE, "332102" },
	{ "3374153112990001", 17, { 1999, 12, 31 }, NIK_MALE, "337415" },
	{ "3374157112099999", 17, { 2009, 12, 31 }, NIK_FEMALE, "337415" }, /* 16: only choice */
	{ "3374150101090001", 17, { 2009, 1, 1 }, NIK_MALE, "337415" },
	{ "3374152902000001", 17, { 2000, 2, 29 }, NIK_MALE, "337415" },
	{ "3374150101270001", 17, { 1927, 1, 1 }, NIK_MALE, "337415" },
	{ "3374152211260001", 0, { 2026, 11, 22 }, NIK_MALE, "337415" },  /* born today */
	{ "3374152211260001", 17, { 1926, 11, 22 }, NIK_MALE, "337415" }, /* or a hundred */
	{ "3374152311260001", 17, { 1926, 11, 23 }, NIK_MALE, "337415" }, /* not born yet */
	{ "9999990101900001", 17, { 1990, 1, 1 }, NIK_MALE, "999999" },   /* no such region */
	{ "0000000101900001", 17, { 1990, 1, 1 }, NIK_MALE, "000000" },
};

static void birth_date_sex_and_district_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct nik_facts f;

		if (nik_parse(good[i].digits, today, good[i].min_age, &f))
			fail_msg("%s refused", good[i].digits);
		if (date_days(f.born) != date_days(good[i].born))
			fail_msg("row %zu: born in %d", i, f.born.year);
		assert_int_equal(f.sex, good[i].sex);
		assert_string_equal(f.district, good[i].district);
	}
}

static const char *const bad[] = {
	"",
	"332102410790000",   /* 15 */
	"33210241079000033", /* 17 */
	"332102410790000O",
	" 332102410790003",
	"3321020007900003", /* day 00 */
	"3321023207900003", /* day 32 */
	"3321024007900003", /* day 40 */
	"3321027207900003", /* day 72 */
	"3321029907900003",
	"3321020100900003", /* month 00 */
	"3321020113900003", /* month 13 */
	"3321023104900003", /* 31 April */
	"3321022902990003", /* 29 February 1999 */
	"3321026902990003", /* of a woman */
	"3321024107900000", /* serial 0000 */
	"1111111111111111",
	"0000000000000000",
};

static void impossible_niks_are_refused(void **state)
{
	struct nik_facts f = { .district = "keep" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (nik_parse(bad[i], today, 17, &f) != RC_INVALID)
			fail_msg("'%s' passed", bad[i]);
	assert_string_equal(f.district, "keep");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(birth_date_sex_and_district_are_read),
		cmocka_unit_test(impossible_niks_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
