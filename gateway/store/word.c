/* What the insurer said about one person, word by word: rows of its files stay as they came, so
 * that the newest can be found whatever was applied before it. */
#include "store_int.h"
#include <payung/store_correct.h>
#include <payung/store_job.h>
#include <string.h>

static rc_t ask_yes(struct query *q, bool *yes)
{
	int64_t n = 0;
	rc_t rc = query_one_int(q, &n);

	if (rc == RC_OK)
		*yes = n != 0;
	return rc;
}

rc_t store_word_of_month(struct store *s, int64_t worker, month_t month, int64_t until_day,
        int64_t also, bool *refused)
{
	struct query q = query_open(s, ST_WORD_OF_MONTH);

	put_int(&q, worker);
	put_int(&q, until_day);
	put_int(&q, also);
	put_int(&q, month);
	return ask_yes(&q, refused);
}

rc_t store_accepted_since(struct store *s, int64_t worker, int64_t day, bool *yes)
{
	struct query q = query_open(s, ST_ACCEPTED_SINCE);

	put_int(&q, worker);
	put_int(&q, day);
	return ask_yes(&q, yes);
}

rc_t store_refused_last(struct store *s, int64_t worker, int64_t until_day, int64_t *day)
{
	struct query q = query_open(s, ST_REFUSED_LAST);

	put_int(&q, worker);
	put_int(&q, until_day);
	return query_one_int(&q, day);
}

rc_t store_word_next(struct store *s, int64_t worker, struct word_row *w)
{
	struct query q = query_open(s, ST_WORD_NEXT);
	rc_t rc;

	put_int(&q, worker);
	put_int(&q, w->day);
	put_int(&q, w->reason[0] != '\0');
	put_int(&q, w->id);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	w->id = get_int(&q);
	w->day = get_int(&q);
	w->state = (enum confirmation_state)get_int(&q);
	w->from = (month_t)get_int(&q);
	w->to = (month_t)get_int(&q);
	get_text(&q, w->reason, sizeof w->reason);
	w->row = (int)get_int(&q);
	get_text(&q, w->file, sizeof w->file);
	query_end(&q);
	return RC_OK;
}

rc_t store_aktif_next(
        struct store *s, const char *subject, int64_t after, int64_t *id, enum outbox_state *state)
{
	struct query q = query_open(s, ST_AKTIF_NEXT);
	rc_t rc;

	put_text(&q, subject);
	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*id = get_int(&q);
	*state = (enum outbox_state)get_int(&q);
	query_end(&q);
	return RC_OK;
}
