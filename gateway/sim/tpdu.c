/* Field by field as TS 23.040 section 9 lists them. The reader refuses what does not add up: a
 * modem answers +CMS ERROR 304 then, and nothing half understood reaches the network. */
#include "sim/tpdu.h"
#include <payung/text.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FO_SUBMIT 0x01
#define FO_REPORT 0x02
#define FO_NO_MORE 0x04    /* DELIVER, STATUS-REPORT: no more messages wait */
#define FO_REJECT_DUP 0x04 /* SUBMIT */
#define FO_REPORT_REQUEST 0x20
#define FO_USER_HEADER 0x40
#define ADDRESS_DIGITS_MAX 20
#define UD_OCTETS_MAX 140

static const char digit_chars[] = "0123456789*#abc";

struct reader {
	const uint8_t *p;
	size_t left;
	bool bad;
};

static const uint8_t *take(struct reader *r, size_t n)
{
	static const uint8_t nothing[16];

	if (r->bad || r->left < n) {
		r->bad = true;
		return nothing;
	}
	const uint8_t *p = r->p;

	r->p += n;
	r->left -= n;
	return p;
}

static uint8_t take1(struct reader *r)
{
	return *take(r, 1);
}

static bool read_digits(const uint8_t *p, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		unsigned d = i % 2 ? p[i / 2] >> 4 : p[i / 2] & 0x0f;

		if (d >= sizeof digit_chars - 1)
			return false;
		out[i] = digit_chars[d];
	}
	out[n] = 0;
	return true;
}

static void read_address(struct reader *r, struct tpdu_address *a)
{
	size_t n = take1(r);
	uint8_t type = take1(r);

	if (n > ADDRESS_DIGITS_MAX || !(type & 0x80)) {
		r->bad = true;
		return;
	}
	const uint8_t *p = take(r, (n + 1) / 2);

	a->ton = (type >> 4) & 7;
	a->npi = type & 0x0f;
	if (r->bad)
		return;
	if (a->ton == TPDU_TON_ALPHANUMERIC) {
		uint16_t s[12];

		tpdu_unpack(p, n * 4 / 7, 0, s);
		tpdu_text(s, n * 4 / 7, TPDU_GSM7, a->text, sizeof a->text);
	} else if (!read_digits(p, n, a->text)) {
		r->bad = true;
	}
}

static int bcd(uint8_t b)
{
	return (b & 0x0f) * 10 + (b >> 4);
}

static int64_t read_time(const uint8_t p[7])
{
	struct tm tm = { .tm_year = 100 + bcd(p[0]),
		.tm_mon = bcd(p[1]) - 1,
		.tm_mday = bcd(p[2]),
		.tm_hour = bcd(p[3]),
		.tm_min = bcd(p[4]),
		.tm_sec = bcd(p[5]) };
	int quarters = bcd(p[6] & 0xf7) * (p[6] & 0x08 ? -1 : 1);

	return timegm(&tm) - quarters * INT64_C(900);
}

static int64_t relative_validity(uint8_t v)
{
	if (v < 144)
		return (v + 1) * INT64_C(300);
	if (v < 168)
		return 12 * 3600 + (v - 143) * INT64_C(1800);
	return v < 197 ? (v - 166) * INT64_C(86400) : (v - 192) * INT64_C(604800);
}

static int64_t enhanced_validity(const uint8_t p[7])
{
	switch (p[0] & 7) {
	case 1:
		return relative_validity(p[1]);
	case 2:
		return p[1];
	case 3:
		return bcd(p[1]) * INT64_C(3600) + bcd(p[2]) * INT64_C(60) + bcd(p[3]);
	default:
		return TPDU_NO_VALIDITY;
	}
}

static void read_validity(struct reader *r, uint8_t first, struct tpdu_submit *s)
{
	s->validity_s = TPDU_NO_VALIDITY;
	s->expires_utc = 0;
	switch ((first >> 3) & 3) {
	case 1:
		s->validity_s = enhanced_validity(take(r, 7));
		break;
	case 2:
		s->validity_s = relative_validity(take1(r));
		break;
	case 3:
		s->expires_utc = read_time(take(r, 7));
		break;
	default:
		break;
	}
}

