/* Store door: what only the job of reconcile asks: many rows at once, in an order that does not hang on
 * the order of rows in files. See store.h for the rules of every call and store_money.h for days. */
#ifndef PAYUNG_STORE_JOB_H
#define PAYUNG_STORE_JOB_H

#include <payung/store_cover.h>
#include <payung/store_outbox.h>
#include <payung/store_run.h>
#include <payung/store_scheme.h>

/* ---- what a run did, summed up: the summary and the texts of a run that was killed and went on ---- */
#define TALLY_WHAT_CAP    24
#define TALLY_SUBJECT_CAP 48
struct tally_row { char what[TALLY_WHAT_CAP], subject[TALLY_SUBJECT_CAP]; int64_t n; rupiah_t amount; };
rc_t store_tally_add(struct store *s, int64_t run, const char *what, const char *subject, int64_t n,
	rupiah_t amount) MUST_CHECK;
/* The row after (what, subject); "" "" for the first. */
rc_t store_tally_next(struct store *s, int64_t run, const char *what, const char *subject,
	struct tally_row *out) MUST_CHECK;
/* All of one kind: n and amount summed up, over how many subjects. */
rc_t store_tally_sum(struct store *s, int64_t run, const char *what, struct tally_row *out,
	int64_t *subjects) MUST_CHECK;

/* All accounts: what stands on the debit side, and (below 0) on the credit side. */
rc_t store_books_sum(struct store *s, rupiah_t *debit, rupiah_t *credit) MUST_CHECK;

/* ---- pledges ---- */
rc_t store_pledge_next(struct store *s, int64_t after, struct pledge_row *out) MUST_CHECK;
struct places_row { int job, workers; month_t from, to; }; /* workers with a place, same job and months */
rc_t store_places(struct store *s, int64_t pledge, struct places_row *out, size_t cap, size_t *n) MUST_CHECK;
/* Months of those workers that another pledge pays: from = to = the month. */
rc_t store_places_elsewhere(struct store *s, int64_t pledge, struct places_row *out, size_t cap,
	size_t *n) MUST_CHECK;
/* Months the pledge still pays for workers who have no place in it any more, by month. */
struct left_row { month_t month; rupiah_t amount; };
rc_t store_months_left(struct store *s, int64_t pledge, struct left_row *out, size_t cap, size_t *n) MUST_CHECK;
/* A month in from..to that the pledge pays is not confirmed. */
rc_t store_months_unconfirmed(struct store *s, int64_t pledge, month_t from, month_t to, bool *yes) MUST_CHECK;
/* Living workers whose place in the pledge ended with a month that nobody paid. */
rc_t store_ended_unpaid(struct store *s, int64_t pledge, int64_t *n) MUST_CHECK;
/* The last month the pledge pays of anybody, 0: none. */
rc_t store_pledge_paid_last(struct store *s, int64_t pledge, month_t *last) MUST_CHECK;
/* Another pledge of the sponsor in this programme goes on after that month. */
rc_t store_pledge_followed(struct store *s, int64_t pledge, month_t last, bool *yes) MUST_CHECK;

rc_t store_waiting_count(struct store *s, int64_t pledge, int64_t *n) MUST_CHECK;
rc_t store_registration_ref(struct store *s, int64_t id, char ref[REF_LEN + 1], int64_t *worker) MUST_CHECK;

/* ---- payments ---- */
struct payable_row { int64_t id, day; rupiah_t left; bool external; };
/* Matched to this pledge alone, no list, not fully used: by day, then by what their rows say. Up to cap. */
rc_t store_payable(struct store *s, int64_t pledge, struct payable_row *out, size_t cap, size_t *n) MUST_CHECK;
/* The pledge of the earliest of all those. */
rc_t store_pledge_first_payable(struct store *s, int64_t *pledge) MUST_CHECK;
/* Another pledge carries one of its workers, too. */
rc_t store_pledge_shared(struct store *s, int64_t pledge, bool *yes) MUST_CHECK;
/* The first by that order of those that follow a list. */
rc_t store_payable_list(struct store *s, int64_t *payment) MUST_CHECK;
/* Other open payments of this amount dated in these days: a list of that sum may be theirs. */
rc_t store_payments_alike(struct store *s, int64_t payment, rupiah_t amount, int64_t from_day, int64_t to_day,
	int64_t *n) MUST_CHECK;
