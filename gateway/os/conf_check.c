/* Keys that are fine alone and impossible together. */
#include "conf_load.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static rc_t check_twins_of(struct conf_load *l, size_t n)
{
	const struct conf_modem *b = &l->conf->modem[n];
	struct conf_place at = { .file = l->conf->path, .section = "modem", .title = b->name };

	for (size_t i = 0; i < n; i++) {
		const struct conf_modem *a = &l->conf->modem[i];
		bool same_device = strcmp(a->device, b->device) == 0;

		if (!same_device && (!*b->imei || strcmp(a->imei, b->imei) != 0))
			continue;
		at.line =
		        conf_scan_line(&l->scan, "modem", (int)n, same_device ? "device" : "imei");
		return conf_refuse(l->err, at, "modem %s on line %d has the same %s; correct one",
		        a->name, a->line, same_device ? "device" : "imei");
	}
	return RC_OK;
}

static rc_t check_together(struct conf_load *l)
{
	const struct conf_limits *m = &l->conf->limits;
	const struct {
		const char *low, *high;
		bool wrong;
	} pairs[] = {
		{ "age_min", "age_max_new", m->age_min > m->age_max_new },
		{ "retry_base_s", "retry_cap_s", m->retry_base_s > m->retry_cap_s },
	};
	struct conf_place at = { .file = l->conf->path, .section = "limits", .title = "" };

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		int low = conf_scan_line(&l->scan, "limits", -1, pairs[i].low);
		int high = conf_scan_line(&l->scan, "limits", -1, pairs[i].high);

		at.line = low > high ? low : high;
		if (pairs[i].wrong)
			return conf_refuse(l->err, at,
			        "%s is above %s; lower it or raise the other", pairs[i].low,
			        pairs[i].high);
	}
	return RC_OK;
}

static rc_t check_pin_is_hidden(struct conf_load *l)
{
	struct conf_place at = { .file = l->conf->path, .section = "modem" };

	for (size_t i = 0; i < l->conf->modem_count; i++) {
		at.line = conf_scan_line(&l->scan, "modem", (int)i, "pin");
		at.title = l->conf->modem[i].name;
		if (at.line && (l->mode & S_IROTH))
			return conf_refuse(l->err, at,
			        "holds a PIN that everyone on this machine can read; run: chmod "
			        "640 %s",
			        l->conf->path);
	}
	return RC_OK;
}

/* A column that files of this kind do not know would be ignored in silence. */
static rc_t check_source(struct conf_load *l, size_t n)
{
	static const char *const kinds[] = { "bank", "receipt", "list", "insurer" };
	const struct conf_source *s = &l->conf->source[n];
	struct conf_place at = { .file = l->conf->path, .section = "source", .title = s->name };

	for (enum conf_column c = 0; c < CONF_COLUMNS; c++) {
		at.line = conf_scan_line(&l->scan, "source", (int)n, conf_column_name(c));
		if (at.line && !conf_column_of_kind(c, s->kind))
			return conf_refuse(l->err, at, "files of kind %s have no %s; remove it",
			        kinds[s->kind], conf_column_name(c));
	}
	for (size_t i = 0; i < 2; i++) {
		const char *key = i ? "refused" : "accepted";

		at.line = conf_scan_line(&l->scan, "source", (int)n, key);
		if (at.line && s->kind != CONF_SOURCE_INSURER)
			return conf_refuse(l->err, at, "%s is for kind insurer; remove it", key);
	}
	return RC_OK;
}

rc_t conf_check(struct conf_load *l)
{
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < l->conf->modem_count; i++)
		rc = check_twins_of(l, i);
	for (size_t i = 0; rc == RC_OK && i < l->conf->source_count; i++)
		rc = check_source(l, i);
	if (rc == RC_OK)
		rc = check_together(l);
	return rc == RC_OK ? check_pin_is_hidden(l) : rc;
}
