/* Signal, registration, operator, packet attachment, USSD: TS 27.007 sections 7 and 8.5. */
#include "sim/at.h"
#include <stdio.h>
#include <string.h>

static struct at_result csq(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	if (kind == AT_TEST)
		sim_at_info(m, "+CSQ: (0-31,99),(0-7,99)");
	else if (kind == AT_EXEC)
		sim_at_info(m, "+CSQ: %d,99", m->faults.signal);
	else
		return AT_CME_CODE(CME_BAD_PARAMETER);
	return AT_DONE;
}

/* +CREG and +CGREG: stat 0 while the SIM is not usable or the radio is off */
static struct at_result registration(struct sim_modem *m, enum at_kind kind,
        const struct at_args *a, const char *name, int *mode)
{
	int stat = sim_modem_sim_ready(m) && m->at.cfun == 1 ? m->faults.registration : 0;
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_TEST)
		sim_at_info(m, "+%s: (0-2)", name);
	else if (kind == AT_READ && *mode == 2 && (stat == 1 || stat == 5))
		sim_at_info(m, "+%s: 2,%d,\"0A2B\",\"00C3D4\"", name, stat);
	else if (kind == AT_READ)
		sim_at_info(m, "+%s: %d,%d", name, *mode, stat);
	else if (v < 0 || v > 2)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	else
		*mode = v;
	return AT_DONE;
}

static struct at_result creg(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	return registration(m, kind, a, "CREG", &m->at.creg);
}

static struct at_result cgreg(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	return registration(m, kind, a, "CGREG", &m->at.cgreg);
}

static struct at_result cgatt(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	if (kind == AT_TEST)
		sim_at_info(m, "+CGATT: (0,1)");
	else if (kind == AT_READ)
		sim_at_info(m, "+CGATT: %d", sim_modem_on_air(m));
	return AT_DONE;
}

static struct at_result cops(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	char name[4 * SIM_WORD_CAP + 1], code[32], plmn[8] = "";

	if (m->card)
		snprintf(plmn, sizeof plmn, "%.5s", m->card->imsi);
	sim_at_string(m, sim_modem_operator(m), name, sizeof name);
	sim_at_string(m, plmn, code, sizeof code);
	if (kind == AT_TEST) {
		sim_at_info(m, "+COPS: (2,\"%s\",\"%s\",\"%s\",0),,(0-4),(0-2)", name, name, code);
	} else if (kind == AT_READ && !sim_modem_on_air(m)) {
		sim_at_info(m, "+COPS: 0");
	} else if (kind == AT_READ) {
		sim_at_info(m, "+COPS: 0,%d,\"%s\"", m->at.cops_format,
		        m->at.cops_format == 2 ? code : name);
	} else {
		int mode = sim_at_int(a, 0, 0), format = sim_at_int(a, 1, m->at.cops_format);

		if (mode < 0 || mode > 4 || format < 0 || format > 2)
			return AT_CME_CODE(CME_BAD_PARAMETER);
		m->at.cops_format = format;
	}
	return AT_DONE;
}

/* The network has no USSD service: it says so, after the OK, as <m> 4. */
static struct at_result cusd(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_TEST) {
		sim_at_info(m, "+CUSD: (0-2)");
	} else if (kind == AT_READ) {
		sim_at_info(m, "+CUSD: %d", m->at.cusd);
	} else if (v < 0 || v > 2) {
		return AT_CME_CODE(CME_BAD_PARAMETER);
	} else {
		if (v < 2)
			m->at.cusd = v;
		if (a->n > 1)
			sim_modem_urc(m, "+CUSD: 4");
	}
	return AT_DONE;
}

const struct at_command sim_at_radio[] = {
	{ "CSQ", csq, 0 },
	{ "CREG", creg, 0 },
	{ "CGREG", cgreg, AT_GPRS },
	{ "CGATT", cgatt, AT_GPRS },
	{ "COPS", cops, 0 },
	{ "CUSD", cusd, AT_SIM_CME },
	{ NULL, NULL, 0 },
};
