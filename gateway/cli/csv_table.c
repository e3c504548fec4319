/* The door to libcsv. Line ends are made one kind first and empty lines are reported, so that the
 * row we name is the row the officer sees in the spreadsheet. */
#include "csv_table.h"

#include <csv.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLOCK ((size_t)1 << 20)

struct reader {
	struct csv_table t;
	struct csv_row row; /* being filled */
	int number;
	bool have_header;
	const char *why; /* the first fault */
	int fault_row;
};

static void fault(struct reader *r, const char *why)
{
	if (!r->why) {
		r->why = why;
		r->fault_row = r->number;
	}
}

static char *copy_trimmed(const char *s, size_t len)
{
	while (len && (*s == ' ' || *s == '\t'))
		s++, len--;
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	char *out = strndup(s, len);

	if (!out)
		abort();
	return out;
}

static void on_cell(void *data, size_t len, void *arg)
{
	struct reader *r = arg;

	if (r->row.n == CSV_COLUMNS_MAX)
		fault(r, "has too many columns: at most 32");
	else if (!text_utf8_valid(data, len))
		fault(r, "is not UTF-8 text: save the file as CSV UTF-8");
	else
		r->row.cell[r->row.n++] = copy_trimmed(data, len);
}

static void row_clear(struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		free(row->cell[i]);
	*row = (struct csv_row){ 0 };
}

static bool row_counts(const struct reader *r)
{
	for (size_t i = 0; i < r->row.n; i++)
		if (r->row.cell[i][0])
			return true;
	return false;
}

/* Which of the two is meant nobody can know. */
static bool has_twins(const struct csv_row *header)
{
	for (size_t i = 0; i < header->n; i++)
		for (size_t k = 0; header->cell[i][0] && k < i; k++)
			if (strcasecmp(header->cell[i], header->cell[k]) == 0)
				return true;
	return false;
}

static void keep_row(struct reader *r)
{
	struct csv_table *t = &r->t;

	r->row.number = r->number;
	if (!r->have_header) {
		if (has_twins(&r->row))
			fault(r, "names a column twice: remove one");
		t->header = r->row;
		r->have_header = true;
	} else {
		if (t->n == t->cap) {
			t->cap = t->cap ? t->cap * 2 : 64;
			t->row = reallocarray(t->row, t->cap, sizeof *t->row);
			if (!t->row)
				abort();
		}
		t->row[t->n++] = r->row;
	}
	r->row = (struct csv_row){ 0 };
}

static void on_row(int end, void *arg)
{
	struct reader *r = arg;

	(void)end;
	if (row_counts(r))
		keep_row(r);
	else
		row_clear(&r->row);
	r->number++;
}

/* CR LF and CR become LF. Returns the new length. */
static size_t unify_line_ends(char *s, size_t len)
{
	size_t out = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] != '\r')
			s[out++] = s[i];
		else if (i + 1 == len || s[i + 1] != '\n')
			s[out++] = '\n';
	}
	return out;
}

static size_t count(const char *s, size_t len, char what)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == what;
	return n;
}

/* A comment may hold any quotation mark, so it never gets to the parser. */
static void blank_comments(char *s, size_t len)
{
	bool start = true, comment = false;

	for (size_t i = 0; i < len; i++) {
		comment = s[i] != '\n' && (comment || (start && s[i] == '#'));
		start = s[i] == '\n';
		if (comment)
			s[i] = ' ';
	}
}

/* The header decides: a spreadsheet set to Indonesian writes semicolons. */
static unsigned char delimiter(const char *s, size_t len)
{
	while (len && (*s == ' ' || *s == '\n'))
		s++, len--;
	const char *end = memchr(s, '\n', len);

	if (end)
		len = (size_t)(end - s);
	return count(s, len, ';') > count(s, len, ',') ? ';' : ',';
}

static void parse(struct reader *r, const char *s, size_t len)
{
	struct csv_parser p;

	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
		abort();
	csv_set_delim(&p, delimiter(s, len));
	csv_set_blk_size(&p, BLOCK); /* its own 128 bytes make a long cell take minutes */
	if (csv_parse(&p, s, len, on_cell, on_row, r) != len ||
	        csv_fini(&p, on_cell, on_row, r) != 0)
		fault(r, "has a quotation mark in the wrong place: remove or double it");
	csv_free(&p);
}

rc_t csv_read(const char *content, size_t len, bool comments, struct csv_table *out, int *row,
        const char **why)
{
	struct reader r = { .number = 1 };

	if (len >= 3 && memcmp(content, "\xef\xbb\xbf", 3) == 0) {
		content += 3;
		len -= 3;
	}
	char *copy = malloc(len + 1);

	if (!copy)
		abort();
	memcpy(copy, content, len);
	len = unify_line_ends(copy, len);
	if (comments)
		blank_comments(copy, len);
	parse(&r, copy, len);
	free(copy);
	row_clear(&r.row);
	if (!r.why && !r.have_header) {
		r.why = "has no header row";
		r.fault_row = 0;
	}
	if (r.why) {
		*why = r.why;
		*row = r.fault_row;
		csv_table_free(&r.t);
		return RC_INVALID;
	}
	*out = r.t;
	return RC_OK;
}

void csv_table_free(struct csv_table *t)
{
	row_clear(&t->header);
	for (size_t i = 0; i < t->n; i++)
		row_clear(&t->row[i]);
	free(t->row);
	*t = (struct csv_table){ 0 };
}

int csv_column(const struct csv_table *t, const char *heading)
{
	for (size_t i = 0; i < t->header.n; i++)
		if (strcasecmp(t->header.cell[i], heading) == 0)
			return (int)i;
	return -1;
}

const char *csv_cell(const struct csv_row *r, int column)
{
	return column >= 0 && (size_t)column < r->n ? r->cell[column] : "";
}
