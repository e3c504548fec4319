/* What the store tells the conversation about people: a sponsor's pledge in numbers, whose NIK a
 * phone registered, the area of a registration, dialogues of cadres and of the version before. */
#include "store_fixture.h"
#include <payung/store_cover.h>
#include <payung/store_sponsor.h>

#define TODAY ((struct date){ 2026, 7, 1 })

static rc_t facts(struct store *s, const char *phone, struct talk_sponsor *out)
{
	const struct sponsor_text text = {
		.phone = phone, .ref = "", .intent = INTENT_SUMMARY, .today = TODAY
	};

	return store_sponsor_facts(s, &text, out);
}

static void a_sponsor_reads_the_newest_pledge(void **state)
{
	struct place *p = *state;
	struct talk_sponsor t = { 0 };

	const struct sponsor_row without = { .name = "Toko",
		.sms_name = "Toko",
		.phone = "+628122222222",
		.kind = SPONSOR_COMPANY };
	int64_t id;

	assert_int_equal(facts(p->s, without.phone, &t), RC_NOENT);
	must(store_begin(p->s));
	must(store_sponsor_add(p->s, &without, T0, &id));
	must(facts(p->s, without.phone, &t));
	assert_string_equal(t.name, "Toko");
	assert_string_equal(t.pledge.ref, "");
	int64_t pledge = add_pledge(p->s, "B2B2B2", 2);

	add_code(p->s, pledge, "48217739", NIK_A);
	add_code(p->s, pledge, "59104373", NIK_B);
	must(use_code(p->s, "48217739", "R1R1R1", PHONE, NULL, false));
	must(use_code(p->s, "59104373", "R2R2R2", OTHER, NULL, false));
	must(store_commit(p->s));
	tamper(p, "UPDATE pledge SET waiting = 3;"
	          "INSERT INTO coverage_month (worker, month, package, reported_day, confirmed_day)"
	          " VALUES (1, 2026 * 12 + 6, 0, 0, 20600), (2, 2026 * 12 + 6, 0, 20600, 0),"
	          " (2, 2026 * 12 + 5, 0, 0, 20600)");
	must(facts(p->s, "+628111111111", &t));
	assert_string_equal(t.pledge.ref, "B2B2B2");
	assert_int_equal(t.pledge.registered, 2);
	assert_int_equal(t.pledge.active, 1); /* confirmed, and for this month */
	assert_int_equal(t.pledge.waiting, 3);
}

/* Whoever was registered with last may be a promise; who pays for the months that count is named.
 */
static void the_payer_of_confirmed_months_is_named(void **state)
{
	struct place *p = *state;
	struct talk_worker w[TALK_WORKERS_MAX];
	size_t n;

	must(store_begin(p->s));
	int64_t old = add_pledge(p->s, "A1A1A1", 9);
	add_code(p->s, old, "48217739", NIK_A);
	must(use_code(p->s, "48217739", "R1R1R1", PHONE, NULL, false));
	int64_t later = add_pledge(p->s, "B2B2B2", 9);
	add_code(p->s, later, "59104373", NIK_A);
	must(use_code(p->s, "59104373", "R2R2R2", PHONE, NULL, true));
	must(store_commit(p->s));
	tamper(p,
	        "UPDATE sponsor SET sms_name = 'Toko' WHERE id = 2;"
	        "UPDATE pledge SET funding = 5 WHERE id = 2;"
	        "INSERT INTO audit VALUES (900, 1, '', '', '', '', x'00');"
	        "INSERT INTO ledger_entry (id, at, day, reason, reversed, months, actor, account_1,"
	        " owner_1, amount_1, account_2, owner_2, amount_2) VALUES (900, 1, 1, 1, 0, 1, '', "
	        "1,"
	        " 0, 1, 2, 1, -1);"
	        "INSERT INTO coverage_month (worker, month, package, pledge, entry, amount, "
	        "paid_day,"
	        " confirmed_day) VALUES (1, 2026 * 12 + 6, 1, 1, 900, 16800, 20640, 20640)");
	must(store_phone_workers(p->s, PHONE, TODAY, w, &n));
	assert_int_equal(n, 1);
	assert_string_equal(w[0].sponsor, "Sari");
	assert_false(w[0].self_payer);
	must(store_phone_workers(p->s, PHONE, (struct date){ 2026, 8, 1 }, w, &n));
	assert_string_equal(w[0].sponsor, "Toko");
	assert_true(w[0].self_payer);
}

