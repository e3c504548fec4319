/* What changes while a pledge runs: a worker dies or is replaced, a quota grows, a legal basis is
 * revised. */
#include "list.h"
#include "notice.h"
#include "officer.h"
#include <payung/tables.h>

#include <payung/store_decision.h>
#include <payung/templates.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct change {
	struct act act;
	struct templates texts;
	int64_t worker, died_day;
	int workers;
	char by[REF_LEN + 3], ref[REF_LEN + 3], code[24], basis[120];
	struct replacement replacement;
};

static int open_change(struct cli *c, struct change *k, const char *note, bool texts)
{
	int end = act_begin(c, &k->act, note);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (end)
		return end;
	act_today(c, &k->act);
	if (texts && templates_load(c->conf->templates, &k->texts, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the templates have faults: payung templates check");
	return 0;
}

static int run_change(
        struct cli *c, struct change *k, const char *note, bool texts, cli_change_fn *fn)
{
	int end = open_change(c, k, note, texts);

	if (!end)
		end = cli_change(c, fn, k);
	templates_clear(&k->texts);
	return end;
}

/* ---- a death ---- */

static int tell_sponsor(struct cli *c, const struct change *k, int64_t pledge)
{
	char key[64], subject[48];
	struct notice n = { .template_id = "S13", .key = key, .subject = subject };
	struct pledge_row p;
	rc_t rc = store_pledge_get_id(c->store, pledge, &p);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "pledge");
	snprintf(key, sizeof key, "worker/%lld/S13/%s/%lld", (long long)k->worker, p.ref,
	        (long long)k->died_day);
	snprintf(subject, sizeof subject, "pledge/%s", p.ref);
	n.msisdn = p.sponsor_phone;
	tmpl_arg(&n.args, "sponsor", p.sponsor_name);
	tmpl_arg(&n.args, "ref", p.ref);
	return notice_queue(c, k->texts.set, &n);
}

static int tell_sponsors(struct cli *c, const struct change *k)
{
	struct allocation_row a = { 0 };
	int end = 0;
	rc_t rc;

	while (!end &&
	        (rc = store_allocation_next_of_worker(c->store, k->worker, a.id, &a)) == RC_OK)
		if (allocation_takes_place(a.state))
			end = tell_sponsor(c, k, a.pledge);
	return end || rc == RC_NOENT ? end : cli_store_end(c, rc, "allocation");
}

static int died(struct cli *c, void *arg)
{
	struct change *k = arg;
	int end = act_end(c, &k->act,
	        correct_died(c->store, k->worker, k->died_day, &k->act.officer), "worker");

	return end || !k->died_day ? end : tell_sponsors(c, k);
}

int cmd_worker_died(struct cli *c)
{
	enum { NOTE, DATE, UNDO };
	struct cli_option o[] = { { "note", true, NULL }, { "date", false, NULL },
		{ "undo", CLI_FLAG, NULL } };
	struct change k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);
	const bool undo = o[UNDO].value != NULL;

	if (!end)
		end = cli_id(c, "worker", word, &k.worker);
	if (!end && undo != !o[DATE].value)
		end = cli_usage(c, "either --date or --undo");
	if (!end && !undo)
		end = cli_day(c, &o[DATE], &k.died_day);
	return end ? end : run_change(c, &k, o[NOTE].value, !undo, died);
}

/* ---- somebody else ---- */

/* Who waited has a place now: the same text as for everybody who registers. */
static int tell_worker(struct cli *c, const struct change *k)
{
	char key[48], subject[48];
	struct notice n = { .template_id = "W01", .key = key, .subject = subject };
	struct registration_row r;
	rc_t rc = store_registration_get(c->store, k->by, &r);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "registration");
	if (!r.msisdn[0])
		return 0;
	snprintf(key, sizeof key, "registration/%s/W01", r.ref);
	snprintf(subject, sizeof subject, "worker/%lld", (long long)r.worker);
	n.msisdn = r.msisdn;
	tmpl_arg(&n.args, "nama", r.name);
	tmpl_arg(&n.args, "ref", r.ref);
	return notice_queue(c, k->texts.set, &n);
}

static int replace(struct cli *c, void *arg)
{
	struct change *k = arg;
	rc_t rc = correct_replace(c->store, k->worker, k->by, &k->act.officer, &k->replacement);
	int end = act_end(c, &k->act, rc, "worker");

	return end ? end : tell_worker(c, k);
}

