/* What the files of the configuration share: the key table, the check of the file's form and the
 * shape of a refusal. */
#ifndef OS_CONF_SCAN_H
#define OS_CONF_SCAN_H

#include <payung/conf.h>

#define CONF_TITLE_CAP 32 /* of a titled section, its NUL included */
#define CONF_TITLES_MAX (CONF_MODEMS_MAX + CONF_SOURCES_MAX)
#define CONF_SEEN_MAX 2048 /* every key once in every section there may be */

/* A section; one with a title may be there several times, each filling an item of an array. */
struct conf_section {
	const char *name;   /* "": the top level */
	size_t max;         /* how many there may be, 0: no title, once */
	size_t size;        /* of one item */
	size_t base, count; /* where in struct conf the first item and their number lie */
	size_t title, line; /* where in an item */
	const char *too_many;
};

/* Where a place in the file is; section "" is the top level, title "" no titled section. */
struct conf_place {
	const char *file;
	int line;
	const char *section, *title;
};

/* A key or, with name "", a section as it stands in the file. */
struct conf_seen {
	const char *section;
	int nth; /* of the sections with titles and this name, -1 in those without */
	const char *name;
	int line;
};
struct conf_title {
	const struct conf_section *of;
	int nth;
	char text[CONF_TITLE_CAP];
};
struct conf_scan {
	size_t n, titles;
	int last_line;
	struct conf_seen seen[CONF_SEEN_MAX];
	struct conf_title title[CONF_TITLES_MAX];
};

/* The key of that name in that section, NULL if there is none. */
const struct conf_key *conf_key_find(const char *section, const char *name);
/* NULL if there is none. The top level is not found by its name. */
const struct conf_section *conf_section_find(const char *name);
/* All of them, the top level first; NULL behind the last. */
const struct conf_section *conf_section_at(size_t i);

/* Writes "file:line: section: ..." and returns RC_INVALID. The text says what to do next. */
rc_t conf_refuse(char err[CONF_ERR_CAP], struct conf_place at, const char *fmt, ...)
        PRINTF_LIKE(3, 4);
/* Checks the form of the whole file and fills *out (zeroed before) with what stands where. */
rc_t conf_scan(const char *file, const char *text, size_t len, struct conf_scan *out,
        char err[CONF_ERR_CAP]) MUST_CHECK;
/* The line where the key (name "": the section) stands, 0 if it does not. */
int conf_scan_line(const struct conf_scan *s, const char *section, int nth, const char *name);
/* How many sections of a name with titles there are, and the title of one. */
int conf_scan_count(const struct conf_scan *s, const struct conf_section *of);
const char *conf_scan_title(const struct conf_scan *s, const struct conf_section *of, int nth);

#endif
