/* A CSV file with a header row, as spreadsheets write it: comma or semicolon, with or without a
 * byte order mark, any kind of line end. Content in, cells out; no files here. */
#ifndef PAYUNG_CSV_TABLE_H
#define PAYUNG_CSV_TABLE_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>

#define CSV_COLUMNS_MAX 32

struct csv_row {
	int number; /* as a spreadsheet counts: the header is row 1 */
	size_t n;
	char *cell[CSV_COLUMNS_MAX]; /* blanks at both ends are gone */
};
struct csv_table {
	struct csv_row header;
	struct csv_row *row;
	size_t n, cap;
};

/* Reads it all; rows without any text are left out (but counted), and with comments so are rows
 * that begin with #. On RC_OK *out is the caller's, for csv_table_free(). RC_INVALID: *row is where
 * it breaks (quotation marks, a NUL, not UTF-8, too many columns), *why says how; row 0: no header.
 */
rc_t csv_read(const char *content, size_t len, bool comments, struct csv_table *out, int *row,
        const char **why) MUST_CHECK;
void csv_table_free(struct csv_table *t); /* a zeroed table is fine */
/* Column with this heading (case does not matter), -1 = none. */
int csv_column(const struct csv_table *t, const char *heading);
/* Cell of a row, "" when the row is too short or column is -1. */
const char *csv_cell(const struct csv_row *r, int column);

#endif
