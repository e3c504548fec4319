/* Rows of files. A row counts by what it says, not by the file it came in: banks send statements
 * that overlap, and people import a file twice. How many equal rows stood before it in its file
 * belongs to what it says: two equal transfers of one day are two rows of one statement, and the
 * same two in the next one. */
#include "store_int.h"
#include <assert.h>
#include <payung/store_import.h>
#include <payung/store_money.h>
#include <string.h>

enum row_state { ROW_TAKEN, ROW_BAD, ROW_KNOWN };

static const char *const kind_names[SOURCE_KINDS] = { "bank", "receipt", "list", "insurer" };

const char *source_kind_name(enum source_kind k)
{
	assert((unsigned)k < SOURCE_KINDS);
	return kind_names[k];
}

int source_kind_parse(const char *name)
{
	for (int i = 0; i < SOURCE_KINDS; i++)
		if (strcmp(name, kind_names[i]) == 0)
			return i;
	return -1;
}

/* ---- files ---- */

rc_t store_file_find(struct store *s, enum source_kind kind, const uint8_t hash[CRYPTO_HASH_LEN],
        struct source_file *out)
{
	struct query q = query_open(s, ST_FILE_GET);
	rc_t rc;

	put_int(&q, kind);
	put_blob(&q, hash, CRYPTO_HASH_LEN);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->id = get_int(&q);
	out->kind = (enum source_kind)get_int(&q);
	out->begun_at = get_int(&q);
	out->ended_at = get_int(&q);
	get_text(&q, out->name, sizeof out->name);
	get_text(&q, out->by, sizeof out->by);
	out->bad = (int)get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_file_begin(struct store *s, enum source_kind kind, const char *name,
        const uint8_t hash[CRYPTO_HASH_LEN], const char *by, int64_t now, struct source_file *out)
{
	struct query q = query_open(s, ST_FILE_ADD);
	rc_t rc;

	put_int(&q, kind);
	put_text(&q, name);
	put_blob(&q, hash, CRYPTO_HASH_LEN);
	put_text(&q, by);
	put_int(&q, now);
	rc = query_run(&q);
	if (rc == RC_OK)
		rc = store_file_find(s, kind, hash, out);
	if (rc != RC_OK)
		return rc;
	return out->ended_at && !out->bad ? RC_EXISTS : RC_OK;
}

rc_t store_file_end(struct store *s, int64_t file, int64_t now)
{
	struct query q = query_open(s, ST_FILE_END);

	put_int(&q, now);
	put_int(&q, file);
	return query_run(&q);
}

/* ---- rows ---- */

struct row {
	const struct source_row *in;
	enum source_kind kind;
	uint8_t hash[CRYPTO_HASH_LEN];
	int64_t nth, same_as;
};

static rc_t file_kind(struct store *s, int64_t file, enum source_kind *out)
{
	struct query q = query_open(s, ST_FILE_KIND);
	int64_t kind = 0;
	rc_t rc;

	put_int(&q, file);
	rc = query_one_int(&q, &kind);
	*out = (enum source_kind)kind;
	return rc;
}

/* RC_EXISTS: this row of this file was taken in before. */
static rc_t row_load(struct store *s, const struct source_row *in, struct row *out)
{
	struct query q;
	rc_t rc = file_kind(s, in->file, &out->kind);

	if (rc != RC_OK)
		return rc;
	out->in = in;
	keys_hash(s->keys, "source_row", in->text, strlen(in->text), out->hash);
	q = query_open(s, ST_ROW_FIND);
	put_int(&q, in->file);
	put_int(&q, in->number);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	(void)get_int(&q);
	rc = get_int(&q) == ROW_BAD ? RC_OK : RC_EXISTS;
	query_end(&q);
	return rc;
}

/* The row taken in that says the same and has as many equals before it in its file. */
static rc_t row_same(struct store *s, struct row *r)
{
	struct query q = query_open(s, ST_ROW_SAME);

	put_int(&q, r->kind);
	put_blob(&q, r->hash, sizeof r->hash);
	put_int(&q, r->nth);
	return query_one_int(&q, &r->same_as);
}

/* Counts its equals before it in the file and finds the same row of another file. */
static rc_t row_compare(struct store *s, struct row *r)
{
	struct query q = query_open(s, ST_ROW_BEFORE);
	rc_t rc;

	put_int(&q, r->kind);
	put_blob(&q, r->hash, sizeof r->hash);
	put_int(&q, r->in->file);
	rc = query_one_int(&q, &r->nth);
	if (rc != RC_OK)
		return rc;
	rc = row_same(s, r);
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_row_known(struct store *s, enum source_kind kind, const char *text, int64_t nth)
{
	struct row r = { .kind = kind, .nth = nth };
	rc_t rc;

	keys_hash(s->keys, "source_row", text, strlen(text), r.hash);
	rc = row_same(s, &r);
	return rc == RC_OK ? RC_EXISTS : rc;
}

static rc_t row_put(
        struct store *s, const struct row *r, enum row_state state, const char *reason, int64_t *id)
{
	struct query q = query_open(s, ST_ROW_PUT);
	rc_t rc;

	put_int(&q, r->in->file);
	put_int(&q, r->in->number);
	put_int(&q, r->kind);
	put_int(&q, state);
	put_blob(&q, r->hash, sizeof r->hash);
	put_int(&q, r->nth);
	put_ref(&q, r->same_as);
	put_text(&q, reason);
	rc = query_row(&q);
	if (rc != RC_OK) /* no row back: a bad one that is as bad as before */
		return rc == RC_NOENT && q.done ? RC_EXISTS : rc;
	*id = get_int(&q);
	return query_run(&q);
}

rc_t store_row_bad(struct store *s, const struct source_row *in, const char *reason)
{
	struct row r = { 0 };
	int64_t id;
	rc_t rc = row_load(s, in, &r);

	return rc == RC_OK ? row_put(s, &r, ROW_BAD, reason, &id) : rc;
}

/* A good row. RC_EXISTS: known, from this file or another. */
static rc_t row_take(struct store *s, const struct source_row *in, unsigned kinds,
        enum source_kind *kind, int64_t *id)
{
	struct row r = { 0 };
	rc_t rc = row_load(s, in, &r);

	if ((rc == RC_OK || rc == RC_EXISTS) && !(kinds >> r.kind & 1))
		return store_refuse(s, RC_INVALID, "a row of another kind than its file");
	if (rc == RC_OK)
		rc = row_compare(s, &r);
	if (rc == RC_OK)
		rc = row_put(s, &r, r.same_as ? ROW_KNOWN : ROW_TAKEN, "", id);
	*kind = r.kind;
	return rc == RC_OK && r.same_as ? RC_EXISTS : rc;
}

rc_t store_row_payment(
        struct store *s, const struct source_row *r, const struct payment_new *p, int64_t *id)
{
	enum source_kind kind;
	struct query q;
	int64_t row;
	rc_t rc = row_take(s, r, 1U << SOURCE_BANK | 1U << SOURCE_RECEIPT, &kind, &row);

	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_PAYMENT_ADD);
	put_int(&q, row);
	put_int(&q, kind == SOURCE_RECEIPT);
	put_int(&q, p->day);
	put_int(&q, p->amount);
	put_text(&q, p->text);
	put_text(&q, p->account);
	put_text(&q, p->payer);
	put_int(&q, p->banks_own ? PAY_UNMATCHED : PAY_IMPORTED);
	put_int(&q, p->banks_own ? MATCH_BANKS_OWN : MATCH_UNMATCHED);
	return query_insert(&q, id);
}

static rc_t list_add(
        struct store *s, const struct source_row *r, const struct listed_new *l, int64_t *list)
{
	struct query q = query_open(s, ST_LIST_ADD);
	rc_t rc;

