/* A worker whose old phone is lost, or who shares one no longer: the officer has seen the KTP. The
 * new phone is told and may say that it is the wrong one; the old one is told, in case the officer
 * was deceived. */
#include "list.h"
#include "notice.h"
#include "officer.h"
#include <payung/tables.h>

#include <payung/store_decision.h>
#include <payung/templates.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct link {
	struct act act;
	struct templates texts;
	const char *who; /* a worker's id, or the ref of a registration */
	char from[MSISDN_CAP], to[MSISDN_CAP];
	struct nik_links worker;
};

static int find_worker(struct cli *c, struct link *k)
{
	struct registration_row r;
	int64_t id = 0;
	rc_t rc;

	if (strspn(k->who, "0123456789") == strlen(k->who)) {
		int end = cli_id(c, "worker", k->who, &id);

		if (end)
			return end;
	} else {
		rc = store_registration_get(c->store, k->who, &r);
		if (rc != RC_OK)
			return cli_store_end(c, rc, "registration");
		if (!r.worker)
			return cli_end(CLI_FAILED,
			        "registration %s has no worker yet: payung batch "
			        "accept",
			        k->who);
		id = r.worker;
	}
	return cli_store_end(c, store_worker_links(c->store, id, &k->worker), "worker");
}

/* The phone that is given up: named, or the only one. */
static int choose_from(struct link *k)
{
	if (k->from[0])
		return 0;
	if (k->worker.n > 1)
		return cli_end(CLI_USAGE,
		        "this worker has %zu phones: say with --from which one "
		        "(payung worker list)",
		        k->worker.n);
	if (k->worker.n)
		memcpy(k->from, k->worker.msisdn[0], sizeof k->from);
	return 0;
}

static int tell(struct cli *c, const struct link *k, const char *template_id, const char *to)
{
	char key[96], subject[48], first[TALK_NAME_CAP];
	struct notice n = {
		.template_id = template_id, .key = key, .subject = subject, .msisdn = to
	};

	if (!to[0])
		return 0;
	snprintf(subject, sizeof subject, "worker/%lld", (long long)k->worker.worker);
	snprintf(key, sizeof key, "%s/%s/%s/%lld", subject, template_id, to, (long long)c->now);
	snprintf(first, sizeof first, "%.*s", (int)strcspn(k->worker.name, " "), k->worker.name);
	tmpl_arg(&n.args, "nama", k->worker.name);
	tmpl_arg(&n.args, "nama1", first);
	return notice_queue(c, k->texts.set, &n);
}

static int change_link(struct cli *c, void *arg)
{
	struct link *k = arg;
	char subject[48], detail[80];
	int end = find_worker(c, k);

	if (!end)
		end = choose_from(k);
	if (end)
		return end;
	rc_t rc = store_link_move(c->store, k->worker.worker, k->from, k->to, c->now);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "the worker is not linked to %s", k->from);
	if (rc == RC_EXISTS)
		return cli_end(CLI_FAILED,
		        "the worker is linked to %s already; give up another "
		        "phone with payung worker unlink",
		        k->to);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "worker");
	snprintf(subject, sizeof subject, "worker/%lld", (long long)k->worker.worker);
	snprintf(detail, sizeof detail, "from=%s to=%s", k->from[0] ? k->from : "none",
	        k->to[0] ? k->to : "none");
	rc = store_correction_add(c->store, c->now, c->actor, k->to[0] ? "move" : "unlink", subject,
	        detail, k->act.officer.note);
	end = rc == RC_OK ? tell(c, k, k->to[0] ? "W46" : "W61", k->from)
	                  : cli_store_end(c, rc, "correction");
	return end ? end : tell(c, k, "W27", k->to);
}

static int run(struct cli *c, struct link *k, const char *note)
{
	int end = act_begin(c, &k->act, note);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end && templates_load(c->conf->templates, &k->texts, tables_fault, NULL) != RC_OK)
		end = cli_end(CLI_FAILED, "the templates have faults: payung templates check");
	if (!end)
		end = cli_change(c, change_link, k);
	templates_clear(&k->texts);
	return end;
}

int cmd_worker_move(struct cli *c)
{
	enum { TO, NOTE, FROM };
	struct cli_option o[] = { { "to", true, NULL }, { "note", true, NULL },
		{ "from", false, NULL } };
	struct link k = { 0 };
	int end = cli_options(c, o, COUNT(o), &k.who, 1, 1);

	if (!end)
		end = cli_phone(c, "--to", o[TO].value, k.to);
	if (!end && o[FROM].value)
		end = cli_phone(c, "--from", o[FROM].value, k.from);
	return end ? end : run(c, &k, o[NOTE].value);
}

int cmd_worker_unlink(struct cli *c)
{
	enum { FROM, NOTE };
	struct cli_option o[] = { { "from", true, NULL }, { "note", true, NULL } };
	struct link k = { 0 };
	int end = cli_options(c, o, COUNT(o), &k.who, 1, 1);

	if (!end)
		end = cli_phone(c, "--from", o[FROM].value, k.from);
	return end ? end : run(c, &k, o[NOTE].value);
}
