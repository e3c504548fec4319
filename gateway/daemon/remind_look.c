/* A subject looked at: facts from the store, the plan of the rules, and what of it is over. */
#include "remind_int.h"

static size_t plan_of(const struct daemon *d, struct subject *s)
{
	const struct remind_rules *r = &d->remind.rules;

	switch (s->f.kind) {
	case REMIND_WORKER:
		return remind_plan_worker(r, &s->f.worker, s->today, s->plan);
	case REMIND_INSTALMENT:
		return remind_plan_instalment(r, &s->f.instalment, s->today, s->plan);
	default:
		return remind_plan_pledge(r, &s->f.pledge, s->today, s->plan);
	}
}

static rc_t load_in(struct daemon *d, enum remind_subject kind, int64_t id, enum zone zone,
        int64_t now, struct subject *out)
{
	const struct date today = date_at(now, zone);

	out->zone = zone;
	out->today = date_days(today);
	return store_remind_facts(d->store, kind, id, today, &out->f);
}

rc_t subject_load(struct daemon *d, enum remind_subject kind, int64_t id, enum zone guess,
        int64_t now, struct subject *out)
{
	rc_t rc = load_in(d, kind, id, guess, now, out);
	enum zone zone;

	if (rc != RC_OK)
		return rc;
	zone = quiet_zone_of(&d->remind.tables.zones, out->f.area, d->conf->zone);
	if (zone != guess) /* another day may have begun there */
		rc = load_in(d, kind, id, zone, now, out);
	if (rc == RC_OK)
		out->n = plan_of(d, out);
	return rc;
}

/* ---- what is over ---- */

/* What spoke against it, else what the look that stands tells of its days. */
static rc_t why_over(struct daemon *d, const struct subject *s, const struct remind_due *due,
        enum remind_why *why)
{
	struct remind_look l;
	rc_t rc;

	*why = due->why;
	if (due->why != WHY_TOO_LATE)
		return RC_OK;
	rc = store_remind_look(d->store, s->f.kind, s->f.subject, &l);
	if (rc == RC_OK)
		*why = remind_missed(l.day, l.last, due->last);
	if (*why == WHY_LINE && quiet_all(&d->remind.window, due->day, due->last, s->zone))
		*why = WHY_QUIET;
	return rc;
}

static rc_t note_over(
        struct daemon *d, const struct subject *s, const struct remind_due *due, int64_t now)
{
	struct remind_row r = { .kind = s->f.kind,
		.subject = s->f.subject,
		.occasion = due->occasion,
		.cycle = due->cycle,
		.day = due->day,
		.state = due->why == WHY_TOO_LATE ? REMINDER_MISSED : REMINDER_SUPPRESSED };
	rc_t rc = why_over(d, s, due, &r.why);

	if (rc == RC_OK)
		rc = store_remind_note(d->store, &r, now);
	return rc == RC_EXISTS ? RC_OK : rc;
}

/* Is there nothing more to be done about it? */
static rc_t is_settled(struct daemon *d, const struct subject *s, const struct remind_due *due,
        int64_t now, bool *yes)
{
	*yes = due->verdict == REMIND_MISSED;
	if (*yes)
		return note_over(d, s, due, now);
	if (due->verdict == REMIND_LATER)
		return RC_OK;
	return store_remind_was(d->store, s->f.kind, s->f.subject, due->occasion, due->cycle, yes);
}

rc_t subject_settle(struct daemon *d, struct subject *s, int64_t now)
{
	size_t kept = 0;
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < s->n; i++) {
		const struct remind_due due = s->plan[i];
		bool settled = false;

		rc = is_settled(d, s, &due, now, &settled);
		if (!settled)
			s->plan[kept++] = due;
	}
	s->n = kept;
	return rc;
}

/* ---- the next look ---- */

/* What will be sent, as far as one can tell, has its last day; a look that only finds that days
 * are over needs no line and has none. */
static struct remind_look next_look(const struct subject *s)
{
	struct remind_look l = { s->f.kind, s->f.subject, 0, 0, s->zone };

	for (size_t i = 0; i < s->n; i++) /* to be sent now: the nearest last day */
		if (s->plan[i].verdict == REMIND_NOW && (!l.last || s->plan[i].last < l.last)) {
			l.day = s->plan[i].day;
			l.last = s->plan[i].last;
		}
	if (l.last)
		return l;
	l.day = remind_next_day(s->plan, s->n, s->today);
	for (size_t i = 0; i < s->n; i++)
		if (s->plan[i].day == l.day && s->plan[i].why == WHY_NONE)
			l.last = s->plan[i].last;
	return l;
}

rc_t subject_put_off(struct daemon *d, const struct subject *s, bool held)
{
	struct remind_look l = next_look(s);

	if (held && l.day <= s->today)
		l.day = s->today + 1;
	return store_remind_looked(d->store, &l);
}

/* ---- what is to be said ---- */

static int months_of(const struct remind_facts *f)
{
	return f->instalment_months > 0 ? f->instalment_months : 1;
}

size_t subject_wishes(
        struct daemon *d, const struct subject *s, struct bundle_wish *out, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n && n < cap; i++) {
		const struct remind_due *due = &s->plan[i];

		if (due->verdict == REMIND_NOW)
			out[n++] = (struct bundle_wish){ .subject = s->f.subject,
				.occasion = due->occasion,
				.cycle = due->cycle,
				.anchor = due->anchor,
				.last = due->last,
				.amount = s->f.kind == REMIND_WORKER
				                  ? remind_amount(d, &s->f, months_of(&s->f))
				                  : s->f.amount,
				.sponsor = s->f.sponsor_id };
	}
	return n;
}
