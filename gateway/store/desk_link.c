/* Links between phones and workers: whom a NIK belongs to, reminders of one worker, and the change
 * of number. A link is moved only by the old phone; what ended is kept. */
#include "store_int.h"
#include <payung/store_desk.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

static rc_t read_links(struct query q, struct nik_links *out)
{
	rc_t rc;

	while ((rc = query_row(&q)) == RC_OK) {
		out->worker = get_int(&q);
		get_text(&q, out->name, sizeof out->name);
		get_text(&q, out->msisdn[out->n], sizeof out->msisdn[out->n]);
		out->n += out->msisdn[out->n][0] != '\0';
		if (out->n == DESK_LINKS_MAX) {
			query_end(&q);
			return RC_OK;
		}
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_worker_links_of_nik(struct store *s, const char *nik, struct nik_links *out)
{
	struct query q = query_open(s, ST_NIK_LINKS);
	uint8_t hash[CRYPTO_HASH_LEN];

	*out = (struct nik_links){ 0 };
	keys_hash(s->keys, "nik", nik, strlen(nik), hash);
	put_blob(&q, hash, sizeof hash);
	return read_links(q, out);
}

rc_t store_worker_links(struct store *s, int64_t worker, struct nik_links *out)
{
	struct query q = query_open(s, ST_WORKER_LINKS);
	rc_t rc;

	*out = (struct nik_links){ 0 };
	put_int(&q, worker);
	rc = read_links(q, out);
	return rc == RC_OK && !out->worker ? RC_NOENT : rc;
}

rc_t store_link_reminders(struct store *s, const char *msisdn, int64_t worker, bool on)
{
	struct query q = query_open(s, ST_LINK_REMIND);

	put_int(&q, !on);
	put_text(&q, msisdn);
	put_int(&q, worker);
	return query_change(&q);
}

static rc_t link_keep(
        struct store *s, const char *msisdn, int64_t worker, const char *why, int64_t now)
{
	struct query q = query_open(s, ST_LINK_KEEP);

	put_int(&q, now);
	put_text(&q, why);
	put_text(&q, msisdn);
	put_int(&q, worker);
	return query_change(&q);
}

rc_t store_link_end(
        struct store *s, const char *msisdn, int64_t worker, const char *why, int64_t now)
{
	rc_t rc = link_keep(s, msisdn, worker, why, now);
	struct query q;

	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_LINK_DROP);
	put_text(&q, msisdn);
	put_int(&q, worker);
	return query_run(&q);
}

static rc_t link_put(struct store *s, const char *msisdn, int64_t worker, int64_t now)
{
	struct query q = query_open(s, ST_LINK_PUT);

	put_text(&q, msisdn);
	put_int(&q, worker);
	put_int(&q, now);
	return query_run(&q);
}

/* ---- change of number ---- */

static void otp_hash(
        const struct store *s, int64_t worker, const char *otp, uint8_t out[CRYPTO_HASH_LEN])
{
	struct {
		int64_t worker;
		char otp[16];
	} both = { .worker = worker };

	text_copy(both.otp, sizeof both.otp, otp);
	keys_hash(s->keys, "otp", &both, sizeof both, out);
}

static rc_t is_asked(
        struct store *s, int64_t worker, const char *from, const char *to, int64_t now, bool *yes)
{
	struct query q = query_open(s, ST_CHANGE_ASKED);
	rc_t rc;

	put_int(&q, worker);
	put_text(&q, from);
	put_text(&q, to);
	put_int(&q, now);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*yes = get_int(&q) != 0;
	query_end(&q);
	return RC_OK;
}

rc_t store_change_open(struct store *s, int64_t worker, const char *from, const char *to,
        const char *otp, int64_t now, int64_t expires_at)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct query q;
	bool asked = false;
	rc_t rc = is_asked(s, worker, from, to, now, &asked);

	if (rc != RC_OK || asked)
		return rc == RC_OK ? RC_EXISTS : rc;
	otp_hash(s, worker, otp, hash);
	q = query_open(s, ST_CHANGE_ADD);
	put_int(&q, worker);
	put_text(&q, from);
	put_text(&q, to);
	put_blob(&q, hash, sizeof hash);
	put_int(&q, now);
	put_int(&q, expires_at);
	return query_run(&q);
}

static void read_change(struct query *q, struct change_row *out)
{
	out->id = get_int(q);
	out->worker = get_int(q);
	out->created_at = get_int(q);
	out->expires_at = get_int(q);
	out->closed_at = get_int(q);
	out->tries = (int)get_int(q);
	get_text(q, out->name, sizeof out->name);
	get_text(q, out->from, sizeof out->from);
	get_text(q, out->to, sizeof out->to);
}

/* The newest request this phone has to answer, or the one with this number (otp not NULL). */
static rc_t find_change(
        struct store *s, const char *from, const char *otp, int64_t now, struct change_row *out)
{
	struct query q = query_open(s, ST_CHANGE_EACH);
	uint8_t want[CRYPTO_HASH_LEN];
	const void *hash;
	size_t len;
	rc_t rc;

