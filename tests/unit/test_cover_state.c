#include "cover_draw.h"
#include <payung/cover_eligible.h>
#include <payung/cover_state.h>

static const struct coverage_rules rules = COVERAGE_RULES_DEFAULT;

#define MONTHS_MAX 24

/* Months from..to with the same evidence. */
struct run {
	const char *from, *to;
	enum evidence evidence;
	const char *source;
};

static size_t fill(struct coverage_month out[MONTHS_MAX], const struct run *runs, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n && runs[i].from; i++)
		for (month_t m = month(runs[i].from); m <= month(runs[i].to); m++) {
			assert_true(k < MONTHS_MAX);
			out[k++] =
			        (struct coverage_month){ m, runs[i].evidence, day(runs[i].source) };
		}
	return k;
}

static struct coverage at(const struct coverage_rules *r, const struct run *runs,
        const char *registered, const char *d)
{
	struct coverage_month months[MONTHS_MAX];
	struct coverage_facts f = { .month = months, .registered = day(registered) };

	f.n = fill(months, runs, 3);
	return coverage_at(r, &f, day(d));
}

static void assert_day(struct date got, const char *want)
{
	char text[16];

	date_format_iso(got, text);
	assert_string_equal(text, want ? want : "0000-00-00");
}

#define INSURER EVIDENCE_INSURER_CONFIRMED

