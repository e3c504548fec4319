/* What the lines can carry. Reminders are queued only as far ahead as the SIMs will send in the
 * next moments, so that answers find them idle and a reason that goes finds little in the queue;
 * and whoever runs the service hears the day before that it will be too much. */
#include "duty.h"
#include "remind_int.h"
#include "tick.h"

#include <payung/clock.h>
#include <payung/log.h>
#include <payung/rupiah.h>
#include <stdio.h>
#include <string.h>

#define WEIGH_EVERY_MS 60000
#define COUNT_MOST 22000
#define SMALL_MOST 999

static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
enum { ZONES = sizeof zones / sizeof *zones };

static size_t read_lines(struct daemon *d, struct pace_line line[CONF_MODEMS_MAX], int64_t now)
{
	const struct conf_limits *l = &d->conf->limits;

	for (size_t i = 0; i < d->modems; i++) {
		struct modem *m = d->modem[i];

		line[i] = (struct pace_line){ .cap_hour = l->per_sim_hour,
			.cap_day = l->per_sim_day,
			.used_hour = usage_hour(&m->usage, now),
			.used_day = usage_day(&m->usage, now),
			.seconds = (int)((m->send_ms + 999) / 1000),
			.up = m->state == MODEM_UP && m->line };
	}
	return d->modems;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Of the caps that all lines share: what is left without the answers' part. */
static int64_t left_of_all(struct daemon *d, int64_t now)
{
	const struct conf_limits *l = &d->conf->limits;
	const int part = 100 - d->remind.pace.reserve_percent;
	int64_t hour = (int64_t)l->all_hour * part / 100 - usage_hour(&d->usage, now);
	int64_t day = (int64_t)l->all_day * part / 100 - usage_day(&d->usage, now);

	return least(hour, day);
}

bool remind_may_send(const struct daemon *d, enum zone z, int64_t now)
{
	return quiet_may_send(&d->remind.window, now, z);
}

int64_t remind_room(struct daemon *d, enum zone z, int64_t now)
{
	struct pace_line line[CONF_MODEMS_MAX];
	const struct remind *r = &d->remind;
	size_t n = read_lines(d, line, now);
	int64_t left = quiet_left(&r->window, now, z);

	if (left <= 0 || !remind_may_send(d, z, now))
		return 0;
	return least(pace_now(&r->pace, line, n, left, r->open), left_of_all(d, now) - r->open);
}

/* ---- the warning ---- */

/* Down no longer than a line may be without an alarm: it just starts, or will soon be back. */
static bool is_expected(const struct daemon *d, const struct modem *m)
{
	return m->state != MODEM_UP && m->down_since_ms &&
	       clock_mono_ms() - m->down_since_ms < d->conf->limits.line_alarm_min * INT64_C(60000);
}

/* Lines that are down and not expected back, as far as the room goes, each after a space. */
static void lines_down(const struct daemon *d, char *names, size_t cap)
{
	size_t used = 0;

	names[0] = '\0';
	for (size_t i = 0; i < d->modems; i++) {
		const struct modem *m = d->modem[i];

		if (m->state == MODEM_UP || is_expected(d, m))
			continue;
		if (used + strlen(m->conf.name) + 2 < cap)
			used += (size_t)snprintf(names + used, cap - used, " %s", m->conf.name);
	}
}

static rc_t count_due(struct daemon *d, int64_t from, int64_t to, int64_t *sum)
{
	rc_t rc = RC_OK;

	*sum = 0;
	for (int i = 0; rc == RC_OK && i < ZONES; i++) {
		int64_t n = 0;

		rc = store_remind_count(d->store, zones[i], from, to, &n);
		*sum += n;
	}
	return rc;
}

/* fresh: a whole day's lines, nothing used yet. */
static size_t lines_of_day(
        struct daemon *d, struct pace_line line[CONF_MODEMS_MAX], int64_t from, bool fresh)
{
	size_t n = read_lines(d, line, from);

	for (size_t i = 0; i < n; i++) {
		line[i].up = line[i].up || is_expected(d, d->modem[i]);
		if (fresh)
			line[i].used_hour = line[i].used_day = 0;
	}
	return n;
}

/* What all lines together may send in so many seconds of that day. */
static int64_t shared_cap(struct daemon *d, int64_t from, int64_t left_s, bool fresh)
{
	const struct pace_line all = { .cap_hour = d->conf->limits.all_hour,
		.cap_day = d->conf->limits.all_day,
		.used_hour = fresh ? 0 : usage_hour(&d->usage, from),
		.used_day = fresh ? 0 : usage_day(&d->usage, from),
		.seconds = PACE_AT_ONCE,
		.up = true };

	return pace_capacity(&d->remind.pace, &all, 1, left_s);
}

static void weigh_day(struct daemon *d, struct remind_day *day, int64_t from, bool fresh)
{
	struct pace_line line[CONF_MODEMS_MAX];
	const struct remind *r = &d->remind;
	const enum zone zone = d->conf->zone;
	size_t n = lines_of_day(d, line, from, fresh);
	int64_t left = quiet_left(&r->window, from, zone), all = shared_cap(d, from, left, fresh);
	int64_t whole = quiet_left(&r->window, date_utc(date_from_days(day->day), 0, zone), zone);

	day->carries = least(pace_capacity(&r->pace, line, n, left), all);
	for (size_t i = 0; i < n; i++)
		line[i].up = true;
	day->could = least(pace_capacity(&r->pace, line, n, left), all);
	day->sims = day->due > shared_cap(d, from, whole, true)
	                    ? -1
	                    : pace_sims_needed(&r->pace, line, n, whole, day->due);
}

static void arg_count(struct tmpl_args *a, const char *name, int64_t n, int64_t most)
{
	char value[32];

	count_format(least(n, most), value);
	tmpl_arg(a, name, value);
}

struct told { /* the operator was, of this day */
	int64_t *newest, day;
};

static void told(struct daemon *d, struct modem *m, void *data)
{
	const struct told *t = data;

	(void)d, (void)m;
	*t->newest = t->day;
}

/* Once for each day; *newest: the last one he was told of. */
static bool is_told(struct daemon *d, int64_t *newest, int64_t day)
{
	const struct told t = { newest, day };

	if (*newest >= day)
		return true;
	tick_effect(d, NULL, told, &t, sizeof t);
	return false;
}

/* The lines that are down would do: their own alarm calls somebody, the log says what it is for. */
static rc_t warn_of_lines(struct daemon *d, const struct remind_day *day, const char *iso)
{
	char names[100];

	if (is_told(d, &d->remind.down_day, day->day))
		return RC_OK;
	lines_down(d, names, sizeof names);
	log_err("reminders day=%s due=%lld carried=%lld: bring up what is down:%s", iso,
	        (long long)day->due, (long long)day->carries, names);
	return RC_OK;
}

static const char *cure(const struct daemon *d, const struct remind_day *day)
{
	if (!d->modems)
		return "no modem is configured: add a section modem";
	return day->sims > 0 ? "add SIMs or raise their caps"
	                     : "SIMs alone would not do: raise the caps or widen the hours";
}

static rc_t warn_of_sims(
        struct daemon *d, const struct remind_day *day, const char *iso, int64_t now)
{
	struct tmpl_args args = { 0 };
	char occasion[48], dmy[16];
	const bool would = day->sims > 0;

	if (is_told(d, &d->remind.warned_day, day->day))
		return RC_OK;
	log_err("reminders day=%s due=%lld carried=%lld sims=%lld: the lines cannot carry them; %s",
	        iso, (long long)day->due, (long long)day->could, (long long)day->sims,
	        cure(d, day));
	if (!d->modems)
		return RC_OK;
	date_format_dmy(date_from_days(day->day), dmy);
	tmpl_arg(&args, "tgl", dmy);
	arg_count(&args, "n", day->due, COUNT_MOST);
	arg_count(&args, "m", day->could, COUNT_MOST);
	if (would)
		arg_count(&args, "u", day->sims, SMALL_MOST);
	snprintf(occasion, sizeof occasion, "reminders/%s/D08", iso);
	return duty_tell_all(d, would ? "D08" : "D10", &args, occasion, NULL, now);
}

static rc_t warn(struct daemon *d, const struct remind_day *day, int64_t now)
{
	char iso[16];

	if (day->due <= day->carries)
		return RC_OK;
	date_format_iso(date_from_days(day->day), iso);
	return day->due <= day->could ? warn_of_lines(d, day, iso) : warn_of_sims(d, day, iso, now);
}

rc_t remind_weigh(struct daemon *d, int64_t now)
{
	struct remind *r = &d->remind;
	const int64_t today = date_days(daemon_today(d, now));
	struct remind_day a = { .day = today }, b = { .day = today + 1 };
	rc_t rc;

	if (r->weighed_ms && r->today.day == today &&
	        clock_mono_ms() - r->weighed_ms < WEIGH_EVERY_MS)
		return RC_OK;
	rc = count_due(d, 1, today, &a.due);
	if (rc == RC_OK)
		rc = count_due(d, today + 1, today + 1, &b.due);
	if (rc != RC_OK)
		return rc;
	a.due += r->open;
	weigh_day(d, &a, now, false);
	if (a.due > a.carries) /* what is left over comes on top */
		b.due += a.due - a.carries;
	weigh_day(d, &b, date_utc(date_from_days(b.day), 0, d->conf->zone), true);
	r->today = a;
	r->tomorrow = b;
	r->weighed_ms = clock_mono_ms();
	if (quiet_left(&r->window, now, d->conf->zone) > 0)
		rc = warn(d, &a, now);
	if (rc == RC_OK && !quiet_holiday(&r->tables.holidays, b.day))
		rc = warn(d, &b, now);
	return rc;
}
