/* Control commands about modems, their SIMs and their faults. */
#include "sim/call.h"
#include "sim/command.h"
#include "sim/modem.h"
#include "sim/tty.h"
#include <inttypes.h>
#include <payung/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sim_modem *named(struct sim_session *c, char **rest)
{
	char *name = sim_word(rest);
	struct sim_modem *m = name ? sim_modem_find(c->sim, name) : NULL;

	if (!m)
		sim_fail(c, "no modem %s", name ? name : "named");
	return m;
}

static enum sim_done result(struct sim_session *c, rc_t rc)
{
	return rc == RC_OK ? SIM_DONE : sim_fail(c, "%s", rc_text(rc));
}

static enum sim_done modem_add(struct sim_session *c, char *rest)
{
	char *spec = sim_word(&rest);
	const char *why = "usage: modem add SPEC";
	rc_t rc = spec ? sim_modem_add(c->sim, spec, &why) : RC_INVALID;

	return rc == RC_INVALID ? sim_fail(c, "%s", why) : result(c, rc);
}

static enum sim_done modem_list(struct sim_session *c, char *rest)
{
	struct sim_modem *m;

	(void)rest;
	TAILQ_FOREACH(m, &c->sim->modems, next)
	sim_say(c,
	        "%s link=%s %s imei=%s imsi=%s number=%s profile=%s clients=%d used=%zu slots=%d "
	        "waiting=%zu",
	        m->name, m->link, m->tty.master >= 0 ? "plugged" : "unplugged", m->imei,
	        m->card ? m->card->imsi : "none", m->card ? m->card->number : "none",
	        m->profile->name, m->tty.in_use, m->card ? sim_slots_used(&m->card->sm) : 0,
	        m->faults.slots, m->card ? sim_card_waiting(m->card) : 0);
	return SIM_DONE;
}

static enum sim_done modem_set(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);
	char *key, *value;

	if (!m)
		return SIM_FAILED;
	int before = m->faults.registration;

	while ((key = sim_word(&rest)) != NULL) {
		value = sim_word(&rest);
		rc_t rc = value ? sim_faults_set(&m->faults, key, value) : RC_INVALID;

		if (rc != RC_OK)
			return sim_fail(
			        c, rc == RC_NOENT ? "no setting %s" : "bad value of %s", key);
	}
	if (before != m->faults.registration && m->at.creg)
		sim_modem_urc(m, "+CREG: %d", m->faults.registration);
	sim_modem_apply(m);
	return SIM_DONE;
}

static enum sim_done modem_show(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	struct evbuffer *out = evbuffer_new();
	char *line;

	sim_faults_show(&m->faults, out);
	while ((line = evbuffer_readln(out, NULL, EVBUFFER_EOL_LF)) != NULL) {
		sim_say(c, "%s", line);
		free(line);
	}
	evbuffer_free(out);
	return SIM_DONE;
}

static enum sim_done modem_fail(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	char *command = sim_word(&rest), *what = sim_word(&rest), *word;
	int next = 0, every = 1;

	while ((word = sim_word(&rest)) != NULL)
		if (sscanf(word, "next=%d", &next) != 1 && sscanf(word, "every=%d", &every) != 1)
			return sim_fail(c, "bad option %s", word);
	if (!what || sim_faults_rule(&m->faults, command, what, next, every) != RC_OK)
		return sim_fail(c, "usage: modem fail NAME COMMAND "
		                   "cms=N|cme=N|error|ok|lose|ignore [next=K] [every=K]");
	return SIM_DONE;
}

static enum sim_done modem_heal(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	sim_faults_heal(&m->faults);
	sim_modem_apply(m);
	return SIM_DONE;
}

static enum sim_done modem_busy(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	int ms = atoi(rest);

	if (ms < 0 || ms > 3600000)
		return sim_fail(c, "usage: modem busy NAME MS");
	m->at.busy_until = clock_mono_ms() + ms;
	sim_timer_set(m->wake, ms);
	return SIM_DONE;
}

static enum sim_done modem(struct sim_session *c, char *rest)
{
	static const struct sim_command_row verbs[] = {
		{ "add", modem_add, NULL },
		{ "list", modem_list, NULL },
		{ "set", modem_set, NULL },
		{ "show", modem_show, NULL },
		{ "fail", modem_fail, NULL },
		{ "heal", modem_heal, NULL },
		{ "busy", modem_busy, NULL },
	};
	char *verb = sim_word(&rest);

	for (size_t i = 0; verb && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, verb) == 0)
			return verbs[i].run(c, rest);
	return sim_fail(c, "usage: modem add|list|set|show|fail|heal|busy ...");
}

static enum sim_done unplug(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	sim_modem_unplug(m);
	return SIM_DONE;
}

static enum sim_done plug(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	char *as = sim_word(&rest), *link = sim_word(&rest);

	if (as && (strcmp(as, "as") != 0 || !link))
		return sim_fail(c, "usage: plug NAME [as LINK]");
	return result(c, sim_modem_plug(m, link));
}

static enum sim_done sim_card(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	char *spec = sim_word(&rest);

	return result(c, spec ? sim_modem_card(m, spec) : RC_INVALID);
}

static enum sim_done reboot(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	sim_modem_reboot(m);
	return SIM_DONE;
}

