/* Store door: what officers put right, and what explains where money is. See store.h for the rules
 * of every call and store_money.h for days and `next`. */
#ifndef PAYUNG_STORE_CORRECT_H
#define PAYUNG_STORE_CORRECT_H

#include <payung/store_cover.h>
#include <payung/store_outbox.h>
#include <payung/store_request.h>
#include <payung/store_run.h>
#include <payung/store_scheme.h>

/* ---- what was put right, by subject: "payment/17", "worker/3", "pledge/D4F7K2" ---- */
#define CORRECTION_ACTION_CAP 32
#define CORRECTION_DETAIL_CAP 160
#define CORRECTION_NOTE_CAP   160
struct correction_row {
	int64_t id, at;
	char by[STORE_BY_CAP], action[CORRECTION_ACTION_CAP], detail[CORRECTION_DETAIL_CAP],
		note[CORRECTION_NOTE_CAP];
};
/* With an audit entry. detail: key=value words; note: the officer's reason. */
rc_t store_correction_add(struct store *s, int64_t now, const char *by, const char *action,
	const char *subject, const char *detail, const char *note) MUST_CHECK;
rc_t store_correction_next(struct store *s, const char *subject, int64_t after,
	struct correction_row *out) MUST_CHECK;

/* ---- payments ---- */
/* state -1: all. */
rc_t store_payment_next(struct store *s, int state, int64_t after, struct payment_row *out) MUST_CHECK;
/* UNMATCHED by this officer, its list free again; rebook: the money is booked anew by the next
 * reconcile. RC_INVALID: used, or refunded. */
rc_t store_payment_open_again(struct store *s, int64_t id, bool rebook, const char *by) MUST_CHECK;
/* A text to its sponsor of what the payment did, that has not left or may be sent again: end it, and the
 * next call gives the next. RC_NOENT: none. */
rc_t store_payment_text(struct store *s, int64_t payment, int64_t *id, enum outbox_state *state) MUST_CHECK;

/* ---- the books ---- */
/* The newest entry that spent credit of the sponsor and still pays a month. */
rc_t store_ledger_paying(struct store *s, int64_t sponsor, struct ledger_row *out) MUST_CHECK;
rc_t store_payment_taken_back(struct store *s, int64_t payment, int64_t *n) MUST_CHECK; /* how many entries of it */
rc_t store_ledger_is_reversed(struct store *s, int64_t entry, bool *yes) MUST_CHECK;
/* The last month the entry still pays. RC_NOENT: it pays none. */
rc_t store_month_last_of_entry(struct store *s, int64_t entry, int64_t *allocation, struct month_row *out) MUST_CHECK;
/* The instalment of the pledge that pays this month. */
rc_t store_instalment_of(struct store *s, int64_t pledge, month_t month, struct instalment_row *out) MUST_CHECK;

struct origin { int64_t day; int row; char file[IMPORT_FILE_CAP]; };
rc_t store_confirmation_origin(struct store *s, int64_t confirmation, struct origin *out) MUST_CHECK;
/* What the insurer said about the worker: by day, of one day what it refused last, id. */
struct word_row {
	int64_t id, day; /* all zeroed: from the first on */
	enum confirmation_state state;
	month_t from, to; /* to < from: no months are named */
	int row;
	char reason[120] /* "": accepted */, file[IMPORT_FILE_CAP];
};
rc_t store_word_next(struct store *s, int64_t worker, struct word_row *w) MUST_CHECK; /* the one after *w */
/* The day of the newest refusal said by that day, 0: none. */
rc_t store_refused_last(struct store *s, int64_t worker, int64_t until_day, int64_t *day) MUST_CHECK;
struct months_row { /* of one month of a pledge: how many workers, for how much */
	month_t month;
	int64_t workers, confirmed, confirmed_day; /* the newest */
	rupiah_t amount, confirmed_amount;
};
/* All paid months of a pledge, by month. At most PLAN_MONTHS_MAX. */
rc_t store_pledge_months(struct store *s, int64_t pledge, struct months_row *out, size_t cap, size_t *n) MUST_CHECK;
rc_t store_pledge_allocations(struct store *s, int64_t pledge, int64_t count[ALLOCATIONS]) MUST_CHECK;
rc_t store_pledge_next_of_sponsor(struct store *s, int64_t sponsor, int64_t after, struct pledge_row *out) MUST_CHECK;
rc_t store_sponsor_by_phone(struct store *s, const char *phone, int64_t *id) MUST_CHECK;

