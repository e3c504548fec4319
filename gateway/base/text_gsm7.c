/* The default alphabet of 3GPP TS 23.038 (6.2.1) and its extension table (6.2.1.1). */
#include <payung/text.h>

enum { ESCAPE = 0x1b };

/* clang-format off */
static const uint16_t alphabet[128] = {
	'@', 0xa3, '$', 0xa5, 0xe8, 0xe9, 0xf9, 0xec,         /* 00 */
	0xf2, 0xc7, '\n', 0xd8, 0xf8, '\r', 0xc5, 0xe5,       /* 08 */
	0x394, '_', 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, /* 10 */
	0x3a3, 0x398, 0x39e, 0, 0xc6, 0xe6, 0xdf, 0xc9,       /* 18: 1b is the escape */
	' ', '!', '"', '#', 0xa4, '%', '&', '\'',             /* 20 */
	'(', ')', '*', '+', ',', '-', '.', '/',               /* 28 */
	'0', '1', '2', '3', '4', '5', '6', '7',               /* 30 */
	'8', '9', ':', ';', '<', '=', '>', '?',               /* 38 */
	0xa1, 'A', 'B', 'C', 'D', 'E', 'F', 'G',              /* 40 */
	'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',               /* 48 */
	'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W',               /* 50 */
	'X', 'Y', 'Z', 0xc4, 0xd6, 0xd1, 0xdc, 0xa7,          /* 58 */
	0xbf, 'a', 'b', 'c', 'd', 'e', 'f', 'g',              /* 60 */
	'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',               /* 68 */
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w',               /* 70 */
	'x', 'y', 'z', 0xe4, 0xf6, 0xf1, 0xfc, 0xe0,          /* 78 */
};
/* clang-format on */

static const struct {
	uint8_t septet;
	uint16_t cp;
} extension[] = {
	{ 0x0a, '\f' },
	{ 0x14, '^' },
	{ 0x28, '{' },
	{ 0x29, '}' },
	{ 0x2f, '\\' },
	{ 0x3c, '[' },
	{ 0x3d, '~' },
	{ 0x3e, ']' },
	{ 0x40, '|' },
	{ 0x65, 0x20ac },
};

int text_gsm7_encode(uint32_t cp)
{
	if (!cp)
		return -1;
	if (cp < 128 && alphabet[cp] == cp) /* most of what people write */
		return (int)cp;
	for (int i = 0; i < 128; i++)
		if (alphabet[i] == cp)
			return i;
	for (size_t i = 0; i < sizeof(extension) / sizeof(extension[0]); i++)
		if (extension[i].cp == cp)
			return ESCAPE << 8 | extension[i].septet;
	return -1;
}

int text_gsm7_septets(uint32_t cp)
{
	int code = text_gsm7_encode(cp);

	return code < 0 ? 0 : code > 127 ? 2 : 1;
}

uint32_t text_gsm7_decode(uint8_t septet, bool escaped)
{
	septet &= 0x7f;
	for (size_t i = 0; escaped && i < sizeof(extension) / sizeof(extension[0]); i++)
		if (extension[i].septet == septet)
			return extension[i].cp;
	/* An escape without meaning shows as a space; an unknown extension as the plain character.
	 */
	return septet == ESCAPE ? ' ' : alphabet[septet];
}
