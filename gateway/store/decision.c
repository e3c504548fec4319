/* Decisions on registrations: a place in a pledge and a worker's record hang on them, so each is
 * taken once, with who took it, and its place goes on to the next in the same transaction. */
#include "register_int.h"
#include <assert.h>
#include <payung/store_decision.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

struct pending { /* a registration about to be decided */
	int64_t id, pledge, worker, waiting_number;
	bool named; /* its code binds the person: nothing is left for an officer to decide */
	char msisdn[MSISDN_CAP];
	enum registration_state state;
	enum decision decision;
	struct person who;
};

static rc_t load(struct store *s, const char *ref, struct pending *out)
{
	struct query q = query_open(s, ST_DECIDE_DATA);
	const void *hash;
	size_t len;
	rc_t rc;

	*out = (struct pending){ 0 };
	put_text(&q, ref);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->id = get_int(&q);
	out->pledge = get_int(&q);
	get_text(&q, out->msisdn, sizeof out->msisdn);
	out->worker = get_int(&q);
	out->state = (enum registration_state)get_int(&q);
	out->decision = (enum decision)get_int(&q);
	rc = get_sealed(&q, "registration.nik", out->who.nik, sizeof out->who.nik, &len);
	hash = get_blob(&q, &len);
	if (hash && len == sizeof out->who.nik_hash)
		memcpy(out->who.nik_hash, hash, len);
	get_text(&q, out->who.name, sizeof out->who.name);
	out->who.job = (int)get_int(&q);
	get_text(&q, out->who.area, sizeof out->who.area);
	out->waiting_number = get_int(&q);
	out->named = get_int(&q) != 0;
	query_end(&q);
	return rc;
}

static rc_t load_undecided(
        struct store *s, const char *ref, enum decision decision, struct pending *out)
{
	rc_t rc = load(s, ref, out);

	if (rc == RC_OK && (out->worker || out->decision != decision))
		rc = store_refuse(s, RC_INVALID,
		        decision == DECISION_NONE && out->decision == DECISION_ASKED
		                ? "the worker's own consent is missing"
		                : "this registration is decided already");
	return rc;
}

static rc_t decide(struct store *s, const struct pending *p, enum decision decision,
        const char *reason, const char *by, int64_t now)
{
	struct query q = query_open(s, ST_DECIDE_SET);

	put_int(&q, decision);
	put_int(&q, now);
	put_text(&q, by);
	put_text(&q, reason);
	put_ref(&q, p->worker);
	put_int(&q, p->state);
	put_int(&q, p->id);
	return query_run(&q);
}

static rc_t audit(struct store *s, const char *ref, const char *action, const char *detail,
        const char *by, int64_t now)
{
	char subject[48];

	snprintf(subject, sizeof subject, "registration/%s", ref);
	return store_audit(s, now, by, action, subject, detail);
}

/* ---- accept ---- */

static rc_t hold(
        struct store *s, const struct pending *p, const char *ref, const char *by, int64_t now)
{
	struct query q = query_open(s, ST_DECIDE_HOLD);
	rc_t rc;

	put_text(&q, "other phone");
	put_int(&q, p->id);
	rc = query_run(&q);
	if (rc == RC_OK)
		rc = audit(s, ref, "hold", "reason=\"other phone\"", by, now);
	return rc == RC_OK ? store_refuse(
	                             s, RC_LIMIT, "this NIK belongs to a worker with another phone")
	                   : rc;
}

/* Finds or makes the worker and links the phone. *other: the worker has another phone. */
static rc_t settle_worker(struct store *s, struct pending *p, int64_t now, bool *other)
{
	int64_t links;
	bool here;
	rc_t rc = person_find(s, p->who.nik_hash, p->msisdn, &p->worker, &links, &here);

	*other = rc == RC_OK && links > 0 && !here;
	if (rc != RC_OK || *other)
		return rc;
	if (!p->worker)
		rc = person_add(s, &p->who, now, &p->worker);
	if (rc == RC_OK && !here && p->msisdn[0])
		rc = person_link(s, p->msisdn, p->worker, now);
	return rc;
}

static rc_t accept_pending(
        struct store *s, struct pending *p, const char *ref, const char *by, int64_t now)
{
	char detail[48];
	bool other;
	rc_t rc = settle_worker(s, p, now, &other);

