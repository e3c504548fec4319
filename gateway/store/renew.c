/* A renewed pledge carries the workers of the one it goes on from: each gets a registration in it,
 * by the consent already given, and with it a place or a number in the waiting list. */
#include "register_int.h"
#include <payung/store_correct.h>
#include <stdio.h>
#include <string.h>

rc_t store_renewal_next(
        struct store *s, month_t now, int64_t after, int64_t *pledge, int64_t *renews)
{
	struct query q = query_open(s, ST_RENEWAL_NEXT);

	put_int(&q, after);
	put_int(&q, now);
	return query_two_ints(&q, pledge, renews);
}

rc_t store_renewed(struct store *s, int64_t pledge, char ref[REF_LEN + 3])
{
	struct query q = query_open(s, ST_RENEWED);
	rc_t rc;

	put_int(&q, pledge);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	get_text(&q, ref, REF_LEN + 3);
	query_end(&q);
	return RC_OK;
}

rc_t store_carry_next(struct store *s, int64_t pledge, int64_t renews, int64_t after,
        int64_t *allocation, int64_t *registration)
{
	struct query q = query_open(s, ST_CARRY_NEXT);

	put_int(&q, renews);
	put_int(&q, after);
	put_int(&q, pledge);
	return query_two_ints(&q, allocation, registration);
}

/* Registrations hang on a code. Nobody can text one that is no number. */
static rc_t carry_code(struct store *s, int64_t pledge, const char *code, int64_t now)
{
	struct query q = query_open(s, ST_CARRY_BATCH);
	int64_t batch = 0;
	rc_t rc;

	put_int(&q, pledge);
	rc = query_row(&q);
	if (rc == RC_OK) {
		batch = get_int(&q);
		query_end(&q);
	} else if (rc == RC_NOENT) {
		q = query_open(s, ST_BATCH_ADD);
		put_int(&q, pledge);
		put_text(&q, "");
		put_int(&q, 1);
		put_int(&q, now);
		put_int(&q, now);
		rc = query_insert(&q, &batch);
	}
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_CARRY_CODE);
	put_text(&q, code);
	put_int(&q, batch);
	put_int(&q, now);
	return query_run(&q);
}

static rc_t has_place(struct store *s, int64_t pledge, bool *yes)
{
	struct pledge_row p;
	rc_t rc = store_pledge_get_id(s, pledge, &p);

	*yes = rc == RC_OK && p.taken < p.workers;
	return rc;
}

rc_t store_carry(
        struct store *s, int64_t registration, int64_t pledge, const char *ref, int64_t now)
{
	char code[REF_LEN + 2];
	int64_t number, id;
	bool room = false;
	struct query q;
	rc_t rc = has_place(s, pledge, &room);

	if (rc != RC_OK)
		return rc;
	snprintf(code, sizeof code, "+%s", ref);
	rc = carry_code(s, pledge, code, now); /* RC_EXISTS: the reference is taken */
	if (rc == RC_OK)
		rc = pledge_place(s, pledge, !room, &number);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_CARRY);
	put_text(&q, ref);
	put_text(&q, code);
	put_int(&q, pledge);
	put_int(&q, number);
	put_int(&q, now);
	put_int(&q, registration);
	rc = query_insert(&q, &id);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_CARRY_CONSENT);
	put_int(&q, id);
	put_int(&q, registration);
	return query_run(&q);
}
