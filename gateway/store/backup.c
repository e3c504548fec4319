/* Copies. A backup holds one read snapshot from its first to its last page: the daemon's writes go
 * on beside it and never make it start again, and no lock is held that anybody waits for. The copy
 * is named only when it is whole and on disk. */
#include "store_int.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP_PAGES = 128, BUSY_PAUSE_MS = 10, BUSY_MOST = 500 };

static const char *const companions[] = { "-wal", "-shm", "-journal" };

static bool there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool with_suffix(char out[STORE_PATH_CAP], const char *path, const char *suffix)
{
	return snprintf(out, STORE_PATH_CAP, "%s%s", path, suffix) < STORE_PATH_CAP;
}

static rc_t say_errno(char err[STORE_ERR_CAP], const char *path, const char *what)
{
	return store_say(
	        err, errno == ENOSPC ? RC_FULL : RC_IO, "%s: %s: %s", path, what, strerror(errno));
}

static rc_t sync_path(const char *path, int flags, char err[STORE_ERR_CAP])
{
	int fd = open(path, flags | O_CLOEXEC);
	rc_t rc = RC_OK;

	if (fd < 0 || fsync(fd) != 0)
		rc = say_errno(err, path, "cannot be brought to the disk");
	if (fd >= 0)
		close(fd);
	return rc;
}

/* temp becomes path, which must not be there; both in one folder, which is synced too. */
static rc_t put_in_place(const char *temp, const char *path, char err[STORE_ERR_CAP])
{
	char folder[STORE_PATH_CAP];
	rc_t rc = sync_path(temp, O_RDONLY, err);

	if (rc != RC_OK)
		return rc;
	if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) != 0) {
		if (errno == EEXIST)
			return store_say(err, RC_EXISTS, "%s: exists already", path);
		/* Some file systems for sticks cannot refuse to replace; it was looked for before.
		 */
		if (errno != EINVAL || rename(temp, path) != 0)
			return say_errno(err, path, "cannot be named");
	}
	snprintf(folder, sizeof folder, "%s", path);
	return sync_path(dirname(folder), O_RDONLY | O_DIRECTORY, err);
}

static int copy_steps(sqlite3_backup *copy)
{
	int rc, busy = 0;

	do {
		rc = sqlite3_backup_step(copy, STEP_PAGES);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
			sqlite3_sleep(BUSY_PAUSE_MS);
			busy++;
		} else {
			busy = 0;
		}
	} while (rc == SQLITE_OK || (busy > 0 && busy < BUSY_MOST));
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int copy_all(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *copy;
	int rc = sqlite3_exec(from, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	int finished;

	if (rc != SQLITE_OK)
		return rc;
	copy = sqlite3_backup_init(to, "main", from, "main");
	rc = copy ? copy_steps(copy) : sqlite3_errcode(to);
	finished = sqlite3_backup_finish(copy);
	sqlite3_exec(from, "COMMIT", NULL, NULL, NULL);
	return rc != SQLITE_OK ? rc : finished;
}

static rc_t say_copy(int rc, const char *to, char err[STORE_ERR_CAP])
{
	if (rc == SQLITE_OK)
		return RC_OK;
	return store_say(err,
	        (rc & 0xff) == SQLITE_FULL   ? RC_FULL
	        : (rc & 0xff) == SQLITE_BUSY ? RC_AGAIN
	                                     : RC_IO,
	        "%s: cannot be written: %s; free disk space or choose another place", to,
	        sqlite3_errstr(rc));
}

static rc_t copy_to_file(sqlite3 *from, const char *to, char err[STORE_ERR_CAP])
{
	sqlite3 *db = NULL;
	mode_t mask = umask(0077);
	int rc = sqlite3_open_v2(to, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (rc == SQLITE_OK)
		rc = copy_all(from, db);
	sqlite3_close(db);
	umask(mask);
	return say_copy(rc, to, err);
}

static void remove_temp(const char *temp)
{
	char path[STORE_PATH_CAP];

	unlink(temp);
	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
		if (with_suffix(path, temp, companions[i]))
			unlink(path);
}

rc_t store_backup(struct store *s, const char *to, char err[STORE_ERR_CAP])
{
	char temp[STORE_PATH_CAP];
	rc_t rc;

	if (s->begun)
		return store_say(err, RC_AGAIN, "%s: no backup inside a transaction", to);
	if (!with_suffix(temp, to, ".part"))
		return store_say(err, RC_INVALID, "the path of the backup is too long");
	if (there(to))
		return store_say(err, RC_EXISTS, "%s: exists already; choose another name", to);
	remove_temp(temp);
	rc = copy_to_file(s->db, temp, err);
	if (rc == RC_OK)
		rc = put_in_place(temp, to, err);
	if (rc != RC_OK)
		remove_temp(temp);
	return rc;
}

/* ---- restoring ---- */

/* An old -wal beside a new store would be taken for its own. */
static rc_t check_place(const char *path, char err[STORE_ERR_CAP])
{
	char beside[STORE_PATH_CAP];

	if (there(path))
		return store_say(err, RC_EXISTS, "%s: there is a store; move it away first", path);
	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
		if (!with_suffix(beside, path, companions[i]))
			return store_say(err, RC_INVALID, "the path of the store is too long");
		if (there(beside))
			return store_say(err, RC_EXISTS,
			        "%s: is left of an older store; move it away first", beside);
	}
	return RC_OK;
}

static rc_t check_whole(sqlite3 *db, const char *from, char err[STORE_ERR_CAP])
{
	sqlite3_stmt *q = NULL;
	const char *told = NULL;
	rc_t rc = RC_OK;

	if (sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &q, NULL) == SQLITE_OK &&
	        sqlite3_step(q) == SQLITE_ROW)
		told = (const char *)sqlite3_column_text(q, 0);
	if (!told || strcmp(told, "ok") != 0)
		rc = store_say(err, RC_INVALID, "%s: is not a whole backup: %s", from,
		        told ? told : sqlite3_errmsg(db));
	sqlite3_finalize(q);
	return rc;
}

