/* Slots of the message stores. Which slot is taken next matters: a gateway that deletes by a stale
 * index loses texts only when slots are reused at once, so that is the default. */
#include "sim/slots.h"
#include "sim/sim.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sim_slots_init(struct sim_slots *s, const char *name, size_t n)
{
	*s = (struct sim_slots){ .n = n };
	snprintf(s->name, sizeof s->name, "%.3s", name);
	s->slot = sim_alloc((n + 1) * sizeof *s->slot);
}

void sim_slots_free(struct sim_slots *s)
{
	free(s->slot);
	*s = (struct sim_slots){ 0 };
}

void sim_slots_resize(struct sim_slots *s, size_t n)
{
	struct sim_slot *bigger = sim_alloc((n + 1) * sizeof *bigger);

	memcpy(bigger, s->slot, (n < s->n ? n : s->n) * sizeof *bigger);
	free(s->slot);
	s->slot = bigger;
	s->n = n;
	s->next = 0;
}

size_t sim_slots_put(
        struct sim_slots *s, const struct sim_pdu *pdu, enum sim_stat stat, uint64_t id)
{
	size_t start = s->rotate ? s->next : 0;

	for (size_t k = 0; k < s->n; k++) {
		size_t i = (start + k) % s->n;

		if (s->slot[i].used)
			continue;
		s->slot[i] = (struct sim_slot){ .used = true, .stat = stat, .id = id, .pdu = *pdu };
		s->next = (i + 1) % s->n;
		return i + 1;
	}
	return 0;
}

struct sim_slot *sim_slots_at(struct sim_slots *s, size_t index)
{
	return index >= 1 && index <= s->n ? &s->slot[index - 1] : NULL;
}

size_t sim_slots_used(const struct sim_slots *s)
{
	size_t used = 0;

	for (size_t i = 0; i < s->n; i++)
		used += s->slot[i].used;
	return used;
}

bool sim_slots_covered(const struct sim_slot *slot, int delflag)
{
	if (!slot->used)
		return false;
	switch (delflag) {
	case 1:
		return slot->stat == SIM_READ_ALREADY;
	case 2:
		return slot->stat == SIM_READ_ALREADY || slot->stat == SIM_SENT;
	case 3:
		return slot->stat != SIM_UNREAD;
	default:
		return delflag == 4;
	}
}
