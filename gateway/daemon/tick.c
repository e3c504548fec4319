/* Why inputs are kept and not run where they arrive: BEGIN IMMEDIATE must come before the first
 * read of any input that may write, the loop must never wait for another writer inside SQLite, and
 * a group that fails as a whole is run again one by one so that one bad input costs only itself. */
#include "tick.h"
#include "daemon.h"

#include <assert.h>
#include <event2/event.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_MAX 256
#define GROUP_AGE_MS 5
#define RETRY_BUSY_MS 2    /* another process writes: it holds the lock 10 ms at most */
#define RETRY_DOWN_MS 1000 /* disk full or failing */
#define WAITING_MAX 4096   /* then workers are not read any more */

struct item {
	struct item *next;
	struct modem *m;
	const struct tick_input *input;
	int tries;
	max_align_t data[];
};
struct effect {
	struct modem *m;
	tick_effect_fn *fn;
	void *data;
};
struct tick {
	struct item *first, **last;
	size_t n;
	int64_t oldest_ms;
	struct event *drained, *retry;
	struct effect *effect;
	size_t effects, room;
	size_t solo; /* inputs still to run one by one after a group failed */
	bool running, undone, down, blocked, held;
};

static void on_drained(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	tick_flush(arg);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;

	(void)fd, (void)what;
	d->tick->blocked = false;
	tick_flush(d);
}

struct tick *tick_new(struct daemon *d)
{
	struct tick *t = calloc(1, sizeof *t);

	assert(t);
	t->last = &t->first;
	t->drained = event_new(d->base, -1, 0, on_drained, d);
	t->retry = event_new(d->base, -1, 0, on_retry, d);
	assert(t->drained && t->retry);
	event_priority_set(t->drained, 1); /* the loop has two: this one only when drained */
	return t;
}

static void forget_effects(struct tick *t, size_t down_to)
{
	while (t->effects > down_to)
		free(t->effect[--t->effects].data);
}

void tick_free(struct tick *t)
{
	if (!t)
		return;
	while (t->first) {
		struct item *i = t->first;

		t->first = i->next;
		free(i);
	}
	forget_effects(t, 0);
	free(t->effect);
	event_free(t->drained);
	event_free(t->retry);
	free(t);
}

static void hold_workers(struct daemon *d, bool held)
{
	if (d->tick->held == held)
		return;
	d->tick->held = held;
	for (size_t i = 0; i < d->modems; i++) /* without a line it waits for that, anyway */
		if (d->modem[i]->channel && d->modem[i]->line)
			channel_hold(d->modem[i]->channel, held);
}

void tick_add(struct daemon *d, struct modem *m, const struct tick_input *input, const void *data)
{
	struct tick *t = d->tick;
	struct item *i = calloc(1, sizeof *i + input->size);

	assert(i);
	i->m = m;
	i->input = input;
	if (input->size)
		memcpy(i->data, data, input->size);
	if (t->n++ == 0)
		t->oldest_ms = clock_mono_ms();
	*t->last = i;
	t->last = &i->next;
	if (t->n >= WAITING_MAX)
		hold_workers(d, true);
	if (t->running || t->blocked)
		return; /* whoever runs or the timer takes it along */
	if (t->n >= GROUP_MAX || clock_mono_ms() - t->oldest_ms >= GROUP_AGE_MS)
		tick_flush(d);
	else
		event_active(t->drained, EV_TIMEOUT, 0);
}

void tick_effect(
        struct daemon *d, struct modem *m, tick_effect_fn *fn, const void *data, size_t size)
{
	struct tick *t = d->tick;

	assert(t->running);
	if (t->effects == t->room) {
		t->room = t->room ? t->room * 2 : 64;
		t->effect = realloc(t->effect, t->room * sizeof *t->effect);
		assert(t->effect);
	}
	struct effect *e = &t->effect[t->effects++];

	*e = (struct effect){ .m = m, .fn = fn, .data = malloc(size ? size : 1) };
	assert(e->data);
	if (size)
		memcpy(e->data, data, size);
}

/* What runs plan in memory (parts handed to modems), so that an undone run leaves no trace. */
static void planned_reset(struct daemon *d)
{
	d->planned = 0;
	for (size_t i = 0; i < d->modems; i++)
		d->modem[i]->planned = 0;
}

enum ran { RAN, REFUSED, KEEP, GROUP_LOST };

static enum ran run_one(struct daemon *d, struct item *i)
{
	struct tick *t = d->tick;
	size_t effects = t->effects, planned = i->m ? i->m->planned : 0, all = d->planned;
	rc_t rc = store_mark(d->store);

