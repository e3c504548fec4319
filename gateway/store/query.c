/* The cursor every question goes through. It keeps the first failure, so that a caller binds
 * everything and asks once at the end; whatever happens, the statement ends reset and cleared:
 * a statement left half stepped would keep a read lock and hold up checkpoints.
 *
 * A serious error (disk full, I/O) makes SQLite roll the whole transaction back on its own. Were
 * the next input of the group to go on, each of its statements would commit by itself. So writes
 * are refused from then on with the reason of that loss, until the group is rolled back. */
#include "store_int.h"
#include <assert.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

rc_t store_refuse(struct store *s, rc_t rc, const char *why)
{
	snprintf(s->detail, sizeof s->detail, "%s", why);
	return rc;
}

rc_t store_map(struct store *s, int sqlite_rc)
{
	rc_t rc;

	switch (sqlite_rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		rc = RC_EXISTS;
		break;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		rc = RC_NOENT;
		break;
	case SQLITE_IOERR_SHMSIZE: /* the index of the log found no room beside the store */
		rc = RC_FULL;
		break;
	default:
		switch (sqlite_rc & 0xff) {
		case SQLITE_OK:
		case SQLITE_ROW:
		case SQLITE_DONE:
			return RC_OK;
		case SQLITE_BUSY:
		case SQLITE_LOCKED:
			rc = RC_AGAIN;
			break;
		case SQLITE_CONSTRAINT:
		case SQLITE_TOOBIG:
			rc = RC_INVALID;
			break;
		case SQLITE_FULL:
			rc = RC_FULL;
			break;
		default:
			rc = RC_IO;
		}
	}
	snprintf(s->detail, sizeof s->detail, "%s (%d)",
	        s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(sqlite_rc), sqlite_rc);
	if (s->begun && s->lost == RC_OK && sqlite3_get_autocommit(s->db))
		s->lost = rc;
	return rc;
}

struct query query_open(struct store *s, enum statement which)
{
	struct query q = { .s = s, .st = s->stmt[which], .rc = RC_OK };

	if (!s->writes[which])
		return q;
	if (!s->begun)
		q.rc = store_refuse(s, RC_INVALID, "a write outside of a transaction");
	else if (s->lost != RC_OK)
		q.rc = s->lost;
	return q;
}

static void bound(struct query *q, int sqlite_rc)
{
	if (sqlite_rc != SQLITE_OK && q->rc == RC_OK)
		q->rc = store_map(q->s, sqlite_rc);
}

void put_int(struct query *q, int64_t v)
{
	bound(q, sqlite3_bind_int64(q->st, ++q->bound, v));
}

void put_ref(struct query *q, int64_t id)
{
	if (id != 0)
		put_int(q, id);
	else
		bound(q, sqlite3_bind_null(q->st, ++q->bound));
}

void put_text(struct query *q, const char *v)
{
	bound(q, sqlite3_bind_text(q->st, ++q->bound, v, -1, SQLITE_STATIC));
}

void put_blob(struct query *q, const void *v, size_t len)
{
	bound(q, sqlite3_bind_blob(q->st, ++q->bound, v, (int)len, SQLITE_STATIC));
}

void put_sealed(struct query *q, const char *context, const void *plain, size_t len, uint8_t *buf,
        size_t cap)
{
	size_t sealed = 0;
	rc_t rc = keys_seal(q->s->keys, context, plain, len, buf, cap, &sealed);

	if (rc != RC_OK && q->rc == RC_OK)
		q->rc = store_refuse(q->s, RC_INVALID, "a field is too long to be sealed");
	put_blob(q, buf, sealed);
	put_int(q, keys_version(q->s->keys));
}

void query_end(struct query *q)
{
	sqlite3_reset(q->st);
	sqlite3_clear_bindings(q->st);
}

rc_t query_row(struct query *q)
{
	int rc;

	if (q->rc == RC_OK) {
		assert(q->bound == sqlite3_bind_parameter_count(q->st));
		q->column = 0;
		rc = sqlite3_step(q->st);
		if (rc == SQLITE_ROW)
			return RC_OK;
		q->done = rc == SQLITE_DONE;
		q->rc = q->done ? RC_NOENT : store_map(q->s, rc);
	}
	query_end(q);
	return q->rc;
}

rc_t query_run(struct query *q)
{
	rc_t rc = query_row(q);

	if (rc == RC_OK)
		query_end(q);
	return q->done ? RC_OK : rc; /* a broken foreign key is RC_NOENT too, but not done */
}

rc_t query_change(struct query *q)
{
	rc_t rc = query_run(q);

	return rc == RC_OK && sqlite3_changes(q->s->db) == 0 ? RC_NOENT : rc;
}

rc_t query_insert(struct query *q, int64_t *id)
{
	rc_t rc = query_run(q);

	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(q->s->db);
	return rc;
}

rc_t query_one_int(struct query *q, int64_t *out)
{
	rc_t rc = query_row(q);

	if (rc == RC_OK) {
		*out = get_int(q);
		query_end(q);
	}
	return rc;
}

rc_t query_two_ints(struct query *q, int64_t *a, int64_t *b)
{
	rc_t rc = query_row(q);

	if (rc == RC_OK) {
		*a = get_int(q);
		*b = get_int(q);
		query_end(q);
	}
	return rc;
}

int64_t get_int(struct query *q)
{
	return sqlite3_column_int64(q->st, q->column++);
}

void get_text(struct query *q, char *out, size_t cap)
{
	const char *v = (const char *)sqlite3_column_text(q->st, q->column++);

	text_copy(out, cap, v ? v : "");
}

void get_date(struct query *q, struct date *out)
{
	char iso[16];

	get_text(q, iso, sizeof iso);
	if (date_parse_iso(iso, out) != RC_OK)
		*out = (struct date){ 0 };
}

const void *get_blob(struct query *q, size_t *len)
{
	const void *v = sqlite3_column_blob(q->st, q->column);

	*len = (size_t)sqlite3_column_bytes(q->st, q->column++);
	return v;
}

rc_t get_sealed(struct query *q, const char *context, void *out, size_t cap, size_t *len)
{
	size_t sealed;
	const void *v = get_blob(q, &sealed);
	rc_t rc;

	*len = 0;
	if (v) {
		rc = keys_open(q->s->keys, context, v, sealed, out, cap, len);
		if (rc != RC_OK)
			return store_refuse(q->s, RC_INVALID,
			        "a sealed field does not open: altered, or its key is missing");
	}
	if (*len < cap)
		((char *)out)[*len] = '\0';
	return RC_OK;
}
