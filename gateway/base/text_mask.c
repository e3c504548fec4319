/* A NIK in an incoming text must not reach a disk in clear. People break its 16 digits up as they
 * break up phone numbers, and glue codes to it, so any chain of digits long enough to hold one
 * goes; masking a harmless long number costs nothing. */
#include <payung/nik.h>
#include <payung/text.h>
#include <string.h>

enum { BREAK_MAX = 3 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* End of the chain of digits that starts at s; *digits is their number. */
static char *chain_end(char *s, size_t *digits)
{
	size_t gap = 0;

	*digits = 0;
	do {
		for (s += gap; is_digit(*s); s++)
			++*digits;
		gap = strspn(s, " .-,/_\t\r\n");
	} while (gap <= BREAK_MAX && is_digit(s[gap]));
	return s;
}

void text_mask_nik(char *s)
{
	static const char mask[] = "[NIK]";
	char *w = s;

	while (*s) {
		size_t digits = 0;
		char *end = is_digit(*s) ? chain_end(s, &digits) : s + 1;

		if (digits >= NIK_LEN) {
			memcpy(w, mask, sizeof(mask) - 1);
			w += sizeof(mask) - 1;
		} else {
			memmove(w, s, (size_t)(end - s));
			w += end - s;
		}
		s = end;
	}
	*w = '\0';
}
