/* What each instalment must bring and where it stands. The amount follows the workers who have a
 * place now and what each one's work costs; months that another pledge pays are not asked for
 * twice. */
#include "job.h"

#include <stdlib.h>
#include <string.h>

#define KINDS_MAX 4096 /* of workers in a pledge, by job and months */

struct change {
	int64_t id;
	rupiah_t expected, paid;
	enum instalment_state state;
};
struct plan {
	int64_t pledge;
	size_t n, done;
	struct change change[JOB_BATCH + PLAN_MONTHS_MAX];
	struct places_row *row;
	struct plan_place *place;
};

static void plan_end(void *todo)
{
	struct plan *p = todo;

	free(p->row);
	free(p->place);
}

static rc_t to_places(struct job *j, struct plan *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p->place[i] = (struct plan_place){ occupation_sector(j->r->jobs, p->row[i].job),
			p->row[i].from, p->row[i].to, p->row[i].workers };
	return RC_OK;
}

static rc_t sum(struct job *j, const struct pledge_row *pledge, const struct plan *p, size_t n,
        const struct instalment_row *i, rupiah_t *out)
{
	rc_t rc = plan_expected(j->r->tariff, &j->r->choices, funding_money(pledge->funding),
	        p->place, n, i->from, i->to, out, NULL);

	if (rc == RC_NOENT)
		return job_fail(j, RC_INVALID,
		        "pledge %s: the tariff has no rate for one of its months: complete "
		        "data/tariff.csv in the templates",
		        pledge->ref);
	return rc;
}

/* Months that were paid for workers who have left since stay part of it. */
static rc_t left_behind(
        struct job *j, const struct pledge_row *pledge, struct instalment_row *i, size_t n)
{
	struct left_row left[PLAN_MONTHS_MAX];
	size_t months = 0;
	rc_t rc = store_months_left(j->s, pledge->id, left, PLAN_MONTHS_MAX, &months);

	for (size_t m = 0; m < months; m++)
		for (size_t k = 0; k < n; k++)
			if (i[k].from <= left[m].month && left[m].month <= i[k].to)
				i[k].expected += left[m].amount;
	return rc;
}

static rc_t expected(struct job *j, struct plan *p, const struct pledge_row *pledge,
        struct instalment_row *i, size_t n)
{
	size_t kinds = 0;
	rupiah_t amount;
	rc_t rc = store_places(j->s, pledge->id, p->row, KINDS_MAX, &kinds);

	if (rc == RC_OK)
		rc = to_places(j, p, kinds);
	for (size_t k = 0; rc == RC_OK && k < n; k++)
		rc = sum(j, pledge, p, kinds, &i[k], &i[k].expected);
	if (rc == RC_OK)
		rc = store_places_elsewhere(j->s, pledge->id, p->row, KINDS_MAX, &kinds);
	if (rc == RC_OK)
		rc = to_places(j, p, kinds);
	for (size_t k = 0; rc == RC_OK && kinds && k < n; k++) {
		rc = sum(j, pledge, p, kinds, &i[k], &amount);
		if (rc == RC_OK)
			i[k].expected -= amount;
	}
	return rc == RC_OK ? left_behind(j, pledge, i, n) : rc;
}

static rc_t state(struct job *j, const struct pledge_row *p, const struct instalment_row *i,
        enum instalment_state *out)
{
	bool unconfirmed = false;
	rc_t rc = RC_OK;

	if (i->state == INSTALMENT_CANCELLED)
		return RC_OK;
	if (i->expected > i->paid) {
		*out = i->due_day < j->out->as_of                       ? INSTALMENT_OVERDUE
		       : i->paid                                        ? INSTALMENT_PART_PAID
		       : i->due_day <= j->out->as_of + j->r->ahead_days ? INSTALMENT_BILLED
		                                                        : INSTALMENT_PLANNED;
		return RC_OK;
	}
	if (!i->paid) {
		*out = INSTALMENT_PLANNED;
		return RC_OK;
	}
	rc = store_months_unconfirmed(j->s, p->id, i->from, i->to, &unconfirmed);
	*out = unconfirmed ? INSTALMENT_PAID : INSTALMENT_CONFIRMED;
	return rc;
}

static rc_t look_at(struct job *j, struct plan *p, const struct pledge_row *pledge)
{
	struct instalment_row i[PLAN_MONTHS_MAX], was[PLAN_MONTHS_MAX];
	size_t n = 0;
	rc_t rc = store_instalments(j->s, pledge->id, i, PLAN_MONTHS_MAX, &n);

	if (rc != RC_OK)
		return rc;
	memcpy(was, i, n * sizeof *i);
	rc = expected(j, p, pledge, i, n);
	for (size_t k = 0; rc == RC_OK && k < n; k++) {
		rc = state(j, pledge, &i[k], &i[k].state);
		if (rc == RC_OK && (i[k].expected != was[k].expected || i[k].state != was[k].state))
			p->change[p->n++] =
			        (struct change){ i[k].id, i[k].expected, i[k].paid, i[k].state };
	}
	return rc;
}

static rc_t plan_look(struct job *j, bool held)
{
	struct plan *p = j->todo;
	struct pledge_row pledge;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	if (!p->row) {
		p->row = calloc(KINDS_MAX + 1, sizeof *p->row);
		p->place = calloc(KINDS_MAX + 1, sizeof *p->place);
		if (!p->row || !p->place)
			abort();
		p->pledge = j->cursor;
	}
	p->n = p->done = 0;
	while (rc == RC_OK && p->n < JOB_BATCH) {
		rc = store_pledge_next(j->s, p->pledge, &pledge);
		if (rc == RC_OK) {
			p->pledge = pledge.id;
			rc = look_at(j, p, &pledge);
		}
	}
	return rc == RC_NOENT && p->n ? RC_OK : rc;
}

static rc_t plan_work(struct job *j)
{
	struct plan *p = j->todo;
	const struct change *c;
	rc_t rc;

	if (p->done == p->n)
		return RC_NOENT;
	c = &p->change[p->done++];
	rc = job_writes(j);
	return rc == RC_OK ? store_instalment_set(j->s, c->id, c->expected, c->paid, c->state) : rc;
}

const struct job_phase job_plan = { "plan", plan_look, plan_work, sizeof(struct plan), plan_end };
