/* What becomes of a unit that the network brings: a slot and +CMTI, the port as +CMT or +CDS, or
 * back to the SMSC. TS 27.005 3.4.1 and the tables of <mt> and <ds>. */
#include "sim/modem.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ACK_MS 15000

static void to_port(struct sim_modem *m, struct sim_mt *mt, const char *name)
{
	char hex[2 * SIM_PDU_MAX + 1];

	sim_hex(mt->pdu.octet, mt->pdu.len, hex);
	/* only +CMT has a place for the name of the sender in the phone book */
	sim_modem_indicate(m, "+%s: %s%u\r\n%s", name, mt->kind == SIM_MT_DELIVER ? "," : "",
	        mt->pdu.length, hex);
	sim_journal(m->sim, SIM_ROUTED, m, "id=%" PRIu64 " as=%s %s", mt->id, name, mt->about);
	if (m->at.csms != 1)
		return;
	m->unacked = sim_alloc(sizeof *m->unacked);
	*m->unacked = *mt;
	m->unacked->about = strdup(mt->about);
	sim_timer_set(m->ack, ACK_MS);
}

void sim_modem_tell_stored(struct sim_modem *m, const struct sim_slots *mem, size_t index)
{
	int mt = m->at.cnmi[SIM_CNMI_MT];

	if (mt == 0 || m->faults.send_only)
		return;
	for (int i = 0; i < m->faults.cmti; i++)
		sim_modem_indicate(m, "+CMTI: \"%s\",%zu", mem->name, index);
}

/* A full store: the SMSC is told, keeps the unit and comes back when there is room. */
static bool put(struct sim_modem *m, struct sim_slots *mem, struct sim_mt *mt, size_t *index)
{
	*index = sim_slots_put(mem, &mt->pdu, SIM_UNREAD, mt->id);
	if (*index) {
		sim_journal(m->sim, SIM_STORED, m, "id=%" PRIu64 " mem=%s slot=%zu %s", mt->id,
		        mem->name, *index, mt->about);
		return true;
	}
	if (!mt->held)
		sim_journal(m->sim, SIM_FULL, m, "id=%" PRIu64 " mem=%s", mt->id, mem->name);
	mt->held = true;
	return false;
}

static bool offer_text(struct sim_modem *m, struct sim_mt *mt)
{
	int how = m->at.cnmi[SIM_CNMI_MT];
	struct sim_slots *mem = mt->class == 2 ? &m->card->sm : m->at.mem[2];
	size_t index;

	if (mt->class != 2 && (how == 2 || (how == 3 && mt->class == 3))) {
		to_port(m, mt, "CMT");
		return true;
	}
	if (!put(m, mem, mt, &index))
		return false;
	sim_modem_tell_stored(m, mem, index);
	return true;
}

static bool offer_report(struct sim_modem *m, struct sim_mt *mt)
{
	struct sim_slots *mem = m->faults.report_store ? &m->card->sm : &m->card->sr;
	size_t index;

	switch (m->at.cnmi[SIM_CNMI_DS]) {
	case 1:
		to_port(m, mt, "CDS");
		return true;
	case 2:
		if (!put(m, mem, mt, &index))
			return false;
		sim_modem_indicate(m, "+CDSI: \"%s\",%zu", mem->name, index);
		return true;
	default:
		sim_journal(m->sim, SIM_DISCARDED, m, "id=%" PRIu64 " %s", mt->id, mt->about);
		return true;
	}
}

bool sim_modem_offer(struct sim_modem *m, struct sim_mt *mt)
{
	if (!sim_modem_on_air(m) || m->unacked)
		return false;
	return mt->kind == SIM_MT_REPORT ? offer_report(m, mt) : offer_text(m, mt);
}
