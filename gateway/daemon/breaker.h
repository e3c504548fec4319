/* The circuit breaker over the answers to all numbers together: whatever the cause, airtime is not
 * burnt for hours before somebody looks. */
#ifndef DAEMON_BREAKER_H
#define DAEMON_BREAKER_H

#include "daemon.h"
#include <payung/store_desk.h>

/* Events of all numbers in the last hour. */
rc_t breaker_last_hour(struct daemon *d, enum hour_count what, int64_t now, int64_t *n) MUST_CHECK;
/* Too many answers, of all lines or of this one: the limit of a line is the smaller, so that a
 * flood on one leaves the others alone. */
rc_t breaker_paused(struct daemon *d, int64_t line, int64_t now, bool *yes) MUST_CHECK;
/* Inside a tick's run: n answers more on this line. Tells the duty phones, once an hour, when that
 * is too many. */
rc_t breaker_answered(struct daemon *d, int64_t line, int64_t now, int n) MUST_CHECK;

#endif
