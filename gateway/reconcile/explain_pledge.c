/* A pledge: what was promised, what was paid, which months that pays for how many workers. Entries
 * of one day and kind are told as one: a large pledge has thousands. */
#include "explain_int.h"

#include <stdio.h>
#include <string.h>

/* ---- months ---- */

static bool alike(const struct months_row *a, const struct months_row *b, int apart)
{
	return b->month == a->month + apart && a->workers == b->workers &&
	       a->confirmed == b->confirmed && a->amount == b->amount;
}

static void say_span(const struct explainer *x, const struct months_row *m, size_t n)
{
	char span[WORDS_SPAN_CAP], amount[EXPLAIN_MONEY_CAP], sure[48];

	words_span(m->month, m->month + (month_t)n - 1, span);
	rupiah_format(m->amount * (rupiah_t)n, amount);
	if (m->confirmed == m->workers)
		snprintf(sure, sizeof sure, "all of them");
	else if (!m->confirmed)
		snprintf(sure, sizeof sure, "none of them yet");
	else
		snprintf(sure, sizeof sure, "%lld of them", (long long)m->confirmed);
	say_of(x, EXPLAIN_MONTHS, 0, m->amount * (rupiah_t)n,
	        "%s: paid for %lld worker%s, %s in all. The insurer confirmed %s.", span,
	        (long long)m->workers, plural(m->workers), amount, sure);
}

struct sums {
	rupiah_t waits, confirmed;
	int64_t waiting;
};

static rc_t months(struct explainer *x, int64_t pledge, struct sums *s)
{
	struct months_row m[PLAN_MONTHS_MAX];
	size_t n = 0;
	rc_t rc = store_pledge_months(x->s, pledge, m, PLAN_MONTHS_MAX, &n);

	for (size_t i = 0, from = 0; rc == RC_OK && i < n; i++) {
		s->confirmed += m[i].confirmed_amount;
		s->waits += m[i].amount - m[i].confirmed_amount;
		s->waiting += m[i].workers - m[i].confirmed;
		if (i + 1 < n && alike(&m[from], &m[i + 1], (int)(i + 1 - from)))
			continue;
		say_span(x, &m[from], i + 1 - from);
		from = i + 1;
	}
	return rc;
}

/* ---- instalments ---- */

static void say_instalment(const struct explainer *x, const struct instalment_row *i, bool *next)
{
	const int64_t today = date_days(x->today);
	char span[WORDS_SPAN_CAP], day[WORDS_DAY_CAP], paid[EXPLAIN_MONEY_CAP],
	        expected[EXPLAIN_MONEY_CAP], open[EXPLAIN_MONEY_CAP];

	words_span(i->from, i->to, span);
	words_day(i->due_day, day);
	rupiah_format(i->paid, paid);
	rupiah_format(i->expected, expected);
	if (!i->expected) /* nobody has a place in it yet */
		return;
	if (i->paid >= i->expected) {
		say_of(x, EXPLAIN_PROMISE, 0, i->paid, "Instalment %d, %s: %s is paid.", i->number,
		        span, paid);
		return;
	}
	say_of(x, EXPLAIN_MISSING, 0, i->expected - i->paid,
	        "Instalment %d, %s, due on %s: %s of %s is paid.", i->number, span, day, paid,
	        expected);
	if (*next)
		return;
	*next = true;
	rupiah_format(i->expected - i->paid, open);
	say_of(x, EXPLAIN_NEXT, 0, i->expected - i->paid,
	        i->due_day < today ? "%s is late since %s. Workers may lose their cover."
	                           : "%s is to be paid by %s.",
	        open, day);
}

static rc_t instalments(struct explainer *x, int64_t pledge)
{
	struct instalment_row i[PLAN_MONTHS_MAX];
	bool next = false;
	size_t n = 0;
	rc_t rc = store_instalments(x->s, pledge, i, PLAN_MONTHS_MAX, &n);

	for (size_t k = 0; rc == RC_OK && k < n; k++)
		say_instalment(x, &i[k], &next);
	return rc;
}

/* ---- promise, requests, sums ---- */

