/* The cells of a row, each read by what its column holds. Nothing is guessed: what can be read in
 * two ways or not at all makes a bad row, and the officer is told what to do about it. */
#include "import_int.h"
#include <payung/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_YEAR 2014 /* the insurer and its months begin then */

void import_bad(struct import_reading *g, const char *fmt, ...)
{
	va_list ap;

	if (g->bad)
		return;
	g->bad = true;
	va_start(ap, fmt);
	vsnprintf(g->why, IMPORT_WHY_CAP, fmt, ap);
	va_end(ap);
}

/* A cell in quotes for the report: short, and without a NIK that slipped into the wrong column. */
struct quoted {
	char text[48];
};

static struct quoted quote(const char *cell)
{
	struct quoted q;
	char whole[256];

	(void)text_copy(whole, sizeof whole, cell);
	text_mask_nik(whole);
	if (!text_copy(q.text, sizeof q.text - 3, whole))
		strcat(q.text, "...");
	return q;
}

void import_bad_cell(
        struct import_reading *g, enum conf_column c, const char *cell, const char *next)
{
	import_bad(g, "%s '%s' %s", import_head(g, c), quote(cell).text, next);
}

const char *import_head(const struct import_reading *g, enum conf_column c)
{
	return *g->columns->head[c] ? g->columns->head[c] : conf_column_name(c);
}

bool import_mapped(const struct import_reading *g, enum conf_column c)
{
	return g->columns->at[c] >= 0;
}

/* ---- readers of one cell ---- */

static bool month_is_first(const struct import_reading *g)
{
	return g->r->source && g->r->source->date_format == CONF_MONTH_FIRST;
}

static void take_amount(struct import_reading *g, enum conf_column c, const char *cell)
{
	enum office_decimals d =
	        g->r->source ? (enum office_decimals)g->r->source->decimals : OFFICE_DECIMALS_AUTO;
	rc_t rc = office_amount(g->r->words, cell, d, &g->amount[c]);

	g->has[c] = rc == RC_OK || rc == RC_LIMIT;
	if (rc == RC_INVALID)
		import_bad_cell(g, c, cell, "is no amount in whole rupiah: write it like 16.800");
}

/* Up to so many days from now; a date behind that was read the wrong way round. */
static void take_date(struct import_reading *g, enum conf_column c, const char *cell)
{
	int64_t today = date_days(g->r->today), ahead = g->r->kind == SOURCE_LIST ? 92 : 1;
	struct date d;
	rc_t rc = office_date(g->r->words, cell, month_is_first(g), g->r->today.year + 1, &d);

	g->has[c] = rc == RC_OK;
	if (rc == RC_INVALID)
		import_bad_cell(g, c, cell,
		        "is no date: write it like 24/03/2026, or set date_format of the source");
	if (rc != RC_OK)
		return;
	g->v->day = date_days(d);
	if (g->v->day > today + ahead)
		import_bad_cell(
		        g, c, cell, "is in the future: is date_format of the source right?");
	else if (d.year < FIRST_YEAR)
		import_bad_cell(g, c, cell, "is before 2014: is date_format of the source right?");
}

static void take_born(struct import_reading *g, enum conf_column c, const char *cell)
{
	rc_t rc = office_date(g->r->words, cell, month_is_first(g), g->r->today.year, &g->v->born);

	g->has[c] = rc == RC_OK;
	if (rc == RC_INVALID || (rc == RC_OK && date_days(g->v->born) > date_days(g->r->today)))
		import_bad_cell(g, c, cell, "is no date of birth: write it like 24/03/1985");
}

