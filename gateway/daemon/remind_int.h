/* What the rooms of reminders share. */
#ifndef DAEMON_REMIND_INT_H
#define DAEMON_REMIND_INT_H

#include "remind.h"
#include <payung/cover_bundle.h>
#include <payung/store_remind.h>

/* One subject as it is today: its facts and what the rules make of them. */
struct subject {
	struct remind_facts f;
	enum zone zone;
	int64_t today; /* in its zone */
	size_t n;
	struct remind_due plan[REMIND_PLAN_MAX];
};
/* remind_look.c. guess: the zone it was in when last looked at. RC_NOENT: no such subject. */
rc_t subject_load(struct daemon *d, enum remind_subject kind, int64_t id, enum zone guess,
        int64_t now, struct subject *out) MUST_CHECK;
/* Notes what is final, and takes it and what was noted before out of the plan: what stays is still
 * to come, to be sent now, or may become so. */
rc_t subject_settle(struct daemon *d, struct subject *s, int64_t now) MUST_CHECK;
/* Writes the day of the next look. held: what is to be sent now has to wait for tomorrow. */
rc_t subject_put_off(struct daemon *d, const struct subject *s, bool held) MUST_CHECK;
/* What it would be told now; returns how many. */
size_t subject_wishes(
        struct daemon *d, const struct subject *s, struct bundle_wish *out, size_t cap);

/* remind_text.c */
rupiah_t remind_amount(const struct daemon *d, const struct remind_facts *f, int months);
/* What the text of one occasion names, as of today. */
void remind_args(
        struct daemon *d, const struct subject *s, enum remind_occasion o, struct tmpl_args *out);
/* The same for a bundle: the first subject's, and the first names of all. */
void remind_bundle_args(struct daemon *d, const struct subject *const *s, size_t n,
        enum remind_occasion o, struct tmpl_args *out);

#define REMIND_ANEW_MAX 128
/* remind_anew.c: some more of those who were looked at by other rules; `a` is where we are. */
rc_t remind_look_anew(struct daemon *d, struct remind_anew *a) MUST_CHECK;

bool remind_clock_holds(struct daemon *d, int64_t now); /* remind.c: nothing dated without */
/* remind_pace.c */
bool remind_may_send(const struct daemon *d, enum zone z, int64_t now);
/* Reminders that may be queued now for this zone. */
int64_t remind_room(struct daemon *d, enum zone z, int64_t now);
/* Once a minute: can the lines carry today and tomorrow? Warns the operator. */
rc_t remind_weigh(struct daemon *d, int64_t now) MUST_CHECK;

#endif
