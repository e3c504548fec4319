/* Opening. A pragma that is misspelt or refused says nothing, so each is set and read back. What
 * must be there before the first table (auto_vacuum) is set at birth. A store is recognised by its
 * application_id and belongs to a key by that key's check value. */
#include "store_int.h"
#include <payung/clock.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OPEN_WAIT_MS = 5000 }; /* opening may wait for another process that just migrates */

/* clang-format off */
static const struct pragma {
	const char *set, *get, *want;
} pragmas[] = {
	{ "PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal" },
	{ "PRAGMA synchronous = FULL", "PRAGMA synchronous", "2" },
	{ "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1" },
	{ "PRAGMA wal_autocheckpoint = 0", "PRAGMA wal_autocheckpoint", "0" },
	{ "PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0" },
	{ "PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1" },
	{ "PRAGMA secure_delete = FAST", "PRAGMA secure_delete", "2" },
	{ "PRAGMA cache_size = -2000", "PRAGMA cache_size", "-2000" },
	{ "PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2" },
	{ "PRAGMA journal_size_limit = 16777216", "PRAGMA journal_size_limit", "16777216" },
};
/* In the file itself, for its first connection only. */
static const struct pragma birth[] = {
	{ "PRAGMA auto_vacuum = INCREMENTAL", "PRAGMA auto_vacuum", "2" },
};
/* clang-format on */

static const char *const statement_sql[] = {
#define X(name, sql) sql,
	STATEMENTS(X)
#undef X
};

rc_t store_say(char err[STORE_ERR_CAP], rc_t rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, STORE_ERR_CAP, fmt, ap);
	va_end(ap);
	return rc;
}

static rc_t say_sqlite(
        struct store *s, const char *path, const char *what, int sqlite_rc, char err[STORE_ERR_CAP])
{
	rc_t rc = store_map(s, sqlite_rc);

	if (rc == RC_FULL)
		return store_say(err, rc, "%s: the disk is full: make room and try again (%s)",
		        path, s->detail);
	return store_say(err, rc == RC_OK ? RC_IO : rc, "%s: %s: %s", path, what, s->detail);
}

/* First column of the first row as text; "" when there is none. */
static int ask(sqlite3 *db, const char *sql, char *out, size_t cap)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);

	out[0] = '\0';
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		const char *v = (const char *)sqlite3_column_text(q, 0);

		snprintf(out, cap, "%s", v ? v : "");
	}
	sqlite3_finalize(q);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static rc_t set_pragmas(struct store *s, const char *path, const struct pragma *list, size_t n,
        bool set, char err[STORE_ERR_CAP])
{
	char got[64];
	int rc;

	for (size_t i = 0; i < n; i++) {
		rc = set ? sqlite3_exec(s->db, list[i].set, NULL, NULL, NULL) : SQLITE_OK;
		if (rc == SQLITE_OK)
			rc = ask(s->db, list[i].get, got, sizeof got);
		if (rc != SQLITE_OK)
			return say_sqlite(s, path, list[i].set, rc, err);
		if (strcmp(got, list[i].want) != 0)
			return store_say(err, RC_IO,
			        "%s: \"%s\" had no effect (it is %s): is the file system able to "
			        "do it?",
			        path, list[i].set, got);
	}
	return RC_OK;
}

static rc_t check_version(
        struct store *s, const char *path, enum store_mode mode, char err[STORE_ERR_CAP])
{
	char got[64];
	int version, rc = ask(s->db, "PRAGMA application_id", got, sizeof got);

	if (rc == SQLITE_OK && mode != STORE_CREATE && atoi(got) != STORE_APPLICATION_ID)
		return store_say(err, RC_INVALID,
		        "%s: is not a Payung store; give the right path or run `payung init`",
		        path);
	if (rc == SQLITE_OK)
		rc = ask(s->db, "PRAGMA user_version", got, sizeof got);
	if (rc != SQLITE_OK)
		return say_sqlite(s, path, "cannot be read", rc, err);
	version = atoi(got);
	if (version > store_version)
		return store_say(err, RC_INVALID,
		        "%s: was written by a newer Payung (version %d, this one knows %d): "
		        "install it",
		        path, version, store_version);
	if (mode == STORE_READ && version < store_version)
		return store_say(err, RC_INVALID,
		        "%s: is of an older version (%d): start payungd once to bring it up to "
		        "date",
		        path, version);
	return RC_OK;
}

static rc_t prepare_all(struct store *s, const char *path, char err[STORE_ERR_CAP])
{
	int rc;

	for (int i = 0; i < ST_COUNT; i++) {
		rc = sqlite3_prepare_v3(
		        s->db, statement_sql[i], -1, SQLITE_PREPARE_PERSISTENT, &s->stmt[i], NULL);
		if (rc != SQLITE_OK)
			return say_sqlite(s, path, statement_sql[i], rc, err);
		s->writes[i] = !sqlite3_stmt_readonly(s->stmt[i]);
	}
	return RC_OK;
}

