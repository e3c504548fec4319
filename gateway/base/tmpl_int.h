/* What the two halves of the templates share: tmpl.c serves texts, tmpl_load.c reads and checks. */
#ifndef PAYUNG_BASE_TMPL_INT_H
#define PAYUNG_BASE_TMPL_INT_H

#include <payung/tmpl.h>
#include <stdbool.h>

#define TMPL_FILE_CAP 320

struct placeholder {
	char name[TMPL_NAME_CAP];
	char longest[TMPL_VALUE_CAP];
	size_t max; /* septets */
	bool fact;  /* a translation must not lack it and a value is never cut */
};

struct entry {
	char id[TMPL_ID_CAP], lang[TMPL_LANG_CAP];
	char text[TMPL_TEXT_CAP];
	size_t limit, worst; /* septets */
	char file[TMPL_FILE_CAP];
	int line;
};

struct tmpl_set {
	struct placeholder *placeholder;
	size_t placeholders;
	struct entry *entry;
	size_t entries;
};

/* Grows an array by one zeroed element and returns it; aborts when memory is out. */
void *tmpl_grow(void *array_of, size_t *n, size_t size);

const struct placeholder *tmpl_placeholder(const struct tmpl_set *s, const char *name);
/* The entry of exactly this language, NULL when absent. */
const struct entry *tmpl_entry(const struct tmpl_set *s, const char *id, const char *lang);

/* The piece at *text: RC_OK and name "" for the `len` plain bytes before the next brace or the end,
 * or the name of the placeholder there. Advances *text. RC_NOENT at the end, RC_INVALID: a brace
 * that opens or closes nothing, or encloses what is no name. */
struct tmpl_piece {
	const char *start;
	size_t len;
	char name[TMPL_NAME_CAP];
};
rc_t tmpl_next_piece(const char **text, struct tmpl_piece *out) MUST_CHECK;

#endif
