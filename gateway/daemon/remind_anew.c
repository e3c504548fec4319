/* Each subject's next look was found by the rules of then. When they are others now, all are looked
 * at once more: some at a time, whenever nobody else waits for that, so that millions hold up
 * nothing. The mark is written when all are through; a restart before begins again. */
#include "remind_int.h"

#include <payung/log.h>
#include <payung/store_remind.h>

static rc_t is_done(struct daemon *d, struct remind_anew *a)
{
	int64_t mark;
	rc_t rc = store_remind_rules(d->store, &mark);

	if (rc == RC_NOENT) { /* new: everybody is to be looked at anyway */
		a->done = true;
		return store_remind_ruled(d->store, a->mark);
	}
	a->done = rc == RC_OK && mark == a->mark;
	return rc;
}

rc_t remind_look_anew(struct daemon *d, struct remind_anew *a)
{
	struct remind_look some[REMIND_ANEW_MAX];
	const struct remind_look from = { .kind = a->kind, .subject = a->subject };
	size_t n = 0;
	rc_t rc = a->done ? RC_OK : is_done(d, a);

	if (rc != RC_OK || a->done)
		return rc;
	rc = store_remind_behind(d->store, &from, some, REMIND_ANEW_MAX, &n);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = store_remind_touch(d->store, &some[i]);
	if (rc != RC_OK)
		return rc;
	if (n > 0) {
		a->kind = some[n - 1].kind;
		a->subject = some[n - 1].subject;
		return RC_OK;
	}
	a->done = true;
	log_info("reminders: everybody was looked at by the new rules");
	return store_remind_ruled(d->store, a->mark);
}
