/* Rupiah as Indonesia writes them: dots between thousands, a comma before decimals. */
#include <payung/rupiah.h>
#include <stdbool.h>
#include <string.h>

/* Digits of n with dots, from the end backwards; the sign and `unit` before them. */
static void format(int64_t n, const char *unit, char out[32])
{
	char digits[32], *p = digits + sizeof(digits) - 1;
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	*p = '\0';
	for (int i = 0; i == 0 || rest; i++, rest /= 10) {
		if (i && i % 3 == 0)
			*--p = '.';
		*--p = (char)('0' + rest % 10);
	}
	char *end = stpcpy(stpcpy(out, n < 0 ? "-" : ""), unit);

	strcpy(end, p);
}

void rupiah_format(rupiah_t r, char out[32])
{
	format(r, "Rp", out);
}

void count_format(int64_t n, char out[32])
{
	format(n, "", out);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Plain digits, or one to three and then groups of three after dots. */
static bool read_whole(const char **s, int64_t *out)
{
	size_t run = strspn(*s, "0123456789");
	bool grouped = (*s)[run] == '.';

	if (!run || (grouped && run > 3))
		return false;
	*out = 0;
	for (;;) {
		for (; run; run--, ++*s) {
			*out = *out * 10 + (**s - '0');
			if (*out > RUPIAH_MAX)
				return false;
		}
		if (**s != '.')
			return true;
		++*s;
		run = strspn(*s, "0123456789");
		if (run != 3)
			return false;
	}
}

/* Cents that are not there: ",0", ",00" or the ",-" of receipts. Three zeros would be thousands
 * written with the wrong sign, so they are refused. */
static const char *skip_zero_decimals(const char *s)
{
	static const char *const none[] = { ",00", ",0", ",-" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		size_t n = strlen(none[i]);

		if (strncmp(s, none[i], n) == 0 && !is_digit(s[n]))
			return s + n;
	}
	return s;
}

rc_t rupiah_parse(const char *s, rupiah_t *out)
{
	static const char blanks[] = " \t\r\n";
	int64_t value;

	s += strspn(s, blanks);
	if ((s[0] == 'R' || s[0] == 'r') && (s[1] == 'p' || s[1] == 'P')) {
		s += 2;
		s += *s == '.';
		s += strspn(s, blanks);
	}
	if (!read_whole(&s, &value))
		return RC_INVALID;
	s = skip_zero_decimals(s);
	s += strspn(s, blanks);
	if (*s)
		return RC_INVALID;
	*out = value;
	return RC_OK;
}
