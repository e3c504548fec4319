/* A payment that follows a treasurer's list: each row's amount pays that worker's months and nobody
 * else's; what is no whole month is the sponsor's credit. Rows of one pledge that stand together
 * make one piece; how much of the payment is used tells where to go on after a kill, so their order
 * must not change when somebody loses a place meanwhile. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_ROWS 24
#define ROWS_MAX 65536
#define STALE_MAX 8

struct named {
	int64_t id, worker, pledge;
	rupiah_t amount;
	month_t from;
	int months;
	bool left; /* the place is gone and the list half posted: the money is that pledge's credit
	            */
};
struct lists {
	bool ready;
	int stale; /* times in a row that what we had seen was no longer so */
	struct payable_row pay;
	struct named *row;
	size_t n, at;
	struct pledge_row pledge;
	struct instalment_row instalment[PLAN_MONTHS_MAX];
	size_t instalments;
};

static void lists_end(void *todo)
{
	free(((struct lists *)todo)->row);
}

static int by_worker(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->worker != y->worker)
		return x->worker < y->worker ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* half: some of it is posted, so the rest has to be. */
static rc_t load_rows(struct job *j, struct lists *l, int64_t list, bool half)
{
	struct list_row row[64];
	int64_t after = 0;
	size_t got = 0;
	rc_t rc;

	l->n = 0;
	do {
		rc = store_list_rows(j->s, list, after, row, 64, &got);
		for (size_t i = 0; rc == RC_OK && i < got && l->n < ROWS_MAX; i++) {
			after = row[i].id;
			l->row[l->n++] = (struct named){ row[i].id, row[i].worker, row[i].pledge,
				row[i].amount, row[i].from, row[i].months, false };
			if (half && row[i].pledge <= 0) {
				l->row[l->n - 1].pledge = row[i].carrier;
				l->row[l->n - 1].left = row[i].pledge == 0;
			}
		}
	} while (rc == RC_OK && got == 64);
	if (rc == RC_OK)
		qsort(l->row, l->n, sizeof *l->row, by_worker);
	return rc;
}

/* Rows whose money is used already are done. */
static void skip_used(struct lists *l, rupiah_t used)
{
	for (l->at = 0; l->at < l->n && used >= l->row[l->at].amount; l->at++)
		used -= l->row[l->at].amount;
}

/* A worker whom nobody or more than one carries now: whoever looks again finds the doubt. */
static bool all_carried(const struct lists *l)
{
	for (size_t i = l->at; i < l->n; i++)
		if (l->row[i].pledge <= 0)
			return false;
	return l->at < l->n;
}

static rc_t lists_look(struct job *j, bool held)
{
	struct lists *l = j->todo;
	struct payment_row p;
	int64_t list;
	rc_t rc;

	if (held)
		return RC_AGAIN;
	if (!l->row)
		l->row = calloc(ROWS_MAX, sizeof *l->row);
	if (!l->row)
		abort();
	rc = store_payable_list(j->s, &l->pay.id);
	if (rc == RC_OK)
		rc = store_payment_get(j->s, l->pay.id, &p);
	if (rc == RC_OK)
		rc = store_list_of_payment(j->s, p.id, &list);
	if (rc == RC_OK)
		rc = load_rows(j, l, list, p.used > 0);
	if (rc != RC_OK)
		return rc;
	skip_used(l, p.used);
	l->pay.day = p.day;
	l->pay.left = p.amount - p.used;
	l->pay.external = p.external;
	l->ready = true;
	l->pledge.id = 0;
	return RC_OK;
}

/* ---- one piece ---- */

/* The open months this row may pay: those it names, else those that may be paid now. */
static rc_t row_months(struct job *j, const struct lists *l, const struct named *r,
        const struct due_row *d, struct allocate_due *out, size_t *n)
{
	const month_t until = job_payable_until(j, l->instalment, l->instalments);
	const month_t last = r->from && r->months ? r->from + r->months - 1 : until;
	rc_t rc = RC_OK;

	*n = 0;
	for (month_t m = r->from > d->from ? r->from : d->from;
	        rc == RC_OK && m <= d->to && m <= last; m++) {
		if (!due_open(d, m))
			continue;
		out[*n] = (struct allocate_due){
			.worker = d->worker, .month = m, .limit = ALLOCATE_NO_LIMIT
		};
		rc = job_rate(j, &l->pledge, d->job, m, &out[(*n)++].amount);
	}
	return rc;
}

