/* What officers put right: taken back payments, requests of two people, deaths, replacements. What
 * reconcile would do before is done here by hand, with the same builders of entries. */
#include "cover_draw.h"
#include "money_fixture.h"

#include <payung/correct.h>

#define RATE 16800
#define LONG_HOLD INT64_C(60000000)
#define DUES_MAX 8

static struct officer officer(const char *name)
{
	return (struct officer){ .name = name, .note = "salah alamat", .now = T0, .day = DAY0 };
}

/* ---- what reconcile would do ---- */

static void confirm_money(struct store *s, const struct month_row *m)
{
	struct ledger_entry e;

	must(ledger_confirmed(&e, (struct ledger_subject){ .pledge = m->pledge }, m->amount, 1));
	(void)post(s, &e);
}

static void confirm(struct store *s, const struct month_row *m)
{
	struct month_row before;

	confirm_money(s, m);
	must(store_month_confirm(s, m->worker, m->month, DAY0 + 9, 0, &before));
}

/* The first open months of the pledge that the money reaches, in the order of the workers. */
static size_t open_months(struct store *s, int64_t pledge, rupiah_t money, struct month_row *out,
        size_t cap, int64_t *allocation)
{
	struct due_row due[DUES_MAX];
	size_t n, found = 0;

	must(store_due_months(s, pledge, 0, due, DUES_MAX, &n));
	for (size_t i = 0; i < n; i++)
		for (month_t m = due[i].from; m <= due[i].to; m++)
			if (due_open(&due[i], m) && found < cap && money >= RATE) {
				money -= RATE;
				allocation[found] = due[i].allocation;
				out[found++] = (struct month_row){ .worker = due[i].worker,
					.pledge = pledge,
					.amount = RATE,
					.paid_day = DAY0,
					.month = m };
			}
	return found;
}

static void pay_months(
        struct store *s, struct month_row *m, const int64_t *allocation, size_t n, int64_t entry)
{
	for (size_t i = 0; i < n; i++) {
		struct allocation_row a;
		struct instalment_row k;

		m[i].entry = entry;
		must(store_month_pay(s, &m[i]));
		must(store_month_get(s, m[i].worker, m[i].month, &m[i]));
		if (m[i].confirmed_day) /* the insurer's word came first */
			confirm_money(s, &m[i]);
		must(store_allocation_get(s, allocation[i], &a));
		if (a.state == ALLOCATION_RESERVED)
			must(store_allocation_set(s, a.id, ALLOCATION_FUNDED, T0));
		must(store_instalment_of(s, m[i].pledge, m[i].month, &k));
		must(store_instalment_set(
		        s, k.id, k.expected, k.paid + RATE, INSTALMENT_PART_PAID));
	}
}

#define MONTHS_AT_ONCE 20
static const rupiah_t rates[MONTHS_AT_ONCE] = { RATE, RATE, RATE, RATE, RATE, RATE, RATE, RATE,
	RATE, RATE, RATE, RATE, RATE, RATE, RATE, RATE, RATE, RATE, RATE, RATE };

static int64_t sponsor_of(struct store *s, int64_t pledge)
{
	struct pledge_row p;

	must(store_pledge_get_id(s, pledge, &p));
	return p.sponsor;
}

static rupiah_t credit_of(struct store *s, int64_t sponsor)
{
	rupiah_t r = 0;

	must(store_balance(s, LEDGER_SPONSOR_CREDIT, sponsor, &r));
	return -r;
}

/* Books the payment when it is not, and posts it with whatever credit there is. */
static void post_payment(struct store *s, int64_t id)
{
	struct payment_row p = payment_of(s, id);
	const int64_t sponsor = sponsor_of(s, p.pledge);
	const struct ledger_subject about = {
		.payment = id, .sponsor = sponsor, .pledge = p.pledge
	};
	struct month_row m[MONTHS_AT_ONCE];
	int64_t allocation[MONTHS_AT_ONCE];
	struct ledger_entry e;
	size_t n;

	if (!p.entry) {
		must(ledger_payment(&e, about, p.external, p.amount));
		must(store_payment_booked(s, id, post(s, &e)));
	}
	n = open_months(
	        s, p.pledge, p.amount + credit_of(s, sponsor), m, MONTHS_AT_ONCE, allocation);
	must(ledger_matched(&e, about, p.amount, rates, n));
	pay_months(s, m, allocation, n, post(s, &e));
	must(store_payment_use(s, id, p.amount));
}

static void apply_credit(struct store *s, int64_t pledge)
{
	const int64_t sponsor = sponsor_of(s, pledge);
	struct month_row m[MONTHS_AT_ONCE];
	int64_t allocation[MONTHS_AT_ONCE];
	struct ledger_entry e;
	const size_t n =
	        open_months(s, pledge, credit_of(s, sponsor), m, MONTHS_AT_ONCE, allocation);

	if (!n)
		return;
	must(ledger_credit_applied(
	        &e, (struct ledger_subject){ .sponsor = sponsor, .pledge = pledge }, rates, n));
	pay_months(s, m, allocation, n, post(s, &e));
}

