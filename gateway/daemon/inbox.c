/* Receive, store, answer, acknowledge: store changes and replies are one transaction, and the
 * worker deletes the slot only after it is on disk. A text that comes again has no effect. */
#include "inbox.h"
#include "conversation.h"
#include "suspect.h"
#include "tick.h"

#include <payung/clock.h>
#include <payung/log.h>
#include <payung/store_remind.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

struct arrived {
	int64_t line;
	int incarnation; /* of the worker that read it: only that one may delete the slot */
	union {
		struct frame_inbox inbox;
		struct frame_report report;
		struct frame_poison poison;
	};
};
struct ack {
	uint32_t seq;
	int incarnation;
};

static void send_ack(struct daemon *d, struct modem *m, void *data)
{
	const struct ack *a = data;
	struct frame f = { .type = FRAME_ACK, .ack = { a->seq } };

	(void)d;
	if (m->channel && m->restarts == a->incarnation && channel_send(m->channel, &f) != RC_OK)
		log_warn("modem=%s ack could not be given; the slot will be read again",
		        m->conf.name);
}

static void ack_after_commit(
        struct daemon *d, struct modem *m, const struct arrived *in, uint32_t seq)
{
	struct ack a = { seq, in->incarnation };

	tick_effect(d, m, send_ack, &a, sizeof a);
}

/* ---- a text ---- */

static rc_t add_part(
        struct daemon *d, const struct arrived *in, struct heard *h, struct inbox_progress *got)
{
	const struct frame_inbox *f = &in->inbox;
	struct inbox_part p = { .line = in->line,
		.scts = f->scts,
		.received_at = h->now,
		.ref = (int)f->ref,
		.total = (int)f->total,
		.part = (int)f->part,
		.text = f->text,
		.pdu = f->pdu,
		.pdu_len = f->pdu_len };

	h->kind = msisdn_sender(f->sender, f->ton == FRAME_TON_ALPHANUMERIC, h->sender);
	snprintf(p.sender, sizeof p.sender, "%s", h->sender);
	p.sender_kind = h->kind;
	return store_inbox_add(d->store, &p, got);
}

static rc_t text_run(struct daemon *d, struct modem *m, const struct arrived *in, bool answer)
{
	static struct inbox_progress got; /* large; one thread */
	char number[24];
	struct heard h = { .now = clock_now(), .line = in->line, .modem = m };
	rc_t rc = add_part(d, in, &h, &got);

	if (rc != RC_OK)
		return rc;
	ack_after_commit(d, m, in, in->inbox.seq);
	if (got.redelivered || !got.complete) {
		log_info("inbox id=%lld from=%s %s", (long long)got.inbox,
		        log_msisdn(h.sender, number),
		        got.redelivered ? "came again" : "part stored");
		return RC_OK;
	}
	h.inbox = got.inbox;
	h.text = got.text;
	return answer ? conversation_run(d, &h) : conversation_shelve(d, &h);
}

static rc_t inbox_run(struct daemon *d, struct modem *m, void *data)
{
	return text_run(d, m, data, true);
}

static rc_t shelve_run(struct daemon *d, struct modem *m, void *data)
{
	return text_run(d, m, data, false);
}

static const struct tick_input shelve_input = {
	.name = "shelve", .run = shelve_run, .size = sizeof(struct arrived)
};

/* A text our rules cannot digest is our fault: it is kept for the operator, never lost. */
static void shelve(struct daemon *d, struct modem *m, void *data)
{
	log_err("inbox: a text could not be handled; it is stored as \"refused\": payung inbox "
	        "list");
	tick_add(d, m, &shelve_input, data);
}

static const struct tick_input inbox_input = {
	.name = "inbox", .run = inbox_run, .refused = shelve, .size = sizeof(struct arrived)
};

/* ---- a delivery report ---- */

static rc_t report_run(struct daemon *d, struct modem *m, void *data)
{
	const struct arrived *in = data;
	const struct frame_report *r = &in->report;
	char number[24];
	int64_t outbox = 0;
	rc_t rc = store_report(
	        d->store, in->line, r->mr, r->recipient, (int)r->status, clock_now(), &outbox);

	if (rc == RC_NOENT) /* late after settling, or of another program on this SIM */
		log_info("report mr=%d to=%s st=%u has no text that waits for it", r->mr,
		        log_msisdn(r->recipient, number), r->status);
	else if (rc != RC_OK)
		return rc;
	else
		log_info("outbox id=%lld report st=%u", (long long)outbox, r->status);
	ack_after_commit(d, m, in, r->seq);
	return RC_OK;
}

static const struct tick_input report_input = {
	.name = "report", .run = report_run, .size = sizeof(struct arrived)
};

/* ---- a PDU that cannot be decoded ---- */

static rc_t poison_run(struct daemon *d, struct modem *m, void *data)
{
	const struct arrived *in = data;
	const struct frame_poison *p = &in->poison;
	int64_t inbox = 0;
	rc_t rc = store_inbox_poison(
	        d->store, in->line, p->pdu, p->pdu_len, p->reason, clock_now(), &inbox);

	if (rc != RC_OK)
		return rc;
	log_err("inbox id=%lld modem=%s slot=%s:%u cannot be decoded (%s); kept, see payung inbox "
	        "list",
	        (long long)inbox, m->conf.name, p->slot.mem, p->slot.index, p->reason);
	ack_after_commit(d, m, in, p->seq);
	return RC_OK;
}

static const struct tick_input poison_input = {
	.name = "poison", .run = poison_run, .size = sizeof(struct arrived)
};

/* ---- a call ---- */

/* A sign of life, as a text is, of a phone that we have something to do with. */
static rc_t call_run(struct daemon *d, struct modem *m, void *data)
{
	const struct frame_call *call = data;
	char number[MSISDN_CAP], masked[24];
	const int64_t now = clock_now();
	struct phone_row phone;
	int64_t worker = 0;

	if (msisdn_sender(call->number, false, number) != SENDER_MOBILE)
		return RC_OK;
	rc_t rc = store_phone_load(d->store, number, now, &phone);

	if (rc == RC_OK && !phone.known)
		rc = store_remind_next_of_phone(d->store, number, 0, &worker);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	log_info("modem=%s call from=%s", m->conf.name, log_msisdn(number, masked));
	phone.heard_at = now;
	return store_phone_save(d->store, &phone, now);
}

static const struct tick_input call_input = {
	.name = "call", .run = call_run, .size = sizeof(struct frame_call)
};

void inbox_on_call(struct modem *m, const struct frame_call *call)
{
	tick_add(m->d, m, &call_input, call);
}

void inbox_on_frame(struct modem *m, const struct frame *f)
{
	struct arrived in = { .line = m->line, .incarnation = m->restarts };

	if (f->type == FRAME_INBOX) {
		in.inbox = f->inbox;
		suspect_acquit(m, &f->inbox.slot);
		tick_add(m->d, m, &inbox_input, &in);
	} else if (f->type == FRAME_REPORT) {
		in.report = f->report;
		tick_add(m->d, m, &report_input, &in);
	} else {
		in.poison = f->poison;
		suspect_acquit(m, &f->poison.slot);
		tick_add(m->d, m, &poison_input, &in);
	}
}
