/* Sending: the prompt, the unit, the time on the air, the answer. What decides an outcome is
 * settled when the modem has the unit, so that a log of accepted, handed and answered is exact. */
#include "sim/at.h"
#include "sim/tty.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TPDU_MIN 7

static const char prompt[] = "\r\n> ";

static struct at_result ask_unit(struct sim_modem *m, const struct at_args *a, int stat)
{
	m->at.length = sim_at_int(a, 0, -1);
	m->at.stat = stat;
	if (m->at.length < TPDU_MIN || m->at.length > TPDU_MAX)
		return AT_CMS_CODE(CMS_BAD_PDU);
	if (m->swallow) { /* a rule took the answer, so the client never sees a prompt */
		m->swallow = false;
		return AT_DONE;
	}
	m->port = SIM_PORT_PROMPT;
	sim_tty_put(m, prompt, sizeof prompt - 1);
	return AT_RESULT(AT_LATER, 0);
}

static struct at_result cmgs(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int code = 0;

	if (kind == AT_TEST)
		return AT_DONE;
	if (kind != AT_SET)
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	switch (sim_faults_catch(&m->faults, "CMGS-PROMPT", &code)) {
	case SIM_RULE_CMS:
		return AT_CMS_CODE(code);
	case SIM_RULE_CME:
		return AT_CME_CODE(code);
	case SIM_RULE_ERROR:
		return AT_REFUSED;
	case SIM_RULE_LOSE:
	case SIM_RULE_IGNORE:
		m->swallow = true;
		return AT_DONE;
	default:
		return ask_unit(m, a, -1);
	}
}

static struct at_result cmgw(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int stat = sim_at_int(a, 1, SIM_UNSENT);

	if (kind == AT_TEST)
		return AT_DONE;
	if (kind != AT_SET || stat < 0 || stat > 3)
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	return ask_unit(m, a, stat);
}

static void log_accepted(struct sim_modem *m, const struct sim_mo *mo)
{
	const struct tpdu_body *b = &mo->submit.body;
	char text[TPDU_TEXT_CAP], to[TPDU_ADDRESS_CAP];

	tpdu_text(b->unit, b->n, b->alphabet, text, sizeof text);
	tpdu_address_text(&mo->submit.to, to);
	char *line = sim_escape(text);

	sim_journal(m->sim, SIM_ACCEPTED, m,
	        "id=%" PRIu64 " imsi=%s mr=%u to=%s part=%u/%u ref=%u hash=%016" PRIx64 " text=%s",
	        mo->id, mo->from->imsi, mo->mr, to, b->total ? b->part : 1, b->total ? b->total : 1,
	        b->ref, sim_hash(text), line);
	free(line);
}

static void hand_over(struct sim_modem *m)
{
	struct sim_flight *f = &m->flight;

	f->handed = true;
	sim_journal(m->sim, SIM_HANDED, m, "id=%" PRIu64 " imsi=%s mr=%u", f->mo.id,
	        f->mo.from->imsi, f->mo.mr);
	sim_net_submit(m->sim, &f->mo);
}

static bool goes_out(const struct sim_flight *f)
{
	return f->outcome == SIM_RULE_NONE || f->outcome == SIM_RULE_LOSE;
}

static struct at_result start(struct sim_modem *m, const struct tpdu_submit *submit)
{
	struct sim_flight *f = &m->flight;

	*f = (struct sim_flight){ .active = true };
	f->mo = (struct sim_mo){ .id = ++m->sim->next_id,
		.from = m->card,
		.mr = m->card->mr++,
		.submit = *submit,
		.report = { .copies = m->faults.report,
		        .delay_ms = m->faults.report_delay,
		        .status = m->faults.report_status,
		        .no_mr = !m->faults.report_mr,
		        .national = m->faults.report_national } };
	f->outcome = sim_faults_catch(&m->faults, "CMGS", &f->code);
	if (!sim_modem_on_air(m)) {
		f->outcome = SIM_RULE_CMS;
		f->code = CMS_NO_NETWORK;
	}
	log_accepted(m, &f->mo);
	if (m->faults.hand_early && goes_out(f))
		hand_over(m);
	m->port = SIM_PORT_NETWORK;
	sim_timer_set(m->timer, m->faults.network);
	return AT_RESULT(AT_LATER, 0);
}

/* The unit in m->line with its SMSC prefix. */
static struct at_result read_unit(struct sim_modem *m, struct sim_pdu *pdu)
{
	size_t n = sim_unhex(m->line, strlen(m->line), pdu->octet, sizeof pdu->octet);
	bool over = m->line_over;

