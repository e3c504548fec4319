#include <payung/regcode.h>
#include <string.h>

/* The totally anti-symmetric quasigroup of H. Michael Damm's thesis (2004), order 10. */
static const uint8_t damm[10][10] = {
	{ 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 },
	{ 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 },
	{ 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 },
	{ 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 },
	{ 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 },
	{ 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 },
	{ 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 },
	{ 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 },
	{ 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 },
	{ 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
};

int damm_digit(const char *digits, size_t n)
{
	uint8_t interim = 0;

	for (size_t i = 0; i < n; i++)
		interim = damm[interim][digits[i] - '0'];
	return interim; /* 0 when the last digit is the check digit */
}

bool regcode_valid(const char *s)
{
	return strlen(s) == REGCODE_LEN && strspn(s, "0123456789") == REGCODE_LEN &&
	       damm_digit(s, REGCODE_LEN) == 0;
}

void regcode_make(uint64_t random, char out[REGCODE_LEN + 1])
{
	uint32_t n = (uint32_t)(1000000 + random % 9000000);

	for (int i = REGCODE_LEN - 2; i >= 0; i--, n /= 10)
		out[i] = (char)('0' + n % 10);
	out[REGCODE_LEN - 1] = (char)('0' + damm_digit(out, REGCODE_LEN - 1));
	out[REGCODE_LEN] = '\0';
}

/* The first sign is a letter, so that no reference can be taken for a number. */
void ref_make(uint64_t random, char out[REF_LEN + 1])
{
	static const char signs[] = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
	enum { LETTERS = 22, SIGNS = sizeof(signs) - 1 };

	out[0] = signs[random % LETTERS];
	random /= LETTERS;
	for (int i = 1; i < REF_LEN; i++, random /= SIGNS)
		out[i] = signs[random % SIGNS];
	out[REF_LEN] = '\0';
}