/* Looks for the concatenation elements; false when the header does not add up. */
static bool read_header(const uint8_t *p, size_t len, struct tpdu_body *b)
{
	while (len > 0) {
		if (len < 2 || len - 2 < p[1])
			return false;
		size_t n = p[1];
		bool narrow = p[0] == 0x00 && n == 3, wide = p[0] == 0x08 && n == 4;

		if ((narrow || wide) && p[n] > 0 && p[n + 1] > 0 && p[n + 1] <= p[n]) {
			b->wide_ref = wide;
			b->ref = wide ? (uint16_t)(p[2] << 8 | p[3]) : p[2];
			b->total = p[n];
			b->part = p[n + 1];
		}
		p += n + 2;
		len -= n + 2;
	}
	return true;
}

static void read_body(struct reader *r, bool has_header, uint8_t dcs, struct tpdu_body *b)
{
	size_t udl = take1(r);

	*b = (struct tpdu_body){ .alphabet = tpdu_dcs_alphabet(dcs) };
	size_t octets = b->alphabet == TPDU_GSM7 ? (udl * 7 + 7) / 8 : udl;
	const uint8_t *p = take(r, octets);

	if (r->bad || octets > UD_OCTETS_MAX || r->left > 0 || (has_header && octets == 0)) {
		r->bad = true;
		return;
	}
	size_t header = has_header ? p[0] + 1U : 0;

	if (header > octets || (has_header && !read_header(p + 1, header - 1, b))) {
		r->bad = true;
		return;
	}
	if (b->alphabet == TPDU_GSM7) {
		size_t septets = (header * 8 + 6) / 7;

		if (septets > udl) {
			r->bad = true;
			return;
		}
		b->n = udl - septets;
		tpdu_unpack(p, b->n, septets * 7, b->unit);
		return;
	}
	size_t width = b->alphabet == TPDU_UCS2 ? 2 : 1;

	if ((octets - header) % width)
		r->bad = true;
	b->n = (octets - header) / width;
	for (size_t i = 0; i < b->n; i++) {
		const uint8_t *u = p + header + i * width;

		b->unit[i] = width == 2 ? (uint16_t)(u[0] << 8 | u[1]) : u[0];
	}
}

rc_t tpdu_submit_decode(const uint8_t *buf, size_t len, struct tpdu_submit *out)
{
	struct reader r = { .p = buf, .left = len };
	uint8_t first = take1(&r);

	*out = (struct tpdu_submit){ 0 };
	if ((first & 0x03) != FO_SUBMIT)
		return RC_INVALID;
	out->report = first & FO_REPORT_REQUEST;
	out->reject_duplicates = first & FO_REJECT_DUP;
	out->mr = take1(&r);
	read_address(&r, &out->to);
	out->pid = take1(&r);
	out->dcs = take1(&r);
	read_validity(&r, first, out);
	read_body(&r, first & FO_USER_HEADER, out->dcs, &out->body);
	return r.bad || !out->to.text[0] ? RC_INVALID : RC_OK;
}

static size_t put_digits(const char *digits, uint8_t *out)
{
	size_t n = strlen(digits);

	for (size_t i = 0; i < n; i++) {
		const char *d = strchr(digit_chars, digits[i]);
		unsigned v = d ? (unsigned)(d - digit_chars) : 0;

		out[i / 2] = (uint8_t)(i % 2 ? (out[i / 2] & 0x0f) | v << 4 : 0xf0 | v);
	}
	return (n + 1) / 2;
}

static size_t put_address(const struct tpdu_address *a, uint8_t *out)
{
	out[1] = (uint8_t)(0x80 | a->ton << 4 | a->npi);
	if (a->ton == TPDU_TON_ALPHANUMERIC) {
		uint16_t s[11];
		size_t n = tpdu_units(a->text, TPDU_GSM7, s, 11);

		if (n == SIZE_MAX)
			return 0;
		memset(out + 2, 0, 10);
		tpdu_pack(s, n, 0, out + 2);
		out[0] = (uint8_t)((n * 7 + 3) / 4);
		return 2 + (n * 7 + 7) / 8;
	}
	if (strlen(a->text) > ADDRESS_DIGITS_MAX)
		return 0;
	out[0] = (uint8_t)strlen(a->text);
	return 2 + put_digits(a->text, out + 2);
}

static uint8_t swapped(int v)
{
	return (uint8_t)((v % 10) << 4 | v / 10 % 10);
}

static size_t put_time(struct tpdu_time t, uint8_t *out)
{
	time_t local = (time_t)(t.utc_s + t.quarters * INT64_C(900));
	struct tm tm;

	gmtime_r(&local, &tm);
	out[0] = swapped(tm.tm_year % 100);
	out[1] = swapped(tm.tm_mon + 1);
	out[2] = swapped(tm.tm_mday);
	out[3] = swapped(tm.tm_hour);
	out[4] = swapped(tm.tm_min);
	out[5] = swapped(tm.tm_sec);
	out[6] = (uint8_t)(swapped(t.quarters < 0 ? -t.quarters : t.quarters) |
	                   (t.quarters < 0 ? 0x08 : 0));
	return 7;
}

