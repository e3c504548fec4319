/* Opening, refusing, copying; transactions and marks; that questions use their index. */
#include "store/store_int.h"
#include "store_fixture.h"
#include <sys/stat.h>

static rc_t try_open(const struct place *p, enum store_mode mode, char err[STORE_ERR_CAP])
{
	struct store *s = NULL;
	rc_t rc = store_open(p->path, mode, p->keys, 0, &s, err);

	store_close(s);
	return rc;
}

static void a_new_store_is_private_and_never_made_twice(void **state)
{
	struct place *p = *state;
	char err[STORE_ERR_CAP], wal[128];
	struct stat st;

	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	must(store_begin(p->s));
	add_line(p->s, "5101");
	must(store_commit(p->s));
	snprintf(wal, sizeof wal, "%s-wal", p->path);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(try_open(p, STORE_CREATE, err), RC_EXISTS);
	assert_int_equal(ask_int(p, "PRAGMA auto_vacuum"), 2);
	assert_int_equal(ask_int(p, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(ask_int(p, "PRAGMA user_version"), store_version);
	assert_int_equal(
	        ask_int(p, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main'"
	                   " AND type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0"),
	        0);
}

static void what_does_not_fit_is_refused(void **state)
{
	static const struct {
		const char *sql, *says;
		enum store_mode mode;
	} cases[] = {
		{ "PRAGMA application_id = 7", "not a Payung store", STORE_LIVE },
		{ "PRAGMA user_version = 99", "newer", STORE_LIVE },
		{ "PRAGMA user_version = 99", "newer", STORE_READ },
		{ "PRAGMA user_version = 0", "older", STORE_READ },
		{ "UPDATE meta SET data = zeroblob(32) WHERE name = 'key_check'", "another key",
		        STORE_LIVE },
		{ "DELETE FROM meta WHERE name = 'key_check'", "check value", STORE_READ },
	};
	char err[STORE_ERR_CAP];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *own = NULL;
		struct place *p;

		place_setup(&own);
		p = own;
		tamper(p, cases[i].sql);
		assert_int_equal(try_open(p, cases[i].mode, err), RC_INVALID);
		assert_non_null(strstr(err, cases[i].says));
		place_teardown(&own);
	}
	(void)state;
}

static void another_key_or_no_file_is_told(void **state)
{
	struct place *p = *state, other = *p;
	char err[STORE_ERR_CAP], key[128], why[CRYPTO_ERR_CAP];

	snprintf(key, sizeof key, "%s/key2", p->folder);
	must(keys_create(key, why));
	must(keys_load(key, &other.keys, why));
	assert_int_equal(try_open(&other, STORE_LIVE, err), RC_INVALID);
	assert_non_null(strstr(err, "another key"));
	strcpy(other.path, "/nonexistent/store");
	assert_int_equal(try_open(&other, STORE_LIVE, err), RC_NOENT);
	keys_free(other.keys);
}

static void a_reader_cannot_write(void **state)
{
	struct place *p = *state;

	store_close(p->s);
	place_open(p, STORE_READ);
	assert_int_not_equal(store_begin(p->s), RC_OK);
	assert_false(store_in_transaction(p->s));
}

static void a_second_writer_is_told_to_come_again(void **state)
{
	struct place *p = *state;
	struct store *first = p->s;

	must(store_begin(first));
	place_open(p, STORE_LIVE);
	assert_int_equal(store_begin(p->s), RC_AGAIN);
	must(store_commit(first));
	must(store_begin(p->s));
	must(store_commit(p->s));
	store_close(first);
}

static void a_bad_input_rolls_back_alone(void **state)
{
	struct place *p = *state;
	uint64_t commits = store_commits(p->s);

	must(store_begin(p->s));
	must(store_mark(p->s));
	add_line(p->s, "5101");
	must(store_release(p->s));
	must(store_mark(p->s));
	add_line(p->s, "5102");
	store_undo(p->s);
	must(store_mark(p->s));
	add_line(p->s, "5103");
	must(store_release(p->s));
	must(store_commit(p->s));
	assert_int_equal(store_commits(p->s), commits + 1);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM line WHERE imsi <> '5102'"), 2);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM line"), 2);
}

