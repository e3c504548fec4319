/* The occasions of reminders, as one table. A subject is a worker, an instalment or a pledge. An occasion
 * of a subject comes once a cycle (the month to be paid, the pledge's end, the half year of a number
 * check) and has a span of days: before it is not due, after it is missed and never made up for. Pure. */
#ifndef PAYUNG_COVER_OCCASION_H
#define PAYUNG_COVER_OCCASION_H

#include <payung/cover_state.h>
#include <payung/span.h>
#include <stddef.h>

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
/* As configured: spans in the order of the occasions, n of them (all). */
void remind_rules_set(struct remind_rules *out, const struct day_span *when, size_t n, int number_check_days,
	const struct coverage_rules *cover);
/* A number that changes with the rules, whatever of them. */
int64_t remind_rules_mark(const struct remind_rules *r);

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
	WHY_QUIET,       /* for the engine: its days have no hour in which unasked texts may go out */
	WHYS
};
const char *remind_why_name(enum remind_why w);

#endif
