/* libgammu's own converters know only the basic plane: an emoji would come out as two stray
 * surrogates, which is not UTF-8. */
#include "modem/utf16.h"

#include <payung/text.h>
#include <string.h>

#define REPLACEMENT 0xfffdu

static uint32_t unit_at(const uint8_t *in, size_t i)
{
	return (uint32_t)in[2 * i] << 8 | in[2 * i + 1];
}

/* The code point at unit i of n; *used is 1 or 2. */
static uint32_t code_point(const uint8_t *in, size_t i, size_t n, size_t *used)
{
	uint32_t u = unit_at(in, i);

	*used = 1;
	if (u >= 0xd800 && u <= 0xdbff && i + 1 < n) {
		uint32_t low = unit_at(in, i + 1);

		if (low >= 0xdc00 && low <= 0xdfff) {
			*used = 2;
			return 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	if (u == 0 || (u >= 0xd800 && u <= 0xdfff))
		return REPLACEMENT;
	return u;
}

size_t utf16_to_utf8(const uint8_t *in, size_t n, char *out, size_t cap)
{
	size_t units = n / 2, len = 0, used;

	for (size_t i = 0; i < units; i += used) {
		char buf[4];
		size_t k = text_utf8_put(code_point(in, i, units, &used), buf);

		if (len + k + 1 > cap)
			break;
		memcpy(out + len, buf, k);
		len += k;
	}
	out[len] = '\0';
	return len;
}

size_t utf16_from_utf8(const char *s, uint8_t *out, size_t cap)
{
	size_t n = 0;
	uint32_t cp;

	while ((cp = text_utf8_next(&s)) != 0) {
		uint32_t unit[2] = { cp, 0 };
		size_t units = 1;

		if (cp >= 0x10000) {
			unit[0] = 0xd800 + ((cp - 0x10000) >> 10);
			unit[1] = 0xdc00 + ((cp - 0x10000) & 0x3ff);
			units = 2;
		}
		if (2 * (n + units + 1) > cap)
			return 0;
		for (size_t i = 0; i < units; i++, n++) {
			out[2 * n] = (uint8_t)(unit[i] >> 8);
			out[2 * n + 1] = (uint8_t)unit[i];
		}
	}
	memset(out + 2 * n, 0, 2);
	return n;
}
