/* Worker-months: which are open, who pays them, what proves them. One row is one worker, month and
 * package, so that a second payer finds the first. */
#include "store_int.h"
#include <payung/store_job.h>
#include <string.h>

/* ---- open months ---- */

bool due_open(const struct due_row *d, month_t m)
{
	const int i = m - d->from;

	return m >= d->from && m <= d->to && i < PLAN_MONTHS_MAX && d->open[i / 64] >> (i % 64) & 1;
}

static rc_t take_paid(struct store *s, struct due_row *d)
{
	struct query q = query_open(s, ST_PAID_MONTHS);
	rc_t rc;

	for (int i = 0; i <= d->to - d->from && i < PLAN_MONTHS_MAX; i++)
		d->open[i / 64] |= UINT64_C(1) << (i % 64);
	put_int(&q, d->worker);
	put_int(&q, d->from);
	put_int(&q, d->to);
	put_int(&q, COVER_PACKAGE);
	while ((rc = query_row(&q)) == RC_OK) {
		const int64_t i = get_int(&q) - d->from;

		if (i < PLAN_MONTHS_MAX)
			d->open[i / 64] &= ~(UINT64_C(1) << (i % 64));
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static void read_due(struct query *q, struct due_row *d)
{
	memset(d, 0, sizeof *d);
	d->allocation = get_int(q);
	d->worker = get_int(q);
	d->registered = get_int(q);
	d->job = (int)get_int(q);
	d->state = (enum allocation)get_int(q);
	d->from = (month_t)get_int(q);
	d->to = (month_t)get_int(q);
	d->covered = (month_t)get_int(q);
}

rc_t store_due_of(struct store *s, int64_t pledge, int64_t worker, struct due_row *out)
{
	struct query q = query_open(s, ST_DUE_OF);
	rc_t rc;

	put_int(&q, pledge);
	put_int(&q, worker);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	read_due(&q, out);
	query_end(&q);
	return take_paid(s, out);
}

rc_t store_due_months(
        struct store *s, int64_t pledge, int64_t after, struct due_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_DUE);
	rc_t rc;

	*n = 0;
	put_int(&q, pledge);
	put_int(&q, after);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK)
		read_due(&q, &out[(*n)++]);
	rc = rc == RC_NOENT ? RC_OK : rc;
	for (size_t i = 0; rc == RC_OK && i < *n; i++)
		rc = take_paid(s, &out[i]);
	return rc;
}

/* ---- months ---- */

static void put_month(struct query *q, int64_t worker, month_t month)
{
	put_int(q, worker);
	put_int(q, month);
	put_int(q, COVER_PACKAGE);
}

static rc_t read_month(struct query *q, struct month_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->worker = get_int(q);
	out->pledge = get_int(q);
	out->entry = get_int(q);
	out->reported_day = get_int(q);
	out->paid_day = get_int(q);
	out->confirmed_day = get_int(q);
	out->confirmation = get_int(q);
	out->amount = get_int(q);
	out->month = (month_t)get_int(q);
	query_end(q);
	return RC_OK;
}

rc_t store_month_get(struct store *s, int64_t worker, month_t month, struct month_row *out)
{
	struct query q = query_open(s, ST_MONTH_GET);

	put_month(&q, worker, month);
	return read_month(&q, out);
}

rc_t store_month_next(struct store *s, int64_t worker, month_t after, struct month_row *out)
{
	struct query q = query_open(s, ST_MONTH_NEXT);

	put_month(&q, worker, after);
	return read_month(&q, out);
}

static void put_paid(struct query *q, const struct month_row *m)
{
	put_month(q, m->worker, m->month);
	put_ref(q, m->pledge);
	put_ref(q, m->entry);
	put_int(q, m->amount);
	put_int(q, m->reported_day);
	put_int(q, m->paid_day);
}

rc_t store_month_pay(struct store *s, const struct month_row *m)
{
	struct query q = query_open(s, ST_MONTH_PAY);
	rc_t rc;

	put_paid(&q, m);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done ? store_refuse(s, RC_EXISTS, "this month is paid already")
	                                : rc;
}

rc_t store_month_fund(struct store *s, struct month_row *m)
{
	struct query q = query_open(s, ST_MONTH_FUND);
	rc_t rc;

	put_paid(&q, m);
	rc = query_row(&q);
	if (rc == RC_NOENT && q.done)
		return store_refuse(s, RC_EXISTS, "this month is paid already, or has no place");
	if (rc != RC_OK)
		return rc;
	m->confirmed_day = get_int(&q);
	return query_run(&q);
}

static rc_t run_month(struct store *s, enum statement which, int64_t worker, month_t month)
{
	struct query q = query_open(s, which);

	put_month(&q, worker, month);
	return query_change(&q);
}

/* A month of which nothing is known any more. */
static rc_t month_clean(struct store *s, int64_t worker, month_t month)
{
	rc_t rc = run_month(s, ST_MONTH_EMPTY, worker, month);

	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_month_return(struct store *s, int64_t worker, month_t month, int64_t entry)
{
	struct query q = query_open(s, ST_MONTH_PAST);
	rc_t rc;

	put_int(&q, entry);
	put_month(&q, worker, month);
	rc = query_change(&q);
	if (rc == RC_OK)
		rc = run_month(s, ST_MONTH_FREE, worker, month);
	return rc == RC_OK ? month_clean(s, worker, month) : rc;
}

rc_t store_month_confirm(struct store *s, int64_t worker, month_t month, int64_t day,
        int64_t confirmation, struct month_row *before)
{
	struct query q;
	rc_t rc;

	memset(before, 0, sizeof *before);
	rc = store_month_get(s, worker, month, before);
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	q = query_open(s, ST_MONTH_CONFIRM);
	put_month(&q, worker, month);
	put_int(&q, day);
	put_ref(&q, confirmation);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done
	               ? store_refuse(s, RC_EXISTS, "this month is confirmed already")
	               : rc;
}

rc_t store_month_unconfirm(struct store *s, int64_t worker, month_t month)
{
	rc_t rc = run_month(s, ST_MONTH_UNCONFIRM, worker, month);

	return rc == RC_OK ? month_clean(s, worker, month) : rc;
}

rc_t store_month_next_of_entry(
        struct store *s, int64_t entry, int64_t *allocation, month_t *month, struct month_row *out)
{
	struct query q = query_open(s, ST_MONTH_OF_ENTRY);
	int64_t worker;
	rc_t rc;

	put_int(&q, entry);
	put_int(&q, *allocation);
	put_int(&q, *month);
	put_int(&q, COVER_PACKAGE);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*allocation = get_int(&q);
	*month = (month_t)get_int(&q);
	worker = get_int(&q);
	query_end(&q);
	return store_month_get(s, worker, *month, out);
}

rc_t store_gap_next(
        struct store *s, int64_t until_day, int64_t pledge, month_t month, struct gap_row *out)
{
	struct query q = query_open(s, ST_GAP);
	rc_t rc;

	put_int(&q, pledge);
	put_int(&q, month);
	put_int(&q, until_day);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->pledge = get_int(&q);
	out->month = (month_t)get_int(&q);
	out->workers = get_int(&q);
	out->first_day = get_int(&q);
	out->amount = get_int(&q);
	query_end(&q);
	return RC_OK;
}
