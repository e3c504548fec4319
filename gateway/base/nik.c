/* A NIK tells where it was first registered, the birth date (the day plus 40 for women) and a
 * serial number. Districts are renumbered and NIKs are not, so the region proves nothing. */
#include <payung/nik.h>
#include <string.h>

enum { AGE_MAX = 100, DAY_FEMALE = 40 };

static int two_digits(const char *s)
{
	return (s[0] - '0') * 10 + (s[1] - '0');
}

/* The last two digits of a year leave the century open: the youngest plausible age wins, but one
 * below min_age only when nothing else is possible. */
static rc_t birth_date(struct date *born, struct date today, int min_age)
{
	int newest = today.year - today.year % 100 + born->year;
	bool found = false;

	for (int year = newest; year >= newest - 100; year -= 100) {
		struct date d = { year, born->month, born->day };

		if (!date_valid(d))
			continue;
		int age = date_age(d, today);

		if (age < 0 || age > AGE_MAX || (found && age < min_age))
			continue;
		*born = d;
		found = true;
		if (age >= min_age)
			break;
	}
	return found ? RC_OK : RC_INVALID;
}

rc_t nik_parse(const char *digits, struct date today, int min_age, struct nik_facts *out)
{
	if (strlen(digits) != NIK_LEN || strspn(digits, "0123456789") != NIK_LEN)
		return RC_INVALID;
	char first[2] = { digits[0] };

	if (strspn(digits, first) == NIK_LEN || strcmp(digits + 12, "0000") == 0)
		return RC_INVALID;
	struct nik_facts f = { .sex = NIK_MALE };

	f.born = (struct date){ two_digits(digits + 10), two_digits(digits + 8),
		two_digits(digits + 6) };
	if (f.born.day > DAY_FEMALE) {
		f.sex = NIK_FEMALE;
		f.born.day -= DAY_FEMALE;
	}
	if (birth_date(&f.born, today, min_age))
		return RC_INVALID;
	memcpy(f.district, digits, 6);
	*out = f;
	return RC_OK;
}
