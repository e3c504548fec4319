/* Money: whole rupiah in int64_t. Pure. */
#ifndef PAYUNG_RUPIAH_H
#define PAYUNG_RUPIAH_H

#include <payung/result.h>
#include <stdint.h>

typedef int64_t rupiah_t;
#define RUPIAH_MAX INT64_C(1000000000000000) /* no amount or sum is larger */
void rupiah_format(rupiah_t r, char out[32]); /* Rp16.800, -Rp5 */
void count_format(int64_t n, char out[32]);   /* 22.000 */
/* "16800", "16.800", "Rp 16.800", "Rp16.800,00" (decimals must be zero), trimmed.
 * RC_INVALID otherwise, also above RUPIAH_MAX. */
rc_t rupiah_parse(const char *s, rupiah_t *out) MUST_CHECK;

#endif
