/* What the store knows of who is to be reminded, and of what a phone got unasked. */
#include "remind_fixture.h"

/* ---- facts ---- */

static void facts_of_a_worker(void **state)
{
	struct place *p = *state;
	const struct date today = { 2026, 7, 10 };
	struct remind_facts f;
	struct month_row before;
	int64_t pledge, entry;

	must(store_begin(p->s));
	pledge = two_workers(p->s);
	add_allocation(p->s, 1);
	entry = pay_by_entry(p->s, pledge, 33600);
	for (int i = 0; i < 2; i++)
		must(store_month_pay(p->s, &(struct month_row){ .worker = 1,
		                                   .month = JULY + i,
		                                   .pledge = pledge,
		                                   .entry = entry,
		                                   .amount = 16800,
		                                   .paid_day = DAY0 }));
	must(store_month_confirm(p->s, 1, JULY, DAY0 + 3, 0, &before));
	must(store_remind_facts(p->s, REMIND_WORKER, 1, today, &f));
	assert_string_equal(f.msisdn, "+628120000001");
	assert_string_equal(f.lang, "id");
	assert_string_equal(f.name, "Budi");
	assert_string_equal(f.sponsor, "Sari");
	assert_string_equal(f.area, "33.74.01");
	assert_int_equal(f.worker.cover.state, COVERAGE_EXPIRING);
	assert_int_equal(f.worker.proven_until, JULY);
	assert_int_equal(f.worker.paid_until, JULY + 1);
	assert_int_equal(f.worker.pledge_last, JULY + 11);
	assert_false(f.worker.self_payer || f.worker.renewed || f.worker.declined);
	assert_true(f.worker.has_phone && f.worker.consents);
	assert_false(f.worker.stopped);
	assert_int_equal(f.worker.heard_day, DAY0);
	assert_int_equal(f.worker.registered_day, DAY0);
	must(store_remind_facts(p->s, REMIND_WORKER, 2, today, &f));
	assert_true(f.worker.self_payer);
	assert_int_equal(f.worker.paid_until, 0);
	assert_int_equal(store_remind_facts(p->s, REMIND_WORKER, 9, today, &f), RC_NOENT);
	must(store_commit(p->s));
}

static void another_phone_gets_what_the_first_does_not_want(void **state)
{
	struct place *p = *state;
	struct remind_facts f;
	int64_t worker = 0;

	must(store_begin(p->s));
	two_workers(p->s);
	must(store_link_end(p->s, "+628120000002", 2, "moved", T0));
	must(store_commit(p->s));
	tamper(p, "INSERT INTO phone_link (msisdn, worker, linked_at)"
	          " VALUES ('+628999', 1, 1782871300), ('+628999', 2, 1782871300)");
	must(store_begin(p->s));
	must(store_remind_facts(p->s, REMIND_WORKER, 1, (struct date){ 2026, 7, 1 }, &f));
	assert_string_equal(f.msisdn, "+628120000001");
	must(store_link_reminders(p->s, "+628120000001", 1, false));
	must(store_remind_facts(p->s, REMIND_WORKER, 1, (struct date){ 2026, 7, 1 }, &f));
	assert_string_equal(f.msisdn, "+628999");
	assert_false(f.worker.stopped);
	must(store_link_reminders(p->s, "+628999", 1, false));
	must(store_remind_facts(p->s, REMIND_WORKER, 1, (struct date){ 2026, 7, 1 }, &f));
	assert_true(f.worker.stopped);
	must(store_remind_next_of_phone(p->s, "+628999", 1, &worker));
	assert_int_equal(worker, 2);
	assert_int_equal(store_remind_next_of_phone(p->s, "+628999", 2, &worker), RC_NOENT);
	must(store_commit(p->s));
}