	if (rc == RC_OK)
		rc = i->input->run(d, i->m, i->data);
	if (rc == RC_OK)
		rc = store_release(d->store);
	if (rc == RC_OK)
		return RAN;
	forget_effects(t, effects);
	if (i->m)
		i->m->planned = planned;
	d->planned = all;
	if (!store_in_transaction(d->store))
		return GROUP_LOST;
	store_undo(d->store);
	if (rc != RC_AGAIN || i->tries == 0)
		log_warn("tick input=%s rc=\"%s\" tries=%d detail=\"%s\"", i->input->name,
		        rc_text(rc), i->tries + 1, store_detail(d->store));
	i->tries++;
	return rc == RC_AGAIN || rc == RC_FULL || rc == RC_IO ? KEEP : REFUSED;
}

static void perform_effects(struct daemon *d)
{
	struct tick *t = d->tick;

	for (size_t i = 0; i < t->effects; i++) {
		t->effect[i].fn(d, t->effect[i].m, t->effect[i].data);
		free(t->effect[i].data);
	}
	t->effects = 0;
}

static void retry_in(struct daemon *d, int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	event_add(d->tick->retry, &tv);
}

/* An input that takes the whole group down with it must not stand before the others for ever. */
static void first_to_last(struct tick *t)
{
	struct item *i = t->first;

	if (!i || !i->next)
		return;
	t->first = i->next;
	i->next = NULL;
	*t->last = i;
	t->last = &i->next;
}

static void store_state(struct daemon *d, bool down, rc_t rc)
{
	struct tick *t = d->tick;

	if (down && !t->down)
		log_err("store down (%s: %s): nothing is acknowledged until it is back; free disk "
		        "space or mend the disk",
		        rc_text(rc), store_detail(d->store));
	if (!down && t->down)
		log_warn("store is back, inputs=%zu waiting", t->n);
	t->down = down;
}

/* Takes the items that ran or were refused out of the list; the kept stay in their order. */
static void settle_group(struct daemon *d, enum ran *ran, size_t n)
{
	struct tick *t = d->tick;
	struct item **at = &t->first;

	for (size_t k = 0; k < n; k++) {
		struct item *i = *at;

		if (ran[k] == KEEP) {
			at = &i->next;
			continue;
		}
		*at = i->next;
		if (t->last == &i->next)
			t->last = at;
		t->n--;
		if (ran[k] == REFUSED && i->input->refused)
			i->input->refused(d, i->m, i->data);
		free(i);
	}
}

/* One transaction. RC_OK: committed (perhaps with kept inputs); else nothing happened. */
static rc_t run_group(struct daemon *d, size_t n, bool *kept)
{
	struct tick *t = d->tick;
	enum ran ran[GROUP_MAX];
	rc_t rc = store_begin(d->store);
	size_t k = 0;

	if (rc != RC_OK)
		return rc;
	t->undone = *kept = false;
	planned_reset(d);
	for (struct item *i = t->first; i && k < n; i = i->next, k++) {
		ran[k] = run_one(d, i);
		if (ran[k] == GROUP_LOST)
			break;
		if (ran[k] == KEEP)
			t->undone = *kept = true;
	}
	if (k < n) { /* SQLite has rolled everything back by itself */
		rc = RC_FULL;
	} else {
		rc = store_commit(d->store);
		if (rc == RC_IO)
			log_fatal("commit failed (%s): the truth is on disk, starting again reads "
			          "it; check the disk",
			        store_detail(d->store));
	}
	if (rc != RC_OK) {
		store_rollback(d->store);
		forget_effects(t, 0);
		planned_reset(d);
		if (n == 1)
			first_to_last(t);
		t->solo = t->n;
		return rc;
	}
	settle_group(d, ran, n);
	return RC_OK;
}

bool tick_flush(struct daemon *d)
{
	struct tick *t = d->tick;
	bool kept = false, more = true;
	rc_t rc = RC_OK;

	if (t->running)
		return true;
	t->running = true;
	while (t->n > 0 && !kept && rc == RC_OK) {
		size_t n = t->solo ? 1 : t->n < GROUP_MAX ? t->n : GROUP_MAX;

		more = n < t->n;
		rc = run_group(d, n, &kept);
		if (rc != RC_OK)
			break;
		if (t->solo)
			t->solo--;
		planned_reset(d);
		perform_effects(d); /* may add inputs: the next group takes them */
	}
	t->running = false;
	t->blocked = rc != RC_OK;
	store_state(d, rc == RC_FULL || rc == RC_IO, rc);
	if (rc != RC_OK || kept)
		retry_in(d, rc == RC_AGAIN ? RETRY_BUSY_MS : RETRY_DOWN_MS);
	if (kept && more)
		event_active(t->drained, EV_TIMEOUT, 0);
	if (t->n < WAITING_MAX / 2)
		hold_workers(d, false);
	return t->n == 0;
}

size_t tick_waiting(const struct daemon *d, const struct modem *m)
{
	size_t n = 0;

	for (const struct item *i = d->tick->first; i; i = i->next)
		n += !m || i->m == m;
	return n;
}

bool tick_has_undone(const struct daemon *d)
{
	return d->tick->undone;
}

bool tick_store_ok(const struct daemon *d)
{
	return !d->tick->down;
}
