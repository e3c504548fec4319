/* The flow between a complete text and its answers: loads the facts talk asks for, performs the
 * effects talk decides on. Runs inside a tick. */
#ifndef DAEMON_CONVERSATION_H
#define DAEMON_CONVERSATION_H

#include "daemon.h"

struct heard {
	int64_t inbox, line, now;
	const char *text;
	char sender[MSISDN_CAP];
	enum sender_kind kind;
	struct modem *modem; /* the answer goes back on it */
};

/* Handles one complete text with all its effects. RC_INVALID: our rules cannot digest it. */
rc_t conversation_run(struct daemon *d, const struct heard *h) MUST_CHECK;
/* Stores it as refused, without answer: the operator looks at it. */
rc_t conversation_shelve(struct daemon *d, const struct heard *h) MUST_CHECK;

#endif
