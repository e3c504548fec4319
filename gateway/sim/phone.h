/* Phones: every number that is not a SIM in a modem. They come into being when first named. */
#ifndef PAYUNG_SIM_PHONE_H
#define PAYUNG_SIM_PHONE_H

#include "sim/network.h"

struct sim_text { /* one whole text on a phone's screen */
	int64_t utc_ms;
	char sender[TPDU_ADDRESS_CAP];
	char *text;
};
struct sim_partial;
struct sim_waiting;
TAILQ_HEAD(sim_partials, sim_partial);
TAILQ_HEAD(sim_waitings, sim_waiting);

struct sim_phone {
	TAILQ_ENTRY(sim_phone) next;
	char number[SIM_NUMBER_CAP];
	bool off;        /* switched off: the SMSC keeps texts until their validity ends */
	size_t n, cap;   /* texts received */
	size_t expected; /* texts before this one were consumed by `expect` */
	struct sim_text *text;
	struct sim_partials partials;
	struct sim_waitings waiting;
};

struct sim_phone *sim_phone_get(struct sim *s, const char *number);
/* The network brings one part: shown when complete, kept by the SMSC when the phone is off. */
void sim_phone_bring(
        struct sim *s, struct sim_phone *p, const struct sim_mo *mo, int64_t submitted);
void sim_phone_switch(struct sim *s, struct sim_phone *p, bool off);
/* One line for the control socket: number, UTC ms, sender, escaped text; tabs between. malloc'ed.
 */
char *sim_phone_line(const struct sim_phone *p, size_t i);
void sim_phones_free(struct sim *s);

#endif
