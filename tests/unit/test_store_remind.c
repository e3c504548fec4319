/* Reminders in the store: whose turn it is, what is once for ever, and what ends by itself when its
 * reason goes, without anybody calling for it. */
#include "remind_fixture.h"

/* ---- whose turn it is ---- */

static void nearest_last_day_comes_first(void **state)
{
	struct place *p = *state;
	struct remind_look l;
	int64_t n = 0;

	must(store_begin(p->s));
	two_workers(p->s);
	add_worker(p->s, 1, 3, false);
	all_looked(p->s);
	must(store_remind_looked(
	        p->s, &(struct remind_look){ REMIND_WORKER, 1, DAY0, DAY0 + 5, ZONE_WIB }));
	must(store_remind_looked(
	        p->s, &(struct remind_look){ REMIND_WORKER, 2, DAY0 - 1, DAY0 + 6, ZONE_WIB }));
	must(store_remind_looked(
	        p->s, &(struct remind_look){ REMIND_WORKER, 3, DAY0 - 2, DAY0 + 1, ZONE_WIT }));
	must(store_remind_next_due(p->s, ZONE_WIB, DAY0, &l));
	assert_int_equal(l.subject, 1);
	must(store_remind_next_due(p->s, ZONE_WIB, DAY0 - 1, &l));
	assert_int_equal(l.subject, 2);
	must(store_remind_next_due(p->s, ZONE_WIT, DAY0, &l));
	assert_int_equal(l.subject, 3);
	assert_int_equal(l.zone, ZONE_WIT);
	assert_int_equal(store_remind_next_due(p->s, ZONE_WIB, DAY0 - 2, &l), RC_NOENT);
	must(store_remind_count(p->s, ZONE_WIB, DAY0 - 1, DAY0, &n));
	assert_int_equal(n, 2);
	l = (struct remind_look){ 0 };
	must(store_remind_next_listed(p->s, ZONE_WIB, DAY0, &l, &l));
	assert_int_equal(l.subject, 2);
	must(store_remind_next_listed(p->s, ZONE_WIB, DAY0, &l, &l));
	assert_int_equal(l.subject, 1);
	assert_int_equal(store_remind_next_listed(p->s, ZONE_WIB, DAY0, &l, &l), RC_NOENT);
	must(store_commit(p->s));
}

static void whatever_changes_a_fact_brings_the_look_forward(void **state)
{
	struct place *p = *state;
	struct phone_row phone;
	int64_t pledge, entry, allocation;
	struct request_row ask = { .kind = REQUEST_RENEWAL, .by = "sponsor/1" };

	must(store_begin(p->s));
	pledge = two_workers(p->s);
	all_looked(p->s);
	assert_false(is_changed(p->s, REMIND_WORKER, 2));
	allocation = add_allocation(p->s, 2);
	assert_true(is_changed(p->s, REMIND_WORKER, 2));
	all_looked(p->s);
	entry = pay_by_entry(p->s, pledge, 16800);
	all_looked(p->s);
	must(store_month_pay(p->s, &(struct month_row){ .worker = 2,
	                                   .month = JULY,
	                                   .pledge = pledge,
	                                   .entry = entry,
	                                   .amount = 16800,
	                                   .paid_day = DAY0 }));
	assert_true(is_changed(p->s, REMIND_WORKER, 2));
	all_looked(p->s);
	must(store_month_return(p->s, 2, JULY, entry));
	assert_true(is_changed(p->s, REMIND_WORKER, 2));
	all_looked(p->s);
	must(store_allocation_set(p->s, allocation, ALLOCATION_RELEASED, T0));
	assert_true(is_changed(p->s, REMIND_WORKER, 2));
	all_looked(p->s);
	must(store_person_died(p->s, 2, DAY0));
	assert_true(is_changed(p->s, REMIND_WORKER, 2));
	all_looked(p->s);
	must(store_link_reminders(p->s, "+628120000002", 2, false));
	assert_true(is_changed(p->s, REMIND_WORKER, 2));
	all_looked(p->s);
	must(store_phone_load(p->s, "+628120000001", T0, &phone));
	must(store_phone_save(p->s, &phone, T0));
	assert_false(is_changed(p->s, REMIND_WORKER, 1));
	phone.reminders_off = true;
	must(store_phone_save(p->s, &phone, T0));
	assert_true(is_changed(p->s, REMIND_WORKER, 1));
	all_looked(p->s);
	ask.pledge = pledge;
	ask.sponsor = 1;
	ask.at = T0;
	must(store_request_add(p->s, &ask, &(int64_t){ 0 }));
	assert_true(is_changed(p->s, REMIND_PLEDGE, pledge));
	all_looked(p->s);
	must(store_instalment_set(p->s, 2, 16800, 0, INSTALMENT_PLANNED));
	assert_true(is_changed(p->s, REMIND_INSTALMENT, 2));
	must(store_commit(p->s));
}

