/* Requests, and what an approval does. A refund sets the credit aside when it is asked for, so that
 * nothing else spends it; approved it waits to be paid out, and only the payment ends it. */
#include "correct_int.h"

#include <stdio.h>
#include <string.h>

/* ---- asking ---- */

static rc_t sponsor_there(struct store *s, int64_t sponsor, struct officer *o)
{
	struct sponsor_row r;
	rc_t rc = store_sponsor_get(s, sponsor, &r);

	return rc == RC_NOENT ? correct_no(o, rc, "no sponsor %lld: see payung sponsor list",
	                                (long long)sponsor)
	                      : rc;
}

static rc_t has_credit(struct store *s, int64_t sponsor, rupiah_t amount, struct officer *o)
{
	char have[32];
	rupiah_t credit;
	rc_t rc = correct_credit(s, sponsor, &credit);

	if (rc != RC_OK || credit >= amount)
		return rc;
	rupiah_format(credit, have);
	return correct_no(o, RC_INVALID,
	        "sponsor %lld has only %s of credit: what pays months is not credit, see payung "
	        "balance --sponsor %lld",
	        (long long)sponsor, have, (long long)sponsor);
}

static rc_t sponsor_lacks(struct store *s, int64_t sponsor, rupiah_t *lacks)
{
	struct instalment_row in[PLAN_MONTHS_MAX];
	struct pledge_row p = { 0 };
	rupiah_t credit;
	size_t n = 0;
	rc_t rc = correct_credit(s, sponsor, &credit);

	*lacks = credit > 0 ? -credit : 0;
	while (rc == RC_OK && (rc = store_pledge_next_of_sponsor(s, sponsor, p.id, &p)) == RC_OK) {
		rc = store_instalments(s, p.id, in, PLAN_MONTHS_MAX, &n);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			if (in[i].expected > in[i].paid)
				*lacks += in[i].expected - in[i].paid;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* What is forgiven becomes credit: more than is missing would be money out of nothing. */
static rc_t has_shortfall(struct store *s, int64_t sponsor, rupiah_t amount, struct officer *o)
{
	char have[32];
	rupiah_t lacks;
	rc_t rc = sponsor_lacks(s, sponsor, &lacks);

	if (rc != RC_OK || lacks >= amount)
		return rc;
	rupiah_format(lacks > 0 ? lacks : 0, have);
	return correct_no(o, RC_INVALID,
	        "sponsor %lld lacks only %s: see payung explain of its pledges", (long long)sponsor,
	        have);
}

static rc_t settle(struct store *s, const struct request_row *r, enum ledger_reason why,
        struct officer *o, int64_t *entry)
{
	const struct ledger_subject about = { .sponsor = r->sponsor, .payment = r->payment };
	struct ledger_entry e;
	rc_t rc = ledger_settled(&e, about, why, r->amount);

	if (rc != RC_OK)
		return correct_no(o, rc, "request %lld is about no amount", (long long)r->id);
	return correct_post(s, o, &e, 0, entry);
}

static rc_t ask(struct store *s, struct request_row *r, struct officer *o, int64_t *id)
{
	char subject[SUBJECT_CAP];
	rc_t rc;

	r->at = o->now;
	snprintf(r->by, sizeof r->by, "%s", o->name);
	snprintf(r->note, sizeof r->note, "%s", o->note);
	rc = store_request_add(s, r, id);
	if (rc == RC_EXISTS)
		return correct_no(o, rc, "the same is asked for already: see payung request list");
	correct_subject("request", *id, subject);
	return rc == RC_OK ? correct_note(s, o, "request", subject,
	                             "kind=%s sponsor=%lld amount=%lld", request_kind_name(r->kind),
	                             (long long)r->sponsor, (long long)r->amount)
	                   : rc;
}

/* A payment is refunded as a whole or in part; nothing but credit can go back. */
static rc_t mark_payment(struct store *s, const struct request_row *r, struct officer *o)
{
	struct payment_row p;
	rc_t rc = store_payment_get(s, r->payment, &p);

	if (rc == RC_NOENT)
		return correct_no(
		        o, rc, "no payment %lld: see payung payment list", (long long)r->payment);
	if (rc != RC_OK)
		return rc;
	if (p.state != PAY_POSTED || (p.sponsor && p.sponsor != r->sponsor))
		return correct_no(o, RC_INVALID, "payment %lld is %s", (long long)p.id,
		        p.state != PAY_POSTED ? payment_state_name(p.state) : "of another sponsor");
	if (r->amount > p.amount)
		return correct_no(
		        o, RC_INVALID, "payment %lld is smaller than that", (long long)p.id);
	return store_payment_state(s, p.id, PAY_POSTED, PAY_REFUND_REQUESTED);
}

rc_t correct_ask_refund(struct store *s, int64_t sponsor, int64_t payment, rupiah_t amount,
        struct officer *o, int64_t *id)
{
	struct request_row r = {
		.kind = REQUEST_REFUND, .sponsor = sponsor, .payment = payment, .amount = amount
	};
	rc_t rc = sponsor_there(s, sponsor, o);

	if (rc == RC_OK)
		rc = has_credit(s, sponsor, amount, o);
	if (rc == RC_OK && payment)
		rc = mark_payment(s, &r, o);
	if (rc == RC_OK)
		rc = settle(s, &r, LEDGER_REFUND_REQUESTED, o, &r.entry);
	return rc == RC_OK ? ask(s, &r, o, id) : rc;
}

rc_t correct_ask_write_off(struct store *s, int64_t sponsor, bool forgive, rupiah_t amount,
        struct officer *o, int64_t *id)
{
	struct request_row r = { .kind = forgive ? REQUEST_FORGIVE : REQUEST_WRITE_OFF,
		.sponsor = sponsor,
		.amount = amount };
	rc_t rc = sponsor_there(s, sponsor, o);

	if (rc == RC_OK)
		rc = (forgive ? has_shortfall : has_credit)(s, sponsor, amount, o);
	return rc == RC_OK ? ask(s, &r, o, id) : rc;
}

/* ---- deciding ---- */

/* What an approval does; *entry when the books have a word on it. */
typedef rc_t approve_fn(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry);

static rc_t approve_refund(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	rc_t rc;

	(void)n, (void)p;
	if (r->entry) /* set aside when an officer asked */
		return RC_OK;
	rc = has_credit(s, r->sponsor, r->amount, o);
	if (rc == RC_OK && r->payment)
		rc = mark_payment(s, r, o);
	return rc == RC_OK ? settle(s, r, LEDGER_REFUND_REQUESTED, o, entry) : rc;
}

static rc_t approve_write_off(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	rc_t rc = has_credit(s, r->sponsor, r->amount, o);

	(void)n, (void)p;
	return rc == RC_OK ? settle(s, r, LEDGER_CREDIT_WRITTEN_OFF, o, entry) : rc;
}

static rc_t approve_forgive(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	rc_t rc = has_shortfall(s, r->sponsor, r->amount, o);

	(void)n, (void)p;
	return rc == RC_OK ? settle(s, r, LEDGER_SHORTFALL_FORGIVEN, o, entry) : rc;
}

static rc_t the_pledge(
        struct store *s, const struct request_row *r, struct officer *o, struct pledge_row *p)
{
	if (!r->pledge)
		return correct_no(o, RC_INVALID, "request %lld names no pledge: refuse it and ask",
		        (long long)r->id);
	rc_t rc = store_pledge_get_id(s, r->pledge, p);

	if (rc == RC_OK && p->cancelled)
		return correct_no(
		        o, RC_INVALID, "pledge %s was cancelled: refuse it with a note", p->ref);
	return rc;
}

static rc_t approve_workers(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	rc_t rc = the_pledge(s, r, o, p);

	(void)n, (void)entry;
	if (rc != RC_OK)
		return rc;
	if (r->workers <= 0)
		return correct_no(o, RC_INVALID,
		        "request %lld does not say how many: payung pledge revise %s --workers N, "
		        "then refuse it with a note",
		        (long long)r->id, p->ref);
	return correct_pledge_workers(s, p->ref, p->workers + r->workers, o);
}

/* The same terms from the month after on, unless told otherwise. */
static rc_t approve_renewal(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	char subject[SUBJECT_CAP], was[sizeof p->ref];
	rc_t rc = the_pledge(s, r, o, p);

	(void)entry;
	if (rc != RC_OK)
		return rc;
	rc = store_renewed(s, p->id, was);
	if (rc != RC_NOENT)
		return rc != RC_OK ? rc
		                   : correct_no(o, RC_INVALID,
		                             "pledge %s is renewed by %s already: refuse it with a "
		                             "note",
		                             p->ref, was);
	snprintf(was, sizeof was, "%s", p->ref);
	p->renews = p->id;
	p->start += p->months;
	p->created_at = o->now;
	if (n->months)
		p->months = n->months;
	if (n->workers)
		p->workers = n->workers;
	if (p->instalment > p->months)
		return correct_no(
		        o, RC_INVALID, "its instalments are longer than %d months", p->months);
	snprintf(p->ref, sizeof p->ref, "%s", n->ref);
	p->taken = p->waiting = 0;
	rc = store_pledge_add(s, p, &p->id);
	if (rc != RC_OK)
		return rc;
	snprintf(subject, sizeof subject, "pledge/%s", p->ref);
	return correct_note(s, o, "pledge renew", subject, "was=%s workers=%d months=%d", was,
	        p->workers, p->months);
}

/* Credit pays the pledge's own open months first, without anybody's doing: only where none is left
 * do "the next period" and "later months" mean another pledge. */
static rc_t approve_later(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	struct instalment_row in[PLAN_MONTHS_MAX];
	struct pledge_row now;
	size_t k = 0;
	rc_t rc = the_pledge(s, r, o, &now);

	if (rc == RC_OK)
		rc = store_instalments(s, now.id, in, PLAN_MONTHS_MAX, &k);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < k; i++)
		if (in[i].expected > in[i].paid)
			return RC_OK;
	return approve_renewal(s, r, n, o, p, entry);
}

static rc_t was_replaced(struct store *s, const struct allocation_row *a, int64_t since, bool *yes)
{
	struct correction_row c = { 0 };
	char subject[SUBJECT_CAP];
	rc_t rc;

	correct_subject("worker", a->worker, subject);
	while (!*yes && (rc = store_correction_next(s, subject, c.id, &c)) == RC_OK)
		*yes = c.at >= since && strcmp(c.action, "worker replace") == 0;
	return *yes || rc == RC_NOENT ? RC_OK : rc;
}

/* Who comes instead is what only the officer knows: it has to be done before. */
static rc_t approve_replace(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	struct allocation_row a = { 0 };
	struct pledge_row now;
	bool done = false;
	rc_t rc = the_pledge(s, r, o, &now);

	(void)n, (void)p, (void)entry;
	if (rc != RC_OK)
		return rc;
	while (rc == RC_OK && !done) {
		rc = store_allocation_next_of_pledge(s, now.id, a.id, &a);
		if (rc == RC_OK && a.cause == CAUSE_REPLACED)
			rc = was_replaced(s, &a, r->at, &done);
	}
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	return done ? RC_OK
	            : correct_no(o, RC_INVALID,
	                      "nobody of pledge %s was replaced since: payung worker replace ID "
	                      "--by "
	                      "REF --note TEXT for each whom somebody else pays (payung issue "
	                      "list), "
	                      "then approve it",
	                      now.ref);
}

static rc_t approve_reference(struct store *s, const struct request_row *r, const struct renewal *n,
        struct officer *o, struct pledge_row *p, int64_t *entry)
{
	rc_t rc = the_pledge(s, r, o, p);

	(void)n, (void)entry;
	if (rc != RC_OK)
		return rc;
	if (!r->payment)
		return correct_no(o, RC_INVALID,
		        "request %lld does not say which payment: payung payment assign ID "
		        "--pledge "
		        "%s, then refuse it with a note",
		        (long long)r->id, p->ref);
	return correct_assign(s, r->payment, p->ref, false, o);
}

/* REQUEST_DONE is nothing but the decision: reminders follow it. */
static approve_fn *const approve[REQUEST_KINDS] = {
	[REQUEST_REFUND] = approve_refund,
	[REQUEST_WRITE_OFF] = approve_write_off,
	[REQUEST_FORGIVE] = approve_forgive,
	[REQUEST_WORKERS] = approve_workers,
	[REQUEST_RENEWAL] = approve_renewal,
	[REQUEST_NEXT_PERIOD] = approve_later,
	[REQUEST_REPLACE] = approve_replace,
	[REQUEST_SHIFT] = approve_later,
	[REQUEST_REFERENCE] = approve_reference,
};

static rc_t open_request(struct store *s, int64_t id, struct officer *o, struct request_row *r)
{
	rc_t rc = store_request_get(s, id, r);

	if (rc == RC_NOENT)
		return correct_no(
		        o, rc, "no request %lld: see payung request list --all", (long long)id);
	if (rc != RC_OK)
		return rc;
	if (r->state != REQUEST_OPEN)
		return correct_no(o, RC_INVALID, "request %lld was decided by %s already",
		        (long long)id, r->decided_by);
	if (strcmp(r->by, o->name) == 0)
		return correct_no(o, RC_INVALID,
		        "you asked for request %lld yourself: another officer has to decide it",
		        (long long)id);
	return RC_OK;
}

static rc_t decide(
        struct store *s, const struct request_row *r, bool yes, int64_t entry, struct officer *o)
{
	char subject[SUBJECT_CAP];
	rc_t rc = store_request_decide(s, r->id, yes, o->name, o->note, entry, o->now);

	correct_subject("request", r->id, subject);
	return rc == RC_OK ? correct_note(s, o, yes ? "request approve" : "request refuse", subject,
	                             "kind=%s asked_by=%s", request_kind_name(r->kind), r->by)
	                   : rc;
}

rc_t correct_approve(struct store *s, int64_t request, const struct renewal *n, struct officer *o,
        struct approval *out)
{
	int64_t entry = 0;
	rc_t rc;

	memset(out, 0, sizeof *out);
	rc = open_request(s, request, o, &out->request);
	if (rc == RC_OK && approve[out->request.kind])
		rc = approve[out->request.kind](s, &out->request, n, o, &out->pledge, &entry);
	return rc == RC_OK ? decide(s, &out->request, true, entry, o) : rc;
}

rc_t correct_refuse(struct store *s, int64_t request, struct officer *o, struct request_row *out)
{
	int64_t entry = 0;
	rc_t rc = open_request(s, request, o, out);

	if (rc == RC_OK && out->kind == REQUEST_REFUND && out->entry)
		rc = settle(s, out, LEDGER_REFUND_REFUSED, o, &entry);
	if (rc == RC_OK && entry && out->payment)
		rc = store_payment_state(s, out->payment, PAY_REFUND_REQUESTED, PAY_POSTED);
	return rc == RC_OK ? decide(s, out, false, entry, o) : rc;
}

/* ---- paying out ---- */

static rc_t there_is(
        struct store *s, const struct request_row *r, bool by_insurer, struct officer *o)
{
	rupiah_t have;
	char words[32];
	rc_t rc = store_balance(
	        s, by_insurer ? LEDGER_EXTERNAL : LEDGER_BANK, by_insurer ? r->sponsor : 0, &have);

	if (rc != RC_OK || have >= r->amount)
		return rc;
	rupiah_format(have, words);
	return correct_no(o, RC_INVALID, "%s %s by our books: --from is the other one?",
	        by_insurer ? "the insurer has of this sponsor" : "the bank account holds", words);
}

rc_t correct_refund_paid(struct store *s, int64_t request, bool by_insurer, struct officer *o)
{
	struct request_row r;
	char subject[SUBJECT_CAP];
	int64_t entry;
	rc_t rc = store_request_get(s, request, &r);

	if (rc == RC_NOENT)
		return correct_no(o, rc, "no request %lld: see payung request list --all",
		        (long long)request);
	if (rc != RC_OK)
		return rc;
	if (r.kind != REQUEST_REFUND || r.state != REQUEST_APPROVED || r.settled_day)
		return correct_no(o, RC_INVALID, "request %lld is %s", (long long)request,
		        r.kind != REQUEST_REFUND ? "no refund"
		        : r.settled_day          ? "paid out already"
		                                 : "not approved");
	rc = there_is(s, &r, by_insurer, o);
	if (rc == RC_OK)
		rc = settle(
		        s, &r, by_insurer ? LEDGER_REFUND_EXTERNAL : LEDGER_REFUND_PAID, o, &entry);
	if (rc == RC_OK)
		rc = store_request_settle(s, request, entry, o->day);
	if (rc == RC_OK && r.payment)
		rc = store_payment_state(s, r.payment, PAY_REFUND_REQUESTED, PAY_REFUNDED);
	correct_subject("request", request, subject);
	return rc == RC_OK ? correct_note(s, o, "refund paid", subject, "from=%s",
	                             by_insurer ? "insurer" : "bank")
	                   : rc;
}
