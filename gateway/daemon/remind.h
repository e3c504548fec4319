/* Reminders: who is due is found by index, what they get is planned by the rules, and what was
 * queued is weighed again when it is handed to a modem. */
#ifndef DAEMON_REMIND_H
#define DAEMON_REMIND_H

#include "daemon.h"

/* Reads the tables and takes the rules of the configuration. False: every fault was told, all is
 * as before. */
bool remind_load(struct daemon *d, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* From now on what one look leaves is taken up by itself. */
void remind_start(struct daemon *d);
void remind_stop(struct daemon *d);
/* Asks for a look at who is due; a small bounded piece of work. Every second. */
void remind_housekeeping(struct daemon *d);
/* Somebody else has written to the store: look again. */
void remind_stir(struct daemon *d);
/* True while the last look has left some that could be looked at now. */
bool remind_has_more(const struct daemon *d);

/* Inside a hand-over: may this unasked text go out now? A reminder's facts are read again, what
 * has lost its reason is cancelled, what must wait is put off, and the body is written. *go false:
 * settled, it does not go out now. RC_LIMIT: nothing unasked may go out at present. */
rc_t remind_at_hand(struct daemon *d, struct outbox_row *row, int64_t now, bool *go) MUST_CHECK;

#endif
