/* Requests that need a second person, deaths, replacements, terms that change. */
#include "desk_fixture.h"

/* ---- requests ---- */

static rc_t approve(struct store *s, int64_t id, const char *by, struct approval *a)
{
	const struct renewal n = { .ref = "F6H9N4" };
	struct officer o = officer(by);
	rc_t rc = correct_approve(s, id, &n, &o, a);

	if (rc == RC_INVALID)
		assert_true(o.why[0]);
	return rc;
}

static void a_refund_needs_two_officers_and_a_payment(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct unwound sum = { 0 };
	struct request_row r;
	struct approval a;
	int64_t payment, id, other;

	must(store_begin(s));
	town(s);
	payment = posted(s, "D4F7K2", 20 * RATE + 7000);
	assert_int_equal(correct_ask_refund(s, 1, 0, 7001, &o, &id), RC_INVALID);
	assert_int_equal(correct_ask_refund(s, 9, 0, 1, &o, &id), RC_NOENT);
	assert_int_equal(correct_ask_refund(s, 2, payment, 1, &o, &id), RC_INVALID);
	must(correct_ask_refund(s, 1, payment, 7000, &o, &id));
	assert_int_equal(credit_of(s, 1), 0); /* nothing else may spend it */
	assert_int_equal(balance(s, LEDGER_REFUNDS, 1), -7000);
	assert_int_equal(payment_of(s, payment).state, PAY_REFUND_REQUESTED);
	assert_int_equal(take_back(s, payment, false, &sum), RC_INVALID);
	assert_int_equal(approve(s, id, "budi", &a), RC_INVALID);
	assert_int_equal(correct_refund_paid(s, id, false, &o), RC_INVALID); /* not approved */
	must(approve(s, id, "sari", &a));
	assert_int_equal(approve(s, id, "tono", &a), RC_INVALID);
	assert_int_equal(balance(s, LEDGER_BANK, 0), 20 * RATE + 7000);     /* not paid out yet */
	assert_int_equal(correct_refund_paid(s, id, true, &o), RC_INVALID); /* not there */
	must(correct_refund_paid(s, id, false, &o));
	assert_int_equal(correct_refund_paid(s, id, false, &o), RC_INVALID);
	assert_int_equal(balance(s, LEDGER_BANK, 0), 20 * RATE);
	assert_int_equal(balance(s, LEDGER_REFUNDS, 1), 0);
	assert_int_equal(payment_of(s, payment).state, PAY_REFUNDED);
	must(store_request_get(s, id, &r));
	assert_int_equal(r.settled_day, DAY0);
	assert_string_equal(r.note, "salah alamat");
	must(correct_ask_refund(s, 1, 0, 1, &o, &other) == RC_INVALID ? RC_OK : RC_IO);
	must(store_commit(s));
	books_hold(s);
}

static void a_refused_refund_is_credit_again(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi"), second = officer("sari");
	struct request_row r;
	int64_t payment, id;

	must(store_begin(s));
	town(s);
	payment = posted(s, "D4F7K2", 20 * RATE + 7000);
	must(correct_ask_refund(s, 1, payment, 7000, &o, &id));
	assert_int_equal(correct_refuse(s, id, &o, &r), RC_INVALID);
	must(correct_refuse(s, id, &second, &r));
	assert_int_equal(credit_of(s, 1), 7000);
	assert_int_equal(payment_of(s, payment).state, PAY_POSTED);
	must(store_request_get(s, id, &r));
	assert_int_equal(r.state, REQUEST_REFUSED);
	assert_string_equal(r.answer, "salah alamat");
	must(correct_ask_refund(s, 1, payment, 7000, &o, &id)); /* may be asked again */
	must(store_commit(s));
	books_hold(s);
}