static void state_follows_the_months_and_the_day(void **state)
{
	static const struct run year[3] = { { "2026-01", "2026-12", INSURER, "2026-01-10" } };
	static const struct run quarter[3] = { { "2026-01", "2026-03", INSURER, "2026-01-10" } };
	static const struct run none[3] = { { 0 } };
	static const struct run report[3] = { { "2026-02", "2026-04", EVIDENCE_SPONSOR_REPORT,
		"2026-02-03" } };
	static const struct run bank[3] = { { "2026-02", "2026-04", EVIDENCE_BANK, "2026-02-03" } };
	static const struct run later[3] = { { "2026-01", "2026-03", INSURER, "2026-01-10" },
		{ "2026-09", "2026-12", INSURER, "2026-08-20" } };
	static const struct run gap[3] = { { "2026-01", "2026-01", INSURER, "2026-01-10" },
		{ "2026-03", "2026-06", INSURER, "2026-02-20" } };
	static const struct {
		const struct run *runs;
		const char *registered, *at;
		enum coverage_state want;
		const char *until, *since, *limit;
	} cases[] = {
		{ none, NULL, "2026-02-01", COVERAGE_NOT_COVERED, NULL, NULL, NULL },
		{ none, "2026-02-01", "2026-02-01", COVERAGE_PENDING, NULL, NULL, NULL },
		{ none, "2026-02-02", "2026-02-01", COVERAGE_NOT_COVERED, NULL, NULL, NULL },
		{ report, NULL, "2026-02-10", COVERAGE_PENDING, NULL, NULL, NULL },
		{ report, NULL, "2026-04-30", COVERAGE_PENDING, NULL, NULL, NULL },
		{ report, NULL, "2026-05-01", COVERAGE_NOT_COVERED, NULL, NULL, NULL },
		{ report, NULL, "2026-02-02", COVERAGE_NOT_COVERED, NULL, NULL, NULL },
		{ bank, NULL, "2026-02-10", COVERAGE_PENDING, NULL, NULL, NULL },
		{ year, NULL, "2026-01-09", COVERAGE_NOT_COVERED, NULL, NULL, NULL },
		{ year, NULL, "2026-01-10", COVERAGE_ACTIVE, "2026-12-31", NULL, NULL },
		{ year, NULL, "2026-11-30", COVERAGE_ACTIVE, "2026-12-31", NULL, NULL },
		{ year, NULL, "2026-12-01", COVERAGE_EXPIRING, "2026-12-31", NULL, NULL },
		{ year, NULL, "2026-12-31", COVERAGE_EXPIRING, "2026-12-31", NULL, NULL },
		{ year, NULL, "2027-01-01", COVERAGE_IN_ARREARS, "2026-12-31", "2027-01-01",
		        "2027-03-31" },
		{ quarter, NULL, "2026-06-30", COVERAGE_IN_ARREARS, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ quarter, NULL, "2026-07-01", COVERAGE_ENDED, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ quarter, "2026-01-02", "2026-07-01", COVERAGE_ENDED, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ quarter, "2026-06-30", "2026-07-01", COVERAGE_ENDED, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ quarter, "2026-07-05", "2026-07-06", COVERAGE_PENDING, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ later, NULL, "2026-08-21", COVERAGE_PENDING, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ later, NULL, "2026-08-19", COVERAGE_ENDED, "2026-03-31", "2026-04-01",
		        "2026-06-30" },
		{ later, NULL, "2026-09-01", COVERAGE_ACTIVE, "2026-12-31", NULL, NULL },
		{ gap, NULL, "2026-01-31", COVERAGE_EXPIRING, "2026-01-31", NULL, NULL },
		{ gap, NULL, "2026-02-28", COVERAGE_IN_ARREARS, "2026-01-31", "2026-02-01",
		        "2026-04-30" },
		{ gap, NULL, "2026-03-01", COVERAGE_ACTIVE, "2026-06-30", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct coverage c = at(&rules, cases[i].runs, cases[i].registered, cases[i].at);

		assert_string_equal(coverage_name(c.state), coverage_name(cases[i].want));
		assert_day(c.until, cases[i].until);
		assert_day(c.since, cases[i].since);
		assert_day(c.limit, cases[i].limit);
	}
}

static void bank_proves_only_where_the_operator_says_so(void **state)
{
	static const struct run bank[3] = { { "2026-02", "2026-04", EVIDENCE_BANK, "2026-02-03" } };
	static const struct run report[3] = { { "2026-02", "2026-04", EVIDENCE_SPONSOR_REPORT,
		"2026-02-03" } };
	struct coverage_rules lenient = rules;

	(void)state;
	lenient.bank_counts = true;
	assert_int_equal(at(&rules, bank, NULL, "2026-02-10").state, COVERAGE_PENDING);
	assert_int_equal(at(&rules, bank, NULL, "2026-02-10").now, EVIDENCE_BANK);
	assert_int_equal(at(&lenient, bank, NULL, "2026-02-10").state, COVERAGE_ACTIVE);
	assert_int_equal(at(&lenient, report, NULL, "2026-02-10").state, COVERAGE_PENDING);
	assert_int_equal(at(&lenient, report, NULL, "2026-02-10").now, EVIDENCE_SPONSOR_REPORT);
	assert_int_equal(at(&rules, report, NULL, "2026-02-02").now, EVIDENCE_NONE);
	assert_int_equal(at(&rules, bank, NULL, "2026-05-01").now, EVIDENCE_NONE);
}

static void recorded_is_the_newest_evidence_behind_the_promise(void **state)
{
	static const struct run runs[3] = { { "2026-01", "2026-03", INSURER, "2026-01-10" },
		{ "2026-04", "2026-06", INSURER, "2026-03-28" },
		{ "2026-08", "2026-12", INSURER, "2026-04-02" } };

	(void)state;
	assert_day(at(&rules, runs, NULL, "2026-03-20").recorded, "2026-01-10");
	assert_day(at(&rules, runs, NULL, "2026-03-28").recorded, "2026-03-28");
	assert_day(at(&rules, runs, NULL, "2026-04-03").recorded, "2026-03-28");
	assert_day(at(&rules, runs, NULL, "2026-07-03").recorded, "2026-03-28");
}

static void membership_counts_anew_after_more_than_three_months(void **state)
{
	static const struct run three[3] = { { "2026-01", "2026-01", INSURER, "2026-01-10" },
		{ "2026-05", "2026-08", INSURER, "2026-01-10" } };
	static const struct run four[3] = { { "2026-01", "2026-01", INSURER, "2026-01-10" },
		{ "2026-06", "2026-08", INSURER, "2026-01-10" } };

	(void)state;
	assert_int_equal(at(&rules, three, NULL, "2026-08-01").member_from, month("2026-01"));
	assert_int_equal(at(&rules, four, NULL, "2026-08-01").member_from, month("2026-06"));
	assert_int_equal(at(&rules, four, NULL, "2026-09-01").member_from, month("2026-06"));
	assert_int_equal(at(&rules, four, NULL, "2026-12-01").member_from, 0);
}

static void death_ends_everything_from_its_day(void **state)
{
	struct coverage_month m = { month("2026-05"), INSURER, day("2026-04-20") };
	struct coverage_facts f = { &m, 1, day("2026-04-01"), day("2026-05-10") };

	(void)state;
	assert_int_equal(coverage_at(&rules, &f, day("2026-05-09")).state, COVERAGE_EXPIRING);
	assert_int_equal(coverage_at(&rules, &f, day("2026-05-10")).state, COVERAGE_DECEASED);
	assert_int_equal(coverage_at(&rules, &f, day("2026-08-10")).state, COVERAGE_DECEASED);
}

static bool same(const struct coverage *a, const struct coverage *b)
{
	return a->state == b->state && date_days(a->until) == date_days(b->until) &&
	       date_days(a->since) == date_days(b->since) &&
	       date_days(a->limit) == date_days(b->limit) &&
	       date_days(a->recorded) == date_days(b->recorded) &&
	       a->member_from == b->member_from && a->now == b->now;
}

static bool proven_on(const struct coverage_facts *f, struct date d)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->month[i].month == month_of(d) && f->month[i].evidence == INSURER &&
		        date_days(f->month[i].source) <= date_days(d))
			return true;
	return false;
}

