/* Payments and where each of them stands. */
#include "store_int.h"
#include <assert.h>
#include <payung/store_correct.h>

const char *payment_state_name(enum payment_state p)
{
	static const char *const names[PAYMENT_STATES] = { "imported", "matched", "part_matched",
		"ambiguous", "unmatched", "posted", "reversed", "refund_requested", "refunded" };

	assert((unsigned)p < PAYMENT_STATES);
	return names[p];
}

static rc_t read_payment(struct query *q, struct payment_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->id = get_int(q);
	out->day = get_int(q);
	out->sponsor = get_int(q);
	out->pledge = get_int(q);
	out->instalment = get_int(q);
	out->entry = get_int(q);
	out->amount = get_int(q);
	out->used = get_int(q);
	out->external = get_int(q) != 0;
	out->state = (enum payment_state)get_int(q);
	out->outcome = (enum match_outcome)get_int(q);
	out->reason = (enum match_reason)get_int(q);
	out->row = (int)get_int(q);
	get_text(q, out->text, sizeof out->text);
	get_text(q, out->account, sizeof out->account);
	get_text(q, out->payer, sizeof out->payer);
	get_text(q, out->file, sizeof out->file);
	get_text(q, out->by, sizeof out->by);
	query_end(q);
	return RC_OK;
}

rc_t store_payment_get(struct store *s, int64_t id, struct payment_row *out)
{
	struct query q = query_open(s, ST_PAYMENT_GET);

	put_int(&q, id);
	return read_payment(&q, out);
}

rc_t store_payment_next_unposted(struct store *s, int64_t after, struct payment_row *out)
{
	struct query q = query_open(s, ST_PAYMENT_UNPOSTED);

	put_int(&q, after);
	return read_payment(&q, out);
}

rc_t store_pledge_next_payable(struct store *s, int64_t after, int64_t *pledge)
{
	struct query q = query_open(s, ST_PAYMENT_PAYABLE);

	put_int(&q, after);
	return query_one_int(&q, pledge);
}

static enum payment_state state_after(enum match_outcome o)
{
	return o == MATCH_AMBIGUOUS   ? PAY_AMBIGUOUS
	       : o == MATCH_UNMATCHED ? PAY_UNMATCHED
	                              : PAY_MATCHED;
}

/* A change that changed nothing: is the payment there, and may it be changed at all? */
static rc_t nothing_changed(
        struct store *s, int64_t id, bool (*fine)(const struct payment_row *), const char *why)
{
	struct payment_row p;
	rc_t rc = store_payment_get(s, id, &p);

	return rc != RC_OK || (fine && fine(&p)) ? rc : store_refuse(s, RC_INVALID, why);
}

static bool is_untouched(const struct payment_row *p)
{
	return p->state < PAY_POSTED && p->used == 0;
}

rc_t store_payment_match(struct store *s, int64_t id, const struct match_result *m, const char *by)
{
	struct query q = query_open(s, ST_PAYMENT_MATCH);
	rc_t rc;

	put_int(&q, state_after(m->outcome));
	put_int(&q, m->outcome);
	put_int(&q, m->reason);
	put_ref(&q, m->pledge);
	put_ref(&q, m->order);
	put_text(&q, by);
	put_int(&q, id);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done
	               ? nothing_changed(s, id, is_untouched, "this payment is posted already")
	               : rc;
}

rc_t store_payment_booked(struct store *s, int64_t id, int64_t entry)
{
	struct query q = query_open(s, ST_PAYMENT_BOOKED);
	rc_t rc;

	put_int(&q, entry);
	put_int(&q, id);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done
	               ? nothing_changed(s, id, NULL, "this payment is booked already")
	               : rc;
}

rc_t store_payment_use(struct store *s, int64_t id, rupiah_t amount)
{
	struct query q = query_open(s, ST_PAYMENT_USE);
	rc_t rc;

	put_int(&q, amount);
	put_int(&q, id);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done
	               ? nothing_changed(s, id, NULL, "this payment is not matched")
	               : rc;
}

rc_t store_payment_state(
        struct store *s, int64_t id, enum payment_state from, enum payment_state to)
{
	struct query q = query_open(s, ST_PAYMENT_STATE);
	rc_t rc;

	put_int(&q, to);
	put_int(&q, id);
	put_int(&q, from);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done
	               ? nothing_changed(s, id, NULL, "this payment is in another state")
	               : rc;
}

rc_t store_account_seen(struct store *s, int64_t sponsor, const char *account, int64_t day)
{
	struct query q = query_open(s, ST_ACCOUNT_SEEN);

	put_text(&q, account);
	put_int(&q, sponsor);
	put_int(&q, day);
	return query_run(&q);
}

/* ---- put right by an officer ---- */

rc_t store_payment_next(struct store *s, int state, int64_t after, struct payment_row *out)
{
	struct query q = query_open(s, state < 0 ? ST_PAYMENT_NEXT : ST_PAYMENT_IN_STATE);

	put_int(&q, after);
	if (state >= 0)
		put_int(&q, state);
	return read_payment(&q, out);
}

rc_t store_payment_open_again(struct store *s, int64_t id, bool rebook, const char *by)
{
	struct query q = query_open(s, ST_PAYMENT_OPEN_AGAIN);
	rc_t rc;

	put_text(&q, by);
	put_int(&q, rebook);
	put_int(&q, id);
	rc = query_change(&q);
	if (rc == RC_NOENT && q.done)
		return nothing_changed(s, id, NULL, "this payment is used or given back");
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_LIST_FREE);
	put_int(&q, id);
	return query_run(&q);
}