static void a_sponsors_own_wish_needs_one_officer(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct request_row r = {
		.kind = REQUEST_REFUND, .sponsor = 1, .amount = 7000, .at = T0, .by = "sponsor/1"
	};
	struct approval a;
	int64_t id;

	must(store_begin(s));
	town(s);
	(void)posted(s, "D4F7K2", 20 * RATE + 7000);
	must(store_request_add(s, &r, &id));
	must(approve(s, id, "budi", &a));
	assert_int_equal(balance(s, LEDGER_REFUNDS, 1), -7000);
	r.amount = 1;
	must(store_request_add(s, &r, &id));
	assert_int_equal(approve(s, id, "budi", &a), RC_INVALID); /* no credit is left */
	must(store_commit(s));
	books_hold(s);
}

/* The first instalment of the first pledge lacks so much. */
static void let_lack(struct store *s, rupiah_t amount)
{
	struct instalment_row in[PLAN_MONTHS_MAX];
	size_t n;

	must(store_instalments(s, 1, in, PLAN_MONTHS_MAX, &n));
	must(store_instalment_set(
	        s, in[0].id, in[0].paid + amount, in[0].paid, INSTALMENT_PART_PAID));
}

static void credit_is_given_up_and_shortfalls_forgiven_by_two(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct approval a;
	int64_t id;

	must(store_begin(s));
	town(s);
	(void)posted(s, "D4F7K2", 20 * RATE + 7000);
	must(correct_ask_write_off(s, 1, false, 7000, &o, &id));
	assert_int_equal(credit_of(s, 1), 7000);
	assert_int_equal(approve(s, id, "budi", &a), RC_INVALID);
	must(approve(s, id, "sari", &a));
	assert_int_equal(credit_of(s, 1), 0);
	assert_int_equal(balance(s, LEDGER_WRITTEN_OFF, 1), -7000);
	assert_int_equal(correct_ask_write_off(s, 1, false, 1, &o, &id), RC_INVALID);
	let_lack(s, 12000);
	assert_int_equal(correct_ask_write_off(s, 1, true, 12001, &o, &id), RC_INVALID);
	must(correct_ask_write_off(s, 1, true, 9800, &o, &id));
	must(approve(s, id, "sari", &a));
	assert_int_equal(credit_of(s, 1), 9800);
	assert_int_equal(correct_ask_write_off(s, 1, true, 2201, &o, &id), RC_INVALID);
	must(correct_ask_write_off(s, 1, true, 2200, &o, &id));
	let_lack(s, 11999); /* less is missing when it is decided */
	assert_int_equal(approve(s, id, "sari", &a), RC_INVALID);
	must(store_commit(s));
	books_hold(s);
}

static void more_workers_and_another_year_are_approved(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct request_row r = { .kind = REQUEST_WORKERS,
		.sponsor = 1,
		.pledge = 1,
		.workers = 12,
		.at = T0,
		.by = "sponsor/1" };
	struct pledge_row p;
	struct approval a;
	int64_t id;

	must(store_begin(s));
	town(s);
	must(store_request_add(s, &r, &id));
	must(approve(s, id, "budi", &a));
	must(store_pledge_get_id(s, 1, &p));
	assert_int_equal(p.workers, 14);
	r.kind = REQUEST_RENEWAL;
	must(store_request_add(s, &r, &id));
	must(approve(s, id, "budi", &a));
	must(store_pledge_get(s, "F6H9N4", &p));
	assert_int_equal(p.start, JULY + 12);
	assert_int_equal(p.workers, 14);
	assert_int_equal(p.months, 12);
	assert_int_equal(p.taken, 0);
	r.kind = REQUEST_REFERENCE;
	must(store_request_add(s, &r, &id));
	assert_int_equal(approve(s, id, "budi", &a), RC_INVALID); /* which payment? */
	must(store_commit(s));
}

/* Nobody is carried into it, and the old pledge may be renewed again. */
static void a_cancelled_renewal_renews_nothing(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct request_row r = {
		.kind = REQUEST_RENEWAL, .sponsor = 1, .pledge = 1, .at = T0, .by = "sponsor/1"
	};
	struct officer o = officer("budi");
	int64_t id, next, renews;
	char ref[REF_LEN + 3];
	struct pledge_row p;
	struct approval a;
	bool told;

	must(store_begin(s));
	town(s);
	must(store_request_add(s, &r, &id));
	must(approve(s, id, "sari", &a));
	must(store_renewal_next(s, JULY, 0, &next, &renews));
	assert_int_equal(renews, 1);
	must(store_renewed(s, 1, ref));
	must(correct_pledge_cancel(s, ref, &o, &p, &told));
	assert_int_equal(store_renewal_next(s, JULY, 0, &next, &renews), RC_NOENT);
	assert_int_equal(store_renewed(s, 1, ref), RC_NOENT);
	must(store_commit(s));
}

