/* The SMSC. What a modem hands over always arrives through a timer, never inside the call, so that
 * a modem writes its answer before the text or its report can come back. */
#include "sim/network.h"
#include "sim/modem.h"
#include "sim/phone.h"
#include <inttypes.h>
#include <payung/clock.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 255
#define DEFAULT_SLOTS 20

struct sim_transit { /* a SUBMIT between modem and phone, then its report on the way back */
	TAILQ_ENTRY(sim_transit) next;
	struct sim *sim;
	struct event *ev;
	struct sim_mo mo;
	int64_t submitted;
	int status; /* -1: still on the way out */
};
struct sim_batch { /* parts of one text on the way to a SIM */
	TAILQ_ENTRY(sim_batch) next;
	struct sim *sim;
	struct event *ev;
	struct sim_card *card;
	struct sim_mt_queue units;
};

struct sim_card *sim_card_get(struct sim *s, const char *imsi)
{
	struct sim_card *c;

	TAILQ_FOREACH(c, &s->cards, next)
	if (strcmp(c->imsi, imsi) == 0)
		return c;
	c = sim_alloc(sizeof *c);
	snprintf(c->imsi, sizeof c->imsi, "%s", imsi);
	snprintf(c->puk, sizeof c->puk, "12345678");
	snprintf(c->smsc, sizeof c->smsc, "+6281100000");
	c->pin_tries = 3;
	c->puk_tries = 10;
	sim_slots_init(&c->sm, "SM", DEFAULT_SLOTS);
	sim_slots_init(&c->sr, "SR", 5);
	TAILQ_INIT(&c->queue);
	TAILQ_INSERT_TAIL(&s->cards, c, next);
	return c;
}

struct sim_card *sim_card_find(struct sim *s, const char *number_or_modem)
{
	char number[SIM_NUMBER_CAP];
	struct sim_card *c;

	sim_net_number(number_or_modem, number);
	TAILQ_FOREACH(c, &s->cards, next)
	if (strcmp(c->number, number) == 0 ||
	        (c->modem && strcmp(c->modem->name, number_or_modem) == 0))
		return c;
	return NULL;
}

static void mt_free(struct sim_mt *mt)
{
	free(mt->about);
	free(mt);
}

void sim_card_flush(struct sim_card *card)
{
	struct sim_mt *mt = TAILQ_FIRST(&card->queue);

	while (mt && card->modem) {
		struct sim_mt *after = TAILQ_NEXT(mt, next);

		if (sim_modem_offer(card->modem, mt)) {
			TAILQ_REMOVE(&card->queue, mt, next);
			mt_free(mt);
		}
		mt = after;
	}
}

size_t sim_card_waiting(const struct sim_card *card)
{
	size_t n = 0;
	struct sim_mt *mt;

	TAILQ_FOREACH(mt, &card->queue, next)
	n++;
	return n;
}

void sim_net_number(const char *in, char out[SIM_NUMBER_CAP])
{
	if (in[0] == '0' && strlen(in) >= 9)
		snprintf(out, SIM_NUMBER_CAP, "+62%.20s", in + 1);
	else if (strncmp(in, "62", 2) == 0 && strlen(in) >= 10)
		snprintf(out, SIM_NUMBER_CAP, "+%.22s", in);
	else
		snprintf(out, SIM_NUMBER_CAP, "%s", in);
}

/* A unit with the SMSC prefix of the card's network. */
static struct sim_mt *mt_new(
        const struct sim_card *c, enum sim_mt_kind kind, const uint8_t *tpdu, size_t len)
{
	struct sim_mt *mt = sim_alloc(sizeof *mt);
	size_t prefix = tpdu_smsc_encode(c->smsc, mt->pdu.octet);

	mt->kind = kind;
	mt->class = -1;
	memcpy(mt->pdu.octet + prefix, tpdu, len);
	mt->pdu.len = (uint16_t)(prefix + len);
	mt->pdu.length = (uint16_t)len;
	return mt;
}

/* The network writes some recipients in its own way. */
static void as_national(struct tpdu_address *a)
{
	char digits[TPDU_ADDRESS_CAP];

	if (a->ton != TPDU_TON_INTERNATIONAL || strncmp(a->text, "62", 2) != 0)
		return;
	snprintf(digits, sizeof digits, "%s", a->text + 2);
	memcpy(a->text, digits, sizeof digits);
	a->ton = TPDU_TON_NATIONAL;
}

