/* Texts in. A part is known by where it came from, when the network stamped it and what it says:
 * that tells a redelivery from a person writing the same again. Parts of a long text find their
 * set by the concatenation reference, which recurs, so only within a day of each other. */
#include "store_int.h"
#include <assert.h>
#include <payung/store_message.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>

enum { SET_WINDOW_S = 24 * 3600 };

static const char *const state_names[INBOX_STATES] = { "incomplete", "handled", "ignored",
	"poison" };

struct part_row { /* what both kinds of part have */
	int64_t inbox, line, scts;
	const char *sender, *text; /* text NULL: not decodable */
	int ref, total, part;
	const uint8_t *pdu;
	size_t pdu_len;
	uint8_t hash[CRYPTO_HASH_LEN];
};

static rc_t part_find(struct store *s, const struct part_row *p, int64_t *inbox)
{
	struct query q = query_open(s, ST_INBOX_PART_FIND);
	rc_t rc;

	put_int(&q, p->scts);
	put_int(&q, p->line);
	put_text(&q, p->sender);
	put_int(&q, p->ref);
	put_int(&q, p->total);
	put_int(&q, p->part);
	put_blob(&q, p->hash, sizeof p->hash);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*inbox = get_int(&q);
		query_end(&q);
	}
	return rc;
}

static rc_t part_add(struct store *s, const struct part_row *p)
{
	struct query q = query_open(s, ST_INBOX_PART_ADD);
	uint8_t text[STORE_SEAL_CAP], pdu[STORE_SEAL_CAP];

	put_int(&q, p->inbox);
	put_int(&q, p->part);
	put_int(&q, p->line);
	put_text(&q, p->sender);
	put_int(&q, p->scts);
	put_int(&q, p->ref);
	put_int(&q, p->total);
	put_blob(&q, p->hash, sizeof p->hash);
	if (p->text) {
		put_sealed(&q, "inbox_part.text", p->text, strlen(p->text), text, sizeof text);
	} else {
		put_text(&q, NULL);
		put_ref(&q, 0);
	}
	put_sealed(&q, "inbox_part.pdu", p->pdu, p->pdu_len, pdu, sizeof pdu);
	return query_run(&q);
}

/* body_hash NULL: not complete yet. masked: the reason of a poison PDU. */
static rc_t set_add(struct store *s, const struct inbox_part *p, enum inbox_state state,
        const uint8_t *body_hash, const char *masked, int64_t *inbox)
{
	struct query q = query_open(s, ST_INBOX_ADD);
	rc_t rc;

	put_ref(&q, p->line);
	put_text(&q, p->sender);
	put_int(&q, p->sender_kind);
	put_int(&q, p->ref);
	put_int(&q, p->total);
	put_int(&q, 1);
	put_int(&q, state);
	put_int(&q, p->scts ? p->scts : p->received_at);
	put_int(&q, p->received_at);
	put_blob(&q, body_hash, CRYPTO_HASH_LEN);
	put_text(&q, masked);
	rc = query_run(&q);
	if (rc == RC_OK)
		*inbox = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static rc_t set_find(struct store *s, const struct inbox_part *p, int64_t *inbox, int *have)
{
	struct query q = query_open(s, ST_INBOX_SET_FIND);
	rc_t rc;

	put_ref(&q, p->line);
	put_text(&q, p->sender);
	put_int(&q, p->ref);
	put_int(&q, p->total);
	put_int(&q, p->scts ? p->scts : p->received_at);
	put_int(&q, SET_WINDOW_S);
	put_int(&q, p->part);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*inbox = get_int(&q);
		*have = (int)get_int(&q);
		query_end(&q);
	}
	return rc;
}

