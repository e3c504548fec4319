#include "modem/slots.h"

#include <string.h>

uint64_t slot_mark(const uint8_t *pdu, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ pdu[i]) * UINT64_C(0x100000001b3);
	return h;
}

static struct slot *find(struct slots *s, const struct frame_slot *at)
{
	for (size_t i = 0; i < s->end; i++) {
		struct slot *e = &s->slot[i];

		if (e->state != SLOT_FREE && e->at.index == at->index &&
		        strcmp(e->at.mem, at->mem) == 0)
			return e;
	}
	return NULL;
}

static struct slot *add(
        struct slots *s, const struct frame_slot *at, enum slot_state state, int64_t now_ms)
{
	size_t i = 0;

	while (i < s->end && s->slot[i].state != SLOT_FREE)
		i++;
	if (i == SLOTS_MAX)
		return NULL;
	if (i == s->end)
		s->end++;
	s->slot[i] = (struct slot){ .state = state, .at = *at, .due_ms = now_ms };
	return &s->slot[i];
}

static struct slot *reset(struct slot *e, enum slot_state state, int64_t now_ms)
{
	*e = (struct slot){ .state = state, .at = e->at, .due_ms = now_ms };
	return e;
}

struct slot *slots_note(struct slots *s, const struct frame_slot *at, int64_t now_ms)
{
	struct slot *e = find(s, at);

	if (!e)
		return add(s, at, SLOT_NOTED, now_ms);
	if (e->state != SLOT_NOTED)
		return NULL;
	/* waiting for a retry: the modem now says it is there */
	e->due_ms = now_ms < e->due_ms ? now_ms : e->due_ms;
	return e;
}

struct slot *slots_seen(struct slots *s, const struct frame_slot *at, uint64_t mark, int64_t now_ms)
{
	struct slot *e = find(s, at);

	if (e && (e->state == SLOT_HELD || e->state == SLOT_DOOMED) && e->mark != mark)
		return reset(e, SLOT_NOTED, now_ms);
	return slots_note(s, at, now_ms);
}

struct slot *slots_purge(struct slots *s, const struct frame_slot *at, int64_t now_ms)
{
	struct slot *e = find(s, at);

	return e ? reset(e, SLOT_PURGE, now_ms) : add(s, at, SLOT_PURGE, now_ms);
}

void slot_hold(struct slot *e, uint32_t seq, uint64_t mark)
{
	e->state = SLOT_HELD;
	e->seq = seq;
	e->mark = mark;
	e->tries = 0;
}

struct slot *slots_ack(struct slots *s, uint32_t seq, int64_t due_ms)
{
	for (size_t i = 0; i < s->end; i++) {
		struct slot *e = &s->slot[i];

		if (e->state == SLOT_HELD && e->seq == seq) {
			e->state = SLOT_DOOMED;
			e->due_ms = due_ms;
			return e;
		}
	}
	return NULL;
}

void slot_free(struct slot *e)
{
	e->state = SLOT_FREE;
}

bool slot_retry(struct slot *e, int64_t due_ms, unsigned max_tries)
{
	if (++e->tries >= max_tries) {
		slot_free(e);
		return false;
	}
	e->due_ms = due_ms;
	return true;
}

static bool wants_read(enum slot_state state)
{
	return state == SLOT_NOTED || state == SLOT_PURGE || state == SLOT_DOUBT;
}

struct slot *slots_to_read(struct slots *s, int64_t now_ms)
{
	struct slot *best = NULL;

	for (size_t i = 0; i < s->end; i++) {
		struct slot *e = &s->slot[i];

		if (wants_read(e->state) && e->due_ms <= now_ms &&
		        (!best || e->due_ms < best->due_ms))
			best = e;
	}
	return best;
}

struct slot *slots_to_delete(struct slots *s, int64_t now_ms)
{
	for (size_t i = 0; i < s->end; i++)
		if (s->slot[i].state == SLOT_DOOMED && s->slot[i].due_ms <= now_ms)
			return &s->slot[i];
	return NULL;
}

int64_t slots_next_due(const struct slots *s)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < s->end; i++) {
		const struct slot *e = &s->slot[i];

		if ((wants_read(e->state) || e->state == SLOT_DOOMED) && e->due_ms < next)
			next = e->due_ms;
	}
	return next;
}
