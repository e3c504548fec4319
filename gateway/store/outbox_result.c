/* Texts out, second half: what became of them. The parts tell; the message's state is always
 * computed from its parts. A message ended by decision (expired, cancelled, failed) stays so,
 * except that proof of having gone out corrects it: a late report is the truth about an unknown. */
#include "outbox_int.h"
#include <payung/clock.h>
#include <string.h>

enum {
	REPORT_SINCE_S =
	        7 * 24 * 3600, /* older parts are no candidates for a report without TP-MR */
	UNKNOWN_BATCH = 256,
	LINES_SEEN = 64
};

/* Earlier in the list wins: while anything is under way the message is, then what can still be
 * tried, then the worst that happened. */
static const enum outbox_state precedence[] = { OUT_HANDED, OUT_FAILED, OUT_QUEUED, OUT_UNKNOWN,
	OUT_UNDELIVERED, OUT_EXPIRED, OUT_CANCELLED, OUT_SENT, OUT_DELIVERED };

static bool was_ended(enum outbox_state state)
{
	return state == OUT_EXPIRED || state == OUT_CANCELLED || state == OUT_FAILED;
}

static bool went_out(enum outbox_state state)
{
	return state == OUT_SENT || state == OUT_DELIVERED || state == OUT_UNDELIVERED;
}

static bool may_arrive(enum outbox_state state)
{
	return state == OUT_HANDED || state == OUT_SENT || state == OUT_UNKNOWN;
}

enum outbox_state out_parts_state(const struct out_parts *p)
{
	enum outbox_state sum = p->message;
	bool found = false;

	for (size_t i = 0; i < sizeof precedence / sizeof *precedence && !found; i++)
		for (int part = 0; part < p->n && !found; part++)
			if (p->part[part] == precedence[i]) {
				sum = precedence[i];
				found = true;
			}
	return was_ended(p->message) && !went_out(sum) ? p->message : sum;
}

rc_t out_part_set(struct store *s, int64_t id, int part, enum outbox_state state, int mr, int code,
        int64_t settled_at)
{
	struct query q = query_open(s, ST_OUT_PART_SET);

	put_int(&q, state);
	put_int(&q, mr);
	put_int(&q, code);
	put_int(&q, settled_at);
	put_int(&q, id);
	put_int(&q, part);
	return query_change(&q);
}

rc_t out_message_set(struct store *s, int64_t id, enum outbox_state state, int tries,
        const char *cause, int64_t retry_at)
{
	struct query q = query_open(s, ST_OUT_SET);

	put_int(&q, state);
	put_int(&q, tries);
	put_text(&q, cause);
	put_int(&q, retry_at);
	put_int(&q, id);
	return query_change(&q);
}

static rc_t part_load(struct store *s, int64_t id, int part, struct out_parts *p)
{
	rc_t rc = out_parts_load(s, id, p);

	return rc == RC_OK && (part < 1 || part > p->n) ? RC_NOENT : rc;
}

rc_t store_outbox_unhand(struct store *s, int64_t id, int part)
{
	struct out_parts p;
	rc_t rc = part_load(s, id, part, &p);

	if (rc != RC_OK)
		return rc;
	if (p.part[part - 1] != OUT_HANDED)
		return store_refuse(s, RC_INVALID, "only a handed part can be taken back");
	p.part[part - 1] = OUT_QUEUED;
	rc = out_part_set(s, id, part, OUT_QUEUED, -1, 0, 0);
	return rc == RC_OK ? out_message_set(s, id, out_parts_state(&p), 0, NULL, 0) : rc;
}

/* Which results a part may still get. That it was sent is believed whatever was thought before. */
static bool result_fits(enum outbox_state was, enum outbox_state now)
{
	if (now == OUT_SENT)
		return !went_out(was);
	return (now == OUT_FAILED || now == OUT_UNKNOWN || now == OUT_QUEUED) &&
	       (was == OUT_HANDED || was == OUT_UNKNOWN);
}

