/* What may be said about a worker's cover on a day, from the months with evidence. "Active" needs
 * the insurer's own confirmation; money that was paid or promised covers nobody. Pure. */
#ifndef PAYUNG_COVER_STATE_H
#define PAYUNG_COVER_STATE_H

#include <payung/date.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What shows that a month is covered; the numbers are kept in the store. */
enum evidence { EVIDENCE_NONE, EVIDENCE_SPONSOR_REPORT, EVIDENCE_BANK, EVIDENCE_INSURER_CONFIRMED, EVIDENCES };
const char *evidence_name(enum evidence e); /* "none", "sponsor_report", "bank", "insurer_confirmed" */

struct coverage_rules {
	int arrears_max_months; /* so many months in a row may be paid late; one more ends membership */
	int expiring_days;      /* so many days before the last covered day it is about to end */
	bool bank_counts;       /* the operator takes a bank line as proof too; default no */
};
#define COVERAGE_RULES_DEFAULT { .arrears_max_months = 3, .expiring_days = 30 }

struct coverage_month {
	month_t month;
	enum evidence evidence;
	struct date source; /* day of the evidence; one after the day asked about is not known yet */
};
struct coverage_facts {
	const struct coverage_month *month; /* any order; a month may occur more than once */
	size_t n;
	struct date registered; /* newest accepted registration; year 0: none */
	struct date died;       /* confirmed by an officer; year 0: lives */
};

enum coverage_state {
	COVERAGE_NOT_COVERED, /* nothing known: no months, no registration */
	COVERAGE_PENDING,     /* registered, nothing proven; also joining anew after the end */
	COVERAGE_ACTIVE,
	COVERAGE_EXPIRING,    /* active, and the last covered day is near */
	COVERAGE_IN_ARREARS,
	COVERAGE_ENDED,
	COVERAGE_DECEASED,
	COVERAGES
};
const char *coverage_name(enum coverage_state c);

struct coverage {
	enum coverage_state state;
	struct date until;    /* last covered day; after a gap that of the months before it; year 0: never */
	struct date since;    /* IN_ARREARS, ENDED: first day without cover */
	struct date limit;    /* IN_ARREARS: last day to pay; ENDED: that day, passed */
	struct date recorded; /* newest evidence that `until` rests on */
	month_t member_from;  /* first month of the present membership, 0: none; the full death benefit counts from it */
	enum evidence now;    /* best evidence for the month of that day, also where it proves nothing */
};

/* Order of the months does not matter. */
struct coverage coverage_at(const struct coverage_rules *r, const struct coverage_facts *f, struct date at);
bool coverage_proves(const struct coverage_rules *r, enum evidence e);
/* Last day on which the first month after `last_covered` can still be paid. */
struct date coverage_limit(const struct coverage_rules *r, month_t last_covered);

/* ---- two payers for one worker-month ---- */
#define FUNDING_DAY_UNKNOWN INT64_MAX
struct funding_claim {
	int64_t id;            /* of the payment line; settles equal days */
	int64_t pledge;
	int64_t confirmed_day; /* days since 1970 on which the insurer confirmed this one, or UNKNOWN */
	int64_t paid_day;      /* or UNKNOWN */
};
/* Index of the one that pays: the earliest confirmed, if none the earliest paid. All others go to
 * their sponsor's credit. Order does not matter. n > 0. */
size_t funding_winner(const struct funding_claim *c, size_t n);

#endif
