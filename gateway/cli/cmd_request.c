/* Requests: what one person asks and another one decides. Sponsors ask by text, officers here. */
#include "list.h"
#include "notice.h"
#include "officer.h"
#include "pledge_text.h"

#include <payung/crypto.h>
#include <payung/words.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define REF_TRIES 16

struct deciding {
	struct act act;
	struct pledge_texts texts;
	struct renewal renewal;
	int64_t id, sponsor, payment;
	rupiah_t amount;
	bool forgive, by_insurer;
	char ref[REF_LEN + 3];
	struct approval done;
};

/* ---- asking ---- */

/* The reference the sponsor knows: of the payment's pledge, else of the newest. */
static rc_t sponsors_ref(struct cli *c, int64_t sponsor, int64_t payment, struct pledge_row *out)
{
	struct payment_row p = { 0 };
	rc_t rc = payment ? store_payment_get(c->store, payment, &p) : RC_OK;

	if (rc != RC_OK)
		return rc;
	if (p.pledge)
		return store_pledge_get_id(c->store, p.pledge, out);
	out->id = 0;
	while ((rc = store_pledge_next_of_sponsor(c->store, sponsor, out->id, out)) == RC_OK)
		;
	return out->id && rc == RC_NOENT ? RC_OK : rc;
}

static int tell_refund(struct cli *c, struct deciding *k, int64_t id, int64_t sponsor,
        int64_t payment, rupiah_t amount)
{
	char key[48], subject[48], rp[32];
	struct notice n = { .template_id = "S11", .key = key, .subject = subject };
	struct pledge_row p;
	rc_t rc = sponsors_ref(c, sponsor, payment, &p);

	if (rc == RC_NOENT) /* never pledged anything: there is nothing to name */
		return 0;
	if (rc != RC_OK)
		return cli_store_end(c, rc, "pledge");
	snprintf(key, sizeof key, "request/%lld/S11", (long long)id);
	snprintf(subject, sizeof subject, "request/%lld", (long long)id);
	rupiah_format(amount, rp);
	n.msisdn = p.sponsor_phone;
	tmpl_arg(&n.args, "sponsor", p.sponsor_name);
	tmpl_arg(&n.args, "rp", rp);
	tmpl_arg(&n.args, "ref", p.ref);
	return notice_queue(c, k->texts.templates.set, &n);
}

static int ask_refund(struct cli *c, void *arg)
{
	struct deciding *k = arg;
	rc_t rc = correct_ask_refund(
	        c->store, k->sponsor, k->payment, k->amount, &k->act.officer, &k->id);
	int end = act_end(c, &k->act, rc, "refund");

	return end ? end : tell_refund(c, k, k->id, k->sponsor, k->payment, k->amount);
}

static int ask_write_off(struct cli *c, void *arg)
{
	struct deciding *k = arg;

	return act_end(c, &k->act,
	        correct_ask_write_off(
	                c->store, k->sponsor, k->forgive, k->amount, &k->act.officer, &k->id),
	        "write-off");
}

static int open_deciding(struct cli *c, struct deciding *k, const char *note)
{
	int end = act_begin(c, &k->act, note);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (end)
		return end;
	act_today(c, &k->act);
	return pledge_texts_load(c, &k->texts);
}

/* Runs the change and prints the new request's id. */
static int run_asking(struct cli *c, struct deciding *k, const char *note, cli_change_fn *fn)
{
	int end = open_deciding(c, k, note);

	if (!end)
		end = cli_change(c, fn, k);
	pledge_texts_clear(&k->texts);
	if (!end)
		list_print_id(c, k->id);
	return end;
}

int cmd_refund_request(struct cli *c)
{
	enum { SPONSOR, AMOUNT, NOTE, PAYMENT };
	struct cli_option o[] = { { "sponsor", true, NULL }, { "amount", true, NULL },
		{ "note", true, NULL }, { "payment", false, NULL } };
	struct deciding k = { 0 };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_id_option(c, &o[SPONSOR], &k.sponsor);
	if (!end)
		end = cli_amount(c, &o[AMOUNT], &k.amount);
	if (!end && o[PAYMENT].value)
		end = cli_id_option(c, &o[PAYMENT], &k.payment);
	return end ? end : run_asking(c, &k, o[NOTE].value, ask_refund);
}

