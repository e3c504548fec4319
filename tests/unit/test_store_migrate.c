/* Stores of older versions: what is in them after they were brought to this one. */
#include "store/store_int.h"
#include "store_fixture.h"
#include <payung/store_cover.h>
#include <payung/store_desk.h>

#define FIXTURES "tests/unit/fixtures/"

static void schema_of(sqlite3 *db, char *out, size_t cap)
{
	sqlite3_stmt *q = NULL;
	size_t used = 0;

	assert_int_equal(sqlite3_prepare_v2(db,
	                         "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM"
	                         " sqlite_schema ORDER BY type, name",
	                         -1, &q, NULL),
	        SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		used += (size_t)snprintf(
		        out + used, cap - used, "%s\n", (const char *)sqlite3_column_text(q, 0));
	assert_true(used > 0 && used < cap);
	sqlite3_finalize(q);
}

static void load_fixture(const char *fixture, const char *path)
{
	FILE *f = fopen(fixture, "r");
	static char sql[65536];
	sqlite3 *db = NULL;
	char *why = NULL;

	if (!f)
		fail_msg("%s: run the tests from the top folder", fixture);
	sql[fread(sql, 1, sizeof sql - 1, f)] = '\0';
	fclose(f);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", fixture, why);
	sqlite3_close(db);
}

/* Puts the fixture in the place of the new store; sql, with rows of an old kind, comes after it. */
static void old_store(struct place *p, const char *fixture, const char *sql)
{
	store_close(p->s);
	p->s = NULL;
	assert_int_equal(unlink(p->path), 0);
	load_fixture(fixture, p->path);
	tamper(p, sql);
}

/* Opens it. Its key is of this test: only the check value and the sealed end of the chain know it.
 */
static void open_old(struct place *p)
{
	char err[STORE_ERR_CAP];
	uint8_t check[CRYPTO_HASH_LEN];
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;

	keys_check_value(p->keys, check);
	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "UPDATE meta SET data = ? WHERE name = 'key_check'",
	                         -1, &q, NULL),
	        SQLITE_OK);
	sqlite3_bind_blob(q, 1, check, sizeof check, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	sqlite3_finalize(q);
	sqlite3_close(db);
	if (store_open(p->path, STORE_LIVE, p->keys, 0, &p->s, err) != RC_OK)
		fail_msg("%s", err);
}

static void an_old_store_opens_and_gets_todays_schema(void **state)
{
	struct place *p = *state;
	static char fresh[65536], migrated[65536];
	struct outbox_row *row = calloc(1, sizeof *row);
	struct case_row waiting;

	schema_of(p->s->db, fresh, sizeof fresh);
	old_store(p, FIXTURES "store_v1.sql",
	        "INSERT INTO code_batch VALUES (1, 1, '3374', 0, 1782871200, 1783000000);"
	        "INSERT INTO code (code, batch, state) VALUES ('48217739', 1, 2);"
	        "INSERT INTO registration VALUES (1, 'R1R1R1', '48217739', 1, '" PHONE "', NULL,"
	        " 0, 0, NULL, NULL, x'00', 'Siti', 1, '3374', NULL, NULL, 1782871200);"
	        "INSERT INTO consent VALUES (1, 'W05', '" PHONE "', 1782871200, 0);"
	        "INSERT INTO duty_case VALUES (1, 'CLAIM', 'K1K1K1', '" PHONE
	        "', NULL, 1782871200, 0)");
	open_old(p);
	schema_of(p->s->db, migrated, sizeof migrated);
	assert_string_equal(migrated, fresh);
	must(store_outbox_get(p->s, 1, row));
	assert_string_equal(row->body, "Halo dari versi 1");
	free(row);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(ask_int(p, "SELECT given_at FROM consent WHERE registration = 1"
	                            " AND msisdn = '" PHONE "' AND text_id = 'W05'"
	                            " AND channel = 'sms'"),
	        T0);
	assert_int_equal(ask_int(p, "SELECT decision FROM registration"), 0);
	must(store_case_next_due(p->s, T0, &waiting)); /* officers hear of it at last */
	assert_string_equal(waiting.ref, "K1K1K1");
}

