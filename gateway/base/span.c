#include <payung/span.h>
#include <string.h>

static bool is_off(const char *s)
{
	return strcmp(s, "off") == 0;
}

/* Digits with an optional - before them; moves behind them. */
static bool read_day(const char **s, int *out)
{
	bool before = **s == '-';
	int n = 0, digits = 0;

	*s += before;
	for (; **s >= '0' && **s <= '9' && digits < 4; ++*s, digits++)
		n = n * 10 + (**s - '0');
	*out = before ? -n : n;
	return digits && n <= SPAN_DAYS_MAX;
}

rc_t span_parse_days(const char *s, struct day_span *out)
{
	struct day_span span = { .off = is_off(s) };

	if (!span.off) {
		if (!read_day(&s, &span.first) || strncmp(s, "..", 2) != 0)
			return RC_INVALID;
		s += 2;
		if (!read_day(&s, &span.last) || *s || span.last < span.first)
			return RC_INVALID;
	}
	*out = span;
	return RC_OK;
}

static bool two_digits(const char *s, int *out)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + (s[1] - '0');
	return true;
}

/* HH:MM; 24:00 is the end of the day. */
static bool read_time(const char *s, int *out)
{
	int hour, minute;

	if (!two_digits(s, &hour) || s[2] != ':' || !two_digits(s + 3, &minute) || minute > 59)
		return false;
	*out = hour * 60 + minute;
	return *out <= DAY_MINUTES;
}

rc_t span_parse_window(const char *s, struct day_window *out)
{
	struct day_window w = { .off = is_off(s) };

	if (!w.off && (!read_time(s, &w.from) || w.from == DAY_MINUTES || s[5] != '-' ||
	                      !read_time(s + 6, &w.to) || s[11]))
		return RC_INVALID;
	*out = w;
	return RC_OK;
}

bool span_window_has(const struct day_window *w, int minute_of_day)
{
	if (w->off)
		return false;
	if (w->from < w->to)
		return minute_of_day >= w->from && minute_of_day < w->to;
	return w->from == w->to || minute_of_day >= w->from || minute_of_day < w->to;
}
