/* Registration codes: issued in batches, used once. */
#include "store_int.h"
#include <payung/store_scheme.h>
#include <payung/text.h>
#include <string.h>

rc_t store_batch_add(struct store *s, int64_t pledge, const char *area, bool named, int64_t now,
        int64_t expires_at, int64_t *id)
{
	struct query q = query_open(s, ST_BATCH_ADD);
	rc_t rc;

	put_int(&q, pledge);
	put_text(&q, area);
	put_int(&q, named);
	put_int(&q, now);
	put_int(&q, expires_at);
	rc = query_run(&q);
	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static rc_t check_kind(struct store *s, int64_t batch, bool named)
{
	struct query q = query_open(s, ST_BATCH_IS_NAMED);
	rc_t rc;

	put_int(&q, batch);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	if ((get_int(&q) != 0) != named)
		rc = store_refuse(
		        s, RC_INVALID, "a named batch takes listed workers, an open one none");
	query_end(&q);
	return rc;
}

static void put_listed(struct query *q, const struct code_listed *l, uint8_t *sealed, size_t cap,
        uint8_t hash[CRYPTO_HASH_LEN])
{
	put_sealed(q, "code.nik", l->nik, NIK_LEN, sealed, cap);
	keys_hash(q->s->keys, "nik", l->nik, NIK_LEN, hash);
	put_blob(q, hash, CRYPTO_HASH_LEN);
	put_text(q, l->name);
	put_text(q, l->phone);
	put_text(q, l->area);
	put_int(q, l->job);
}

static void put_unlisted(struct query *q)
{
	for (int columns = 7; columns > 0; columns--)
		put_ref(q, 0);
}

rc_t store_code_add(
        struct store *s, int64_t batch, const char *code, const struct code_listed *listed)
{
	uint8_t sealed[NIK_LEN + KEYS_OVERHEAD], hash[CRYPTO_HASH_LEN];
	struct query q;
	rc_t rc = check_kind(s, batch, listed != NULL);

	if (rc != RC_OK)
		return rc;
	if (strlen(code) != REGCODE_LEN || (listed && strlen(listed->nik) != NIK_LEN))
		return store_refuse(s, RC_INVALID, "a code or a NIK has not its length");
	q = query_open(s, ST_CODE_ADD);
	put_text(&q, code);
	put_int(&q, batch);
	if (listed)
		put_listed(&q, listed, sealed, sizeof sealed, hash);
	else
		put_unlisted(&q);
	return query_run(&q);
}

rc_t store_code_listed(struct store *s, int64_t pledge, const char *nik, bool *yes)
{
	struct query q = query_open(s, ST_CODE_LISTED);
	uint8_t hash[CRYPTO_HASH_LEN];
	rc_t rc;

	keys_hash(s->keys, "nik", nik, strlen(nik), hash);
	put_blob(&q, hash, sizeof hash);
	put_int(&q, pledge);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*yes = get_int(&q) != 0;
	query_end(&q);
	return RC_OK;
}

/* The listed worker's age as the NIK tells it. */
static void judge_age(
        const char *nik, struct date today, int age_min, int age_max, struct talk_code *out)
{
	struct nik_facts facts;
	int age;

	if (nik_parse(nik, today, age_min, &facts) != RC_OK)
		return;
	age = date_age(facts.born, today);
	out->too_old = age > age_max;
	out->too_young = age < age_min;
}

/* Codes only: what they are called is not the store's business. */
static void split_areas(char *areas, struct talk_code *out)
{
	char *save = NULL;

	for (char *a = strtok_r(areas, ", ", &save); a && out->areas < TALK_AREAS_MAX;
	        a = strtok_r(NULL, ", ", &save))
		if (text_copy(out->area[out->areas].code, sizeof out->area[0].code, a))
			out->areas++;
}

static rc_t read_facts(struct query *q, const char *msisdn, int64_t now, struct talk_code *out,
        char nik[NIK_LEN + 1])
{
	char used_by[MSISDN_CAP], areas[200];
	int64_t expires;
	size_t len;
	int left;

	out->state = (enum code_state)get_int(q);
	get_text(q, used_by, sizeof used_by);
	out->used_here = out->state == CODE_USED && strcmp(used_by, msisdn) == 0;
	out->named = get_int(q) != 0;
	expires = get_int(q);
	if (out->state == CODE_ISSUED && now >= expires)
		out->state = CODE_EXPIRED;
	out->expires = date_at(expires - 1, ZONE_WIB); /* the last day it is good */
	get_text(q, out->sponsor, sizeof out->sponsor);
	get_text(q, out->name, sizeof out->name);
	left = (int)get_int(q);
	out->places_left = left > 0 ? left : 0;
	out->waiting = (int)get_int(q);
	get_text(q, out->listed_phone, sizeof out->listed_phone);
	out->listed_here = strcmp(out->listed_phone, msisdn) == 0;
	get_text(q, areas, sizeof areas);
	split_areas(areas, out);
	return get_sealed(q, "code.nik", nik, NIK_LEN + 1, &len);
}

rc_t store_code_facts(struct store *s, const char *code, const char *msisdn, int64_t now,
        struct date today, int age_min, int age_max, struct talk_code *out)
{
	struct query q = query_open(s, ST_CODE_FACTS);
	struct talk_code facts = { .state = CODE_NONE };
	char nik[NIK_LEN + 1] = "";
	rc_t rc;

	put_text(&q, code);
	rc = query_row(&q);
	if (rc == RC_OK) {
		rc = read_facts(&q, msisdn, now, &facts, nik);
		query_end(&q);
	} else if (rc == RC_NOENT) {
		rc = RC_OK;
	}
	if (rc == RC_OK && nik[0])
		judge_age(nik, today, age_min, age_max, &facts);
	crypto_wipe(nik, sizeof nik);
	if (rc == RC_OK)
		*out = facts;
	return rc;
}
