/* Registration: the one place where a code becomes a place in a pledge. All of it runs inside the
 * caller's transaction, so a failure half way leaves nothing; the code is taken first, because that
 * is what a second registration by the same code must fail at. */
#include "register_int.h"
#include <payung/store_decision.h>
#include <stdio.h>
#include <string.h>

const char *const registration_state_names[REG_SHOWN] = { "recorded", "waiting", "held",
	"registered", "rejected", "withdrawn", "asked" };

struct code_data {
	int64_t pledge;
	bool named;
	struct person who;
};

static rc_t code_use(struct store *s, const struct registration_new *r, int64_t now)
{
	struct query q = query_open(s, ST_CODE_USE);

	put_text(&q, r->enrolled_by[0] ? r->enrolled_by : r->msisdn);
	put_int(&q, now);
	put_text(&q, r->code);
	return query_change(&q);
}

static rc_t code_load(struct store *s, const struct registration_new *r, struct code_data *out)
{
	struct query q = query_open(s, ST_CODE_DATA);
	char batch_area[sizeof out->who.area];
	const void *hash;
	size_t len;
	rc_t rc;

	put_text(&q, r->code);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->pledge = get_int(&q);
	out->named = get_int(&q) != 0;
	get_text(&q, batch_area, sizeof batch_area);
	hash = get_blob(&q, &len);
	if (hash && len == sizeof out->who.nik_hash)
		memcpy(out->who.nik_hash, hash, len);
	get_text(&q, out->who.name, sizeof out->who.name);
	out->who.job = (int)get_int(&q);
	get_text(&q, out->who.area, sizeof out->who.area);
	if (!out->who.area[0])
		memcpy(out->who.area, batch_area, sizeof out->who.area);
	rc = get_sealed(&q, "code.nik", out->who.nik, sizeof out->who.nik, &len);
	query_end(&q);
	return rc;
}

/* Open codes: what the person told in the dialogue. */
static rc_t fill_open(struct store *s, const struct talk_dialogue *d, struct code_data *c)
{
	if (strlen(d->nik) != NIK_LEN)
		return store_refuse(s, RC_INVALID, "an open registration needs a NIK");
	memcpy(c->who.nik, d->nik, sizeof c->who.nik);
	memcpy(c->who.name, d->name, sizeof c->who.name);
	c->who.job = d->job;
	if (d->area[0])
		memcpy(c->who.area, d->area, sizeof c->who.area);
	keys_hash(s->keys, "nik", c->who.nik, NIK_LEN, c->who.nik_hash);
	return RC_OK;
}

/* number: the place in the waiting list, 0 when a place of the pledge is taken. */
rc_t pledge_place(struct store *s, int64_t pledge, bool waiting, int64_t *number)
{
	struct query q = query_open(s, waiting ? ST_PLACE_WAIT : ST_PLACE_TAKE);
	rc_t rc;

	*number = 0;
	put_int(&q, pledge);
	if (!waiting) {
		rc = query_change(&q);
		return rc == RC_NOENT ? store_refuse(s, RC_LIMIT, "the pledge has no place left")
		                      : rc;
	}
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*number = get_int(&q);
	return query_run(&q);
}

rc_t person_add(struct store *s, const struct person *p, int64_t now, int64_t *worker)
{
	struct query q = query_open(s, ST_WORKER_ADD);
	uint8_t sealed[NIK_LEN + KEYS_OVERHEAD];
	struct nik_facts facts = { 0 };
	char born[16] = "";
	rc_t rc;

	if (nik_parse(p->nik, date_at(now, ZONE_WIB), 0, &facts) == RC_OK)
		date_format_iso(facts.born, born);
	put_sealed(&q, "worker.nik", p->nik, NIK_LEN, sealed, sizeof sealed);
	put_blob(&q, p->nik_hash, sizeof p->nik_hash);
	put_text(&q, p->name);
	put_text(&q, born);
	put_int(&q, facts.sex);
	put_int(&q, p->job);
	put_text(&q, p->area);
	put_int(&q, now);
	rc = query_run(&q);
	if (rc == RC_OK)
		*worker = sqlite3_last_insert_rowid(s->db);
	return rc;
}

rc_t person_link(struct store *s, const char *msisdn, int64_t worker, int64_t now)
{
	struct query q = query_open(s, ST_LINK_ADD);

	put_text(&q, msisdn);
	put_int(&q, worker);
	put_int(&q, now);
	return query_run(&q);
}

rc_t person_find(struct store *s, const uint8_t nik_hash[CRYPTO_HASH_LEN], const char *msisdn,
        int64_t *worker, int64_t *links, bool *here)
{
	struct query q = query_open(s, ST_WORKER_FIND);
	rc_t rc;

	*worker = *links = 0;
	*here = false;
	put_text(&q, msisdn);
	put_blob(&q, nik_hash, CRYPTO_HASH_LEN);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	*worker = get_int(&q);
	*links = get_int(&q);
	*here = get_int(&q) != 0;
	query_end(&q);
	return RC_OK;
}

/* The worker of a named code, linked to this phone. *worker stays 0 when it is linked to other
 * phones only: whoever holds the code must not get at that worker's data by it. */
