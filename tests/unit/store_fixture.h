/* A fresh store in a folder of its own, with a key, at a fixed time; for the tests of the store. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/store.h>
#include <payung/store_message.h>
#include <payung/store_outbox.h>
#include <payung/store_scheme.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define T0 INT64_C(1782871200) /* 2026-07-01 09:00 WIB */
#define PHONE "+6281234567890"
#define OTHER "+6285700001111"
#define NIK_A "3374010101800001"
#define NIK_B "3374015502900002"

struct place {
	char folder[64], key[96], path[96], copy[96];
	struct keys *keys;
	struct store *s;
};

static inline void must(rc_t rc)
{
	assert_string_equal(rc_text(rc), "ok");
}

static inline void place_folder(struct place *p)
{
	char err[CRYPTO_ERR_CAP];

	clock_set_virtual(T0);
	strcpy(p->folder, "/tmp/payung-store-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->key, sizeof p->key, "%s/key", p->folder);
	snprintf(p->path, sizeof p->path, "%s/store", p->folder);
	snprintf(p->copy, sizeof p->copy, "%s/copy", p->folder);
	must(keys_create(p->key, err));
	must(keys_load(p->key, &p->keys, err));
}

static inline void place_open(struct place *p, enum store_mode mode)
{
	char err[STORE_ERR_CAP] = "";
	rc_t rc = store_open(p->path, mode, p->keys, 0, &p->s, err);

	if (rc != RC_OK)
		print_error("%s\n", err);
	must(rc);
}

static inline int place_setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	place_folder(p);
	place_open(p, STORE_CREATE);
	*state = p;
	return 0;
}

static inline int place_teardown(void **state)
{
	struct place *p = *state;
	char command[128];

	store_close(p->s);
	keys_free(p->keys);
	snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
	assert_int_equal(system(command), 0);
	free(p);
	clock_set_virtual(-1);
	return 0;
}

/* SQL beside the store's own connection, as somebody with a tool would do it. */
static inline void tamper(const struct place *p, const char *sql)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static inline int64_t ask_of(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	int64_t v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return v;
}

/* Many questions share a connection with ask_of(): each new one reads the whole schema. */
static inline int64_t ask_int(const struct place *p, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	int64_t v = ask_of(db, sql);
	sqlite3_close(db);
	return v;
}

static inline int64_t add_line(struct store *s, const char *imsi)
{
	int64_t id = 0;

	must(store_line_seen(s, imsi, "modem1", "350000000000001", "", "TSEL", T0, &id));
	return id;
}

/* A programme, a sponsor and a pledge for some workers; returns the pledge. */
static inline int64_t add_pledge(struct store *s, const char *ref, int workers)
{
	struct programme_row g = {
		.code = "GN", .name = "Gotong Royong", .areas = "33.74", .legal_basis = "Perwal 1"
	};
	struct sponsor_row sponsor = { .name = "Ibu Sari",
		.sms_name = "Sari",
		.phone = "+628111111111",
		.kind = SPONSOR_CIVIL_SERVANT };
	struct pledge_row p = { .created_at = T0,
		.programme = "GN",
		.funding = FUND_CSR,
		.workers = workers,
		.months = 12,
		.instalment = 3,
		.start = 2026 * 12 + 6 };
	int64_t id;
	rc_t rc = store_programme_add(s, &g, T0, &id);

	assert_true(rc == RC_OK || rc == RC_EXISTS);
	must(store_sponsor_add(s, &sponsor, T0, &p.sponsor));
	strcpy(p.ref, ref);
	must(store_pledge_add(s, &p, &id));
	return id;
}

static inline void add_code(struct store *s, int64_t pledge, const char *code, const char *nik)
{
	struct code_listed l = { .name = "Budi", .phone = PHONE, .area = "33.74.01", .job = 2 };
	int64_t batch;

	if (nik)
		strcpy(l.nik, nik);
	must(store_batch_add(s, pledge, "33.74", nik != NULL, T0, T0 + 86400 * 30, &batch));
	must(store_code_add(s, batch, code, nik ? &l : NULL));
}

static inline rc_t use_code(struct store *s, const char *code, const char *ref, const char *msisdn,
        const char *open_nik, bool waiting)
{
	struct talk_dialogue d = { .state = TALK_ASK_CONSENT, .name = "Siti", .job = 3 };
	struct registration_new r = {
		.waiting = waiting, .open = open_nik ? &d : NULL, .consent_text = "W04"
	};
	int64_t id;

	if (open_nik)
		strcpy(d.nik, open_nik);
	strcpy(r.ref, ref);
	strcpy(r.code, code);
	strcpy(r.msisdn, msisdn);
	return store_register(s, &r, T0, &id);
}

static inline struct outbox_new reply_to(const char *key, const char *msisdn)
{
	struct outbox_new n = { .class = CLASS_REPLY,
		.subject = "phone",
		.template_id = "W01",
		.lang = "id",
		.body = "Halo",
		.parts = 1,
		.created_at = T0,
		.not_before = T0,
		.expires_at = T0 + 86400 };

	strcpy(n.key, key);
	strcpy(n.msisdn, msisdn);
	return n;
}

#endif
