/* A NIK in an incoming text must not reach a disk in clear. People break its 16 digits up as they
 * break up phone numbers, write O for 0, and glue codes and words to it. What the keyword grammar
 * would read as digits is a chain here, too, and any chain that can hold a NIK goes; masking a
 * harmless long number costs nothing. */
#include <payung/nik.h>
#include <payung/text.h>
#include <string.h>

enum {
	MIXED_MIN = 4,           /* so many digits make a word a number, whatever else it holds */
	CHAIN_MIN = NIK_LEN - 1, /* one digit left out: the others still tell who it is */
	HALF_MIN = 6,            /* what may be a part of one where a NIK is asked for */
};

enum kind { BREAK, LETTER, LOOKALIKE, DIGIT };

/* Full-width, Arabic, Persian and Javanese digits. */
static bool is_digit(uint32_t cp)
{
	return cp - '0' < 10 || cp - 0xff10 < 10 || cp - 0x660 < 10 || cp - 0x6f0 < 10 ||
	       cp - 0xa9d0 < 10;
}

static enum kind kind_of(uint32_t cp)
{
	if (is_digit(cp))
		return DIGIT;
	if (cp - 0xff21 < 58) /* full-width letters */
		cp = cp - 0xff21 + 'A';
	if (cp < 0x80 && cp && strchr("OoIiLlBbSs", (int)cp))
		return LOOKALIKE;
	return (cp | 0x20) - 'a' < 26 ? LETTER : BREAK;
}

/* One word of letters and digits. */
struct word {
	const char *first, *last; /* its digits with the look-alikes beside them */
	const char *end;
	size_t digits, letters;
	size_t like; /* digits and look-alikes from first to last: never more than its bytes */
	size_t seen; /* the same so far */
};

static void word_take(struct word *w, enum kind kind, const char *at, const char **cluster)
{
	if (kind == LETTER) {
		w->letters++;
		*cluster = NULL;
		return;
	}
	if (!*cluster) {
		*cluster = at;
		if (!w->first)
			w->seen = 0;
	}
	w->seen++;
	w->digits += kind == DIGIT;
	if (kind == DIGIT && !w->first)
		w->first = *cluster;
}

static struct word word_read(const char *s)
{
	struct word w = { .end = s };
	const char *cluster = NULL; /* where the digits and look-alikes at hand begin */
	bool numeric = false;

	for (uint32_t cp; (cp = text_utf8_next(&s)) != 0; w.end = s) {
		enum kind kind = kind_of(cp);

		if (kind == BREAK)
			break;
		word_take(&w, kind, w.end, &cluster);
		numeric = cluster && (numeric || kind == DIGIT);
		if (numeric) {
			w.last = s;
			w.like = w.seen;
		}
	}
	return w;
}

static bool is_number(const struct word *w)
{
	return w->digits && (!w->letters || w->digits >= MIXED_MIN);
}

static const char *skip_breaks(const char *s)
{
	const char *next = s;

	for (uint32_t cp; (cp = text_utf8_next(&next)) != 0 && kind_of(cp) == BREAK; s = next)
		;
	return s;
}

struct chain {
	const char *first, *last, *end;
	size_t like;
};

static struct chain chain_read(const char *s)
{
	struct word w = word_read(s);
	struct chain c = { w.first, w.last, w.end, 0 };

	while (is_number(&w)) {
		c.like += w.like;
		c.last = w.last;
		c.end = w.end;
		w = word_read(skip_breaks(w.end));
	}
	return c;
}

static char *put(char *to, const char *from, const char *end)
{
	memmove(to, from, (size_t)(end - from));
	return to + (end - from);
}

static void mask(char *s, size_t min)
{
	static const char sign[] = "[NIK]";
	const char *at = s;
	char *w = s;

	while (*at) {
		const char *next = skip_breaks(at);

		w = put(w, at, next);
		at = next;
		if (!*at)
			break;
		struct chain c = chain_read(at);

		if (c.like >= min) {
			w = put(w, at, c.first);
			w = put(w, sign, sign + sizeof sign - 1);
			at = c.last;
		}
		w = put(w, at, c.end);
		at = c.end;
	}
	*w = '\0';
}

void text_mask_nik(char *s)
{
	mask(s, CHAIN_MIN);
}

void text_mask_digits(char *s)
{
	mask(s, HALF_MIN);
}
