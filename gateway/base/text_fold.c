/* Bringing what phones and office programs write to what GSM-7 and the keyword grammar know. */
#include <payung/text.h>
#include <string.h>

/* ASCII for U+00C0..U+017F, two bytes each; a blank second byte means one letter, two blanks none.
 */
static const char latin[] =
        "A A A A A A AEC E E E E I I I I D N O O O O O x O U U U U Y THss"  /* 00c0 */
        "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "  /* 00e0 */
        "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g "  /* 0100 */
        "G g G g H h H h I i I i I i I i I i IJijJ j K k k L l L l L l L "  /* 0120 */
        "l L l N n N n N n n N n O o O o O o OEoeR r R r R r S s S s S s "  /* 0140 */
        "S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z s "; /* 0160 */

_Static_assert(sizeof(latin) == (0x180 - 0xc0) * 2 + 1, "two bytes for each letter");

static const struct alike {
	uint16_t first, last;
	const char *plain;
} alike[] = {
	{ '\t', '\t', " " },
	{ '`', '`', "'" },
	{ 0xa0, 0xa0, " " },
	{ 0xab, 0xab, "\"" },
	{ 0xad, 0xad, "" }, /* soft hyphen */
	{ 0xb4, 0xb4, "'" },
	{ 0xb7, 0xb7, "." },
	{ 0xbb, 0xbb, "\"" },
	{ 0x2b9, 0x2bf, "'" }, /* the hamza and ayn of Arabic names */
	{ 0x300, 0x36f, "" },  /* combining marks: the letter before them stays */
	{ 0x1e0c, 0x1e0c, "D" },
	{ 0x1e0d, 0x1e0d, "d" },
	{ 0x1e24, 0x1e24, "H" },
	{ 0x1e25, 0x1e25, "h" },
	{ 0x1e62, 0x1e62, "S" },
	{ 0x1e63, 0x1e63, "s" },
	{ 0x1e6c, 0x1e6c, "T" },
	{ 0x1e6d, 0x1e6d, "t" },
	{ 0x1e92, 0x1e92, "Z" },
	{ 0x1e93, 0x1e93, "z" },
	{ 0x2000, 0x200a, " " },
	{ 0x200b, 0x200f, "" }, /* zero width */
	{ 0x2010, 0x2015, "-" },
	{ 0x2018, 0x201b, "'" },
	{ 0x201c, 0x201f, "\"" },
	{ 0x2022, 0x2022, "*" },
	{ 0x2026, 0x2026, "..." },
	{ 0x2028, 0x2029, "\n" },
	{ 0x202a, 0x202e, "" }, /* direction marks */
	{ 0x202f, 0x202f, " " },
	{ 0x2032, 0x2032, "'" },
	{ 0x2033, 0x2033, "\"" },
	{ 0x205f, 0x205f, " " },
	{ 0x2060, 0x2064, "" },
	{ 0x2212, 0x2212, "-" },
	{ 0x3000, 0x3000, " " },
	{ 0xfe00, 0xfe0f, "" }, /* variation selectors */
	{ 0xfeff, 0xfeff, "" },
};

/* The plain ASCII for cp in out, false when there is none. "" means: leave it out. */
static bool plain_of(uint32_t cp, char out[4])
{
	if (cp >= 0xc0 && cp < 0x180) {
		const char *two = &latin[(cp - 0xc0) * 2];

		if (two[0] == ' ')
			return false;
		out[0] = two[0];
		out[1] = two[1] == ' ' ? '\0' : two[1];
		out[2] = '\0';
		return true;
	}
	if (cp >= 0xff01 && cp <= 0xff5e) { /* full-width forms */
		out[0] = (char)(cp - 0xff01 + '!');
		out[1] = '\0';
		return true;
	}
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (cp >= alike[i].first && cp <= alike[i].last) {
			strcpy(out, alike[i].plain);
			return true;
		}
	return false;
}

size_t text_fold_gsm7(const char *s, char *out, size_t cap)
{
	size_t n = 0;
	uint32_t cp;

	if (!cap)
		return 0;
	while ((cp = text_utf8_next(&s))) {
		char bytes[4], plain[4];
		size_t len = text_utf8_put(cp, bytes);
		const char *from = bytes;

		if (!text_gsm7_septets(cp) && plain_of(cp, plain)) {
			from = plain;
			len = strlen(plain);
		}
		if (n + len >= cap)
			break;
		memcpy(out + n, from, len);
		n += len;
	}
	out[n] = '\0';
	return n;
}

/* Upper-case letter or digit, or a blank for all else. */
static char keyword_char(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : ' ';
}

size_t text_fold_keyword(const char *s, char *out, size_t cap)
{
	size_t n = 0;
	uint32_t cp;

	if (!cap)
		return 0;
	while ((cp = text_utf8_next(&s))) {
		char plain[4] = { cp < 128 ? (char)cp : ' ' };

		if (cp >= 128)
			(void)plain_of(cp, plain);
		for (const char *p = plain; *p; p++) {
			char c = keyword_char(*p);

			if (c == ' ' && (!n || out[n - 1] == ' '))
				continue;
			if (n + 1 >= cap)
				goto full;
			out[n++] = c;
		}
	}
full:
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n;
}
