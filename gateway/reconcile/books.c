/* What several phases do to the books and to what follows them: entries, instalments, months that
 * go back, the state of an allocation. */
#include "job.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

rc_t job_post_entry(struct job *j, const struct ledger_entry *e, int64_t day, int64_t *id)
{
	rc_t rc = job_writes(j);
	const struct ledger_note n = {
		.at = j->out->now, .day = day, .run = j->run.id, .by = j->out->by
	};

	return rc == RC_OK ? store_ledger_add(j->s, e, &n, id) : rc;
}

rc_t job_count(struct job *j, const char *what, const char *subject, int64_t n, rupiah_t amount)
{
	rc_t rc = job_writes(j);

	return rc == RC_OK ? store_tally_add(j->s, j->run.id, what, subject, n, amount) : rc;
}

rupiah_t job_credit(struct job *j, int64_t sponsor, rc_t *rc)
{
	rupiah_t balance = 0;

	if (*rc == RC_OK)
		*rc = store_balance(j->s, LEDGER_SPONSOR_CREDIT, sponsor, &balance);
	return -balance;
}

/* ---- amounts ---- */

rc_t job_rate(struct job *j, const struct pledge_row *p, int work, month_t m, rupiah_t *out)
{
	rc_t rc = tariff_due(j->r->tariff, &j->r->choices, funding_money(p->funding),
	        occupation_sector(j->r->jobs, work), m, out);
	char month[16];

	if (rc != RC_NOENT)
		return rc;
	month_format(m, month);
	return job_fail(j, RC_INVALID,
	        "pledge %s: the tariff has no rate for %s: complete data/tariff.csv in the "
	        "templates",
	        p->ref, month);
}

/* ---- instalments ---- */

month_t job_payable_until(const struct job *j, const struct instalment_row *i, size_t n)
{
	month_t until = n ? i[0].to : 0;

	for (size_t k = 0; k < n; k++)
		if (i[k].due_day <= j->out->as_of + j->r->ahead_days && i[k].to > until)
			until = i[k].to;
	return until;
}

rc_t job_instalment_add(
        struct job *j, struct instalment_row *i, size_t n, month_t m, rupiah_t amount)
{
	for (size_t k = 0; k < n; k++)
		if (i[k].from <= m && m <= i[k].to) {
			i[k].paid += amount;
			return RC_OK;
		}
	return job_fail(j, RC_INVALID, "a month of a pledge is in none of its instalments");
}

rc_t job_instalments_save(
        struct job *j, const struct instalment_row *i, const struct instalment_row *was, size_t n)
{
	rc_t rc = RC_OK;

	for (size_t k = 0; rc == RC_OK && k < n; k++)
		if (i[k].paid != was[k].paid)
			rc = store_instalment_set(
			        j->s, i[k].id, i[k].expected, i[k].paid, i[k].state);
	return rc;
}

/* ---- months that go back ---- */

rc_t job_allocation_follows(struct job *j, int64_t allocation)
{
	enum allocation now = ALLOCATION_RESERVED;
	struct allocation_row a;
	struct month_row m;
	rc_t rc = store_allocation_get(j->s, allocation, &a);

	if (rc != RC_OK || !allocation_takes_place(a.state))
		return rc;
	m.month = a.from - 1;
	while ((rc = store_month_next(j->s, a.worker, m.month, &m)) == RC_OK && m.month <= a.to) {
		if (m.pledge != a.pledge)
			continue;
		if (m.confirmed_day)
			now = ALLOCATION_CONFIRMED;
		else if (now == ALLOCATION_RESERVED)
			now = ALLOCATION_FUNDED;
	}
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	return now == a.state ? RC_OK : store_allocation_set(j->s, allocation, now, j->out->now);
}

static rc_t allocation_of(struct job *j, int64_t worker, int64_t pledge, int64_t *id)
{
	struct allocation_row a = { 0 };
	rc_t rc;

	*id = 0;
	while ((rc = store_allocation_next_of_worker(j->s, worker, a.id, &a)) == RC_OK)
		if (a.pledge == pledge && a.state < ALLOCATION_ENDED)
			*id = a.id;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t give_back_one(struct job *j, const struct job_back *b, const struct month_row *m)
{
	struct instalment_row i[PLAN_MONTHS_MAX], was[PLAN_MONTHS_MAX];
	struct ledger_entry e;
	struct pledge_row p;
	int64_t id, allocation;
	size_t n;
	rc_t rc = store_pledge_get_id(j->s, m->pledge, &p);

	if (rc == RC_OK)
		rc = ledger_returned(&e,
		        (struct ledger_subject){
		                .sponsor = p.sponsor, .pledge = p.id, .worker = b->worker },
		        b->why, m->confirmed_day ? 0 : m->amount, m->confirmed_day ? m->amount : 0,
		        1);
	if (rc == RC_OK)
		rc = job_post_entry(j, &e, j->out->as_of, &id);
	if (rc == RC_OK)
		rc = store_month_return(j->s, b->worker, m->month, id);
	if (rc == RC_OK)
		rc = store_instalments(j->s, p.id, i, PLAN_MONTHS_MAX, &n);
	if (rc != RC_OK)
		return rc;
	memcpy(was, i, n * sizeof *i);
	rc = job_instalment_add(j, i, n, m->month, -m->amount);
	if (rc == RC_OK)
		rc = job_instalments_save(j, i, was, n);
	if (rc == RC_OK)
		rc = allocation_of(j, b->worker, p.id, &allocation);
	if (rc == RC_OK && allocation)
		rc = job_allocation_follows(j, allocation);
	return rc == RC_OK ? job_count(j, "returned", p.ref, 1, m->amount) : rc;
}

rc_t job_give_back(struct job *j, const struct job_back *b, int64_t *months)
{
	struct month_row m = { .month = b->from - 1 };
	rc_t rc;

	*months = 0;
	while ((rc = store_month_next(j->s, b->worker, m.month, &m)) == RC_OK && m.month <= b->to) {
		if (!m.pledge || (b->pledge && m.pledge != b->pledge) ||
		        (m.confirmed_day && !b->confirmed_too))
			continue;
		rc = give_back_one(j, b, &m);
		if (rc != RC_OK)
			return rc;
		++*months;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}
