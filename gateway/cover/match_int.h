/* What may be a reference in a payer's text, also with a sign that no reference holds. */
#ifndef PAYUNG_COVER_MATCH_INT_H
#define PAYUNG_COVER_MATCH_INT_H

#include <payung/cover_match.h>

#define MATCH_WORDS_MAX 32

struct match_words {
	size_t n;
	bool more;
	char word[MATCH_WORDS_MAX][REF_LEN + 1]; /* upper case, each once */
};
void match_words(const char *text, struct match_words *out);
bool match_is_ref(const char *word); /* only signs that references are made of */
/* Exactly one sign differs. */
bool match_is_near(const char *word, const char *ref);

#endif
