/* What is the same for every subject: one row for each occasion. */
#include "remind_int.h"

#include <assert.h>
#include <string.h>

#define SELF REMIND_WORKER, .gone = WHY_PAID, .asks = true
#define DUE REMIND_INSTALMENT, .gone = WHY_CLOSED, .asks = true
#define PLEDGE REMIND_PLEDGE, .gone = WHY_CLOSED, .asks = true
#define NO_NEXT REMIND_OCCASIONS

static const struct remind_row_of {
	const char *name, *text, *civil;
	struct day_span when;
	enum remind_occasion next; /* takes over from it */
	enum remind_subject of;
	enum remind_why gone; /* when the plan knows nothing of it any more */
	bool asks;
} table[REMIND_OCCASIONS] = {
	[REMIND_SELF_FIRST] = { "self_first", "R01", "R01", { -30, -8, false }, REMIND_SELF_SECOND,
	        SELF },
	[REMIND_SELF_SECOND] = { "self_second", "R02", "R02", { -7, -2, false }, REMIND_SELF_LAST,
	        SELF },
	[REMIND_SELF_LAST] = { "self_last", "R03", "R03", { -1, 0, false }, REMIND_ARREARS, SELF },
	[REMIND_ARREARS] = { "arrears", "R04", "R04", { 7, 28, false }, REMIND_ARREARS_LAST, SELF },
	[REMIND_ARREARS_LAST] = { "arrears_last", "R05", "R05", { -14, 0, false }, REMIND_LAPSED,
	        SELF },
	[REMIND_LAPSED] = { "lapsed", "R06", "R06", { 1, 30, false }, NO_NEXT, SELF },
	[REMIND_SPONSORED] = { "sponsored", "R07", "R07", { -7, 0, false }, REMIND_SPONSOR_LATE,
	        REMIND_WORKER, WHY_PAID, false },
	[REMIND_SPONSOR_LATE] = { "sponsor_late", "R10", "R10", { 0, 14, false }, REMIND_LAPSED,
	        REMIND_WORKER, WHY_PAID, false },
	[REMIND_SPONSOR_ENDS] = { "sponsor_ends", "R08", "R08", { -14, 14, false }, NO_NEXT,
	        REMIND_WORKER, WHY_RENEWED, true },
	[REMIND_NOT_ACTIVE_FIRST] = { "not_active_first", "W43", "W43", { 14, 28, false },
	        REMIND_NOT_ACTIVE_SECOND, REMIND_WORKER, WHY_ACTIVE, false },
	[REMIND_NOT_ACTIVE_SECOND] = { "not_active_second", "W43", "W43", { 45, 60, false },
	        NO_NEXT, REMIND_WORKER, WHY_ACTIVE, false },
	[REMIND_NUMBER_CHECK] = { "number_check", "R11", "R11", { 0, 30, false }, NO_NEXT,
	        REMIND_WORKER, WHY_HEARD, false },
	[REMIND_DUE_FIRST] = { "due_first", "S06", "S10", { -30, -15, false }, REMIND_DUE_SECOND,
	        DUE },
	[REMIND_DUE_SECOND] = { "due_second", "S06", "S10", { -14, -4, false }, REMIND_DUE_LAST,
	        DUE },
	[REMIND_DUE_LAST] = { "due_last", "S06", "S10", { -3, 0, false }, REMIND_OVERDUE, DUE },
	[REMIND_OVERDUE] = { "overdue", "S07", "S07", { 7, 30, false }, NO_NEXT, DUE },
	[REMIND_PLEDGE_ENDS] = { "pledge_ends", "S15", "S15", { -45, -1, false }, NO_NEXT, PLEDGE },
	[REMIND_RENEWAL_RISK] = { "renewal_risk", "S15", "S15", { 0, 30, false },
	        REMIND_PLEDGE_ENDS, PLEDGE },
};

const char *remind_name(enum remind_occasion o)
{
	return table[o].name;
}

int remind_parse(const char *name)
{
	for (int o = 0; o < REMIND_OCCASIONS; o++)
		if (strcmp(table[o].name, name) == 0)
			return o;
	return -1;
}

enum remind_subject remind_subject_of(enum remind_occasion o)
{
	return table[o].of;
}

const char *remind_template(enum remind_occasion o, bool civil_servant)
{
	return civil_servant ? table[o].civil : table[o].text;
}

bool remind_asks(enum remind_occasion o)
{
	return table[o].asks;
}

bool remind_worked(int64_t sent_day, int64_t paid_day, int days)
{
	return paid_day >= sent_day && paid_day - sent_day <= days;
}

void remind_rules_default(struct remind_rules *out)
{
	*out = (struct remind_rules){ .number_check_days = 180, .cover = COVERAGE_RULES_DEFAULT };
	for (int o = 0; o < REMIND_OCCASIONS; o++)
		out->when[o] = table[o].when;
}

void remind_rules_set(struct remind_rules *out, const struct day_span *when, size_t n,
        int number_check_days, const struct coverage_rules *cover)
{
	assert(n == REMIND_OCCASIONS);
	*out = (struct remind_rules){ .number_check_days = number_check_days, .cover = *cover };
	memcpy(out->when, when, n * sizeof *when);
}

/* FNV-1a, by numbers in place of bytes. */
static uint64_t mixed(uint64_t hash, int64_t n)
{
	return (hash ^ (uint64_t)n) * UINT64_C(1099511628211);
}

int64_t remind_rules_mark(const struct remind_rules *r)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (int o = 0; o < REMIND_OCCASIONS; o++) {
		hash = mixed(hash, r->when[o].first);
		hash = mixed(hash, r->when[o].last);
		hash = mixed(hash, r->when[o].off);
	}
	hash = mixed(hash, r->number_check_days);
	hash = mixed(hash, r->cover.arrears_max_months);
	hash = mixed(hash, r->cover.expiring_days);
	hash = mixed(hash, r->cover.bank_counts);
	return (int64_t)(hash >> 1);
}

enum remind_occasion remind_next_in_row(enum remind_occasion o)
{
	return table[o].next;
}

/* A number that falls due for its check does not take back what was queued before. */
enum remind_why remind_gone(
        const struct remind_due *plan, size_t n, enum remind_occasion o, int64_t cycle)
{
	for (size_t i = 0; i < n; i++)
		if (plan[i].occasion == o && plan[i].cycle == cycle)
			return plan[i].why == WHY_UNVERIFIED ? WHY_NONE : plan[i].why;
	return table[o].gone;
}

enum remind_why remind_missed(int64_t look_day, int64_t look_last, int64_t last)
{
	if (!look_last || last < look_last)
		return WHY_TOO_LATE;
	return last < look_day ? WHY_CAP : WHY_LINE;
}

const char *remind_why_name(enum remind_why w)
{
	static const char *const names[WHYS] = { "none", "paid", "deceased", "stopped", "no_phone",
		"no_consent", "unverified", "renewed", "closed", "off", "too_late", "cap", "line",
		"unconfirmed", "active", "heard", "quiet" };

	return names[w];
}