static int64_t posted(struct store *s, const char *ref, rupiah_t amount)
{
	struct officer o = officer("budi");
	int64_t id = add_payment(s, amount);

	must(correct_assign(s, id, ref, &o));
	post_payment(s, id);
	return id;
}

/* Two sponsors with a pledge for two workers each; workers 1 to 4. */
static void town(struct store *s)
{
	(void)add_pledge(s, "D4F7K2", 2);
	(void)add_pledge(s, "E5G8M3", 2);
	for (int n = 1; n <= 4; n++)
		(void)add_allocation(s, add_worker(s, n <= 2 ? 1 : 2, n, false));
}

/* ---- what must hold after every correction ---- */

static rupiah_t balance(struct store *s, enum ledger_account a, int64_t owner)
{
	rupiah_t r = 0;

	must(store_balance(s, a, owner, &r));
	return r;
}

static void months_of(struct store *s, int64_t pledge, rupiah_t *funded, rupiah_t *confirmed)
{
	*funded = *confirmed = 0;
	for (int64_t worker = 1; worker <= 4; worker++) {
		struct month_row m = { 0 };

		while (store_month_next(s, worker, m.month, &m) == RC_OK)
			if (m.pledge == pledge)
				*(m.confirmed_day ? confirmed : funded) += m.amount;
	}
}

static void books_hold(struct store *s)
{
	int64_t entries, bad;

	must(store_ledger_verify(s, &entries, &bad));
	for (int64_t pledge = 1; pledge <= 2; pledge++) {
		struct instalment_row i[PLAN_MONTHS_MAX];
		rupiah_t funded, confirmed, paid = 0;
		size_t n;

		months_of(s, pledge, &funded, &confirmed);
		assert_int_equal(balance(s, LEDGER_FUNDED, pledge), -funded);
		assert_int_equal(balance(s, LEDGER_CONFIRMED, pledge), -confirmed);
		must(store_instalments(s, pledge, i, PLAN_MONTHS_MAX, &n));
		for (size_t k = 0; k < n; k++)
			paid += i[k].paid;
		assert_int_equal(paid, funded + confirmed);
	}
	for (int64_t sponsor = 1; sponsor <= 2; sponsor++) {
		assert_true(credit_of(s, sponsor) >= 0);
		assert_true(balance(s, LEDGER_REFUNDS, sponsor) <= 0);
	}
}

static rc_t take_back(struct store *s, int64_t payment, bool gone, struct unwound *sum)
{
	struct officer o = officer("budi");
	bool more = false;
	rc_t rc = correct_reverse(s, payment, gone, LONG_HOLD, &o, sum, &more);

	assert_false(more);
	if (rc != RC_OK)
		assert_true(o.why[0]);
	return rc;
}

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
	assert_int_equal(correct_assign(s, id, "ZZZZZZ", &o), RC_NOENT);
	assert_int_equal(correct_assign(s, 99, "D4F7K2", &o), RC_NOENT);
	must(correct_assign(s, id, "D4F7K2", &o));
	assert_int_equal(payment_of(s, id).state, PAY_MATCHED);
	assert_int_equal(payment_of(s, id).sponsor, 1);
	assert_string_equal(payment_of(s, id).by, "budi");
	must(correct_unassign(s, id, &o));
	assert_int_equal(payment_of(s, id).state, PAY_UNMATCHED);
	assert_int_equal(payment_of(s, id).pledge, 0);
	must(correct_assign(s, id, "E5G8M3", &o));
	post_payment(s, id);
	assert_int_equal(correct_assign(s, id, "D4F7K2", &o), RC_INVALID);
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
	must(correct_assign(s, id, "E5G8M3", &o));
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
	must(correct_assign(s, id, "D4F7K2", &o));
	assert_int_equal(take_back(s, id, false, &sum), RC_INVALID);
	assert_int_equal(take_back(s, 99, false, &sum), RC_NOENT);
	must(store_commit(s));
}

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
	must(correct_ask_write_off(s, 1, true, 9800, &o, &id));
	must(approve(s, id, "sari", &a));
	assert_int_equal(credit_of(s, 1), 9800);
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
		T(a_refund_needs_two_officers_and_a_payment),
		T(a_refused_refund_is_credit_again),
		T(a_sponsors_own_wish_needs_one_officer),
		T(credit_is_given_up_and_shortfalls_forgiven_by_two),
		T(more_workers_and_another_year_are_approved),
		T(a_death_is_recorded_once_and_taken_back),
		T(a_replacement_begins_where_nothing_is_paid),
		T(terms_change_with_their_history),
		T(the_insurers_list_holds_who_was_not_sent),
		cmocka_unit_test(any_acts_keep_the_books),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