int cmd_writeoff_request(struct cli *c)
{
	enum { SPONSOR, AMOUNT, NOTE, OF };
	struct cli_option o[] = { { "sponsor", true, NULL }, { "amount", true, NULL },
		{ "note", true, NULL }, { "of", true, NULL } };
	struct deciding k = { 0 };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_id_option(c, &o[SPONSOR], &k.sponsor);
	if (!end)
		end = cli_amount(c, &o[AMOUNT], &k.amount);
	if (end)
		return end;
	k.forgive = strcmp(o[OF].value, "shortfall") == 0;
	if (!k.forgive && strcmp(o[OF].value, "credit") != 0)
		return cli_usage(c, "--of must be credit or shortfall");
	return run_asking(c, &k, o[NOTE].value, ask_write_off);
}

/* ---- what was asked ---- */

static const char *state_of(const struct request_row *r)
{
	static const char *const names[REQUEST_STATES] = { "open", "approved", "refused" };

	return r->settled_day ? "paid" : names[r->state];
}

static rc_t show(struct store *s, json_t *rows, const struct request_row *r)
{
	json_t *row = table_row(rows);
	struct pledge_row p = { 0 };
	rc_t rc = r->pledge ? store_pledge_get_id(s, r->pledge, &p) : RC_OK;
	char day[16];

	day_text(r->settled_day, day);
	table_int(row, "id", r->id);
	table_text(row, "kind", request_kind_name(r->kind));
	table_text(row, "state", state_of(r));
	table_int(row, "sponsor", r->sponsor);
	table_text(row, "pledge", p.ref);
	table_int(row, "payment", r->payment);
	table_int(row, "amount", r->amount);
	table_int(row, "workers", r->workers);
	table_text(row, "by", r->by);
	table_time(row, "at", r->at);
	table_text(row, "note", r->note);
	table_text(row, "decided_by", r->decided_by);
	table_time(row, "decided_at", r->decided_at);
	table_text(row, "answer", r->answer);
	table_text(row, "paid_on", day);
	table_text(row, "asks_for", words_request(r->kind));
	return rc;
}

