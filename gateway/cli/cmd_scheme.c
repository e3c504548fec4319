/* Programmes and sponsors: who may be covered on what basis, and who pays. */
#include "cli.h"
#include "list.h"
#include "table.h"

#include <payung/store_scheme.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SMS_NAME_SEPTETS 18 /* what every text that names a sponsor leaves for it */

static bool is_code(const char *s, const char *also)
{
	for (; *s; s++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", *s) &&
		        !strchr(also, *s))
			return false;
	return true;
}

/* "3321, 3374" -> "3321,3374" */
static int take_areas(struct cli *c, const char *in, char *out, size_t cap)
{
	size_t len = 0, item = 0;

	for (; *in; in++) {
		if (*in == ' ')
			continue;
		if (len + 1 >= cap)
			return cli_usage(c, "--area is too long: at most %zu bytes", cap - 1);
		item = *in == ',' ? 0 : item + 1;
		if ((*in == ',' && (len == 0 || out[len - 1] == ',')) || item > 11)
			return cli_usage(c, "--area is a list of codes like 3321,3374");
		out[len++] = *in;
	}
	out[len] = '\0';
	if (!len || out[len - 1] == ',' || strspn(out, "0123456789,.-") != strlen(out))
		return cli_usage(c, "--area is a list of codes like 3321,3374");
	return 0;
}

static int take_programme(struct cli *c, struct programme_row *p)
{
	enum { CODE, NAME, AREA, BASIS, CHANNEL, TARGET };
	struct cli_option o[] = { { "code", true, NULL }, { "name", true, NULL },
		{ "area", true, NULL }, { "legal-basis", true, NULL }, { "channel", true, NULL },
		{ "target", false, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_text(c, "--code", o[CODE].value, p->code, sizeof p->code);
	if (!end && !is_code(p->code, "_-"))
		end = cli_usage(c, "--code must be letters, digits, - and _ only");
	if (!end)
		end = cli_text(c, "--name", o[NAME].value, p->name, sizeof p->name);
	if (!end)
		end = take_areas(c, o[AREA].value, p->areas, sizeof p->areas);
	if (!end)
		end = cli_text(
		        c, "--legal-basis", o[BASIS].value, p->legal_basis, sizeof p->legal_basis);
	if (!end && o[TARGET].value)
		end = cli_number(c, &o[TARGET], 0, 99999999, &p->target);
	if (end)
		return end;
	p->direct = strcmp(o[CHANNEL].value, "direct") == 0;
	if (!p->direct && strcmp(o[CHANNEL].value, "collected") != 0)
		return cli_usage(c, "--channel must be direct or collected");
	return 0;
}

static int add_programme(struct cli *c, void *arg)
{
	struct programme_row *p = arg;
	char subject[48];
	rc_t rc = store_programme_add(c->store, p, c->now, &p->id);

	if (rc == RC_EXISTS)
		return cli_end(
		        CLI_FAILED, "programme %s exists already: choose another --code", p->code);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "programme");
	snprintf(subject, sizeof subject, "programme/%s", p->code);
	return cli_audit(c, "programme add", subject, "areas=%s channel=%s target=%d", p->areas,
	        p->direct ? "direct" : "collected", p->target);
}

int cmd_programme_add(struct cli *c)
{
	struct programme_row p = { 0 };
	int end = take_programme(c, &p);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = cli_change(c, add_programme, &p);
	if (end)
		return end;
	list_print_new(c, "code", p.code);
	return 0;
}

static void show_programme(void *rows, const struct programme_row *p)
{
	json_t *row = table_row(rows);

	table_text(row, "code", p->code);
	table_text(row, "name", p->name);
	table_text(row, "areas", p->areas);
	table_text(row, "channel", p->direct ? "direct" : "collected");
	table_int(row, "target", p->target);
	table_text(row, "legal_basis", p->legal_basis);
}

static rc_t each_programme(struct store *s, json_t *rows, const void *arg)
{
	(void)arg;
	return store_programme_each(s, show_programme, rows);
}

int cmd_programme_list(struct cli *c)
{
	static const struct table_column columns[] = { { "code", "CODE" }, { "channel", "CHANNEL" },
		{ "areas", "AREAS" }, { "target", "TARGET" }, { "name", "NAME" },
		{ "legal_basis", "LEGAL BASIS" } };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_programme, NULL, columns, COUNT(columns));
}

