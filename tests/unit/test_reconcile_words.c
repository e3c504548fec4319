/* The insurer changes its mind: whatever came first and whenever it was read, AKTIF are the months
 * whose newest word is an acceptance. */
#include "reconcile_fixture.h"
#include <payung/store_remind.h>

#define HALF 8400

static bool aktif(struct desk *d, int64_t worker, month_t m)
{
	struct coverage c;

	must(store_coverage_at(d->s, worker, month_last(m), &c));
	return c.state == COVERAGE_ACTIVE || c.state == COVERAGE_EXPIRING;
}

static void accepts(struct desk *d, int64_t day, month_t from, month_t to)
{
	(void)desk_confirm(d, day, 1, from, to);
}

static void refuses(struct desk *d, int64_t day, month_t from, month_t to)
{
	(void)desk_confirm_as(d, day, 1, from, to, "Budi", "NIK tidak padan 3374010101800001",
	        SEGMENT_SELF_EMPLOYED);
}

static int64_t begin(struct desk *d, void **state, int places, int workers)
{
	desk_open(d, *state);
	const int64_t pledge = desk_pledge(d, "AAAAA2", places, 1, workers);

	(void)desk_paid(d, DAY0, (int64_t)3 * HALF * places, "AAAAA2", "1");
	desk_run(d, DAY0);
	return pledge;
}

static int64_t told(struct desk *d, const char *id, int state)
{
	char sql[96];

	snprintf(sql, sizeof sql,
	        "SELECT count(*) FROM outbox WHERE template_id = '%s' AND state = %d", id, state);
	return ask_int(d->p, sql);
}

static void a_later_refusal_takes_the_month_back(void **state)
{
	struct desk d;
	const int64_t pledge = begin(&d, state, 1, 1);

	accepts(&d, DAY0 + 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 2);
	assert_true(aktif(&d, 1, JULY + 1));
	assert_int_equal(told(&d, "W14", OUT_QUEUED), 1);
	refuses(&d, DAY0 + 8, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 9);
	/* What was not refused stands, with its money. */
	assert_true(aktif(&d, 1, JULY));
	assert_false(aktif(&d, 1, JULY + 1));
	assert_true(aktif(&d, 1, JULY + 2));
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -2 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), 0);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -HALF);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM ledger_entry WHERE reason = 18"), 1);
	/* The first word is still there to be told of. */
	assert_int_equal(ask_int(d.p, "SELECT state FROM confirmation WHERE reason = ''"),
	        CONFIRMATION_APPLIED);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_RELEASED);
	assert_int_equal(told(&d, "W14", OUT_CANCELLED), 1);
	assert_int_equal(told(&d, "W14", OUT_QUEUED), 0);
	assert_int_equal(told(&d, "W42", OUT_QUEUED), 1);
	assert_int_equal(ask_int(d.p, "SELECT args LIKE '%3374%' FROM outbox WHERE template_id"
	                              " = 'W42'"),
	        0);
	assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 1);
	desk_close(&d);
}

static void an_unknown_text_of_aktif_is_not_sent_again(void **state)
{
	struct desk d;

	(void)begin(&d, state, 1, 1);
	accepts(&d, DAY0 + 1, JULY, JULY);
	desk_run(&d, DAY0 + 2);
	tamper(d.p, "UPDATE outbox SET state = 7 WHERE template_id = 'W14'");
	refuses(&d, DAY0 + 8, JULY, JULY);
	desk_run(&d, DAY0 + 9);
	assert_int_equal(ask_int(d.p, "SELECT state = 7 AND judged = 1 FROM outbox"
	                              " WHERE template_id = 'W14'"),
	        1);
	desk_close(&d);
}