	put_text(&q, from);
	put_int(&q, now);
	while ((rc = query_row(&q)) == RC_OK) {
		read_change(&q, out);
		hash = get_blob(&q, &len);
		if (otp)
			otp_hash(s, out->worker, otp, want);
		if (otp && (len != sizeof want || !crypto_equal(hash, want, len)))
			continue;
		query_end(&q);
		break;
	}
	return rc;
}

rc_t store_change_pending(struct store *s, const char *from, int64_t now, struct change_row *out)
{
	return find_change(s, from, NULL, now, out);
}

rc_t store_change_arrived(struct store *s, const char *to, int64_t since, struct change_row *out)
{
	struct query q = query_open(s, ST_CHANGE_ARRIVED);
	rc_t rc;

	put_text(&q, to);
	put_int(&q, since);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	read_change(&q, out);
	query_end(&q);
	return RC_OK;
}

static rc_t close_one(struct store *s, int64_t id, enum change_state state, int64_t now)
{
	struct query q = query_open(s, ST_CHANGE_CLOSE);

	put_int(&q, state);
	put_int(&q, now);
	put_int(&q, id);
	return query_run(&q);
}

static rc_t close_others(struct store *s, int64_t worker, int64_t now)
{
	struct query q = query_open(s, ST_CHANGE_OTHERS);

	put_int(&q, now);
	put_int(&q, worker);
	return query_run(&q);
}

static rc_t move_link(struct store *s, const struct change_row *c, int64_t now)
{
	char subject[48];
	rc_t rc = store_link_end(s, c->from, c->worker, "moved", now);

	if (rc == RC_OK)
		rc = link_put(s, c->to, c->worker, now);
	if (rc == RC_OK)
		rc = close_one(s, c->id, CHANGE_CONFIRMED, now);
	if (rc == RC_OK)
		rc = close_others(s, c->worker, now);
	snprintf(subject, sizeof subject, "worker/%lld", (long long)c->worker);
	return rc == RC_OK ? store_audit(s, now, "daemon", "change phone", subject, "by=old phone")
	                   : rc;
}

/* As if the old phone had agreed, so that the new one can say BUKAN. */
static rc_t note_change(
        struct store *s, int64_t worker, const char *from, const char *to, int64_t now)
{
	struct query q = query_open(s, ST_CHANGE_MADE);

	put_int(&q, worker);
	put_text(&q, from);
	put_text(&q, to);
	put_int(&q, now);
	return query_run(&q);
}

rc_t store_link_move(struct store *s, int64_t worker, const char *from, const char *to, int64_t now)
{
	struct nik_links links;
	rc_t rc = store_worker_links(s, worker, &links);

	for (size_t i = 0; rc == RC_OK && i < links.n; i++)
		if (to[0] && strcmp(links.msisdn[i], to) == 0)
			rc = RC_EXISTS;
	if (rc == RC_OK && from[0])
		rc = store_link_end(s, from, worker,
		        to[0] ? "moved by an officer" : "ended by an officer", now);
	if (rc == RC_OK && to[0])
		rc = link_put(s, to, worker, now);
	if (rc == RC_OK && to[0])
		rc = note_change(s, worker, from, to, now);
	return rc == RC_OK ? close_others(s, worker, now) : rc;
}

static rc_t count_try(
        struct store *s, const struct change_row *c, int64_t now, enum change_state *became)
{
	struct query q = query_open(s, ST_CHANGE_TRY);
	rc_t rc;

	put_int(&q, c->id);
	rc = query_run(&q);
	if (rc != RC_OK || c->tries + 1 < DESK_CHANGE_TRIES)
		return rc;
	*became = CHANGE_REFUSED;
	return close_one(s, c->id, CHANGE_REFUSED, now);
}

rc_t store_change_confirm(struct store *s, const char *from, const char *otp, int64_t now,
        struct change_row *out, enum change_state *became)
{
	rc_t rc = find_change(s, from, otp, now, out);

	*became = CHANGE_CONFIRMED;
	if (rc == RC_OK)
		return move_link(s, out, now);
	if (rc != RC_NOENT)
		return rc;
	*became = CHANGE_PENDING;
	rc = find_change(s, from, NULL, now, out);
	if (rc == RC_OK)
		return count_try(s, out, now, became);
	*became = CHANGE_LAPSED;
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_change_refuse(struct store *s, const char *from, int64_t now, struct change_row *out)
{
	rc_t rc = find_change(s, from, NULL, now, out);
	struct query q;

	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_CHANGE_REFUSE);
	put_int(&q, now);
	put_text(&q, from);
	return query_run(&q);
}

rc_t store_change_lapse(struct store *s, int64_t now, int64_t *count)
{
	struct query q = query_open(s, ST_CHANGE_LAPSE);
	rc_t rc;

	put_int(&q, now);
	rc = query_run(&q);
	*count = rc == RC_OK ? sqlite3_changes(s->db) : 0;
	return rc;
}
