/* Identity comes from the SIM and the modem, never from the path: `device` may be a glob, each
 * path is tried in turn, and what READY says (IMEI, IMSI) decides which line this is. */
#include "worker.h"
#include "device.h"
#include "inbox.h"
#include "outbox.h"
#include "suspect.h"
#include "tick.h"

#include <assert.h>
#include <event2/event.h>
#include <payung/clock.h>
#include <payung/control.h>
#include <payung/log.h>
#include <payung/store_message.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEND_GRACE_S 30   /* a worker that lets its own deadline for a send pass hangs */
#define HUNG_PINGS 3      /* silent for so many of ping_s: it hangs */
#define SETTLED_MS 300000 /* up for so long: the next restart is quick again */
#define STATUS_EVERY_S 60
#define NOTES_A_MINUTE 300 /* of a worker in our log */

static void set_state(struct modem *m, enum modem_state state)
{
	m->state = state;
	m->state_since = clock_now();
	if (state == MODEM_UP)
		m->down_since_ms = 0;
	else if (!m->down_since_ms)
		m->down_since_ms = clock_mono_ms();
}

static void start_in(struct modem *m, int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	event_add(m->again, &tv);
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	worker_start(arg);
}

/* ---- frames from the worker ---- */

static bool is_sending(const struct modem *m)
{
	return m->works > 0 && m->work[0].started;
}

static void arm_deadline(struct modem *m)
{
	const struct conf_limits *l = &m->d->conf->limits;

	if (!m->channel)
		return;
	if (m->state == MODEM_STARTING)
		channel_deadline(m->channel, l->connect_timeout_s * 1000);
	else if (is_sending(m))
		channel_deadline(m->channel, (l->send_timeout_s + SEND_GRACE_S) * 1000);
	else if (m->state == MODEM_UP)
		channel_deadline(m->channel, l->ping_s * HUNG_PINGS * 1000);
}

static void send_or_die(struct modem *m, const struct frame *f)
{
	if (m->channel && channel_send(m->channel, f) != RC_OK)
		log_warn("modem=%s frame=%s could not be given", m->conf.name, frame_name(f->type));
}

/* A line is known only after its IMSI is in the store: then the modem may work. */
struct seen {
	struct frame_ready ready;
};

static void modem_is_up(struct daemon *d, struct modem *m, void *data)
{
	int64_t line = *(int64_t *)data;
	struct modem *other = daemon_modem_of_line(d, line);

	if (!m->channel || m->state == MODEM_STOPPING)
		return;
	if (other && other != m) {
		log_err("modem=%s carries the SIM that modem=%s carries; one of them shows the "
		        "wrong IMSI",
		        m->conf.name, other->conf.name);
		channel_kill(m->channel);
		return;
	}
	m->line = line;
	channel_hold(m->channel, false);
	m->send_only = !m->ready.can_receive;
	m->up_since_ms = clock_mono_ms();
	m->trouble[0] = '\0';
	set_state(m, MODEM_UP);
	outbox_load_usage(d, m);
	log_info("modem=%s line=%lld up imei=%s model=\"%s\" device=%s%s", m->conf.name,
	        (long long)line, m->ready.imei, m->ready.model, m->device,
	        m->send_only ? " send-only" : "");
	arm_deadline(m);
	outbox_ask(d, m);
}

static rc_t seen_run(struct daemon *d, struct modem *m, void *data)
{
	const struct seen *s = data;
	char key[24];
	int64_t line = 0;

	/* Without an IMSI the modem itself is the line: better than none, and stable. */
	if (s->ready.imsi[0])
		text_copy(key, sizeof key, s->ready.imsi);
	else if (s->ready.imei[0])
		snprintf(key, sizeof key, "imei%.19s", s->ready.imei);
	else
		snprintf(key, sizeof key, "name-%.18s", m->conf.name);
	rc_t rc = store_line_seen(d->store, key, m->conf.name, s->ready.imei, m->conf.number,
	        m->conf.operator_name, clock_now(), &line);

	if (rc == RC_OK)
		tick_effect(d, m, modem_is_up, &line, sizeof line);
	return rc;
}

