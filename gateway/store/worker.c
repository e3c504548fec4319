/* Workers and those who may become ones, as the operator sees them. */
#include "register_int.h"
#include <stdio.h>

static void read_worker(struct query *q, struct worker_row *w)
{
	int64_t state;

	w->id = get_int(q);
	w->created_at = get_int(q);
	get_text(q, w->name, sizeof w->name);
	get_text(q, w->phones, sizeof w->phones);
	get_text(q, w->area, sizeof w->area);
	get_text(q, w->card, sizeof w->card);
	state = get_int(q);
	snprintf(w->state, sizeof w->state, "%s",
	        state >= 0 && state < REG_SHOWN ? registration_state_names[state] : "");
	get_text(q, w->ref, sizeof w->ref);
	get_text(q, w->programme, sizeof w->programme);
	get_text(q, w->sponsor, sizeof w->sponsor);
	get_text(q, w->born, sizeof w->born);
	w->job = (int)get_int(q);
	w->confirmed = (month_t)get_int(q);
	w->paid = (month_t)get_int(q);
	query_end(q);
}

static rc_t each(struct store *s, enum statement which, bool decided, const char *msisdn,
        store_worker_fn *fn, void *arg)
{
	struct worker_row row = { 0 };
	int64_t reached = 0;

	for (;;) {
		struct query q = query_open(s, which);

		put_int(&q, reached);
		put_text(&q, msisdn);
		rc_t rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		read_worker(&q, &row);
		reached = row.id;
		if (!decided)
			row.id = 0;
		fn(arg, &row);
	}
}

rc_t store_worker_each(struct store *s, const char *msisdn, store_worker_fn *fn, void *arg)
{
	rc_t rc = each(s, ST_WORKER_EACH, true, msisdn, fn, arg);

	return rc == RC_OK ? each(s, ST_UNDECIDED_EACH, false, msisdn, fn, arg) : rc;
}

rc_t store_worker_card(struct store *s, int64_t worker, const char *card)
{
	struct query q = query_open(s, ST_WORKER_CARD);

	put_text(&q, card);
	put_int(&q, worker);
	return query_change(&q);
}
