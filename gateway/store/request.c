/* What one person asks and another one decides. */
#include "store_int.h"
#include <assert.h>
#include <payung/store_correct.h>
#include <string.h>

const char *request_kind_name(enum request_kind k)
{
	static const char *const names[REQUEST_KINDS] = { "refund", "write_off", "workers",
		"renewal", "next_period", "replace", "shift", "reference", "done", "forgive" };

	assert((unsigned)k < REQUEST_KINDS);
	return names[k];
}

rc_t store_request_add(struct store *s, const struct request_row *r, int64_t *id)
{
	struct query q = query_open(s, ST_REQUEST_ADD);

	put_int(&q, r->kind);
	put_int(&q, r->sponsor);
	put_ref(&q, r->payment);
	put_ref(&q, r->pledge);
	put_int(&q, r->amount);
	put_int(&q, r->workers);
	put_text(&q, r->by);
	put_int(&q, r->at);
	put_text(&q, r->note);
	put_ref(&q, r->entry);
	return query_insert(&q, id);
}

static rc_t read_request(struct query *q, struct request_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->id = get_int(q);
	out->sponsor = get_int(q);
	out->payment = get_int(q);
	out->pledge = get_int(q);
	out->at = get_int(q);
	out->decided_at = get_int(q);
	out->entry = get_int(q);
	out->kind = (enum request_kind)get_int(q);
	out->state = (enum request_state)get_int(q);
	out->amount = get_int(q);
	out->workers = (int)get_int(q);
	get_text(q, out->by, sizeof out->by);
	get_text(q, out->decided_by, sizeof out->decided_by);
	get_text(q, out->note, sizeof out->note);
	get_text(q, out->answer, sizeof out->answer);
	out->settled_day = get_int(q);
	query_end(q);
	return RC_OK;
}

rc_t store_request_get(struct store *s, int64_t id, struct request_row *out)
{
	struct query q = query_open(s, ST_REQUEST_GET);

	put_int(&q, id);
	return read_request(&q, out);
}

rc_t store_request_next(struct store *s, bool open_only, int64_t after, struct request_row *out)
{
	struct query q = query_open(s, open_only ? ST_REQUEST_NEXT_OPEN : ST_REQUEST_NEXT);

	put_int(&q, after);
	return read_request(&q, out);
}

rc_t store_request_decide(struct store *s, int64_t id, bool approve, const char *by,
        const char *answer, int64_t entry, int64_t now)
{
	struct query q = query_open(s, ST_REQUEST_DECIDE);
	struct request_row r;
	rc_t rc;

	put_int(&q, approve ? REQUEST_APPROVED : REQUEST_REFUSED);
	put_text(&q, by);
	put_int(&q, now);
	put_text(&q, answer);
	put_ref(&q, entry);
	put_int(&q, id);
	rc = query_change(&q); /* the table refuses the one who asked */
	if (rc != RC_NOENT || !q.done)
		return rc;
	rc = store_request_get(s, id, &r);
	return rc == RC_OK ? store_refuse(s, RC_INVALID, "this request is decided already") : rc;
}

rc_t store_request_settle(struct store *s, int64_t id, int64_t entry, int64_t day)
{
	struct query q = query_open(s, ST_REQUEST_SETTLE);
	struct request_row r;
	rc_t rc;

	put_int(&q, entry);
	put_int(&q, day);
	put_int(&q, id);
	rc = query_change(&q);
	if (rc != RC_NOENT || !q.done)
		return rc;
	rc = store_request_get(s, id, &r);
	return rc == RC_OK ? store_refuse(s, RC_INVALID, "this request is not approved, or settled")
	                   : rc;
}
