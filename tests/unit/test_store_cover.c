/* Who is carried by which pledge, which months are paid and confirmed, runs and issues. */
#include "money_fixture.h"
#include <payung/store_job.h>
#include <payung/store_run.h>

static int taken(struct store *s, int64_t pledge)
{
	struct pledge_row p;

	must(store_pledge_get_id(s, pledge, &p));
	return p.taken;
}

static struct allocation_row allocation_of(struct store *s, int64_t id)
{
	struct allocation_row a = { 0 };

	must(store_allocation_get(s, id, &a));
	return a;
}

/* ---- places ---- */

static void registrations_are_mapped_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct unmapped_row u;
	struct allocation_row a;
	int64_t id;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 1);
	(void)add_worker(s, 1, 1, false);
	(void)add_worker(s, 1, 2, true);
	must(store_registration_next_unmapped(s, 0, &u));
	assert_true(u.registration == 1 && u.worker == 1 && u.waiting_number == 0);
	assert_true(u.start == JULY && u.months == 12 && u.registered == T0);
	id = add_allocation(s, 1);
	assert_int_equal(store_allocation_add(s, 1, JULY, JULY, T0, &id), RC_EXISTS);
	must(store_registration_next_unmapped(s, 0, &u));
	assert_int_equal(u.waiting_number, 1);
	id = add_allocation(s, u.registration);
	assert_int_equal(allocation_of(s, id).state, ALLOCATION_PROPOSED);
	assert_int_equal(store_registration_next_unmapped(s, 0, &u), RC_NOENT);
	must(store_allocation_next_of_pledge(s, 1, 0, &a));
	assert_true(a.worker == 1 && a.job == 2 && a.state == ALLOCATION_RESERVED);
	must(store_allocation_next_of_pledge(s, 1, a.id, &a));
	assert_int_equal(a.worker, 2);
	assert_int_equal(store_allocation_next_of_pledge(s, 1, a.id, &a), RC_NOENT);
	must(store_allocation_next_of_worker(s, 2, 0, &a));
	assert_int_equal(store_allocation_add(s, 99, JULY, JULY, T0, &id), RC_NOENT);
	must(store_commit(s));
}

static void a_place_given_up_goes_to_who_waits(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct waiting_row w[4];
	int64_t first, second, pledge;
	int places;
	size_t n;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 1);
	(void)add_worker(s, 1, 1, false);
	(void)add_worker(s, 1, 2, true);
	(void)add_worker(s, 1, 3, true);
	first = add_allocation(s, 1);
	second = add_allocation(s, 2);
	assert_int_equal(store_pledge_next_waiting(s, 0, &pledge, &places), RC_NOENT);
	assert_int_equal(store_place_give(s, 2), RC_LIMIT);
	assert_int_equal(store_allocation_set(s, second, ALLOCATION_RESERVED, T0), RC_LIMIT);
	assert_int_equal(store_allocation_set(s, first, ALLOCATION_PROPOSED, T0), RC_INVALID);
	must(store_allocation_set(s, first, ALLOCATION_RELEASED, T0));
	assert_int_equal(taken(s, 1), 0);
	must(store_pledge_next_waiting(s, 0, &pledge, &places));
	assert_int_equal(places, 1);
	must(store_waiting(s, 1, w, 4, &n));
	assert_int_equal(n, 2);
	assert_true(w[0].w.registration == 2 && w[0].w.number == 1 && w[0].worker == 2);
	assert_true(w[0].born.year == 1980 && w[0].born.month == 1 && !w[0].w.may_join);
	must(store_place_give(s, 2));
	assert_int_equal(taken(s, 1), 1);
	assert_int_equal(allocation_of(s, second).state, ALLOCATION_RESERVED);
	must(store_waiting(s, 1, w, 4, &n));
	assert_int_equal(n, 1);
	must(store_allocation_set(s, second, ALLOCATION_FUNDED, T0));
	must(store_allocation_set(s, second, ALLOCATION_CONFIRMED, T0));
	assert_int_equal(taken(s, 1), 1);
	must(store_allocation_set(s, second, ALLOCATION_ENDED, T0 + 5));
	assert_int_equal(taken(s, 1), 0);
	assert_int_equal(store_allocation_set(s, second, ALLOCATION_RESERVED, T0), RC_INVALID);
	must(store_commit(s));
}

static void who_gives_up_waiting_is_passed_over(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct waiting_row w[4];
	int64_t id;
	size_t n;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 1);
	(void)add_worker(s, 1, 1, true);
	id = add_allocation(s, 1);
	must(store_allocation_set(s, id, ALLOCATION_RELEASED, T0));
	must(store_waiting(s, 1, w, 4, &n));
	assert_int_equal(n, 0);
	assert_int_equal(taken(s, 1), 0);
	must(store_commit(s));
}

