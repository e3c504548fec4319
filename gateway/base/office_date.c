/* Dates and months as they are written: up to three numbers and words. */
#include <payung/office.h>
#include <payung/text.h>
#include <string.h>

#define TOKENS_MAX 3
#define EXCEL_DAY0 (-25569) /* its day 0, 1899-12-30, counted from 1970 */

struct token {
	int number; /* -1: a word */
	int digits;
	int month; /* of a word, 0: none */
};
struct tokens {
	size_t n;
	struct token t[TOKENS_MAX];
	const char *rest;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static const char *read_token(const struct office *o, const char *s, struct token *out)
{
	char word[OFFICE_WORD_CAP];
	const char *means;
	size_t n = 0;

	*out = (struct token){ .number = -1 };
	if (is_digit(*s)) {
		out->number = 0;
		for (; is_digit(*s) && out->digits < 9; s++, out->digits++)
			out->number = out->number * 10 + (*s - '0');
		return s;
	}
	for (; is_letter(*s) && n + 1 < sizeof word; s++)
		word[n++] = *s;
	word[n] = '\0';
	means = office_means(o, OFFICE_MONTH, word);
	for (; means && *means; means++)
		out->month = out->month * 10 + (*means - '0');
	return s;
}

/* Numbers and words with at most a blank and one of - / . , between them; a name of a weekday
 * before a comma is left out. */
static void read_tokens(const struct office *o, const char *s, struct tokens *out)
{
	*out = (struct tokens){ 0 };
	s += strspn(s, " ");
	while (out->n < TOKENS_MAX && (is_digit(*s) || is_letter(*s))) {
		s = read_token(o, s, &out->t[out->n]);
		if (out->n == 0 && *s == ',' && out->t[0].number < 0 && !out->t[0].month) {
			s += 1 + strspn(s + 1, " ");
			continue;
		}
		out->n++;
		out->rest = s;
		s += strspn(s, " ");
		s += *s != '\0' && strchr("-/.,", *s) != NULL;
		s += strspn(s, " ");
	}
	out->rest = out->rest ? out->rest : s;
}

/* Nothing, or a time of the day. */
static bool rest_is_time(const char *s)
{
	size_t n;

	if (!*s)
		return true;
	s += *s == ',';
	s += *s == 'T' || *s == ' ';
	n = strspn(s, "0123456789");
	return n >= 1 && n <= 2 && (s[n] == ':' || s[n] == '.') && is_digit(s[n + 1]) &&
	       s[strspn(s, "0123456789:.+- AMPWIBTZampwibtz")] == '\0';
}

static bool full_year(const struct token *t, int newest, int *year)
{
	if (t->number < 0 || (t->digits != 2 && t->digits != 4))
		return false;
	*year = t->number;
	if (t->digits == 2) {
		*year += newest - newest % 100;
		*year -= *year > newest ? 100 : 0;
	}
	return *year >= 1900 && *year <= 2199;
}

static bool is_day(const struct token *t)
{
	return t->number >= 0 && t->digits <= 2;
}

/* Eight digits. With the year behind, its 19, 20 or 21 stands where the month would be: only one
 * way round is a date. */
static struct date split_digits(int n, bool month_first)
{
	struct date d = { n / 10000, n / 100 % 100, n % 100 };
	int first = n / 1000000, second = n / 10000 % 100;

