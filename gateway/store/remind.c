/* Reminders: whose turn it is, and what became of each. */
#include "store_int.h"
#include <assert.h>
#include <payung/store_remind.h>
#include <string.h>

static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
enum { ZONES = sizeof zones / sizeof *zones };

const char *remind_state_name(enum remind_state r)
{
	static const char *const names[REMINDER_STATES] = { "queued", "suppressed", "missed",
		"cancelled" };

	assert((unsigned)r < REMINDER_STATES);
	return names[r];
}

/* ---- whose turn it is ---- */

static void take_look(struct query *q, struct remind_look *out)
{
	out->kind = (enum remind_subject)get_int(q);
	out->subject = get_int(q);
	out->day = get_int(q);
	out->last = get_int(q);
	out->zone = (enum zone)get_int(q);
}

static rc_t read_look(struct query *q, struct remind_look *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	take_look(q, out);
	query_end(q);
	return RC_OK;
}

rc_t store_remind_next_changed(struct store *s, struct remind_look *out)
{
	rc_t rc = RC_NOENT;

	for (int i = 0; rc == RC_NOENT && i < ZONES; i++) {
		struct query q = query_open(s, ST_WATCH_CHANGED);

		put_int(&q, zones[i]);
		rc = read_look(&q, out);
	}
	return rc;
}

/* The first of each day that has somebody, one seek a day: there are no more such days than the
 * longest window has, as what is older is missed and looked at no more. */
rc_t store_remind_next_due(struct store *s, enum zone zone, int64_t today, struct remind_look *out)
{
	struct remind_look l = { 0 };
	bool found = false;

	for (;;) {
		struct query q = query_open(s, ST_WATCH_DAY);

		put_int(&q, zone);
		put_int(&q, l.day);
		rc_t rc = read_look(&q, &l);
		if (rc != RC_OK && rc != RC_NOENT)
			return rc;
		if (rc == RC_NOENT || l.day > today)
			return found ? RC_OK : RC_NOENT;
		if (!found || l.last < out->last)
			*out = l;
		found = true;
	}
}

static rc_t read_looks(struct query *q, struct remind_look *out, size_t *n)
{
	rc_t rc;

	for (*n = 0; (rc = query_row(q)) == RC_OK;)
		take_look(q, &out[(*n)++]);
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_remind_beside(struct store *s, const struct remind_look *l, struct remind_look *out,
        size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_WATCH_BESIDE);

	put_int(&q, l->zone);
	put_int(&q, l->day);
	put_int(&q, l->last);
	put_int(&q, l->kind);
	put_int(&q, l->subject);
	put_int(&q, (int64_t)cap);
	return read_looks(&q, out, n);
}

rc_t store_remind_look(
        struct store *s, enum remind_subject kind, int64_t subject, struct remind_look *out)
{
	struct query q = query_open(s, ST_WATCH_GET);

	put_int(&q, kind);
	put_int(&q, subject);
	return read_look(&q, out);
}

rc_t store_remind_looked(struct store *s, const struct remind_look *l)
{
	struct query q = query_open(s, ST_WATCH_SET);

	put_int(&q, l->zone);
	put_int(&q, l->day);
	put_int(&q, l->last);
	put_int(&q, l->kind);
	put_int(&q, l->subject);
	return query_change(&q);
}

rc_t store_remind_behind(struct store *s, const struct remind_look *l, struct remind_look *out,
        size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_WATCH_BEHIND);

	put_int(&q, l->kind);
	put_int(&q, l->subject);
	put_int(&q, (int64_t)cap);
	return read_looks(&q, out, n);
}

rc_t store_remind_touch(struct store *s, const struct remind_look *l)
{
	struct query q = query_open(s, ST_WATCH_TOUCH);

	put_int(&q, l->kind);
	put_int(&q, l->subject);
	return query_run(&q);
}

rc_t store_remind_rules(struct store *s, int64_t *mark)
{
	struct query q = query_open(s, ST_WATCH_RULES);

	return query_one_int(&q, mark);
}

rc_t store_remind_ruled(struct store *s, int64_t mark)
{
	struct query q = query_open(s, ST_WATCH_RULED);

	put_int(&q, mark);
	return query_run(&q);
}

rc_t store_remind_count(struct store *s, enum zone zone, int64_t from, int64_t to, int64_t *n)
{
	struct query q = query_open(s, ST_WATCH_COUNT);

	put_int(&q, zone);
	put_int(&q, from);
	put_int(&q, to);
	return query_one_int(&q, n);
}

rc_t store_remind_next_listed(struct store *s, enum zone zone, int64_t until,
        const struct remind_look *after, struct remind_look *out)
{
	const struct remind_look from = *after; /* may be the same as out */
	struct query q = query_open(s, ST_WATCH_LISTED);

	put_int(&q, zone);
	put_int(&q, until);
	put_int(&q, from.day);
	put_int(&q, from.last);
	put_int(&q, from.kind);
	put_int(&q, from.subject);
	return read_look(&q, out);
}

