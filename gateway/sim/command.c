/* Control commands about phones, texts and the world. */
#include "sim/command.h"
#include "sim/modem.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *sim_word(char **rest)
{
	char *p = *rest + strspn(*rest, " ");
	char stop = ' ';

	if (!*p)
		return NULL;
	if (*p == '"') {
		stop = '"';
		p++;
	}
	char *end = strchrnul(p, stop);

	*rest = *end ? end + 1 : end;
	*end = 0;
	return p;
}

static bool number(const char *s, int64_t min, int64_t max, int64_t *out)
{
	char *end;

	if (!s || !*s)
		return false;
	*out = strtoll(s, &end, 10);
	return *end == 0 && *out >= min && *out <= max;
}

/* One --option of `sms`; false when unknown or out of range. */
static bool sms_option(struct sim_sms *m, const char *o)
{
	int64_t v;

	if (strcmp(o, "--national") == 0)
		return m->national = true;
	if (strcmp(o, "--wide") == 0)
		return m->how.wide_ref = true;
	if (strcmp(o, "--ucs2") == 0)
		return m->how.ucs2 = true;
	if (strncmp(o, "--parts=", 8) == 0) {
		m->parts = o + 8;
		return true;
	}
	if (strncmp(o, "--ref=", 6) == 0 && number(o + 6, 0, 65535, &v)) {
		m->how.ref = (uint16_t)v;
		return m->has_ref = true;
	}
	if (strncmp(o, "--ton=", 6) == 0 && number(o + 6, 0, 7, &v)) {
		m->ton = (int)v;
		return true;
	}
	if (strncmp(o, "--class=", 8) == 0 && number(o + 8, 0, 3, &v)) {
		m->class = (int)v;
		return true;
	}
	return strncmp(o, "--scts=", 7) == 0 && number(o + 7, 1, INT64_C(4000000000), &m->scts);
}

static enum sim_done sms(struct sim_session *c, char *rest)
{
	struct sim_sms m = { .ton = -1, .class = -1 };
	const char *why = "";

	m.from = sim_word(&rest);
	m.to = sim_word(&rest);
	if (!m.from || !m.to)
		return sim_fail(c, "sender and recipient are needed");
	for (;;) {
		rest += strspn(rest, " ");
		if (strncmp(rest, "--", 2) != 0)
			break;
		char *o = sim_word(&rest);

		if (strcmp(o, "--") == 0)
			break;
		if (!sms_option(&m, o))
			return sim_fail(c, "bad option %s", o);
	}
	sim_unescape(rest);
	m.text = rest;
	switch (sim_net_sms(c->sim, &m, &why)) {
	case RC_OK:
		return SIM_DONE;
	case RC_NOENT:
		return sim_fail(c, "no SIM has the number %s", m.to);
	default:
		return sim_fail(c, "%s", why);
	}
}

static enum sim_done inbox(struct sim_session *c, char *rest)
{
	char *who = sim_word(&rest), *since = sim_word(&rest), *n = sim_word(&rest);
	int64_t from = 1;

	if (!who || (since && (strcmp(since, "since") != 0 || !number(n, 1, INT64_MAX, &from))))
		return sim_fail(c, "usage: inbox PHONE [since N]");
	const struct sim_phone *p = sim_phone_get(c->sim, who);

	for (size_t i = (size_t)from - 1; i < p->n; i++) {
		char *line = sim_phone_line(p, i);

		sim_say(c, "%s", line);
		free(line);
	}
	return SIM_DONE;
}

static enum sim_done watch(struct sim_session *c, char *rest)
{
	char *who = sim_word(&rest);

	if (!who || !c->bev)
		return sim_fail(c, "usage: watch PHONE (not in scripts)");
	c->watch = sim_phone_get(c->sim, who);
	return SIM_DONE;
}

static enum sim_done expect(struct sim_session *c, char *rest)
{
	char *who = sim_word(&rest), *seconds = sim_word(&rest);
	int64_t s;

	if (!who || !number(seconds, 0, 86400, &s))
		return sim_fail(c, "usage: expect PHONE SECONDS TEXT");
	sim_unescape(rest);
	c->wait.kind = SIM_WAIT_TEXT;
	c->wait.phone = sim_phone_get(c->sim, who);
	c->wait.part = strdup(rest);
	event_active(c->sim->recheck, 0, 0);
	return sim_wait_start(c, s * 1000);
}

static enum sim_done await(struct sim_session *c, char *rest)
{
	char *what = sim_word(&rest), *count = "0", *seconds, *modem;
	int64_t n, s;
	bool empty = what && strcmp(what, "empty") == 0;

	if (what && !empty)
		count = sim_word(&rest);
	seconds = sim_word(&rest);
	modem = sim_word(&rest);
	enum sim_event e = what ? sim_event_of(what) : SIM_EVENTS;

	if ((e == SIM_EVENTS && !empty) || !number(count, 0, INT64_MAX, &n) ||
	        !number(seconds, 0, 86400, &s) || (empty && !modem))
		return sim_fail(
		        c, "usage: await EVENT COUNT SECONDS [NAME], await empty SECONDS NAME");
	if (modem && !sim_modem_find(c->sim, modem))
		return sim_fail(c, "no modem %s", modem);
	c->wait.kind = empty ? SIM_WAIT_EMPTY : SIM_WAIT_COUNT;
	c->wait.event = e;
	c->wait.count = (uint64_t)n;
	snprintf(c->wait.modem, sizeof c->wait.modem, "%s", modem ? modem : "");
	event_active(c->sim->recheck, 0, 0);
	return sim_wait_start(c, s * 1000);
}