static int take_sponsor(struct cli *c, struct sponsor_row *s)
{
	enum { NAME, SMS_NAME, KIND, PHONE };
	struct cli_option o[] = { { "name", true, NULL }, { "sms-name", true, NULL },
		{ "kind", true, NULL }, { "phone", true, NULL } };
	int kind, end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_text(c, "--name", o[NAME].value, s->name, sizeof s->name);
	if (!end)
		end = cli_text(c, "--sms-name", o[SMS_NAME].value, s->sms_name, sizeof s->sms_name);
	if (!end)
		end = cli_phone(c, "--phone", o[PHONE].value, s->phone);
	if (end)
		return end;
	struct text_size size = text_measure(s->sms_name);

	if (size.coding != TEXT_GSM7 || size.units > SMS_NAME_SEPTETS)
		return cli_usage(c, "--sms-name must be at most %d plain letters: shorten it",
		        SMS_NAME_SEPTETS);
	kind = sponsor_kind_parse(o[KIND].value);
	if (kind < 0)
		return cli_usage(c, "--kind %s is unknown", o[KIND].value);
	s->kind = (enum sponsor_kind)kind;
	return 0;
}

struct twin {
	const struct sponsor_row *s;
	int64_t id;
};

static void look_for_twin(void *arg, const struct sponsor_row *other)
{
	struct twin *t = arg;

	if (strcmp(other->phone, t->s->phone) == 0 && strcmp(other->name, t->s->name) == 0)
		t->id = other->id;
}

/* One phone may speak for several sponsors; name and phone the same are a command given twice. */
static int add_sponsor(struct cli *c, void *arg)
{
	struct sponsor_row *s = arg;
	struct twin t = { .s = s };
	char subject[48];
	rc_t rc = store_sponsor_each(c->store, look_for_twin, &t);

	if (t.id)
		return cli_end(CLI_FAILED,
		        "sponsor %lld has this name and phone already: use it, or give another "
		        "--name",
		        (long long)t.id);
	if (rc == RC_OK)
		rc = store_sponsor_add(c->store, s, c->now, &s->id);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "sponsor");
	snprintf(subject, sizeof subject, "sponsor/%lld", (long long)s->id);
	return cli_audit(c, "sponsor add", subject, "kind=%s", sponsor_kind_name(s->kind));
}

int cmd_sponsor_add(struct cli *c)
{
	struct sponsor_row s = { 0 };
	int end = take_sponsor(c, &s);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = cli_change(c, add_sponsor, &s);
	if (!end)
		list_print_id(c, s.id);
	return end;
}

static void show_sponsor(void *rows, const struct sponsor_row *s)
{
	json_t *row = table_row(rows);

	table_int(row, "id", s->id);
	table_text(row, "name", s->name);
	table_text(row, "sms_name", s->sms_name);
	table_text(row, "kind", sponsor_kind_name(s->kind));
	table_text(row, "phone", s->phone);
}

static rc_t each_sponsor(struct store *s, json_t *rows, const void *arg)
{
	(void)arg;
	return store_sponsor_each(s, show_sponsor, rows);
}

int cmd_sponsor_list(struct cli *c)
{
	static const struct table_column columns[] = { { "id", "ID" }, { "kind", "KIND" },
		{ "phone", "PHONE" }, { "sms_name", "SMS NAME" }, { "name", "NAME" } };
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	return end ? end : list_print(c, each_sponsor, NULL, columns, COUNT(columns));
}