static void facts_of_who_pays(void **state)
{
	struct place *p = *state;
	const struct date today = { 2026, 7, 10 };
	struct request_row more = { .kind = REQUEST_RENEWAL, .sponsor = 1, .at = T0, .by = "x" };
	struct remind_facts f;

	must(store_begin(p->s));
	more.pledge = two_workers(p->s);
	must(store_instalment_set(p->s, 2, 50400, 16800, INSTALMENT_PART_PAID));
	must(store_remind_facts(p->s, REMIND_INSTALMENT, 2, today, &f));
	assert_true(f.instalment.open && f.instalment.has_phone && f.civil_servant);
	assert_false(f.instalment.closed || f.instalment.stopped);
	assert_int_equal(f.amount, 33600);
	assert_int_equal(f.from, JULY + 3);
	assert_int_equal(f.to, JULY + 5);
	assert_int_equal(f.instalment_months, 3);
	assert_int_equal(f.workers, 2);
	assert_string_equal(f.ref, "D4F7K2");
	assert_string_equal(f.name, "Ibu Sari");
	assert_string_equal(f.area, "33.74");
	must(store_instalment_set(p->s, 2, 50400, 16800, INSTALMENT_CANCELLED));
	must(store_remind_facts(p->s, REMIND_INSTALMENT, 2, today, &f));
	assert_true(f.instalment.closed && !f.instalment.open);
	must(store_remind_facts(p->s, REMIND_PLEDGE, more.pledge, today, &f));
	assert_int_equal(f.pledge.last, JULY + 11);
	assert_false(f.pledge.renewed || f.pledge.declined || f.pledge.public_budget);
	must(store_request_add(p->s, &more, &(int64_t){ 0 }));
	must(store_remind_facts(p->s, REMIND_PLEDGE, more.pledge, today, &f));
	assert_true(f.pledge.renewed);
	must(store_commit(p->s));
}

/* ---- one phone ---- */

static void unasked_texts_of_a_phone_are_counted(void **state)
{
	struct place *p = *state;
	struct outbox_new reply = reply_to("reply", "+628120000001");
	int waiting = 0, gone = 0;
	int64_t first, id;

	must(store_begin(p->s));
	two_workers(p->s);
	must(store_outbox_add(p->s, &reply, &id));
	first = queue_reminder(p->s, 1, REMIND_SELF_FIRST);
	must(store_unasked(p->s, "+628120000001", T0 - 3600, 0, &waiting, &gone));
	assert_int_equal(waiting, 1);
	assert_int_equal(gone, 0);
	must(store_outbox_hand(p->s, first, add_line(p->s, "510100000000001"), "Halo", 1, 0, T0));
	must(store_unasked(p->s, "+628120000001", T0 - 3600, 0, &waiting, &gone));
	assert_int_equal(waiting, 0);
	assert_int_equal(gone, 1);
	must(store_unasked(p->s, "+628120000001", T0 - 3600, first, &waiting, &gone));
	assert_int_equal(gone, 0);
	must(store_unasked(p->s, "+628120000001", T0 + 3600, 0, &waiting, &gone));
	assert_int_equal(gone, 0);
	must(store_commit(p->s));
}

static void whose_number_it_is_can_be_answered(void **state)
{
	struct place *p = *state;
	struct remind_row r;

	must(store_begin(p->s));
	two_workers(p->s);
	queue_reminder(p->s, 1, REMIND_SELF_FIRST);
	assert_int_equal(store_remind_asked(p->s, "+628120000001", T0 - 60, &r), RC_NOENT);
	queue_reminder(p->s, 1, REMIND_NUMBER_CHECK);
	must(store_remind_asked(p->s, "+628120000001", T0 - 60, &r));
	assert_int_equal(r.subject, 1);
	assert_int_equal(store_remind_asked(p->s, "+628120000001", T0 + 60, &r), RC_NOENT);
	must(store_commit(p->s));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		T(facts_of_a_worker),
		T(another_phone_gets_what_the_first_does_not_want),
		T(facts_of_who_pays),
		T(unasked_texts_of_a_phone_are_counted),
		T(whose_number_it_is_can_be_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
