/* The judge: believes what the SIMs started to send and what the world outside did, never our
 * store. */
#ifndef YEAR_JUDGE_H
#define YEAR_JUDGE_H

#include "year.h"

void judge_open(struct year *y);
/* A SIM starts to send this, now. */
void judge_text(struct year *y, int sim, const char *msisdn, const char *body);
/* Prints the table; false when a promise was broken. */
bool judge_close(struct year *y);

#endif