static rc_t each_request(struct store *s, json_t *rows, const void *arg)
{
	struct request_row r = { 0 };
	rc_t rc;

	while ((rc = store_request_next(s, !*(const bool *)arg, r.id, &r)) == RC_OK) {
		rc = show(s, rows, &r);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static const struct table_column columns[] = { { "id", "ID" }, { "kind", "KIND" },
	{ "state", "STATE" }, { "sponsor", "SPONSOR" }, { "pledge", "PLEDGE" },
	{ "payment", "PAYMENT" }, { "amount", "AMOUNT" }, { "workers", "WORKERS" }, { "by", "BY" },
	{ "at", "AT" }, { "note", "NOTE" }, { "decided_by", "DECIDED BY" }, { "decided_at", NULL },
	{ "answer", "ANSWER" }, { "paid_on", NULL }, { "asks_for", NULL } };

int cmd_request_list(struct cli *c)
{
	struct cli_option o[] = { { "all", CLI_FLAG, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);
	bool all = o[0].value != NULL;

	return end ? end : list_print(c, each_request, &all, columns, COUNT(columns));
}

static rc_t one_request(struct store *s, json_t *rows, const void *arg)
{
	struct request_row r;
	rc_t rc = store_request_get(s, *(const int64_t *)arg, &r);

	return rc == RC_OK ? show(s, rows, &r) : rc;
}

int cmd_request_show(struct cli *c)
{
	const char *word = NULL;
	int64_t id = 0;
	int end = cli_options(c, NULL, 0, &word, 1, 1);

	if (!end)
		end = cli_id(c, "request", word, &id);
	return end ? end : list_print(c, one_request, &id, columns, COUNT(columns));
}

/* ---- deciding ---- */

static int tell_approved(struct cli *c, struct deciding *k)
{
	const struct request_row *r = &k->done.request;
	char key[48];

	switch (r->kind) {
	case REQUEST_REFUND: /* an officer's was told when it was asked */
		return r->entry ? 0 : tell_refund(c, k, r->id, r->sponsor, r->payment, r->amount);
	case REQUEST_WORKERS:
	case REQUEST_RENEWAL:
	case REQUEST_NEXT_PERIOD:
	case REQUEST_SHIFT:
		if (!k->done.pledge.id) /* the credit pays what is open */
			return 0;
		snprintf(key, sizeof key, "request/%lld/S01", (long long)r->id);
		return pledge_tell(c, &k->texts, &k->done.pledge, key);
	default:
		return 0;
	}
}

static int approve(struct cli *c, void *arg)
{
	struct deciding *k = arg;
	rc_t rc = RC_EXISTS;

	k->renewal.ref = k->ref;
	for (int i = 0; rc == RC_EXISTS && i < REF_TRIES; i++) {
		ref_make(crypto_random_u64(), k->ref);
		rc = correct_approve(c->store, k->id, &k->renewal, &k->act.officer, &k->done);
	}
	int end = act_end(c, &k->act, rc, "request");

	if (!end && k->done.request.kind == REQUEST_WORKERS)
		end = cli_store_end(c,
		        store_pledge_get_id(c->store, k->done.pledge.id, &k->done.pledge),
		        "pledge");
	return end ? end : tell_approved(c, k);
}

static void print_approved(const struct cli *c, const struct deciding *k)
{
	if (k->done.pledge.renews && k->done.request.kind != REQUEST_WORKERS)
		list_print_new(c, "ref", k->done.pledge.ref);
}

int cmd_request_approve(struct cli *c)
{
	enum { NOTE, MONTHS, WORKERS };
	struct cli_option o[] = { { "note", false, NULL }, { "months", false, NULL },
		{ "workers", false, NULL } };
	struct deciding k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_id(c, "request", word, &k.id);
	if (!end && o[MONTHS].value)
		end = cli_number(c, &o[MONTHS], 1, 60, &k.renewal.months);
	if (!end && o[WORKERS].value)
		end = cli_number(c, &o[WORKERS], 1, 999999, &k.renewal.workers);
	if (!end)
		end = open_deciding(c, &k, o[NOTE].value);
	if (!end)
		end = cli_change(c, approve, &k);
	pledge_texts_clear(&k.texts);
	if (!end)
		print_approved(c, &k);
	return end;
}

static int refuse(struct cli *c, void *arg)
{
	struct deciding *k = arg;

	return act_end(c, &k->act,
	        correct_refuse(c->store, k->id, &k->act.officer, &k->done.request), "request");
}

int cmd_request_refuse(struct cli *c)
{
	struct cli_option o[] = { { "note", true, NULL } };
	struct deciding k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_id(c, "request", word, &k.id);
	if (!end)
		end = open_deciding(c, &k, o[0].value);
	if (!end)
		end = cli_change(c, refuse, &k);
	pledge_texts_clear(&k.texts);
	return end;
}

static int refund_paid(struct cli *c, void *arg)
{
	struct deciding *k = arg;

	return act_end(c, &k->act,
	        correct_refund_paid(c->store, k->id, k->by_insurer, &k->act.officer), "refund");
}

int cmd_refund_paid(struct cli *c)
{
	enum { FROM, NOTE, DATE };
	struct cli_option o[] = { { "from", true, NULL }, { "note", true, NULL },
		{ "date", false, NULL } };
	struct deciding k = { 0 };
	const char *word = NULL;
	int64_t day = 0;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_id(c, "request", word, &k.id);
	if (!end && o[DATE].value)
		end = cli_day(c, &o[DATE], &day);
	if (end)
		return end;
	k.by_insurer = strcmp(o[FROM].value, "insurer") == 0;
	if (!k.by_insurer && strcmp(o[FROM].value, "bank") != 0)
		return cli_usage(c, "--from must be bank or insurer");
	end = open_deciding(c, &k, o[NOTE].value);
	if (!end && day > k.act.officer.day)
		end = cli_usage(c, "--date is still to come");
	if (!end && day)
		k.act.officer.day = day;
	if (!end)
		end = cli_change(c, refund_paid, &k);
	pledge_texts_clear(&k.texts);
	return end;
}
