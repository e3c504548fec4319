/* The job over a small store: from a registration to a confirmed month, and what goes wrong
 * between. */
#include "reconcile_fixture.h"

#include <sys/wait.h>

/* From July to December 2026 companies and civil servants pay half. */
#define HALF 8400

static void a_payment_becomes_months_and_the_insurers_word_makes_them_active(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 2, 1, 2);
	int64_t id = desk_paid(&d, DAY0, 6 * HALF, "iuran AAAAA2 juli", "123");

	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, id).state, PAY_POSTED);
	assert_int_equal(desk_balance(&d, LEDGER_BANK, 0), 6 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -6 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), 0);
	assert_int_equal(desk_texts(&d, "S02"), 1);
	assert_int_equal(desk_texts(&d, "W14"), 0); /* paid is not covered */

	(void)desk_confirm(&d, DAY0 + 5, 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 6);
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -3 * HALF);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_CONFIRMED);
	assert_int_equal(desk_state(&d, 2), ALLOCATION_FUNDED);
	assert_int_equal(
	        ask_int(d.p, "SELECT state FROM instalment WHERE number = 1"), INSTALMENT_PAID);
	(void)desk_confirm(&d, DAY0 + 7, 2, JULY, JULY + 2);
	desk_run(&d, DAY0 + 8);
	assert_int_equal(ask_int(d.p, "SELECT state FROM instalment WHERE number = 1"),
	        INSTALMENT_CONFIRMED);
	desk_close(&d);
}

static void a_part_pays_the_oldest_months_of_all_and_the_rest_is_credit(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 2, 1, 2);
	(void)desk_paid(&d, DAY0, 3 * HALF + 100, "AAAAA2", "123");
	desk_run(&d, DAY0 + 1);
	assert_int_equal(
	        ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE month = 24318"), 2);
	assert_int_equal(
	        ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE month = 24319"), 1);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -100);
	assert_int_equal(desk_texts(&d, "S03"), 1);

	/* What is missing and what lies there make the next month whole. */
	(void)desk_paid(&d, DAY0 + 2, HALF - 100, "AAAAA2", "123");
	desk_run(&d, DAY0 + 3);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month"), 4);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), 0);
	desk_close(&d);
}

static void worker_first_pays_one_and_then_the_next(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	d.rules.order = ALLOCATE_WORKER_FIRST;
	(void)desk_pledge(&d, "AAAAA2", 2, 1, 2);
	(void)desk_paid(&d, DAY0, 3 * HALF, "AAAAA2", "123");
	desk_run(&d, DAY0 + 1);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 1"), 3);
	desk_close(&d);
}

static void what_is_too_much_waits_for_the_next_instalment(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0, 6 * HALF, "AAAAA2", "123");
	desk_run(&d, DAY0 + 1);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -3 * HALF);
	assert_int_equal(desk_texts(&d, "S02"), 1);
	assert_int_equal(desk_texts(&d, "S04"), 1);
	/* Due on 20 September; 31 days before, what came early pays it. */
	desk_run(&d, DAY0 + 49);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -3 * HALF);
	desk_run(&d, DAY0 + 50);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), 0);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -6 * HALF);
	desk_close(&d);
}

static void account_amount_and_time_find_one_instalment_or_an_officer_does(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_pledge(&d, "BBBBB3", 1, 2, 1);
	/* Nothing is known of this account; the amount alone decides nothing. */
	int64_t unknown = desk_paid(&d, DAY0 - 11, 3 * HALF, "iuran", "555");

	desk_run(&d, DAY0);
	assert_int_equal(payment_of(d.s, unknown).state, PAY_AMBIGUOUS);
	assert_int_equal(desk_issues(&d, ISSUE_AMBIGUOUS), 1);
	assert_int_equal(desk_texts(&d, "S05"), 0); /* nobody is told of a stranger's money */
	/* A reference teaches the account, and within the same run the other payment is found by
	 * it. */
	int64_t taught = desk_paid(&d, DAY0 - 12, HALF, "AAAAA2", "777");
	int64_t found = desk_paid(&d, DAY0 - 11, 2 * HALF, "iuran", "777");

	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, taught).state, PAY_POSTED);
	assert_int_equal(payment_of(d.s, found).outcome, MATCH_ACCOUNT);
	assert_int_equal(payment_of(d.s, found).state, PAY_POSTED);
	/* What an officer settles is posted, and the issue's cause is gone. */
	const struct match_result m = { .outcome = MATCH_REFERENCE, .pledge = 2 };

	must(store_begin(d.s));
	must(store_payment_match(d.s, unknown, &m, "budi"));
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 2);
	assert_int_equal(payment_of(d.s, unknown).state, PAY_POSTED);
	assert_int_equal(desk_issues(&d, ISSUE_AMBIGUOUS), 0);
	desk_close(&d);
}

