/* Whose payment is this: what the rules of matching say, written down. A bank line is booked the
 * first time it is seen, so that the books hold what the account holds; what an officer settled is
 * never judged again. Every payment is judged by how things stood before this round of matching, so
 * the order of lines decides nothing. */
#include "job.h"

#include <payung/name.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORDERS_MAX 4096
#define LISTED_MAX 65536

struct fit {
	size_t n, done;
	bool begun;
	int64_t at;
	struct {
		int64_t id, list;
		struct match_result m;
		enum payment_state state; /* as it was judged */
	} row[JOB_BATCH];
	struct order_row *order;
	struct match_order *weighed;
	struct match_named *named;
};

static void match_end(void *todo)
{
	struct fit *f = todo;

	free(f->order);
	free(f->weighed);
	free(f->named);
}

static bool by_officer(const struct payment_row *p)
{
	return p->by[0] && strcmp(p->by, RECONCILE_NAME) != 0;
}

/* ---- the list that came with it ---- */

static rc_t read_list(struct job *j, struct fit *f, int64_t list, size_t *n)
{
	struct list_row row[64];
	int64_t after = 0;
	size_t got = 0;
	rc_t rc;

	*n = 0;
	do {
		rc = store_list_rows(j->s, list, after, row, 64, &got);
		for (size_t i = 0; rc == RC_OK && i < got; i++) {
			after = row[i].id;
			if (*n == LISTED_MAX)
				return job_fail(j, RC_LIMIT, "a treasurer's list has over %d rows",
				        LISTED_MAX);
			f->named[(*n)++] =
			        (struct match_named){ row[i].pledge, row[i].amount, row[i].direct };
		}
	} while (rc == RC_OK && got == 64);
	return rc;
}

/* A list that could be another payment's too is nobody's. */
static rc_t find_list(
        struct job *j, struct fit *f, const struct payment_row *p, int64_t *list, size_t *names)
{
	const int64_t from = p->day - j->r->match_days, to = p->day + j->r->match_days;
	int64_t others = 0;
	size_t n = 0;
	rc_t rc = store_list_of_payment(j->s, p->id, list);

	*names = 0;
	if (rc == RC_NOENT) {
		rc = store_list_find(j->s, p->amount, from, to, list, 1, &n);
		if (rc == RC_OK && n == 1)
			rc = store_payments_alike(j->s, p->id, p->amount, from, to, &others);
		if (rc == RC_OK && (n != 1 || others))
			*list = 0;
	}
	return rc == RC_OK && *list ? read_list(j, f, *list, names) : rc;
}

/* ---- judging ---- */

static rc_t weigh(struct job *j, struct fit *f, const struct payment_row *p,
        const struct match_named *named, size_t names, struct match_result *m)
{
	const struct match_payment payment = { p->amount, p->day, j->r->match_days, p->text,
		p->account, p->external };
	struct match_refs refs;
	size_t n = 0;
	rc_t rc;

	match_find_refs(p->text, &refs);
	rc = store_orders_for(j->s, &refs, &payment, f->order, ORDERS_MAX, &n);
	if (rc != RC_OK && rc != RC_LIMIT)
		return rc;
	for (size_t i = 0; i < n; i++) {
		const struct order_row *o = &f->order[i];

		f->weighed[i] = (struct match_order){ o->id, o->pledge, o->open, o->due_day, o->ref,
			o->account, o->direct };
	}
	match_payment(&payment, f->weighed, n, named, names, m);
	if (rc == RC_LIMIT && m->outcome == MATCH_ACCOUNT) /* who knows what else would fit */
		*m = (struct match_result){ .outcome = MATCH_AMBIGUOUS,
			.reason = MATCH_SEVERAL_FIT };
	return RC_OK;
}

static rc_t judge(struct job *j, struct fit *f, const struct payment_row *p, struct match_result *m,
        int64_t *list)
{
	size_t names = 0;
	rc_t rc = find_list(j, f, p, list, &names);

	if (rc == RC_OK)
		rc = weigh(j, f, p, names ? f->named : NULL, names, m);
	if (m->outcome != MATCH_NAMED)
		*list = 0;
	return rc;
}

static bool is_new(const struct payment_row *p, const struct match_result *m)
{
	return (!p->entry && !p->external) || p->outcome != m->outcome || p->reason != m->reason ||
	       p->pledge != m->pledge || p->instalment != m->order || p->state == PAY_IMPORTED;
}

static rc_t look_at(struct job *j, struct fit *f, const struct payment_row *p)
{
	const bool settled =
	        p->state == PAY_MATCHED || p->state == PAY_PART_MATCHED || by_officer(p);
	struct match_result m = { .outcome = MATCH_OUTCOMES }; /* that is: only to be booked */
	int64_t list = 0;
	rc_t rc = RC_OK;

	if (p->amount < 0 || p->day > j->out->as_of || p->outcome == MATCH_BANKS_OWN ||
	        (settled && (p->entry || p->external)))
		return RC_OK;
	if (!settled)
		rc = judge(j, f, p, &m, &list);
	if (rc != RC_OK || (!settled && !is_new(p, &m)))
		return rc;
	f->row[f->n].id = p->id;
	f->row[f->n].list = list;
	f->row[f->n].m = m;
	f->row[f->n++].state = p->state;
	return RC_OK;
}

static rc_t match_look(struct job *j, bool held)
{
	struct fit *f = j->todo;
	struct payment_row p;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	if (!f->begun) {
		f->begun = true;
		f->at = j->cursor;
		f->order = calloc(ORDERS_MAX, sizeof *f->order);
		f->weighed = calloc(ORDERS_MAX, sizeof *f->weighed);
		f->named = calloc(LISTED_MAX, sizeof *f->named);
		if (!f->order || !f->weighed || !f->named)
			abort();
	}
	f->n = f->done = 0;
	while (rc == RC_OK && f->n < JOB_BATCH) {
		rc = store_payment_next_unposted(j->s, f->at, &p);
		if (rc == RC_OK) {
			f->at = p.id;
			rc = look_at(j, f, &p);
		}
	}
	return rc == RC_NOENT && f->n ? RC_OK : rc;
}

/* ---- writing it down ---- */

static rc_t book(struct job *j, const struct payment_row *p)
{
	struct ledger_entry e;
	int64_t id;
	rc_t rc = ledger_payment(&e, (struct ledger_subject){ .payment = p->id }, false, p->amount);

	if (rc == RC_OK)
		rc = job_post_entry(j, &e, p->day, &id);
	if (rc == RC_OK)
		rc = store_payment_booked(j->s, p->id, id);
	return rc == RC_OK ? job_count(j, "booked", "", 1, p->amount) : rc;
}

static rc_t match_work(struct job *j)
{
	struct fit *f = j->todo;
	struct payment_row p;
	rc_t rc;

	if (f->done == f->n)
		return RC_NOENT;
	const size_t at = f->done++;

	rc = store_payment_get(j->s, f->row[at].id, &p);
	if (rc != RC_OK || p.state != f->row[at].state) /* an officer was faster */
		return rc;
	j->cursor = p.id;
	if (!p.entry && !p.external)
		rc = book(j, &p);
	if (rc != RC_OK || f->row[at].m.outcome == MATCH_OUTCOMES)
		return rc;
	rc = job_writes(j);
	if (rc == RC_OK && f->row[at].list)
		rc = store_list_take(j->s, f->row[at].list, p.id);
	return rc == RC_OK ? store_payment_match(j->s, p.id, &f->row[at].m, RECONCILE_NAME) : rc;
}

const struct job_phase job_match = { "match", match_look, match_work, sizeof(struct fit),
	match_end };
