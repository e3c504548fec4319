/* Which column is which. A heading is found by the source's word for it or by the usual ones; two
 * columns that could both be it are refused, because one of them is another date or another
 * amount. */
#include "import_int.h"
#include <payung/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a file of each kind cannot do without. amount: or debit and credit. */
static const enum conf_column needed[SOURCE_KINDS][3] = {
	[SOURCE_BANK] = { CONF_COLUMN_DATE, CONF_COLUMN_AMOUNT, CONF_COLUMN_TEXT },
	[SOURCE_RECEIPT] = { CONF_COLUMN_DATE, CONF_COLUMN_AMOUNT, CONF_COLUMN_TEXT },
	[SOURCE_LIST] = { CONF_COLUMN_NIK, CONF_COLUMN_NAME, CONF_COLUMN_AMOUNT },
	[SOURCE_INSURER] = { CONF_COLUMN_NIK, CONF_COLUMN_NAME, CONF_COLUMN_STATUS },
};

struct header {
	const struct import_rules *r;
	const struct csv_row *row;
	struct import_columns *out;
	char *why;
};

static PRINTF_LIKE(2, 3) void say(struct header *h, const char *fmt, ...)
{
	va_list ap;

	if (*h->why)
		return;
	va_start(ap, fmt);
	vsnprintf(h->why, IMPORT_WHY_CAP, fmt, ap);
	va_end(ap);
}

static bool heading_is(const struct header *h, enum conf_column c, size_t i, const char *given)
{
	if (*given == '#')
		return strtol(given + 1, NULL, 10) == (long)i + 1;
	return *given ? office_same(h->row->cell[i], given)
	              : office_is(
	                        h->r->words, OFFICE_HEADING, h->row->cell[i], conf_column_name(c));
}

/* A source that names a heading means that one; the usual headings are only looked for without. */
static void find(struct header *h, enum conf_column c)
{
	const char *given = h->r->source ? h->r->source->column[c] : "";

	h->out->at[c] = -1;
	h->out->refused[c] = strcmp(given, "-") == 0;
	if (!conf_column_of_kind(c, (enum conf_source_kind)h->r->kind) || h->out->refused[c])
		return;
	for (size_t i = 0; i < h->row->n; i++) {
		if (!heading_is(h, c, i, given))
			continue;
		if (h->out->at[c] >= 0)
			say(h,
			        "the columns '%.30s' and '%.30s' could both be %s: name the right "
			        "one in a source section",
			        h->row->cell[h->out->at[c]], h->row->cell[i], conf_column_name(c));
		else
			h->out->at[c] = (int)i;
	}
	if (*given && h->out->at[c] < 0)
		say(h, "the column '%.60s' (%s) is missing", given, conf_column_name(c));
}

static bool is_needed_and_missing(const struct header *h, enum conf_column c)
{
	const int *at = h->out->at;

	if (c == CONF_COLUMN_AMOUNT && at[CONF_COLUMN_DEBIT] >= 0 && at[CONF_COLUMN_CREDIT] >= 0)
		return false;
	return at[c] < 0 && !h->out->refused[c];
}

/* A statement may have two columns instead of one; one of the two alone is not enough. */
static bool needs_both(const struct header *h, enum conf_column c)
{
	return c == CONF_COLUMN_AMOUNT && h->r->kind == SOURCE_BANK;
}

/* The first column that holds the row together: without a date or a NIK there is no entry. */
static enum conf_column key_of(enum source_kind k)
{
	return needed[k][0];
}

static void check_together(struct header *h)
{
	const int *at = h->out->at;
	bool dated = at[CONF_COLUMN_DATE] >= 0 || h->r->day;

	if (at[CONF_COLUMN_AMOUNT] >= 0 &&
	        (at[CONF_COLUMN_DEBIT] >= 0 || at[CONF_COLUMN_CREDIT] >= 0))
		say(h, "there are columns for amount and for debit or credit: say in a source "
		       "section which to leave out, e.g. amount = \"-\"");
	if (h->r->kind == SOURCE_INSURER && !dated)
		say(h, "no column says when the insurer said so: give --date");
	if (h->r->kind == SOURCE_INSURER && at[CONF_COLUMN_MONTH] >= 0 && at[CONF_COLUMN_FROM] >= 0)
		say(h, "there are columns for month and for from: say in a source section which "
		       "to leave out");
	if (h->r->kind == SOURCE_LIST && !dated && at[CONF_COLUMN_TRANSFER] < 0 &&
	        at[CONF_COLUMN_FROM] < 0)
		say(h, "no column says which transfer or month the list is for, so next month's "
		       "would look the same: give --date");
}

/* Without a heading the source counted: then so do we. */
static void note_head(struct header *h, enum conf_column c)
{
	char whole[CONF_COLUMN_CAP * 2], *head = h->out->head[c];

	(void)text_copy(whole, sizeof whole, h->row->cell[h->out->at[c]]);
	text_mask_nik(whole);
	(void)text_copy(head, IMPORT_HEAD_CAP, whole);
	if (!*head)
		snprintf(head, IMPORT_HEAD_CAP, "column %d (%s)", h->out->at[c] + 1,
		        conf_column_name(c));
}

static void note_use(struct header *h)
{
	const struct csv_row *row = h->row;

	for (enum conf_column c = 0; c < CONF_COLUMNS; c++) {
		if (h->out->at[c] < 0)
			continue;
		h->out->used[h->out->at[c]] = true;
		note_head(h, c);
	}
	for (size_t i = 0; i < row->n; i++)
		h->out->headed[i] = *row->cell[i] != '\0';
	snprintf(h->out->key, sizeof h->out->key, "%s", row->cell[h->out->at[key_of(h->r->kind)]]);
}

rc_t import_columns_find(const struct import_rules *r, const struct csv_row *row,
        struct import_columns *out, int *found, char why[IMPORT_WHY_CAP])
{
	struct header h = { .r = r, .row = row, .out = out, .why = why };
	int missing = 0;

	*out = (struct import_columns){ 0 };
	*found = 0;
	*why = '\0';
	for (enum conf_column c = 0; c < CONF_COLUMNS; c++) {
		find(&h, c);
		*found += out->at[c] >= 0;
	}
	for (size_t i = 0; i < 3; i++)
		if (is_needed_and_missing(&h, needed[r->kind][i])) {
			missing++;
			say(&h,
			        "no heading stands for %s%s: is this a file of another kind? Else "
			        "mend the heading, or name it in a source section (man "
			        "payung.conf)",
			        conf_column_name(needed[r->kind][i]),
			        needs_both(&h, needed[r->kind][i]) ? " (or debit and credit, both)"
			                                           : "");
		}
	if (missing || out->at[key_of(r->kind)] < 0)
		return RC_NOENT;
	check_together(&h);
	note_use(&h);
	return *why ? RC_INVALID : RC_OK;
}
