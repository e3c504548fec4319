/* The job where things are not as they should be: two sponsors, doubts, deaths, silence, money that
 * goes back. */
#include "reconcile_fixture.h"
#include <payung/correct.h>

#define HALF 8400

/* The worker of registration n is registered for another pledge, too. Returns the registration. */
static int64_t also(struct desk *d, int64_t pledge, int n, int code)
{
	char nik[NIK_LEN + 8], words[16], ref[16], phone[24];

	snprintf(nik, sizeof nik, "3374%02d010180%04d", 1, n);
	snprintf(words, sizeof words, "%08d", code);
	snprintf(ref, sizeof ref, "T%05d", code);
	snprintf(phone, sizeof phone, "+62812%07d", n);
	must(store_begin(d->s));
	add_code(d->s, pledge, words, nik);
	must(use_code(d->s, words, ref, phone, NULL, false));
	must(store_commit(d->s));
	return ask_int(d->p, "SELECT max(id) FROM registration");
}

static void of_two_sponsors_the_earlier_money_pays(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t one = desk_pledge(&d, "AAAAA2", 1, 1, 1), two = desk_pledge(&d, "BBBBB3", 1, 2, 0);

	(void)also(&d, two, 1, 500);
	/* The later one is seen first. */
	(void)desk_paid(&d, DAY0 + 1, 3 * HALF, "AAAAA2", "1");
	desk_run(&d, DAY0 + 2);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, one), -3 * HALF);
	(void)desk_paid(&d, DAY0, 3 * HALF, "BBBBB3", "2");
	desk_run(&d, DAY0 + 3);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, one), 0);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, two), -3 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -3 * HALF);
	assert_int_equal(desk_issues(&d, ISSUE_DUP_FUNDING), 1);
	assert_int_equal(desk_texts(&d, "S08"), 1);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month"), 3);
	desk_close(&d);
}

static void a_confirmed_month_stays_with_who_paid_it(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t one = desk_pledge(&d, "AAAAA2", 1, 1, 1), two = desk_pledge(&d, "BBBBB3", 1, 2, 0);

	(void)also(&d, two, 1, 500);
	(void)desk_paid(&d, DAY0 + 1, 3 * HALF, "AAAAA2", "1");
	(void)desk_confirm(&d, DAY0 + 2, 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 2);
	(void)desk_paid(&d, DAY0, 3 * HALF, "BBBBB3", "2");
	desk_run(&d, DAY0 + 3);
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, one), -3 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 2), -3 * HALF);
	assert_int_equal(desk_issues(&d, ISSUE_DUP_FUNDING), 1);
	desk_close(&d);
}

static void another_name_is_held_until_an_officer_says_so(void **state)
{
	struct desk d;
	struct issue_row i;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");
	(void)desk_confirm_as(
	        &d, DAY0, 1, JULY, JULY + 2, "Sutarno Wibowo", "", SEGMENT_SELF_EMPLOYED);
	desk_run(&d, DAY0 + 1);
	assert_int_equal(
	        ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE confirmed_day > 0"), 0);
	assert_int_equal(desk_issues(&d, ISSUE_NAME_DOUBT), 1);
	assert_int_equal(desk_texts(&d, "W14"), 0);

	must(store_issue_find(d.s, ISSUE_NAME_DOUBT, "worker/1", &i));
	must(store_begin(d.s));
	must(store_issue_resolve(d.s, i.id, "budi", "same person, seen the card", false, T0));
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 2);
	assert_int_equal(
	        ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE confirmed_day > 0"), 3);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	desk_close(&d);
}

static void who_is_somebodys_employee_is_an_officers_business(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_confirm_as(&d, DAY0, 1, JULY, JULY, "Budi", "", SEGMENT_WAGE_WORKER);
	desk_run(&d, DAY0 + 1);
	assert_int_equal(desk_issues(&d, ISSUE_PU_MEMBER), 1);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month"), 0);
	desk_close(&d);
}

static void a_refused_worker_is_told_and_the_place_goes_on(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 2); /* the second one waits */

	(void)desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");
	desk_run(&d, DAY0 + 1);
	assert_int_equal(desk_state(&d, 2), ALLOCATION_PROPOSED);
	assert_int_equal(desk_texts(&d, "S14"), 1);
	(void)desk_confirm_as(&d, DAY0 + 1, 1, 1, 0, "Budi", "umur", SEGMENT_SELF_EMPLOYED);
	desk_run(&d, DAY0 + 2);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_RELEASED);
	assert_int_equal(desk_texts(&d, "W42"), 1);
	assert_int_equal(desk_texts(&d, "S12"), 1);
	/* Who waited has the place, hears of it, and the money that came back pays the months. */
	assert_int_equal(desk_state(&d, 2), ALLOCATION_FUNDED);
	assert_int_equal(desk_texts(&d, "W01"), 1);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -3 * HALF);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 2"), 3);
	desk_close(&d);
}

