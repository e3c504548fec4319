/* One value: checked against its row of the table and put into its place. */
#include "conf_load.h"
#include "conf_phone.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where one value goes: which struct, which section of the file. */
struct target {
	struct conf_load *l;
	cfg_t *sec; /* NULL: the section is not in the file */
	void *base;
	int nth;
	struct conf_place at;
	rc_t rc;
};

static rc_t set_path(struct target *t, const struct conf_key *k, const char *value)
{
	char *out = (char *)t->base + k->offset;
	size_t cap = (size_t)k->max + 1;
	int n;

	while (strncmp(value, "./", 2) == 0)
		value += 2;
	if (*value == '/')
		n = snprintf(out, cap, "%s", value);
	else
		n = snprintf(out, cap, "%s/%s", t->l->folder[1] ? t->l->folder : "", value);
	if (n > k->max)
		return conf_refuse(t->l->err, t->at,
		        "%s is %d bytes long as an absolute path, %d are possible; use a shorter "
		        "path",
		        k->name, n, k->max);
	return RC_OK;
}

static rc_t set_text(struct target *t, const struct conf_key *k, const char *value)
{
	char shorter[CONF_PHONE_CAP];

	if (k->type == CONF_PHONE && strlen(value) > (size_t)k->max &&
	        conf_digits_ok(k->type, value))
		value = conf_phone_shorter(value, shorter);
	size_t len = strlen(value);

	if (len < (size_t)k->min || len > (size_t)k->max)
		return conf_refuse(t->l->err, t->at,
		        "%s has %zu bytes, possible are %d to %d; correct it", k->name, len, k->min,
		        k->max);
	if ((k->type == CONF_PHONE || k->type == CONF_DIGITS) && !conf_digits_ok(k->type, value))
		return conf_refuse(t->l->err, t->at, "%s may hold digits only%s; correct it",
		        k->name,
		        k->type == CONF_PHONE ? ", + first, blanks, dashes and brackets" : "");
	if (k->type == CONF_PATH || k->type == CONF_SOCKET)
		return set_path(t, k, value);
	memcpy((char *)t->base + k->offset, value, len + 1);
	return RC_OK;
}

/* The members of the choices are enums; only the zone's values are not its positions. */
static rc_t set_choice(struct target *t, const struct conf_key *k, const char *value)
{
	static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
	const char *c = k->choices;
	size_t n = strlen(value);
	unsigned at = 0, result;

	while (strncmp(c, value, n) != 0 || (c[n] != '|' && c[n] != '\0')) {
		c = strchr(c, '|');
		if (!c || n == 0)
			return conf_refuse(t->l->err, t->at, "%s is none of %s; choose one of them",
			        k->name, k->choices);
		c++;
		at++;
	}
	result = at;
	if (t->nth < 0 && k->offset == offsetof(struct conf, zone)) {
		assert(at < sizeof(zones) / sizeof(zones[0]));
		result = (unsigned)zones[at];
	}
	static_assert(sizeof(enum zone) == sizeof(unsigned) &&
	                      sizeof(enum log_level) == sizeof(unsigned) &&
	                      sizeof(enum conf_pause) == sizeof(unsigned),
	        "one copy serves all choices");
	memcpy((char *)t->base + k->offset, &result, sizeof(result));
	return RC_OK;
}

static rc_t set_int(struct target *t, const struct conf_key *k, long value)
{
	int v = (int)value;

	if (value < k->min || value > k->max)
		return conf_refuse(t->l->err, t->at, "%s = %ld is out of range; choose %d to %d",
		        k->name, value, k->min, k->max);
	memcpy((char *)t->base + k->offset, &v, sizeof(v));
	return RC_OK;
}

static rc_t set_bool(struct target *t, const struct conf_key *k, bool value)
{
	memcpy((char *)t->base + k->offset, &value, sizeof(value));
	return RC_OK;
}

static rc_t set_days(struct target *t, const struct conf_key *k, const char *value)
{
	struct day_span span;

	if (span_parse_days(value, &span) != RC_OK)
		return conf_refuse(t->l->err, t->at,
		        "%s is no span of days; write \"first..last\", as in \"%s\", from -%d to "
		        "%d, or off",
		        k->name, k->preset, SPAN_DAYS_MAX, SPAN_DAYS_MAX);
	memcpy((char *)t->base + k->offset, &span, sizeof(span));
	return RC_OK;
}

static rc_t set_window(struct target *t, const struct conf_key *k, const char *value)
{
	struct day_window w;

	if (span_parse_window(value, &w) != RC_OK)
		return conf_refuse(t->l->err, t->at,
		        "%s is no window of the day; write it as \"08:00-17:00\", or off", k->name);
	memcpy((char *)t->base + k->offset, &w, sizeof(w));
	return RC_OK;
}

static rc_t set_string(struct target *t, const struct conf_key *k, const char *value)
{
	switch (k->type) {
	case CONF_CHOICE:
		return set_choice(t, k, value);
	case CONF_DAYS:
		return set_days(t, k, value);
	case CONF_WINDOW:
		return set_window(t, k, value);
	default:
		return set_text(t, k, value);
	}
}

static rc_t set_preset(struct target *t, const struct conf_key *k)
{
	if (k->required)
		return conf_refuse(
		        t->l->err, t->at, "%s is missing; write %s = ...", k->name, k->name);
	if (!*k->preset)
		return RC_OK;
	switch (k->type) {
	case CONF_INT:
		return set_int(t, k, strtol(k->preset, NULL, 10));
	case CONF_BOOL:
		return set_bool(t, k, strcmp(k->preset, "true") == 0);
	default:
		return set_string(t, k, k->preset);
	}
}

static rc_t set_given(struct target *t, const struct conf_key *k)
{
	char *s;
	rc_t rc;

	if (k->type == CONF_INT)
		return set_int(t, k, cfg_getint(t->sec, k->name));
	if (k->type == CONF_BOOL)
		return set_bool(t, k, cfg_getbool(t->sec, k->name) == cfg_true);
	s = cfg_getstr(t->sec, k->name);
	rc = set_string(t, k, s);
	explicit_bzero(s, strlen(s)); /* libconfuse would free a PIN as it is */
	return rc;
}

static void set_key(void *arg, const struct conf_key *k)
{
	struct target *t = arg;
	int line;

	if (t->rc != RC_OK || strcmp(k->section, t->at.section) != 0)
		return;
	line = conf_scan_line(&t->l->scan, k->section, t->nth, k->name);
	if (line && t->sec) {
		t->at.line = line;
		t->rc = set_given(t, k);
		return;
	}
	/* What is missing is missing from its section, or from the end of the file. */
	line = *k->section ? conf_scan_line(&t->l->scan, k->section, t->nth, "") : 0;
	t->at.line = line ? line : t->l->scan.last_line;
	t->rc = set_preset(t, k);
}

rc_t conf_set_section(
        struct conf_load *l, cfg_t *sec, const struct conf_section *of, int nth, void *base)
{
	struct target t = { .l = l,
		.sec = sec,
		.base = base,
		.nth = nth,
		.at = { .file = l->conf->path,
		        .section = of->name,
		        .title = nth < 0 ? "" : conf_scan_title(&l->scan, of, nth) },
		.rc = RC_OK };

	conf_each_key(set_key, &t);
	return t.rc;
}
