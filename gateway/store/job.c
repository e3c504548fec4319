/* What the job of reconcile asks: many rows at once, ordered by what they say and not by the order
 * in which files happened to bring them. */
#include "store_int.h"
#include <payung/store_job.h>
#include <string.h>

/* ---- the tally of a run ---- */

rc_t store_tally_add(struct store *s, int64_t run, const char *what, const char *subject, int64_t n,
        rupiah_t amount)
{
	struct query q = query_open(s, ST_TALLY_ADD);

	put_int(&q, run);
	put_text(&q, what);
	put_text(&q, subject);
	put_int(&q, n);
	put_int(&q, amount);
	return query_run(&q);
}

rc_t store_tally_next(
        struct store *s, int64_t run, const char *what, const char *subject, struct tally_row *out)
{
	struct query q = query_open(s, ST_TALLY_NEXT);
	rc_t rc;

	put_int(&q, run);
	put_text(&q, what);
	put_text(&q, subject);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	get_text(&q, out->what, sizeof out->what);
	get_text(&q, out->subject, sizeof out->subject);
	out->n = get_int(&q);
	out->amount = get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_tally_sum(
        struct store *s, int64_t run, const char *what, struct tally_row *out, int64_t *subjects)
{
	struct query q = query_open(s, ST_TALLY_SUM);
	rc_t rc;

