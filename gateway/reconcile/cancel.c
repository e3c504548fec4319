/* A pledge recorded by mistake: possible as long as nobody's money and no word of the insurer hangs
 * on it. Nothing is deleted: its parts end, and the correction says who did it and why. */
#include "correct_int.h"

#include <payung/store_outbox.h>
#include <stdio.h>

static rc_t holds_nothing(struct store *s, const struct pledge_row *p, struct officer *o)
{
	int64_t payments = 0, count[ALLOCATIONS];
	rupiah_t funded = 0, confirmed = 0;
	rc_t rc = store_pledge_payments(s, p->id, &payments);

	if (rc == RC_OK)
		rc = store_balance(s, LEDGER_FUNDED, p->id, &funded);
	if (rc == RC_OK)
		rc = store_balance(s, LEDGER_CONFIRMED, p->id, &confirmed);
	if (rc == RC_OK)
		rc = store_pledge_allocations(s, p->id, count);
	if (rc != RC_OK)
		return rc;
	if (payments || funded || confirmed)
		return correct_no(o, RC_INVALID,
		        "money was paid for pledge %s: payung payment unassign or reverse it first "
		        "(payung explain %s names it)",
		        p->ref, p->ref);
	if (count[ALLOCATION_FUNDED] || count[ALLOCATION_CONFIRMED])
		return correct_no(o, RC_INVALID,
		        "the insurer confirmed workers of pledge %s: it cannot be cancelled",
		        p->ref);
	return RC_OK;
}

/* What waits in the queue about it is not sent. */
static rc_t take_text_back(struct store *s, int64_t text, int64_t now, bool *told)
{
	struct outbox_row m;
	rc_t rc;

	*told = text != 0;
	if (!text)
		return RC_OK;
	rc = store_outbox_get(s, text, &m);
	if (rc != RC_OK || m.state != OUT_QUEUED)
		return rc;
	*told = false;
	return store_outbox_end(s, text, OUT_CANCELLED, "the pledge was cancelled", now);
}

rc_t correct_pledge_cancel(
        struct store *s, const char *ref, struct officer *o, struct pledge_row *was, bool *told)
{
	char subject[SUBJECT_CAP];
	int64_t text = 0;
	rc_t rc = store_pledge_get(s, ref, was);

	if (rc == RC_NOENT)
		return correct_no(o, rc, "no pledge %s: see payung pledge list", ref);
	if (rc != RC_OK)
		return rc;
	if (was->cancelled)
		return correct_no(o, RC_INVALID, "pledge %s was cancelled already", ref);
	rc = holds_nothing(s, was, o);
	if (rc == RC_OK)
		rc = store_pledge_cancel(s, was, o->now, &text);
	if (rc == RC_OK)
		rc = take_text_back(s, text, o->now, told);
	snprintf(subject, sizeof subject, "pledge/%s", was->ref);
	return rc == RC_OK ? correct_note(s, o, "pledge cancel", subject, "places=%d", was->taken)
	                   : rc;
}
