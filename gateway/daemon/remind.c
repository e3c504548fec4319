/* The engine. A look is an input of the tick like any other: a bounded number of subjects, those
 * first whose facts changed (they are only planned anew), then who is due, nearest last day first,
 * as many as the lines have room for. What is left waits for the next look, in the store. */
#include "outbox.h"
#include "remind_int.h"
#include "tick.h"

#include <assert.h>
#include <event2/event.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define SUBJECTS_AT_ONCE 128 /* some milliseconds of work */
#define IDLE_MS 600000       /* a look at least so often, whoever may have written */
#define HOUR_S 3600
#define AGAIN_MS 20         /* between looks while there is more: answers come first, */
#define AGAIN_TIMES 3       /* and they have so many times what the last one took */
#define COUNT_EVERY_MS 1000 /* what waits in the queue is counted; in between counted on */
#define SHARED_MAX 8        /* workers of one phone that are weighed together */
#define WISHES_MAX (SHARED_MAX * REMIND_PLAN_MAX)

static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
enum { ZONES = sizeof zones / sizeof *zones };
static const char *const subject_names[REMIND_SUBJECTS] = { "worker", "instalment", "pledge" };

/* Who shares a phone, and what all of them would be told now. */
struct phone_talk {
	int64_t now;
	size_t people;
	struct subject who[SHARED_MAX]; /* who[0] is the one whose turn it is */
	size_t n;
	struct bundle_wish wish[WISHES_MAX];
};

/* ---- queueing ---- */

static struct subject *whose(struct phone_talk *t, const struct bundle_wish *w)
{
	for (size_t i = 0; i < t->people; i++)
		if (t->who[i].f.subject == w->subject)
			return &t->who[i];
	assert(!"a wish of nobody");
	return NULL;
}

/* What is queued is taken out of the plan: it is not due a second time. */
static rc_t note_queued(
        struct daemon *d, struct phone_talk *t, const struct bundle_wish *w, int64_t outbox)
{
	struct subject *s = whose(t, w);
	struct remind_row r = { .kind = s->f.kind,
		.subject = w->subject,
		.occasion = w->occasion,
		.cycle = w->cycle,
		.outbox = outbox };
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct remind_due due = s->plan[i];

		if (due.occasion == w->occasion && due.cycle == w->cycle)
			r.day = due.day;
		else
			s->plan[kept++] = due;
	}
	s->n = kept;
	text_copy(r.msisdn, sizeof r.msisdn, t->who[0].f.msisdn);
	return store_remind_note(d->store, &r, t->now);
}

/* Who was just asked whether the number is theirs is reminded from now on: no other fact will say
 * so. */
static rc_t plan_anew(struct daemon *d, struct phone_talk *t, const struct bundle_wish *w)
{
	struct subject *s = whose(t, w);
	rc_t rc = subject_load(d, s->f.kind, s->f.subject, s->zone, t->now, s);

	return rc == RC_OK ? subject_settle(d, s, t->now) : rc;
}

static rc_t queue_text(struct daemon *d, struct phone_talk *t, const struct bundle_text *text)
{
	const struct bundle_wish *first = &t->wish[text->wish[0]];
	const struct subject *s = whose(t, first);
	struct outbox_new n = { .class = CLASS_REMINDER,
		.args = "", /* rendered when it leaves */
		.created_at = t->now,
		.not_before = t->now };
	int64_t last = first->last, outbox;
	rc_t rc;

	for (size_t i = 1; i < text->n; i++)
		if (t->wish[text->wish[i]].last < last)
			last = t->wish[text->wish[i]].last;
	n.expires_at = date_utc(date_from_days(last + 1), 0, s->zone);
	snprintf(n.subject, sizeof n.subject, "%s/%lld", subject_names[s->f.kind],
	        (long long)first->subject);
	snprintf(n.key, sizeof n.key, "%s/%s/%lld", n.subject, remind_name(first->occasion),
	        (long long)first->cycle);
	text_copy(n.msisdn, sizeof n.msisdn, s->f.msisdn);
	text_copy(n.lang, sizeof n.lang, s->f.lang);
	text_copy(n.template_id, sizeof n.template_id,
	        text->template_id ? text->template_id
	                          : remind_template(first->occasion, s->f.civil_servant));
	rc = store_outbox_add(d->store, &n, &outbox);
	for (size_t i = 0; rc == RC_OK && i < text->n; i++)
		rc = note_queued(d, t, &t->wish[text->wish[i]], outbox);
	if (rc == RC_OK && first->occasion == REMIND_NUMBER_CHECK)
		rc = plan_anew(d, t, first);
	if (rc == RC_OK) {
		d->remind.open++;
		log_debug("reminder %s queued outbox=%lld", n.key, (long long)outbox);
	}
	return rc;
}

