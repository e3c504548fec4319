/* Reading: the whole file into memory, its form checked (conf_scan.c), its values read by
 * libconfuse, then each value checked against its row of the table (conf_keys.c). */
#include "conf_phone.h"
#include "conf_scan.h"
#include <assert.h>
#include <confuse.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 262144
#define KEYS_MAX 64

struct load {
	char *err;
	char *text;
	size_t len;
	mode_t mode;
	char folder[PATH_MAX];
	struct conf_scan scan;
	struct conf *conf;
};

struct key_list {
	size_t n;
	const struct conf_key *key[KEYS_MAX];
};

static rc_t refuse_file(struct load *l, const char *path, rc_t rc, const char *next)
{
	snprintf(l->err, CONF_ERR_CAP, "%s: cannot be read: %s; %s", path, strerror(errno), next);
	return rc;
}

/* Relative paths in the file start at the folder under which the file was named. */
static rc_t find_folder(struct load *l, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char folder[PATH_MAX];
	int n = snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path + 1) : 1,
	        slash ? path : ".");

	if (n >= (int)sizeof(folder) || !realpath(folder, l->folder))
		return refuse_file(l, path, RC_NOENT, "name an existing file with --config");
	n = snprintf(
	        l->conf->path, sizeof(l->conf->path), "%s/%s", l->folder[1] ? l->folder : "", name);
	if (n >= (int)sizeof(l->conf->path)) {
		snprintf(l->err, CONF_ERR_CAP, "%s: the path is too long; move the file", path);
		return RC_INVALID;
	}
	return RC_OK;
}

static rc_t read_text(struct load *l, int fd, const char *path)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st))
		return refuse_file(l, path, RC_IO, "check the disk");
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		snprintf(l->err, CONF_ERR_CAP,
		        "%s: no regular file of at most %d bytes; name the configuration with "
		        "--config",
		        path, FILE_MAX);
		return RC_INVALID;
	}
	l->mode = st.st_mode;
	l->text = calloc(1, FILE_MAX + 1);
	if (!l->text)
		abort();
	while ((n = read(fd, l->text + l->len, FILE_MAX - l->len)) > 0)
		l->len += (size_t)n;
	return n < 0 ? refuse_file(l, path, RC_IO, "check the disk") : RC_OK;
}

static rc_t read_file(struct load *l, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	rc_t rc;

	if (fd < 0)
		return refuse_file(l, path, errno == ENOENT ? RC_NOENT : RC_IO,
		        errno == ENOENT ? "name an existing file with --config"
		                        : "use sudo, or check its owner and mode");
	rc = read_text(l, fd, path);
	close(fd);
	return rc;
}

/* libconfuse has no argument for its error callback; one file is read at a time. */
static struct load *current;

static void on_confuse_error(cfg_t *cfg, const char *fmt, va_list ap)
        __attribute__((format(printf, 2, 0)));
static void on_confuse_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char what[256];
	bool titled = cfg->title && strcmp(cfg->name, "modem") == 0;
	struct conf_place at = { .file = current->conf->path,
		.line = cfg->line,
		.section = strcmp(cfg->name, "root") == 0 ? "" : cfg->name,
		.title = titled ? cfg->title : "" };

	if (*current->err)
		return; /* the first says it best */
	vsnprintf(what, sizeof(what), fmt, ap);
	conf_refuse(current->err, at, "%s; correct it (man payung.conf)", what);
}

static void add_option(void *arg, const struct conf_key *k)
{
	struct key_list *list = arg;

	list->key[list->n++] = k;
}

static size_t fill_options(const char *section, cfg_opt_t *opts)
{
	struct key_list all = { 0 };
	size_t n = 0;

	conf_each_key(add_option, &all);
	for (size_t i = 0; i < all.n; i++) {
		cfg_opt_t str = CFG_STR(all.key[i]->name, NULL, CFGF_NODEFAULT);
		cfg_opt_t num = CFG_INT(all.key[i]->name, 0, CFGF_NODEFAULT);
		cfg_opt_t yes = CFG_BOOL(all.key[i]->name, cfg_false, CFGF_NODEFAULT);

		if (strcmp(all.key[i]->section, section) != 0)
			continue;
		opts[n++] = all.key[i]->type == CONF_INT    ? num
		            : all.key[i]->type == CONF_BOOL ? yes
		                                            : str;
	}
	return n;
}

static cfg_t *parse(struct load *l)
{
	static const cfg_opt_t end = CFG_END();
	cfg_opt_t service[KEYS_MAX], limits[KEYS_MAX], modem[KEYS_MAX], top[KEYS_MAX];
	cfg_opt_t sections[] = { CFG_SEC("service", service, CFGF_NONE),
		CFG_SEC("limits", limits, CFGF_NONE),
		CFG_SEC("modem", modem, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), end };
	cfg_t *cfg;
	int bad;

	service[fill_options("service", service)] = end;
	limits[fill_options("limits", limits)] = end;
	modem[fill_options("modem", modem)] = end;
	memcpy(top + fill_options("", top), sections, sizeof(sections));
	cfg = cfg_init(top, CFGF_NONE);
	if (!cfg)
		abort();
	cfg_set_error_function(cfg, on_confuse_error);
	current = l;
	bad = cfg_parse_buf(cfg, l->text);
	current = NULL;
	if (bad != CFG_SUCCESS) {
		cfg_free(cfg);
		return NULL;
	}
	return cfg;
}

