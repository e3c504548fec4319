#include "breaker.h"
#include "duty.h"
#include "guard.h"
#include "tick.h"

#include <payung/log.h>
#include <payung/rupiah.h>
#include <stdio.h>

enum { HOUR_S = 3600, COUNT_MOST = 99999 /* what the text has room for */ };

rc_t breaker_last_hour(struct daemon *d, enum hour_count what, int64_t now, int64_t *n)
{
	int64_t both = 0, newer = 0;
	rc_t rc = store_count_since(d->store, what, now - HOUR_S, &both);

	if (rc == RC_OK && both > 0)
		rc = store_count_since(d->store, what, now, &newer);
	*n = guard_last_hour(newer, both - newer, now);
	return rc;
}

static void told(struct daemon *d, struct modem *m, void *data)
{
	(void)m;
	d->breaker_hour = *(int64_t *)data;
}

static void told_line(struct daemon *d, struct modem *m, void *data)
{
	(void)d;
	m->breaker_hour = *(int64_t *)data;
}

static rc_t alarm(struct daemon *d, int64_t now, int64_t n)
{
	int64_t hour = now / HOUR_S;
	struct tmpl_args args = { 0 };
	char count[32], occasion[48];

	if (d->breaker_hour == hour)
		return RC_OK;
	log_err("%lld answers in the last hour, the limit is %d: questions are not answered until "
	        "there are fewer; see payung inbox list",
	        (long long)n, d->conf->limits.answers_all_hour);
	count_format(n < COUNT_MOST ? n : COUNT_MOST, count);
	tmpl_arg(&args, "n", count);
	snprintf(occasion, sizeof occasion, "breaker/D04/%lld", (long long)hour);
	rc_t rc = duty_tell_all(d, "D04", &args, occasion, NULL, now);

	if (rc == RC_OK)
		tick_effect(d, NULL, told, &hour, sizeof hour);
	return rc;
}

static enum hour_count breaker_line(int64_t line)
{
	return (enum hour_count)(COUNT_LINE + (int)line);
}

rc_t breaker_paused(struct daemon *d, int64_t line, int64_t now, bool *yes)
{
	int64_t all = 0, here = 0;
	rc_t rc = breaker_last_hour(d, COUNT_ANSWER, now, &all);

	if (rc == RC_OK)
		rc = breaker_last_hour(d, breaker_line(line), now, &here);
	*yes = guard_paused(all, here, &d->conf->limits);
	return rc;
}

static rc_t alarm_line(struct daemon *d, int64_t line, int64_t now, int64_t n)
{
	struct modem *m = daemon_modem_of_line(d, line);
	int64_t hour = now / HOUR_S;
	struct tmpl_args args = { 0 };
	char count[32], occasion[64];

	if (!m || m->breaker_hour == hour)
		return RC_OK;
	log_err("modem=%s %lld answers in the last hour, the limit is %d: questions on this line "
	        "are "
	        "not answered until there are fewer; see payung inbox list",
	        m->conf.name, (long long)n, d->conf->limits.answers_line_hour);
	count_format(n < COUNT_MOST ? n : COUNT_MOST, count);
	tmpl_arg(&args, "n", count);
	tmpl_arg(&args, "sim", m->conf.name);
	snprintf(occasion, sizeof occasion, "breaker/D09/%lld/%lld", (long long)line,
	        (long long)hour);
	rc_t rc = duty_tell_all(d, "D09", &args, occasion, NULL, now);

	if (rc == RC_OK)
		tick_effect(d, m, told_line, &hour, sizeof hour);
	return rc;
}

rc_t breaker_answered(struct daemon *d, int64_t line, int64_t now, int n)
{
	int64_t all = 0, here = 0;
	rc_t rc = n > 0 ? store_count_add(d->store, COUNT_ANSWER, now, n) : RC_OK;

	if (rc == RC_OK && n > 0)
		rc = store_count_add(d->store, breaker_line(line), now, n);
	if (rc == RC_OK)
		rc = breaker_last_hour(d, COUNT_ANSWER, now, &all);
	if (rc == RC_OK)
		rc = breaker_last_hour(d, breaker_line(line), now, &here);
	if (rc == RC_OK && guard_paused(0, here, &d->conf->limits))
		rc = alarm_line(d, line, now, here);
	return rc == RC_OK && guard_paused(all, 0, &d->conf->limits) ? alarm(d, now, all) : rc;
}
