/* The age is asked only of people who join: a member stays one. */
#include <payung/cover_eligible.h>

const char *eligible_name(enum eligible e)
{
	static const char *const names[ELIGIBLES] = { "new", "continues", "rejoins", "too_young",
		"too_old", "not_working", "deceased" };

	return names[e];
}

static bool is_member(enum coverage_state c)
{
	return c == COVERAGE_ACTIVE || c == COVERAGE_EXPIRING || c == COVERAGE_IN_ARREARS;
}

enum eligible eligible_check(
        const struct eligible_rules *r, const struct eligible_person *p, struct date at)
{
	int age = date_age(p->born, at);

	if (p->standing == COVERAGE_DECEASED)
		return ELIGIBLE_DECEASED;
	if (is_member(p->standing))
		return ELIGIBLE_CONTINUES;
	if (age < r->age_min)
		return ELIGIBLE_TOO_YOUNG;
	if (age > r->age_max_new)
		return ELIGIBLE_TOO_OLD;
	if (!p->still_works)
		return ELIGIBLE_NOT_WORKING;
	return p->was_member || p->standing == COVERAGE_ENDED ? ELIGIBLE_REJOINS : ELIGIBLE_NEW;
}

bool eligible_yes(enum eligible e)
{
	return e == ELIGIBLE_NEW || e == ELIGIBLE_CONTINUES || e == ELIGIBLE_REJOINS;
}

struct date eligible_last_day(const struct eligible_rules *r, struct date born)
{
	struct date birthday = { born.year + r->age_max_new + 1, born.month, born.day };

	/* 29 February counts as 1 March in other years, as in date_age(). */
	return date_from_days(date_days(birthday) - 1);
}