static void of_one_day_the_refusal_counts(void **state)
{
	struct desk d;

	(void)begin(&d, state, 1, 1);
	refuses(&d, DAY0 + 1, JULY, JULY);
	accepts(&d, DAY0 + 1, JULY, JULY + 1);
	desk_run(&d, DAY0 + 2);
	assert_false(aktif(&d, 1, JULY));
	assert_true(aktif(&d, 1, JULY + 1));
	assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 1);
	/* Of what is refused nothing was said for a moment. */
	assert_int_equal(ask_int(d.p, "SELECT args LIKE '%tgl1=01-08-2026%' FROM outbox WHERE"
	                              " template_id = 'W14'"),
	        1);
	/* The same in a file of its own. */
	accepts(&d, DAY0 + 1, JULY, JULY);
	desk_run(&d, DAY0 + 3);
	assert_false(aktif(&d, 1, JULY));
	desk_close(&d);
}

static void of_one_day_other_months_stay_paid(void **state)
{
	struct desk d;
	const int64_t pledge = begin(&d, state, 1, 1);

	refuses(&d, DAY0 + 1, JULY + 1, JULY + 1);
	accepts(&d, DAY0 + 1, JULY, JULY);
	desk_run(&d, DAY0 + 2);
	assert_true(aktif(&d, 1, JULY));
	assert_false(aktif(&d, 1, JULY + 1));
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -HALF);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE pledge = 1"), 1);
	assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 0);
	desk_close(&d);
}

static void cover_with_a_hole_is_told_up_to_the_hole(void **state)
{
	struct desk d;

	(void)begin(&d, state, 1, 1);
	accepts(&d, DAY0 + 1, JULY, JULY + 2);
	refuses(&d, DAY0 + 1, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 2);
	assert_int_equal(ask_int(d.p, "SELECT args LIKE '%tgl2=31-07-2026%' FROM outbox WHERE"
	                              " template_id = 'W14'"),
	        1);
	desk_close(&d);
}

static void who_is_accepted_after_all_hears_it_once_and_is_paid_for(void **state)
{
	struct desk d;
	const int64_t pledge = begin(&d, state, 1, 1);

	refuses(&d, DAY0 + 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 2);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_RELEASED);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), -3 * HALF);
	accepts(&d, DAY0 + 4, JULY, JULY);
	accepts(&d, DAY0 + 4, JULY + 1, JULY + 1);
	accepts(&d, DAY0 + 5, JULY + 2, JULY + 2);
	desk_run(&d, DAY0 + 6);
	assert_int_equal(told(&d, "W14", OUT_QUEUED), 1);
	assert_int_equal(desk_texts(&d, "R09"), 0);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_CONFIRMED);
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -3 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), 0);
	assert_int_equal(ask_int(d.p, "SELECT taken FROM pledge"), 1);
	assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 0);
	/* The next instalment is good news as ever. */
	(void)desk_paid(&d, DAY0 + 90, 3 * HALF, "AAAAA2", "1");
	accepts(&d, DAY0 + 91, JULY + 3, JULY + 5);
	desk_run(&d, DAY0 + 92);
	assert_int_equal(desk_texts(&d, "R09"), 1);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	desk_close(&d);
}

static void each_change_of_mind_is_told(void **state)
{
	struct desk d;

	(void)begin(&d, state, 1, 1);
	for (int i = 0; i < 3; i++) {
		accepts(&d, DAY0 + 2 * i, JULY, JULY + 2);
		desk_run(&d, DAY0 + 2 * i);
		assert_true(aktif(&d, 1, JULY));
		assert_int_equal(told(&d, "W14", OUT_QUEUED), 1);
		assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 0);
		refuses(&d, DAY0 + 2 * i + 1, JULY, JULY + 2);
		desk_run(&d, DAY0 + 2 * i + 1);
		assert_false(aktif(&d, 1, JULY));
		assert_int_equal(told(&d, "W14", OUT_QUEUED), 0);
		assert_int_equal(desk_texts(&d, "W42"), i + 1);
		assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 1);
	}
	desk_close(&d);
}