rc_t store_outbox_result(struct store *s, int64_t id, int part, enum outbox_state state, int mr,
        int code, const char *cause, int64_t retry_at, int64_t now)
{
	struct out_parts p;
	enum outbox_state was;
	rc_t rc = part_load(s, id, part, &p);

	if (rc != RC_OK)
		return rc;
	was = p.part[part - 1];
	/* The delivery report can be quicker than the modem's own answer: then only TP-MR is new.
	 */
	if (went_out(was) && state == OUT_SENT)
		return out_part_set(s, id, part, was, mr, code, now);
	if (!result_fits(was, state))
		return store_refuse(s, RC_INVALID, "this part cannot get this result any more");
	p.part[part - 1] = state;
	rc = out_part_set(s, id, part, state, mr, code, state == OUT_QUEUED ? 0 : now);
	if (rc != RC_OK)
		return rc;
	/* An attempt is a hand-over that went through, or each part that did not. */
	const enum outbox_state sum = out_parts_state(&p);
	const int tries = state != OUT_SENT || sum != OUT_HANDED;
	return out_message_set(s, id, sum, tries, cause, state == OUT_QUEUED ? retry_at : 0);
}

static rc_t judge(struct store *s, int64_t id, const char *cause)
{
	struct query q = query_open(s, ST_OUT_JUDGED);

	put_text(&q, cause);
	put_int(&q, id);
	return query_change(&q);
}

rc_t store_outbox_end(
        struct store *s, int64_t id, enum outbox_state state, const char *cause, int64_t now)
{
	struct out_parts p;
	struct query q;
	rc_t rc = out_parts_load(s, id, &p);

	if (rc != RC_OK)
		return rc;
	if (state == OUT_UNKNOWN && p.message == OUT_UNKNOWN)
		return judge(s, id, cause);
	if (!was_ended(state) ||
	        (p.message != OUT_QUEUED && p.message != OUT_HANDED && p.message != OUT_UNKNOWN))
		return store_refuse(s, RC_INVALID, "this message cannot be ended so any more");
	q = query_open(s, ST_OUT_END_PARTS);
	put_int(&q, state);
	put_int(&q, now);
	put_int(&q, id);
	rc = query_run(&q);
	return rc == RC_OK ? out_message_set(s, id, state, 0, cause, 0) : rc;
}

rc_t store_outbox_again(struct store *s, int64_t id, int64_t now)
{
	struct query q = query_open(s, ST_OUT_AGAIN);
	rc_t rc;

	put_int(&q, now);
	put_int(&q, id);
	rc = query_change(&q);
	if (rc == RC_NOENT)
		return store_refuse(s, RC_INVALID, "only an unknown message can be sent again");
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_OUT_AGAIN_PARTS);
	put_int(&q, id);
	return query_run(&q);
}

struct candidate {
	int64_t outbox;
	int part;
	enum outbox_state state;
};