static void take_month(struct import_reading *g, enum conf_column c, const char *cell)
{
	month_t m = 0, now = month_of(g->r->today);
	rc_t rc = office_month(g->r->words, cell, month_is_first(g), g->r->today.year + 10, &m);

	g->has[c] = rc == RC_OK;
	if (rc == RC_INVALID)
		import_bad_cell(g, c, cell, "is no month: write it like 2026-03");
	if (rc == RC_OK && (m < FIRST_YEAR * 12 || m > now + IMPORT_MONTHS_MAX))
		import_bad_cell(
		        g, c, cell, "cannot be the month: is date_format of the source right?");
	*(c == CONF_COLUMN_FROM ? &g->v->from : c == CONF_COLUMN_TO ? &g->v->to : &g->month) = m;
}

static void take_months(struct import_reading *g, enum conf_column c, const char *cell)
{
	rc_t rc = office_count(g->r->words, cell, IMPORT_MONTHS_MAX, &g->v->months);

	g->has[c] = rc == RC_OK;
	if (rc == RC_INVALID)
		import_bad_cell(g, c, cell, "is no number of months: write a number from 1 to 60");
}

static void take_nik(struct import_reading *g, enum conf_column c, const char *cell)
{
	struct nik_facts facts;
	rc_t rc = office_nik(cell, g->r->today, g->r->age_min, g->v->nik, &facts);

	g->has[c] = rc == RC_OK;
	if (rc == RC_LIMIT)
		import_bad(g,
		        "the NIK was turned into a number by the spreadsheet and its end is lost: "
		        "format the column as text and enter it again");
	else if (rc == RC_NOENT)
		import_bad(g, "the NIK is missing");
	else if (rc != RC_OK && strlen(g->v->nik) == NIK_LEN)
		import_bad(
		        g, "the NIK cannot be right (birth date or serial): copy it from the card");
	else if (rc != RC_OK)
		import_bad(g, "the NIK must have 16 digits: copy it from the card");
}

static void copy_cell(
        struct import_reading *g, enum conf_column c, const char *cell, char *out, size_t cap)
{
	g->has[c] = *cell != '\0';
	if (!text_copy(out, cap, cell))
		import_bad(
		        g, "%s is longer than %zu bytes: shorten it", import_head(g, c), cap - 1);
	text_mask_nik(out);
}

static void take_words(struct import_reading *g, enum conf_column c, const char *cell)
{
	struct import_values *v = g->v;

	if (c == CONF_COLUMN_NAME)
		copy_cell(g, c, cell, v->name, sizeof v->name);
	else if (c == CONF_COLUMN_PAYER)
		copy_cell(g, c, cell, v->payer, sizeof v->payer);
	else if (c == CONF_COLUMN_TRANSFER)
		copy_cell(g, c, cell, v->transfer, sizeof v->transfer);
	else if (c == CONF_COLUMN_REASON)
		copy_cell(g, c, cell, v->reason, sizeof v->reason);
	else
		copy_cell(g, c, cell, g->status, sizeof g->status);
}

/* What the store keeps is cut and masked; what makes the row this row is neither. */
static void take_text(struct import_reading *g, enum conf_column c, const char *cell)
{
	char masked[sizeof g->full];

	g->has[c] = *cell != '\0';
	if (!text_copy(g->full, sizeof g->full, cell))
		import_bad(g, "%s is longer than %zu bytes: is this the right column?",
		        import_head(g, c), sizeof g->full - 1);
	memcpy(masked, g->full, sizeof masked);
	text_mask_nik(masked);
	if (!text_copy(g->v->text, sizeof g->v->text, masked))
		snprintf(g->why, IMPORT_WHY_CAP, "only the first %d bytes of %s are kept",
		        IMPORT_TEXT_CAP - 1, import_head(g, c));
}

/* A NIK in the wrong column. The store gets no account then: nothing is matched by it. */
static bool holds_nik(const struct import_reading *g, const char *digits)
{
	char nik[NIK_LEN + 1] = "";
	struct nik_facts facts;
	bool found = false;

	for (; strlen(digits) >= NIK_LEN && !found; digits++) {
		memcpy(nik, digits, NIK_LEN);
		found = nik_parse(nik, g->r->today, 0, &facts) == RC_OK;
	}
	crypto_wipe(nik, sizeof nik);
	return found;
}