/* ---- requests ---- */
/* A refund was paid out by this entry. RC_INVALID: not approved, or paid out already. */
rc_t store_request_settle(struct store *s, int64_t id, int64_t entry, int64_t day) MUST_CHECK;

/* ---- terms that change ---- */
/* The reference of the pledge that renews this one. RC_NOENT: none does. */
rc_t store_renewed(struct store *s, int64_t pledge, char ref[REF_LEN + 3]) MUST_CHECK;
rc_t store_pledge_workers(struct store *s, int64_t pledge, int workers) MUST_CHECK;
/* Payments that are, or were and are not taken back, this pledge's. */
rc_t store_pledge_payments(struct store *s, int64_t pledge, int64_t *n) MUST_CHECK;
/* Its instalments, places, registrations and unused codes end; nothing of it may be paid or confirmed.
 * *text: the message that told its sponsor of it, 0: none. */
rc_t store_pledge_cancel(struct store *s, const struct pledge_row *p, int64_t now, int64_t *text) MUST_CHECK;
rc_t store_allocation_span(struct store *s, int64_t id, month_t from, month_t to) MUST_CHECK;
/* One that was ENDED or RELEASED by mistake has its place again, until that month. RC_NOENT: it was
 * not; RC_LIMIT: no place is left, nothing is changed. */
rc_t store_allocation_revive(struct store *s, const struct allocation_row *a, month_t to) MUST_CHECK;
/* Pledges that renew another one and are not over; workers of it who are not in the new one yet. */
rc_t store_renewal_next(struct store *s, month_t now, int64_t after, int64_t *pledge, int64_t *renews) MUST_CHECK;
rc_t store_carry_next(struct store *s, int64_t pledge, int64_t renews, int64_t after, int64_t *allocation,
	int64_t *registration) MUST_CHECK;
/* RC_EXISTS: the reference is taken; roll back and draw another. */
rc_t store_carry(struct store *s, int64_t registration, int64_t pledge, const char *ref, int64_t now) MUST_CHECK;
struct basis_row { int number; int64_t since; char text[120]; };
rc_t store_basis_add(struct store *s, const char *programme, const char *text, int64_t now) MUST_CHECK;
rc_t store_basis_next(struct store *s, const char *programme, int after, struct basis_row *out) MUST_CHECK;
struct registration_target { int64_t id, worker, pledge; }; /* worker 0: not accepted */
rc_t store_registration_find(struct store *s, const char *ref, struct registration_target *out) MUST_CHECK;

/* ---- the list for the insurer: the one door through which a NIK leaves in the clear ---- */
struct export_row {
	int64_t allocation, worker;
	month_t from, to;
	int sex, job;
	char ref[REF_LEN + 3], name[IMPORT_NAME_CAP], born[16], area[12], nik[NIK_LEN + 1];
};
/* Who has a place, lives and was not sent yet; pledge 0: of all. Wipe out->nik after use. */
rc_t store_export_next(struct store *s, int64_t pledge, int64_t after, struct export_row *out) MUST_CHECK;

/* Each list is kept as it was written, so that a lost file can be written again. A line has EXPORT_NIK
 * where the NIK stands: that one is in no line of the store. */
enum { EXPORT_NIK = 1, EXPORT_LINE_CAP = 4096 };
struct export_line { int64_t allocation; char line[EXPORT_LINE_CAP], nik[NIK_LEN + 1]; };
rc_t store_export_begin(struct store *s, const char *by, int64_t now, const char *head, int64_t *id) MUST_CHECK;
rc_t store_export_keep(struct store *s, int64_t id, int64_t allocation, int64_t worker, const char *line) MUST_CHECK;
rc_t store_export_head(struct store *s, int64_t id, char head[EXPORT_LINE_CAP]) MUST_CHECK; /* NOENT: no such list */
/* In the order of the file. Wipe out->nik after use. */
rc_t store_export_line(struct store *s, int64_t id, int64_t after, struct export_line *out) MUST_CHECK;

#endif
