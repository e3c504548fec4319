/* A few hundred rows, asked for rarely: every question walks them. */
#include <payung/area.h>

#include <payung/text.h>
#include <stdbool.h>
#include <string.h>

/* "33.74.01" and "337401" are one area. */
static bool same_code(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, ".");
		b += strspn(b, ".");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool is_code(const char *s)
{
	size_t n = strlen(s);

	return n >= 2 && n <= 10 && strspn(s, "0123456789") == n;
}

static bool is_word(const char *s)
{
	struct text_size size = text_measure(s);

	return *s && size.coding == TEXT_GSM7 && size.units <= AREA_WORD_MAX;
}

rc_t area_add(struct areas *a, const char *code, const char *word, const char **why)
{
	struct area row;

	*why = "code";
	if (!is_code(code))
		return RC_INVALID;
	*why = "word";
	if (!is_word(word) || !text_copy(row.word, sizeof row.word, word))
		return RC_INVALID;
	if (area_word(a, code))
		return RC_EXISTS;
	if (a->n == AREAS_MAX)
		return RC_LIMIT;
	strcpy(row.code, code);
	a->row[a->n++] = row;
	return RC_OK;
}

const char *area_word(const struct areas *a, const char *code)
{
	for (size_t i = 0; i < a->n; i++)
		if (same_code(a->row[i].code, code))
			return a->row[i].word;
	return NULL;
}
