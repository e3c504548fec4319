/* Which device path a modem is tried on: `device` may be a glob, ttys change their names. */
#ifndef DAEMON_DEVICE_H
#define DAEMON_DEVICE_H

#include "daemon.h"

/* Picks the next path: there, a character device, used by no other worker of ours and not known to
 * hold another modem. Writes m->device. False when there is none now. */
bool device_find(const struct daemon *d, struct modem *m);
/* The path holds another modem: other paths are tried first. */
void device_not_mine(struct modem *m, const char *path);

#endif
