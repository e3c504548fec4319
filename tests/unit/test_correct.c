/* Payments that officers settle and take back, and that the books hold whatever officers do. What
 * reconcile would do before is done by hand. */
#include "cover_draw.h"
#include "desk_fixture.h"

/* ---- payments ---- */

static void an_officer_settles_whose_a_payment_is(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct correction_row c = { 0 };
	int64_t id;

	must(store_begin(s));
	town(s);
	id = add_payment(s, 50400);
	assert_int_equal(correct_unassign(s, id, &o), RC_INVALID); /* is nobody's */
	assert_int_equal(correct_assign(s, id, "ZZZZZZ", false, &o), RC_NOENT);
	assert_int_equal(correct_assign(s, 99, "D4F7K2", false, &o), RC_NOENT);
	must(correct_assign(s, id, "D4F7K2", false, &o));
	assert_int_equal(payment_of(s, id).state, PAY_MATCHED);
	assert_int_equal(payment_of(s, id).sponsor, 1);
	assert_string_equal(payment_of(s, id).by, "budi");
	must(correct_unassign(s, id, &o));
	assert_int_equal(payment_of(s, id).state, PAY_UNMATCHED);
	assert_int_equal(payment_of(s, id).pledge, 0);
	must(correct_assign(s, id, "E5G8M3", false, &o));
	post_payment(s, id);
	assert_int_equal(correct_assign(s, id, "D4F7K2", false, &o), RC_INVALID);
	assert_int_equal(correct_unassign(s, id, &o), RC_INVALID);
	must(store_correction_next(s, "payment/1", 0, &c));
	assert_string_equal(c.action, "payment assign");
	assert_string_equal(c.detail, "pledge=D4F7K2");
	assert_string_equal(c.note, "salah alamat");
	must(store_commit(s));
	books_hold(s);
}

static void a_wrong_assignment_leaves_nothing_behind(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct unwound sum = { 0 };
	struct allocation_row a;
	struct month_row m;
	int64_t id;

	must(store_begin(s));
	town(s);
	id = posted(s, "D4F7K2", 3 * RATE + 5000);
	must(store_month_get(s, 1, JULY, &m));
	confirm(s, &m);
	must(store_allocation_set(s, 1, ALLOCATION_CONFIRMED, T0));
	books_hold(s);
	must(take_back(s, id, false, &sum));
	assert_int_equal(sum.months, 3);
	assert_int_equal(sum.amount, 3 * RATE);
	assert_int_equal(payment_of(s, id).state, PAY_UNMATCHED);
	assert_int_equal(payment_of(s, id).sponsor, 0);
	assert_int_equal(balance(s, LEDGER_UNASSIGNED, id), -(3 * RATE + 5000));
	assert_int_equal(credit_of(s, 1), 0);
	must(store_month_get(s, 1, JULY, &m)); /* what the insurer said stands */
	assert_int_equal(m.pledge, 0);
	assert_int_equal(m.confirmed_day, DAY0 + 9);
	assert_int_equal(store_month_get(s, 1, JULY + 1, &m), RC_NOENT);
	must(store_allocation_get(s, 1, &a));
	assert_int_equal(a.state, ALLOCATION_RESERVED);
	books_hold(s);
	assert_int_equal(take_back(s, id, false, &sum), RC_INVALID);
	/* The right one gets it. */
	struct officer o = officer("sari");
	must(correct_assign(s, id, "E5G8M3", false, &o));
	post_payment(s, id);
	must(store_month_get(s, 3, JULY, &m));
	assert_int_equal(m.pledge, 2);
	must(store_commit(s));
	books_hold(s);
}

static void what_spent_credit_paid_goes_back_newest_first(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct unwound sum = { 0 };
	struct month_row m;
	int64_t first;

	must(store_begin(s));
	town(s);
	first = posted(s, "D4F7K2", 24 * RATE + 5 * RATE); /* both workers' year, and credit */
	assert_int_equal(credit_of(s, 1), 9 * RATE);       /* 20 months at once */
	apply_credit(s, 1);
	assert_int_equal(credit_of(s, 1), 5 * RATE);
	books_hold(s);
	must(take_back(s, first, true, &sum));
	assert_int_equal(sum.months, 24);
	assert_int_equal(payment_of(s, first).state, PAY_REVERSED);
	assert_int_equal(balance(s, LEDGER_BANK, 0), 0);
	assert_int_equal(store_month_next(s, 2, 0, &m), RC_NOENT);
	must(store_commit(s));
	books_hold(s);
}

static void other_money_keeps_its_months(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct unwound sum = { 0 };
	struct month_row m;
	int64_t wrong;

	must(store_begin(s));
	town(s);
	wrong = posted(s, "D4F7K2", RATE / 2);
	assert_int_equal(credit_of(s, 1), RATE / 2);
	(void)posted(s, "D4F7K2", 2 * RATE + RATE / 2); /* with it three months */
	assert_int_equal(credit_of(s, 1), 0);
	(void)posted(s, "D4F7K2", RATE); /* newer, but it spent no credit */
	must(take_back(s, wrong, false, &sum));
	assert_int_equal(sum.months, 1);
	assert_int_equal(credit_of(s, 1), RATE / 2);
	assert_int_equal(store_month_get(s, 1, JULY + 2, &m), RC_NOENT); /* the last of the three */
	must(store_month_get(s, 1, JULY + 3, &m));
	must(store_commit(s));
	books_hold(s);
}

