/* Whether reminders bring anything. A report: it reads all that was sent in those days. */
#include "store_int.h"
#include <payung/store_remind.h>

rc_t store_remind_effect(
        struct store *s, int64_t from, int64_t to, store_remind_effect_fn *fn, void *arg)
{
	struct query q = query_open(s, ST_REMIND_EFFECT);
	rc_t rc;

	put_int(&q, from);
	put_int(&q, to);
	while ((rc = query_row(&q)) == RC_OK) {
		enum remind_occasion o = (enum remind_occasion)get_int(&q);
		int64_t sent_day = get_int(&q);

		fn(arg, o, sent_day, get_int(&q));
	}
	return rc == RC_NOENT ? RC_OK : rc;
}