static enum sim_done sleep_ms(struct sim_session *c, char *rest)
{
	int64_t ms;

	if (!number(sim_word(&rest), 0, 86400000, &ms))
		return sim_fail(c, "usage: sleep MS");
	c->wait.kind = SIM_WAIT_SLEEP;
	return sim_wait_start(c, ms);
}

static bool text_there(struct sim_session *c)
{
	struct sim_phone *p = c->wait.phone;

	for (size_t i = p->expected; i < p->n; i++) {
		if (!strstr(p->text[i].text, c->wait.part))
			continue;
		char *line = sim_phone_line(p, i);

		p->expected = i + 1;
		sim_say(c, "%s", line);
		free(line);
		return true;
	}
	return false;
}

bool sim_wait_fulfilled(struct sim_session *c)
{
	struct sim_wait *w = &c->wait;
	struct sim_modem *m = sim_modem_find(c->sim, w->modem);

	switch (w->kind) {
	case SIM_WAIT_TEXT:
		return text_there(c);
	case SIM_WAIT_COUNT:
		return (m ? m->count : c->sim->count)[w->event] >= w->count;
	case SIM_WAIT_EMPTY:
		return m && sim_slots_used(&m->me) == 0 &&
		       (!m->card || (sim_slots_used(&m->card->sm) == 0 &&
		                            sim_slots_used(&m->card->sr) == 0 &&
		                            sim_card_waiting(m->card) == 0));
	default:
		return false;
	}
}

static enum sim_done phone(struct sim_session *c, char *rest)
{
	char *who = sim_word(&rest), *state = sim_word(&rest);

	if (!who || !state || (strcmp(state, "on") != 0 && strcmp(state, "off") != 0))
		return sim_fail(c, "usage: phone PHONE on|off");
	sim_phone_switch(c->sim, sim_phone_get(c->sim, who), strcmp(state, "off") == 0);
	return SIM_DONE;
}

static enum sim_done set(struct sim_session *c, char *rest)
{
	char *key = sim_word(&rest), *value = sim_word(&rest);
	int64_t v;

	if (key && strcmp(key, "delay") == 0 && number(value, 0, 3600000, &v))
		c->sim->delay_ms = (int)v;
	else if (key && strcmp(key, "seed") == 0 && number(value, 1, INT64_MAX, &v))
		c->sim->rng = (uint64_t)v;
	else if (key && strcmp(key, "zone") == 0 && number(value, -48, 56, &v))
		c->sim->quarters = (int)v;
	else
		return sim_fail(c, "usage: set delay MS | seed N | zone QUARTERS");
	return SIM_DONE;
}

static enum sim_done counts(struct sim_session *c, char *rest)
{
	char *name = sim_word(&rest);
	const struct sim_modem *m = name ? sim_modem_find(c->sim, name) : NULL;

	if (name && !m)
		return sim_fail(c, "no modem %s", name);
	for (int e = 0; e < SIM_EVENTS; e++)
		sim_say(c, "%s %" PRIu64, sim_event_name((enum sim_event)e),
		        (m ? m->count : c->sim->count)[e]);
	return SIM_DONE;
}

static enum sim_done echo(struct sim_session *c, char *rest)
{
	sim_say(c, "%s", rest + strspn(rest, " "));
	return SIM_DONE;
}

static enum sim_done quit(struct sim_session *c, char *rest)
{
	(void)rest;
	event_base_loopexit(c->sim->base, NULL);
	return SIM_DONE;
}

static enum sim_done help(struct sim_session *c, char *rest)
{
	const struct sim_command_row *const tables[] = { sim_phone_commands, sim_modem_commands };

	(void)rest;
	for (int t = 0; t < 2; t++)
		for (const struct sim_command_row *r = tables[t]; r->name; r++)
			sim_say(c, "%s %s", r->name, r->usage);
	return SIM_DONE;
}

const struct sim_command_row sim_phone_commands[] = {
	{ "sms", sms, "FROM TO [--option]... TEXT" },
	{ "inbox", inbox, "PHONE [since N]" },
	{ "watch", watch, "PHONE" },
	{ "expect", expect, "PHONE SECONDS TEXT" },
	{ "await", await, "EVENT COUNT SECONDS [NAME] | empty SECONDS NAME" },
	{ "phone", phone, "PHONE on|off" },
	{ "set", set, "delay MS | seed N | zone QUARTERS" },
	{ "counts", counts, "[NAME]" },
	{ "sleep", sleep_ms, "MS" },
	{ "echo", echo, "TEXT" },
	{ "help", help, "" },
	{ "quit", quit, "" },
	{ NULL, NULL, NULL },
};

enum sim_done sim_command(struct sim_session *c, char *line, bool *silent)
{
	const struct sim_command_row *const tables[] = { sim_phone_commands, sim_modem_commands };
	char *rest = line, *name = sim_word(&rest);

	if (!name || *name == '#') {
		*silent = true;
		return SIM_DONE;
	}
	for (int t = 0; t < 2; t++)
		for (const struct sim_command_row *r = tables[t]; r->name; r++)
			if (strcmp(r->name, name) == 0)
				return r->run(c, rest);
	return sim_fail(c, "no command %s; try help", name);
}
