/* Stores are ordered with release semantics, so that whoever reads the page after our death sees a
 * record whole or not at all. */
#include "modem/note.h"

#include <payung/flight.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct flight_page *page;

void note_page(int fd)
{
	void *p;

	if (fd < 0)
		return;
	p = mmap(NULL, FLIGHT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		abort(); /* a page that stays empty would prove that nothing was ever sent */
	page = p;
}

static void set_state(struct flight_record *r, enum flight_state state)
{
	atomic_thread_fence(memory_order_release);
	*(volatile uint32_t *)&r->state = state;
}

void note_started(const struct frame_send *s)
{
	if (!page)
		return;
	struct flight_record *r = &page->record[page->next % FLIGHT_RECORDS];

	set_state(r, FLIGHT_FREE);
	r->id = s->id;
	r->part = s->part;
	r->mr = -1;
	page->next++;
	set_state(r, FLIGHT_STARTED);
}

void note_ended(const struct frame_sent *s)
{
	if (!page || page->next == 0 || s->outcome == FRAME_SENT_UNKNOWN)
		return;
	struct flight_record *r = &page->record[(page->next - 1) % FLIGHT_RECORDS];

	if (r->id != s->id || r->part != s->part)
		return; /* it failed before it was started */
	r->mr = s->mr;
	r->error = (int32_t)s->error;
	r->code = s->code;
	set_state(r, s->outcome == FRAME_SENT_OK ? FLIGHT_SENT : FLIGHT_FAILED);
}
