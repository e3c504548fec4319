/* The bay of modems: reading their specifications, adding, finding, SIMs changing places. */
#include "sim/call.h"
#include "sim/modem.h"
#include "sim/profile.h"
#include "sim/tty.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ME_SLOTS 23
#define SPEC_MAX 512

struct sim_modem *sim_modem_find(struct sim *s, const char *name)
{
	struct sim_modem *m;

	TAILQ_FOREACH(m, &s->modems, next)
	if (strcmp(m->name, name) == 0)
		return m;
	return NULL;
}

static bool digits(const char *s, size_t min, size_t max)
{
	size_t n = strspn(s, "0123456789");

	return s[n] == 0 && n >= min && n <= max;
}

/* 14 digits and their Luhn check digit */
static void make_imei(unsigned serial, char out[SIM_NUMBER_CAP])
{
	int sum = 0;

	snprintf(out, SIM_NUMBER_CAP, "35000000%06u", serial % 1000000);
	for (int i = 0; i < 14; i++) {
		int d = (out[i] - '0') * (i % 2 ? 2 : 1);

		sum += d > 9 ? d - 9 : d;
	}
	out[14] = (char)('0' + (10 - sum % 10) % 10);
	out[15] = 0;
}

static void take_model(struct sim_modem *m, const struct sim_profile *p)
{
	m->profile = p;
	m->faults.ds = p->ds;
	m->faults.mt = p->mt;
	m->faults.cb = p->cb;
	m->faults.me = p->me;
}

/* What a specification says about the SIM. */
struct card_spec {
	char imsi[SIM_NUMBER_CAP], number[SIM_NUMBER_CAP], pin[12], puk[12];
};

static bool card_key(struct card_spec *c, const char *key, const char *value)
{
	if (strcmp(key, "imsi") == 0 && digits(value, 14, 15))
		snprintf(c->imsi, sizeof c->imsi, "%s", value);
	else if (strcmp(key, "number") == 0 && digits(value + (*value == '+'), 3, 15))
		snprintf(c->number, sizeof c->number, "%s", value);
	else if (strcmp(key, "pin") == 0 && digits(value, 4, 8))
		snprintf(c->pin, sizeof c->pin, "%s", value);
	else if (strcmp(key, "puk") == 0 && digits(value, 8, 8))
		snprintf(c->puk, sizeof c->puk, "%s", value);
	else
		return false;
	return true;
}

/* Puts the card into the modem, out of any other. */
static void insert_card(struct sim_modem *m, const struct card_spec *spec)
{
	struct sim_card *c = sim_card_get(m->sim, spec->imsi);

	if (c->modem) {
		sim_modem_unplug(c->modem); /* its SIM is pulled */
		c->modem->card = NULL;
	}
	if (spec->number[0])
		sim_net_number(spec->number, c->number);
	if (!c->number[0]) /* the subscriber's digits of the IMSI make a number */
		snprintf(c->number, sizeof c->number, "+62811%.7s", c->imsi + strlen(c->imsi) - 7);
	if (spec->pin[0])
		snprintf(c->pin, sizeof c->pin, "%s", spec->pin);
	if (spec->puk[0])
		snprintf(c->puk, sizeof c->puk, "%s", spec->puk);
	c->modem = m;
	m->card = c;
}

/* Cuts the next key=value; false at the end. A key without value is an error: *value is NULL. */
static bool next_pair(char **rest, char **key, char **value)
{
	*key = strsep(rest, ",");
	if (!*key)
		return false;
	*value = strchr(*key, '=');
	if (*value)
		*(*value)++ = 0;
	return true;
}

rc_t sim_modem_card(struct sim_modem *m, const char *spec)
{
	char text[SPEC_MAX], *rest = text, *key, *value;
	struct card_spec c = { 0 };
	bool powered = m->tty.master >= 0, none = strcmp(spec, "none") == 0;

	if (strlen(spec) >= sizeof text)
		return RC_INVALID;
	snprintf(text, sizeof text, "%s", spec);
	while (!none && next_pair(&rest, &key, &value))
		if (!value || !card_key(&c, key, value))
			return RC_INVALID;
	if (!none && !c.imsi[0])
		return RC_INVALID;
	sim_modem_unplug(m);
	if (m->card)
		m->card->modem = NULL;
	m->card = NULL;
	if (!none) {
		insert_card(m, &c);
		m->faults.slots = (int)m->card->sm.n;
	}
	return powered ? sim_modem_plug(m, NULL) : RC_OK;
}

static bool modem_key(struct sim_modem *m, struct card_spec *c, const char *key, const char *value)
{
	const struct sim_profile *p;

	if (!value)
		return false;
	if (strcmp(key, "imei") == 0 && digits(value, 15, 15)) {
		snprintf(m->imei, sizeof m->imei, "%s", value);
		return true;
	}
	if (strcmp(key, "profile") == 0 && (p = sim_profile_find(value)) != NULL) {
		take_model(m, p);
		return true;
	}
	return card_key(c, key, value) || sim_faults_set(&m->faults, key, value) == RC_OK;
}

static struct sim_modem *modem_new(struct sim *s, const char *name)
{
	struct sim_modem *m = sim_alloc(sizeof *m);

	m->sim = s;
	snprintf(m->name, sizeof m->name, "%s", name);
	snprintf(m->link, sizeof m->link, "%s", name);
	sim_faults_init(&m->faults);
	take_model(m, sim_profile_find("generic"));
	sim_slots_init(&m->me, "ME", ME_SLOTS);
	sim_modem_init_events(m);
	sim_tty_init(m);
	TAILQ_INSERT_TAIL(&s->modems, m, next);
	return m;
}

static void modem_free(struct sim_modem *m)
{
	sim_modem_unplug(m);
	TAILQ_REMOVE(&m->sim->modems, m, next);
	if (m->card)
		m->card->modem = NULL;
	sim_tty_free(m);
	sim_faults_heal(&m->faults);
	sim_slots_free(&m->me);
	event_free(m->timer);
	event_free(m->boot);
	event_free(m->wake);
	event_free(m->ack);
	sim_call_free(m);
	evbuffer_free(m->reply);
	evbuffer_free(m->urcs);
	evbuffer_free(m->held);
	free(m);
}

static bool name_good(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return n > 0 && n < SIM_NAME_CAP && name[0] != '.';
}

rc_t sim_modem_add(struct sim *s, const char *spec, const char **why)
{
	char text[SPEC_MAX], *rest = text, *key, *value;
	unsigned serial = (unsigned)++s->next_id;
	struct card_spec c = { 0 };

	*why = "bad name";
	if (strlen(spec) >= sizeof text)
		return RC_INVALID;
	snprintf(text, sizeof text, "%s", spec);
	char *name = strsep(&rest, ",");

	if (!name_good(name))
		return RC_INVALID;
	if (sim_modem_find(s, name))
		return RC_EXISTS;
	struct sim_modem *m = modem_new(s, name);
	rc_t rc = RC_OK;

	snprintf(c.imsi, sizeof c.imsi, "51010%010u", serial);
	make_imei(serial, m->imei);
	*why = "unknown key or bad value";
	while (rc == RC_OK && next_pair(&rest, &key, &value))
		rc = modem_key(m, &c, key, value) ? RC_OK : RC_INVALID;
	if (rc == RC_OK) {
		insert_card(m, &c);
		rc = sim_modem_plug(m, NULL);
	}
	if (rc != RC_OK)
		modem_free(m);
	return rc;
}

void sim_modems_free(struct sim *s)
{
	while (TAILQ_FIRST(&s->modems))
		modem_free(TAILQ_FIRST(&s->modems));
}
