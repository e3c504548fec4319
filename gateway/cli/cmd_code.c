/* Registration codes. A code works only for who has read it, so open codes may be stored in small
 * groups that let the daemon write in between: what was stored before a failure is never printed.
 * A list is one transaction: a worker named in half a list could not be listed again. */
#include "file.h"
#include "list.h"
#include "named.h"

#include <payung/crypto.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define CODE_TRIES 64 /* 9 million codes: a few draws find a fresh one */
#define DAY_S 86400

struct issue {
	const char *ref, *file; /* file NULL: open codes */
	int count;
	char area[12];
	struct pledge_row pledge;
	char areas[200]; /* of the programme */
	struct occupations occupations;
	struct csv_table csv;
	struct named_list list;
	int64_t batch;
	size_t n, done; /* codes wanted, codes stored */
	char (*codes)[REGCODE_LEN + 1];
	bool failed;
};

static int take_issue(struct cli *c, struct issue *is)
{
	enum { PLEDGE, NUMBER, NAMED, AREA };
	struct cli_option o[] = { { "pledge", true, NULL }, { "count", false, NULL },
		{ "named", false, NULL }, { "area", false, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (end)
		return end;
	is->ref = o[PLEDGE].value;
	is->file = o[NAMED].value;
	if (!o[NUMBER].value == !is->file)
		return cli_usage(c, "give either --count or --named");
	if (o[NUMBER].value)
		end = cli_number(c, &o[NUMBER], 1, 100000, &is->count);
	if (!end && o[AREA].value)
		end = cli_text(c, "--area", o[AREA].value, is->area, sizeof is->area);
	return end;
}

/* Before the drop of privileges: the list is the operator's own file. */
static int read_csv(struct issue *is)
{
	const char *why = "";
	char *content = NULL;
	size_t len = 0;
	int row = 0, end = file_read(is->file, &content, &len);

	if (end)
		return end;
	if (csv_read(content, len, false, &is->csv, &row, &why) != RC_OK)
		end = cli_end(CLI_FAILED, "%s row %d: %s; no code was issued", is->file, row, why);
	crypto_wipe(content, len);
	free(content);
	return end;
}

static void find_areas(void *arg, const struct programme_row *p)
{
	struct issue *is = arg;

	if (strcmp(p->code, is->pledge.programme) == 0)
		snprintf(is->areas, sizeof is->areas, "%s", p->areas);
}

static int load_pledge(struct cli *c, struct issue *is)
{
	rc_t rc = store_pledge_get(c->store, is->ref, &is->pledge);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "no pledge %s: see payung pledge list", is->ref);
	if (rc == RC_OK)
		rc = store_programme_each(c->store, find_areas, is);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "pledge");
	if (!*is->area && !strchr(is->areas, ',') && strlen(is->areas) < sizeof is->area)
		memcpy(is->area, is->areas, strlen(is->areas) + 1); /* there is no other */
	if (*is->area && !named_area_within(is->areas, is->area))
		return cli_usage(
		        c, "--area %s is not within the programme's (%s)", is->area, is->areas);
	return 0;
}

static void tell_row(void *arg, int row, bool is_fault, const char *message)
{
	const struct issue *is = arg;

	cli_note("%s row %d: %s%s", is->file, row, is_fault ? "" : "note: ", message);
}

/* Who is listed or registered under this pledge already; under the write lock, else two who issue
 * the same list at once would both find nobody. */
static int check_listed(struct cli *c, struct issue *is)
{
	for (size_t i = 0; i < is->list.n; i++) {
		const struct named_row *row = &is->list.row[i];
		bool yes = false;
		rc_t rc = store_code_listed(c->store, is->pledge.id, row->listed.nik, &yes);

		if (rc != RC_OK)
			return cli_store_end(c, rc, "list");
		if (!yes)
			continue;
		is->failed = true;
		tell_row(is, row->number, true,
		        "this NIK has a code or a registration under this pledge: remove the row");
	}
	if (is->failed)
		return cli_end(CLI_FAILED, "no code was issued: mend the rows named above");
	return 0;
}

