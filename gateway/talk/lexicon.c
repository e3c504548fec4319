/* The words of templates/keywords.txt. The file knows the languages, this code knows only the
 * English names on the left of each line:
 *     register: FIRST SECOND THIRD+WORD    the first is the keyword people are told to write
 *     stop!: ...                           never reached by a misspelling
 *     claim?: ...                          may mean it: only ever leads to a question
 *     noise: / ordinary: / doubt: / suffix: / digit1: / job4:
 * A plus sign joins the words of a phrase. Look-up is a binary search over all words. */
#include "talk_int.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_CAP 32

struct talk_lexicon {
	char *text; /* all words, each ended by NUL */
	struct word *word;
	size_t n, room;
	const char *keyword[INTENTS];
};

struct reader {
	struct talk_lexicon *l;
	const char *file;
	int line, faults;
	tmpl_fault_fn *fault;
	void *arg;
};

static void fault(struct reader *r, const char *what, const char *word)
{
	char message[200];

	snprintf(message, sizeof(message), "%.60s: %s", word, what);
	r->faults++;
	if (r->fault)
		r->fault(r->arg, r->file, r->line, message);
}

/* "digit7" or "job7" -> 7, 0 when it is no such name. */
static int numbered(const char *name, const char *stem)
{
	size_t n = strlen(stem);

	if (strncmp(name, stem, n) != 0 || name[n] < '1' || name[n] > '9' || name[n + 1])
		return 0;
	return name[n] - '0';
}

static bool kind_parse(const char *name, struct word *out)
{
	static const struct {
		const char *name;
		enum word_kind kind;
	} kinds[] = {
		{ "noise", WORD_NOISE },
		{ "ordinary", WORD_ORDINARY },
		{ "doubt", WORD_DOUBT },
		{ "suffix", WORD_SUFFIX },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(name, kinds[i].name)) {
			out->kind = kinds[i].kind;
			return true;
		}
	if ((out->value = numbered(name, "digit"))) {
		out->kind = WORD_DIGIT;
		return true;
	}
	if ((out->value = numbered(name, "job"))) {
		out->kind = WORD_JOB;
		return true;
	}
	out->kind = WORD_INTENT;
	for (int i = 0; i < INTENTS; i++)
		if (intent_is((enum talk_intent)i, INTENT_WORDS) &&
		        !strcmp(name, talk_intent_name((enum talk_intent)i))) {
			out->value = i;
			return true;
		}
	return false;
}

/* Letters, one blank in a phrase, or the lone question mark. */
static bool well_formed(char *s)
{
	size_t n = strlen(s);
	int plus = 0;

	if (!strcmp(s, "?"))
		return true;
	if (!n || n >= WORD_CAP)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+') {
			if (!i || i + 1 == n || plus++)
				return false;
			s[i] = ' ';
		} else if (s[i] < 'A' || s[i] > 'Z') {
			return false;
		}
	}
	return true;
}

static void word_add(struct reader *r, const struct word *like, char *s)
{
	struct talk_lexicon *l = r->l;
	struct word w = *like;

	if (!well_formed(s)) {
		fault(r, "write words in capital letters A-Z, a phrase as WORD+WORD", s);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->word[i].text, s)) {
			fault(r, "this word is given twice; keep one of them", s);
			return;
		}
	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 256;
		l->word = realloc(l->word, l->room * sizeof(*l->word));
		assert(l->word);
	}
	w.text = s;
	if (w.kind == WORD_INTENT && !w.maybe && !l->keyword[w.value]) {
		l->keyword[w.value] = s;
		w.primary = true;
	}
	l->word[l->n++] = w;
}