static void who_pays_alone_is_no_sponsor_to_remind(void **state)
{
	struct place *p = *state;
	struct pledge_row own = { .ref = "D4F7K9",
		.sponsor = 1,
		.created_at = T0,
		.programme = "GN",
		.funding = FUND_SELF,
		.workers = 1,
		.months = 3,
		.instalment = 1,
		.start = JULY };
	int64_t pledge;

	must(store_begin(p->s));
	two_workers(p->s);
	must(store_pledge_add(p->s, &own, &pledge));
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM reminder_watch WHERE kind = 1"), 4);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM reminder_watch WHERE kind = 2"), 1);
}

/* ---- once ---- */

static void one_key_is_noted_once_for_ever(void **state)
{
	struct place *p = *state;
	struct remind_row r = reminder_of(1, REMIND_SELF_FIRST, 0), got;
	bool yes = true;

	must(store_begin(p->s));
	two_workers(p->s);
	must(store_remind_was(p->s, REMIND_WORKER, 1, REMIND_SELF_FIRST, CYCLE, &yes));
	assert_false(yes);
	r.state = REMINDER_MISSED;
	r.why = WHY_TOO_LATE;
	must(store_remind_note(p->s, &r, T0));
	must(store_remind_was(p->s, REMIND_WORKER, 1, REMIND_SELF_FIRST, CYCLE, &yes));
	assert_true(yes);
	r.state = REMINDER_QUEUED;
	assert_int_equal(store_remind_note(p->s, &r, T0), RC_EXISTS);
	got = only_of(p->s, REMIND_WORKER, 1);
	assert_int_equal(got.state, REMINDER_MISSED);
	assert_int_equal(got.why, WHY_TOO_LATE);
	assert_int_equal(got.noted_at, T0);
	must(store_commit(p->s));
}

static void a_message_tells_its_reminders_how_it_ended(void **state)
{
	struct place *p = *state;
	int64_t sent, late, n = 0;

	must(store_begin(p->s));
	two_workers(p->s);
	int64_t line = add_line(p->s, "510100000000001");

	sent = queue_reminder(p->s, 1, REMIND_SELF_FIRST);
	late = queue_reminder(p->s, 2, REMIND_SELF_FIRST);
	must(store_remind_count_open(p->s, &n));
	assert_int_equal(n, 2);
	must(store_outbox_hand(p->s, sent, line, "Halo", 1, 0, T0));
	assert_false(only_of(p->s, REMIND_WORKER, 1).open);
	must(store_outbox_unhand(p->s, sent, 1));
	assert_true(only_of(p->s, REMIND_WORKER, 1).open);
	must(store_outbox_hand(p->s, sent, line, "Halo", 1, 0, T0));
	must(store_outbox_result(p->s, sent, 1, OUT_SENT, 7, 0, "", 0, T0));
	must(store_outbox_expire(p->s, T0 + 2 * 86400, &n));
	assert_int_equal(n, 1);
	assert_int_equal(state_of(p->s, late), OUT_EXPIRED);
	assert_int_equal(only_of(p->s, REMIND_WORKER, 1).state, REMINDER_QUEUED);
	assert_int_equal(only_of(p->s, REMIND_WORKER, 2).state, REMINDER_MISSED);
	assert_int_equal(only_of(p->s, REMIND_WORKER, 2).why, WHY_LINE);
	must(store_remind_count_open(p->s, &n));
	assert_int_equal(n, 0);
	must(store_commit(p->s));
}

/* ---- the reason goes ---- */

static void assert_cancelled(struct store *s, int64_t worker, int64_t outbox, enum remind_why why)
{
	struct remind_row r = only_of(s, REMIND_WORKER, worker);

	assert_int_equal(r.state, REMINDER_CANCELLED);
	assert_int_equal(r.why, why);
	assert_int_equal(state_of(s, outbox), OUT_CANCELLED);
}

static void a_payment_cancels_what_asks_for_it(void **state)
{
	struct place *p = *state;
	int64_t pledge, entry, paid, other;

	must(store_begin(p->s));
	pledge = two_workers(p->s);
	add_allocation(p->s, 1);
	entry = pay_by_entry(p->s, pledge, 16800);
	paid = queue_reminder(p->s, 1, REMIND_SELF_LAST);
	other = queue_reminder(p->s, 2, REMIND_SELF_LAST);
	must(store_month_pay(p->s, &(struct month_row){ .worker = 1,
	                                   .month = JULY,
	                                   .pledge = pledge,
	                                   .entry = entry,
	                                   .amount = 16800,
	                                   .paid_day = DAY0 }));
	assert_cancelled(p->s, 1, paid, WHY_PAID);
	assert_int_equal(state_of(p->s, other), OUT_QUEUED);
	must(store_commit(p->s));
}

