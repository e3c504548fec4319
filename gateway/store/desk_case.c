/* Cases, duty phones, cadres, outages. Few rows, so order and areas are left to SQL. */
#include "store_int.h"
#include <assert.h>
#include <payung/store_desk.h>
#include <payung/text.h>
#include <string.h>

const char *case_state_name(enum case_state s)
{
	static const char *const names[CASE_STATES] = { "open", "told", "done" };

	assert((unsigned)s < CASE_STATES);
	return names[s];
}

/* "33.74.01" and "337401" are one area: people write codes both ways. */
static void plain_area(const char *in, char out[DESK_AREA_CAP])
{
	size_t n = 0;

	for (; *in && n + 1 < DESK_AREA_CAP; in++)
		if (*in != '.')
			out[n++] = *in;
	out[n] = '\0';
}

/* ---- cases ---- */

static rc_t case_place(struct store *s, const char *msisdn, struct case_row *c)
{
	struct query q = query_open(s, ST_CASE_PLACE);
	char area[DESK_AREA_CAP];
	rc_t rc;

	put_text(&q, msisdn);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	c->worker = get_int(&q);
	get_text(&q, area, sizeof area);
	plain_area(area, c->area);
	query_end(&q);
	return RC_OK;
}

rc_t store_case_open(struct store *s, const char *kind, const char *ref, const char *msisdn,
        int64_t inbox, int64_t now, struct case_row *out)
{
	struct case_row c = { .inbox = inbox, .opened_at = now };
	rc_t rc = case_place(s, msisdn, &c);
	struct query q;

	if (rc != RC_OK)
		return rc;
	text_copy(c.kind, sizeof c.kind, kind);
	text_copy(c.ref, sizeof c.ref, ref);
	text_copy(c.msisdn, sizeof c.msisdn, msisdn);
	q = query_open(s, ST_CASE_ADD);
	put_text(&q, c.kind);
	put_text(&q, c.ref);
	put_text(&q, c.msisdn);
	put_ref(&q, inbox);
	put_int(&q, now);
	put_text(&q, c.area);
	put_ref(&q, c.worker);
	rc = query_run(&q);
	if (rc != RC_OK)
		return rc;
	c.id = sqlite3_last_insert_rowid(s->db);
	if (out)
		*out = c;
	return RC_OK;
}

static void read_case(struct query *q, struct case_row *c)
{
	c->id = get_int(q);
	c->worker = get_int(q);
	c->inbox = get_int(q);
	c->opened_at = get_int(q);
	c->told_at = get_int(q);
	c->due_at = get_int(q);
	c->closed_at = get_int(q);
	c->step = (int)get_int(q);
	get_text(q, c->kind, sizeof c->kind);
	get_text(q, c->ref, sizeof c->ref);
	get_text(q, c->msisdn, sizeof c->msisdn);
	get_text(q, c->area, sizeof c->area);
	get_text(q, c->told_to, sizeof c->told_to);
	get_text(q, c->closed_by, sizeof c->closed_by);
	get_text(q, c->note, sizeof c->note);
	c->state = c->closed_at ? CASE_DONE : c->told_at ? CASE_TOLD : CASE_OPEN;
	query_end(q);
}

rc_t store_case_get(struct store *s, const char *ref, struct case_row *out)
{
	struct query q = query_open(s, ST_CASE_GET);
	rc_t rc;

	put_text(&q, ref);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_case(&q, out);
	return rc;
}

rc_t store_case_same(
        struct store *s, const char *kind, const char *msisdn, int64_t since, struct case_row *out)
{
	struct query q = query_open(s, ST_CASE_SAME);
	rc_t rc;

	put_text(&q, msisdn);
	put_text(&q, kind);
	put_int(&q, since);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_case(&q, out);
	return rc;
}

rc_t store_case_told(
        struct store *s, int64_t id, const char *to, int step, int64_t now, int64_t due_at)
{
	struct query q = query_open(s, ST_CASE_TELL);

	put_text(&q, to);
	put_int(&q, step);
	put_int(&q, now);
	put_int(&q, due_at);
	put_int(&q, id);
	return query_change(&q);
}

rc_t store_case_done(
        struct store *s, const char *ref, const char *by, const char *note, int64_t now)
{
	struct query q = query_open(s, ST_CASE_CLOSE);

	put_int(&q, now);
	put_text(&q, by);
	put_text(&q, note);
	put_text(&q, ref);
	return query_change(&q);
}

