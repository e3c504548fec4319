/* Receiving: notifications are hints, the store of the modem is the truth. A slot is read once,
 * given to the parent, kept until the parent has it in its store, then deleted once. Wherever an
 * answer was lost the slot is read again and compared, never deleted blindly. */
#include "modem/parent.h"
#include "modem/pdu.h"
#include "modem/worker.h"

#include <payung/clock.h>
#include <stdio.h>
#include <string.h>

#define RETRY_MS 1000
#define RETRIES 5
#define BURST 4        /* so many notifications at once: some may have been lost in the modem */
#define GRACE_MS 20    /* an answer that comes with the ACK goes out before the slot is deleted */
#define RINGS_MS 10000 /* two rings of a call are not so far apart */
#define CALLS_MS 1000  /* two calls are; a line that always rings is of use all the same */
#define CMS_INVALID_INDEX 321

struct cmgr {
	bool header, damaged;
	int stat; /* 0 and 1 received, 2 and 3 our own drafts, -1 not in PDU mode */
	int length;
	size_t n;
	uint8_t pdu[FRAME_PDU_MAX];
};

static void cmgr_line(void *arg, const char *line, bool cut)
{
	struct cmgr *c = arg;

	if (strncmp(line, "+CMGR:", 6) == 0 && !c->header) {
		c->header = true;
		if (!at_number(line, 0, &c->stat))
			c->stat = -1;
		if (!at_number(line, 2, &c->length) && !at_number(line, 1, &c->length))
			c->length = -1;
		return;
	}
	if (!c->header || c->n > 0 || strspn(line, "0123456789abcdefABCDEF") < 2)
		return;
	if (!at_hex(line, c->pdu, sizeof c->pdu, &c->n) || cut)
		c->damaged = true;
}

static void give_poison(
        struct worker *w, const struct frame_slot *at, const char *reason, const struct cmgr *c)
{
	struct frame f = { .type = FRAME_POISON, .poison = { .seq = w->seq, .slot = *at } };

	snprintf(f.poison.reason, sizeof f.poison.reason, "%s", reason);
	f.poison.pdu_len = (uint32_t)c->n;
	memcpy(f.poison.pdu, c->pdu, c->n);
	parent_send(&f);
}

static void give_text(struct worker *w, const struct frame_slot *at, const struct pdu *p,
        const uint8_t *raw, size_t n)
{
	struct frame f = { .type = FRAME_INBOX,
		.inbox = { .seq = w->seq,
		        .slot = *at,
		        .ton = p->ton,
		        .scts = p->scts,
		        .scts_zone = p->zone,
		        .ref = p->ref,
		        .total = p->total,
		        .part = p->part,
		        .dcs = p->dcs,
		        .pdu_len = (uint32_t)n } };

	snprintf(f.inbox.sender, sizeof f.inbox.sender, "%s", p->address);
	for (size_t i = 0; i < sizeof p->text && p->text[i]; i++) {
		char c = p->text[i];

		/* the frame allows line breaks and tabs, no other control characters */
		f.inbox.text[i] = (unsigned char)c < 0x20 && !strchr("\n\r\t", c) ? ' ' : c;
	}
	memcpy(f.inbox.pdu, raw, n);
	parent_send(&f);
}

static void give_report(struct worker *w, const struct frame_slot *at, const struct pdu *p)
{
	struct frame f = { .type = FRAME_REPORT,
		.report = { .seq = w->seq,
		        .slot = *at,
		        .mr = p->mr,
		        .status = p->status,
		        .scts = p->scts,
		        .discharged = p->discharged } };

	snprintf(f.report.recipient, sizeof f.report.recipient, "%s", p->address);
	parent_send(&f);
}

static const char *give(struct worker *w, const struct frame_slot *at, const uint8_t *raw, size_t n)
{
	static struct pdu p;
	const char *fault = pdu_parse(raw, n, &p);

	if (fault)
		return fault;
	w->seq++;
	if (p.type == PDU_REPORT)
		give_report(w, at, &p);
	else
		give_text(w, at, &p, raw, n);
	return NULL;
}

