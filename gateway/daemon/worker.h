/* One modem and its worker: started, listened to, ended, started again after a back-off. */
#ifndef DAEMON_WORKER_H
#define DAEMON_WORKER_H

#include "daemon.h"

/* A modem that is down; index is the number of its flight page. */
struct modem *worker_new(struct daemon *d, const struct conf_modem *conf, size_t index);
/* Only when its worker is gone and nothing of it waits in the tick. */
void worker_free(struct modem *m);
/* Starts the worker if the device is there, else looks for it again soon. */
void worker_start(struct modem *m);
/* Asks a worker that was silent for long whether it lives. */
void worker_probe(struct modem *m);
/* It finishes what is under way and goes. */
void worker_quit(struct modem *m);
const char *worker_state_name(const struct modem *m); /* a word of <payung/control.h> */

#endif
