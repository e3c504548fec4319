/* The instalments of a pledge: which months each one pays, when it is due, how much it must bring.
 * The amount follows the workers who have a place, since the rate depends on each one's work. Pure. */
#ifndef PAYUNG_COVER_PLAN_H
#define PAYUNG_COVER_PLAN_H

#include <payung/tariff.h>

#define PLAN_MONTHS_MAX 120

struct plan_terms {
	month_t start;
	int months;     /* 1..PLAN_MONTHS_MAX */
	int instalment; /* months paid at a time: 1, 3, 6 or 12 */
};
struct plan_instalment {
	int number;        /* from 1 */
	month_t from, to;  /* inclusive; the last instalment may be shorter */
	struct date due;   /* in the month before `from` */
};

bool plan_instalment_allowed(int months); /* 1, 3, 6, 12 */
/* Fills out[0..*n). due_day: day of the month, 1..31, cut to the month's last day. RC_INVALID: terms
 * or day that make no plan; RC_LIMIT: more than cap instalments. */
rc_t plan_instalments(const struct plan_terms *t, int due_day, struct plan_instalment *out, size_t cap,
	size_t *n) MUST_CHECK;

/* Workers with a place: one worker, or several with the same sector and months. */
struct plan_place {
	enum tariff_sector sector; /* TRANSPORT or OTHER */
	month_t from, to;          /* months the pledge pays for them, inclusive; to < from: none */
	int workers;
};
/* Rupiah for the months from..to of these places, each month at its own rate. *worker_months may be
 * NULL. RC_INVALID: a negative number of workers; RC_NOENT: a month has no rate; RC_LIMIT: too much. */
rc_t plan_expected(const struct tariff *t, const struct tariff_choices *c, enum tariff_money money,
	const struct plan_place *place, size_t n, month_t from, month_t to, rupiah_t *out,
	int64_t *worker_months) MUST_CHECK;

#endif
