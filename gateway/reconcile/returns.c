/* What the bank took back: a line below nothing belongs to the one payment of this amount and
 * account that came shortly before, or to a refund that was paid out. Then that payment is unwound
 * as by an officer (correct_reverse()). When more than one fits, an officer decides. */
#include "job.h"

#include <payung/correct.h>
#include <stdio.h>
#include <string.h>

#define WINDOW_DAYS 60 /* in which banks take a transfer back */
#define CANDIDATES 8
#define LEAST_US 1000
#define LINES_MAX 1024 /* what is beyond waits for another round */

struct returns {
	bool begun, ready;
	size_t lines, at;
	int64_t id[LINES_MAX];
	struct payment_row line;
	int64_t payment, entry; /* taken back; or the entry of the refund */
	struct match_result m;  /* neither */
};

/* Of several, the only one whose pledge is named in the text. */
static rc_t by_reference(
        struct job *j, const struct payment_row *line, const int64_t *id, size_t n, int64_t *out)
{
	struct match_refs refs;
	size_t found = 0;
	rc_t rc = RC_OK;

	match_find_refs(line->text, &refs);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct payment_row p;
		struct pledge_row pledge;

		rc = store_payment_get(j->s, id[i], &p);
		if (rc == RC_OK && p.pledge)
			rc = store_pledge_get_id(j->s, p.pledge, &pledge);
		for (size_t k = 0; rc == RC_OK && p.pledge && k < refs.n; k++)
			if (strcmp(refs.ref[k], pledge.ref) == 0) {
				found++;
				*out = p.id;
			}
	}
	if (found != 1)
		*out = 0;
	return rc;
}

/* One that was being unwound when the job was killed. */
static rc_t half_done(struct job *j, const int64_t *id, size_t n, int64_t *out)
{
	struct payment_row p;
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = store_payment_get(j->s, id[i], &p);
		if (rc == RC_OK && p.state == PAY_REVERSED)
			*out = p.id;
	}
	return rc;
}

static rc_t find_payment(struct job *j, struct returns *r)
{
	int64_t id[CANDIDATES];
	size_t n = 0;
	rc_t rc = store_payments_returned(j->s, -r->line.amount, r->line.account,
	        r->line.day - WINDOW_DAYS, r->line.day, id, CANDIDATES, &n);

	r->m = (struct match_result){ .outcome = n ? MATCH_AMBIGUOUS : MATCH_UNMATCHED,
		.reason = n ? MATCH_SEVERAL_FIT : MATCH_NOTHING };
	r->payment = n == 1 ? id[0] : 0;
	if (rc == RC_OK && n > 1 && n <= CANDIDATES)
		rc = by_reference(j, &r->line, id, n, &r->payment);
	return rc == RC_OK ? half_done(j, id, n < CANDIDATES ? n : CANDIDATES, &r->payment) : rc;
}

static rc_t look_at(struct job *j, struct returns *r)
{
	bool waits = false;
	rc_t rc = store_refund_of_line(j->s, -r->line.amount, r->line.day - WINDOW_DAYS,
	        r->line.day + j->r->match_days, &r->entry, &waits);

	r->payment = 0;
	if (rc == RC_OK && !r->entry && !waits)
		rc = find_payment(j, r);
	else if (waits) /* an approved refund nobody has recorded as paid: may be this one */
		r->m = (struct match_result){ .outcome = MATCH_AMBIGUOUS,
			.reason = MATCH_AMOUNT_ONLY };
	r->ready = rc == RC_OK &&
	           (r->payment || r->entry || r->line.outcome != r->m.outcome ||
	                   r->line.reason != r->m.reason || r->line.state == PAY_IMPORTED);
	return rc;
}

static rc_t returns_look(struct job *j, bool held)
{
	struct returns *r = j->todo;
	rc_t rc = RC_OK;

	if (r->ready)
		return RC_OK;
	if (held)
		return RC_AGAIN;
	if (!r->begun)
		rc = store_returns(j->s, j->cursor, r->id, LINES_MAX, &r->lines);
	r->begun = true;
	while (rc == RC_OK && !r->ready && r->at < r->lines) {
		rc = store_payment_get(j->s, r->id[r->at++], &r->line);
		if (rc == RC_OK && r->line.state < PAY_POSTED && r->line.day <= j->out->as_of)
			rc = look_at(j, r);
	}
	return rc == RC_OK && !r->ready ? RC_NOENT : rc;
}

/* The bank's line stands for the entry that took the money out of the books. */
static rc_t settle(struct job *j, struct returns *r, int64_t entry)
{
	rc_t rc = store_payment_booked(j->s, r->line.id, entry);

	if (rc == RC_OK)
		rc = store_payment_state(j->s, r->line.id, r->line.state, PAY_POSTED);
	r->ready = false;
	return rc == RC_OK ? job_count(j, "reversed", "", 1, -r->line.amount) : rc;
}

static rc_t last_entry(struct job *j, int64_t payment, int64_t *id)
{
	struct ledger_row e = { 0 };
	rc_t rc;

	while ((rc = store_ledger_next(j->s, LEDGER_OF_PAYMENT, payment, e.id, &e)) == RC_OK)
		*id = e.id;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t unwind(struct job *j, struct returns *r)
{
	char note[64];
	struct officer o = {
		.name = j->out->by, .note = note, .now = j->out->now, .day = r->line.day
	};
	struct unwound sum = { 0 };
	int64_t entry = 0;
	/* At least so much, or a group that is late already would never get anywhere. */
	const int64_t least = store_held_us(j->s) + LEAST_US;
	bool more = false;
	rc_t rc;

	snprintf(note, sizeof note, "the bank took it back: payment/%lld", (long long)r->line.id);
	rc = correct_reverse(j->s, r->payment, true, least > j->r->held_us ? least : j->r->held_us,
	        &o, &sum, &more);
	if (rc == RC_OK && sum.months)
		rc = job_count(j, "returned", "", sum.months, sum.amount);
	if (rc != RC_OK || more)
		return rc;
	rc = last_entry(j, r->payment, &entry);
	return rc == RC_OK ? settle(j, r, entry) : rc;
}

static rc_t returns_work(struct job *j)
{
	struct returns *r = j->todo;
	rc_t rc;

	if (!r->ready)
		return RC_NOENT;
	j->cursor = r->line.id;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_mark(j->s);
	if (rc != RC_OK)
		return rc;
	if (r->entry)
		rc = settle(j, r, r->entry);
	else if (r->payment)
		rc = unwind(j, r);
	if (rc == RC_OK)
		rc = store_release(j->s);
	else
		store_undo(j->s);
	if (rc == RC_INVALID) { /* its credit went to a refund: an officer decides */
		r->m = (struct match_result){ .outcome = MATCH_AMBIGUOUS,
			.reason = MATCH_SEVERAL_FIT };
		r->payment = 0;
		rc = RC_OK;
	}
	if (rc != RC_OK || r->entry || r->payment)
		return rc;
	r->ready = false;
	return store_payment_match(j->s, r->line.id, &r->m, RECONCILE_NAME);
}

const struct job_phase job_returns = { "returns", returns_look, returns_work,
	sizeof(struct returns), NULL };
