/* The door to libcsv. Rows are cut here, line by line, and libcsv reads one row at a time: a stray
 * quotation mark would make one cell of the whole rest of a file. When a row does not fit, only its
 * first line is given up and reading goes on with the next, so a swallowed row is always told. Row
 * numbers are those the officer sees in the spreadsheet. */
#include <payung/csv_table.h>

#include <assert.h>
#include <csv.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define READ_SIZE 65536
/* A row as it comes and the block read behind it; a cell of code page 1252 may grow threefold. */
#define RAW_CAP (CSV_ROW_MAX + READ_SIZE)
#define CELLS_CAP (3 * CSV_ROW_MAX + CSV_COLUMNS_MAX)

static const char why_quotes[] = "has a quotation mark in the wrong place: remove or double it";
static const char why_open[] = "has a quotation mark that is not closed: close or remove it";
static const char why_long[] = "is longer than 65536 bytes: is this the right file?";
static const char why_text[] = "is not UTF-8 text: save the file as CSV UTF-8";
static const char why_columns[] = "has too many columns: at most 64";

struct csv_reader {
	csv_source_fn *source;
	void *arg;
	struct csv_options options;
	struct csv_parser parser;
	rc_t rc; /* of the source */
	bool ended, begun;
	int number;    /* of the row at hand */
	uint64_t base; /* bytes before raw */
	size_t at, end;
	const char *why; /* what is wrong with the row at hand */
	size_t used, n;
	char *cell[CSV_COLUMNS_MAX];
	char cells[CELLS_CAP];
	char row[RAW_CAP];
	char raw[RAW_CAP];
};

/* ---- bytes ---- */

static void fill(struct csv_reader *r)
{
	ssize_t n;

	if (r->ended)
		return;
	memmove(r->raw, r->raw + r->at, r->end - r->at);
	r->base += r->at;
	r->end -= r->at;
	r->at = 0;
	assert(r->end < RAW_CAP);
	n = r->source(r->arg, r->raw + r->end, RAW_CAP - r->end);
	r->ended = n <= 0;
	if (n < 0)
		r->rc = RC_IO;
	else
		r->end += (size_t)n;
}

/* Finds the end of the line that begins `from` bytes behind r->at: its length, and *next where the
 * following one begins. false: it is longer than a row may be. */
static bool find_line(struct csv_reader *r, size_t from, size_t *len, size_t *next)
{
	for (size_t i = from;; i++) {
		/* one byte more than the line: LF behind CR */
		while (r->at + i + 1 >= r->end && !r->ended && i <= CSV_ROW_MAX)
			fill(r);
		if (i > CSV_ROW_MAX)
			return false;
		const char *c = r->raw + r->at + i;

		if (r->at + i < r->end && *c != '\n' && *c != '\r')
			continue;
		*len = i - from;
		*next = r->at + i == r->end ? i : i + 1;
		if (r->at + i + 1 < r->end && c[0] == '\r' && c[1] == '\n')
			++*next;
		return true;
	}
}

static void skip_long_line(struct csv_reader *r)
{
	for (;;) {
		const char *from = r->raw + r->at;
		size_t len = r->end - r->at, i = 0;

		while (i < len && from[i] != '\n' && from[i] != '\r')
			i++;
		r->at += i;
		if (i < len || r->ended)
			return; /* the line end itself makes an empty row, which is not told */
		fill(r);
	}
}

/* ---- one row ---- */

static char *put_cell(struct csv_reader *r, const char *s, size_t len)
{
	/* 0x80 to 0x9f; 0: not in use */
	static const uint16_t cp1252[32] = { 0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020,
		0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c,
		0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e,
		0x178 };
	char *out = r->cells + r->used, *p = out;

	if (!r->options.cp1252) {
		memcpy(p, s, len);
		p += len;
	}
	for (size_t i = 0; r->options.cp1252 && i < len; i++) {
		unsigned c = (unsigned char)s[i];

		if (c - 0x80 < 32)
			c = cp1252[c - 0x80];
		if (!c)
			r->why = why_text;
		else
			p += text_utf8_put(c, p);
	}
	*p = '\0';
	r->used = (size_t)(p + 1 - r->cells);
	return out;
}

static size_t count(const char *s, size_t len, char what)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == what;
	return n;
}

static void on_cell(void *data, size_t len, void *arg)
{
	struct csv_reader *r = arg;
	const char *s = data;

	if (r->n == CSV_COLUMNS_MAX) {
		r->why = why_columns;
		return;
	}
	if (memchr(s, '\n', len) && count(s, len, r->options.delimiter) > 1)
		r->why = why_open; /* rows in a cell: the mark before them closed by chance */
	else if (!r->options.cp1252 && !text_utf8_valid(s, len))
		r->why = why_text;
	while (len && (*s == ' ' || *s == '\t'))
		s++, len--;
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	r->cell[r->n++] = put_cell(r, s, len);
}

static void parser_open(struct csv_reader *r)
{
	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		abort();
	csv_set_delim(&r->parser, (unsigned char)r->options.delimiter);
	csv_set_blk_size(&r->parser, CSV_ROW_MAX); /* its own 128 bytes make a long cell slow */
}

/* The row as libcsv wants it: line ends within become LF, and ="001", by which spreadsheets keep
 * their hands off a number, becomes "001". */