static void how_far_apart_may_fit_is_the_offices_choice(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0 - 11, HALF, "AAAAA2", "777");
	int64_t late = desk_paid(&d, DAY0 - 6, 2 * HALF, "iuran", "777"); /* by five days */

	d.rules.match_days = 4;
	desk_run(&d, DAY0);
	assert_int_equal(payment_of(d.s, late).state, PAY_AMBIGUOUS);
	d.rules.match_days = 5;
	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, late).outcome, MATCH_ACCOUNT);
	assert_int_equal(payment_of(d.s, late).state, PAY_POSTED);
	desk_close(&d);
}

static void a_known_account_with_the_wrong_amount_is_asked_for_its_reference(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0, HALF, "AAAAA2", "777");
	desk_run(&d, DAY0);
	(void)desk_paid(&d, DAY0 + 1, 12345, "iuran", "777");
	desk_run(&d, DAY0 + 1);
	assert_int_equal(desk_issues(&d, ISSUE_AMBIGUOUS), 1);
	assert_int_equal(desk_texts(&d, "S05"), 1);
	desk_close(&d);
}

static void an_officers_no_is_not_asked_again(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	int64_t id = desk_paid(&d, DAY0, HALF, "AAAAA2", "777");

	must(store_begin(d.s));
	must(store_payment_open_again(d.s, id, false, "budi"));
	must(store_commit(d.s));
	desk_run(&d, DAY0);
	assert_int_equal(payment_of(d.s, id).state, PAY_UNMATCHED);
	assert_int_equal(
	        desk_balance(&d, LEDGER_UNASSIGNED, id), -HALF); /* but it is in the books */
	desk_close(&d);
}

static void a_payment_from_tomorrow_waits(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	int64_t id = desk_paid(&d, DAY0 + 5, HALF, "AAAAA2", "777");

	desk_run(&d, DAY0 + 4);
	assert_int_equal(payment_of(d.s, id).state, PAY_IMPORTED);
	desk_run(&d, DAY0 + 5);
	assert_int_equal(payment_of(d.s, id).state, PAY_POSTED);
	desk_close(&d);
}

static void a_list_pays_those_it_names(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t one = desk_pledge(&d, "AAAAA2", 2, 1, 2), two = desk_pledge(&d, "BBBBB3", 1, 3, 1);

	must(store_begin(d.s));
	int64_t file = desk_file(&d, SOURCE_LIST);

	desk_listed(&d, file, 2, 3 * HALF);
	desk_listed(&d, file, 3, HALF + 10);
	must(store_file_end(d.s, file, T0));
	must(store_commit(d.s));
	int64_t id = desk_paid(&d, DAY0, 4 * HALF + 10, "iuran dinas", "9");

	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, id).outcome, MATCH_NAMED);
	assert_int_equal(payment_of(d.s, id).state, PAY_POSTED);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, one), -3 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, two), -HALF);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 2), -10);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 2"), 3);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 1"), 0);
	desk_close(&d);
}

static void stop_here(void *arg, int64_t held_us)
{
	(void)held_us;
	if (--*(int *)arg == 0)
		_exit(0);
}

