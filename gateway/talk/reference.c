/* References as officers type them back from a text: among other words, glued to the keyword, in
 * groups, in small letters. A reference never holds 0 O 1 I L U, so these are read as the sign that
 * looks most like them; a wrong guess finds nothing. */
#include "talk_int.h"
#include <payung/text.h>
#include <string.h>

#define TEXT_CAP 400 /* longer texts are no answers to a task */

static char as_sign(char c)
{
	switch (c) {
	case '0':
	case 'O':
		return 'D';
	case '1':
	case 'I':
	case 'L':
		return 'J';
	case 'U':
		return 'V';
	default:
		return c;
	}
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != '\0';
}

static void take(const char *s, char out[REF_LEN + 1])
{
	for (size_t i = 0; i < REF_LEN; i++)
		out[i] = as_sign(s[i]);
	out[REF_LEN] = '\0';
}

/* What is left of a word when the keyword is glued before it. */
static const char *without_keyword(const struct talk_lexicon *l, const char *word)
{
	static const enum talk_intent glue[] = { INTENT_DONE, INTENT_REFERENCE };

	for (size_t i = 0; i < sizeof(glue) / sizeof(glue[0]); i++) {
		const char *keyword = lexicon_keyword(l, glue[i]);
		size_t n = strlen(keyword);

		if (n && strlen(word) == n + REF_LEN && !strncmp(word, keyword, n))
			return word + n;
	}
	return word;
}

void reference_find(const struct talk_lexicon *l, const char *text, char out[REF_LEN + 1])
{
	char folded[TEXT_CAP], groups[TEXT_CAP] = "", *save = NULL;
	bool sure = false;

	out[0] = '\0';
	(void)text_fold_keyword(text, folded, sizeof(folded));
	for (char *w = strtok_r(folded, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		const char *s = without_keyword(l, w);

		if (lexicon_find(l, s))
			continue;
		if (strlen(s) == REF_LEN && !sure) { /* a digit tells it from a plain word */
			take(s, out);
			sure = has_digit(s);
		} else {
			strcat(groups, s);
		}
	}
	if (!out[0] && strlen(groups) == REF_LEN)
		take(groups, out);
}

/* One word, of signs that references have, and a letter first as they do. */
static bool is_plain(const char *s)
{
	return strlen(s) == REF_LEN && strspn(s, "ABCDEFGHJKMNPQRSTVWXYZ23456789") == REF_LEN &&
	       s[0] > '9';
}

void reference_find_plain(const struct talk_lexicon *l, const char *text, char out[REF_LEN + 1])
{
	char folded[TEXT_CAP], *save = NULL;

	out[0] = '\0';
	(void)text_fold_keyword(text, folded, sizeof(folded));
	for (char *w = strtok_r(folded, " ", &save); w; w = strtok_r(NULL, " ", &save))
		if (is_plain(w) && !lexicon_find(l, w) && (!out[0] || has_digit(w)))
			take(w, out);
}

bool reference_is(const char *word, const char *reference)
{
	char read[REF_LEN + 1];

	if (strlen(word) != REF_LEN)
		return false;
	take(word, read);
	return strcmp(read, reference) == 0;
}
