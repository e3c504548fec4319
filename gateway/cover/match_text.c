/* References as people type them. A bank's text is full of words and numbers; so a reference that
 * is broken in pieces counts only if it holds a digit or follows the word REF, or "PAK SANT" would
 * be one. Signs that references do not hold (0 O 1 I L U) are not read as others: nobody knows
 * which. */
#include "match_int.h"
#include <string.h>

#define TOKENS_MAX 128
#define TOKEN_CAP 12 /* longer ones are cut, and then too long to be anything */

struct token {
	char sign[TOKEN_CAP + 1];
	size_t len;
	bool joined; /* only blanks, dashes or dots before it */
};
struct tokens {
	size_t n;
	bool more;
	struct token token[TOKENS_MAX];
};

static char upper_alnum(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '\0';
}

static void cut(const char *text, struct tokens *out)
{
	out->n = 0;
	out->more = false;
	while (*text) {
		struct token t = { .joined = true };

		for (; *text && !upper_alnum(*text); text++)
			t.joined = t.joined && strchr(" -.", *text);
		if (!*text)
			return;
		for (; upper_alnum(*text); text++)
			if (t.len < TOKEN_CAP)
				t.sign[t.len++] = upper_alnum(*text);
		out->more = out->n == TOKENS_MAX;
		if (out->more)
			return;
		out->token[out->n++] = t;
	}
}

static void add(struct match_words *out, const char *word)
{
	for (size_t i = 0; i < out->n; i++)
		if (strcmp(out->word[i], word) == 0)
			return;
	if (out->n == MATCH_WORDS_MAX) {
		out->more = true;
		return;
	}
	memcpy(out->word[out->n++], word, REF_LEN + 1);
}

static bool is_label(const struct token *t)
{
	return strcmp(t->sign, "REF") == 0;
}

/* The pieces from i on, if together they are as long as a reference. */
static void add_pieces(const struct tokens *t, size_t i, struct match_words *out)
{
	bool labelled = i && is_label(&t->token[i - 1]);
	char word[REF_LEN + 1] = "";
	size_t len = 0;

	if (is_label(&t->token[i]))
		return;
	for (size_t k = i; k < t->n && len < REF_LEN; k++) {
		const struct token *piece = &t->token[k];

		if ((k > i && !piece->joined) || len + piece->len > REF_LEN)
			return;
		memcpy(word + len, piece->sign, piece->len + 1);
		len += piece->len;
	}
	if (len == REF_LEN && (labelled || strpbrk(word, "0123456789")))
		add(out, word);
}

void match_words(const char *text, struct match_words *out)
{
	struct tokens t;

	cut(text, &t);
	out->n = 0;
	out->more = t.more;
	for (size_t i = 0; i < t.n; i++) {
		const struct token *k = &t.token[i];

		if (k->len == REF_LEN)
			add(out, k->sign);
		else if (k->len == REF_LEN + 3 && strncmp(k->sign, "REF", 3) == 0)
			add(out, k->sign + 3);
		else if (k->len < REF_LEN)
			add_pieces(&t, i, out);
	}
}

static const char letters[] = "ABCDEFGHJKMNPQRSTVWXYZ", signs[] = "ABCDEFGHJKMNPQRSTVWXYZ23456789";

bool match_is_ref(const char *word)
{
	return *word && strchr(letters, *word) && strlen(word) == REF_LEN &&
	       strspn(word, signs) == REF_LEN;
}

bool match_is_near(const char *word, const char *ref)
{
	int other = 0;

	if (strlen(ref) != REF_LEN)
		return false;
	for (size_t i = 0; i < REF_LEN; i++)
		other += word[i] != ref[i];
	return other == 1;
}

static bool may_be_near(const char *word)
{
	int wrong = 0;

	for (size_t i = 0; i < REF_LEN; i++)
		wrong += strchr(i ? signs : letters, word[i]) == NULL;
	return wrong <= 1;
}

static void find(const char *text, bool (*fits)(const char *word), struct match_refs *out)
{
	struct match_words words;

	match_words(text, &words);
	out->n = 0;
	out->more = words.more;
	for (size_t i = 0; i < words.n; i++) {
		if (!fits(words.word[i]))
			continue;
		if (out->n == MATCH_REFS_MAX) {
			out->more = true;
			return;
		}
		memcpy(out->ref[out->n++], words.word[i], REF_LEN + 1);
	}
}

void match_find_refs(const char *text, struct match_refs *out)
{
	find(text, match_is_ref, out);
}

void match_find_near(const char *text, struct match_refs *out)
{
	find(text, may_be_near, out);
}

void match_account(const char *written, char out[MATCH_ACCOUNT_CAP])
{
	size_t n = 0;

	for (; *written; written++) {
		if (*written < '0' || *written > '9')
			continue;
		if (n == MATCH_ACCOUNT_CAP - 1) { /* no account is that long: not comparable */
			n = 0;
			break;
		}
		out[n++] = *written;
	}
	out[n] = '\0';
}
