/* What the parts of the phase that applies the insurer's words share. */
#ifndef RECONCILE_CONFIRM_INT_H
#define RECONCILE_CONFIRM_INT_H

#include "job.h"

struct stretch { /* what one row confirmed anew; months between first and last may be refused ones
	          */
	month_t first, last, refused; /* refused: the first it accepts in vain, 0: none */
	int64_t months, payer;        /* payer: of the last */
};
/* The worker has a new last day of cover: W14, or R09 when it was renewed. */
rc_t confirm_tell_active(struct job *j, const struct confirmation_row *c, const struct stretch *t,
        const struct pledge_row *p) MUST_CHECK;
/* A row that refuses: nothing it is about stays AKTIF, and the place goes. */
rc_t confirm_refuse(struct job *j, const struct confirmation_row *c) MUST_CHECK;
/* The allocation is answered, if it was not. */
rc_t confirm_answered(
        struct job *j, const struct confirmation_row *c, const struct allocation_row *a) MUST_CHECK;
/* Raises INSURER_CHANGED about a month of the worker. */
rc_t confirm_changed(struct job *j, int64_t worker, month_t m, const char *detail) MUST_CHECK;

#endif
