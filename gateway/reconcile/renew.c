/* Who had a place in a pledge has one in its renewal, as far as its places reach: the eldest places
 * first. */
#include "job.h"

#include <payung/regcode.h>
#include <string.h>

#define REF_TRIES 64

struct renew {
	bool begun;
	int64_t pledge, renews, after; /* allocation of the renewed one */
	size_t n, done;
	int64_t registration[JOB_BATCH];
};

static rc_t renew_look(struct job *j, bool held)
{
	struct renew *r = j->todo;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	if (!r->begun) {
		r->begun = true;
		r->pledge = j->cursor;
	}
	for (r->n = r->done = 0; rc == RC_OK && r->n < JOB_BATCH;) {
		if (!r->renews) {
			r->after = 0;
			rc = store_renewal_next(j->s, j->month, r->pledge, &r->pledge, &r->renews);
			continue;
		}
		rc = store_carry_next(
		        j->s, r->pledge, r->renews, r->after, &r->after, &r->registration[r->n]);
		if (rc == RC_OK) {
			r->n++;
		} else if (rc == RC_NOENT) {
			r->renews = 0;
			if (r->n)
				return RC_OK; /* one pledge at a time */
			rc = RC_OK;
		}
	}
	return rc;
}

/* Drawn from what it is for: killed and begun again, the run draws the same. */
static rc_t carry(struct job *j, int64_t pledge, int64_t registration)
{
	uint64_t seed = (uint64_t)registration * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)pledge;
	char ref[REF_LEN + 1];
	rc_t rc = RC_EXISTS;

	for (int i = 0; rc == RC_EXISTS && i < REF_TRIES; i++) {
		seed ^= seed >> 31;
		seed *= UINT64_C(0xBF58476D1CE4E5B9);
		seed ^= seed >> 27;
		ref_make(seed, ref);
		rc = store_mark(j->s);
		if (rc != RC_OK)
			return rc;
		rc = store_carry(j->s, registration, pledge, ref, j->out->now);
		if (rc == RC_OK)
			return store_release(j->s);
		store_undo(j->s);
	}
	return rc;
}

static rc_t renew_work(struct job *j)
{
	struct renew *r = j->todo;
	rc_t rc;

	if (r->done == r->n)
		return RC_NOENT;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = carry(j, r->pledge, r->registration[r->done++]);
	j->cursor = r->pledge - 1; /* what is carried is not found again */
	return rc == RC_OK ? job_count(j, "carried", "", 1, 0) : rc;
}

const struct job_phase job_renew = { "renew", renew_look, renew_work, sizeof(struct renew), NULL };
