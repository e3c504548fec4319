/* The plan rests on months and days that only events move, never on what passing time alone makes
 * of them: so a subject needs a look only on the days the plan itself names, however many there
 * are. What time does to cover (it begins, it ends) only ever takes occasions away. */
#include "remind_int.h"

#include <assert.h>

struct plan {
	const struct remind_rules *r;
	int64_t today;
	int64_t known;         /* day since which the subject was known to us */
	enum remind_why block; /* holds for all that is said to it */
	struct remind_due *out;
	size_t n;
};

static struct remind_due *add(struct plan *p, enum remind_occasion o, int64_t cycle, int64_t anchor,
        enum remind_why reason_gone)
{
	const struct day_span *span = &p->r->when[o];
	struct remind_due *d = &p->out[p->n++];

	assert(p->n <= REMIND_PLAN_MAX);
	*d = (struct remind_due){ .occasion = o,
		.cycle = cycle,
		.anchor = anchor,
		.day = anchor + span->first,
		.last = anchor + span->last };
	if (span->off)
		d->why = WHY_OFF;
	else
		d->why = p->block ? p->block : reason_gone;
	return d;
}

/* ---- from occasions to verdicts ---- */

/* The occasion that takes over from d, as far as it is planned and not switched off. */
static const struct remind_due *successor(const struct plan *p, const struct remind_due *d)
{
	enum remind_occasion next = remind_next_in_row(d->occasion);

	for (; next != REMIND_OCCASIONS; next = remind_next_in_row(next))
		for (size_t i = 0; i < p->n; i++)
			if (p->out[i].occasion == next && p->out[i].why != WHY_OFF)
				return &p->out[i];
	return NULL;
}

/* Of two occasions in a row only one is due on any day. */
static void end_before_the_next(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct remind_due *d = &p->out[i];
		const struct remind_due *next = successor(p, d);

		if (next && d->last >= next->day)
			d->last = next->day - 1;
	}
}

static void judge(struct remind_due *d, int64_t today)
{
	if (today < d->day) {
		d->verdict = REMIND_LATER;
	} else if (today <= d->last) {
		d->verdict = d->why ? REMIND_NOT : REMIND_NOW;
	} else {
		d->verdict = REMIND_MISSED;
		if (!d->why)
			d->why = WHY_TOO_LATE;
	}
}

static bool comes_before(const struct remind_due *a, const struct remind_due *b)
{
	return a->day != b->day ? a->day < b->day : a->occasion < b->occasion;
}

static void sort_by_day(struct remind_due *d, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && comes_before(&d[k], &d[k - 1]); k--) {
			struct remind_due spare = d[k];

			d[k] = d[k - 1];
			d[k - 1] = spare;
		}
}

static size_t finish(struct plan *p)
{
	size_t kept = 0;

	end_before_the_next(p);
	for (size_t i = 0; i < p->n; i++) {
		struct remind_due d = p->out[i];

		if (d.last < d.day || d.last < p->known)
			continue;
		judge(&d, p->today);
		p->out[kept++] = d;
	}
	sort_by_day(p->out, kept);
	return kept;
}

/* ---- a worker ---- */

static month_t paid_through(const struct remind_worker *w)
{
	return w->paid_until > w->proven_until ? w->paid_until : w->proven_until;
}

struct remind_dates remind_dates(const struct remind_rules *r, const struct remind_worker *w)
{
	month_t paid = paid_through(w);

	if (!paid)
		return (struct remind_dates){ 0 };
	return (struct remind_dates){ .next = paid + 1,
		.until = date_days(month_last(paid)),
		.since = date_days(month_first(paid + 1)),
		.limit = date_days(coverage_limit(&r->cover, paid)) };
}