static rc_t join(struct store *s, int64_t inbox, char out[FRAME_JOINED_MAX])
{
	struct query q = query_open(s, ST_INBOX_PARTS);
	char text[STORE_SEAL_CAP];
	size_t len, used = 0;
	rc_t rc;

	out[0] = '\0';
	put_int(&q, inbox);
	while ((rc = query_row(&q)) == RC_OK) {
		rc = get_sealed(&q, "inbox_part.text", text, sizeof text, &len);
		if (rc != RC_OK) {
			query_end(&q);
			return rc;
		}
		text_copy(out + used, FRAME_JOINED_MAX - used, text);
		used += strlen(out + used);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* One more part of a set that was there before. */
static rc_t set_grow(
        struct store *s, int64_t inbox, int have, int total, struct inbox_progress *out)
{
	struct query q;
	uint8_t hash[CRYPTO_HASH_LEN];
	const bool complete = have == total;
	rc_t rc = complete ? join(s, inbox, out->text) : RC_OK;

	if (rc != RC_OK)
		return rc;
	if (complete)
		keys_hash(s->keys, "body", out->text, strlen(out->text), hash);
	q = query_open(s, ST_INBOX_GROW);
	put_int(&q, have);
	put_blob(&q, complete ? hash : NULL, sizeof hash);
	put_int(&q, inbox);
	out->complete = complete;
	return query_change(&q);
}

static bool part_is_sound(const struct inbox_part *p)
{
	return p->total >= 1 && p->total <= FRAME_INBOUND_PARTS_MAX && p->part >= 1 &&
	       p->part <= p->total && strlen(p->text) < FRAME_TEXT_MAX &&
	       p->pdu_len <= FRAME_PDU_MAX;
}

rc_t store_inbox_add(struct store *s, const struct inbox_part *p, struct inbox_progress *out)
{
	struct part_row row = { .line = p->line,
		.scts = p->scts,
		.sender = p->sender,
		.text = p->text,
		.ref = p->ref,
		.total = p->total,
		.part = p->part,
		.pdu = p->pdu,
		.pdu_len = p->pdu_len };
	int have = 0;
	rc_t rc;

	if (!part_is_sound(p))
		return store_refuse(s, RC_INVALID, "an inbound part is out of its limits");
	out->redelivered = out->complete = false;
	out->text[0] = '\0';
	keys_hash(s->keys, "body", p->text, strlen(p->text), row.hash);
	rc = part_find(s, &row, &row.inbox);
	if (rc == RC_OK) {
		out->inbox = row.inbox;
		out->redelivered = true;
	}
	if (rc != RC_NOENT)
		return rc;
	if (p->total > 1)
		rc = set_find(s, p, &row.inbox, &have);
	if (rc == RC_NOENT)
		rc = set_add(
		        s, p, INBOX_INCOMPLETE, p->total == 1 ? row.hash : NULL, "", &row.inbox);
	if (rc == RC_OK)
		rc = part_add(s, &row);
	if (rc != RC_OK)
		return rc;
	out->inbox = row.inbox;
	if (have > 0)
		return set_grow(s, row.inbox, have + 1, p->total, out);
	out->complete = p->total == 1;
	if (out->complete)
		text_copy(out->text, sizeof out->text, p->text);
	return RC_OK;
}

rc_t store_inbox_done(struct store *s, int64_t inbox, enum inbox_state state, const char *masked,
        const char *intent, int64_t now)
{
	struct query q = query_open(s, ST_INBOX_DONE);

	put_int(&q, state);
	put_text(&q, masked);
	put_text(&q, intent);
	put_int(&q, now);
	put_int(&q, inbox);
	return query_change(&q);
}

rc_t store_inbox_poison(struct store *s, int64_t line, const uint8_t *pdu, size_t len,
        const char *reason, int64_t now, int64_t *inbox)
{
	struct inbox_part set = { .line = line,
		.sender_kind = SENDER_INVALID,
		.total = 1,
		.part = 1,
		.received_at = now };
	struct part_row row = {
		.line = line, .sender = "", .total = 1, .part = 1, .pdu = pdu, .pdu_len = len
	};
	rc_t rc;

	if (len > FRAME_PDU_MAX)
		return store_refuse(s, RC_INVALID, "a PDU is too long");
	keys_hash(s->keys, "pdu", pdu, len, row.hash);
	rc = part_find(s, &row, &row.inbox);
	if (rc == RC_NOENT) {
		rc = set_add(s, &set, INBOX_POISON, NULL, reason, &row.inbox);
		if (rc == RC_OK)
			rc = part_add(s, &row);
	}
	if (rc == RC_OK)
		*inbox = row.inbox;
	return rc;
}

rc_t store_inbox_repeat(struct store *s, int64_t inbox, int64_t since, int64_t *earlier)
{
	struct query q = query_open(s, ST_INBOX_REPEAT);
	rc_t rc;

	put_int(&q, inbox);
	put_int(&q, since);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*earlier = get_int(&q);
		query_end(&q);
	}
	return rc;
}

static rc_t next_before(struct store *s, int64_t before, int state, struct inbox_row *row)
{
	struct query q = query_open(s, ST_INBOX_EACH);
	rc_t rc;

	put_int(&q, before);
	put_int(&q, state);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	row->id = get_int(&q);
	row->line = get_int(&q);
	row->received_at = get_int(&q);
	row->handled_at = get_int(&q);
	row->state = (enum inbox_state)get_int(&q);
	get_text(&q, row->sender, sizeof row->sender);
	get_text(&q, row->intent, sizeof row->intent);
	get_text(&q, row->body, sizeof row->body);
	row->parts_have = (int)get_int(&q);
	row->parts_total = (int)get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_inbox_each(struct store *s, int state, int limit, store_inbox_fn *fn, void *arg)
{
	struct inbox_row row = { .id = INT64_MAX };
	rc_t rc = RC_OK;

	for (int n = 0; limit == 0 || n < limit; n++) {
		rc = next_before(s, row.id, state, &row);
		if (rc != RC_OK)
			break;
		fn(arg, &row);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

const char *inbox_state_name(enum inbox_state state)
{
	assert((unsigned)state < INBOX_STATES);
	return state_names[state];
}

int inbox_state_parse(const char *name)
{
	for (int i = 0; i < INBOX_STATES; i++)
		if (strcmp(name, state_names[i]) == 0)
			return i;
	return -1;
}
