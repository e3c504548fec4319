/* Texts out: queueing once, order, hand-over, results, reports, unknowns. */
#include "store_fixture.h"

static struct outbox_row row;

static int64_t add(
        struct store *s, const char *key, enum outbox_class class, int64_t line, int64_t not_before)
{
	struct outbox_new n = reply_to(key, PHONE);
	int64_t id = 0;

	n.class = class;
	n.line = line;
	n.not_before = not_before;
	must(store_outbox_add(s, &n, &id));
	return id;
}

static int64_t add_handed(struct store *s, const char *key, int64_t line, int parts)
{
	struct outbox_new n = reply_to(key, PHONE);
	int64_t id = 0;

	n.line = line;
	n.parts = parts;
	n.handed = true;
	must(store_outbox_add(s, &n, &id));
	return id;
}

static int64_t add_sent(struct store *s, const char *key, int64_t line, int mr)
{
	int64_t id = add_handed(s, key, line, 1);

	must(store_outbox_result(s, id, 1, OUT_SENT, mr, 0, NULL, 0, T0));
	return id;
}

static enum outbox_state state_of(struct store *s, int64_t id)
{
	must(store_outbox_get(s, id, &row));
	return row.state;
}

#define ALL_CLASSES ((1u << CLASSES) - 1)
static int64_t next(struct store *s, int64_t line, int64_t now, unsigned classes, int64_t *due)
{
	rc_t rc = store_outbox_next(s, line, now, classes, &row, due);

	assert_true(rc == RC_OK || rc == RC_NOENT);
	return rc == RC_OK ? row.id : 0;
}

static void a_text_waits_for_the_home_line_of_its_phone(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct phone_row phone;
	int64_t home, other, due;

	must(store_begin(s));
	must(store_line_seen(s, "510100000000091", "x", "", "", "", T0, &home));
	must(store_line_seen(s, "510100000000092", "y", "", "", "", T0, &other));
	must(store_phone_load(s, PHONE, T0, &phone));
	phone.home_line = home;
	must(store_phone_save(s, &phone, T0));
	int64_t id = add(s, "home", CLASS_CONFIRM, 0, T0);

	must(store_commit(s));
	assert_int_equal(next(s, other, T0, ALL_CLASSES, &due), 0);
	assert_int_equal(next(s, home, T0, ALL_CLASSES, &due), id);
}

static void same_occasion_is_queued_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct outbox_new n = reply_to("worker/1/remind/2026-07", PHONE);
	int64_t first = 0, second = 0;

	must(store_begin(s));
	must(store_outbox_add(s, &n, &first));
	assert_int_equal(store_outbox_add(s, &n, &second), RC_EXISTS);
	assert_int_equal(second, first);
	n.line = 99; /* no such line */
	strcpy(n.key, "other");
	assert_int_equal(store_outbox_add(s, &n, &second), RC_NOENT);
	must(store_commit(s));
}

static void next_goes_by_class_then_age_then_line(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t due = -1, a, b;

	must(store_begin(s));
	a = add_line(s, "510100000000001");
	b = add_line(s, "510100000000002");
	int64_t reminder = add(s, "k1", CLASS_REMINDER, 0, T0 - 50);
	int64_t later = add(s, "k2", CLASS_REPLY, a, T0 + 60);
	int64_t young = add(s, "k3", CLASS_REPLY, a, T0 - 5);
	int64_t old = add(s, "k4", CLASS_REPLY, 0, T0 - 10);
	add(s, "k5", CLASS_URGENT, b, T0 - 100);
	assert_int_equal(next(s, a, T0, ALL_CLASSES, &due), old);
	assert_int_equal(next(s, a, T0, 1u << CLASS_REMINDER, &due), reminder);
	must(store_outbox_end(s, old, OUT_CANCELLED, "test", T0));
	assert_int_equal(next(s, a, T0, ALL_CLASSES, &due), young);
	must(store_outbox_end(s, young, OUT_CANCELLED, "test", T0));
	must(store_outbox_end(s, reminder, OUT_CANCELLED, "test", T0));
	assert_int_equal(next(s, a, T0, ALL_CLASSES, &due), 0);
	assert_int_equal(due, T0 + 60);
	assert_int_equal(next(s, a, T0 + 60, ALL_CLASSES, &due), later);
	must(store_outbox_end(s, later, OUT_CANCELLED, "test", T0));
	assert_int_equal(next(s, a, T0, ALL_CLASSES, &due), 0);
	assert_int_equal(due, 0);
	must(store_commit(s));
}

