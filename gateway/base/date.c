/* Civil dates by counting days; the era arithmetic works on years that begin in March, so that the
 * leap day is the last of its year. */
#include <payung/date.h>
#include <string.h>

enum { MINUTE_S = 60, DAY_MIN = 24 * 60, DAY_S = 24 * 60 * 60 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

bool date_valid(struct date d)
{
	return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= days_in_month(d.year, d.month);
}

int64_t date_days(struct date d)
{
	int64_t y = d.year - (d.month <= 2), m = (d.month + 9) % 12; /* March is 0 */
	int64_t leap_days = floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);

	/* (153 m + 2) / 5: days before month m of a year that begins in March */
	return y * 365 + leap_days + (153 * m + 2) / 5 + d.day - 1 - 719468;
}

struct date date_from_days(int64_t days)
{
	int64_t z = days + 719468, era = floor_div(z, 146097), in_era = z - era * 146097;
	int64_t y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (y * 365 + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;

	return (struct date){
		.year = (int)(y + era * 400 + (m >= 10)),
		.month = (int)(m < 10 ? m + 3 : m - 9),
		.day = (int)(in_year - (153 * m + 2) / 5 + 1),
	};
}

struct date date_at(int64_t utc_s, enum zone z)
{
	return date_from_days(floor_div(utc_s + (int64_t)z * MINUTE_S, DAY_S));
}

int date_minute_of_day(int64_t utc_s, enum zone z)
{
	int64_t minutes = floor_div(utc_s, MINUTE_S) + z;

	return (int)(minutes - floor_div(minutes, DAY_MIN) * DAY_MIN);
}

int64_t date_utc(struct date d, int minute_of_day, enum zone z)
{
	return date_days(d) * DAY_S + ((int64_t)minute_of_day - (int64_t)z) * MINUTE_S;
}

int date_age(struct date born, struct date today)
{
	bool had_birthday =
	        today.month > born.month || (today.month == born.month && today.day >= born.day);

	return today.year - born.year - !had_birthday;
}

/* Reads exactly `width` digits. */
static bool read_number(const char **s, int width, int *out)
{
	*out = 0;
	for (; width; width--, ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool read_char(const char **s, char c)
{
	return *(*s)++ == c;
}

static char *write_number(char *to, int64_t v, int width)
{
	for (int i = width; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
	return to + width;
}

static char *write_char(char *to, char c)
{
	*to = c;
	return to + 1;
}

rc_t date_parse_iso(const char *s, struct date *out)
{
	struct date d;

	if (!read_number(&s, 4, &d.year) || !read_char(&s, '-') || !read_number(&s, 2, &d.month) ||
	        !read_char(&s, '-') || !read_number(&s, 2, &d.day) || *s || !date_valid(d))
		return RC_INVALID;
	*out = d;
	return RC_OK;
}

void date_format_iso(struct date d, char out[16])
{
	char *p = write_char(write_number(out, d.year, 4), '-');

	p = write_char(write_number(p, d.month, 2), '-');
	*write_number(p, d.day, 2) = '\0';
}

void date_format_dmy(struct date d, char out[16])
{
	date_format_dm(d, out);
	*write_number(write_char(out + 5, '-'), d.year, 4) = '\0';
}

void date_format_dm(struct date d, char out[16])
{
	char *p = write_char(write_number(out, d.day, 2), '-');

	*write_number(p, d.month, 2) = '\0';
}

void time_format_iso(int64_t utc_s, char out[24])
{
	int64_t days = floor_div(utc_s, DAY_S), s = utc_s - days * DAY_S;

	date_format_iso(date_from_days(days), out);
	char *p = write_char(out + 10, 'T');

	p = write_char(write_number(p, s / 3600, 2), ':');
	p = write_char(write_number(p, s / 60 % 60, 2), ':');
	*write_char(write_number(p, s % 60, 2), 'Z') = '\0';
}

month_t month_of(struct date d)
{
	return d.year * 12 + d.month - 1;
}

rc_t month_parse(const char *s, month_t *out)
{
	struct date d = { .day = 1 };

	if (!read_number(&s, 4, &d.year) || !read_char(&s, '-') || !read_number(&s, 2, &d.month) ||
	        *s || !date_valid(d) || d.year < 1900 || d.year > 2999)
		return RC_INVALID;
	*out = month_of(d);
	return RC_OK;
}

void month_format(month_t m, char out[16])
{
	char *p = write_char(write_number(out, m / 12, 4), '-');

	*write_number(p, m % 12 + 1, 2) = '\0';
}

struct date month_first(month_t m)
{
	return (struct date){ m / 12, m % 12 + 1, 1 };
}

struct date month_last(month_t m)
{
	return (struct date){ m / 12, m % 12 + 1, days_in_month(m / 12, m % 12 + 1) };
}
