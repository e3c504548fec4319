/* UTF-16BE, as UCS-2 texts carry it, from and to UTF-8, with surrogate pairs. Pure. */
#ifndef MODEM_UTF16_H
#define MODEM_UTF16_H

#include <stddef.h>
#include <stdint.h>

/* Decodes n octets (an odd last one is ignored) into out, NUL-terminated, cut between characters
 * at cap. A lone surrogate and U+0000 become U+FFFD. Returns the bytes written without the NUL. */
size_t utf16_to_utf8(const uint8_t *in, size_t n, char *out, size_t cap);
/* Encodes valid UTF-8 and a final 00 00. Returns the 16 bit units without it; 0 when the text is
 * empty or does not fit in cap octets. */
size_t utf16_from_utf8(const char *s, uint8_t *out, size_t cap);

#endif
