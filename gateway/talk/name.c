/* A person's name as somebody types it in answer to a question. The name is kept as written: only
 * the keyword, greetings and stray signs around it go. */
#include "talk_int.h"
#include <payung/text.h>
#include <string.h>

#define LETTERS_MIN 2
#define LETTERS_MAX 50
#define WORDS_MAX 16
#define TEXT_CAP 400 /* longer texts are no names */

static bool is_letter(uint32_t cp)
{
	uint32_t lower = cp | 32;

	return (lower >= 'a' && lower <= 'z' && cp < 128) || (cp >= 0xc0 && cp < 0x250) ||
	       (cp >= 0x1e00 && cp < 0x1f00);
}

static bool is_inner(uint32_t cp)
{
	return cp == '\'' || cp == '.' || cp == '-';
}

/* Blanks, line breaks and the signs used as separators. */
static bool is_separator(uint32_t cp)
{
	return cp <= ' ' || (cp < 128 && strchr("#*,;:/=()\"!?", (int)cp));
}

/* Cuts the text into words in place; false when there are too many for a name. */
static size_t cut_words(char *s, char *word[WORDS_MAX])
{
	size_t n = 0;

	while (*s) {
		while (*s && is_separator((unsigned char)*s))
			*s++ = '\0';
		if (!*s)
			break;
		if (n == WORDS_MAX)
			return 0;
		word[n++] = s;
		while (*s && !is_separator((unsigned char)*s))
			s++;
	}
	return n;
}

static bool is_filler(const struct talk_lexicon *l, const char *word)
{
	char folded[TOKEN_CAP];
	const struct word *w;

	if (!text_fold_keyword(word, folded, sizeof(folded)))
		return true;
	w = lexicon_exact(l, folded);
	return w && (w->kind == WORD_NOISE ||
	                    (w->kind == WORD_INTENT &&
	                            (w->value == INTENT_NAME || w->value == INTENT_YES)));
}

/* Only what names hold, and a sensible count of letters. */
static bool is_name(const char *s)
{
	size_t letters = 0;
	uint32_t cp;

	while ((cp = text_utf8_next(&s))) {
		if (is_letter(cp))
			letters++;
		else if (cp != ' ' && !is_inner(cp))
			return false;
	}
	return letters >= LETTERS_MIN && letters <= LETTERS_MAX;
}

/* A dash or dot before a name, and after it, is a signature's or a sentence's. */
static void trim(char *s)
{
	size_t n = strlen(s), from = strspn(s, "-.");

	while (n > from && (s[n - 1] == '-' || s[n - 1] == '.'))
		s[--n] = '\0';
	memmove(s, s + from, n - from + 1);
}

bool name_read(const struct talk_lexicon *l, const char *text, char out[TALK_NAME_CAP])
{
	char plain[TEXT_CAP], *word[WORDS_MAX], joined[TEXT_CAP] = "";
	size_t n, first = 0;

	out[0] = '\0';
	if (text_fold_gsm7(text, plain, sizeof(plain)) + 4 >= sizeof(plain))
		return false;
	n = cut_words(plain, word);
	while (first < n && is_filler(l, word[first]))
		first++;
	while (n > first && is_filler(l, word[n - 1]))
		n--;
	for (size_t i = first; i < n; i++) {
		if (joined[0])
			strcat(joined, " ");
		strcat(joined, word[i]);
	}
	trim(joined);
	if (!is_name(joined) || strlen(joined) >= TALK_NAME_CAP)
		return false;
	strcpy(out, joined);
	return true;
}