static void the_payment_of_an_earlier_month_answers_nothing(void **state)
{
	struct place *p = *state;
	int64_t pledge, entry, waits;

	must(store_begin(p->s));
	pledge = two_workers(p->s);
	must(store_allocation_add(p->s, 1, JULY - 1, JULY + 11, T0, &(int64_t){ 0 }));
	entry = pay_by_entry(p->s, pledge, 16800);
	waits = queue_reminder(p->s, 1, REMIND_ARREARS); /* of July */
	must(store_month_pay(p->s, &(struct month_row){ .worker = 1,
	                                   .month = JULY - 1,
	                                   .pledge = pledge,
	                                   .entry = entry,
	                                   .amount = 16800,
	                                   .paid_day = DAY0 }));
	assert_int_equal(state_of(p->s, waits), OUT_QUEUED);
	must(store_commit(p->s));
}

static void a_payment_does_not_answer_whose_number_it_is(void **state)
{
	struct place *p = *state;
	int64_t pledge, entry, asked;

	must(store_begin(p->s));
	pledge = two_workers(p->s);
	add_allocation(p->s, 1);
	entry = pay_by_entry(p->s, pledge, 16800);
	asked = queue_reminder(p->s, 1, REMIND_NUMBER_CHECK);
	must(store_month_pay(p->s, &(struct month_row){ .worker = 1,
	                                   .month = JULY,
	                                   .pledge = pledge,
	                                   .entry = entry,
	                                   .amount = 16800,
	                                   .paid_day = DAY0 }));
	assert_int_equal(state_of(p->s, asked), OUT_QUEUED);
	must(store_commit(p->s));
}

static void death_stop_and_a_closed_number_cancel(void **state)
{
	struct place *p = *state;
	int64_t dead, stopped, closed, quiet;
	struct phone_row phone;

	must(store_begin(p->s));
	two_workers(p->s);
	add_worker(p->s, 1, 3, false);
	add_worker(p->s, 1, 4, false);
	dead = queue_reminder(p->s, 1, REMIND_NUMBER_CHECK);
	stopped = queue_reminder(p->s, 2, REMIND_SPONSORED);
	closed = queue_reminder(p->s, 3, REMIND_SPONSORED);
	quiet = queue_reminder(p->s, 4, REMIND_SPONSORED);
	must(store_person_died(p->s, 1, DAY0));
	assert_cancelled(p->s, 1, dead, WHY_DECEASED);
	must(store_phone_load(p->s, "+628120000002", T0, &phone));
	phone.reminders_off = true;
	must(store_phone_save(p->s, &phone, T0));
	assert_cancelled(p->s, 2, stopped, WHY_STOPPED);
	must(store_link_end(p->s, "+628120000003", 3, "not this person", T0));
	assert_cancelled(p->s, 3, closed, WHY_NO_PHONE);
	must(store_link_reminders(p->s, "+628120000004", 4, false));
	assert_cancelled(p->s, 4, quiet, WHY_STOPPED);
	must(store_commit(p->s));
}

static void one_persons_stop_leaves_the_others_in_the_text(void **state)
{
	struct place *p = *state;
	struct remind_row one = reminder_of(1, REMIND_SELF_FIRST, 0), two;
	int64_t outbox;

	must(store_begin(p->s));
	two_workers(p->s);
	must(store_link_end(p->s, "+628120000002", 2, "moved", T0));
	must(store_commit(p->s));
	tamper(p, "INSERT INTO phone_link (msisdn, worker, linked_at) VALUES ('+628120000001', 2, "
	          "0)");
	must(store_begin(p->s));
	outbox = queue_text(p->s, "bundle", "+628120000001");
	one.outbox = outbox;
	two = one;
	two.subject = 2;
	must(store_remind_note(p->s, &one, T0));
	must(store_remind_note(p->s, &two, T0));
	must(store_link_reminders(p->s, "+628120000001", 1, false));
	assert_int_equal(only_of(p->s, REMIND_WORKER, 1).why, WHY_STOPPED);
	assert_int_equal(only_of(p->s, REMIND_WORKER, 2).state, REMINDER_QUEUED);
	assert_int_equal(state_of(p->s, outbox), OUT_QUEUED);
	must(store_person_died(p->s, 2, DAY0));
	assert_cancelled(p->s, 2, outbox, WHY_DECEASED);
	must(store_commit(p->s));
}