static void who_is_accepted_when_the_place_is_gone_is_an_officers_business(void **state)
{
	struct desk d;

	(void)begin(&d, state, 1, 2);
	refuses(&d, DAY0 + 1, JULY, JULY);
	desk_run(&d, DAY0 + 2);
	assert_int_equal(desk_state(&d, 2), ALLOCATION_FUNDED);
	accepts(&d, DAY0 + 4, JULY, JULY);
	desk_run(&d, DAY0 + 5);
	assert_true(aktif(&d, 1, JULY));
	assert_int_equal(told(&d, "W14", OUT_QUEUED), 1);
	assert_int_equal(desk_state(&d, 1), ALLOCATION_RELEASED);
	assert_int_equal(desk_state(&d, 2), ALLOCATION_FUNDED);
	assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 1);
	desk_close(&d);
}

static void a_refusal_without_months_is_about_all_that_is_not_over(void **state)
{
	struct desk d;
	const int64_t pledge = begin(&d, state, 1, 1);

	accepts(&d, DAY0 + 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 2);
	refuses(&d, DAY0 + 35, 0, -1); /* in August */
	desk_run(&d, DAY0 + 36);
	assert_true(aktif(&d, 1, JULY));
	assert_false(aktif(&d, 1, JULY + 1));
	assert_false(aktif(&d, 1, JULY + 2));
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -HALF);
	assert_int_equal(desk_issues(&d, ISSUE_INSURER_CHANGED), 1);
	desk_close(&d);
}

/* Files come late; what counts is the day on which it was said. */
static void a_word_that_comes_late_does_not_beat_a_newer_one(void **state)
{
	struct desk d;
	const int64_t pledge = begin(&d, state, 1, 1);

	accepts(&d, DAY0 + 1, JULY, JULY + 1);
	desk_run(&d, DAY0 + 2);
	accepts(&d, DAY0 + 9, JULY, JULY);
	desk_run(&d, DAY0 + 10);
	refuses(&d, DAY0 + 5, JULY, JULY);
	desk_run(&d, DAY0 + 11);
	assert_true(aktif(&d, 1, JULY));
	assert_int_equal(desk_state(&d, 1), ALLOCATION_CONFIRMED);
	assert_int_equal(desk_texts(&d, "W42"), 0);
	/* It is still a refusal of what no newer word accepts; the place and the money stay. */
	refuses(&d, DAY0 + 6, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 12);
	assert_false(aktif(&d, 1, JULY + 1));
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -2 * HALF);
	assert_int_equal(desk_texts(&d, "W42"), 1);
	refuses(&d, DAY0 + 12, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 13);
	accepts(&d, DAY0 + 7, JULY + 1, JULY + 2);
	desk_run(&d, DAY0 + 14);
	assert_false(aktif(&d, 1, JULY + 1));
	desk_close(&d);
}

/* Also where the operator takes a bank line as proof. */
static void money_proves_no_month_that_was_refused(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	d.rules.cover.bank_counts = true;
	(void)desk_pledge(&d, "AAAAA2", 1, 1, 1);
	(void)desk_paid(&d, DAY0, (int64_t)3 * HALF, "AAAAA2", "1");
	accepts(&d, DAY0 + 1, JULY, JULY + 1);
	accepts(&d, DAY0 + 9, JULY, JULY);
	desk_run(&d, DAY0 + 10);
	assert_true(aktif(&d, 1, JULY + 2)); /* paid, as configured */
	refuses(&d, DAY0 + 6, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 11);
	assert_int_equal(ask_int(d.p, "SELECT count(*) FROM coverage_month WHERE paid_day > 0"), 3);
	assert_true(aktif(&d, 1, JULY));
	assert_false(aktif(&d, 1, JULY + 1));
	assert_true(aktif(&d, 1, JULY + 2));
	desk_close(&d);
}