static enum remind_why worker_block(const struct remind_worker *w, int64_t today)
{
	if (w->cover.state == COVERAGE_DECEASED || (w->died_day && w->died_day <= today))
		return WHY_DECEASED;
	if (!w->has_phone)
		return WHY_NO_PHONE;
	if (w->stopped)
		return WHY_STOPPED;
	return w->consents ? WHY_NONE : WHY_NO_CONSENT;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t known_since(const struct remind_worker *w)
{
	const struct date *recorded = &w->cover.recorded;

	return later(w->registered_day, recorded->year ? date_days(*recorded) : 0);
}

/* What is paid and not confirmed lets us say neither that cover lasts nor when it ends. */
static enum remind_why unconfirmed(const struct remind_worker *w)
{
	return w->proven_until < w->paid_until ? WHY_UNCONFIRMED : WHY_NONE;
}

static void add_self(struct plan *p, const struct remind_worker *w, const struct remind_dates *t)
{
	static const enum remind_occasion before[] = { REMIND_SELF_FIRST, REMIND_SELF_SECOND,
		REMIND_SELF_LAST };
	struct remind_due *arrears;

	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		add(p, before[i], t->next, t->until, unconfirmed(w));
	arrears = add(p, REMIND_ARREARS, t->next, t->until, WHY_NONE);
	if (arrears->last > t->limit)
		arrears->last = t->limit;
	add(p, REMIND_ARREARS_LAST, t->next, t->limit, WHY_NONE);
}

/* Is there still a pledge for the first month that is not paid? */
static bool is_carried(const struct remind_worker *w, const struct remind_dates *t)
{
	return w->renewed || w->pledge_last >= t->next;
}

static void add_sponsored(
        struct plan *p, const struct remind_worker *w, const struct remind_dates *t)
{
	bool carried = is_carried(w, t), ours = w->pledge_last >= t->next - 1;

	add(p, REMIND_SPONSORED, t->next, t->until,
	        carried || (ours && !w->declined) ? unconfirmed(w) : WHY_CLOSED);
	if (carried)
		add(p, REMIND_SPONSOR_LATE, t->next, t->until, WHY_NONE);
}

/* While its sponsor has not said no, a pledge may be renewed up to its last day. */
static void add_sponsor_ends(struct plan *p, const struct remind_worker *w)
{
	int64_t end = date_days(month_last(w->pledge_last));
	enum remind_why why = WHY_NONE;
	struct remind_due *d;

	if (w->renewed)
		why = WHY_RENEWED;
	else if (paid_through(w) > w->pledge_last)
		why = WHY_PAID;
	d = add(p, REMIND_SPONSOR_ENDS, w->pledge_last + 1, end, why);
	if (!w->declined && d->day <= end)
		d->day = end + 1;
}

static void add_cover(struct plan *p, const struct remind_worker *w, const struct remind_dates *t)
{
	if (w->self_payer)
		add_self(p, w, t);
	else if (w->pledge_last)
		add_sponsored(p, w, t);
	add(p, REMIND_LAPSED, t->next, t->limit,
	        w->registered_day > t->until ? WHY_RENEWED : WHY_NONE);
}

/* Registered, and no day of cover since: who is covered now has a last day to come. */
static bool is_waiting(const struct remind_worker *w)
{
	return w->registered_day &&
	       (!w->cover.until.year || date_days(w->cover.until) < w->registered_day);
}

/* Is there cover, a pledge or a way back that they are to hear of on that day? */
static bool is_of_interest(const struct remind_worker *w, const struct remind_dates *t, int64_t day)
{
	if (w->renewed || day <= t->limit)
		return true;
	return w->pledge_last && day <= date_days(month_last(w->pledge_last));
}

/* Once each period of silence. While the present one is due and was not asked yet, nothing else may
 * go to the number; once it was asked, or its days are over, silence stops nothing. */
static enum remind_why add_number_check(
        struct plan *p, const struct remind_worker *w, const struct remind_dates *t)
{
	const struct day_span *span = &p->r->when[REMIND_NUMBER_CHECK];
	int64_t heard = w->heard_day ? w->heard_day : w->registered_day;
	int64_t every = p->r->number_check_days, over = p->today - span->last - heard;
	int64_t k = 1, anchor, day;

