/* Configuration and templates read again while running: SIGHUP or `reload`. */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H

#include "daemon.h"

#define RELOAD_ERR_CAP 600

/* Loads templates and keywords into the daemon, replacing what was there only when all is well.
 * False: err tells what is wrong (every fault is logged). */
bool reload_templates(struct daemon *d, char err[RELOAD_ERR_CAP]);
/* The same for templates and configuration: all or nothing. */
bool reload(struct daemon *d, char err[RELOAD_ERR_CAP]);

#endif