static int check_list(struct cli *c, struct issue *is)
{
	const struct named_rules rules = { .areas = is->areas,
		.area = is->area,
		.occupations = &is->occupations,
		.today = date_at(c->now, c->conf->zone),
		.age_min = c->conf->limits.age_min,
		.age_max = c->conf->limits.age_max_new };

	if (tables_occupations(c->conf->templates, &is->occupations, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the occupations have faults: mend them first");
	if (named_read(&is->csv, &rules, &is->list, tell_row, is) != RC_OK)
		return cli_end(CLI_FAILED, "no code was issued: mend the rows named above");
	is->n = is->list.n;
	return 0;
}

static int add_batch(struct cli *c, struct issue *is)
{
	int64_t until = c->now + (int64_t)c->conf->limits.code_ttl_days * DAY_S;
	rc_t rc = store_batch_add(
	        c->store, is->pledge.id, is->area, is->file != NULL, c->now, until, &is->batch);

	return cli_store_end(c, rc, "codes");
}

static int add_code(struct cli *c, struct issue *is)
{
	const struct code_listed *listed = is->file ? &is->list.row[is->done].listed : NULL;
	char *code = is->codes[is->done];
	rc_t rc = RC_EXISTS;

	for (int i = 0; rc == RC_EXISTS && i < CODE_TRIES; i++) {
		regcode_make(crypto_random_u64(), code);
		rc = store_code_add(c->store, is->batch, code, listed);
	}
	is->done += rc == RC_OK;
	return cli_store_end(c, rc, "codes");
}

static int add_audit(struct cli *c, const struct issue *is)
{
	char subject[48];

	snprintf(subject, sizeof subject, "pledge/%s", is->ref);
	return cli_audit(c, "code issue", subject, "batch=%lld kind=%s count=%zu area=%s",
	        (long long)is->batch, is->file ? "named" : "open", is->n, is->area);
}

/* One group: all of a list, or as many open codes as fit the time. */
static int add_group(struct cli *c, void *arg, bool *more)
{
	struct issue *is = arg;
	int end = is->file ? check_listed(c, is) : 0;

	if (!end && !is->batch)
		end = add_batch(c, is);
	while (!end && is->done < is->n && (is->file || cli_has_time(c)))
		end = add_code(c, is);
	*more = is->done < is->n;
	if (!end && !*more)
		end = add_audit(c, is);
	return end;
}

static int add_all(struct cli *c, struct issue *is)
{
	is->codes = calloc(is->n, sizeof *is->codes);
	if (!is->codes)
		abort();
	return cli_change_groups(c, add_group, is);
}

static void put_csv(const char *s)
{
	if (!strpbrk(s, ",;\"\n") && *s != ' ') {
		fputs(s, stdout);
		return;
	}
	putchar('"');
	for (; *s; s++)
		fputs(*s == '"' ? "\"\"" : (char[]){ *s, '\0' }, stdout);
	putchar('"');
}

static void print_text(const struct issue *is)
{
	if (is->file)
		puts("row,name,phone,code");
	for (size_t i = 0; i < is->n; i++) {
		if (is->file) {
			const struct named_row *row = &is->list.row[i];

			printf("%d,", row->number);
			put_csv(row->listed.name);
			printf(",%s,", row->listed.phone);
		}
		puts(is->codes[i]);
	}
}

static void print_json(const struct issue *is)
{
	json_t *rows = json_array();

	if (!rows)
		abort();
	for (size_t i = 0; i < is->n; i++) {
		json_t *row = table_row(rows);

		if (is->file) {
			table_int(row, "row", is->list.row[i].number);
			table_text(row, "name", is->list.row[i].listed.name);
			table_text(row, "phone", is->list.row[i].listed.phone);
		}
		table_text(row, "code", is->codes[i]);
	}
	table_print(stdout, rows, NULL, 0, true);
	json_decref(rows);
}

int cmd_code_issue(struct cli *c)
{
	struct issue is = { 0 };
	int end = take_issue(c, &is);

	is.n = (size_t)is.count;
	if (!end && is.file)
		end = read_csv(&is);
	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = load_pledge(c, &is);
	if (!end && is.file)
		end = check_list(c, &is);
	if (!end)
		end = add_all(c, &is);
	if (!end && c->json)
		print_json(&is);
	else if (!end)
		print_text(&is);
	csv_table_free(&is.csv);
	named_clear(&is.list);
	free(is.codes);
	return end;
}
