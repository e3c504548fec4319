/* Taking a payment back. First its money leaves the sponsors' credit, entry by entry, which may put
 * the credit below nothing: so no run of reconcile can spend it meanwhile. Then the months it paid
 * are given back, which fills the credit again; where the credit it had left was spent, the newest
 * months that credit paid follow. Each step is a whole entry, so it may stop between any two. */
#include "correct_int.h"

#include <string.h>

#define MONTHS_IN_ENTRY 48

struct unwind {
	struct store *s;
	struct officer *o;
	struct payment_row p;
	struct unwound *sum;
	int64_t held_us;
};

static bool has_time(const struct unwind *u)
{
	return store_held_us(u->s) < u->held_us;
}

static bool is_match(const struct ledger_row *r)
{
	return r->entry.reason == LEDGER_PAYMENT_MATCHED || r->entry.reason == LEDGER_CREDIT_LEFT;
}

/* ---- money ---- */

static rc_t take_entry(struct unwind *u, const struct ledger_row *r)
{
	struct ledger_entry back;
	bool done;
	int64_t id;
	rc_t rc = store_ledger_is_reversed(u->s, r->id, &done);

	if (rc != RC_OK || done)
		return rc;
	rc = ledger_unmatched(&back, &r->entry);
	return rc == RC_OK ? correct_post(u->s, u->o, &back, r->id, &id) : rc;
}

