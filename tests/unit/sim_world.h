/* A small simulated world in the test's own process: one modem, and a program at its port. */
#ifndef TEST_SIM_WORLD_H
#define TEST_SIM_WORLD_H

#include "sim/modem.h"
#include "sim/phone.h"
#include "sim/sim.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct world {
	struct sim sim;
	struct sim_modem *m;
	char dir[64], log[96], got[65536];
	size_t n;
	int fd; /* the program's end of the port */
};

/* Opens the port of w->m. */
static inline void world_open_port(struct world *w)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", w->dir, w->m->link);
	w->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(w->fd >= 0);
}

static inline void world_begin(struct world *w, const char *spec)
{
	const char *why = "";

	memset(w, 0, sizeof *w);
	strcpy(w->dir, "/tmp/payung-sim-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->log, sizeof w->log, "%s/flight", w->dir);
	assert_int_equal(sim_open(&w->sim, w->dir, w->log), RC_OK);
	assert_int_equal(sim_modem_add(&w->sim, spec, &why), RC_OK);
	w->m = TAILQ_FIRST(&w->sim.modems);
	world_open_port(w);
}

static inline void world_end(struct world *w)
{
	close(w->fd);
	sim_close(&w->sim);
	unlink(w->log);
	rmdir(w->dir);
}

static inline void world_read(struct world *w)
{
	ssize_t n;

	while ((n = read(w->fd, w->got + w->n, sizeof w->got - 1 - w->n)) > 0)
		w->n += (size_t)n;
	w->got[w->n] = 0;
}

static inline void world_patience(evutil_socket_t fd, short what, void *late)
{
	(void)fd, (void)what;
	*(bool *)late = true;
}

/* Turns the loop once; fails the test when nothing at all happens for long. */
static inline void world_turn(struct world *w, const char *what)
{
	const struct timeval patience = { .tv_sec = 20 };
	bool late = false;
	struct event *over = evtimer_new(w->sim.base, world_patience, &late);

	event_add(over, &patience);
	event_base_loop(w->sim.base, EVLOOP_ONCE);
	event_free(over);
	if (late)
		fail_msg("nothing more happens; awaited %s, heard %s", what, w->got);
}

/* Turns the loop until the port has said `what`. */
static inline void world_hears(struct world *w, const char *what)
{
	for (world_read(w); !strstr(w->got, what); world_read(w))
		world_turn(w, what);
}

static inline void world_type(struct world *w, const char *bytes)
{
	assert_int_equal(write(w->fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

/* Types a command and returns all that came until its final result, or `until`. */
static inline const char *world_ask(struct world *w, const char *command, const char *until)
{
	char line[4096];

	world_read(w);
	w->n = 0;
	w->got[0] = 0;
	snprintf(line, sizeof line, "%s\r", command);
	world_type(w, line);
	world_hears(w, until);
	return w->got;
}

/* Turns the loop until that event was counted so often. */
static inline void world_await(struct world *w, enum sim_event e, uint64_t count)
{
	while (w->sim.count[e] < count)
		world_turn(w, sim_event_name(e));
}

/* All that is due now happens; nothing is waited for. */
static inline void world_settle(struct world *w)
{
	for (int i = 0; i < 20; i++)
		event_base_loop(w->sim.base, EVLOOP_NONBLOCK);
	world_read(w);
}

static inline rc_t world_sms(struct world *w, const char *from, const char *text, const char *parts)
{
	const char *why = "";
	struct sim_sms sms = {
		.from = from, .to = w->m->name, .text = text, .parts = parts, .ton = -1, .class = -1
	};

	return sim_net_sms(&w->sim, &sms, &why);
}

#endif
