/* What a text says, read back from its words as a person would: by the templates' own files. */
#ifndef YEAR_READ_H
#define YEAR_READ_H

#include <payung/date.h>
#include <payung/tmpl.h>
#include <stdbool.h>

struct said {
	char id[TMPL_ID_CAP]; /* "" = none of ours */
	struct tmpl_args args;
};
void read_learn(const struct tmpl_set *texts);
void read_forget(void);
void read_text(const char *body, struct said *out);
const char *said_value(const struct said *s, const char *name); /* "" when it is not in there */
bool said_date(const struct said *s, const char *name, struct date *out);

#endif
