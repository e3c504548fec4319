/* AKTIF is said of months without a hole between them, by whoever pays them, once. */
#include "confirm_int.h"

#include <stdio.h>

static rc_t is_confirmed(struct job *j, int64_t worker, month_t m, struct month_row *out, bool *yes)
{
	rc_t rc = store_month_get(j->s, worker, m, out);

	*yes = rc == RC_OK && out->confirmed_day;
	return rc == RC_NOENT ? RC_OK : rc;
}

static int part_of(const struct pledge_row *p, month_t m)
{
	return (m - p->start) / p->instalment;
}

/* Good news again only when somebody renewed: another pledge, or another instalment of some length.
 */
static bool is_renewal(const struct pledge_row *p, int64_t before, month_t until_then, month_t now)
{
	if (before && before != p->id)
		return true;
	return p->instalment >= 3 && part_of(p, until_then) != part_of(p, now);
}

/* The last month of cover without a gap from `from`, which is confirmed. */
static rc_t last_in_row(struct job *j, int64_t worker, month_t from, month_t *until)
{
	struct month_row m;
	bool more = true;
	rc_t rc = RC_OK;

	for (*until = from - 1; rc == RC_OK && more; *until += more)
		rc = is_confirmed(j, worker, *until + 1, &m, &more);
	return rc;
}

/* Of what was confirmed: the first months in a row that are not over. *until 0: all are. */
static rc_t still_to_come(struct job *j, const struct confirmation_row *c, const struct stretch *t,
        month_t *from, month_t *until)
{
	rc_t rc = RC_OK;

	*until = 0;
	for (*from = t->first; rc == RC_OK && *from <= t->last; *from = *until + 2) {
		rc = last_in_row(j, c->worker, *from, until);
		if (rc == RC_OK && *until >= *from && *until >= j->month)
			return RC_OK;
	}
	*until = 0;
	return rc;
}

static rc_t tell(struct job *j, const struct confirmation_row *c, const struct pledge_row *p,
        struct job_text *x, month_t from, month_t until, bool *fresh)
{
	const int64_t last = date_days(month_last(until));

	job_arg_day(x, "tgl1", date_days(month_first(from)));
	job_arg_day(x, "tgl2", last);
	job_arg_day(x, "tgl", last);
	job_arg(x, "sponsor", "%s", p->sponsor_name);
	return job_tell_worker(j, c->worker, x, x->id[0] == 'R', fresh);
}

/* Whoever was told of a refusal is told that it is over. *done: now, and not before. */
static rc_t tell_after_all(struct job *j, const struct confirmation_row *c,
        const struct pledge_row *p, month_t from, month_t until, bool *done)
{
	struct job_text x = { .id = "W14" };
	int64_t refused = 0;
	rc_t rc = c->ever_refused ? store_refused_last(j->s, c->worker, c->day, &refused) : RC_OK;

	*done = false;
	if (rc != RC_OK || !refused)
		return rc;
	snprintf(x.key, sizeof x.key, "worker/%lld/W14/refused/%lld", (long long)c->worker,
	        (long long)refused);
	return tell(j, c, p, &x, from, until, done);
}

rc_t confirm_tell_active(struct job *j, const struct confirmation_row *c, const struct stretch *t,
        const struct pledge_row *p)
{
	struct job_text x = { 0 };
	struct month_row m;
	month_t from, until;
	bool before = false, done = false;
	char month[16];
	rc_t rc = still_to_come(j, c, t, &from, &until);

	if (rc != RC_OK || !until) /* of months that are over nothing is told */
		return rc;
	rc = tell_after_all(j, c, p, from, until, &done);
	if (rc == RC_OK && !done)
		rc = is_confirmed(j, c->worker, from - 1, &m, &before);
	if (rc != RC_OK || done || (before && !is_renewal(p, m.pledge, from - 1, t->last)))
		return rc;
	x.id = before ? "R09" : "W14";
	month_format(before ? until : from, month);
	snprintf(x.key, sizeof x.key, "worker/%lld/%s/%s", (long long)c->worker, x.id, month);
	return tell(j, c, p, &x, from, until, NULL);
}
