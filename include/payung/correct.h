/* Door of the officers' side of money: what a person puts right. Every function runs inside
 * store_begin()..store_commit() and leaves a correction with who, what and why, which is an audit
 * entry too. Not RC_OK: officer.why says in one English sentence why and what to do next, or is ""
 * when the store's own detail says it; then the caller rolls back. Nothing in the books is edited:
 * each correction is another entry. */
#ifndef PAYUNG_CORRECT_H
#define PAYUNG_CORRECT_H

#include <payung/store_correct.h>

#define CORRECT_WHY_CAP 240
struct officer {
	const char *name, *note; /* Unix user; the reason, without a NIK */
	int64_t now, day;        /* UTC seconds; the day it counts for */
	char why[CORRECT_WHY_CAP];
};

/* ---- payments ---- */
/* A payment that reconcile left open is for this pledge; the next reconcile posts it. RC_INVALID also
 * when it came another way than the programme's money does, and not `knowingly`. */
rc_t correct_assign(struct store *s, int64_t payment, const char *ref, bool knowingly,
	struct officer *o) MUST_CHECK;
/* Takes a match back that is not posted. */
rc_t correct_unassign(struct store *s, int64_t payment, struct officer *o) MUST_CHECK;
/* Takes back what a payment has done: its money leaves the credit, its months are paid by nobody, and
 * so are the newest months that credit paid when the credit it left is spent already. `gone`: the
 * money itself is not there any more, else it is UNMATCHED again. What takes longer than `held_us` of
 * the write lock goes on in the next transaction while *more; killed in between, the next call for the
 * payment completes it. */
struct unwound { int64_t months; rupiah_t amount; bool done; };
rc_t correct_reverse(struct store *s, int64_t payment, bool gone, int64_t held_us, struct officer *o,
	struct unwound *sum, bool *more) MUST_CHECK;

/* ---- requests: one asks, another one decides ---- */
/* payment 0: not about one. The credit is set aside at once. */
rc_t correct_ask_refund(struct store *s, int64_t sponsor, int64_t payment, rupiah_t amount, struct officer *o,
	int64_t *id) MUST_CHECK;
/* forgive: a shortfall, else credit that is given up. */
rc_t correct_ask_write_off(struct store *s, int64_t sponsor, bool forgive, rupiah_t amount, struct officer *o,
	int64_t *id) MUST_CHECK;
struct approval { /* what the sponsor is told of */
	struct request_row request;
	struct pledge_row pledge; /* with more places, or the new one; id 0: none */
};
/* Decides and does it. months, workers: of a renewal, 0: as before. ref: a fresh reference for it;
 * RC_EXISTS: draw another. */
struct renewal { int months, workers; const char *ref; };
rc_t correct_approve(struct store *s, int64_t request, const struct renewal *r, struct officer *o,
	struct approval *out) MUST_CHECK;
rc_t correct_refuse(struct store *s, int64_t request, struct officer *o, struct request_row *out) MUST_CHECK;
/* An approved refund was paid out: from the programme's bank account, or by the insurer. */
rc_t correct_refund_paid(struct store *s, int64_t request, bool by_insurer, struct officer *o) MUST_CHECK;

/* ---- workers, pledges, programmes ---- */
/* died_day 0: takes a wrong report back; RC_LIMIT: the place went to somebody else meanwhile. */
rc_t correct_died(struct store *s, int64_t worker, int64_t died_day, struct officer *o) MUST_CHECK;
struct replacement { month_t from; int64_t worker, allocation; };
/* From the next unpaid month on, the registration `by`, which waits in the same pledge, has the
 * worker's place. Paid months stay where they are. */
rc_t correct_replace(struct store *s, int64_t worker, const char *by, struct officer *o,
	struct replacement *out) MUST_CHECK;
rc_t correct_pledge_workers(struct store *s, const char *ref, int workers, struct officer *o) MUST_CHECK;
/* One that was recorded by mistake and holds no money. Who had a place or waited has to be enrolled
 * anew. *told: its sponsor got the text about it, and must hear that it does not count. */
rc_t correct_pledge_cancel(struct store *s, const char *ref, struct officer *o, struct pledge_row *was,
	bool *told) MUST_CHECK;
rc_t correct_legal_basis(struct store *s, const char *programme, const char *text, struct officer *o) MUST_CHECK;

#endif
