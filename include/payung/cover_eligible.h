/* Who may join. The insurer takes new members who still work and are under the age limit on the day
 * they join; who is a member already stays, whatever the age. After three unpaid months membership
 * has ended, and coming back is joining anew. Pure. */
#ifndef PAYUNG_COVER_ELIGIBLE_H
#define PAYUNG_COVER_ELIGIBLE_H

#include <payung/cover_state.h>
#include <payung/date.h>
#include <stdbool.h>

/* Both in completed years. The minimum is not stated anywhere and the operator's choice; 64 is the
 * insurer's "at most 64 years and 11 months". */
struct eligible_rules { int age_min, age_max_new; };
#define ELIGIBLE_RULES_DEFAULT { .age_min = 17, .age_max_new = 64 }

struct eligible_person {
	struct date born;
	enum coverage_state standing; /* on the day asked about */
	bool was_member;        /* was covered before, ever */
	bool still_works;       /* as the person said; death claims fail where it was not true */
};

enum eligible {
	ELIGIBLE_NEW,
	ELIGIBLE_CONTINUES, /* member already: the age does not matter any more */
	ELIGIBLE_REJOINS,   /* may join, but the waiting time for the full death benefit starts again */
	ELIGIBLE_TOO_YOUNG,
	ELIGIBLE_TOO_OLD,
	ELIGIBLE_NOT_WORKING,
	ELIGIBLE_DECEASED,
	ELIGIBLES
};
const char *eligible_name(enum eligible e); /* "new"... for tables and logs */

/* at: the day of joining, which for people on a waiting list is the day they get a place. */
enum eligible eligible_check(const struct eligible_rules *r, const struct eligible_person *p, struct date at);
bool eligible_yes(enum eligible e); /* NEW, CONTINUES, REJOINS */
/* The last day on which this person may still join as new. */
struct date eligible_last_day(const struct eligible_rules *r, struct date born);

#endif
