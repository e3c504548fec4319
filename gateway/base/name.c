/* Names made comparable. The file of rules knows the words, this code only what is done with them:
 *     front: / back:      words dropped before and behind a name
 *     same: / initial:    the first word stands for the others
 *     letters: FROM=TO    spellings that count as one
 * A J of the old spelling is a Y of the new, and today's J was DJ; nothing in a word tells which
 * one it is. So the rules fold all of them into one letter, and a key is not for reading. */
#include <payung/name.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_CAP = 24, RULES_MAX = 400, WORDS_MAX = 16, JOINED_MAX = 4 };

enum kind { FRONT, BACK, SAME, INITIAL, LETTERS };

static const char *const kind_names[] = { "front", "back", "same", "initial", "letters" };

struct rule {
	enum kind kind;
	char from[WORD_CAP], to[WORD_CAP];
};

struct name_rules {
	size_t n;
	struct rule rule[RULES_MAX];
};

struct reader {
	struct name_rules *rules;
	const char *file;
	int line, faults;
	tmpl_fault_fn *fault;
	void *arg;
};

static void fault(struct reader *r, const char *what, const char *word)
{
	char message[200];

	(void)snprintf(message, sizeof(message), "%.60s: %s", word, what);
	r->faults++;
	if (r->fault)
		r->fault(r->arg, r->file, r->line, message);
}

static const struct rule *find(const struct name_rules *r, enum kind kind, const char *from)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->rule[i].kind == kind && strcmp(r->rule[i].from, from) == 0)
			return &r->rule[i];
	return NULL;
}

static bool is_word(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n && !s[n] && n < WORD_CAP;
}

static void rule_add(struct reader *r, enum kind kind, const char *from, const char *to)
{
	struct name_rules *rules = r->rules;

	if (!is_word(from) || !is_word(to))
		fault(r, "write words in capital letters A-Z, spellings as OLD=NEW", from);
	else if (find(rules, kind, from))
		fault(r, "this word is given twice; keep one of them", from);
	else if (rules->n == RULES_MAX)
		fault(r, "too many words; is this the right file?", from);
	else {
		struct rule *rule = &rules->rule[rules->n++];

		rule->kind = kind;
		strcpy(rule->from, from);
		strcpy(rule->to, to);
	}
}

static void words_read(struct reader *r, enum kind kind, char *words)
{
	char *save = NULL;
	const char *first = NULL;

	for (char *w = strtok_r(words, " \t\r", &save); w; w = strtok_r(NULL, " \t\r", &save)) {
		if (kind == LETTERS) {
			char *to = strchr(w, '=');

			if (to)
				*to++ = '\0';
			rule_add(r, kind, w, to ? to : "");
		} else if (kind == FRONT || kind == BACK) {
			rule_add(r, kind, w, w);
		} else if (first) {
			rule_add(r, kind, w, first);
		} else {
			first = w;
		}
	}
}

static void line_read(struct reader *r, char *line)
{
	char *colon = strchr(line, ':');

	if (!colon) {
		fault(r, "write `name: WORD WORD ...`", line);
		return;
	}
	*colon = '\0';
	for (size_t k = 0; k < sizeof(kind_names) / sizeof(kind_names[0]); k++)
		if (strcmp(line, kind_names[k]) == 0) {
			words_read(r, (enum kind)k, colon + 1);
			return;
		}
	fault(r, "no such name; see the list at the top of the file", line);
}

/* Appends one letter unless it repeats the last or there is no room. */
static void put(char *out, size_t *n, size_t cap, char c)
{
	if ((*n && out[*n - 1] == c) || *n + 1 >= cap)
		return;
	out[(*n)++] = c;
	out[*n] = '\0';
}

static const struct rule *longest_spelling(const struct name_rules *r, const char *s)
{
	const struct rule *best = NULL;

	for (size_t i = 0; i < r->n; i++) {
		const struct rule *l = &r->rule[i];

		if (l->kind == LETTERS && strncmp(s, l->from, strlen(l->from)) == 0 &&
		        (!best || strlen(l->from) > strlen(best->from)))
			best = l;
	}
	return best;
}

/* Spellings that count as one, each doubled letter once. */
static void spell(const struct name_rules *r, const char *word, char *out, size_t cap)
{
	size_t n = 0;

	out[0] = '\0';
	while (*word) {
		const struct rule *l = longest_spelling(r, word);

		if (!l) {
			put(out, &n, cap, *word++);
			continue;
		}
		for (const char *p = l->to; *p; p++)
			put(out, &n, cap, *p);
		word += strlen(l->from);
	}
}

