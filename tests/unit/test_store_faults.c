/* Power cuts, failed calls, failed syncs and a full disk, under a workload of whole conversations
 * (text in, registration, answer handed, phone saved), one or a few to a commit, with a refused
 * input among them and checkpoints between. What store_commit() acknowledged must be there
 * afterwards, whole; what it did not may be there, whole, or not at all. */
#include "store/store_int.h"
#include "store_fixture.h"
#include "store_vfs.h"

enum { TEXTS = 12, GROUP = 3, STEPS_MOST = 4000 };

static struct keys *keys;
static int64_t pledge, line;

static rc_t open_disk(enum store_mode mode, struct store **s)
{
	char err[STORE_ERR_CAP];

	return store_open_vfs("store", mode, keys, 0, DISK_NAME, s, err);
}

static void codes(char code[REGCODE_LEN + 1], char ref[REF_LEN + 1], int i)
{
	snprintf(code, REGCODE_LEN + 1, "%08d", 10000000 + i % 1000);
	snprintf(ref, REF_LEN + 1, "R%05d", i % 1000);
}

/* A store with what the conversations need, all of it on the platter, kept for disk_again(). */
static void make(void)
{
	struct store *s = NULL;
	char code[REGCODE_LEN + 1], ref[REF_LEN + 1];

	disk_empty(0);
	must(open_disk(STORE_CREATE, &s));
	must(store_begin(s));
	pledge = add_pledge(s, "D4F7K2", TEXTS);
	line = add_line(s, "510100000000001");
	for (int i = 0; i < TEXTS; i++) {
		codes(code, ref, i);
		add_code(s, pledge, code, NULL);
	}
	must(store_commit(s));
	store_close(s);
	disk_keep();
}

static rc_t answer(struct store *s, int i, int64_t inbox)
{
	struct outbox_new n;
	char key[16];
	int64_t id;

	snprintf(key, sizeof key, "answer/%d", i);
	n = reply_to(key, PHONE);
	n.handed = true;
	n.line = line;
	n.inbox = inbox;
	return store_outbox_add(s, &n, &id);
}

static rc_t converse(struct store *s, int i)
{
	static struct inbox_progress got;
	struct inbox_part part = { .line = line,
		.sender = PHONE,
		.scts = T0 + i,
		.received_at = T0 + i,
		.total = 1,
		.part = 1,
		.text = "DAFTAR" };
	struct talk_dialogue d = { .nik = NIK_A, .name = "Siti" };
	struct registration_new r = { .open = &d, .consent_text = "W04" };
	struct phone_row phone;
	int64_t id;
	rc_t rc = store_inbox_add(s, &part, &got);

	if (rc != RC_OK || got.redelivered)
		return rc;
	codes(r.code, r.ref, i);
	strcpy(r.msisdn, PHONE);
	rc = store_phone_load(s, PHONE, T0, &phone);
	if (rc == RC_OK)
		rc = store_register(s, &r, T0, &id);
	if (rc == RC_OK)
		rc = answer(s, i, got.inbox);
	if (rc == RC_OK)
		rc = store_inbox_done(s, got.inbox, INBOX_HANDLED, "DAFTAR", "register", T0);
	phone.replies_today = i + 1;
	return rc == RC_OK ? store_phone_save(s, &phone, T0) : rc;
}

