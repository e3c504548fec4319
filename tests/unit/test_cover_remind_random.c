/* Random lives of workers: what the plan says is compared, day by day, with the rules as they would
 * be told to an office worker, and with looking only on the days that the plan names. */
#include "remind_life.h"

#define MARKS 80
#define SENT_MAX 200

/* ---- the rules as people tell them ---- */
struct told {
	const struct life *l;
	const struct remind_worker *w;
	int64_t day, end, limit, pledge_end; /* last paid day, last day to pay */
	bool paid_ever, carried, waits;
};

static int64_t last_day(month_t m)
{
	return date_days(month_first(m + 1)) - 1;
}

static bool covered_since_registration(const struct told *t)
{
	for (size_t i = 0; i < t->l->months; i++) {
		const struct paid *p = &t->l->month[i];

		if (is_confirmed(p, t->day) && last_day(p->month) >= t->w->registered_day &&
		        date_days(month_first(p->month)) <= t->day)
			return true;
	}
	return false;
}

static bool check_is_due(const struct told *t)
{
	int64_t heard = t->w->heard_day ? t->w->heard_day : t->w->registered_day;
	int64_t silent = t->day - heard;
	bool reason = (t->paid_ever && t->day <= t->limit) ||
	              (t->w->pledge_last && t->day <= t->pledge_end) || t->w->renewed;

	return heard && silent >= 180 && silent % 180 <= 30 && reason;
}

static struct told tell(const struct life *l, const struct remind_worker *w, int64_t day)
{
	struct told t = { .l = l, .w = w, .day = day };
	month_t paid = w->paid_until > w->proven_until ? w->paid_until : w->proven_until;
	int64_t heard = w->heard_day ? w->heard_day : w->registered_day;

	t.paid_ever = paid > 0;
	t.end = last_day(paid);
	t.limit = last_day(paid + 3);
	t.pledge_end = last_day(w->pledge_last);
	t.carried = w->renewed || w->pledge_last > paid;
	t.waits = check_is_due(&t) && w->asked_day < day - (day - heard) % 180;
	return t;
}

static bool between(int64_t day, int64_t from, int64_t to)
{
	return day >= from && day <= to;
}

static bool may_say_sponsored(const struct told *t)
{
	bool going_on = t->carried || (!t->w->declined && t->pledge_end == t->end);

	return going_on && t->w->proven_until >= t->w->paid_until;
}

static bool should(enum remind_occasion o, const struct told *t)
{
	const struct remind_worker *w = t->w;
	bool self = w->self_payer && t->paid_ever;
	bool sponsored = !w->self_payer && w->pledge_last && t->paid_ever;
	bool sure = w->proven_until >= w->paid_until;
	int64_t d = t->day, joined = w->registered_day;

	if (w->died_day || !w->has_phone || w->stopped || !w->consents)
		return false;
	if (o == REMIND_NUMBER_CHECK)
		return check_is_due(t);
	if (t->waits)
		return false;
	switch (o) {
	case REMIND_SELF_FIRST:
		return self && sure && between(d, t->end - 30, t->end - 8);
	case REMIND_SELF_SECOND:
		return self && sure && between(d, t->end - 7, t->end - 2);
	case REMIND_SELF_LAST:
		return self && sure && between(d, t->end - 1, t->end);
	case REMIND_ARREARS:
		return self && between(d, t->end + 7, t->end + 28);
	case REMIND_ARREARS_LAST:
		return self && between(d, t->limit - 14, t->limit);
	case REMIND_LAPSED:
		return t->paid_ever && between(d, t->limit + 1, t->limit + 30) && joined <= t->end;
	case REMIND_SPONSORED:
		return sponsored && may_say_sponsored(t) &&
		       between(d, t->end - 7, t->end - t->carried);
	case REMIND_SPONSOR_LATE:
		return sponsored && t->carried && between(d, t->end, t->end + 14);
	case REMIND_SPONSOR_ENDS:
		return !w->self_payer && w->pledge_last && !w->renewed &&
		       (!t->paid_ever || t->end <= t->pledge_end) &&
		       between(d, w->declined ? t->pledge_end - 14 : t->pledge_end + 1,
		               t->pledge_end + 14);
	case REMIND_NOT_ACTIVE_FIRST:
		return joined && !covered_since_registration(t) &&
		       between(d, joined + 14, joined + 28);
	case REMIND_NOT_ACTIVE_SECOND:
		return joined && !covered_since_registration(t) &&
		       between(d, joined + 45, joined + 60);
	default:
		return false;
	}
}

