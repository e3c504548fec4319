/* The port's state machine and the modem's power. Bytes are taken only as far as the state allows:
 * while a command is thought about or a send is on the air, what is typed waits in the buffer. */
#include "sim/modem.h"
#include "sim/at.h"
#include "sim/call.h"
#include "sim/tty.h"
#include <inttypes.h>
#include <payung/clock.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CTRL_Z 0x1a
#define ESC 0x1b
#define HELD_MAX 4096

static void line_complete(struct sim_modem *m)
{
	m->line[m->line_len] = 0;
	bool over = m->line_over;

	m->line_len = 0;
	m->line_over = false;
	m->port = SIM_PORT_LATENCY;
	if (over) {
		sim_at_finish(m, AT_REFUSED);
		return;
	}
	memcpy(m->last, m->line, sizeof m->last);
	if (m->faults.latency > 0)
		sim_timer_set(m->timer, m->faults.latency);
	else
		sim_at_run(m);
}

static void take_command_byte(struct sim_modem *m, char c)
{
	if (c == '\r') {
		line_complete(m);
	} else if (c == '\b' && m->line_len > 0) {
		m->line_len--;
	} else if (c == '/' && m->line_len == 1 && (m->line[0] | 0x20) == 'a') {
		memcpy(m->line, m->last, sizeof m->line);
		m->line_len = strlen(m->line);
		line_complete(m);
	} else if ((unsigned char)c >= 0x20) {
		if (m->line_len < SIM_LINE_MAX)
			m->line[m->line_len++] = c;
		else
			m->line_over = true;
	}
}

static void take_prompt_byte(struct sim_modem *m, char c)
{
	if (c == CTRL_Z || c == ESC) {
		m->line[m->line_len] = 0;
		m->line_len = 0;
		m->port = SIM_PORT_LATENCY;
		if (c == ESC)
			sim_send_cancel(m);
		else
			sim_send_body(m);
	} else if ((unsigned char)c > 0x20) {
		if (m->line_len < SIM_LINE_MAX)
			m->line[m->line_len++] = c;
		else
			m->line_over = true;
	}
}

static bool taking(const struct sim_modem *m)
{
	return (m->port == SIM_PORT_COMMAND || m->port == SIM_PORT_PROMPT) &&
	       evbuffer_get_length(m->tty.in) > 0;
}

/* Echoes in pieces as they are taken, always before the answer to them. */
static void echo(struct sim_modem *m, char *pending, size_t *n)
{
	if (m->faults.echo == SIM_ECHO_ON && *n > 0)
		sim_tty_put(m, pending, *n);
	*n = 0;
}

void sim_modem_feed(struct sim_modem *m)
{
	char pending[256];
	size_t n = 0;

	if (m->feeding)
		return;
	m->feeding = true;
	while (taking(m)) {
		char c;

		evbuffer_remove(m->tty.in, &c, 1);
		pending[n++] = c;
		if (n == sizeof pending || c == '\r' || c == CTRL_Z || c == ESC || c == '/')
			echo(m, pending, &n);
		if (m->port == SIM_PORT_COMMAND)
			take_command_byte(m, c);
		else
			take_prompt_byte(m, c);
	}
	echo(m, pending, &n);
	m->feeding = false;
}

void sim_modem_idle(struct sim_modem *m)
{
	size_t n = evbuffer_get_length(m->urcs);

	m->port = SIM_PORT_COMMAND;
	if (n > 0)
		sim_tty_put(m, evbuffer_pullup(m->urcs, -1), n);
	evbuffer_drain(m->urcs, n);
	if (m->card)
		sim_card_flush(m->card);
	sim_modem_feed(m);
}

PRINTF_LIKE(3, 0)
static void urc(struct sim_modem *m, struct evbuffer *to, const char *fmt, va_list ap)
{
	evbuffer_add(to, "\r\n", 2);
	evbuffer_add_vprintf(to, fmt, ap);
	evbuffer_add(to, "\r\n", 2);
	if (to != m->urcs || m->port == SIM_PORT_LATENCY || m->port == SIM_PORT_PROMPT)
		return;
	sim_tty_put(m, evbuffer_pullup(to, -1), evbuffer_get_length(to));
	evbuffer_drain(to, evbuffer_get_length(to));
}

void sim_modem_urc(struct sim_modem *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	urc(m, m->urcs, fmt, ap);
	va_end(ap);
}

void sim_modem_indicate(struct sim_modem *m, const char *fmt, ...)
{
	bool hold = m->at.cnmi[SIM_CNMI_MODE] == 0;
	va_list ap;

	if (hold && evbuffer_get_length(m->held) > HELD_MAX)
		return;
	va_start(ap, fmt);
	urc(m, hold ? m->held : m->urcs, fmt, ap);
	va_end(ap);
}

void sim_modem_release(struct sim_modem *m)
{
	if (m->at.cnmi[SIM_CNMI_MODE] == 0)
		return;
	if (m->at.cnmi[SIM_CNMI_BFR] == 0)
		evbuffer_add_buffer(m->urcs, m->held);
	evbuffer_drain(m->held, evbuffer_get_length(m->held));
}

bool sim_modem_sim_ready(const struct sim_modem *m)
{
	return m->card && m->card->pin_tries > 0 && (!m->card->pin[0] || m->card->verified) &&
	       clock_mono_ms() >= m->at.busy_until;
}

