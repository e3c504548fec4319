/* What the daemon looks at by itself: every second, every few, and at once when wall time jumps. */
#ifndef DAEMON_LOOK_H
#define DAEMON_LOOK_H

#include "daemon.h"

void look_clock(struct daemon *d); /* whether dated decisions may rest on the clock */
void look_second(struct daemon *d);
/* Wall time that ran otherwise than monotonic time (set by hand, a machine that slept, a test)
 * makes things due that nobody waits for: they are looked at now. False: it runs as it should. */
bool look_jump(struct daemon *d);

#endif
