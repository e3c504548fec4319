/* The wire: a pty per modem, published as a symbolic link, with the faults of a line. */
#ifndef PAYUNG_SIM_TTY_H
#define PAYUNG_SIM_TTY_H

#include "sim/modem.h"

/* Before any port: watches who opens and closes them. RC_IO when the kernel refuses. */
rc_t sim_tty_watch(struct sim *s) MUST_CHECK;
void sim_tty_unwatch(struct sim *s);
void sim_tty_init(struct sim_modem *m);
/* A new pty under DIR/m->link. RC_IO: no pty or link. */
rc_t sim_tty_open(struct sim_modem *m) MUST_CHECK;
/* Hang-up: the link vanishes, clients see end of file. */
void sim_tty_close(struct sim_modem *m);
void sim_tty_free(struct sim_modem *m);
/* Writes bytes towards the client, as far as mute, drop, split and glue let them through.
 * Nobody has the port open: they are lost, as on a USB port. */
void sim_tty_put(struct sim_modem *m, const void *data, size_t len);

#endif
