/* Payments, the orders they may fit, the books, and what needs two people. */
#include "money_fixture.h"

/* ---- payments ---- */

static void a_payment_walks_from_the_file_to_the_books(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	const struct match_result m = { .outcome = MATCH_REFERENCE, .pledge = 1 };
	struct payment_row p;
	int64_t id, pledge;

	must(store_begin(s));
	pledge = add_pledge(s, "D4F7K2", 5);
	id = add_payment(s, 50400);
	must(store_payment_next_unposted(s, 0, &p));
	assert_int_equal(p.id, id);
	assert_int_equal(p.state, PAY_IMPORTED);
	assert_int_equal(p.amount, 50400);
	assert_string_equal(p.file, "juli.csv");
	assert_string_equal(p.account, "123");
	assert_int_equal(store_payment_next_unposted(s, id, &p), RC_NOENT);
	assert_int_equal(store_payment_use(s, id, 1), RC_INVALID); /* nobody knows whose it is */
	must(store_payment_match(s, id, &m, "reconcile"));
	must(store_pledge_next_payable(s, 0, &pledge));
	assert_int_equal(pledge, 1);
	assert_int_equal(store_pledge_next_payable(s, 1, &pledge), RC_NOENT);
	assert_int_equal(payment_of(s, id).sponsor, 1);
	must(store_payment_use(s, id, 16800));
	assert_int_equal(payment_of(s, id).state, PAY_PART_MATCHED);
	assert_int_equal(store_payment_match(s, id, &m, "budi"), RC_INVALID);
	assert_int_equal(store_payment_use(s, id, 33601), RC_INVALID);
	must(store_payment_use(s, id, 33600));
	assert_int_equal(payment_of(s, id).state, PAY_POSTED);
	assert_int_equal(payment_of(s, id).used, 50400);
	assert_int_equal(store_payment_next_unposted(s, 0, &p), RC_NOENT);
	assert_int_equal(store_pledge_next_payable(s, 0, &pledge), RC_NOENT);
	assert_int_equal(store_payment_state(s, id, PAY_MATCHED, PAY_REVERSED), RC_INVALID);
	must(store_payment_state(s, id, PAY_POSTED, PAY_REVERSED));
	assert_int_equal(payment_of(s, id).used, 0);
	must(store_commit(s));
}

static void saying_what_is_there_writes_nothing(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	const struct match_result m = { .outcome = MATCH_AMBIGUOUS, .reason = MATCH_SEVERAL_FIT };
	struct instalment_row i[PLAN_MONTHS_MAX];
	uint64_t before;
	int64_t id;
	size_t n;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 5);
	id = add_payment(s, 50400);
	must(store_payment_match(s, id, &m, "reconcile"));
	must(store_instalments(s, 1, i, PLAN_MONTHS_MAX, &n));
	must(store_instalment_set(s, i[0].id, 50400, 0, INSTALMENT_BILLED));
	must(store_account_seen(s, 1, "123", DAY0));
	must(store_commit(s));
	before = store_commits(s);
	must(store_begin(s));
	must(store_payment_match(s, id, &m, "reconcile"));
	must(store_instalment_set(s, i[0].id, 50400, 0, INSTALMENT_BILLED));
	must(store_account_seen(s, 1, "123", DAY0));
	assert_int_equal(store_instalment_set(s, 99, 1, 0, INSTALMENT_BILLED), RC_NOENT);
	must(store_commit(s));
	assert_int_equal(store_commits(s), before);
	assert_int_equal(payment_of(s, id).state, PAY_AMBIGUOUS);
	assert_int_equal(payment_of(s, id).reason, MATCH_SEVERAL_FIT);
}

static void a_payment_is_booked_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct ledger_entry e;
	int64_t id, entry;

	must(store_begin(s));
	id = add_payment(s, 50400);
	must(ledger_payment(&e, (struct ledger_subject){ .payment = id }, false, 50400));
	entry = post(s, &e);
	must(store_payment_booked(s, id, entry));
	assert_int_equal(store_payment_booked(s, id, entry), RC_INVALID);
	assert_int_equal(store_payment_booked(s, 99, entry), RC_NOENT);
	assert_int_equal(payment_of(s, id).entry, entry);
	must(store_commit(s));
}

