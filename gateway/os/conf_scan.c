/* libconfuse forgives what we must not: of a key given twice it silently takes the last, merges
 * sections, reads 010 as 8, expands ${VARIABLES}, includes files. So the form of the file is
 * checked here before libconfuse reads the values. Only what both would read alike is let through;
 * the rest is refused with its line. */
#include "conf_scan.h"
#include <assert.h>
#include <ctype.h>
#include <payung/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN };
struct token {
	enum token_kind kind;
	int line;
	char sign;
	char text[1024];
};

struct scan {
	const char *p, *end;
	struct conf_place at;
	int name_line; /* of the key or section at hand: where people look */
	int nth;       /* of its name while in a section with a title, else -1 */
	struct token t;
	struct conf_scan *out;
	char *err;
};

rc_t conf_refuse(char err[CONF_ERR_CAP], struct conf_place at, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(err, CONF_ERR_CAP, "%s:%d: ", at.file, at.line);

	if (n < CONF_ERR_CAP && *at.section)
		n += snprintf(err + n, CONF_ERR_CAP - (size_t)n, "section %s%s%s: ", at.section,
		        *at.title ? " " : "", at.title);
	if (n < CONF_ERR_CAP) {
		va_start(ap, fmt);
		vsnprintf(err + n, CONF_ERR_CAP - (size_t)n, fmt, ap);
		va_end(ap);
	}
	return RC_INVALID;
}

int conf_scan_line(const struct conf_scan *s, const char *section, int nth, const char *name)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct conf_seen *e = &s->seen[i];

		if (e->nth == nth && strcmp(e->section, section) == 0 && strcmp(e->name, name) == 0)
			return e->line;
	}
	return 0;
}

const char *conf_scan_title(const struct conf_scan *s, const struct conf_section *of, int nth)
{
	for (size_t i = 0; i < s->titles; i++)
		if (s->title[i].of == of && s->title[i].nth == nth)
			return s->title[i].text;
	return "";
}

int conf_scan_count(const struct conf_scan *s, const struct conf_section *of)
{
	int n = 0;

	for (size_t i = 0; i < s->titles; i++)
		n += s->title[i].of == of;
	return n;
}

static struct conf_place at_name(const struct scan *s)
{
	struct conf_place at = s->at;

	at.line = s->name_line;
	return at;
}

static void note(struct scan *s, const char *section, const char *name)
{
	assert(s->out->n < CONF_SEEN_MAX);
	s->out->seen[s->out->n++] = (struct conf_seen){
		.section = section, .nth = s->nth, .name = name, .line = s->name_line
	};
}

/* Moves behind blanks and comments. */
static rc_t skip_blanks(struct scan *s)
{
	while (s->p < s->end) {
		char next = s->p + 1 < s->end ? s->p[1] : '\0';

		if (*s->p == '\n') {
			s->at.line++;
			s->p++;
		} else if (*s->p == ' ' || *s->p == '\t') {
			s->p++;
		} else if (*s->p == '#' || (*s->p == '/' && next == '/')) {
			while (s->p < s->end && *s->p != '\n')
				s->p++;
		} else if (*s->p == '/' && next == '*') {
			const char *close = memmem(s->p + 2, (size_t)(s->end - s->p) - 2, "*/", 2);

			if (!close)
				return conf_refuse(
				        s->err, s->at, "the comment has no end; write */");
			for (; s->p < close + 2; s->p++)
				s->at.line += *s->p == '\n';
		} else {
			break;
		}
	}
	return RC_OK;
}