static void take_direct(struct worker *w, const struct at_news *news)
{
	static const struct frame_slot nowhere;
	const char *fault = news->pdu_len ? give(w, &nowhere, news->pdu, news->pdu_len) : "not hex";

	if (fault)
		parent_log(LOG_LVL_WARN, "direct pdu unreadable reason=\"%s\" octets=%u", fault,
		        (unsigned)news->pdu_len);
	else
		w->direct++;
}

/* A modem tells of the caller with every ring; one call is told once. */
static void take_call(struct worker *w, const struct at_news *news)
{
	struct frame f = { .type = FRAME_CALL };
	int64_t now = clock_mono_ms();
	bool again = strcmp(w->caller, news->caller) == 0 && now - w->ring_ms < RINGS_MS;

	w->ringing = w->ringing || now - w->refused_ms >= CALLS_MS;
	w->ring_ms = now;
	if (again || now - w->call_ms < CALLS_MS)
		return;
	w->call_ms = now;
	memcpy(w->caller, news->caller, sizeof w->caller);
	memcpy(f.call.number, news->caller, sizeof f.call.number);
	parent_send(&f);
}

/* Never answered, which would cost the caller; refused, it costs nothing and the line is free. */
bool inbound_refuse_call(struct worker *w)
{
	struct at_reply r;

	if (!w->ringing)
		return false;
	w->ringing = false;
	w->refused_ms = clock_mono_ms();
	r = at_command(&w->port, "AT+CHUP", NULL, AT_USUAL_MS, NULL, NULL);
	if (r.end == AT_END_REFUSED)
		r = at_command(&w->port, "ATH", NULL, AT_USUAL_MS, NULL, NULL);
	line_check(w, &r);
	return true;
}

void inbound_news(struct worker *w)
{
	int64_t now = clock_mono_ms();
	const struct at_news *news;
	unsigned taken = 0;

	for (; at_take_news(&w->port, &news); taken++) {
		struct slot *e;

		if (news->kind == AT_CMT || news->kind == AT_CDS) {
			take_direct(w, news);
			continue;
		}
		if (news->kind == AT_CLIP) {
			take_call(w, news);
			continue;
		}
		e = slots_note(&w->slots, &news->slot, now);
		if (e)
			e->report |= news->kind == AT_CDSI;
	}
	if ((taken >= BURST || w->port.news_lost) && w->store[0] && w->scan_ms > now + RETRY_MS)
		w->scan_ms = now + RETRY_MS;
	w->port.news_lost = false;
}

/* No PDU came: is it empty, or did the read fail? */
static void read_failed(struct slot *e, const struct at_reply *r)
{
	bool empty = r->end == AT_END_OK || (r->kind == AT_CMS && r->code == CMS_INVALID_INDEX);

	if (empty && !e->report) {
		slot_free(e);
		return;
	}
	if (!slot_retry(e, clock_mono_ms() + RETRY_MS, RETRIES) && !empty)
		parent_log(LOG_LVL_WARN, "slot unreadable mem=%s index=%u code=%d", e->at.mem,
		        (unsigned)e->at.index, r->code);
}

/* Some modems cut a line short when the bus is busy: the length in the header tells. */
static bool is_short(const struct cmgr *c)
{
	return c->damaged ||
	       (c->length > 0 && (c->n == 0 || c->n < 1u + c->pdu[0] + (size_t)c->length));
}

static void take_pdu(struct worker *w, struct slot *e, const struct cmgr *c)
{
	uint64_t mark = slot_mark(c->pdu, c->n);
	const char *fault = c->damaged ? "not hex or too long" : NULL;

	if (e->state == SLOT_DOUBT && e->mark == mark && e->mark) {
		e->state = SLOT_DOOMED; /* the same one: it was acknowledged */
		e->due_ms = clock_mono_ms();
		return;
	}
	if (e->state == SLOT_PURGE)
		fault = "left unread";
	else if (!fault)
		fault = give(w, &e->at, c->pdu, c->n);
	if (fault) {
		w->seq++;
		give_poison(w, &e->at, fault, c);
	}
	slot_hold(e, w->seq, mark);
}