/* An input that is refused half way: nothing of it may stay. */
static rc_t refused(struct store *s)
{
	static struct inbox_progress got;
	struct inbox_part part = { .line = line,
		.sender = OTHER,
		.scts = T0,
		.received_at = T0,
		.total = 1,
		.part = 1,
		.text = "x" };
	struct registration_new r = { .code = "99999999", .ref = "XXXXXX", .msisdn = OTHER };
	int64_t id;
	rc_t rc = store_mark(s);

	if (rc != RC_OK)
		return rc;
	rc = store_inbox_add(s, &part, &got);
	if (rc == RC_OK)
		rc = store_register(s, &r, T0, &id);
	store_undo(s);
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t group(struct store *s, int from, int to)
{
	rc_t rc = store_begin(s);

	if (rc != RC_OK)
		return rc;
	for (int i = from; rc == RC_OK && i < to; i++) {
		rc = store_mark(s);
		if (rc != RC_OK)
			break;
		rc = converse(s, i);
		if (rc == RC_OK)
			rc = store_release(s);
		else
			store_undo(s);
	}
	if (rc == RC_OK)
		rc = refused(s);
	if (rc == RC_OK)
		return store_commit(s);
	store_rollback(s);
	return rc;
}

/* Runs from text `from`; returns how many are acknowledged when something fails or all is done. */
static int work(struct store *s, int from, rc_t *rc)
{
	int done = from;

	*rc = RC_OK;
	while (done < TEXTS && *rc == RC_OK) {
		const int to = done + GROUP < TEXTS ? done + GROUP : TEXTS;

		*rc = group(s, done, to);
		if (*rc == RC_OK)
			done = to;
		if (*rc == RC_OK && done % (2 * GROUP) == 0)
			*rc = store_checkpoint(s, 1);
	}
	return done;
}

static int64_t number(struct store *s, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t n;

	assert_int_equal(sqlite3_prepare_v2(s->db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

/* What there is must be whole conversations, all acknowledged ones among them. */
static int check_whole(struct store *s, int acknowledged)
{
	sqlite3_stmt *q = NULL;
	int64_t entries, bad;
	const int64_t n = number(s, "SELECT count(*) FROM inbox");

	assert_int_equal(sqlite3_prepare_v2(s->db, "PRAGMA integrity_check", -1, &q, NULL), 0);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(q, 0), "ok");
	sqlite3_finalize(q);
	assert_in_range(n, acknowledged, TEXTS);
	assert_true(n == TEXTS || n % GROUP == 0);
	assert_int_equal(number(s, "SELECT count(*) FROM inbox WHERE state = 1"), n);
	assert_int_equal(number(s, "SELECT count(*) FROM inbox_part"), n);
	assert_int_equal(number(s, "SELECT count(*) FROM registration"), n);
	assert_int_equal(number(s, "SELECT count(*) FROM consent"), n);
	assert_int_equal(number(s, "SELECT count(*) FROM code WHERE state = 2"), n);
	assert_int_equal(number(s, "SELECT taken FROM pledge"), n);
	assert_int_equal(number(s, "SELECT count(*) FROM outbox WHERE state = 1"), n);
	assert_int_equal(number(s, "SELECT count(*) FROM outbox_part"), n);
	assert_int_equal(number(s, "SELECT ifnull(max(replies), 0) FROM phone"), n);
	assert_int_equal(number(s, "SELECT max(scts) IS NULL OR max(scts) - min(scts) + 1 ="
	                           " count(*) FROM inbox_part"),
	        1);
	must(store_audit_verify(s, &entries, &bad));
	assert_int_equal(entries, n);
	return (int)n;
}

/* The checks' own calls are not the store's. */
static int check_unarmed(struct store *s, int acknowledged)
{
	const int calls = disk.calls, fail_call = disk.fail_call;
	int found;

	disk.fail_call = 0;
	found = check_whole(s, acknowledged);
	disk.calls = calls;
	disk.fail_call = fail_call;
	return found;
}

static void finish_and_check(struct store *s, int acknowledged)
{
	rc_t rc;
	int found = check_whole(s, acknowledged);

	assert_int_equal(work(s, found, &rc), TEXTS);
	must(rc);
	assert_int_equal(check_whole(s, TEXTS), TEXTS);
	store_close(s);
}

static void power_may_go_at_any_sync(void **state)
{
	bool all_done = false;
	int cuts = 0;

	(void)state;
	for (uint32_t lot = 1; lot <= 4; lot++, all_done = false)
		for (int cut = 1; !all_done && cut < STEPS_MOST; cut++, cuts++) {
			struct store *s = NULL;
			int done = 0;
			rc_t rc;

			disk_again(lot * 1000 + (uint32_t)cut);
			disk_arm(0, cut, false, 0);
			rc = open_disk(STORE_LIVE, &s);
			if (rc == RC_OK)
				done = work(s, 0, &rc);
			all_done = !disk.dead && rc == RC_OK;
			store_close(s);
			disk_power_up();
			must(open_disk(STORE_LIVE, &s));
			finish_and_check(s, done);
		}
	assert_true(cuts > 4 * TEXTS / GROUP); /* at least one sync a commit */
}

/* A power cut while a new store is made: it is whole, or is told not to be a store. */
static void power_may_go_while_a_store_is_made(void **state)
{
	bool made = false;

	(void)state;
	for (int cut = 1; !made && cut < STEPS_MOST; cut++) {
		struct store *s = NULL;
		rc_t rc;

		disk_empty((uint32_t)cut);
		disk_arm(0, cut, false, 0);
		made = open_disk(STORE_CREATE, &s) == RC_OK;
		store_close(s);
		made = made && !disk.dead;
		disk_power_up();
		s = NULL;
		rc = open_disk(STORE_LIVE, &s);
		assert_true(rc == RC_OK || rc == RC_INVALID || rc == RC_NOENT);
		if (rc == RC_OK)
			must(store_begin(s));
		store_close(s);
	}
	assert_true(made);
}

/* Every call to the disk fails once: the function that met it says so, the process goes on or, when
 * the commit failed, starts again; nothing acknowledged is lost and the work completes. */
static void any_call_may_fail_once(void **state)
{
	int call = 0, failed = 0;
	bool reached = true;

	(void)state;
	for (call = 1; reached && call < STEPS_MOST; call++) {
		struct store *s = NULL;
		int done = 0, tries;
		rc_t rc = RC_IO;

		disk_again((uint32_t)call);
		disk_arm(call, 0, false, 0);
		for (tries = 0; tries < 3 && rc != RC_OK; tries++) {
			if (!s && open_disk(STORE_LIVE, &s) != RC_OK) {
				s = NULL;
				continue;
			}
			done = work(s, check_unarmed(s, done), &rc);
			assert_false(store_in_transaction(s));
			if (rc == RC_IO) { /* the truth is on disk */
				store_close(s);
				s = NULL;
			}
		}
		must(rc);
		failed += tries > 1;
		reached = disk.calls >= call;
		finish_and_check(s, done);
	}
	assert_false(reached);
	assert_true(failed > 10);
}

static void a_full_disk_is_told_and_recovered_from(void **state)
{
	int full = 0;

	(void)state;
	disk_again(7);
	const size_t used = disk_used();
	for (size_t room = 0; room < 400000; room += 4099) {
		struct store *s = NULL;
		int done = 0;
		rc_t rc;

		disk_again(7);
		disk_arm(0, 0, false, used + room);
		rc = open_disk(STORE_LIVE, &s);
		if (rc == RC_OK) {
			done = work(s, 0, &rc);
			assert_true(rc == RC_OK || rc == RC_FULL);
			assert_false(store_in_transaction(s));
			full += rc == RC_FULL;
			disk_arm(0, 0, false, 0); /* somebody freed space; the process lives on */
			finish_and_check(s, done);
		}
	}
	assert_true(full > 3);
}

static void a_failed_sync_is_never_acknowledged(void **state)
{
	struct store *s = NULL;
	rc_t rc;

	(void)state;
	disk_again(9);
	must(open_disk(STORE_LIVE, &s));
	disk_arm(0, 0, true, 0);
	assert_int_equal(work(s, 0, &rc), 0);
	assert_int_equal(rc, RC_IO);
	disk.dead = true;
	store_close(s);
	disk_power_up();
	must(open_disk(STORE_LIVE, &s));
	finish_and_check(s, 0);
}

/* After SQLite gave the whole group up by itself, the inputs behind must not commit one by one. */
static void a_lost_group_takes_no_more_writes(void **state)
{
	struct store *s = NULL;
	int64_t id;
	rc_t rc = RC_OK;

	(void)state;
	disk_again(11);
	must(open_disk(STORE_LIVE, &s));
	must(store_begin(s));
	disk_arm(0, 0, false, disk_used() + 1);
	sqlite3_exec(s->db, "PRAGMA cache_size = 1", NULL, NULL, NULL);
	for (int i = 0; i < TEXTS && rc == RC_OK; i++)
		rc = converse(s, i);
	assert_int_equal(rc, RC_FULL);
	assert_false(store_in_transaction(s));
	disk_arm(0, 0, false, 0);
	assert_int_equal(store_mark(s), RC_FULL);
	assert_int_equal(store_line_seen(s, "99", "", "", "", "", T0, &id), RC_FULL);
	store_undo(s);
	assert_int_equal(store_commit(s), RC_FULL);
	assert_int_equal(number(s, "SELECT count(*) FROM line"), 1);
	finish_and_check(s, 0);
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	place_folder(p);
	keys = p->keys;
	disk_register();
	make();
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	disk_empty(0);
	disk_forget_kept();
	return place_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_may_go_at_any_sync),
		cmocka_unit_test(power_may_go_while_a_store_is_made),
		cmocka_unit_test(any_call_may_fail_once),
		cmocka_unit_test(a_full_disk_is_told_and_recovered_from),
		cmocka_unit_test(a_failed_sync_is_never_acknowledged),
		cmocka_unit_test(a_lost_group_takes_no_more_writes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
