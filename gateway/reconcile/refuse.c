/* The insurer refuses: what it had confirmed by an older word is confirmed no more, what was paid
 * goes back, and so does the place. Its words stay as they came, and so do the entries of the
 * books: what happened is told by more of them. */
#include "confirm_int.h"

#include <payung/words.h>
#include <stdio.h>

rc_t confirm_changed(struct job *j, int64_t worker, month_t m, const char *detail)
{
	char subject[JOB_SUBJECT_CAP], month[16];

	month_format(m, month);
	snprintf(subject, sizeof subject, "worker/%lld/%s", (long long)worker, month);
	return job_issue(j, ISSUE_INSURER_CHANGED, subject, NULL, "%s", detail);
}

rc_t confirm_answered(
        struct job *j, const struct confirmation_row *c, const struct allocation_row *a)
{
	if (a->answered_day)
		return RC_OK;
	return store_allocation_sent(j->s, a->id, a->sent_day ? a->sent_day : c->day, c->day);
}

/* ---- months it had confirmed ---- */

static rc_t book_withdrawn(struct job *j, const struct month_row *m)
{
	struct ledger_entry e;
	struct pledge_row p;
	int64_t id;
	rc_t rc = store_pledge_get_id(j->s, m->pledge, &p);

	if (rc == RC_OK)
		rc = ledger_withdrawn(&e,
		        (struct ledger_subject){
		                .sponsor = p.sponsor, .pledge = p.id, .worker = m->worker },
		        m->amount, 1);
	return rc == RC_OK ? job_post_entry(j, &e, j->out->as_of, &id) : rc;
}

/* What a newer word of the insurer accepts stays. */
static rc_t withdraw_month(
        struct job *j, const struct confirmation_row *c, const struct month_row *m, bool *gone)
{
	bool refused = false;
	rc_t rc = store_word_of_month(j->s, c->worker, m->month, j->out->as_of, c->id, &refused);

	*gone = refused;
	if (rc != RC_OK || !refused)
		return rc;
	if (m->pledge)
		rc = book_withdrawn(j, m);
	return rc == RC_OK ? store_month_unconfirm(j->s, m->worker, m->month) : rc;
}

static rc_t allocations_follow(struct job *j, int64_t worker)
{
	struct allocation_row a = { 0 };
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(j->s, worker, a.id, &a)) == RC_OK) {
		rc = job_allocation_follows(j, a.id);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* *first: the first month that is not confirmed any more, 0: all stay. */
static rc_t withdraw(struct job *j, const struct confirmation_row *c, month_t *first)
{
	const bool named = c->to >= c->from;
	const month_t to = named ? c->to : INT32_MAX / 2;
	struct month_row m = { .month = (named ? c->from : month_of(date_from_days(c->day))) - 1 };
	int64_t n = 0;
	rc_t rc;

	*first = 0;
	while ((rc = store_month_next(j->s, c->worker, m.month, &m)) == RC_OK && m.month <= to) {
		bool gone = false;

		if (m.confirmed_day)
			rc = withdraw_month(j, c, &m, &gone);
		if (rc != RC_OK)
			return rc;
		if (gone && !n++)
			*first = m.month;
	}
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	rc = n ? allocations_follow(j, c->worker) : RC_OK;
	return rc == RC_OK && n ? job_count(j, "unconfirmed", "", n, 0) : rc;
}

/* ---- the place ---- */

static rc_t release(struct job *j, const struct confirmation_row *c, const struct allocation_row *a)
{
	rc_t rc = confirm_answered(j, c, a);

	return rc == RC_OK ? store_allocation_end(
	                             j->s, a->id, ALLOCATION_RELEASED, CAUSE_REFUSED, j->out->now)
	                   : rc;
}

static rc_t each_place(struct job *j, const struct confirmation_row *c,
        rc_t (*fn)(struct job *, const struct confirmation_row *, const struct allocation_row *))
{
	struct allocation_row a = { 0 };
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(j->s, c->worker, a.id, &a)) == RC_OK) {
		rc = allocation_takes_place(a.state) ? fn(j, c, &a) : RC_OK;
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t count_refused(
        struct job *j, const struct confirmation_row *c, const struct allocation_row *a)
{
	struct pledge_row p;
	rc_t rc = store_pledge_get_id(j->s, a->pledge, &p);

	(void)c;
	return rc == RC_OK ? job_count(j, "refused", p.ref, 1, 0) : rc;
}

/* Months not confirmed go back before the place does. */
static rc_t lose_places(struct job *j, const struct confirmation_row *c)
{
	const struct job_back back = {
		.why = LEDGER_WORKER_REJECTED, .worker = c->worker, .from = 1, .to = INT32_MAX / 2
	};
	int64_t months;
	rc_t rc = each_place(j, c, count_refused);

	if (rc == RC_OK)
		rc = job_give_back(j, &back, &months);
	return rc == RC_OK ? each_place(j, c, release) : rc;
}

/* ---- the worker's texts ---- */

/* A text of AKTIF that has not left, or may be sent again, would be untrue by now. */
static rc_t keep_back(struct job *j, int64_t worker)
{
	char subject[JOB_SUBJECT_CAP];
	enum outbox_state state;
	int64_t id = 0;
	rc_t rc;

	snprintf(subject, sizeof subject, "worker/%lld", (long long)worker);
	while ((rc = store_aktif_next(j->s, subject, id, &id, &state)) == RC_OK) {
		rc = store_outbox_end(j->s, id, state == OUT_UNKNOWN ? OUT_UNKNOWN : OUT_CANCELLED,
		        "the insurer refused it", j->out->now);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t tell_refused(struct job *j, const struct confirmation_row *c)
{
	struct job_text x = { .id = "W42" };
	char words[64];

	words_masked(c->reason, words, sizeof words);
	snprintf(x.key, sizeof x.key, "worker/%lld/W42/%lld", (long long)c->worker,
	        (long long)c->day);
	job_arg(&x, "alasan", "%s", words);
	return job_tell_worker(j, c->worker, &x, false, NULL);
}

rc_t confirm_refuse(struct job *j, const struct confirmation_row *c)
{
	month_t first = 0;
	bool later = false;
	rc_t rc = store_accepted_since(j->s, c->worker, c->day, &later);

	if (rc == RC_OK)
		rc = withdraw(j, c, &first);
	/* Who was accepted since keeps the place: this word came late. */
	if (rc == RC_OK && !later)
		rc = lose_places(j, c);
	if (rc == RC_OK)
		rc = store_confirmation_set(j->s, c->id, CONFIRMATION_REFUSED);
	if (rc == RC_OK && first)
		rc = keep_back(j, c->worker);
	if (rc == RC_OK && first)
		rc = confirm_changed(j, c->worker, first, "confirmed, then refused");
	return rc == RC_OK && (first || !later) ? tell_refused(j, c) : rc;
}