static void who_is_too_old_by_now_is_passed_over(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 3);
	desk_run(&d, DAY0 + 1);
	/* The NIKs say 1980; with this limit nobody may join any more. */
	d.rules.age.age_max_new = 40;
	must(store_begin(d.s));
	must(store_allocation_set(d.s, 1, ALLOCATION_RELEASED, T0));
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 2);
	assert_int_equal(desk_state(&d, 2), ALLOCATION_PROPOSED);
	d.rules.age.age_max_new = 64;
	desk_run(&d, DAY0 + 3);
	assert_int_equal(desk_state(&d, 2), ALLOCATION_RESERVED);
	assert_int_equal(desk_state(&d, 3), ALLOCATION_PROPOSED);
	desk_close(&d);
}

static void months_after_a_death_go_back(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);

	(void)desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");
	(void)desk_confirm(&d, DAY0 + 1, 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 1);
	must(store_begin(d.s));
	must(store_person_died(d.s, 1, DAY0 + 10));
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 12);
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -HALF); /* July was lived */
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -2 * HALF);
	desk_run(&d, DAY0 + 40); /* August: the place is free */
	assert_int_equal(desk_state(&d, 1), ALLOCATION_ENDED);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	desk_close(&d);
}

/* An officer takes a payment back and gives it to the same pledge again: the first confirmation was
 * not sent any more, so the sponsor hears it now. */
static void what_is_posted_again_is_confirmed_again(void **state)
{
	struct officer o = { .name = "sari", .note = "salah alamat", .now = T0, .day = DAY0 + 2 };
	struct unwound sum = { 0 };
	bool more = false;
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	int64_t id = desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");

	desk_run(&d, DAY0 + 1);
	assert_int_equal(desk_texts(&d, "S02"), 1);
	must(store_begin(d.s));
	must(correct_reverse(d.s, id, false, 7000, &o, &sum, &more));
	assert_false(more);
	must(correct_assign(d.s, id, "AAAAA2", false, &o));
	must(store_commit(d.s));
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM outbox WHERE state = 0"), 0);
	desk_run(&d, DAY0 + 2);
	assert_int_equal(desk_texts(&d, "S02"), 2);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM outbox WHERE state = 0"), 1);
	desk_close(&d);
}

/* An instalment is full with the months that were lived: no text names the end of the others. */
static void what_pays_for_the_dead_is_told_to_their_last_month(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	desk_run(&d, DAY0 + 1);
	must(store_begin(d.s));
	must(store_person_died(d.s, 1, DAY0 + 2));
	must(store_commit(d.s));
	(void)desk_paid(&d, DAY0 + 3, HALF, "AAAAA2", "1");
	desk_run(&d, DAY0 + 4);
	assert_int_equal(desk_texts(&d, "S02"), 1);
	assert_int_equal(ask_int(d.p, "SELECT args LIKE '%tgl2=31-07-2026%' FROM outbox"
	                              " WHERE template_id = 'S02'"),
	        1);
	desk_close(&d);
}

static void silence_after_a_payment_is_an_issue_until_the_insurer_speaks(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");
	desk_run(&d, DAY0 + 13);
	assert_int_equal(desk_issues(&d, ISSUE_REMITTANCE_GAP), 0);
	desk_run(&d, DAY0 + 14);
	assert_int_equal(desk_issues(&d, ISSUE_REMITTANCE_GAP), 1); /* July; August has not begun */
	(void)desk_confirm(&d, DAY0 + 15, 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 15);
	assert_int_equal(desk_issues(&d, ISSUE_REMITTANCE_GAP), 0);
	desk_close(&d);
}

static void who_was_sent_and_not_answered_is_an_issue(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	desk_run(&d, DAY0);
	must(store_begin(d.s));
	must(store_allocation_sent(d.s, 1, DAY0, 0));
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 13);
	assert_int_equal(desk_issues(&d, ISSUE_UNANSWERED), 0);
	desk_run(&d, DAY0 + 14);
	assert_int_equal(desk_issues(&d, ISSUE_UNANSWERED), 1);
	(void)desk_confirm(&d, DAY0 + 15, 1, JULY, JULY);
	desk_run(&d, DAY0 + 15);
	assert_int_equal(desk_issues(&d, ISSUE_UNANSWERED), 0);
	desk_close(&d);
}

