/* Texts out, first half: queueing, finding what is due, handing over, listing. */
#include "outbox_int.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[OUT_STATES] = { "queued", "handed", "sent", "delivered",
	"undelivered", "expired", "failed", "unknown", "cancelled" };
static const char *const class_names[CLASSES] = { "urgent", "reply", "confirm", "manual",
	"reminder" };

int64_t out_peer(const char *msisdn)
{
	const size_t n = strlen(msisdn);
	int64_t peer = 0;

	for (const char *p = msisdn + (n > 8 ? n - 8 : 0); *p; p++)
		if (*p >= '0' && *p <= '9')
			peer = peer * 10 + (*p - '0');
	return peer;
}

static rc_t part_hand(
        struct store *s, int64_t id, int part, int64_t line, int64_t peer, int64_t now)
{
	struct query q = query_open(s, ST_OUT_PART_HAND);

	put_int(&q, id);
	put_int(&q, part);
	put_int(&q, line);
	put_int(&q, peer);
	put_int(&q, now);
	return query_run(&q);
}

static rc_t id_of_key(struct store *s, const char *key, int64_t *id)
{
	struct query q = query_open(s, ST_OUT_BY_KEY);
	rc_t rc;

	put_text(&q, key);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*id = get_int(&q);
	query_end(&q);
	return RC_EXISTS;
}

static bool new_is_sound(const struct outbox_new *n)
{
	if (!n->key[0] || !n->msisdn[0] || (!n->body && !n->args))
		return false;
	if (n->parts < 0 || n->parts > FRAME_PARTS_MAX)
		return false;
	return !n->handed || (n->body && n->parts > 0 && n->line > 0);
}

rc_t store_outbox_add(struct store *s, const struct outbox_new *n, int64_t *id)
{
	struct query q = query_open(s, ST_OUT_ADD);
	int64_t added;
	rc_t rc;

	if (!new_is_sound(n))
		return store_refuse(s, RC_INVALID, "an outbound text lacks what it needs");
	put_text(&q, n->key);
	put_int(&q, n->class);
	put_int(&q, n->handed ? OUT_HANDED : OUT_QUEUED);
	put_text(&q, n->subject);
	put_text(&q, n->msisdn);
	put_text(&q, n->template_id);
	put_text(&q, n->lang);
	put_text(&q, n->args);
	put_text(&q, n->body);
	put_int(&q, n->parts);
	put_int(&q, n->ref);
	put_ref(&q, n->line);
	put_ref(&q, n->inbox);
	put_int(&q, n->created_at);
	put_int(&q, n->not_before);
	put_int(&q, n->expires_at);
	rc = query_change(&q);
	if (rc == RC_NOENT && q.done)
		return id_of_key(s, n->key, id);
	if (rc != RC_OK)
		return rc;
	added = sqlite3_last_insert_rowid(s->db);
	for (int part = 1; rc == RC_OK && n->handed && part <= n->parts; part++)
		rc = part_hand(s, added, part, n->line, out_peer(n->msisdn), n->created_at);
	if (rc == RC_OK)
		*id = added;
	return rc;
}

/* The first message of a class for exactly this line (0: for any line). One seek in outbox_state.
 */
static rc_t first_of_class(
        struct store *s, int64_t line, int class, int64_t now, int64_t *id, int64_t *due)
{
	struct query q = query_open(s, ST_OUT_DUE);
	rc_t rc;

	put_ref(&q, line);
	put_int(&q, class);
	put_int(&q, now);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*id = get_int(&q);
		*due = get_int(&q);
		query_end(&q);
	}
	return rc;
}

/* Of a class: the older of the line's own first message and that for any line. */
static rc_t due_of_class(
        struct store *s, int64_t line, int class, int64_t now, int64_t *id, int64_t *due)
{
	int64_t other_id = 0, other_due = 0;
	rc_t own = line ? first_of_class(s, line, class, now, id, due) : RC_NOENT;
	rc_t any = RC_NOENT;

