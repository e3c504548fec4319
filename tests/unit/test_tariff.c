#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <payung/tariff.h>
#include <string.h>

struct words {
	const char *package, *sector, *budget, *from, *to, *amount;
};

static rc_t add(struct tariff *t, struct words w)
{
	struct tariff_row r;
	const char *why;

	assert_int_equal(
	        tariff_row_parse(&r, w.package, w.sector, w.budget, w.from, w.to, w.amount, &why),
	        RC_OK);
	return tariff_add(t, &r);
}

/* The scheme of 2026: half rate for transport through March 2027, for others April to December
 * 2026, never where a public budget pays. */
static void fill(struct tariff *t)
{
	static const struct words rows[] = {
		{ "JKK_JKM", "ANY", "any", "2015-07", "", "16800" },
		{ "JKK_JKM", "TRANSPORT", "no", "2026-01", "2027-03", "8400" },
		{ "JKK_JKM", "OTHER", "no", "2026-04", "2026-12", "8400" },
		{ "JHT", "ANY", "any", "2015-07", "", "20000" },
	};

	memset(t, 0, sizeof *t);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(add(t, rows[i]), RC_OK);
}

static month_t month(const char *s)
{
	month_t m = 0;

	assert_int_equal(month_parse(s, &m), RC_OK);
	return m;
}

static void rate_follows_month_sector_and_budget(void **state)
{
	static const struct {
		const char *package;
		enum tariff_sector sector;
		bool public;
		const char *month;
		rupiah_t want;
	} cases[] = {
		{ "JKK_JKM", TARIFF_OTHER, false, "2025-12", 16800 },
		{ "JKK_JKM", TARIFF_OTHER, false, "2026-03", 16800 },
		{ "JKK_JKM", TARIFF_OTHER, false, "2026-04", 8400 },
		{ "JKK_JKM", TARIFF_OTHER, false, "2026-12", 8400 },
		{ "JKK_JKM", TARIFF_OTHER, false, "2027-01", 16800 },
		{ "JKK_JKM", TARIFF_OTHER, true, "2026-06", 16800 },
		{ "JKK_JKM", TARIFF_TRANSPORT, false, "2026-01", 8400 },
		{ "JKK_JKM", TARIFF_TRANSPORT, false, "2027-03", 8400 },
		{ "JKK_JKM", TARIFF_TRANSPORT, false, "2027-04", 16800 },
		{ "JKK_JKM", TARIFF_TRANSPORT, true, "2026-06", 16800 },
		{ "JHT", TARIFF_OTHER, false, "2026-06", 20000 },
	};
	struct tariff t;

	(void)state;
	fill(&t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rupiah_t got = 0;

		assert_int_equal(tariff_month(&t, cases[i].package, cases[i].sector,
		                         cases[i].public, month(cases[i].month), &got),
		        RC_OK);
		assert_int_equal(got, cases[i].want);
	}
}

static void month_before_the_table_has_no_rate(void **state)
{
	struct tariff t;
	rupiah_t got = 7;

	(void)state;
	fill(&t);
	assert_int_equal(
	        tariff_month(&t, "JKK_JKM", TARIFF_OTHER, false, month("2015-06"), &got), RC_NOENT);
	assert_int_equal(
	        tariff_month(&t, "JP", TARIFF_OTHER, false, month("2026-06"), &got), RC_NOENT);
	assert_int_equal(
	        tariff_sum(&t, "JKK_JKM", TARIFF_OTHER, false, month("2015-06"), 2, 1, &got),
	        RC_NOENT);
	assert_int_equal(got, 7);
}

static void order_of_rows_does_not_decide(void **state)
{
	struct tariff t = { 0 };
	rupiah_t got = 0;

	(void)state;
	assert_int_equal(
	        add(&t, (struct words){ "P", "OTHER", "any", "2026-01", "", "300" }), RC_OK);
	assert_int_equal(add(&t, (struct words){ "P", "ANY", "no", "2026-01", "", "200" }), RC_OK);
	assert_int_equal(add(&t, (struct words){ "P", "ANY", "any", "2026-01", "", "100" }), RC_OK);
	assert_int_equal(tariff_month(&t, "P", TARIFF_OTHER, false, month("2026-01"), &got), RC_OK);
	assert_int_equal(got, 300);
	assert_int_equal(
	        tariff_month(&t, "P", TARIFF_TRANSPORT, false, month("2026-01"), &got), RC_OK);
	assert_int_equal(got, 200);
	assert_int_equal(
	        tariff_month(&t, "P", TARIFF_TRANSPORT, true, month("2026-01"), &got), RC_OK);
	assert_int_equal(got, 100);
}

