/* The flight log. Tests judge the gateway by it: what was in flight at an instant, what phones
 * really got. A line is on its way to the file before the simulator does anything else. */
#include "sim/modem.h"
#include "sim/sim.h"
#include <event2/buffer.h>
#include <inttypes.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
#define X(name, text) [SIM_##name] = text,
	SIM_EVENT_LIST(X)
#undef X
};

const char *sim_event_name(enum sim_event e)
{
	return names[e];
}

enum sim_event sim_event_of(const char *name)
{
	int e = 0;

	while (e < SIM_EVENTS && strcmp(names[e], name) != 0)
		e++;
	return (enum sim_event)e;
}

static void write_line(struct sim *s, struct evbuffer *line)
{
	size_t n = evbuffer_get_length(line);

	if (write(s->log_fd, evbuffer_pullup(line, -1), n) != (ssize_t)n)
		log_fatal("the flight log cannot be written");
}

void sim_journal(struct sim *s, enum sim_event e, struct sim_modem *m, const char *fmt, ...)
{
	s->seq++;
	s->count[e]++;
	if (m)
		m->count[e]++;
	if (s->recheck)
		event_active(s->recheck, 0, 0);
	if (s->log_fd < 0)
		return;
	struct evbuffer *line = evbuffer_new();
	va_list ap;

	evbuffer_add_printf(line, "%" PRIu64 " %" PRId64 " %" PRId64 " %s", s->seq, clock_mono_ms(),
	        clock_now_ms(), names[e]);
	if (m)
		evbuffer_add_printf(line, " modem=%s", m->name);
	evbuffer_add(line, " ", 1);
	va_start(ap, fmt);
	evbuffer_add_vprintf(line, fmt, ap);
	va_end(ap);
	evbuffer_add(line, "\n", 1);
	write_line(s, line);
	evbuffer_free(line);
}