/* ---- what is sent ---- */
struct sent {
	enum remind_occasion occasion;
	int64_t cycle, day;
	month_t next;
};
struct log {
	size_t n;
	struct sent sent[SENT_MAX];
	int64_t asked;
};

static bool is_logged(const struct log *g, const struct remind_due *d)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->sent[i].occasion == d->occasion && g->sent[i].cycle == d->cycle)
			return true;
	return false;
}

/* One look: sends what is due; returns the day of the next one. */
static int64_t look(const struct life *l, const struct remind_rules *r, int64_t day, struct log *g)
{
	struct remind_due plan[REMIND_PLAN_MAX];
	bool again = true;
	size_t n = 0;

	while (again) {
		struct remind_worker w = facts(l, r, day, g->asked);

		n = remind_plan_worker(r, &w, day, plan);
		again = false;
		for (size_t i = 0; i < n; i++) {
			if (plan[i].verdict != REMIND_NOW || is_logged(g, &plan[i]))
				continue;
			assert_true(g->n < SENT_MAX);
			g->sent[g->n++] = (struct sent){ plan[i].occasion, plan[i].cycle, day,
				remind_dates(r, &w).next };
			if (plan[i].occasion == REMIND_NUMBER_CHECK) {
				g->asked = day;
				again = true;
			}
		}
	}
	return remind_next_day(plan, n, day);
}

static void plan_says_what_people_would(void **state)
{
	struct remind_rules r;
	int said[REMIND_OCCASIONS] = { 0 };

	(void)state;
	remind_rules_default(&r);
	for (int round = 0; round < 400; round++) {
		struct life l = draw_life();
		int64_t asked = maybe_day(&l, 2);

		for (int64_t d = l.start; d < l.start + DAYS; d++) {
			struct remind_due plan[REMIND_PLAN_MAX];
			struct remind_worker w = facts(&l, &r, d, was(asked, d) ? asked : 0);
			struct told t = tell(&l, &w, d);
			size_t n = remind_plan_worker(&r, &w, d, plan);
			bool now[REMIND_OCCASIONS] = { false };

			for (size_t i = 0; i < n; i++)
				if (plan[i].verdict == REMIND_NOW)
					now[plan[i].occasion] = true;
			for (int o = 0; o < REMIND_OCCASIONS; o++) {
				said[o] += now[o];
				if (now[o] != should((enum remind_occasion)o, &t))
					fail_msg("round %d day %d: %s", round, (int)(d - l.start),
					        remind_name((enum remind_occasion)o));
			}
		}
	}
	for (int o = 0; o < REMIND_OCCASIONS; o++)
		assert_true((said[o] > 0) ==
		            (remind_subject_of((enum remind_occasion)o) == REMIND_WORKER));
}

static size_t mark_days(const struct life *l, bool takeovers, int64_t out[MARKS])
{
	const int64_t single[] = { l->registered[0], l->registered[1], l->died, l->self_from,
		l->stop_from, l->stop_to, l->phone_from, l->phone_to, l->consent_to };
	size_t n = sizeof single / sizeof *single;

	memcpy(out, single, sizeof single);
	for (size_t i = 0; i < 6; i++)
		out[n++] = l->heard[i];
	for (size_t i = 0; i < l->months; i++) {
		out[n++] = l->month[i].paid;
		out[n++] = l->month[i].taken_back;
		out[n++] = l->month[i].confirmed;
	}
	for (size_t i = 0; i < l->pledges; i++) {
		out[n++] = l->pledge[i].known;
		out[n++] = l->pledge[i].declined;
		if (takeovers) /* the plan names the day itself while SPONSOR_ENDS is as shipped */
			out[n++] = last_day(l->pledge[i].last) + 1;
	}
	assert_true(n <= MARKS);
	return n;
}

static bool is_marked(const int64_t *days, size_t n, int64_t day)
{
	for (size_t i = 0; i < n; i++)
		if (days[i] == day)
			return true;
	return false;
}

static struct day_span draw_span(void)
{
	int first = draw(80) - 40;

