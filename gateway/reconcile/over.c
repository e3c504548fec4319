/* What ends: months after a worker's death, and places whose months are over or whose membership
 * the arrears have ended. A place that ends is free for who waits. */
#include "job.h"

#include <string.h>

/* ---- death ---- */

struct deceased {
	bool begun, ready;
	int64_t worker;
	month_t died;
};

static rc_t deceased_look(struct job *j, bool held)
{
	struct deceased *d = j->todo;
	rc_t rc;

	if (held)
		return RC_AGAIN;
	if (!d->begun)
		d->worker = j->cursor;
	d->begun = true;
	rc = store_deceased_next(j->s, d->worker, &d->worker, &d->died);
	d->ready = rc == RC_OK;
	return rc;
}

static rc_t cut_short(struct job *j, const struct deceased *d)
{
	struct allocation_row a = { 0 };
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(j->s, d->worker, a.id, &a)) == RC_OK) {
		if (a.state >= ALLOCATION_ENDED || a.to <= d->died)
			continue;
		if (a.state == ALLOCATION_PROPOSED)
			rc = store_allocation_end(
			        j->s, a.id, ALLOCATION_RELEASED, CAUSE_DIED, j->out->now);
		else if (a.from > d->died)
			rc = store_allocation_end(
			        j->s, a.id, ALLOCATION_ENDED, CAUSE_DIED, j->out->now);
		else
			rc = store_allocation_span(j->s, a.id, a.from, d->died);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t deceased_work(struct job *j)
{
	struct deceased *d = j->todo;
	const struct job_back back = { .why = LEDGER_WORKER_DIED,
		.worker = d->worker,
		.from = d->died + 1,
		.to = INT32_MAX / 2,
		.confirmed_too = true };
	int64_t months;
	rc_t rc;

	if (!d->ready)
		return RC_NOENT;
	d->ready = false;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = job_give_back(j, &back, &months);
	if (rc == RC_OK)
		rc = cut_short(j, d);
	j->cursor = d->worker;
	return rc == RC_OK ? job_count(j, "deceased", "", 1, 0) : rc;
}

const struct job_phase job_deceased = { "deceased", deceased_look, deceased_work,
	sizeof(struct deceased), NULL };

/* ---- the end ---- */

struct over {
	bool begun;
	size_t n, done;
	int64_t after;
	month_t lapsed;
	struct allocation_row row[JOB_BATCH];
};

/* The newest month after which the next one can no longer be paid. */
static month_t lapsed_month(const struct job *j)
{
	month_t m = j->month;

	while (date_days(coverage_limit(&j->r->cover, m)) >= j->out->as_of)
		m--;
	return m;
}

static rc_t over_look(struct job *j, bool held)
{
	struct over *o = j->todo;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	if (!o->begun) {
		o->begun = true;
		o->after = j->cursor;
		o->lapsed = lapsed_month(j);
	}
	for (o->n = o->done = 0; rc == RC_OK && o->n < JOB_BATCH;) {
		rc = store_allocation_next_over(j->s, j->month, o->lapsed, o->after, &o->row[o->n]);
		if (rc == RC_OK)
			o->after = o->row[o->n++].id;
	}
	return rc == RC_NOENT && o->n ? RC_OK : rc;
}

/* A place that was cut short by death ends with that month. */
static rc_t end_place(struct job *j, const struct allocation_row *a)
{
	struct person_row p;
	rc_t rc = store_person_get(j->s, a->worker, &p);

	if (rc != RC_OK)
		return rc;
	return store_allocation_end(j->s, a->id, ALLOCATION_ENDED,
	        p.died_day         ? CAUSE_DIED
	        : a->to < j->month ? CAUSE_OVER
	                           : CAUSE_ARREARS,
	        j->out->now);
}

static rc_t over_work(struct job *j)
{
	struct over *o = j->todo;
	struct allocation_row a;
	rc_t rc;

	if (o->done == o->n)
		return RC_NOENT;
	rc = store_allocation_get(j->s, o->row[o->done++].id, &a);
	if (rc != RC_OK || !allocation_takes_place(a.state))
		return rc;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = end_place(j, &a);
	j->cursor = a.id;
	return rc == RC_OK ? job_count(j, "ended", "", 1, 0) : rc;
}

const struct job_phase job_over = { "over", over_look, over_work, sizeof(struct over), NULL };
