/* Whose payment is this? In this order: a reference in the text; a list that names workers; the
 * payer's account with exactly the amount and the time of one single instalment. Never by amount
 * alone: Rp50.400 is one worker for three months, or for six at half rate, or three for one. What
 * does not fit without doubt goes to an officer, with what might fit. So does money that came another
 * way than the programme's: a receipt of money that our own account gets would be counted with its
 * line in the bank's statement. Pure. */
#ifndef PAYUNG_COVER_MATCH_H
#define PAYUNG_COVER_MATCH_H

#include <payung/regcode.h>
#include <payung/result.h>
#include <payung/rupiah.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATCH_ACCOUNT_CAP 40
#define MATCH_REFS_MAX 16
#define MATCH_CANDIDATES_MAX 8

struct match_refs { size_t n; bool more; char ref[MATCH_REFS_MAX][REF_LEN + 1]; };
/* What in a payer's text may be a reference (upper case, each once): signs of ref_make(), in one word
 * or broken by blanks, dashes, dots, with or without "ref" glued before it. `more`: there were others. */
void match_find_refs(const char *text, struct match_refs *out);
/* What may be a reference with one sign wrong: likewise, with at most one sign that none is made of. */
void match_find_near(const char *text, struct match_refs *out);
/* Digits only: how banks write accounts differs from month to month. "" if too long to be one. */
void match_account(const char *written, char out[MATCH_ACCOUNT_CAP]);

struct match_payment {
	rupiah_t amount;
	int64_t day;      /* days since 1970 */
	int window;       /* days by which an instalment's due day may be apart to fit in time */
	const char *text; /* UTF-8; what the payer wrote, and the bank's words around it */
	const char *account; /* payer's, "" = not told */
	bool external;       /* a receipt of the insurer, not a line of our account */
};
struct match_order { /* an instalment; closed ones too, so that paying twice is seen */
	int64_t id, pledge;
	rupiah_t open;        /* still to pay, 0 = closed */
	int64_t due_day;
	const char *ref;      /* of the pledge */
	const char *account;  /* the sponsor's, as last seen; "" = not known */
	bool direct;          /* the programme's sponsors pay the insurer itself */
};
struct match_named { /* a row of the list that came with the payment */
	int64_t pledge; /* the one that carries this worker; 0: nobody known; -1: more than one does */
	rupiah_t amount;
	bool direct;    /* as above, of that pledge */
};

enum match_outcome { MATCH_REFERENCE, MATCH_NAMED, MATCH_ACCOUNT, MATCH_AMBIGUOUS, MATCH_UNMATCHED,
	MATCH_BANKS_OWN, /* a charge or interest, by the words of its line; never judged, never booked */
	MATCH_OUTCOMES };
enum match_reason {
	MATCH_FITS,            /* an outcome other than the last two */
	MATCH_TWO_REFERENCES,  /* of different pledges */
	MATCH_MANY_WORDS,      /* more that looks like references than can be weighed */
	MATCH_LIST_UNKNOWN,    /* the list names somebody no pledge carries */
	MATCH_LIST_SHARED,     /* ... or somebody carried by two */
	MATCH_LIST_SUM,        /* the list does not add up to the payment */
	MATCH_LIST_OTHER,      /* the reference is one pledge's, the list names workers of another */
	MATCH_NEAR_REFERENCE,  /* a reference with one sign wrong, and nothing else that says so */
	MATCH_SEVERAL_FIT,     /* account, amount and time fit more than one instalment */
	MATCH_ACCOUNT_ONLY,    /* the account is known; amount or time fits no instalment */
	MATCH_AMOUNT_ONLY,     /* amount and time fit, the account is not known */
	MATCH_NOTHING,
	MATCH_OTHER_CHANNEL,   /* it fits, but came another way than the programme's money does */
	MATCH_REASONS
};
const char *match_outcome_name(enum match_outcome o);
const char *match_reason_name(enum match_reason r);

struct match_result {
	enum match_outcome outcome;
	enum match_reason reason;
	int64_t pledge;    /* REFERENCE, ACCOUNT; NAMED when all rows are of one pledge, else 0 */
	int64_t order;     /* ACCOUNT: the instalment; else 0 */
	size_t candidates; /* AMBIGUOUS: how many there are, of which the first are listed by id */
	int64_t candidate[MATCH_CANDIDATES_MAX]; /* instalments */
};
/* Order of rows does not matter. named NULL: no list came. MATCH_NAMED asks the caller to follow the
 * list row by row. */
void match_payment(const struct match_payment *p, const struct match_order *order, size_t orders,
	const struct match_named *named, size_t names, struct match_result *out);

#endif
