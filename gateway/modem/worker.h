/* What one worker knows of its line, and the steps its loop takes. */
#ifndef MODEM_WORKER_H
#define MODEM_WORKER_H

#include "modem/at.h"
#include "modem/slots.h"

#include <payung/frame.h>
#include <stdbool.h>
#include <stdint.h>

#define AT_USUAL_MS 5000 /* queries of the modem itself */
#define AT_SIM_MS 10000  /* commands that ask the SIM or the network */

struct worker {
	struct frame_setup setup;
	char device[256]; /* resolved */
	struct at_port port;
	struct frame_ready ready;

	char store[8];   /* where new texts go, "" = send-only */
	char current[8]; /* what the modem reads from at the moment, "" = not known */
	char other[8];   /* a second store that may hold old texts, "" = none */
	bool notifies;   /* it tells of new texts; else only scans find them */
	bool confirms;   /* 27.005 phase 2+: direct reports want AT+CNMA */
	struct slots slots;
	uint32_t seq;
	unsigned direct;  /* reports given to the parent that stand in no slot, not acknowledged */
	unsigned confirm; /* of these acknowledged, AT+CNMA due */
	int64_t scan_ms;  /* when due, INT64_MAX = never */
	bool scan_other;  /* then the other store too */
	int64_t status_ms;

	char caller[24];                      /* whose call was told last */
	int64_t call_ms, ring_ms, refused_ms; /* told, rang, refused last */
	bool ringing;                         /* a call is to be refused */

	struct frame_send queue[2];
	unsigned queued;
	bool sending;
	int64_t send_deadline_ms;
	bool tidy; /* a segment just went out: deletions first, then the next */
	bool quit;
};

/* setup.c: opens the line; ends the process with a TROUBLE frame when it cannot. */
void setup_line(struct worker *w);

/* stores.c */
void stores_choose(struct worker *w); /* CPMS, CNMI, CSMS */
/* Reads and deletes address this store from now on. */
struct at_reply stores_select(struct worker *w, const char *mem);
void stores_scan(struct worker *w);

/* inbound.c */
void inbound_news(struct worker *w); /* takes the unsolicited lines met since */
bool inbound_read(struct worker *w); /* one due slot; false: none is due */
bool inbound_delete(struct worker *w);
bool inbound_confirm(struct worker *w);
bool inbound_refuse_call(struct worker *w);
void inbound_ack(struct worker *w, uint32_t seq);
void inbound_purge(struct worker *w, const struct frame_slot *at);

/* outbound.c */
void outbound_queue(struct worker *w, const struct frame_send *send);
void outbound_start(struct worker *w);
void outbound_pump(struct worker *w); /* while w->sending: the device is readable or time passed */

/* status.c */
void status_send(struct worker *w);
/* Ends the process when the modem is gone or mute after an answer that did not come. */
void line_check(struct worker *w, const struct at_reply *r);

#endif
