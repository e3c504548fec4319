/* Workers, reminders and their messages, for the tests of reminders in the store. */
#ifndef REMIND_FIXTURE_H
#define REMIND_FIXTURE_H

#include "money_fixture.h"

#include <payung/store_desk.h>
#include <payung/store_remind.h>
#include <payung/store_request.h>

#define CYCLE 24318

/* The worker of a registration made with add_worker(): they are numbered alike here. */
static inline struct remind_row reminder_of(int64_t worker, enum remind_occasion o, int64_t outbox)
{
	struct remind_row r = { .kind = REMIND_WORKER,
		.subject = worker,
		.occasion = o,
		.cycle = CYCLE,
		.day = DAY0,
		.outbox = outbox };

	snprintf(r.msisdn, sizeof r.msisdn, "+62812%07d", (int)worker);
	return r;
}

static inline int64_t queue_text(struct store *s, const char *key, const char *msisdn)
{
	struct outbox_new n = reply_to(key, msisdn);
	int64_t id = 0;

	n.class = CLASS_REMINDER;
	n.body = NULL;
	n.args = "";
	n.parts = 0;
	must(store_outbox_add(s, &n, &id));
	return id;
}

/* Queues a reminder of this worker; returns the message. */
static inline int64_t queue_reminder(struct store *s, int64_t worker, enum remind_occasion o)
{
	char key[64];
	struct remind_row r = reminder_of(worker, o, 0);

	snprintf(key, sizeof key, "worker/%lld/%d", (long long)worker, o);
	r.outbox = queue_text(s, key, r.msisdn);
	must(store_remind_note(s, &r, T0));
	return r.outbox;
}

static inline enum outbox_state state_of(struct store *s, int64_t outbox)
{
	static struct outbox_row row;

	must(store_outbox_get(s, outbox, &row));
	return row.state;
}

static inline struct remind_row only_of(struct store *s, enum remind_subject kind, int64_t subject)
{
	struct remind_row r = { 0 }, more;

	must(store_remind_next_of_subject(s, kind, subject, NULL, &r));
	assert_int_equal(store_remind_next_of_subject(s, kind, subject, &r, &more), RC_NOENT);
	return r;
}

static inline void look_later(struct store *s, enum remind_subject kind, int64_t subject)
{
	const struct remind_look l = { kind, subject, DAY0 + 30, DAY0 + 35, ZONE_WIB };

	must(store_remind_looked(s, &l));
}

/* Everybody who is new was looked at. */
static inline void all_looked(struct store *s)
{
	struct remind_look l;

	while (store_remind_next_changed(s, &l) == RC_OK)
		look_later(s, l.kind, l.subject);
}

static inline bool is_changed(struct store *s, enum remind_subject kind, int64_t subject)
{
	struct remind_look l;
	rc_t rc = store_remind_next_changed(s, &l);

	return rc == RC_OK && l.kind == kind && l.subject == subject;
}

static inline int64_t two_workers(struct store *s)
{
	int64_t pledge = add_pledge(s, "D4F7K2", 10);

	add_worker(s, pledge, 1, false);
	add_worker(s, pledge, 2, false);
	return pledge;
}

#endif