static const struct tick_input seen_input = {
	.name = "ready", .run = seen_run, .size = sizeof(struct seen)
};

static void on_ready(struct modem *m, const struct frame *f)
{
	struct seen s = { .ready = f->ready };

	if (m->state == MODEM_UP) {
		log_err("modem=%s said READY twice; it is killed", m->conf.name);
		channel_kill(m->channel);
		return;
	}
	if (f->ready.version != FRAME_VERSION) {
		log_err("modem=%s: payung-modem is of another version; install both together",
		        m->conf.name);
		channel_kill(m->channel);
		return;
	}
	if (m->conf.imei[0] && strcmp(m->conf.imei, f->ready.imei) != 0) {
		snprintf(m->trouble, sizeof m->trouble, "another modem (IMEI %s) is at %.140s",
		        f->ready.imei, m->device);
		device_not_mine(m, m->device);
		channel_kill(m->channel);
		return;
	}
	if (strcmp(m->ready.imsi, f->ready.imsi) != 0)
		suspect_forget(m);
	m->ready = f->ready;
	channel_hold(m->channel, true); /* texts may be right behind: they need the line */
	tick_add(m->d, m, &seen_input, &s);
}

struct pin {
	char imei[24], pin[16];
};

static rc_t pin_run(struct daemon *d, struct modem *m, void *data)
{
	const struct pin *p = data;

	(void)m;
	return store_pin_refuse(d->store, p->imei, p->pin, clock_now());
}

static const struct tick_input pin_input = {
	.name = "pin", .run = pin_run, .size = sizeof(struct pin)
};

/* The PIN belongs to the modem: by its IMEI when the configuration names it, else by its name. */
static void pin_key(const struct modem *m, char out[24])
{
	text_copy(out, 24, m->conf.imei[0] ? m->conf.imei : m->conf.name);
}

/* A worker gone mad must not fill the disk with its notes. */
static bool may_note(struct modem *m)
{
	int64_t now = clock_mono_ms();

	if (now - m->notes_since_ms >= 60000) {
		if (m->notes > NOTES_A_MINUTE)
			log_warn("modem=%s notes left out=%d", m->conf.name,
			        m->notes - NOTES_A_MINUTE);
		m->notes = 0;
		m->notes_since_ms = now;
	}
	return m->notes++ < NOTES_A_MINUTE;
}

static void on_trouble(struct modem *m, const struct frame *f)
{
	bool known = m->trouble_kind == (enum frame_trouble)f->trouble.kind;

	m->trouble_kind = f->trouble.kind;
	snprintf(m->trouble, sizeof m->trouble, "%s", f->trouble.text);
	if (may_note(m))
		log_warn("modem=%s trouble=\"%s\" %s", m->conf.name,
		        frame_trouble_name(f->trouble.kind), f->trouble.text);
	if (f->trouble.kind == FRAME_TROUBLE_PIN_REFUSED && !known) {
		struct pin p = { 0 };

		pin_key(m, p.imei);
		snprintf(p.pin, sizeof p.pin, "%s", m->conf.pin);
		tick_add(m->d, m, &pin_input, &p);
	}
	if (f->trouble.kind == FRAME_TROUBLE_WRONG_MODEM)
		device_not_mine(m, m->device);
}

static void on_status(struct modem *m, const struct frame *f)
{
	m->status = f->status;
	log_debug("modem=%s signal=%d registration=%u", m->conf.name, f->status.signal_dbm,
	        f->status.registration);
}

static void on_reading(struct modem *m, const struct frame *f)
{
	m->reading = f->reading;
	m->is_reading = true;
}

