/* Door of the job that turns money into cover: every registration to its sponsor, every payment to its
 * pledge, every rupiah into the books, every word of the insurer into months. It works in small groups,
 * each a transaction of its own; killed anywhere, the next call for the same day goes on where it
 * stopped and the store becomes what it would have been. Run again, it changes nothing. */
#ifndef PAYUNG_RECONCILE_H
#define PAYUNG_RECONCILE_H

#include <payung/cover_allocate.h>
#include <payung/cover_eligible.h>
#include <payung/cover_issue.h>
#include <payung/name.h>
#include <payung/occupation.h>
#include <payung/store_job.h>

#define RECONCILE_NAME "reconcile" /* who matched a payment, if no officer did */

struct reconcile_rules { /* all borrowed */
	const struct tariff *tariff;
	const struct occupations *jobs;
	const struct name_rules *names;
	struct tariff_choices choices;
	struct coverage_rules cover;
	struct eligible_rules age;
	struct issue_rules issue;
	enum allocate_order order;
	int match_days;  /* by which a payment without reference may be apart from what it pays */
	int ahead_days;  /* instalments due within so many days are paid from what came early */
	int text_ttl_h;  /* hours a confirmation may take */
	int held_us;     /* of the write lock, for one group */
	enum zone zone;
};
/* After each group that took the lock so long: the others' turn. */
typedef void reconcile_rest_fn(void *arg, int64_t held_us);

struct reconcile_run {
	int64_t as_of, now; /* day; UTC seconds: a run that goes on keeps those of its begin */
	const char *by;
	reconcile_rest_fn *rest;
	void *arg;
	/* out */
	int64_t id;               /* 0: there was nothing to do and nothing was written */
	bool resumed;
	int64_t groups, held_max_us, held_us, held_p99_us; /* held_us: all together */
	char why[200];            /* not RC_OK: what failed, in English; "" when the store's detail says it */
};
/* RC_EXISTS: a run for another day (as_of is set to it) is not finished: finish that first. Other
 * results are those of the store; what was committed stands. */
rc_t reconcile(struct store *s, const struct reconcile_rules *r, struct reconcile_run *run) MUST_CHECK;

#endif
