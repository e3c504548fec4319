/* Texts that are rendered at hand-over: those with days or dates in them. */
#ifndef DAEMON_RENDER_H
#define DAEMON_RENDER_H

#include "daemon.h"

/* Fills row->body from its template and args (name=value lines). RC_INVALID: it does not render
 * (logged): the text must not go out. */
rc_t render_stored(struct daemon *d, struct outbox_row *row) MUST_CHECK;

#endif
