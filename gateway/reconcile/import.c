/* The flow: look through the file, then row by row: read, ask or tell the store, write down what
 * became of it. */
#include "import_int.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A spreadsheet keeps 15 digits of a number: of NIKs it rounded the last digit is 0. */
#define ROUNDED_MIN 10

static_assert((int)CONF_SOURCE_BANK == SOURCE_BANK && (int)CONF_SOURCE_RECEIPT == SOURCE_RECEIPT &&
                      (int)CONF_SOURCE_LIST == SOURCE_LIST &&
                      (int)CONF_SOURCE_INSURER == SOURCE_INSURER,
        "a kind of file has one number");

/* Rows of the file that say the same, for a look that writes nothing. */
struct twins {
	size_t n, cap;
	struct twin {
		uint64_t key; /* 0: free */
		uint32_t seen;
	} * slot;
};

struct import {
	struct import_rules rules;
	struct import_file file;
	struct csv_options csv;
	struct csv_reader *reader;
	struct import_columns columns;
	int header; /* its row */
	int64_t id; /* of the file in the store, 0: only looking */
	bool ended;
	struct twins twins;
	char fault[IMPORT_ERR_CAP];
	struct import_values values;
	char text[IMPORT_TEXT_MAX]; /* of a bad row */
	size_t n;
	struct import_line line[IMPORT_LINES];
};

const char *import_verdict_name(enum import_verdict v)
{
	static const char *const names[IMPORT_VERDICTS] = { "taken", "known", "bad", "skipped" };

	assert((unsigned)v < IMPORT_VERDICTS);
	return names[v];
}

/* ---- the file ---- */

static void rewind_to_start(struct import *im, char delimiter)
{
	csv_close(im->reader);
	im->file.at = 0;
	im->csv.delimiter = delimiter;
	im->reader = csv_open(import_file_read, &im->file, &im->csv);
}

static void clean(struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		office_clean(row->cell[i]);
}

struct best {
	int found, row;
	char why[IMPORT_WHY_CAP];
};

/* Reads up to the header; b gets the row that came nearest. */
static rc_t seek_header(struct import *im, struct best *b)
{
	int skip = im->rules.source ? im->rules.source->skip_rows : 0, found = 0;
	char why[IMPORT_WHY_CAP];
	struct csv_row row;
	const char *ignored;
	rc_t rc;

	while ((rc = csv_next(im->reader, &row, &ignored)) == RC_OK || rc == RC_INVALID) {
		if (row.number > skip + IMPORT_SEEK_ROWS)
			break;
		if (rc == RC_INVALID || row.number <= skip)
			continue;
		clean(&row);
		rc = import_columns_find(&im->rules, &row, &im->columns, &found, why);
		if (found > b->found || rc != RC_NOENT) {
			*b = (struct best){ .found = found, .row = row.number };
			memcpy(b->why, why, sizeof why);
		}
		im->header = row.number;
		if (rc != RC_NOENT)
			return rc;
	}
	return rc == RC_IO ? rc : RC_NOENT;
}

/* With every separator that may be meant: titles above the header hold commas, too. */
static rc_t find_header(struct import *im, char err[IMPORT_ERR_CAP])
{
	static const char given[] = { '\0', ',', ';', '\t' }, all[] = { '\0', ';', ',', '\t' };
	enum conf_separator separator =
	        im->rules.source ? im->rules.source->separator : CONF_SEPARATOR_AUTO;
	struct best b = { 0 };
	rc_t rc = RC_NOENT;

	for (size_t i = 0; rc == RC_NOENT && i < sizeof all; i++) {
		if (separator != CONF_SEPARATOR_AUTO && i)
			break;
		rewind_to_start(im, separator != CONF_SEPARATOR_AUTO ? given[separator] : all[i]);
		rc = seek_header(im, &b);
	}
	if (rc == RC_IO)
		snprintf(err, IMPORT_ERR_CAP, "cannot be read: check the disk");
	else if (rc != RC_OK && b.found && *b.why)
		snprintf(err, IMPORT_ERR_CAP, "row %d: %s", b.row, b.why);
	else if (rc != RC_OK)
		snprintf(err, IMPORT_ERR_CAP,
		        "no header row within the first %d rows: is this a file of kind %s? name "
		        "its columns in a source section (man payung.conf)",
		        IMPORT_SEEK_ROWS, source_kind_name(im->rules.kind));
	return rc == RC_NOENT ? RC_INVALID : rc;
}

