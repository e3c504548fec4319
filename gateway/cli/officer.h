/* What commands by which an officer puts something right have in common. */
#ifndef PAYUNG_OFFICER_H
#define PAYUNG_OFFICER_H

#include "cli.h"
#include <payung/correct.h>
#include <payung/date.h>

struct act { /* an officer's act: note is kept here */
	struct officer officer;
	char note[CORRECTION_NOTE_CAP];
};
/* Takes the note (NULL: none) without any NIK. 0, or CLI_USAGE and told. */
int act_begin(struct cli *c, struct act *a, const char *note);
/* The day in the office's zone; needs the configuration. */
void act_today(struct cli *c, struct act *a);
/* How a correction ended, in its own words. */
int act_end(const struct cli *c, const struct act *a, rc_t rc, const char *what);

/* An id like 17, or payment/17 where prefix is "payment". 0, or CLI_USAGE and told. */
int cli_id(struct cli *c, const char *prefix, const char *in, int64_t *out);
/* The id of an option. */
int cli_id_option(struct cli *c, const struct cli_option *o, int64_t *out);
/* Above 0. */
int cli_amount(struct cli *c, const struct cli_option *o, rupiah_t *out);
/* A day like 2026-07-31; days since 1970. */
int cli_day(struct cli *c, const struct cli_option *o, int64_t *out);
/* A reference in capitals. */
int cli_ref(struct cli *c, const char *what, const char *in, char out[REF_LEN + 3]);

/* A day as a cell; 0 = "". */
void day_text(int64_t day, char out[16]);

#endif
