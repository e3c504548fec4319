/* payung explain: finds what was named and prints the sentences, or one JSON object. */
#include "list.h"
#include "officer.h"

#include <payung/explain.h>
#include <payung/store_decision.h>
#include <stdio.h>
#include <string.h>

#define SUBJECTS_MAX 16

struct named { /* what the word on the command line may stand for */
	struct cli *c;
	json_t *lines;
	int64_t worker[SUBJECTS_MAX];
	size_t workers;
};

static void keep(void *arg, const struct explain_line *l)
{
	json_t *row = table_row(((struct named *)arg)->lines);

	table_text(row, "part", explain_part_name(l->part));
	if (l->entry)
		table_int(row, "entry", l->entry);
	if (l->amount)
		table_int(row, "amount", l->amount);
	table_text(row, "text", l->text);
}

/* ---- finding ---- */

static const char *after(const char *word, const char *kind)
{
	const size_t len = strlen(kind);

	return strncmp(word, kind, len) == 0 && word[len] == '/' ? word + len + 1 : NULL;
}

static void keep_worker(void *arg, const struct worker_row *w)
{
	struct named *n = arg;

	if (w->id && n->workers < SUBJECTS_MAX)
		n->worker[n->workers++] = w->id;
}

static rc_t all_pledges(struct explainer *x, int64_t sponsor)
{
	struct pledge_row p = { 0 };
	bool any = false;
	rc_t rc;

	while ((rc = store_pledge_next_of_sponsor(x->s, sponsor, p.id, &p)) == RC_OK) {
		any = true;
		rc = explain_pledge(x, p.ref);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT && any ? RC_OK : rc;
}

/* A phone: its workers, else the pledges of its sponsor. */
static rc_t by_phone(struct explainer *x, struct named *n, const char *msisdn)
{
	int64_t sponsor;
	rc_t rc = store_worker_each(x->s, msisdn, keep_worker, n);

	for (size_t i = 0; rc == RC_OK && i < n->workers; i++)
		rc = explain_worker(x, n->worker[i]);
	if (rc != RC_OK || n->workers)
		return rc;
	rc = store_sponsor_by_phone(x->s, msisdn, &sponsor);
	return rc == RC_OK ? all_pledges(x, sponsor) : rc;
}

static rc_t by_ref(struct explainer *x, const char *ref)
{
	rc_t rc = explain_pledge(x, ref);

	return rc == RC_NOENT ? explain_registration(x, ref) : rc;
}

static int by_number(struct cli *c, struct explainer *x, const char *word, bool worker, rc_t *rc)
{
	char number[24];
	int64_t id;

	snprintf(number, sizeof number, "%.*s", (int)strcspn(word, "/"), word);
	int end = cli_id(c, "", number, &id);

	if (!end)
		*rc = worker ? explain_worker(x, id) : explain_payment(x, id);
	return end;
}

/* A subject of an issue may go on behind its name: pledge/D4F7K2/2026-07. */
static int by_name(struct cli *c, struct explainer *x, const char *word, rc_t *rc)
{
	char ref[REF_LEN + 3], name[64];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "/"), word);
	int end = cli_ref(c, "WORKER|PAYMENT|PLEDGE", name, ref);

	if (!end)
		*rc = by_ref(x, ref);
	return end;
}

static int find(struct cli *c, struct explainer *x, struct named *n, const char *word, rc_t *rc)
{
	char msisdn[MSISDN_CAP];
	const char *rest;

	if ((rest = after(word, "worker")))
		return by_number(c, x, rest, true, rc);
	if ((rest = after(word, "payment")))
		return by_number(c, x, rest, false, rc);
	if ((rest = after(word, "pledge")) || (rest = after(word, "registration")))
		return by_name(c, x, rest, rc);
	if (msisdn_parse(word, msisdn) != RC_OK)
		return by_name(c, x, word, rc);
	*rc = by_phone(x, n, msisdn);
	return 0;
}

/* ---- printing ---- */

static void print_text(const json_t *lines)
{
	const json_t *row;
	size_t i;

	json_array_foreach(lines, i, row) puts(json_string_value(json_object_get(row, "text")));
}

static void print_object(const char *word, const json_t *lines, bool balanced)
{
	json_t *o = json_object();

	table_text(o, "subject", word);
	table_bool(o, "balanced", balanced);
	json_object_set(o, "lines", (json_t *)lines);
	table_print_json(stdout, o);
	json_decref(o);
}

static int collect(struct cli *c, struct explainer *x, struct named *n, const char *word)
{
	rc_t rc = RC_OK;
	int end = find(c, x, n, word, &rc);

	if (end)
		return end;
	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND,
		        "nothing is called %s: name it like worker/12, payment/17, D4F7K2 or a "
		        "phone number",
		        word);
	return cli_store_end(c, rc, "explain");
}

int cmd_explain(struct cli *c)
{
	struct named n = { .c = c };
	struct explainer x = { .fn = keep, .arg = &n };
	const char *word = NULL;
	int end = cli_options(c, NULL, 0, &word, 1, 1);

	if (!end)
		end = cli_open(c, STORE_READ);
	if (end)
		return end;
	x.s = c->store;
	x.today = date_at(c->now, c->conf->zone);
	x.unanswered_days = c->conf->scheme.unanswered_days;
	n.lines = json_array();
	end = collect(c, &x, &n, word);
	if (!end && c->json)
		print_object(word, n.lines, !x.out_of_balance);
	else if (!end)
		print_text(n.lines);
	json_decref(n.lines);
	return end ? end : x.out_of_balance ? CLI_FAILED : CLI_DONE;
}
