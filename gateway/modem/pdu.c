/* Own reader instead of libgammu's: that one can be made to overrun its buffers by a PDU (SMSC
 * length, UDL 0xFF) and, with a user data header that claims to be longer than the data, by anybody
 * who can send a text. Whatever 23.040 tells a receiver to accept is accepted (reserved message
 * type as DELIVER, reserved coding as the default alphabet), so that odd senders are still heard;
 * only what cannot be read consistently is refused. */
#include "modem/pdu.h"
#include "modem/utf16.h"

#include <payung/date.h>
#include <payung/text.h>
#include <stdbool.h>
#include <string.h>

#define SMSC_MAX 12    /* octets: type of number and 11 of digits */
#define ADDRESS_MAX 20 /* semi-octets (23.040 9.1.2.5) */
#define UD_OCTETS 140
#define UD_SEPTETS 160
#define ALNUM_SEPTETS 11

struct reader {
	const uint8_t *p;
	size_t left;
};

static bool take(struct reader *r, size_t n, const uint8_t **out)
{
	if (r->left < n)
		return false;
	*out = r->p;
	r->p += n;
	r->left -= n;
	return true;
}

static bool take_octet(struct reader *r, uint8_t *out)
{
	const uint8_t *p;

	if (!take(r, 1, &p))
		return false;
	*out = *p;
	return true;
}

static uint8_t septet_at(const uint8_t *data, size_t i)
{
	size_t bit = i * 7, at = bit / 8, shift = bit % 8;
	unsigned v = data[at] >> shift;

	if (shift > 1)
		v |= (unsigned)data[at + 1] << (8 - shift);
	return v & 0x7f;
}

/* Septets first..end-1 as UTF-8. */
static void septets_to_utf8(const uint8_t *data, size_t first, size_t end, char *out, size_t cap)
{
	size_t len = 0;

	for (size_t i = first; i < end; i++) {
		uint8_t s = septet_at(data, i);
		bool escaped = s == 0x1b && i + 1 < end;
		char buf[4];
		size_t k;

		if (escaped)
			s = septet_at(data, ++i);
		k = text_utf8_put(text_gsm7_decode(s, escaped), buf);
		if (len + k + 1 > cap)
			break;
		memcpy(out + len, buf, k);
		len += k;
	}
	out[len] = '\0';
}

static void semi_octets(const uint8_t *p, size_t digits, bool international, char *out)
{
	size_t n = 0;

	if (international)
		out[n++] = '+';
	for (size_t i = 0; i < digits; i++) {
		unsigned d = i % 2 ? p[i / 2] >> 4 : p[i / 2] & 15u;

		if (d == 15)
			break;
		out[n++] = "0123456789*#abc"[d];
	}
	out[n] = '\0';
}

static const char *take_address(struct reader *r, struct pdu *out)
{
	const uint8_t *p;
	uint8_t digits, type;

	if (!take_octet(r, &digits) || !take_octet(r, &type))
		return "address missing";
	if (digits > ADDRESS_MAX + 2)
		return "address too long";
	if (!take(r, (digits + 1u) / 2, &p))
		return "address cut short";
	out->ton = type >> 4 & 7;
	if (out->ton == 7)
		out->ton = FRAME_TON_UNKNOWN;
	if (out->ton == FRAME_TON_ALPHANUMERIC) {
		size_t septets = digits * 4u / 7;

		septets_to_utf8(p, 0, septets > ALNUM_SEPTETS ? ALNUM_SEPTETS : septets,
		        out->address, sizeof out->address);
		for (char *c = out->address; *c; c++)
			if ((unsigned char)*c < ' ')
				*c = ' ';
		return NULL;
	}
	semi_octets(p, digits, out->ton == FRAME_TON_INTERNATIONAL, out->address);
	return NULL;
}

static int bcd(uint8_t swapped)
{
	int tens = swapped & 15, ones = swapped >> 4;

	return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
}

/* 23.040 9.2.3.11. 0 and zone 0 when any part is out of range. */
static int64_t time_stamp(const uint8_t *p, int32_t *zone)
{
	struct date d = { bcd(p[0]), bcd(p[1]), bcd(p[2]) };
	int hour = bcd(p[3]), minute = bcd(p[4]), second = bcd(p[5]);
	int quarters = bcd(p[6] & 0xf7);

	*zone = 0;
	if (d.year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	        second > 59 || quarters < 0 || quarters > 56)
		return 0;
	d.year += d.year < 90 ? 2000 : 1900;
	if (!date_valid(d))
		return 0;
	*zone = (p[6] & 8 ? -15 : 15) * quarters;
	return date_days(d) * 86400 + hour * 3600 + minute * 60 + second - *zone * 60;
}

enum alphabet { ALPHABET_GSM7, ALPHABET_8BIT, ALPHABET_UCS2, ALPHABET_COMPRESSED };

