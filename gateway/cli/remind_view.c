#include "remind_view.h"

#include <payung/store_cover.h>
#include <payung/store_decision.h>
#include <payung/tables.h>
#include <stdlib.h>
#include <string.h>

int remind_view_load(struct cli *c, struct remind_view *v)
{
	int end = cli_load_conf(c);

	if (end)
		return end;
	const struct coverage_rules cover = coverage_rules_of(&c->conf->scheme);

	remind_rules_set(&v->rules, c->conf->reminders.when, CONF_OCCASIONS,
	        c->conf->reminders.number_check_days, &cover);
	v->zone = c->conf->zone;
	v->now = c->now;
	const char *dir = c->conf->templates;
	rc_t rc = tables_zones(dir, &v->zones, tables_fault, NULL);

	if (rc == RC_OK)
		rc = tables_holidays(
		        dir, c->conf->reminders.holidays, &v->holidays, tables_fault, NULL);
	return rc == RC_OK ? 0 : cli_end(CLI_FAILED, "the tables have faults: mend them first");
}

int remind_view_day(
        struct cli *c, const struct remind_view *v, const struct cli_option *o, int64_t *day)
{
	struct date d = date_at(v->now, v->zone);

	if (o->value && date_parse_iso(o->value, &d) != RC_OK)
		return cli_usage(c, "--%s is no day: write it like 2026-11-25", o->name);
	*day = date_days(d);
	return 0;
}

/* ---- a subject ---- */

size_t remind_view_plan(const struct remind_view *v, const struct remind_facts *f, int64_t today,
        struct remind_due out[REMIND_PLAN_MAX])
{
	switch (f->kind) {
	case REMIND_WORKER:
		return remind_plan_worker(&v->rules, &f->worker, today, out);
	case REMIND_INSTALMENT:
		return remind_plan_instalment(&v->rules, &f->instalment, today, out);
	default:
		return remind_plan_pledge(&v->rules, &f->pledge, today, out);
	}
}

enum zone remind_view_zone(const struct remind_view *v, const struct remind_facts *f)
{
	return quiet_zone_of(&v->zones, f->area, v->zone);
}

int64_t remind_view_today(const struct remind_view *v, const struct remind_facts *f)
{
	return date_days(date_at(v->now, remind_view_zone(v, f)));
}

void remind_view_date(json_t *row, const char *field, int64_t day)
{
	char text[16] = "";

	if (day > 0 && day < REMIND_NEVER)
		date_format_iso(date_from_days(day), text);
	table_text(row, field, text);
}

void remind_view_why(json_t *row, enum remind_why why)
{
	table_text(row, "why", why == WHY_NONE ? "" : remind_why_name(why));
}

void remind_view_subject(json_t *row, const struct remind_facts *f)
{
	static const char *const kinds[REMIND_SUBJECTS] = { "worker", "instalment", "pledge" };
	char who[sizeof f->name + sizeof f->ref], month[16];

	month_format(f->from, month);
	if (f->kind == REMIND_WORKER)
		snprintf(who, sizeof who, "%s", f->name);
	else if (f->kind == REMIND_INSTALMENT)
		snprintf(who, sizeof who, "%s from %s", f->ref, month);
	else
		snprintf(who, sizeof who, "%s", f->ref);
	table_text(row, "kind", kinds[f->kind]);
	table_int(row, "id", f->subject);
	table_text(row, "who", who);
	table_text(row, "phone", f->msisdn);
}

/* ---- who is meant ---- */

struct finding {
	struct remind_whom *out;
	size_t n;
};

static void found(struct finding *f, enum remind_subject kind, int64_t id)
{
	if (f->n < REMIND_WHOM_MAX)
		f->out[f->n++] = (struct remind_whom){ kind, id };
}

static rc_t find_phone(struct store *s, const char *msisdn, struct finding *f)
{
	rc_t rc = RC_OK;

	for (int64_t worker = 0; rc == RC_OK;) {
		rc = store_remind_next_of_phone(s, msisdn, worker, &worker);
		if (rc == RC_OK)
			found(f, REMIND_WORKER, worker);
	}
	return rc;
}

static rc_t find_pledge(struct store *s, const struct pledge_row *p, struct finding *f)
{
	struct instalment_row all[PLAN_MONTHS_MAX];
	size_t n;
	rc_t rc = store_instalments(s, p->id, all, PLAN_MONTHS_MAX, &n);

	found(f, REMIND_PLEDGE, p->id);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		found(f, REMIND_INSTALMENT, all[i].id);
	return rc;
}

static rc_t find_ref(struct store *s, const char *word, struct finding *f)
{
	struct registration_row r = { 0 };
	struct pledge_row p;
	rc_t rc = store_pledge_get(s, word, &p);

	if (rc == RC_OK)
		return find_pledge(s, &p, f);
	if (rc == RC_NOENT)
		rc = store_registration_get(s, word, &r);
	if (rc == RC_OK && r.worker)
		found(f, REMIND_WORKER, r.worker);
	return rc;
}

rc_t remind_view_find(
        struct store *s, const char *word, struct remind_whom out[REMIND_WHOM_MAX], size_t *n)
{
	struct finding f = { out, 0 };
	char msisdn[MSISDN_CAP];

	if (strncmp(word, "worker/", 7) == 0) /* as payung explain calls it */
		word += 7;
	bool digits = word[0] && strspn(word, "0123456789") == strlen(word);
	rc_t rc = RC_OK;

	if (msisdn_parse(word, msisdn) == RC_OK)
		rc = find_phone(s, msisdn, &f);
	else if (digits && strlen(word) < 10)
		found(&f, REMIND_WORKER, strtoll(word, NULL, 10));
	else
		rc = find_ref(s, word, &f);
	*n = f.n;
	if (rc == RC_OK || rc == RC_NOENT)
		return f.n > 0 ? RC_OK : RC_NOENT;
	return rc;
}