static void taking_back_goes_on_after_a_kill(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct unwound sum = { 0 };
	bool more = true;
	int64_t id;
	int rounds = 0;

	must(store_begin(s));
	town(s);
	id = posted(s, "D4F7K2", 20 * RATE);
	must(store_commit(s));
	/* No time at all: the payment is set aside, and nothing else happens. */
	must(store_begin(s));
	must(correct_reverse(s, id, false, 0, &o, &sum, &more));
	must(store_commit(s));
	assert_true(more);
	assert_false(sum.done);
	assert_int_equal(payment_of(s, id).state, PAY_REVERSED);
	for (; more; rounds++) {
		must(store_begin(s));
		must(correct_reverse(s, id, false, 400, &o, &sum, &more));
		must(store_commit(s));
		assert_true(rounds < 10000);
	}
	assert_true(sum.done);
	assert_int_equal(sum.months, 20);
	assert_int_equal(payment_of(s, id).state, PAY_UNMATCHED);
	books_hold(s);
}

static void what_is_not_posted_is_not_reversed(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct officer o = officer("budi");
	struct unwound sum = { 0 };
	int64_t id;

	must(store_begin(s));
	town(s);
	id = add_payment(s, 50400);
	assert_int_equal(take_back(s, id, false, &sum), RC_INVALID);
	must(correct_assign(s, id, "D4F7K2", false, &o));
	assert_int_equal(take_back(s, id, false, &sum), RC_INVALID);
	assert_int_equal(take_back(s, 99, false, &sum), RC_NOENT);
	must(store_commit(s));
}

/* ---- whatever officers do ---- */

struct desk {
	struct store *s;
	int64_t payment[64], request[64];
	int payments, requests;
};

static const char *const refs[] = { "D4F7K2", "E5G8M3" }, *const names[] = { "budi", "sari" };

static void one_act(struct desk *d)
{
	struct officer o = officer(names[draw(2)]);
	const int64_t pledge = 1 + draw(2);
	const rupiah_t amount = (1 + draw(6)) * 4200;
	struct unwound sum = { 0 };
	struct request_row r;
	struct approval a;
	struct month_row m;
	bool more = false;

	switch (draw(9)) {
	case 0:
	case 1:
		if (d->payments < 64)
			d->payment[d->payments++] = posted(d->s, refs[pledge - 1], amount * 3);
		break;
	case 2:
		apply_credit(d->s, pledge);
		break;
	case 3:
		if (store_month_get(d->s, 1 + draw(4), JULY + draw(12), &m) == RC_OK && m.pledge &&
		        !m.confirmed_day)
			confirm(d->s, &m);
		break;
	case 4:
		if (d->payments)
			(void)!correct_reverse(d->s, d->payment[draw(d->payments)], draw(3) == 0,
			        LONG_HOLD, &o, &sum, &more);
		break;
	case 5:
		if (d->requests < 64 && correct_ask_refund(d->s, pledge, 0, amount, &o,
		                                &d->request[d->requests]) == RC_OK)
			d->requests++;
		break;
	case 6:
		if (d->requests < 64 && correct_ask_write_off(d->s, pledge, draw(2), amount, &o,
		                                &d->request[d->requests]) == RC_OK)
			d->requests++;
		break;
	case 7:
		if (d->requests)
			(void)!(draw(3) ? correct_approve(d->s, d->request[draw(d->requests)],
			                          &(struct renewal){ 0 }, &o, &a)
			                : correct_refuse(
			                          d->s, d->request[draw(d->requests)], &o, &r));
		break;
	case 8:
		if (d->requests)
			(void)!correct_refund_paid(d->s, d->request[draw(d->requests)], false, &o);
		break;
	}
}

/* Each act alone in its transaction, as the tool does it: what is refused leaves nothing. */
static void any_acts_keep_the_books(void **state)
{
	(void)state;
	for (int round = 0; round < 12; round++) {
		void *own = NULL;
		struct desk d = { 0 };

		place_setup(&own);
		d.s = ((struct place *)own)->s;
		must(store_begin(d.s));
		town(d.s);
		for (int i = 0; i < 60; i++) {
			must(store_mark(d.s));
			one_act(&d);
			if (credit_of(d.s, 1) < 0 || credit_of(d.s, 2) < 0)
				store_undo(d.s); /* a reversal that was refused half-way */
			else
				must(store_release(d.s));
			books_hold(d.s);
		}
		must(store_commit(d.s));
		place_teardown(&own);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_officer_settles_whose_a_payment_is),
		T(a_wrong_assignment_leaves_nothing_behind),
		T(what_spent_credit_paid_goes_back_newest_first),
		T(other_money_keeps_its_months),
		T(taking_back_goes_on_after_a_kill),
		T(what_is_not_posted_is_not_reversed),
		cmocka_unit_test(any_acts_keep_the_books),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