static rc_t say_promise(struct explainer *x, const struct pledge_row *p)
{
	int64_t count[ALLOCATIONS];
	char span[WORDS_SPAN_CAP], day[WORDS_DAY_CAP];
	rc_t rc = store_pledge_allocations(x->s, p->id, count);

	if (rc != RC_OK)
		return rc;
	words_day(date_days(date_at(p->created_at, ZONE_WIB)), day);
	words_span(p->start, p->start + p->months - 1, span);
	say(x, EXPLAIN_WHO, "Pledge %s is of %s, programme %s.", p->ref, p->sponsor_name,
	        p->programme);
	say(x, EXPLAIN_PROMISE, "On %s %s promised to pay for %d worker%s, %s, every %d month%s.",
	        day, p->sponsor_name, p->workers, plural(p->workers), span, p->instalment,
	        plural(p->instalment));
	say(x, EXPLAIN_PROMISE,
	        p->direct ? "The sponsor pays the insurer itself."
	                  : "The money passes an account of the programme.");
	say(x, EXPLAIN_PROMISE, "Places taken: %d of %d. Waiting: %lld.", p->taken, p->workers,
	        (long long)count[ALLOCATION_PROPOSED]);
	return RC_OK;
}

static rc_t requests(struct explainer *x, const struct pledge_row *p)
{
	struct request_row r = { 0 };
	rc_t rc;

	while ((rc = store_request_next(x->s, true, r.id, &r)) == RC_OK)
		if (r.pledge == p->id || (!r.pledge && r.sponsor == p->sponsor))
			say(x, EXPLAIN_NEXT, "Request %lld waits for an officer. It asks for %s.",
			        (long long)r.id, words_request(r.kind));
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t say_sums(struct explainer *x, const struct pledge_row *p, const struct sums *s)
{
	char paid[EXPLAIN_MONEY_CAP], confirmed[EXPLAIN_MONEY_CAP], waits[EXPLAIN_MONEY_CAP];
	rupiah_t funded = 0, sure = 0, credit = 0;
	rc_t rc = store_balance(x->s, LEDGER_FUNDED, p->id, &funded);

	if (rc == RC_OK)
		rc = store_balance(x->s, LEDGER_CONFIRMED, p->id, &sure);
	if (rc == RC_OK)
		rc = store_balance(x->s, LEDGER_SPONSOR_CREDIT, p->sponsor, &credit);
	if (rc != RC_OK)
		return rc;
	rupiah_format(s->confirmed + s->waits, paid);
	rupiah_format(s->confirmed, confirmed);
	rupiah_format(s->waits, waits);
	say_of(x, EXPLAIN_SUMS, 0, s->confirmed + s->waits,
	        "%s pays months of this pledge: %s is confirmed, %s is not confirmed yet.", paid,
	        confirmed, waits);
	rupiah_format(-credit, paid);
	say_of(x, EXPLAIN_SUMS, 0, -credit, "%s has %s of credit.", p->sponsor_name, paid);
	say_balanced(x, funded == -s->waits && sure == -s->confirmed);
	return RC_OK;
}

static rc_t parts(struct explainer *x, const struct pledge_row *p, struct sums *s)
{
	rc_t rc = say_promise(x, p);

	if (rc == RC_OK)
		rc = say_entries(x, EXPLAIN_MONEY, LEDGER_OF_PLEDGE, p->id);
	if (rc == RC_OK)
		rc = months(x, p->id, s);
	if (rc == RC_OK)
		rc = instalments(x, p->id);
	return rc == RC_OK ? requests(x, p) : rc;
}

rc_t explain_pledge(struct explainer *x, const char *ref)
{
	struct sums s = { 0 };
	struct pledge_row p;
	char subject[32];
	rc_t rc = store_pledge_get(x->s, ref, &p);

	if (rc == RC_OK)
		rc = parts(x, &p, &s);
	if (rc != RC_OK)
		return rc;
	if (s.waiting)
		say(x, EXPLAIN_NEXT,
		        "%lld worker-month%s for the insurer. Until then they are paid, but "
		        "not "
		        "AKTIF.",
		        (long long)s.waiting, s.waiting == 1 ? " waits" : "s wait");
	snprintf(subject, sizeof subject, "pledge/%s", p.ref);
	rc = say_issues(x, subject);
	if (rc == RC_OK)
		rc = say_history(x, subject);
	return rc == RC_OK ? say_sums(x, &p, &s) : rc;
}
