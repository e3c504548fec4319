/* Text as SMS sees it: UTF-8 checks, the GSM 03.38 (3GPP TS 23.038) default alphabet with its
 * extension table, segments, and small string helpers. Pure. */
#ifndef PAYUNG_TEXT_H
#define PAYUNG_TEXT_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_SEGMENTS_MAX 10
#define TEXT_SEGMENT_BYTES 700 /* one segment as UTF-8 with its NUL */

enum text_coding { TEXT_GSM7 = 0, TEXT_UCS2 = 1 };

struct text_size {
	enum text_coding coding;
	size_t units;    /* septets (extension characters count 2) or UTF-16 units (emoji count 2) */
	size_t segments; /* 160/153 septets, 70/67 units; an escape or surrogate pair is never split */
};
struct text_segments {
	enum text_coding coding;
	size_t n;
	char part[TEXT_SEGMENTS_MAX][TEXT_SEGMENT_BYTES];
};

/* Strict UTF-8 (no overlong forms, surrogates, above U+10FFFF), no NUL within len. */
bool text_utf8_valid(const char *s, size_t len);
/* Next code point of valid UTF-8; advances *s; 0 at the end. */
uint32_t text_utf8_next(const char **s);
/* Writes cp (not 0) as UTF-8, returns the bytes written (1..4); buf needs 4. */
size_t text_utf8_put(uint32_t cp, char *buf);
/* Septets of cp in the GSM default alphabet: 1, 2 (extension) or 0 (not in it). */
int text_gsm7_septets(uint32_t cp);
/* Code point <-> GSM septet. Encode gives 0..127, 0x1b00|x for the extension table, -1 if absent. */
int text_gsm7_encode(uint32_t cp);
uint32_t text_gsm7_decode(uint8_t septet, bool escaped);

/* Measures valid UTF-8. */
struct text_size text_measure(const char *s);
/* Splits for sending, in order. RC_LIMIT: more than TEXT_SEGMENTS_MAX; RC_INVALID: not UTF-8, empty. */
rc_t text_split(const char *s, struct text_segments *out) MUST_CHECK;
/* Copies with look-alikes brought into GSM-7 (curly quotes, dashes, no-break space, ellipsis,
 * accented letters outside the alphabet lose the accent); what has no look-alike stays.
 * Cuts at cap on a character border. Returns the bytes written without the NUL. */
size_t text_fold_gsm7(const char *s, char *out, size_t cap);
/* Upper-case ASCII letters and digits kept, letters with accents reduced to them, everything
 * else one space, ends trimmed: what the keyword grammar reads. */
size_t text_fold_keyword(const char *s, char *out, size_t cap);
/* In place: every run of digits that may hold a NIK (16 or more digits in all) becomes "[NIK]",
 * also when broken by up to three blanks, line breaks or any of . , - / _ at a time. Other digits
 * stay. Never lengthens the text. Rule: DOMAIN.md 9. */
void text_mask_nik(char *s);
/* The same for every run of 6 digits or more: a NIK that is sent in halves. */
void text_mask_digits(char *s);
/* Bounded copy that never cuts a character; returns false when it had to cut. */
bool text_copy(char *dst, size_t cap, const char *src);
/* First n septets' worth of s at most, cut on a character border, trailing blanks dropped. */
void text_cut_septets(const char *s, size_t septets, char *out, size_t cap);

#endif
