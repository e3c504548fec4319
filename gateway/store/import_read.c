/* What lists and the insurer's files said, read again by reconcile. */
#include "store_int.h"
#include <payung/store_job.h>

rc_t store_list_find(struct store *s, rupiah_t total, int64_t from_day, int64_t to_day,
        int64_t *list, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_LIST_FIND);
	rc_t rc;

	*n = 0;
	put_int(&q, total);
	put_int(&q, from_day);
	put_int(&q, to_day);
	while ((rc = query_row(&q)) == RC_OK) {
		if (*n < cap)
			list[*n] = get_int(&q);
		++*n;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_list_take(struct store *s, int64_t list, int64_t payment)
{
	struct query q = query_open(s, ST_LIST_TAKE);
	int64_t one;
	rc_t rc;

	put_int(&q, payment);
	put_int(&q, list);
	rc = query_change(&q);
	if (rc != RC_NOENT || !q.done)
		return rc;
	q = query_open(s, ST_LIST_EXISTS);
	put_int(&q, list);
	rc = query_one_int(&q, &one);
	return rc == RC_OK ? RC_EXISTS : rc;
}

rc_t store_list_of_payment(struct store *s, int64_t payment, int64_t *list)
{
	struct query q = query_open(s, ST_LIST_OF);

	put_int(&q, payment);
	return query_one_int(&q, list);
}

rc_t store_list_rows(
        struct store *s, int64_t list, int64_t after, struct list_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_LIST_ROWS);
	rc_t rc;

	*n = 0;
	put_int(&q, list);
	put_int(&q, after);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK) {
		struct list_row *r = &out[(*n)++];

		r->id = get_int(&q);
		r->worker = get_int(&q);
		r->amount = get_int(&q);
		r->from = (month_t)get_int(&q);
		r->months = (int)get_int(&q);
		get_text(&q, r->name, sizeof r->name);
		get_text(&q, r->worker_name, sizeof r->worker_name);
		r->pledge = get_int(&q);
		r->direct = get_int(&q) != 0;
		r->carrier = get_int(&q);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t read_confirmation(struct query *q, struct confirmation_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->id = get_int(q);
	out->worker = get_int(q);
	out->day = get_int(q);
	out->state = (enum confirmation_state)get_int(q);
	out->from = (month_t)get_int(q);
	out->to = (month_t)get_int(q);
	out->segment = (enum insurer_segment)get_int(q);
	out->sex = (int)get_int(q);
	out->worker_sex = (int)get_int(q);
	get_date(q, &out->born);
	get_date(q, &out->worker_born);
	get_text(q, out->name, sizeof out->name);
	get_text(q, out->worker_name, sizeof out->worker_name);
	get_text(q, out->card, sizeof out->card);
	get_text(q, out->reason, sizeof out->reason);
	out->ever_refused = get_int(q) != 0;
	query_end(q);
	return RC_OK;
}

static void put_turn(struct query *q, const struct confirmation_turn *at)
{
	put_int(q, at->day);
	put_int(q, at->refused);
	put_int(q, at->from);
	put_int(q, at->to);
}

rc_t store_confirmation_turn(struct store *s, int64_t until_day, struct confirmation_turn *at,
        struct confirmation_row *out)
{
	struct query q = query_open(s, ST_CONFIRM_SAME);
	rc_t rc;

	put_turn(&q, at);
	put_int(&q, at->id);
	rc = read_confirmation(&q, out);
	if (rc == RC_NOENT) {
		q = query_open(s, ST_CONFIRM_TURN);
		put_int(&q, until_day);
		put_turn(&q, at);
		rc = read_confirmation(&q, out);
	}
	if (rc == RC_OK)
		*at = (struct confirmation_turn){ out->day, out->id, out->from, out->to,
			out->reason[0] != '\0' };
	return rc;
}

rc_t store_confirmation_set(struct store *s, int64_t id, enum confirmation_state state)
{
	struct query q = query_open(s, ST_CONFIRM_SET);
	int64_t one;
	rc_t rc;

	put_int(&q, state);
	put_int(&q, id);
	rc = query_change(&q);
	if (rc != RC_NOENT || !q.done)
		return rc;
	q = query_open(s, ST_CONFIRM_EXISTS);
	put_int(&q, id);
	return query_one_int(&q, &one);
}