/* Reads the candidates of a question whose recipient fits; the first into c. */
static rc_t candidates(struct query *q, const char *recipient, struct candidate *c, int *n)
{
	char msisdn[MSISDN_CAP];
	struct candidate row;
	rc_t rc;

	*n = 0;
	while ((rc = query_row(q)) == RC_OK) {
		row.outbox = get_int(q);
		row.part = (int)get_int(q);
		row.state = (enum outbox_state)get_int(q);
		get_text(q, msisdn, sizeof msisdn);
		if (!msisdn_same(msisdn, recipient) && strcmp(msisdn, recipient) != 0)
			continue;
		if ((*n)++ == 0)
			*c = row;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* RC_NOENT: none, or not certainly this one. */
static rc_t find_reported(struct store *s, int64_t line, int mr, const char *recipient, int64_t now,
        struct candidate *c)
{
	const int64_t peer = out_peer(recipient);
	struct query q;
	int n = 0;
	rc_t rc = RC_OK;

	if (mr >= 0) {
		q = query_open(s, ST_REPORT_BY_MR);
		put_int(&q, line);
		put_int(&q, peer);
		put_int(&q, mr);
		rc = candidates(&q, recipient, c, &n);
		if (rc != RC_OK || n > 0) /* TP-MR recurs: the newest is meant */
			return rc;
	}
	q = query_open(s, ST_REPORT_WAITING);
	put_int(&q, line);
	put_int(&q, peer);
	put_int(&q, now - REPORT_SINCE_S);
	rc = candidates(&q, recipient, c, &n);
	return rc == RC_OK && n != 1 ? RC_NOENT : rc;
}

rc_t store_report(struct store *s, int64_t line, int mr, const char *recipient, int st, int64_t now,
        int64_t *outbox)
{
	const enum outbox_state state = st < 0x20 ? OUT_DELIVERED : OUT_UNDELIVERED;
	struct candidate c;
	struct out_parts p;
	rc_t rc = find_reported(s, line, mr, recipient, now, &c);

	if (rc != RC_OK)
		return rc;
	if ((st >= 0x20 && st < 0x40) || !may_arrive(c.state)) {
		*outbox = c.outbox;
		return RC_OK;
	}
	rc = part_load(s, c.outbox, c.part, &p);
	if (rc != RC_OK)
		return rc;
	p.part[c.part - 1] = state;
	rc = out_part_set(s, c.outbox, c.part, state, mr, st, now);
	if (rc == RC_OK)
		rc = out_message_set(s, c.outbox, out_parts_state(&p), 0, NULL, 0);
	if (rc == RC_OK)
		*outbox = c.outbox;
	return rc;
}

/* Whether a line brings no reports, asked once a line and call. */
struct dead_lines {
	int n;
	int64_t line[LINES_SEEN];
	bool dead[LINES_SEEN];
};

static rc_t line_is_dead(
        struct store *s, struct dead_lines *seen, int64_t line, int64_t now, bool *dead)
{
	rc_t rc;

	*dead = false;
	if (line == 0)
		return RC_OK;
	for (int i = 0; i < seen->n; i++)
		if (seen->line[i] == line) {
			*dead = seen->dead[i];
			return RC_OK;
		}
	rc = store_line_reports_dead(s, line, now, dead);
	if (rc == RC_OK && seen->n < LINES_SEEN) {
		seen->line[seen->n] = line;
		seen->dead[seen->n++] = *dead;
	}
	return rc;
}

static rc_t unknown_ids(
        struct store *s, int64_t before, int limit, int64_t ids[UNKNOWN_BATCH], int *n)
{
	struct query q = query_open(s, ST_OUT_UNKNOWN_EACH);
	struct dead_lines seen = { 0 };
	const int64_t now = clock_now();
	rc_t rc;

	*n = 0;
	while ((rc = query_row(&q)) == RC_OK) {
		const int64_t id = get_int(&q), created = get_int(&q), line = get_int(&q);
		bool over = created < before;

		if (*n > 0 && ids[*n - 1] == id)
			continue; /* another part of the same message */
		if (!over)
			rc = line_is_dead(s, &seen, line, now, &over);
		if (over && rc == RC_OK)
			ids[(*n)++] = id;
		if (rc != RC_OK || *n == limit) {
			query_end(&q);
			return rc;
		}
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_outbox_unknown_each(
        struct store *s, int64_t before, int limit, store_outbox_fn *fn, void *arg)
{
	int64_t ids[UNKNOWN_BATCH];
	struct outbox_row row;
	int n;
	rc_t rc;

	if (limit < 1 || limit > UNKNOWN_BATCH)
		limit = UNKNOWN_BATCH;
	rc = unknown_ids(s, before, limit, ids, &n);
	for (int i = 0; rc == RC_OK && i < n; i++) {
		rc = store_outbox_get(s, ids[i], &row);
		if (rc == RC_OK)
			fn(arg, &row);
	}
	return rc;
}

static rc_t next_expired(struct store *s, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_OUT_EXPIRED_EACH);
	rc_t rc;

	put_int(&q, now);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*id = get_int(&q);
		query_end(&q);
	}
	return rc;
}

rc_t store_outbox_expire(struct store *s, int64_t now, int64_t *count)
{
	int64_t id, n = 0;
	rc_t rc;

	while ((rc = next_expired(s, now, &id)) == RC_OK) {
		rc = store_outbox_end(s, id, OUT_EXPIRED, "too late to be of use", now);
		if (rc != RC_OK)
			return rc;
		n++;
	}
	if (rc == RC_NOENT)
		*count = n;
	return rc == RC_NOENT ? RC_OK : rc;
}