static size_t put_header(const struct tpdu_body *b, uint8_t *out)
{
	if (b->total == 0)
		return 0;
	if (b->wide_ref) {
		const uint8_t h[] = { 6, 0x08, 4, (uint8_t)(b->ref >> 8), (uint8_t)b->ref, b->total,
			b->part };

		memcpy(out, h, sizeof h);
		return sizeof h;
	}
	const uint8_t h[] = { 5, 0x00, 3, (uint8_t)b->ref, b->total, b->part };

	memcpy(out, h, sizeof h);
	return sizeof h;
}

/* TP-UDL and TP-UD. Returns 0 when they do not fit. */
static size_t put_body(const struct tpdu_body *b, uint8_t *out)
{
	uint8_t ud[2 * TPDU_UNITS_MAX + 8] = { 0 };
	size_t header = put_header(b, ud), octets, udl;

	if (b->alphabet == TPDU_GSM7) {
		size_t septets = (header * 8 + 6) / 7;

		tpdu_pack(b->unit, b->n, septets * 7, ud);
		udl = septets + b->n;
		octets = (udl * 7 + 7) / 8;
	} else {
		octets = header;
		for (size_t i = 0; i < b->n; i++) {
			if (b->alphabet == TPDU_UCS2)
				ud[octets++] = (uint8_t)(b->unit[i] >> 8);
			ud[octets++] = (uint8_t)b->unit[i];
		}
		udl = octets;
	}
	if (octets > UD_OCTETS_MAX)
		return 0;
	out[0] = (uint8_t)udl;
	memcpy(out + 1, ud, octets);
	return 1 + octets;
}

size_t tpdu_deliver_encode(const struct tpdu_deliver *d, uint8_t out[TPDU_MAX])
{
	size_t n = 1, k;

	out[0] = (uint8_t)(FO_NO_MORE | (d->body.total ? FO_USER_HEADER : 0));
	if ((k = put_address(&d->from, out + n)) == 0)
		return 0;
	n += k;
	out[n++] = d->pid;
	out[n++] = d->dcs;
	n += put_time(d->scts, out + n);
	k = put_body(&d->body, out + n);
	return k ? n + k : 0;
}

size_t tpdu_report_encode(const struct tpdu_report *r, uint8_t out[TPDU_MAX])
{
	size_t n = 2, k;

	out[0] = FO_REPORT | FO_NO_MORE;
	out[1] = r->mr;
	if ((k = put_address(&r->to, out + n)) == 0)
		return 0;
	n += k;
	n += put_time(r->scts, out + n);
	n += put_time(r->discharged, out + n);
	out[n++] = r->status;
	return n;
}

size_t tpdu_smsc_encode(const char *number, uint8_t out[12])
{
	bool plus = *number == '+';
	size_t n = strlen(number + plus);

	if (n == 0 || n > ADDRESS_DIGITS_MAX) {
		out[0] = 0;
		return 1;
	}
	out[1] = plus ? 0x91 : 0x81;
	n = 1 + put_digits(number + plus, out + 2);
	out[0] = (uint8_t)n;
	return 1 + n;
}

rc_t tpdu_address_parse(const char *s, struct tpdu_address *out)
{
	struct tpdu_address a = { .npi = 1 };

	if (strncmp(s, "name:", 5) == 0) {
		uint16_t u[11];

		a.ton = TPDU_TON_ALPHANUMERIC;
		a.npi = 0;
		s += 5;
		if (!*s || !text_utf8_valid(s, strlen(s)) ||
		        tpdu_units(s, TPDU_GSM7, u, 11) == SIZE_MAX)
			return RC_INVALID;
	} else {
		if (*s == '+') {
			a.ton = TPDU_TON_INTERNATIONAL;
			s++;
		}
		size_t n = strlen(s);

		if (n == 0 || n > ADDRESS_DIGITS_MAX || strspn(s, "0123456789*#") != n)
			return RC_INVALID;
	}
	if (!text_copy(a.text, sizeof a.text, s))
		return RC_INVALID;
	*out = a;
	return RC_OK;
}

void tpdu_address_text(const struct tpdu_address *a, char out[TPDU_ADDRESS_CAP])
{
	snprintf(out, TPDU_ADDRESS_CAP, "%s%.40s", a->ton == TPDU_TON_INTERNATIONAL ? "+" : "",
	        a->text);
}
