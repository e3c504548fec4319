/* Registration codes. A code works only for who has read it, so open codes may be stored in small
 * groups that let the daemon write in between: what was stored before a failure is never printed.
 * A list is one transaction: a worker named in half a list could not be listed again. */
#include "list.h"
#include "listed.h"

#include <payung/crypto.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define DAY_S 86400

struct issue {
	struct listed l; /* l.file NULL: open codes */
	int count;
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
	is->l.ref = o[PLEDGE].value;
	is->l.file = o[NAMED].value;
	if (!o[NUMBER].value == !is->l.file)
		return cli_usage(c, "give either --count or --named");
	if (o[NUMBER].value)
		end = cli_number(c, &o[NUMBER], 1, 100000, &is->count);
	if (!end && o[AREA].value)
		end = cli_text(c, "--area", o[AREA].value, is->l.area, sizeof is->l.area);
	return end;
}

/* Who is listed or registered under this pledge already; under the write lock, else two who issue
 * the same list at once would both find nobody. */
static int check_listed(struct cli *c, struct issue *is)
{
	for (size_t i = 0; i < is->l.list.n; i++) {
		const struct named_row *row = &is->l.list.row[i];
		bool yes = false;
		rc_t rc = store_code_listed(c->store, is->l.pledge.id, row->listed.nik, &yes);

		if (rc != RC_OK)
			return cli_store_end(c, rc, "list");
		if (!yes)
			continue;
		is->failed = true;
		listed_tell(&is->l, row->number, true,
		        "this NIK has a code or a registration under this pledge: remove the row");
	}
	if (is->failed)
		return cli_end(CLI_FAILED, "no code was issued: mend the rows named above");
	return 0;
}

static int add_batch(struct cli *c, struct issue *is)
{
	int64_t until = c->now + (int64_t)c->conf->limits.code_ttl_days * DAY_S;
	rc_t rc = store_batch_add(c->store, is->l.pledge.id, is->l.area, is->l.file != NULL, c->now,
	        until, &is->batch);

	return cli_store_end(c, rc, "codes");
}

static int add_code(struct cli *c, struct issue *is)
{
	const struct code_listed *who = is->l.file ? &is->l.list.row[is->done].listed : NULL;
	int end = listed_code(c, is->batch, who, is->codes[is->done]);

	is->done += end == 0;
	return end;
}

static int add_audit(struct cli *c, const struct issue *is)
{
	char subject[48];

	snprintf(subject, sizeof subject, "pledge/%s", is->l.ref);
	return cli_audit(c, "code issue", subject, "batch=%lld kind=%s count=%zu area=%s",
	        (long long)is->batch, is->l.file ? "named" : "open", is->n, is->l.area);
}

/* One group: all of a list, or as many open codes as fit the time. */
static int add_group(struct cli *c, void *arg, bool *more)
{
	struct issue *is = arg;
	int end = listed_pledge(c, &is->l); /* as it is now that nobody else can write */

	if (!end && is->l.file)
		end = check_listed(c, is);
	if (!end && !is->batch)
		end = add_batch(c, is);
	while (!end && is->done < is->n && (is->l.file || cli_has_time(c)))
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
	if (is->l.file)
		puts("row,name,phone,code");
	for (size_t i = 0; i < is->n; i++) {
		if (is->l.file) {
			const struct named_row *row = &is->l.list.row[i];

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

		if (is->l.file) {
			table_int(row, "row", is->l.list.row[i].number);
			table_text(row, "name", is->l.list.row[i].listed.name);
			table_text(row, "phone", is->l.list.row[i].listed.phone);
		}
		table_text(row, "code", is->codes[i]);
	}
	table_print(stdout, rows, NULL, 0, true);
	json_decref(rows);
}

int cmd_code_issue(struct cli *c)
{
	struct issue is = { .l = { .undone = "no code was issued" } };
	int end = take_issue(c, &is);

	if (!end && is.l.file)
		end = listed_read(&is.l);
	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = listed_pledge(c, &is.l);
	if (!end && is.l.file)
		end = listed_check(c, &is.l);
	is.n = is.l.file ? is.l.list.n : (size_t)is.count;
	if (!end)
		end = add_all(c, &is);
	if (!end && c->json)
		print_json(&is);
	else if (!end)
		print_text(&is);
	listed_clear(&is.l);
	free(is.codes);
	return end;
}
