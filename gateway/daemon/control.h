/* The daemon's side of the control socket; the protocol is in <payung/control.h>. */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include "daemon.h"

/* Binds and listens. NULL: cannot (logged with the cure). */
struct control *control_open(struct daemon *d);
void control_close(struct control *c); /* NULL is fine; removes the socket file */

#endif
