/* What becomes due by time alone: cases nobody has closed, the daily sign of life, lines that have
 * been down for long. Found by index or in memory, so that asking often costs nothing. */
#include "duty.h"
#include "duty_rules.h"
#include "tick.h"

#include <payung/clock.h>
#include <payung/log.h>
#include <payung/rupiah.h>
#include <stdio.h>

#define CASES_AT_ONCE 20 /* in one transaction; the rest follows with the next look */
#define COUNT_MOST 99999 /* what the text has room for */
#define SMALL_MOST 999
#define NOT_KNOWN "-"

static rc_t tell_due(struct daemon *d, int64_t now)
{
	struct case_row c;
	rc_t rc = RC_OK;

	for (int i = 0; rc == RC_OK && i < CASES_AT_ONCE; i++) {
		rc = store_case_next_due(d->store, now, &c);
		if (rc == RC_NOENT)
			return RC_OK;
		if (rc == RC_OK)
			rc = duty_tell(d, &c, now);
	}
	return rc;
}

/* ---- sign of life ---- */

/* The line that will fail first: one that is down, else the one with the poorest signal. */
static const char *weakest(const struct daemon *d)
{
	const struct modem *worst = NULL;

	for (size_t i = 0; i < d->modems; i++) {
		const struct modem *m = d->modem[i];

		if (m->state != MODEM_UP)
			return m->conf.name;
		if (!worst || m->status.signal_dbm < worst->status.signal_dbm)
			worst = m;
	}
	return worst ? worst->conf.name : NOT_KNOWN;
}

static void add_count(struct tmpl_args *a, const char *name, int64_t n, int64_t most)
{
	char value[32];

	count_format(n < most ? n : most, value);
	tmpl_arg(a, name, value);
}

static rc_t add_counts(struct daemon *d, int64_t now, struct tmpl_args *a)
{
	int64_t in = 0, out = 0, queued = 0, cases = 0;
	int64_t today = date_days(daemon_today(d, now));
	rc_t rc = store_traffic(d->store, date_utc(date_from_days(today - 1), 0, d->conf->zone),
	        date_utc(date_from_days(today), 0, d->conf->zone), &in, &out);

	if (rc == RC_OK)
		rc = store_outbox_count(d->store, OUT_QUEUED, &queued);
	if (rc == RC_OK)
		rc = store_case_count_open(d->store, &cases);
	add_count(a, "n", in, COUNT_MOST);
	add_count(a, "m", out, COUNT_MOST);
	add_count(a, "u", queued, SMALL_MOST);
	add_count(a, "k", cases, SMALL_MOST);
	return rc;
}

static void heartbeat_done(struct daemon *d, struct modem *m, void *data)
{
	(void)m;
	d->heartbeat_day = *(int64_t *)data;
}

static rc_t heartbeat(struct daemon *d, int64_t now)
{
	int64_t today = date_days(daemon_today(d, now));
	struct tmpl_args args = { 0 };
	char occasion[48], day[16];

	if (d->heartbeat_day == today || !duty_heartbeat_due(date_minute_of_day(now, d->conf->zone),
	                                         d->conf->limits.heartbeat_minute))
		return RC_OK;
	rc_t rc = add_counts(d, now, &args);

	tmpl_arg(&args, "sim", weakest(d));
	tmpl_arg(&args, "rpm", NOT_KNOWN); /* no modem has told its credit yet */
	date_format_iso(daemon_today(d, now), day);
	snprintf(occasion, sizeof occasion, "duty/%s/D02", day);
	if (rc == RC_OK)
		rc = duty_tell_all(d, "D02", &args, occasion, NULL, now);
	if (rc == RC_OK)
		tick_effect(d, NULL, heartbeat_done, &today, sizeof today);
	return rc;
}

/* ---- lines ---- */

static struct modem *another_line(const struct daemon *d, const struct modem *down)
{
	for (size_t i = 0; i < d->modems; i++)
		if (d->modem[i] != down && d->modem[i]->state == MODEM_UP && d->modem[i]->line)
			return d->modem[i];
	return NULL;
}

static rc_t alarm_line(struct daemon *d, const struct modem *m, struct modem *through,
        const struct outage_row *o, int64_t now)
{
	const char *reason = tmpl_word(d->texts, duty_line_reason(m->trouble_kind), "id");
	struct tmpl_args args = { 0 };
	char occasion[72];

	snprintf(occasion, sizeof occasion, "line/%s/D03/%lld", m->conf.name, (long long)o->since);
	tmpl_arg(&args, "sim", m->conf.name);
	tmpl_arg(&args, "alasan", reason ? reason : NOT_KNOWN);
	rc_t rc = duty_tell_all(d, "D03", &args, occasion, through, now);

	if (rc == RC_OK)
		rc = store_outage_told(d->store, m->conf.name, now);
	if (rc == RC_OK)
		log_err("modem=%s down for %lld min (%s): duty phones were told", m->conf.name,
		        (long long)(now - o->since) / 60, m->trouble);
	return rc;
}

static rc_t watch_line(struct daemon *d, const struct modem *m, int64_t now)
{
	struct modem *through = another_line(d, m);
	struct outage_row o;

	if (m->state == MODEM_UP)
		return store_outage_end(d->store, m->conf.name);
	rc_t rc = store_outage_begin(d->store, m->conf.name, now, &o);

	if (rc != RC_OK || o.told_at || !through ||
	        now - o.since < (int64_t)d->conf->limits.line_alarm_min * 60)
		return rc;
	return alarm_line(d, m, through, &o, now);
}

/* ---- the look ---- */

/* With a clock that cannot be trusted nothing is due. */
static rc_t duty_run(struct daemon *d, struct modem *m, void *data)
{
	int64_t now = clock_now();
	rc_t rc = RC_OK;

	(void)m, (void)data;
	if (!d->clock_ok || d->stopping)
		return RC_OK;
	for (size_t i = 0; rc == RC_OK && i < d->modems; i++)
		if (!d->modem[i]->removed)
			rc = watch_line(d, d->modem[i], now);
	if (rc == RC_OK)
		rc = tell_due(d, now);
	return rc == RC_OK ? heartbeat(d, now) : rc;
}

static const struct tick_input duty_input = { .name = "duty", .run = duty_run };

void duty_housekeeping(struct daemon *d)
{
	tick_add(d, NULL, &duty_input, NULL);
}
