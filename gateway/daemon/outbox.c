/* Hand-over and results. `handed` is committed before the worker may start a part; the worker says
 * STARTED; so at every instant the store, the flight page and this memory agree on what may have
 * gone out. Results not committed yet are in the same or an earlier group as the next hand-over. */
#include "outbox.h"
#include "policy.h"
#include "remind.h"
#include "render.h"
#include "tick.h"

#include <assert.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <payung/store_scheme.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

struct hand { /* parts that are committed as handed */
	size_t n;
	struct frame_send part[FRAME_PARTS_MAX];
};

/* ---- giving parts to the worker ---- */

static void give(struct modem *m)
{
	for (size_t i = 0; i < m->works && i < MODEM_AHEAD; i++) {
		struct frame f = { .type = FRAME_SEND, .send = m->work[i].send };

		if (m->work[i].given || !m->channel)
			continue;
		m->work[i].given = true;
		if (channel_send(m->channel, &f) != RC_OK)
			return; /* its end is near: outbox_on_gone() settles it */
	}
}

static void take_work(struct daemon *d, struct modem *m, void *data)
{
	const struct hand *h = data;

	(void)d;
	for (size_t i = 0; i < h->n && m->works < MODEM_WORK_MAX; i++)
		m->work[m->works++] = (struct work){ .send = h->part[i] };
	if (m->channel)
		give(m);
	else
		outbox_on_gone(m);
}

static void fill_part(struct frame_send *s, int64_t id, const char *msisdn,
        const struct text_segments *seg, size_t i, int ref, int64_t validity_s)
{
	*s = (struct frame_send){
		.id = (uint64_t)id,
		.part = (uint32_t)i + 1,
		.total = (uint32_t)seg->n,
		.ref = (uint32_t)ref & 0xff,
		.coding = seg->coding == TEXT_GSM7 ? FRAME_GSM7 : FRAME_UCS2,
		.validity_min = validity_s > 60 ? (uint32_t)(validity_s / 60) : 5,
		.report = 1,
	};
	text_copy(s->msisdn, sizeof s->msisdn, msisdn);
	text_copy(s->text, sizeof s->text, seg->part[i]);
}

static void plan_hand(struct daemon *d, struct modem *m, const struct hand *h)
{
	m->planned += h->n;
	d->planned += h->n;
	tick_effect(d, m, take_work, h, offsetof(struct hand, part) + h->n * sizeof h->part[0]);
}

/* Parts under way and planned count too: a cap is never passed, not even by one. */
static bool caps_allow(struct daemon *d, struct modem *m, int64_t now, size_t segments)
{
	const struct conf_limits *l = &d->conf->limits;
	int mine = (int)(m->works + m->planned + segments), all = (int)(d->planned + segments);

	for (size_t i = 0; i < d->modems; i++)
		all += (int)d->modem[i]->works;
	return usage_hour(&m->usage, now) + mine <= l->per_sim_hour &&
	       usage_day(&m->usage, now) + mine <= l->per_sim_day &&
	       usage_hour(&d->usage, now) + all <= l->all_hour &&
	       usage_day(&d->usage, now) + all <= l->all_day;
}

static bool has_room(const struct daemon *d, const struct modem *m)
{
	return m->state == MODEM_UP && !d->stopping && !m->removed && m->line &&
	       m->works + m->planned < MODEM_AHEAD && !tick_has_undone(d);
}

/* A text that goes last is marked by its subject; in the order it stands with texts sent by hand.
 * It is not kept ready ahead, and after a send it leaves the modem a moment to read what has come
 * in meanwhile: an answer to that goes first. */
#define LAST "suspect"
#define IDLE_MS 1000
#define ROWS_AT_ONCE 32 /* of one hand-over: most of them may only be put off */

static bool may_go_last(const struct modem *m)
{
	return m->works + m->planned == 0 && clock_mono_ms() - m->busy_ms >= IDLE_MS;
}

/* A reminder is not kept ready either: an answer waits for one send at most. */
static bool must_wait(const struct modem *m, const struct outbox_row *row)
{
	if (strcmp(row->subject, LAST) == 0)
		return !may_go_last(m);
	return row->class == CLASS_REMINDER && m->works + m->planned > 0;
}

/* ---- queueing ---- */