static void writes_need_a_transaction(void **state)
{
	struct place *p = *state;
	int64_t id;

	assert_int_equal(store_line_seen(p->s, "1", "", "", "", "", T0, &id), RC_INVALID);
	assert_non_null(strstr(store_detail(p->s), "transaction"));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM line"), 0);
}

static void write_something(struct place *p)
{
	int64_t id;

	must(store_begin(p->s));
	must(store_line_seen(p->s, "510100000000001", "a", "", "", "", clock_now(), &id));
}

static void newest_time_never_goes_back(void **state)
{
	struct place *p = *state;

	assert_int_equal(store_newest_time(p->s), T0);
	clock_set_virtual(T0 + 100);
	write_something(p);
	must(store_commit(p->s));
	assert_int_equal(store_newest_time(p->s), T0 + 100);
	clock_set_virtual(T0 + 200);
	write_something(p);
	store_rollback(p->s);
	assert_int_equal(store_newest_time(p->s), T0 + 100);
	clock_set_virtual(T0 + 5);
	write_something(p);
	must(store_commit(p->s));
	assert_int_equal(store_newest_time(p->s), T0 + 100);
}

/* An idle daemon looks for work every second: that must not wear out the disk. */
static void what_changes_nothing_is_no_commit(void **state)
{
	struct place *p = *state;
	uint64_t before = store_commits(p->s);

	clock_set_virtual(T0 + 100);
	must(store_begin(p->s));
	must(store_commit(p->s));
	assert_int_equal(store_commits(p->s), before);
	assert_int_equal(store_newest_time(p->s), T0);
	write_something(p);
	must(store_commit(p->s));
	assert_int_equal(store_commits(p->s), before + 1);
}

static void checkpoints_empty_the_wal(void **state)
{
	struct place *p = *state;
	char err[STORE_ERR_CAP];

	must(store_checkpoint(p->s, 0));
	must(store_begin(p->s));
	add_line(p->s, "5101");
	assert_int_equal(store_checkpoint(p->s, 0), RC_AGAIN);
	must(store_commit(p->s));
	assert_true(p->s->wal_pages > 0);
	must(store_checkpoint(p->s, 1000));
	assert_true(p->s->wal_pages > 0);
	must(store_checkpoint(p->s, 1));
	assert_int_equal(p->s->wal_pages, 0);
	must(store_backup(p->s, p->copy, err));
}

/* ---- copies ---- */

static int64_t fill(struct store *s)
{
	struct outbox_new n = reply_to("k1", PHONE);
	int64_t id = 0, line;

	must(store_begin(s));
	line = add_line(s, "5101");
	must(store_outbox_add(s, &n, &id));
	strcpy(n.key, "k2");
	n.handed = true;
	n.line = line;
	must(store_outbox_add(s, &n, &id));
	strcpy(n.key, "k3");
	must(store_outbox_add(s, &n, &id));
	must(store_outbox_result(s, id, 1, OUT_SENT, 4, 0, NULL, 0, T0));
	must(store_audit(s, T0, "budi", "test", "x", ""));
	must(store_commit(s));
	return id;
}