static void line_read(struct reader *r, char *line)
{
	char *colon = strchr(line, ':'), *save = NULL;
	struct word like = { 0 };

	if (!colon) {
		fault(r, "write `name: WORD WORD ...`", line);
		return;
	}
	*colon = '\0';
	size_t n = strlen(line);

	for (; n && (line[n - 1] == ' ' || line[n - 1] == '!' || line[n - 1] == '?'); n--) {
		like.exact |= line[n - 1] == '!';
		like.maybe |= line[n - 1] == '?';
		line[n - 1] = '\0';
	}
	if (!kind_parse(line, &like)) {
		fault(r, "no such name; see the list at the top of the file", line);
		return;
	}
	for (char *w = strtok_r(colon + 1, " \t\r", &save); w; w = strtok_r(NULL, " \t\r", &save))
		word_add(r, &like, w);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

static void complete(struct reader *r)
{
	for (int i = 0; i < INTENTS; i++)
		if (intent_is((enum talk_intent)i, INTENT_WORDS) && !r->l->keyword[i])
			fault(r, "has no keyword; add a line for it",
			        talk_intent_name((enum talk_intent)i));
	if (r->l->n)
		qsort(r->l->word, r->l->n, sizeof(*r->l->word), by_text);
}

struct talk_lexicon *talk_lexicon_new(
        const char *file, const char *content, tmpl_fault_fn *fault_fn, void *arg)
{
	struct talk_lexicon *l = calloc(1, sizeof(*l));
	struct reader r = { .l = l, .file = file, .fault = fault_fn, .arg = arg };

	assert(l);
	l->text = strdup(content);
	assert(l->text);
	for (char *line = l->text, *end; line; line = end) {
		if ((end = strchr(line, '\n')))
			*end++ = '\0';
		r.line++;
		line[strcspn(line, "#\r")] = '\0';
		if (line[strspn(line, " \t")])
			line_read(&r, line);
	}
	complete(&r);
	if (!r.faults)
		return l;
	talk_lexicon_free(l);
	return NULL;
}

void talk_lexicon_free(struct talk_lexicon *l)
{
	if (!l)
		return;
	free(l->word);
	free(l->text);
	free(l);
}

const struct word *lexicon_exact(const struct talk_lexicon *l, const char *s)
{
	struct word key = { .text = s };

	return bsearch(&key, l->word, l->n, sizeof(*l->word), by_text);
}

const struct word *lexicon_find(const struct talk_lexicon *l, const char *s)
{
	const struct word *w = lexicon_exact(l, s);
	size_t n = strlen(s);

	if (w || n >= WORD_CAP)
		return w;
	for (size_t cut = 2; cut <= 3 && n >= cut + 3; cut++) {
		const struct word *suffix = lexicon_exact(l, s + n - cut);
		char stem[WORD_CAP];

		if (!suffix || suffix->kind != WORD_SUFFIX)
			continue;
		memcpy(stem, s, n - cut);
		stem[n - cut] = '\0';
		w = lexicon_exact(l, stem);
		if (w && !w->exact && w->kind != WORD_SUFFIX)
			return w;
	}
	return NULL;
}

/* Damerau distance of exactly 1: one letter missing, added, wrong, or two neighbours swapped. */
static bool one_slip(const char *a, size_t n, const char *b, size_t m)
{
	size_t i = 0;

	if (n > m)
		return one_slip(b, m, a, n);
	if (m - n > 1)
		return false;
	while (i < n && a[i] == b[i])
		i++;
	if (m == n + 1)
		return !strcmp(a + i, b + i + 1);
	if (i == n)
		return false;
	if (!strcmp(a + i + 1, b + i + 1))
		return true;
	return i + 1 < n && a[i] == b[i + 1] && a[i + 1] == b[i] && !strcmp(a + i + 2, b + i + 2);
}

enum talk_intent lexicon_near(const struct talk_lexicon *l, const char *s, bool *certain)
{
	size_t n = strlen(s);
	enum talk_intent found = INTENTS;

	*certain = false;
	for (size_t i = 0; n >= 4 && i < l->n; i++) {
		const struct word *w = &l->word[i];
		size_t m = strlen(w->text);

		if (w->kind != WORD_INTENT || w->maybe || m < 4 || strchr(w->text, ' ') ||
		        !one_slip(s, n, w->text, m))
			continue;
		if (found != INTENTS && found != (enum talk_intent)w->value) {
			*certain = false;
			return INTENTS;
		}
		found = (enum talk_intent)w->value;
		*certain |= n >= 5 && m >= 5 && !w->exact;
	}
	return found;
}

const char *lexicon_keyword(const struct talk_lexicon *l, enum talk_intent i)
{
	return i < INTENTS && l->keyword[i] ? l->keyword[i] : "";
}
