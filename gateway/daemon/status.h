/* How everything is, as JSON for the control socket. */
#ifndef DAEMON_STATUS_H
#define DAEMON_STATUS_H

#include "daemon.h"
#include <jansson.h>

json_t *status_all(struct daemon *d);    /* the caller's */
json_t *status_modems(struct daemon *d); /* the caller's */
/* One line for systemctl status: "3 of 4 lines up, 12 queued". */
void status_line(struct daemon *d, char *out, size_t cap);

#endif