static void a_sponsors_answer_and_payment_cancel(void **state)
{
	struct place *p = *state;
	struct request_row done = {
		.kind = REQUEST_DONE, .sponsor = 1, .at = T0, .by = "sponsor/1"
	};
	struct remind_row due = { .kind = REMIND_INSTALMENT,
		.subject = 1,
		.occasion = REMIND_DUE_LAST },
	                  ends = { .kind = REMIND_PLEDGE, .occasion = REMIND_PLEDGE_ENDS };

	must(store_begin(p->s));
	ends.subject = done.pledge = two_workers(p->s);
	must(store_instalment_set(p->s, 1, 33600, 0, INSTALMENT_BILLED));
	due.outbox = queue_text(p->s, "instalment/1", "+628111111111");
	ends.outbox = queue_text(p->s, "pledge/1", "+628111111111");
	must(store_remind_note(p->s, &due, T0));
	must(store_remind_note(p->s, &ends, T0));
	must(store_instalment_set(p->s, 1, 33600, 16800, INSTALMENT_PART_PAID));
	assert_int_equal(state_of(p->s, due.outbox), OUT_QUEUED);
	must(store_instalment_set(p->s, 1, 33600, 33600, INSTALMENT_PAID));
	assert_int_equal(state_of(p->s, due.outbox), OUT_CANCELLED);
	assert_int_equal(only_of(p->s, REMIND_INSTALMENT, 1).why, WHY_PAID);
	must(store_request_add(p->s, &done, &(int64_t){ 0 }));
	assert_int_equal(state_of(p->s, ends.outbox), OUT_CANCELLED);
	assert_int_equal(only_of(p->s, REMIND_PLEDGE, ends.subject).why, WHY_CLOSED);
	must(store_commit(p->s));
}

/* One treasurer's phone may serve several sponsors. */
static void a_sponsors_new_phone_ends_only_its_own(void **state)
{
	struct place *p = *state;
	struct remind_row due = { .kind = REMIND_INSTALMENT,
		.subject = 1,
		.occasion = REMIND_DUE_LAST,
		.msisdn = "+628111111111" };

	must(store_begin(p->s));
	(void)add_pledge(p->s, "D4F7K2", 10);
	due.outbox = queue_text(p->s, "instalment/1", due.msisdn);
	must(store_remind_note(p->s, &due, T0));
	must(store_commit(p->s));
	tamper(p, "INSERT INTO sponsor (id, name, sms_name, phone, kind, created_at)"
	          " VALUES (9, 'PT B', 'PT B', '+628111111111', 1, 1)");
	tamper(p, "UPDATE sponsor SET phone = '+628133333333' WHERE id = 9");
	assert_int_equal(state_of(p->s, due.outbox), OUT_QUEUED);
	tamper(p, "UPDATE sponsor SET phone = '+628133333333' WHERE id = 1");
	assert_int_equal(state_of(p->s, due.outbox), OUT_CANCELLED);
}

static void what_has_gone_out_is_not_cancelled(void **state)
{
	struct place *p = *state;
	int64_t sent;

	must(store_begin(p->s));
	two_workers(p->s);
	sent = queue_reminder(p->s, 1, REMIND_SELF_FIRST);
	must(store_outbox_hand(p->s, sent, add_line(p->s, "510100000000001"), "Halo", 1, 0, T0));
	must(store_person_died(p->s, 1, DAY0));
	assert_int_equal(only_of(p->s, REMIND_WORKER, 1).state, REMINDER_QUEUED);
	assert_int_equal(state_of(p->s, sent), OUT_HANDED);
	must(store_commit(p->s));
}

static void one_that_waits_can_be_dropped(void **state)
{
	struct place *p = *state;
	struct remind_row r;
	int64_t outbox;

	must(store_begin(p->s));
	two_workers(p->s);
	outbox = queue_reminder(p->s, 1, REMIND_SELF_FIRST);
	r = only_of(p->s, REMIND_WORKER, 1);
	must(store_remind_drop(p->s, &r, REMINDER_MISSED, WHY_TOO_LATE));
	assert_int_equal(only_of(p->s, REMIND_WORKER, 1).state, REMINDER_MISSED);
	assert_int_equal(state_of(p->s, outbox), OUT_CANCELLED);
	assert_int_equal(store_remind_drop(p->s, &r, REMINDER_MISSED, WHY_TOO_LATE), RC_NOENT);
	must(store_commit(p->s));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		T(nearest_last_day_comes_first),
		T(whatever_changes_a_fact_brings_the_look_forward),
		T(who_pays_alone_is_no_sponsor_to_remind),
		T(one_key_is_noted_once_for_ever),
		T(a_message_tells_its_reminders_how_it_ended),
		T(a_payment_cancels_what_asks_for_it),
		T(the_payment_of_an_earlier_month_answers_nothing),
		T(a_payment_does_not_answer_whose_number_it_is),
		T(death_stop_and_a_closed_number_cancel),
		T(one_persons_stop_leaves_the_others_in_the_text),
		T(a_sponsors_answer_and_payment_cancel),
		T(a_sponsors_new_phone_ends_only_its_own),
		T(what_has_gone_out_is_not_cancelled),
		T(one_that_waits_can_be_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
