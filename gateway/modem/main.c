/* payung-modem: one SIM. A single thread waits for the device and the parent; it holds nothing a
 * restart needs. In each turn: what the parent says, what the modem says, then one step of work,
 * inbound before outbound. */
#include "modem/parent.h"
#include "modem/worker.h"

#include <payung/clock.h>
#include <payung/process.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static void take_frame(struct worker *w, const struct frame *f)
{
	struct frame pong = { .type = FRAME_PONG };

	switch (f->type) {
	case FRAME_SEND:
		outbound_queue(w, &f->send);
		break;
	case FRAME_ACK:
		inbound_ack(w, f->ack.seq);
		break;
	case FRAME_PURGE:
		inbound_purge(w, &f->purge);
		break;
	case FRAME_PING:
		pong.pong = f->ping;
		parent_send(&pong);
		break;
	case FRAME_QUIT:
		w->quit = true;
		break;
	default:
		parent_exit(EXIT_BAD_FRAME);
	}
}

static void take_frames(struct worker *w)
{
	struct frame f;

	while (parent_receive(&f))
		take_frame(w, &f);
}

/* One step. After a segment went out, deletions and reads come before the next; otherwise a waiting
 * segment goes before deletions, so that an answer does not wait for housekeeping. False: nothing
 * to do now. */
static bool step(struct worker *w)
{
	int64_t now = clock_mono_ms();

	if (inbound_refuse_call(w))
		return true;
	if (w->tidy && (inbound_delete(w) || inbound_confirm(w)))
		return true;
	if (inbound_read(w))
		return true;
	w->tidy = false;
	if (w->scan_ms <= now) {
		stores_scan(w);
		return true;
	}
	if (w->queued > 0) {
		outbound_start(w);
		return true;
	}
	if (inbound_delete(w) || inbound_confirm(w))
		return true;
	if (w->status_ms <= now) {
		status_send(w);
		w->status_ms = w->setup.status_every_s
		                       ? clock_mono_ms() + (int64_t)w->setup.status_every_s * 1000
		                       : INT64_MAX;
		return true;
	}
	return false;
}

static int wait_ms(const struct worker *w)
{
	int64_t next = w->send_deadline_ms, left;

	if (!w->sending && w->port.rx_at < w->port.rx_n)
		return 0; /* what came glued to the answer of AT+CMGS */
	if (!w->sending) {
		next = slots_next_due(&w->slots);
		next = w->scan_ms < next ? w->scan_ms : next;
		next = w->status_ms < next ? w->status_ms : next;
	}
	if (next == INT64_MAX)
		return -1;
	left = next - clock_mono_ms();
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void run(struct worker *w)
{
	for (bool busy = false;;) {
		struct pollfd fds[2] = { { .fd = PROCESS_CHANNEL_FD, .events = POLLIN },
			{ .fd = w->port.fd, .events = POLLIN } };

		poll(fds, 2, busy ? 0 : wait_ms(w));
		if (fds[0].revents)
			take_frames(w);
		if (w->sending) {
			outbound_pump(w);
		} else {
			at_idle(&w->port);
			if (w->port.gone)
				parent_trouble(FRAME_TROUBLE_GONE, "device vanished");
		}
		inbound_news(w);
		if (w->quit && !w->sending)
			parent_exit(EXIT_DONE);
		busy = !w->sending && step(w);
	}
}

int main(void)
{
	static struct worker w; /* zeroed; too big for a stack */
	struct frame f;

	prctl(PR_SET_PDEATHSIG, SIGKILL); /* the parent asked for it too, before exec */
	signal(SIGPIPE, SIG_IGN);
	setenv("TZ", "UTC0", 1); /* libgammu calls localtime() at every turn */
	parent_wait(&f);
	if (f.type != FRAME_SETUP)
		parent_exit(EXIT_BAD_FRAME);
	w.setup = f.setup;
	explicit_bzero(&f, sizeof f);
	setup_line(&w);
	run(&w);
}
