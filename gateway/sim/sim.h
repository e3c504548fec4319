/* The simulated world: everything reachable from one struct, in one libevent loop. */
#ifndef PAYUNG_SIM_SIM_H
#define PAYUNG_SIM_SIM_H

#include <event2/event.h>
#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct sim_modem;
struct sim_card;
struct sim_phone;
struct sim_session;

/* What the flight log records; each kind is counted, for the world and for each modem. */
#define SIM_EVENT_LIST(X)                                                                    \
	X(SUBMITTED, "submitted") /* a phone gave a part to the network, bound for a SIM */  \
	X(STORED, "stored")       /* an inbound unit lies in a slot */                       \
	X(ROUTED, "routed")       /* an inbound unit went to the port as +CMT or +CDS */     \
	X(FULL, "full")           /* no slot free: the SMSC keeps the unit */                \
	X(READ, "read")           /* a slot was read by +CMGR or +CMGL */                    \
	X(DELETED, "deleted")     /* a slot was emptied */                                   \
	X(ACCEPTED, "accepted")   /* the modem has the whole SUBMIT: in flight from here */  \
	X(REFUSED, "refused")     /* the network or modem said no: in flight until here */   \
	X(HANDED, "handed")       /* the network has it: the phone will get it */            \
	X(ANSWERED, "answered")   /* +CMGS was written */                                    \
	X(LOST, "lost")           /* the answer to +CMGS was swallowed */                    \
	X(DROPPED, "dropped")     /* power went before the network had it */                 \
	X(REPORT, "report")       /* the SMSC made a delivery report */                      \
	X(DISCARDED, "discarded") /* a delivery report nobody asked for at the port */       \
	X(EXPIRED, "expired")     /* the validity period ended before the phone came back */ \
	X(RECEIVED, "received")   /* a phone has a part */                                   \
	X(COMPLETE, "complete")   /* a phone shows a whole text */                           \
	X(CALLED, "called")       /* somebody rings */                                       \
	X(REJECTED, "rejected")   /* the program refused the call */                         \
	X(MISSED, "missed")       /* the caller gave up, or power went */                    \
	X(OPENED, "opened")       /* a program opened the port */                            \
	X(CLOSED, "closed")       /* the last program closed it */                           \
	X(PLUGGED, "plugged")                                                                \
	X(UNPLUGGED, "unplugged")

#define X(name, text) SIM_##name,
enum sim_event { SIM_EVENT_LIST(X) SIM_EVENTS };
#undef X

TAILQ_HEAD(sim_modem_list, sim_modem);
TAILQ_HEAD(sim_card_list, sim_card);
TAILQ_HEAD(sim_phone_list, sim_phone);
TAILQ_HEAD(sim_session_list, sim_session);
TAILQ_HEAD(sim_transit_list, sim_transit);
TAILQ_HEAD(sim_batch_list, sim_batch);

struct sim {
	struct event_base *base;
	char dir[160]; /* where the ports appear */
	int log_fd;    /* flight log, -1 = none */
	uint64_t seq, next_id, rng;
	uint64_t count[SIM_EVENTS];
	int delay_ms; /* SMSC: from handed to received, both ways */
	int quarters; /* the network's time zone, quarters of an hour east of UTC */
	struct sim_modem_list modems;
	struct sim_card_list cards;
	struct sim_phone_list phones;
	struct sim_session_list sessions;
	struct sim_transit_list transits; /* under way from a modem, and reports back */
	struct sim_batch_list batches;    /* under way to a SIM */
	struct event *recheck; /* lets waiting sessions look again, outside of any call chain */
	int watch_fd;          /* inotify: who opens and closes the ports */
	struct event *watch_ev;
	int exit_code;
};

/* An empty world whose ports appear in dir (made when missing); log may be NULL. RC_INVALID: the
 * name is too long; RC_IO: the log or the watch on the ports fails. */
rc_t sim_open(struct sim *s, const char *dir, const char *log) MUST_CHECK;
void sim_close(struct sim *s);
/* One line of the flight log: number, monotonic ms, UTC ms, event, modem, then fmt. Written at
 * once with one write(2). m may be NULL. */
void sim_journal(struct sim *s, enum sim_event e, struct sim_modem *m, const char *fmt, ...)
        PRINTF_LIKE(4, 5);
const char *sim_event_name(enum sim_event e);
/* The event of that name, SIM_EVENTS when there is none. */
enum sim_event sim_event_of(const char *name);

/* UTF-8 as one line: \n \r \t and \\ are escaped, other control bytes become \xHH. malloc'ed. */
char *sim_escape(const char *text);
/* The reverse, in place. */
void sim_unescape(char *text);
/* 64 bit FNV-1a, as the flight log names texts. */
uint64_t sim_hash(const char *text);
/* Next number of the world's own generator: the same seed gives the same faults. */
uint32_t sim_random(struct sim *s);
/* Hex to octets; returns how many, SIZE_MAX when it is not hex or does not fit. */
size_t sim_unhex(const char *hex, size_t len, uint8_t *out, size_t cap);
/* Octets to upper case hex; out needs 2n+1. */
void sim_hex(const uint8_t *p, size_t n, char *out);
/* evtimer_add in milliseconds. */
void sim_timer_set(struct event *ev, int64_t ms);
/* calloc that never fails: aborts when out of memory. */
void *sim_alloc(size_t n);

#endif
