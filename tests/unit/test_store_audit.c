/* The audit chain: whatever is changed in it afterwards is found. */
#include "store_fixture.h"

static void add(struct store *s, int from, int to)
{
	char subject[32];

	must(store_begin(s));
	for (int i = from; i <= to; i++) {
		snprintf(subject, sizeof subject, "pledge/%d", i);
		must(store_audit(s, T0 + i, "budi", "pledge.add", subject, "workers=3"));
	}
	must(store_commit(s));
}

static void chain_holds_across_transactions_and_opens(void **state)
{
	struct place *p = *state;
	int64_t n = 0, bad = -1;

	add(p->s, 1, 3);
	add(p->s, 4, 5);
	store_close(p->s);
	place_open(p, STORE_LIVE);
	add(p->s, 6, 6);
	must(store_audit_verify(p->s, &n, &bad));
	assert_int_equal(n, 6);
}

static void undone_entries_leave_no_gap(void **state)
{
	struct place *p = *state;
	int64_t n = 0, bad = -1;

	must(store_begin(p->s));
	must(store_audit(p->s, T0, "daemon", "one", "x", ""));
	must(store_mark(p->s));
	must(store_audit(p->s, T0, "daemon", "two", "x", ""));
	store_undo(p->s);
	must(store_audit(p->s, T0, "daemon", "three", "x", ""));
	must(store_audit_verify(p->s, &n, &bad));
	assert_int_equal(n, 2);
	must(store_commit(p->s));
	must(store_begin(p->s));
	must(store_audit(p->s, T0, "daemon", "four", "x", ""));
	store_rollback(p->s);
	add(p->s, 5, 5);
	must(store_audit_verify(p->s, &n, &bad));
	assert_int_equal(n, 3);
}

static void tampering_is_found_where_it_is(void **state)
{
	static const struct {
		const char *sql;
		int64_t bad_seq;
	} cases[] = {
		{ "UPDATE audit SET detail = 'workers=300' WHERE seq = 3", 3 },
		{ "UPDATE audit SET actor = 'andi' WHERE seq = 1", 1 },
		{ "UPDATE audit SET at = at + 1 WHERE seq = 6", 6 },
		{ "UPDATE audit SET action = 'pledge.addw', subject = substr(subject, 1)"
		  " WHERE seq = 2",
		        2 },
		{ "DELETE FROM audit WHERE seq = 4", 4 },
		{ "DELETE FROM audit WHERE seq > 4", 5 },
		{ "DELETE FROM audit", 1 },
		{ "UPDATE audit SET seq = -1 WHERE seq = 2;"
		  "UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -1",
		        2 },
		{ "DELETE FROM audit WHERE seq = 6;"
		  "UPDATE meta SET data = zeroblob(81) WHERE name = 'audit_tail'",
		        0 },
		{ "DELETE FROM meta WHERE name = 'audit_tail'", 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct place p = { 0 };
		void *own = NULL;
		int64_t n, bad = -1;

		place_setup(&own);
		p = *(struct place *)own;
		add(p.s, 1, 6);
		must(store_audit_verify(p.s, &n, &bad));
		tamper(&p, cases[i].sql);
		assert_int_equal(store_audit_verify(p.s, &n, &bad), RC_INVALID);
		assert_int_equal(bad, cases[i].bad_seq);
		place_teardown(&own);
	}
	(void)state;
}

static void a_cut_end_stays_visible_when_more_is_written(void **state)
{
	struct place *p = *state;
	int64_t n, bad = -1;

	add(p->s, 1, 6);
	tamper(p, "DELETE FROM audit WHERE seq = 6");
	add(p->s, 7, 8);
	assert_int_equal(store_audit_verify(p->s, &n, &bad), RC_INVALID);
	assert_int_equal(bad, 6);
}

static void too_long_entries_are_refused(void **state)
{
	struct place *p = *state;
	char longer[1200];

	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	must(store_begin(p->s));
	assert_int_equal(store_audit(p->s, T0, "a", "b", "c", longer), RC_INVALID);
	assert_int_equal(store_audit(p->s, T0, "a", "b", longer, "d"), RC_INVALID);
	store_rollback(p->s);
	assert_int_equal(store_audit(p->s, T0, "a", "b", "c", "d"), RC_INVALID); /* no begin */
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(chain_holds_across_transactions_and_opens),
		T(undone_entries_leave_no_gap),
		cmocka_unit_test(tampering_is_found_where_it_is),
		T(a_cut_end_stays_visible_when_more_is_written),
		T(too_long_entries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