/* The year's end, a public budget, and nothing that follows. */
static void a_budget_that_ends_with_the_year_is_at_risk_from_october(void **state)
{
	const int64_t october = DAY0 + 92;
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);
	char sql[128];

	snprintf(sql, sizeof sql, "UPDATE pledge SET funding = %d, months = 6 WHERE id = %lld",
	        FUND_LOCAL_BUDGET, (long long)pledge);
	tamper(d.p, sql);
	desk_run(&d, october - 1);
	assert_int_equal(desk_issues(&d, ISSUE_RENEWAL_RISK), 0);
	desk_run(&d, october);
	assert_int_equal(desk_issues(&d, ISSUE_RENEWAL_RISK), 1);
	/* Half rates are not for public budgets. */
	assert_int_equal(
	        ask_int(d.p, "SELECT expected FROM instalment WHERE number = 1"), 3 * 16800);
	desk_close(&d);
}

/* After July nothing was paid; when the third month was late to its end, membership has ended. */
static void money_that_comes_after_the_end_is_held(void **state)
{
	const int64_t end = DAY0 + 123; /* 2026-11-01 */
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0, HALF, "AAAAA2", "1");
	(void)desk_confirm(&d, DAY0 + 1, 1, JULY, JULY);
	desk_run(&d, DAY0 + 1);
	desk_run(&d, end - 1);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_CONFIRMED);
	(void)desk_paid(&d, end, HALF, "AAAAA2", "1");
	desk_run(&d, end);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_ENDED);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month"), 1);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -HALF);
	assert_int_equal(desk_issues(&d, ISSUE_LATE_DONOR_FUNDS), 1);
	desk_close(&d);
}

static void what_the_bank_takes_back_pays_nothing(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);
	int64_t id = desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");

	desk_run(&d, DAY0 + 1);
	int64_t back = desk_paid(&d, DAY0 + 2, -3 * HALF, "RETUR", "1");

	desk_run(&d, DAY0 + 3);
	assert_int_equal(payment_of(d.s, id).state, PAY_REVERSED);
	assert_int_equal(payment_of(d.s, back).state, PAY_POSTED);
	assert_int_equal(desk_balance(&d, LEDGER_BANK, 0), 0);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), 0);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month"), 0);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_RESERVED);
	assert_int_equal(ask_int(d.p, "SELECT paid FROM instalment WHERE number = 1"), 0);
	desk_close(&d);
}

static void of_two_payments_that_may_have_gone_back_an_officer_chooses(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 2, 1, 2);
	(void)desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "1");
	(void)desk_paid(&d, DAY0 + 1, 3 * HALF, "AAAAA2", "1");
	int64_t back = desk_paid(&d, DAY0 + 2, -3 * HALF, "RETUR", "1");

	desk_run(&d, DAY0 + 3);
	assert_int_equal(payment_of(d.s, back).state, PAY_AMBIGUOUS);
	assert_int_equal(desk_balance(&d, LEDGER_BANK, 0), 6 * HALF);
	assert_int_equal(desk_issues(&d, ISSUE_AMBIGUOUS), 1);
	desk_close(&d);
}

static int64_t receipt_of(struct desk *d, const char *text)
{
	int64_t file, id;

	must(store_begin(d->s));
	file = desk_file(d, SOURCE_RECEIPT);
	id = desk_pay(d, file, DAY0, 3 * HALF, text, "");
	must(store_file_end(d->s, file, T0));
	must(store_commit(d->s));
	return id;
}

/* One transfer, told by the bank and by a receipt: the second would be a surplus to be asked back.
 */
static void the_same_money_told_twice_counts_once(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);
	int64_t receipt = receipt_of(&d, "AAAAA2");
	int64_t line = desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "123");

	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, line).state, PAY_POSTED);
	assert_int_equal(payment_of(d.s, receipt).state, PAY_AMBIGUOUS);
	assert_int_equal(payment_of(d.s, receipt).reason, MATCH_OTHER_CHANNEL);
	assert_int_equal(desk_balance(&d, LEDGER_EXTERNAL, 1), 0);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), 0);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -3 * HALF);
	assert_int_equal(desk_issues(&d, ISSUE_AMBIGUOUS), 1);
	desk_close(&d);
}

