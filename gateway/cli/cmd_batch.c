/* Batches: an officer makes workers of what open codes brought. Everything is looked at again
 * inside the change that decides it, since the registration before may have made the same person
 * known. */
#include "list.h"
#include "notice.h"
#include <payung/tables.h>

#include <ctype.h>
#include <payung/doubt.h>
#include <payung/store_decision.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define REASON "ALASAN_"

/* ---- lists ---- */

static void show_batch(void *rows, const struct batch_row *b)
{
	json_t *row = table_row(rows);

	table_int(row, "id", b->id);
	table_text(row, "pledge", b->pledge);
	table_text(row, "programme", b->programme);
	table_text(row, "sponsor", b->sponsor);
	table_text(row, "area", b->area);
	table_text(row, "kind", b->named ? "named" : "open");
	table_int(row, "codes", b->codes);
	table_int(row, "used", b->used);
	table_int(row, "undecided", b->undecided);
	table_int(row, "accepted", b->accepted);
	table_int(row, "rejected", b->rejected);
	table_time(row, "created_at", b->created_at);
	table_time(row, "expires_at", b->expires_at);
}

static rc_t each_batch(struct store *s, json_t *rows, const void *arg)
{
	(void)arg;
	return store_batch_each(s, show_batch, rows);
}

int cmd_batch_list(struct cli *c)
{
	static const struct table_column columns[] = { { "id", "ID" }, { "kind", "KIND" },
		{ "pledge", "PLEDGE" }, { "programme", "PROGRAMME" }, { "area", "AREA" },
		{ "codes", "CODES" }, { "used", "USED" }, { "undecided", "UNDECIDED" },
		{ "accepted", "ACCEPTED" }, { "rejected", "REJECTED" }, { "expires_at", "EXPIRES" },
		{ "sponsor", "SPONSOR" } };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_batch, NULL, columns, COUNT(columns));
}

/* ---- what speaks against a registration ---- */

struct desk {
	int64_t batch;            /* 0 = one registration alone */
	const char *ref, *reason; /* NULL = not given */
	struct templates texts;
	struct name_rules *names;
	json_t *rows;
	size_t n, done;
	char (*refs)[REF_LEN + 1];
	int failed; /* exit code to end with when all else went well */
};

static int alike(const struct desk *k, const char *a, const char *b)
{
	char key_a[NAME_KEY_CAP], key_b[NAME_KEY_CAP];

	name_key(k->names, a, key_a);
	name_key(k->names, b, key_b);
	return name_similarity(key_a, key_b);
}

static int find_doubts(
        struct cli *c, const struct desk *k, const struct registration_row *r, unsigned *out)
{
	const struct conf_limits *l = &c->conf->limits;
	struct doubt_facts f = { .asked = date_at(r->created_at, c->conf->zone),
		.age_min = l->age_min,
		.age_max = l->age_max_new,
		.known = r->known != 0,
		.known_here = r->known_here,
		.known_phones = r->known_phones,
		.name_alike = alike(k, r->name, r->known_name),
		.same_nik = r->same_nik,
		.phone_workers = r->phone_workers,
		.workers_per_phone = l->workers_per_phone,
		.by_cadre = r->enrolled_by[0] != '\0' };
	struct cadre_row cadre;
	rc_t rc = f.by_cadre ? store_cadre_get(c->store, r->enrolled_by, &cadre) : RC_NOENT;

	if (rc != RC_OK && rc != RC_NOENT)
		return cli_store_end(c, rc, "cadre");
	f.is_cadre = rc == RC_OK;
	if (r->born[0] && date_parse_iso(r->born, &f.born) != RC_OK)
		f.born = (struct date){ 0 };
	*out = doubts_of(&f);
	return 0;
}

static void show_registration(
        json_t *rows, const struct registration_row *r, const char *state, unsigned doubts)
{
	json_t *row = table_row(rows);
	char list[DOUBT_LIST_CAP];

	doubts_list(doubts, list);
	table_text(row, "ref", r->ref);
	table_text(row, "state", state);
	table_text(row, "doubts", list);
	table_text(row, "phone", r->msisdn);
	table_text(row, "name", r->name);
	table_text(row, "known_name", r->known_name);
	table_text(row, "born", r->born);
	table_text(row, "area", r->area);
	table_int(row, "job", r->job);
	table_int(row, "worker", r->worker);
	table_text(row, "enrolled_by", r->enrolled_by);
	table_text(row, "reason", r->reason);
	table_text(row, "decided_by", r->decided_by);
	table_time(row, "decided_at", r->decided_at);
	table_time(row, "created_at", r->created_at);
}

static void print_registrations(const struct cli *c, const struct desk *k)
{
	static const struct table_column columns[] = { { "ref", "REF" }, { "state", "STATE" },
		{ "phone", "PHONE" }, { "name", "NAME" }, { "born", "BORN" }, { "area", "AREA" },
		{ "doubts", "DOUBTS" }, { "known_name", "KNOWN AS" }, { "enrolled_by", "CADRE" },
		{ "reason", "REASON" } };

	table_print(stdout, k->rows, columns, COUNT(columns), c->json);
}

