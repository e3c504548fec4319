/* Texts in: redelivery, long texts, poison, repeats; lines, PINs and usage. */
#include "store_fixture.h"

static struct inbox_progress got;

static struct inbox_part part_of(const char *text, int ref, int total, int part, int64_t scts)
{
	static const uint8_t pdu[] = { 0x07, 0x91, 0x26 };
	struct inbox_part p = { .sender = PHONE,
		.scts = scts,
		.received_at = scts,
		.ref = ref,
		.total = total,
		.part = part,
		.text = text,
		.pdu = pdu,
		.pdu_len = sizeof pdu };

	return p;
}

static void redelivery_is_known(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct inbox_part p = part_of("STATUS", 0, 1, 1, T0);
	int64_t first;

	must(store_begin(s));
	must(store_inbox_add(s, &p, &got));
	assert_true(got.complete && !got.redelivered);
	assert_string_equal(got.text, "STATUS");
	first = got.inbox;
	p.received_at = T0 + 500; /* the same slot, read again */
	must(store_inbox_add(s, &p, &got));
	assert_true(got.redelivered && !got.complete);
	assert_int_equal(got.inbox, first);
	p.scts = T0 + 1; /* written again by the person */
	must(store_inbox_add(s, &p, &got));
	assert_true(got.complete && !got.redelivered);
	assert_int_not_equal(got.inbox, first);
	must(store_commit(s));
}

static void long_texts_join_in_any_order(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct inbox_part p[] = { part_of("tiga", 9, 3, 3, T0), part_of("satu ", 9, 3, 1, T0 + 1),
		part_of("dua ", 9, 3, 2, T0 + 2) };
	int64_t set = 0;

	must(store_begin(s));
	for (int i = 0; i < 3; i++) {
		must(store_inbox_add(s, &p[i], &got));
		assert_int_equal(got.complete, i == 2);
		assert_true(set == 0 || set == got.inbox);
		set = got.inbox;
	}
	assert_string_equal(got.text, "satu dua tiga");
	must(store_inbox_add(s, &p[0], &got));
	assert_true(got.redelivered);
	must(store_commit(s));
}

static void a_recurring_reference_opens_a_new_set(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct inbox_part a1 = part_of("lama ", 9, 2, 1, T0),
	                  b1 = part_of("baru ", 9, 2, 1, T0 + 60),
	                  b2 = part_of("sekali", 9, 2, 2, T0 + 61),
	                  late = part_of("besok", 9, 2, 2, T0 + 2 * 86400);
	int64_t a, b;

	must(store_begin(s));
	must(store_inbox_add(s, &a1, &got));
	a = got.inbox;
	must(store_inbox_add(s, &b1, &got));
	b = got.inbox;
	assert_int_not_equal(a, b);
	must(store_inbox_add(s, &b2, &got));
	assert_int_equal(got.inbox, b);
	assert_string_equal(got.text, "baru sekali");
	must(store_inbox_add(s, &late, &got)); /* of another text: a day later */
	assert_int_not_equal(got.inbox, a);
	assert_false(got.complete);
	must(store_commit(s));
}

static void parts_out_of_limits_are_refused(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	static const int bad[][2] = { { 0, 1 }, { 1, 0 }, { 2, 3 }, { 256, 1 } };

	must(store_begin(s));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct inbox_part p = part_of("x", 0, bad[i][0], bad[i][1], T0);

		assert_int_equal(store_inbox_add(s, &p, &got), RC_INVALID);
	}
	must(store_commit(s));
}

struct seen {
	int n;
	struct inbox_row row[8];
};

static void collect(void *arg, const struct inbox_row *row)
{
	struct seen *seen = arg;

	assert_true(seen->n < 8);
	seen->row[seen->n++] = *row;
}

static void only_masked_text_is_listed(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct inbox_part p = part_of("DAFTAR " NIK_A, 0, 1, 1, T0),
	                  half = part_of("x", 3, 2, 1, T0);
	static struct seen seen;

	memset(&seen, 0, sizeof seen);
	must(store_begin(s));
	must(store_inbox_add(s, &p, &got));
	must(store_inbox_done(s, got.inbox, INBOX_HANDLED, "DAFTAR [NIK]", "register", T0 + 1));
	assert_int_equal(store_inbox_done(s, got.inbox, INBOX_IGNORED, "", "", T0), RC_NOENT);
	must(store_inbox_add(s, &half, &got));
	must(store_inbox_each(s, -1, 0, collect, &seen));
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.row[0].body, "");
	assert_int_equal(seen.row[0].parts_have, 1);
	assert_int_equal(seen.row[0].parts_total, 2);
	assert_string_equal(seen.row[1].body, "DAFTAR [NIK]");
	assert_string_equal(seen.row[1].intent, "register");
	assert_int_equal(seen.row[1].handled_at, T0 + 1);
	must(store_inbox_each(s, INBOX_HANDLED, 5, collect, &seen));
	assert_int_equal(seen.n, 3);
	must(store_inbox_each(s, -1, 1, collect, &seen));
	assert_int_equal(seen.n, 4);
	must(store_commit(s));
}

