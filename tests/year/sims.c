/* The SIMs and the air behind them, in place of gateway/link/channel.c. A text takes its seconds on
 * its SIM, then its way to the phone; what was started when is what the judge believes. */
#include "daemon/worker.h"
#include "judge.h"
#include "read.h"
#include "year.h"

#include <stdlib.h>
#include <string.h>

#define SEND_S 4
#define AHEAD 4
#define SLOTS 200

struct sim {
	struct channel *channel;
	int64_t lives; /* counted on by each power cut */
	uint32_t seq;
};
struct channel {
	int index; /* of the SIM */
	int64_t life;
	const struct channel_ops *ops;
	void *arg;
	struct frame_send wait[AHEAD];
	size_t waits;
	uint32_t seq;
	int mr;
};

static struct year *town; /* the door has no place for it */

void sims_attach(struct year *y)
{
	town = y;
}

static struct channel *channel_of(int64_t sim)
{
	return town->sim[sim]->channel;
}

static void give(struct channel *c, const struct frame *f)
{
	c->ops->frame(c->arg, f);
}

/* ---- out ---- */

struct letter { /* on its way through the air */
	int sim, mr, phone;
	char msisdn[MSISDN_CAP];
	struct said said;
};

static void on_report(struct year *y, int64_t sim, int64_t letter)
{
	struct letter *l = (struct letter *)(intptr_t)letter;
	struct channel *c = channel_of(sim);
	struct frame f = { .type = FRAME_REPORT,
		.report = {
		        .slot = { "SR", 1 }, .mr = l->mr, .scts = y->now, .discharged = y->now } };

	f.report.seq = ++c->seq;
	memcpy(f.report.recipient, l->msisdn, sizeof l->msisdn);
	y->texts_in++;
	give(c, &f);
	if (l->phone >= 0)
		people_got(y, l->phone, &l->said);
	free(l);
}

static void start_next(struct channel *c);

/* The text is on the air: it reaches its phone, and a report comes back. */
static void fly(struct year *y, struct channel *c, const struct frame_send *s)
{
	struct phone *p = town_phone(y, s->msisdn);
	int64_t arrives = y->now + 3 + chance_below(&y->air, 20);
	struct letter *l;

	if (p && p->gone)
		return; /* no report, ever */
	l = calloc(1, sizeof *l);
	die_if(!l, "no memory");
	*l = (struct letter){ .sim = c->index, .mr = c->mr, .phone = p ? (int)(p - y->phone) : -1 };
	memcpy(l->msisdn, s->msisdn, sizeof l->msisdn);
	read_text(s->text, &l->said);
	if (p && p->off_until > arrives)
		arrives = p->off_until + chance_below(&y->air, 60);
	at(y, arrives, on_report, c->index, (int64_t)(intptr_t)l);
}

static void on_sent(struct year *y, int64_t sim, int64_t life)
{
	struct channel *c = channel_of(sim);

	if (c->life != life)
		return; /* the power was cut meanwhile */
	struct frame_send s = c->wait[0];
	struct frame f = { .type = FRAME_SENT,
		.sent = { .id = s.id, .part = s.part, .mr = c->mr = (c->mr + 1) % 256 } };

	fly(y, c, &s);
	memmove(c->wait, c->wait + 1, --c->waits * sizeof *c->wait);
	start_next(c);
	give(c, &f);
}

static void on_start(struct year *y, int64_t sim, int64_t life)
{
	struct channel *c = channel_of(sim);

	if (c->life != life)
		return;
	const struct frame_send *s = &c->wait[0];
	struct frame f = { .type = FRAME_STARTED, .started = { .id = s->id, .part = s->part } };

	judge_text(y, (int)sim, s->msisdn, s->text);
	at(y, y->now + SEND_S, on_sent, sim, life);
	give(c, &f);
}

static void start_next(struct channel *c)
{
	if (c->waits > 0)
		at(town, town->now, on_start, c->index, c->life);
}

/* ---- in ---- */