	memset(out, 0, sizeof *out);
	put_int(&q, run);
	put_text(&q, what);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*subjects = get_int(&q);
	out->n = get_int(&q);
	out->amount = get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_books_sum(struct store *s, rupiah_t *debit, rupiah_t *credit)
{
	struct query q = query_open(s, ST_BOOKS_SUM);
	rc_t rc = query_row(&q);

	if (rc != RC_OK)
		return rc;
	*debit = get_int(&q);
	*credit = get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* ---- pledges ---- */

static rc_t read_places(struct query *q, struct places_row *out, size_t cap, bool span, size_t *n)
{
	rc_t rc;

	*n = 0;
	put_int(q, (int64_t)cap + 1);
	while ((rc = query_row(q)) == RC_OK) {
		struct places_row *p = &out[*n];

		if (*n == cap) {
			query_end(q);
			return store_refuse(
			        q->s, RC_LIMIT, "the workers of a pledge are of too many kinds");
		}
		p->job = (int)get_int(q);
		p->workers = (int)get_int(q);
		p->from = p->to = (month_t)get_int(q);
		if (span)
			p->to = (month_t)get_int(q);
		++*n;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_places(struct store *s, int64_t pledge, struct places_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_PLACES);

	put_int(&q, pledge);
	return read_places(&q, out, cap, true, n);
}

rc_t store_places_elsewhere(
        struct store *s, int64_t pledge, struct places_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_PLACES_ELSEWHERE);

	put_int(&q, COVER_PACKAGE);
	put_int(&q, pledge);
	return read_places(&q, out, cap, false, n);
}

rc_t store_months_left(struct store *s, int64_t pledge, struct left_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_MONTHS_LEFT);
	rc_t rc;

	*n = 0;
	put_int(&q, COVER_PACKAGE);
	put_int(&q, pledge);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK) {
		struct left_row *l = &out[(*n)++];

		l->month = (month_t)get_int(&q);
		l->amount = get_int(&q);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t ask_yes(struct query *q, bool *yes)
{
	int64_t n = 0;
	rc_t rc = query_one_int(q, &n);

	if (rc == RC_OK)
		*yes = n != 0;
	return rc;
}

rc_t store_months_unconfirmed(struct store *s, int64_t pledge, month_t from, month_t to, bool *yes)
{
	struct query q = query_open(s, ST_UNCONFIRMED);

	put_int(&q, pledge);
	put_int(&q, from);
	put_int(&q, to);
	return ask_yes(&q, yes);
}

rc_t store_pledge_paid_last(struct store *s, int64_t pledge, month_t *last)
{
	struct query q = query_open(s, ST_PAID_LAST);
	int64_t m = 0;
	rc_t rc;

	put_int(&q, COVER_PACKAGE);
	put_int(&q, pledge);
	rc = query_one_int(&q, &m);
	*last = (month_t)m;
	return rc;
}

rc_t store_pledge_followed(struct store *s, int64_t pledge, month_t last, bool *yes)
{
	struct query q = query_open(s, ST_FOLLOWED);

	put_int(&q, pledge);
	put_int(&q, last);
	return ask_yes(&q, yes);
}

rc_t store_waiting_count(struct store *s, int64_t pledge, int64_t *n)
{
	struct query q = query_open(s, ST_WAITING_COUNT);

	put_int(&q, pledge);
	return query_one_int(&q, n);
}

rc_t store_registration_ref(struct store *s, int64_t id, char ref[REF_LEN + 1], int64_t *worker)
{
	struct query q = query_open(s, ST_REGISTRATION_REF);
	rc_t rc;

	put_int(&q, id);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	get_text(&q, ref, REF_LEN + 1);
	*worker = get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* ---- payments ---- */

rc_t store_payable(struct store *s, int64_t pledge, struct payable_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_PAYABLE);
	rc_t rc;

	*n = 0;
	put_int(&q, pledge);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK) {
		struct payable_row *p = &out[(*n)++];

		p->id = get_int(&q);
		p->day = get_int(&q);
		p->left = get_int(&q);
		p->external = get_int(&q) != 0;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_pledge_first_payable(struct store *s, int64_t *pledge)
{
	struct query q = query_open(s, ST_FIRST_PAYABLE);

	return query_one_int(&q, pledge);
}

rc_t store_pledge_shared(struct store *s, int64_t pledge, bool *yes)
{
	struct query q = query_open(s, ST_PLEDGE_SHARED);

	put_int(&q, pledge);
	return ask_yes(&q, yes);
}

rc_t store_payable_list(struct store *s, int64_t *payment)
{
	struct query q = query_open(s, ST_PAYABLE_LIST);

	return query_one_int(&q, payment);
}

rc_t store_payments_alike(struct store *s, int64_t payment, rupiah_t amount, int64_t from_day,
        int64_t to_day, int64_t *n)
{
	struct query q = query_open(s, ST_PAYMENTS_ALIKE);

	put_int(&q, amount);
	put_int(&q, payment);
	put_int(&q, from_day);
	put_int(&q, to_day);
	return query_one_int(&q, n);
}

rc_t store_returns(struct store *s, int64_t first, int64_t *line, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_RETURNS);
	rc_t rc;

	*n = 0;
	put_int(&q, first);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK)
		line[(*n)++] = get_int(&q);
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_payments_returned(struct store *s, rupiah_t amount, const char *account,
        int64_t from_day, int64_t to_day, int64_t *payment, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_PAYMENTS_RETURNED);
	rc_t rc;

	*n = 0;
	put_int(&q, amount);
	put_text(&q, account);
	put_int(&q, from_day);
	put_int(&q, to_day);
	while ((rc = query_row(&q)) == RC_OK) {
		if (*n < cap)
			payment[*n] = get_int(&q);
		++*n;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_refund_of_line(struct store *s, rupiah_t amount, int64_t from_day, int64_t to_day,
        int64_t *entry, bool *waits)
{
	struct query q = query_open(s, ST_REFUND_OF_LINE);
	rc_t rc;

	put_int(&q, amount);
	put_int(&q, from_day);
	put_int(&q, to_day);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*entry = get_int(&q);
	*waits = get_int(&q) != 0;
	query_end(&q);
	return RC_OK;
}

rc_t store_account_sponsor(struct store *s, const char *account, int64_t *sponsor)
{
	struct query q = query_open(s, ST_ACCOUNT_SPONSOR);

	put_text(&q, account);
	return query_one_int(&q, sponsor);
}

rc_t store_ended_unpaid(struct store *s, int64_t pledge, int64_t *n)
{
	struct query q = query_open(s, ST_ENDED_UNPAID);

	put_int(&q, pledge);
	return query_one_int(&q, n);
}

/* ---- workers ---- */

rc_t store_worker_phones(
        struct store *s, int64_t worker, struct worker_phone *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_WORKER_PHONES);
	rc_t rc;

	*n = 0;
	put_int(&q, worker);
	put_int(&q, (int64_t)cap);
	while ((rc = query_row(&q)) == RC_OK) {
		struct worker_phone *p = &out[(*n)++];

		get_text(&q, p->msisdn, sizeof p->msisdn);
		get_text(&q, p->lang, sizeof p->lang);
		p->home_line = get_int(&q);
		p->stopped = get_int(&q) != 0;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_deceased_next(struct store *s, int64_t after, int64_t *worker, month_t *died)
{
	struct query q = query_open(s, ST_DECEASED);
	rc_t rc;

	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*worker = get_int(&q);
	*died = (month_t)get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* ---- issues ---- */

rc_t store_unanswered(
        struct store *s, int64_t pledge, int64_t until_day, int64_t *n, int64_t *first_day)
{
	struct query q = query_open(s, ST_UNANSWERED);

	put_int(&q, pledge);
	put_int(&q, until_day);
	return query_two_ints(&q, n, first_day);
}