/* Active if and only if the insurer confirmed this month by that day; every day up to `until` would
 * be active too; the order of the rows says nothing. */
static void active_needs_proof_whatever_the_order(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct coverage_month m[12];
		struct coverage_facts f = { m, (size_t)draw(13), { 0 }, { 0 } };
		struct date d = date_from_days(date_days(day("2026-01-01")) + draw(700));

		for (size_t i = 0; i < f.n; i++)
			m[i] = (struct coverage_month){ month("2026-01") + draw(18),
				(enum evidence)draw(EVIDENCES),
				date_from_days(date_days(day("2025-12-01")) + draw(500)) };
		struct coverage c = coverage_at(&rules, &f, d);
		bool active = c.state == COVERAGE_ACTIVE || c.state == COVERAGE_EXPIRING;

		assert_true(active == proven_on(&f, d));
		if (active)
			for (month_t k = month_of(d); k <= month_of(c.until); k++)
				assert_true(proven_on(&f, k == month_of(d) ? d : month_last(k)));
		if (c.state == COVERAGE_IN_ARREARS)
			assert_true(date_days(d) >= date_days(c.since) &&
			            date_days(d) <= date_days(c.limit));
		shuffle(m, f.n, sizeof *m);
		struct coverage again = coverage_at(&rules, &f, d);

		assert_true(same(&c, &again));
	}
}

static void earliest_confirmed_pays_else_earliest_paid(void **state)
{
	struct funding_claim c[] = {
		{ 1, 10, FUNDING_DAY_UNKNOWN, 100 },
		{ 2, 11, FUNDING_DAY_UNKNOWN, 90 },
		{ 3, 12, FUNDING_DAY_UNKNOWN, FUNDING_DAY_UNKNOWN },
		{ 4, 13, 300, 200 },
		{ 5, 14, 299, 250 },
		{ 6, 15, 299, 250 },
	};

	(void)state;
	assert_int_equal(funding_winner(c, 1), 0);
	assert_int_equal(funding_winner(c, 3), 1);
	assert_int_equal(funding_winner(c, 4), 3);
	assert_int_equal(funding_winner(c, 6), 4);
	for (int round = 0; round < 2000; round++) {
		shuffle(c, 6, sizeof *c);
		assert_int_equal(c[funding_winner(c, 6)].id, 5);
	}
}