/* Neither that we see to it nor that they should pay is said to who lost the place. */
static void who_was_refused_is_not_asked_to_pay(void **state)
{
	struct remind_rules rules;
	struct remind_due plan[REMIND_PLAN_MAX];
	struct remind_facts f;
	struct desk d;

	remind_rules_default(&rules);
	(void)begin(&d, state, 1, 1);
	accepts(&d, DAY0 + 1, JULY, JULY);
	refuses(&d, DAY0 + 1, JULY + 1, JULY + 1);
	desk_run(&d, DAY0 + 2);
	for (int64_t day = DAY0 + 2; day < DAY0 + 200; day++) {
		size_t n;

		must(store_remind_facts(d.s, REMIND_WORKER, 1, date_from_days(day), &f));
		assert_true(f.worker.lost);
		n = remind_plan_worker(&rules, &f.worker, day, plan);
		for (size_t i = 0; i < n; i++)
			if (plan[i].verdict == REMIND_NOW)
				assert_true(plan[i].occasion == REMIND_LAPSED ||
				            plan[i].occasion == REMIND_NUMBER_CHECK);
	}
	/* Never covered, they do not hear that we see to it either. */
	refuses(&d, DAY0 + 3, JULY, JULY);
	desk_run(&d, DAY0 + 4);
	must(store_remind_facts(d.s, REMIND_WORKER, 1, date_from_days(DAY0 + 14), &f));
	for (size_t n = remind_plan_worker(&rules, &f.worker, DAY0 + 14, plan); n--;)
		assert_int_not_equal(plan[n].verdict, REMIND_NOW);
	desk_close(&d);
}

static struct talk_worker status(struct desk *d, int64_t day)
{
	struct talk_worker w[TALK_WORKERS_MAX];
	size_t n = 0;

	must(store_phone_workers(d->s, "+628120000001", date_from_days(day), w, &n));
	assert_int_equal(n, 1);
	return w[0];
}

static void status_knows_the_newest_word(void **state)
{
	struct desk d;

	(void)begin(&d, state, 1, 1);
	accepts(&d, DAY0 + 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 2);
	assert_int_equal(status(&d, DAY0 + 3).cover, COVER_ACTIVE);
	assert_string_equal(status(&d, DAY0 + 3).refused, "");
	refuses(&d, DAY0 + 8, JULY, JULY + 2);
	desk_run(&d, DAY0 + 9);
	assert_int_equal(status(&d, DAY0 + 9).cover, COVER_PENDING);
	assert_string_equal(status(&d, DAY0 + 9).refused, "NIK tidak padan ****************");
	accepts(&d, DAY0 + 12, JULY, JULY + 2);
	desk_run(&d, DAY0 + 13);
	assert_int_equal(status(&d, DAY0 + 13).cover, COVER_ACTIVE);
	assert_string_equal(status(&d, DAY0 + 13).refused, "");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECONCILE_TEST(a_later_refusal_takes_the_month_back),
		RECONCILE_TEST(an_unknown_text_of_aktif_is_not_sent_again),
		RECONCILE_TEST(of_one_day_the_refusal_counts),
		RECONCILE_TEST(of_one_day_other_months_stay_paid),
		RECONCILE_TEST(cover_with_a_hole_is_told_up_to_the_hole),
		RECONCILE_TEST(who_is_accepted_after_all_hears_it_once_and_is_paid_for),
		RECONCILE_TEST(each_change_of_mind_is_told),
		RECONCILE_TEST(who_is_accepted_when_the_place_is_gone_is_an_officers_business),
		RECONCILE_TEST(a_refusal_without_months_is_about_all_that_is_not_over),
		RECONCILE_TEST(a_word_that_comes_late_does_not_beat_a_newer_one),
		RECONCILE_TEST(money_proves_no_month_that_was_refused),
		RECONCILE_TEST(who_was_refused_is_not_asked_to_pay),
		RECONCILE_TEST(status_knows_the_newest_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
