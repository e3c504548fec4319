/* Numbers as people write them and as networks report them. Which operator a prefix belongs to is
 * never a reason to refuse: prefixes change hands and new ones appear. */
#include <payung/msisdn.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 15, SHORT_MAX = 6, LOCAL_MAX = 9 };

struct number {
	bool plus;
	char digits[32];
	size_t n;
};

/* Keeps the digits of s; false when anything is there that does not belong to a number. */
static bool read_number(const char *s, struct number *out)
{
	char plain[64];

	*out = (struct number){ 0 };
	if (text_fold_gsm7(s, plain, sizeof(plain)) == sizeof(plain) - 1)
		return false;
	for (const char *p = plain; *p; p++) {
		if (*p >= '0' && *p <= '9') {
			if (out->n == sizeof(out->digits) - 1)
				return false;
			out->digits[out->n++] = *p;
		} else if (*p == '+' && !out->plus && !out->n) {
			out->plus = true;
		} else if (!strchr(" .-()\r\n", *p)) {
			return false;
		}
	}
	return out->n > 0;
}

/* The part after country code or trunk zero, NULL when the number is not Indonesian. */
static const char *national_part(const struct number *num)
{
	const char *d = num->digits;

	if (strncmp(d, "62", 2) == 0) {
		d += 2;
		return *d == '0' ? d + 1 : d; /* "+62 (0)812": both prefixes at once */
	}
	if (num->plus)
		return NULL;
	if (*d == '0')
		return d + 1;
	return *d == '8' ? d : NULL;
}

/* 81x to 89x with 9 to 12 digits; 80x are service numbers. */
static bool is_mobile(const char *national)
{
	size_t n = strlen(national);

	return n >= 9 && n <= 12 && national[0] == '8' && national[1] >= '1';
}

/* 0800, 0804, 0809: free and premium lines; 1500xxx and the like: call centres. */
static bool is_service(const char *national)
{
	return strncmp(national, "80", 2) == 0 || national[0] == '1';
}

rc_t msisdn_parse(const char *in, char out[MSISDN_CAP])
{
	struct number num;

	if (!read_number(in, &num))
		return RC_INVALID;
	const char *national = national_part(&num);

	if (!national || !is_mobile(national))
		return RC_INVALID;
	strcpy(stpcpy(out, "+62"), national);
	return RC_OK;
}

static enum sender_kind copied(enum sender_kind kind, const char *in, char out[MSISDN_CAP])
{
	(void)text_copy(out, MSISDN_CAP, in);
	return kind;
}

enum sender_kind msisdn_sender(const char *in, bool alphanumeric, char out[MSISDN_CAP])
{
	struct number num;

	if (alphanumeric && *in)
		return copied(SENDER_NAME, in, out);
	if (msisdn_parse(in, out) == RC_OK)
		return SENDER_MOBILE;
	if (!read_number(in, &num) || num.n > DIGITS_MAX)
		return copied(SENDER_INVALID, in, out);
	if (num.n <= SHORT_MAX)
		return copied(SENDER_SHORT, in, out);
	const char *national = national_part(&num);

	if (national && is_service(national))
		return copied(SENDER_SHORT, in, out);
	if (national && num.digits[0] != '8') {
		(void)snprintf(out, MSISDN_CAP, "+62%.15s", national);
		return SENDER_FOREIGN; /* a fixed line */
	}
	if (num.digits[0] == '0' || (!num.plus && num.n <= LOCAL_MAX))
		return copied(SENDER_SHORT, in, out);
	(void)snprintf(out, MSISDN_CAP, "+%.15s", num.digits);
	return SENDER_FOREIGN;
}

void msisdn_national(const char *e164, char out[MSISDN_CAP])
{
	if (strncmp(e164, "+62", 3) == 0) {
		out[0] = '0';
		(void)text_copy(out + 1, MSISDN_CAP - 1, e164 + 3);
	} else {
		(void)text_copy(out, MSISDN_CAP, e164);
	}
}

bool msisdn_same(const char *a, const char *b)
{
	struct number x, y;

	return read_number(a, &x) && read_number(b, &y) && x.n >= 8 && y.n >= 8 &&
	       strcmp(x.digits + x.n - 8, y.digits + y.n - 8) == 0;
}
