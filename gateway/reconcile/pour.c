/* One piece of money becomes months: an entry of the books, the months it pays, and all that
 * follows from them (instalments, allocations, what the insurer had confirmed before). All of it or
 * nothing. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_worker(const void *a, const void *b)
{
	const struct due_row *x = a, *y = b;

	return (x->worker > y->worker) - (x->worker < y->worker);
}

void job_sort_due(struct due_row *due, size_t n)
{
	if (n)
		qsort(due, n, sizeof *due, by_worker);
}

static rc_t book_external(struct job *j, const struct job_pour *p, const struct payment_row *pay)
{
	struct ledger_entry e;
	int64_t id;
	rc_t rc = ledger_payment(&e,
	        (struct ledger_subject){ .payment = pay->id, .sponsor = p->pledge->sponsor }, true,
	        pay->amount);

	if (rc == RC_OK)
		rc = job_post_entry(j, &e, pay->day, &id);
	if (rc == RC_OK)
		rc = store_payment_booked(j->s, pay->id, id);
	return rc == RC_OK ? job_count(j, "booked", "", 1, pay->amount) : rc;
}

/* Before a payment's first piece: it is in the books, and its account is now known as the
 * sponsor's. */
static rc_t open_payment(struct job *j, const struct job_pour *p)
{
	struct payment_row pay;
	rc_t rc = store_payment_get(j->s, p->pay->id, &pay);

	if (rc == RC_OK && !pay.entry)
		rc = pay.external ? book_external(j, p, &pay) : RC_INVALID;
	if (rc == RC_OK && pay.account[0])
		rc = store_account_seen(j->s, p->pledge->sponsor, pay.account, pay.day);
	return rc;
}

static rc_t allocation_gets(struct job *j, const struct job_pour *p, int64_t worker, bool confirmed)
{
	const enum allocation now = confirmed ? ALLOCATION_CONFIRMED : ALLOCATION_FUNDED;
	const struct due_row key = { .worker = worker };
	struct due_row *d = bsearch(&key, p->due, p->dues, sizeof key, by_worker);
	rc_t rc = RC_OK;

	if (d->state >= now)
		return RC_OK;
	rc = store_allocation_set(j->s, d->allocation, now, j->out->now);
	if (rc == RC_OK)
		d->state = now;
	return rc;
}

struct confirmed {
	rupiah_t amount;
	int64_t months;
};

static rc_t pay_month(struct job *j, const struct job_pour *p, const struct allocate_due *a,
        int64_t entry, struct confirmed *c)
{
	struct month_row m = { .worker = a->worker,
		.pledge = p->pledge->id,
		.entry = entry,
		.month = a->month,
		.amount = a->amount };
	const bool reported = p->pay ? p->pay->external : p->pledge->direct;
	rc_t rc;

	*(reported ? &m.reported_day : &m.paid_day) = p->pay ? p->pay->day : j->out->as_of;
	rc = store_month_fund(j->s, &m);
	if (rc == RC_OK)
		rc = allocation_gets(j, p, a->worker, m.confirmed_day != 0);
	if (rc == RC_OK)
		rc = job_instalment_add(j, p->instalment, p->instalments, a->month, a->amount);
	if (rc == RC_OK && m.confirmed_day) {
		c->amount += a->amount;
		c->months++;
	}
	return rc;
}

static rc_t pay_months(struct job *j, const struct job_pour *p, int64_t entry)
{
	struct instalment_row was[PLAN_MONTHS_MAX];
	struct confirmed c = { 0 };
	struct ledger_entry e;
	int64_t id;
	rc_t rc = RC_OK;

	memcpy(was, p->instalment, p->instalments * sizeof *was);
	for (size_t i = 0; rc == RC_OK && i < p->months; i++)
		rc = pay_month(j, p, &p->month[i], entry, &c);
	if (rc == RC_OK)
		rc = job_instalments_save(j, p->instalment, was, p->instalments);
	if (rc != RC_OK || !c.months)
		return rc;
	rc = ledger_confirmed(&e,
	        (struct ledger_subject){ .sponsor = p->pledge->sponsor, .pledge = p->pledge->id },
	        c.amount, c.months);
	return rc == RC_OK ? job_post_entry(j, &e, j->out->as_of, &id) : rc;
}

static rc_t post_entry(struct job *j, const struct job_pour *p, int64_t *id)
{
	struct ledger_subject about = { .sponsor = p->pledge->sponsor, .pledge = p->pledge->id };
	rupiah_t amount[JOB_PIECE_MONTHS];
	struct ledger_entry e;
	rc_t rc;

	for (size_t i = 0; i < p->months; i++)
		amount[i] = p->month[i].amount;
	if (p->pay) {
		about.payment = p->pay->id;
		rc = ledger_matched(&e, about, p->amount, amount, p->months);
	} else {
		rc = ledger_credit_applied(&e, about, amount, p->months);
	}
	return rc == RC_OK ? job_post_entry(j, &e, p->pay ? p->pay->day : j->out->as_of, id) : rc;
}

static rc_t tally(struct job *j, const struct job_pour *p)
{
	const char *ref = p->pledge->ref;
	char subject[TALLY_SUBJECT_CAP];
	rupiah_t sum = 0;
	rc_t rc = RC_OK;

	for (size_t i = 0; i < p->months; i++)
		sum += p->month[i].amount;
	if (p->months)
		rc = job_count(j, "paid", ref, (int64_t)p->months, sum);
	if (rc != RC_OK)
		return rc;
	if (!p->pay)
		return job_count(j, "credit_applied", ref, (int64_t)p->months, sum);
	snprintf(subject, sizeof subject, "%lld %s", (long long)p->pay->id, ref);
	return job_count(j, "payment", subject, (int64_t)p->months, p->amount);
}

rc_t job_pour(struct job *j, const struct job_pour *p)
{
	int64_t entry = 0;
	rc_t rc = RC_OK;

	if (job_credit(j, p->pledge->sponsor, &rc) < p->from_credit)
		return rc == RC_OK ? RC_EXISTS : rc; /* spent elsewhere since we looked */
	if (rc == RC_OK && p->opens && p->pay)
		rc = open_payment(j, p);
	if (rc == RC_OK)
		rc = post_entry(j, p, &entry);
	if (rc == RC_OK)
		rc = pay_months(j, p, entry);
	if (rc == RC_OK && p->pay)
		rc = store_payment_use(j->s, p->pay->id, p->amount);
	return rc == RC_OK ? tally(j, p) : rc;
}