	if (rc == RC_OK && other)
		return hold(s, p, ref, by, now);
	p->state = p->waiting_number ? REG_WAITING : REG_REGISTERED;
	if (rc == RC_OK)
		rc = decide(s, p, DECISION_ACCEPTED, "", by, now);
	snprintf(detail, sizeof detail, "worker=%lld", (long long)p->worker);
	return rc == RC_OK ? audit(s, ref, "accept", detail, by, now) : rc;
}

rc_t store_registration_accept(
        struct store *s, const char *ref, const char *by, int64_t now, int64_t *worker)
{
	struct pending p;
	rc_t rc = load_undecided(s, ref, DECISION_NONE, &p);

	if (rc == RC_OK)
		rc = accept_pending(s, &p, ref, by, now);
	if (rc == RC_OK)
		*worker = p.worker;
	crypto_wipe(&p, sizeof p);
	return rc;
}

/* ---- reject, withdraw: the place goes on ---- */

static rc_t place_next(struct store *s, int64_t pledge, int64_t *id, char ref[REF_LEN + 1])
{
	struct query q = query_open(s, ST_PLACE_NEXT);
	rc_t rc;

	put_int(&q, pledge);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*id = get_int(&q);
	get_text(&q, ref, REF_LEN + 1);
	query_end(&q);
	return RC_OK;
}

static rc_t free_place(struct store *s, const struct pending *p, char moved_up[REF_LEN + 1])
{
	int64_t next = 0;
	struct query q;
	rc_t rc;

	moved_up[0] = '\0';
	if (p->waiting_number) /* had none */
		return RC_OK;
	rc = place_next(s, p->pledge, &next, moved_up);
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	q = query_open(s, rc == RC_OK ? ST_PLACE_GIVE : ST_PLACE_FREE);
	put_int(&q, rc == RC_OK ? next : p->pledge);
	return query_run(&q);
}

rc_t store_registration_reject(struct store *s, const char *ref, const char *reason, const char *by,
        int64_t now, char moved_up[REF_LEN + 1])
{
	struct pending p;
	char detail[80];
	rc_t rc = load_undecided(s, ref, DECISION_NONE, &p);

	if (rc == RC_OK)
		rc = decide(s, &p, DECISION_REJECTED, reason, by, now);
	if (rc == RC_OK)
		rc = free_place(s, &p, moved_up);
	snprintf(detail, sizeof detail, "reason=%.40s", reason);
	if (rc == RC_OK)
		rc = audit(s, ref, "reject", detail, by, now);
	crypto_wipe(&p, sizeof p);
	return rc;
}

rc_t store_consent_give(struct store *s, const char *ref, const char *text_id, int64_t now)
{
	struct pending p;
	rc_t rc = load_undecided(s, ref, DECISION_ASKED, &p);

	if (rc == RC_OK)
		rc = consent_put(s, p.id, p.msisdn, text_id, "sms", now);
	if (rc == RC_OK)
		rc = decide(s, &p, DECISION_NONE, "", "", 0);
	if (rc == RC_OK)
		rc = audit(s, ref, "consent", "by=worker", "daemon", now);
	if (rc == RC_OK && p.named) /* held for an officer when the worker has another phone */
		rc = accept_pending(s, &p, ref, "daemon", now);
	if (rc == RC_LIMIT)
		rc = RC_OK;
	crypto_wipe(&p, sizeof p);
	return rc;
}

static rc_t withdraw(
        struct store *s, const char *ref, const char *by, int64_t now, char moved_up[REF_LEN + 1])
{
	struct pending p;
	struct query q;
	char detail[32];
	rc_t rc = load_undecided(s, ref, DECISION_ASKED, &p);

	if (rc == RC_OK)
		rc = decide(s, &p, DECISION_WITHDRAWN, "", by, now);
	if (rc == RC_OK) {
		q = query_open(s, ST_CONSENT_END);
		put_int(&q, now);
		put_int(&q, p.id);
		rc = query_run(&q);
	}
	if (rc == RC_OK)
		rc = free_place(s, &p, moved_up);
	snprintf(detail, sizeof detail, "by=%s", by);
	if (rc == RC_OK)
		rc = audit(s, ref, "withdraw", detail, "daemon", now);
	crypto_wipe(&p, sizeof p);
	return rc;
}

rc_t store_consent_refuse(struct store *s, const char *ref, int64_t now, char moved_up[REF_LEN + 1])
{
	return withdraw(s, ref, "worker", now, moved_up);
}

rc_t store_consent_lapse(struct store *s, const char *ref, int64_t now, char moved_up[REF_LEN + 1])
{
	return withdraw(s, ref, "silence", now, moved_up);
}
