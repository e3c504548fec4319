/* Every question is answered in civil days of the zone: a window across midnight needs no case of
 * its own, and months and leap days are date.c's business. */
#include <assert.h>
#include <payung/cover_quiet.h>
#include <string.h>

enum { MINUTE_S = 60, SEARCH_DAYS = 366 };

void quiet_rules_set(struct quiet_rules *out, const struct day_window *window, size_t n,
        const struct quiet_holidays *holidays)
{
	assert(n <= QUIET_WINDOWS_MAX);
	*out = (struct quiet_rules){ .n = n, .holidays = holidays };
	memcpy(out->window, window, n * sizeof *window);
}

bool quiet_holiday(const struct quiet_holidays *h, int64_t day)
{
	size_t low = 0, high = h ? h->n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->day[middle] == day)
			return true;
		if (h->day[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool minute_allowed(const struct quiet_rules *r, int minute)
{
	for (size_t i = 0; i < r->n; i++)
		if (span_window_has(&r->window[i], minute))
			return true;
	return !r->n;
}

bool quiet_may_send(const struct quiet_rules *r, int64_t utc_s, enum zone z)
{
	return minute_allowed(r, date_minute_of_day(utc_s, z)) &&
	       !quiet_holiday(r->holidays, date_days(date_at(utc_s, z)));
}

/* The first allowed minute of a day from `minute` on, -1: none. */
static int first_minute(const struct quiet_rules *r, int minute)
{
	int best = minute_allowed(r, minute) ? minute : -1;

	for (size_t i = 0; best < 0 && i < r->n; i++)
		if (!r->window[i].off && r->window[i].from > minute)
			best = r->window[i].from;
	for (size_t i = 0; i < r->n; i++)
		if (!r->window[i].off && r->window[i].from > minute && r->window[i].from < best)
			best = r->window[i].from;
	return best;
}

int64_t quiet_next(const struct quiet_rules *r, int64_t utc_s, enum zone z)
{
	int64_t today = date_days(date_at(utc_s, z));

	if (quiet_may_send(r, utc_s, z))
		return utc_s;
	for (int64_t day = today; day <= today + SEARCH_DAYS; day++) {
		int minute = first_minute(r, day == today ? date_minute_of_day(utc_s, z) : 0);

		if (minute >= 0 && !quiet_holiday(r->holidays, day))
			return date_utc(date_from_days(day), minute, z);
	}
	return INT64_MAX;
}

bool quiet_all(const struct quiet_rules *r, int64_t first, int64_t last, enum zone z)
{
	const int64_t at = quiet_next(r, date_utc(date_from_days(first), 0, z), z);

	return at == INT64_MAX || date_days(date_at(at, z)) > last;
}

int64_t quiet_left(const struct quiet_rules *r, int64_t utc_s, enum zone z)
{
	struct date today = date_at(utc_s, z);
	int minute = date_minute_of_day(utc_s, z), allowed = 0;

	if (quiet_holiday(r->holidays, date_days(today)))
		return 0;
	for (int m = minute; m < DAY_MINUTES; m++)
		allowed += minute_allowed(r, m);
	if (!minute_allowed(r, minute))
		return (int64_t)allowed * MINUTE_S;
	return (int64_t)allowed * MINUTE_S - (utc_s - date_utc(today, minute, z));
}

enum zone quiet_zone_of(const struct quiet_zones *z, const char *area, enum zone otherwise)
{
	int province = 0;

	for (int i = 0; i < 2; i++) {
		if (area[i] < '0' || area[i] > '9')
			return otherwise;
		province = province * 10 + (area[i] - '0');
	}
	return z->of[province] ? z->of[province] : otherwise;
}