/* 23.038 section 4 */
static enum alphabet alphabet_of(uint8_t dcs)
{
	if (dcs < 0x80) {
		if (dcs & 0x20)
			return ALPHABET_COMPRESSED;
		return (dcs >> 2 & 3) == 1   ? ALPHABET_8BIT
		       : (dcs >> 2 & 3) == 2 ? ALPHABET_UCS2
		                             : ALPHABET_GSM7;
	}
	if ((dcs & 0xf0) == 0xe0)
		return ALPHABET_UCS2;
	if ((dcs & 0xf4) == 0xf4)
		return ALPHABET_8BIT;
	return ALPHABET_GSM7;
}

/* Concatenation may stand anywhere in the header; the last one counts, one that makes no sense
 * is as if it were not there. */
static const char *read_header(const uint8_t *h, size_t n, struct pdu *out)
{
	while (n > 0) {
		size_t len;
		uint32_t ref, total, part;

		if (n < 2 || (len = h[1]) + 2 > n)
			return "user data header inconsistent";
		if ((h[0] == 0x00 && len == 3) || (h[0] == 0x08 && len == 4)) {
			const uint8_t *v = h + 2;

			ref = len == 3 ? v[0] : (uint32_t)v[0] << 8 | v[1];
			total = v[len - 2];
			part = v[len - 1];
			if (total >= 1 && part >= 1 && part <= total) {
				out->ref = total > 1 ? ref : 0;
				out->total = total;
				out->part = part;
			}
		}
		h += len + 2;
		n -= len + 2;
	}
	return NULL;
}

static const char *read_user_data(struct reader *r, bool has_header, struct pdu *out)
{
	enum alphabet alphabet = alphabet_of((uint8_t)out->dcs);
	size_t octets, header = 0;
	const uint8_t *ud;
	uint8_t udl;

	if (alphabet == ALPHABET_COMPRESSED)
		return "compressed text";
	if (!take_octet(r, &udl))
		return "user data length missing";
	if (udl > (alphabet == ALPHABET_GSM7 ? UD_SEPTETS : UD_OCTETS))
		return "user data length impossible";
	octets = alphabet == ALPHABET_GSM7 ? (udl * 7u + 7) / 8 : udl;
	if (!take(r, octets, &ud))
		return "user data cut short";
	if (has_header) {
		const char *fault;

		if (octets == 0 || (header = ud[0] + 1u) > octets)
			return "user data header longer than the data";
		fault = read_header(ud + 1, header - 1, out);
		if (fault)
			return fault;
	}
	if (alphabet == ALPHABET_UCS2)
		utf16_to_utf8(ud + header, octets - header, out->text, sizeof out->text);
	else if (alphabet == ALPHABET_GSM7)
		septets_to_utf8(ud, (header * 8 + 6) / 7, udl, out->text, sizeof out->text);
	return NULL;
}

static const char *read_deliver(struct reader *r, uint8_t first, struct pdu *out)
{
	const char *fault = take_address(r, out);
	const uint8_t *stamp;
	uint8_t pid, dcs;

	out->type = PDU_DELIVER;
	out->total = out->part = 1;
	if (fault)
		return fault;
	if (!take_octet(r, &pid) || !take_octet(r, &dcs) || !take(r, 7, &stamp))
		return "cut short before the user data";
	out->dcs = dcs;
	out->scts = time_stamp(stamp, &out->zone);
	return read_user_data(r, first & 0x40, out);
}

static const char *read_report(struct reader *r, struct pdu *out)
{
	const uint8_t *stamp, *discharge;
	const char *fault;
	uint8_t mr, status;
	int32_t zone;

	out->type = PDU_REPORT;
	if (!take_octet(r, &mr))
		return "message reference missing";
	fault = take_address(r, out);
	if (fault)
		return fault;
	if (!take(r, 7, &stamp) || !take(r, 7, &discharge) || !take_octet(r, &status))
		return "status report cut short";
	out->mr = mr;
	out->status = status;
	out->scts = time_stamp(stamp, &out->zone);
	out->discharged = time_stamp(discharge, &zone);
	return NULL;
}

const char *pdu_parse(const uint8_t *pdu, size_t n, struct pdu *out)
{
	struct reader r = { pdu, n };
	const uint8_t *smsc;
	uint8_t smsc_len, first;

	memset(out, 0, sizeof *out);
	if (!take_octet(&r, &smsc_len))
		return "empty";
	if (smsc_len > SMSC_MAX)
		return "service centre address too long";
	if (!take(&r, smsc_len, &smsc) || !take_octet(&r, &first))
		return "cut short before the message type";
	switch (first & 3) {
	case 1:
		return "not a received text";
	case 2:
		return read_report(&r, out);
	default:
		return read_deliver(&r, first, out);
	}
}
