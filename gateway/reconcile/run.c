/* The driver: phases in order, each in groups. The phases that move money are gone through again
 * and again until a round changes nothing: so a second run finds nothing by construction, and what
 * one phase sets free (a place, a credit, a known account) reaches the others within the same run.
 * After that come issues and texts, which tell of the end and not of what was on the way.
 *
 * Everything a run writes bears the time of its begin, and each group notes phase and cursor:
 * killed and begun again, it writes what it would have written. */
#include "job.h"

#include <assert.h>
#include <payung/clock.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECKPOINT_PAGES 2000 /* of ours: beside a daemon that is idle nobody else does it */
#define ROUNDS_MAX 12         /* each round only follows from the one before; four are usual */

static const struct job_phase *const phases[] = { &job_renew, &job_map, &job_places, &job_plan,
	&job_confirm, &job_deceased, &job_over, &job_match, &job_doubles, &job_lists, &job_post,
	&job_credits, &job_returns, &job_issues, &job_close, &job_tell };
enum { PHASES = sizeof phases / sizeof *phases, MONEY_PHASES = 13 };

bool job_has_time(const struct job *j)
{
	return store_held_us(j->s) < j->r->held_us;
}

rc_t job_fail(struct job *j, rc_t rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(j->out->why, sizeof j->out->why, fmt, ap);
	va_end(ap);
	return rc;
}

static rc_t begin_run(struct job *j)
{
	rc_t rc = store_run_begin(j->s, j->out->as_of, j->out->by, j->out->now, &j->run);

	j->out->id = rc == RC_OK ? j->run.id : 0;
	return rc;
}

rc_t job_writes(struct job *j)
{
	j->changed = true;
	return j->run.id ? RC_OK : begin_run(j);
}

/* ---- a group ---- */

static rc_t work_group(struct job *j, const struct job_phase *p, bool *more, bool *left)
{
	rc_t rc;

	*more = true;
	*left = false;
	do {
		rc = p->work(j);
		if (rc == RC_NOENT)
			rc = p->look(j, true);
		if (rc == RC_NOENT)
			*more = false;
		if (rc == RC_AGAIN || rc == RC_NOENT)
			return RC_OK;
	} while (rc == RC_OK && job_has_time(j));
	*left = true;
	return rc;
}

#define BIN_US 100

static void count_hold(struct job *j, int64_t held)
{
	const int64_t bin = held / BIN_US;

	j->held[bin < JOB_HELD_BINS ? bin : JOB_HELD_BINS - 1]++;
	j->out->groups++;
	j->out->held_us += held;
	if (held > j->out->held_max_us)
		j->out->held_max_us = held;
}

/* The upper end of the bin in which it lies. */
static void find_p99(struct job *j)
{
	int64_t above = j->out->groups / 100;
	int bin = JOB_HELD_BINS;

	while (bin > 0 && above >= 0)
		above -= j->held[--bin];
	j->out->held_p99_us = !j->out->groups            ? 0
	                      : bin == JOB_HELD_BINS - 1 ? j->out->held_max_us
	                                                 : (bin + 1) * BIN_US;
}

static rc_t commit(struct job *j)
{
	const int64_t worked = store_held_us(j->s), at = clock_work_us();
	rc_t rc = RC_OK;
	int64_t held;

	if (j->run.id)
		rc = store_run_mark(j->s, j->run.id, j->phase, j->cursor);
	if (rc == RC_NOENT)
		(void)job_fail(j, rc, "somebody else ended this run");
	if (rc == RC_OK)
		rc = store_commit(j->s);
	held = worked + clock_work_us() - at;
	if (rc == RC_OK) {
		rc = store_checkpoint(j->s, CHECKPOINT_PAGES);
		if (rc == RC_AGAIN) /* the daemon is at it */
			rc = RC_OK;
	}
	if (rc != RC_OK) {
		store_rollback(j->s);
		return rc;
	}
	count_hold(j, held);
	if (j->out->rest)
		j->out->rest(j->out->arg, held);
	return RC_OK;
}