rc_t outbox_queue(struct daemon *d, const struct outbox_text *t, int64_t now)
{
	struct text_segments seg;
	struct outbox_new n = { .class = t->last ? CLASS_MANUAL : t->class,
		.body = t->body,
		.created_at = now,
		.not_before = now,
		.inbox = t->inbox };
	int64_t id, ttl = (int64_t)d->conf->limits.message_ttl_h * 3600;
	struct modem *m = t->prefer;

	if (text_split(t->body, &seg) != RC_OK ||
	        (int)seg.n > policy_max_segments(t->class, &d->conf->limits)) {
		log_err("outbox template=%s: too long for its class, not sent; shorten the "
		        "template",
		        t->template_id);
		return RC_LIMIT;
	}
	snprintf(n.key, sizeof n.key, "%s", t->key);
	snprintf(n.subject, sizeof n.subject, "%s", t->last ? LAST : t->subject);
	snprintf(n.msisdn, sizeof n.msisdn, "%s", t->msisdn);
	snprintf(n.template_id, sizeof n.template_id, "%s", t->template_id);
	snprintf(n.lang, sizeof n.lang, "%s", t->lang);
	n.parts = (int)seg.n;
	n.expires_at = now + ttl;
	n.line = m ? m->line : t->home_line;
	n.handed =
	        m && has_room(d, m) && caps_allow(d, m, now, seg.n) && (!t->last || may_go_last(m));
	n.ref = seg.n > 1 ? (*t->next_ref)++ & 0xff : 0;
	rc_t rc = store_outbox_add(d->store, &n, &id);

	if (rc != RC_OK || !n.handed)
		return rc;
	struct hand h = { .n = seg.n };

	for (size_t i = 0; i < seg.n; i++)
		fill_part(&h.part[i], id, n.msisdn, &seg, i, n.ref, ttl);
	plan_hand(d, m, &h);
	return RC_OK;
}

/* ---- hand-over from the queue ---- */

static rc_t fresh_ref(struct daemon *d, const char *msisdn, int64_t now, int *ref)
{
	struct phone_row phone;
	rc_t rc = store_phone_load(d->store, msisdn, now, &phone);

	if (rc != RC_OK)
		return rc;
	*ref = phone.next_ref++ & 0xff;
	return store_phone_save(d->store, &phone, now);
}

static rc_t hand_row(struct daemon *d, struct modem *m, struct outbox_row *row, int64_t now)
{
	struct text_segments seg;
	struct hand h = { 0 };
	int64_t left = row->expires_at > now ? row->expires_at - now : 300;
	bool go;

	if (row->expires_at && row->expires_at <= now && d->clock_ok)
		return store_outbox_end(d->store, row->id, OUT_EXPIRED, "not sent in time", now);
	rc_t rc = remind_at_hand(d, row, now, &go);

	if (rc != RC_OK || !go)
		return rc;
	if (!row->body[0] && render_stored(d, row) != RC_OK)
		return store_outbox_end(
		        d->store, row->id, OUT_FAILED, "template does not render", now);
	if (text_split(row->body, &seg) != RC_OK ||
	        (int)seg.n > policy_max_segments(row->class, &d->conf->limits))
		return store_outbox_end(d->store, row->id, OUT_FAILED, "too long", now);
	if (!caps_allow(d, m, now, seg.n))
		return RC_LIMIT;
	bool first = row->attempts == 0 && row->ref == 0;

	if (seg.n > 1 && first && fresh_ref(d, row->msisdn, now, &row->ref) != RC_OK)
		return RC_IO;
	rc = store_outbox_hand(d->store, row->id, m->line, row->body, (int)seg.n, row->ref, now);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < seg.n; i++) {
		bool missing = row->parts == 0 || row->part[i].part == 0 ||
		               row->part[i].state == OUT_QUEUED;

		if (missing)
			fill_part(&h.part[h.n++], row->id, row->msisdn, &seg, i, row->ref, left);
	}
	plan_hand(d, m, &h);
	return RC_OK;
}

static rc_t hand_run(struct daemon *d, struct modem *m, void *data)
{
	static struct outbox_row row; /* large; one thread */
	int64_t now = clock_now(), next_due;
	rc_t rc = RC_OK;

	(void)data;
	m->hand_asked = false;
	for (int i = 0; rc == RC_OK && has_room(d, m) && i < ROWS_AT_ONCE; i++) {
		if (!caps_allow(d, m, now, 1))
			return RC_OK; /* asked again every second */
		rc = store_outbox_next(d->store, m->line, now,
		        d->clock_ok ? POLICY_ALL_CLASSES : POLICY_ANSWERS, &row, &next_due);
		if (rc == RC_OK && must_wait(m, &row))
			return RC_OK; /* asked again every second, and when it has sent */
		if (rc == RC_OK)
			rc = hand_row(d, m, &row, now);
	}
	return rc == RC_NOENT || rc == RC_LIMIT ? RC_OK : rc;
}

static const struct tick_input hand_input = { .name = "hand", .run = hand_run };

void outbox_ask(struct daemon *d, struct modem *m)
{
	if (m->hand_asked || d->stopping || m->state != MODEM_UP || m->works >= MODEM_AHEAD)
		return;
	m->hand_asked = true;
	tick_add(d, m, &hand_input, NULL);
}

void outbox_ask_all(struct daemon *d)
{
	for (size_t i = 0; i < d->modems; i++)
		outbox_ask(d, d->modem[i]);
}

/* ---- results ---- */

struct result {
	struct frame_sent sent;
	int64_t line;
};

static void count_usage(struct daemon *d, struct modem *m, void *data)
{
	int64_t now = *(int64_t *)data;

	usage_add(&m->usage, now, 1);
	usage_add(&d->usage, now, 1);
}

