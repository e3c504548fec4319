/* Registration: the one place where a code becomes a place in a pledge. All of it runs inside the
 * caller's transaction, so a failure half way leaves nothing; the code is taken first, because that
 * is what a second registration by the same code must fail at. */
#include "store_int.h"
#include <payung/store_scheme.h>
#include <stdio.h>
#include <string.h>

enum registration_state { REG_RECORDED, REG_WAITING, REG_HELD, REG_REGISTERED };
static const char *const state_names[] = { "recorded", "waiting", "held", "registered" };

struct code_data {
	int64_t pledge;
	bool named;
	char area[12], name[TALK_NAME_CAP], nik[NIK_LEN + 1];
	uint8_t nik_hash[CRYPTO_HASH_LEN];
	int job;
};

static rc_t code_use(struct store *s, const struct registration_new *r, int64_t now)
{
	struct query q = query_open(s, ST_CODE_USE);

	put_text(&q, r->msisdn);
	put_int(&q, now);
	put_text(&q, r->code);
	return query_change(&q);
}

static rc_t code_load(struct store *s, const struct registration_new *r, struct code_data *out)
{
	struct query q = query_open(s, ST_CODE_DATA);
	char batch_area[sizeof out->area];
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
	if (hash && len == sizeof out->nik_hash)
		memcpy(out->nik_hash, hash, len);
	get_text(&q, out->name, sizeof out->name);
	out->job = (int)get_int(&q);
	get_text(&q, out->area, sizeof out->area);
	if (!out->area[0])
		memcpy(out->area, batch_area, sizeof out->area);
	rc = get_sealed(&q, "code.nik", out->nik, sizeof out->nik, &len);
	query_end(&q);
	return rc;
}

/* Open codes: what the person told in the dialogue. */
static rc_t fill_open(struct store *s, const struct talk_dialogue *d, struct code_data *c)
{
	if (strlen(d->nik) != NIK_LEN)
		return store_refuse(s, RC_INVALID, "an open registration needs a NIK");
	memcpy(c->nik, d->nik, sizeof c->nik);
	memcpy(c->name, d->name, sizeof c->name);
	c->job = d->job;
	keys_hash(s->keys, "nik", c->nik, NIK_LEN, c->nik_hash);
	return RC_OK;
}

/* number: the place in the waiting list, 0 when a place of the pledge is taken. */
static rc_t place(struct store *s, int64_t pledge, bool waiting, int64_t *number)
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

static rc_t worker_add(struct store *s, const struct code_data *c, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_WORKER_ADD);
	uint8_t sealed[NIK_LEN + KEYS_OVERHEAD];
	struct nik_facts facts = { 0 };
	char born[16] = "";
	rc_t rc;

	if (nik_parse(c->nik, date_at(now, ZONE_WIB), 0, &facts) == RC_OK)
		date_format_iso(facts.born, born);
	put_sealed(&q, "worker.nik", c->nik, NIK_LEN, sealed, sizeof sealed);
	put_blob(&q, c->nik_hash, sizeof c->nik_hash);
	put_text(&q, c->name);
	put_text(&q, born);
	put_int(&q, facts.sex);
	put_int(&q, c->job);
	put_text(&q, c->area);
	put_int(&q, now);
	rc = query_run(&q);
	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static rc_t link_add(struct store *s, const char *msisdn, int64_t worker, int64_t now)
{
	struct query q = query_open(s, ST_LINK_ADD);

	put_text(&q, msisdn);
	put_int(&q, worker);
	put_int(&q, now);
	return query_run(&q);
}

/* The worker of a named code, linked to this phone. *worker stays 0 when it is linked to other
 * phones only: whoever holds the code must not get at that worker's data by it. */