/* ---- one run ---- */

static void keep_ref(void *arg, const struct registration_row *r)
{
	struct desk *k = arg;

	k->refs = realloc(k->refs, (k->n + 1) * sizeof *k->refs);
	if (!k->refs)
		abort();
	snprintf(k->refs[k->n++], sizeof *k->refs, "%s", r->ref);
}

/* The registrations this run is about: of the batch, or the one that was named. */
static int find_registrations(struct cli *c, struct desk *k, bool undecided)
{
	struct registration_row one;
	struct batch_row batch;
	rc_t rc = k->batch ? store_batch_get(c->store, k->batch, &batch) : RC_OK;

	if (rc == RC_NOENT)
		return cli_end(
		        CLI_NOT_FOUND, "no batch %lld: see payung batch list", (long long)k->batch);
	if (rc == RC_OK && !k->ref)
		rc = store_registration_each(c->store, k->batch, undecided, keep_ref, k);
	else if (rc == RC_OK && (rc = store_registration_get(c->store, k->ref, &one)) == RC_OK) {
		if (k->batch && one.batch != k->batch)
			rc = RC_NOENT;
		else
			keep_ref(k, &one);
	}
	if (rc == RC_NOENT)
		return cli_end(
		        CLI_NOT_FOUND, "no registration %s here: see payung batch show", k->ref);
	return cli_store_end(c, rc, "registrations");
}

static int open_desk(struct cli *c, struct desk *k, enum store_mode mode)
{
	int end = cli_open(c, mode);

	k->rows = json_array();
	if (!k->rows)
		abort();
	if (end)
		return end;
	if (templates_load(c->conf->templates, &k->texts, tables_fault, NULL) != RC_OK ||
	        tables_names(c->conf->templates, &k->names, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the templates have faults: payung templates check");
	return 0;
}

static void close_desk(struct desk *k)
{
	templates_clear(&k->texts);
	name_rules_free(k->names);
	json_decref(k->rows);
	free(k->refs);
}

static int take_batch(struct cli *c, const char *word, int64_t *batch)
{
	size_t len = strlen(word);

	if (!len || len > 9 || strspn(word, "0123456789") != len)
		return cli_usage(c, "ID must be the number of a batch");
	*batch = strtol(word, NULL, 10);
	return *batch ? 0 : cli_usage(c, "ID must be the number of a batch");
}

/* ---- show ---- */

int cmd_batch_show(struct cli *c)
{
	struct desk k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, NULL, 0, &word, 1, 1);

	if (!end)
		end = take_batch(c, word, &k.batch);
	if (end)
		return end;
	end = open_desk(c, &k, STORE_READ);
	if (!end)
		end = find_registrations(c, &k, false);
	for (size_t i = 0; !end && i < k.n; i++) {
		struct registration_row r;
		unsigned doubts = 0;

		end = cli_store_end(
		        c, store_registration_get(c->store, k.refs[i], &r), "registration");
		if (!end && !r.worker && r.decision == DECISION_NONE)
			end = find_doubts(c, &k, &r, &doubts);
		if (!end)
			show_registration(k.rows, &r, r.state, doubts);
	}
	if (!end)
		print_registrations(c, &k);
	close_desk(&k);
	return end;
}

/* ---- accept ---- */

static int tell_accepted(struct cli *c, struct desk *k, const struct registration_row *r)
{
	char key[48], subject[48];
	struct notice n = {
		.template_id = "W01", .key = key, .subject = subject, .msisdn = r->msisdn
	};

	if (!r->msisdn[0]) /* a cadre brought somebody without a phone */
		return 0;
	snprintf(key, sizeof key, "registration/%s/W01", r->ref);
	snprintf(subject, sizeof subject, "worker/%lld", (long long)r->worker);
	tmpl_arg(&n.args, "nama", r->name);
	tmpl_arg(&n.args, "ref", r->ref);
	return notice_queue(c, k->texts.set, &n);
}

static int accept_row(struct cli *c, struct desk *k, struct registration_row *r, unsigned doubts)
{
	rc_t rc = store_registration_accept(c->store, r->ref, c->actor, c->now, &r->worker);
	bool held = rc == RC_LIMIT;

	if (rc == RC_INVALID)
		return cli_end(CLI_FAILED, "registration %s: %s", r->ref, store_detail(c->store));
	if (rc != RC_OK && !held)
		return cli_store_end(c, rc, "registration");
	if (held)
		k->failed = CLI_FAILED;
	if (held || strcmp(r->state, "waiting") == 0) { /* who waits was told so */
		show_registration(k->rows, r, held ? "held" : "accepted, waits", doubts);
		return 0;
	}
	show_registration(k->rows, r, "accepted", doubts);
	return tell_accepted(c, k, r);
}

static int accept_one(struct cli *c, struct desk *k, const char *ref)
{
	struct registration_row r;
	unsigned doubts = 0;
	rc_t rc = store_registration_get(c->store, ref, &r);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "registration");
	int end = find_doubts(c, k, &r, &doubts);

	if (end)
		return end;
	if (!k->ref && doubts) {
		show_registration(k->rows, &r, "doubtful", doubts);
		return 0;
	}
	return accept_row(c, k, &r, doubts);
}

