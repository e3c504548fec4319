/* Message stores and routing: TS 27.005 sections 3.1 to 3.4, PDU mode. */
#include "sim/at.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct sim_slots *store_of(struct sim_modem *m, const char *name, int role)
{
	char plain[8];

	sim_at_unstring(m, name, plain, sizeof plain);
	if (strcmp(plain, "SM") == 0)
		return &m->card->sm;
	if (strcmp(plain, "ME") == 0 && m->faults.me)
		return &m->me;
	if (strcmp(plain, "SR") == 0 && m->faults.ds == 2 && role == 0)
		return &m->card->sr;
	return NULL;
}

static struct at_result cpms(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	struct sim_slots **mem = m->at.mem;
	const char *me = m->faults.me ? ",\"ME\"" : "";
	size_t used[3];

	if (kind == AT_TEST) {
		sim_at_info(m, "+CPMS: (\"SM\"%s%s),(\"SM\"%s),(\"SM\"%s)", me,
		        m->faults.ds == 2 ? ",\"SR\"" : "", me, me);
		return AT_DONE;
	}
	for (size_t i = 0; i < a->n && i < 3; i++)
		if (*a->v[i] && !store_of(m, a->v[i], (int)i))
			return AT_CMS_CODE(CMS_NOT_ALLOWED);
	for (size_t i = 0; i < a->n && i < 3; i++)
		if (*a->v[i])
			mem[i] = store_of(m, a->v[i], (int)i);
	for (int i = 0; i < 3; i++)
		used[i] = sim_slots_used(mem[i]);
	if (kind == AT_READ)
		sim_at_info(m, "+CPMS: \"%s\",%zu,%zu,\"%s\",%zu,%zu,\"%s\",%zu,%zu", mem[0]->name,
		        used[0], mem[0]->n, mem[1]->name, used[1], mem[1]->n, mem[2]->name, used[2],
		        mem[2]->n);
	else if (kind == AT_SET)
		sim_at_info(m, "+CPMS: %zu,%zu,%zu,%zu,%zu,%zu", used[0], mem[0]->n, used[1],
		        mem[1]->n, used[2], mem[2]->n);
	return kind == AT_EXEC ? AT_CMS_CODE(CMS_NOT_SUPPORTED) : AT_DONE;
}

/* The simulator knows PDU mode only and says so. */
static struct at_result cmgf(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	if (kind == AT_TEST)
		sim_at_info(m, "+CMGF: (0)");
	else if (kind == AT_READ)
		sim_at_info(m, "+CMGF: 0");
	else if (sim_at_int(a, 0, 0) != 0)
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	return AT_DONE;
}

/* Reading makes an unread text a read one, whoever reads it. */
static void show_slot(struct sim_modem *m, struct sim_slot *slot, size_t index, const char *via)
{
	char hex[2 * SIM_PDU_MAX + 1];

	sim_hex(slot->pdu.octet, slot->pdu.len, hex);
	evbuffer_add_printf(m->reply, "+%s: ", via);
	if (strcmp(via, "CMGL") == 0)
		evbuffer_add_printf(m->reply, "%zu,", index);
	evbuffer_add_printf(m->reply, "%d,,%u\r\n%s\r\n", (int)slot->stat, slot->pdu.length, hex);
	sim_journal(m->sim, SIM_READ, m, "id=%" PRIu64 " mem=%s slot=%zu via=%s", slot->id,
	        m->at.mem[0]->name, index, via);
	if (slot->stat == SIM_UNREAD)
		slot->stat = SIM_READ_ALREADY;
}

static struct at_result cmgr(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int index = sim_at_int(a, 0, -1);
	struct sim_slot *slot = index > 0 ? sim_slots_at(m->at.mem[0], (size_t)index) : NULL;

	if (kind == AT_TEST)
		return AT_DONE;
	if (kind != AT_SET || !slot || !slot->used)
		return AT_CMS_CODE(CMS_BAD_INDEX);
	evbuffer_add(m->reply, "\r\n", 2);
	show_slot(m, slot, (size_t)index, "CMGR");
	return AT_DONE;
}

static struct at_result cmgl(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int stat = sim_at_int(a, 0, 0);
	bool any = false;

	if (kind == AT_TEST) {
		sim_at_info(m, "+CMGL: (0-4)");
		return AT_DONE;
	}
	if (kind == AT_READ || stat < 0 || stat > 4)
		return AT_CMS_CODE(CMS_NOT_ALLOWED);
	for (size_t i = 1; i <= m->at.mem[0]->n; i++) {
		struct sim_slot *slot = sim_slots_at(m->at.mem[0], i);

		if (!slot->used || (stat != 4 && (int)slot->stat != stat))
			continue;
		if (!any)
			evbuffer_add(m->reply, "\r\n", 2);
		any = true;
		show_slot(m, slot, i, "CMGL");
	}
	return AT_DONE;
}

static void delete_slot(struct sim_modem *m, struct sim_slot *slot, size_t index)
{
	if (!slot->used)
		return;
	slot->used = false;
	sim_journal(m->sim, SIM_DELETED, m, "id=%" PRIu64 " mem=%s slot=%zu", slot->id,
	        m->at.mem[0]->name, index);
}

