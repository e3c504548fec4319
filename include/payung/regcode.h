/* Registration codes (8 digits: 7 random + Damm check digit) and references (letters and digits
 * that are not mistaken for each other). Pure: randomness comes in as bytes. */
#ifndef PAYUNG_REGCODE_H
#define PAYUNG_REGCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGCODE_LEN 8
#define REGCODE_EXAMPLE "12345678" /* printed as the example; fails the check on purpose */
#define REF_LEN 6

/* Damm quasigroup of order 10 (H. M. Damm): finds every single wrong digit and adjacent swap. */
int damm_digit(const char *digits, size_t n);
bool regcode_valid(const char *s); /* exactly 8 digits and the check holds */
void regcode_make(uint64_t random, char out[REGCODE_LEN + 1]); /* first digit never 0 */
/* Reference for payments, registrations, reports: "D4F7K2", no 0 O 1 I L U, never 6 digits only. */
void ref_make(uint64_t random, char out[REF_LEN + 1]);

#endif