/* Words that stand for each other are compared after their spelling was made one. */
static void complete(struct name_rules *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct rule *rule = &r->rule[i];
		char folded[WORD_CAP];

		if (rule->kind != SAME && rule->kind != INITIAL)
			continue;
		spell(r, rule->from, folded, sizeof(folded));
		strcpy(rule->from, folded);
		spell(r, rule->to, folded, sizeof(folded));
		strcpy(rule->to, folded);
	}
}

struct name_rules *name_rules_new(
        const char *file, const char *content, tmpl_fault_fn *fault_fn, void *arg)
{
	struct name_rules *rules = calloc(1, sizeof(*rules));
	struct reader r = { .rules = rules, .file = file, .fault = fault_fn, .arg = arg };
	char *text = strdup(content);

	if (!rules || !text)
		abort();
	for (char *line = text, *end; line; line = end) {
		if ((end = strchr(line, '\n')))
			*end++ = '\0';
		r.line++;
		line[strcspn(line, "#\r")] = '\0';
		if (line[strspn(line, " \t")])
			line_read(&r, line);
	}
	free(text);
	complete(rules);
	if (!r.faults)
		return rules;
	name_rules_free(rules);
	return NULL;
}

void name_rules_free(struct name_rules *r)
{
	free(r);
}

/* Words in capitals, cut in place; apostrophes leave no gap, all other signs do. */
static size_t cut_words(const char *name, char buf[NAME_KEY_CAP], const char *word[WORDS_MAX])
{
	char plain[NAME_KEY_CAP];
	size_t n = 0, kept = 0;
	char *save = NULL;

	(void)text_fold_gsm7(name, plain, sizeof(plain));
	for (const char *p = plain; *p; p++)
		if (*p != '\'')
			plain[kept++] = *p;
	plain[kept] = '\0';
	(void)text_fold_keyword(plain, buf, NAME_KEY_CAP);
	for (char *w = strtok_r(buf, " ", &save); w && n < WORDS_MAX;
	        w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	return n;
}

/* How many of the words there are one title: S.Pd.I arrives as three. 0 = none. */
static size_t title_of(
        const struct name_rules *r, enum kind kind, const char *const word[], size_t n)
{
	size_t most = n - 1 < JOINED_MAX ? n - 1 : JOINED_MAX;

	for (size_t k = most; k >= 1; k--) {
		char joined[NAME_KEY_CAP] = "";

		for (size_t i = kind == FRONT ? 0 : n - k, end = i + k; i < end; i++)
			strcat(joined, word[i]);
		if (find(r, kind, joined))
			return k;
	}
	return 0;
}

void name_key(const struct name_rules *r, const char *name, char out[NAME_KEY_CAP])
{
	char buf[NAME_KEY_CAP];
	const char *all[WORDS_MAX], *const *word = all;
	size_t n = cut_words(name, buf, all), title, len = 0;

	while (n > 1 && (title = title_of(r, FRONT, word, n))) {
		word += title;
		n -= title;
	}
	while (n > 1 && (title = title_of(r, BACK, word, n)))
		n -= title;
	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char folded[NAME_KEY_CAP];

		spell(r, word[i], folded, sizeof(folded));
		const struct rule *same = find(r, SAME, folded);

		if (!same && i == 0 && n > 1)
			same = find(r, INITIAL, folded);
		const char *as = same ? same->to : folded;

		if (len + strlen(as) + 2 > NAME_KEY_CAP)
			break;
		len += (size_t)snprintf(out + len, NAME_KEY_CAP - len, "%s%s", i ? " " : "", as);
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Changes from a to b, two swapped neighbours counted once. */
static size_t changes(const char *a, const char *b)
{
	size_t rows[3][NAME_KEY_CAP], n = strlen(a), m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1);
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], two[j - 2] + 1);
		}
	}
	return rows[n % 3][m];
}

static int alike(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), longer = n > m ? n : m;

	if (!n || !m)
		return 0;
	return (int)((longer - changes(a, b)) * NAME_SAME / longer);
}

static int by_word(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The letters of a key without its blanks, its words in order when asked. */
static void letters_of(const char *key, bool in_order, char out[NAME_KEY_CAP])
{
	char buf[NAME_KEY_CAP], *save = NULL;
	const char *word[NAME_KEY_CAP / 2];
	size_t n = 0;

	(void)text_copy(buf, sizeof(buf), key);
	for (char *w = strtok_r(buf, " ", &save); w; w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	if (in_order && n)
		qsort(word, n, sizeof(*word), by_word);
	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		strcat(out, word[i]);
}

int name_similarity(const char *a, const char *b)
{
	int best = 0;

	for (int in_order = 0; in_order < 2; in_order++) {
		char x[NAME_KEY_CAP], y[NAME_KEY_CAP];

		letters_of(a, in_order, x);
		letters_of(b, in_order, y);
		int now = alike(x, y);

		if (now > best)
			best = now;
	}
	return best;
}