static void the_dead_are_never_active(void **state)
{
	struct place *p = *state;
	struct talk_worker w[TALK_WORKERS_MAX];
	size_t n;

	must(store_begin(p->s));
	add_code(p->s, add_pledge(p->s, "A1A1A1", 9), "48217739", NIK_A);
	must(use_code(p->s, "48217739", "R1R1R1", PHONE, NULL, false));
	must(store_commit(p->s));
	tamper(p, "INSERT INTO coverage_month (worker, month, package, confirmed_day)"
	          " VALUES (1, 2026 * 12 + 6, 1, 20640)");
	must(store_phone_workers(p->s, PHONE, (struct date){ 2026, 7, 20 }, w, &n));
	assert_int_equal(w[0].cover, COVER_ACTIVE);
	must(store_begin(p->s));
	must(store_person_died(p->s, 1, 20650));
	must(store_commit(p->s));
	must(store_phone_workers(p->s, PHONE, (struct date){ 2026, 7, 20 }, w, &n));
	assert_int_equal(w[0].cover, COVER_DECEASED);
}

/* A bank line proves nothing, unless the operator has said so. */
static void money_at_the_bank_counts_only_when_configured(void **state)
{
	struct place *p = *state;
	const struct conf_scheme strict = { .arrears_max_months = 3 },
	                         easy = { .arrears_max_months = 3, .evidence = CONF_EVIDENCE_BANK };
	struct talk_worker w[TALK_WORKERS_MAX];
	size_t n;

	must(store_begin(p->s));
	add_code(p->s, add_pledge(p->s, "A1A1A1", 9), "48217739", NIK_A);
	must(use_code(p->s, "48217739", "R1R1R1", PHONE, NULL, false));
	must(store_commit(p->s));
	tamper(p, "INSERT INTO coverage_month (worker, month, package, paid_day)"
	          " VALUES (1, 2026 * 12 + 6, 1, 20640)");
	store_coverage_conf(p->s, &strict);
	must(store_phone_workers(p->s, PHONE, (struct date){ 2026, 7, 20 }, w, &n));
	assert_int_equal(w[0].cover, COVER_PENDING);
	store_coverage_conf(p->s, &easy);
	must(store_phone_workers(p->s, PHONE, (struct date){ 2026, 7, 20 }, w, &n));
	assert_int_equal(w[0].cover, COVER_ACTIVE);
}

static void a_phone_finds_its_own_registration_by_nik(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int place = -1;

	must(store_begin(s));
	int64_t pledge = add_pledge(s, "A1A1A1", 9);

	add_code(s, pledge, "48217739", NIK_A);
	add_code(s, pledge, "59104373", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NULL, false));
	must(use_code(s, "59104373", "R2R2R2", PHONE, NIK_B, false));
	must(store_phone_nik_place(s, PHONE, NIK_B, &place));
	assert_int_equal(place, 2); /* behind the one who is linked */
	must(store_phone_nik_place(s, PHONE, NIK_A, &place));
	assert_int_equal(place, 0); /* linked, not undecided */
	must(store_phone_nik_place(s, OTHER, NIK_B, &place));
	assert_int_equal(place, 0);
	must(store_commit(s));
}

static void an_area_is_the_batch_s_or_the_only_one(void **state)
{
	struct place *p = *state;
	struct store *s = p->s;
	int64_t batch;

	must(store_begin(s));
	int64_t pledge = add_pledge(s, "A1A1A1", 9);

	must(store_batch_add(s, pledge, "", false, T0, T0 + 86400, &batch));
	must(store_code_add(s, batch, "48217739", NULL));
	must(store_code_add(s, batch, "59104373", NULL));
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	must(store_commit(s));
	assert_int_equal(ask_int(p, "SELECT area = '33.74' FROM registration"), 1);
	tamper(p, "UPDATE programme SET areas = '33.74,33.21'");
	must(store_begin(s));
	must(use_code(s, "59104373", "R2R2R2", OTHER, NIK_B, false));
	must(store_commit(s));
	assert_int_equal(ask_int(p, "SELECT area = '' FROM registration WHERE ref = 'R2R2R2'"), 1);
}

