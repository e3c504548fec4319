/* Reading templates as office workers edit them, and finding what is wrong before anything is sent.
 * All faults of a file are reported, each with its line and its cure; what is faulty is left out of
 * the set. */
#include "tmpl_int.h"

#include <payung/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_CAP = 1024, LIMIT_MAX = 1530, NEAR = 2 };

struct reader {
	struct tmpl_set *set;
	const char *file, *next;
	char line[LINE_CAP];
	int number;
	tmpl_fault_fn *fault;
	void *arg;
	bool faulty;
};

static void fault_at(struct reader *r, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void fault_at(struct reader *r, int line, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	r->faulty = true;
	if (r->fault)
		r->fault(r->arg, r->file, line, message);
}

static struct reader reader_of(
        struct tmpl_set *s, const char *file, const char *content, tmpl_fault_fn *fault, void *arg)
{
	struct reader r = { .set = s, .file = file, .next = content, .fault = fault, .arg = arg };

	if (strncmp(r.next, "\xef\xbb\xbf", 3) == 0) /* byte order mark of some editors */
		r.next += 3;
	return r;
}

/* Next line without its end and trailing blanks; comment lines are skipped. False at the end. */
static bool read_line(struct reader *r)
{
	do {
		if (!*r->next)
			return false;
		size_t len = strcspn(r->next, "\n"), n = len;
		const char *start = r->next;

		r->next += len + (start[len] == '\n');
		r->number++;
		if (n >= sizeof(r->line)) {
			fault_at(r, r->number, "the line is too long: no text has so many letters");
			n = 0;
		}
		while (n && strchr(" \t\r", start[n - 1]))
			n--;
		memcpy(r->line, start, n);
		r->line[n] = '\0';
		if (!text_utf8_valid(r->line, n)) {
			fault_at(r, r->number, "not UTF-8: save the file with the encoding UTF-8");
			strcpy(r->line, "?");
		}
	} while (r->line[0] == '#');
	return true;
}

/* A whole number of 1..max, 0 when it is none. */
static size_t read_size(const char *s, size_t max)
{
	size_t n = strspn(s, "0123456789");
	unsigned long v = n && n < 6 && !s[n] ? strtoul(s, NULL, 10) : 0;

	return v <= max ? (size_t)v : 0;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* How many letters apart two names are. */
static size_t distance(const char *a, const char *b)
{
	size_t row[TMPL_NAME_CAP], len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < len; j++) {
			size_t replaced = diagonal + (a[i] != b[j]);

			diagonal = row[j + 1];
			row[j + 1] = min3(replaced, diagonal + 1, row[j] + 1);
		}
	}
	return row[len];
}

static const struct placeholder *nearest(const struct tmpl_set *s, const char *name)
{
	const struct placeholder *best = NULL;
	size_t least = NEAR + 1;

	for (size_t i = 0; i < s->placeholders; i++) {
		size_t d = distance(name, s->placeholder[i].name);

		if (d < least) {
			least = d;
			best = &s->placeholder[i];
		}
	}
	return best;
}

/* Reports every sign outside the SMS alphabet once, with what to write instead. */
static void check_alphabet(struct reader *r, const char *text)
{
	uint32_t cp;

	for (const char *p = text, *from = p; (cp = text_utf8_next(&p)); from = p) {
		char sign[5] = { 0 }, plain[5];

		if (text_gsm7_septets(cp))
			continue;
		memcpy(sign, from, (size_t)(p - from));
		(void)text_fold_gsm7(sign, plain, sizeof(plain));
		if (cp < ' ')
			fault_at(r, r->number, "control character U+%04X: delete it", cp);
		else if (strcmp(plain, sign) == 0)
			fault_at(r, r->number,
			        "'%s' (U+%04X) is not in the SMS alphabet: delete it", sign, cp);
		else
			fault_at(r, r->number,
			        "'%s' (U+%04X) is not in the SMS alphabet: write '%s'", sign, cp,
			        plain);
	}
}

static void check_placeholders(struct reader *r, const char *text)
{
	struct tmpl_piece piece;
	rc_t rc;

	while ((rc = tmpl_next_piece(&text, &piece)) == RC_OK) {
		if (!piece.name[0] || tmpl_placeholder(r->set, piece.name))
			continue;
		const struct placeholder *near = nearest(r->set, piece.name);

		if (near)
			fault_at(r, r->number, "unknown placeholder {%s}: did you mean {%s}?",
			        piece.name, near->name);
		else
			fault_at(r, r->number,
			        "unknown placeholder {%s}: use one of placeholders.txt",
			        piece.name);
	}
	if (rc == RC_INVALID)
		fault_at(r, r->number,
		        "braces hold exactly one placeholder name in small letters, like {nama}: "
		        "correct it near \"%.20s\"",
		        piece.start);
}

