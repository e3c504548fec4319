/* Occupations: the number a worker chooses, the code that is stored, the sector the tariff asks
 * for, a word for lists. They come from a table that officers keep. Pure. */
#ifndef PAYUNG_OCCUPATION_H
#define PAYUNG_OCCUPATION_H

#include <payung/result.h>
#include <payung/tariff.h>

#define OCCUPATIONS_MAX 9

struct occupation {
	char code[24], word[32];
	enum tariff_sector sector; /* TRANSPORT or OTHER */
};
struct occupations {
	struct occupation row[OCCUPATIONS_MAX + 1]; /* by number, 1..9; an empty code = no such number */
};

/* Adds a row from the words of the table: number 1..9, sector TRANSPORT|OTHER. RC_INVALID: *why
 * names the field; RC_EXISTS: the number is there already. */
rc_t occupation_add(struct occupations *o, const char *number, const char *code,
	const char *sector, const char *word, const char **why) MUST_CHECK;
/* NULL: no such number; 0 = was not told. */
const struct occupation *occupation_get(const struct occupations *o, int number);
/* The sector for the tariff; an occupation that is not known is no transport. */
enum tariff_sector occupation_sector(const struct occupations *o, int number);
/* The number of an occupation as people write it in a list: number, code, word, or a longer phrase
 * that holds a word. 0 = not known. */
int occupation_find(const struct occupations *o, const char *in);

#endif
