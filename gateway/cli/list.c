#include "list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What was asked for by its words does not exist: where to look for what does. */
static int nobody(const struct cli *c)
{
	static const struct {
		const char *words, *where;
	} hints[] = {
		{ "issue ", "see payung issue list --all" },
		{ "payment ", "see payung payment list" },
		{ "request ", "see payung request list --all" },
		{ "programme ", "see payung programme list" },
		{ "balance", "see payung sponsor list, payung pledge list" },
		{ "reminders ", "name a worker by id, phone or the reference of the registration, "
		                "a pledge by its reference" },
	};
	const char *where = "see payung help";

	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (strncmp(c->command->words, hints[i].words, strlen(hints[i].words)) == 0)
			where = hints[i].where;
	return cli_end(
	        CLI_NOT_FOUND, "%s: there is none by this name: %s", c->command->words, where);
}

int list_collect(struct cli *c, list_fn *fn, const void *arg, json_t **out)
{
	int end = cli_open(c, STORE_READ);

	if (end)
		return end;
	json_t *rows = json_array();

	if (!rows)
		abort();
	rc_t rc = fn(c->store, rows, arg);

	end = rc == RC_NOENT ? nobody(c) : cli_store_end(c, rc, "list");
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
