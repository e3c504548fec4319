/* Store door: how far reconcile came, and what it leaves to officers. See store.h for the rules of
 * every call and store_money.h for days and `next`. */
#ifndef PAYUNG_STORE_RUN_H
#define PAYUNG_STORE_RUN_H

#include <payung/store_money.h>

/* ---- runs: at most one is not finished ---- */
struct run_row {
	int64_t id, as_of, started_at, finished_at; /* as_of: day; finished_at 0: it goes on */
	int phase;      /* the job's own numbers, from 0 */
	int64_t cursor; /* likewise */
	char by[STORE_BY_CAP];
};
/* Begins a run, or goes on with the unfinished one for that day. RC_EXISTS: one for another day is not
 * finished; *out tells. */
rc_t store_run_begin(struct store *s, int64_t as_of, const char *by, int64_t now, struct run_row *out) MUST_CHECK;
/* In the transaction of the work it tells of. */
rc_t store_run_mark(struct store *s, int64_t id, int phase, int64_t cursor) MUST_CHECK;
rc_t store_run_end(struct store *s, int64_t id, int64_t now) MUST_CHECK;
rc_t store_run_last(struct store *s, struct run_row *out) MUST_CHECK; /* RC_NOENT: never ran */

/* ---- issues: one open at a time for a kind and subject ---- */
enum issue_state { ISSUE_OPEN, ISSUE_RESOLVED, ISSUE_DISMISSED, /* never raised again */ ISSUE_STATES };
#define ISSUE_SUBJECT_CAP 64
#define ISSUE_NOTE_CAP    200
struct issue_row {
	int64_t id, raised_at, run, resolved_at;
	enum issue_kind kind;
	enum issue_state state;
	char subject[ISSUE_SUBJECT_CAP]; /* "payment/17", "pledge/D4F7K2/2026-07"; never a NIK */
	char detail[ISSUE_NOTE_CAP];     /* key=value words, when raised */
	char resolved_by[STORE_BY_CAP], note[ISSUE_NOTE_CAP];
};
/* RC_EXISTS: is open, or was dismissed; nothing is written. id may be NULL. */
rc_t store_issue_raise(struct store *s, enum issue_kind kind, const char *subject, const char *detail,
	int64_t run, int64_t now, int64_t *id) MUST_CHECK;
/* The open one of this kind and subject. RC_NOENT: none. */
rc_t store_issue_find(struct store *s, enum issue_kind kind, const char *subject, struct issue_row *out) MUST_CHECK;
rc_t store_issue_get(struct store *s, int64_t id, struct issue_row *out) MUST_CHECK;
rc_t store_issue_next(struct store *s, bool open_only, int64_t after, struct issue_row *out) MUST_CHECK;
/* With an audit entry. RC_NOENT: no such issue, or not open. */
rc_t store_issue_resolve(struct store *s, int64_t id, const char *by, const char *note, bool dismiss,
	int64_t now) MUST_CHECK;

#endif
