/* Inside of the store: the connection, its prepared statements and the cursor that runs them.
 * Every question is one statement of the lists in store_sql_*.h. Parameters have names in the SQL
 * for the reader; SQLite numbers them by first appearance, and put_*() binds in that order. */
#ifndef STORE_INT_H
#define STORE_INT_H

#include "store_sql.h"
#include <payung/cover_state.h>
#include <payung/crypto.h>
#include <payung/store.h>
#include <sqlite3.h>

#define COVER_PACKAGE 1                 /* accident and death, with what is paid on top */
#define STORE_APPLICATION_ID 0x50595547 /* "PYUG" */
#define STORE_SEAL_CAP (1024 + KEYS_OVERHEAD)
#define STORE_PATH_CAP 4096

/* Last link of the audit chain. Loaded once a transaction, written back once, at its commit. */
struct audit_tail {
	bool loaded, dirty;
	int64_t seq;
	uint8_t hash[CRYPTO_HASH_LEN];
};

struct store {
	sqlite3 *db;
	const struct keys *keys;
	sqlite3_stmt *stmt[ST_COUNT];
	bool writes[ST_COUNT];
	bool begun, marked;
	rc_t lost; /* not RC_OK: SQLite itself rolled the transaction back for this reason */
	uint64_t commits;
	int64_t newest, stamp; /* newest time on disk; the one this transaction writes */
	int64_t begun_us;      /* when this transaction got the write lock */
	int64_t changes;       /* rows changed on this connection when the transaction began */
	int wal_pages;
	struct coverage_rules rules;
	struct audit_tail tail, tail_at_mark;
	char detail[STORE_ERR_CAP];
};

/* ---- cursor (query.c): open, put_* for each parameter, then one of run, change, row ---- */
struct query {
	struct store *s;
	sqlite3_stmt *st;
	int bound, column;
	bool done; /* it ran to its end without a failure */
	rc_t rc;   /* first failure; later calls do nothing */
};
struct query query_open(struct store *s, enum statement which);
void put_int(struct query *q, int64_t v);
void put_ref(struct query *q, int64_t id);     /* 0 = NULL */
void put_text(struct query *q, const char *v); /* borrowed until the query ends; NULL = NULL */
void put_blob(struct query *q, const void *v, size_t len); /* NULL = NULL */
/* Seals into buf (borrowed until the query ends) and binds it, then the key's version. */
void put_sealed(struct query *q, const char *context, const void *plain, size_t len, uint8_t *buf,
        size_t cap);
/* To the end. After a RETURNING row too: only the end tells of a broken foreign key. */
rc_t query_run(struct query *q) MUST_CHECK;
rc_t query_change(struct query *q) MUST_CHECK; /* as run; RC_NOENT when no row was changed */
rc_t query_insert(struct query *q, int64_t *id) MUST_CHECK;   /* as run; *id on RC_OK only */
rc_t query_one_int(struct query *q, int64_t *out) MUST_CHECK; /* one column of one row */
rc_t query_two_ints(struct query *q, int64_t *a, int64_t *b) MUST_CHECK;
/* RC_OK: a row is there, read it, then call again or query_end(). RC_NOENT: no more, ended. */
rc_t query_row(struct query *q) MUST_CHECK;
void query_end(struct query *q);
int64_t get_int(struct query *q);
void get_text(struct query *q, char *out, size_t cap); /* NULL reads as "" */
void get_date(struct query *q, struct date *out);      /* YYYY-MM-DD; anything else is year 0 */
const void *get_blob(struct query *q, size_t *len);    /* NULL when NULL; until the next row */
/* Opens a sealed column into out (adds a NUL when there is room). NULL column: *len = 0. */
rc_t get_sealed(
        struct query *q, const char *context, void *out, size_t cap, size_t *len) MUST_CHECK;
/* Maps an SQLite code and keeps SQLite's words for store_detail(). */
rc_t store_map(struct store *s, int sqlite_rc);
rc_t store_refuse(struct store *s, rc_t rc, const char *why);

/* Steps a statement that steers transactions: it binds nothing and is never refused. */
rc_t store_steer(struct store *s, enum statement which) MUST_CHECK;

/* ---- opening (open.c, schema.c) ---- */
struct migration {
	const char *const *sql; /* statements, NULL at the end */
};
extern const struct migration store_migrations[];
extern const char *const store_schema_money[], *const store_schema_books[],
                                                       *const store_schema_remind[];
extern const int store_version;
/* Brings db from its user_version to n, each step with its version in one transaction. */
int store_migrate(sqlite3 *db, const struct migration *steps, int n);
/* As store_open(), on a named SQLite VFS (NULL: the default): for tests of power cuts. */
rc_t store_open_vfs(const char *path, enum store_mode mode, const struct keys *keys, int busy_ms,
        const char *vfs, struct store **out, char err[STORE_ERR_CAP]) MUST_CHECK;
rc_t store_say(char err[STORE_ERR_CAP], rc_t rc, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Writes the first, empty tail of the audit chain of a new store. */
rc_t store_audit_birth(struct store *s) MUST_CHECK;
rc_t store_audit_flush(struct store *s) MUST_CHECK;

#endif
