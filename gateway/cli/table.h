/* What a list command shows: rows of named values, as aligned text or as JSON. Rows are collected
 * first and printed when the store is no longer read: a slow terminal must not hold a reader. */
#ifndef PAYUNG_TABLE_H
#define PAYUNG_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct table_column {
	const char *field;   /* name in JSON */
	const char *heading; /* in text; NULL = shown in JSON only */
};

/* New row, borrowed: values are set with the functions below. rows is a JSON array. */
json_t *table_row(json_t *rows);
/* Text from outside may be broken: what is not UTF-8 is replaced. */
void table_text(json_t *row, const char *field, const char *value);
void table_int(json_t *row, const char *field, int64_t value);
void table_bool(json_t *row, const char *field, bool value);
/* UTC second as "YYYY-MM-DDTHH:MM:SSZ"; 0 = "". */
void table_time(json_t *row, const char *field, int64_t utc_s);

/* Prints the rows with the columns that have a heading, or as one JSON line each and an array
 * around them. Control characters never reach the terminal. */
void table_print(
        FILE *out, const json_t *rows, const struct table_column *columns, size_t n, bool json);
/* One JSON value on one line. */
void table_print_json(FILE *out, const json_t *value);

#endif
