/* What a sponsor wishes by text, written down for the officer who makes it true. */
#ifndef DAEMON_WISH_H
#define DAEMON_WISH_H

#include "conversation.h"

/* Records the request and closes the question it answers. The same wish again, while the first one
 * waits, changes nothing. Inside a tick. */
rc_t wish_record(struct daemon *d, const struct heard *h, const struct talk_sponsor *sponsor,
        const struct talk_effect *e) MUST_CHECK;

#endif
