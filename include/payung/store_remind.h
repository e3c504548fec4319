/* Store door: who is to be looked at for a reminder and when, what was queued, and what never will be.
 * See store.h for the rules of every call. One row a subject holds the day of its next look; triggers of
 * the store bring it forward to now (day 0) when a fact changes, and cancel what waits in the queue when
 * its reason is certainly gone: nobody who writes a fact need know of reminders. */
#ifndef PAYUNG_STORE_REMIND_H
#define PAYUNG_STORE_REMIND_H

#include <payung/cover_remind.h>
#include <payung/store_cover.h>
#include <payung/store_outbox.h>
#include <payung/store_scheme.h>

#define REMIND_NEVER INT64_MAX

/* day: of the look; last: the last day of what is due then, which orders what is due, 0 when nothing is to
 * be sent; zone: whose day. */
struct remind_look { enum remind_subject kind; int64_t subject, day, last; enum zone zone; };
/* One whose facts have changed since it was looked at (day 0), or that is new. RC_NOENT: none. */
rc_t store_remind_next_changed(struct store *s, struct remind_look *out) MUST_CHECK;
/* The one of this zone that is due on that day and whose last day is nearest. RC_NOENT: none. */
rc_t store_remind_next_due(struct store *s, enum zone zone, int64_t today, struct remind_look *out) MUST_CHECK;
/* Others with the zone, the day and the last day of this one, by kind and subject behind it. */
rc_t store_remind_beside(struct store *s, const struct remind_look *l, struct remind_look *out, size_t cap,
	size_t *n) MUST_CHECK;
/* The look that stands for this subject. RC_NOENT: no such subject. */
rc_t store_remind_look(struct store *s, enum remind_subject kind, int64_t subject, struct remind_look *out) MUST_CHECK;
/* Looked at: sets zone, day and last. RC_NOENT: no such subject. */
rc_t store_remind_looked(struct store *s, const struct remind_look *l) MUST_CHECK;
/* All subjects, whatever their day, by kind and id behind this one, up to cap. */
rc_t store_remind_behind(struct store *s, const struct remind_look *l, struct remind_look *out, size_t cap,
	size_t *n) MUST_CHECK;
/* To be looked at now. */
rc_t store_remind_touch(struct store *s, const struct remind_look *l) MUST_CHECK;
/* The mark of the rules by which the days of all looks were found. RC_NOENT: none was noted yet. */
rc_t store_remind_rules(struct store *s, int64_t *mark) MUST_CHECK;
rc_t store_remind_ruled(struct store *s, int64_t mark) MUST_CHECK;
/* How many of this zone have something to be sent from day to day, both inclusive. */
rc_t store_remind_count(struct store *s, enum zone zone, int64_t from, int64_t to, int64_t *n) MUST_CHECK;
/* For lists: all of a zone due on or before that day, by day, the next after this one (all 0: the first). */
rc_t store_remind_next_listed(struct store *s, enum zone zone, int64_t until, const struct remind_look *after,
	struct remind_look *out) MUST_CHECK;

/* All that the plan and the text need of a subject. */
struct remind_facts {
	enum remind_subject kind;
	int64_t subject;
	union { struct remind_worker worker; struct remind_instalment instalment; struct remind_pledge pledge; };
	char msisdn[MSISDN_CAP], lang[TMPL_LANG_CAP], area[24]; /* whom it goes to, "" = nobody; area: a code */
	char name[IMPORT_NAME_CAP], sponsor[32], ref[REF_LEN + 3]; /* the worker, or who holds the sponsor's phone */
	int64_t sponsor_id; /* whom the text names or goes to; 0: none */
	int job, workers, instalment_months;
	enum funding funding;
	bool civil_servant;
	month_t from, to;  /* of the instalment or the pledge */
	rupiah_t amount;   /* of an instalment: to pay now. What a worker pays is a matter of the tariff */
};
/* As of that day. A worker's reminders go to the phone linked longest among those that want them.
 * RC_NOENT: no such subject. */
rc_t store_remind_facts(struct store *s, enum remind_subject kind, int64_t subject, struct date today,
	struct remind_facts *out) MUST_CHECK;
/* Workers linked to this phone: the next id after that. RC_NOENT: no more. */
rc_t store_remind_next_of_phone(struct store *s, const char *msisdn, int64_t after, int64_t *worker) MUST_CHECK;
/* Does this phone still get the worker's reminders? RC_NOENT: it is not linked to them (any more). */
rc_t store_remind_link(struct store *s, const char *msisdn, int64_t worker, bool *stopped) MUST_CHECK;

/* ---- what was done ---- */
enum remind_state { REMINDER_QUEUED, REMINDER_SUPPRESSED, REMINDER_MISSED, REMINDER_CANCELLED, REMINDER_STATES };
const char *remind_state_name(enum remind_state r);
struct remind_row {
	int64_t subject, cycle, day, outbox, noted_at; /* outbox: 0 = was never queued */
	enum remind_subject kind;
	enum remind_occasion occasion;
	enum remind_state state;
	enum remind_why why;
	bool open;             /* waits in the queue, no part of it has gone out */
	char msisdn[MSISDN_CAP];
};
/* Writes kind, subject, occasion, cycle, state, why, day, outbox, msisdn; open when QUEUED. Once ever for
 * (kind, subject, occasion, cycle): RC_EXISTS. */
rc_t store_remind_note(struct store *s, const struct remind_row *r, int64_t now) MUST_CHECK;
rc_t store_remind_was(struct store *s, enum remind_subject kind, int64_t subject, enum remind_occasion o,
	int64_t cycle, bool *yes) MUST_CHECK;
/* One that is open is not sent: its message is cancelled too when it carries nothing else that is.
 * state: MISSED or CANCELLED. RC_NOENT: none such, or not open. */
rc_t store_remind_drop(struct store *s, const struct remind_row *r, enum remind_state state, enum remind_why why)
	MUST_CHECK;
/* The reminders one message carries (a bundle carries several), up to cap. */
rc_t store_remind_of_outbox(struct store *s, int64_t outbox, struct remind_row *out, size_t cap, size_t *n) MUST_CHECK;
/* All of a subject: the next after (occasion, cycle) of `after`, NULL: the first. */
rc_t store_remind_next_of_subject(struct store *s, enum remind_subject kind, int64_t subject,
	const struct remind_row *after, struct remind_row *out) MUST_CHECK;
/* How many wait in the queue. */
rc_t store_remind_count_open(struct store *s, int64_t *n) MUST_CHECK;

/* Unasked texts (reminders and confirmations) to this phone, other than `but`: those that wait, and those
 * handed to a modem since then. */
rc_t store_unasked(struct store *s, const char *msisdn, int64_t since, int64_t but, int *waiting, int *gone) MUST_CHECK;
/* The newest number check sent to this phone since then, while the link holds. RC_NOENT: none. */
rc_t store_remind_asked(struct store *s, const char *msisdn, int64_t since, struct remind_row *out) MUST_CHECK;

/* ---- what came of it ---- */
/* Each reminder that left from day to day (in WIB), with the first day from then on on which somebody
 * paid for its subject: a month of the worker, or anything of the instalment's pledge; of a pledge, its
 * sponsor asked for it to go on or made the next one; 0: nobody. */
typedef void store_remind_effect_fn(void *arg, enum remind_occasion o, int64_t sent_day, int64_t paid_day);
rc_t store_remind_effect(struct store *s, int64_t from, int64_t to, store_remind_effect_fn *fn, void *arg) MUST_CHECK;

#endif
