/* The supervisor: modems from down to up and back. A dead, hung, unplugged or renamed modem costs
 * only its own line and comes back by itself. */
#ifndef DAEMON_SUPERVISOR_H
#define DAEMON_SUPERVISOR_H

#include "daemon.h"

/* Makes the modems of the configuration and starts them. */
void supervisor_start(struct daemon *d);
/* Brings the modem list in line with d->conf (after SIGHUP): new ones start, removed ones finish
 * what is under way and go, changed ones are started again, the others are not touched. */
void supervisor_reload(struct daemon *d);
/* No new hand-overs; workers finish what is under way and quit. */
void supervisor_quit(struct daemon *d);
/* Frees everything, once all workers are gone. */
void supervisor_free(struct daemon *d);
bool supervisor_all_gone(const struct daemon *d);
/* Called every second: pings, hand-overs that have become due, removed modems. */
void supervisor_second(struct daemon *d);

#endif