static struct at_reply read_slot(struct worker *w, const struct frame_slot *at, struct cmgr *c)
{
	struct at_reply r = stores_select(w, at->mem);
	char cmd[32];

	memset(c, 0, sizeof *c);
	if (r.end != AT_END_OK)
		return r;
	snprintf(cmd, sizeof cmd, "AT+CMGR=%u", (unsigned)at->index);
	return at_command(&w->port, cmd, "+CMGR:", AT_SIM_MS, cmgr_line, c);
}

bool inbound_read(struct worker *w)
{
	struct slot *e = slots_to_read(&w->slots, clock_mono_ms());
	struct frame f = { .type = FRAME_READING };
	static struct cmgr c;
	struct at_reply r;

	if (!e)
		return false;
	f.reading = e->at;
	if (e->state != SLOT_PURGE)
		parent_send(&f);
	r = read_slot(w, &e->at, &c);
	line_check(w, &r);
	if (r.end == AT_END_OK && c.header && c.stat < 0) {
		/* it forgot PDU mode: restarted by itself */
		r = at_command(&w->port, "AT+CMGF=0", NULL, AT_USUAL_MS, NULL, NULL);
		r.end = AT_END_REFUSED;
	}
	if (r.end == AT_END_OK && c.header && c.stat > 1)
		slot_free(e);
	else if (r.end != AT_END_OK || (c.n == 0 && !c.damaged))
		read_failed(e, &r);
	else if (is_short(&c) && e->tries == 0)
		slot_retry(e, clock_mono_ms(), RETRIES);
	else
		take_pdu(w, e, &c);
	return true;
}

bool inbound_delete(struct worker *w)
{
	struct slot *e = slots_to_delete(&w->slots, clock_mono_ms());
	struct frame_slot at;
	struct at_reply r;
	char cmd[32];

	if (!e)
		return false;
	at = e->at;
	r = stores_select(w, at.mem);
	inbound_news(w); /* what it told before AT+CMGD cannot be a new text in this slot */
	if (e->state != SLOT_DOOMED)
		return true;
	if (r.end == AT_END_OK) {
		snprintf(cmd, sizeof cmd, "AT+CMGD=%u", (unsigned)at.index);
		r = at_command(&w->port, cmd, NULL, AT_USUAL_MS, NULL, NULL);
	}
	if (r.end == AT_END_OK) {
		slot_free(e);
		return true;
	}
	e->state = SLOT_DOUBT;
	e->due_ms = clock_mono_ms() + (r.end == AT_END_REFUSED ? RETRY_MS : 0);
	if (++e->tries > RETRIES) {
		parent_log(LOG_LVL_ERR, "slot cannot be deleted mem=%s index=%u code=%d", at.mem,
		        (unsigned)at.index, r.code);
		slot_free(e);
	}
	line_check(w, &r);
	return true;
}

bool inbound_confirm(struct worker *w)
{
	struct at_reply r;

	if (w->confirm == 0)
		return false;
	w->confirm--;
	r = at_command(&w->port, "AT+CNMA", NULL, AT_USUAL_MS, NULL, NULL);
	line_check(w, &r);
	return true;
}

void inbound_ack(struct worker *w, uint32_t seq)
{
	if (slots_ack(&w->slots, seq, clock_mono_ms() + GRACE_MS) || w->direct == 0)
		return;
	w->direct--;
	if (w->confirms)
		w->confirm++;
}

void inbound_purge(struct worker *w, const struct frame_slot *at)
{
	if (!slots_purge(&w->slots, at, clock_mono_ms()))
		parent_log(LOG_LVL_WARN, "purge not possible: table full");
}
