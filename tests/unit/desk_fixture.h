/* A small town whose money is posted by hand, as reconcile would, and what must hold in its books.
 */
#ifndef DESK_FIXTURE_H
#define DESK_FIXTURE_H

#include "money_fixture.h"
#include <payung/correct.h>

#define RATE 16800
#define LONG_HOLD INT64_C(60000000)
#define DUES_MAX 8

static inline struct officer officer(const char *name)
{
	return (struct officer){ .name = name, .note = "salah alamat", .now = T0, .day = DAY0 };
}

/* ---- what reconcile would do ---- */

static inline void confirm_money(struct store *s, const struct month_row *m)
{
	struct ledger_entry e;

	must(ledger_confirmed(&e, (struct ledger_subject){ .pledge = m->pledge }, m->amount, 1));
	(void)post(s, &e);
}

static inline void confirm(struct store *s, const struct month_row *m)
{
	struct month_row before;

	confirm_money(s, m);
	must(store_month_confirm(s, m->worker, m->month, DAY0 + 9, 0, &before));
}

/* The first open months of the pledge that the money reaches, in the order of the workers. */
static inline size_t open_months(struct store *s, int64_t pledge, rupiah_t money,
        struct month_row *out, size_t cap, int64_t *allocation)
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

static inline void pay_months(
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

static inline int64_t sponsor_of(struct store *s, int64_t pledge)
{
	struct pledge_row p;

	must(store_pledge_get_id(s, pledge, &p));
	return p.sponsor;
}

static inline rupiah_t credit_of(struct store *s, int64_t sponsor)
{
	rupiah_t r = 0;

	must(store_balance(s, LEDGER_SPONSOR_CREDIT, sponsor, &r));
	return -r;
}

/* Books the payment when it is not, and posts it with whatever credit there is. */
static inline void post_payment(struct store *s, int64_t id)
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

static inline void apply_credit(struct store *s, int64_t pledge)
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

static inline int64_t posted(struct store *s, const char *ref, rupiah_t amount)
{
	struct officer o = officer("budi");
	int64_t id = add_payment(s, amount);

	must(correct_assign(s, id, ref, false, &o));
	post_payment(s, id);
	return id;
}

/* Two sponsors with a pledge for two workers each; workers 1 to 4. */
static inline void town(struct store *s)
{
	(void)add_pledge(s, "D4F7K2", 2);
	(void)add_pledge(s, "E5G8M3", 2);
	for (int n = 1; n <= 4; n++)
		(void)add_allocation(s, add_worker(s, n <= 2 ? 1 : 2, n, false));
}

/* ---- what must hold after every correction ---- */

static inline rupiah_t balance(struct store *s, enum ledger_account a, int64_t owner)
{
	rupiah_t r = 0;

	must(store_balance(s, a, owner, &r));
	return r;
}

static inline void months_of(struct store *s, int64_t pledge, rupiah_t *funded, rupiah_t *confirmed)
{
	*funded = *confirmed = 0;
	for (int64_t worker = 1; worker <= 4; worker++) {
		struct month_row m = { 0 };

		while (store_month_next(s, worker, m.month, &m) == RC_OK)
			if (m.pledge == pledge)
				*(m.confirmed_day ? confirmed : funded) += m.amount;
	}
}

static inline void books_hold(struct store *s)
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

static inline rc_t take_back(struct store *s, int64_t payment, bool gone, struct unwound *sum)
{
	struct officer o = officer("budi");
	bool more = false;
	rc_t rc = correct_reverse(s, payment, gone, LONG_HOLD, &o, sum, &more);

	assert_false(more);
	if (rc != RC_OK)
		assert_true(o.why[0]);
	return rc;
}

#endif