static void expired_messages_are_not_offered_and_end(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t due, count = 0, id;

	must(store_begin(s));
	id = add(s, "k1", CLASS_REPLY, 0, T0);
	assert_int_equal(next(s, 0, T0 + 86400, ALL_CLASSES, &due), 0);
	must(store_outbox_expire(s, T0 + 86399, &count));
	assert_int_equal(count, 0);
	must(store_outbox_expire(s, T0 + 86400, &count));
	assert_int_equal(count, 1);
	assert_int_equal(state_of(s, id), OUT_EXPIRED);
	must(store_commit(s));
}

static void a_retry_hands_only_the_missing_parts(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t line, id, due;

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	id = add(s, "k1", CLASS_REPLY, line, T0);
	must(store_outbox_hand(s, id, line, "panjang", 3, 7, T0));
	must(store_outbox_result(s, id, 1, OUT_SENT, 41, 0, NULL, 0, T0));
	must(store_outbox_result(s, id, 2, OUT_QUEUED, -1, 42, "+CMS ERROR 42", T0 + 30, T0));
	assert_int_equal(state_of(s, id), OUT_HANDED);
	must(store_outbox_unhand(s, id, 3));
	assert_int_equal(state_of(s, id), OUT_QUEUED);
	assert_int_equal(row.attempts, 1);
	assert_int_equal(next(s, line, T0, ALL_CLASSES, &due), 0);
	assert_int_equal(due, T0 + 30);
	assert_int_equal(store_outbox_hand(s, id, line, "lain", 3, 8, T0), RC_INVALID);
	must(store_outbox_hand(s, id, line, "panjang", 3, 7, T0 + 30));
	assert_int_equal(state_of(s, id), OUT_HANDED);
	assert_int_equal(row.part[0].state, OUT_SENT);
	assert_int_equal(row.part[0].mr, 41);
	assert_int_equal(row.part[1].state, OUT_HANDED);
	must(store_outbox_result(s, id, 2, OUT_SENT, 43, 0, NULL, 0, T0));
	must(store_outbox_result(s, id, 3, OUT_SENT, 44, 0, NULL, 0, T0));
	assert_int_equal(state_of(s, id), OUT_SENT);
	assert_int_equal(row.attempts, 2);
	assert_int_equal(store_outbox_hand(s, id, line, "panjang", 3, 7, T0), RC_INVALID);
	assert_int_equal(store_outbox_result(s, id, 4, OUT_SENT, 1, 0, NULL, 0, T0), RC_NOENT);
	must(store_commit(s));
}

static void a_failed_part_fails_the_message(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t id;

	must(store_begin(s));
	id = add_handed(s, "k1", add_line(s, "510100000000001"), 2);
	must(store_outbox_result(s, id, 1, OUT_FAILED, -1, 21, "+CMS ERROR 21", 0, T0));
	assert_int_equal(state_of(s, id), OUT_HANDED);
	must(store_outbox_unhand(s, id, 2));
	assert_int_equal(state_of(s, id), OUT_FAILED);
	assert_string_equal(row.cause, "+CMS ERROR 21");
	must(store_commit(s));
}

static void report_settles_the_newest_with_this_reference(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t line, old, new, got = 0;

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	old = add_sent(s, "k1", line, 5);
	new = add_sent(s, "k2", line, 5);
	must(store_report(s, line, 5, "081234567890", 0x30, T0, &got)); /* still trying */
	assert_int_equal(state_of(s, new), OUT_SENT);
	must(store_report(s, line, 5, "081234567890", 0, T0, &got));
	assert_int_equal(got, new);
	assert_int_equal(state_of(s, new), OUT_DELIVERED);
	assert_int_equal(state_of(s, old), OUT_SENT);
	must(store_report(s, line, 5, "6281234567890", 0x41, T0, &got)); /* a duplicate */
	assert_int_equal(state_of(s, new), OUT_DELIVERED);
	assert_int_equal(state_of(s, old), OUT_SENT);
	must(store_commit(s));
}

