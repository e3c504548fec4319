/* The audit chain. Each entry's hash covers the entry and the hash before it, so editing, removing
 * or swapping entries breaks the chain at that place. Cutting off the end would leave a shorter
 * valid chain; therefore number and hash of the last entry are kept sealed in the settings, and
 * appending goes on from there, so that a cut stays visible for ever. */
#include "store_int.h"
#include <string.h>

#define TAIL "audit_tail"
#define ENTRY_CAP 2048

struct entry {
	int64_t seq, at;
	char actor[64], action[64], subject[128], detail[1024];
};

static uint8_t *pack_int(uint8_t *p, int64_t v)
{
	for (int i = 0; i < 8; i++)
		*p++ = (uint8_t)((uint64_t)v >> (56 - 8 * i));
	return p;
}

static int64_t unpack_int(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static uint8_t *pack_text(uint8_t *p, const char *s)
{
	size_t n = strlen(s);

	p = pack_int(p, (int64_t)n);
	memcpy(p, s, n);
	return p + n;
}

static void link_hash(const struct store *s, const uint8_t prev[CRYPTO_HASH_LEN],
        const struct entry *e, uint8_t out[CRYPTO_HASH_LEN])
{
	uint8_t buf[ENTRY_CAP], *p = buf;

	p = pack_int(p, e->seq);
	p = pack_int(p, e->at);
	p = pack_text(p, e->actor);
	p = pack_text(p, e->action);
	p = pack_text(p, e->subject);
	p = pack_text(p, e->detail);
	keys_chain(s->keys, prev, buf, (size_t)(p - buf), out);
}

static rc_t tail_load(struct store *s, struct audit_tail *t)
{
	uint8_t plain[8 + CRYPTO_HASH_LEN];
	struct query q = query_open(s, ST_META_DATA);
	size_t len = 0;
	rc_t rc;

	put_text(&q, TAIL);
	rc = query_row(&q);
	if (rc == RC_OK) {
		rc = get_sealed(&q, TAIL, plain, sizeof plain, &len);
		query_end(&q);
	}
	if (rc == RC_NOENT || (rc == RC_OK && len != sizeof plain))
		return store_refuse(s, RC_INVALID, "the end of the audit chain is missing");
	if (rc != RC_OK)
		return rc;
	*t = (struct audit_tail){ .loaded = true, .seq = unpack_int(plain) };
	memcpy(t->hash, plain + 8, sizeof t->hash);
	return RC_OK;
}

static rc_t tail_save(struct store *s, const struct audit_tail *t)
{
	uint8_t plain[8 + CRYPTO_HASH_LEN], sealed[sizeof plain + KEYS_OVERHEAD];
	struct query q = query_open(s, ST_META_PUT);

	memcpy(pack_int(plain, t->seq), t->hash, sizeof t->hash);
	put_text(&q, TAIL);
	put_sealed(&q, TAIL, plain, sizeof plain, sealed, sizeof sealed);
	return query_run(&q);
}

rc_t store_audit_birth(struct store *s)
{
	const struct audit_tail none = { 0 };

	return tail_save(s, &none);
}

rc_t store_audit_flush(struct store *s)
{
	if (!s->tail.dirty)
		return RC_OK;
	s->tail.dirty = false;
	return tail_save(s, &s->tail);
}

static bool entry_fill(struct entry *e, const char *actor, const char *action, const char *subject,
        const char *detail)
{
	if (strlen(actor) >= sizeof e->actor || strlen(action) >= sizeof e->action ||
	        strlen(subject) >= sizeof e->subject || strlen(detail) >= sizeof e->detail)
		return false;
	strcpy(e->actor, actor);
	strcpy(e->action, action);
	strcpy(e->subject, subject);
	strcpy(e->detail, detail);
	return true;
}

rc_t store_audit(struct store *s, int64_t now, const char *actor, const char *action,
        const char *subject, const char *detail)
{
	struct entry e = { .at = now };
	struct query q = query_open(s, ST_AUDIT_ADD);
	uint8_t hash[CRYPTO_HASH_LEN];
	rc_t rc = q.rc;

	if (rc == RC_OK && !entry_fill(&e, actor, action, subject, detail))
		rc = store_refuse(s, RC_INVALID, "an audit entry is too long");
	if (rc == RC_OK && !s->tail.loaded)
		rc = tail_load(s, &s->tail);
	if (rc != RC_OK)
		return rc;
	e.seq = s->tail.seq + 1;
	link_hash(s, s->tail.hash, &e, hash);
	put_int(&q, e.seq);
	put_int(&q, e.at);
	put_text(&q, e.actor);
	put_text(&q, e.action);
	put_text(&q, e.subject);
	put_text(&q, e.detail);
	put_blob(&q, hash, sizeof hash);
	rc = query_run(&q);
	if (rc != RC_OK)
		return rc;
	s->tail.seq = e.seq;
	memcpy(s->tail.hash, hash, sizeof hash);
	s->tail.dirty = true;
	return RC_OK;
}

/* Reads the entry of the current row; false when it does not follow prev with a fitting hash. */
static bool entry_fits(struct query *q, int64_t seq, uint8_t prev[CRYPTO_HASH_LEN])
{
	struct entry e;
	uint8_t hash[CRYPTO_HASH_LEN];
	const void *stored;
	size_t len;

	e.seq = get_int(q);
	e.at = get_int(q);
	get_text(q, e.actor, sizeof e.actor);
	get_text(q, e.action, sizeof e.action);
	get_text(q, e.subject, sizeof e.subject);
	get_text(q, e.detail, sizeof e.detail);
	stored = get_blob(q, &len);
	if (e.seq != seq || !stored || len != sizeof hash)
		return false;
	link_hash(q->s, prev, &e, hash);
	if (!crypto_equal(hash, stored, sizeof hash))
		return false;
	memcpy(prev, hash, sizeof hash);
	return true;
}

static rc_t walk(struct store *s, int64_t *entries, int64_t *bad_seq)
{
	uint8_t prev[CRYPTO_HASH_LEN] = { 0 };
	struct audit_tail tail = s->tail;
	struct query q = query_open(s, ST_AUDIT_WALK);
	rc_t rc = tail.loaded ? RC_OK : tail_load(s, &tail);
	int64_t seq = 0;

	*bad_seq = 0;
	if (rc != RC_OK)
		return rc;
	while ((rc = query_row(&q)) == RC_OK)
		if (!entry_fits(&q, ++seq, prev)) {
			query_end(&q);
			*bad_seq = seq;
			return store_refuse(s, RC_INVALID, "an audit entry was changed or removed");
		}
	if (rc != RC_NOENT)
		return rc;
	if (seq != tail.seq || !crypto_equal(prev, tail.hash, sizeof prev)) {
		*bad_seq = seq + 1;
		return store_refuse(s, RC_INVALID, "the end of the audit chain was cut off");
	}
	*entries = seq;
	return RC_OK;
}

rc_t store_audit_verify(struct store *s, int64_t *entries, int64_t *bad_seq)
{
	rc_t rc, ended;

	if (s->begun)
		return walk(s, entries, bad_seq);
	/* One snapshot: beside a live daemon the chain grows between two statements. */
	rc = store_steer(s, ST_SNAPSHOT);
	if (rc != RC_OK)
		return rc;
	rc = walk(s, entries, bad_seq);
	ended = store_steer(s, ST_COMMIT);
	return rc != RC_OK ? rc : ended;
}
