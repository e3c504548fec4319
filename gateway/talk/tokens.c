/* From a text to its words. People glue keyword and code, write O for 0, and put several words
 * where one is meant; all that is undone here, so that the grammar sees plain words. */
#include "talk_int.h"
#include <payung/text.h>
#include <string.h>

#define FOLD_CAP 8192

/* Digits and the letters thick fingers and eyes take for them. */
static char as_digit(char c)
{
	switch (c) {
	case 'O':
		return '0';
	case 'I':
	case 'L':
		return '1';
	case 'B':
		return '8';
	case 'S':
		return '5';
	default:
		return c >= '0' && c <= '9' ? c : '\0';
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t count_digits(const char *s, size_t n)
{
	size_t d = 0;

	for (size_t i = 0; i < n; i++)
		d += is_digit(s[i]);
	return d;
}

/* A number has a digit and only look-alikes beside; four digits make up for other letters. */
static void read_number(struct token *t)
{
	size_t n = strlen(t->text), digits = count_digits(t->text, n), like = 0;

	for (size_t i = 0; i < n; i++)
		like += as_digit(t->text[i]) != '\0';
	if (!digits || (like < n && digits < 4))
		return;
	for (size_t i = 0; i < n; i++) {
		char d = as_digit(t->text[i]);

		if (!d)
			continue;
		if ((size_t)t->n_digits + 1 < sizeof(t->digits))
			t->digits[t->n_digits] = d;
		t->n_digits++;
	}
}

static void token_add(struct tokens *out, const char *s, size_t n, const struct word *w)
{
	struct token *t;

	if (!n || out->n == TOKENS_MAX)
		return;
	t = &out->t[out->n++];
	memset(t, 0, sizeof(*t));
	if (n >= sizeof(t->text))
		n = sizeof(t->text) - 1;
	memcpy(t->text, s, n);
	t->word = w;
	if (!w)
		read_number(t);
}

static const struct word *find_part(const struct talk_lexicon *l, const char *s, size_t n)
{
	char part[TOKEN_CAP];

	if (n >= sizeof(part))
		return NULL;
	memcpy(part, s, n);
	part[n] = '\0';
	return lexicon_exact(l, part);
}

/* Length of the known word a number is glued to ("KEYWORD4821"), 0 when there is none. */
static size_t glued_prefix(const struct talk_lexicon *l, const char *s, size_t n)
{
	size_t letters = 0;

	while (letters < n && !is_digit(s[letters]))
		letters++;
	for (; letters >= 2; letters--) {
		const struct word *w = find_part(l, s, letters);

		if (w && w->kind != WORD_SUFFIX)
			return letters;
	}
	return 0;
}

/* Where a code and an unknown word touch: "48217739NAME" or "NAME48217739"; 0 when nowhere. */
static size_t code_border(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && is_digit(s[i]))
		i++;
	if (i >= REGCODE_LEN && i < n) {
		for (size_t k = i; k < n; k++)
			if (!as_digit(s[k]))
				return i;
		return 0;
	}
	for (i = 0; i < n && !is_digit(s[i]); i++)
		;
	return n - i >= REGCODE_LEN && count_digits(s + i, n - i) == n - i ? i : 0;
}

/* "KEYWORDGREETING": a keyword and a filler without the blank. */
static size_t glued_filler(const struct talk_lexicon *l, const char *s, size_t n)
{
	for (size_t k = 4; k + 3 <= n; k++) {
		const struct word *w = find_part(l, s, k), *rest = find_part(l, s + k, n - k);

		if (w && w->kind == WORD_INTENT && rest && rest->kind == WORD_NOISE)
			return k;
	}
	return 0;
}

static void split(const struct talk_lexicon *l, const char *s, size_t n, struct tokens *out)
{
	while (n) {
		size_t digits = count_digits(s, n), k = 0;
		const struct word *w = NULL;
		char whole[TOKEN_CAP] = "";

		if (n < sizeof(whole)) {
			memcpy(whole, s, n);
			w = lexicon_find(l, whole);
		}
		if (!w && digits && digits < n && !(k = glued_prefix(l, s, n)))
			k = code_border(s, n);
		else if (!w && !digits)
			k = glued_filler(l, s, n);
		if (k)
			w = find_part(l, s, k);
		token_add(out, s, k ? k : n, w);
		if (!k)
			return;
		s += k;
		n -= k;
	}
}

/* Two words that are one phrase become one token. */
static void join_phrases(const struct talk_lexicon *l, struct tokens *t)
{
	size_t to = 0;

	for (size_t i = 0; i < t->n; i++, to++) {
		char phrase[2 * TOKEN_CAP + 1];
		const struct word *w = NULL;

		if (i + 1 < t->n) {
			strcpy(phrase, t->t[i].text);
			strcat(phrase, " ");
			strcat(phrase, t->t[i + 1].text);
			w = lexicon_exact(l, phrase);
		}
		t->t[to] = t->t[i];
		if (w) {
			t->t[to].word = w;
			i++;
		}
	}
	t->n = to;
}

void tokens_read(const struct talk_lexicon *l, const char *text, struct tokens *out)
{
	char folded[FOLD_CAP];
	size_t n = text_fold_keyword(text, folded, sizeof(folded));

	out->n = 0;
	for (size_t i = 0; i < n;) {
		size_t len = strcspn(folded + i, " ");

		split(l, folded + i, len, out);
		i += len + 1;
	}
	join_phrases(l, out);
	if (!out->n && strchr(text, '?'))
		token_add(out, "?", 1, lexicon_exact(l, "?"));
}