static rc_t copy_from_file(const char *from, const char *temp, char err[STORE_ERR_CAP])
{
	sqlite3 *db = NULL;
	rc_t rc;

	if (!there(from))
		return store_say(err, RC_NOENT, "%s: there is no such file", from);
	if (sqlite3_open_v2(from, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		rc = store_say(
		        err, RC_INVALID, "%s: cannot be opened: %s", from, sqlite3_errmsg(db));
	else
		rc = check_whole(db, from, err);
	if (rc == RC_OK)
		rc = copy_to_file(db, temp, err);
	sqlite3_close(db);
	return rc;
}

static rc_t run_one(struct store *s, enum statement which)
{
	struct query q = query_open(s, which);

	return query_run(&q);
}

/* What the copy still had to send may have gone out since it was made: nobody knows. */
static rc_t forget_unfinished(struct store *s, int64_t now)
{
	rc_t rc = store_begin(s);

	if (rc != RC_OK)
		return rc;
	rc = run_one(s, ST_RESTORE_PARTS);
	if (rc == RC_OK)
		rc = run_one(s, ST_RESTORE_MESSAGES);
	if (rc == RC_OK)
		rc = run_one(s, ST_RESTORE_FIRST_PART);
	if (rc == RC_OK)
		rc = store_audit(s, now, "daemon", "restore", "store", "unfinished=unknown");
	if (rc == RC_OK)
		return store_commit(s);
	store_rollback(s);
	return rc;
}

static rc_t make_current(
        const char *temp, const struct keys *keys, int64_t now, char err[STORE_ERR_CAP])
{
	struct store *s = NULL;
	rc_t rc = store_open(temp, STORE_LIVE, keys, 0, &s, err);

	if (rc != RC_OK)
		return rc;
	rc = forget_unfinished(s, now);
	if (rc != RC_OK)
		store_say(err, rc, "%s: cannot be prepared: %s", temp, s->detail);
	else if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) !=
	         SQLITE_OK)
		rc = store_say(
		        err, RC_IO, "%s: cannot be prepared: %s", temp, sqlite3_errmsg(s->db));
	store_close(s);
	return rc;
}

rc_t store_restore(const char *from, const char *path, const struct keys *keys, int64_t now,
        char err[STORE_ERR_CAP])
{
	char temp[STORE_PATH_CAP];
	rc_t rc = check_place(path, err);

	if (rc != RC_OK)
		return rc;
	if (!with_suffix(temp, path, ".part"))
		return store_say(err, RC_INVALID, "the path of the store is too long");
	remove_temp(temp);
	rc = copy_from_file(from, temp, err);
	if (rc == RC_OK)
		rc = make_current(temp, keys, now, err);
	if (rc == RC_OK)
		rc = put_in_place(temp, path, err);
	if (rc != RC_OK)
		remove_temp(temp);
	return rc;
}
