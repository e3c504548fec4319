/* Who has a place in which pledge. A pledge counts its places when people register, before anybody
 * knows the worker; an allocation is the worker's hold on that place. Whatever gives a place up or
 * takes one changes both, here. */
#include "store_int.h"
#include <payung/store_job.h>
#include <string.h>

rc_t store_registration_next_unmapped(struct store *s, int64_t after, struct unmapped_row *out)
{
	struct query q = query_open(s, ST_UNMAPPED);
	rc_t rc;

	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->registration = get_int(&q);
	out->worker = get_int(&q);
	out->pledge = get_int(&q);
	out->registered = get_int(&q);
	out->waiting_number = (int)get_int(&q);
	out->start = (month_t)get_int(&q);
	out->months = (int)get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_allocation_add(
        struct store *s, int64_t registration, month_t from, month_t to, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_ALLOCATION_ADD);
	rc_t rc;

	put_int(&q, from);
	put_int(&q, to);
	put_int(&q, now);
	put_int(&q, registration);
	rc = query_change(&q);
	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static rc_t read_allocation(struct query *q, struct allocation_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->id = get_int(q);
	out->worker = get_int(q);
	out->pledge = get_int(q);
	out->registration = get_int(q);
	out->registered = get_int(q);
	out->sent_day = get_int(q);
	out->answered_day = get_int(q);
	out->from = (month_t)get_int(q);
	out->to = (month_t)get_int(q);
	out->state = (enum allocation)get_int(q);
	out->cause = (enum allocation_cause)get_int(q);
	out->job = (int)get_int(q);
	query_end(q);
	return RC_OK;
}

rc_t store_allocation_get(struct store *s, int64_t id, struct allocation_row *out)
{
	struct query q = query_open(s, ST_ALLOCATION_GET);

	put_int(&q, id);
	return read_allocation(&q, out);
}

static rc_t next_of(struct store *s, enum statement which, int64_t of, int64_t after,
        struct allocation_row *out)
{
	struct query q = query_open(s, which);

	put_int(&q, of);
	put_int(&q, after);
	return read_allocation(&q, out);
}

rc_t store_allocation_next_of_pledge(
        struct store *s, int64_t pledge, int64_t after, struct allocation_row *out)
{
	return next_of(s, ST_ALLOCATION_OF_PLEDGE, pledge, after, out);
}

rc_t store_allocation_next_of_worker(
        struct store *s, int64_t worker, int64_t after, struct allocation_row *out)
{
	return next_of(s, ST_ALLOCATION_OF_WORKER, worker, after, out);
}

rc_t store_allocation_next_over(
        struct store *s, month_t now, month_t lapsed, int64_t after, struct allocation_row *out)
{
	struct query q = query_open(s, ST_ALLOCATION_OVER);

	put_int(&q, after);
	put_int(&q, now);
	put_int(&q, lapsed);
	return read_allocation(&q, out);
}

rc_t store_allocation_sent(struct store *s, int64_t id, int64_t sent_day, int64_t answered_day)
{
	struct query q = query_open(s, ST_ALLOCATION_SENT);

	put_int(&q, sent_day);
	put_int(&q, answered_day);
	put_int(&q, id);
	return query_change(&q);
}

/* ---- places ---- */

static rc_t run_for(struct store *s, enum statement which, int64_t id)
{
	struct query q = query_open(s, which);

	put_int(&q, id);
	return query_run(&q);
}

static rc_t place_of(
        struct store *s, int64_t registration, int64_t *pledge, int64_t *waiting_number)
{
	struct query q = query_open(s, ST_PLACE_OF);

	put_int(&q, registration);
	return query_two_ints(&q, pledge, waiting_number);
}

/* One that waits takes a place; one that an officer moved up has it already. */
static rc_t place_take(struct store *s, int64_t registration)
{
	int64_t pledge, waiting_number;
	struct query q;
	rc_t rc = place_of(s, registration, &pledge, &waiting_number);

	if (rc != RC_OK || !waiting_number)
		return rc;
	q = query_open(s, ST_PLACE_TAKE);
	put_int(&q, pledge);
	rc = query_change(&q);
	if (rc == RC_NOENT && q.done)
		return store_refuse(s, RC_LIMIT, "the pledge has no place left");
	return rc == RC_OK ? run_for(s, ST_PLACE_GIVE, registration) : rc;
}

rc_t store_place_give(struct store *s, int64_t registration)
{
	rc_t rc = place_take(s, registration);

	return rc == RC_OK ? run_for(s, ST_ALLOCATION_PLACED, registration) : rc;
}

static rc_t places_follow(struct store *s, const struct allocation_row *a, enum allocation state)
{
	const bool had = allocation_takes_place(a->state), has = allocation_takes_place(state);

	if (!had && has)
		return place_take(s, a->registration);
	if (had && !has)
		return run_for(s, ST_PLACE_FREE, a->pledge);
	/* Gave up while waiting: nobody may move this one up any more. */
	return had || has ? RC_OK : run_for(s, ST_PLACE_GIVE, a->registration);
}

rc_t store_allocation_set(struct store *s, int64_t id, enum allocation state, int64_t now)
{
	return store_allocation_end(s, id, state, CAUSE_UNKNOWN, now);
}

rc_t store_allocation_end(
        struct store *s, int64_t id, enum allocation state, enum allocation_cause why, int64_t now)
{
	struct allocation_row a;
	struct query q;
	rc_t rc = store_allocation_get(s, id, &a);

	if (rc != RC_OK || a.state == state)
		return rc;
	if (!allocation_may_become(a.state, state))
		return store_refuse(s, RC_INVALID, "an allocation does not become that");
	rc = places_follow(s, &a, state);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_ALLOCATION_SET);
	put_int(&q, state);
	put_int(&q, why);
	put_int(&q, state >= ALLOCATION_ENDED ? now : 0);
	put_int(&q, id);
	return query_change(&q);
}

/* ---- the waiting list ---- */

rc_t store_pledge_next_waiting(struct store *s, int64_t after, int64_t *pledge, int *places)
{
	struct query q = query_open(s, ST_PLACE_WAITING);
	rc_t rc;

	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*pledge = get_int(&q);
	*places = (int)get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* The birth date stands in the NIK; the NIK stays here. */
static rc_t read_born(struct query *q, int64_t registered, struct date *out)
{
	char nik[NIK_LEN + 1];
	struct nik_facts facts = { 0 };
	size_t len;
	rc_t rc = get_sealed(q, "registration.nik", nik, sizeof nik, &len);

	if (rc == RC_OK && len == NIK_LEN &&
	        nik_parse(nik, date_at(registered, ZONE_WIB), 0, &facts) != RC_OK)
		facts.born = (struct date){ 0 };
	*out = facts.born;
	crypto_wipe(nik, sizeof nik);
	return rc;
}

static rc_t read_waiting(struct query *q, struct waiting_row *out)
{
	memset(out, 0, sizeof *out);
	out->w.registration = get_int(q);
	out->w.registered_at = get_int(q);
	out->w.number = (int)get_int(q);
	out->worker = get_int(q);
	get_text(q, out->msisdn, sizeof out->msisdn);
	return read_born(q, out->w.registered_at, &out->born);
}

rc_t store_waiting(struct store *s, int64_t pledge, struct waiting_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_WAITING);
	rc_t rc;

	*n = 0;
	put_int(&q, pledge);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK) {
		rc = read_waiting(&q, &out[*n]);
		if (rc != RC_OK) {
			query_end(&q);
			return rc;
		}
		++*n;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}
