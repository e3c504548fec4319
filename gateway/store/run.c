/* How far reconcile came, and the issues it leaves to officers. */
#include "store_int.h"
#include <payung/store_job.h>
#include <stdio.h>

static rc_t read_run(struct query *q, struct run_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->id = get_int(q);
	out->as_of = get_int(q);
	out->started_at = get_int(q);
	out->finished_at = get_int(q);
	out->phase = (int)get_int(q);
	out->cursor = get_int(q);
	get_text(q, out->by, sizeof out->by);
	query_end(q);
	return RC_OK;
}

rc_t store_run_begin(
        struct store *s, int64_t as_of, const char *by, int64_t now, struct run_row *out)
{
	struct query q = query_open(s, ST_RUN_OPEN);
	rc_t rc = read_run(&q, out);

	if (rc == RC_OK && out->as_of != as_of)
		return store_refuse(s, RC_EXISTS, "a run for another day is not finished");
	if (rc != RC_NOENT)
		return rc;
	q = query_open(s, ST_RUN_ADD);
	put_int(&q, as_of);
	put_text(&q, by);
	put_int(&q, now);
	rc = query_run(&q);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_RUN_OPEN);
	return read_run(&q, out);
}

rc_t store_run_mark(struct store *s, int64_t id, int phase, int64_t cursor)
{
	struct query q = query_open(s, ST_RUN_MARK);

	put_int(&q, phase);
	put_int(&q, cursor);
	put_int(&q, id);
	return query_change(&q);
}

rc_t store_run_end(struct store *s, int64_t id, int64_t now)
{
	struct query q = query_open(s, ST_RUN_END);

	put_int(&q, now);
	put_int(&q, id);
	return query_change(&q);
}

rc_t store_run_last(struct store *s, struct run_row *out)
{
	struct query q = query_open(s, ST_RUN_LAST);

	return read_run(&q, out);
}

/* ---- issues ---- */

rc_t store_issue_raise(struct store *s, enum issue_kind kind, const char *subject,
        const char *detail, int64_t run, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_ISSUE_ADD);
	rc_t rc;

	put_int(&q, kind);
	put_text(&q, subject);
	put_text(&q, detail);
	put_ref(&q, run);
	put_int(&q, now);
	rc = query_change(&q);
	if (rc == RC_NOENT && q.done)
		return RC_EXISTS;
	if (rc == RC_OK && id)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static rc_t read_issue(struct query *q, struct issue_row *out)
{
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	out->id = get_int(q);
	out->raised_at = get_int(q);
	out->run = get_int(q);
	out->resolved_at = get_int(q);
	out->kind = (enum issue_kind)get_int(q);
	out->state = (enum issue_state)get_int(q);
	get_text(q, out->subject, sizeof out->subject);
	get_text(q, out->detail, sizeof out->detail);
	get_text(q, out->resolved_by, sizeof out->resolved_by);
	get_text(q, out->note, sizeof out->note);
	query_end(q);
	return RC_OK;
}

rc_t store_issue_find(
        struct store *s, enum issue_kind kind, const char *subject, struct issue_row *out)
{
	struct query q = query_open(s, ST_ISSUE_FIND);

	put_int(&q, kind);
	put_text(&q, subject);
	return read_issue(&q, out);
}

rc_t store_issue_last(
        struct store *s, enum issue_kind kind, const char *subject, struct issue_row *out)
{
	struct query q = query_open(s, ST_ISSUE_LAST);

	put_int(&q, kind);
	put_text(&q, subject);
	return read_issue(&q, out);
}

rc_t store_issue_get(struct store *s, int64_t id, struct issue_row *out)
{
	struct query q = query_open(s, ST_ISSUE_GET);

	put_int(&q, id);
	return read_issue(&q, out);
}

rc_t store_issue_next(struct store *s, bool open_only, int64_t after, struct issue_row *out)
{
	struct query q = query_open(s, open_only ? ST_ISSUE_NEXT_OPEN : ST_ISSUE_NEXT);

	put_int(&q, after);
	return read_issue(&q, out);
}

rc_t store_issue_resolve(
        struct store *s, int64_t id, const char *by, const char *note, bool dismiss, int64_t now)
{
	struct query q = query_open(s, ST_ISSUE_END);
	char subject[32], detail[ISSUE_NOTE_CAP + 32];
	rc_t rc;

	put_int(&q, dismiss ? ISSUE_DISMISSED : ISSUE_RESOLVED);
	put_text(&q, by);
	put_text(&q, note);
	put_int(&q, now);
	put_int(&q, id);
	rc = query_change(&q);
	if (rc != RC_OK)
		return rc;
	snprintf(subject, sizeof subject, "issue/%lld", (long long)id);
	snprintf(detail, sizeof detail, "%s note=%s", dismiss ? "for good" : "until it comes again",
	        note);
	return store_audit(s, now, by, "issue resolve", subject, detail);
}