/* ---- one phone ---- */

static rc_t add_person(struct daemon *d, struct phone_talk *t, enum remind_subject kind, int64_t id,
        enum zone zone)
{
	struct subject *s = &t->who[t->people];
	rc_t rc = subject_load(d, kind, id, zone, t->now, s);

	if (rc == RC_OK)
		rc = subject_settle(d, s, t->now);
	if (rc != RC_OK || (t->people && strcmp(s->f.msisdn, t->who[0].f.msisdn) != 0))
		return rc;
	t->people++;
	t->n += subject_wishes(d, s, t->wish + t->n, WISHES_MAX - t->n);
	return RC_OK;
}

/* Those who share the phone and may share the text. */
static rc_t add_others(struct daemon *d, struct phone_talk *t)
{
	const struct subject *s = &t->who[0];
	int64_t id = 0;
	rc_t rc = RC_OK;

	while (t->people < SHARED_MAX &&
	        (rc = store_remind_next_of_phone(d->store, s->f.msisdn, id, &id)) == RC_OK) {
		if (id != s->f.subject)
			rc = add_person(d, t, REMIND_WORKER, id, s->zone);
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Texts the phone may still get today; one that waits in the queue may go out today. */
static rc_t phone_room(struct daemon *d, const struct phone_talk *t, size_t *room)
{
	const struct subject *s = &t->who[0];
	int waiting = 0, gone = 0, most = d->conf->reminders.unsolicited_per_day;
	rc_t rc = store_unasked(d->store, s->f.msisdn,
	        date_utc(date_from_days(s->today), 0, s->zone), 0, &waiting, &gone);

	*room = waiting + gone < most ? (size_t)(most - waiting - gone) : 0;
	return rc;
}

static rc_t tell_phone(struct daemon *d, struct phone_talk *t, int64_t *room)
{
	struct bundle_text text[WISHES_MAX];
	size_t texts = 0, allowed = 0;
	rc_t rc = phone_room(d, t, &allowed);

	if (rc == RC_OK && allowed && t->who[0].f.kind == REMIND_WORKER)
		rc = add_others(d, t);
	if (rc != RC_OK)
		return rc;
	if ((int64_t)allowed > *room)
		allowed = (size_t)*room;
	texts = bundle_texts(t->wish, t->n, allowed, text);
	*room -= (int64_t)texts;
	for (size_t i = 0; rc == RC_OK && i < texts; i++)
		rc = queue_text(d, t, &text[i]);
	for (size_t i = 1; rc == RC_OK && i < t->people; i++)
		rc = subject_put_off(d, &t->who[i], false);
	return rc;
}

/* ---- the look ---- */

static bool is_bad(const struct daemon *d, const struct remind_look *l)
{
	const struct remind_whom *bad = &d->remind.bad;

	return bad->set && bad->kind == l->kind && bad->subject == l->subject;
}

struct remind_looked { /* what one look leaves behind */
	bool more, nothing;
	int64_t began_us;
	struct remind_anew anew;
};

/* One that cannot be dealt with must not keep the others waiting. */
static rc_t skip_bad(struct daemon *d, const struct remind_look *l, int64_t now)
{
	struct remind_look later = *l;

	later.day = date_days(date_at(now, l->zone)) + 1;
	later.last = 0;
	d->remind.bad = (struct remind_whom){ 0 };
	log_err("reminders: %s/%lld cannot be looked at, see above; tried again tomorrow",
	        subject_names[l->kind], (long long)l->subject);
	return store_remind_looked(d->store, &later);
}

/* Without room it is only planned anew. What it is still to be told, although there is room, is
 * too much for its phone today. */
static rc_t look_at(struct daemon *d, const struct remind_look *l, int64_t now, int64_t *room)
{
	static struct phone_talk t; /* large; one thread */
	const struct remind_whom whom = { true, l->kind, l->subject };
	const bool had_room = *room > 0;
	rc_t rc;

	if (is_bad(d, l))
		return skip_bad(d, l, now);
	d->remind.at = whom;
	t.now = now;
	t.people = t.n = 0;
	rc = add_person(d, &t, l->kind, l->subject, l->zone);
	if (rc == RC_OK && t.n && had_room)
		rc = tell_phone(d, &t, room);
	return rc == RC_OK ? subject_put_off(d, &t.who[0], had_room && *room > 0) : rc;
}

static rc_t look_at_changed(struct daemon *d, int64_t now, int *left)
{
	struct remind_look l;
	int64_t no_room = 0;
	rc_t rc = RC_OK;

	for (; *left > 0; --*left) {
		rc = store_remind_next_changed(d->store, &l);
		if (rc == RC_OK)
			rc = look_at(d, &l, now, &no_room);
		if (rc != RC_OK)
			break;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Of all zones the one whose last day is nearest and may be dealt with now: whose days are over
 * already needs no line. */
static rc_t next_due(struct daemon *d, const int64_t room[ZONES], int64_t now,
        struct remind_look *out, int *its_zone)
{
	bool found = false;

	for (int i = 0; i < ZONES; i++) {
		const int64_t today = date_days(date_at(now, zones[i]));
		struct remind_look l;
		rc_t rc = store_remind_next_due(d->store, zones[i], today, &l);

		if (rc != RC_OK && rc != RC_NOENT)
			return rc;
		if (rc == RC_NOENT)
			continue;
		d->remind.waits = true;
		if (l.last >= today && room[i] <= 0)
			continue;
		if (!found || l.last < out->last) {
			*out = l;
			*its_zone = i;
		}
		found = true;
	}
	return found ? RC_OK : RC_NOENT;
}

/* Those beside it, with the same days, come with it: one question for many. */
struct row_of_due {
	struct remind_look look[SUBJECTS_AT_ONCE];
	size_t n, at;
	int zone;
};

static rc_t take_due(struct daemon *d, const int64_t room[ZONES], int64_t now,
        struct row_of_due *row, struct remind_look *out)
{
	const int64_t today = date_days(date_at(now, zones[row->zone]));
	rc_t rc;

	if (row->at < row->n && (room[row->zone] > 0 || row->look[row->at].last < today)) {
		*out = row->look[row->at++];
		return RC_OK;
	}
	row->n = row->at = 0;
	rc = next_due(d, room, now, out, &row->zone);
	if (rc == RC_OK)
		rc = store_remind_beside(d->store, out, row->look, SUBJECTS_AT_ONCE, &row->n);
	return rc;
}

static rc_t look_at_due(struct daemon *d, int64_t now, int *left)
{
	static struct row_of_due row; /* large; one thread */
	int64_t room[ZONES], its_room, before;
	struct remind_look l;
	rc_t rc = RC_OK;

	row = (struct row_of_due){ 0 };
	for (int i = 0; i < ZONES; i++)
		room[i] = remind_room(d, zones[i], now);
	for (; *left > 0; --*left) {
		rc = take_due(d, room, now, &row, &l);
		if (rc != RC_OK)
			break;
		its_room = l.last >= date_days(date_at(now, l.zone)) ? room[row.zone] : 0;
		before = its_room;
		rc = look_at(d, &l, now, &its_room);
		if (rc != RC_OK)
			break;
		for (int i = 0; i < ZONES; i++) /* the lines are those of all zones */
			room[i] -= before - its_room;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* The clock may have gone back since it was looked at: what was committed later is the witness. */
bool remind_clock_holds(struct daemon *d, int64_t now)
{
	return d->clock_ok && now + CLOCK_SLACK_S >= store_newest_time(d->store);
}

/* Nothing comes up by itself before the hour is over (days begin with hours, in every zone), and
 * what we write ourselves is counted; only others' writes are met by looking now and then. */
static bool is_idle(const struct daemon *d)
{
	const struct remind_idle *i = &d->remind.idle;

	return i->set && i->hour == clock_now() / HOUR_S && clock_mono_ms() < i->until_ms &&
	       i->commits == store_commits(d->store);
}

void remind_stir(struct daemon *d)
{
	d->remind.idle.set = false;
}

static void looked(struct daemon *d, struct modem *m, void *data)
{
	const struct remind_looked *l = data;
	int64_t pause = (clock_work_us() - l->began_us) * AGAIN_TIMES; /* the commit is in it */
	struct timeval tv;

	(void)m;
	pause = pause > AGAIN_MS * 1000 ? pause : AGAIN_MS * 1000;
	tv = (struct timeval){ .tv_sec = pause / 1000000, .tv_usec = pause % 1000000 };
	d->remind.asked = false;
	d->remind.more = l->more;
	if (l->anew.mark == d->remind.anew.mark) /* no other rules came meanwhile */
		d->remind.anew = l->anew;
	d->remind.idle = (struct remind_idle){ .set = l->nothing,
		.hour = clock_now() / HOUR_S,
		.until_ms = clock_mono_ms() + IDLE_MS,
		.commits = store_commits(d->store) };
	if (d->remind.more && d->remind.again)
		event_add(d->remind.again, &tv);
}

static rc_t count_open(struct daemon *d)
{
	struct remind *r = &d->remind;

	if (r->counted_ms && clock_mono_ms() - r->counted_ms < COUNT_EVERY_MS)
		return RC_OK;
	r->counted_ms = clock_mono_ms();
	return store_remind_count_open(d->store, &r->open);
}

static rc_t look(struct daemon *d, int64_t now, int *left, struct remind_anew *anew)
{
	rc_t rc = count_open(d);
	const int64_t open = d->remind.open;

	d->remind.waits = d->remind.open > 0;
	if (rc == RC_OK)
		rc = look_at_changed(d, now, left);
	if (rc == RC_OK)
		rc = look_at_due(d, now, left);
	if (rc == RC_OK && *left > 0)
		rc = remind_look_anew(d, anew);
	if (!anew->done)
		*left = 0;
	if (rc == RC_OK)
		rc = remind_weigh(d, now);
	if (rc == RC_OK && d->remind.open > open)
		outbox_wake(d);
	return rc;
}

static rc_t remind_run(struct daemon *d, struct modem *m, void *data)
{
	int64_t now = clock_now();
	int left = SUBJECTS_AT_ONCE;
	struct remind_looked l = { .began_us = clock_work_us(), .anew = d->remind.anew };
	rc_t rc = RC_OK;

	(void)m, (void)data;
	if (!d->stopping && remind_clock_holds(d, now)) {
		rc = look(d, now, &left, &l.anew);
		l.nothing = left == SUBJECTS_AT_ONCE && !d->remind.waits;
	}
	l.more = left == 0;
	if (rc == RC_OK)
		tick_effect(d, NULL, looked, &l, sizeof l);
	return rc == RC_OK || rc == RC_AGAIN || rc == RC_FULL || rc == RC_IO ? rc : RC_INVALID;
}

static void refused(struct daemon *d, struct modem *m, void *data)
{
	(void)m, (void)data;
	d->remind.asked = false;
	d->remind.bad = d->remind.at;
}

static const struct tick_input remind_input = {
	.name = "remind", .run = remind_run, .refused = refused
};

void remind_housekeeping(struct daemon *d)
{
	if (d->remind.asked || d->stopping || !d->clock_ok || is_idle(d))
		return;
	d->remind.asked = true;
	tick_add(d, NULL, &remind_input, NULL);
}

bool remind_has_more(const struct daemon *d)
{
	return d->remind.more;
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	remind_housekeeping(arg);
}

void remind_start(struct daemon *d)
{
	d->remind.again = evtimer_new(d->base, on_again, d);
	assert(d->remind.again);
}

void remind_stop(struct daemon *d)
{
	if (d->remind.again)
		event_free(d->remind.again);
	d->remind.again = NULL;
}