static void on_frame(void *arg, const struct frame *f)
{
	struct modem *m = arg;

	m->heard_ms = clock_mono_ms();
	switch (f->type) {
	case FRAME_READY:
		on_ready(m, f);
		break;
	case FRAME_STATUS:
		on_status(m, f);
		break;
	case FRAME_STARTED:
		outbox_on_started(m, &f->started);
		break;
	case FRAME_SENT:
		outbox_on_sent(m, &f->sent);
		break;
	case FRAME_READING:
		on_reading(m, f);
		break;
	case FRAME_INBOX:
	case FRAME_REPORT:
	case FRAME_POISON:
		m->is_reading = false;
		if (m->line)
			inbox_on_frame(m, f);
		else /* before READY, or at its end: the next worker reads it again */
			channel_kill(m->channel);
		break;
	case FRAME_CALL:
		inbox_on_call(m, &f->call);
		break;
	case FRAME_PONG:
		break;
	case FRAME_TROUBLE:
		on_trouble(m, f);
		break;
	case FRAME_LOG:
		if (may_note(m))
			log_at((enum log_level)f->log.level, "modem=%s %s", m->conf.name,
			        f->log.text);
		break;
	default:
		log_err("modem=%s sent %s, which is not its to send; it is killed", m->conf.name,
		        frame_name(f->type));
		channel_kill(m->channel);
		return;
	}
	/* Starting and sending have their time once, however much the worker says meanwhile. */
	if (m->state == MODEM_UP && (f->type == FRAME_STARTED || !is_sending(m)))
		arm_deadline(m);
}

/* ---- the end of a worker ---- */

static void note_line_down(struct modem *m)
{
	struct daemon *d = m->d;
	size_t i = 0;

	if (!m->line)
		return;
	while (i < DAEMON_LAST_ALIVE && d->last_alive[i].line != m->line)
		i++;
	if (i == DAEMON_LAST_ALIVE)
		i = d->last_alive_next++ % DAEMON_LAST_ALIVE;
	d->last_alive[i].line = m->line;
	d->last_alive[i].mono_ms = clock_mono_ms();
	m->line = 0;
}

static void on_gone(void *arg, enum channel_end how, int code)
{
	struct modem *m = arg;
	struct daemon *d = m->d;
	int most = d->conf->limits.restart_max_s;

	m->channel = NULL;
	if (m->is_reading && how != CHANNEL_EXITED) /* unplugging does not speak against it */
		suspect_add(m, &m->reading);
	m->is_reading = false;
	outbox_on_gone(m);
	note_line_down(m);
	bool quick = m->up_since_ms && clock_mono_ms() - m->up_since_ms > SETTLED_MS;

	m->up_since_ms = 0;
	m->backoff_s = quick || !m->backoff_s    ? 1
	               : m->backoff_s * 2 > most ? most
	                                         : m->backoff_s * 2;
	/* nothing to try, only to look whether it changed */
	if (m->trouble_kind == FRAME_TROUBLE_PIN_REFUSED || m->trouble_kind == FRAME_TROUBLE_PUK)
		m->backoff_s = most;
	set_state(m, d->stopping || m->removed ? MODEM_STOPPING : MODEM_DOWN);
	if (m->state == MODEM_STOPPING)
		return;
	log_warn("modem=%s worker %s %d, again in %d s", m->conf.name,
	        how == CHANNEL_EXITED ? "exited"
	        : how == CHANNEL_LATE ? "killed, signal"
	                              : "died of signal",
	        code, m->backoff_s);
	start_in(m, m->backoff_s * 1000);
}

static const struct channel_ops ops = { .frame = on_frame, .gone = on_gone };

/* ---- starting ---- */

static bool give_setup(struct modem *m)
{
	struct frame f = { .type = FRAME_SETUP };
	bool refused = false;
	char key[24];

	pin_key(m, key);
	if (m->conf.pin[0] && store_pin_refused(m->d->store, key, m->conf.pin, &refused) != RC_OK)
		refused = true; /* not sure: a PIN is never tried in doubt */
	snprintf(f.setup.device, sizeof f.setup.device, "%s", m->device);
	snprintf(f.setup.connection, sizeof f.setup.connection, "%s", m->conf.connection);
	snprintf(f.setup.pin, sizeof f.setup.pin, "%s", m->conf.pin);
	snprintf(f.setup.imei, sizeof f.setup.imei, "%s", m->conf.imei);
	f.setup.pin_ok = !refused;
	f.setup.pause = m->conf.pause;
	f.setup.send_timeout_s = (uint32_t)m->d->conf->limits.send_timeout_s;
	f.setup.scan_every_s = (uint32_t)m->d->conf->limits.scan_every_s;
	f.setup.status_every_s = STATUS_EVERY_S;
	int page = flight_page(m->d->flight, m->index);
	rc_t rc = channel_send_fd(m->channel, &f, page);

	if (page >= 0)
		close(page);
	return rc == RC_OK;
}

