#include "listed.h"
#include "file.h"

#include <payung/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE_TRIES 64 /* 9 million codes: a few draws find a fresh one */

int listed_read(struct listed *l)
{
	const char *why = "";
	char *content = NULL;
	size_t len = 0;
	int row = 0, end = file_read(l->file, &content, &len);

	if (end)
		return end;
	if (csv_read(content, len, false, &l->csv, &row, &why) != RC_OK)
		end = cli_end(CLI_FAILED, "%s row %d: %s; %s", l->file, row, why, l->undone);
	crypto_wipe(content, len);
	free(content);
	return end;
}

static void find_areas(void *arg, const struct programme_row *p)
{
	struct listed *l = arg;

	if (strcmp(p->code, l->pledge.programme) == 0)
		snprintf(l->areas, sizeof l->areas, "%s", p->areas);
}

int listed_pledge(struct cli *c, struct listed *l)
{
	rc_t rc = store_pledge_get(c->store, l->ref, &l->pledge);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "no pledge %s: see payung pledge list", l->ref);
	if (rc == RC_OK && l->pledge.cancelled)
		return cli_end(
		        CLI_FAILED, "pledge %s was cancelled: see payung pledge list", l->ref);
	if (rc == RC_OK)
		rc = store_programme_each(c->store, find_areas, l);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "pledge");
	if (!*l->area && !strchr(l->areas, ',') && strlen(l->areas) < sizeof l->area)
		memcpy(l->area, l->areas, strlen(l->areas) + 1); /* there is no other */
	if (*l->area && !named_area_within(l->areas, l->area))
		return cli_usage(
		        c, "--area %s is not within the programme's (%s)", l->area, l->areas);
	return 0;
}

void listed_tell(const struct listed *l, int row, bool is_fault, const char *message)
{
	cli_note("%s row %d: %s%s", l->file, row, is_fault ? "" : "note: ", message);
}

static void tell_row(void *arg, int row, bool is_fault, const char *message)
{
	listed_tell(arg, row, is_fault, message);
}

int listed_check(struct cli *c, struct listed *l)
{
	const struct named_rules rules = { .areas = l->areas,
		.area = l->area,
		.occupations = &l->occupations,
		.words = &l->words,
		.today = date_at(c->now, c->conf->zone),
		.age_min = c->conf->limits.age_min,
		.age_max = c->conf->limits.age_max_new };

	if (tables_occupations(c->conf->templates, &l->occupations, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the occupations have faults: mend them first");
	if (tables_office(c->conf->templates, &l->words, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the words of office.csv have faults: mend them first");
	if (named_read(&l->csv, &rules, &l->list, tell_row, l) != RC_OK)
		return cli_end(CLI_FAILED, "%s: mend the rows named above", l->undone);
	return 0;
}

int listed_code(
        struct cli *c, int64_t batch, const struct code_listed *who, char code[REGCODE_LEN + 1])
{
	rc_t rc = RC_EXISTS;

	for (int i = 0; rc == RC_EXISTS && i < CODE_TRIES; i++) {
		regcode_make(crypto_random_u64(), code);
		rc = store_code_add(c->store, batch, code, who);
	}
	return cli_store_end(c, rc, "codes");
}

void listed_clear(struct listed *l)
{
	csv_table_free(&l->csv);
	named_clear(&l->list);
}