static void repeats_are_found_within_their_time(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct inbox_part p = part_of("YA", 0, 1, 1, T0), q = part_of("YA", 0, 1, 1, T0 + 100),
	                  other = part_of("TIDAK", 0, 1, 1, T0 + 100);
	int64_t first, earlier = 0;

	must(store_begin(s));
	must(store_inbox_add(s, &p, &got));
	first = got.inbox;
	must(store_inbox_done(s, first, INBOX_HANDLED, "YA", "yes", T0));
	must(store_inbox_add(s, &q, &got));
	must(store_inbox_repeat(s, got.inbox, T0 - 600, &earlier));
	assert_int_equal(earlier, first);
	assert_int_equal(store_inbox_repeat(s, got.inbox, T0 + 1, &earlier), RC_NOENT);
	must(store_inbox_add(s, &other, &got));
	assert_int_equal(store_inbox_repeat(s, got.inbox, T0 - 600, &earlier), RC_NOENT);
	must(store_commit(s));
}

static void poison_is_kept_once_with_its_reason(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	const uint8_t pdu[] = { 1, 2, 3, 4 };
	int64_t a = 0, b = 0;
	static struct seen seen;

	memset(&seen, 0, sizeof seen);
	must(store_begin(s));
	must(store_inbox_poison(s, 0, pdu, sizeof pdu, "bad length", T0, &a));
	must(store_inbox_poison(s, 0, pdu, sizeof pdu, "bad length", T0 + 9, &b));
	assert_int_equal(a, b);
	must(store_inbox_each(s, INBOX_POISON, 0, collect, &seen));
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.row[0].body, "bad length");
	must(store_commit(s));
}

static void a_line_is_its_imsi(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t a, b, c;

	must(store_begin(s));
	must(store_line_seen(s, "5101", "modem1", "35", "+628", "TSEL", T0, &a));
	must(store_line_seen(s, "5101", "modem2", "36", "", "", T0 + 5, &b));
	must(store_line_seen(s, "5102", "modem1", "35", "", "", T0 + 5, &c));
	assert_int_equal(a, b);
	assert_int_not_equal(a, c);
	must(store_commit(s));
}

static void first_line(void *arg, const struct line_row *row)
{
	struct line_row *out = arg;

	if (out->id == 0)
		*out = *row;
}

static void a_line_keeps_what_is_not_told_again(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct line_row row = { 0 };
	int64_t id;

	must(store_begin(s));
	must(store_line_seen(s, "5101", "modem1", "35", "+628", "TSEL", T0, &id));
	must(store_line_seen(s, "5101", "modem2", "36", "", "", T0 + 5, &id));
	must(store_commit(s));
	must(store_line_each(s, first_line, &row));
	assert_string_equal(row.name, "modem2");
	assert_string_equal(row.number, "+628");
	assert_string_equal(row.operator_name, "TSEL");
	assert_int_equal(row.first_seen, T0);
	assert_int_equal(row.last_seen, T0 + 5);
}

static void a_refused_pin_belongs_to_its_imei(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	bool yes;

	must(store_begin(s));
	must(store_pin_refuse(s, "350001", "1234", T0));
	must(store_pin_refuse(s, "350001", "1234", T0));
	must(store_pin_refused(s, "350001", "1234", &yes));
	assert_true(yes);
	must(store_pin_refused(s, "350001", "4321", &yes));
	assert_false(yes);
	must(store_pin_refused(s, "350002", "1234", &yes));
	assert_false(yes);
	must(store_commit(s));
}

static void usage_adds_up_by_hour_and_line(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	const int64_t hour = T0 / 3600 * 3600;
	int64_t a, b, n;

	must(store_begin(s));
	a = add_line(s, "5101");
	b = add_line(s, "5102");
	must(store_usage_add(s, a, hour - 1, 100));
	must(store_usage_add(s, a, hour, 3));
	must(store_usage_add(s, a, hour + 3599, 4));
	must(store_usage_add(s, b, hour, 10));
	must(store_usage_since(s, a, hour + 10, &n));
	assert_int_equal(n, 7);
	must(store_usage_since(s, 0, hour, &n));
	assert_int_equal(n, 17);
	must(store_usage_since(s, a, hour - 1, &n));
	assert_int_equal(n, 107);
	must(store_commit(s));
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(redelivery_is_known),
		T(long_texts_join_in_any_order),
		T(a_recurring_reference_opens_a_new_set),
		T(parts_out_of_limits_are_refused),
		T(only_masked_text_is_listed),
		T(repeats_are_found_within_their_time),
		T(poison_is_kept_once_with_its_reason),
		T(a_line_is_its_imsi),
		T(a_line_keeps_what_is_not_told_again),
		T(a_refused_pin_belongs_to_its_imei),
		T(usage_adds_up_by_hour_and_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
