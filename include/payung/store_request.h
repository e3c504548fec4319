/* Store door: requests, which only a second person makes true: an officer asks or a sponsor texts, an
 * officer who is not the one who asked decides. See store.h for the rules of every call. */
#ifndef PAYUNG_STORE_REQUEST_H
#define PAYUNG_STORE_REQUEST_H

#include <payung/cover_ledger.h>
#include <payung/store_import.h>

enum request_kind {
	REQUEST_REFUND,      /* of credit: amount */
	REQUEST_WRITE_OFF,
	REQUEST_WORKERS,     /* `workers` more places in the pledge; amount: credit offered for it, 0: none */
	REQUEST_RENEWAL,     /* the pledge once more */
	REQUEST_NEXT_PERIOD, /* credit (amount) goes to the pledge's next months */
	REQUEST_REPLACE,     /* other workers for those somebody else pays */
	REQUEST_SHIFT,       /* their months later */
	REQUEST_REFERENCE,   /* `payment` (0: not clear which) is for this pledge */
	REQUEST_DONE,        /* the pledge is not renewed */
	REQUEST_FORGIVE,     /* a shortfall of the sponsor: amount */
	REQUEST_KINDS
};
enum request_state { REQUEST_OPEN, REQUEST_APPROVED, REQUEST_REFUSED, REQUEST_STATES };
const char *request_kind_name(enum request_kind k);
struct request_row {
	int64_t id, sponsor, payment, pledge, at, decided_at, entry; /* entry: the books' last word on it, 0: none */
	int64_t settled_day; /* the refund was paid out */
	enum request_kind kind;
	enum request_state state;
	rupiah_t amount;
	int workers;
	char by[STORE_BY_CAP] /* "sponsor/3": by text */, decided_by[STORE_BY_CAP];
	char note[160], answer[160]; /* of the one who asked, of the one who decided */
};
/* RC_EXISTS: the same is open already. */
rc_t store_request_add(struct store *s, const struct request_row *r, int64_t *id) MUST_CHECK;
rc_t store_request_get(struct store *s, int64_t id, struct request_row *out) MUST_CHECK;
rc_t store_request_next(struct store *s, bool open_only, int64_t after, struct request_row *out) MUST_CHECK;
/* RC_INVALID: decided already, or by the one who asked. */
rc_t store_request_decide(struct store *s, int64_t id, bool approve, const char *by, const char *answer,
	int64_t entry, int64_t now) MUST_CHECK;

#endif
