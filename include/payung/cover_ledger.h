/* The books, as values: each event is one entry whose postings add up to nothing. An entry is never
 * changed; a correction is another entry. Where money stands: received from a bank or paid by the
 * sponsor to the insurer itself (debits, above 0), and what it is for (credits, below 0). Pure. */
#ifndef PAYUNG_COVER_LEDGER_H
#define PAYUNG_COVER_LEDGER_H

#include <payung/result.h>
#include <payung/rupiah.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ledger_account {          /* owner of the account */
	LEDGER_BANK,           /* 0: the collecting account */
	LEDGER_EXTERNAL,       /* sponsor: paid straight to the insurer, receipt seen */
	LEDGER_UNASSIGNED,     /* payment: not known yet whose it is */
	LEDGER_SPONSOR_CREDIT, /* sponsor */
	LEDGER_FUNDED,         /* pledge: paid worker-months, not confirmed */
	LEDGER_CONFIRMED,      /* pledge: worker-months the insurer confirmed */
	LEDGER_REFUNDS,        /* sponsor: asked back, not paid out yet */
	LEDGER_WRITTEN_OFF,    /* sponsor: given up by an officer */
	LEDGER_ACCOUNTS
};
enum ledger_reason { /* from which plain words are made */
	LEDGER_PAYMENT_BANK,
	LEDGER_PAYMENT_EXTERNAL,
	LEDGER_PAYMENT_MATCHED,
	LEDGER_CREDIT_LEFT,      /* matched to a sponsor, but paid no whole month */
	LEDGER_CREDIT_APPLIED,
	LEDGER_INSURER_CONFIRMED,
	LEDGER_REFUND_REQUESTED,
	LEDGER_REFUND_REFUSED,
	LEDGER_REFUND_PAID,
	LEDGER_REFUND_EXTERNAL,  /* channel `direct`: the insurer paid it back itself */
	LEDGER_WORKER_DIED,      /* months after the month of death */
	LEDGER_WORKER_REPLACED,  /* months not confirmed yet; confirmed ones are never transferred */
	LEDGER_WORKER_REJECTED,  /* the insurer refused */
	LEDGER_DOUBLE_FUNDED,    /* another pledge pays these months */
	LEDGER_UNFUNDED,         /* the money behind these months was reversed */
	LEDGER_CREDIT_WRITTEN_OFF,
	LEDGER_SHORTFALL_FORGIVEN,
	LEDGER_PAYMENT_REVERSED,
	LEDGER_INSURER_WITHDREW, /* refused months it had confirmed */
	LEDGER_REASONS
};
const char *ledger_account_name(enum ledger_account a);
const char *ledger_reason_name(enum ledger_reason r);

#define LEDGER_POSTINGS_MAX 3
struct ledger_posting { enum ledger_account account; int64_t owner; rupiah_t amount; /* debit > 0 */ };
struct ledger_subject { int64_t payment, sponsor, pledge, worker; }; /* 0: does not concern one */
struct ledger_entry {
	enum ledger_reason reason, reversed; /* reversed: of PAYMENT_REVERSED, what it takes back */
	struct ledger_subject about;
	int64_t worker_months; /* 0: not about months */
	size_t n;
	struct ledger_posting posting[LEDGER_POSTINGS_MAX];
};
bool entry_is_balanced(const struct ledger_entry *e); /* also: no empty posting, all owners there */
/* What the entry adds to that account. */
rupiah_t entry_on(const struct ledger_entry *e, enum ledger_account account, int64_t owner);

/* All builders: *out is written only on RC_OK. RC_INVALID: an amount below 0 or beyond sense, all of
 * them 0, or an id missing in `about`. */

/* Needs payment; sponsor if external (channel `direct`: the money never passes through us). */
rc_t ledger_payment(struct ledger_entry *out, struct ledger_subject about, bool external, rupiah_t amount) MUST_CHECK;
/* Needs payment, sponsor, and pledge if it pays months. amount: what of the payment goes this way, one
 * entry for each pledge. What is left after the months goes to the sponsor's credit; what is missing
 * comes from there, and the caller has seen that it is there. */
rc_t ledger_matched(struct ledger_entry *out, struct ledger_subject about, rupiah_t amount,
	const rupiah_t *month_amounts, size_t months) MUST_CHECK;
/* Needs sponsor, pledge. */
rc_t ledger_credit_applied(struct ledger_entry *out, struct ledger_subject about, const rupiah_t *month_amounts,
	size_t months) MUST_CHECK;
/* Needs pledge. */
rc_t ledger_confirmed(struct ledger_entry *out, struct ledger_subject about, rupiah_t amount,
	int64_t months) MUST_CHECK;
/* The same months back: paid, and not confirmed any more. Needs sponsor, pledge, worker. */
rc_t ledger_withdrawn(struct ledger_entry *out, struct ledger_subject about, rupiah_t amount,
	int64_t months) MUST_CHECK;
/* why: WORKER_DIED, _REPLACED, _REJECTED, DOUBLE_FUNDED, UNFUNDED. Needs sponsor, pledge, for the
 * WORKER_ reasons worker. Months go back to credit. RC_INVALID too: another reason, or confirmed
 * months of a worker who is replaced. */
rc_t ledger_returned(struct ledger_entry *out, struct ledger_subject about, enum ledger_reason why,
	rupiah_t funded, rupiah_t confirmed, int64_t months) MUST_CHECK;
/* why: REFUND_REQUESTED, REFUND_REFUSED, REFUND_PAID, REFUND_EXTERNAL, CREDIT_WRITTEN_OFF,
 * SHORTFALL_FORGIVEN. Needs sponsor. That two officers agreed is the caller's to see to. */
rc_t ledger_settled(struct ledger_entry *out, struct ledger_subject about, enum ledger_reason why,
	rupiah_t amount) MUST_CHECK;
/* Takes an entry of ledger_matched() back as far as the payment goes: its money leaves the sponsor's
 * credit, whatever became of the months, which the caller gives back with ledger_returned(). The
 * credit may go below nothing until then. */
rc_t ledger_unmatched(struct ledger_entry *out, const struct ledger_entry *e) MUST_CHECK;
/* Takes an entry back posting by posting; with all entries of a payment taken back, every account is
 * as before it. RC_INVALID: e is itself such an entry, or not balanced. */
rc_t ledger_reversed(struct ledger_entry *out, const struct ledger_entry *e) MUST_CHECK;

#endif