static void take_account(struct import_reading *g, enum conf_column c, const char *cell)
{
	if (strpbrk(cell, "eE") && strchr(cell, '+'))
		import_bad_cell(g, c, cell,
		        "was turned into a number by the spreadsheet: format the column as text");
	match_account(cell, g->account);
	g->has[c] = *g->account != '\0';
	if (!holds_nik(g, g->account))
		memcpy(g->v->account, g->account, sizeof g->account);
}

static void take_card(struct import_reading *g, enum conf_column c, const char *cell)
{
	size_t n = 0;

	for (const char *s = cell; *s; s++) {
		if (strchr(" .-", *s))
			continue;
		if (*s < '0' || *s > '9' || n + 1 == sizeof g->v->card) {
			import_bad_cell(g, c, cell, "is no card number: only digits, at most 19");
			return;
		}
		g->v->card[n++] = *s;
	}
	g->has[c] = n > 0;
}

static void take_segment(struct import_reading *g, enum conf_column c, const char *cell)
{
	const char *means = office_means(g->r->words, OFFICE_SEGMENT, cell);

	g->has[c] = means != NULL;
	if (means)
		g->v->segment =
		        strcmp(means, "self") == 0 ? SEGMENT_SELF_EMPLOYED : SEGMENT_WAGE_WORKER;
	else if (*cell)
		import_bad_cell(g, c, cell, "is not known: add it to office.csv (segment)");
}

static void take_sex(struct import_reading *g, enum conf_column c, const char *cell)
{
	const char *means = office_means(g->r->words, OFFICE_SEX, cell);

	g->has[c] = means != NULL;
	if (means)
		g->v->sex = strcmp(means, "male") == 0 ? NIK_MALE : NIK_FEMALE;
	else if (*cell)
		import_bad_cell(g, c, cell, "is not known: add it to office.csv (sex)");
}

static void take_sign(struct import_reading *g, enum conf_column c, const char *cell)
{
	const char *means = office_means(g->r->words, OFFICE_SIGN, cell);

	g->has[c] = means != NULL;
	if (means)
		g->amount[c].sign = strcmp(means, "in") == 0 ? 1 : -1;
	else if (*cell)
		import_bad_cell(g, c, cell, "is not known: add it to office.csv (sign)");
}

typedef void take_fn(struct import_reading *g, enum conf_column c, const char *cell);
static take_fn *const takes[CONF_COLUMNS] = {
	[CONF_COLUMN_DATE] = take_date,
	[CONF_COLUMN_AMOUNT] = take_amount,
	[CONF_COLUMN_DEBIT] = take_amount,
	[CONF_COLUMN_CREDIT] = take_amount,
	[CONF_COLUMN_SIGN] = take_sign,
	[CONF_COLUMN_TEXT] = take_text,
	[CONF_COLUMN_ACCOUNT] = take_account,
	[CONF_COLUMN_PAYER] = take_words,
	[CONF_COLUMN_TRANSFER] = take_words,
	[CONF_COLUMN_NIK] = take_nik,
	[CONF_COLUMN_NAME] = take_words,
	[CONF_COLUMN_CARD] = take_card,
	[CONF_COLUMN_FROM] = take_month,
	[CONF_COLUMN_TO] = take_month,
	[CONF_COLUMN_MONTH] = take_month,
	[CONF_COLUMN_MONTHS] = take_months,
	[CONF_COLUMN_STATUS] = take_words,
	[CONF_COLUMN_REASON] = take_words,
	[CONF_COLUMN_SEGMENT] = take_segment,
	[CONF_COLUMN_BORN] = take_born,
	[CONF_COLUMN_SEX] = take_sex,
};

void import_cells_read(struct import_reading *g)
{
	for (enum conf_column c = 0; c < CONF_COLUMNS; c++)
		if (import_mapped(g, c))
			takes[c](g, c, csv_cell(g->row, g->columns->at[c]));
}
