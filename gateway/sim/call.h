/* Voice calls to a SIM, which nobody ever answers. */
#ifndef PAYUNG_SIM_CALL_H
#define PAYUNG_SIM_CALL_H

#include "sim/modem.h"

/* Somebody rings so often; from: a number, or "withheld". RC_NOENT: not on the air; RC_EXISTS: it
 * rings already; RC_INVALID: no number. */
rc_t sim_call(struct sim_modem *m, const char *from, int rings) MUST_CHECK;
void sim_call_refuse(struct sim_modem *m); /* by the program */
void sim_call_drop(struct sim_modem *m);   /* power went */
void sim_call_init(struct sim_modem *m);
void sim_call_free(struct sim_modem *m);

#endif
