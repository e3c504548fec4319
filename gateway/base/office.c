/* Words, and the habits of spreadsheets that stand between us and what was meant. */
#include <payung/office.h>
#include <payung/text.h>
#include <string.h>

#define KEY_CAP 200
#define CENTS_MAX 2 /* digits */

static const struct {
	const char *name, *means; /* which meanings there are, "" = any */
} kinds[OFFICE_KINDS] = {
	[OFFICE_HEADING] = { "heading", "" },
	[OFFICE_MONTH] = { "month", " 1 2 3 4 5 6 7 8 9 10 11 12 " },
	[OFFICE_SIGN] = { "sign", " in out " },
	[OFFICE_STATUS] = { "status", " accepted refused " },
	[OFFICE_SEGMENT] = { "segment", " self wage " },
	[OFFICE_SEX] = { "sex", " male female " },
	[OFFICE_UNIT] = { "unit", " month " },
	[OFFICE_SKIP] = { "skip", " total " },
	[OFFICE_BANK] = { "bank", " in out " },
};

/* ---- words ---- */

static bool key_of(const char *s, char out[KEY_CAP])
{
	(void)text_fold_keyword(s, out, KEY_CAP);
	return *out != '\0';
}

static bool may_mean(enum office_kind kind, const char *means)
{
	const char *all = kinds[kind].means, *at = strstr(all, means);
	size_t n = strlen(means);

	return !strchr(means, ' ') && (!*all || (at && at > all && at[-1] == ' ' && at[n] == ' '));
}

rc_t office_add(
        struct office *o, const char *kind, const char *word, const char *means, const char **why)
{
	struct office_word w = { 0 };
	char key[KEY_CAP];

	while (w.kind < OFFICE_KINDS && strcmp(kinds[w.kind].name, kind) != 0)
		w.kind++;
	if (w.kind == OFFICE_KINDS) {
		*why = "kind";
		return RC_INVALID;
	}
	if (!key_of(word, key) || !text_copy(w.word, sizeof w.word, key)) {
		*why = "word";
		return RC_INVALID;
	}
	if (!*means || !text_copy(w.means, sizeof w.means, means) || !may_mean(w.kind, means)) {
		*why = "means";
		return RC_INVALID;
	}
	if (w.kind == OFFICE_HEADING ? office_is(o, w.kind, word, means)
	                             : office_means(o, w.kind, word) != NULL)
		return RC_EXISTS;
	if (o->n == OFFICE_WORDS_MAX)
		return RC_LIMIT;
	o->word[o->n++] = w;
	return RC_OK;
}

const char *office_means(const struct office *o, enum office_kind kind, const char *word)
{
	char key[KEY_CAP];

	if (!key_of(word, key))
		return NULL;
	for (size_t i = 0; i < o->n; i++)
		if (o->word[i].kind == kind && strcmp(o->word[i].word, key) == 0)
			return o->word[i].means;
	return NULL;
}

bool office_is(const struct office *o, enum office_kind kind, const char *word, const char *means)
{
	char key[KEY_CAP];

	if (!key_of(word, key))
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (o->word[i].kind == kind && strcmp(o->word[i].word, key) == 0 &&
		        strcmp(o->word[i].means, means) == 0)
			return true;
	return false;
}

bool office_same(const char *a, const char *b)
{
	char x[KEY_CAP], y[KEY_CAP];

	return key_of(a, x) && key_of(b, y) && strcmp(x, y) == 0;
}

bool office_begins(const struct office *o, enum office_kind kind, const char *text)
{
	char key[KEY_CAP];

	if (!key_of(text, key))
		return false;
	for (size_t i = 0; i < o->n; i++) {
		size_t n = strlen(o->word[i].word);

		if (o->word[i].kind == kind && strncmp(key, o->word[i].word, n) == 0 &&
		        (key[n] == ' ' || key[n] == '\0'))
			return true;
	}
	return false;
}

