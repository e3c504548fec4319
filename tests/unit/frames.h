/* One frame of every type with every field at its longest, for the tests of the codec. */
#ifndef PAYUNG_TEST_FRAMES_H
#define PAYUNG_TEST_FRAMES_H

#include <payung/frame.h>
#include <payung/log.h>
#include <string.h>

static const enum frame_type all_types[] = { FRAME_SETUP, FRAME_SEND, FRAME_ACK, FRAME_PURGE,
	FRAME_PING, FRAME_QUIT, FRAME_READY, FRAME_STATUS, FRAME_STARTED, FRAME_SENT, FRAME_READING,
	FRAME_INBOX, FRAME_REPORT, FRAME_POISON, FRAME_PONG, FRAME_TROUBLE, FRAME_LOG, FRAME_CALL };
enum { N_TYPES = sizeof(all_types) / sizeof(all_types[0]) };

#define FILL(a, c) (memset(a, c, sizeof(a) - 1), (a)[sizeof(a) - 1] = '\0')

static void fill_slot(struct frame_slot *s)
{
	FILL(s->mem, 'Z');
	s->index = 65535;
}

static void fill_setup(struct frame_setup *s)
{
	FILL(s->device, 'd');
	FILL(s->connection, 'c');
	FILL(s->pin, '1');
	FILL(s->imei, '3');
	s->pin_ok = 1;
	s->pause = FRAME_PAUSE_FAST;
	s->send_timeout_s = 3600;
	s->scan_every_s = s->status_every_s = 86400;
}

static void fill_send(struct frame_send *s)
{
	s->id = UINT64_MAX;
	s->part = s->total = FRAME_PARTS_MAX;
	s->ref = 255;
	s->coding = FRAME_UCS2;
	s->validity_min = 635040;
	s->report = 1;
	FILL(s->msisdn, '8');
	FILL(s->text, 't');
	memcpy(s->text, "\n\r\t\xe2\x82\xac", 6);
}

static void fill_ready(struct frame_ready *r)
{
	r->version = 255;
	FILL(r->imei, '1');
	FILL(r->imsi, '2');
	FILL(r->maker, 'm');
	FILL(r->model, 'o');
	FILL(r->firmware, 'f');
	FILL(r->smsc, '+');
	r->can_receive = 1;
	r->slots = 65535;
}

static void fill_inbox(struct frame_inbox *in)
{
	in->seq = UINT32_MAX;
	fill_slot(&in->slot);
	FILL(in->sender, 's');
	in->ton = FRAME_TON_ABBREVIATED;
	in->scts = INT64_C(253402300799);
	in->scts_zone = -1440;
	in->ref = 65535;
	in->total = in->part = 255;
	in->dcs = 255;
	FILL(in->text, 'x');
	in->pdu_len = FRAME_PDU_MAX;
	memset(in->pdu, 0xff, sizeof(in->pdu));
}

static void fill_report(struct frame_report *r)
{
	r->seq = 7;
	fill_slot(&r->slot);
	r->mr = -1;
	FILL(r->recipient, '6');
	r->status = 255;
	r->scts = r->discharged = 1790000000;
}

static void fill_poison(struct frame_poison *p)
{
	p->seq = 9;
	fill_slot(&p->slot);
	FILL(p->reason, 'r');
	p->pdu_len = FRAME_PDU_MAX;
	memset(p->pdu, 0, sizeof(p->pdu));
}

static void fill_status(struct frame_status *s)
{
	s->signal_dbm = -200;
	s->registration = FRAME_REG_ROAMING;
	FILL(s->operator_name, 'o');
	s->used = s->slots = 65535;
}

static void fill_sent(struct frame_sent *s)
{
	*s = (struct frame_sent){ UINT64_MAX, FRAME_PARTS_MAX, FRAME_SENT_UNKNOWN, -1,
		FRAME_ERR_LOCAL, 65535 };
}

static void fill_simple(struct frame *f)
{
	switch (f->type) {
	case FRAME_PURGE:
	case FRAME_READING:
		fill_slot(&f->purge);
		break;
	case FRAME_STARTED:
		f->started.id = UINT64_MAX - 1;
		f->started.part = FRAME_PARTS_MAX;
		break;
	case FRAME_TROUBLE:
		f->trouble.kind = FRAME_TROUBLE_COUNT - 1;
		FILL(f->trouble.text, 't');
		break;
	case FRAME_LOG:
		f->log.level = LOG_LVL_DEBUG;
		FILL(f->log.text, 'l');
		break;
	case FRAME_CALL:
		FILL(f->call.number, '6');
		break;
	case FRAME_QUIT:
		break;
	default: /* ACK, PING, PONG: one number */
		f->ack.seq = UINT32_MAX;
	}
}

/* Every field at its longest or largest. */
static struct frame longest(enum frame_type type)
{
	struct frame f;

	memset(&f, 0, sizeof(f));
	f.type = type;
	if (type == FRAME_SETUP)
		fill_setup(&f.setup);
	else if (type == FRAME_SEND)
		fill_send(&f.send);
	else if (type == FRAME_READY)
		fill_ready(&f.ready);
	else if (type == FRAME_STATUS)
		fill_status(&f.status);
	else if (type == FRAME_SENT)
		fill_sent(&f.sent);
	else if (type == FRAME_INBOX)
		fill_inbox(&f.inbox);
	else if (type == FRAME_REPORT)
		fill_report(&f.report);
	else if (type == FRAME_POISON)
		fill_poison(&f.poison);
	else
		fill_simple(&f);
	return f;
}

#endif
