/* A worker has at most a few dozen months, so every question walks them: no order is asked for and
 * none can be wrong. */
#include <payung/cover_state.h>

const char *evidence_name(enum evidence e)
{
	static const char *const names[EVIDENCES] = { "none", "sponsor_report", "bank",
		"insurer_confirmed" };

	return names[e];
}

const char *coverage_name(enum coverage_state c)
{
	static const char *const names[COVERAGES] = { "not_covered", "pending", "active",
		"expiring", "in_arrears", "ended", "deceased" };

	return names[c];
}

bool coverage_proves(const struct coverage_rules *r, enum evidence e)
{
	return e == EVIDENCE_INSURER_CONFIRMED || (r->bank_counts && e == EVIDENCE_BANK);
}

struct date coverage_limit(const struct coverage_rules *r, month_t last_covered)
{
	return month_last(last_covered + r->arrears_max_months);
}

struct view {
	const struct coverage_rules *r;
	const struct coverage_facts *f;
	int64_t today;
	month_t current;
};

static bool happened(const struct view *v, struct date d)
{
	return d.year && date_days(d) <= v->today;
}

static bool counts(const struct view *v, const struct coverage_month *m)
{
	return coverage_proves(v->r, m->evidence) && happened(v, m->source);
}

/* The newest proven month below `bound`, 0: none. */
static month_t proven_before(const struct view *v, month_t bound)
{
	month_t best = 0;

	for (size_t i = 0; i < v->f->n; i++) {
		const struct coverage_month *m = &v->f->month[i];

		if (m->month < bound && m->month > best && counts(v, m))
			best = m->month;
	}
	return best;
}

static bool proven(const struct view *v, month_t month)
{
	return proven_before(v, month + 1) == month;
}

static bool proven_later(const struct view *v)
{
	for (size_t i = 0; i < v->f->n; i++)
		if (v->f->month[i].month > v->current && counts(v, &v->f->month[i]))
			return true;
	return false;
}

/* Newest evidence for the months first..last. */
static struct date newest_source(const struct view *v, month_t first, month_t last)
{
	struct date best = { 0 };

	for (size_t i = 0; i < v->f->n; i++) {
		const struct coverage_month *m = &v->f->month[i];

		if (m->month >= first && m->month <= last && counts(v, m) &&
		        (!best.year || date_days(m->source) > date_days(best)))
			best = m->source;
	}
	return best;
}

/* Back over gaps that were short enough to stay a member. */
static month_t member_from(const struct view *v, month_t last)
{
	for (;;) {
		month_t before = proven_before(v, last);

		if (!before || last - before - 1 > v->r->arrears_max_months)
			return last;
		last = before;
	}
}

static enum evidence evidence_now(const struct view *v)
{
	enum evidence best = EVIDENCE_NONE;

	for (size_t i = 0; i < v->f->n; i++) {
		const struct coverage_month *m = &v->f->month[i];

		if (m->month == v->current && m->evidence > best && happened(v, m->source))
			best = m->evidence;
	}
	return best;
}

static void covered(const struct view *v, struct coverage *out)
{
	month_t last = v->current;

	while (proven(v, last + 1))
		last++;
	out->until = month_last(last);
	out->recorded = newest_source(v, v->current, last);
	out->member_from = member_from(v, v->current);
	out->state = date_days(out->until) - v->today <= v->r->expiring_days ? COVERAGE_EXPIRING
	                                                                     : COVERAGE_ACTIVE;
}

static void not_any_more(const struct view *v, month_t last, struct coverage *out)
{
	out->until = month_last(last);
	out->since = month_first(last + 1);
	out->limit = coverage_limit(v->r, last);
	out->recorded = newest_source(v, last, last);
	if (v->today <= date_days(out->limit)) {
		out->state = COVERAGE_IN_ARREARS;
		out->member_from = member_from(v, last);
	} else if (proven_later(v) ||
	           (happened(v, v->f->registered) &&
	                   date_days(v->f->registered) > date_days(out->limit))) {
		out->state = COVERAGE_PENDING;
	} else {
		out->state = COVERAGE_ENDED;
	}
}

static bool expected(const struct view *v)
{
	if (happened(v, v->f->registered))
		return true;
	for (size_t i = 0; i < v->f->n; i++) {
		const struct coverage_month *m = &v->f->month[i];

		if (m->month >= v->current && m->evidence != EVIDENCE_NONE &&
		        happened(v, m->source))
			return true;
	}
	return false;
}

struct coverage coverage_at(
        const struct coverage_rules *r, const struct coverage_facts *f, struct date at)
{
	struct view v = { r, f, date_days(at), month_of(at) };
	struct coverage out = { .now = evidence_now(&v) };
	month_t last = proven_before(&v, v.current);

	if (proven(&v, v.current))
		covered(&v, &out);
	else if (last)
		not_any_more(&v, last, &out);
	else
		out.state = expected(&v) ? COVERAGE_PENDING : COVERAGE_NOT_COVERED;
	if (happened(&v, f->died))
		out.state = COVERAGE_DECEASED;
	return out;
}

static bool wins(const struct funding_claim *a, const struct funding_claim *b)
{
	if (a->confirmed_day != b->confirmed_day)
		return a->confirmed_day < b->confirmed_day;
	if (a->paid_day != b->paid_day)
		return a->paid_day < b->paid_day;
	return a->id < b->id;
}

size_t funding_winner(const struct funding_claim *c, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		if (wins(&c[i], &c[best]))
			best = i;
	return best;
}