rc_t store_case_next_due(struct store *s, int64_t now, struct case_row *out)
{
	struct query q = query_open(s, ST_CASE_DUE);
	rc_t rc;

	put_int(&q, now);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_case(&q, out);
	return rc;
}

rc_t store_case_each(struct store *s, bool closed_too, store_case_fn *fn, void *arg)
{
	struct case_row row = { .id = INT64_MAX };
	rc_t rc;

	for (;;) {
		struct query q = query_open(s, ST_CASE_EACH);

		put_int(&q, row.id);
		put_int(&q, closed_too);
		rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		read_case(&q, &row);
		fn(arg, &row);
	}
}

rc_t store_case_count_open(struct store *s, int64_t *n)
{
	struct query q = query_open(s, ST_CASE_COUNT);
	rc_t rc = query_row(&q);

	if (rc != RC_OK)
		return rc;
	*n = get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* ---- duty phones ---- */

rc_t store_duty_add(struct store *s, const struct duty_row *row, int64_t now)
{
	struct query q = query_open(s, ST_DUTY_ADD);
	char area[DESK_AREA_CAP];
	rc_t rc;

	plain_area(row->area, area);
	put_text(&q, row->msisdn);
	put_text(&q, area);
	put_text(&q, row->name);
	put_int(&q, row->position);
	put_int(&q, now);
	rc = query_run(&q);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_CASE_HURRY); /* they waited for somebody to come on duty */
	return query_run(&q);
}

rc_t store_duty_remove(struct store *s, const char *msisdn)
{
	struct query q = query_open(s, ST_DUTY_REMOVE);

	put_text(&q, msisdn);
	return query_change(&q);
}

static void read_duty(struct query *q, struct duty_row *d)
{
	get_text(q, d->msisdn, sizeof d->msisdn);
	get_text(q, d->area, sizeof d->area);
	get_text(q, d->name, sizeof d->name);
	d->position = (int)get_int(q);
	query_end(q);
}

rc_t store_duty_each(struct store *s, store_duty_fn *fn, void *arg)
{
	struct duty_row row = { 0 };

	for (int skip = 0;; skip++) {
		struct query q = query_open(s, ST_DUTY_EACH);

		put_int(&q, skip);
		rc_t rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		read_duty(&q, &row);
		fn(arg, &row);
	}
}

rc_t store_duty_is(struct store *s, const char *msisdn, bool *yes)
{
	struct query q = query_open(s, ST_DUTY_IS);
	rc_t rc;

	put_text(&q, msisdn);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*yes = get_int(&q) != 0;
	query_end(&q);
	return RC_OK;
}

rc_t store_duty_for_area(struct store *s, const char *area, int step, struct duty_row *out)
{
	struct query q = query_open(s, ST_DUTY_FOR);
	char plain[DESK_AREA_CAP];
	rc_t rc;

	plain_area(area, plain);
	put_text(&q, plain);
	put_int(&q, step);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_duty(&q, out);
	return rc;
}

/* ---- cadres ---- */

rc_t store_cadre_add(struct store *s, const struct cadre_row *row)
{
	struct query q = query_open(s, ST_CADRE_ADD);
	rc_t rc;

	put_text(&q, row->msisdn);
	put_text(&q, row->name);
	put_text(&q, row->area);
	put_int(&q, row->since);
	rc = query_change(&q);
	return rc == RC_NOENT ? RC_EXISTS : rc;
}

rc_t store_cadre_end(struct store *s, const char *msisdn, int64_t now)
{
	struct query q = query_open(s, ST_CADRE_END);

	put_int(&q, now);
	put_text(&q, msisdn);
	return query_change(&q);
}

static void read_cadre(struct query *q, struct cadre_row *c)
{
	get_text(q, c->msisdn, sizeof c->msisdn);
	get_text(q, c->name, sizeof c->name);
	get_text(q, c->area, sizeof c->area);
	c->since = get_int(q);
	c->ended_at = get_int(q);
	query_end(q);
}

rc_t store_cadre_get(struct store *s, const char *msisdn, struct cadre_row *out)
{
	struct query q = query_open(s, ST_CADRE_GET);
	rc_t rc;

	put_text(&q, msisdn);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_cadre(&q, out);
	return rc;
}

rc_t store_cadre_each(struct store *s, store_cadre_fn *fn, void *arg)
{
	struct cadre_row row = { 0 };

	for (;;) {
		struct query q = query_open(s, ST_CADRE_EACH);

		put_text(&q, row.msisdn);
		rc_t rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		read_cadre(&q, &row);
		fn(arg, &row);
	}
}
