/* What is in the store: workers, texts in, texts out. */
#include "list.h"
#include <payung/tables.h>

#include <payung/store_cover.h>
#include <payung/store_outbox.h>
#include <payung/store_scheme.h>
#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- workers ---- */
struct worker_list {
	const char *phone; /* NULL = all */
	struct occupations occupations;
	struct date today;
	struct store *store;
	json_t *rows;
	rc_t rc;
};

static void show_job(json_t *row, const struct occupations *known, int job)
{
	const struct occupation *o = occupation_get(known, job);

	table_int(row, "job", job);
	table_text(row, "occupation", o ? o->word : "");
	table_text(row, "sector",
	        occupation_sector(known, job) == TARIFF_TRANSPORT ? "TRANSPORT" : "OTHER");
}

static bool is_aktif(const struct coverage *c)
{
	return c->state == COVERAGE_ACTIVE || c->state == COVERAGE_EXPIRING;
}

/* What explain says of today in a sentence. Money alone is never called AKTIF. */
static void cover_text(const struct coverage *c, month_t paid, struct date today, char out[80])
{
	char until[16] = "", paid_day[16] = "";
	const bool holds = paid >= month_of(today) && (!is_aktif(c) || paid > month_of(c->until));

	if (c->until.year)
		date_format_iso(c->until, until);
	if (holds)
		date_format_iso(month_last(paid), paid_day);
	if (c->state == COVERAGE_DECEASED)
		snprintf(out, 80, "died");
	else if (is_aktif(c))
		snprintf(out, 80, "AKTIF until %s%s%s", until, holds ? ", paid until " : "",
		        paid_day);
	else if (holds)
		snprintf(out, 80, "not AKTIF, paid until %s", paid_day);
	else if (*until)
		snprintf(out, 80, "none, ended %s", until);
	else
		snprintf(out, 80, "none");
}

/* Both looks are by the worker's own key. */
static void show_cover(struct worker_list *l, json_t *row, const struct worker_row *w)
{
	struct coverage c = { .state = COVERAGE_NOT_COVERED };
	char text[80];

	if (w->id && l->rc == RC_OK)
		l->rc = store_coverage_at(l->store, w->id, l->today, &c);
	cover_text(&c, w->paid, l->today, text);
	table_text(row, "cover", text);
}

static void show_worker(void *arg, const struct worker_row *w)
{
	struct worker_list *l = arg;
	json_t *row = table_row(l->rows);
	char confirmed[16] = "";

	if (w->confirmed)
		month_format(w->confirmed, confirmed);
	table_int(row, "id", w->id);
	table_text(row, "ref", w->ref);
	table_text(row, "name", w->name);
	table_text(row, "phones", w->phones);
	table_text(row, "born", w->born);
	table_text(row, "area", w->area);
	show_job(row, &l->occupations, w->job);
	table_text(row, "programme", w->programme);
	table_text(row, "sponsor", w->sponsor);
	table_text(row, "card", w->card);
	table_text(row, "state", w->state);
	table_text(row, "confirmed", confirmed);
	show_cover(l, row, w);
	table_time(row, "created_at", w->created_at);
}

static const struct table_column worker_columns[] = { { "id", "ID" }, { "ref", "REF" },
	{ "state", "STATE" }, { "confirmed", "CONFIRMED" }, { "cover", "COVER" },
	{ "phones", "PHONES" }, { "name", "NAME" }, { "born", "BORN" }, { "area", "AREA" },
	{ "occupation", "OCCUPATION" }, { "sector", "SECTOR" }, { "card", "CARD" },
	{ "programme", "PROGRAMME" }, { "sponsor", "SPONSOR" }, { "created_at", NULL } };

static rc_t each_worker(struct store *s, json_t *rows, const void *arg)
{
	struct worker_list l = *(const struct worker_list *)arg;

	l.rows = rows;
	l.store = s;
	rc_t rc = store_worker_each(s, l.phone, show_worker, &l);

	return rc == RC_OK ? l.rc : rc;
}

static int load_occupations(struct cli *c, struct worker_list *l)
{
	int end = cli_load_conf(c);

	if (end)
		return end;
	l->today = date_at(c->now, c->conf->zone);
	if (tables_occupations(c->conf->templates, &l->occupations, tables_fault, NULL) == RC_OK)
		return 0;
	return cli_end(CLI_FAILED, "the occupations have faults: mend them first");
}

int cmd_worker_list(struct cli *c)
{
	struct worker_list l = { 0 };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	if (!end)
		end = load_occupations(c, &l);
	return end ? end : list_print(c, each_worker, &l, worker_columns, COUNT(worker_columns));
}

