/* Reminders as the operator sees them: what is due, what is planned for somebody, what became of
 * it. */
#include "remind_view.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const verdicts[] = { [REMIND_LATER] = "later",
	[REMIND_NOW] = "now",
	[REMIND_NOT] = "not",
	[REMIND_MISSED] = "missed" };

static void show_due(json_t *row, const struct remind_facts *f, const struct remind_due *d)
{
	remind_view_subject(row, f);
	table_text(row, "occasion", remind_name(d->occasion));
	table_text(row, "text", remind_template(d->occasion, f->civil_servant));
	remind_view_date(row, "day", d->day);
	remind_view_date(row, "last", d->last);
	table_text(row, "verdict", verdicts[d->verdict]);
	remind_view_why(row, d->why);
}

/* ---- due ---- */

struct due_list {
	const struct remind_view *v;
	json_t *rows;
	int64_t day;
};

/* What its plan says for that day and was not dealt with before. */
static rc_t add_due(struct store *s, const struct due_list *l, const struct remind_look *look)
{
	struct remind_due plan[REMIND_PLAN_MAX];
	struct remind_facts f;
	rc_t rc = store_remind_facts(s, look->kind, look->subject, date_from_days(l->day), &f);
	size_t n = rc == RC_OK ? remind_view_plan(l->v, &f, l->day, plan) : 0;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		bool was = plan[i].verdict != REMIND_NOW && plan[i].verdict != REMIND_NOT;

		if (!was)
			rc = store_remind_was(s, look->kind, look->subject, plan[i].occasion,
			        plan[i].cycle, &was);
		if (rc == RC_OK && !was)
			show_due(table_row(l->rows), &f, &plan[i]);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t each_due(struct store *s, json_t *rows, const void *arg)
{
	static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
	struct due_list l = *(const struct due_list *)arg;
	rc_t rc = RC_OK;

	l.rows = rows;
	for (size_t z = 0; rc == RC_OK && z < COUNT(zones); z++) {
		struct remind_look look = { .day = -1 };

		while (rc == RC_OK &&
		        (rc = store_remind_next_listed(s, zones[z], l.day, &look, &look)) == RC_OK)
			rc = add_due(s, &l, &look);
		rc = rc == RC_NOENT ? RC_OK : rc;
	}
	return rc;
}

static const struct table_column due_columns[] = { { "kind", "KIND" }, { "id", "ID" },
	{ "who", "WHO" }, { "phone", "PHONE" }, { "occasion", "OCCASION" }, { "text", "TEXT" },
	{ "day", "FROM" }, { "last", "UNTIL" }, { "verdict", "SEND" }, { "why", "WHY" } };

int cmd_reminders_due(struct cli *c)
{
	struct cli_option o[] = { { "day", false, NULL } };
	struct remind_view v = { 0 };
	struct due_list l = { .v = &v };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = remind_view_load(c, &v);
	if (!end)
		end = remind_view_day(c, &v, &o[0], &l.day);
	return end ? end : list_print(c, each_due, &l, due_columns, COUNT(due_columns));
}

/* ---- plan and history of somebody ---- */

struct asked {
	struct remind_view v;
	const char *word;
	rc_t (*show)(struct store *s, const struct remind_view *v, const struct remind_facts *f,
	        json_t *rows);
};

static rc_t each_asked(struct store *s, json_t *rows, const void *arg)
{
	const struct asked *a = arg;
	struct remind_whom whom[REMIND_WHOM_MAX];
	struct remind_facts f;
	size_t n;
	rc_t rc = remind_view_find(s, a->word, whom, &n);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct date today = date_at(a->v.now, a->v.zone);

		rc = store_remind_facts(s, whom[i].kind, whom[i].id, today, &f);
		if (rc == RC_OK)
			rc = a->show(s, &a->v, &f, rows);
	}
	return rc;
}

static int about(struct cli *c, struct asked *a, const struct table_column *columns, size_t n)
{
	json_t *rows = NULL;
	int end = cli_options(c, NULL, 0, &a->word, 1, 1);

	if (!end)
		end = remind_view_load(c, &a->v);
	if (!end)
		end = list_collect(c, each_asked, a, &rows);
	if (end)
		return end;
	table_print(stdout, rows, columns, n, c->json);
	json_decref(rows);
	return 0;
}

/* What was done about this occasion of this cycle; state REMINDER_STATES: nothing yet. */
static rc_t find_done(struct store *s, const struct remind_facts *f, const struct remind_due *d,
        struct remind_row *out)
{
	struct remind_row row;
	const struct remind_row *after = NULL;
	rc_t rc;

	out->state = REMINDER_STATES;
	while ((rc = store_remind_next_of_subject(s, f->kind, f->subject, after, &row)) == RC_OK) {
		if (row.occasion == d->occasion && row.cycle == d->cycle)
			*out = row;
		after = &row;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t show_plan(
        struct store *s, const struct remind_view *v, const struct remind_facts *f, json_t *rows)
{
	struct remind_due plan[REMIND_PLAN_MAX];
	struct remind_row done;
	size_t n = remind_view_plan(v, f, remind_view_today(v, f), plan);
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		json_t *row = table_row(rows);

		show_due(row, f, &plan[i]);
		rc = find_done(s, f, &plan[i], &done);
		bool was = rc == RC_OK && done.state != REMINDER_STATES;

		table_text(row, "done", was ? remind_state_name(done.state) : "");
	}
	return rc;
}

static const struct table_column plan_columns[] = { { "kind", "KIND" }, { "id", "ID" },
	{ "who", "WHO" }, { "phone", "PHONE" }, { "occasion", "OCCASION" }, { "text", "TEXT" },
	{ "day", "FROM" }, { "last", "UNTIL" }, { "verdict", "SEND" }, { "why", "WHY" },
	{ "done", "DONE" } };

int cmd_reminders_plan(struct cli *c)
{
	struct asked a = { .show = show_plan };

	return about(c, &a, plan_columns, COUNT(plan_columns));
}

static rc_t show_history(
        struct store *s, const struct remind_view *v, const struct remind_facts *f, json_t *rows)
{
	struct remind_row r;
	const struct remind_row *after = NULL;
	rc_t rc;

	(void)v;
	while ((rc = store_remind_next_of_subject(s, f->kind, f->subject, after, &r)) == RC_OK) {
		json_t *row = table_row(rows);

		remind_view_subject(row, f);
		table_text(row, "phone", r.msisdn);
		table_text(row, "occasion", remind_name(r.occasion));
		table_text(row, "text", remind_template(r.occasion, f->civil_servant));
		remind_view_date(row, "day", r.day);
		table_text(row, "state", remind_state_name(r.state));
		remind_view_why(row, r.why);
		table_int(row, "outbox", r.outbox);
		table_time(row, "noted_at", r.noted_at);
		after = &r;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static const struct table_column history_columns[] = { { "kind", "KIND" }, { "id", "ID" },
	{ "who", "WHO" }, { "occasion", "OCCASION" }, { "text", "TEXT" }, { "day", "DAY" },
	{ "state", "STATE" }, { "why", "WHY" }, { "phone", "PHONE" }, { "outbox", "OUTBOX" },
	{ "noted_at", "NOTED" } };

int cmd_reminders_history(struct cli *c)
{
	struct asked a = { .show = show_history };

	return about(c, &a, history_columns, COUNT(history_columns));
}
