/* UTF-8, sizes and segments. Everything walks code points with one strict decoder; where one
 * segment ends is decided in one place (segment_end), so that measuring and splitting agree. */
#include <payung/text.h>
#include <string.h>

struct coding_limits {
	size_t alone, chained; /* units in the only segment, in one of several */
};

/* 140 octets of user data; a concatenation header takes 6 of them (23.040 9.2.3.24.1). */
static const struct coding_limits limits[] = {
	[TEXT_GSM7] = { 160, 153 },
	[TEXT_UCS2] = { 70, 67 },
};

/* Length of the valid UTF-8 character at s, 0 when there is none within len. */
static size_t decode(const unsigned char *s, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80             ? 1
	           : (s[0] & 0xe0) == 0xc0 ? 2
	           : (s[0] & 0xf0) == 0xe0 ? 3
	           : (s[0] & 0xf8) == 0xf0 ? 4
	                                   : 0;

	if (!n || n > len)
		return 0;
	uint32_t v = n == 1 ? s[0] : s[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3fu);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*cp = v;
	return n;
}

bool text_utf8_valid(const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = 0; i < len;) {
		size_t n = decode((const unsigned char *)s + i, len - i, &cp);

		if (!n || !cp)
			return false;
		i += n;
	}
	return true;
}

uint32_t text_utf8_next(const char **s)
{
	uint32_t cp;

	if (!**s)
		return 0;
	size_t n = decode((const unsigned char *)*s, strnlen(*s, 4), &cp);

	if (!n) { /* callers check first; a stray byte must still not stop the walk */
		*s += 1;
		return 0xfffd;
	}
	*s += n;
	return cp;
}

size_t text_utf8_put(uint32_t cp, char *buf)
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; cp >>= 6)
		buf[i] = (char)(0x80 | (cp & 0x3f));
	buf[0] = (char)(n == 1 ? cp : (0xf00u >> n & 0xff) | cp);
	return n;
}

static size_t units_of(uint32_t cp, enum text_coding coding)
{
	if (coding == TEXT_GSM7)
		return (size_t)text_gsm7_septets(cp);
	return cp >= 0x10000 ? 2 : 1;
}

static enum text_coding coding_of(const char *s)
{
	uint32_t cp;

	while ((cp = text_utf8_next(&s)))
		if (!text_gsm7_septets(cp))
			return TEXT_UCS2;
	return TEXT_GSM7;
}

static const char *segment_end(const char *s, enum text_coding coding, size_t max)
{
	uint32_t cp;

	for (const char *next = s; (cp = text_utf8_next(&next)); s = next) {
		size_t u = units_of(cp, coding);

		if (u > max)
			break;
		max -= u;
	}
	return s;
}

struct text_size text_measure(const char *s)
{
	struct text_size size = { .coding = coding_of(s) };
	const struct coding_limits *l = &limits[size.coding];
	uint32_t cp;

	for (const char *p = s; (cp = text_utf8_next(&p));)
		size.units += units_of(cp, size.coding);
	if (size.units <= l->alone)
		size.segments = size.units > 0;
	else
		for (; *s; size.segments++)
			s = segment_end(s, size.coding, l->chained);
	return size;
}

rc_t text_split(const char *s, struct text_segments *out)
{
	if (!*s || !text_utf8_valid(s, strlen(s)))
		return RC_INVALID;
	struct text_size size = text_measure(s);

	if (size.segments > TEXT_SEGMENTS_MAX)
		return RC_LIMIT;
	const struct coding_limits *l = &limits[size.coding];

	*out = (struct text_segments){ .coding = size.coding, .n = size.segments };
	for (size_t i = 0; i < size.segments; i++) {
		const char *end =
		        segment_end(s, size.coding, size.segments == 1 ? l->alone : l->chained);

		memcpy(out->part[i], s, (size_t)(end - s));
		s = end;
	}
	return RC_OK;
}

bool text_copy(char *dst, size_t cap, const char *src)
{
	size_t len = strlen(src), n = len;

	if (!cap)
		return false;
	if (len >= cap)
		for (n = cap - 1; n && ((unsigned char)src[n] & 0xc0) == 0x80;)
			n--;
	memmove(dst, src, n);
	dst[n] = '\0';
	return n == len;
}

void text_cut_septets(const char *s, size_t septets, char *out, size_t cap)
{
	size_t n = 0;
	uint32_t cp;

	if (!cap)
		return;
	for (const char *next = s; (cp = text_utf8_next(&next)); s = next) {
		int have = text_gsm7_septets(cp);
		size_t need = have ? (size_t)have : 1, bytes = (size_t)(next - s);

		if (need > septets || n + bytes >= cap)
			break;
		memcpy(out + n, s, bytes);
		n += bytes;
		septets -= need;
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}