/* A quoted string. Of the escapes only \" and \\ within double quotes mean the same to everyone. */
static rc_t read_string(struct scan *s)
{
	char quote = *s->p++;
	size_t n = 0;

	while (s->p < s->end && *s->p != quote) {
		unsigned char c = (unsigned char)*s->p++;

		if (c < 0x20 || c == 0x7f)
			return conf_refuse(s->err, s->at,
			        "a string holds a control character or is not closed; close it "
			        "with %c "
			        "on its line",
			        quote);
		if (quote == '"' && c == '$' && s->p < s->end && *s->p == '{')
			return conf_refuse(s->err, s->at,
			        "${...} is not replaced here; write the value itself");
		if (c == '\\') {
			if (quote == '\'' || s->p == s->end || !strchr("\"\\", *s->p))
				return conf_refuse(s->err, s->at,
				        "a backslash may only stand before \" or \\ within double "
				        "quotes; remove it");
			c = (unsigned char)*s->p++;
		}
		if (n + 1 == sizeof(s->t.text))
			return conf_refuse(
			        s->err, s->at, "a string is longer than %zu bytes; shorten it", n);
		s->t.text[n++] = (char)c;
	}
	if (s->p == s->end)
		return conf_refuse(
		        s->err, s->at, "a string is not closed; close it with %c", quote);
	s->p++;
	s->t.text[n] = '\0';
	if (!text_utf8_valid(s->t.text, n))
		return conf_refuse(s->err, s->at, "a string is not UTF-8; save the file as UTF-8");
	s->t.kind = TOKEN_STRING;
	return RC_OK;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

static rc_t read_word(struct scan *s)
{
	size_t n = 0;

	while (s->p < s->end && is_word_char(*s->p) && n + 1 < sizeof(s->t.text))
		s->t.text[n++] = *s->p++;
	s->t.text[n] = '\0';
	s->t.kind = TOKEN_WORD;
	return RC_OK;
}

static rc_t next_token(struct scan *s)
{
	unsigned char c;
	rc_t rc = skip_blanks(s);

	if (rc != RC_OK)
		return rc;
	s->t.line = s->at.line;
	s->t.text[0] = '\0';
	if (s->p == s->end) {
		s->t.kind = TOKEN_END;
		return RC_OK;
	}
	c = (unsigned char)*s->p;
	if (c == '"' || c == '\'')
		return read_string(s);
	if (is_word_char(*s->p))
		return read_word(s);
	if (strchr("{}=", c) && c) {
		s->t.kind = TOKEN_SIGN;
		s->t.sign = (char)c;
		s->p++;
		return RC_OK;
	}
	if (c == '+' && s->p + 1 < s->end && s->p[1] == '=')
		return conf_refuse(s->err, s->at, "+= adds to nothing here; write =");
	if (c == '\r')
		return conf_refuse(s->err, s->at,
		        "the line ends as in Windows; save the file with Unix line ends");
	if (c > 0x20 && c < 0x7f)
		return conf_refuse(s->err, s->at,
		        "unexpected %c; put values that hold it in double quotes", c);
	return conf_refuse(s->err, s->at, "unexpected byte 0x%02x; remove it", (unsigned)c);
}

static bool is_sign(const struct scan *s, char sign)
{
	return s->t.kind == TOKEN_SIGN && s->t.sign == sign;
}

/* Whether the value is written as its type wants it. PINs must not be repeated in messages. */
static rc_t check_form(struct scan *s, const struct conf_key *k)
{
	bool quoted = s->t.kind == TOKEN_STRING;
	const char *v = s->t.text;

	switch (k->type) {
	case CONF_PHONE:
	case CONF_DIGITS:
		if (!quoted)
			return conf_refuse(s->err, at_name(s),
			        "%s must be a string, because its digits are not a quantity; put "
			        "it in double quotes",
			        k->name);
		return RC_OK;
	case CONF_INT:
		v += *v == '-';
		if (quoted || !*v || v[strspn(v, "0123456789")] || (*v == '0' && v[1]))
			return conf_refuse(s->err, at_name(s),
			        "%s must be a whole number; write digits without quotes and "
			        "leading zeros",
			        k->name);
		return RC_OK;
	case CONF_BOOL:
		if (quoted)
			return conf_refuse(s->err, at_name(s),
			        "%s must be true or false; write it without quotes", k->name);
		return RC_OK;
	case CONF_TEXT:
	case CONF_PATH:
	case CONF_SOCKET:
	case CONF_CHOICE:
	case CONF_DAYS:
	case CONF_WINDOW:
		return RC_OK;
	}
	return RC_OK;
}

static rc_t refuse_unknown(struct scan *s, const char *name)
{
	const struct conf_section *sec;

	if (strcmp(name, "include") == 0)
		return conf_refuse(s->err, at_name(s),
		        "include is not done here; write everything into this file");
	for (size_t i = 0; (sec = conf_section_at(i)) != NULL; i++)
		if (conf_key_find(sec->name, name))
			return conf_refuse(s->err, at_name(s),
			        "key %s does not stand here; move it %s%s", name,
			        *sec->name ? "into section " : "out of the sections", sec->name);
	return conf_refuse(s->err, at_name(s),
	        "unknown key %.40s; correct or remove it (man payung.conf lists them)", name);
}

/* name = value; the current token is =. */
static rc_t scan_key(struct scan *s, const char *name)
{
	const struct conf_key *k = conf_key_find(s->at.section, name);
	int first;
	rc_t rc;

	if (!k)
		return refuse_unknown(s, name);
	first = conf_scan_line(s->out, k->section, s->nth, k->name);
	if (first)
		return conf_refuse(s->err, at_name(s),
		        "%s is given twice, first on line %d; keep one", k->name, first);
	note(s, k->section, k->name);
	rc = next_token(s);
	if (rc != RC_OK)
		return rc;
	if (s->t.kind != TOKEN_WORD && s->t.kind != TOKEN_STRING)
		return conf_refuse(
		        s->err, at_name(s), "%s takes one value; write it behind the =", k->name);
	return check_form(s, k);
}

static rc_t scan_items(struct scan *s, bool in_section);

static rc_t open_titled(struct scan *s, const struct conf_section *of, const char *title)
{
	int n = conf_scan_count(s->out, of);
	struct conf_title *t = &s->out->title[s->out->titles];

	if (!*title ||
	        title[strspn(title, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "0123456789_.-")] ||
	        strlen(title) >= CONF_TITLE_CAP)
		return conf_refuse(s->err, at_name(s),
		        "a %s needs a name of 1 to %d letters, digits, _ . or -; write %s "
		        "\"name\" {",
		        of->name, CONF_TITLE_CAP - 1, of->name);
	for (int i = 0; i < n; i++)
		if (strcmp(conf_scan_title(s->out, of, i), title) == 0)
			return conf_refuse(s->err, at_name(s),
			        "%s %s is given twice, first on line %d; rename one", of->name,
			        title, conf_scan_line(s->out, of->name, i, ""));
	if ((size_t)n == of->max)
		return conf_refuse(s->err, at_name(s), "more than %zu %ss; %s", of->max, of->name,
		        of->too_many);
	assert(s->out->titles < CONF_TITLES_MAX);
	*t = (struct conf_title){ .of = of, .nth = n };
	memcpy(t->text, title, strlen(title) + 1);
	s->out->titles++;
	s->nth = n;
	s->at.title = t->text;
	return RC_OK;
}

/* name ["title"] { ... }; the current token is { or the title. */
static rc_t scan_section(struct scan *s, const char *name)
{
	const struct conf_section *section = conf_section_find(name);
	char title[CONF_TITLE_CAP + 1] = "";
	int first, opened = s->name_line;
	rc_t rc = RC_OK;

	if (!section || *s->at.section)
		return conf_refuse(s->err, at_name(s),
		        "unknown section %.40s; correct or remove it (man payung.conf lists them)",
		        name);
	if (!is_sign(s, '{')) {
		(void)text_copy(title, sizeof(title), s->t.text);
		rc = next_token(s);
	}
	if (rc != RC_OK)
		return rc;
	s->at.section = section->name;
	first = conf_scan_line(s->out, section->name, -1, "");
	if (!section->max && *title)
		return conf_refuse(s->err, at_name(s), "it takes no name; remove the name");
	if (first)
		return conf_refuse(s->err, at_name(s),
		        "the section is given twice, first on line %d; make them one", first);
	if (!is_sign(s, '{'))
		return conf_refuse(s->err, at_name(s), "{ is missing; write it behind the name");
	if (section->max)
		rc = open_titled(s, section, title);
	if (rc != RC_OK)
		return rc;
	note(s, section->name, "");
	rc = scan_items(s, true);
	if (rc == RC_OK && !is_sign(s, '}')) {
		s->name_line = opened;
		rc = conf_refuse(s->err, at_name(s), "the section is not closed; write }");
	}
	s->at.section = s->at.title = "";
	s->nth = -1;
	return rc;
}

/* Keys and sections up to } or the end of the file. */
static rc_t scan_items(struct scan *s, bool in_section)
{
	char name[64];
	rc_t rc;

	while ((rc = next_token(s)) == RC_OK && s->t.kind != TOKEN_END) {
		if (in_section && is_sign(s, '}'))
			return RC_OK;
		s->name_line = s->t.line;
		if (s->t.kind != TOKEN_WORD || isdigit((unsigned char)s->t.text[0]))
			return conf_refuse(s->err, at_name(s),
			        "a key or section name is missing; write name = value");
		(void)text_copy(name, sizeof(name), s->t.text);
		if (strcmp(name, "include") == 0)
			return refuse_unknown(s, name);
		rc = next_token(s);
		if (rc != RC_OK)
			return rc;
		if (is_sign(s, '='))
			rc = scan_key(s, name);
		else if (is_sign(s, '{') || s->t.kind == TOKEN_STRING ||
		         (s->t.kind == TOKEN_WORD && conf_section_find(name)))
			rc = scan_section(s, name);
		else
			rc = conf_refuse(
			        s->err, at_name(s), "= is missing behind %s; write it", name);
		if (rc != RC_OK)
			return rc;
	}
	return rc;
}

rc_t conf_scan(const char *file, const char *text, size_t len, struct conf_scan *out,
        char err[CONF_ERR_CAP])
{
	struct scan s = { .p = text,
		.end = text + len,
		.at = { .file = file, .line = 1, .section = "", .title = "" },
		.nth = -1,
		.out = out,
		.err = err };
	const char *nul = memchr(text, '\0', len);
	rc_t rc;

	memset(out, 0, sizeof(*out));
	if (nul) {
		for (; s.p < nul; s.p++)
			s.at.line += *s.p == '\n';
		return conf_refuse(err, s.at, "a NUL byte; save the file as plain text");
	}
	rc = scan_items(&s, false);
	out->last_line = s.at.line;
	explicit_bzero(&s.t, sizeof(s.t));
	return rc;
}
