/* The books as a whole: where all money stands, and whether they are what the audit chain says. */
#include "list.h"
#include "officer.h"

#include <payung/words.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- balances ---- */

struct whose {
	int64_t sponsor; /* 0: of all */
	char ref[REF_LEN + 3];
};

static rc_t add_row(struct store *s, json_t *rows, const char *of, const char *name,
        enum ledger_account account, int64_t owner)
{
	rupiah_t amount;
	json_t *row;
	rc_t rc = store_balance(s, account, owner, &amount);

	if (rc != RC_OK || !amount)
		return rc;
	row = table_row(rows);
	table_text(row, "of", of);
	table_text(row, "name", name);
	table_text(row, "account", ledger_account_name(account));
	/* What came in stands above nothing, what it is for below: read aloud, both are amounts. */
	table_int(row, "amount",
	        account == LEDGER_BANK || account == LEDGER_EXTERNAL ? amount : -amount);
	return RC_OK;
}

static rc_t pledge_rows(struct store *s, json_t *rows, const struct pledge_row *p)
{
	char of[32];
	rc_t rc;

	snprintf(of, sizeof of, "pledge/%s", p->ref);
	rc = add_row(s, rows, of, p->sponsor_name, LEDGER_FUNDED, p->id);
	return rc == RC_OK ? add_row(s, rows, of, p->sponsor_name, LEDGER_CONFIRMED, p->id) : rc;
}

static rc_t sponsor_rows(struct store *s, json_t *rows, const struct sponsor_row *r)
{
	static const enum ledger_account own[] = { LEDGER_EXTERNAL, LEDGER_SPONSOR_CREDIT,
		LEDGER_REFUNDS, LEDGER_WRITTEN_OFF };
	struct pledge_row p = { 0 };
	char of[32];
	rc_t rc = RC_OK;

	snprintf(of, sizeof of, "sponsor/%lld", (long long)r->id);
	for (size_t i = 0; rc == RC_OK && i < COUNT(own); i++)
		rc = add_row(s, rows, of, r->sms_name, own[i], r->id);
	while (rc == RC_OK && (rc = store_pledge_next_of_sponsor(s, r->id, p.id, &p)) == RC_OK)
		rc = pledge_rows(s, rows, &p);
	return rc == RC_NOENT ? RC_OK : rc;
}

struct sponsors { /* collected first: the store asks one question at a time */
	struct store *s;
	json_t *rows;
	rc_t rc;
};

static void each_sponsor(void *arg, const struct sponsor_row *r)
{
	struct sponsors *k = arg;

	if (k->rc == RC_OK)
		k->rc = sponsor_rows(k->s, k->rows, r);
}

static rc_t unassigned_rows(struct store *s, json_t *rows)
{
	struct payment_row p = { 0 };
	char of[32];
	rc_t rc = RC_OK;

	while (rc == RC_OK && (rc = store_payment_next(s, -1, p.id, &p)) == RC_OK) {
		snprintf(of, sizeof of, "payment/%lld", (long long)p.id);
		if (p.state != PAY_POSTED)
			rc = add_row(s, rows, of, p.payer, LEDGER_UNASSIGNED, p.id);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t all_rows(struct store *s, json_t *rows)
{
	struct sponsors k = { s, rows, RC_OK };
	rc_t rc = add_row(s, rows, "all", "", LEDGER_BANK, 0);

	if (rc == RC_OK)
		rc = store_sponsor_each(s, each_sponsor, &k);
	if (rc == RC_OK)
		rc = k.rc;
	return rc == RC_OK ? unassigned_rows(s, rows) : rc;
}

static rc_t balances(struct store *s, json_t *rows, const void *arg)
{
	const struct whose *w = arg;
	struct sponsor_row r;
	struct pledge_row p;
	rc_t rc;

	if (w->ref[0]) {
		rc = store_pledge_get(s, w->ref, &p);
		return rc == RC_OK ? pledge_rows(s, rows, &p) : rc;
	}
	if (!w->sponsor)
		return all_rows(s, rows);
	rc = store_sponsor_get(s, w->sponsor, &r);
	return rc == RC_OK ? sponsor_rows(s, rows, &r) : rc;
}

int cmd_balance(struct cli *c)
{
	static const struct table_column columns[] = { { "of", "OF" }, { "account", "ACCOUNT" },
		{ "amount", "AMOUNT" }, { "name", "NAME" } };
	struct cli_option o[] = { { "sponsor", false, NULL }, { "pledge", false, NULL } };
	struct whose w = { 0 };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end && o[0].value && o[1].value)
		end = cli_usage(c, "either --sponsor or --pledge");
	if (!end && o[0].value)
		end = cli_id_option(c, &o[0], &w.sponsor);
	if (!end && o[1].value)
		end = cli_ref(c, "--pledge", o[1].value, w.ref);
	return end ? end : list_print(c, balances, &w, columns, COUNT(columns));
}

/* ---- are they true? ---- */

static void print_verified(const struct cli *c, int64_t entries)
{
	json_t *o;

	if (!c->json) {
		printf("%lld entries: the books are those of the audit chain, all balances are "
		       "their sums\n",
		        (long long)entries);
		return;
	}
	o = json_object();
	table_bool(o, "ok", true);
	table_int(o, "entries", entries);
	table_print_json(stdout, o);
	json_decref(o);
}

int cmd_books_verify(struct cli *c)
{
	int64_t entries = 0, bad = 0;
	int end = cli_options(c, NULL, 0, NULL, 0, 0);
	rc_t rc;

	if (!end)
		end = cli_open(c, STORE_READ);
	if (end)
		return end;
	rc = store_ledger_verify(c->store, &entries, &bad);
	if (rc == RC_INVALID && bad)
		return cli_end(CLI_FAILED,
		        "entry %lld of the books is not what the audit chain says: keep this store "
		        "as it is, restore the last backup beside it and compare",
		        (long long)bad);
	if (rc == RC_INVALID)
		return cli_end(CLI_FAILED,
		        "%s: keep this store as it is, restore the last backup "
		        "beside it and compare",
		        store_detail(c->store));
	end = cli_store_end(c, rc, "books");
	if (!end)
		print_verified(c, entries);
	return end;
}
