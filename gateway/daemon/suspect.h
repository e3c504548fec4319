/* Slots of a SIM whose reading killed workers: the second time the text is saved without decoding
 * it and deleted (PURGE), or it would cost the line for ever. */
#ifndef DAEMON_SUSPECT_H
#define DAEMON_SUSPECT_H

#include "daemon.h"

/* The worker died of a signal or its deadline while it read this slot. */
void suspect_add(struct modem *m, const struct frame_slot *slot);
/* The slot was read: another text may come to lie in it. */
void suspect_acquit(struct modem *m, const struct frame_slot *slot);
/* Another SIM: other slots. */
void suspect_forget(struct modem *m);
/* The next slot the worker is to purge, from *at on; NULL: no more. */
const struct frame_slot *suspect_next(const struct modem *m, size_t *at);

#endif