static void nothing_is_added_to_a_cancelled_pledge(void **state)
{
	static const enum request_kind kinds[] = { REQUEST_RENEWAL, REQUEST_WORKERS };
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct pledge_row p;
	struct approval a;
	int64_t id[2];
	bool told;

	must(store_begin(s));
	town(s);
	for (int i = 0; i < 2; i++) {
		const struct request_row r = { .kind = kinds[i],
			.sponsor = 1,
			.pledge = 1,
			.workers = 3,
			.at = T0,
			.by = "sponsor/1" };

		must(store_request_add(s, &r, &id[i]));
	}
	must(correct_pledge_cancel(s, "D4F7K2", &o, &p, &told));
	for (int i = 0; i < 2; i++)
		assert_int_equal(approve(s, id[i], "sari", &a), RC_INVALID);
	must(store_commit(s));
}

/* ---- workers, pledges, programmes ---- */

static void a_death_is_recorded_once_and_taken_back(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct person_row p;

	must(store_begin(s));
	town(s);
	assert_int_equal(correct_died(s, 1, DAY0 + 1, &o), RC_INVALID); /* tomorrow */
	assert_int_equal(correct_died(s, 1, 0, &o), RC_INVALID);
	assert_int_equal(correct_died(s, 1, 1, &o), RC_INVALID); /* before the birth */
	must(correct_died(s, 1, DAY0 - 3, &o));
	assert_int_equal(correct_died(s, 1, DAY0 - 2, &o), RC_INVALID);
	must(store_person_get(s, 1, &p));
	assert_int_equal(p.died_day, DAY0 - 3);
	must(correct_died(s, 1, 0, &o));
	must(store_person_get(s, 1, &p));
	assert_int_equal(p.died_day, 0);
	assert_int_equal(correct_died(s, 99, DAY0, &o), RC_NOENT);
	must(store_commit(s));
}

/* What reconcile cut short because of a death that was none. */
static void a_wrong_report_gives_the_place_back(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct allocation_row a;
	struct pledge_row p;

	must(store_begin(s));
	town(s);
	(void)add_allocation(s, add_worker(s, 1, 5, true));
	must(correct_died(s, 1, DAY0, &o));
	must(store_allocation_span(s, 1, JULY, JULY));
	must(correct_died(s, 1, 0, &o));
	must(store_allocation_get(s, 1, &a));
	assert_int_equal(a.to, JULY + 11);
	must(correct_died(s, 1, DAY0, &o));
	must(store_allocation_span(s, 1, JULY, JULY));
	must(store_allocation_set(s, 1, ALLOCATION_ENDED, T0));
	must(store_place_give(s, 5));
	must(store_mark(s));
	assert_int_equal(correct_died(s, 1, 0, &o), RC_LIMIT);
	assert_non_null(strstr(o.why, "payung pledge revise D4F7K2 --workers 3"));
	store_undo(s);
	must(correct_pledge_workers(s, "D4F7K2", 3, &o));
	must(correct_died(s, 1, 0, &o));
	must(store_allocation_get(s, 1, &a));
	assert_int_equal(a.state, ALLOCATION_RESERVED);
	assert_int_equal(a.to, JULY + 11);
	must(store_pledge_get_id(s, 1, &p));
	assert_int_equal(p.taken, 3);
	must(store_commit(s));
}