	put_int(&q, r->file);
	put_text(&q, l->transfer);
	put_int(&q, l->day);
	put_int(&q, l->amount);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*list = get_int(&q);
	return query_run(&q);
}

/* A known row of a list that no payment took goes over to this file's: a list that did not add up
 * comes again with most of its rows as they were. The old one is never found any more. */
static rc_t list_correct(struct store *s, const struct source_row *r, const struct listed_new *l)
{
	struct query q = query_open(s, ST_LIST_BEFORE);
	int64_t row, before, list;
	rc_t rc;

	put_int(&q, r->file);
	put_int(&q, r->number);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	row = get_int(&q);
	before = get_int(&q);
	query_end(&q);
	rc = list_add(s, r, l, &list);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_LIST_REPLACE);
	put_int(&q, l->amount);
	put_int(&q, list);
	put_int(&q, before);
	rc = query_change(&q);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_LIST_ROW_MOVE);
	put_int(&q, list);
	put_int(&q, row);
	return query_change(&q);
}

rc_t store_row_listed(
        struct store *s, const struct source_row *r, const struct listed_new *l, int64_t *id)
{
	uint8_t nik_hash[CRYPTO_HASH_LEN];
	enum source_kind kind;
	int64_t row, list;
	struct query q;
	rc_t rc = row_take(s, r, 1U << SOURCE_LIST, &kind, &row);

	if (rc == RC_EXISTS) {
		rc = list_correct(s, r, l);
		return rc == RC_OK ? RC_EXISTS : rc;
	}
	if (rc == RC_OK)
		rc = list_add(s, r, l, &list);
	if (rc != RC_OK)
		return rc;
	keys_hash(s->keys, "nik", l->nik, strlen(l->nik), nik_hash);
	q = query_open(s, ST_LIST_ROW_ADD);
	put_int(&q, list);
	put_int(&q, row);
	put_blob(&q, nik_hash, sizeof nik_hash);
	put_text(&q, l->name);
	put_int(&q, l->from);
	put_int(&q, l->months);
	put_int(&q, l->amount);
	return query_insert(&q, id);
}

rc_t store_row_confirmation(
        struct store *s, const struct source_row *r, const struct confirmation_new *c, int64_t *id)
{
	uint8_t nik_hash[CRYPTO_HASH_LEN];
	char born[16] = "";
	enum source_kind kind;
	struct query q;
	int64_t row;
	rc_t rc = row_take(s, r, 1U << SOURCE_INSURER, &kind, &row);

	if (rc != RC_OK)
		return rc;
	keys_hash(s->keys, "nik", c->nik, strlen(c->nik), nik_hash);
	if (c->born.year)
		date_format_iso(c->born, born);
	q = query_open(s, ST_CONFIRM_ADD);
	put_int(&q, row);
	put_blob(&q, nik_hash, sizeof nik_hash);
	put_text(&q, c->name);
	put_text(&q, c->card);
	put_text(&q, c->reason);
	put_int(&q, c->day);
	put_int(&q, c->from);
	put_int(&q, c->to);
	put_int(&q, c->segment);
	put_text(&q, born);
	put_int(&q, c->sex);
	return query_insert(&q, id);
}