static rc_t failed(struct daemon *d, const struct frame_sent *s, int64_t now)
{
	static struct outbox_row row;
	char cause[64];
	rc_t rc = store_outbox_get(d->store, (int64_t)s->id, &row);

	if (rc != RC_OK)
		return rc;
	snprintf(cause, sizeof cause, "%s %d",
	        s->error == FRAME_ERR_CMS   ? "+CMS ERROR"
	        : s->error == FRAME_ERR_CME ? "+CME ERROR"
	                                    : "modem",
	        s->code);
	bool again = policy_failure((enum frame_error)s->error, s->code) == FAILURE_TEMPORARY &&
	             row.attempts + 1 < d->conf->limits.retry_max;

	log_warn("outbox id=%llu part=%u failed cause=\"%s\" %s", (unsigned long long)s->id,
	        s->part, cause, again ? "again later" : "for good");
	return store_outbox_result(d->store, (int64_t)s->id, (int)s->part,
	        again ? OUT_QUEUED : OUT_FAILED, -1, s->code, cause,
	        now + policy_backoff_s(row.attempts + 1, &d->conf->limits), now);
}

static rc_t result_run(struct daemon *d, struct modem *m, void *data)
{
	const struct result *r = data;
	const struct frame_sent *s = &r->sent;
	int64_t now = clock_now();
	bool ok = s->outcome == FRAME_SENT_OK;

	if (s->outcome == FRAME_SENT_FAILED)
		return failed(d, s, now);
	rc_t rc = store_outbox_result(d->store, (int64_t)s->id, (int)s->part,
	        ok ? OUT_SENT : OUT_UNKNOWN, s->mr, 0, ok ? "" : "the modem gave no answer", 0,
	        now);

	if (rc == RC_OK)
		rc = store_usage_add(d->store, r->line, now, 1);
	if (rc == RC_OK)
		tick_effect(d, m, count_usage, &now, sizeof now);
	return rc;
}

static const struct tick_input result_input = {
	.name = "sent", .run = result_run, .size = sizeof(struct result)
};

static struct work *find_work(struct modem *m, uint64_t id, uint32_t part)
{
	for (size_t i = 0; i < m->works; i++)
		if (m->work[i].send.id == id && m->work[i].send.part == part && m->work[i].given)
			return &m->work[i];
	return NULL;
}

static void drop_work(struct modem *m, struct work *w)
{
	size_t i = (size_t)(w - m->work);

	memmove(w, w + 1, (m->works - i - 1) * sizeof *w);
	m->works--;
}

static void not_its_part(struct modem *m, const char *frame, uint64_t id, uint32_t part)
{
	log_err("modem=%s frame=%s id=%llu part=%u was never given to it; it is killed",
	        m->conf.name, frame, (unsigned long long)id, part);
	channel_kill(m->channel);
}

void outbox_on_started(struct modem *m, const struct frame_started *f)
{
	struct work *w = find_work(m, f->id, f->part);

	if (!w) {
		not_its_part(m, "STARTED", f->id, f->part);
		return;
	}
	w->started = true;
	w->started_ms = clock_mono_ms();
}

/* What a send takes, smoothed: the pace of reminders follows it. */
static void measure(struct modem *m, const struct work *w)
{
	const int64_t took = clock_mono_ms() - w->started_ms;

	if (w->started && took >= 0)
		m->send_ms = m->send_ms ? (m->send_ms * 7 + took) / 8 : took;
}

void outbox_on_sent(struct modem *m, const struct frame_sent *f)
{
	struct work *w = find_work(m, f->id, f->part);
	struct result r = { .sent = *f, .line = m->line };

	if (!w) {
		not_its_part(m, "SENT", f->id, f->part);
		return;
	}
	measure(m, w);
	drop_work(m, w);
	m->busy_ms = clock_mono_ms();
	tick_add(m->d, m, &result_input, &r);
	give(m);
	outbox_ask(m->d, m);
}

/* ---- the worker is gone ---- */

struct left {
	int64_t id;
	int part;
	bool started;
};

static rc_t left_run(struct daemon *d, struct modem *m, void *data)
{
	const struct left *l = data;

	(void)m;
	if (!l->started)
		return store_outbox_unhand(d->store, l->id, l->part);
	log_warn("outbox id=%lld part=%d unknown: the modem was lost while sending",
	        (long long)l->id, l->part);
	return store_outbox_result(d->store, l->id, l->part, OUT_UNKNOWN, -1, 0,
	        "the modem was lost while sending", 0, clock_now());
}

static const struct tick_input left_input = {
	.name = "left", .run = left_run, .size = sizeof(struct left)
};

void outbox_on_gone(struct modem *m)
{
	size_t n = m->works;

	m->works = 0;
	for (size_t i = 0; i < n; i++) {
		const struct work *w = &m->work[i];
		struct left l = {
			.id = (int64_t)w->send.id, .part = (int)w->send.part, .started = w->started
		};

		tick_add(m->d, m, &left_input, &l);
	}
}