bool office_says(const struct office *o, enum office_kind kind, const char *text, const char *means)
{
	char key[KEY_CAP];

	if (!key_of(text, key))
		return false;
	for (size_t i = 0; i < o->n; i++) {
		const struct office_word *w = &o->word[i];
		const size_t n = strlen(w->word);

		if (w->kind != kind || (means && strcmp(w->means, means) != 0) ||
		        strncmp(key, w->word, n) != 0)
			continue;
		if (key[n] == '\0' || (key[n] == ' ' && strchr(w->word, ' ')))
			return true;
	}
	return false;
}

/* ---- cells ---- */

static bool is_space(uint32_t cp)
{
	return cp <= 0x20 || cp == 0x7f || (cp >= 0x80 && cp <= 0xa0) ||
	       (cp >= 0x2000 && cp <= 0x200d) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
	       cp == 0x205f || cp == 0x2060 || cp == 0x3000 || cp == 0xfeff;
}

static void squeeze(char *s)
{
	const char *at = s, *from = s;
	bool gap = false;
	char *w = s;

	for (uint32_t cp; (cp = text_utf8_next(&at)) != 0; from = at) {
		if (is_space(cp)) {
			gap = w > s;
			continue;
		}
		if (gap)
			*w++ = ' ';
		gap = false;
		memmove(w, from, (size_t)(at - from));
		w += at - from;
	}
	*w = '\0';
}

void office_clean(char *s)
{
	size_t n;

	squeeze(s);
	n = strlen(s);
	if (n >= 3 && s[0] == '=' && s[1] == '"' && s[n - 1] == '"') {
		s[n - 1] = '\0';
		memmove(s, s + 2, n - 2);
		squeeze(s);
	} else if (s[0] == '\'' && s[1]) {
		memmove(s, s + 1, n);
		squeeze(s);
	}
}

/* ---- amounts ---- */

struct number {
	const char *digits; /* digits, dots and commas */
	size_t len;
};

/* Where the decimals begin, len if there are none. false: it can be read in two ways. */
static bool find_decimals(const struct number *n, enum office_decimals d, size_t *at, char *group)
{
	size_t dots = 0, commas = 0, last = n->len;
	char point = d == OFFICE_DECIMALS_COMMA ? ',' : d == OFFICE_DECIMALS_DOT ? '.' : '\0';

	for (size_t i = 0; i < n->len; i++) {
		dots += n->digits[i] == '.';
		commas += n->digits[i] == ',';
		if (n->digits[i] == '.' || n->digits[i] == ',')
			last = i;
	}
	if (!point && dots && commas)
		point = n->digits[last];
	else if (!point && dots + commas == 1 && n->len - last != 4)
		point = n->digits[last];
	*at = n->len;
	if (point && (point == '.' ? dots : commas)) {
		if ((point == '.' ? dots : commas) > 1 || n->digits[last] != point)
			return false;
		*at = last;
	}
	*group = point ? (point == '.' ? ',' : '.') : dots ? '.' : ',';
	return true;
}

static bool read_groups(const char *s, size_t len, char group, rupiah_t *out)
{
	bool grouped = memchr(s, group, len) != NULL;
	size_t run = 0, groups = 0;

	*out = 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && s[i] >= '0' && s[i] <= '9') {
			*out = *out * 10 + (s[i] - '0');
			run++;
			if (*out > RUPIAH_MAX)
				return false;
			continue;
		}
		if (i < len && s[i] != group)
			return false;
		if (grouped && (groups ? run != 3 : run < 1 || run > 3 || s[0] == '0'))
			return false;
		groups++;
		run = 0;
	}
	return len > 0;
}

static bool read_number(const struct number *n, enum office_decimals d, struct office_amount *out)
{
	size_t whole;
	char group;

	if (!find_decimals(n, d, &whole, &group) ||
	        !read_groups(n->digits, whole, group, &out->value))
		return false;
	for (size_t i = whole + 1; i < n->len; i++) {
		if (n->digits[i] < '0' || n->digits[i] > '9')
			return false;
		out->cents = out->cents || n->digits[i] != '0';
	}
	if (out->cents && n->len - whole > CENTS_MAX + 1) /* "16,800" where a comma begins them */
		return false;
	return whole + 1 != n->len; /* "16800," is half an amount */
}

static void trim(char **s)
{
	size_t n;

	*s += strspn(*s, " ");
	n = strlen(*s);
	while (n && (*s)[n - 1] == ' ')
		(*s)[--n] = '\0';
}