static void a_backup_restores_with_unfinished_unknown(void **state)
{
	struct place *p = *state;
	struct outbox_row *row = calloc(1, sizeof *row);
	char err[STORE_ERR_CAP] = "";
	int64_t n, bad, sent = fill(p->s);
	struct stat st;

	must(store_backup(p->s, p->copy, err));
	assert_int_equal(stat(p->copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(store_backup(p->s, p->copy, err), RC_EXISTS);
	assert_int_equal(store_restore(p->copy, p->path, p->keys, T0, err), RC_EXISTS);
	store_close(p->s);
	p->s = NULL;
	assert_int_equal(unlink(p->path), 0);
	must(store_restore(p->copy, p->path, p->keys, T0 + 60, err));
	place_open(p, STORE_LIVE);
	must(store_outbox_count(p->s, OUT_UNKNOWN, &n));
	assert_int_equal(n, 2);
	must(store_outbox_get(p->s, sent, row));
	assert_int_equal(row->state, OUT_SENT);
	must(store_outbox_get(p->s, 1, row));
	assert_int_equal(row->state, OUT_UNKNOWN);
	must(store_audit_verify(p->s, &n, &bad));
	assert_int_equal(n, 2);
	must(store_begin(p->s));
	must(store_outbox_again(p->s, 1, T0 + 60));
	must(store_outbox_hand(p->s, 1, 1, "Halo", 1, 0, T0 + 60));
	must(store_outbox_result(p->s, 1, 1, OUT_SENT, 9, 0, NULL, 0, T0 + 60));
	must(store_report(p->s, 1, 9, PHONE, 0, T0 + 61, &n));
	assert_int_equal(n, 1);
	must(store_commit(p->s));
	free(row);
}

static void a_broken_or_foreign_backup_is_refused(void **state)
{
	struct place *p = *state;
	char err[STORE_ERR_CAP] = "", wal[160], to[128];
	FILE *f;

	fill(p->s);
	must(store_backup(p->s, p->copy, err));
	snprintf(to, sizeof to, "%s/new", p->folder);
	f = fopen(p->copy, "r+b");
	assert_non_null(f);
	assert_int_equal(fseek(f, 4096 * 5, SEEK_SET), 0);
	for (int i = 0; i < 4096; i++)
		fputc(i * 7, f);
	fclose(f);
	assert_int_equal(store_restore(p->copy, to, p->keys, T0, err), RC_INVALID);
	assert_int_equal(access(to, F_OK), -1);
	assert_int_equal(store_restore(p->key, to, p->keys, T0, err), RC_INVALID);
	assert_int_equal(store_restore("/nonexistent", to, p->keys, T0, err), RC_NOENT);
	snprintf(wal, sizeof wal, "%s-wal", to);
	f = fopen(wal, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(store_restore(p->copy, to, p->keys, T0, err), RC_EXISTS);
	assert_non_null(strstr(err, "-wal"));
}

/* ---- the plans of the hot questions ---- */

static void plan_of(sqlite3 *db, const char *sql, char *out, size_t cap)
{
	char explain[2048];
	sqlite3_stmt *q = NULL;
	size_t used = 0;

	snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
	assert_int_equal(sqlite3_prepare_v2(db, explain, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		used += (size_t)snprintf(
		        out + used, cap - used, "%s; ", (const char *)sqlite3_column_text(q, 3));
	sqlite3_finalize(q);
}

/* A whole table or a sort; the row of constants some questions start from is neither. */
static bool walks_a_table(const char *plan)
{
	for (const char *at = plan; (at = strstr(at, "SCAN ")); at++)
		if (strncmp(at, "SCAN CONSTANT ROW", 17) != 0 && strncmp(at, "SCAN (", 6) != 0)
			return true;
	return strstr(plan, "TEMP B-TREE") != NULL;
}

static void hot_questions_seek(void **state)
{
	static const enum statement hot[] = { ST_OUT_DUE, ST_OUT_EXPIRED_EACH, ST_REPORT_BY_MR,
		ST_REPORT_WAITING, ST_INBOX_PART_FIND, ST_INBOX_SET_FIND, ST_INBOX_REPEAT,
		ST_PHONE_LOAD, ST_CODE_FACTS, ST_CODE_LISTED, ST_PHONE_LINKED, ST_PHONE_UNDECIDED,
		ST_OUT_MOVE, ST_USAGE_SINCE, ST_OUT_COUNT, ST_OUT_OF_INBOX, ST_EVIDENCE,
		ST_CASE_PLACE, ST_CASE_DUE, ST_NIK_LINKS, ST_CHANGE_EACH, ST_CADRE_GET,
		ST_CONSENT_ASKED, ST_PLACE_NEXT, ST_COUNT_SINCE, ST_DUTY_IS, ST_FILE_GET,
		ST_ROW_FIND, ST_ROW_BEFORE, ST_ROW_SAME, ST_LIST_FIND, ST_LIST_OF, ST_LIST_ROWS,
		ST_PAYMENT_GET, ST_PAYMENT_UNPOSTED, ST_PAYMENT_PAYABLE, ST_INSTALMENTS,
		ST_ORDERS_AMOUNT, ST_PAYMENT_TEXT, ST_ORDERS_REF, ST_ORDERS_NEAR, ST_ORDERS_ACCOUNT,
		ST_LEDGER_GET, ST_LEDGER_PAYMENT, ST_LEDGER_SPONSOR, ST_LEDGER_PLEDGE,
		ST_LEDGER_WORKER, ST_BALANCE, ST_REQUEST_NEXT_OPEN, ST_UNMAPPED, ST_ALLOCATION_GET,
		ST_ALLOCATION_OF_PLEDGE, ST_ALLOCATION_OF_WORKER, ST_UNANSWERED, ST_PLACE_WAITING,
		ST_WAITING, ST_DUE, ST_PAID_MONTHS, ST_MONTH_GET, ST_MONTH_NEXT, ST_MONTH_OF_ENTRY,
		ST_GAP, ST_PERSON, ST_RUN_OPEN, ST_ISSUE_FIND, ST_ISSUE_NEXT_OPEN, ST_ISSUE_LAST,
		ST_CONFIRM_TURN, ST_CONFIRM_SAME, ST_WORD_OF_MONTH, ST_ACCEPTED_SINCE,
		ST_REFUSED_LAST, ST_AKTIF_NEXT, ST_RENEWED, ST_CARRY_NEXT, ST_CARRY_BATCH };
	struct place *p = *state;
	char plan[2048];

	for (size_t i = 0; i < sizeof hot / sizeof *hot; i++) {
		const char *sql = sqlite3_sql(p->s->stmt[hot[i]]);

		plan_of(p->s->db, sql, plan, sizeof plan);
		if (walks_a_table(plan))
			fail_msg("%s\n%s", sql, plan);
	}
	plan_of(p->s->db, sqlite3_sql(p->s->stmt[ST_OUT_DUE]), plan, sizeof plan);
	assert_non_null(strstr(plan, "state=? AND line=? AND class=?"));
	plan_of(p->s->db, sqlite3_sql(p->s->stmt[ST_OUT_UNKNOWN_EACH]), plan, sizeof plan);
	assert_non_null(strstr(plan, "outbox_unjudged"));
	/* What nobody is registered for stays in the insurer's file, and is not read row by row. */
	plan_of(p->s->db, sqlite3_sql(p->s->stmt[ST_CONFIRM_SAME]), plan, sizeof plan);
	assert_non_null(strstr(plan, "first=? AND <expr>=? AND "));
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_new_store_is_private_and_never_made_twice),
		cmocka_unit_test(what_does_not_fit_is_refused),
		T(another_key_or_no_file_is_told),
		T(a_reader_cannot_write),
		T(a_second_writer_is_told_to_come_again),
		T(a_bad_input_rolls_back_alone),
		T(writes_need_a_transaction),
		T(newest_time_never_goes_back),
		T(what_changes_nothing_is_no_commit),
		T(checkpoints_empty_the_wal),
		T(a_backup_restores_with_unfinished_unknown),
		T(a_broken_or_foreign_backup_is_refused),
		T(hot_questions_seek),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
