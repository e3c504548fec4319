/* Who guesses codes, floods or is a machine itself costs airtime and may end up talking with us for
 * ever. Honest people must hardly notice: a typing error is no guess, what was asked may always be
 * answered, and a misfortune or STOP is heard whatever else went on. */
#include "guard.h"

enum { HOUR_S = 3600, DAY_MIN = 24 * 60, HOUR_MIN = 60 };

const char *guard_verdict_name(enum guard_verdict v)
{
	static const char *const names[] = { "answer", "silent", "reply cap", "loop", "paused",
		"blocked" };

	return names[v];
}

/* ---- one number ---- */

static bool is_urgent(enum talk_intent i)
{
	return i == INTENT_CLAIM || i == INTENT_CLAIM_DEATH || i == INTENT_CLAIM_ACCIDENT ||
	       i == INTENT_STOP;
}

static bool is_same(const struct phone_row *p, const struct guard_text *t)
{
	return p->same_hash == t->hash && t->now - p->same_since < HOUR_S;
}

void guard_count(struct phone_row *p, const struct guard_text *t, const struct conf_limits *l)
{
	if (!is_same(p, t)) {
		p->same_hash = t->hash;
		p->same_since = t->now;
		p->same_count = 0;
	}
	if (++p->same_count == l->same_text_hour + 1)
		p->quiet_until = t->now + HOUR_S;
}

enum guard_verdict guard_judge(
        const struct phone_row *p, const struct guard_text *t, const struct conf_limits *l)
{
	bool urgent = is_urgent(t->intent), looping = p->same_count > l->same_text_hour;
	int cap = l->replies_per_number_day;

	/* Neither is exempt for ever: two machines may speak of STOP, too. */
	if (urgent)
		return looping || p->replies_today >= 2 * cap ? GUARD_SILENT : GUARD_ANSWER;
	if (looping)
		return GUARD_LOOP;
	if (p->replies_today >= cap && !t->cadre)
		return GUARD_CAP;
	if (t->asked || !talk_is_read_only(t->intent))
		return GUARD_ANSWER;
	if (t->now < p->quiet_until)
		return GUARD_LOOP;
	return t->paused ? GUARD_PAUSED : GUARD_ANSWER;
}

/* The store's days are those of the west. */
static int hours_to_midnight(int64_t now)
{
	return (DAY_MIN - date_minute_of_day(now, ZONE_WIB) + HOUR_MIN - 1) / HOUR_MIN;
}

struct guard_codes guard_codes(const struct phone_row *p, bool linked, int64_t wrong_all,
        int64_t now, const struct conf_limits *l)
{
	bool one_try = !linked && wrong_all >= l->wrong_codes_all_hour;
	int tries = one_try ? 1 : l->wrong_codes_per_hour;

	if (p->wrong_codes_today >= l->wrong_codes_per_day)
		return (struct guard_codes){ hours_to_midnight(now),
			p->wrong_codes_today > l->wrong_codes_per_day };
	if (p->wrong_codes >= tries)
		return (struct guard_codes){ 1, p->wrong_codes > tries };
	return (struct guard_codes){ 0 };
}

bool guard_talks_much(const struct phone_row *p, const struct conf_limits *l)
{
	return 2 * p->replies_today >= l->replies_per_number_day;
}

bool guard_suspects(const struct phone_row *p, bool cadre, const struct conf_limits *l)
{
	return p->wrong_codes_today > 0 || p->same_count > 1 || (!cadre && guard_talks_much(p, l));
}

/* ---- all numbers together ---- */

int64_t guard_last_hour(int64_t this_hour, int64_t hour_before, int64_t now)
{
	return this_hour + hour_before * (HOUR_S - now % HOUR_S) / HOUR_S;
}

bool guard_paused(int64_t all_last_hour, int64_t line_last_hour, const struct conf_limits *l)
{
	return all_last_hour >= l->answers_all_hour || line_last_hour >= l->answers_line_hour;
}
