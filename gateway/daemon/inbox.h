/* Texts and calls in: one frame, one input of the tick; acknowledged to the worker after the
 * commit. */
#ifndef DAEMON_INBOX_H
#define DAEMON_INBOX_H

#include "daemon.h"

/* INBOX, REPORT and POISON frames of a modem whose line is known. */
void inbox_on_frame(struct modem *m, const struct frame *f);

/* Somebody rang. */
void inbox_on_call(struct modem *m, const struct frame_call *call);

#endif