static void a_receipt_is_no_money_of_ours(void **state)
{
	struct desk d;
	int64_t id;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);

	tamper(d.p, "UPDATE programme SET direct = 1");
	id = receipt_of(&d, "AAAAA2");
	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, id).state, PAY_POSTED);
	assert_int_equal(desk_balance(&d, LEDGER_BANK, 0), 0);
	assert_int_equal(desk_balance(&d, LEDGER_EXTERNAL, 1), 3 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -3 * HALF);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE paid_day = 0"
	                              " AND reported_day > 0"),
	        3);
	desk_close(&d);
}

static void the_insurers_word_may_come_before_the_money(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);

	(void)desk_confirm(&d, DAY0, 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 1);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	(void)desk_paid(&d, DAY0 + 2, 3 * HALF, "AAAAA2", "1");
	desk_run(&d, DAY0 + 3);
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -3 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), 0);
	desk_close(&d);
}

static void renewed_cover_is_told_once_an_instalment(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_confirm(&d, DAY0, 1, JULY, JULY);
	desk_run(&d, DAY0);
	(void)desk_confirm(&d, DAY0 + 31, 1, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 31);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	assert_int_equal(desk_texts(&d, "R09"), 0); /* still the first quarter */
	(void)desk_confirm(&d, DAY0 + 62, 1, JULY + 2, JULY + 3);
	desk_run(&d, DAY0 + 62);
	assert_int_equal(desk_texts(&d, "R09"), 1);
	(void)desk_confirm(&d, DAY0 + 93, 1, JULY + 4, JULY + 5);
	desk_run(&d, DAY0 + 93);
	assert_int_equal(desk_texts(&d, "R09"), 1);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	desk_close(&d);
}

static void what_nobody_registered_waits_for_the_person(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 2, 1, 1);

	(void)desk_confirm(&d, DAY0, 2, JULY, JULY);
	desk_run(&d, DAY0);
	assert_int_equal(ask_int(d.p, "SELECT state FROM confirmation"), CONFIRMATION_UNKNOWN);
	must(store_begin(d.s));
	(void)add_worker(d.s, pledge, 2, false);
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 1);
	assert_int_equal(ask_int(d.p, "SELECT state FROM confirmation"), CONFIRMATION_APPLIED);
	desk_close(&d);
}

static void a_run_for_another_day_must_be_finished_first(void **state)
{
	struct desk d;
	struct run_row run;

	desk_open(&d, *state);
	must(store_begin(d.s));
	must(store_run_begin(d.s, DAY0, "budi", T0, &run));
	must(store_commit(d.s));
	assert_int_equal(desk_try(&d, DAY0 + 1), RC_EXISTS);
	assert_int_equal(d.run.as_of, DAY0);
	must(desk_try(&d, DAY0));
	assert_true(d.run.resumed);
	must(desk_try(&d, DAY0 + 1));
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECONCILE_TEST(of_two_sponsors_the_earlier_money_pays),
		RECONCILE_TEST(a_confirmed_month_stays_with_who_paid_it),
		RECONCILE_TEST(another_name_is_held_until_an_officer_says_so),
		RECONCILE_TEST(who_is_somebodys_employee_is_an_officers_business),
		RECONCILE_TEST(a_refused_worker_is_told_and_the_place_goes_on),
		RECONCILE_TEST(who_is_too_old_by_now_is_passed_over),
		RECONCILE_TEST(months_after_a_death_go_back),
		RECONCILE_TEST(what_is_posted_again_is_confirmed_again),
		RECONCILE_TEST(what_pays_for_the_dead_is_told_to_their_last_month),
		RECONCILE_TEST(silence_after_a_payment_is_an_issue_until_the_insurer_speaks),
		RECONCILE_TEST(who_was_sent_and_not_answered_is_an_issue),
		RECONCILE_TEST(a_budget_that_ends_with_the_year_is_at_risk_from_october),
		RECONCILE_TEST(money_that_comes_after_the_end_is_held),
		RECONCILE_TEST(what_the_bank_takes_back_pays_nothing),
		RECONCILE_TEST(of_two_payments_that_may_have_gone_back_an_officer_chooses),
		RECONCILE_TEST(the_same_money_told_twice_counts_once),
		RECONCILE_TEST(a_receipt_is_no_money_of_ours),
		RECONCILE_TEST(the_insurers_word_may_come_before_the_money),
		RECONCILE_TEST(renewed_cover_is_told_once_an_instalment),
		RECONCILE_TEST(what_nobody_registered_waits_for_the_person),
		RECONCILE_TEST(a_run_for_another_day_must_be_finished_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