static void report_of_a_foreign_line_or_number_settles_nothing(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t a, b, id, got = 0;

	must(store_begin(s));
	a = add_line(s, "510100000000001");
	b = add_line(s, "510100000000002");
	id = add_sent(s, "k1", a, 5);
	assert_int_equal(store_report(s, b, 5, PHONE, 0, T0, &got), RC_NOENT);
	assert_int_equal(store_report(s, a, 5, OTHER, 0, T0, &got), RC_NOENT);
	assert_int_equal(state_of(s, id), OUT_SENT);
	must(store_report(s, a, 5, PHONE, 0x45, T0, &got));
	assert_int_equal(state_of(s, id), OUT_UNDELIVERED);
	assert_int_equal(row.part[0].code, 0x45);
	must(store_commit(s));
}

static void report_without_reference_needs_a_single_candidate(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t line, a, b, got = 0;

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	a = add_sent(s, "k1", line, -1);
	b = add_sent(s, "k2", line, -1);
	assert_int_equal(store_report(s, line, -1, PHONE, 0, T0, &got), RC_NOENT);
	must(store_outbox_result(s, b, 1, OUT_SENT, 9, 0, NULL, 0, T0)); /* told late */
	must(store_report(s, line, 9, PHONE, 0, T0, &got));
	assert_int_equal(got, b);
	must(store_report(s, line, -1, PHONE, 0, T0, &got));
	assert_int_equal(got, a);
	assert_int_equal(state_of(s, a), OUT_DELIVERED);
	must(store_commit(s));
}

static void report_before_the_result_wins(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t line, id, got = 0;

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	id = add_handed(s, "k1", line, 1);
	must(store_report(s, line, 77, PHONE, 0, T0, &got));
	assert_int_equal(got, id);
	must(store_outbox_result(s, id, 1, OUT_SENT, 77, 0, NULL, 0, T0));
	assert_int_equal(state_of(s, id), OUT_DELIVERED);
	assert_int_equal(row.part[0].mr, 77);
	must(store_commit(s));
}

static void collect(void *arg, const struct outbox_row *r)
{
	int64_t *ids = arg;

	while (*ids)
		ids++;
	*ids = r->id;
}

static void unknowns_wait_are_judged_once_and_believe_reports(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t line, id, got = 0, ids[4] = { 0 }, none[4] = { 0 };

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	id = add_handed(s, "k1", line, 1);
	must(store_outbox_result(s, id, 1, OUT_UNKNOWN, -1, 0, "", 0, T0));
	assert_int_equal(state_of(s, id), OUT_UNKNOWN);
	must(store_outbox_unknown_each(s, T0, 10, collect, none));
	assert_int_equal(none[0], 0);
	must(store_outbox_unknown_each(s, T0 + 1, 10, collect, ids));
	assert_int_equal(ids[0], id);
	must(store_outbox_end(s, id, OUT_UNKNOWN, "no report came", T0));
	must(store_outbox_unknown_each(s, T0 + 1, 10, collect, none));
	assert_int_equal(none[0], 0);
	must(store_report(s, line, -1, PHONE, 0, T0, &got));
	assert_int_equal(state_of(s, id), OUT_DELIVERED);
	must(store_commit(s));
}

static void again_queues_only_unknown_parts(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t line, id, due;

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	id = add_handed(s, "k1", line, 2);
	must(store_outbox_result(s, id, 1, OUT_SENT, 3, 0, NULL, 0, T0));
	assert_int_equal(store_outbox_again(s, id, T0), RC_INVALID);
	must(store_outbox_result(s, id, 2, OUT_UNKNOWN, -1, 0, "", 0, T0));
	must(store_outbox_again(s, id, T0 + 9));
	assert_int_equal(next(s, line, T0, ALL_CLASSES, &due), 0);
	assert_int_equal(next(s, line, T0 + 9, ALL_CLASSES, &due), id);
	assert_int_equal(row.part[0].state, OUT_SENT);
	assert_int_equal(row.part[1].state, OUT_QUEUED);
	must(store_commit(s));
}

