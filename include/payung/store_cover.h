/* Store door: who is carried by which pledge, which months are paid and confirmed, what officers
 * must look at, how far reconcile came. See store.h for the rules of every call and store_money.h
 * for days and `next`. */
#ifndef PAYUNG_STORE_COVER_H
#define PAYUNG_STORE_COVER_H

#include <payung/conf.h>
#include <payung/cover_plan.h>
#include <payung/cover_quota.h>
#include <payung/msisdn.h>
#include <payung/store_money.h>

/* ---- allocations: a worker's place in a pledge ---- */
struct unmapped_row { /* a worker's registration that has no allocation */
	int64_t registration, worker, pledge, registered; /* UTC seconds */
	int waiting_number;   /* 0: has a place */
	month_t start;        /* of the pledge */
	int months;
};
rc_t store_registration_next_unmapped(struct store *s, int64_t after, struct unmapped_row *out) MUST_CHECK;
/* RESERVED when the registration has a place, PROPOSED when it waits. RC_EXISTS: has an allocation, or
 * the worker is carried by this pledge already. */
rc_t store_allocation_add(struct store *s, int64_t registration, month_t from, month_t to, int64_t now,
	int64_t *id) MUST_CHECK;
struct allocation_row {
	int64_t id, worker, pledge, registration, registered, sent_day, answered_day; /* insurer asked, answered; 0: not */
	month_t from, to;
	enum allocation state;
	enum allocation_cause cause; /* ENDED, RELEASED: why */
	int job;
};
rc_t store_allocation_get(struct store *s, int64_t id, struct allocation_row *out) MUST_CHECK;
rc_t store_allocation_next_of_pledge(struct store *s, int64_t pledge, int64_t after,
	struct allocation_row *out) MUST_CHECK;
rc_t store_allocation_next_of_worker(struct store *s, int64_t worker, int64_t after,
	struct allocation_row *out) MUST_CHECK;
/* The pledge's places follow. RC_INVALID: allocation_may_become() says no; RC_LIMIT: no place is left. */
rc_t store_allocation_set(struct store *s, int64_t id, enum allocation state, int64_t now) MUST_CHECK;
/* The same for ENDED and RELEASED: why the place is held no more. */
rc_t store_allocation_end(struct store *s, int64_t id, enum allocation state, enum allocation_cause why,
	int64_t now) MUST_CHECK;
rc_t store_allocation_sent(struct store *s, int64_t id, int64_t sent_day, int64_t answered_day) MUST_CHECK;

/* ---- the waiting list ---- */
/* The next pledge with free places and people waiting for one. */
rc_t store_pledge_next_waiting(struct store *s, int64_t after, int64_t *pledge, int *places) MUST_CHECK;
struct waiting_row { /* worker 0: not decided yet */
	struct waiting w;
	int64_t worker;
	struct date born;
	char msisdn[MSISDN_CAP];
};
/* The first cap by number; may_join is left false. */
rc_t store_waiting(struct store *s, int64_t pledge, struct waiting_row *out, size_t cap, size_t *n) MUST_CHECK;
/* The registration gets a place, its allocation becomes RESERVED. RC_LIMIT: no place left. */
rc_t store_place_give(struct store *s, int64_t registration) MUST_CHECK;

/* ---- worker-months ---- */
struct due_row { /* an allocation that takes a place, and its months nobody pays yet */
	int64_t allocation, worker, registered;
	int job;
	enum allocation state;
	month_t from, to, covered; /* covered: newest confirmed month, 0: none */
	uint64_t open[PLAN_MONTHS_MAX / 64 + 1]; /* bit i: from + i */
};
bool due_open(const struct due_row *d, month_t m);
/* Up to cap allocations of the pledge with an id above `after`, by id. */
rc_t store_due_months(struct store *s, int64_t pledge, int64_t after, struct due_row *out, size_t cap,
	size_t *n) MUST_CHECK;

struct month_row {
	int64_t worker, pledge, entry; /* who pays, by which ledger entry; 0: nobody */
	int64_t reported_day, paid_day, confirmed_day, confirmation; /* 0: not */
	rupiah_t amount;
	month_t month;
};
rc_t store_month_get(struct store *s, int64_t worker, month_t month, struct month_row *out) MUST_CHECK;
/* The next month of the worker above `after`. */
rc_t store_month_next(struct store *s, int64_t worker, month_t after, struct month_row *out) MUST_CHECK;
/* The pledge pays the month: worker, month, pledge, entry, amount, and one of reported_day (the
 * sponsor's receipt) and paid_day (bank). RC_EXISTS: somebody pays it already. */
rc_t store_month_pay(struct store *s, const struct month_row *m) MUST_CHECK;
/* Nobody pays it any more; kept in the past with the entry that gave the money back. A confirmation
 * stands. RC_NOENT: nobody paid it. */
rc_t store_month_return(struct store *s, int64_t worker, month_t month, int64_t entry) MUST_CHECK;
/* *before is the month as it was (all 0: not there). RC_EXISTS: confirmed already. */
rc_t store_month_confirm(struct store *s, int64_t worker, month_t month, int64_t day, int64_t confirmation,
	struct month_row *before) MUST_CHECK;
rc_t store_month_unconfirm(struct store *s, int64_t worker, month_t month) MUST_CHECK; /* RC_NOENT */
/* The months an entry still pays, of a worker of its pledge: next after (allocation, month). */
rc_t store_month_next_of_entry(struct store *s, int64_t entry, int64_t *allocation, month_t *month,
	struct month_row *out) MUST_CHECK;
struct gap_row { int64_t pledge, workers, first_day; rupiah_t amount; month_t month; };
/* Paid or reported on or before that day, not confirmed: next (pledge, month) after this pair, with how
 * many workers and the oldest day. */
rc_t store_gap_next(struct store *s, int64_t until_day, int64_t pledge, month_t month,
	struct gap_row *out) MUST_CHECK;

/* ---- workers ---- */
struct person_row {
	int64_t id, died_day, registered; /* 0: lives; UTC seconds of the newest accepted registration, 0: none */
	struct date born;
	int sex, job;
	char name[IMPORT_NAME_CAP], area[12], card[20];
};
rc_t store_person_get(struct store *s, int64_t worker, struct person_row *out) MUST_CHECK;
rc_t store_person_died(struct store *s, int64_t worker, int64_t day) MUST_CHECK; /* 0: takes it back */
/* By the pure rules; coverage_rules: of store_coverage_rules(). */
rc_t store_coverage_at(struct store *s, int64_t worker, struct date at, struct coverage *out) MUST_CHECK;
/* What the operator takes as proof; COVERAGE_RULES_DEFAULT until told. */
void store_coverage_rules(struct store *s, const struct coverage_rules *r);
/* The same from the configuration; the rules alone, for who plans with them. */
struct coverage_rules coverage_rules_of(const struct conf_scheme *c);
void store_coverage_conf(struct store *s, const struct conf_scheme *c);

#endif
