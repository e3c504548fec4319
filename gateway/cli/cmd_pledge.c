/* Pledges: a sponsor promises months for a number of workers, and is told what that will cost. The
 * promise and the text about it are one transaction. */
#include "cli.h"
#include "list.h"
#include "pledge_text.h"

#include <payung/crypto.h>
#include <payung/store_scheme.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define REF_TRIES 16 /* a fresh reference is taken with a chance of one in 700 million */

struct pledge_add {
	struct pledge_row row;
	rupiah_t total;
	struct pledge_texts texts;
};

static int take_instalment(struct cli *c, const struct cli_option *o, struct pledge_row *p)
{
	int end = cli_number(c, o, 1, 12, &p->instalment);

	if (!end && (12 % p->instalment != 0 || p->instalment == 2 || p->instalment == 4))
		end = cli_usage(c, "--instalment must be 1, 3, 6 or 12 months");
	if (!end && p->instalment > p->months)
		end = cli_usage(c, "--instalment is longer than --months");
	return end;
}

static int take_pledge(struct cli *c, struct pledge_row *p, bool *past)
{
	enum { SPONSOR, PROGRAMME, FUNDING, WORKERS, MONTHS, INSTALMENT, START, PAST };
	struct cli_option o[] = { { "sponsor", true, NULL }, { "programme", true, NULL },
		{ "funding", true, NULL }, { "workers", true, NULL }, { "months", true, NULL },
		{ "instalment", true, NULL }, { "start", true, NULL },
		{ "in-the-past", CLI_FLAG, NULL } };
	int sponsor = 0, funding, end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_number(c, &o[SPONSOR], 1, 999999999, &sponsor);
	if (!end)
		end = cli_text(
		        c, "--programme", o[PROGRAMME].value, p->programme, sizeof p->programme);
	if (!end)
		end = cli_number(c, &o[WORKERS], 1, 999999, &p->workers);
	if (!end)
		end = cli_number(c, &o[MONTHS], 1, 60, &p->months);
	if (!end)
		end = take_instalment(c, &o[INSTALMENT], p);
	if (end)
		return end;
	p->sponsor = sponsor;
	funding = funding_parse(o[FUNDING].value);
	if (funding < 0)
		return cli_usage(c, "--funding %s is unknown", o[FUNDING].value);
	p->funding = (enum funding)funding;
	if (month_parse(o[START].value, &p->start) != RC_OK)
		return cli_usage(c, "--start must be a month like 2026-12");
	*past = o[PAST].value != NULL;
	return 0;
}

/* Months older than arrears may be are never paid: such a start is a wrong year. */
static int check_start(struct cli *c, const struct pledge_row *p)
{
	const month_t today = month_of(date_at(c->now, c->conf->zone));
	const int months = c->conf->scheme.arrears_max_months;

	return p->start >= today - months
	               ? 0
	               : cli_usage(c,
	                         "--start is more than %d months ago, too late to be paid: is "
	                         "the year right? Then say --in-the-past",
	                         months);
}

static int add_row(struct cli *c, struct pledge_row *p)
{
	rc_t rc = RC_EXISTS;

	for (int i = 0; rc == RC_EXISTS && i < REF_TRIES; i++) {
		ref_make(crypto_random_u64(), p->ref);
		rc = store_pledge_add(c->store, p, &p->id);
	}
	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND,
		        "no sponsor %lld or no programme %s: see payung sponsor list, payung "
		        "programme list",
		        (long long)p->sponsor, p->programme);
	return cli_store_end(c, rc, "pledge");
}

static int add_pledge(struct cli *c, void *arg)
{
	struct pledge_add *a = arg;
	struct pledge_row *p = &a->row;
	struct sponsor_row sponsor;
	char subject[48], key[48];
	rc_t rc = store_sponsor_get(c->store, p->sponsor, &sponsor);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "no sponsor %lld: see payung sponsor list",
		        (long long)p->sponsor);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "sponsor");
	snprintf(p->sponsor_name, sizeof p->sponsor_name, "%s", sponsor.sms_name);
	snprintf(p->sponsor_phone, sizeof p->sponsor_phone, "%s", sponsor.phone);
	p->created_at = c->now;
	int end = add_row(c, p);

	snprintf(key, sizeof key, "pledge/%s/S01", p->ref);
	if (!end)
		end = pledge_tell(c, &a->texts, p, key);
	if (end)
		return end;
	snprintf(subject, sizeof subject, "pledge/%s", p->ref);
	return cli_audit(c, "pledge add", subject,
	        "sponsor=%lld programme=%s funding=%s workers=%d months=%d instalment=%d "
	        "expected=%lld",
	        (long long)p->sponsor, p->programme, funding_name(p->funding), p->workers,
	        p->months, p->instalment, (long long)a->total);
}

int cmd_pledge_add(struct cli *c)
{
	struct pledge_add a = { 0 };
	bool past = false;
	int end = take_pledge(c, &a.row, &past);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end && !past)
		end = check_start(c, &a.row);
	if (!end)
		end = pledge_texts_load(c, &a.texts);
	if (!end)
		end = pledge_total(&a.texts, &a.row, &a.total);
	if (!end)
		end = cli_change(c, add_pledge, &a);
	pledge_texts_clear(&a.texts);
	if (!end)
		list_print_new(c, "ref", a.row.ref);
	return end;
}

static void show_pledge(void *rows, const struct pledge_row *p)
{
	json_t *row = table_row(rows);
	char start[16];

	month_format(p->start, start);
	table_text(row, "ref", p->ref);
	table_int(row, "sponsor", p->sponsor);
	table_text(row, "sponsor_name", p->sponsor_name);
	table_text(row, "programme", p->programme);
	table_text(row, "funding", funding_name(p->funding));
	table_int(row, "workers", p->workers);
	table_int(row, "taken", p->taken);
	table_int(row, "waiting", p->waiting);
	table_text(row, "start", start);
	table_int(row, "months", p->months);
	table_int(row, "instalment", p->instalment);
	table_text(row, "state", p->cancelled ? "cancelled" : "open");
	table_time(row, "created_at", p->created_at);
}

static rc_t each_pledge(struct store *s, json_t *rows, const void *arg)
{
	(void)arg;
	return store_pledge_each(s, show_pledge, rows);
}

int cmd_pledge_list(struct cli *c)
{
	static const struct table_column columns[] = { { "ref", "REF" }, { "sponsor", "SPONSOR" },
		{ "sponsor_name", "NAME" }, { "programme", "PROGRAMME" }, { "funding", "FUNDING" },
		{ "start", "START" }, { "months", "MONTHS" }, { "instalment", "EVERY" },
		{ "workers", "WORKERS" }, { "taken", "TAKEN" }, { "waiting", "WAITING" },
		{ "state", "STATE" } };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_pledge, NULL, columns, COUNT(columns));
}