rc_t store_remind_next_of_phone(struct store *s, const char *msisdn, int64_t after, int64_t *worker)
{
	struct query q = query_open(s, ST_REMIND_OF_PHONE);

	put_text(&q, msisdn);
	put_int(&q, after);
	return query_one_int(&q, worker);
}

rc_t store_remind_link(struct store *s, const char *msisdn, int64_t worker, bool *stopped)
{
	struct query q = query_open(s, ST_REMIND_LINK);
	int64_t off = 0;

	put_text(&q, msisdn);
	put_int(&q, worker);
	rc_t rc = query_one_int(&q, &off);
	*stopped = off != 0;
	return rc;
}

/* ---- what was done ---- */

static void put_key(struct query *q, enum remind_subject kind, int64_t subject,
        enum remind_occasion occasion, int64_t cycle)
{
	put_int(q, kind);
	put_int(q, subject);
	put_int(q, occasion);
	put_int(q, cycle);
}

rc_t store_remind_note(struct store *s, const struct remind_row *r, int64_t now)
{
	struct query q = query_open(s, ST_REMINDER_ADD);
	rc_t rc;

	put_key(&q, r->kind, r->subject, r->occasion, r->cycle);
	put_int(&q, r->state);
	put_int(&q, r->why);
	put_int(&q, r->day);
	put_ref(&q, r->outbox);
	put_text(&q, r->msisdn);
	put_int(&q, r->state == REMINDER_QUEUED);
	put_int(&q, now);
	rc = query_change(&q);
	return rc == RC_NOENT && q.done ? RC_EXISTS : rc;
}

rc_t store_remind_was(struct store *s, enum remind_subject kind, int64_t subject,
        enum remind_occasion o, int64_t cycle, bool *yes)
{
	struct query q = query_open(s, ST_REMINDER_GET);
	int64_t one;
	rc_t rc;

	put_key(&q, kind, subject, o, cycle);
	rc = query_one_int(&q, &one);
	*yes = rc == RC_OK;
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_remind_drop(
        struct store *s, const struct remind_row *r, enum remind_state state, enum remind_why why)
{
	struct query q = query_open(s, ST_REMINDER_DROP);

	put_int(&q, state);
	put_int(&q, why);
	put_key(&q, r->kind, r->subject, r->occasion, r->cycle);
	return query_change(&q);
}

static void read_reminder(struct query *q, struct remind_row *out)
{
	out->kind = (enum remind_subject)get_int(q);
	out->subject = get_int(q);
	out->occasion = (enum remind_occasion)get_int(q);
	out->cycle = get_int(q);
	out->state = (enum remind_state)get_int(q);
	out->why = (enum remind_why)get_int(q);
	out->day = get_int(q);
	out->outbox = get_int(q);
	out->open = get_int(q) != 0;
	out->noted_at = get_int(q);
	get_text(q, out->msisdn, sizeof out->msisdn);
}

static rc_t one_reminder(struct query *q, struct remind_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	read_reminder(q, out);
	query_end(q);
	return RC_OK;
}

rc_t store_remind_of_outbox(
        struct store *s, int64_t outbox, struct remind_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_REMINDER_CARRIED);
	rc_t rc;

	*n = 0;
	put_int(&q, outbox);
	while ((rc = query_row(&q)) == RC_OK) {
		if (*n == cap) {
			query_end(&q);
			return RC_OK;
		}
		read_reminder(&q, &out[(*n)++]);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_remind_next_of_subject(struct store *s, enum remind_subject kind, int64_t subject,
        const struct remind_row *after, struct remind_row *out)
{
	const int64_t occasion = after ? (int64_t)after->occasion : -1;
	const int64_t cycle = after ? after->cycle : 0;
	struct query q = query_open(s, ST_REMINDER_OF);

	put_int(&q, kind);
	put_int(&q, subject);
	put_int(&q, occasion);
	put_int(&q, cycle);
	return one_reminder(&q, out);
}

rc_t store_remind_count_open(struct store *s, int64_t *n)
{
	struct query q = query_open(s, ST_REMINDER_COUNT);

	return query_one_int(&q, n);
}

rc_t store_unasked(
        struct store *s, const char *msisdn, int64_t since, int64_t but, int *waiting, int *gone)
{
	struct query q = query_open(s, ST_UNASKED);
	rc_t rc;

	put_int(&q, since);
	put_text(&q, msisdn);
	put_int(&q, but);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*waiting = (int)get_int(&q);
	*gone = (int)get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_remind_asked(struct store *s, const char *msisdn, int64_t since, struct remind_row *out)
{
	struct query q = query_open(s, ST_REMINDER_ASKED);

	put_text(&q, msisdn);
	put_int(&q, since);
	return one_reminder(&q, out);
}
