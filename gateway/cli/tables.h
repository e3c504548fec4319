/* The tables beside the templates: the tariff, the occupations. */
#ifndef PAYUNG_TABLES_H
#define PAYUNG_TABLES_H

#include <payung/result.h>
#include <payung/tariff.h>
#include <payung/tmpl.h>

#define JOBS_MAX 9

struct job {
	char code[24], word[32];
};
struct jobs {
	struct job job[JOBS_MAX + 1]; /* by number, 1..9; an empty code = no such number */
};

/* Both read from the templates' folder. Not RC_OK: every fault was told, *out is unusable. */
rc_t tables_tariff(const char *dir, struct tariff *out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
rc_t tables_jobs(const char *dir, struct jobs *out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* Tells the faults of all tables. RC_OK: none. */
rc_t tables_check(const char *dir, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* Prints "file:line: message" on stderr; arg is not used. */
tmpl_fault_fn tables_fault;

/* The number of an occupation as people write it in a list: number, code, word, or a longer phrase
 * that holds a word. 0 = not known. */
int jobs_find(const struct jobs *j, const char *in);

#endif
