/* Phone numbers. Store form is E.164 with +. Rules: DOMAIN.md F40-F42. Pure. */
#ifndef PAYUNG_MSISDN_H
#define PAYUNG_MSISDN_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>

#define MSISDN_CAP 24 /* "+" and 15 digits fit; room for a short number or sender name */

enum sender_kind {
	SENDER_MOBILE,  /* an Indonesian mobile number: out holds E.164 */
	SENDER_FOREIGN, /* other E.164 number */
	SENDER_SHORT,   /* fewer than 7 digits, or a service number: never answered */
	SENDER_NAME,    /* alphanumeric: never answered */
	SENDER_INVALID,
};

/* An Indonesian mobile number as people write it (0812.., 62812.., +62 812-..., 812.., brackets)
 * to "+628...". Unknown 8xx prefixes are fine. RC_INVALID otherwise, out untouched. */
rc_t msisdn_parse(const char *in, char out[MSISDN_CAP]) MUST_CHECK;
/* What a received originating address is. alphanumeric says the network marked it so (TON 5):
 * then it is a name whatever it looks like. out gets E.164 or a copy of in. */
enum sender_kind msisdn_sender(const char *in, bool alphanumeric, char out[MSISDN_CAP]);
/* "+62812..." -> "0812...": how people in Indonesia read numbers; others are copied. */
void msisdn_national(const char *e164, char out[MSISDN_CAP]);
/* Same subscriber although written differently (last 8 digits equal, both 8 or longer). */
bool msisdn_same(const char *a, const char *b);

#endif