/* Ends after the first group that used money of the payment. */
static void half_posted(struct desk *d, int64_t as_of, int64_t payment)
{
	while (payment_of(d->s, payment).used == 0) {
		int left = 1, status;

		store_close(d->p->s);
		pid_t pid = fork();

		if (pid == 0) {
			place_open(d->p, STORE_LIVE);
			d->run = (struct reconcile_run){ .as_of = as_of,
				.now = T0,
				.by = "sari",
				.rest = stop_here,
				.arg = &left };
			_exit(reconcile(d->p->s, &d->rules, &d->run) == RC_OK ? 1 : 2);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
		place_open(d->p, STORE_LIVE);
		d->s = d->p->s;
	}
}

/* Two are paid, then the machine stops; the third, of another sponsor, loses the place. */
static void a_list_goes_on_when_somebody_loses_the_place_meanwhile(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	d.rules.held_us = 1;
	int64_t one = desk_pledge(&d, "AAAAA2", 2, 1, 2), two = desk_pledge(&d, "BBBBB3", 2, 3, 2);

	must(store_begin(d.s));
	int64_t file = desk_file(&d, SOURCE_LIST);

	for (int n = 1; n <= 4; n++)
		desk_listed(&d, file, n, HALF * n);
	must(store_file_end(d.s, file, T0));
	must(store_commit(d.s));
	int64_t id = desk_paid(&d, DAY0, 10 * HALF, "iuran dinas", "9");

	half_posted(&d, DAY0 + 1, id);
	assert_int_equal(payment_of(d.s, id).used, 3 * HALF);
	must(store_begin(d.s));
	must(store_allocation_end(d.s, 3, ALLOCATION_RELEASED, CAUSE_DIED, T0));
	must(store_commit(d.s));
	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, id).state, PAY_POSTED);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, one), -3 * HALF);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 1"), 1);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 2"), 2);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE worker = 3"), 0);
	assert_int_equal(
	        desk_balance(&d, LEDGER_FUNDED, two) + desk_balance(&d, LEDGER_SPONSOR_CREDIT, 2),
	        -7 * HALF);
	assert_int_equal(desk_issues(&d, ISSUE_LIST_LEFT), 1);
	assert_int_equal(
	        ask_int(d.p, "SELECT count(*) FROM issue WHERE subject = 'worker/3/row-3'"), 1);
	desk_close(&d);
}

static void a_list_that_two_payments_fit_is_nobodys(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	(void)desk_pledge(&d, "AAAAA2", 2, 1, 2);
	must(store_begin(d.s));
	int64_t file = desk_file(&d, SOURCE_LIST);

	desk_listed(&d, file, 2, 3 * HALF);
	must(store_file_end(d.s, file, T0));
	must(store_commit(d.s));
	int64_t a = desk_paid(&d, DAY0 - 40, 3 * HALF, "satu", "9");
	int64_t b = desk_paid(&d, DAY0 - 40, 3 * HALF, "dua", "8");

	desk_run(&d, DAY0 + 1);
	assert_int_not_equal(payment_of(d.s, a).state, PAY_POSTED);
	assert_int_not_equal(payment_of(d.s, b).state, PAY_POSTED);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECONCILE_TEST(a_payment_becomes_months_and_the_insurers_word_makes_them_active),
		RECONCILE_TEST(a_part_pays_the_oldest_months_of_all_and_the_rest_is_credit),
		RECONCILE_TEST(worker_first_pays_one_and_then_the_next),
		RECONCILE_TEST(what_is_too_much_waits_for_the_next_instalment),
		RECONCILE_TEST(account_amount_and_time_find_one_instalment_or_an_officer_does),
		RECONCILE_TEST(how_far_apart_may_fit_is_the_offices_choice),
		RECONCILE_TEST(a_known_account_with_the_wrong_amount_is_asked_for_its_reference),
		RECONCILE_TEST(an_officers_no_is_not_asked_again),
		RECONCILE_TEST(a_payment_from_tomorrow_waits),
		RECONCILE_TEST(a_list_pays_those_it_names),
		RECONCILE_TEST(a_list_that_two_payments_fit_is_nobodys),
		RECONCILE_TEST(a_list_goes_on_when_somebody_loses_the_place_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
