/* Sending: one segment at a time. From STARTED on it may be on the air, so every end after that is
 * said: sent, refused with the modem's own number, or unknown. */
#include "modem/gammu_edge.h"
#include "modem/gate.h"
#include "modem/note.h"
#include "modem/parent.h"
#include "modem/worker.h"

#include <payung/clock.h>
#include <string.h>

#define CMS_UNKNOWN 500 /* 27.005 3.2.5 */
#define CME_UNKNOWN 100 /* 27.007 9.2.1 */

void outbound_queue(struct worker *w, const struct frame_send *send)
{
	if (w->queued == sizeof w->queue / sizeof *w->queue)
		parent_exit(EXIT_BAD_FRAME);
	w->queue[w->queued++] = *send;
}

/* Says how the segment at the head of the queue ended and drops it. */
static void say(struct worker *w, enum frame_outcome outcome, enum frame_error error, int code)
{
	struct frame f = { .type = FRAME_SENT,
		.sent = { .id = w->queue[0].id,
		        .part = w->queue[0].part,
		        .outcome = outcome,
		        .mr = outcome == FRAME_SENT_OK ? gate_result()->mr : -1,
		        .error = error,
		        .code = code } };

	gate_down();
	w->queued--;
	memmove(w->queue, w->queue + 1, w->queued * sizeof *w->queue);
	w->sending = false;
	w->tidy = true;
	note_ended(&f.sent);
	parent_send(&f);
}

static void say_result(struct worker *w, const struct gate_result *r)
{
	bool text_mode = r->text_mode;

	switch (r->kind) {
	case AT_OK:
		say(w, FRAME_SENT_OK, FRAME_ERR_NONE, 0);
		break;
	case AT_CMS:
		say(w, FRAME_SENT_FAILED, FRAME_ERR_CMS, r->code < 0 ? CMS_UNKNOWN : r->code);
		break;
	case AT_CME:
		say(w, FRAME_SENT_FAILED, FRAME_ERR_CME, r->code < 0 ? CME_UNKNOWN : r->code);
		break;
	default:
		say(w, FRAME_SENT_FAILED, FRAME_ERR_CMS, CMS_UNKNOWN);
	}
	if (text_mode)
		parent_trouble(FRAME_TROUBLE_OTHER, "PDU mode was refused once: starting anew");
}

/* libgammu gave up before the PDU was complete, or the device did. */
static void start_failed(struct worker *w, int error)
{
	const struct gate_result r = *gate_result();

	w->port.dirty = true; /* it left edit mode with an ESC that may still be answered */
	if (r.final)
		say_result(w, &r);
	else if (r.prompted || w->port.gone)
		say(w, FRAME_SENT_UNKNOWN, FRAME_ERR_LOCAL, error);
	else
		say(w, FRAME_SENT_FAILED, FRAME_ERR_LOCAL, error);
	if (w->port.gone)
		parent_trouble(FRAME_TROUBLE_GONE, "device vanished while sending");
	if (!r.final && !at_sync(&w->port, 3, 1000))
		parent_trouble(
		        FRAME_TROUBLE_MUTE, "no answer after AT+CMGS: %s", gammu_error_text(error));
}

void outbound_start(struct worker *w)
{
	const struct frame_send *send = &w->queue[0];
	struct frame f = { .type = FRAME_STARTED, .started = { send->id, send->part } };
	int error = gammu_prepare(send, w->ready.smsc);

	gate_up(&w->port);
	if (error) {
		say(w, FRAME_SENT_FAILED, FRAME_ERR_LOCAL, error);
		return;
	}
	at_idle(&w->port);
	note_started(send);
	parent_send(&f);
	w->sending = true;
	w->send_deadline_ms = clock_mono_ms() + (int64_t)w->setup.send_timeout_s * 1000;
	error = gammu_send();
	if (error)
		start_failed(w, error);
	else if (gate_result()->final)
		say_result(w, gate_result());
}

void outbound_pump(struct worker *w)
{
	if (at_wait(&w->port, 0))
		gammu_pump();
	if (gate_result()->final) {
		say_result(w, gate_result());
		return;
	}
	if (w->port.gone) {
		say(w, FRAME_SENT_UNKNOWN, FRAME_ERR_NONE, 0);
		parent_trouble(FRAME_TROUBLE_GONE, "device vanished while sending");
	}
	if (clock_mono_ms() >= w->send_deadline_ms) {
		say(w, FRAME_SENT_UNKNOWN, FRAME_ERR_NONE, 0);
		parent_trouble(FRAME_TROUBLE_SEND_LOST, "no answer to AT+CMGS in %u s",
		        (unsigned)w->setup.send_timeout_s);
	}
}