static void list_used(struct sim_modem *m)
{
	const char *comma = "";

	evbuffer_add_printf(m->reply, "\r\n+CMGD: (");
	for (size_t i = 1; i <= m->at.mem[0]->n; i++) {
		if (!sim_slots_at(m->at.mem[0], i)->used)
			continue;
		evbuffer_add_printf(m->reply, "%s%zu", comma, i);
		comma = ",";
	}
	evbuffer_add_printf(m->reply, "),(0-4)\r\n");
}

static struct at_result cmgd(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int index = sim_at_int(a, 0, -1), flag = sim_at_int(a, 1, 0);

	if (kind == AT_TEST) {
		list_used(m);
		return AT_DONE;
	}
	if (kind != AT_SET || flag < 0 || flag > 4)
		return AT_CMS_CODE(CMS_NOT_ALLOWED);
	for (size_t i = 1; flag > 0 && i <= m->at.mem[0]->n; i++)
		if (sim_slots_covered(sim_slots_at(m->at.mem[0], i), flag))
			delete_slot(m, sim_slots_at(m->at.mem[0], i), i);
	if (flag > 0)
		return AT_DONE;
	struct sim_slot *slot = index > 0 ? sim_slots_at(m->at.mem[0], (size_t)index) : NULL;

	if (!slot)
		return AT_CMS_CODE(CMS_BAD_INDEX);
	delete_slot(m, slot, (size_t)index);
	return AT_DONE;
}

static struct at_result cnmi_set(struct sim_modem *m, const struct at_args *a)
{
	const int max[SIM_CNMI_N] = { 2, m->faults.mt, m->faults.cb ? 2 : 0, m->faults.ds, 1 };
	int v[SIM_CNMI_N];

	for (int i = 0; i < SIM_CNMI_N; i++) {
		v[i] = sim_at_int(a, (size_t)i, m->at.cnmi[i]);
		if (v[i] < 0 || v[i] > max[i] || (i == SIM_CNMI_BM && v[i] == 1))
			return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	}
	memcpy(m->at.cnmi, v, sizeof v);
	sim_modem_release(m);
	return AT_DONE;
}

static struct at_result cnmi(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	static const char *const upto[] = { "(0)", "(0,1)", "(0-2)", "(0-3)" };
	const int *c = m->at.cnmi;

	switch (kind) {
	case AT_TEST:
		sim_at_info(m, "+CNMI: (0-2),%s,%s,%s,(0,1)", upto[m->faults.mt],
		        m->faults.cb ? "(0,2)" : "(0)", upto[m->faults.ds]);
		return AT_DONE;
	case AT_READ:
		sim_at_info(m, "+CNMI: %d,%d,%d,%d,%d", c[0], c[1], c[2], c[3], c[4]);
		return AT_DONE;
	case AT_EXEC:
		memset(m->at.cnmi, 0, sizeof m->at.cnmi);
		return AT_DONE;
	default:
		return cnmi_set(m, a);
	}
}

static struct at_result csms(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_TEST) {
		sim_at_info(m, "+CSMS: (0,1)");
	} else if (kind == AT_READ) {
		sim_at_info(m, "+CSMS: %d,1,1,0", m->at.csms);
	} else {
		if (v != 0 && v != 1)
			return AT_CMS_CODE(CMS_NOT_SUPPORTED);
		m->at.csms = v;
		sim_at_info(m, "+CSMS: 1,1,0");
	}
	return AT_DONE;
}

static struct at_result cnma(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_TEST) {
		sim_at_info(m, "+CNMA: (0,1)");
		return AT_DONE;
	}
	if (v < 0 || v > 1)
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	return sim_modem_acknowledged(m) ? AT_DONE : AT_CMS_CODE(CMS_NO_ACK_EXPECTED);
}

static struct at_result csca(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	char number[4 * SIM_NUMBER_CAP + 1], plain[64];

	if (kind == AT_READ) {
		sim_at_string(m, m->card->smsc, number, sizeof number);
		sim_at_info(m, "+CSCA: \"%s\",%d", number, m->card->smsc[0] == '+' ? 145 : 129);
	} else if (kind == AT_SET && a->n > 0) {
		sim_at_unstring(m, a->v[0], plain, sizeof plain);
		size_t plus = plain[0] == '+', n = strlen(plain);

		if (n > 20 || strspn(plain + plus, "0123456789") != n - plus)
			return AT_CMS_CODE(CMS_BAD_PDU);
		snprintf(m->card->smsc, sizeof m->card->smsc, "%.20s", plain);
	} else if (kind != AT_TEST) {
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	}
	return AT_DONE;
}

static struct at_result cmms(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_TEST)
		sim_at_info(m, "+CMMS: (0-2)");
	else if (kind == AT_READ)
		sim_at_info(m, "+CMMS: %d", m->at.cmms);
	else if (v < 0 || v > 2)
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	else
		m->at.cmms = v;
	return AT_DONE;
}

const struct at_command sim_at_store[] = {
	{ "CPMS", cpms, AT_SIM_CMS | AT_STORE },
	{ "CMGF", cmgf, 0 },
	{ "CMGR", cmgr, AT_SIM_CMS | AT_STORE },
	{ "CMGL", cmgl, AT_SIM_CMS | AT_STORE },
	{ "CMGD", cmgd, AT_SIM_CMS | AT_STORE },
	{ "CNMI", cnmi, AT_STORE },
	{ "CSMS", csms, 0 },
	{ "CNMA", cnma, 0 },
	{ "CSCA", csca, AT_SIM_CMS },
	{ "CMMS", cmms, 0 },
	{ NULL, NULL, 0 },
};