	return (struct day_span){ first, first + draw(40), !draw(10) };
}

/* Every other time other spans than the shipped ones: some overlap, begin late, are off. */
static bool draw_rules(struct remind_rules *r)
{
	remind_rules_default(r);
	if (draw(2))
		return false;
	r->number_check_days = draw(4) ? 60 + draw(200) : 0;
	r->cover.arrears_max_months = draw(5);
	for (int o = 0; o < REMIND_OCCASIONS; o++)
		if (draw(2))
			r->when[o] = draw_span();
	return true;
}

static void few_looks_find_what_daily_ones_find(void **state)
{
	int looks = 0, sends = 0;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		struct life l = draw_life();
		struct remind_rules r;
		struct log daily = { 0 }, rare = { 0 };
		int64_t marks[MARKS], next = l.start;
		size_t n = mark_days(&l, draw_rules(&r), marks);

		for (int64_t d = l.start; d < l.start + DAYS; d++) {
			look(&l, &r, d, &daily);
			if (d < next && !is_marked(marks, n, d))
				continue;
			next = look(&l, &r, d, &rare);
			assert_true(next > d);
			looks++;
		}
		assert_int_equal(daily.n, rare.n);
		assert_memory_equal(daily.sent, rare.sent, daily.n * sizeof *daily.sent);
		sends += (int)daily.n;
	}
	assert_in_range(looks, 1, 1500 * DAYS / 8);
	assert_true(sends > 5000);
}

/* The key of the store is trusted nowhere here: one month to be paid never has two cycles, nor a
 * registration, and numbers are not asked more often than every half year. */
static void once_for_each_reason(void **state)
{
	struct remind_rules r;

	(void)state;
	remind_rules_default(&r);
	for (int round = 0; round < 800; round++) {
		struct life l = draw_life();
		struct log g = { 0 };

		for (int64_t d = l.start; d < l.start + DAYS; d++)
			look(&l, &r, d, &g);
		for (size_t i = 0; i < g.n; i++)
			for (size_t k = i + 1; k < g.n; k++) {
				const struct sent *a = &g.sent[i], *b = &g.sent[k];

				if (a->occasion != b->occasion)
					continue;
				assert_true(a->day != b->day);
				if (a->occasion <= REMIND_SPONSOR_LATE)
					assert_int_not_equal(a->next, b->next);
				if (a->occasion == REMIND_NUMBER_CHECK)
					assert_true(b->day - a->day >= 180 - 30);
			}
	}
}

/* What is queued is taken back exactly when the plan no longer stands for it. */
static void what_is_queued_follows_its_reason(void **state)
{
	struct remind_rules r;
	int gone = 0, kept = 0;

	(void)state;
	remind_rules_default(&r);
	for (int round = 0; round < 400; round++) {
		struct life l = draw_life();
		struct log g = { 0 };

		for (int64_t d = l.start; d < l.start + DAYS; d++)
			look(&l, &r, d, &g);
		for (size_t i = 0; i < g.n; i++) {
			const struct sent *s = &g.sent[i];
			int64_t d = s->day + draw(20);
			struct remind_due plan[REMIND_PLAN_MAX];
			struct remind_worker w = facts(&l, &r, d, g.asked);
			struct told t = tell(&l, &w, d);
			size_t n = remind_plan_worker(&r, &w, d, plan);
			enum remind_why why = remind_gone(plan, n, s->occasion, s->cycle);
			bool stands = false;

			t.waits = false; /* a check that falls due takes nothing back */
			for (size_t k = 0; k < n; k++)
				stands |= plan[k].occasion == s->occasion &&
				          plan[k].cycle == s->cycle && should(s->occasion, &t) &&
				          between(d, plan[k].day, plan[k].last);
			if (why == WHY_NONE && !stands)
				for (size_t k = 0; k < n; k++)
					stands |= plan[k].occasion == s->occasion &&
					          plan[k].cycle == s->cycle &&
					          plan[k].verdict == REMIND_LATER;
			assert_int_equal(why == WHY_NONE, stands);
			gone += !stands;
			kept += stands;
		}
	}
	assert_true(gone > 500 && kept > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_says_what_people_would),
		cmocka_unit_test(few_looks_find_what_daily_ones_find),
		cmocka_unit_test(once_for_each_reason),
		cmocka_unit_test(what_is_queued_follows_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