static void what_the_insurer_did_not_answer_is_found(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t id, n, since;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 2);
	(void)add_worker(s, 1, 1, false);
	(void)add_worker(s, 1, 2, false);
	(void)add_allocation(s, 1);
	id = add_allocation(s, 2);
	must(store_allocation_sent(s, id, DAY0, 0));
	must(store_unanswered(s, 1, DAY0 - 1, &n, &since));
	assert_int_equal(n, 0);
	must(store_unanswered(s, 1, DAY0, &n, &since));
	assert_true(n == 1 && since == DAY0);
	must(store_allocation_sent(s, id, DAY0, DAY0 + 3));
	must(store_unanswered(s, 1, DAY0, &n, &since));
	assert_int_equal(n, 0);
	must(store_commit(s));
}

/* ---- months ---- */

static struct month_row paid(int64_t worker, month_t month, int64_t pledge, int64_t entry)
{
	return (struct month_row){ .worker = worker,
		.month = month,
		.pledge = pledge,
		.entry = entry,
		.amount = 16800,
		.paid_day = DAY0 };
}

static void a_month_has_one_payer(void **state)
{
	struct place *p = *state;
	struct store *s = p->s;
	struct month_row m, got, before;
	int64_t entry, other;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 2);
	(void)add_pledge(s, "E5G8M3", 2);
	(void)add_worker(s, 1, 1, false);
	entry = pay_by_entry(s, 1, 16800);
	other = pay_by_entry(s, 2, 16800);
	m = paid(1, JULY, 1, entry);
	must(store_month_pay(s, &m));
	assert_int_equal(store_month_pay(s, &m), RC_EXISTS);
	m = paid(1, JULY, 2, other);
	assert_int_equal(store_month_pay(s, &m), RC_EXISTS);
	must(store_month_confirm(s, 1, JULY, DAY0 + 9, 0, &before));
	assert_true(before.pledge == 1 && before.amount == 16800 && !before.confirmed_day);
	assert_int_equal(store_month_confirm(s, 1, JULY, DAY0 + 20, 0, &before), RC_EXISTS);
	assert_int_equal(before.confirmed_day, DAY0 + 9);
	must(store_month_return(s, 1, JULY, other));
	assert_int_equal(store_month_return(s, 1, JULY, other), RC_NOENT);
	must(store_month_get(s, 1, JULY, &got));
	assert_true(!got.pledge && !got.paid_day && got.confirmed_day == DAY0 + 9);
	must(store_month_pay(s, &m)); /* free for the other one now */
	must(store_month_get(s, 1, JULY, &got));
	assert_true(got.pledge == 2 && got.confirmed_day == DAY0 + 9);
	must(store_commit(s));
	assert_int_equal(ask_int(p, "SELECT pledge FROM coverage_past"), 1);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM coverage_month"), 1);
}

static void a_month_of_which_nothing_is_known_is_gone(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct month_row m, before;
	int64_t entry;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 2);
	(void)add_worker(s, 1, 1, false);
	entry = pay_by_entry(s, 1, 16800);
	m = paid(1, JULY, 1, entry);
	must(store_month_pay(s, &m));
	must(store_month_return(s, 1, JULY, entry));
	assert_int_equal(store_month_get(s, 1, JULY, &m), RC_NOENT);
	must(store_month_confirm(s, 1, JULY, DAY0, 0, &before));
	assert_int_equal(before.worker, 0);
	must(store_month_unconfirm(s, 1, JULY));
	assert_int_equal(store_month_unconfirm(s, 1, JULY), RC_NOENT);
	assert_int_equal(store_month_get(s, 1, JULY, &m), RC_NOENT);
	must(store_commit(s));
}

static void due_months_are_those_nobody_pays(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct due_row d[4];
	struct month_row m, before;
	int64_t entry, second;
	size_t n;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 3);
	for (int i = 1; i <= 3; i++)
		(void)add_worker(s, 1, i, false);
	(void)add_allocation(s, 1);
	second = add_allocation(s, 2);
	(void)add_allocation(s, 3);
	must(store_allocation_set(s, 3, ALLOCATION_RELEASED, T0));
	entry = pay_by_entry(s, 1, 16800);
	m = paid(2, JULY + 1, 1, entry);
	must(store_month_pay(s, &m));
	must(store_month_confirm(s, 2, JULY, DAY0, 0, &before)); /* somebody's, not ours */
	must(store_due_months(s, 1, 0, d, 4, &n));
	assert_int_equal(n, 2);
	assert_true(d[0].worker == 1 && d[0].covered == 0 && d[0].job == 2);
	for (month_t k = JULY - 1; k <= JULY + 12; k++) {
		const bool inside = k >= JULY && k <= JULY + 11;

		assert_int_equal(due_open(&d[0], k), inside);
		assert_int_equal(due_open(&d[1], k), inside && k != JULY + 1);
	}
	assert_int_equal(d[1].covered, JULY);
	must(store_due_months(s, 1, 0, d, 1, &n));
	assert_int_equal(n, 1);
	must(store_due_months(s, 1, d[0].allocation, d, 4, &n));
	assert_true(n == 1 && d[0].allocation == second);
	must(store_commit(s));
}

