/* What nobody sends a frame for: recovery at start, expiry, judged unknowns, dead lines' queues. */
#include "other_phones.h"
#include "outbox.h"
#include "policy.h"
#include "tick.h"

#include <assert.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <payung/store_desk.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWNS_AT_ONCE 100
#define LINES_MAX 256

/* ---- start: what the run before left as handed ---- */

struct ids {
	int64_t *id;
	size_t n, room;
};

static void collect_id(void *arg, const struct outbox_row *row)
{
	struct ids *l = arg;

	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->id = realloc(l->id, l->room * sizeof *l->id);
		assert(l->id);
	}
	l->id[l->n++] = row->id;
}

static rc_t recover_part(struct daemon *d, int64_t id, int part, int64_t now)
{
	const struct flight_record *r = flight_find(d->flight, (uint64_t)id, (uint32_t)part);

	if (!flight_is_proof(d->flight) || (r && r->state == FLIGHT_STARTED)) {
		log_warn("outbox id=%lld part=%d unknown: was under way when the daemon ended",
		        (long long)id, part);
		return store_outbox_result(d->store, id, part, OUT_UNKNOWN, -1, 0,
		        "the daemon ended while sending", 0, now);
	}
	if (r && r->state == FLIGHT_SENT)
		return store_outbox_result(d->store, id, part, OUT_SENT,
		        r->mr >= 0 && r->mr <= 255 ? r->mr : -1, 0, "", 0, now);
	return store_outbox_unhand(
	        d->store, id, part); /* never started, or answered with an error */
}

rc_t outbox_recover(struct daemon *d)
{
	static struct outbox_row row;
	struct ids list = { 0 };
	int64_t now = clock_now();
	rc_t rc = store_begin(d->store);

	if (rc == RC_OK)
		rc = store_outbox_each(d->store, OUT_HANDED, 0, collect_id, &list);
	for (size_t i = 0; rc == RC_OK && i < list.n; i++) {
		rc = store_outbox_get(d->store, list.id[i], &row);
		for (int p = 0; rc == RC_OK && p < row.parts; p++)
			if (row.part[p].state == OUT_HANDED)
				rc = recover_part(d, row.id, row.part[p].part, now);
	}
	free(list.id);
	if (rc == RC_OK)
		rc = store_commit(d->store);
	if (rc != RC_OK)
		store_rollback(d->store);
	else
		flight_settled(d->flight);
	return rc;
}

/* ---- unknowns ---- */

struct judged {
	int64_t id;
	bool again;
};
struct judgement {
	size_t n;
	struct judged one[UNKNOWNS_AT_ONCE];
};

static void judge(void *arg, const struct outbox_row *row)
{
	struct judgement *j = arg;

	if (j->n < UNKNOWNS_AT_ONCE)
		j->one[j->n++] =
		        (struct judged){ row->id, policy_unknown_again(row->class, row->attempts) };
}

static rc_t judge_unknowns(struct daemon *d, int64_t now)
{
	struct judgement j = { 0 };
	int64_t before = now - (int64_t)d->conf->limits.report_wait_h * 3600;
	rc_t rc = store_outbox_unknown_each(d->store, before, UNKNOWNS_AT_ONCE, judge, &j);

	for (size_t i = 0; rc == RC_OK && i < j.n; i++) {
		log_warn("outbox id=%lld unknown for good or again: %s", (long long)j.one[i].id,
		        j.one[i].again ? "sent once more" : "not sent again");
		rc = j.one[i].again ? store_outbox_again(d->store, j.one[i].id, now)
		                    : store_outbox_end(d->store, j.one[i].id, OUT_UNKNOWN,
		                              "no report came", now);
	}
	return rc;
}

/* ---- dead lines ---- */

struct line_ids {
	size_t n;
	int64_t id[LINES_MAX];
};

static void collect_line(void *arg, const struct line_row *row)
{
	struct line_ids *l = arg;

	if (l->n < LINES_MAX)
		l->id[l->n++] = row->id;
}

static int64_t dead_since_ms(const struct daemon *d, int64_t line)
{
	for (size_t i = 0; i < DAEMON_LAST_ALIVE; i++)
		if (d->last_alive[i].line == line)
			return d->last_alive[i].mono_ms;
	return d->started_ms;
}

static rc_t move_queues(struct daemon *d)
{
	struct line_ids lines = { 0 };
	int64_t patience = (int64_t)d->conf->limits.dead_line_min * 60000;
	rc_t rc = store_line_each(d->store, collect_line, &lines);

	for (size_t i = 0; rc == RC_OK && i < lines.n; i++) {
		int64_t moved = 0;

		if (daemon_modem_of_line(d, lines.id[i]) ||
		        clock_mono_ms() - dead_since_ms(d, lines.id[i]) < patience)
			continue;
		rc = store_outbox_move(d->store, lines.id[i], 0, &moved);
		if (rc == RC_OK && moved > 0)
			log_warn("line=%lld dead for %d min, its queue of %lld goes to other lines",
			        (long long)lines.id[i], d->conf->limits.dead_line_min,
			        (long long)moved);
	}
	return rc;
}

static void wake_lines(struct daemon *d, struct modem *m, void *data)
{
	(void)m, (void)data;
	outbox_ask_all(d);
}

void outbox_wake(struct daemon *d)
{
	tick_effect(d, NULL, wake_lines, NULL, 0);
}

/* The clock rule: with a clock that cannot be trusted nothing expires and no dated decision falls.
 */
static rc_t upkeep_run(struct daemon *d, struct modem *m, void *data)
{
	int64_t expired = 0, lapsed = 0, now = clock_now();
	rc_t rc = RC_OK;

	(void)m, (void)data;
	if (d->clock_ok)
		rc = store_outbox_expire(d->store, now, &expired);
	if (rc == RC_OK && d->clock_ok)
		rc = store_change_lapse(d->store, now, &lapsed);
	if (rc == RC_OK && d->clock_ok)
		rc = other_phones_lapse(d, now);
	if (rc == RC_OK && d->clock_ok)
		rc = judge_unknowns(d, now);
	if (rc == RC_OK)
		rc = move_queues(d);
	if (rc == RC_OK && expired > 0)
		log_warn("outbox expired=%lld: not sent in time", (long long)expired);
	if (rc == RC_OK)
		outbox_wake(d);
	return rc;
}

static const struct tick_input upkeep_input = { .name = "upkeep", .run = upkeep_run };

void outbox_housekeeping(struct daemon *d)
{
	tick_add(d, NULL, &upkeep_input, NULL);
}

/* ---- caps survive a restart ---- */

static void load(struct daemon *d, int64_t line, struct usage *u, int64_t now)
{
	int64_t hour = now / 3600;
	int64_t later = 0;

	*u = (struct usage){ 0 };
	for (int64_t h = hour; h > hour - 24; h--) {
		int64_t since = 0;

		if (store_usage_since(d->store, line, h * 3600, &since) != RC_OK) {
			log_err("usage line=%lld cannot be read (%s); caps start from zero",
			        (long long)line, store_detail(d->store));
			return;
		}
		u->count[h % 24] = (int)(since - later);
		later = since;
	}
	u->hour = hour;
}

void outbox_load_usage(struct daemon *d, struct modem *m)
{
	int64_t now = clock_now();

	if (m)
		load(d, m->line, &m->usage, now);
	else
		load(d, 0, &d->usage, now);
}