static void who_may_join(void **state)
{
	static const struct eligible_rules r = ELIGIBLE_RULES_DEFAULT;
	static const struct {
		const char *born, *at;
		enum coverage_state standing;
		bool was_member, works;
		enum eligible want;
	} cases[] = {
		{ "1961-03-15", "2026-03-14", COVERAGE_NOT_COVERED, false, true, ELIGIBLE_NEW },
		{ "1961-03-15", "2026-03-15", COVERAGE_NOT_COVERED, false, true, ELIGIBLE_TOO_OLD },
		{ "1961-03-15", "2026-03-15", COVERAGE_PENDING, false, true, ELIGIBLE_TOO_OLD },
		{ "1961-03-15", "2026-03-15", COVERAGE_ACTIVE, true, false, ELIGIBLE_CONTINUES },
		{ "1961-03-15", "2026-03-15", COVERAGE_EXPIRING, true, true, ELIGIBLE_CONTINUES },
		{ "1961-03-15", "2026-03-15", COVERAGE_IN_ARREARS, true, true, ELIGIBLE_CONTINUES },
		{ "1961-03-15", "2026-03-15", COVERAGE_ENDED, true, true, ELIGIBLE_TOO_OLD },
		{ "1961-03-16", "2026-03-15", COVERAGE_ENDED, true, true, ELIGIBLE_REJOINS },
		{ "1961-03-16", "2026-03-15", COVERAGE_ENDED, true, false, ELIGIBLE_NOT_WORKING },
		{ "1961-03-16", "2026-03-15", COVERAGE_PENDING, true, true, ELIGIBLE_REJOINS },
		{ "2009-03-16", "2026-03-15", COVERAGE_NOT_COVERED, false, true,
		        ELIGIBLE_TOO_YOUNG },
		{ "2009-03-15", "2026-03-15", COVERAGE_NOT_COVERED, false, true, ELIGIBLE_NEW },
		{ "1990-01-01", "2026-03-15", COVERAGE_NOT_COVERED, false, false,
		        ELIGIBLE_NOT_WORKING },
		{ "1990-01-01", "2026-03-15", COVERAGE_DECEASED, true, true, ELIGIBLE_DECEASED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct eligible_person p = { day(cases[i].born), cases[i].standing,
			cases[i].was_member, cases[i].works };
		enum eligible got = eligible_check(&r, &p, day(cases[i].at));

		assert_string_equal(eligible_name(got), eligible_name(cases[i].want));
		assert_int_equal(eligible_yes(got), got == ELIGIBLE_NEW ||
		                                            got == ELIGIBLE_CONTINUES ||
		                                            got == ELIGIBLE_REJOINS);
	}
}

static void last_day_to_join_is_the_last(void **state)
{
	static const struct eligible_rules r = ELIGIBLE_RULES_DEFAULT;
	int64_t from = date_days(day("1950-01-01"));

	(void)state;
	for (int i = 0; i < 366 * 8; i++) {
		struct eligible_person p = { .born = date_from_days(from + i),
			.still_works = true };
		struct date last = eligible_last_day(&r, p.born);

		assert_int_equal(eligible_check(&r, &p, last), ELIGIBLE_NEW);
		assert_int_equal(eligible_check(&r, &p, date_from_days(date_days(last) + 1)),
		        ELIGIBLE_TOO_OLD);
	}
	assert_day(eligible_last_day(&r, day("1960-02-29")), "2025-02-28");
}

static void names_are_the_stores_words(void **state)
{
	(void)state;
	assert_string_equal(evidence_name(EVIDENCE_NONE), "none");
	assert_string_equal(evidence_name(EVIDENCE_SPONSOR_REPORT), "sponsor_report");
	assert_string_equal(evidence_name(EVIDENCE_BANK), "bank");
	assert_string_equal(evidence_name(INSURER), "insurer_confirmed");
	assert_int_equal(INSURER, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_follows_the_months_and_the_day),
		cmocka_unit_test(bank_proves_only_where_the_operator_says_so),
		cmocka_unit_test(recorded_is_the_newest_evidence_behind_the_promise),
		cmocka_unit_test(membership_counts_anew_after_more_than_three_months),
		cmocka_unit_test(death_ends_everything_from_its_day),
		cmocka_unit_test(active_needs_proof_whatever_the_order),
		cmocka_unit_test(earliest_confirmed_pays_else_earliest_paid),
		cmocka_unit_test(who_may_join),
		cmocka_unit_test(last_day_to_join_is_the_last),
		cmocka_unit_test(names_are_the_stores_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