/* Rows that wait: one place, one waiting, one undecided, one twice in a pledge, one of a pledge
 * that is over. */
static void money_finds_what_was_there_before_it(void **state)
{
	static const struct {
		int registration, worker, state, first, last;
	} places[] = { { 1, 1, 1, 24318, 24329 }, { 2, 2, 0, 24318, 24329 },
		{ 4, 3, 1, 24318, 24325 }, { 6, 1, 1, 24315, 24314 } };
	static char fresh[65536], migrated[65536];
	struct place *p = *state;
	char sql[256];

	schema_of(p->s->db, fresh, sizeof fresh);
	old_store(p, FIXTURES "store_v2.sql", "SELECT 1");
	open_old(p);
	schema_of(p->s->db, migrated, sizeof migrated);
	assert_string_equal(migrated, fresh);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(sql, sizeof sql,
		        "SELECT count(*) FROM allocation WHERE registration = %d AND worker = %d"
		        " AND state = %d AND first = %d AND last = %d",
		        places[i].registration, places[i].worker, places[i].state, places[i].first,
		        places[i].last);
		assert_int_equal(ask_int(p, sql), 1);
	}
	assert_int_equal(ask_int(p, "SELECT count(*) FROM allocation"), 4);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM coverage_month WHERE (worker, month,"
	                            " reported_day, paid_day, confirmed_day) IN (VALUES"
	                            " (1, 24317, 0, 0, 20600), (1, 24318, 0, 20601, 0),"
	                            " (2, 24318, 20602, 0, 0))"),
	        3);
}

/* What the step wrote for old pledges is what adding them today would write. */
static void old_pledges_get_the_instalments_of_new_ones(void **state)
{
	static const struct plan_terms terms[] = { { 24318, 12, 3 }, { 24312, 14, 6 },
		{ 24314, 1, 1 } };
	struct place *p = *state;
	struct plan_instalment want[PLAN_MONTHS_MAX];
	struct instalment_row got[PLAN_MONTHS_MAX];
	size_t wants, gots;

	old_store(p, FIXTURES "store_v2.sql", "SELECT 1");
	open_old(p);
	for (int i = 0; i < 3; i++) {
		must(plan_instalments(&terms[i], PLEDGE_DUE_DAY, want, PLAN_MONTHS_MAX, &wants));
		must(store_instalments(p->s, i + 1, got, PLAN_MONTHS_MAX, &gots));
		assert_int_equal(gots, wants);
		for (size_t k = 0; k < wants; k++) {
			assert_int_equal(got[k].number, want[k].number);
			assert_int_equal(got[k].from, want[k].from);
			assert_int_equal(got[k].to, want[k].to);
			assert_int_equal(got[k].due_day, date_days(want[k].due));
		}
	}
}

static void a_failed_step_leaves_the_version_before(void **state)
{
	static const char *const good[] = { "ALTER TABLE line ADD COLUMN extra TEXT", NULL };
	static const char *const broken[] = { "CREATE TABLE half (x INTEGER) STRICT",
		"INSERT INTO no_such_table VALUES (1)", NULL };
	static const char *const mended[] = { "CREATE TABLE half (x INTEGER) STRICT", NULL };
	struct place *p = *state;
	struct migration steps[16] = { 0 };
	int n = store_version;

	for (int i = 0; i < n; i++)
		steps[i] = store_migrations[i];
	steps[n].sql = good;
	steps[n + 1].sql = broken;
	assert_int_not_equal(store_migrate(p->s->db, steps, n + 2), SQLITE_OK);
	assert_int_equal(ask_int(p, "PRAGMA user_version"), n + 1);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
	steps[n + 1].sql = mended;
	assert_int_equal(store_migrate(p->s->db, steps, n + 2), SQLITE_OK);
	assert_int_equal(store_migrate(p->s->db, steps, n + 2), SQLITE_OK);
	assert_int_equal(ask_int(p, "PRAGMA user_version"), n + 2);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_old_store_opens_and_gets_todays_schema),
		T(money_finds_what_was_there_before_it),
		T(old_pledges_get_the_instalments_of_new_ones),
		T(a_failed_step_leaves_the_version_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
