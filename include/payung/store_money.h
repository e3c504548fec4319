/* Store door: payments, what they are for, and the books. See store.h for the rules of every call.
 * Amounts are whole rupiah, days count since 1970. A `next` gives the row with the next higher id,
 * RC_NOENT when there is none: a job walks in bounded memory and may commit between two rows. */
#ifndef PAYUNG_STORE_MONEY_H
#define PAYUNG_STORE_MONEY_H

#include <payung/cover_ledger.h>
#include <payung/store_import.h>
#include <payung/store_request.h>

/* ---- payments ---- */
enum payment_state { PAY_IMPORTED, PAY_MATCHED, PAY_PART_MATCHED, PAY_AMBIGUOUS, PAY_UNMATCHED, PAY_POSTED,
	PAY_REVERSED, PAY_REFUND_REQUESTED, PAY_REFUNDED, PAYMENT_STATES };
const char *payment_state_name(enum payment_state p);
struct payment_row {
	int64_t id, day, sponsor, pledge, instalment; /* the last three 0 while not known */
	int64_t entry;         /* of the ledger, by which the money came in; 0: not booked */
	rupiah_t amount, used; /* used: what has left UNASSIGNED for months or credit */
	bool external;         /* paid to the insurer itself */
	enum payment_state state;
	enum match_outcome outcome; /* of the last try */
	enum match_reason reason;
	int row;               /* of the file */
	char text[IMPORT_TEXT_CAP], account[MATCH_ACCOUNT_CAP], payer[IMPORT_NAME_CAP], file[IMPORT_FILE_CAP],
		by[STORE_BY_CAP]; /* who matched it */
};
rc_t store_payment_get(struct store *s, int64_t id, struct payment_row *out) MUST_CHECK;
/* Not posted: IMPORTED to UNMATCHED. */
rc_t store_payment_next_unposted(struct store *s, int64_t after, struct payment_row *out) MUST_CHECK;
/* The next pledge with payments MATCHED or PART_MATCHED to it. RC_NOENT: no more. */
rc_t store_pledge_next_payable(struct store *s, int64_t after, int64_t *pledge) MUST_CHECK;
/* What matching found; by: "reconcile" or the officer. The sponsor is that of the pledge. RC_INVALID:
 * posted already. Writes nothing when it says what is there. */
rc_t store_payment_match(struct store *s, int64_t id, const struct match_result *m, const char *by) MUST_CHECK;
rc_t store_payment_booked(struct store *s, int64_t id, int64_t entry) MUST_CHECK;
/* More of the payment has left UNASSIGNED. RC_INVALID: more than there is. */
rc_t store_payment_use(struct store *s, int64_t id, rupiah_t amount) MUST_CHECK;
/* RC_INVALID: it is not in state `from`. Reversed: used goes back to 0. */
rc_t store_payment_state(struct store *s, int64_t id, enum payment_state from, enum payment_state to) MUST_CHECK;

/* ---- instalments, as orders that payments may fit ---- */
enum instalment_state { INSTALMENT_PLANNED, INSTALMENT_BILLED, INSTALMENT_PART_PAID, INSTALMENT_PAID,
	INSTALMENT_CONFIRMED, INSTALMENT_OVERDUE, INSTALMENT_CANCELLED, INSTALMENT_STATES };
struct instalment_row {
	int64_t id, pledge, due_day;
	int number;            /* from 1 */
	month_t from, to;
	rupiah_t expected, paid; /* expected 0: no worker has a place in it yet */
	enum instalment_state state;
};
/* All of a pledge, by number; made by store_pledge_add(). At most PLAN_MONTHS_MAX. */
rc_t store_instalments(struct store *s, int64_t pledge, struct instalment_row *out, size_t cap, size_t *n) MUST_CHECK;
/* Writes nothing when it says what is there. */
rc_t store_instalment_set(struct store *s, int64_t id, rupiah_t expected, rupiah_t paid,
	enum instalment_state state) MUST_CHECK;

struct order_row { /* a match_order with room for its words */
	int64_t id, pledge, due_day;
	rupiah_t open;
	char ref[REF_LEN + 3], account[MATCH_ACCOUNT_CAP];
	bool direct;
};
/* All that match_payment() may weigh, each once: instalments of pledges with one of the references
 * (one sign off); if none is exact, of sponsors seen with this account; if both give nothing open, up
 * to MATCH_CANDIDATES_MAX + 1 with exactly its amount open and due within its window.
 * RC_LIMIT: more than cap; the first cap are there. */
rc_t store_orders_for(struct store *s, const struct match_refs *refs, const struct match_payment *p,
	struct order_row *out, size_t cap, size_t *n) MUST_CHECK;
/* References of pledges that differ from the word in one sign, by id; not of cancelled ones. */
rc_t store_refs_near(struct store *s, const char *word, char (*out)[REF_LEN + 3], size_t cap, size_t *n) MUST_CHECK;
/* The sponsor paid from this account that day. */
rc_t store_account_seen(struct store *s, int64_t sponsor, const char *account, int64_t day) MUST_CHECK;

/* ---- the books: an entry is written once and never changed; its id is that of its audit entry ---- */
struct ledger_note {
	int64_t at, day;  /* UTC seconds; the day it counts for */
	int64_t run;      /* of reconcile, 0: by hand */
	int64_t reverses; /* entry taken back; each can be once: RC_EXISTS */
	const char *by;
};
struct ledger_row { int64_t id, at, day, run, reverses; struct ledger_entry entry; char by[STORE_BY_CAP]; };
/* Entry, audit entry and balances in one. RC_INVALID: not balanced; RC_NOENT: a subject is not there;
 * after that one roll back. */
rc_t store_ledger_add(struct store *s, const struct ledger_entry *e, const struct ledger_note *n,
	int64_t *id) MUST_CHECK;
rc_t store_ledger_get(struct store *s, int64_t id, struct ledger_row *out) MUST_CHECK;
enum ledger_of { LEDGER_OF_PAYMENT, LEDGER_OF_SPONSOR, LEDGER_OF_PLEDGE, LEDGER_OF_WORKER };
rc_t store_ledger_next(struct store *s, enum ledger_of of, int64_t id, int64_t after,
	struct ledger_row *out) MUST_CHECK;
/* Debits above 0, as everywhere; 0 for an account never used. */
rc_t store_balance(struct store *s, enum ledger_account account, int64_t owner, rupiah_t *out) MUST_CHECK;
/* The books made again from the audit chain are these books, and the balances are their sums.
 * RC_INVALID: *bad is the first entry that differs, 0: a balance. */
rc_t store_ledger_verify(struct store *s, int64_t *entries, int64_t *bad) MUST_CHECK;

#endif