int cmd_worker_replace(struct cli *c)
{
	enum { BY, NOTE };
	struct cli_option o[] = { { "by", true, NULL }, { "note", true, NULL } };
	struct change k = { 0 };
	const char *word = NULL;
	char from[16];
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_id(c, "worker", word, &k.worker);
	if (!end)
		end = cli_ref(c, "--by", o[BY].value, k.by);
	if (!end)
		end = run_change(c, &k, o[NOTE].value, true, replace);
	if (end)
		return end;
	month_format(k.replacement.from, from);
	list_print_new(c, "from", from);
	return 0;
}

/* ---- terms ---- */

static int revise_pledge(struct cli *c, void *arg)
{
	struct change *k = arg;

	return act_end(c, &k->act,
	        correct_pledge_workers(c->store, k->ref, k->workers, &k->act.officer), "pledge");
}

int cmd_pledge_revise(struct cli *c)
{
	enum { WORKERS, NOTE };
	struct cli_option o[] = { { "workers", true, NULL }, { "note", true, NULL } };
	struct change k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_ref(c, "REF", word, k.ref);
	if (!end)
		end = cli_number(c, &o[WORKERS], 1, 999999, &k.workers);
	return end ? end : run_change(c, &k, o[NOTE].value, false, revise_pledge);
}

/* The sponsor who was told of it must not pay by it. */
static int tell_cancelled(struct cli *c, const struct change *k, const struct pledge_row *p)
{
	char key[64], subject[48], n[32];
	struct notice text = {
		.template_id = "S25", .key = key, .subject = subject, .msisdn = p->sponsor_phone
	};

	snprintf(key, sizeof key, "pledge/%s/S25", p->ref);
	snprintf(subject, sizeof subject, "pledge/%s", p->ref);
	count_format(p->workers, n);
	tmpl_arg(&text.args, "sponsor", p->sponsor_name);
	tmpl_arg(&text.args, "n", n);
	tmpl_arg(&text.args, "ref", p->ref);
	return notice_queue(c, k->texts.set, &text);
}

static int cancel_pledge(struct cli *c, void *arg)
{
	struct change *k = arg;
	struct pledge_row was;
	bool told = false;
	int end = act_end(c, &k->act,
	        correct_pledge_cancel(c->store, k->ref, &k->act.officer, &was, &told), "pledge");

	k->workers = end ? 0 : was.taken;
	return end || !told ? end : tell_cancelled(c, k, &was);
}

int cmd_pledge_cancel(struct cli *c)
{
	struct cli_option o[] = { { "note", true, NULL } };
	struct change k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_ref(c, "REF", word, k.ref);
	if (!end)
		end = run_change(c, &k, o[0].value, true, cancel_pledge);
	if (!end && k.workers)
		cli_note("%d workers have lost their place: enrol them in the right pledge",
		        k.workers);
	return end;
}

static int revise_programme(struct cli *c, void *arg)
{
	struct change *k = arg;

	return act_end(c, &k->act,
	        correct_legal_basis(c->store, k->code, k->basis, &k->act.officer), "programme");
}

int cmd_programme_revise(struct cli *c)
{
	enum { BASIS, NOTE };
	struct cli_option o[] = { { "legal-basis", true, NULL }, { "note", false, NULL } };
	struct change k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_text(c, "CODE", word, k.code, sizeof k.code);
	if (!end)
		end = cli_text(c, "--legal-basis", o[BASIS].value, k.basis, sizeof k.basis);
	return end ? end : run_change(c, &k, o[NOTE].value, false, revise_programme);
}

static rc_t each_basis(struct store *s, json_t *rows, const void *arg)
{
	struct basis_row b = { 0 };
	rc_t rc;

	while ((rc = store_basis_next(s, arg, b.number, &b)) == RC_OK) {
		json_t *row = table_row(rows);

		table_int(row, "version", b.number);
		table_time(row, "since", b.since);
		table_text(row, "legal_basis", b.text);
	}
	return rc == RC_NOENT && json_array_size(rows) ? RC_OK : rc;
}

int cmd_programme_show(struct cli *c)
{
	static const struct table_column columns[] = { { "version", "VERSION" },
		{ "since", "SINCE" }, { "legal_basis", "LEGAL BASIS" } };
	const char *word = NULL;
	int end = cli_options(c, NULL, 0, &word, 1, 1);

	return end ? end : list_print(c, each_basis, word, columns, COUNT(columns));
}
