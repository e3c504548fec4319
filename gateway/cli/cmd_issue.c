/* Issues: what reconcile leaves to people. Showing one says what it means and what can be done. */
#include "list.h"
#include "officer.h"

#include <payung/words.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const state_names[ISSUE_STATES] = { "open", "resolved", "dismissed" };

static json_t *show(json_t *rows, const struct issue_row *i)
{
	json_t *row = table_row(rows);

	table_int(row, "id", i->id);
	table_text(row, "kind", issue_name(i->kind));
	table_text(row, "state", state_names[i->state]);
	table_text(row, "subject", i->subject);
	table_time(row, "raised_at", i->raised_at);
	table_text(row, "detail", i->detail);
	table_time(row, "resolved_at", i->resolved_at);
	table_text(row, "resolved_by", i->resolved_by);
	table_text(row, "note", i->note);
	return row;
}

struct asked {
	bool all;
	int kind;
};

static rc_t each_issue(struct store *s, json_t *rows, const void *arg)
{
	const struct asked *a = arg;
	struct issue_row i = { 0 };
	rc_t rc;

	while ((rc = store_issue_next(s, !a->all, i.id, &i)) == RC_OK)
		if (a->kind < 0 || (int)i.kind == a->kind)
			(void)show(rows, &i);
	return rc == RC_NOENT ? RC_OK : rc;
}

int cmd_issue_list(struct cli *c)
{
	static const struct table_column columns[] = { { "id", "ID" }, { "kind", "KIND" },
		{ "state", "STATE" }, { "raised_at", "RAISED" }, { "subject", "SUBJECT" },
		{ "detail", "DETAIL" }, { "resolved_by", "BY" }, { "note", "NOTE" } };
	struct cli_option o[] = { { "kind", false, NULL }, { "all", CLI_FLAG, NULL } };
	struct asked a = { .kind = -1 };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	a.all = o[1].value != NULL;
	if (!end && o[0].value && (a.kind = issue_parse(o[0].value)) < 0)
		end = cli_usage(c, "--kind %s is unknown: see payung(1)", o[0].value);
	return end ? end : list_print(c, each_issue, &a, columns, COUNT(columns));
}

/* ---- one ---- */

static const char *id_of(const char *subject)
{
	const char *slash = strchr(subject, '/');

	return slash ? slash + 1 : subject;
}

/* A step's command wants the subject with its kind for explain, else the bare id. */
static void step_text(const char *step, const char *subject, char *out, size_t cap)
{
	const char *hole = strstr(step, "%s");
	const bool whole = strstr(step, "explain %s") != NULL;

	if (!hole)
		snprintf(out, cap, "%s", step);
	else
		snprintf(out, cap, "%.*s%s%s", (int)(hole - step), step,
		        whole ? subject : id_of(subject), hole + 2);
}

static void add_steps(json_t *row, const struct issue_row *i)
{
	json_t *steps = json_array();
	char text[400];

	for (size_t k = 0; words_issue_step(i->kind, k); k++) {
		step_text(words_issue_step(i->kind, k), i->subject, text, sizeof text);
		json_array_append_new(steps, json_string(text));
	}
	snprintf(text, sizeof text,
	        "When it is settled: payung issue resolve %lld --note TEXT (with --dismiss it is "
	        "never raised again)",
	        (long long)i->id);
	json_array_append_new(steps, json_string(text));
	json_object_set_new(row, "next", steps);
}

static rc_t one_issue(struct store *s, json_t *rows, const void *arg)
{
	struct issue_row i;
	rc_t rc = store_issue_get(s, *(const int64_t *)arg, &i);
	json_t *row;

	if (rc != RC_OK)
		return rc;
	row = show(rows, &i);
	table_text(row, "means", words_issue(i.kind));
	add_steps(row, &i);
	return RC_OK;
}

static const char *get(const json_t *row, const char *field)
{
	return json_string_value(json_object_get(row, field));
}

static void print_issue(const json_t *row)
{
	const json_t *next = json_object_get(row, "next"), *step;
	size_t i;

	printf("%s about %s, %s since %.10s.\n%s\n", get(row, "kind"), get(row, "subject"),
	        get(row, "state"), get(row, "raised_at"), get(row, "means"));
	if (*get(row, "detail"))
		printf("Facts: %s\n", get(row, "detail"));
	if (strcmp(get(row, "state"), state_names[ISSUE_OPEN]) != 0) {
		printf("Settled by %s: %s\n", get(row, "resolved_by"), get(row, "note"));
		return;
	}
	puts("What you can do:");
	json_array_foreach(next, i, step) printf("- %s\n", json_string_value(step));
}

static int take_id(struct cli *c, struct cli_option *o, size_t n, int64_t *id)
{
	const char *word = NULL;
	int end = cli_options(c, o, n, &word, 1, 1);

	return end ? end : cli_id(c, "issue", word, id);
}

int cmd_issue_show(struct cli *c)
{
	json_t *rows = NULL;
	int64_t id = 0;
	int end = take_id(c, NULL, 0, &id);

	if (!end)
		end = list_collect(c, one_issue, &id, &rows);
	if (end)
		return end;
	if (c->json)
		table_print_json(stdout, json_array_get(rows, 0));
	else
		print_issue(json_array_get(rows, 0));
	json_decref(rows);
	return 0;
}

/* ---- settling ---- */

struct settling {
	struct act act;
	int64_t id;
	bool dismiss;
};

static int resolve(struct cli *c, void *arg)
{
	const struct settling *k = arg;
	rc_t rc = store_issue_resolve(c->store, k->id, c->actor, k->act.note, k->dismiss, c->now);

	return rc == RC_NOENT ? cli_end(CLI_NOT_FOUND, "no open issue %lld: see payung issue list",
	                                (long long)k->id)
	                      : cli_store_end(c, rc, "issue");
}

int cmd_issue_resolve(struct cli *c)
{
	struct cli_option o[] = { { "note", true, NULL }, { "dismiss", CLI_FLAG, NULL } };
	struct settling k = { 0 };
	int end = take_id(c, o, COUNT(o), &k.id);

	k.dismiss = o[1].value != NULL;
	if (!end)
		end = act_begin(c, &k.act, o[0].value);
	if (!end)
		end = cli_open(c, STORE_LIVE);
	return end ? end : cli_change(c, resolve, &k);
}
