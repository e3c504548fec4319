/* Areas: what texts call the regency or district with a code. Names recur, so nothing is ever found by
 * one. They come from a table that officers keep. Pure. */
#ifndef PAYUNG_AREA_H
#define PAYUNG_AREA_H

#include <payung/result.h>
#include <stddef.h>

#define AREA_CODE_CAP 12
#define AREA_WORD_CAP 24
#define AREA_WORD_MAX 16 /* letters of a word that texts have room for */
#define AREAS_MAX 2000

struct area { char code[AREA_CODE_CAP], word[AREA_WORD_CAP]; };
struct areas { size_t n; struct area row[AREAS_MAX]; };

/* code: 2 to 10 digits; word: what texts call it. RC_INVALID: *why names the field; RC_EXISTS: the
 * code is there already; RC_LIMIT: too many. */
rc_t area_add(struct areas *a, const char *code, const char *word, const char **why) MUST_CHECK;
/* The word of a code, dots in it do not count; NULL: not known. */
const char *area_word(const struct areas *a, const char *code);

#endif