static int count_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;

	(void)db;
	(void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

static rc_t write_check_value(struct store *s)
{
	uint8_t value[CRYPTO_HASH_LEN];
	struct query q = query_open(s, ST_META_PUT);

	keys_check_value(s->keys, value);
	put_text(&q, "key_check");
	put_blob(&q, value, sizeof value);
	put_int(&q, keys_version(s->keys));
	return query_run(&q);
}

/* The file says that it is a store only when all that a store needs is in it. */
static rc_t finish_birth(struct store *s, const char *path, char err[STORE_ERR_CAP])
{
	char sql[64];
	int done;
	rc_t rc = store_begin(s);

	if (rc == RC_OK)
		rc = write_check_value(s);
	if (rc == RC_OK)
		rc = store_audit_birth(s);
	snprintf(sql, sizeof sql, "PRAGMA application_id = %d", STORE_APPLICATION_ID);
	if (rc == RC_OK && (done = sqlite3_exec(s->db, sql, NULL, NULL, NULL)) != SQLITE_OK)
		rc = store_map(s, done);
	if (rc == RC_OK)
		rc = store_commit(s);
	else if (s->begun)
		store_rollback(s);
	return rc == RC_OK ? rc : store_say(err, rc, "%s: cannot be created: %s", path, s->detail);
}

static rc_t check_key(struct store *s, const char *path, char err[STORE_ERR_CAP])
{
	uint8_t value[CRYPTO_HASH_LEN];
	struct query q = query_open(s, ST_META_DATA);
	const void *stored;
	size_t len;
	bool same;
	rc_t rc;

	put_text(&q, "key_check");
	rc = query_row(&q);
	if (rc != RC_OK)
		return store_say(err, rc == RC_NOENT ? RC_INVALID : rc,
		        "%s: the check value of its key cannot be read: restore a backup", path);
	stored = get_blob(&q, &len);
	keys_check_value(s->keys, value);
	same = stored && len == sizeof value && crypto_equal(stored, value, len);
	query_end(&q);
	if (!same)
		return store_say(err, RC_INVALID,
		        "%s: belongs to another key: put the right key file in place", path);
	s->newest = store_newest_time(s);
	return RC_OK;
}

static rc_t set_up(struct store *s, const char *path, enum store_mode mode, char err[STORE_ERR_CAP])
{
	const size_t n = sizeof pragmas / sizeof *pragmas;
	int rc;
	rc_t result = check_version(s, path, mode, err);

	if (result != RC_OK)
		return result;
	if (mode == STORE_READ) {
		rc = sqlite3_exec(s->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			return say_sqlite(s, path, "cannot be read", rc, err);
	}
	result = set_pragmas(s, path, birth, 1, mode == STORE_CREATE, err);
	if (result == RC_OK)
		result = set_pragmas(s, path, pragmas, n, true, err);
	if (result != RC_OK)
		return result;
	if (mode != STORE_READ && (rc = store_migrate(s->db, store_migrations, store_version)))
		return say_sqlite(s, path, "cannot be brought to this version", rc, err);
	result = prepare_all(s, path, err);
	if (result == RC_OK && mode == STORE_CREATE)
		result = finish_birth(s, path, err);
	return result == RC_OK ? check_key(s, path, err) : result;
}

static bool exists(const char *path, const char *vfs)
{
	sqlite3_vfs *v = sqlite3_vfs_find(vfs);
	int yes = 0;

	return v && v->xAccess(v, path, SQLITE_ACCESS_EXISTS, &yes) == SQLITE_OK && yes;
}

static rc_t connect(struct store *s, const char *path, enum store_mode mode, const char *vfs,
        char err[STORE_ERR_CAP])
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	mode_t mask;
	int rc;

	if (mode == STORE_CREATE && exists(path, vfs))
		return store_say(err, RC_EXISTS, "%s: exists already; it was left as it is", path);
	if (mode != STORE_CREATE && !exists(path, vfs))
		return store_say(err, RC_NOENT,
		        "%s: there is no store; run `payung init`, or `payung restore` with a copy",
		        path);
	mask = umask(0077);
	rc = sqlite3_open_v2(
	        path, &s->db, mode == STORE_CREATE ? flags | SQLITE_OPEN_CREATE : flags, vfs);
	umask(mask);
	if (rc != SQLITE_OK)
		return say_sqlite(s, path, "cannot be opened", rc, err);
	sqlite3_busy_timeout(s->db, OPEN_WAIT_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return RC_OK;
}

rc_t store_open_vfs(const char *path, enum store_mode mode, const struct keys *keys, int busy_ms,
        const char *vfs, struct store **out, char err[STORE_ERR_CAP])
{
	struct store *s;
	mode_t mask;
	rc_t rc;

	/* Counting allocations takes a lock for each and nobody reads the counts. Too late when
	 * SQLite is in use already; then it goes on counting. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s = calloc(1, sizeof *s);
	if (!s)
		abort();
	s->keys = keys;
	s->rules = (struct coverage_rules)COVERAGE_RULES_DEFAULT;
	rc = connect(s, path, mode, vfs, err);
	mask = umask(0077);
	if (rc == RC_OK)
		rc = set_up(s, path, mode, err);
	umask(mask);
	if (rc != RC_OK) {
		store_close(s);
		return rc;
	}
	sqlite3_busy_timeout(s->db, busy_ms);
	sqlite3_wal_hook(s->db, count_wal, s);
	s->detail[0] = '\0';
	*out = s;
	return RC_OK;
}

rc_t store_open(const char *path, enum store_mode mode, const struct keys *keys, int busy_ms,
        struct store **out, char err[STORE_ERR_CAP])
{
	return store_open_vfs(path, mode, keys, busy_ms, NULL, out, err);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (int i = 0; i < ST_COUNT; i++)
		sqlite3_finalize(s->stmt[i]);
	sqlite3_close(s->db);
	free(s);
}
