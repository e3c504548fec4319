/* An office with one modem whose worker is played by the test, and workers who pay for themselves
 * or are paid for: the engine of reminders from the look to the hand-over. Included, not linked;
 * defines the door of the channel. */
#ifndef REMIND_OFFICE_H
#define REMIND_OFFICE_H

#include "daemon/outbox.h"
#include "daemon/remind.h"
#include "daemon_fixture.h"
#include "remind_fixture.h"

#include <payung/channel.h>

#define MINUTE 60
#define HOUR 3600
#define DAY INT64_C(86400)

/* ---- the modem's worker ---- */

struct channel {
	size_t n;
	struct frame_send send[2000]; /* all parts given to it */
};

struct channel *channel_spawn(
        struct event_base *base, const char *worker, const struct channel_ops *ops, void *arg)
{
	(void)base, (void)worker, (void)ops, (void)arg;
	return NULL;
}
rc_t channel_send(struct channel *c, const struct frame *f)
{
	if (f->type == FRAME_SEND)
		c->send[c->n++] = f->send;
	return RC_OK;
}
rc_t channel_send_fd(struct channel *c, const struct frame *f, int fd)
{
	(void)fd;
	return channel_send(c, f);
}
void channel_deadline(struct channel *c, int ms)
{
	(void)c, (void)ms;
}
void channel_kill(struct channel *c)
{
	(void)c;
}
void channel_hold(struct channel *c, bool held)
{
	(void)c, (void)held;
}
pid_t channel_pid(const struct channel *c)
{
	(void)c;
	return 1;
}

/* ---- the office ---- */

struct town {
	struct office *o;
	struct channel air;
	size_t done; /* parts whose result was told */
	size_t seen; /* by sent() */
	int64_t pledge;
	int last;
};

static inline void at_time(struct town *t, int64_t now)
{
	clock_set_virtual(t->o->now = now);
}

/* Defaults of the configuration, wide limits. */
static inline void set_reminders(struct conf_reminders *c)
{
	struct remind_rules r;

	remind_rules_default(&r);
	memcpy(c->when, r.when, sizeof c->when);
	c->window = (struct day_window){ 8 * 60, 17 * 60, false };
	c->evening.off = true;
	c->notices = (struct day_window){ 7 * 60, 20 * 60, false };
	c->number_check_days = 180;
	c->unsolicited_per_day = 1;
	c->reserve_percent = 20;
	c->ahead_s = 120;
}

static inline int town_setup(void **state)
{
	struct town *t = calloc(1, sizeof *t);
	char err[RELOAD_ERR_CAP];

	t->o = office_open(T0);
	set_reminders(&t->o->conf.reminders);
	t->o->conf.scheme = (struct conf_scheme){ .arrears_max_months = 3, .expiring_days = 30 };
	t->o->conf.reminders.number_check_days = 0;
	if (!reload_templates(&t->o->d, err))
		fail_msg("%s", err);
	t->o->modem.state = MODEM_UP;
	t->o->modem.channel = &t->air;
	t->o->d.modem[t->o->d.modems++] = &t->o->modem;
	must(store_begin(t->o->p.s));
	t->pledge = add_pledge(t->o->p.s, "D4F7K2", 1000);
	must(store_commit(t->o->p.s));
	*state = t;
	return 0;
}

static inline int town_teardown(void **state)
{
	struct town *t = *state;

	office_close(t->o);
	free(t);
	return 0;
}

/* A worker with a phone of their own ("+62812" and the number), registered at T0. */
static inline int64_t person(struct town *t)
{
	must(store_begin(t->o->p.s));
	add_worker(t->o->p.s, t->pledge, ++t->last, false);
	must(store_commit(t->o->p.s));
	return t->last;
}

static inline void confirm_months(struct town *t, int64_t worker, month_t from, int months)
{
	struct month_row before;

	must(store_begin(t->o->p.s));
	for (int i = 0; i < months; i++)
		must(store_month_confirm(t->o->p.s, worker, from + i, DAY0, 0, &before));
	must(store_commit(t->o->p.s));
}

/* Whose cover ends on 31 August 2026 and who pays for it. */
static inline int64_t self_payer(struct town *t)
{
	int64_t worker = person(t);

	confirm_months(t, worker, JULY, 2);
	return worker;
}
#define END_OF_COVER date_utc((struct date){ 2026, 8, 31 }, 0, ZONE_WIB)

static inline void share_phone(struct town *t, int64_t worker, int64_t of)
{
	char sql[200];

	snprintf(sql, sizeof sql,
	        "DELETE FROM phone_link WHERE worker = %d; INSERT INTO phone_link (msisdn, worker,"
	        " linked_at) VALUES ('+62812%07d', %d, %lld)",
	        (int)worker, (int)of, (int)worker, (long long)T0);
	tamper(&t->o->p, sql);
}

/* Looks until nothing is left to look at. */
static inline void look(struct town *t)
{
	do {
		remind_housekeeping(&t->o->d);
		assert_true(tick_flush(&t->o->d));
	} while (remind_has_more(&t->o->d));
}

/* The same while the modem is busy: what is queued stays in the queue. */
static inline void look_only(struct town *t)
{
	t->o->modem.works = MODEM_AHEAD;
	look(t);
	t->o->modem.works = 0;
}

/* The modem takes what is due and sends it. */
static inline void send_all(struct town *t)
{
	struct modem *m = &t->o->modem;
	size_t before;

	do {
		before = t->air.n;
		outbox_ask(&t->o->d, m);
		assert_true(tick_flush(&t->o->d));
		for (; t->done < t->air.n; t->done++) {
			const struct frame_send *s = &t->air.send[t->done];
			const struct frame_sent f = { .id = s->id,
				.part = s->part,
				.outcome = FRAME_SENT_OK,
				.mr = (int)t->done % 256 };

			outbox_on_started(m, &(struct frame_started){ s->id, s->part });
			outbox_on_sent(m, &f);
		}
		assert_true(tick_flush(&t->o->d));
	} while (t->air.n > before);
}

static inline void run_at(struct town *t, int64_t now)
{
	at_time(t, now);
	t->o->d.clock_ok = true;
	outbox_housekeeping(&t->o->d);
	look(t);
	send_all(t);
	assert_false(t->o->d.remind.bad.set); /* nothing had to be refused */
}

/* Texts sent since the last call of this. */
static inline size_t sent(struct town *t)
{
	const size_t n = t->air.n - t->seen;

	t->seen = t->air.n;
	return n;
}

static inline const char *last_text(const struct town *t)
{
	return t->air.n ? t->air.send[t->air.n - 1].text : "";
}

static inline int count_sql(struct town *t, const char *where)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM reminder WHERE %s", where);
	return (int)ask_int(&t->o->p, sql);
}

#endif
