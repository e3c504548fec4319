/* What the files of the configuration share: the key table, the check of the file's form and the
 * shape of a refusal. */
#ifndef OS_CONF_SCAN_H
#define OS_CONF_SCAN_H

#include <payung/conf.h>

#define CONF_TITLE_CAP 32 /* of a modem, its NUL included */
#define CONF_SEEN_MAX 640 /* every key in the top level, every section and 64 modems */

/* Where a place in the file is; section "" is the top level, title "" no titled section. */
struct conf_place {
	const char *file;
	int line;
	const char *section, *title;
};

/* A key or, with name "", a section as it stands in the file. */
struct conf_seen {
	const char *section;
	int modem; /* its index, -1 outside modems */
	const char *name;
	int line;
};
struct conf_scan {
	size_t n, modems;
	int last_line;
	struct conf_seen seen[CONF_SEEN_MAX];
	char title[CONF_MODEMS_MAX][CONF_TITLE_CAP];
};

/* The key of that name in that section, NULL if there is none. */
const struct conf_key *conf_key_find(const char *section, const char *name);
/* The name of the section as the table has it, NULL if there is none. */
const char *conf_section_find(const char *name);

/* Writes "file:line: section: ..." and returns RC_INVALID. The text says what to do next. */
rc_t conf_refuse(char err[CONF_ERR_CAP], struct conf_place at, const char *fmt, ...)
        PRINTF_LIKE(3, 4);
/* Checks the form of the whole file and fills *out (zeroed before) with what stands where. */
rc_t conf_scan(const char *file, const char *text, size_t len, struct conf_scan *out,
        char err[CONF_ERR_CAP]) MUST_CHECK;
/* The line where the key (name "": the section) stands, 0 if it does not. */
int conf_scan_line(const struct conf_scan *s, const char *section, int modem, const char *name);

#endif
