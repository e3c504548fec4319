/* What every list command does, and how a new record's name is printed. */
#ifndef PAYUNG_LIST_H
#define PAYUNG_LIST_H

#include "cli.h"
#include "table.h"

/* Adds rows from the open store to the JSON array. */
typedef rc_t list_fn(struct store *s, json_t *rows, const void *arg);
/* Opens the store for reading, collects, closes. 0: *out is the caller's; or told. */
int list_collect(struct cli *c, list_fn *fn, const void *arg, json_t **out);
/* Collects and prints. 0, or told. */
int list_print(
        struct cli *c, list_fn *fn, const void *arg, const struct table_column *columns, size_t n);

/* The name of what was made: bare, or {"field":"value"} with --json. */
void list_print_new(const struct cli *c, const char *field, const char *value);
void list_print_id(const struct cli *c, int64_t id);

#endif
