/* The money is one stream in the order of its days, the months are one queue: where the stream ends
 * inside a month, that month stays open and the rest is credit. */
#include <payung/cover_allocate.h>
#include <stdbool.h>
#include <stdlib.h>

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_worker(const void *x, const void *y)
{
	const struct allocate_due *a = x, *b = y;

	return a->worker != b->worker ? compare(a->worker, b->worker) : compare(a->month, b->month);
}

/* Whose turn is first: those who would lose membership soonest, then who came first. */
static int by_need(const struct allocate_due *a, const struct allocate_due *b)
{
	if (a->limit != b->limit)
		return compare(a->limit, b->limit);
	if (a->registered != b->registered)
		return compare(a->registered, b->registered);
	return compare(a->worker, b->worker);
}

static int breadth_first(const void *x, const void *y)
{
	const struct allocate_due *a = x, *b = y;

	return a->month != b->month ? compare(a->month, b->month) : by_need(a, b);
}

static int worker_first(const void *x, const void *y)
{
	const struct allocate_due *a = x, *b = y;
	int need = by_need(a, b);

	return need ? need : compare(a->month, b->month);
}

static int by_day(const void *x, const void *y)
{
	const struct allocate_payment *a = x, *b = y;

	return a->day != b->day ? compare(a->day, b->day) : compare(a->id, b->id);
}

static int by_id(const void *x, const void *y)
{
	const struct allocate_payment *a = x, *b = y;

	return compare(a->id, b->id);
}

/* Leaves due[] sorted by worker, so that the same worker's rows stand side by side. */
static rc_t check_due(struct allocate_due *due, size_t n)
{
	if (n)
		qsort(due, n, sizeof *due, by_worker);
	for (size_t i = 0; i < n; i++) {
		const struct allocate_due *a = &due[i], *before = i ? &due[i - 1] : NULL;

		if (a->amount <= 0 || a->amount > RUPIAH_MAX)
			return RC_INVALID;
		if (!before || before->worker != a->worker)
			continue;
		if (before->month == a->month)
			return RC_EXISTS;
		if (before->limit != a->limit || before->registered != a->registered)
			return RC_INVALID;
	}
	return RC_OK;
}

static rc_t check_payments(struct allocate_payment *p, size_t n, rupiah_t *sum)
{
	*sum = 0;
	if (n)
		qsort(p, n, sizeof *p, by_id);
	for (size_t i = 0; i < n; i++) {
		if (!p[i].id || p[i].amount < 0)
			return RC_INVALID;
		if (i && p[i - 1].id == p[i].id)
			return RC_EXISTS;
		if (p[i].amount > RUPIAH_MAX - *sum)
			return RC_LIMIT;
		*sum += p[i].amount;
	}
	return RC_OK;
}

/* Marks each month with the payment in which the stream reached its end. */
static void pay(struct allocate_due *due, size_t n, const struct allocate_payment *payment,
        struct allocate_result *out)
{
	rupiah_t reached = 0;
	size_t at = 0;
	bool open = true;

	for (size_t i = 0; i < n; i++) {
		due[i].payment = 0;
		open = open && due[i].amount <= out->credit;
		if (!open)
			continue;
		out->used += due[i].amount;
		out->credit -= due[i].amount;
		while (reached < out->used)
			reached += payment[at++].amount;
		due[i].payment = payment[at - 1].id;
		out->paid++;
	}
}

rc_t allocate(struct allocate_due *due, size_t n, struct allocate_payment *payment, size_t payments,
        enum allocate_order order, struct allocate_result *out)
{
	struct allocate_result result = { 0 };
	rc_t rc = check_due(due, n);

	if (rc == RC_OK)
		rc = check_payments(payment, payments, &result.credit);
	if (rc != RC_OK)
		return rc;
	if (n)
		qsort(due, n, sizeof *due,
		        order == ALLOCATE_WORKER_FIRST ? worker_first : breadth_first);
	if (payments)
		qsort(payment, payments, sizeof *payment, by_day);
	pay(due, n, payment, &result);
	*out = result;
	return RC_OK;
}