static rc_t run_phase(struct job *j)
{
	const struct job_phase *p = phases[j->phase];
	bool more = true, left = false;
	rc_t rc = RC_OK;

	j->todo = calloc(1, p->todo);
	if (!j->todo)
		abort();
	j->fresh = true;
	while (rc == RC_OK && more) {
		rc = left ? RC_OK : p->look(j, false);
		if (rc != RC_OK)
			break;
		rc = store_begin(j->s);
		if (rc != RC_OK)
			break;
		rc = work_group(j, p, &more, &left);
		if (rc == RC_OK)
			rc = commit(j);
		else
			store_rollback(j->s);
	}
	if (p->end)
		p->end(j->todo);
	free(j->todo);
	j->todo = NULL;
	if (rc != RC_OK && rc != RC_NOENT && !j->out->why[0])
		(void)job_fail(j, rc, "phase %s: %s", p->name, store_detail(j->s));
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- a run ---- */

static rc_t mark_round(struct job *j)
{
	rc_t rc = store_begin(j->s);

	j->phase = 0;
	j->cursor = 0;
	return rc == RC_OK ? commit(j) : rc;
}

static rc_t run_phases(struct job *j)
{
	int rounds = 0;
	rc_t rc = RC_OK;

	while (rc == RC_OK && j->phase < PHASES) {
		rc = run_phase(j);
		if (rc != RC_OK)
			break;
		j->phase++;
		j->cursor = 0;
		if (j->phase != MONEY_PHASES || !j->changed)
			continue;
		if (++rounds > ROUNDS_MAX)
			return job_fail(j, RC_LIMIT,
			        "the rules do not come to rest after %d rounds; tell the makers",
			        rounds);
		j->changed = false;
		rc = mark_round(j);
	}
	return rc;
}

static rc_t end_run(struct job *j)
{
	rc_t rc;

	if (!j->run.id)
		return RC_OK;
	rc = store_begin(j->s);
	if (rc != RC_OK)
		return rc;
	rc = store_run_end(j->s, j->run.id, j->out->now);
	if (rc == RC_NOENT)
		(void)job_fail(j, rc, "somebody else ended this run");
	if (rc == RC_OK)
		rc = store_commit(j->s);
	else
		store_rollback(j->s);
	return rc;
}

/* A run that goes on keeps its time. Looked for before anything is written; a day that was
 * reconciled already gets a new row only when there is something to write. */
static rc_t find_run(struct job *j)
{
	struct run_row last;
	rc_t rc = store_run_last(j->s, &last);
	const bool open = rc == RC_OK && !last.finished_at;

	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	if (open && last.as_of != j->out->as_of) {
		j->out->as_of = last.as_of;
		return RC_EXISTS;
	}
	if (!open && rc == RC_OK && last.as_of == j->out->as_of)
		return RC_OK;
	rc = store_begin(j->s);
	if (rc != RC_OK)
		return rc;
	rc = begin_run(j);
	if (rc == RC_OK)
		rc = store_commit(j->s);
	else
		store_rollback(j->s);
	if (rc == RC_OK && open) {
		j->out->resumed = j->changed = true;
		j->out->now = j->run.started_at;
		j->phase = j->run.phase;
		j->cursor = j->run.cursor;
	}
	return rc;
}

rc_t reconcile(struct store *s, const struct reconcile_rules *r, struct reconcile_run *run)
{
	struct job j = { .s = s, .r = r, .out = run, .today = date_from_days(run->as_of) };
	rc_t rc;

	j.month = month_of(j.today);
	store_coverage_rules(s, &r->cover);
	rc = find_run(&j);
	if (rc == RC_OK)
		rc = run_phases(&j);
	find_p99(&j);
	return rc == RC_OK ? end_run(&j) : rc;
}
