/* What an officer settles by hand: whose a payment is, who died, who comes in whose place, how
 * large a pledge is, on which law a programme stands. */
#include "correct_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

rc_t correct_no(struct officer *o, rc_t rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(o->why, sizeof o->why, fmt, ap);
	va_end(ap);
	return rc;
}

void correct_subject(const char *what, int64_t id, char out[SUBJECT_CAP])
{
	snprintf(out, SUBJECT_CAP, "%s/%lld", what, (long long)id);
}

rc_t correct_note(struct store *s, const struct officer *o, const char *action, const char *subject,
        const char *fmt, ...)
{
	char detail[CORRECTION_DETAIL_CAP];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	return store_correction_add(s, o->now, o->name, action, subject, detail, o->note);
}

rc_t correct_post(struct store *s, const struct officer *o, const struct ledger_entry *e,
        int64_t reverses, int64_t *id)
{
	const struct ledger_note n = {
		.at = o->now, .day = o->day, .reverses = reverses, .by = o->name
	};

	return store_ledger_add(s, e, &n, id);
}

rc_t correct_credit(struct store *s, int64_t sponsor, rupiah_t *out)
{
	rc_t rc = store_balance(s, LEDGER_SPONSOR_CREDIT, sponsor, out);

	*out = -*out;
	return rc;
}

/* ---- payments ---- */

static rc_t open_payment(struct store *s, int64_t id, struct officer *o, struct payment_row *p)
{
	rc_t rc = store_payment_get(s, id, p);

	if (rc == RC_NOENT)
		return correct_no(o, rc, "no payment %lld: see payung payment list", (long long)id);
	if (rc == RC_OK && p->amount < 0)
		return correct_no(o, RC_INVALID,
		        "payment %lld is money the bank took back: payung payment reverse on the "
		        "payment it belongs to",
		        (long long)id);
	return rc;
}

static bool is_open(const struct payment_row *p)
{
	return p->state < PAY_POSTED && p->used == 0;
}

/* What our account gets and what the insurer gets are two things: the same money may be told by
 * both.
 */
static rc_t other_channel(
        const struct payment_row *p, const struct pledge_row *pledge, struct officer *o)
{
	if (pledge->direct == p->external)
		return RC_OK;
	return correct_no(o, RC_INVALID,
	        "payment %lld is %s, but %s is paid to %s: is it counted already? See payung "
	        "payment list. Is it other money? Say --other-channel",
	        (long long)p->id, p->external ? "an insurer's receipt" : "on our account",
	        pledge->ref, pledge->direct ? "the insurer" : "our account");
}

rc_t correct_assign(
        struct store *s, int64_t payment, const char *ref, bool knowingly, struct officer *o)
{
	struct match_result m = { .outcome = MATCH_REFERENCE, .reason = MATCH_FITS };
	struct pledge_row pledge;
	struct payment_row p;
	char subject[SUBJECT_CAP];
	rc_t rc = open_payment(s, payment, o, &p);

	if (rc != RC_OK)
		return rc;
	if (!is_open(&p))
		return correct_no(o, RC_INVALID,
		        "payment %lld is posted already: payung payment reverse it first",
		        (long long)payment);
	rc = store_pledge_get(s, ref, &pledge);
	if (rc == RC_NOENT)
		return correct_no(o, rc, "no pledge %s: see payung pledge list", ref);
	if (rc == RC_OK && pledge.cancelled)
		return correct_no(o, RC_INVALID, "pledge %s was cancelled", ref);
	if (rc == RC_OK && !knowingly)
		rc = other_channel(&p, &pledge, o);
	if (rc != RC_OK)
		return rc;
	m.pledge = pledge.id;
	rc = store_payment_match(s, payment, &m, o->name);
	correct_subject("payment", payment, subject);
	return rc == RC_OK ? correct_note(s, o, "payment assign", subject, "pledge=%s", ref) : rc;
}

rc_t correct_unassign(struct store *s, int64_t payment, struct officer *o)
{
	struct payment_row p;
	char subject[SUBJECT_CAP];
	rc_t rc = open_payment(s, payment, o, &p);

	if (rc != RC_OK)
		return rc;
	if (!is_open(&p))
		return correct_no(o, RC_INVALID,
		        "payment %lld is posted already: payung payment reverse it instead",
		        (long long)payment);
	if (p.state != PAY_MATCHED)
		return correct_no(o, RC_INVALID, "payment %lld is assigned to nobody: it is %s",
		        (long long)payment, payment_state_name(p.state));
	rc = store_payment_open_again(s, payment, false, o->name);
	correct_subject("payment", payment, subject);
	return rc == RC_OK ? correct_note(s, o, "payment unassign", subject, "was_by=%s", p.by)
	                   : rc;
}