	if (date_valid(d))
		return d;
	return month_first ? (struct date){ n % 10000, first, second }
	                   : (struct date){ n % 10000, second, first };
}

static bool one_token(const struct tokens *k, bool month_first, struct date *out)
{
	const struct token *t = k->t;

	if (t->digits == 8 && !*k->rest) {
		*out = split_digits(t->number, month_first);
		return out->year >= 1900 && out->year <= 2199;
	}
	/* Days from 1927 to 2173; a fraction is the time. */
	if (t->digits == 5 && t->number >= 10000 &&
	        (!*k->rest || (strchr(".,", *k->rest) && is_digit(k->rest[1]) &&
	                              !k->rest[1 + strspn(k->rest + 1, "0123456789")]))) {
		*out = date_from_days((int64_t)t->number + EXCEL_DAY0);
		return true;
	}
	return false;
}

static bool three_tokens(const struct tokens *k, bool month_first, int newest, struct date *out)
{
	const struct token *a = &k->t[0], *b = &k->t[1], *c = &k->t[2];

	if (!rest_is_time(k->rest))
		return false;
	if (a->digits == 4 && is_day(c) && (is_day(b) || b->month)) {
		*out = (struct date){ a->number, b->month ? b->month : b->number, c->number };
		return out->year >= 1900 && out->year <= 2199;
	}
	if (!full_year(c, newest, &out->year))
		return false;
	if (b->month && is_day(a)) {
		out->month = b->month;
		out->day = a->number;
	} else if (a->month && is_day(b)) {
		out->month = a->month;
		out->day = b->number;
	} else if (is_day(a) && is_day(b)) {
		out->month = month_first ? a->number : b->number;
		out->day = month_first ? b->number : a->number;
	} else {
		return false;
	}
	return true;
}

static rc_t read_date(
        const struct tokens *k, const char *whole, bool month_first, int newest, struct date *out)
{
	struct tokens one = *k;
	struct date d = { 0 };

	/* The decimals of a day of Excel look like a second number. */
	if (k->n >= 1 && k->t[0].digits >= 5) {
		one.rest = whole + strspn(whole, " ") + (size_t)k->t[0].digits;
		if (!one_token(&one, month_first, &d) || !date_valid(d))
			return RC_INVALID;
	} else if (k->n != 3 || !three_tokens(k, month_first, newest, &d) || !date_valid(d)) {
		return RC_INVALID;
	}
	*out = d;
	return RC_OK;
}

rc_t office_date(
        const struct office *o, const char *s, bool month_first, int newest_year, struct date *out)
{
	char buf[64];
	struct tokens k;

	if (text_fold_gsm7(s, buf, sizeof buf) + 1 >= sizeof buf)
		return RC_INVALID;
	if (!buf[strspn(buf, " ")])
		return RC_NOENT;
	read_tokens(o, buf, &k);
	return read_date(&k, buf, month_first, newest_year, out);
}

static bool read_month(const struct tokens *k, int newest, struct date *out)
{
	const struct token *a = &k->t[0], *b = &k->t[1];

	if (*k->rest)
		return false;
	if (k->n == 1 && a->digits == 6) {
		bool year_first = a->number / 100 >= 1900 && a->number / 100 <= 2199;

		out->year = year_first ? a->number / 100 : a->number % 10000;
		out->month = year_first ? a->number % 100 : a->number / 10000;
		return out->year >= 1900 && out->year <= 2199;
	}
	if (k->n != 2)
		return false;
	if (a->month) {
		out->month = a->month;
		return full_year(b, newest, &out->year);
	}
	if (a->digits == 4) {
		out->month = b->month ? b->month : is_day(b) ? b->number : 0;
		return full_year(a, newest, &out->year);
	}
	out->month = a->number; /* 03/2026; of two short numbers nobody knows which is the year */
	return is_day(a) && b->digits == 4 && full_year(b, newest, &out->year);
}

rc_t office_month(
        const struct office *o, const char *s, bool month_first, int newest_year, month_t *out)
{
	char buf[64];
	struct tokens k;
	struct date d = { .day = 1 };

	if (text_fold_gsm7(s, buf, sizeof buf) + 1 >= sizeof buf)
		return RC_INVALID;
	if (!buf[strspn(buf, " ")])
		return RC_NOENT;
	read_tokens(o, buf, &k);
	if (!read_month(&k, newest_year, &d) || !date_valid(d)) {
		rc_t rc = read_date(&k, buf, month_first, newest_year, &d);

		if (rc != RC_OK)
			return rc;
	}
	*out = month_of(d);
	return RC_OK;
}
