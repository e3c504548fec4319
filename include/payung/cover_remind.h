/* Which reminders somebody is to get, when, and why not: the plan of a worker, an instalment or a pledge,
 * made of what is known of them today. Pure. */
#ifndef PAYUNG_COVER_REMIND_H
#define PAYUNG_COVER_REMIND_H

#include <payung/cover_occasion.h>
#include <payung/cover_state.h>

/* ---- facts: days since 1970, 0 = not ---- */
struct remind_worker {
	struct coverage cover;      /* coverage_at() of today */
	bool self_payer;            /* no pledge carries them, or they chose to pay themselves */
	bool lost;                  /* the place others paid for was taken away, and there is none since */
	month_t proven_until;       /* newest month coverage_proves(), one in the future too; 0 none */
	month_t paid_until;         /* newest month somebody has paid, confirmed or not; 0 none */
	month_t pledge_last;        /* last month of the newest pledge that carries them; 0 none */
	bool renewed, declined;     /* another pledge follows it; its sponsor said no or it was cancelled */
	int64_t registered_day, died_day;
	int64_t heard_day;          /* newest sign of life of the phone: text, call, YES */
	int64_t asked_day;          /* NUMBER_CHECK last queued, 0 never */
	bool has_phone, stopped, consents; /* STOP of the number or for this worker; consent not withdrawn */
};
struct remind_instalment {
	int64_t due_day;
	bool open, closed;          /* money is missing for workers with a place; cancelled */
	int64_t known_day;          /* agreed */
	bool has_phone, stopped;
};
struct remind_pledge {
	month_t last;
	bool renewed, declined;     /* LANJUT was confirmed; SELESAI was said, or it was cancelled */
	int64_t known_day;          /* agreed */
	bool public_budget, has_phone, stopped;
};
/* What the texts name: the month to be paid, last day with money behind it, first day without, last day
 * to pay. All 0 for who never had a month. */
struct remind_dates { month_t next; int64_t until, since, limit; };
struct remind_dates remind_dates(const struct remind_rules *r, const struct remind_worker *w);

/* ---- the plan ---- */
enum remind_verdict {
	REMIND_LATER,  /* its day has not come; `why`: what would stop it as things stand */
	REMIND_NOW,
	REMIND_NOT,    /* its days are here, but `why`; until they end that may change (START, a new phone) */
	REMIND_MISSED, /* its days are over: for good. `why`: what still stops it, else TOO_LATE */
};
struct remind_due {
	enum remind_occasion occasion;
	int64_t cycle;     /* makes it one occasion; stays while facts move a little */
	int64_t anchor;    /* the day it is counted from */
	int64_t day, last; /* may go out from day to last, inclusive */
	enum remind_verdict verdict;
	enum remind_why why;
};
#define REMIND_PLAN_MAX 12
/* All occasions of the present cycle, by day; returns how many. Left out: what was over before the subject
 * was known. today: in the worker's zone. What was queued before is not known here: the store's matter. */
size_t remind_plan_worker(const struct remind_rules *r, const struct remind_worker *w, int64_t today,
	struct remind_due out[REMIND_PLAN_MAX]);
size_t remind_plan_instalment(const struct remind_rules *r, const struct remind_instalment *i, int64_t today,
	struct remind_due out[REMIND_PLAN_MAX]);
size_t remind_plan_pledge(const struct remind_rules *r, const struct remind_pledge *p, int64_t today,
	struct remind_due out[REMIND_PLAN_MAX]);
/* The next day after today on which a verdict may change by itself, or a new occasion comes; INT64_MAX:
 * never. Facts that change in between are events: then look at once. */
int64_t remind_next_day(const struct remind_due *plan, size_t n, int64_t today);
/* Why one whose days are over was not sent, although nothing spoke against it. look_day, look_last: of the
 * last look at its subject, the day of the next look and the last day of what was to be sent then (0:
 * nothing). CAP: it was put off beyond its days; LINE: no line took it (down or full, or the gateway was
 * off); TOO_LATE: nobody had it in mind while its days lasted, what makes it due was learnt afterwards. */
enum remind_why remind_missed(int64_t look_day, int64_t look_last, int64_t last);
/* For one that is queued: WHY_NONE while it may go out, else why it must not. */
enum remind_why remind_gone(const struct remind_due *plan, size_t n, enum remind_occasion o, int64_t cycle);

#endif