static void make_report(struct sim_transit *t)
{
	struct sim *s = t->sim;
	const struct sim_mo *mo = &t->mo;
	struct tpdu_report r = { .mr = mo->report.no_mr ? 0 : mo->mr,
		.status = (uint8_t)t->status,
		.to = mo->submit.to,
		.scts = { t->submitted, s->quarters },
		.discharged = { clock_now(), s->quarters } };
	uint8_t buf[TPDU_MAX];

	if (mo->report.national)
		as_national(&r.to);
	size_t n = tpdu_report_encode(&r, buf);

	for (int i = 0; n && i < mo->report.copies; i++) {
		struct sim_mt *mt = mt_new(mo->from, SIM_MT_REPORT, buf, n);

		mt->id = mo->id;
		mt->about = sim_alloc(32);
		snprintf(mt->about, 32, "report mr=%u st=%d", r.mr, t->status);
		sim_journal(s, SIM_REPORT, mo->from->modem, "id=%" PRIu64 " imsi=%s mr=%u st=%d",
		        mo->id, mo->from->imsi, r.mr, t->status);
		TAILQ_INSERT_TAIL(&mo->from->queue, mt, next);
	}
	sim_card_flush(mo->from);
}

/* A modem's text for another SIM here. Returns false when `to` is a phone. */
static bool to_card(struct sim_transit *t, const char *to)
{
	struct sim_card *card = sim_card_find(t->sim, to);
	struct tpdu_deliver d = { .dcs = t->mo.submit.dcs,
		.pid = t->mo.submit.pid,
		.scts = { t->submitted, t->sim->quarters },
		.body = t->mo.submit.body };
	uint8_t buf[TPDU_MAX];

	if (!card || tpdu_address_parse(t->mo.from->number, &d.from) != RC_OK)
		return false;
	size_t n = tpdu_deliver_encode(&d, buf);

	if (n == 0)
		return false;
	struct sim_mt *mt = mt_new(card, SIM_MT_DELIVER, buf, n);

	mt->id = t->mo.id;
	mt->class = tpdu_dcs_class(d.dcs);
	mt->about = sim_alloc(64);
	snprintf(mt->about, 64, "from=%s", t->mo.from->number);
	TAILQ_INSERT_TAIL(&card->queue, mt, next);
	sim_card_flush(card);
	return true;
}

static void transit_free(struct sim_transit *t)
{
	TAILQ_REMOVE(&t->sim->transits, t, next);
	event_free(t->ev);
	free(t);
}

static void transit_fires(evutil_socket_t fd, short what, void *arg)
{
	struct sim_transit *t = arg;
	char to[TPDU_ADDRESS_CAP];

	(void)fd, (void)what;
	if (t->status >= 0) {
		make_report(t);
	} else {
		tpdu_address_text(&t->mo.submit.to, to);
		if (to_card(t, to))
			sim_net_report(t->sim, &t->mo, t->mo.report.status, t->submitted);
		else
			sim_phone_bring(t->sim, sim_phone_get(t->sim, to), &t->mo, t->submitted);
	}
	transit_free(t);
}

static void transit_start(
        struct sim *s, const struct sim_mo *mo, int status, int64_t submitted, int delay_ms)
{
	struct sim_transit *t = sim_alloc(sizeof *t);

	*t = (struct sim_transit){ .sim = s, .mo = *mo, .status = status, .submitted = submitted };
	TAILQ_INSERT_TAIL(&s->transits, t, next);
	t->ev = evtimer_new(s->base, transit_fires, t);
	sim_timer_set(t->ev, delay_ms);
}

void sim_net_submit(struct sim *s, const struct sim_mo *mo)
{
	transit_start(s, mo, -1, clock_now(), s->delay_ms);
}

void sim_net_report(struct sim *s, const struct sim_mo *mo, int status, int64_t submitted)
{
	if (mo->submit.report && mo->report.copies > 0)
		transit_start(s, mo, status, submitted, mo->report.delay_ms);
}

static void batch_arrives(struct sim_batch *b)
{
	TAILQ_REMOVE(&b->sim->batches, b, next);
	TAILQ_CONCAT(&b->card->queue, &b->units, next);
	sim_card_flush(b->card);
	event_free(b->ev);
	free(b);
}

static void batch_fires(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	batch_arrives(arg);
}

static bool sender_address(const struct sim_sms *m, struct tpdu_address *a)
{
	if (tpdu_address_parse(m->from, a) != RC_OK)
		return false;
	if (m->national)
		as_national(a);
	if (m->ton >= 0)
		a->ton = (uint8_t)m->ton;
	return true;
}

