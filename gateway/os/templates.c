/* Walks the templates' folder. What a text may be is decided in tmpl (pure); here are only files:
 * an order that does not depend on the disk, and a fault for everything that cannot be read, so
 * that an operator sees all that is wrong at once. */
#include <payung/templates.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <payung/msisdn.h>
#include <payung/regcode.h>
#include <payung/text.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATA_DIR "data"
#define MAIN_LANG "id"

struct load {
	const char *dir;
	struct tmpl_set *set;
	tmpl_fault_fn *fault;
	void *arg;
	rc_t rc; /* the worst so far */
};

static void worse(struct load *l, rc_t rc)
{
	if (rc != RC_OK && l->rc != RC_IO)
		l->rc = rc == RC_INVALID ? RC_INVALID : RC_IO;
}

static rc_t read_all(int fd, size_t len, char *buf)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = read(fd, buf + have, len - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return RC_IO; /* it shrank under us: being saved just now */
		have += (size_t)n;
	}
	return RC_OK;
}

static rc_t read_file(int fd, char **out)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return RC_IO;
	if (st.st_size > TEMPLATES_FILE_MAX)
		return RC_LIMIT;
	size_t len = (size_t)st.st_size;
	char *buf = malloc(len + 1);

	if (!buf)
		abort();
	rc_t rc = read_all(fd, len, buf);

	if (rc == RC_OK && !text_utf8_valid(buf, len))
		rc = RC_INVALID;
	if (rc != RC_OK) {
		free(buf);
		return rc;
	}
	buf[len] = '\0';
	if (strncmp(buf, "\xef\xbb\xbf", 3) == 0) /* some editors put a byte order mark there */
		memmove(buf, buf + 3, len - 3 + 1);
	*out = buf;
	return RC_OK;
}

rc_t templates_read(const char *dir, const char *name, char path[TEMPLATES_PATH_CAP], char **out)
{
	bool absolute = name[0] == '/';
	int n = snprintf(
	        path, TEMPLATES_PATH_CAP, "%s%s%s", absolute ? "" : dir, absolute ? "" : "/", name);

	if (n < 0 || n >= TEMPLATES_PATH_CAP)
		return RC_LIMIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT ? RC_NOENT : RC_IO;
	rc_t rc = read_file(fd, out);

	close(fd);
	return rc;
}

const char *templates_read_fault(rc_t rc)
{
	switch (rc) {
	case RC_NOENT:
		return "is missing: restore it from the package's templates";
	case RC_LIMIT:
		return "is larger than 1 MiB: is this the right file?";
	case RC_INVALID:
		return "is not UTF-8 text: save it with the encoding UTF-8";
	default:
		return "cannot be read: check its permissions";
	}
}

/* Reads a file of this load and tells the fault when that fails. */
static char *load_read(struct load *l, const char *name, char path[TEMPLATES_PATH_CAP])
{
	char *content = NULL;
	rc_t rc = templates_read(l->dir, name, path, &content);

	if (rc != RC_OK) {
		l->fault(l->arg, path, 0, templates_read_fault(rc));
		worse(l, rc);
	}
	return content;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_text_file(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 4 && strcmp(e->d_name + n - 4, ".txt") == 0;
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void free_names(struct dirent **names, int n)
{
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static void load_texts(struct load *l, const char *lang, const char *file)
{
	char name[TMPL_LANG_CAP + NAME_MAX + 2], path[TEMPLATES_PATH_CAP];

	snprintf(name, sizeof name, "%s/%s", lang, file);
	char *content = load_read(l, name, path);

	if (!content)
		return;
	worse(l, tmpl_load_texts(l->set, lang, path, content, l->fault, l->arg));
	free(content);
}

static void load_language(struct load *l, const char *lang)
{
	char path[TEMPLATES_PATH_CAP];
	struct dirent **names = NULL;

	snprintf(path, sizeof path, "%s/%s", l->dir, lang);
	if (strlen(lang) >= TMPL_LANG_CAP) {
		l->fault(l->arg, path, 0, "is too long for the name of a language: shorten it");
		worse(l, RC_INVALID);
		return;
	}
	int n = scandir(path, &names, is_text_file, by_name);

	if (n <= 0) {
		l->fault(l->arg, path, 0,
		        n < 0 ? "cannot be read: it must be a folder of texts"
		              : "has no texts (*.txt): fill or remove the folder");
		worse(l, RC_IO);
	}
	for (int i = 0; i < n; i++)
		load_texts(l, lang, names[i]->d_name);
	free_names(names, n > 0 ? n : 0);
}

static bool is_folder(const char *dir, const char *name)
{
	char path[TEMPLATES_PATH_CAP];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void load_languages(struct load *l)
{
	struct dirent **names = NULL;
	int n = scandir(l->dir, &names, is_visible, by_name);

	load_language(l, MAIN_LANG); /* first: the others are measured against it */
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (strcmp(name, MAIN_LANG) != 0 && strcmp(name, DATA_DIR) != 0 &&
		        is_folder(l->dir, name))
			load_language(l, name);
	}
	free_names(names, n > 0 ? n : 0);
}

rc_t templates_load(const char *dir, struct templates *out, tmpl_fault_fn *fault, void *arg)
{
	struct load l = { .dir = dir, .fault = fault, .arg = arg, .rc = RC_OK };
	struct templates t = { 0 };
	char path[TEMPLATES_PATH_CAP];

	if (!is_folder(dir, ".")) {
		fault(arg, dir, 0, "is no folder that can be read: set `templates` to it");
		return RC_IO;
	}
	l.set = t.set = tmpl_new();
	char *placeholders = load_read(&l, "placeholders.txt", path);

	if (placeholders) {
		worse(&l, tmpl_load_placeholders(t.set, path, placeholders, fault, arg));
		load_languages(&l);
	}
	free(placeholders);
	t.keywords = load_read(&l, "keywords.txt", t.keywords_file);
	if (l.rc == RC_OK)
		worse(&l, tmpl_check(t.set, fault, arg));
	if (l.rc != RC_OK) {
		templates_clear(&t);
		return l.rc;
	}
	*out = t;
	return RC_OK;
}

void templates_clear(struct templates *t)
{
	tmpl_free(t->set);
	free(t->keywords);
	*t = (struct templates){ 0 };
}

static bool has_arg(const struct tmpl_args *a, const char *name)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->arg[i].name, name) == 0)
			return true;
	return false;
}

static void add_missing(struct tmpl_args *a, const char *name, const char *value)
{
	if (!has_arg(a, name) && a->n < TMPL_ARGS_MAX)
		tmpl_arg(a, name, value);
}

void templates_common(const struct conf_service *service, struct tmpl_args *a)
{
	char helpdesk[MSISDN_CAP];

	msisdn_national(service->helpdesk, helpdesk);
	add_missing(a, "cs", helpdesk);
	add_missing(a, "eks", REGCODE_EXAMPLE);
	add_missing(a, "resmi", service->official);
	add_missing(a, "svc", service->name);
}
