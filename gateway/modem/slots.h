/* The slots of the message store we have in hand, and what is next for each. Pure. */
#ifndef MODEM_SLOTS_H
#define MODEM_SLOTS_H

#include <payung/frame.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLOTS_MAX 512

enum slot_state {
	SLOT_FREE,
	SLOT_NOTED,  /* something is or may be in it: read */
	SLOT_PURGE,  /* read without decoding */
	SLOT_HELD,   /* given to the parent, not acknowledged: keep */
	SLOT_DOOMED, /* acknowledged: delete */
	SLOT_DOUBT,  /* delete went unanswered: read again and compare */
};

struct slot {
	enum slot_state state;
	struct frame_slot at;
	bool report;   /* announced as a report: may be empty at first */
	uint32_t seq;  /* when held */
	uint64_t mark; /* of the PDU read last, see slot_mark() */
	int64_t due_ms;
	unsigned tries;
};

struct slots {
	struct slot slot[SLOTS_MAX];
	size_t end; /* slots beyond were never used */
};

/* Fingerprint of a PDU, to see whether a slot holds another one now. */
uint64_t slot_mark(const uint8_t *pdu, size_t n);
/* A notification or a scan without contents names a slot. Ignored (NULL) when it is in hand
 * already, or the table is full: then a later scan finds it. */
struct slot *slots_note(struct slots *s, const struct frame_slot *at, int64_t now_ms);
/* A scan shows this PDU there: like slots_note(), but a slot in hand with another PDU holds a new
 * message, which is then read in its place. */
struct slot *slots_seen(
        struct slots *s, const struct frame_slot *at, uint64_t mark, int64_t now_ms);
/* Read it without decoding, whatever state it is in. NULL: the table is full. */
struct slot *slots_purge(struct slots *s, const struct frame_slot *at, int64_t now_ms);
/* Its PDU goes to the parent under seq. */
void slot_hold(struct slot *e, uint32_t seq, uint64_t mark);
/* NULL: no slot is held under this seq. */
struct slot *slots_ack(struct slots *s, uint32_t seq, int64_t due_ms);
void slot_free(struct slot *e);
/* To be tried again after a while; freed when it was tried often enough: false. */
bool slot_retry(struct slot *e, int64_t due_ms, unsigned max_tries);
/* The slot due first that wants reading (noted, purge, doubt), or deleting. NULL: none is due. */
struct slot *slots_to_read(struct slots *s, int64_t now_ms);
struct slot *slots_to_delete(struct slots *s, int64_t now_ms);
/* When the next one of either is due; INT64_MAX: never. */
int64_t slots_next_due(const struct slots *s);

#endif