static void the_months_of_an_entry_are_found_for_its_reversal(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t entry, other, allocation = 0, found = 0;
	struct month_row m;
	month_t month = 0;
	rc_t rc;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 3);
	entry = pay_by_entry(s, 1, 16800);
	other = pay_by_entry(s, 1, 16800);
	for (int i = 1; i <= 3; i++) {
		(void)add_worker(s, 1, i, false);
		(void)add_allocation(s, i);
		m = paid(i, JULY, 1, entry);
		must(store_month_pay(s, &m));
		m = paid(i, JULY + 1, 1, i == 2 ? entry : other);
		must(store_month_pay(s, &m));
	}
	while ((rc = store_month_next_of_entry(s, entry, &allocation, &month, &m)) == RC_OK) {
		assert_int_equal(m.entry, entry);
		assert_int_equal(m.month, month);
		must(store_month_return(s, m.worker, m.month, other)); /* while walking */
		found++;
	}
	assert_int_equal(rc, RC_NOENT);
	assert_int_equal(found, 4);
	must(store_commit(s));
}

static void money_without_confirmation_is_a_gap(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct month_row m, before;
	struct gap_row g;
	int64_t entry;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 3);
	entry = pay_by_entry(s, 1, 16800);
	for (int i = 1; i <= 3; i++) {
		(void)add_worker(s, 1, i, false);
		m = paid(i, JULY, 1, entry);
		m.paid_day = DAY0 + i;
		must(store_month_pay(s, &m));
	}
	m = paid(1, JULY + 1, 1, entry);
	m.paid_day = 0;
	m.reported_day = DAY0;
	must(store_month_pay(s, &m));
	must(store_month_confirm(s, 2, JULY, DAY0 + 5, 0, &before));
	must(store_gap_next(s, DAY0 + 3, 0, 0, &g));
	assert_true(g.pledge == 1 && g.month == JULY && g.workers == 2);
	assert_true(g.first_day == DAY0 + 1 && g.amount == 33600);
	must(store_gap_next(s, DAY0 + 3, g.pledge, g.month, &g));
	assert_true(g.month == JULY + 1 && g.workers == 1 && g.first_day == DAY0);
	assert_int_equal(store_gap_next(s, DAY0 + 3, g.pledge, g.month, &g), RC_NOENT);
	must(store_gap_next(s, DAY0, 0, 0, &g));
	assert_int_equal(g.month, JULY + 1); /* July's money is too young */
	must(store_commit(s));
}

static void cover_is_what_the_rules_make_of_the_evidence(void **state)
{
	static const struct date at = { 2026, 7, 20 };
	struct coverage_rules rules = COVERAGE_RULES_DEFAULT;
	struct store *s = ((struct place *)*state)->s;
	struct month_row m, before;
	struct person_row who;
	struct coverage c;
	int64_t entry;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 3);
	(void)add_worker(s, 1, 1, false);
	must(store_person_get(s, 1, &who));
	assert_true(who.registered == T0 && who.born.year == 1980 && who.job == 2);
	entry = pay_by_entry(s, 1, 16800);
	m = paid(1, JULY, 1, entry);
	must(store_month_pay(s, &m));
	must(store_coverage_at(s, 1, at, &c));
	assert_true(c.state == COVERAGE_PENDING && c.now == EVIDENCE_BANK);
	rules.bank_counts = true;
	store_coverage_rules(s, &rules);
	must(store_coverage_at(s, 1, at, &c));
	assert_int_equal(c.state, COVERAGE_EXPIRING);
	rules.bank_counts = false;
	store_coverage_rules(s, &rules);
	must(store_month_confirm(s, 1, JULY, DAY0 + 19, 0, &before));
	must(store_coverage_at(s, 1, at, &c));
	assert_int_equal(c.state, COVERAGE_EXPIRING);
	assert_int_equal(date_days(c.recorded), DAY0 + 19);
	must(store_coverage_at(s, 1, (struct date){ 2026, 7, 19 }, &c));
	assert_int_equal(c.state, COVERAGE_PENDING); /* nobody knew yet */
	must(store_person_died(s, 1, DAY0 + 18));
	must(store_coverage_at(s, 1, at, &c));
	assert_int_equal(c.state, COVERAGE_DECEASED);
	assert_int_equal(store_coverage_at(s, 9, at, &c), RC_NOENT);
	must(store_commit(s));
}

