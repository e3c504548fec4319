/* What the steps of an import hand on: file, header, values. */
#ifndef RECONCILE_IMPORT_INT_H
#define RECONCILE_IMPORT_INT_H

#include <payung/cover_match.h>
#include <payung/csv_table.h>
#include <payung/reconcile_import.h>
#include <sys/stat.h>

#define IMPORT_SEEK_ROWS 30  /* a header stands within so many rows */
#define IMPORT_TEXT_MAX 4096 /* of what makes a row that row */
#define IMPORT_MONTHS_MAX 60
#define IMPORT_HEAD_CAP 40

/* ---- header ---- */
struct import_columns {
	int at[CONF_COLUMNS];                     /* -1: the file has none */
	bool refused[CONF_COLUMNS];               /* the source says so */
	char head[CONF_COLUMNS][IMPORT_HEAD_CAP]; /* how the file heads them, for messages */
	char key[CONF_COLUMN_CAP];    /* heading of the column without which there is no row */
	bool used[CSV_COLUMNS_MAX];   /* by one of them */
	bool headed[CSV_COLUMNS_MAX]; /* has a heading at all */
};
/* Takes the row for the header. RC_NOENT: it is none, *found of its columns are ours; RC_INVALID:
 * it is, and cannot be used as it is; why says what is missing or twice. */
rc_t import_columns_find(const struct import_rules *r, const struct csv_row *row,
        struct import_columns *out, int *found, char why[IMPORT_WHY_CAP]) MUST_CHECK;

/* ---- values ---- */
struct import_values {
	char id[IMPORT_TEXT_MAX]; /* what makes it this row */
	int64_t day;
	rupiah_t amount;
	month_t from, to;
	int months, sex;
	bool banks_own; /* a charge or interest */
	enum insurer_segment segment;
	struct date born;
	char text[IMPORT_TEXT_CAP], account[MATCH_ACCOUNT_CAP], payer[IMPORT_NAME_CAP];
	char nik[NIK_LEN + 1], name[IMPORT_NAME_CAP], transfer[64], card[20], reason[120];
};
/* TAKEN: the values are good; BAD: why says what is wrong and what to do; SKIPPED: no entry. why
 * may say something of a good row, too. */
enum import_verdict import_values_read(const struct import_rules *r,
        const struct import_columns *columns, const struct csv_row *row, struct import_values *out,
        char why[IMPORT_WHY_CAP]);
/* All cells in one line, for a row that could not be read. */
void import_row_text(const struct csv_row *row, char out[IMPORT_TEXT_MAX]);

/* One row at hand: what its cells said (import_cells.c), weighed together (import_values.c). */
struct import_reading {
	const struct import_rules *r;
	const struct import_columns *columns;
	const struct csv_row *row;
	struct import_values *v;
	char *why;
	bool bad, has[CONF_COLUMNS];
	struct office_amount amount[CONF_COLUMNS];
	month_t month;
	char status[120], full[2048];    /* the text before it is masked and cut */
	char account[MATCH_ACCOUNT_CAP]; /* also when it is a NIK, which the store does not get */
};
/* Marks the row as bad; the first reason stands. */
void import_bad(struct import_reading *g, const char *fmt, ...) PRINTF_LIKE(2, 3);
void import_bad_cell(
        struct import_reading *g, enum conf_column c, const char *cell, const char *next);
/* What people call the column: its heading in this file, else our word for it. */
const char *import_head(const struct import_reading *g, enum conf_column c);
bool import_mapped(const struct import_reading *g, enum conf_column c);
void import_cells_read(struct import_reading *g);

/* ---- file ---- */
struct import_file {
	int fd;
	off_t at;
	struct stat st;
	uint8_t hash[CRYPTO_HASH_LEN];
	bool utf8;
};
/* Digest, kind and letters of the file. */
rc_t import_file_look(struct import_file *f, char err[IMPORT_ERR_CAP]) MUST_CHECK;
csv_source_fn import_file_read; /* arg: struct import_file */
bool import_file_changed(const struct import_file *f);

#endif
