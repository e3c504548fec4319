#include "cover_draw.h"
#include <payung/cover_issue.h>
#include <payung/cover_quota.h>

static const struct issue_rules rules = ISSUE_RULES_DEFAULT;
static const struct coverage_rules cover = COVERAGE_RULES_DEFAULT;

/* ---- places ---- */
static void released_places_go_to_who_waited_longest(void **state)
{
	struct waiting w[] = {
		{ 1, 50, 4, true },
		{ 2, 60, 1, false },
		{ 3, 40, 3, true },
		{ 4, 30, 3, true },
		{ 5, 30, 3, true },
		{ 6, 90, 2, true },
		{ 7, 10, 9, false },
	};
	static const int64_t order[] = { 6, 4, 5, 3, 1, 2, 7 };

	(void)state;
	for (int round = 0; round < 1000; round++) {
		int places = draw(9);

		shuffle(w, 7, sizeof *w);
		assert_int_equal(quota_release(w, 7, places), places < 5 ? places : 5);
		for (size_t i = 0; i < 7; i++)
			assert_int_equal(w[i].registration, order[i]);
	}
	assert_int_equal(quota_release(w, 7, -3), 0);
	assert_int_equal(quota_release(NULL, 0, 3), 0);
}

static void allocation_takes_a_place_while_it_lives(void **state)
{
	static const bool takes[ALLOCATIONS] = { false, true, true, true, false, false };
	static const char *const names[ALLOCATIONS] = { "proposed", "reserved", "funded",
		"confirmed", "ended", "released" };
	/* rows: from; columns: to, in the order of the states */
	static const char *const may[ALLOCATIONS] = { ".y...y", "..yyyy", ".y.yyy", ".yy.yy",
		"......", "......" };

	(void)state;
	for (int from = 0; from < ALLOCATIONS; from++) {
		assert_string_equal(allocation_name((enum allocation)from), names[from]);
		assert_int_equal(allocation_takes_place((enum allocation)from), takes[from]);
		for (int to = 0; to < ALLOCATIONS; to++)
			assert_int_equal(
			        allocation_may_become((enum allocation)from, (enum allocation)to),
			        may[from][to] == 'y');
	}
}

/* ---- issues ---- */
static void kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(issue_name(ISSUE_DUP_FUNDING), "DUP_FUNDING");
	assert_string_equal(issue_name(ISSUE_RENEWAL_RISK), "RENEWAL_RISK");
	assert_string_equal(issue_name(ISSUES), "");
	for (int i = 0; i < ISSUES; i++)
		assert_int_equal(issue_parse(issue_name((enum issue_kind)i)), i);
	assert_int_equal(issue_parse("AMBIGUOU"), -1);
	assert_int_equal(issue_parse(""), -1);
}

static void two_pledges_for_one_month(void **state)
{
	struct funding_claim c[] = { { 1, 10, 5, 5 }, { 2, 10, 6, 6 }, { 3, 11, 7, 7 } };

	(void)state;
	assert_false(issue_dup_funding(c, 0));
	assert_false(issue_dup_funding(c, 2));
	assert_true(issue_dup_funding(c, 3));
}

static void paid_but_unknown_to_the_insurer(void **state)
{
	(void)state;
	assert_false(issue_remittance_gap(&rules, EVIDENCE_BANK, 100, 113));
	assert_true(issue_remittance_gap(&rules, EVIDENCE_BANK, 100, 114));
	assert_true(issue_remittance_gap(&rules, EVIDENCE_SPONSOR_REPORT, 100, 500));
	assert_false(issue_remittance_gap(&rules, EVIDENCE_INSURER_CONFIRMED, 100, 500));
	assert_false(issue_remittance_gap(&rules, EVIDENCE_NONE, 100, 500));
}

static void money_after_the_end(void **state)
{
	const int64_t last_day = date_days(day("2026-06-30"));

	(void)state;
	assert_false(issue_late_donor_funds(&cover, month("2026-03"), last_day));
	assert_true(issue_late_donor_funds(&cover, month("2026-03"), last_day + 1));
	assert_false(issue_late_donor_funds(&cover, 0, last_day + 1));
}

static void insurer_and_matching_speak(void **state)
{
	(void)state;
	assert_true(issue_pu_member(SEGMENT_WAGE_WORKER));
	assert_false(issue_pu_member(SEGMENT_SELF_EMPLOYED));
	assert_false(issue_pu_member(SEGMENT_UNKNOWN));
	for (int o = 0; o < MATCH_OUTCOMES; o++)
		assert_int_equal(issue_ambiguous((enum match_outcome)o),
		        o == MATCH_AMBIGUOUS || o == MATCH_UNMATCHED);
}

static void public_budgets_end_with_the_year(void **state)
{
	static const struct {
		bool public_budget;
		const char *last;
		bool renewed;
		const char *today;
		bool want;
	} cases[] = {
		{ true, "2026-12", false, "2026-09-30", false },
		{ true, "2026-12", false, "2026-10-01", true },
		{ true, "2026-12", false, "2027-01-15", true },
		{ true, "2026-12", false, "2027-03-31", true },
		{ true, "2026-12", false, "2027-04-01", false },
		{ true, "2026-12", true, "2026-11-01", false },
		{ false, "2026-12", false, "2026-11-01", false },
		{ true, "2026-11", false, "2026-11-01", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
		        issue_renewal_risk(&cover, cases[i].public_budget, month(cases[i].last),
		                cases[i].renewed, day(cases[i].today)),
		        cases[i].want);
}

static void birth_and_sex_are_held_against_the_nik(void **state)
{
	const struct nik_facts nik = { .born = { 1990, 7, 1 }, .sex = NIK_FEMALE };
	const struct date untold = { 0 };

	(void)state;
	assert_false(issue_nik_doubt(&nik, untold, -1));
	assert_false(issue_nik_doubt(&nik, day("1990-07-01"), NIK_FEMALE));
	assert_true(issue_nik_doubt(&nik, day("1990-01-07"), NIK_FEMALE));
	assert_true(issue_nik_doubt(&nik, untold, NIK_MALE));
}

static void names_are_warned_of_or_held(void **state)
{
	(void)state;
	assert_int_equal(issue_name_doubt(&rules, 1000), NAME_DOUBT_NONE);
	assert_int_equal(issue_name_doubt(&rules, 999), NAME_DOUBT_ALIKE);
	assert_int_equal(issue_name_doubt(&rules, 850), NAME_DOUBT_ALIKE);
	assert_int_equal(issue_name_doubt(&rules, 849), NAME_DOUBT_HOLD);
	assert_int_equal(issue_name_doubt(&rules, 0), NAME_DOUBT_HOLD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(released_places_go_to_who_waited_longest),
		cmocka_unit_test(allocation_takes_a_place_while_it_lives),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(two_pledges_for_one_month),
		cmocka_unit_test(paid_but_unknown_to_the_insurer),
		cmocka_unit_test(money_after_the_end),
		cmocka_unit_test(insurer_and_matching_speak),
		cmocka_unit_test(public_budgets_end_with_the_year),
		cmocka_unit_test(birth_and_sex_are_held_against_the_nik),
		cmocka_unit_test(names_are_warned_of_or_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
