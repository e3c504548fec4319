/* NIK: 16 digits, no check digit. Errors and warnings of DOMAIN.md F30-F36. Pure. */
#ifndef PAYUNG_NIK_H
#define PAYUNG_NIK_H

#include <payung/date.h>
#include <payung/result.h>

#define NIK_LEN 16
enum nik_sex { NIK_MALE, NIK_FEMALE };
struct nik_facts {
	struct date born; /* century chosen so that the age on `today` is within 0..100, preferring >= min_age */
	enum nik_sex sex;
	char district[8]; /* 6 digits: of FIRST registration, not of residence */
};

/* Reads exactly 16 digits. RC_INVALID: not 16 digits, impossible day (01-31, 41-71) or month or
 * date, serial 0000, all digits equal. The region is never a reason to refuse. */
rc_t nik_parse(const char *digits, struct date today, int min_age, struct nik_facts *out) MUST_CHECK;

#endif
