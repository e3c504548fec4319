/* CSV as spreadsheets write it: comma, semicolon or tab, with or without a byte order mark or a
 * line sep=; at the top, any kind of line end. Bytes in, cells out, one row at a time, so that a
 * file of any length needs the same memory; a row that is broken never takes others with it. */
#ifndef PAYUNG_CSV_TABLE_H
#define PAYUNG_CSV_TABLE_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CSV_COLUMNS_MAX 64
#define CSV_ROW_MAX     65536 /* bytes of one row */
#define CSV_LINES_MAX   20    /* of one row with line breaks in its cells */

struct csv_row {
	int number; /* as a spreadsheet counts: the first row is 1 */
	size_t n;
	char *cell[CSV_COLUMNS_MAX]; /* UTF-8; blanks at both ends are gone */
};

/* Up to cap bytes, 0 at the end, below 0 when they cannot be read. */
typedef ssize_t csv_source_fn(void *arg, char *buf, size_t cap);
struct csv_options {
	char delimiter; /* '\0': by the line sep= or the first row */
	bool comments;  /* lines that begin with # are no rows, but counted */
	bool cp1252;    /* the bytes are Windows' code page 1252, not UTF-8 */
};
struct csv_reader;
/* arg is borrowed until csv_close(). */
struct csv_reader *csv_open(csv_source_fn *source, void *arg, const struct csv_options *options);
void csv_close(struct csv_reader *r); /* NULL is fine */
/* The next row that has any text; its cells are borrowed until the next call. RC_NOENT: no more.
 * RC_INVALID: row->number cannot be read, *why says how and what to do; go on with the next.
 * RC_IO: the source failed. */
rc_t csv_next(struct csv_reader *r, struct csv_row *row, const char **why) MUST_CHECK;
uint64_t csv_position(const struct csv_reader *r); /* bytes of the source behind us */
char csv_delimiter(const struct csv_reader *r);    /* '\0' before the first row */

/* ---- small files as a whole, with a header row ---- */
struct csv_table {
	struct csv_row header;
	struct csv_row *row;
	size_t n, cap;
};
/* On RC_OK *out is the caller's, for csv_table_free(). RC_INVALID: *row is where it breaks
 * (quotation marks, a NUL, not UTF-8, too many columns, a column named twice), *why says how; row 0:
 * no header. */
rc_t csv_read(const char *content, size_t len, bool comments, struct csv_table *out, int *row,
	const char **why) MUST_CHECK;
void csv_table_free(struct csv_table *t); /* a zeroed table is fine */
/* Column with this heading (case does not matter), -1 = none. */
int csv_column(const struct csv_table *t, const char *heading);
/* Cell of a row, "" when the row is too short or column is -1. */
const char *csv_cell(const struct csv_row *r, int column);

#endif