static char *about_part(const struct sim_sms *m, const struct tpdu_body *b)
{
	char text[TPDU_TEXT_CAP], *out = NULL;

	tpdu_text(b->unit, b->n, b->alphabet, text, sizeof text);
	char *line = sim_escape(text);

	if (asprintf(&out, "from=%s part=%u/%u ref=%u hash=%016" PRIx64 " text=%s", m->from,
	            b->total ? b->part : 1, b->total ? b->total : 1, b->ref, sim_hash(text),
	            line) < 0)
		abort();
	free(line);
	return out;
}

static void add_part(struct sim *s, struct sim_batch *b, const struct sim_sms *m,
        const struct tpdu_address *from, const struct tpdu_body *body)
{
	uint8_t buf[TPDU_MAX];
	struct tpdu_deliver d = { .dcs = body->alphabet == TPDU_UCS2 ? 0x08 : 0x00,
		.from = *from,
		.scts = { m->scts ? m->scts : clock_now(), s->quarters },
		.body = *body };

	if (m->class >= 0)
		d.dcs = (uint8_t)(d.dcs | 0x10 | m->class);
	size_t n = tpdu_deliver_encode(&d, buf);

	if (n == 0)
		return;
	struct sim_mt *mt = mt_new(b->card, SIM_MT_DELIVER, buf, n);

	mt->id = ++s->next_id;
	mt->class = m->class;
	mt->about = about_part(m, body);
	sim_journal(s, SIM_SUBMITTED, NULL, "id=%" PRIu64 " imsi=%s %s", mt->id, b->card->imsi,
	        mt->about);
	TAILQ_INSERT_TAIL(&b->units, mt, next);
}

/* Adds the parts that the list names; false when one does not exist. */
static bool add_listed(struct sim *s, struct sim_batch *b, const struct sim_sms *m,
        const struct tpdu_address *from, const struct tpdu_body *body, size_t n)
{
	for (const char *p = m->parts; *p; p += *p == ',') {
		char *end;
		unsigned long k = strtoul(p, &end, 10);

		if (end == p || k == 0 || k > n || (*end && *end != ','))
			return false;
		add_part(s, b, m, from, &body[k - 1]);
		p = end;
	}
	return true;
}

rc_t sim_net_sms(struct sim *s, const struct sim_sms *sms, const char **why)
{
	struct sim_card *card = sim_card_find(s, sms->to);
	struct tpdu_address from;
	struct tpdu_split_how how = sms->how;

	if (!card)
		return RC_NOENT;
	*why = "bad sender";
	if (!sender_address(sms, &from))
		return RC_INVALID;
	struct tpdu_body *body = sim_alloc(PARTS_MAX * sizeof *body);
	struct sim_batch *b = sim_alloc(sizeof *b);

	if (!sms->has_ref)
		how.ref = (uint16_t)(s->next_id % (how.wide_ref ? 65536 : 256));
	*b = (struct sim_batch){ .sim = s, .card = card };
	b->ev = evtimer_new(s->base, batch_fires, b);
	TAILQ_INIT(&b->units);
	TAILQ_INSERT_TAIL(&s->batches, b, next);
	size_t n = tpdu_split(sms->text, how, body, PARTS_MAX);
	bool good = n > 0;

	for (size_t i = 0; !sms->parts && i < n; i++)
		add_part(s, b, sms, &from, &body[i]);
	if (n && sms->parts)
		good = add_listed(s, b, sms, &from, body, n);
	*why = n ? "no such part (those before it are sent)" : "the text is not UTF-8 or too long";
	if (s->delay_ms > 0)
		sim_timer_set(b->ev, s->delay_ms);
	else
		batch_arrives(b);
	free(body);
	return good ? RC_OK : RC_INVALID;
}

void sim_net_free(struct sim *s)
{
	struct sim_transit *t;
	struct sim_batch *b;
	struct sim_card *c;

	while ((t = TAILQ_FIRST(&s->transits)))
		transit_free(t);
	while ((b = TAILQ_FIRST(&s->batches)))
		batch_arrives(b); /* no card is in a modem any more: it only joins the queue */

	while ((c = TAILQ_FIRST(&s->cards))) {
		struct sim_mt *mt;

		while ((mt = TAILQ_FIRST(&c->queue))) {
			TAILQ_REMOVE(&c->queue, mt, next);
			mt_free(mt);
		}
		TAILQ_REMOVE(&s->cards, c, next);
		sim_slots_free(&c->sm);
		sim_slots_free(&c->sr);
		free(c);
	}
}