static rc_t choose_letters(struct import *im, char err[IMPORT_ERR_CAP])
{
	enum conf_encoding e = im->rules.source ? im->rules.source->encoding : CONF_ENCODING_AUTO;

	im->csv.cp1252 = e == CONF_ENCODING_CP1252 || (e == CONF_ENCODING_AUTO && !im->file.utf8);
	if (e != CONF_ENCODING_UTF8 || im->file.utf8)
		return RC_OK;
	snprintf(err, IMPORT_ERR_CAP,
	        "is not UTF-8 as its source says: save it as CSV UTF-8, or set encoding = auto");
	return RC_INVALID;
}

/* Workers nobody knows would be listed for people who paid. */
static rc_t check_rounded(struct import *im, char err[IMPORT_ERR_CAP])
{
	int column = im->columns.at[CONF_COLUMN_NIK], all = 0, zeros = 0;
	struct csv_row row;
	const char *why;
	rc_t rc;

	while ((rc = csv_next(im->reader, &row, &why)) == RC_OK || rc == RC_INVALID) {
		const char *cell = rc == RC_OK ? csv_cell(&row, column) : "";
		size_t n = strlen(cell);

		all += n >= NIK_LEN;
		zeros += n >= NIK_LEN && cell[n - 1] == '0';
	}
	if (rc == RC_IO)
		snprintf(err, IMPORT_ERR_CAP, "cannot be read: check the disk");
	if (rc != RC_NOENT || all < ROUNDED_MIN || all != zeros)
		return rc == RC_NOENT ? RC_OK : rc;
	snprintf(err, IMPORT_ERR_CAP,
	        "every NIK ends in 0: the spreadsheet rounded them; format the column as text and "
	        "enter them again");
	return RC_INVALID;
}

rc_t import_open(
        int fd, const struct import_rules *rules, struct import **out, char err[IMPORT_ERR_CAP])
{
	struct import *im = calloc(1, sizeof *im);
	rc_t rc;

	if (!im)
		abort();
	im->rules = *rules;
	im->file.fd = fd;
	*err = '\0';
	rc = import_file_look(&im->file, err);
	if (rc == RC_OK)
		rc = choose_letters(im, err);
	if (rc == RC_OK)
		rc = find_header(im, err);
	if (rc == RC_OK && im->columns.at[CONF_COLUMN_NIK] >= 0) {
		struct best ignored = { 0 };

		rc = check_rounded(im, err);
		rewind_to_start(im, csv_delimiter(im->reader));
		if (rc == RC_OK)
			rc = seek_header(im, &ignored);
	}
	if (rc != RC_OK) {
		import_close(im);
		return rc;
	}
	*out = im;
	return RC_OK;
}

void import_close(struct import *im)
{
	if (!im)
		return;
	csv_close(im->reader);
	free(im->twins.slot);
	crypto_wipe(im, sizeof *im);
	free(im);
}

/* ---- only looking ---- */

static struct twin *twin_find(struct twins *t, uint64_t key)
{
	size_t i = key & (t->cap - 1);

	while (t->slot[i].key && t->slot[i].key != key)
		i = (i + 1) & (t->cap - 1);
	return &t->slot[i];
}

static void twins_grow(struct twins *t)
{
	struct twins bigger = { .n = t->n, .cap = t->cap ? t->cap * 2 : 1024 };

	bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
	if (!bigger.slot)
		abort();
	for (size_t i = 0; i < t->cap; i++)
		if (t->slot[i].key)
			*twin_find(&bigger, t->slot[i].key) = t->slot[i];
	free(t->slot);
	*t = bigger;
}

/* How many rows that say the same stood before it. */
static uint32_t twins_count(struct twins *t, const char *text)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	uint64_t key;

	crypto_digest(text, strlen(text), hash);
	memcpy(&key, hash, sizeof key);
	key += !key;
	if (t->n * 2 >= t->cap)
		twins_grow(t);
	struct twin *slot = twin_find(t, key);

	t->n += !slot->key;
	slot->key = key;
	return slot->seen++;
}

/* ---- rows ---- */