static bool has_prefix(const char *s, const char *upper)
{
	for (; *upper; s++, upper++)
		if ((*s | 0x20) != (*upper | 0x20))
			return false;
	return true;
}

static bool set_sign(struct office_amount *a, int sign)
{
	bool fits = !a->sign || a->sign == sign;

	a->sign = sign;
	return fits;
}

/* Rp, IDR, minus, plus and brackets around the number. */
static bool strip_signs(char **s, struct office_amount *a)
{
	for (bool more = true; more;) {
		size_t n = strlen(*s);

		more = true;
		if (n > 1 && (**s == '-' || **s == '+')) {
			if (!set_sign(a, **s == '-' ? -1 : 1))
				return false;
			++*s;
		} else if (n > 2 && **s == '(' && (*s)[n - 1] == ')') {
			if (!set_sign(a, -1))
				return false;
			(*s)[n - 1] = '\0';
			++*s;
		} else if (has_prefix(*s, "RP") || has_prefix(*s, "IDR")) {
			*s += (**s | 0x20) == 'r' ? 2 : 3;
			*s += **s == '.' || **s == ':';
		} else {
			more = false;
		}
		trim(s);
	}
	return true;
}

/* ",-" of receipts, a minus behind the number, a word such as DB. */
static bool strip_tail(const struct office *o, char *s, struct office_amount *a)
{
	size_t n = strspn(s, "0123456789.,");
	char *rest = s + n;
	const char *means;

	if (n && *rest == '-' && (s[n - 1] == ',' || s[n - 1] == '.')) {
		s[n - 1] = '\0';
		rest++;
	} else if (*rest == '-') {
		*rest++ = '\0';
		if (!set_sign(a, -1))
			return false;
	}
	rest += strspn(rest, " ");
	if (!*rest)
		return true;
	means = office_means(o, OFFICE_SIGN, rest);
	s[strspn(s, "0123456789.,")] = '\0';
	return means && set_sign(a, strcmp(means, "in") == 0 ? 1 : -1);
}

rc_t office_amount(
        const struct office *o, const char *s, enum office_decimals d, struct office_amount *out)
{
	struct office_amount a = { 0 };
	char buf[64], *at = buf;

	if (text_fold_gsm7(s, buf, sizeof buf) + 1 >= sizeof buf)
		return RC_INVALID;
	trim(&at);
	if (!*at || strcmp(at, "-") == 0)
		return RC_NOENT;
	if (!strip_signs(&at, &a) || !strip_tail(o, at, &a))
		return RC_INVALID;
	trim(&at);
	struct number n = { at, strlen(at) };

	if (!read_number(&n, d, &a))
		return RC_INVALID;
	*out = a;
	return a.cents ? RC_LIMIT : RC_OK;
}

/* ---- NIKs and counts ---- */

rc_t office_nik(const char *s, struct date today, int min_age, char digits[NIK_LEN + 1],
        struct nik_facts *out)
{
	size_t n = 0;

	digits[0] = '\0';
	if (!s[strspn(s, " .-'")])
		return RC_NOENT;
	if (strpbrk(s, "eE") && s[strspn(s, "0123456789.,eE+ ")] == '\0')
		return RC_LIMIT;
	for (; *s; s++) {
		if (strchr(" .-'", *s))
			continue;
		if (*s < '0' || *s > '9' || n == NIK_LEN)
			return RC_INVALID;
		digits[n++] = *s;
	}
	digits[n] = '\0';
	return n == NIK_LEN ? nik_parse(digits, today, min_age, out) : RC_INVALID;
}

rc_t office_count(const struct office *o, const char *s, int max, int *out)
{
	int n = 0;

	s += strspn(s, " ");
	if (!*s)
		return RC_NOENT;
	size_t run = strspn(s, "0123456789");

	if (!run || run > 4)
		return RC_INVALID;
	for (size_t i = 0; i < run; i++)
		n = n * 10 + (s[i] - '0');
	s += run;
	s += strspn(s, " ");
	if (n < 1 || n > max || (*s && !office_means(o, OFFICE_UNIT, s)))
		return RC_INVALID;
	*out = n;
	return RC_OK;
}