static void purge_suspects(struct modem *m)
{
	const struct frame_slot *slot;

	for (size_t at = 0; (slot = suspect_next(m, &at));) {
		struct frame f = { .type = FRAME_PURGE, .purge = *slot };

		send_or_die(m, &f);
	}
}

void worker_start(struct modem *m)
{
	struct daemon *d = m->d;

	if (d->stopping || m->removed || m->channel)
		return;
	/* What the worker before left must be in the store first: its flight page goes now. */
	if (tick_waiting(d, m) > 0) {
		start_in(m, 100);
		return;
	}
	if (!device_find(d, m)) {
		if (m->state != MODEM_DOWN || !m->trouble[0])
			log_warn("modem=%s: no device at %s; waiting for it", m->conf.name,
			        m->conf.device);
		snprintf(m->trouble, sizeof m->trouble, "no device at %.150s", m->conf.device);
		set_state(m, MODEM_DOWN);
		start_in(m, 1000);
		return;
	}
	m->trouble_kind = FRAME_TROUBLE_OTHER;
	m->restarts++;
	memset(&m->status, 0, sizeof m->status);
	m->channel = channel_spawn(d->base, d->conf->worker, &ops, m);
	set_state(m, m->channel ? MODEM_STARTING : MODEM_DOWN);
	if (!m->channel) {
		start_in(m, d->conf->limits.restart_max_s * 1000);
		return;
	}
	arm_deadline(m);
	if (!give_setup(m)) {
		channel_kill(m->channel);
		return;
	}
	purge_suspects(m);
}

void worker_probe(struct modem *m)
{
	struct frame f = { .type = FRAME_PING };
	int64_t now = clock_mono_ms(), silent = m->d->conf->limits.ping_s * INT64_C(1000);

	if (m->state != MODEM_UP || now - m->heard_ms < silent || now - m->pinged_ms < silent)
		return;
	m->pinged_ms = now;
	send_or_die(m, &f);
}

struct modem *worker_new(struct daemon *d, const struct conf_modem *conf, size_t index)
{
	struct modem *m = calloc(1, sizeof *m);

	assert(m);
	m->d = d;
	m->conf = *conf;
	m->index = index;
	m->restarts = -1; /* the first start is none */
	m->again = event_new(d->base, -1, 0, on_again, m);
	assert(m->again);
	set_state(m, MODEM_DOWN);
	return m;
}

void worker_free(struct modem *m)
{
	event_free(m->again);
	free(m);
}

void worker_quit(struct modem *m)
{
	struct frame f = { .type = FRAME_QUIT };

	event_del(m->again);
	if (!m->channel) {
		set_state(m, MODEM_STOPPING);
		return;
	}
	set_state(m, MODEM_STOPPING);
	send_or_die(m, &f);
}

const char *worker_state_name(const struct modem *m)
{
	static const char *const names[] = {
#define X(name, word) [CONTROL_LINE_##name] = (word),
		CONTROL_LINE_STATES(X)
#undef X
	};

	switch (m->state) {
	case MODEM_STARTING:
		return names[CONTROL_LINE_STARTING];
	case MODEM_UP:
		return names[m->send_only ? CONTROL_LINE_SEND_ONLY : CONTROL_LINE_UP];
	case MODEM_STOPPING:
		return names[CONTROL_LINE_STOPPING];
	case MODEM_DOWN:
		break;
	}
	return names[CONTROL_LINE_DOWN];
}