int cmd_worker_show(struct cli *c)
{
	char phone[MSISDN_CAP];
	struct worker_list l = { .phone = phone };
	const char *word = NULL;
	json_t *rows = NULL;
	int end = cli_options(c, NULL, 0, &word, 1, 1);

	if (!end)
		end = cli_phone(c, "MSISDN", word, phone);
	if (!end)
		end = load_occupations(c, &l);
	if (end)
		return end;
	end = list_collect(c, each_worker, &l, &rows);
	if (end)
		return end;
	if (json_array_size(rows) == 0)
		end = cli_end(CLI_NOT_FOUND,
		        "no worker and no registration has this phone: see payung inbox list");
	else
		table_print(stdout, rows, worker_columns, COUNT(worker_columns), c->json);
	json_decref(rows);
	return end;
}

/* ---- texts ---- */
struct filter {
	int state, limit;
}; /* -1 = any state, 0 = no limit */

static int take_filter(
        struct cli *c, int (*parse)(const char *), const char *states, struct filter *f)
{
	struct cli_option o[] = { { "state", false, NULL }, { "limit", false, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	*f = (struct filter){ .state = -1 };
	if (!end && o[1].value)
		end = cli_number(c, &o[1], 1, 99999999, &f->limit);
	if (end || !o[0].value)
		return end;
	f->state = parse(o[0].value);
	if (f->state < 0)
		return cli_usage(c, "--state %s is unknown, one of: %s", o[0].value, states);
	return 0;
}

/* "queued handed sent": the states a filter may name. */
static void join_names(const char *(*name)(int), int n, char *out, size_t cap)
{
	size_t len = 0;

	for (int i = 0; i < n && len < cap; i++)
		len += (size_t)snprintf(out + len, cap - len, "%s%s", i ? " " : "", name(i));
}

static const char *inbox_name(int i)
{
	return inbox_state_name((enum inbox_state)i);
}

static const char *outbox_name(int i)
{
	return outbox_state_name((enum outbox_state)i);
}

static void show_inbox(void *rows, const struct inbox_row *m)
{
	json_t *row = table_row(rows);

	table_int(row, "id", m->id);
	table_time(row, "received_at", m->received_at);
	table_time(row, "handled_at", m->handled_at);
	table_text(row, "state", inbox_state_name(m->state));
	table_int(row, "line", m->line);
	table_text(row, "sender", m->sender);
	table_text(row, "intent", m->intent);
	table_int(row, "parts_have", m->parts_have);
	table_int(row, "parts_total", m->parts_total);
	table_text(row, "text", m->body);
}

static rc_t each_inbox(struct store *s, json_t *rows, const void *arg)
{
	const struct filter *f = arg;

	return store_inbox_each(s, f->state, f->limit, show_inbox, rows);
}

int cmd_inbox_list(struct cli *c)
{
	static const struct table_column columns[] = { { "id", "ID" },
		{ "received_at", "RECEIVED" }, { "state", "STATE" }, { "line", "LINE" },
		{ "sender", "SENDER" }, { "intent", "INTENT" }, { "text", "TEXT" } };
	char states[120];
	struct filter f;

	join_names(inbox_name, INBOX_STATES, states, sizeof states);
	int end = take_filter(c, inbox_state_parse, states, &f);

	return end ? end : list_print(c, each_inbox, &f, columns, COUNT(columns));
}

static void show_outbox(void *rows, const struct outbox_row *m)
{
	json_t *row = table_row(rows);

	table_int(row, "id", m->id);
	table_time(row, "created_at", m->created_at);
	table_time(row, "not_before", m->not_before);
	table_time(row, "expires_at", m->expires_at);
	table_text(row, "state", outbox_state_name(m->state));
	table_text(row, "cause", m->cause);
	table_text(row, "class", outbox_class_name(m->class));
	table_int(row, "line", m->state != OUT_QUEUED && m->parts ? m->part[0].line : m->line);
	table_text(row, "msisdn", m->msisdn);
	table_text(row, "template", m->template_id);
	table_text(row, "key", m->key);
	table_text(row, "subject", m->subject);
	table_int(row, "inbox", m->inbox);
	table_int(row, "parts", m->parts);
	table_int(row, "attempts", m->attempts);
	table_text(row, "text", m->body);
}

static rc_t each_outbox(struct store *s, json_t *rows, const void *arg)
{
	const struct filter *f = arg;

	return store_outbox_each(s, f->state, f->limit, show_outbox, rows);
}

int cmd_outbox_list(struct cli *c)
{
	static const struct table_column columns[] = { { "id", "ID" }, { "created_at", "CREATED" },
		{ "state", "STATE" }, { "class", "CLASS" }, { "line", "LINE" }, { "msisdn", "TO" },
		{ "template", "TEXT ID" }, { "attempts", "TRIES" }, { "cause", "CAUSE" },
		{ "text", "TEXT" } };
	char states[160];
	struct filter f;

	join_names(outbox_name, OUT_STATES, states, sizeof states);
	int end = take_filter(c, outbox_state_parse, states, &f);

	return end ? end : list_print(c, each_outbox, &f, columns, COUNT(columns));
}
