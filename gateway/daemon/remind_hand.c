/* Hand-over: the last moment at which an unasked text can be kept back. In the transaction that
 * gives it to a modem its facts are read again: no reminder leaves after its reason has gone, at
 * night, or with yesterday's days in it. */
#include "remind_int.h"

#include <payung/log.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

struct carried { /* what one message carries */
	size_t n;
	struct remind_row row[BUNDLE_MAX];
	struct subject who[BUNDLE_MAX];
	int64_t last; /* nearest last day of them */
};

/* ---- what waits ---- */

static rc_t put_off(struct daemon *d, const struct outbox_row *row, int64_t until)
{
	return store_outbox_later(d->store, row->id, until);
}

static enum zone zone_of_row(struct daemon *d, const struct outbox_row *row)
{
	struct person_row p;
	int64_t id = strncmp(row->subject, "worker/", 7) == 0 ? atoll(row->subject + 7) : 0;

	if (id && store_person_get(d->store, id, &p) == RC_OK)
		return quiet_zone_of(&d->remind.tables.zones, p.area, d->conf->zone);
	return d->conf->zone;
}

static rc_t hand_by_hours(struct daemon *d, const struct outbox_row *row,
        const struct quiet_rules *hours, int64_t now, bool *go)
{
	const enum zone zone = zone_of_row(d, row);

	*go = quiet_may_send(hours, now, zone);
	return *go ? RC_OK : put_off(d, row, quiet_next(hours, now, zone));
}

/* Changes of state wait for the morning. Texts of a conversation do not: somebody has just asked.
 */
static rc_t hand_notice(struct daemon *d, const struct outbox_row *row, int64_t now, bool *go)
{
	*go = strcmp(row->subject, "phone") == 0;
	return *go ? RC_OK : hand_by_hours(d, row, &d->remind.notices, now, go);
}

/* ---- a reminder's reason ---- */

static const struct remind_due *due_of(const struct subject *s, const struct remind_row *r)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->plan[i].occasion == r->occasion && s->plan[i].cycle == r->cycle)
			return &s->plan[i];
	return NULL;
}

static rc_t drop(struct daemon *d, const struct remind_row *r, enum remind_why why)
{
	const bool missed = why == WHY_TOO_LATE || why == WHY_CAP || why == WHY_LINE;

	log_info("reminder outbox=%lld occasion=%s not sent: %s", (long long)r->outbox,
	        remind_name(r->occasion), remind_why_name(why));
	return store_remind_drop(d->store, r, missed ? REMINDER_MISSED : REMINDER_CANCELLED, why);
}

static rc_t drop_all(struct daemon *d, const struct carried *c, enum remind_why why)
{
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->n; i++)
		rc = drop(d, &c->row[i], why);
	return rc;
}

/* It was queued for one phone, and by now another may be the one that gets them: the text stays
 * with the first as long as that is theirs and wants it. */
static rc_t whose_phone(
        struct daemon *d, const struct subject *s, const struct remind_row *r, enum remind_why *why)
{
	bool stopped = false;
	rc_t rc = RC_NOENT;

	if (strcmp(s->f.msisdn, r->msisdn) == 0)
		return RC_OK;
	if (r->kind == REMIND_WORKER)
		rc = store_remind_link(d->store, r->msisdn, r->subject, &stopped);
	if (rc == RC_NOENT)
		*why = WHY_NO_PHONE;
	else if (rc == RC_OK && stopped)
		*why = WHY_STOPPED;
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Keeps it in c, or drops it for good. */
static rc_t weigh(struct daemon *d, struct carried *c, const struct remind_row *r, int64_t now)
{
	struct subject *s = &c->who[c->n];
	const struct remind_due *due;
	enum remind_why why = WHY_CLOSED;
	rc_t rc = subject_load(d, r->kind, r->subject, d->conf->zone, now, s);

	if (rc == RC_OK)
		why = remind_gone(s->plan, s->n, r->occasion, r->cycle);
	if (rc == RC_OK && why == WHY_NONE)
		rc = whose_phone(d, s, r, &why);
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	due = rc == RC_OK ? due_of(s, r) : NULL;
	if (why != WHY_NONE || !due)
		return drop(d, r, why != WHY_NONE ? why : WHY_CLOSED);
	if (!c->n || due->last < c->last)
		c->last = due->last;
	c->row[c->n++] = *r;
	return RC_OK;
}

static rc_t weigh_all(
        struct daemon *d, const struct outbox_row *row, int64_t now, struct carried *c, size_t *n)
{
	struct remind_row r[BUNDLE_MAX];
	rc_t rc = store_remind_of_outbox(d->store, row->id, r, BUNDLE_MAX, n);

