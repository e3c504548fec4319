/* Texts out: hand-over to modems, results, retries, the unknown. */
#ifndef DAEMON_OUTBOX_H
#define DAEMON_OUTBOX_H

#include "daemon.h"

/* A text to queue; its body is final, template and language tell where it came from. */
struct outbox_text {
	enum outbox_class class;
	const char *key, *subject, *msisdn, *template_id, *lang, *body;
	int64_t inbox;        /* the text it answers, 0 = none */
	struct modem *prefer; /* the line it goes out on; handed at once when that modem is idle */
	int64_t home_line;    /* used when prefer is NULL; 0 = any */
	int *next_ref;        /* concatenation counter of the recipient, counted on */
	bool last;            /* after all answers that do not say so, and never kept ready ahead */
};
/* Inside a tick's run. RC_LIMIT: longer than its class allows (logged, nothing queued);
 * RC_EXISTS: its key was queued before. */
rc_t outbox_queue(struct daemon *d, const struct outbox_text *t, int64_t now) MUST_CHECK;

/* Asks for a hand-over if the modem has room. Cheap; call it whenever something may be due. */
void outbox_ask(struct daemon *d, struct modem *m);
void outbox_ask_all(struct daemon *d);
/* Inside a tick's run: asks for all after its commit, for what was queued without a line. */
void outbox_wake(struct daemon *d);
void outbox_on_started(struct modem *m, const struct frame_started *f);
void outbox_on_sent(struct modem *m, const struct frame_sent *f);
/* The worker is certainly gone: what it had not started goes back, the rest is unknown. */
void outbox_on_gone(struct modem *m);
/* Start: settles every handed part of the run before with what the flight pages prove. */
rc_t outbox_recover(struct daemon *d) MUST_CHECK;
void outbox_load_usage(struct daemon *d, struct modem *m);
/* Expiry, the policy for unknowns, queues of dead lines. */
void outbox_housekeeping(struct daemon *d);

#endif
