/* What parse.c (what a text says by itself) and parse_answer.c (what it says to an open question)
 * share. */
#ifndef PAYUNG_PARSE_INT_H
#define PAYUNG_PARSE_INT_H

#include "talk_int.h"

#define ORDINAL_MAX TALK_WORKERS_MAX

struct reading {
	const struct talk_lexicon *l;
	const char *text;
	struct talk_request *out;
	struct tokens tokens;
	struct numbers numbers;
	size_t lead; /* first word that is no greeting, filler or yes; tokens.n when none */
	int yes, no, doubt, digits, jobs, job, digit_words, commands, others;
};

static inline bool is_intent(const struct word *w, enum talk_intent i)
{
	return w && w->kind == WORD_INTENT && w->value == (int)i;
}

bool parse_says(const struct reading *r, enum talk_intent i);
/* Misfortune: said plainly, or only spoken of. INTENTS when neither. */
enum talk_intent parse_claim_of(const struct reading *r);
/* What the text says without any question open. */
enum talk_intent parse_command_of(struct reading *r);
/* What it says in this state. */
enum talk_intent parse_in(struct reading *r, enum talk_state state);

#endif