	if (!heard || !every)
		return WHY_NONE;
	if (over > every)
		k = (over + every - 1) / every;
	anchor = heard + k * every;
	day = anchor + span->first;
	if (k > 1 && is_of_interest(w, t, day - every))
		add(p, REMIND_NUMBER_CHECK, anchor - every, anchor - every, WHY_NONE);
	if (!is_of_interest(w, t, later(p->today, day)))
		return WHY_NONE;
	add(p, REMIND_NUMBER_CHECK, anchor, anchor, WHY_NONE);
	return p->today >= day && w->asked_day < day && !span->off ? WHY_UNVERIFIED : WHY_NONE;
}

size_t remind_plan_worker(const struct remind_rules *r, const struct remind_worker *w,
        int64_t today, struct remind_due out[REMIND_PLAN_MAX])
{
	struct plan p = { r, today, known_since(w), worker_block(w, today), out, 0 };
	struct remind_dates t = remind_dates(r, w);
	enum remind_why asked_first = add_number_check(&p, w, &t);

	if (!p.block)
		p.block = asked_first;
	if (t.next)
		add_cover(&p, w, &t);
	if (!w->self_payer && w->pledge_last)
		add_sponsor_ends(&p, w);
	if (is_waiting(w)) {
		/* That we see to it is said to nobody for whom nothing is under way. */
		const enum remind_why gone = w->lost ? WHY_CLOSED : WHY_NONE;

		add(&p, REMIND_NOT_ACTIVE_FIRST, w->registered_day, w->registered_day, gone);
		add(&p, REMIND_NOT_ACTIVE_SECOND, w->registered_day, w->registered_day, gone);
	}
	return finish(&p);
}

/* ---- a sponsor ---- */

static enum remind_why sponsor_block(bool has_phone, bool stopped)
{
	if (!has_phone)
		return WHY_NO_PHONE;
	return stopped ? WHY_STOPPED : WHY_NONE;
}

size_t remind_plan_instalment(const struct remind_rules *r, const struct remind_instalment *i,
        int64_t today, struct remind_due out[REMIND_PLAN_MAX])
{
	struct plan p = { r, today, i->known_day, sponsor_block(i->has_phone, i->stopped), out, 0 };
	month_t cycle = month_of(date_from_days(i->due_day));
	enum remind_why gone = i->closed ? WHY_CLOSED : i->open ? WHY_NONE : WHY_PAID;

	for (enum remind_occasion o = REMIND_DUE_FIRST; o <= REMIND_OVERDUE; o++)
		add(&p, o, cycle, i->due_day, gone);
	return finish(&p);
}

size_t remind_plan_pledge(const struct remind_rules *r, const struct remind_pledge *pl,
        int64_t today, struct remind_due out[REMIND_PLAN_MAX])
{
	struct plan p = { r, today, pl->known_day, sponsor_block(pl->has_phone, pl->stopped), out,
		0 };
	struct date end = month_last(pl->last);
	enum remind_why gone = WHY_NONE;

	if (pl->declined)
		gone = WHY_CLOSED;
	else if (pl->renewed)
		gone = WHY_RENEWED;
	add(&p, REMIND_PLEDGE_ENDS, pl->last, date_days(end), gone);
	if (pl->public_budget && end.month == 12)
		add(&p, REMIND_RENEWAL_RISK, pl->last, date_days((struct date){ end.year, 10, 1 }),
		        gone);
	return finish(&p);
}

int64_t remind_next_day(const struct remind_due *plan, size_t n, int64_t today)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < n; i++) {
		int64_t change = plan[i].verdict == REMIND_LATER ? plan[i].day : plan[i].last + 1;

		if (change > today && change < next)
			next = change;
	}
	return next;
}
