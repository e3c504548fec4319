/* Store door: what a sponsor may be told by text, and which question of ours a text answers. See
 * store.h for the rules of every call.
 *
 * Texts that ask a sponsor something carry whom they are about as their subject, "pledge/D4F7K2" or
 * "payment/12" (S05 always the payment), or the pledge's ref among their args: S04 (credit), S08
 * (double funding), S05 (payment fits nothing), S14 (places are full), S15 (the pledge ends). Those
 * that reached nobody ask nothing. */
#ifndef PAYUNG_STORE_SPONSOR_H
#define PAYUNG_STORE_SPONSOR_H

#include <payung/store_scheme.h>

struct sponsor_text {
	const char *phone, *ref; /* ref: named in the text, "" = none */
	enum talk_intent intent; /* which of our questions it may answer hangs on it */
	int64_t since;           /* older questions are none any more */
	struct date today;
};
/* What this sponsor may be told, and of which pledge. RC_NOENT: no sponsor has this phone. */
rc_t store_sponsor_facts(struct store *s, const struct sponsor_text *t, struct talk_sponsor *out) MUST_CHECK;
/* The question is answered; fine when it was before. */
rc_t store_question_answered(struct store *s, int64_t outbox, const char *answer, int64_t now) MUST_CHECK;

#endif
