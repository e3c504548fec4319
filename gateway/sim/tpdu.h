/* 3GPP TS 23.040 transfer units as an operator's SMSC and a modem see them: SUBMIT is read, DELIVER
 * and STATUS-REPORT are written. Pure. A body is kept as septets (TS 23.038, escapes included),
 * octets or UTF-16 units, so that a pair split over two parts survives joining. */
#ifndef PAYUNG_SIM_TPDU_H
#define PAYUNG_SIM_TPDU_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TPDU_UNITS_MAX 160
#define TPDU_MAX 176          /* octets of the longest unit, without SMSC */
#define TPDU_TEXT_CAP 640     /* UTF-8 of one body: 160 septets of at most 3 bytes, and NUL */
#define TPDU_ADDRESS_CAP 48   /* 20 digits, or 11 characters as UTF-8 */
#define TPDU_NO_VALIDITY (-1) /* the SUBMIT carries no validity period */

enum tpdu_alphabet { TPDU_GSM7, TPDU_OCTETS, TPDU_UCS2 };
enum tpdu_ton {
	TPDU_TON_UNKNOWN = 0,
	TPDU_TON_INTERNATIONAL = 1,
	TPDU_TON_NATIONAL = 2,
	TPDU_TON_NETWORK = 3,
	TPDU_TON_SUBSCRIBER = 4,
	TPDU_TON_ALPHANUMERIC = 5,
	TPDU_TON_ABBREVIATED = 6
};

struct tpdu_address {
	uint8_t ton, npi;
	char text[TPDU_ADDRESS_CAP]; /* digits without +, or the name when ton is alphanumeric */
};
struct tpdu_body {
	enum tpdu_alphabet alphabet;
	bool wide_ref; /* 16 bit concatenation reference */
	uint16_t ref;
	uint8_t total, part; /* total 0: no concatenation header */
	size_t n;
	uint16_t unit[TPDU_UNITS_MAX];
};
struct tpdu_time {
	int64_t utc_s;
	int quarters; /* of an hour east of UTC */
};
struct tpdu_submit {
	uint8_t mr, pid, dcs;
	bool report, reject_duplicates;
	int64_t validity_s;  /* seconds from now, or TPDU_NO_VALIDITY */
	int64_t expires_utc; /* set instead when the period is absolute, else 0 */
	struct tpdu_address to;
	struct tpdu_body body;
};
struct tpdu_deliver {
	uint8_t pid, dcs;
	struct tpdu_address from;
	struct tpdu_time scts;
	struct tpdu_body body; /* its alphabet must be the one dcs says */
};
struct tpdu_report {
	uint8_t mr, status;
	struct tpdu_address to;
	struct tpdu_time scts, discharged;
};

/* Reads a SUBMIT without SMSC prefix. RC_INVALID: another type, a length that does not add up,
 * a digit, alphabet or header that the specification does not allow; *out is then undefined. */
rc_t tpdu_submit_decode(const uint8_t *buf, size_t len, struct tpdu_submit *out) MUST_CHECK;
/* Both return the octets written, without SMSC prefix; 0 when the content does not fit. */
size_t tpdu_deliver_encode(const struct tpdu_deliver *d, uint8_t out[TPDU_MAX]);
size_t tpdu_report_encode(const struct tpdu_report *r, uint8_t out[TPDU_MAX]);
/* SMSC prefix as TS 27.005 puts it before a unit; "" gives the single octet 0. */
size_t tpdu_smsc_encode(const char *number, uint8_t out[12]);

/* "+62812.." is international, "name:X" alphanumeric, other digits unknown. RC_INVALID otherwise.
 */
rc_t tpdu_address_parse(const char *s, struct tpdu_address *out) MUST_CHECK;
/* The reverse, as a phone shows it: + before international numbers, names as they are. */
void tpdu_address_text(const struct tpdu_address *a, char out[TPDU_ADDRESS_CAP]);

enum tpdu_alphabet tpdu_dcs_alphabet(uint8_t dcs);
/* Message class 0..3 that the coding scheme names, -1 = none. */
int tpdu_dcs_class(uint8_t dcs);

/* UTF-8 to units. Returns how many, SIZE_MAX when a character is not in the alphabet or cap is
 * too small. */
size_t tpdu_units(const char *utf8, enum tpdu_alphabet alphabet, uint16_t *out, size_t cap);
/* Units to UTF-8; octets become hex; a lone surrogate or escape becomes U+FFFD or a blank.
 * Cuts on a character border. */
void tpdu_text(const uint16_t *unit, size_t n, enum tpdu_alphabet alphabet, char *out, size_t cap);
/* How to split a text. */
struct tpdu_split_how {
	bool ucs2; /* even when the default alphabet would do */
	bool wide_ref;
	uint16_t ref;
};
/* Bodies for a text, one without header when it fits; an escape or surrogate pair is never
 * split. Returns how many, 0 when more than max or 255 would be needed or it is not UTF-8. */
size_t tpdu_split(const char *utf8, struct tpdu_split_how how, struct tpdu_body *out, size_t max);

/* Septets to octets from bit `skip` on and back. out must be zeroed and hold skip + 7n bits. */
void tpdu_pack(const uint16_t *septet, size_t n, size_t skip, uint8_t *out);
void tpdu_unpack(const uint8_t *in, size_t n, size_t skip, uint16_t *septet);

#endif