static rc_t worker_link(struct store *s, const struct code_data *c, const char *msisdn, int64_t now,
        int64_t *worker)
{
	int64_t links, id;
	bool here;
	rc_t rc = person_find(s, c->who.nik_hash, msisdn, &id, &links, &here);

	if (rc == RC_OK && !id)
		rc = person_add(s, &c->who, now, &id);
	if (rc != RC_OK || (links > 0 && !here))
		return rc;
	if (!here && msisdn[0])
		rc = person_link(s, msisdn, id, now);
	if (rc == RC_OK)
		*worker = id;
	return rc;
}

static rc_t registration_add(struct store *s, const struct registration_new *r,
        const struct code_data *c, int64_t worker, enum registration_state state, int64_t number,
        int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_REGISTRATION_ADD);
	uint8_t sealed[NIK_LEN + KEYS_OVERHEAD];
	rc_t rc;

	put_text(&q, r->ref);
	put_text(&q, r->code);
	put_int(&q, c->pledge);
	put_text(&q, r->msisdn);
	put_ref(&q, worker);
	put_int(&q, state);
	put_int(&q, number);
	put_sealed(&q, "registration.nik", c->who.nik, NIK_LEN, sealed, sizeof sealed);
	put_blob(&q, c->who.nik_hash, sizeof c->who.nik_hash);
	put_text(&q, c->who.name);
	put_int(&q, c->who.job);
	put_text(&q, c->who.area);
	put_ref(&q, r->inbox);
	put_ref(&q, r->line);
	put_int(&q, now);
	put_text(&q, r->enrolled_by);
	put_int(&q, r->asks_consent ? DECISION_ASKED : DECISION_NONE);
	rc = query_run(&q);
	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

rc_t consent_put(struct store *s, int64_t registration, const char *msisdn, const char *text_id,
        const char *channel, int64_t now)
{
	struct query q = query_open(s, ST_CONSENT_ADD);

	put_int(&q, registration);
	put_text(&q, msisdn);
	put_text(&q, text_id);
	put_text(&q, channel);
	put_int(&q, now);
	return query_run(&q);
}

/* A cadre speaks for somebody; that person's own word, when there is a phone, comes beside it. */
static rc_t consent_add(
        struct store *s, const struct registration_new *r, int64_t registration, int64_t now)
{
	const char *text = r->consent_text ? r->consent_text : "";

	if (r->officer)
		return consent_put(s, registration, r->msisdn, text, "paper", now);
	return r->enrolled_by[0] ? consent_put(s, registration, r->enrolled_by, text, "cadre", now)
	                         : consent_put(s, registration, r->msisdn, text, "sms", now);
}

static rc_t audit(struct store *s, const struct registration_new *r, const struct code_data *c,
        enum registration_state state, int64_t now)
{
	char subject[48], detail[96];

	snprintf(subject, sizeof subject, "registration/%s", r->ref);
	snprintf(detail, sizeof detail, "state=%s pledge=%lld code=%s",
	        registration_state_names[state], (long long)c->pledge, c->named ? "named" : "open");
	return store_audit(s, now, r->officer ? r->officer : "daemon", "register", subject, detail);
}

static rc_t register_with(struct store *s, const struct registration_new *r, struct code_data *c,
        int64_t now, int64_t *id)
{
	enum registration_state state;
	int64_t worker = 0, number, registration;
	rc_t rc = code_load(s, r, c);

	if (rc == RC_OK && c->named != (r->open == NULL))
		rc = store_refuse(s, RC_INVALID, "named codes bring their data, open ones need it");
	if (rc == RC_OK && r->open)
		rc = fill_open(s, r->open, c);
	if (rc == RC_OK)
		rc = pledge_place(s, c->pledge, r->waiting, &number);
	if (rc == RC_OK && c->named && !r->asks_consent)
		rc = worker_link(s, c, r->msisdn, now, &worker);
	if (rc != RC_OK)
		return rc;
	if (c->named && worker == 0 && !r->asks_consent)
		state = REG_HELD;
	else
		state = r->waiting ? REG_WAITING : worker ? REG_REGISTERED : REG_RECORDED;
	rc = registration_add(s, r, c, worker, state, number, now, &registration);
	if (rc == RC_OK)
		rc = consent_add(s, r, registration, now);
	if (rc == RC_OK)
		rc = audit(s, r, c, state, now);
	if (rc == RC_OK)
		*id = registration;
	return rc;
}

rc_t store_register(struct store *s, const struct registration_new *r, int64_t now, int64_t *id)
{
	struct code_data c = { 0 };
	rc_t rc = code_use(s, r, now);

	if (rc == RC_NOENT) /* used meanwhile, or not there at all */
		return code_load(s, r, &c) == RC_OK ? RC_EXISTS : RC_NOENT;
	if (rc == RC_OK)
		rc = register_with(s, r, &c, now, id);
	crypto_wipe(&c, sizeof c);
	return rc;
}

rc_t store_ref_used(struct store *s, const char *ref, bool *used)
{
	struct query q = query_open(s, ST_REF_USED);
	rc_t rc;

	put_text(&q, ref);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*used = get_int(&q) != 0;
		query_end(&q);
	}
	return rc;
}
