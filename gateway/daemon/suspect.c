#include "suspect.h"

#include <payung/log.h>
#include <string.h>

#define SUSPECTS (sizeof((struct modem *)0)->suspect / sizeof((struct modem *)0)->suspect[0])
#define DEATHS_ENOUGH 2

static struct suspect *find(struct modem *m, const struct frame_slot *slot)
{
	for (size_t i = 0; i < SUSPECTS; i++) {
		struct suspect *s = &m->suspect[i];

		if (s->deaths && s->slot.index == slot->index &&
		        strcmp(s->slot.mem, slot->mem) == 0)
			return s;
	}
	return NULL;
}

static struct suspect *find_free(struct modem *m)
{
	for (size_t i = 0; i < SUSPECTS; i++)
		if (!m->suspect[i].deaths)
			return &m->suspect[i];
	return NULL;
}

void suspect_add(struct modem *m, const struct frame_slot *slot)
{
	struct suspect *s = find(m, slot);

	if (s) {
		s->deaths++;
		log_err("modem=%s slot=%s:%u killed worker number %d", m->conf.name, slot->mem,
		        slot->index, s->deaths);
		return;
	}
	s = find_free(m);
	if (s)
		*s = (struct suspect){ .slot = *slot, .deaths = 1 };
}

void suspect_acquit(struct modem *m, const struct frame_slot *slot)
{
	struct suspect *s = find(m, slot);

	if (s)
		s->deaths = 0;
}

void suspect_forget(struct modem *m)
{
	memset(m->suspect, 0, sizeof m->suspect);
}

const struct frame_slot *suspect_next(const struct modem *m, size_t *at)
{
	while (*at < SUSPECTS) {
		const struct suspect *s = &m->suspect[(*at)++];

		if (s->deaths >= DEATHS_ENOUGH)
			return &s->slot;
	}
	return NULL;
}