/* *more: there are entries it did not get to. */
static rc_t take_money(struct unwind *u, bool *more)
{
	struct ledger_row r = { 0 };
	rc_t rc;

	while ((rc = store_ledger_next(u->s, LEDGER_OF_PAYMENT, u->p.id, r.id, &r)) == RC_OK) {
		if (!is_match(&r))
			continue;
		if (!has_time(u)) {
			*more = true;
			return RC_OK;
		}
		rc = take_entry(u, &r);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- months ---- */

static rc_t instalment_loses(struct unwind *u, const struct month_row *m)
{
	struct instalment_row i;
	rc_t rc = store_instalment_of(u->s, m->pledge, m->month, &i);
	rupiah_t left;

	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	left = i.paid > m->amount ? i.paid - m->amount : 0;
	return store_instalment_set(
	        u->s, i.id, i.expected, left, left ? INSTALMENT_PART_PAID : INSTALMENT_BILLED);
}

/* How far the allocation still is, by what its months say. */
static rc_t allocation_follows(struct unwind *u, int64_t id)
{
	enum allocation now = ALLOCATION_RESERVED;
	struct allocation_row a;
	struct month_row m;
	rc_t rc = store_allocation_get(u->s, id, &a);

	if (rc != RC_OK || (a.state != ALLOCATION_FUNDED && a.state != ALLOCATION_CONFIRMED))
		return rc;
	m.month = a.from - 1;
	while ((rc = store_month_next(u->s, a.worker, m.month, &m)) == RC_OK && m.month <= a.to) {
		if (m.pledge != a.pledge)
			continue;
		if (m.confirmed_day || now == ALLOCATION_RESERVED)
			now = m.confirmed_day ? ALLOCATION_CONFIRMED : ALLOCATION_FUNDED;
	}
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	return a.state == now || (a.state == ALLOCATION_FUNDED && now == ALLOCATION_CONFIRMED)
	               ? RC_OK
	               : store_allocation_set(u->s, id, now, u->o->now);
}

struct taken {
	struct month_row m;
	int64_t allocation;
};

/* One entry of the books for these months of one entry. */
static rc_t give_back(struct unwind *u, const struct ledger_row *r, const struct taken *t, size_t n)
{
	struct ledger_subject about = r->entry.about;
	rupiah_t funded = 0, confirmed = 0;
	struct ledger_entry e;
	int64_t id;
	rc_t rc;

	for (size_t i = 0; i < n; i++)
		*(t[i].m.confirmed_day ? &confirmed : &funded) += t[i].m.amount;
	if (!about.payment)
		about.payment = u->p.id; /* credit paid them: for whose sake they go back */
	rc = ledger_returned(&e, about, LEDGER_UNFUNDED, funded, confirmed, (int64_t)n);
	if (rc == RC_OK)
		rc = correct_post(u->s, u->o, &e, 0, &id);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = instalment_loses(u, &t[i].m);
		if (rc == RC_OK)
			rc = store_month_return(u->s, t[i].m.worker, t[i].m.month, id);
		if (rc == RC_OK && (i + 1 == n || t[i + 1].allocation != t[i].allocation))
			rc = allocation_follows(u, t[i].allocation);
	}
	u->sum->months += (int64_t)n;
	u->sum->amount += funded + confirmed;
	return rc;
}

static rc_t months_of_entry(struct unwind *u, const struct ledger_row *r, bool *more)
{
	struct taken t[MONTHS_IN_ENTRY];
	int64_t allocation = 0;
	month_t month = 0;
	rc_t rc;

	for (;;) {
		size_t n = 0;

		if (!has_time(u)) {
			*more = true;
			return RC_OK;
		}
		while (n < MONTHS_IN_ENTRY && (rc = store_month_next_of_entry(u->s, r->id,
		                                       &allocation, &month, &t[n].m)) == RC_OK)
			t[n++].allocation = allocation;
		if (n == 0)
			return rc == RC_NOENT ? RC_OK : rc;
		rc = give_back(u, r, t, n);
		if (rc != RC_OK)
			return rc;
	}
}

/* Newest first, one month at a time, until the credit is whole again. */
static rc_t credit_whole(struct unwind *u, int64_t sponsor, bool *more)
{
	struct ledger_row r;
	struct taken t;
	rupiah_t credit;
	rc_t rc;

	for (;;) {
		rc = correct_credit(u->s, sponsor, &credit);
		if (rc != RC_OK || credit >= 0)
			return rc;
		if (!has_time(u)) {
			*more = true;
			return RC_OK;
		}
		rc = store_ledger_paying(u->s, sponsor, &r);
		if (rc == RC_NOENT)
			return correct_no(u->o, RC_INVALID,
			        "the credit of sponsor %lld went to a refund or a write-off: "
			        "refuse "
			        "that request first (payung request list)",
			        (long long)sponsor);
		if (rc == RC_OK)
			rc = store_month_last_of_entry(u->s, r.id, &t.allocation, &t.m);
		if (rc == RC_OK)
			rc = give_back(u, &r, &t, 1);
		if (rc != RC_OK)
			return rc;
	}
}

/* Does it for each entry of the payment until there is no time. */
static rc_t each_match(struct unwind *u,
        rc_t (*fn)(struct unwind *, const struct ledger_row *, bool *), bool *more)
{
	struct ledger_row r = { 0 };
	rc_t rc;

	while (!*more &&
	        (rc = store_ledger_next(u->s, LEDGER_OF_PAYMENT, u->p.id, r.id, &r)) == RC_OK) {
		if (is_match(&r))
			rc = fn(u, &r, more);
		if (rc != RC_OK)
			return rc;
	}
	return *more || rc == RC_NOENT ? RC_OK : rc;
}

static rc_t credit_of_entry(struct unwind *u, const struct ledger_row *r, bool *more)
{
	return credit_whole(u, r->entry.about.sponsor, more);
}

/* ---- the payment itself ---- */

/* The entry by which the money came in. */
static rc_t take_arrival(struct unwind *u)
{
	struct ledger_entry back;
	struct ledger_row r;
	int64_t id;
	rc_t rc = store_ledger_get(u->s, u->p.entry, &r);

	if (rc == RC_OK)
		rc = ledger_reversed(&back, &r.entry);
	return rc == RC_OK ? correct_post(u->s, u->o, &back, r.id, &id) : rc;
}

/* By the books, not by this call: what was begun before a kill counts too. */
static rc_t months_given_back(struct unwind *u, int64_t *months)
{
	struct ledger_row r = { 0 };
	rc_t rc;

	*months = 0;
	while ((rc = store_ledger_next(u->s, LEDGER_OF_PAYMENT, u->p.id, r.id, &r)) == RC_OK)
		if (r.entry.reason == LEDGER_UNFUNDED)
			*months += r.entry.worker_months;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t finish(struct unwind *u, bool gone)
{
	char subject[SUBJECT_CAP];
	int64_t months = 0;
	rc_t rc = months_given_back(u, &months);

	/* Paid to the insurer itself, it was booked as this sponsor's: that was wrong as well. */
	if (rc == RC_OK && (gone || u->p.external))
		rc = take_arrival(u);
	if (rc == RC_OK && !gone)
		rc = store_payment_open_again(u->s, u->p.id, u->p.external, u->o->name);
	if (rc != RC_OK)
		return rc;
	u->sum->done = true;
	correct_subject("payment", u->p.id, subject);
	return correct_note(u->s, u->o, "payment reverse", subject, "months=%lld money=%s",
	        (long long)months, gone ? "gone" : "here");
}

/* "Your payment fits" that has not left, or may be sent again, would be untrue by now. */
static rc_t keep_back(struct unwind *u)
{
	enum outbox_state state;
	int64_t id;
	rc_t rc;

	while ((rc = store_payment_text(u->s, u->p.id, &id, &state)) == RC_OK) {
		rc = store_outbox_end(u->s, id, state == OUT_UNKNOWN ? OUT_UNKNOWN : OUT_CANCELLED,
		        "the payment was taken back", u->o->now);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Also what was begun before a kill: it is REVERSED, and its money still stands in the books. */
static rc_t begin(struct unwind *u, int64_t payment, bool gone)
{
	const long long id = payment;
	bool back = false;
	rc_t rc = store_payment_get(u->s, payment, &u->p);

	if (rc == RC_NOENT)
		return correct_no(u->o, rc, "no payment %lld: see payung payment list", id);
	if (rc == RC_OK && u->p.entry)
		rc = store_ledger_is_reversed(u->s, u->p.entry, &back);
	if (rc != RC_OK)
		return rc;
	if (u->p.state >= PAY_REFUND_REQUESTED)
		return correct_no(u->o, RC_INVALID,
		        "payment %lld is to be refunded: refuse that request first (payung request "
		        "list)",
		        id);
	if (back)
		return correct_no(u->o, RC_INVALID, "payment %lld is taken back already", id);
	if (!u->p.entry || (u->p.state < PAY_POSTED && !u->p.used && !gone))
		return correct_no(u->o, RC_INVALID,
		        "payment %lld is not posted: payung payment unassign takes a match back",
		        id);
	if (u->p.state == PAY_REVERSED)
		return RC_OK;
	rc = store_payment_state(u->s, payment, u->p.state, PAY_REVERSED);
	return rc == RC_OK ? keep_back(u) : rc;
}

rc_t correct_reverse(struct store *s, int64_t payment, bool gone, int64_t held_us,
        struct officer *o, struct unwound *sum, bool *more)
{
	struct unwind u = { .s = s, .o = o, .sum = sum, .held_us = held_us };
	rc_t rc = begin(&u, payment, gone);

	*more = false;
	if (rc == RC_OK)
		rc = take_money(&u, more);
	if (rc == RC_OK && !*more)
		rc = each_match(&u, months_of_entry, more);
	if (rc == RC_OK && !*more)
		rc = each_match(&u, credit_of_entry, more);
	return rc == RC_OK && !*more ? finish(&u, gone) : rc;
}
