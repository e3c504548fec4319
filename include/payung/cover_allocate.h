/* Which worker-months money pays. Only whole worker-months; what is left is the sponsor's credit.
 * The list is paid strictly in its order and stops at the first month the money does not reach, even
 * if a cheaper one follows: so two payments of half pay the same months as one of the whole. Pure. */
#ifndef PAYUNG_COVER_ALLOCATE_H
#define PAYUNG_COVER_ALLOCATE_H

#include <payung/date.h>
#include <payung/result.h>
#include <payung/rupiah.h>
#include <stddef.h>
#include <stdint.h>

enum allocate_order {
	ALLOCATE_BREADTH_FIRST, /* the oldest open month of all workers, then the next month */
	ALLOCATE_WORKER_FIRST,  /* all open months of one worker, then the next worker */
};
#define ALLOCATE_NO_LIMIT INT64_MAX
struct allocate_due { /* an open worker-month */
	int64_t worker;
	month_t month;
	rupiah_t amount;    /* above 0 */
	int64_t limit;      /* days since 1970: coverage_limit(), or NO_LIMIT; one value for a worker */
	int64_t registered; /* UTC seconds; one value for a worker */
	int64_t payment;    /* out: the payment that completed the month, 0: still open */
};
struct allocate_payment {
	int64_t id;      /* not 0 */
	int64_t day;     /* days since 1970 */
	rupiah_t amount; /* 0 or more; credit of earlier payments counts as a payment of its own */
};
struct allocate_result {
	size_t paid;      /* due[0..paid) are paid now, in this order */
	rupiah_t used;    /* their sum */
	rupiah_t credit;  /* the rest of the money */
};

/* Sorts due[] into the order of paying (ties: nearest limit, earliest registration, worker) and
 * payment[] by day and id, then pays. Nothing depends on the order given. RC_EXISTS: a worker-month
 * occurs twice, or a payment; RC_INVALID: an amount, id or a worker's limit or registration is not
 * as above; RC_LIMIT: more money than an amount may be. Then *out is untouched. */
rc_t allocate(struct allocate_due *due, size_t n, struct allocate_payment *payment, size_t payments,
	enum allocate_order order, struct allocate_result *out) MUST_CHECK;

#endif