	c->n = 0;
	for (size_t i = 0; rc == RC_OK && i < *n; i++)
		if (r[i].open)
			rc = weigh(d, c, &r[i], now);
	return rc;
}

/* ---- its hour ---- */

/* The first moment that is allowed; the phone may have got another text today. */
static rc_t earliest(struct daemon *d, const struct outbox_row *row, const struct subject *s,
        int64_t now, int64_t *at, enum remind_why *why)
{
	const int64_t midnight = date_utc(date_from_days(s->today), 0, s->zone);
	int waiting = 0, gone = 0;
	rc_t rc = store_unasked(d->store, row->msisdn, midnight, row->id, &waiting, &gone);

	*why = gone >= d->conf->reminders.unsolicited_per_day ? WHY_CAP : WHY_LINE;
	*at = quiet_next(&d->remind.window,
	        *why == WHY_CAP ? date_utc(date_from_days(s->today + 1), 0, s->zone) : now,
	        s->zone);
	return rc;
}

static rc_t find_hour(struct daemon *d, const struct outbox_row *row, const struct carried *c,
        int64_t now, bool *go)
{
	const struct subject *s = &c->who[0];
	const struct remind_due *due = due_of(s, &c->row[0]);
	enum remind_why why;
	int64_t at;
	rc_t rc = earliest(d, row, s, now, &at, &why);

	if (rc != RC_OK)
		return rc;
	if (due->verdict == REMIND_LATER) /* the clock went back */
		at = quiet_next(
		        &d->remind.window, date_utc(date_from_days(due->day), 0, s->zone), s->zone);
	*go = at <= now;
	if (*go)
		return RC_OK;
	if (at == INT64_MAX || date_days(date_at(at, s->zone)) > c->last)
		return drop_all(d, c, why);
	return put_off(d, row, at);
}

/* ---- its words ---- */

static void wish_of(struct daemon *d, const struct subject *s, const struct remind_row *r,
        struct bundle_wish *out)
{
	struct bundle_wish all[REMIND_PLAN_MAX];
	size_t n = subject_wishes(d, s, all, REMIND_PLAN_MAX);

	*out = (struct bundle_wish){ .subject = r->subject, .occasion = r->occasion };
	for (size_t i = 0; i < n; i++)
		if (all[i].occasion == r->occasion && all[i].cycle == r->cycle)
			*out = all[i];
}

/* Who may no longer share the text (an amount changed) is left out: one text names one amount. */
static rc_t write_body(struct daemon *d, struct outbox_row *row, struct carried *c)
{
	const struct subject *named[BUNDLE_MAX];
	struct bundle_wish wish[BUNDLE_MAX];
	struct bundle_text text = { 0 };
	struct tmpl_args args = { 0 };
	const enum remind_occasion o = c->row[0].occasion;
	bool in[BUNDLE_MAX] = { 0 };
	rc_t rc = RC_OK;

	for (size_t i = 0; i < c->n; i++)
		wish_of(d, &c->who[i], &c->row[i], &wish[i]);
	(void)bundle_texts(wish, c->n, 1, &text);
	for (size_t i = 0; i < text.n; i++) {
		named[i] = &c->who[text.wish[i]];
		in[text.wish[i]] = true;
	}
	for (size_t i = 0; rc == RC_OK && i < c->n; i++)
		if (!in[i])
			rc = drop(d, &c->row[i], WHY_CAP);
	if (rc != RC_OK)
		return rc;
	remind_bundle_args(d, named, text.n, o, &args);
	templates_common(&d->conf->service, &args);
	text_copy(row->template_id, sizeof row->template_id,
	        text.template_id ? text.template_id
	                         : remind_template(o, named[0]->f.civil_servant));
	row->body[0] = '\0';
	if (tmpl_render(d->texts, row->template_id, named[0]->f.lang, &args, row->body,
	            sizeof row->body) != RC_OK)
		row->body[0] = '\0'; /* render_stored() says why it cannot go */
	return RC_OK;
}

static bool is_partly_out(const struct outbox_row *row)
{
	for (int i = 0; i < row->parts; i++)
		if (row->part[i].part && row->part[i].state != OUT_QUEUED)
			return true;
	return false;
}

static rc_t hand_reminder(struct daemon *d, struct outbox_row *row, int64_t now, bool *go)
{
	static struct carried c; /* large; one thread */
	size_t n = 0;
	rc_t rc;

	*go = is_partly_out(row); /* half a text is worse than a late one */
	if (*go)
		return RC_OK;
	if (!remind_clock_holds(d, now))
		return RC_LIMIT; /* asked again every second */
	rc = weigh_all(d, row, now, &c, &n);
	if (rc == RC_OK && !n)
		return hand_by_hours(d, row, &d->remind.window, now, go);
	if (rc == RC_OK && c.n)
		rc = find_hour(d, row, &c, now, go);
	return rc == RC_OK && *go ? write_body(d, row, &c) : rc;
}

rc_t remind_at_hand(struct daemon *d, struct outbox_row *row, int64_t now, bool *go)
{
	*go = true;
	if (row->class == CLASS_REMINDER)
		return hand_reminder(d, row, now, go);
	return row->class == CLASS_CONFIRM ? hand_notice(d, row, now, go) : RC_OK;
}