/* A status report far longer than the specification allows, straight to the port. */
static enum sim_done poison_cds(struct sim_modem *m)
{
	char hex[641];

	memset(hex, '0', 640);
	hex[640] = 0;
	sim_modem_urc(m, "+CDS: 319\r\n%s", hex);
	return SIM_DONE;
}

static enum sim_done poison(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	char *kind = sim_word(&rest), *hex = sim_word(&rest);
	struct sim_pdu pdu = { 0 };

	if (!kind || !m->card)
		return sim_fail(c, "a kind and a SIM are needed");
	if (strcmp(kind, "cds600") == 0)
		return poison_cds(m);
	bool raw = strcmp(kind, "raw") == 0;
	rc_t rc = raw ? sim_poison_raw(hex ? hex : "", &pdu) : sim_poison(kind, &pdu);

	if (rc != RC_OK)
		return sim_fail(c, "kinds: dcs20 udl smsc udhl ton mti cds600, raw HEX");
	struct sim_slots *mem = m->tty.master >= 0 ? m->at.mem[2] : &m->card->sm;
	size_t index = sim_slots_put(mem, &pdu, SIM_UNREAD, ++c->sim->next_id);

	if (index == 0)
		return sim_fail(c, "no slot is free");
	sim_journal(c->sim, SIM_STORED, m, "id=%" PRIu64 " mem=%s slot=%zu poison=%s",
	        c->sim->next_id, mem->name, index, kind);
	if (m->tty.master >= 0)
		sim_modem_tell_stored(m, mem, index);
	sim_say(c, "%s %zu", mem->name, index);
	return SIM_DONE;
}

static void show_store(struct sim_session *c, struct sim_slots *mem)
{
	static const char *const stats[] = { "unread", "read", "unsent", "sent" };
	char hex[2 * SIM_PDU_MAX + 1];

	for (size_t i = 1; i <= mem->n; i++) {
		const struct sim_slot *slot = sim_slots_at(mem, i);

		if (!slot->used)
			continue;
		sim_hex(slot->pdu.octet, slot->pdu.len, hex);
		sim_say(c, "%s %zu %s id=%" PRIu64 " %s", mem->name, i, stats[slot->stat], slot->id,
		        hex);
	}
}

static enum sim_done store(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	if (m->card) {
		show_store(c, &m->card->sm);
		show_store(c, &m->card->sr);
	}
	show_store(c, &m->me);
	return SIM_DONE;
}

static enum sim_done flight(struct sim_session *c, char *rest)
{
	struct sim_modem *m;

	(void)rest;
	TAILQ_FOREACH(m, &c->sim->modems, next)
	{
		const struct sim_mo *mo = &m->flight.mo;
		char text[TPDU_TEXT_CAP], to[TPDU_ADDRESS_CAP];

		if (!m->flight.active)
			continue;
		tpdu_text(mo->submit.body.unit, mo->submit.body.n, mo->submit.body.alphabet, text,
		        sizeof text);
		tpdu_address_text(&mo->submit.to, to);
		char *line = sim_escape(text);

		sim_say(c, "%s id=%" PRIu64 " mr=%u to=%s handed=%d text=%s", m->name, mo->id,
		        mo->mr, to, m->flight.handed, line);
		free(line);
	}
	return SIM_DONE;
}

static enum sim_done call(struct sim_session *c, char *rest)
{
	char *from = sim_word(&rest), *to = sim_word(&rest), *times = sim_word(&rest);
	struct sim_card *card = to ? sim_card_find(c->sim, to) : NULL;
	int rings = times ? atoi(times) : 8;

	if (!from || !to || rings < 1 || rings > 1000)
		return sim_fail(c, "usage: call FROM TO [RINGS]");
	switch (card && card->modem ? sim_call(card->modem, from, rings) : RC_NOENT) {
	case RC_OK:
		return SIM_DONE;
	case RC_EXISTS:
		return sim_fail(c, "%s is busy", to);
	case RC_NOENT:
		return sim_fail(c, "%s cannot be reached", to);
	default:
		return sim_fail(c, "bad number %s", from);
	}
}

/* Raw bytes towards the client: noise, or any line a test wants to see survived. */
static enum sim_done say(struct sim_session *c, char *rest)
{
	struct sim_modem *m = named(c, &rest);

	if (!m)
		return SIM_FAILED;
	sim_unescape(rest);
	sim_tty_put(m, rest, strlen(rest));
	return SIM_DONE;
}

const struct sim_command_row sim_modem_commands[] = {
	{ "modem", modem,
	        "add SPEC | list | set NAME KEY VALUE... | show NAME | fail NAME COMMAND WHAT "
	        "[next=K] [every=K] | heal NAME | busy NAME MS" },
	{ "unplug", unplug, "NAME" },
	{ "plug", plug, "NAME [as LINK]" },
	{ "sim", sim_card, "NAME imsi=..[,number=..][,pin=..] | NAME none" },
	{ "reboot", reboot, "NAME" },
	{ "poison", poison, "NAME KIND | NAME raw HEX" },
	{ "call", call, "FROM TO [RINGS]" },
	{ "store", store, "NAME" },
	{ "flight", flight, "" },
	{ "say", say, "NAME BYTES" },
	{ NULL, NULL, NULL },
};
