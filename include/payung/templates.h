/* The templates' folder, read from disk: what payungd and payung load at start and on reload.
 *   placeholders.txt      what may stand in braces
 *   keywords.txt          the words people text (its content goes to talk_lexicon_new)
 *   LANG/NAME.txt         texts and words of one language; the folder's name is the language
 *   data/NAME.csv         tables: tariff, areas, operators, holidays, zones
 *   data/names.txt        how names are compared (its content goes to name_rules_new) */
#ifndef PAYUNG_TEMPLATES_H
#define PAYUNG_TEMPLATES_H

#include <payung/conf.h>
#include <payung/result.h>
#include <payung/tmpl.h>
#include <stddef.h>

#define TEMPLATES_FILE_MAX (1024 * 1024) /* bytes; a larger file is a mistake */
#define TEMPLATES_PATH_CAP 320

struct templates {
	struct tmpl_set *set;
	char *keywords;                         /* content of keywords.txt */
	char keywords_file[TEMPLATES_PATH_CAP]; /* its path, for messages */
};

/* Reads and checks everything but data/. On RC_OK *out is the caller's, for templates_clear().
 * Otherwise *out is untouched and every fault was told: RC_IO when a file could not be read,
 * RC_INVALID when one has faults. Line 0 of a fault is the file as a whole. */
rc_t templates_load(const char *dir, struct templates *out, tmpl_fault_fn *fault,
	void *arg) MUST_CHECK;
/* Frees; a zeroed struct is fine. */
void templates_clear(struct templates *t);

/* Reads one text file, e.g. "data/tariff.csv"; path gets dir/name for messages, or the name alone
 * when it is absolute. On RC_OK *out is the caller's, for free(): NUL-terminated valid UTF-8
 * without a byte order mark. RC_NOENT: no such file; RC_LIMIT: larger than TEMPLATES_FILE_MAX;
 * RC_INVALID: not UTF-8 text; RC_IO. */
rc_t templates_read(const char *dir, const char *name, char path[TEMPLATES_PATH_CAP],
	char **out) MUST_CHECK;
/* What is wrong with the file and what to do, when templates_read() was not RC_OK. */
const char *templates_read_fault(rc_t rc);

/* Adds what every text may name, where it is not given yet: cs (help desk), eks (example code),
 * resmi (the insurer's call centre), svc. */
void templates_common(const struct conf_service *service, struct tmpl_args *a);

#endif
