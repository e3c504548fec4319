#include "status.h"
#include "breaker.h"
#include "guard.h"
#include "tick.h"
#include "worker.h"

#include <payung/clock.h>
#include <payung/control.h>
#include <payung/date.h>
#include <stdio.h>

static const char *registration_name(uint32_t r)
{
	static const char *const names[] = { "none", "home", "searching", "denied", "unknown",
		"roaming" };

	return r < sizeof names / sizeof *names ? names[r] : "unknown";
}

static json_t *time_json(int64_t t)
{
	char text[24] = "";

	if (t)
		time_format_iso(t, text);
	return json_string(text);
}

static json_t *line_json(struct modem *m, int64_t now)
{
	const char *operator_name =
	        m->status.operator_name[0] ? m->status.operator_name : m->conf.operator_name;
	bool up = m->state == MODEM_UP;
	json_t *j = json_object();

	json_object_set_new(j, CONTROL_LINE_NAME, json_string(m->conf.name));
	json_object_set_new(
	        j, CONTROL_LINE_DEVICE, json_string(m->device[0] ? m->device : m->conf.device));
	json_object_set_new(j, CONTROL_LINE_STATE, json_string(worker_state_name(m)));
	json_object_set_new(j, CONTROL_LINE_TROUBLE, json_string(up ? "" : m->trouble));
	json_object_set_new(j, CONTROL_LINE_ID, json_integer(m->line));
	json_object_set_new(j, CONTROL_LINE_IMEI, json_string(m->ready.imei));
	json_object_set_new(j, CONTROL_LINE_NUMBER, json_string(m->conf.number));
	json_object_set_new(j, CONTROL_LINE_OPERATOR, json_string(operator_name));
	json_object_set_new(j, CONTROL_LINE_REGISTRATION,
	        json_string(registration_name(up ? m->status.registration : FRAME_REG_UNKNOWN)));
	json_object_set_new(j, CONTROL_LINE_SIGNAL, json_integer(up ? m->status.signal_dbm : 0));
	json_object_set_new(j, CONTROL_LINE_QUEUE, json_integer((json_int_t)m->works));
	json_object_set_new(j, CONTROL_LINE_SENT_HOUR, json_integer(usage_hour(&m->usage, now)));
	json_object_set_new(j, CONTROL_LINE_SENT_DAY, json_integer(usage_day(&m->usage, now)));
	json_object_set_new(
	        j, CONTROL_LINE_RESTARTS, json_integer(m->restarts > 0 ? m->restarts : 0));
	json_object_set_new(j, CONTROL_LINE_SINCE, time_json(m->state_since));
	return j;
}

static json_t *lines_json(struct daemon *d)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < d->modems; i++)
		json_array_append_new(lines, line_json(d->modem[i], clock_now()));
	return lines;
}

json_t *status_modems(struct daemon *d)
{
	return json_pack("{s:o}", CONTROL_STATUS_LINES, lines_json(d));
}

static json_t *queue_json(struct daemon *d)
{
	json_t *queue = json_object();

	for (int s = 0; s < OUT_STATES; s++) {
		int64_t n = 0;

		if (store_outbox_count(d->store, (enum outbox_state)s, &n) == RC_OK)
			json_object_set_new(
			        queue, outbox_state_name((enum outbox_state)s), json_integer(n));
	}
	return queue;
}

static void add_answers(struct daemon *d, json_t *j)
{
	int64_t n = 0;
	bool known = breaker_last_hour(d, COUNT_ANSWER, clock_now(), &n) == RC_OK;

	json_object_set_new(j, CONTROL_STATUS_ANSWERS, json_integer(n));
	json_object_set_new(j, CONTROL_STATUS_PAUSED,
	        json_boolean(known && guard_paused(n, 0, &d->conf->limits)));
}

static json_t *day_json(const struct remind_day *day)
{
	char text[16] = "";

	if (day->day)
		date_format_iso(date_from_days(day->day), text);
	return json_pack("{s:s, s:I, s:I, s:I, s:I}", CONTROL_DAY_DAY, text, CONTROL_DAY_DUE,
	        (json_int_t)day->due, CONTROL_DAY_CARRIED, (json_int_t)day->carries,
	        CONTROL_DAY_COULD, (json_int_t)day->could, CONTROL_DAY_SIMS, (json_int_t)day->sims);
}

json_t *status_all(struct daemon *d)
{
	const char *state = d->stopping ? "stopping" : tick_store_ok(d) ? "running" : "store-down";
	json_t *j = json_object();

	json_object_set_new(j, CONTROL_STATUS_VERSION, json_string(PAYUNG_VERSION));
	json_object_set_new(j, CONTROL_STATUS_SINCE, time_json(d->since));
	json_object_set_new(j, CONTROL_STATUS_STATE, json_string(state));
	json_object_set_new(j, CONTROL_STATUS_CLOCK_OK, json_boolean(d->clock_ok));
	json_object_set_new(
	        j, CONTROL_STATUS_COMMITS, json_integer((json_int_t)store_commits(d->store)));
	json_object_set_new(j, CONTROL_STATUS_CHECKPOINT, time_json(d->checkpoint_at));
	add_answers(d, j);
	json_object_set_new(j, CONTROL_STATUS_REMINDERS,
	        json_pack("[o, o]", day_json(&d->remind.today), day_json(&d->remind.tomorrow)));
	json_object_set_new(j, CONTROL_STATUS_QUEUE, queue_json(d));
	json_object_set_new(j, CONTROL_STATUS_LINES, lines_json(d));
	return j;
}

void status_line(struct daemon *d, char *out, size_t cap)
{
	size_t up = 0;
	int64_t queued = 0;

	for (size_t i = 0; i < d->modems; i++)
		up += d->modem[i]->state == MODEM_UP;
	if (store_outbox_count(d->store, OUT_QUEUED, &queued) != RC_OK)
		queued = -1;
	snprintf(out, cap, "STATUS=%zu of %zu lines up, %lld texts queued%s%s", up, d->modems,
	        (long long)queued, tick_store_ok(d) ? "" : ", STORE DOWN",
	        d->clock_ok ? "" : ", clock not to be trusted");
}
