/* Names of people made comparable: titles gone, old spelling and short forms brought to one form.
 * For comparing only: the name itself is kept as written, and whether two names are one person
 * is never decided by them. The words are data (templates/data/names.txt). Pure. */
#ifndef PAYUNG_NAME_H
#define PAYUNG_NAME_H

#include <payung/result.h>
#include <payung/tmpl.h>

#define NAME_KEY_CAP 128
#define NAME_SAME    1000 /* name_similarity() of equal keys */

struct name_rules;
/* Reads the content of names.txt; faults as in tmpl.h. NULL when any was found. */
struct name_rules *name_rules_new(const char *file, const char *content, tmpl_fault_fn *fault, void *arg);
void name_rules_free(struct name_rules *r); /* NULL is fine */

/* The comparable form: capital letters and digits, one blank between words; "" when the name (valid
 * UTF-8) holds neither. The last word is never taken for a title. */
void name_key(const struct name_rules *r, const char *name, char out[NAME_KEY_CAP]);
/* How alike two keys are, per mille: the share of letters that need no change. A letter missing,
 * added, wrong or swapped with its neighbour is one change; blanks and the order of the words are
 * none. Nothing is alike to an empty key. */
int name_similarity(const char *a, const char *b);

#endif