static void put_number(uint8_t **at, int64_t v)
{
	for (int i = 0; i < 8; i++)
		*(*at)++ = (uint8_t)((uint64_t)v >> (56 - 8 * i));
}

static void put_string(uint8_t **at, const char *s)
{
	*(*at)++ = (uint8_t)strlen(s);
	memcpy(*at, s, strlen(s));
	*at += strlen(s);
}

/* Version, state, opened, expires, job; code, NIK, name: what was written before there were cadres.
 */
static size_t old_dialogue(uint8_t *out)
{
	uint8_t *at = out;

	put_number(&at, 1);
	put_number(&at, TALK_ASK_CONSENT);
	put_number(&at, T0 - 60);
	put_number(&at, T0 + 60);
	put_number(&at, 4);
	put_string(&at, "59104373");
	put_string(&at, NIK_A);
	put_string(&at, "Siti Aminah");
	return (size_t)(at - out);
}

static void a_dialogue_of_the_version_before_goes_on(void **state)
{
	struct place *p = *state;
	uint8_t plain[200], sealed[200 + KEYS_OVERHEAD];
	struct phone_row row = { .msisdn = PHONE, .lang = "id" };
	size_t len;
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;

	must(store_begin(p->s));
	must(store_phone_save(p->s, &row, T0));
	must(store_commit(p->s));
	must(keys_seal(p->keys, "phone.dialogue", plain, old_dialogue(plain), sealed, sizeof sealed,
	        &len));
	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "UPDATE phone SET dialogue = ?, dialogue_key = ?",
	                         -1, &q, NULL),
	        SQLITE_OK);
	sqlite3_bind_blob(q, 1, sealed, (int)len, SQLITE_STATIC);
	sqlite3_bind_int64(q, 2, keys_version(p->keys));
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	sqlite3_finalize(q);
	sqlite3_close(db);
	must(store_phone_load(p->s, PHONE, T0, &row));
	assert_int_equal(row.dialogue.state, TALK_ASK_CONSENT);
	assert_int_equal(row.dialogue.job, 4);
	assert_string_equal(row.dialogue.name, "Siti Aminah");
	assert_false(row.dialogue.cadre);
	assert_string_equal(row.dialogue.phone, "");
}

static void a_dialogue_of_a_cadre_is_kept(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct phone_row row = { .msisdn = PHONE,
		.lang = "id",
		.dialogue = { .state = TALK_ASK_PHONE,
		        .opened_at = T0,
		        .expires_at = T0 + 9,
		        .job = 9,
		        .cadre = true,
		        .code = "59104373",
		        .nik = NIK_A,
		        .name = "Abcdefghijklmnopqrstuvwxyz Abcdefghijklmnopqrstuvwxyz Abcdefghi",
		        .phone = "+62812345678901" } };
	struct phone_row back;

	must(store_begin(s));
	must(store_phone_save(s, &row, T0));
	must(store_commit(s));
	must(store_phone_load(s, PHONE, T0, &back));
	assert_memory_equal(&back.dialogue.state, &row.dialogue.state, sizeof row.dialogue.state);
	assert_true(back.dialogue.cadre);
	assert_string_equal(back.dialogue.phone, row.dialogue.phone);
	assert_string_equal(back.dialogue.name, row.dialogue.name);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		T(a_sponsor_reads_the_newest_pledge),
		T(the_payer_of_confirmed_months_is_named),
		T(the_dead_are_never_active),
		T(money_at_the_bank_counts_only_when_configured),
		T(a_phone_finds_its_own_registration_by_nik),
		T(an_area_is_the_batch_s_or_the_only_one),
		T(a_dialogue_of_the_version_before_goes_on),
		T(a_dialogue_of_a_cadre_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