/* ---- runs and issues ---- */

static void one_run_at_a_time(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct run_row r, again;

	must(store_begin(s));
	assert_int_equal(store_run_last(s, &r), RC_NOENT);
	must(store_run_begin(s, DAY0, "root", T0, &r));
	must(store_run_mark(s, r.id, 3, 17));
	must(store_run_begin(s, DAY0, "budi", T0 + 60, &again));
	assert_true(again.id == r.id && again.phase == 3 && again.cursor == 17);
	assert_string_equal(again.by, "root");
	assert_int_equal(store_run_begin(s, DAY0 + 1, "root", T0, &again), RC_EXISTS);
	assert_int_equal(again.as_of, DAY0);
	must(store_run_end(s, r.id, T0 + 90));
	assert_int_equal(store_run_mark(s, r.id, 4, 0), RC_NOENT);
	must(store_run_begin(s, DAY0 + 1, "root", T0, &again));
	assert_true(again.id > r.id && again.phase == 0);
	must(store_run_last(s, &r));
	assert_int_equal(r.id, again.id);
	must(store_commit(s));
}

static void an_issue_is_open_once(void **state)
{
	struct place *p = *state;
	struct store *s = p->s;
	struct issue_row i;
	int64_t id, next;

	must(store_begin(s));
	must(store_issue_raise(
	        s, ISSUE_REMITTANCE_GAP, "pledge/D4F7K2/2026-07", "workers=2", 0, T0, &id));
	assert_int_equal(store_issue_raise(s, ISSUE_REMITTANCE_GAP, "pledge/D4F7K2/2026-07", "", 0,
	                         T0, &next),
	        RC_EXISTS);
	must(store_issue_raise(s, ISSUE_AMBIGUOUS, "pledge/D4F7K2/2026-07", "", 0, T0, NULL));
	must(store_issue_find(s, ISSUE_REMITTANCE_GAP, "pledge/D4F7K2/2026-07", &i));
	assert_true(i.id == id && i.state == ISSUE_OPEN);
	assert_string_equal(i.detail, "workers=2");
	must(store_issue_resolve(s, id, "budi", "sudah disetor", false, T0 + 9));
	assert_int_equal(store_issue_resolve(s, id, "budi", "", false, T0), RC_NOENT);
	assert_int_equal(store_issue_find(s, i.kind, i.subject, &i), RC_NOENT);
	must(store_issue_raise(s, ISSUE_REMITTANCE_GAP, "pledge/D4F7K2/2026-07", "", 0, T0, &next));
	must(store_issue_resolve(s, next, "budi", "bukan masalah", true, T0 + 9));
	assert_int_equal(store_issue_raise(s, ISSUE_REMITTANCE_GAP, "pledge/D4F7K2/2026-07", "", 0,
	                         T0, &next),
	        RC_EXISTS);
	must(store_issue_next(s, true, 0, &i));
	assert_int_equal(i.kind, ISSUE_AMBIGUOUS);
	assert_int_equal(store_issue_next(s, true, i.id, &i), RC_NOENT);
	must(store_issue_next(s, false, 0, &i));
	assert_string_equal(i.resolved_by, "budi");
	must(store_commit(s));
	assert_int_equal(
	        ask_int(p, "SELECT count(*) FROM audit WHERE action = 'issue resolve'"), 2);
}

static void how_long_the_lock_is_held_is_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t before = clock_work_us(), held;

	assert_int_equal(store_held_us(s), 0);
	must(store_begin(s));
	while (clock_work_us() - before < 2000)
		;
	held = store_held_us(s);
	assert_true(held > 0 && held <= clock_work_us() - before);
	must(store_commit(s));
	assert_int_equal(store_held_us(s), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(registrations_are_mapped_once),
		T(a_place_given_up_goes_to_who_waits),
		T(who_gives_up_waiting_is_passed_over),
		T(what_the_insurer_did_not_answer_is_found),
		T(a_month_has_one_payer),
		T(a_month_of_which_nothing_is_known_is_gone),
		T(due_months_are_those_nobody_pays),
		T(the_months_of_an_entry_are_found_for_its_reversal),
		T(money_without_confirmation_is_a_gap),
		T(cover_is_what_the_rules_make_of_the_evidence),
		T(one_run_at_a_time),
		T(an_issue_is_open_once),
		T(how_long_the_lock_is_held_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
