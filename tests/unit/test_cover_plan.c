/* The figures are those the programmes published. */
#include "cover_draw.h"
#include <payung/cover_plan.h>

static const struct tariff_choices usual = TARIFF_CHOICES_DEFAULT;

static int fill(void **state)
{
	static const char *const rows[][6] = {
		{ "JKK_JKM", "ANY", "any", "2015-07", "", "16800" },
		{ "JKK_JKM", "TRANSPORT", "no", "2026-01", "2027-03", "8400" },
		{ "JKK_JKM", "OTHER", "no", "2026-04", "2026-12", "8400" },
		{ "JHT", "ANY", "any", "2015-07", "", "20000" },
	};
	static struct tariff t;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tariff_row r;
		const char *why, *const *w = rows[i];

		if (tariff_row_parse(&r, w[0], w[1], w[2], w[3], w[4], w[5], &why) != RC_OK ||
		        tariff_add(&t, &r) != RC_OK)
			return -1;
	}
	*state = &t;
	return 0;
}

static void public_money_gets_no_discount_and_the_rest_is_chosen(void **state)
{
	static const struct tariff_choices none = { 0 };
	static const struct tariff_choices all = { true, true, true, false };
	static const struct {
		enum tariff_money money;
		rupiah_t usual, none, all;
	} cases[] = {
		{ MONEY_SELF, 8400, 8400, 8400 },
		{ MONEY_CIVIL_SERVANT, 8400, 16800, 8400 },
		{ MONEY_CSR, 8400, 16800, 8400 },
		{ MONEY_LOCAL_BUDGET, 16800, 16800, 16800 },
		{ MONEY_STATE_BUDGET, 16800, 16800, 16800 },
		{ MONEY_TOBACCO_EXCISE, 16800, 16800, 8400 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct tariff_choices *choice[] = { &usual, &none, &all };
		rupiah_t want[] = { cases[i].usual, cases[i].none, cases[i].all };

		for (int k = 0; k < 3; k++) {
			rupiah_t got = 0;

			assert_int_equal(tariff_due(*state, choice[k], cases[i].money, TARIFF_OTHER,
			                         month("2026-06"), &got),
			        RC_OK);
			assert_int_equal(got, want[k]);
		}
	}
}

static void old_age_savings_come_on_top(void **state)
{
	struct tariff_choices c = usual;
	struct tariff broken = { 0 };
	struct tariff_row r = { "JKK_JKM", TARIFF_ANY, TARIFF_BUDGET_ANY, 24000, 0, RUPIAH_MAX };
	rupiah_t got = 0;

	c.old_age_savings = true;
	assert_int_equal(
	        tariff_due(*state, &c, MONEY_SELF, TARIFF_OTHER, month("2025-03"), &got), RC_OK);
	assert_int_equal(got, 36800);
	assert_int_equal(
	        tariff_due(*state, &c, MONEY_SELF, TARIFF_TRANSPORT, month("2026-03"), &got),
	        RC_OK);
	assert_int_equal(got, 28400);
	assert_int_equal(tariff_add(&broken, &r), RC_OK);
	assert_int_equal(tariff_due(&broken, &c, MONEY_SELF, TARIFF_OTHER, 24000, &got), RC_NOENT);
	strcpy(r.package, "JHT");
	assert_int_equal(tariff_add(&broken, &r), RC_OK);
	assert_int_equal(tariff_due(&broken, &c, MONEY_SELF, TARIFF_OTHER, 24000, &got), RC_LIMIT);
	assert_int_equal(got, 28400);
}

static void amounts_are_those_of_the_programmes(void **state)
{
	static const struct {
		enum tariff_money money;
		enum tariff_sector sector;
		int workers;
		const char *from;
		int months;
		rupiah_t want;
	} cases[] = {
		/* civil servants in Semarang, 2025: 3, 6 and 12 months for one worker */
		{ MONEY_CIVIL_SERVANT, TARIFF_OTHER, 1, "2025-04", 3, 50400 },
		{ MONEY_CIVIL_SERVANT, TARIFF_OTHER, 1, "2025-04", 6, 100800 },
		{ MONEY_CIVIL_SERVANT, TARIFF_OTHER, 1, "2025-01", 12, 201600 },
		{ MONEY_CIVIL_SERVANT, TARIFF_OTHER, 3, "2025-04", 3, 151200 },
		/* the same money as 3 months, at half rate */
		{ MONEY_CIVIL_SERVANT, TARIFF_OTHER, 1, "2026-04", 6, 50400 },
		{ MONEY_CIVIL_SERVANT, TARIFF_OTHER, 1, "2026-01", 12, 3 * 16800 + 9 * 8400 },
		{ MONEY_SELF, TARIFF_TRANSPORT, 1, "2026-01", 1, 8400 },
		{ MONEY_SELF, TARIFF_TRANSPORT, 1, "2026-01", 12, 100800 },
		/* Demak's local budget, 10.000 and then 22.000 workers */
		{ MONEY_LOCAL_BUDGET, TARIFF_OTHER, 10000, "2024-01", 12, INT64_C(2016000000) },
		{ MONEY_LOCAL_BUDGET, TARIFF_OTHER, 10000, "2026-01", 12, INT64_C(2016000000) },
		{ MONEY_TOBACCO_EXCISE, TARIFF_OTHER, 22000, "2026-01", 12, INT64_C(4435200000) },
		/* a bank's 12.000 in Pasuruan, Pekalongan's 423 of 500 */
		{ MONEY_CSR, TARIFF_OTHER, 12000, "2022-12", 1, 201600000 },
		{ MONEY_LOCAL_BUDGET, TARIFF_OTHER, 423, "2023-10", 3, 423 * 50400 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		month_t from = month(cases[i].from), to = from + cases[i].months - 1;
		struct plan_place place = { cases[i].sector, from, to, cases[i].workers };
		rupiah_t got = 0;
		int64_t months = 0;

		assert_int_equal(plan_expected(*state, &usual, cases[i].money, &place, 1, from, to,
		                         &got, &months),
		        RC_OK);
		assert_int_equal(got, cases[i].want);
		assert_int_equal(months, (int64_t)cases[i].workers * cases[i].months);
	}
}

static void each_worker_counts_for_the_own_months_and_sector(void **state)
{
	struct plan_place places[] = {
		{ TARIFF_OTHER, month("2026-01"), month("2026-12"), 1 },
		{ TARIFF_TRANSPORT, month("2026-01"), month("2026-12"), 1 },
		{ TARIFF_OTHER, month("2026-03"), month("2026-04"), 2 },
		{ TARIFF_OTHER, month("2026-07"), month("2026-12"), 9 },
		{ TARIFF_OTHER, month("2026-03"), month("2026-02"), 5 },
		{ TARIFF_OTHER, month("2025-01"), month("2026-01"), 0 },
	};
	rupiah_t got = 0;

	assert_int_equal(plan_expected(*state, &usual, MONEY_CSR, places, 6, month("2026-01"),
	                         month("2026-06"), &got, NULL),
	        RC_OK);
	assert_int_equal(got, (3 * 16800 + 3 * 8400) + 6 * 8400 + 2 * (16800 + 8400));
}

static void impossible_amounts_are_refused(void **state)
{
	struct plan_place p = { TARIFF_OTHER, month("2026-01"), month("2026-12"), -1 };
	rupiah_t got = 7;
	const month_t from = month("2026-01");

	assert_int_equal(plan_expected(*state, &usual, MONEY_CSR, &p, 1, from, from, &got, NULL),
	        RC_INVALID);
	p.workers = 1;
	assert_int_equal(plan_expected(*state, &usual, MONEY_CSR, &p, 1, from,
	                         from + PLAN_MONTHS_MAX, &got, NULL),
	        RC_LIMIT);
	p.from = p.to = month("2015-06");
	assert_int_equal(plan_expected(*state, &usual, MONEY_CSR, &p, 1, p.from, p.to, &got, NULL),
	        RC_NOENT);
	p = (struct plan_place){ TARIFF_OTHER, from, from + 99, 2000000000 };
	assert_int_equal(
	        plan_expected(*state, &usual, MONEY_CSR, &p, 1, from, p.to, &got, NULL), RC_LIMIT);
	assert_int_equal(got, 7);
}

static void largest_amount_is_an_amount(void **state)
{
	struct tariff t = { 0 };
	struct tariff_row r = { "JKK_JKM", TARIFF_ANY, TARIFF_BUDGET_ANY, 24000, 0, RUPIAH_MAX };
	struct plan_place p = { TARIFF_OTHER, 24000, 24000, 1 };
	rupiah_t got = 0;

	(void)state;
	assert_int_equal(tariff_add(&t, &r), RC_OK);
	assert_int_equal(
	        plan_expected(&t, &usual, MONEY_CSR, &p, 1, 24000, 24000, &got, NULL), RC_OK);
	assert_int_equal(got, RUPIAH_MAX);
	p.to = 24001;
	assert_int_equal(
	        plan_expected(&t, &usual, MONEY_CSR, &p, 1, 24000, 24001, &got, NULL), RC_LIMIT);
}

static void instalments_fill_the_term(void **state)
{
	static const struct {
		const char *start;
		int months, instalment, due_day;
		size_t n;
		const char *first_due, *last_from, *last_to, *last_due;
	} cases[] = {
		{ "2025-04", 12, 3, 20, 4, "2025-03-20", "2026-01", "2026-03", "2025-12-20" },
		{ "2025-04", 12, 6, 20, 2, "2025-03-20", "2025-10", "2026-03", "2025-09-20" },
		{ "2025-01", 12, 12, 31, 1, "2024-12-31", "2025-01", "2025-12", "2024-12-31" },
		{ "2025-03", 12, 1, 31, 12, "2025-02-28", "2026-02", "2026-02", "2026-01-31" },
		{ "2024-03", 5, 3, 31, 2, "2024-02-29", "2024-06", "2024-07", "2024-05-31" },
		{ "2025-01", PLAN_MONTHS_MAX, 12, 1, 10, "2024-12-01", "2034-01", "2034-12",
		        "2033-12-01" },
		{ "2025-04", 1, 12, 1, 1, "2025-03-01", "2025-04", "2025-04", "2025-03-01" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct plan_terms t = { month(cases[i].start), cases[i].months,
			cases[i].instalment };
		struct plan_instalment out[PLAN_MONTHS_MAX];
		size_t n = 0;
		month_t next = t.start;

		assert_int_equal(
		        plan_instalments(&t, cases[i].due_day, out, cases[i].n, &n), RC_OK);
		assert_int_equal(n, cases[i].n);
		assert_int_equal(date_days(out[0].due), date_days(day(cases[i].first_due)));
		assert_int_equal(date_days(out[n - 1].due), date_days(day(cases[i].last_due)));
		assert_int_equal(out[n - 1].from, month(cases[i].last_from));
		assert_int_equal(out[n - 1].to, month(cases[i].last_to));
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(out[k].number, (int)k + 1);
			assert_int_equal(out[k].from, next);
			assert_true(month_of(out[k].due) == out[k].from - 1);
			next = out[k].to + 1;
		}
		assert_int_equal(next, t.start + t.months);
		assert_int_equal(plan_instalments(&t, cases[i].due_day, out, n - 1, &n), RC_LIMIT);
	}
}

static void terms_that_make_no_plan_are_refused(void **state)
{
	static const struct {
		struct plan_terms t;
		int due_day;
	} cases[] = {
		{ { 24300, 12, 2 }, 20 },
		{ { 24300, 12, 0 }, 20 },
		{ { 24300, 0, 3 }, 20 },
		{ { 24300, PLAN_MONTHS_MAX + 1, 3 }, 20 },
		{ { 0, 12, 3 }, 20 },
		{ { 24300, 12, 3 }, 0 },
		{ { 24300, 12, 3 }, 32 },
	};
	struct plan_instalment out[PLAN_MONTHS_MAX];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		        plan_instalments(&cases[i].t, cases[i].due_day, out, PLAN_MONTHS_MAX, &n),
		        RC_INVALID);
}

/* What the instalments bring in all is what the whole term costs, whoever has a place when. */
static void instalments_add_up_to_the_term(void **state)
{
	static const int sizes[] = { 1, 3, 6, 12 };

	for (int round = 0; round < 3000; round++) {
		struct plan_terms t = { month("2025-06") + draw(18), 1 + draw(24), sizes[draw(4)] };
		struct plan_instalment out[PLAN_MONTHS_MAX];
		struct plan_place places[6];
		enum tariff_money money = (enum tariff_money)draw(MONEYS);
		rupiah_t sum = 0, part, whole = -1;
		int64_t sum_months = 0, months;
		size_t n, count = (size_t)draw(7);

		for (size_t i = 0; i < count; i++) {
			places[i].sector = draw(2) ? TARIFF_OTHER : TARIFF_TRANSPORT;
			places[i].from = t.start - 2 + draw(t.months + 4);
			places[i].to = places[i].from + draw(t.months + 4) - 1;
			places[i].workers = draw(50);
		}
		assert_int_equal(
		        plan_instalments(&t, 1 + draw(31), out, PLAN_MONTHS_MAX, &n), RC_OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(plan_expected(*state, &usual, money, places, count,
			                         out[i].from, out[i].to, &part, &months),
			        RC_OK);
			sum += part;
			sum_months += months;
		}
		shuffle(places, count, sizeof *places);
		assert_int_equal(plan_expected(*state, &usual, money, places, count, t.start,
		                         t.start + t.months - 1, &whole, &months),
		        RC_OK);
		assert_int_equal(sum, whole);
		assert_int_equal(sum_months, months);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_money_gets_no_discount_and_the_rest_is_chosen),
		cmocka_unit_test(old_age_savings_come_on_top),
		cmocka_unit_test(amounts_are_those_of_the_programmes),
		cmocka_unit_test(each_worker_counts_for_the_own_months_and_sector),
		cmocka_unit_test(impossible_amounts_are_refused),
		cmocka_unit_test(largest_amount_is_an_amount),
		cmocka_unit_test(instalments_fill_the_term),
		cmocka_unit_test(terms_that_make_no_plan_are_refused),
		cmocka_unit_test(instalments_add_up_to_the_term),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