static size_t put_row(struct csv_reader *r, const char *s, size_t len)
{
	bool quoted = false, start = true;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char next = i + 1 < len ? s[i + 1] : '\0';

		if (start && s[i] == '=' && next == '"')
			continue;
		quoted ^= s[i] == '"';
		start = !quoted && s[i] == r->options.delimiter;
		if (s[i] != '\r')
			r->row[n++] = s[i];
		else if (next != '\n')
			r->row[n++] = '\n';
	}
	r->row[n++] = '\n';
	return n;
}

static void parse(struct csv_reader *r, const char *s, size_t len)
{
	size_t n = put_row(r, s, len);

	r->why = NULL;
	r->n = r->used = 0;
	if (csv_parse(&r->parser, r->row, n, on_cell, NULL, r) != n)
		r->why = why_quotes;
	if (r->why || csv_fini(&r->parser, on_cell, NULL, r) != 0) {
		r->why = r->why ? r->why : why_open;
		csv_free(&r->parser);
		parser_open(r);
	}
}

/* ---- rows ---- */

/* A spreadsheet set to Indonesian writes semicolons. */
static char likely_delimiter(const char *s, size_t len)
{
	size_t comma = count(s, len, ','), semicolon = count(s, len, ';'),
	       tab = count(s, len, '\t');

	if (tab > comma && tab > semicolon)
		return '\t';
	return semicolon > comma ? ';' : ',';
}

static bool is_blank(const char *s, size_t len)
{
	return count(s, len, ' ') + count(s, len, '\t') == len;
}

/* The line sep=; that Excel obeys. */
static bool take_sep(struct csv_reader *r, const char *s, size_t len)
{
	bool quoted = len >= 2 && s[0] == '"';

	if (quoted)
		s++, len--;
	if (len < 5 || strncasecmp(s, "sep=", 4) != 0 || !strchr(",;\t|", s[4]) ||
	        (len > 5 && (!quoted || s[5] != '"')))
		return false;
	if (!r->options.delimiter)
		r->options.delimiter = s[4];
	return true;
}

/* false: the line is no row. */
static bool begin(struct csv_reader *r, const char *s, size_t len)
{
	if (r->begun)
		return true;
	if (r->number == 1 && take_sep(r, s, len))
		return false;
	if (is_blank(s, len))
		return false;
	if (!r->options.delimiter)
		r->options.delimiter = likely_delimiter(s, len);
	parser_open(r);
	r->begun = true;
	return true;
}

/* How many bytes the row takes that begins with the first line; 0: its quotes do not close. */
static size_t join_lines(struct csv_reader *r, size_t len, size_t next, size_t *row_len)
{
	size_t marks = count(r->raw + r->at, len, '"');

	*row_len = len;
	for (int lines = 1; marks % 2; lines++) {
		size_t from = next;

		if (lines == CSV_LINES_MAX || !find_line(r, from, &len, &next) || next == from)
			return 0;
		*row_len = from + len;
		marks += count(r->raw + r->at + from, len, '"');
	}
	return next;
}

static bool has_text(const struct csv_reader *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (*r->cell[i])
			return true;
	return false;
}

/* Reads the row at r->at, whose first line is known, and moves behind it. */
static void take_row(struct csv_reader *r, size_t len, size_t next)
{
	size_t row_len, all = join_lines(r, len, next, &row_len);

	r->n = 0;
	r->why = all ? NULL : why_open;
	if (all)
		parse(r, r->raw + r->at, row_len);
	r->at += r->why ? next : all;
	r->number++;
}

rc_t csv_next(struct csv_reader *r, struct csv_row *row, const char **why)
{
	for (;;) {
		size_t len = 0, next = 0;
		bool fits = find_line(r, 0, &len, &next);
		const char *line = r->raw + r->at;

		if (r->rc != RC_OK)
			return r->rc;
		if (fits && next == 0)
			return RC_NOENT;
		row->number = r->number;
		row->n = 0;
		if (!fits) {
			skip_long_line(r);
			*why = why_long;
			return RC_INVALID;
		}
		if ((r->options.comments && *line == '#') || !begin(r, line, len)) {
			r->at += next;
			r->number++;
			continue;
		}
		take_row(r, len, next);
		if (r->rc != RC_OK)
			return r->rc;
		if (r->why) {
			*why = r->why;
			return RC_INVALID;
		}
		if (!has_text(r))
			continue;
		row->n = r->n;
		memcpy(row->cell, r->cell, r->n * sizeof *r->cell);
		return RC_OK;
	}
}

struct csv_reader *csv_open(csv_source_fn *source, void *arg, const struct csv_options *options)
{
	struct csv_reader *r = malloc(sizeof *r);

	if (!r)
		abort();
	memset(r, 0, offsetof(struct csv_reader, cells));
	r->source = source;
	r->arg = arg;
	r->options = *options;
	r->number = 1;
	r->rc = RC_OK;
	while (!r->ended && r->end < 3)
		fill(r);
	if (r->end >= 3 && memcmp(r->raw, "\xef\xbb\xbf", 3) == 0)
		r->at = 3;
	return r;
}

void csv_close(struct csv_reader *r)
{
	if (r && r->begun)
		csv_free(&r->parser);
	if (r)
		explicit_bzero(r, sizeof *r); /* rows hold NIKs */
	free(r);
}

uint64_t csv_position(const struct csv_reader *r)
{
	return r->base + r->at;
}

char csv_delimiter(const struct csv_reader *r)
{
	return r->options.delimiter;
}
