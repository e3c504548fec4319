#include "list.h"

#include <inttypes.h>
#include <stdlib.h>

int list_collect(struct cli *c, list_fn *fn, const void *arg, json_t **out)
{
	int end = cli_open(c, STORE_READ);

	if (end)
		return end;
	json_t *rows = json_array();

	if (!rows)
		abort();
	end = cli_store_end(c, fn(c->store, rows, arg), "list");
	store_close(c->store);
	c->store = NULL;
	if (end)
		json_decref(rows);
	else
		*out = rows;
	return end;
}

int list_print(
        struct cli *c, list_fn *fn, const void *arg, const struct table_column *columns, size_t n)
{
	json_t *rows = NULL;
	int end = list_collect(c, fn, arg, &rows);

	if (end)
		return end;
	table_print(stdout, rows, columns, n, c->json);
	json_decref(rows);
	return 0;
}

static void print_object(json_t *object)
{
	table_print_json(stdout, object);
	json_decref(object);
}

void list_print_new(const struct cli *c, const char *field, const char *value)
{
	json_t *o = c->json ? json_object() : NULL;

	if (!o) {
		puts(value);
		return;
	}
	table_text(o, field, value);
	print_object(o);
}

void list_print_id(const struct cli *c, int64_t id)
{
	json_t *o = c->json ? json_object() : NULL;

	if (!o) {
		printf("%" PRId64 "\n", id);
		return;
	}
	table_int(o, "id", id);
	print_object(o);
}