/* ---- orders ---- */

static struct order_row order[64];
static size_t orders;

static rc_t ask(
        struct store *s, const char *text, const char *account, rupiah_t amount, int64_t day)
{
	const struct match_payment p = { amount, day, 7, text, account, false };
	struct match_refs refs;

	match_find_refs(text, &refs);
	return store_orders_for(s, &refs, &p, order, 64, &orders);
}

static void expect(struct store *s, int64_t pledge, rupiah_t amount)
{
	struct instalment_row i[PLAN_MONTHS_MAX];
	size_t n;

	must(store_instalments(s, pledge, i, PLAN_MONTHS_MAX, &n));
	assert_int_equal(n, 4);
	for (size_t k = 0; k < n; k++)
		must(store_instalment_set(s, i[k].id, amount, 0, INSTALMENT_PLANNED));
}

static void orders_are_found_by_what_a_payment_says(void **state)
{
	const int64_t due = date_days((struct date){ 2026, 6, PLEDGE_DUE_DAY });
	struct store *s = ((struct place *)*state)->s;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 5);
	(void)add_pledge(s, "E5G8M3", 5);
	expect(s, 1, 50400);
	expect(s, 2, 50400);
	must(store_account_seen(s, 2, "777", DAY0));
	must(store_account_seen(s, 2, "888", DAY0 + 1));
	must(ask(s, "iuran ref d4f7k2 juli", "", 1, 1));
	assert_int_equal(orders, 4);
	assert_string_equal(order[0].ref, "D4F7K2");
	assert_string_equal(order[0].account, "");
	assert_int_equal(order[0].due_day, due);
	assert_int_equal(order[0].open, 50400);
	must(ask(s, "D4F7K3", "", 1, 1)); /* last half wrong */
	assert_int_equal(orders, 4);
	must(ask(s, "X4F7K2", "", 1, 1)); /* first half wrong */
	assert_int_equal(orders, 4);
	must(ask(s, "X4F7K3", "", 1, 1));
	assert_int_equal(orders, 0);
	must(ask(s, "D4F7K3 E5G8M3", "", 1, 1)); /* an exact one speaks louder */
	assert_int_equal(orders, 4);
	assert_int_equal(order[0].pledge, 2);
	must(ask(s, "", "777", 1, 1));
	assert_int_equal(orders, 4);
	assert_string_equal(order[0].account, "777");
	must(ask(s, "E5G8M3", "", 1, 1));
	assert_string_equal(order[0].account, "888"); /* as last seen */
	must(ask(s, "E5G8M3", "888", 1, 1));          /* each once */
	assert_int_equal(orders, 4);
	must(ask(s, "", "999", 50400, due + 7));
	assert_int_equal(orders, 2);
	must(ask(s, "", "999", 50400, due + 8));
	assert_int_equal(orders, 0);
	must(ask(s, "", "999", 50401, due));
	assert_int_equal(orders, 0);
	must(store_commit(s));
}

static void more_orders_than_room_are_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	const struct match_refs refs = { .n = 1, .ref = { "D4F7K2" } };
	const struct match_payment p = { 1, 1, 7, "", "", false };
	struct instalment_row i[2];
	size_t n;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 5);
	assert_int_equal(store_orders_for(s, &refs, &p, order, 3, &n), RC_LIMIT);
	assert_int_equal(n, 3);
	assert_int_equal(store_instalments(s, 1, i, 2, &n), RC_LIMIT);
	must(store_commit(s));
}

/* ---- the books ---- */