/* Where one value goes: which struct, which section of the file. */
struct target {
	struct load *l;
	cfg_t *sec; /* NULL: the section is not in the file */
	void *base;
	int modem;
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
	if (t->modem < 0 && k->offset == offsetof(struct conf, zone)) {
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
	case CONF_CHOICE:
		return set_choice(t, k, k->preset);
	default:
		return set_text(t, k, k->preset);
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
	rc = k->type == CONF_CHOICE ? set_choice(t, k, s) : set_text(t, k, s);
	explicit_bzero(s, strlen(s)); /* libconfuse would free a PIN as it is */
	return rc;
}

static void set_key(void *arg, const struct conf_key *k)
{
	struct target *t = arg;
	int line;

	if (t->rc != RC_OK || strcmp(k->section, t->at.section) != 0)
		return;
	line = conf_scan_line(&t->l->scan, k->section, t->modem, k->name);
	if (line && t->sec) {
		t->at.line = line;
		t->rc = set_given(t, k);
		return;
	}
	/* What is missing is missing from its section, or from the end of the file. */
	line = *k->section ? conf_scan_line(&t->l->scan, k->section, t->modem, "") : 0;
	t->at.line = line ? line : t->l->scan.last_line;
	t->rc = set_preset(t, k);
}

static rc_t set_section(struct load *l, cfg_t *sec, const char *section, int modem)
{
	struct target t = { .l = l,
		.sec = sec,
		.base = modem < 0 ? (void *)l->conf : (void *)&l->conf->modem[modem],
		.modem = modem,
		.at = { .file = l->conf->path,
		        .section = section,
		        .title = modem < 0 ? "" : l->scan.title[modem] },
		.rc = RC_OK };

	conf_each_key(set_key, &t);
	return t.rc;
}

static rc_t check_twins(struct load *l, size_t n)
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

static rc_t set_modems(struct load *l, cfg_t *cfg)
{
	rc_t rc = RC_OK;

	l->conf->modem_count = l->scan.modems;
	for (size_t i = 0; rc == RC_OK && i < l->scan.modems; i++) {
		struct conf_modem *m = &l->conf->modem[i];

		memcpy(m->name, l->scan.title[i], sizeof(m->name));
		m->line = conf_scan_line(&l->scan, "modem", (int)i, "");
		rc = set_section(l, cfg_getnsec(cfg, "modem", (unsigned)i), "modem", (int)i);
		if (rc == RC_OK)
			rc = check_twins(l, i);
	}
	return rc;
}

/* Keys that are fine alone and impossible together. */
static rc_t check_together(struct load *l)
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

static rc_t check_pin_is_hidden(struct load *l)
{
	struct conf_place at = { .file = l->conf->path, .section = "modem" };

	for (size_t i = 0; i < l->conf->modem_count; i++) {
		at.line = conf_scan_line(&l->scan, "modem", (int)i, "pin");
		at.title = l->scan.title[i];
		if (at.line && (l->mode & S_IROTH))
			return conf_refuse(l->err, at,
			        "holds a PIN that everyone on this machine can read; run: chmod "
			        "640 %s",
			        l->conf->path);
	}
	return RC_OK;
}

/* The worker beside this program when there is one (a build folder), else where it is installed. */
static void find_worker(struct conf *c)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (*c->worker)
		return;
	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash) {
		*slash = '\0';
		n = snprintf(c->worker, sizeof(c->worker), "%s/payung-modem", exe);
		if (n < (ssize_t)sizeof(c->worker) && access(c->worker, X_OK) == 0)
			return;
	}
	snprintf(c->worker, sizeof(c->worker), "%s/lib/payung/payung-modem", PAYUNG_PREFIX);
}

static rc_t read_values(struct load *l)
{
	cfg_t *cfg = parse(l);
	rc_t rc;

	if (!cfg)
		return RC_INVALID;
	rc = set_section(l, cfg, "", -1);
	if (rc == RC_OK)
		rc = set_section(l, cfg_getsec(cfg, "service"), "service", -1);
	if (rc == RC_OK)
		rc = set_section(l, cfg_getsec(cfg, "limits"), "limits", -1);
	if (rc == RC_OK)
		rc = set_modems(l, cfg);
	if (rc == RC_OK)
		rc = check_together(l);
	if (rc == RC_OK)
		rc = check_pin_is_hidden(l);
	cfg_free(cfg);
	return rc;
}

rc_t conf_load(const char *path, struct conf **out, char err[CONF_ERR_CAP])
{
	struct load *l = calloc(1, sizeof(*l));
	rc_t rc;

	if (!l || !(l->conf = calloc(1, sizeof(*l->conf))))
		abort();
	l->err = err;
	*err = '\0';
	rc = find_folder(l, path);
	if (rc == RC_OK)
		rc = read_file(l, path);
	if (rc == RC_OK)
		rc = conf_scan(l->conf->path, l->text, l->len, &l->scan, err);
	if (rc == RC_OK)
		rc = read_values(l);
	if (rc == RC_OK) {
		find_worker(l->conf);
		*out = l->conf;
	} else {
		conf_free(l->conf);
	}
	if (l->text)
		explicit_bzero(l->text, l->len);
	free(l->text);
	free(l);
	return rc;
}

void conf_free(struct conf *c)
{
	if (c)
		explicit_bzero(c, sizeof(*c));
	free(c);
}