	m->line_over = false;
	if (over || n == SIZE_MAX || n == 0 || pdu->octet[0] + 1U + (size_t)m->at.length != n)
		return AT_CMS_CODE(CMS_BAD_PDU);
	if (pdu->octet[0] == 0 && !m->card->smsc[0])
		return AT_CMS_CODE(CMS_NO_SMSC);
	pdu->len = (uint16_t)n;
	pdu->length = (uint16_t)m->at.length;
	return AT_DONE;
}

static struct at_result send_unit(struct sim_modem *m, const struct sim_pdu *pdu)
{
	struct tpdu_submit submit;

	/* poison in a slot may say anything about its lengths */
	if (pdu->octet[0] + 1U + pdu->length != pdu->len ||
	        tpdu_submit_decode(pdu->octet + pdu->octet[0] + 1, pdu->length, &submit) != RC_OK)
		return AT_CMS_CODE(CMS_BAD_PDU);
	return start(m, &submit);
}

static struct at_result write_unit(struct sim_modem *m, const struct sim_pdu *pdu)
{
	size_t index =
	        sim_slots_put(m->at.mem[1], pdu, (enum sim_stat)m->at.stat, ++m->sim->next_id);

	if (index == 0)
		return AT_CMS_CODE(CMS_FULL);
	sim_journal(m->sim, SIM_STORED, m, "id=%" PRIu64 " mem=%s slot=%zu by=CMGW",
	        m->sim->next_id, m->at.mem[1]->name, index);
	sim_at_info(m, "+CMGW: %zu", index);
	return AT_DONE;
}

void sim_send_body(struct sim_modem *m)
{
	struct sim_pdu pdu = { 0 };
	struct at_result r = sim_at_sim_state(m, true);

	if (r.final == AT_OK)
		r = read_unit(m, &pdu);
	if (r.final == AT_OK)
		r = m->at.stat < 0 ? send_unit(m, &pdu) : write_unit(m, &pdu);
	if (r.final != AT_LATER)
		sim_at_finish(m, r);
}

void sim_send_cancel(struct sim_modem *m)
{
	m->line_over = false;
	sim_at_finish(m, AT_DONE);
}

static struct at_result cmss(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int index = sim_at_int(a, 0, -1);
	struct sim_slot *slot = index > 0 ? sim_slots_at(m->at.mem[1], (size_t)index) : NULL;

	if (kind == AT_TEST)
		return AT_DONE;
	if (kind != AT_SET || !slot || !slot->used)
		return AT_CMS_CODE(CMS_BAD_INDEX);
	return send_unit(m, &slot->pdu);
}

static void refuse(struct sim_modem *m)
{
	struct sim_flight *f = &m->flight;

	f->active = false;
	sim_journal(m->sim, SIM_REFUSED, m, "id=%" PRIu64 " mr=%u code=%d", f->mo.id, f->mo.mr,
	        f->code);
	switch (f->outcome) {
	case SIM_RULE_CMS:
		sim_at_finish(m, AT_CMS_CODE(f->code));
		break;
	case SIM_RULE_CME:
		sim_at_finish(m, AT_CME_CODE(f->code));
		break;
	case SIM_RULE_OK: /* says yes and does not do it */
		sim_at_finish(m, AT_DONE);
		break;
	default:
		m->swallow = f->outcome == SIM_RULE_IGNORE;
		sim_at_finish(m, AT_REFUSED);
	}
}

void sim_send_done(struct sim_modem *m)
{
	struct sim_flight *f = &m->flight;

	if (!goes_out(f)) {
		refuse(m);
		return;
	}
	if (!f->handed)
		hand_over(m);
	f->active = false;
	m->swallow = f->outcome == SIM_RULE_LOSE || m->faults.mute || !m->tty.in_use;
	sim_journal(m->sim, m->swallow ? SIM_LOST : SIM_ANSWERED, m, "id=%" PRIu64 " mr=%u",
	        f->mo.id, f->mo.mr);
	if (m->faults.cmgs_mr)
		sim_at_info(m, "+CMGS: %u", f->mo.mr);
	sim_at_finish(m, AT_DONE);
}

void sim_send_drop(struct sim_modem *m)
{
	struct sim_flight *f = &m->flight;

	if (f->active && !f->handed)
		sim_journal(m->sim, SIM_DROPPED, m, "id=%" PRIu64 " mr=%u", f->mo.id, f->mo.mr);
	else if (f->active)
		sim_journal(m->sim, SIM_LOST, m, "id=%" PRIu64 " mr=%u", f->mo.id, f->mo.mr);
	f->active = false;
}

const struct at_command sim_at_send[] = {
	{ "CMGS", cmgs, AT_SIM_CMS | AT_SENDS },
	{ "CMSS", cmss, AT_SIM_CMS | AT_SENDS | AT_STORE },
	{ "CMGW", cmgw, AT_SIM_CMS | AT_STORE },
	{ NULL, NULL, 0 },
};