/* Bank lines below nothing that are not settled, from `first` (0: all) on in that order. Up to cap. */
rc_t store_returns(struct store *s, int64_t first, int64_t *line, size_t cap, size_t *n) MUST_CHECK;
/* Payments in the books that a bank line of -amount may take back: of this account ("": of any). One
 * that is REVERSED is among them while its money still stands in the books. */
rc_t store_payments_returned(struct store *s, rupiah_t amount, const char *account, int64_t from_day,
	int64_t to_day, int64_t *payment, size_t cap, size_t *n) MUST_CHECK;

/* A refund of this amount paid out in these days that no bank line stands for yet: its entry, else 0.
 * *waits: one is approved and not recorded as paid. */
rc_t store_refund_of_line(struct store *s, rupiah_t amount, int64_t from_day, int64_t to_day, int64_t *entry,
	bool *waits) MUST_CHECK;
/* The sponsor seen with this account. RC_NOENT: none, or several. */
rc_t store_account_sponsor(struct store *s, const char *account, int64_t *sponsor) MUST_CHECK;

/* ---- workers ---- */
/* The due_row of a worker who has a place in the pledge. RC_NOENT: has none. */
rc_t store_due_of(struct store *s, int64_t pledge, int64_t worker, struct due_row *out) MUST_CHECK;
/* As store_month_pay(), if the worker has a place in the pledge: else RC_EXISTS. confirmed_day is set:
 * not 0 when the insurer confirmed the month before it was paid. */
rc_t store_month_fund(struct store *s, struct month_row *m) MUST_CHECK;
struct worker_phone { char msisdn[MSISDN_CAP], lang[TMPL_LANG_CAP]; int64_t home_line; bool stopped; };
/* Linked phones, the oldest link first; stopped: of all or for this worker. */
rc_t store_worker_phones(struct store *s, int64_t worker, struct worker_phone *out, size_t cap, size_t *n) MUST_CHECK;
/* The next worker who died and has paid months after that month, or a place. */
rc_t store_deceased_next(struct store *s, int64_t after, int64_t *worker, month_t *died) MUST_CHECK;
/* An allocation with a place whose months are over before `now`, all paid or none payable any more, or
 * whose worker's last confirmed month is at most `lapsed` and no later one is paid. lapsed: the newest
 * month whose time to pay the next one has passed. */
rc_t store_allocation_next_over(struct store *s, month_t now, month_t lapsed, int64_t after,
	struct allocation_row *out) MUST_CHECK;
/* The next NEW, UNKNOWN or HELD one said by that day: by day, what was refused last, months (the longer
 * first), id. */
struct confirmation_turn { int64_t day, id; month_t from, to; bool refused; }; /* zeroed: from the first on */
rc_t store_confirmation_turn(struct store *s, int64_t until_day, struct confirmation_turn *at,
	struct confirmation_row *out) MUST_CHECK;

/* The insurer's newest word about a worker's month, said by that day: *refused. Acceptances count once they
 * are applied, and `also`; of one day the refusal is the newer. A refusal that names no months is about
 * that of its day and all after it. RC_NOENT: it said nothing. */
rc_t store_word_of_month(struct store *s, int64_t worker, month_t month, int64_t until_day, int64_t also,
	bool *refused) MUST_CHECK;
/* Applied and said after that day. */
rc_t store_accepted_since(struct store *s, int64_t worker, int64_t day, bool *yes) MUST_CHECK;
/* The next W14 or R09 about the subject that is queued, handed or unknown. */
rc_t store_aktif_next(struct store *s, const char *subject, int64_t after, int64_t *id,
	enum outbox_state *state) MUST_CHECK;

/* ---- issues ---- */
/* The newest of this kind and subject, whatever its state. */
rc_t store_issue_last(struct store *s, enum issue_kind kind, const char *subject, struct issue_row *out) MUST_CHECK;
/* Sent on or before that day and not answered: how many of the pledge, the earliest day. */
rc_t store_unanswered(struct store *s, int64_t pledge, int64_t until_day, int64_t *n, int64_t *first_day) MUST_CHECK;

#endif