	if (own == RC_OK || own == RC_NOENT)
		any = first_of_class(s, 0, class, now, &other_id, &other_due);
	if (own != RC_OK && own != RC_NOENT)
		return own;
	if (any != RC_OK)
		return any == RC_NOENT ? own : any;
	if (own == RC_NOENT || other_due < *due || (other_due == *due && other_id < *id)) {
		*id = other_id;
		*due = other_due;
	}
	return RC_OK;
}

rc_t store_outbox_next(struct store *s, int64_t line, int64_t now, unsigned classes,
        struct outbox_row *out, int64_t *next_due)
{
	int64_t id = 0, due = 0, earliest = 0;
	rc_t rc;

	for (int class = 0; class < CLASSES; class ++) {
		if (!(classes >> class & 1))
			continue;
		rc = due_of_class(s, line, class, now, &id, &due);
		if (rc == RC_NOENT)
			continue;
		if (rc != RC_OK)
			return rc;
		if (due <= now)
			return store_outbox_get(s, id, out);
		if (earliest == 0 || due < earliest)
			earliest = due;
	}
	*next_due = earliest;
	return RC_NOENT;
}

static void read_message(struct query *q, struct outbox_row *out)
{
	out->id = get_int(q);
	out->line = get_int(q);
	out->inbox = get_int(q);
	out->created_at = get_int(q);
	out->not_before = get_int(q);
	out->expires_at = get_int(q);
	out->class = (enum outbox_class)get_int(q);
	out->state = (enum outbox_state)get_int(q);
	out->parts = (int)get_int(q);
	out->attempts = (int)get_int(q);
	out->ref = (int)get_int(q);
	get_text(q, out->key, sizeof out->key);
	get_text(q, out->subject, sizeof out->subject);
	get_text(q, out->msisdn, sizeof out->msisdn);
	get_text(q, out->template_id, sizeof out->template_id);
	get_text(q, out->lang, sizeof out->lang);
	get_text(q, out->cause, sizeof out->cause);
	get_text(q, out->args, sizeof out->args);
	get_text(q, out->body, sizeof out->body);
}

