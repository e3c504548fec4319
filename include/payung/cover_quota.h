/* Places of a pledge, the waiting list behind them, and the life of an allocation. Pure. */
#ifndef PAYUNG_COVER_QUOTA_H
#define PAYUNG_COVER_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum allocation { ALLOCATION_PROPOSED, ALLOCATION_RESERVED, ALLOCATION_FUNDED, ALLOCATION_CONFIRMED,
	ALLOCATION_ENDED, ALLOCATION_RELEASED, ALLOCATIONS };
const char *allocation_name(enum allocation a);
/* Why a place is held no more; the numbers are kept in the store. */
enum allocation_cause { CAUSE_UNKNOWN, CAUSE_OVER, /* its months are over */ CAUSE_ARREARS, CAUSE_DIED,
	CAUSE_REPLACED, CAUSE_REFUSED, /* by the insurer */ CAUSE_CANCELLED, /* the pledge was a mistake */
	ALLOCATION_CAUSES };
/* Does it take one of the pledge's places? Reserved, funded and confirmed ones do. */
bool allocation_takes_place(enum allocation a);
/* Forward along the life, or back where money or confirmation is withdrawn; the last two are final. */
bool allocation_may_become(enum allocation from, enum allocation to);

struct waiting {
	int64_t registration, registered_at; /* id; UTC seconds */
	int number;   /* on the waiting list, as the person was told */
	bool may_join; /* eligible_yes() on the day of release, alive, not withdrawn */
};
/* Sorts into the order of release (number, time, id; who may not join comes last) and returns how
 * many of the first get a place. */
size_t quota_release(struct waiting *w, size_t n, int places);

#endif
