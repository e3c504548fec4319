/* Nine rows at most: every question walks them. */
#include <payung/occupation.h>

#include <payung/text.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WORD_MIN 4 /* letters a word needs before we look for it inside a phrase */

static int number_of(const char *s)
{
	return s[0] >= '1' && s[0] <= '9' && !s[1] ? s[0] - '0' : 0;
}

static rc_t parse(struct occupation *row, const char *code, const char *sector, const char *word,
        const char **why)
{
	*why = "code";
	if (!*code || !text_copy(row->code, sizeof row->code, code))
		return RC_INVALID;
	*why = "sector";
	if (strcmp(sector, "TRANSPORT") == 0)
		row->sector = TARIFF_TRANSPORT;
	else if (strcmp(sector, "OTHER") == 0)
		row->sector = TARIFF_OTHER;
	else
		return RC_INVALID;
	*why = "word";
	return *word && text_copy(row->word, sizeof row->word, word) ? RC_OK : RC_INVALID;
}

rc_t occupation_add(struct occupations *o, const char *number, const char *code, const char *sector,
        const char *word, const char **why)
{
	struct occupation row = { 0 };
	int n = number_of(number);
	rc_t rc;

	*why = "number";
	if (!n)
		return RC_INVALID;
	if (o->row[n].code[0])
		return RC_EXISTS;
	rc = parse(&row, code, sector, word, why);
	if (rc == RC_OK)
		o->row[n] = row;
	return rc;
}

const struct occupation *occupation_get(const struct occupations *o, int number)
{
	bool there = number >= 1 && number <= OCCUPATIONS_MAX && o->row[number].code[0];

	return there ? &o->row[number] : NULL;
}

enum tariff_sector occupation_sector(const struct occupations *o, int number)
{
	const struct occupation *row = occupation_get(o, number);

	return row ? row->sector : TARIFF_OTHER;
}

/* Does the folded phrase hold one of the words of the folded name ("RICKSHAW DRIVER")? */
static bool holds_word(const char *phrase, const char *name)
{
	char copy[64], *save = NULL;

	snprintf(copy, sizeof copy, "%s", name);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		if (strlen(w) >= WORD_MIN && strstr(phrase, w))
			return true;
	return false;
}

int occupation_find(const struct occupations *o, const char *in)
{
	char phrase[64], code[64], word[64];
	int within = 0;

	text_fold_keyword(in, phrase, sizeof phrase);
	for (int n = 1; n <= OCCUPATIONS_MAX; n++) {
		if (!o->row[n].code[0])
			continue;
		text_fold_keyword(o->row[n].code, code, sizeof code);
		text_fold_keyword(o->row[n].word, word, sizeof word);
		if (number_of(in) == n || strcmp(phrase, code) == 0 || strcmp(phrase, word) == 0)
			return n;
		if (!within && holds_word(phrase, word))
			within = n;
	}
	return within;
}