static void sum_goes_month_by_month_across_a_change(void **state)
{
	static const struct {
		bool public;
		const char *start;
		int months, workers;
		rupiah_t want;
	} cases[] = {
		{ true, "2026-01", 12, 1, 201600 },
		{ false, "2026-01", 12, 1, 3 * 16800 + 9 * 8400 },
		{ false, "2026-10", 6, 10, 10 * (3 * 8400 + 3 * 16800) },
		{ true, "2026-01", 12, 22000, INT64_C(4435200000) },
		{ false, "2026-10", 0, 10, 0 },
	};
	struct tariff t;

	(void)state;
	fill(&t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		rupiah_t got = -1;

		assert_int_equal(
		        tariff_sum(&t, TARIFF_BASE, TARIFF_OTHER, cases[i].public,
		                month(cases[i].start), cases[i].months, cases[i].workers, &got),
		        RC_OK);
		assert_int_equal(got, cases[i].want);
	}
}

static void rows_that_would_be_ambiguous_are_refused(void **state)
{
	struct tariff t;

	(void)state;
	fill(&t);
	assert_int_equal(
	        add(&t, (struct words){ "JKK_JKM", "ANY", "any", "2030-01", "", "1" }), RC_EXISTS);
	assert_int_equal(
	        add(&t, (struct words){ "JKK_JKM", "OTHER", "no", "2026-12", "2027-01", "1" }),
	        RC_EXISTS);
	assert_int_equal(
	        add(&t, (struct words){ "JKK_JKM", "OTHER", "no", "2026-03", "2026-04", "1" }),
	        RC_EXISTS);
	assert_int_equal(
	        add(&t, (struct words){ "JKK_JKM", "OTHER", "no", "2026-03", "2026-03", "1" }),
	        RC_OK);
	assert_int_equal(
	        add(&t, (struct words){ "JKK_JKM", "OTHER", "no", "2027-01", "2027-02", "1" }),
	        RC_OK);
	assert_int_equal(
	        add(&t, (struct words){ "JKK_JKM", "OTHER", "yes", "2026-12", "2027-01", "1" }),
	        RC_OK);
}

static void full_table_is_refused(void **state)
{
	struct tariff t = { 0 };
	struct tariff_row r = { .package = "P", .amount = 1 };

	(void)state;
	for (int i = 0; i < TARIFF_ROWS_MAX; i++) {
		r.from = r.to = 24000 + i;
		assert_int_equal(tariff_add(&t, &r), RC_OK);
	}
	r.from = r.to = 12000;
	assert_int_equal(tariff_add(&t, &r), RC_LIMIT);
}

static void amount_beyond_any_sense_is_refused(void **state)
{
	struct tariff t = { 0 };
	rupiah_t got = 0;

	(void)state;
	assert_int_equal(
	        add(&t, (struct words){ "P", "ANY", "any", "2026-01", "", "1000000000000000" }),
	        RC_OK);
	assert_int_equal(
	        tariff_sum(&t, "P", TARIFF_OTHER, false, month("2026-01"), 2, 1, &got), RC_LIMIT);
	assert_int_equal(
	        tariff_sum(&t, "P", TARIFF_OTHER, false, month("2026-01"), 1, 2, &got), RC_LIMIT);
	assert_int_equal(
	        tariff_sum(&t, "P", TARIFF_OTHER, false, month("2026-01"), 1, 1, &got), RC_OK);
}

static void bad_words_name_the_field(void **state)
{
	static const struct {
		struct words w;
		const char *why;
	} cases[] = {
		{ { "", "ANY", "any", "2026-01", "", "1" }, "package" },
		{ { "A_NAME_OF_16_XXX", "ANY", "any", "2026-01", "", "1" }, "package" },
		{ { "P", "any", "any", "2026-01", "", "1" }, "sector" },
		{ { "P", "ANY", "maybe", "2026-01", "", "1" }, "public_budget" },
		{ { "P", "ANY", "any", "2026-13", "", "1" }, "from_month" },
		{ { "P", "ANY", "any", "2026-02", "2026-01", "1" }, "to_month" },
		{ { "P", "ANY", "any", "2026-02", "x", "1" }, "to_month" },
		{ { "P", "ANY", "any", "2026-02", "", "0" }, "amount" },
		{ { "P", "ANY", "any", "2026-02", "", "" }, "amount" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct words *w = &cases[i].w;
		struct tariff_row r;
		const char *why = "";

		assert_int_equal(tariff_row_parse(&r, w->package, w->sector, w->budget, w->from,
		                         w->to, w->amount, &why),
		        RC_INVALID);
		assert_string_equal(why, cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rate_follows_month_sector_and_budget),
		cmocka_unit_test(month_before_the_table_has_no_rate),
		cmocka_unit_test(order_of_rows_does_not_decide),
		cmocka_unit_test(sum_goes_month_by_month_across_a_change),
		cmocka_unit_test(rows_that_would_be_ambiguous_are_refused),
		cmocka_unit_test(full_table_is_refused),
		cmocka_unit_test(amount_beyond_any_sense_is_refused),
		cmocka_unit_test(bad_words_name_the_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