static void a_line_without_reports_is_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	const int64_t later = T0 + 3600;
	int64_t line, got;
	bool dead;
	char key[16];

	must(store_begin(s));
	line = add_line(s, "510100000000001");
	for (int i = 0; i < 20; i++) {
		must(store_line_reports_dead(s, line, later, &dead));
		assert_false(dead);
		snprintf(key, sizeof key, "k%d", i);
		add_sent(s, key, line, i);
	}
	must(store_line_reports_dead(s, line, T0 + 60, &dead));
	assert_false(dead); /* too early to tell */
	must(store_line_reports_dead(s, line, later, &dead));
	assert_true(dead);
	clock_set_virtual(later);
	int64_t id = add_handed(s, "unknown", line, 1), ids[4] = { 0 };
	must(store_outbox_result(s, id, 1, OUT_UNKNOWN, -1, 0, "", 0, T0));
	must(store_outbox_unknown_each(s, T0 - 5, 10, collect, ids));
	assert_int_equal(ids[0], id);
	must(store_report(s, line, 7, PHONE, 0, T0, &got));
	must(store_line_reports_dead(s, line, later, &dead));
	assert_false(dead);
	must(store_commit(s));
}

static void ended_messages_stay_ended(void **state)
{
	static const enum outbox_state ends[] = { OUT_EXPIRED, OUT_CANCELLED, OUT_FAILED };
	struct store *s = ((struct place *)*state)->s;
	int64_t id, due;
	char key[8];

	must(store_begin(s));
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(key, sizeof key, "k%zu", i);
		id = add(s, key, CLASS_REPLY, 0, T0);
		assert_int_equal(store_outbox_end(s, id, OUT_SENT, "no", T0), RC_INVALID);
		must(store_outbox_end(s, id, ends[i], "because", T0));
		assert_int_equal(state_of(s, id), ends[i]);
		assert_string_equal(row.cause, "because");
		assert_int_equal(store_outbox_end(s, id, OUT_CANCELLED, "x", T0), RC_INVALID);
	}
	assert_int_equal(next(s, 0, T0, ALL_CLASSES, &due), 0);
	must(store_commit(s));
}

static void lists_move_and_counts(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t a, id[3], count, ids[4] = { 0 }, due;
	struct outbox_new n = reply_to("answer", PHONE);
	struct inbox_part part = { .sender = PHONE,
		.scts = T0,
		.received_at = T0,
		.total = 1,
		.part = 1,
		.text = "STATUS" };
	static struct inbox_progress got;

	must(store_begin(s));
	a = add_line(s, "510100000000001");
	id[0] = add(s, "k1", CLASS_REPLY, a, T0);
	id[1] = add(s, "k2", CLASS_REPLY, a, T0);
	must(store_outbox_end(s, id[1], OUT_FAILED, "x", T0));
	must(store_outbox_move(s, a, 0, &count));
	assert_int_equal(count, 1);
	assert_int_equal(next(s, 0, T0, ALL_CLASSES, &due), id[0]);
	must(store_outbox_count(s, OUT_QUEUED, &count));
	assert_int_equal(count, 1);
	must(store_outbox_each(s, -1, 0, collect, ids));
	assert_int_equal(ids[0], id[1]); /* newest first */
	assert_int_equal(ids[1], id[0]);
	must(store_inbox_add(s, &part, &got));
	n.inbox = got.inbox;
	must(store_outbox_add(s, &n, &id[2]));
	memset(ids, 0, sizeof ids);
	must(store_outbox_of_inbox(s, got.inbox, collect, ids));
	assert_int_equal(ids[0], id[2]);
	assert_int_equal(ids[1], 0);
	must(store_commit(s));
}

static void names_and_parsing_agree(void **state)
{
	(void)state;
	for (int i = 0; i < OUT_STATES; i++)
		assert_int_equal(outbox_state_parse(outbox_state_name((enum outbox_state)i)), i);
	assert_int_equal(outbox_state_parse("nonsense"), -1);
	assert_string_equal(outbox_class_name(CLASS_REMINDER), "reminder");
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_text_waits_for_the_home_line_of_its_phone),
		T(same_occasion_is_queued_once),
		T(next_goes_by_class_then_age_then_line),
		T(expired_messages_are_not_offered_and_end),
		T(a_retry_hands_only_the_missing_parts),
		T(a_failed_part_fails_the_message),
		T(report_settles_the_newest_with_this_reference),
		T(report_of_a_foreign_line_or_number_settles_nothing),
		T(report_without_reference_needs_a_single_candidate),
		T(report_before_the_result_wins),
		T(unknowns_wait_are_judged_once_and_believe_reports),
		T(again_queues_only_unknown_parts),
		T(a_line_without_reports_is_told),
		T(ended_messages_stay_ended),
		T(lists_move_and_counts),
		T(names_and_parsing_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