/* ---- workers ---- */

/* A death that was none: what reconcile cut short because of it runs to the end of its pledge
 * again. */
static rc_t lives_on(
        struct store *s, const struct allocation_row *a, month_t died, struct officer *o)
{
	const bool cut = a->to == died || (a->from > died && a->state == ALLOCATION_ENDED);
	struct pledge_row p;
	rc_t rc;

	if (!cut || a->state == ALLOCATION_PROPOSED || a->state == ALLOCATION_RELEASED)
		return RC_OK;
	rc = store_pledge_get_id(s, a->pledge, &p);
	if (rc != RC_OK || (a->to == died && p.start + p.months - 1 <= died))
		return rc;
	rc = a->state == ALLOCATION_ENDED
	             ? store_allocation_revive(s, a, p.start + p.months - 1)
	             : store_allocation_span(s, a->id, a->from, p.start + p.months - 1);
	if (rc == RC_LIMIT)
		return correct_no(o, rc,
		        "the worker's place in pledge %s went to somebody else: payung pledge "
		        "revise "
		        "%s --workers %d first",
		        p.ref, p.ref, p.workers + 1);
	return rc;
}

static rc_t all_live_on(struct store *s, int64_t worker, int64_t died_day, struct officer *o)
{
	const month_t died = month_of(date_from_days(died_day));
	struct allocation_row a = { 0 };
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(s, worker, a.id, &a)) == RC_OK) {
		rc = lives_on(s, &a, died, o);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t correct_died(struct store *s, int64_t worker, int64_t died_day, struct officer *o)
{
	struct person_row p;
	char subject[SUBJECT_CAP], day[16] = "none";
	rc_t rc = store_person_get(s, worker, &p);

	if (rc == RC_NOENT)
		return correct_no(
		        o, rc, "no worker %lld: see payung worker list", (long long)worker);
	if (rc != RC_OK)
		return rc;
	if (died_day > o->day)
		return correct_no(o, RC_INVALID, "the day of death is still to come");
	if (died_day && p.born.year && died_day < date_days(p.born))
		return correct_no(
		        o, RC_INVALID, "worker %lld was born after that day", (long long)worker);
	if (!died_day == !p.died_day)
		return correct_no(o, RC_INVALID,
		        died_day ? "worker %lld is recorded as dead already: --undo first to "
		                   "change the day"
		                 : "worker %lld is not recorded as dead",
		        (long long)worker);
	rc = store_person_died(s, worker, died_day);
	if (rc == RC_OK && !died_day)
		rc = all_live_on(s, worker, p.died_day, o);
	if (rc != RC_OK)
		return rc;
	if (died_day)
		date_format_iso(date_from_days(died_day), day);
	correct_subject("worker", worker, subject);
	return correct_note(s, o, "worker died", subject, "day=%s", day);
}

/* The month after the last one the pledge pays for the worker. */
static rc_t next_unpaid(
        struct store *s, const struct allocation_row *a, month_t today, month_t *out)
{
	struct month_row m = { .month = a->from - 1 };
	rc_t rc;

	*out = today > a->from ? today : a->from;
	while ((rc = store_month_next(s, a->worker, m.month, &m)) == RC_OK && m.month <= a->to)
		if (m.pledge == a->pledge && m.month >= *out)
			*out = m.month + 1;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t live_allocation(
        struct store *s, int64_t worker, int64_t pledge, struct allocation_row *a)
{
	rc_t rc;

	a->id = 0;
	while ((rc = store_allocation_next_of_worker(s, worker, a->id, a)) == RC_OK)
		if (a->pledge == pledge && a->state < ALLOCATION_ENDED)
			return RC_OK;
	return rc;
}

/* A registration carries one allocation in its life. */
static rc_t had_place(struct store *s, const struct registration_target *r, bool *had)
{
	struct allocation_row a = { 0 };
	rc_t rc;

	*had = false;
	while ((rc = store_allocation_next_of_worker(s, r->worker, a.id, &a)) == RC_OK)
		*had = *had || a.registration == r->id;
	return rc == RC_NOENT ? RC_OK : rc;
}

/* *waits: the allocation with which it waits, id 0: none yet. */
static rc_t may_take_over(struct store *s, const struct registration_target *r, struct officer *o,
        struct allocation_row *waits)
{
	bool had = false;
	rc_t rc = live_allocation(s, r->worker, r->pledge, waits);

	if (rc == RC_OK && waits->state != ALLOCATION_PROPOSED)
		return correct_no(o, RC_INVALID, "worker %lld has a place in this pledge already",
		        (long long)r->worker);
	if (rc != RC_NOENT)
		return rc;
	waits->id = 0;
	rc = had_place(s, r, &had);
	return had ? correct_no(o, RC_INVALID,
	                     "worker %lld had a place in this pledge and lost it: name another "
	                     "one",
	                     (long long)r->worker)
	           : rc;
}

static rc_t take_over(struct store *s, const struct registration_target *r,
        const struct allocation_row *old, int64_t waits, const struct officer *o,
        struct replacement *out)
{
	rc_t rc = store_allocation_end(s, old->id,
	        old->state == ALLOCATION_RESERVED ? ALLOCATION_RELEASED : ALLOCATION_ENDED,
	        CAUSE_REPLACED, o->now);

	out->allocation = waits;
	if (rc == RC_OK && waits)
		rc = store_allocation_span(s, waits, out->from, old->to);
	else if (rc == RC_OK)
		rc = store_allocation_add(s, r->id, out->from, old->to, o->now, &out->allocation);
	return rc == RC_OK ? store_place_give(s, r->id) : rc;
}

rc_t correct_replace(
        struct store *s, int64_t worker, const char *by, struct officer *o, struct replacement *out)
{
	struct registration_target r;
	struct allocation_row old, waits;
	char subject[SUBJECT_CAP];
	rc_t rc = store_registration_find(s, by, &r);

	if (rc == RC_NOENT)
		return correct_no(o, rc, "no registration %s: see payung batch show", by);
	if (rc != RC_OK)
		return rc;
	if (!r.worker || r.worker == worker)
		return correct_no(o, RC_INVALID, "registration %s is %s", by,
		        r.worker ? "this worker's own" : "not accepted yet: payung batch accept");
	rc = live_allocation(s, worker, r.pledge, &old);
	if (rc == RC_NOENT || (rc == RC_OK && !allocation_takes_place(old.state)))
		return correct_no(o, RC_INVALID,
		        "worker %lld has no place in the pledge that %s registered for",
		        (long long)worker, by);
	if (rc == RC_OK)
		rc = next_unpaid(s, &old, month_of(date_from_days(o->day)), &out->from);
	if (rc == RC_OK && out->from > old.to)
		return correct_no(o, RC_INVALID,
		        "all months of this pledge are paid for worker %lld: nothing is left to "
		        "take over",
		        (long long)worker);
	if (rc == RC_OK)
		rc = may_take_over(s, &r, o, &waits);
	if (rc == RC_OK)
		rc = take_over(s, &r, &old, waits.id, o, out);
	if (rc != RC_OK)
		return rc;
	out->worker = r.worker;
	correct_subject("worker", worker, subject);
	return correct_note(
	        s, o, "worker replace", subject, "by=%s worker=%lld", by, (long long)r.worker);
}

/* ---- pledges, programmes ---- */

rc_t correct_pledge_workers(struct store *s, const char *ref, int workers, struct officer *o)
{
	struct pledge_row p;
	char subject[SUBJECT_CAP];
	rc_t rc = store_pledge_get(s, ref, &p);

	if (rc == RC_NOENT)
		return correct_no(o, rc, "no pledge %s: see payung pledge list", ref);
	if (rc != RC_OK)
		return rc;
	if (p.cancelled)
		return correct_no(o, RC_INVALID, "pledge %s was cancelled", ref);
	if (p.workers == workers)
		return correct_no(
		        o, RC_INVALID, "pledge %s is for %d workers already", ref, workers);
	if (workers < p.taken)
		return correct_no(o, RC_INVALID,
		        "%d workers have a place in pledge %s: it cannot be for fewer", p.taken,
		        ref);
	rc = store_pledge_workers(s, p.id, workers);
	snprintf(subject, sizeof subject, "pledge/%s", p.ref);
	return rc == RC_OK ? correct_note(s, o, "pledge revise", subject, "workers=%d was=%d",
	                             workers, p.workers)
	                   : rc;
}

rc_t correct_legal_basis(
        struct store *s, const char *programme, const char *text, struct officer *o)
{
	char subject[SUBJECT_CAP];
	rc_t rc = store_basis_add(s, programme, text, o->now);

	if (rc == RC_NOENT)
		return correct_no(o, rc, "no programme %s: see payung programme list", programme);
	snprintf(subject, sizeof subject, "programme/%s", programme);
	return rc == RC_OK ? correct_note(s, o, "programme revise", subject, "legal_basis=%s", text)
	                   : rc;
}
