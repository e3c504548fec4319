/* What the two halves of the outbox share: the parts of one message and what they add up to. */
#ifndef OUTBOX_INT_H
#define OUTBOX_INT_H

#include "store_int.h"
#include <payung/store_outbox.h>

struct out_parts {
	int64_t id;
	enum outbox_state message;
	char msisdn[MSISDN_CAP];
	int n; /* rows there are: part[0] is part 1 */
	enum outbox_state part[FRAME_PARTS_MAX];
};
rc_t out_parts_load(struct store *s, int64_t id, struct out_parts *out) MUST_CHECK;
/* The message's state as its parts make it. */
enum outbox_state out_parts_state(const struct out_parts *p);
/* Writes the message's state when its parts changed it. cause NULL: as it was. */
rc_t out_message_set(struct store *s, int64_t id, enum outbox_state state, int tries,
        const char *cause, int64_t retry_at) MUST_CHECK;
/* mr < 0: as it was. */
rc_t out_part_set(struct store *s, int64_t id, int part, enum outbox_state state, int mr, int code,
        int64_t settled_at) MUST_CHECK;
/* Last eight digits: what all ways of writing a number have in common. 0: no digits. */
int64_t out_peer(const char *msisdn);

#endif
