/* What office people write into spreadsheets: amounts, dates, months, NIKs, words that mean yes or
 * no. Whatever can be read in two ways is refused, never guessed. The words are data
 * (templates/data/office.csv). Pure. */
#ifndef PAYUNG_OFFICE_H
#define PAYUNG_OFFICE_H

#include <payung/date.h>
#include <payung/nik.h>
#include <payung/result.h>
#include <payung/rupiah.h>
#include <stdbool.h>
#include <stddef.h>

#define OFFICE_WORDS_MAX 512
#define OFFICE_WORD_CAP  48

enum office_kind {
	OFFICE_HEADING, /* of a column; means: which one */
	OFFICE_MONTH,   /* means: 1 to 12 */
	OFFICE_SIGN,    /* in or out: money that came in or left */
	OFFICE_STATUS,  /* accepted or refused, by the insurer */
	OFFICE_SEGMENT, /* self or wage */
	OFFICE_SEX,     /* male or female */
	OFFICE_UNIT,    /* month: may stand behind a number of months */
	OFFICE_SKIP,    /* total: begins a row that is no entry, such as a sum */
	OFFICE_BANK,    /* in or out: interest and charges, the bank's own lines */
	OFFICE_KINDS
};
struct office_word { enum office_kind kind; char word[OFFICE_WORD_CAP], means[16]; };
struct office { size_t n; struct office_word word[OFFICE_WORDS_MAX]; };

/* Adds a row of the table. RC_INVALID: *why names what is wrong; RC_EXISTS: the word is there with this
 * meaning, or, if the kind is no heading, with another; RC_LIMIT. */
rc_t office_add(struct office *o, const char *kind, const char *word, const char *means, const char **why) MUST_CHECK;
/* What the word means, NULL if it is not known. Case, accents and punctuation do not count. */
const char *office_means(const struct office *o, enum office_kind kind, const char *word);
/* Whether it is one of the words for that (a heading may be one for several columns). */
bool office_is(const struct office *o, enum office_kind kind, const char *word, const char *means);
bool office_same(const char *a, const char *b); /* two words, compared in this way */
/* Whether one of the words begins the text, as a whole word. */
bool office_begins(const struct office *o, enum office_kind kind, const char *text);
/* Whether the text is one of the words for that, or begins with one that is several words: a single
 * word may begin anybody's sentence. means NULL: any. */
bool office_says(const struct office *o, enum office_kind kind, const char *text, const char *means);

/* In place: ="001" and a leading apostrophe become what they hide, blanks of every kind one blank,
 * control characters none. Never lengthens the text. */
void office_clean(char *s);

enum office_decimals { OFFICE_DECIMALS_AUTO, OFFICE_DECIMALS_COMMA, OFFICE_DECIMALS_DOT };
struct office_amount {
	rupiah_t value; /* without its sign */
	int sign;       /* -1: minus, brackets or a word for out; 1: plus or a word for in; 0: none */
	bool cents;     /* there are some; value is without them */
};
/* "16800", "Rp 16.800,00", "16,800.00", "(16.800)", "16.800,- DB". RC_NOENT: empty, or a dash.
 * RC_LIMIT: cents that are not zero; *out is set. RC_INVALID: no amount, "1.5E+06", or two signs against
 * each other. */
rc_t office_amount(const struct office *o, const char *s, enum office_decimals d, struct office_amount *out) MUST_CHECK;

/* 24/03/2026, 24-03-26, 24 Maret 2026, Mar 24, 2026, 2026-03-24, 20260324, 24032026, Excel's 46105;
 * a time behind it does not count. newest_year: what 26 may mean at the latest. RC_NOENT: empty. */
rc_t office_date(const struct office *o, const char *s, bool month_first, int newest_year, struct date *out) MUST_CHECK;
/* 2026-03, 03/2026, 202603, Maret 2026, Mar-26, or any date within the month. RC_NOENT: empty. */
rc_t office_month(const struct office *o, const char *s, bool month_first, int newest_year, month_t *out) MUST_CHECK;
/* 3, "3 bulan": 1 to max. RC_NOENT: empty. */
rc_t office_count(const struct office *o, const char *s, int max, int *out) MUST_CHECK;

/* A NIK with blanks, dots and dashes between its digits. RC_NOENT: empty; RC_LIMIT: a spreadsheet
 * made a number of it (3,32102E+15) and its last digits are lost; RC_INVALID: not 16 digits, or, in
 * digits already, not possible (nik.h). */
rc_t office_nik(const char *s, struct date today, int min_age, char digits[NIK_LEN + 1],
	struct nik_facts *out) MUST_CHECK;

#endif