/* Septets with the longest value in every place. */
static size_t worst_of(const struct tmpl_set *s, const char *text)
{
	struct tmpl_piece piece;
	size_t worst = 0;

	while (tmpl_next_piece(&text, &piece) == RC_OK) {
		char plain[TMPL_TEXT_CAP];

		if (piece.name[0]) {
			const struct placeholder *p = tmpl_placeholder(s, piece.name);

			worst += p ? p->max : 0;
			continue;
		}
		memcpy(plain, piece.start, piece.len);
		plain[piece.len] = '\0';
		worst += text_measure(plain).units;
	}
	return worst;
}

/* "[ID] limit" to e. */
static bool read_header(struct reader *r, struct entry *e)
{
	size_t len = strspn(r->line + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	const char *rest = r->line + 1 + len;

	if (!len || *rest != ']') {
		fault_at(r, r->number,
		        "a text begins with its id in brackets, in capitals, and its limit: "
		        "[W01] 160");
		return false;
	}
	if (len >= sizeof(e->id)) {
		fault_at(r, r->number, "the id is too long: at most %d letters", TMPL_ID_CAP - 1);
		return false;
	}
	memcpy(e->id, r->line + 1, len);
	rest++;
	rest += strspn(rest, " \t");
	e->limit = read_size(rest, LIMIT_MAX);
	if (!e->limit) {
		fault_at(r, r->number,
		        "%s: the limit after the bracket must be a number from 1 to %d: "
		        "160 for one SMS, 182 for a USSD screen",
		        e->id, LIMIT_MAX);
		return false;
	}
	return true;
}

/* Lines up to a blank one, to e->text; each is checked where it stands. */
static void read_body(struct reader *r, struct entry *e)
{
	size_t n = 0;

	while (read_line(r) && r->line[0]) {
		size_t len = strlen(r->line);

		if (r->line[0] == '[') {
			fault_at(r, r->number, "put a blank line before the next [id]");
			return;
		}
		if (n + 1 + len >= sizeof(e->text)) {
			fault_at(r, r->number, "%s is too long: at most %d bytes", e->id,
			        TMPL_TEXT_CAP - 1);
			return;
		}
		if (n)
			e->text[n++] = '\n';
		memcpy(e->text + n, r->line, len);
		n += len;
		check_alphabet(r, r->line);
		check_placeholders(r, r->line);
	}
}

static void check_whole(struct reader *r, struct entry *e)
{
	const struct entry *first = tmpl_entry(r->set, e->id, e->lang);

	e->worst = worst_of(r->set, e->text);
	if (first)
		fault_at(r, e->line, "%s is there already (%s:%d): delete one of the two", e->id,
		        first->file, first->line);
	if (!e->text[0])
		fault_at(r, e->line, "%s has no text: write it on the line below", e->id);
	if (e->worst > e->limit)
		fault_at(r, e->line,
		        "%s needs %zu of %zu with the longest values: shorten it by %zu", e->id,
		        e->worst, e->limit, e->worst - e->limit);
}

static void read_entry(struct reader *r, const char *lang)
{
	struct entry e = { .line = r->number };
	bool was_faulty = r->faulty;

	r->faulty = false;
	(void)text_copy(e.lang, sizeof(e.lang), lang);
	(void)text_copy(e.file, sizeof(e.file), r->file);
	if (read_header(r, &e)) {
		read_body(r, &e);
		check_whole(r, &e);
	} else {
		while (read_line(r) && r->line[0])
			;
	}
	if (!r->faulty) {
		r->set->entry = tmpl_grow(r->set->entry, &r->set->entries, sizeof(e));
		r->set->entry[r->set->entries - 1] = e;
	}
	r->faulty |= was_faulty;
}

rc_t tmpl_load_texts(struct tmpl_set *s, const char *lang, const char *file, const char *content,
        tmpl_fault_fn *fault, void *arg)
{
	struct reader r = reader_of(s, file, content, fault, arg);

	if (strlen(lang) >= TMPL_LANG_CAP) {
		fault_at(&r, 0, "the language's name is too long: at most %d letters",
		        TMPL_LANG_CAP - 1);
		return RC_INVALID;
	}
	while (read_line(&r)) {
		if (r.line[0] == '[')
			read_entry(&r, lang);
		else if (r.line[0])
			fault_at(&r, r.number,
			        "a text without an id: put [ID] and the limit on the line above, "
			        "or # before a comment");
	}
	return r.faulty ? RC_INVALID : RC_OK;
}

/* Cuts s at every '|' into at most max fields; returns how many there are. */
static size_t cut_fields(char *s, char *field[], size_t max)
{
	size_t n = 0;

	for (char *bar; s; s = bar) {
		bar = strchr(s, '|');
		if (bar)
			*bar++ = '\0';
		if (n < max)
			field[n] = s;
		n++;
	}
	return n;
}

static void read_placeholder(struct reader *r)
{
	char *field[5] = { 0 };
	struct placeholder p = { 0 };
	size_t n = cut_fields(r->line, field, 5);

	if (n < 4 || n > 5 || (n == 5 && strcmp(field[4], "fact") != 0)) {
		fault_at(r, r->number,
		        "write name|longest value|max septets|meaning, and |fact at the end of a "
		        "fact");
		return;
	}
	p.fact = n == 5;
	p.max = read_size(field[2], sizeof(p.longest) - 1);
	size_t name = strspn(field[0], "abcdefghijklmnopqrstuvwxyz0123456789");

	if (!name || field[0][name] || !text_copy(p.name, sizeof(p.name), field[0]))
		fault_at(r, r->number, "'%s': a name has 1 to %d small letters or digits", field[0],
		        TMPL_NAME_CAP - 1);
	else if (tmpl_placeholder(r->set, p.name))
		fault_at(r, r->number, "{%s} is there already: delete one of the two", p.name);
	else if (!p.max)
		fault_at(r, r->number, "{%s}: max septets must be 1 to %zu", p.name,
		        sizeof(p.longest) - 1);
	else if (!text_copy(p.longest, sizeof(p.longest), field[1]) ||
	         text_measure(p.longest).coding != TEXT_GSM7 ||
	         text_measure(p.longest).units != p.max)
		fault_at(r, r->number,
		        "{%s}: the longest value must have exactly %zu letters of the SMS alphabet",
		        p.name, p.max);
	else {
		r->set->placeholder =
		        tmpl_grow(r->set->placeholder, &r->set->placeholders, sizeof(p));
		r->set->placeholder[r->set->placeholders - 1] = p;
	}
}

rc_t tmpl_load_placeholders(
        struct tmpl_set *s, const char *file, const char *content, tmpl_fault_fn *fault, void *arg)
{
	struct reader r = reader_of(s, file, content, fault, arg);

	while (read_line(&r))
		if (r.line[0])
			read_placeholder(&r);
	return r.faulty ? RC_INVALID : RC_OK;
}

static bool uses(const struct entry *e, const char *name)
{
	struct tmpl_piece piece;

	for (const char *p = e->text; tmpl_next_piece(&p, &piece) == RC_OK;)
		if (strcmp(piece.name, name) == 0)
			return true;
	return false;
}

static void check_translation(struct reader *r, const struct entry *e, const struct entry *main)
{
	r->file = e->file;
	if (!main) {
		fault_at(r, e->line, "%s is not in the language id: add it there or correct the id",
		        e->id);
		return;
	}
	if (e->limit != main->limit)
		fault_at(r, e->line, "%s: the limit is %zu, as in %s:%d", e->id, main->limit,
		        main->file, main->line);
	for (size_t i = 0; i < r->set->placeholders; i++) {
		const struct placeholder *p = &r->set->placeholder[i];
		bool here = uses(e, p->name), there = uses(main, p->name);

		if (here && !there)
			fault_at(r, e->line, "%s: {%s} is not in the original (%s:%d): remove it",
			        e->id, p->name, main->file, main->line);
		if (p->fact && there && !here)
			fault_at(r, e->line,
			        "%s lacks {%s}, which the original has (%s:%d): add it", e->id,
			        p->name, main->file, main->line);
	}
}

rc_t tmpl_check(struct tmpl_set *s, tmpl_fault_fn *fault, void *arg)
{
	struct reader r = { .set = s, .fault = fault, .arg = arg };

	for (size_t i = 0; i < s->entries; i++)
		if (strcmp(s->entry[i].lang, "id") != 0)
			check_translation(&r, &s->entry[i], tmpl_entry(s, s->entry[i].id, "id"));
	return r.faulty ? RC_INVALID : RC_OK;
}