bool sim_modem_on_air(const struct sim_modem *m)
{
	return m->tty.master >= 0 && sim_modem_sim_ready(m) && m->at.cfun == 1 &&
	       (m->faults.registration == 1 || m->faults.registration == 5);
}

const char *sim_modem_operator(const struct sim_modem *m)
{
	static const char *const known[][2] = { { "51001", "INDOSAT" }, { "51009", "SMARTFREN" },
		{ "51010", "TELKOMSEL" }, { "51011", "XL" }, { "51028", "SMARTFREN" },
		{ "51089", "3" } };

	if (m->faults.operator_name[0])
		return m->faults.operator_name;
	for (size_t i = 0; m->card && i < sizeof known / sizeof *known; i++)
		if (strncmp(m->card->imsi, known[i][0], 5) == 0)
			return known[i][1];
	return "SIMULATED";
}

static void timer_fires(evutil_socket_t fd, short what, void *arg)
{
	struct sim_modem *m = arg;

	(void)fd, (void)what;
	if (m->port == SIM_PORT_NETWORK)
		sim_send_done(m);
	else if (m->port == SIM_PORT_LATENCY)
		sim_at_run(m);
}

static void wake_fires(evutil_socket_t fd, short what, void *arg)
{
	struct sim_modem *m = arg;

	(void)fd, (void)what;
	if (m->card)
		sim_card_flush(m->card);
}

static void boot_fires(evutil_socket_t fd, short what, void *arg)
{
	struct sim_modem *m = arg;

	(void)fd, (void)what;
	if (m->tty.master >= 0) /* the command's grace is over: now really */
		sim_modem_reboot(m);
	else if (sim_modem_plug(m, NULL) != RC_OK)
		sim_timer_set(m->boot, m->faults.boot_time);
}

/* TS 27.005 3.4.4: without +CNMA in time the unit counts as not delivered and routing stops. */
static void ack_late(evutil_socket_t fd, short what, void *arg)
{
	struct sim_modem *m = arg;

	(void)fd, (void)what;
	m->at.cnmi[SIM_CNMI_MT] = m->at.cnmi[SIM_CNMI_DS] = 0;
	if (m->unacked && m->card)
		TAILQ_INSERT_HEAD(&m->card->queue, m->unacked, next);
	m->unacked = NULL;
	if (m->card)
		sim_card_flush(m->card);
}

bool sim_modem_acknowledged(struct sim_modem *m)
{
	struct sim_mt *mt = m->unacked;

	if (!mt)
		return false;
	m->unacked = NULL;
	evtimer_del(m->ack);
	free(mt->about);
	free(mt);
	return true;
}

rc_t sim_modem_plug(struct sim_modem *m, const char *link)
{
	if (m->tty.master >= 0)
		return RC_EXISTS;
	evtimer_del(m->boot);
	if (link && (strchr(link, '/') || strlen(link) >= sizeof m->link || !*link))
		return RC_INVALID;
	if (link)
		snprintf(m->link, sizeof m->link, "%s", link);
	if (m->card)
		m->card->verified = false;
	if (sim_tty_open(m) != RC_OK)
		return RC_IO;
	sim_at_reset(m);
	sim_modem_apply(m);
	if (m->faults.boot_busy > 0)
		sim_timer_set(m->wake, m->faults.boot_busy);
	sim_journal(m->sim, SIM_PLUGGED, m, "link=%s imsi=%s", m->link,
	        m->card ? m->card->imsi : "none");
	if (m->card)
		sim_card_flush(m->card);
	return RC_OK;
}

void sim_modem_unplug(struct sim_modem *m)
{
	evtimer_del(m->boot);
	if (m->tty.master < 0)
		return;
	evtimer_del(m->timer);
	evtimer_del(m->wake);
	evtimer_del(m->ack);
	sim_send_drop(m);
	sim_call_drop(m);
	sim_tty_close(m);
	if (m->unacked && m->card)
		TAILQ_INSERT_HEAD(&m->card->queue, m->unacked, next);
	m->unacked = NULL;
	evbuffer_drain(m->held, evbuffer_get_length(m->held));
	sim_at_reset(m);
	sim_journal(m->sim, SIM_UNPLUGGED, m, "link=%s", m->link);
}

void sim_modem_reboot(struct sim_modem *m)
{
	sim_modem_unplug(m);
	sim_timer_set(m->boot, m->faults.boot_time);
}

void sim_modem_apply(struct sim_modem *m)
{
	m->me.rotate = m->faults.reuse;
	if (m->card) {
		m->card->sm.rotate = m->faults.reuse;
		if (m->card->sm.n != (size_t)m->faults.slots)
			sim_slots_resize(&m->card->sm, (size_t)m->faults.slots);
		if (m->tty.master >= 0)
			sim_card_flush(m->card);
	}
}

void sim_modem_init_events(struct sim_modem *m)
{
	struct event_base *base = m->sim->base;

	m->timer = evtimer_new(base, timer_fires, m);
	m->boot = evtimer_new(base, boot_fires, m);
	m->wake = evtimer_new(base, wake_fires, m);
	m->ack = evtimer_new(base, ack_late, m);
	sim_call_init(m);
	m->reply = evbuffer_new();
	m->urcs = evbuffer_new();
	m->held = evbuffer_new();
}
