/* Two pledges for one worker-month: the earliest confirmed one pays, else the earliest paid one. A
 * pledge whose money was here before takes the month; the other's money goes back to its sponsor's
 * credit, and an officer hears of it. */
#include "job.h"

#include <string.h>

#define PAGE 64

struct doubles {
	bool begun;
	int64_t pledge, after; /* allocation */
	int64_t first_day;     /* of the pledge's money */
	size_t n, done;
	struct {
		int64_t worker, pledge;
		month_t month;
	} take[JOB_BATCH];
};

static rc_t look_at_worker(struct job *j, struct doubles *d, const struct due_row *due)
{
	struct month_row m = { .month = due->from - 1 };
	rc_t rc;

	while ((rc = store_month_next(j->s, due->worker, m.month, &m)) == RC_OK &&
	        m.month <= due->to) {
		const struct funding_claim claims[] = {
			{ 1, m.pledge, m.confirmed_day ? m.confirmed_day : FUNDING_DAY_UNKNOWN,
			        m.paid_day ? m.paid_day : m.reported_day },
			{ 2, d->pledge, FUNDING_DAY_UNKNOWN, d->first_day },
		};

		if (!m.pledge || !issue_dup_funding(claims, 2) || funding_winner(claims, 2) != 1 ||
		        d->n == JOB_BATCH)
			continue;
		d->take[d->n].worker = due->worker;
		d->take[d->n].pledge = m.pledge;
		d->take[d->n++].month = m.month;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t look_at_pledge(struct job *j, struct doubles *d)
{
	struct due_row due[PAGE];
	int64_t after = 0;
	size_t n = 0;
	rc_t rc;

	do {
		rc = store_due_months(j->s, d->pledge, after, due, PAGE, &n);
		for (size_t i = 0; rc == RC_OK && i < n && d->n < JOB_BATCH; i++) {
			after = due[i].allocation;
			rc = look_at_worker(j, d, &due[i]);
		}
	} while (rc == RC_OK && n == PAGE && d->n < JOB_BATCH);
	return rc;
}

/* Only where money waits and somebody else pays a month of the pledge's workers. */
static rc_t doubles_look(struct job *j, bool held)
{
	struct doubles *d = j->todo;
	struct places_row elsewhere;
	struct payable_row first;
	size_t n = 0;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	if (!d->begun)
		d->pledge = j->cursor;
	else if (d->n == JOB_BATCH)
		d->pledge--; /* there may be more of this one */
	d->begun = true;
	for (d->n = d->done = 0; rc == RC_OK && !d->n;) {
		rc = store_pledge_next_payable(j->s, d->pledge, &d->pledge);
		if (rc == RC_OK)
			rc = store_places_elsewhere(j->s, d->pledge, &elsewhere, 1, &n);
		if (rc == RC_LIMIT) { /* several kinds of them */
			n = 1;
			rc = RC_OK;
		}
		if (rc != RC_OK || !n)
			continue;
		rc = store_payable(j->s, d->pledge, &first, 1, &n);
		if (rc == RC_OK && n) {
			d->first_day = first.day;
			rc = look_at_pledge(j, d);
		}
	}
	return rc;
}

static rc_t doubles_work(struct job *j)
{
	struct doubles *d = j->todo;
	struct job_back back = { .why = LEDGER_DOUBLE_FUNDED };
	int64_t months;
	rc_t rc;

	if (d->done == d->n)
		return RC_NOENT;
	back.worker = d->take[d->done].worker;
	back.pledge = d->take[d->done].pledge;
	back.from = back.to = d->take[d->done++].month;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = job_give_back(j, &back, &months);
	j->cursor = d->pledge - 1;
	return rc == RC_OK ? job_count(j, "doubled", "", months, 0) : rc;
}

const struct job_phase job_doubles = { "doubles", doubles_look, doubles_work,
	sizeof(struct doubles), NULL };
