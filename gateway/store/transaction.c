/* Transactions: one group of inputs is one BEGIN IMMEDIATE .. COMMIT, each input a savepoint. */
#include "store_int.h"
#include <assert.h>
#include <payung/clock.h>

/* Statements that steer transactions; they bind nothing and must work when writes are refused. */
rc_t store_steer(struct store *s, enum statement which)
{
	int rc = sqlite3_step(s->stmt[which]);
	rc_t result = store_map(s, rc);

	sqlite3_reset(s->stmt[which]);
	return result;
}

/* The clock rule needs the newest time a commit knew. Once a second is often enough, so most
 * commits do not pay for it. */
static rc_t stamp_time(struct store *s)
{
	int64_t now = clock_now();
	struct query q;

	if (now <= s->newest)
		return RC_OK;
	s->stamp = now;
	q = query_open(s, ST_META_STAMP);
	put_int(&q, now);
	return query_run(&q);
}

rc_t store_begin(struct store *s)
{
	rc_t rc;

	assert(!s->begun);
	rc = store_steer(s, ST_BEGIN);
	if (rc != RC_OK)
		return rc;
	s->begun = true;
	s->marked = false;
	s->lost = RC_OK;
	s->stamp = s->newest;
	s->begun_us = clock_work_us();
	s->changes = sqlite3_total_changes64(s->db);
	return RC_OK;
}

void store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db) && store_steer(s, ST_ROLLBACK) != RC_OK)
		assert(sqlite3_get_autocommit(s->db));
	s->begun = s->marked = false;
	s->lost = RC_OK;
	s->tail = (struct audit_tail){ 0 };
}

rc_t store_commit(struct store *s)
{
	const bool wrote = sqlite3_total_changes64(s->db) != s->changes;
	rc_t rc;

	assert(s->begun && !s->marked);
	rc = s->lost != RC_OK ? s->lost : store_audit_flush(s);
	if (rc == RC_OK && wrote) /* what changes nothing must not cost the disk a write */
		rc = stamp_time(s);
	if (rc == RC_OK)
		rc = store_steer(s, ST_COMMIT);
	if (rc != RC_OK) {
		store_rollback(s);
		return rc;
	}
	s->begun = false;
	s->tail = (struct audit_tail){ 0 }; /* another process may write the next entry */
	s->newest = s->stamp;
	s->commits += wrote;
	return RC_OK;
}

rc_t store_mark(struct store *s)
{
	rc_t rc;

	assert(s->begun && !s->marked);
	rc = s->lost != RC_OK ? s->lost : store_steer(s, ST_MARK);
	if (rc != RC_OK)
		return rc;
	s->marked = true;
	s->tail_at_mark = s->tail;
	return RC_OK;
}

rc_t store_release(struct store *s)
{
	assert(s->marked);
	if (s->lost != RC_OK)
		return s->lost;
	rc_t rc = store_steer(s, ST_RELEASE);
	if (rc == RC_OK)
		s->marked = false;
	return rc;
}

void store_undo(struct store *s)
{
	if (!s->marked)
		return;
	s->marked = false;
	if (s->lost != RC_OK)
		return;
	s->tail = s->tail_at_mark;
	/* When the mark cannot be taken back the group must not be committed. */
	if (store_steer(s, ST_UNDO) != RC_OK || store_steer(s, ST_RELEASE) != RC_OK)
		s->lost = RC_IO;
}

bool store_in_transaction(const struct store *s)
{
	return s->begun && s->lost == RC_OK;
}

int64_t store_held_us(const struct store *s)
{
	return s->begun ? clock_work_us() - s->begun_us : 0;
}

uint64_t store_commits(const struct store *s)
{
	return s->commits;
}

rc_t store_checkpoint(struct store *s, int min_pages)
{
	int pages = 0, done = 0, rc;

	if (s->begun)
		return store_refuse(s, RC_AGAIN, "no checkpoint inside a transaction");
	if (s->wal_pages < min_pages)
		return RC_OK;
	rc = sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
	if (rc == SQLITE_OK)
		s->wal_pages = pages - done;
	return store_map(s, rc);
}

int64_t store_newest_time(struct store *s)
{
	struct query q = query_open(s, ST_META_TIME);

	if (query_row(&q) == RC_OK) {
		int64_t at = get_int(&q);

		query_end(&q);
		if (!s->begun)
			s->newest = at;
		return at;
	}
	return s->newest;
}

const char *store_detail(const struct store *s)
{
	return s->detail;
}
