/* An office's list of workers of a pledge, as a file: read, checked against the pledge's programme.
 */
#ifndef PAYUNG_LISTED_H
#define PAYUNG_LISTED_H

#include "cli.h"
#include "named.h"

struct listed {
	const char *file, *ref; /* as given; file NULL: no list */
	const char *undone;     /* for messages: "no code was issued" */
	char area[12];          /* for rows without one; "" = the programme's only one */
	struct pledge_row pledge;
	char areas[200]; /* of the programme */
	struct occupations occupations;
	struct office words;
	struct csv_table csv;
	struct named_list list;
};
/* 0, or an exit code and told; the order is theirs. */
int listed_read(
        struct listed *l); /* before the drop of privileges: it is the operator's own file */
int listed_pledge(struct cli *c, struct listed *l);
int listed_check(struct cli *c, struct listed *l); /* every faulty row is told */
void listed_tell(const struct listed *l, int row, bool is_fault, const char *message);
/* A fresh code of the batch for this worker; NULL: an open one. */
int listed_code(
        struct cli *c, int64_t batch, const struct code_listed *who, char code[REGCODE_LEN + 1]);
void listed_clear(struct listed *l);

#endif