static int accept_group(struct cli *c, void *arg, bool *more)
{
	struct desk *k = arg;
	int end = 0;

	do {
		if (k->done < k->n)
			end = accept_one(c, k, k->refs[k->done++]);
	} while (!end && k->done < k->n && cli_has_time(c));
	*more = k->done < k->n;
	return end;
}

int cmd_batch_accept(struct cli *c)
{
	struct cli_option o[] = { { "ref", false, NULL } };
	struct desk k = { 0 };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = take_batch(c, word, &k.batch);
	if (end)
		return end;
	k.ref = o[0].value;
	end = open_desk(c, &k, STORE_LIVE);
	if (!end)
		end = find_registrations(c, &k, true);
	if (!end)
		end = cli_change_groups(c, accept_group, &k);
	if (!end)
		print_registrations(c, &k);
	if (!end && k.failed)
		end = cli_end(k.failed, "held: the NIK belongs to a worker with another phone; "
		                        "let that phone agree (GANTI), or reject it");
	close_desk(&k);
	return end;
}

/* ---- reject ---- */

static int tell_rejected(struct cli *c, struct desk *k, const struct registration_row *r)
{
	char key[48], subject[48], word[TMPL_ID_CAP];
	struct notice n = {
		.template_id = "W42", .key = key, .subject = subject, .msisdn = r->msisdn
	};
	struct phone_row phone;

	if (!r->msisdn[0])
		return 0;
	rc_t rc = store_phone_load(c->store, r->msisdn, c->now, &phone);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "phone");
	snprintf(word, sizeof word, REASON "%s", k->reason);
	snprintf(key, sizeof key, "registration/%s/W42", r->ref);
	snprintf(subject, sizeof subject, "registration/%s", r->ref);
	tmpl_arg(&n.args, "nama", r->name);
	tmpl_arg(&n.args, "alasan", tmpl_word(k->texts.set, word, phone.lang));
	return notice_queue(c, k->texts.set, &n);
}

static int tell_moved_up(struct cli *c, struct desk *k, const char *ref)
{
	struct registration_row r;
	rc_t rc = ref[0] ? store_registration_get(c->store, ref, &r) : RC_NOENT;

	if (rc != RC_OK)
		return rc == RC_NOENT ? 0 : cli_store_end(c, rc, "registration");
	return r.worker ? tell_accepted(c, k, &r) : 0;
}

static int reject_one(struct cli *c, struct desk *k, const char *ref)
{
	char moved_up[REF_LEN + 1] = "";
	struct registration_row r;
	rc_t rc = store_registration_get(c->store, ref, &r);

	if (rc == RC_OK)
		rc = store_registration_reject(
		        c->store, ref, k->reason, c->actor, c->now, moved_up);
	if (rc == RC_INVALID)
		return cli_end(CLI_FAILED, "registration %s: %s", ref, store_detail(c->store));
	if (rc != RC_OK)
		return cli_store_end(c, rc, "registration");
	int end = tell_rejected(c, k, &r);

	if (!end)
		end = tell_moved_up(c, k, moved_up);
	snprintf(r.reason, sizeof r.reason, "%s", k->reason);
	show_registration(k->rows, &r, "rejected", 0);
	return end;
}

static int reject_group(struct cli *c, void *arg, bool *more)
{
	struct desk *k = arg;
	int end = 0;

	do {
		if (k->done < k->n)
			end = reject_one(c, k, k->refs[k->done++]);
	} while (!end && k->done < k->n && cli_has_time(c));
	*more = k->done < k->n;
	return end;
}

/* The reason is a word of the templates, so that it can be told in every language. */
static int take_reason(struct cli *c, struct desk *k, const char *in, char out[TMPL_ID_CAP])
{
	char id[TMPL_ID_CAP];
	size_t n = 0;

	for (; n < TMPL_ID_CAP - sizeof REASON && in[n]; n++)
		out[n] = (char)toupper((unsigned char)in[n]);
	out[n] = '\0';
	snprintf(id, sizeof id, REASON "%.*s", (int)n, out);
	k->reason = out;
	if (in[n] || !n || !tmpl_word(k->texts.set, id, "id"))
		return cli_usage(
		        c, "--reason %s is unknown: a word of words.txt without " REASON, in);
	return 0;
}

int cmd_batch_reject(struct cli *c)
{
	struct cli_option o[] = { { "reason", true, NULL } };
	struct desk k = { 0 };
	char reason[TMPL_ID_CAP];
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end && strspn(word, "0123456789") == strlen(word)) /* a ref is never digits only */
		end = take_batch(c, word, &k.batch);
	else
		k.ref = word;
	if (end)
		return end;
	end = open_desk(c, &k, STORE_LIVE);
	if (!end)
		end = take_reason(c, &k, o[0].value, reason);
	if (!end)
		end = find_registrations(c, &k, true);
	if (!end)
		end = cli_change_groups(c, reject_group, &k);
	if (!end)
		print_registrations(c, &k);
	close_desk(&k);
	return end;
}
