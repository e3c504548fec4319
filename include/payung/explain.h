/* Door: where the money is and who is covered, told sentence by sentence from the ledger: who pledged,
 * who paid, which worker-months that pays, what the insurer confirmed, what is missing, what happens
 * next, and sums that balance. Only reads; a NIK is never in it. */
#ifndef PAYUNG_EXPLAIN_H
#define PAYUNG_EXPLAIN_H

#include <payung/store_correct.h>

enum explain_part { EXPLAIN_WHO, EXPLAIN_PROMISE, EXPLAIN_MONEY, EXPLAIN_MONTHS, EXPLAIN_INSURER,
	EXPLAIN_MISSING, EXPLAIN_NEXT, EXPLAIN_ISSUES, EXPLAIN_HISTORY, EXPLAIN_SUMS, EXPLAIN_PARTS };
const char *explain_part_name(enum explain_part p);
#define EXPLAIN_TEXT_CAP 512
struct explain_line {
	enum explain_part part;
	int64_t entry;   /* of the books that says so, 0: none */
	rupiah_t amount; /* the sentence is about, 0: none */
	char text[EXPLAIN_TEXT_CAP];
};
typedef void explain_fn(void *arg, const struct explain_line *l);
struct explainer {
	struct store *s;
	struct date today;
	int unanswered_days; /* so long the insurer may take before we ask */
	explain_fn *fn;
	void *arg;
	bool out_of_balance; /* out: a sum does not balance: the books need an officer */
};
/* The pledges whose reference the payment's text holds with one sign wrong, "J836WY, J836WX"; "": none.
 * Never enough to match by: somebody must ask the payer. */
#define EXPLAIN_NEAR_CAP 48
rc_t explain_near(struct store *s, const struct payment_row *p, char out[EXPLAIN_NEAR_CAP]) MUST_CHECK;
/* RC_NOENT: there is none. */
rc_t explain_worker(struct explainer *x, int64_t worker) MUST_CHECK;
rc_t explain_payment(struct explainer *x, int64_t payment) MUST_CHECK;
rc_t explain_pledge(struct explainer *x, const char *ref) MUST_CHECK;
/* Of a registration that is no worker's yet too. */
rc_t explain_registration(struct explainer *x, const char *ref) MUST_CHECK;

#endif
