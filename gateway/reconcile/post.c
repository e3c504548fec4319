/* Money becomes months. For one pledge: its sponsor's credit and the payments matched to it are one
 * stream in the order of their days, its open months are one queue (allocate()). The stream is cut
 * into pieces of so many months, each an entry of the books and whole or not at all. Killed between
 * two, the rest of the stream meets the rest of the queue and goes on as if nothing had been.
 *
 * Only months of instalments that are due soon are paid, and always those of the first: what is
 * more than that stays credit, which the sponsor may ask for and the next instalment finds. */
#include "job.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_MONTHS JOB_PIECE_MONTHS
#define PAYMENTS_MAX 512
#define SMALL 128 /* workers whose months are looked up under the lock */
#define PAGE 512
#define STALE_MAX 8
#define CREDIT 1 /* who pays, in the numbers of allocate() */
#define FIRST_PAYMENT 2

struct piece {
	int64_t who;
	size_t first, n;
	rupiah_t amount, from_credit; /* of the payment; of credit that must be there */
	bool opens;                   /* the payment's first */
};
struct post {
	bool begun, again; /* again: look at this pledge once more */
	bool in_turn;      /* money by its day; else credit, pledge by pledge */
	int stale;         /* times in a row that what we had seen was no longer so */
	struct pledge_row pledge;
	struct instalment_row instalment[PLAN_MONTHS_MAX];
	size_t instalments;
	struct payable_row payment[PAYMENTS_MAX];
	size_t payments;
	rupiah_t credit;
	struct due_row *due;
	size_t dues, due_cap;
	struct allocate_due *month;
	size_t months, month_cap;
	struct piece *piece;
	size_t pieces, piece_cap, done;
};

static void post_end(void *todo)
{
	struct post *p = todo;

	free(p->due);
	free(p->month);
	free(p->piece);
}

static void *grow(void *of, size_t size, size_t need, size_t *cap)
{
	if (need > *cap) {
		*cap = need * 2;
		of = realloc(of, *cap * size);
		if (!of)
			abort();
	}
	return of;
}

/* ---- the queue of months ---- */

static rc_t load_due(struct job *j, struct post *p)
{
	int64_t after = 0;
	size_t n = 0;
	rc_t rc;

	p->dues = 0;
	do {
		p->due = grow(p->due, sizeof *p->due, p->dues + PAGE, &p->due_cap);
		rc = store_due_months(j->s, p->pledge.id, after, p->due + p->dues, PAGE, &n);
		if (rc == RC_OK && n)
			after = p->due[p->dues + n - 1].allocation;
		p->dues += n;
	} while (rc == RC_OK && n == PAGE);
	if (rc == RC_OK && p->dues)
		job_sort_due(p->due, p->dues);
	return rc;
}

static rc_t add_months(struct job *j, struct post *p, const struct due_row *d, month_t until)
{
	const int64_t limit = d->covered ? date_days(coverage_limit(&j->r->cover, d->covered))
	                                 : ALLOCATE_NO_LIMIT;
	rc_t rc = RC_OK;

	for (month_t m = d->from; rc == RC_OK && m <= d->to && m <= until; m++) {
		struct allocate_due *a = &p->month[p->months];

		if (!due_open(d, m))
			continue;
		*a = (struct allocate_due){
			.worker = d->worker, .month = m, .limit = limit, .registered = d->registered
		};
		rc = job_rate(j, &p->pledge, d->job, m, &a->amount);
		p->months++;
	}
	return rc;
}

/* Whose membership had ended when the money came needs the branch's own procedure first. */
static bool is_late(const struct job *j, const struct post *p, const struct due_row *d)
{
	return issue_late_donor_funds(
	        &j->r->cover, d->covered, p->payments ? p->payment[0].day : j->out->as_of);
}