static void entries_balance_and_stay(void **state)
{
	struct place *p = *state;
	struct ledger_entry e;
	struct ledger_row r;
	rupiah_t sum;
	int64_t id;

	must(store_begin(p->s));
	(void)add_pledge(p->s, "D4F7K2", 5);
	id = pay_by_entry(p->s, 1, 50400);
	must(store_ledger_get(p->s, id, &r));
	e = r.entry;
	assert_int_equal(e.n, 2);
	assert_int_equal(e.worker_months, 1);
	assert_int_equal(entry_on(&e, LEDGER_FUNDED, 1), -50400);
	assert_string_equal(r.by, "reconcile");
	e.posting[0].amount++;
	assert_int_equal(store_ledger_add(p->s, &e,
	                         &(struct ledger_note){ .at = T0, .day = DAY0, .by = "x" }, &id),
	        RC_INVALID);
	must(store_balance(p->s, LEDGER_BANK, 0, &sum));
	assert_int_equal(sum, 50400);
	must(store_balance(p->s, LEDGER_UNASSIGNED, 1, &sum));
	assert_int_equal(sum, 0);
	must(store_balance(p->s, LEDGER_FUNDED, 9, &sum));
	assert_int_equal(sum, 0);
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT sum(amount) FROM ledger_balance"), 0);
	assert_int_equal(ask_int(p, "SELECT sum(amount) FROM ledger_posting"), 0);
}

/* Whoever reaches the file cannot unbalance the books by the means of SQL. */
static void the_table_itself_guards_the_books(void **state)
{
	static const char *const attempts[] = { "UPDATE ledger_entry SET amount_1 = 1",
		"UPDATE ledger_entry SET day = 1", "DELETE FROM ledger_entry",
		"INSERT INTO ledger_entry (id, at, day, reason, reversed, months, actor, account_1,"
		" owner_1, amount_1, account_2, owner_2, amount_2) VALUES"
		" (99, 0, 0, 0, 0, 0, 'x', 0, 0, 5, 2, 1, -4)",
		"INSERT INTO ledger_entry (id, at, day, reason, reversed, months, actor, account_1,"
		" owner_1, amount_1, account_2, owner_2, amount_2) VALUES"
		" (99, 0, 0, 0, 0, 0, 'x', 0, 0, 0, 2, 1, 0)" };
	struct place *p = *state;
	sqlite3 *db = NULL;

	must(store_begin(p->s));
	(void)add_pledge(p->s, "D4F7K2", 5);
	(void)pay_by_entry(p->s, 1, 50400);
	must(store_commit(p->s));
	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
		assert_int_equal(
		        sqlite3_exec(db, attempts[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
	sqlite3_close(db);
}

static void an_entry_is_taken_back_once(void **state)
{
	struct place *p = *state;
	struct ledger_note note = { .at = T0, .day = DAY0 + 1, .by = "sari" };
	struct ledger_entry back;
	struct ledger_row r;
	int64_t id, again, entries;
	rupiah_t sum;

	must(store_begin(p->s));
	(void)add_pledge(p->s, "D4F7K2", 5);
	id = pay_by_entry(p->s, 1, 50400);
	must(store_ledger_get(p->s, id, &r));
	must(ledger_reversed(&back, &r.entry));
	note.reverses = id;
	must(store_ledger_add(p->s, &back, &note, &again));
	must(store_ledger_get(p->s, again, &r));
	assert_int_equal(r.reverses, id);
	assert_int_equal(r.entry.reversed, LEDGER_PAYMENT_MATCHED);
	entries = ask_int(p, "SELECT count(*) FROM audit");
	assert_int_equal(store_ledger_add(p->s, &back, &note, &again), RC_EXISTS);
	must(store_balance(p->s, LEDGER_FUNDED, 1, &sum));
	assert_int_equal(sum, 0);
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM ledger_entry"), 3);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM audit WHERE action = 'ledger'"), 3);
	assert_int_equal(entries, 0); /* nothing was to be seen before the commit */
}

static void entries_are_found_by_what_they_concern(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct ledger_row r;
	int64_t first, second;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 5);
	first = pay_by_entry(s, 1, 50400);
	second = pay_by_entry(s, 1, 16800);
	must(store_ledger_next(s, LEDGER_OF_PLEDGE, 1, first, &r));
	assert_true(r.id > first && r.id < second); /* how the second payment came in */
	must(store_ledger_next(s, LEDGER_OF_PLEDGE, 1, r.id, &r));
	assert_int_equal(r.id, second);
	assert_int_equal(store_ledger_next(s, LEDGER_OF_PLEDGE, 1, second, &r), RC_NOENT);
	must(store_ledger_next(s, LEDGER_OF_PAYMENT, 2, 0, &r));
	assert_int_equal(r.entry.reason, LEDGER_PAYMENT_BANK);
	must(store_ledger_next(s, LEDGER_OF_PAYMENT, 2, r.id, &r));
	assert_int_equal(r.id, second);
	must(store_ledger_next(s, LEDGER_OF_SPONSOR, 1, first, &r));
	assert_int_equal(store_ledger_next(s, LEDGER_OF_WORKER, 1, 0, &r), RC_NOENT);
	must(store_commit(s));
}