static rc_t store_values(struct store *s, const struct import *im, const struct source_row *row)
{
	const struct import_values *v = &im->values;
	const struct payment_new payment = { .day = v->day,
		.amount = v->amount,
		.text = v->text,
		.account = v->account,
		.payer = v->payer,
		.banks_own = v->banks_own };
	const struct listed_new listed = { .transfer = v->transfer,
		.day = v->day,
		.nik = v->nik,
		.name = v->name,
		.from = v->from,
		.months = v->months,
		.amount = v->amount };
	const struct confirmation_new confirmation = { .nik = v->nik,
		.name = v->name,
		.card = v->card,
		.reason = v->reason,
		.day = v->day,
		.from = v->from,
		.to = v->to,
		.segment = v->segment,
		.born = v->born,
		.sex = v->sex };
	int64_t id;

	if (im->rules.kind == SOURCE_LIST)
		return store_row_listed(s, row, &listed, &id);
	if (im->rules.kind == SOURCE_INSURER)
		return store_row_confirmation(s, row, &confirmation, &id);
	return store_row_payment(s, row, &payment, &id);
}

static rc_t take_good(struct import *im, struct store *s, struct import_line *l)
{
	const struct source_row row = { im->id, l->number, im->values.id };
	rc_t rc;

	if (im->id)
		rc = store_values(s, im, &row);
	else
		rc = store_row_known(
		        s, im->rules.kind, im->values.id, twins_count(&im->twins, im->values.id));
	if (rc == RC_EXISTS) {
		l->verdict = IMPORT_KNOWN;
		snprintf(l->why, sizeof l->why, "this row was imported before");
	}
	return rc == RC_EXISTS || (!im->id && rc == RC_NOENT) ? RC_OK : rc;
}

static rc_t take_bad(struct import *im, struct store *s, const struct import_line *l)
{
	const struct source_row row = { im->id, l->number, im->text };
	rc_t rc = im->id ? store_row_bad(s, &row, l->why) : RC_OK;

	return rc == RC_EXISTS ? RC_OK : rc;
}

static rc_t take_row(
        struct import *im, struct store *s, struct csv_row *row, rc_t read, const char *why)
{
	struct import_line *l = &im->line[im->n];
	const struct import_values *v = &im->values;

	*l = (struct import_line){ .number = row->number, .verdict = IMPORT_BAD };
	if (read == RC_INVALID) {
		snprintf(l->why, sizeof l->why, "%s", why);
		snprintf(im->text, sizeof im->text, "%s", why);
		im->n++;
		return take_bad(im, s, l);
	}
	l->verdict = import_values_read(&im->rules, &im->columns, row, &im->values, l->why);
	im->n++;
	if (l->verdict == IMPORT_SKIPPED)
		return RC_OK;
	l->day = v->day;
	l->amount = v->amount;
	l->from = v->to < v->from && im->rules.kind == SOURCE_INSURER ? 0 : v->from;
	l->to = l->from && im->rules.kind == SOURCE_INSURER ? v->to : 0;
	if (l->verdict == IMPORT_TAKEN)
		return take_good(im, s, l);
	import_row_text(row, im->text);
	return take_bad(im, s, l);
}

rc_t import_step(struct import *im, struct store *s, import_go_on_fn *go_on, void *arg, bool *more)
{
	struct csv_row row;
	const char *why = "";
	rc_t rc = RC_OK;

	im->n = 0;
	while (rc == RC_OK && !im->ended && im->n < IMPORT_LINES && (!im->n || go_on(arg))) {
		rc_t read = csv_next(im->reader, &row, &why);

		im->ended = read == RC_NOENT;
		if (read == RC_IO) {
			snprintf(im->fault, sizeof im->fault, "cannot be read: check the disk");
			rc = RC_IO;
		} else if (!im->ended) {
			rc = take_row(im, s, &row, read, why);
		}
	}
	*more = !im->ended;
	return rc;
}

rc_t import_begin(struct import *im, struct store *s, const char *name, const char *by, int64_t now,
        struct source_file *out)
{
	rc_t rc = store_file_begin(s, im->rules.kind, name, im->file.hash, by, now, out);

	if (rc == RC_OK)
		im->id = out->id;
	return rc;
}

rc_t import_find(const struct import *im, struct store *s, struct source_file *out)
{
	return store_file_find(s, im->rules.kind, im->file.hash, out);
}

rc_t import_end(struct import *im, struct store *s, int64_t now)
{
	if (import_file_changed(&im->file)) {
		snprintf(im->fault, sizeof im->fault,
		        "was changed while it was read: import it again");
		return RC_AGAIN;
	}
	return im->id ? store_file_end(s, im->id, now) : RC_OK;
}

const struct import_line *import_lines(const struct import *im, size_t *n)
{
	*n = im->n;
	return im->line;
}

const char *import_fault(const struct import *im)
{
	return im->fault;
}

int import_percent(const struct import *im)
{
	uint64_t size = (uint64_t)im->file.st.st_size, at = csv_position(im->reader);

	return size ? (int)(at * 100 / size) : 100;
}
