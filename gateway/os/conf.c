/* Reading: the whole file into memory, its form checked (conf_scan.c), its values read by
 * libconfuse, then each value checked against its row of the table (conf_keys.c). */
#include "conf_load.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 262144
#define KEYS_MAX 96 /* of one section */
#define SECTIONS_MAX 16

static rc_t refuse_file(struct conf_load *l, const char *path, rc_t rc, const char *next)
{
	snprintf(l->err, CONF_ERR_CAP, "%s: cannot be read: %s; %s", path, strerror(errno), next);
	return rc;
}

/* Relative paths in the file start at the folder under which the file was named. */
static rc_t find_folder(struct conf_load *l, const char *path)
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

static rc_t read_text(struct conf_load *l, int fd, const char *path)
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

static rc_t read_file(struct conf_load *l, const char *path)
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
static struct conf_load *current;

static void on_confuse_error(cfg_t *cfg, const char *fmt, va_list ap)
        __attribute__((format(printf, 2, 0)));
static void on_confuse_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char what[256];
	const struct conf_section *of = conf_section_find(cfg->name);
	struct conf_place at = { .file = current->conf->path,
		.line = cfg->line,
		.section = strcmp(cfg->name, "root") == 0 ? "" : cfg->name,
		.title = of && of->max && cfg->title ? cfg->title : "" };

	if (*current->err)
		return; /* the first says it best */
	vsnprintf(what, sizeof(what), fmt, ap);
	conf_refuse(current->err, at, "%s; correct it (man payung.conf)", what);
}

struct options {
	const char *section;
	size_t n;
	cfg_opt_t opt[KEYS_MAX + SECTIONS_MAX + 1];
};

static void add_option(void *arg, const struct conf_key *k)
{
	struct options *o = arg;
	cfg_opt_t str = CFG_STR(k->name, NULL, CFGF_NODEFAULT);
	cfg_opt_t num = CFG_INT(k->name, 0, CFGF_NODEFAULT);
	cfg_opt_t yes = CFG_BOOL(k->name, cfg_false, CFGF_NODEFAULT);

	if (strcmp(k->section, o->section) != 0)
		return;
	assert(o->n < KEYS_MAX);
	o->opt[o->n++] = k->type == CONF_INT ? num : k->type == CONF_BOOL ? yes : str;
}

/* The top level, first, holds the others; libconfuse makes copies of it all. */
static cfg_t *make_options(void)
{
	static const cfg_opt_t end = CFG_END();
	struct options *all = calloc(SECTIONS_MAX, sizeof(*all));
	const struct conf_section *sec;
	cfg_t *cfg;

	if (!all)
		abort();
	for (size_t i = 0; (sec = conf_section_at(i)) != NULL; i++) {
		assert(i < SECTIONS_MAX);
		all[i].section = sec->name;
		conf_each_key(add_option, &all[i]);
		all[i].opt[all[i].n] = end;
		if (i) {
			cfg_opt_t one = CFG_SEC(sec->name, all[i].opt,
			        sec->max ? CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES
			                 : CFGF_NONE);

			all->opt[all->n++] = one;
		}
	}
	all->opt[all->n] = end;
	cfg = cfg_init(all->opt, CFGF_NONE);
	free(all);
	if (!cfg)
		abort();
	return cfg;
}

static cfg_t *parse(struct conf_load *l)
{
	cfg_t *cfg = make_options();
	int bad;

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

static rc_t set_titled(struct conf_load *l, cfg_t *cfg, const struct conf_section *of)
{
	int n = conf_scan_count(&l->scan, of);
	size_t count = (size_t)n;
	rc_t rc = RC_OK;

	memcpy((char *)l->conf + of->count, &count, sizeof(count));
	for (int i = 0; rc == RC_OK && i < n; i++) {
		char *item = (char *)l->conf + of->base + (size_t)i * of->size;
		int line = conf_scan_line(&l->scan, of->name, i, "");

		memcpy(item + of->title, conf_scan_title(&l->scan, of, i), CONF_TITLE_CAP);
		memcpy(item + of->line, &line, sizeof(line));
		rc = conf_set_section(l, cfg_getnsec(cfg, of->name, (unsigned)i), of, i, item);
	}
	return rc;
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

static rc_t read_values(struct conf_load *l)
{
	const struct conf_section *of;
	cfg_t *cfg = parse(l);
	rc_t rc = RC_OK;

	if (!cfg)
		return RC_INVALID;
	for (size_t i = 0; rc == RC_OK && (of = conf_section_at(i)) != NULL; i++)
		rc = of->max ? set_titled(l, cfg, of)
		             : conf_set_section(
		                       l, i ? cfg_getsec(cfg, of->name) : cfg, of, -1, l->conf);
	if (rc == RC_OK)
		rc = conf_check(l);
	cfg_free(cfg);
	return rc;
}

rc_t conf_load(const char *path, struct conf **out, char err[CONF_ERR_CAP])
{
	struct conf_load *l = calloc(1, sizeof(*l));
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
