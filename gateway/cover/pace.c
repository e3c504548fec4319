/* Caps count segments of the last hour and of the day. Within left_s seconds a line sends at most
 * what is left of this hour, then a full hour's share for each hour that begins, what is left of
 * its day, and what its modem manages. A share is the cap less the part kept for answers. */
#include <payung/cover_pace.h>

enum { HOUR_S = 3600 };

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t share(const struct pace_rules *r, int cap)
{
	return (int64_t)cap * (100 - r->reserve_percent) / 100;
}

static int64_t not_below_0(int64_t a)
{
	return a > 0 ? a : 0;
}

static int64_t send_takes(const struct pace_line *l)
{
	return l->seconds > 0 ? l->seconds : PACE_SECONDS;
}

static int64_t by_modem(const struct pace_line *l, int64_t seconds)
{
	if (l->seconds == PACE_AT_ONCE)
		return seconds > 0 ? INT64_MAX : 0;
	return seconds / send_takes(l);
}

/* Hour by hour: a modem that is slow early does not catch up what an hour's cap would have let. */
static int64_t line_carries(const struct pace_rules *r, const struct pace_line *l, int64_t left_s)
{
	int64_t hour = share(r, l->cap_hour), sum;
	int64_t today = not_below_0(share(r, l->cap_day) - l->used_day);

	if (!l->up || left_s <= 0)
		return 0;
	sum = least(not_below_0(hour - l->used_hour), by_modem(l, least(left_s, HOUR_S)));
	if (left_s > HOUR_S) {
		sum += (left_s / HOUR_S - 1) * least(hour, by_modem(l, HOUR_S));
		sum += least(hour, by_modem(l, left_s % HOUR_S));
	}
	return least(sum, today);
}

int64_t pace_capacity(
        const struct pace_rules *r, const struct pace_line *line, size_t n, int64_t left_s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += line_carries(r, &line[i], left_s);
	return sum;
}

int64_t pace_now(const struct pace_rules *r, const struct pace_line *line, size_t n, int64_t left_s,
        int64_t queued)
{
	int64_t ahead = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t one = send_takes(&line[i]); /* a slow line has one ahead all the same */
		int64_t seconds = r->ahead_s > one ? r->ahead_s : one;

		ahead += line_carries(r, &line[i], least(left_s, seconds));
	}
	return not_below_0(least(ahead, pace_capacity(r, line, n, left_s)) - queued);
}

int64_t pace_sims_needed(const struct pace_rules *r, const struct pace_line *line, size_t n,
        int64_t window_s, int64_t due)
{
	int64_t best = 0;

	if (due <= 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct pace_line fresh = line[i];
		int64_t carries;

		fresh.up = true;
		fresh.used_hour = fresh.used_day = 0;
		carries = line_carries(r, &fresh, window_s);
		best = carries > best ? carries : best;
	}
	return best ? (due + best - 1) / best : -1;
}