static rc_t worker_link(struct store *s, const struct code_data *c, const char *msisdn, int64_t now,
        int64_t *worker)
{
	struct query q = query_open(s, ST_WORKER_FIND);
	int64_t links = 0, id = 0;
	bool here = false;
	rc_t rc;

	put_text(&q, msisdn);
	put_blob(&q, c->nik_hash, sizeof c->nik_hash);
	rc = query_row(&q);
	if (rc == RC_OK) {
		id = get_int(&q);
		links = get_int(&q);
		here = get_int(&q) != 0;
		query_end(&q);
	} else if (rc == RC_NOENT) {
		rc = worker_add(s, c, now, &id);
	}
	if (rc != RC_OK)
		return rc;
	if (links > 0 && !here)
		return RC_OK;
	if (!here)
		rc = link_add(s, msisdn, id, now);
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
	put_sealed(&q, "registration.nik", c->nik, NIK_LEN, sealed, sizeof sealed);
	put_blob(&q, c->nik_hash, sizeof c->nik_hash);
	put_text(&q, c->name);
	put_int(&q, c->job);
	put_text(&q, c->area);
	put_ref(&q, r->inbox);
	put_ref(&q, r->line);
	put_int(&q, now);
	rc = query_run(&q);
	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static rc_t consent_add(
        struct store *s, const struct registration_new *r, int64_t registration, int64_t now)
{
	struct query q = query_open(s, ST_CONSENT_ADD);

	put_int(&q, registration);
	put_text(&q, r->consent_text ? r->consent_text : "");
	put_text(&q, r->msisdn);
	put_int(&q, now);
	return query_run(&q);
}

static rc_t audit(struct store *s, const struct registration_new *r, const struct code_data *c,
        enum registration_state state, int64_t now)
{
	char subject[48], detail[96];

	snprintf(subject, sizeof subject, "registration/%s", r->ref);
	snprintf(detail, sizeof detail, "state=%s pledge=%lld code=%s", state_names[state],
	        (long long)c->pledge, c->named ? "named" : "open");
	return store_audit(s, now, "daemon", "register", subject, detail);
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
		rc = place(s, c->pledge, r->waiting, &number);
	if (rc == RC_OK && c->named)
		rc = worker_link(s, c, r->msisdn, now, &worker);
	if (rc != RC_OK)
		return rc;
	if (c->named && worker == 0)
		state = REG_HELD;
	else
		state = r->waiting ? REG_WAITING : c->named ? REG_REGISTERED : REG_RECORDED;
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

rc_t store_case_add(struct store *s, const char *kind, const char *ref, const char *msisdn,
        int64_t inbox, int64_t now)
{
	struct query q = query_open(s, ST_CASE_ADD);

	put_text(&q, kind);
	put_text(&q, ref);
	put_text(&q, msisdn);
	put_ref(&q, inbox);
	put_int(&q, now);
	return query_run(&q);
}

static void read_worker(struct query *q, struct worker_row *w)
{
	w->id = get_int(q);
	w->created_at = get_int(q);
	get_text(q, w->name, sizeof w->name);
	get_text(q, w->phones, sizeof w->phones);
	get_text(q, w->area, sizeof w->area);
	get_text(q, w->card, sizeof w->card);
	snprintf(w->state, sizeof w->state, "%s", state_names[get_int(q) & 3]);
	get_text(q, w->ref, sizeof w->ref);
	get_text(q, w->programme, sizeof w->programme);
	get_text(q, w->sponsor, sizeof w->sponsor);
	get_text(q, w->born, sizeof w->born);
	w->job = (int)get_int(q);
	query_end(q);
}

static rc_t each(struct store *s, enum statement which, bool decided, const char *msisdn,
        store_worker_fn *fn, void *arg)
{
	struct worker_row row = { 0 };
	int64_t reached = 0;

	for (;;) {
		struct query q = query_open(s, which);

		put_int(&q, reached);
		put_text(&q, msisdn);
		rc_t rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		read_worker(&q, &row);
		reached = row.id;
		if (!decided)
			row.id = 0;
		fn(arg, &row);
	}
}

rc_t store_worker_each(struct store *s, const char *msisdn, store_worker_fn *fn, void *arg)
{
	rc_t rc = each(s, ST_WORKER_EACH, true, msisdn, fn, arg);

	return rc == RC_OK ? each(s, ST_UNDECIDED_EACH, false, msisdn, fn, arg) : rc;
}

rc_t store_worker_card(struct store *s, int64_t worker, const char *card)
{
	struct query q = query_open(s, ST_WORKER_CARD);

	put_text(&q, card);
	put_int(&q, worker);
	return query_change(&q);
}
