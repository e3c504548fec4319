#include "officer.h"

#include <errno.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int act_begin(struct cli *c, struct act *a, const char *note)
{
	int end = note ? cli_text(c, "--note", note, a->note, sizeof a->note) : 0;

	text_mask_nik(a->note);
	a->officer = (struct officer){ .name = c->actor, .note = a->note, .now = c->now };
	return end;
}

void act_today(struct cli *c, struct act *a)
{
	a->officer.day = date_days(date_at(c->now, c->conf->zone));
}

int act_end(const struct cli *c, const struct act *a, rc_t rc, const char *what)
{
	if (rc == RC_OK || !a->officer.why[0])
		return cli_store_end(c, rc, what);
	return cli_end(rc == RC_NOENT ? CLI_NOT_FOUND : CLI_FAILED, "%s", a->officer.why);
}

static int take_id(struct cli *c, const char *what, const char *in, int64_t *out)
{
	char *rest = NULL;
	long long v;

	errno = 0;
	v = strtoll(in, &rest, 10);
	if (errno || *rest || *in < '0' || *in > '9' || v <= 0)
		return cli_usage(c, "%s must be a number like 17, not '%s'", what, in);
	*out = v;
	return 0;
}

int cli_id(struct cli *c, const char *prefix, const char *in, int64_t *out)
{
	size_t len = strlen(prefix);

	if (strncmp(in, prefix, len) == 0 && in[len] == '/')
		in += len + 1;
	return take_id(c, "ID", in, out);
}

int cli_id_option(struct cli *c, const struct cli_option *o, int64_t *out)
{
	char what[32];

	snprintf(what, sizeof what, "--%s", o->name);
	return take_id(c, what, o->value, out);
}

int cli_amount(struct cli *c, const struct cli_option *o, rupiah_t *out)
{
	if (rupiah_parse(o->value, out) != RC_OK || *out <= 0)
		return cli_usage(
		        c, "--%s must be rupiah like 50400 or Rp50.400, above nothing", o->name);
	return 0;
}

int cli_day(struct cli *c, const struct cli_option *o, int64_t *out)
{
	struct date d;

	if (date_parse_iso(o->value, &d) != RC_OK)
		return cli_usage(c, "--%s must be a day like 2026-07-31", o->name);
	*out = date_days(d);
	return 0;
}

int cli_ref(struct cli *c, const char *what, const char *in, char out[REF_LEN + 3])
{
	int end = cli_text(c, what, in, out, REF_LEN + 3);

	for (char *p = out; !end && *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return end;
}

void day_text(int64_t day, char out[16])
{
	*out = '\0';
	if (day)
		date_format_iso(date_from_days(day), out);
}
