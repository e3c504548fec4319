/* Random lives of workers: what is paid, confirmed and taken back, pledges, phones, STOP, death;
 * and the facts of any day of theirs. */
#ifndef REMIND_LIFE_H
#define REMIND_LIFE_H

#include "cover_draw.h"
#include <payung/cover_remind.h>

#define DAYS 800
#define MONTHS 16

/* ---- a life ---- */
struct paid {
	month_t month;
	int64_t paid, taken_back, confirmed; /* days, 0 = never */
};
struct pledge {
	int64_t known, declined;
	month_t last;
};
struct life {
	int64_t start;
	size_t months;
	struct paid month[MONTHS];
	struct pledge pledge[3]; /* by last month, known in this order */
	size_t pledges;
	int64_t registered[2], died, self_from;
	int64_t stop_from, stop_to, phone_from, phone_to, consent_to;
	int64_t heard[6];
};

static inline int64_t some_day(const struct life *l)
{
	return l->start + draw(DAYS);
}

static inline int64_t maybe_day(const struct life *l, int one_in)
{
	return draw(one_in) ? 0 : some_day(l);
}

static inline void draw_months(struct life *l)
{
	month_t at = month_of(date_from_days(l->start)) + draw(4);

	l->months = (size_t)draw(MONTHS + 1);
	for (size_t i = 0; i < l->months; i++, at += draw(8) ? 1 : 1 + draw(6)) {
		struct paid *p = &l->month[i];
		int64_t first = date_days(month_first(at));

		*p = (struct paid){ .month = at };
		if (draw(10))
			p->paid = first - 45 + draw(90);
		if (draw(6))
			p->confirmed = (p->paid ? p->paid : first - 20) + draw(40);
		if (p->paid && !draw(12))
			p->taken_back = p->paid + 1 + draw(60);
	}
}

static inline void draw_pledges(struct life *l)
{
	month_t last = month_of(date_from_days(l->start)) + draw(10);
	int64_t known = l->start - 10 + draw(60);

	l->pledges = (size_t)draw(4);
	for (size_t i = 0; i < l->pledges; i++) {
		l->pledge[i] = (struct pledge){ known, 0, last };
		if (!draw(3))
			l->pledge[i].declined = known + draw(200);
		known += draw(200);
		last += 1 + draw(8);
	}
}

static inline struct life draw_life(void)
{
	struct life l = { .start = date_days(day("2026-01-01")) };

	draw_months(&l);
	draw_pledges(&l);
	l.registered[0] = draw(8) ? l.start - 20 + draw(100) : 0;
	l.registered[1] = maybe_day(&l, 3);
	l.died = maybe_day(&l, 8);
	l.self_from = draw(2) ? l.start - 100 : maybe_day(&l, 2);
	l.stop_from = maybe_day(&l, 4);
	l.stop_to = l.stop_from && draw(2) ? l.stop_from + draw(100) : 0;
	l.phone_from = draw(5) ? l.start - 100 : some_day(&l);
	l.phone_to = maybe_day(&l, 6);
	l.consent_to = maybe_day(&l, 8);
	for (size_t i = 0; i < 6; i++)
		l.heard[i] = maybe_day(&l, 3);
	return l;
}

static inline bool was(int64_t event, int64_t day)
{
	return event && event <= day;
}

static inline int64_t newest(const int64_t *days, size_t n, int64_t day)
{
	int64_t best = 0;

	for (size_t i = 0; i < n; i++)
		if (was(days[i], day) && days[i] > best)
			best = days[i];
	return best;
}

static inline bool is_confirmed(const struct paid *p, int64_t day)
{
	return was(p->confirmed, day) && !was(p->taken_back, day);
}

static inline void add_months(
        const struct life *l, const struct remind_rules *r, int64_t day, struct remind_worker *w)
{
	struct coverage_month m[MONTHS];
	struct coverage_facts f = { .month = m,
		.registered =
		        w->registered_day ? date_from_days(w->registered_day) : (struct date){ 0 },
		.died = was(l->died, day) ? date_from_days(l->died) : (struct date){ 0 } };

	for (size_t i = 0; i < l->months; i++) {
		const struct paid *p = &l->month[i];

		if (was(p->paid, day) && !was(p->taken_back, day) && p->month > w->paid_until)
			w->paid_until = p->month;
		if (!is_confirmed(p, day))
			continue;
		m[f.n++] = (struct coverage_month){ p->month, EVIDENCE_INSURER_CONFIRMED,
			date_from_days(p->confirmed) };
		if (p->month > w->proven_until)
			w->proven_until = p->month;
	}
	w->cover = coverage_at(&r->cover, &f, date_from_days(day));
}

static inline void add_pledge(const struct life *l, int64_t day, struct remind_worker *w)
{
	month_t now = month_of(date_from_days(day));

	for (size_t i = 0; i < l->pledges; i++) {
		const struct pledge *p = &l->pledge[i];

		if (!was(p->known, day))
			continue;
		w->renewed = w->pledge_last >= now; /* the older one still runs */
		if (!w->renewed) {
			w->pledge_last = p->last;
			w->declined = was(p->declined, day);
		}
	}
}

static inline struct remind_worker facts(
        const struct life *l, const struct remind_rules *r, int64_t day, int64_t asked)
{
	struct remind_worker w = {
		.self_payer = was(l->self_from, day),
		.registered_day = newest(l->registered, 2, day),
		.died_day = was(l->died, day) ? l->died : 0,
		.heard_day = newest(l->heard, 6, day),
		.asked_day = asked,
		.has_phone = was(l->phone_from, day) && !was(l->phone_to, day),
		.stopped = was(l->stop_from, day) && !was(l->stop_to, day),
		.consents = !was(l->consent_to, day),
	};

	add_months(l, r, day, &w);
	add_pledge(l, day, &w);
	return w;
}

#endif