static rc_t load_months(struct job *j, struct post *p)
{
	const month_t until = job_payable_until(j, p->instalment, p->instalments);
	rc_t rc = load_due(j, p);

	p->months = 0;
	for (size_t i = 0; rc == RC_OK && i < p->dues; i++) {
		if (is_late(j, p, &p->due[i]))
			continue;
		p->month = grow(
		        p->month, sizeof *p->month, p->months + PLAN_MONTHS_MAX, &p->month_cap);
		rc = add_months(j, p, &p->due[i], until);
	}
	return rc;
}

/* ---- the stream, cut into pieces ---- */

static void add_piece(struct post *p, struct piece one)
{
	p->piece = grow(p->piece, sizeof *p->piece, p->pieces + 1, &p->piece_cap);
	p->piece[p->pieces++] = one;
}

/* The months from `first` on that this payer completes, and their sum. */
static size_t run_of(const struct post *p, int64_t who, size_t first, size_t paid, rupiah_t *sum)
{
	size_t n = 0;

	*sum = 0;
	for (; first + n < paid && p->month[first + n].payment == who; n++)
		*sum += p->month[first + n].amount;
	return n;
}

static void cut(struct post *p, int64_t who, size_t first, size_t n, rupiah_t in, rupiah_t out)
{
	const size_t end = first + n;

	for (size_t at = first; at < end;) {
		struct piece one = { .who = who, .first = at, .opens = at == first };

		for (; one.n < PIECE_MONTHS && at < end; one.n++, at++)
			one.amount += p->month[at].amount;
		if (one.opens) {
			one.amount -= in;
			one.from_credit = in;
		}
		if (at == end)
			one.amount += out;
		add_piece(p, one);
	}
}

static void make_pieces(struct post *p, size_t paid)
{
	rupiah_t sum, carry = p->credit;
	size_t at = run_of(p, CREDIT, 0, paid, &sum);

	p->pieces = p->done = 0;
	cut(p, CREDIT, 0, at, 0, 0);
	for (size_t i = 0; i < p->pieces; i++)
		p->piece[i].from_credit = p->piece[i].amount;
	carry -= sum;
	for (size_t i = 0; i < p->payments; i++) {
		const int64_t who = FIRST_PAYMENT + (int64_t)i;
		const rupiah_t left = p->payment[i].left;
		const size_t n = run_of(p, who, at, paid, &sum);

		if (n)
			cut(p, who, at, n, carry, carry + left - sum);
		else
			add_piece(p, (struct piece){ .who = who, .amount = left, .opens = true });
		carry += left - sum;
		at += n;
	}
}

static rc_t allocate_pledge(struct job *j, struct post *p)
{
	struct allocate_payment pay[PAYMENTS_MAX + 1];
	struct allocate_result result;
	size_t n = 0;
	rc_t rc;

	if (p->credit > 0)
		pay[n++] = (struct allocate_payment){ .id = CREDIT, .amount = p->credit };
	else
		p->credit = 0;
	for (size_t i = 0; i < p->payments; i++)
		pay[n++] = (struct allocate_payment){ .id = FIRST_PAYMENT + (int64_t)i,
			.amount = p->payment[i].left };
	rc = allocate(p->month, p->months, pay, n, j->r->order, &result);
	if (rc != RC_OK)
		return job_fail(j, rc, "pledge %s: its months or payments do not make sense (%s)",
		        p->pledge.ref, rc_text(rc));
	make_pieces(p, result.paid);
	return RC_OK;
}

/* ---- looking for pledges with money ---- */

static bool any_open(const struct job *j, const struct post *p)
{
	const month_t until = job_payable_until(j, p->instalment, p->instalments);

	for (size_t i = 0; i < p->instalments; i++)
		if (p->instalment[i].from <= until &&
		        p->instalment[i].expected > p->instalment[i].paid)
			return true;
	return false;
}

/* Where another pledge carries one of the workers, too, each day's money has its own turn. */
static rc_t only_one_day(struct job *j, struct post *p)
{
	bool shared = false;
	rc_t rc = p->payments > 1 ? store_pledge_shared(j->s, p->pledge.id, &shared) : RC_OK;
	size_t n = 1;

	while (n < p->payments && p->payment[n].day == p->payment[0].day)
		n++;
	if (shared)
		p->payments = n;
	return rc;
}

