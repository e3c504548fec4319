/* The store: one SQLite file (WAL, synchronous=FULL). Only gateway/store/ knows SQL; the doors are
 * this header (open, transactions, audit, copies), store_message.h (inbox, lines), store_outbox.h,
 * store_scheme.h (programmes, sponsors, codes, workers, dialogues), store_desk.h and
 * store_decision.h (officers), store_import.h, store_money.h, store_cover.h and store_run.h
 * (payments, the books, who is covered, reconcile).
 *
 * Every function that writes must run inside store_begin()..store_commit(). Results: RC_OK,
 * RC_AGAIN (another process holds the write lock; nothing done, try later), RC_NOENT, RC_EXISTS
 * (a unique rule refused it), RC_INVALID (data or key do not fit), RC_FULL (disk full), RC_IO.
 * After RC_IO from store_commit() the truth is on disk only: the process must exit. */
#ifndef PAYUNG_STORE_H
#define PAYUNG_STORE_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_ERR_CAP 300

struct store;
struct keys; /* <payung/crypto.h> */

enum store_mode {
	STORE_CREATE, /* new file; RC_EXISTS when there is one */
	STORE_LIVE,   /* read and write, migrates older versions */
	STORE_READ,   /* read only, no migration: RC_INVALID when the version differs */
};

/* Opens, sets and reads back every pragma, checks the key against the store's key check value
 * (RC_INVALID: another key), migrates, prepares every statement. keys are borrowed until close.
 * busy_ms: how long a begin may wait for another writer (0 for the daemon's loop).
 * err gets one English sentence with what to do next. */
rc_t store_open(const char *path, enum store_mode mode, const struct keys *keys, int busy_ms,
	struct store **out, char err[STORE_ERR_CAP]) MUST_CHECK;
void store_close(struct store *s); /* NULL is fine */
/* The last detail SQLite gave, for the log. Borrowed, never NULL. */
const char *store_detail(const struct store *s);

rc_t store_begin(struct store *s) MUST_CHECK; /* BEGIN IMMEDIATE */
rc_t store_commit(struct store *s) MUST_CHECK;
void store_rollback(struct store *s);
/* One input inside a group: a nested mark that rolls back alone. */
rc_t store_mark(struct store *s) MUST_CHECK;
rc_t store_release(struct store *s) MUST_CHECK;
void store_undo(struct store *s);
bool store_in_transaction(const struct store *s);
/* Microseconds this transaction has held the write lock; 0 outside of one. A job beside the live
 * daemon commits before 10 ms. */
int64_t store_held_us(const struct store *s);
/* Commits since open that wrote something: those that cost the disk a sync. */
uint64_t store_commits(const struct store *s);

/* PASSIVE checkpoint when the WAL has at least min_pages pages. Automatic checkpoints are off. */
rc_t store_checkpoint(struct store *s, int min_pages) MUST_CHECK;
/* UTC second of the newest commit that told the time (every one that writes does); the clock rule. */
int64_t store_newest_time(struct store *s);

/* Appends to the audit chain: each entry carries the keyed hash of the one before. actor: Unix
 * user or "daemon"; subject like "pledge/D4F7K2"; detail: key=value words, never a NIK. */
rc_t store_audit(struct store *s, int64_t now, const char *actor, const char *action,
	const char *subject, const char *detail) MUST_CHECK;
/* Walks the whole chain. RC_INVALID: *bad_seq is the first entry that does not fit. */
rc_t store_audit_verify(struct store *s, int64_t *entries, int64_t *bad_seq) MUST_CHECK;

/* Online copy in small steps that never holds the lock long; fsynced, written beside `to` and
 * renamed. Works beside the live daemon. RC_EXISTS when `to` exists. */
rc_t store_backup(struct store *s, const char *to, char err[STORE_ERR_CAP]) MUST_CHECK;
/* Checks a backup (integrity, version, key), puts it at `path` (RC_EXISTS when there is a store)
 * and turns every unfinished outbound message into unknown. */
rc_t store_restore(const char *from, const char *path, const struct keys *keys, int64_t now,
	char err[STORE_ERR_CAP]) MUST_CHECK;

#endif