static rc_t verify(struct place *p, int64_t *entries, int64_t *bad)
{
	rc_t rc = store_ledger_verify(p->s, entries, bad);

	assert_false(store_in_transaction(p->s));
	return rc;
}

static void the_chain_tells_the_same_books(void **state)
{
	static const struct {
		const char *sql;
		int64_t bad; /* which of the entries, 0: a balance */
	} cases[] = {
		{ "UPDATE ledger_balance SET amount = amount + 1 WHERE account = 0", 0 },
		{ "DROP TRIGGER ledger_entry_stays; UPDATE ledger_entry SET amount_1 = 60000,"
		  " amount_2 = -60000 WHERE id = 2",
		        2 },
		{ "DROP TRIGGER ledger_entry_stays; UPDATE ledger_entry SET actor = 'x' WHERE id = "
		  "1",
		        1 },
		{ "DROP TRIGGER ledger_entry_remains; DELETE FROM ledger_entry WHERE id = 1", 1 },
		{ "INSERT INTO audit VALUES (3, 0, 'x', 'x', '', '', x''); INSERT INTO ledger_entry"
		  " (id, at, day, reason, reversed, months, actor, account_1, owner_1, amount_1,"
		  " account_2, owner_2, amount_2) VALUES (3, 0, 0, 0, 0, 0, 'x', 0, 0, 5, 2, 1, "
		  "-5)",
		        3 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *own = NULL;
		struct place *p;
		int64_t entries, bad;

		place_setup(&own);
		p = own;
		must(store_begin(p->s));
		(void)add_pledge(p->s, "D4F7K2", 5);
		assert_int_equal(pay_by_entry(p->s, 1, 50400), 2);
		must(store_commit(p->s));
		must(verify(p, &entries, &bad));
		assert_int_equal(entries, 2);
		tamper(p, cases[i].sql);
		assert_int_equal(verify(p, &entries, &bad), RC_INVALID);
		assert_int_equal(bad, cases[i].bad);
		place_teardown(&own);
	}
}

/* ---- two people ---- */

static void a_request_needs_a_second_person(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct request_row r = {
		.kind = REQUEST_REFUND, .sponsor = 1, .amount = 50400, .at = T0, .by = "budi"
	};
	int64_t id, second;

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 5);
	must(store_request_add(s, &r, &id));
	assert_int_equal(store_request_add(s, &r, &second), RC_EXISTS);
	assert_int_equal(store_request_decide(s, id, true, "budi", "", 0, T0), RC_INVALID);
	assert_int_equal(store_request_decide(s, 99, true, "sari", "", 0, T0), RC_NOENT);
	must(store_request_next(s, true, 0, &r));
	assert_int_equal(r.state, REQUEST_OPEN);
	must(store_request_decide(s, id, true, "sari", "setuju", 0, T0 + 1));
	assert_int_equal(store_request_decide(s, id, false, "sari", "", 0, T0), RC_INVALID);
	assert_int_equal(store_request_next(s, true, 0, &r), RC_NOENT);
	must(store_request_next(s, false, 0, &r));
	assert_int_equal(r.state, REQUEST_APPROVED);
	assert_string_equal(r.by, "budi");
	assert_string_equal(r.decided_by, "sari");
	must(store_request_add(s, &r, &second)); /* the next one may come */
	must(store_commit(s));
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_payment_walks_from_the_file_to_the_books),
		T(saying_what_is_there_writes_nothing),
		T(a_payment_is_booked_once),
		T(orders_are_found_by_what_a_payment_says),
		T(more_orders_than_room_are_told),
		T(entries_balance_and_stay),
		T(the_table_itself_guards_the_books),
		T(an_entry_is_taken_back_once),
		T(entries_are_found_by_what_they_concern),
		cmocka_unit_test(the_chain_tells_the_same_books),
		T(a_request_needs_a_second_person),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
