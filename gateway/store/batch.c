/* Batches of codes and the registrations they brought, as an officer sees them. */
#include "register_int.h"
#include <assert.h>
#include <payung/store_decision.h>
#include <payung/text.h>

static void read_batch(struct query *q, struct batch_row *b)
{
	b->id = get_int(q);
	b->created_at = get_int(q);
	b->expires_at = get_int(q);
	get_text(q, b->pledge, sizeof b->pledge);
	get_text(q, b->programme, sizeof b->programme);
	get_text(q, b->sponsor, sizeof b->sponsor);
	get_text(q, b->area, sizeof b->area);
	b->named = get_int(q) != 0;
	b->codes = (int)get_int(q);
	b->used = (int)get_int(q);
	b->undecided = (int)get_int(q);
	b->accepted = (int)get_int(q);
	b->rejected = (int)get_int(q);
	query_end(q);
}

rc_t store_batch_get(struct store *s, int64_t id, struct batch_row *out)
{
	struct query q = query_open(s, ST_BATCH_GET);
	rc_t rc;

	put_int(&q, id);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_batch(&q, out);
	return rc;
}

rc_t store_batch_each(struct store *s, store_batch_fn *fn, void *arg)
{
	struct batch_row row = { 0 };

	for (;;) {
		struct query q = query_open(s, ST_BATCH_EACH);

		put_int(&q, row.id);
		rc_t rc = query_row(&q);
		if (rc != RC_OK)
			return rc == RC_NOENT ? RC_OK : rc;
		read_batch(&q, &row);
		fn(arg, &row);
	}
}

/* The birth date comes from the NIK, which goes no further. */
static rc_t read_born(struct query *q, int64_t created_at, char out[16])
{
	char nik[NIK_LEN + 1] = "";
	struct nik_facts facts;
	size_t len;
	rc_t rc = get_sealed(q, "registration.nik", nik, sizeof nik, &len);

	out[0] = '\0';
	if (rc == RC_OK && nik_parse(nik, date_at(created_at, ZONE_WIB), 0, &facts) == RC_OK)
		date_format_iso(facts.born, out);
	crypto_wipe(nik, sizeof nik);
	return rc;
}

static rc_t read_registration(struct query *q, struct registration_row *r)
{
	int64_t state;

	r->id = get_int(q);
	r->batch = get_int(q);
	r->created_at = get_int(q);
	r->decided_at = get_int(q);
	r->worker = get_int(q);
	r->inbox = get_int(q);
	r->decision = (enum decision)get_int(q);
	get_text(q, r->ref, sizeof r->ref);
	get_text(q, r->name, sizeof r->name);
	get_text(q, r->msisdn, sizeof r->msisdn);
	get_text(q, r->area, sizeof r->area);
	state = get_int(q);
	if (r->decision > DECISION_ACCEPTED)
		state = REG_STATES + (int64_t)r->decision - DECISION_REJECTED;
	text_copy(r->state, sizeof r->state,
	        state >= 0 && state < REG_SHOWN ? registration_state_names[state] : "");
	get_text(q, r->reason, sizeof r->reason);
	get_text(q, r->decided_by, sizeof r->decided_by);
	get_text(q, r->enrolled_by, sizeof r->enrolled_by);
	r->job = (int)get_int(q);
	r->known = get_int(q);
	get_text(q, r->known_name, sizeof r->known_name);
	r->known_phones = (int)get_int(q);
	r->known_here = get_int(q) != 0;
	r->same_nik = (int)get_int(q);
	r->phone_workers = (int)get_int(q);
	return read_born(q, r->created_at, r->born);
}

/* One question for all rows: the order of a batch is not that of an index, so asking row by row
 * would sort the batch for each. */
rc_t store_registration_each(
        struct store *s, int64_t batch, bool undecided, store_registration_fn *fn, void *arg)
{
	struct query q = query_open(s, ST_DECIDE_EACH);
	struct registration_row row = { 0 };
	rc_t rc;

	put_int(&q, batch);
	put_int(&q, undecided);
	while ((rc = query_row(&q)) == RC_OK) {
		rc = read_registration(&q, &row);
		if (rc != RC_OK) {
			query_end(&q);
			return rc;
		}
		fn(arg, &row);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t get_one(
        struct store *s, enum statement which, const char *key, struct registration_row *out)
{
	struct query q = query_open(s, which);
	rc_t rc;

	put_text(&q, key);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	rc = read_registration(&q, out);
	query_end(&q);
	return rc;
}

rc_t store_registration_get(struct store *s, const char *ref, struct registration_row *out)
{
	return get_one(s, ST_DECIDE_GET, ref, out);
}

rc_t store_consent_asked(struct store *s, const char *msisdn, struct registration_row *out)
{
	return get_one(s, ST_CONSENT_ASKED, msisdn, out);
}

rc_t store_consent_unanswered(struct store *s, int64_t before, struct registration_row *out)
{
	struct query q = query_open(s, ST_CONSENT_SILENT);
	rc_t rc;

	put_int(&q, before);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	rc = read_registration(&q, out);
	query_end(&q);
	return rc;
}