void sims_say(struct year *y, int phone, const char *text)
{
	struct phone *p = &y->phone[phone];
	struct channel *c = channel_of(phone % y->sims);
	struct frame f = { .type = FRAME_INBOX,
		.inbox = { .ton = FRAME_TON_INTERNATIONAL,
		        .scts = y->now,
		        .scts_zone = p->zone,
		        .total = 1,
		        .part = 1,
		        .pdu_len = 40 } };

	f.inbox.seq = ++c->seq;
	f.inbox.ref = c->seq % 65536; /* keeps two texts of one second apart */
	f.inbox.slot = (struct frame_slot){ "SM", c->seq % SLOTS + 1 };
	snprintf(f.inbox.sender, sizeof f.inbox.sender, "%s", p->msisdn);
	snprintf(f.inbox.text, sizeof f.inbox.text, "%s", text);
	p->said_at = y->now;
	y->texts_in++;
	give(c, &f);
}

/* ---- the door ---- */

static void on_ready(struct year *y, int64_t sim, int64_t unused)
{
	struct frame f = { .type = FRAME_READY,
		.ready = { .version = FRAME_VERSION, .can_receive = 1, .slots = SLOTS } };

	(void)y, (void)unused;
	snprintf(f.ready.imei, sizeof f.ready.imei, "35000000000%04d", (int)sim);
	snprintf(f.ready.imsi, sizeof f.ready.imsi, "51010000000%04d", (int)sim);
	give(channel_of(sim), &f);
}

/* The first SIM that nobody holds: modems are started in one order, always. */
struct channel *channel_spawn(
        struct event_base *base, const char *worker, const struct channel_ops *ops, void *arg)
{
	struct channel *c = calloc(1, sizeof *c);
	int i = 0;

	(void)base, (void)worker;
	die_if(!c, "no memory");
	while (i < town->sims && town->sim[i]->channel)
		i++;
	if (i == town->sims) {
		town->sim[town->sims++] = calloc(1, sizeof **town->sim);
		die_if(!town->sim[i], "no memory");
	}
	town->sim[i]->channel = c;
	*c = (struct channel){ .index = i,
		.life = town->sim[i]->lives,
		.seq = town->sim[i]->seq,
		.ops = ops,
		.arg = arg };
	return c;
}

void sims_cut(struct year *y)
{
	for (int i = 0; i < y->sims; i++) {
		y->sim[i]->lives++;
		y->sim[i]->seq = y->sim[i]->channel->seq;
		free(y->sim[i]->channel);
		y->sim[i]->channel = NULL;
	}
}

rc_t channel_send_fd(struct channel *c, const struct frame *f, int fd)
{
	(void)fd;
	return channel_send(c, f);
}

static void on_pong(struct year *y, int64_t sim, int64_t nonce)
{
	struct frame f = { .type = FRAME_PONG, .pong = { (uint32_t)nonce } };

	(void)y;
	give(channel_of(sim), &f);
}

rc_t channel_send(struct channel *c, const struct frame *f)
{
	switch (f->type) {
	case FRAME_SETUP:
		at(town, town->now + 1, on_ready, c->index, 0);
		break;
	case FRAME_SEND:
		die_if(c->waits == AHEAD, "the daemon hands over more than a SIM keeps");
		c->wait[c->waits++] = f->send;
		if (c->waits == 1)
			start_next(c);
		break;
	case FRAME_ACK:
		town->acked++;
		break;
	case FRAME_PING:
		at(town, town->now, on_pong, c->index, f->ping.nonce);
		break;
	default:
		break;
	}
	return RC_OK;
}

void channel_deadline(struct channel *c, int ms)
{
	(void)c, (void)ms; /* these SIMs never hang */
}

void channel_kill(struct channel *c)
{
	(void)c;
	die_if(true, "the daemon kills a SIM that did nothing wrong");
}

void channel_hold(struct channel *c, bool held)
{
	(void)c, (void)held; /* it speaks only from events, and the store never fails here */
}

pid_t channel_pid(const struct channel *c)
{
	return c->index + 1;
}
