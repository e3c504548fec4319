/* Identity, SIM lock, error format, character set, power: TS 27.007 sections 5, 7.17, 8.2 to 8.4.
 */
#include "sim/at.h"
#include <payung/clock.h>
#include <stdio.h>
#include <string.h>

#define REBOOT_DELAY_MS 20 /* lets the OK reach the client */

static struct at_result identity(struct sim_modem *m, enum at_kind kind, const char *text)
{
	if (kind == AT_TEST)
		return AT_DONE;
	if (kind != AT_EXEC)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	sim_at_info(m, "%s", text);
	return AT_DONE;
}

static struct at_result cgmi(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	return identity(m, kind, m->profile->maker);
}

static struct at_result cgmm(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	return identity(m, kind, m->profile->model);
}

static struct at_result cgmr(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	return identity(m, kind, m->profile->firmware);
}

static struct at_result cgsn(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	return identity(m, kind, m->imei);
}

static struct at_result cimi(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	return kind == AT_TEST ? AT_DONE : identity(m, kind, m->card->imsi);
}

static struct at_result cnum(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	char number[128];

	(void)a;
	if (kind != AT_EXEC)
		return AT_DONE;
	sim_at_string(m, m->card->number, number, sizeof number);
	sim_at_info(m, "+CNUM: ,\"%s\",145", number);
	return AT_DONE;
}

static struct at_result cmee(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_READ)
		sim_at_info(m, "+CMEE: %d", m->at.cmee);
	else if (kind == AT_TEST)
		sim_at_info(m, "+CMEE: (0-2)");
	else if (v < 0 || v > 2)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	else
		m->at.cmee = v;
	return AT_DONE;
}

static struct at_result cscs(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	static const char *const names[] = { "GSM", "IRA", "UCS2" };
	char out[32], plain[16];

	if (kind == AT_TEST) {
		sim_at_info(m, "+CSCS: (\"GSM\",\"IRA\",\"UCS2\")");
		return AT_DONE;
	}
	if (kind == AT_READ) {
		sim_at_string(m, names[m->at.charset], out, sizeof out);
		sim_at_info(m, "+CSCS: \"%s\"", out);
		return AT_DONE;
	}
	sim_at_unstring(m, a->n ? a->v[0] : "", plain, sizeof plain);
	for (int i = 0; i < 3; i++) {
		/* plain or in the set in force: clients differ */
		if (a->n && (strcmp(names[i], a->v[0]) == 0 || strcmp(names[i], plain) == 0)) {
			m->at.charset = (enum sim_charset)i;
			return AT_DONE;
		}
	}
	return AT_CME_CODE(CME_BAD_PARAMETER);
}

static struct at_result cfun(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 1);

	if (kind == AT_READ)
		sim_at_info(m, "+CFUN: %d", m->at.cfun);
	else if (kind == AT_TEST)
		sim_at_info(m, "+CFUN: (0,1,4),(0,1)");
	else if (v != 0 && v != 1 && v != 4)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	else if (sim_at_int(a, 1, 0) == 1)
		sim_timer_set(m->boot, REBOOT_DELAY_MS);
	else
		m->at.cfun = v;
	if (kind == AT_SET && v == 1 && m->faults.cfun_busy > 0) {
		m->at.busy_until = clock_mono_ms() + m->faults.cfun_busy;
		sim_timer_set(m->wake, m->faults.cfun_busy);
	}
	return AT_DONE;
}

static struct at_result enter_puk(struct sim_card *c, const struct at_args *a)
{
	if (c->puk_tries == 0 || a->n < 2 || strlen(a->v[1]) < 4 || strlen(a->v[1]) > 8)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	if (strcmp(a->v[0], c->puk) != 0) {
		c->puk_tries--;
		return AT_CME_CODE(CME_WRONG_PASSWORD);
	}
	snprintf(c->pin, sizeof c->pin, "%s", a->v[1]);
	c->pin_tries = 3;
	c->puk_tries = 10;
	c->verified = true;
	return AT_DONE;
}

static struct at_result enter_pin(struct sim_card *c, const struct at_args *a)
{
	if (c->pin_tries == 0)
		return enter_puk(c, a);
	if (!c->pin[0] || c->verified)
		return AT_CME_CODE(CME_NOT_ALLOWED);
	if (strcmp(a->v[0], c->pin) != 0) {
		c->pin_tries--;
		return AT_CME_CODE(c->pin_tries ? CME_WRONG_PASSWORD : CME_PUK);
	}
	c->pin_tries = 3;
	c->verified = true;
	return AT_DONE;
}

static struct at_result cpin(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	struct sim_card *c = m->card;

	if (kind == AT_TEST)
		return AT_DONE;
	if (!c)
		return AT_CME_CODE(CME_NO_SIM);
	if (clock_mono_ms() < m->at.busy_until)
		return AT_CME_CODE(CME_SIM_BUSY);
	if (kind == AT_READ) {
		sim_at_info(m, "+CPIN: %s",
		        c->pin_tries == 0           ? "SIM PUK"
		        : c->pin[0] && !c->verified ? "SIM PIN"
		                                    : "READY");
		return AT_DONE;
	}
	if (kind != AT_SET || a->n == 0)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	struct at_result r = enter_pin(c, a);

	if (r.final == AT_OK && sim_modem_on_air(m) && m->at.creg)
		sim_modem_urc(m, "+CREG: %d", m->faults.registration);
	return r;
}

static struct at_result cbc(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	if (kind == AT_TEST)
		sim_at_info(m, "+CBC: (0-3),(0-100)");
	else
		sim_at_info(m, "+CBC: 0,100");
	return AT_DONE;
}

static struct at_result cpas(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	sim_at_info(m, kind == AT_TEST ? "+CPAS: (0,3,4)" : "+CPAS: 0");
	return AT_DONE;
}

static struct at_result gcap(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	return identity(m, kind, "+GCAP: +CGSM");
}

const struct at_command sim_at_general[] = {
	{ "CGMI", cgmi, 0 },
	{ "CGMM", cgmm, 0 },
	{ "CGMR", cgmr, 0 },
	{ "CGSN", cgsn, 0 },
	{ "GMI", cgmi, 0 },
	{ "GMM", cgmm, 0 },
	{ "GMR", cgmr, 0 },
	{ "GSN", cgsn, 0 },
	{ "GCAP", gcap, 0 },
	{ "CIMI", cimi, AT_SIM_CME },
	{ "CNUM", cnum, AT_SIM_CME },
	{ "CMEE", cmee, 0 },
	{ "CSCS", cscs, 0 },
	{ "CFUN", cfun, 0 },
	{ "CPIN", cpin, 0 },
	{ "CBC", cbc, 0 },
	{ "CPAS", cpas, 0 },
	{ NULL, NULL, 0 },
};