static rc_t add_row(struct job *j, const struct lists *l, const struct named *r, struct due_row *d,
        struct allocate_due *month, size_t *months)
{
	struct allocate_payment pay = { .id = 1, .amount = r->amount };
	struct allocate_due open[PLAN_MONTHS_MAX];
	struct allocate_result result;
	size_t n = 0;
	rc_t rc = row_months(j, l, r, d, open, &n);

	if (rc == RC_OK)
		rc = allocate(open, n, &pay, 1, ALLOCATE_WORKER_FIRST, &result);
	for (size_t i = 0; rc == RC_OK && i < result.paid && *months < JOB_PIECE_MONTHS; i++) {
		month[(*months)++] = open[i];
		d->open[(open[i].month - d->from) / 64] &=
		        ~(UINT64_C(1) << (open[i].month - d->from) % 64);
	}
	return rc;
}

static rc_t load_pledge(struct job *j, struct lists *l, int64_t id)
{
	rc_t rc = store_pledge_get_id(j->s, id, &l->pledge);

	return rc == RC_OK ? store_instalments(
	                             j->s, id, l->instalment, PLAN_MONTHS_MAX, &l->instalments)
	                   : rc;
}

/* By row: a worker may be named twice, and an older list's question may be settled already. */
static rc_t tell_left(struct job *j, const struct lists *l, const struct named *r)
{
	char subject[JOB_SUBJECT_CAP];

	snprintf(subject, sizeof subject, "worker/%lld/row-%lld", (long long)r->worker,
	        (long long)r->id);
	return job_issue(j, ISSUE_LIST_LEFT, subject, NULL, "payment=%lld credit=%lld",
	        (long long)l->pay.id, (long long)r->amount);
}

/* So many rows of one pledge. */
static rc_t do_piece(struct job *j, struct lists *l)
{
	struct allocate_due month[JOB_PIECE_MONTHS];
	struct due_row due[PIECE_ROWS];
	struct job_pour p = { .pledge = &l->pledge,
		.instalment = l->instalment,
		.due = due,
		.month = month,
		.pay = &l->pay,
		.opens = l->at == 0 };
	const int64_t pledge = l->row[l->at].pledge;
	rc_t rc = load_pledge(j, l, pledge);

	p.instalments = l->instalments;
	for (size_t rows = 0; rc == RC_OK && rows < PIECE_ROWS && l->at < l->n &&
	                      l->row[l->at].pledge == pledge && p.months + 12 < JOB_PIECE_MONTHS;
	        rows++, l->at++) {
		const struct named *r = &l->row[l->at];

		p.amount += r->amount;
		if (r->left) {
			rc = tell_left(j, l, r);
			continue;
		}
		if (!p.dues || due[p.dues - 1].worker != r->worker)
			rc = store_due_of(j->s, pledge, r->worker, &due[p.dues++]);
		if (rc == RC_OK)
			rc = add_row(j, l, r, &due[p.dues - 1], month, &p.months);
	}
	return rc == RC_OK ? job_pour(j, &p) : rc == RC_NOENT ? RC_INVALID : rc;
}

/* Nobody can be named for the money any more: an officer must look. */
static rc_t give_up(struct job *j, struct lists *l)
{
	const struct match_result m = { .outcome = MATCH_AMBIGUOUS, .reason = MATCH_LIST_UNKNOWN };
	struct payment_row p;
	rc_t rc = store_payment_get(j->s, l->pay.id, &p);

	l->ready = false;
	if (rc == RC_OK)
		rc = job_writes(j);
	if (rc == RC_OK && p.used)
		return job_fail(j, RC_INVALID,
		        "payment %lld is half posted by its list, and the rest names workers whom "
		        "nobody ever carried: payung payment reverse %lld, then assign it",
		        (long long)p.id, (long long)p.id);
	return rc == RC_OK ? store_payment_match(j->s, p.id, &m, RECONCILE_NAME) : rc;
}

static rc_t lists_work(struct job *j)
{
	struct lists *l = j->todo;
	rc_t rc;

	if (!l->ready || l->at == l->n) {
		l->ready = false;
		return RC_NOENT;
	}
	if (!all_carried(l))
		return give_up(j, l);
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_mark(j->s);
	if (rc != RC_OK)
		return rc;
	rc = do_piece(j, l);
	if (rc == RC_OK) {
		l->stale = 0;
		return store_release(j->s);
	}
	store_undo(j->s);
	if ((rc != RC_EXISTS && rc != RC_INVALID) || j->out->why[0] || ++l->stale > STALE_MAX)
		return rc;
	l->ready = false; /* look again */
	return RC_NOENT;
}

const struct job_phase job_lists = { "lists", lists_look, lists_work, sizeof(struct lists),
	lists_end };