static void a_replacement_begins_where_nothing_is_paid(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct allocation_row a;
	struct replacement r;
	struct pledge_row p;
	struct month_row m;

	must(store_begin(s));
	town(s);
	(void)add_allocation(s, add_worker(s, 1, 5, true));
	(void)posted(s, "D4F7K2", 3 * RATE);
	assert_int_equal(correct_replace(s, 1, "R00003", &o, &r), RC_INVALID); /* other pledge */
	assert_int_equal(correct_replace(s, 1, "R00001", &o, &r), RC_INVALID);
	assert_int_equal(correct_replace(s, 1, "R00002", &o, &r), RC_INVALID); /* has a place */
	assert_int_equal(correct_replace(s, 1, "R00099", &o, &r), RC_NOENT);
	must(correct_replace(s, 1, "R00005", &o, &r));
	assert_int_equal(r.from, JULY + 3);
	assert_int_equal(r.worker, 5);
	must(store_allocation_get(s, 1, &a));
	assert_int_equal(a.state, ALLOCATION_ENDED);
	must(store_allocation_get(s, r.allocation, &a));
	assert_int_equal(a.state, ALLOCATION_RESERVED);
	assert_int_equal(a.from, JULY + 3);
	assert_int_equal(
	        correct_replace(s, 5, "R00001", &o, &r), RC_INVALID); /* its turn is over */
	assert_non_null(strstr(o.why, "had a place in this pledge and lost it"));
	must(store_month_get(s, 1, JULY + 2, &m)); /* paid months stay where they are */
	assert_int_equal(m.pledge, 1);
	must(store_pledge_get_id(s, 1, &p));
	assert_int_equal(p.taken, 2);
	must(store_commit(s));
	books_hold(s);
}

static void terms_change_with_their_history(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct basis_row b = { 0 };
	struct pledge_row p;

	must(store_begin(s));
	town(s);
	assert_int_equal(correct_pledge_workers(s, "D4F7K2", 1, &o), RC_INVALID); /* places kept */
	must(correct_pledge_workers(s, "D4F7K2", 22000, &o));
	assert_int_equal(correct_pledge_workers(s, "D4F7K2", 22000, &o), RC_INVALID);
	assert_int_equal(correct_pledge_workers(s, "ZZZZZZ", 1, &o), RC_NOENT);
	must(store_pledge_get_id(s, 1, &p));
	assert_int_equal(p.workers, 22000);
	must(correct_legal_basis(s, "GN", "Perwal 19/2023", &o));
	assert_int_equal(correct_legal_basis(s, "XX", "Perwal 19/2023", &o), RC_NOENT);
	must(store_basis_next(s, "GN", 0, &b));
	assert_string_equal(b.text, "Perwal 1");
	must(store_basis_next(s, "GN", b.number, &b));
	assert_string_equal(b.text, "Perwal 19/2023");
	assert_int_equal(store_basis_next(s, "GN", b.number, &b), RC_NOENT);
	must(store_commit(s));
}

static void the_insurers_list_holds_who_was_not_sent(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct export_row r = { 0 };

	must(store_begin(s));
	town(s);
	(void)add_allocation(s, add_worker(s, 1, 5, true)); /* waits: not to be insured */
	must(correct_died(s, 2, DAY0, &o));
	must(store_export_next(s, 0, 0, &r));
	assert_int_equal(r.worker, 1);
	assert_string_equal(r.nik, "3374010101800001");
	assert_string_equal(r.ref, "D4F7K2");
	must(store_allocation_sent(s, r.allocation, DAY0, 0));
	must(store_export_next(s, 0, 0, &r));
	assert_int_equal(r.worker, 3);
	assert_int_equal(store_export_next(s, 1, 0, &r), RC_NOENT);
	must(store_commit(s));
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_refund_needs_two_officers_and_a_payment),
		T(a_refused_refund_is_credit_again),
		T(a_sponsors_own_wish_needs_one_officer),
		T(credit_is_given_up_and_shortfalls_forgiven_by_two),
		T(more_workers_and_another_year_are_approved),
		T(a_cancelled_renewal_renews_nothing),
		T(nothing_is_added_to_a_cancelled_pledge),
		T(a_death_is_recorded_once_and_taken_back),
		T(a_wrong_report_gives_the_place_back),
		T(a_replacement_begins_where_nothing_is_paid),
		T(terms_change_with_their_history),
		T(the_insurers_list_holds_who_was_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
