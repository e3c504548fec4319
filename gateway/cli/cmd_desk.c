/* Cadres, duty phones, cases: who enrols others, who is told, what is to be done. */
#include "list.h"

#include <payung/store_desk.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define EVERYWHERE "all"
#define POSITION_PRESET 100 /* behind those that were given a place */

static int take_area(struct cli *c, const char *in, char out[DESK_AREA_CAP])
{
	if (strspn(in, "0123456789.") != strlen(in) || !*in)
		return cli_usage(c, "--area must be an area code like 3321 or 33.74.01");
	return cli_text(c, "--area", in, out, DESK_AREA_CAP);
}

static int take_phone_only(struct cli *c, char phone[MSISDN_CAP])
{
	struct cli_option o[] = { { "phone", true, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	return end ? end : cli_phone(c, "--phone", o[0].value, phone);
}

static void subject_of(const char *what, const char *phone, char out[48])
{
	snprintf(out, 48, "%s/%s", what, phone);
}

/* ---- cadres ---- */

static int take_cadre(struct cli *c, struct cadre_row *r)
{
	enum { PHONE, NAME, AREA };
	struct cli_option o[] = { { "phone", true, NULL }, { "name", true, NULL },
		{ "area", true, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_phone(c, "--phone", o[PHONE].value, r->msisdn);
	if (!end)
		end = cli_text(c, "--name", o[NAME].value, r->name, sizeof r->name);
	return end ? end : take_area(c, o[AREA].value, r->area);
}

static int add_cadre(struct cli *c, void *arg)
{
	struct cadre_row *r = arg;
	char subject[48];
	rc_t rc = store_cadre_add(c->store, r);

	if (rc == RC_EXISTS)
		return cli_end(CLI_FAILED,
		        "this phone is a cadre's already: payung cadre end first to change it");
	if (rc != RC_OK)
		return cli_store_end(c, rc, "cadre");
	subject_of("cadre", r->msisdn, subject);
	return cli_audit(c, "cadre add", subject, "area=%s", r->area);
}

int cmd_cadre_add(struct cli *c)
{
	struct cadre_row r = { .since = c->now };
	int end = take_cadre(c, &r);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	return end ? end : cli_change(c, add_cadre, &r);
}

static int end_cadre(struct cli *c, void *arg)
{
	char subject[48];
	rc_t rc = store_cadre_end(c->store, arg, c->now);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "this phone is no cadre's: see payung cadre list");
	if (rc != RC_OK)
		return cli_store_end(c, rc, "cadre");
	subject_of("cadre", arg, subject);
	return cli_audit(c, "cadre end", subject, "%s", "");
}

int cmd_cadre_end(struct cli *c)
{
	char phone[MSISDN_CAP];
	int end = take_phone_only(c, phone);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	return end ? end : cli_change(c, end_cadre, phone);
}

static void show_cadre(void *rows, const struct cadre_row *r)
{
	json_t *row = table_row(rows);

	table_text(row, "phone", r->msisdn);
	table_text(row, "name", r->name);
	table_text(row, "area", r->area);
	table_time(row, "since", r->since);
	table_time(row, "ended_at", r->ended_at);
}

static rc_t each_cadre(struct store *s, json_t *rows, const void *arg)
{
	(void)arg;
	return store_cadre_each(s, show_cadre, rows);
}

int cmd_cadre_list(struct cli *c)
{
	static const struct table_column columns[] = { { "phone", "PHONE" }, { "area", "AREA" },
		{ "since", "SINCE" }, { "ended_at", "ENDED" }, { "name", "NAME" } };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_cadre, NULL, columns, COUNT(columns));
}

/* ---- duty phones ---- */

static int take_duty(struct cli *c, struct duty_row *r)
{
	enum { PHONE, AREA, NAME, POSITION };
	struct cli_option o[] = { { "phone", true, NULL }, { "area", true, NULL },
		{ "name", true, NULL }, { "position", false, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_phone(c, "--phone", o[PHONE].value, r->msisdn);
	if (!end)
		end = cli_text(c, "--name", o[NAME].value, r->name, sizeof r->name);
	if (!end && o[POSITION].value)
		end = cli_number(c, &o[POSITION], 1, 999, &r->position);
	if (end || strcmp(o[AREA].value, EVERYWHERE) == 0)
		return end;
	return take_area(c, o[AREA].value, r->area);
}

static int add_duty(struct cli *c, void *arg)
{
	struct duty_row *r = arg;
	char subject[48];
	rc_t rc = store_duty_add(c->store, r, c->now);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "duty phone");
	subject_of("duty", r->msisdn, subject);
	return cli_audit(c, "duty add", subject, "area=%s position=%d",
	        r->area[0] ? r->area : EVERYWHERE, r->position);
}

int cmd_duty_add(struct cli *c)
{
	struct duty_row r = { .position = POSITION_PRESET };
	int end = take_duty(c, &r);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	return end ? end : cli_change(c, add_duty, &r);
}

static int remove_duty(struct cli *c, void *arg)
{
	char subject[48];
	rc_t rc = store_duty_remove(c->store, arg);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "this phone is not on duty: see payung duty list");
	if (rc != RC_OK)
		return cli_store_end(c, rc, "duty phone");
	subject_of("duty", arg, subject);
	return cli_audit(c, "duty remove", subject, "%s", "");
}

int cmd_duty_remove(struct cli *c)
{
	char phone[MSISDN_CAP];
	int end = take_phone_only(c, phone);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	return end ? end : cli_change(c, remove_duty, phone);
}

static void show_duty(void *rows, const struct duty_row *r)
{
	json_t *row = table_row(rows);

	table_text(row, "area", r->area[0] ? r->area : EVERYWHERE);
	table_int(row, "position", r->position);
	table_text(row, "phone", r->msisdn);
	table_text(row, "name", r->name);
}

static rc_t each_duty(struct store *s, json_t *rows, const void *arg)
{
	(void)arg;
	return store_duty_each(s, show_duty, rows);
}

int cmd_duty_list(struct cli *c)
{
	static const struct table_column columns[] = { { "area", "AREA" },
		{ "position", "POSITION" }, { "phone", "PHONE" }, { "name", "NAME" } };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_duty, NULL, columns, COUNT(columns));
}

/* ---- cases ---- */

static void show_case(void *rows, const struct case_row *r)
{
	json_t *row = table_row(rows);

	table_text(row, "ref", r->ref);
	table_text(row, "kind", r->kind);
	table_text(row, "state", case_state_name(r->state));
	table_text(row, "phone", r->msisdn);
	table_text(row, "area", r->area);
	table_int(row, "worker", r->worker);
	table_int(row, "inbox", r->inbox);
	table_time(row, "opened_at", r->opened_at);
	table_text(row, "told_to", r->told_to);
	table_time(row, "told_at", r->told_at);
	table_time(row, "closed_at", r->closed_at);
	table_text(row, "closed_by", r->closed_by);
	table_text(row, "note", r->note);
}

static rc_t each_case(struct store *s, json_t *rows, const void *arg)
{
	return store_case_each(s, *(const bool *)arg, show_case, rows);
}

int cmd_callback_list(struct cli *c)
{
	static const struct table_column columns[] = { { "ref", "REF" }, { "kind", "KIND" },
		{ "state", "STATE" }, { "opened_at", "OPENED" }, { "phone", "PHONE" },
		{ "area", "AREA" }, { "told_to", "TOLD" }, { "closed_by", "CLOSED BY" },
		{ "note", "NOTE" } };
	bool all = c->argc == 1 && strcmp(c->argv[0], "--all") == 0;
	int end = all ? 0 : cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_case, &all, columns, COUNT(columns));
}

struct closing {
	char ref[REF_LEN + 1], note[DESK_NOTE_CAP];
};

static int take_closing(struct cli *c, struct closing *k)
{
	struct cli_option o[] = { { "note", false, NULL } };
	const char *word = NULL;
	int end = cli_options(c, o, COUNT(o), &word, 1, 1);

	if (!end)
		end = cli_text(c, "REF", word, k->ref, sizeof k->ref);
	if (!end && o[0].value)
		end = cli_text(c, "--note", o[0].value, k->note, sizeof k->note);
	for (char *p = k->ref; !end && *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return end;
}

static int close_case(struct cli *c, void *arg)
{
	struct closing *k = arg;
	char subject[48];
	rc_t rc = store_case_done(c->store, k->ref, c->actor, k->note, c->now);

	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "no open case %s: see payung callback list", k->ref);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "case");
	subject_of("case", k->ref, subject);
	return cli_audit(c, "case done", subject, "by=officer");
}

int cmd_callback_done(struct cli *c)
{
	struct closing k = { 0 };
	int end = take_closing(c, &k);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	return end ? end : cli_change(c, close_case, &k);
}