static rc_t read_parts(struct store *s, struct outbox_row *out)
{
	struct query q = query_open(s, ST_OUT_PARTS);
	rc_t rc;

	memset(out->part, 0, sizeof out->part);
	put_int(&q, out->id);
	for (int i = 0; (rc = query_row(&q)) == RC_OK; i++) {
		assert(i < FRAME_PARTS_MAX);
		out->part[i].part = (int)get_int(&q);
		out->part[i].state = (enum outbox_state)get_int(&q);
		out->part[i].mr = (int)get_int(&q);
		out->part[i].line = get_int(&q);
		out->part[i].handed_at = get_int(&q);
		out->part[i].settled_at = get_int(&q);
		out->part[i].code = (int)get_int(&q);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_outbox_get(struct store *s, int64_t id, struct outbox_row *out)
{
	struct query q = query_open(s, ST_OUT_GET);
	rc_t rc;

	put_int(&q, id);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	read_message(&q, out);
	query_end(&q);
	return read_parts(s, out);
}

rc_t out_parts_load(struct store *s, int64_t id, struct out_parts *out)
{
	struct query q = query_open(s, ST_OUT_STATES);
	rc_t rc;

	*out = (struct out_parts){ .id = id };
	put_int(&q, id);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	for (; rc == RC_OK; rc = query_row(&q)) {
		out->message = (enum outbox_state)get_int(&q);
		get_text(&q, out->msisdn, sizeof out->msisdn);
		int part = (int)get_int(&q);
		if (part == 0)
			continue;
		assert(part == out->n + 1 && part <= FRAME_PARTS_MAX);
		out->part[out->n++] = (enum outbox_state)get_int(&q);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Parts that went out fix the text: the missing ones must be of the very same. */
static rc_t check_same_body(struct store *s, int64_t id, const char *body, int parts)
{
	struct query q = query_open(s, ST_OUT_SAME_BODY);
	rc_t rc;

	put_int(&q, id);
	put_text(&q, body);
	put_int(&q, parts);
	rc = query_row(&q);
	if (rc == RC_OK)
		query_end(&q);
	return rc == RC_NOENT
	               ? store_refuse(s, RC_INVALID, "parts of another text have been sent already")
	               : rc;
}

rc_t store_outbox_hand(struct store *s, int64_t id, int64_t line, const char *body, int parts,
        int ref, int64_t now)
{
	struct out_parts p;
	struct query q;
	bool some_out = false;
	rc_t rc = out_parts_load(s, id, &p);

	if (rc != RC_OK)
		return rc;
	if (p.message != OUT_QUEUED || line <= 0 || parts < 1 || parts > FRAME_PARTS_MAX)
		return store_refuse(s, RC_INVALID, "only a queued message can be handed over");
	for (int i = 0; i < p.n; i++)
		some_out |= p.part[i] != OUT_QUEUED;
	if (some_out)
		rc = check_same_body(s, id, body, parts);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_OUT_HAND);
	put_text(&q, body);
	put_int(&q, parts);
	put_int(&q, ref);
	put_int(&q, id);
	rc = query_change(&q);
	for (int part = 1; rc == RC_OK && part <= parts; part++)
		rc = part_hand(s, id, part, line, out_peer(p.msisdn), now);
	return rc;
}

rc_t store_outbox_later(struct store *s, int64_t id, int64_t not_before)
{
	struct query q = query_open(s, ST_OUT_LATER);

	put_int(&q, not_before);
	put_int(&q, id);
	return query_change(&q);
}

rc_t store_outbox_move(struct store *s, int64_t from, int64_t to, int64_t *count)
{
	struct query q = query_open(s, ST_OUT_MOVE);
	rc_t rc;

	put_ref(&q, to);
	put_ref(&q, from);
	rc = query_run(&q);
	if (rc == RC_OK)
		*count = sqlite3_changes64(s->db);
	return rc;
}

rc_t store_outbox_count(struct store *s, enum outbox_state state, int64_t *n)
{
	struct query q = query_open(s, ST_OUT_COUNT);
	rc_t rc;

	put_int(&q, state);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*n = get_int(&q);
		query_end(&q);
	}
	return rc;
}

/* One id at a time, so that fn may write and no read lock is held while it prints. Both lists
 * take the id reached so far first, then what they choose by. */
static rc_t each(struct store *s, enum statement which, int64_t from, int64_t by, int limit,
        store_outbox_fn *fn, void *arg)
{
	struct outbox_row row;
	int64_t id = from;
	rc_t rc = RC_OK;

	for (int n = 0; rc == RC_OK && (limit == 0 || n < limit); n++) {
		struct query q = query_open(s, which);

		put_int(&q, id);
		put_int(&q, by);
		rc = query_row(&q);
		if (rc != RC_OK)
			break;
		id = get_int(&q);
		query_end(&q);
		rc = store_outbox_get(s, id, &row);
		if (rc == RC_OK)
			fn(arg, &row);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_outbox_each(struct store *s, int state, int limit, store_outbox_fn *fn, void *arg)
{
	return each(s, ST_OUT_EACH, INT64_MAX, state, limit, fn, arg);
}

rc_t store_outbox_of_inbox(struct store *s, int64_t inbox, store_outbox_fn *fn, void *arg)
{
	return each(s, ST_OUT_OF_INBOX, 0, inbox, 0, fn, arg);
}

const char *outbox_state_name(enum outbox_state state)
{
	assert((unsigned)state < OUT_STATES);
	return state_names[state];
}

const char *outbox_class_name(enum outbox_class class)
{
	assert((unsigned)class < CLASSES);
	return class_names[class];
}

int outbox_state_parse(const char *name)
{
	for (int i = 0; i < OUT_STATES; i++)
		if (strcmp(name, state_names[i]) == 0)
			return i;
	return -1;
}
