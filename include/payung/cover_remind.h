/* Which reminders somebody is to get, when, and why not: one table of occasions. A subject is a worker,
 * an instalment or a pledge. An occasion of a subject comes once a cycle (the month to be paid, the
 * pledge's end, the half year of a number check) and has a span of days: before it is not due, after it
 * is missed and never made up for. Pure. */
#ifndef PAYUNG_COVER_REMIND_H
#define PAYUNG_COVER_REMIND_H

#include <payung/cover_state.h>
#include <payung/span.h>
enum remind_subject { REMIND_WORKER, REMIND_INSTALMENT, REMIND_PLEDGE, REMIND_SUBJECTS };

enum remind_occasion { /* the store keeps their numbers: new ones come last */
	REMIND_SELF_FIRST, REMIND_SELF_SECOND, REMIND_SELF_LAST, /* R01 R02 R03: pays for themselves */
	REMIND_ARREARS, REMIND_ARREARS_LAST, /* R04 R05 */
	REMIND_LAPSED,           /* R06, whoever paid */
	REMIND_SPONSORED,        /* R07: information only */
	REMIND_SPONSOR_LATE,     /* R10: cover ends and the next month is not paid */
	REMIND_SPONSOR_ENDS,     /* R08: nobody renews */
	REMIND_NOT_ACTIVE_FIRST, REMIND_NOT_ACTIVE_SECOND, /* W43 */
	REMIND_NUMBER_CHECK,     /* R11 */
	REMIND_DUE_FIRST, REMIND_DUE_SECOND, REMIND_DUE_LAST, /* S06, S10 for a civil servant */
	REMIND_OVERDUE,          /* S07 */
	REMIND_PLEDGE_ENDS,      /* S15 */
	REMIND_RENEWAL_RISK,     /* S15 from 1 October: a public budget ends with the year */
	REMIND_OCCASIONS
};
const char *remind_name(enum remind_occasion o); /* "self_first"...: configuration, lists */
int remind_parse(const char *name); /* -1: none */
enum remind_subject remind_subject_of(enum remind_occasion o);
/* The text; civil servants have their own for what is due. */
const char *remind_template(enum remind_occasion o, bool civil_servant);
bool remind_asks(enum remind_occasion o); /* for money: its effect can be measured */
bool remind_worked(int64_t sent_day, int64_t paid_day, int days); /* paid within so many days of it */

struct remind_rules {
	/* Days from the anchor: last covered or paid day (SELF, ARREARS, SPONSORED, SPONSOR_LATE), last day
	 * to pay (ARREARS_LAST, LAPSED), end of the pledge (SPONSOR_ENDS, PLEDGE_ENDS), registration, due
	 * day, 1 October (RENEWAL_RISK), so long after the last sign of life (NUMBER_CHECK). A span ends
	 * where that of the next occasion of its kind begins. */
	struct day_span when[REMIND_OCCASIONS];
	int number_check_days; /* without a sign of life; longer than the span of NUMBER_CHECK */
	struct coverage_rules cover;
};
void remind_rules_default(struct remind_rules *out);

/* ---- facts: days since 1970, 0 = not ---- */
struct remind_worker {
	struct coverage cover;      /* coverage_at() of today */
	bool self_payer;            /* no pledge carries them, or they chose to pay themselves */
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
enum remind_why { /* the store keeps their numbers: new ones come last */
	WHY_NONE, WHY_PAID, WHY_DECEASED, WHY_STOPPED, WHY_NO_PHONE, WHY_NO_CONSENT,
	WHY_UNVERIFIED,  /* the number is silent for long: it is asked first */
	WHY_RENEWED,
	WHY_CLOSED,      /* ended, cancelled, declined */
	WHY_OFF,         /* switched off by the operator */
	WHY_TOO_LATE,
	WHY_CAP, WHY_LINE, /* for the engine: the phone had its texts; the line could not carry it */
	WHY_UNCONFIRMED, /* paid, not confirmed: nothing may be said about the end of cover */
	WHY_ACTIVE, WHY_HEARD, /* cover has begun; the phone showed a sign of life */
	WHYS
};
const char *remind_why_name(enum remind_why w);

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
/* For one that is queued: WHY_NONE while it may go out, else why it must not. */
enum remind_why remind_gone(const struct remind_due *plan, size_t n, enum remind_occasion o, int64_t cycle);

#endif
