/* User data: septets, octets and UTF-16 units, and how a long text becomes several of them. */
#include "sim/tpdu.h"
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESCAPE 0x1b
#define REPLACEMENT 0xfffd

void tpdu_pack(const uint16_t *septet, size_t n, size_t skip, uint8_t *out)
{
	for (size_t i = 0; i < n; i++) {
		size_t bit = skip + 7 * i;
		unsigned v = (unsigned)(septet[i] & 0x7f) << (bit % 8);

		out[bit / 8] = (uint8_t)(out[bit / 8] | (v & 0xff));
		if (v > 0xff)
			out[bit / 8 + 1] = (uint8_t)(out[bit / 8 + 1] | (v >> 8));
	}
}

void tpdu_unpack(const uint8_t *in, size_t n, size_t skip, uint16_t *septet)
{
	for (size_t i = 0; i < n; i++) {
		size_t bit = skip + 7 * i;
		unsigned v = in[bit / 8];

		if (bit % 8 > 1) /* only then does the septet reach into the next octet */
			v |= (unsigned)in[bit / 8 + 1] << 8;
		septet[i] = (uint16_t)((v >> (bit % 8)) & 0x7f);
	}
}

enum tpdu_alphabet tpdu_dcs_alphabet(uint8_t dcs)
{
	if (dcs < 0x80) { /* general and automatic deletion groups */
		if (dcs & 0x20)
			return TPDU_OCTETS; /* compressed: opaque to us */
		return (dcs & 0x0c) == 0x08   ? TPDU_UCS2
		       : (dcs & 0x0c) == 0x04 ? TPDU_OCTETS
		                              : TPDU_GSM7;
	}
	if ((dcs & 0xf0) == 0xe0)
		return TPDU_UCS2;
	if ((dcs & 0xf0) == 0xf0 && (dcs & 0x04))
		return TPDU_OCTETS;
	return TPDU_GSM7;
}

int tpdu_dcs_class(uint8_t dcs)
{
	if ((dcs < 0x80 && (dcs & 0x10)) || (dcs & 0xf0) == 0xf0)
		return dcs & 0x03;
	return -1;
}

/* The units of one character; returns how many, 0 when the alphabet lacks it. */
static size_t one_char(uint32_t cp, enum tpdu_alphabet alphabet, uint16_t out[2])
{
	if (alphabet == TPDU_GSM7) {
		int s = text_gsm7_encode(cp);

		if (s < 0)
			return 0;
		out[0] = s > 0x7f ? ESCAPE : (uint16_t)s;
		out[1] = (uint16_t)(s & 0x7f);
		return s > 0x7f ? 2 : 1;
	}
	if (alphabet == TPDU_OCTETS) {
		out[0] = (uint16_t)cp;
		return cp < 0x100 ? 1 : 0;
	}
	if (cp < 0x10000) {
		out[0] = (uint16_t)cp;
		return 1;
	}
	out[0] = (uint16_t)(0xd800 + ((cp - 0x10000) >> 10));
	out[1] = (uint16_t)(0xdc00 + ((cp - 0x10000) & 0x3ff));
	return 2;
}

size_t tpdu_units(const char *utf8, enum tpdu_alphabet alphabet, uint16_t *out, size_t cap)
{
	size_t n = 0;

	for (uint32_t cp; (cp = text_utf8_next(&utf8)) != 0;) {
		uint16_t u[2];
		size_t k = one_char(cp, alphabet, u);

		if (k == 0 || n + k > cap)
			return SIZE_MAX;
		memcpy(out + n, u, k * sizeof *u);
		n += k;
	}
	return n;
}

/* The code point at unit[*i], advancing *i past it. */
static uint32_t code_point(const uint16_t *unit, size_t n, size_t *i, enum tpdu_alphabet alphabet)
{
	uint16_t u = unit[(*i)++];

	if (alphabet == TPDU_GSM7) {
		if (u != ESCAPE)
			return text_gsm7_decode((uint8_t)u, false);
		return *i < n ? text_gsm7_decode((uint8_t)unit[(*i)++], true) : ' ';
	}
	if (u >= 0xd800 && u < 0xdc00 && *i < n && unit[*i] >= 0xdc00 && unit[*i] < 0xe000)
		return 0x10000U + ((uint32_t)(u - 0xd800) << 10) +
		       (uint32_t)(unit[(*i)++] - 0xdc00);
	return u >= 0xd800 && u < 0xe000 ? REPLACEMENT : u;
}

void tpdu_text(const uint16_t *unit, size_t n, enum tpdu_alphabet alphabet, char *out, size_t cap)
{
	size_t len = 0;

	for (size_t i = 0; i < n;) {
		char c[8];
		size_t k;

		if (alphabet == TPDU_OCTETS) {
			k = (size_t)snprintf(c, sizeof c, "%02X", unit[i++]);
		} else {
			uint32_t cp = code_point(unit, n, &i, alphabet);

			k = text_utf8_put(cp ? cp : REPLACEMENT, c);
		}
		if (len + k >= cap)
			break;
		memcpy(out + len, c, k);
		len += k;
	}
	out[len] = 0;
}

/* Units that may stand together from `from` on, at most `room`. */
static size_t piece(const uint16_t *unit, size_t n, size_t from, size_t room, bool ucs2)
{
	if (n - from <= room)
		return n - from;
	uint16_t last = unit[from + room - 1];

	return room - ((ucs2 ? last >= 0xd800 && last < 0xdc00 : last == ESCAPE) ? 1 : 0);
}

static size_t split_units(const uint16_t *unit, size_t n, enum tpdu_alphabet alphabet,
        struct tpdu_split_how how, struct tpdu_body *out, size_t max)
{
	bool ucs2 = alphabet == TPDU_UCS2;
	size_t whole = ucs2 ? 70 : 160;
	size_t room = ucs2 ? (how.wide_ref ? 66 : 67) : (how.wide_ref ? 152 : 153);
	size_t count = 0, from = 0;

	do {
		if (count == max || count == 255)
			return 0;
		struct tpdu_body *b = &out[count++];

		*b = (struct tpdu_body){ .alphabet = alphabet };
		b->n = n <= whole ? n : piece(unit, n, from, room, ucs2);
		memcpy(b->unit, unit + from, b->n * sizeof *unit);
		from += b->n;
	} while (from < n);
	for (size_t i = 0; i < count && count > 1; i++) {
		out[i].wide_ref = how.wide_ref;
		out[i].ref = how.ref;
		out[i].total = (uint8_t)count;
		out[i].part = (uint8_t)(i + 1);
	}
	return count;
}

size_t tpdu_split(const char *utf8, struct tpdu_split_how how, struct tpdu_body *out, size_t max)
{
	size_t cap = 255 * TPDU_UNITS_MAX;
	enum tpdu_alphabet alphabet = how.ucs2 ? TPDU_UCS2 : TPDU_GSM7;

	if (!text_utf8_valid(utf8, strlen(utf8)))
		return 0;
	uint16_t *unit = calloc(cap, sizeof *unit);

	if (!unit)
		abort();
	size_t n = tpdu_units(utf8, alphabet, unit, cap);

	if (n == SIZE_MAX && alphabet == TPDU_GSM7) {
		alphabet = TPDU_UCS2;
		n = tpdu_units(utf8, alphabet, unit, cap);
	}
	size_t count = n == SIZE_MAX ? 0 : split_units(unit, n, alphabet, how, out, max);

	free(unit);
	return count;
}