static rc_t look_at(struct job *j, struct post *p, bool held)
{
	rc_t rc = store_payable(j->s, p->pledge.id, p->payment, PAYMENTS_MAX, &p->payments);

	p->pieces = p->done = 0;
	if (rc == RC_OK)
		rc = only_one_day(j, p);
	p->credit = job_credit(j, p->pledge.sponsor, &rc);
	if (rc != RC_OK || (!p->payments && p->credit <= 0))
		return rc;
	rc = store_instalments(j->s, p->pledge.id, p->instalment, PLAN_MONTHS_MAX, &p->instalments);
	if (rc != RC_OK || (!p->payments && !any_open(j, p)))
		return rc;
	if (held && p->pledge.taken > SMALL)
		return RC_AGAIN;
	rc = load_months(j, p);
	return rc == RC_OK ? allocate_pledge(j, p) : rc;
}

/* The pledge whose money came first: so of two for one month the earlier one finds it open. After a
 * kill the one that was in the middle goes on. */
static rc_t post_look(struct job *j, bool held)
{
	struct post *p = j->todo;
	int64_t id = j->cursor;
	rc_t rc = id ? RC_OK : store_pledge_first_payable(j->s, &id);

	p->in_turn = true;
	if (rc == RC_OK)
		rc = store_pledge_get_id(j->s, id, &p->pledge);
	if (rc == RC_OK)
		rc = look_at(j, p, held);
	if (rc == RC_OK && !p->pieces)
		return job_fail(
		        j, RC_INVALID, "pledge %s: its payments come to nothing", p->pledge.ref);
	return rc;
}

/* Credit alone, pledge by pledge. */
static rc_t credit_look(struct job *j, bool held)
{
	struct post *p = j->todo;
	rc_t rc = RC_OK;

	if (!p->begun) {
		p->begun = p->again = true;
		p->pledge.id = j->cursor;
	}
	for (p->pieces = 0; rc == RC_OK && !p->pieces;) {
		if (held && !job_has_time(j))
			return RC_AGAIN;
		rc = store_pledge_next(j->s, p->pledge.id - p->again, &p->pledge);
		p->again = false;
		if (rc == RC_OK)
			rc = look_at(j, p, held);
		p->again = rc == RC_AGAIN;
	}
	return rc;
}

/* ---- one piece ---- */

static rc_t pour(struct job *j, struct post *p, const struct piece *one)
{
	return job_pour(
	        j, &(struct job_pour){ .pledge = &p->pledge,
	                   .instalment = p->instalment,
	                   .instalments = p->instalments,
	                   .due = p->due,
	                   .dues = p->dues,
	                   .month = one->n ? p->month + one->first : NULL,
	                   .months = one->n,
	                   .pay = one->who == CREDIT ? NULL : &p->payment[one->who - FIRST_PAYMENT],
	                   .amount = one->amount,
	                   .from_credit = one->from_credit,
	                   .opens = one->opens });
}

/* A piece that no longer fits (an officer changed something since we looked) is not done at all,
 * and the pledge is looked at again. */
static rc_t post_work(struct job *j)
{
	struct post *p = j->todo;
	rc_t rc;

	if (p->done == p->pieces)
		return RC_NOENT;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_mark(j->s);
	if (rc != RC_OK)
		return rc;
	rc = pour(j, p, &p->piece[p->done++]);
	if (rc == RC_OK) {
		p->stale = 0;
		j->cursor = p->in_turn && p->done == p->pieces ? 0 : p->pledge.id;
		return store_release(j->s);
	}
	store_undo(j->s);
	if ((rc != RC_EXISTS && rc != RC_INVALID) || j->out->why[0] || ++p->stale > STALE_MAX)
		return rc;
	p->pieces = p->done = 0;
	p->again = true;
	if (p->in_turn)
		j->cursor = 0;
	return RC_NOENT;
}

const struct job_phase job_post = { "post", post_look, post_work, sizeof(struct post), post_end };
const struct job_phase job_credits = { "credit", credit_look, post_work, sizeof(struct post),
	post_end };
