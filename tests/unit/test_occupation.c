/* Occupations: rows of the table, the sector of each, and what people write for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/occupation.h>
#include <string.h>

static void a_row_is_taken_whole_or_its_field_is_named(void **state)
{
	static const struct {
		const char *number, *code, *sector, *word, *why;
		rc_t rc;
	} cases[] = {
		{ "1", "FARMER", "OTHER", "tani", "", RC_OK },
		{ "4", "TRANSPORT", "TRANSPORT", "ojek", "", RC_OK },
		{ "1", "FISHER", "OTHER", "nelayan", "", RC_EXISTS },
		{ "0", "FARMER", "OTHER", "tani", "number", RC_INVALID },
		{ "10", "FARMER", "OTHER", "tani", "number", RC_INVALID },
		{ "x", "FARMER", "OTHER", "tani", "number", RC_INVALID },
		{ "", "FARMER", "OTHER", "tani", "number", RC_INVALID },
		{ "2", "", "OTHER", "tani", "code", RC_INVALID },
		{ "2", "A_CODE_OF_MORE_THAN_24_SIGNS", "OTHER", "tani", "code", RC_INVALID },
		{ "2", "FISHER", "ANY", "nelayan", "sector", RC_INVALID },
		{ "2", "FISHER", "", "nelayan", "sector", RC_INVALID },
		{ "2", "FISHER", "OTHER", "", "word", RC_INVALID },
	};
	struct occupations o = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *why = "";

		assert_int_equal(occupation_add(&o, cases[i].number, cases[i].code, cases[i].sector,
		                         cases[i].word, &why),
		        cases[i].rc);
		if (cases[i].rc == RC_INVALID)
			assert_string_equal(why, cases[i].why);
	}
	assert_null(occupation_get(&o, 2)); /* a refused row leaves nothing */
	assert_string_equal(occupation_get(&o, 1)->code, "FARMER");
}

static void transport_is_told_from_the_others(void **state)
{
	struct occupations o = { 0 };
	const char *why;

	(void)state;
	assert_int_equal(occupation_add(&o, "1", "FARMER", "OTHER", "tani", &why), RC_OK);
	assert_int_equal(occupation_add(&o, "4", "TRANSPORT", "TRANSPORT", "ojek", &why), RC_OK);
	assert_int_equal(occupation_sector(&o, 1), TARIFF_OTHER);
	assert_int_equal(occupation_sector(&o, 4), TARIFF_TRANSPORT);
	assert_int_equal(occupation_sector(&o, 0), TARIFF_OTHER);
	assert_int_equal(occupation_sector(&o, 9), TARIFF_OTHER);
	assert_int_equal(occupation_sector(&o, 10), TARIFF_OTHER);
	assert_int_equal(occupation_sector(&o, -1), TARIFF_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_taken_whole_or_its_field_is_named),
		cmocka_unit_test(transport_is_told_from_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
