/* Whose registration is whose: a registered worker gets an allocation in the sponsor's pledge, and
 * a place that became free goes to the first on the waiting list who may still join on this day. */
#include "job.h"

#include <stdio.h>
#include <string.h>

/* ---- registrations without an allocation ---- */

struct map {
	size_t n, done;
	struct unmapped_row row[JOB_BATCH];
};

static rc_t map_look(struct job *j, bool held)
{
	struct map *m = j->todo;
	rc_t rc = RC_OK;
	int64_t after = m->n ? m->row[m->n - 1].registration : j->cursor;

	if (held)
		return RC_AGAIN;
	m->n = m->done = 0;
	while (rc == RC_OK && m->n < JOB_BATCH) {
		rc = store_registration_next_unmapped(j->s, after, &m->row[m->n]);
		if (rc == RC_OK)
			after = m->row[m->n++].registration;
	}
	return rc == RC_NOENT && m->n ? RC_OK : rc;
}

static rc_t map_work(struct job *j)
{
	struct map *m = j->todo;
	const struct unmapped_row *u;
	month_t last, since;
	int64_t id;
	rc_t rc;

	if (m->done == m->n)
		return RC_NOENT;
	u = &m->row[m->done++];
	last = u->start + u->months - 1;
	since = month_of(date_at(u->registered, j->r->zone));
	if (since < u->start)
		since = u->start;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_allocation_add(j->s, u->registration, since <= last ? since : last + 1,
		        last, j->out->now, &id);
	j->cursor = u->registration;
	if (rc == RC_EXISTS || rc == RC_NOENT) /* carried by this pledge already, or gone */
		return RC_OK;
	return rc == RC_OK ? job_count(j, "mapped", "", 1, 0) : rc;
}

const struct job_phase job_map = { "map", map_look, map_work, sizeof(struct map), NULL };

/* ---- places for those who wait ---- */

struct places {
	int64_t pledge;
	struct pledge_row row;
	int left;
	size_t n, done;
	struct waiting_row who[JOB_BATCH];
	struct waiting turn[JOB_BATCH];
};

static rc_t may_join(struct job *j, const struct waiting_row *w, bool *yes)
{
	struct eligible_person p = { .born = w->born, .still_works = true };
	struct coverage c;
	rc_t rc = w->worker ? store_coverage_at(j->s, w->worker, j->today, &c) : RC_NOENT;

	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	if (rc == RC_OK) {
		p.standing = c.state;
		p.was_member = c.until.year != 0;
	}
	/* A birth date nobody knows is the officer's business, not a reason to wait for ever. */
	*yes = !w->born.year || eligible_yes(eligible_check(&j->r->age, &p, j->today));
	return RC_OK;
}

static rc_t choose(struct job *j, struct places *p)
{
	rc_t rc = store_waiting(j->s, p->pledge, p->who, JOB_BATCH, &p->n);

	for (size_t i = 0; rc == RC_OK && i < p->n; i++)
		rc = may_join(j, &p->who[i], &p->who[i].w.may_join);
	for (size_t i = 0; i < p->n; i++)
		p->turn[i] = p->who[i].w;
	if (rc == RC_OK)
		p->n = quota_release(p->turn, p->n, p->left);
	return rc;
}

static rc_t places_look(struct job *j, bool held)
{
	struct places *p = j->todo;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	p->n = p->done = 0;
	if (!p->pledge)
		p->pledge = j->cursor;
	while (rc == RC_OK && !p->n) {
		rc = store_pledge_next_waiting(j->s, p->pledge, &p->pledge, &p->left);
		if (rc == RC_OK)
			rc = store_pledge_get_id(j->s, p->pledge, &p->row);
		if (rc == RC_OK && p->row.start + p->row.months > j->month) /* not over */
			rc = choose(j, p);
	}
	return rc;
}

static rc_t tell_placed(struct job *j, int64_t registration)
{
	struct job_text t = { .id = "W01" };
	char ref[REF_LEN + 1];
	int64_t worker;
	rc_t rc = store_registration_ref(j->s, registration, ref, &worker);

	if (rc != RC_OK || !worker) /* who is not accepted yet is told when that happens */
		return rc;
	snprintf(t.key, sizeof t.key, "registration/%s/W01", ref);
	job_arg(&t, "ref", "%s", ref);
	return job_tell_worker(j, worker, &t, false, NULL);
}

static rc_t places_work(struct job *j)
{
	struct places *p = j->todo;
	int64_t registration;
	rc_t rc;

	if (p->done == p->n)
		return RC_NOENT;
	registration = p->turn[p->done++].registration;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_place_give(j->s, registration);
	if (rc == RC_LIMIT || rc == RC_NOENT) /* an officer was faster */
		return RC_OK;
	if (rc == RC_OK)
		rc = tell_placed(j, registration);
	return rc == RC_OK ? job_count(j, "released", p->row.ref, 1, 0) : rc;
}

const struct job_phase job_places = { "places", places_look, places_work, sizeof(struct places),
	NULL };
