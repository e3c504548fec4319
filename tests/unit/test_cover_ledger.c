#include "cover_draw.h"
#include <payung/cover_allocate.h>
#include <payung/cover_ledger.h>

#define PAYMENT 7
#define SPONSOR 3
#define PLEDGE 11
#define WORKER 99

static const struct ledger_subject about = { PAYMENT, SPONSOR, PLEDGE, WORKER };

struct want {
	enum ledger_account account;
	int64_t owner;
	rupiah_t amount;
};

static void assert_entry(const struct ledger_entry *e, enum ledger_reason why, int64_t months,
        const struct want *w, size_t n)
{
	assert_string_equal(ledger_reason_name(e->reason), ledger_reason_name(why));
	assert_true(entry_is_balanced(e));
	assert_int_equal(e->worker_months, months);
	assert_memory_equal(&e->about, &about, sizeof about);
	assert_int_equal(e->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(entry_on(e, w[i].account, w[i].owner), w[i].amount);
}

#define ENTRY(e, why, months, ...)                                            \
	assert_entry(&(e), why, months, (const struct want[]){ __VA_ARGS__ }, \
	        sizeof((const struct want[]){ __VA_ARGS__ }) / sizeof(struct want))

static void money_arrives(void **state)
{
	struct ledger_entry e;

	(void)state;
	assert_int_equal(ledger_payment(&e, about, false, 50400), RC_OK);
	ENTRY(e, LEDGER_PAYMENT_BANK, 0, { LEDGER_BANK, 0, 50400 },
	        { LEDGER_UNASSIGNED, PAYMENT, -50400 });
	assert_int_equal(ledger_payment(&e, about, true, 50400), RC_OK);
	ENTRY(e, LEDGER_PAYMENT_EXTERNAL, 0, { LEDGER_EXTERNAL, SPONSOR, 50400 },
	        { LEDGER_UNASSIGNED, PAYMENT, -50400 });
}

static void months_are_funded_and_the_rest_is_credit(void **state)
{
	static const rupiah_t months[] = { 16800, 16800, 8400 };
	struct ledger_entry e;

	(void)state;
	assert_int_equal(ledger_matched(&e, about, 50400, months, 3), RC_OK);
	ENTRY(e, LEDGER_PAYMENT_MATCHED, 3, { LEDGER_UNASSIGNED, PAYMENT, 50400 },
	        { LEDGER_FUNDED, PLEDGE, -42000 }, { LEDGER_SPONSOR_CREDIT, SPONSOR, -8400 });
	assert_int_equal(ledger_matched(&e, about, 42000, months, 3), RC_OK);
	ENTRY(e, LEDGER_PAYMENT_MATCHED, 3, { LEDGER_UNASSIGNED, PAYMENT, 42000 },
	        { LEDGER_FUNDED, PLEDGE, -42000 });
	assert_int_equal(ledger_matched(&e, about, 40000, months, 3), RC_OK);
	ENTRY(e, LEDGER_PAYMENT_MATCHED, 3, { LEDGER_UNASSIGNED, PAYMENT, 40000 },
	        { LEDGER_FUNDED, PLEDGE, -42000 }, { LEDGER_SPONSOR_CREDIT, SPONSOR, 2000 });
	assert_int_equal(ledger_matched(&e, about, 5000, NULL, 0), RC_OK);
	ENTRY(e, LEDGER_CREDIT_LEFT, 0, { LEDGER_UNASSIGNED, PAYMENT, 5000 },
	        { LEDGER_SPONSOR_CREDIT, SPONSOR, -5000 });
	assert_int_equal(ledger_credit_applied(&e, about, months, 2), RC_OK);
	ENTRY(e, LEDGER_CREDIT_APPLIED, 2, { LEDGER_SPONSOR_CREDIT, SPONSOR, 33600 },
	        { LEDGER_FUNDED, PLEDGE, -33600 });
	assert_int_equal(ledger_confirmed(&e, about, 33600, 2), RC_OK);
	ENTRY(e, LEDGER_INSURER_CONFIRMED, 2, { LEDGER_FUNDED, PLEDGE, 33600 },
	        { LEDGER_CONFIRMED, PLEDGE, -33600 });
}

static void months_come_back_to_credit(void **state)
{
	static const enum ledger_reason both[] = { LEDGER_WORKER_DIED, LEDGER_WORKER_REJECTED,
		LEDGER_DOUBLE_FUNDED, LEDGER_UNFUNDED };
	struct ledger_entry e;

	(void)state;
	for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
		assert_int_equal(ledger_returned(&e, about, both[i], 16800, 8400, 2), RC_OK);
		ENTRY(e, both[i], 2, { LEDGER_FUNDED, PLEDGE, 16800 },
		        { LEDGER_CONFIRMED, PLEDGE, 8400 },
		        { LEDGER_SPONSOR_CREDIT, SPONSOR, -25200 });
	}
	assert_int_equal(ledger_returned(&e, about, LEDGER_WORKER_REPLACED, 16800, 0, 1), RC_OK);
	ENTRY(e, LEDGER_WORKER_REPLACED, 1, { LEDGER_FUNDED, PLEDGE, 16800 },
	        { LEDGER_SPONSOR_CREDIT, SPONSOR, -16800 });
	assert_int_equal(
	        ledger_returned(&e, about, LEDGER_WORKER_REPLACED, 16800, 1, 1), RC_INVALID);
}

static void officers_settle_credit(void **state)
{
	static const struct {
		enum ledger_reason why;
		struct want from, to;
	} cases[] = {
		{ LEDGER_REFUND_REQUESTED, { LEDGER_SPONSOR_CREDIT, SPONSOR, 900 },
		        { LEDGER_REFUNDS, SPONSOR, -900 } },
		{ LEDGER_REFUND_REFUSED, { LEDGER_REFUNDS, SPONSOR, 900 },
		        { LEDGER_SPONSOR_CREDIT, SPONSOR, -900 } },
		{ LEDGER_REFUND_PAID, { LEDGER_REFUNDS, SPONSOR, 900 }, { LEDGER_BANK, 0, -900 } },
		{ LEDGER_REFUND_EXTERNAL, { LEDGER_REFUNDS, SPONSOR, 900 },
		        { LEDGER_EXTERNAL, SPONSOR, -900 } },
		{ LEDGER_CREDIT_WRITTEN_OFF, { LEDGER_SPONSOR_CREDIT, SPONSOR, 900 },
		        { LEDGER_WRITTEN_OFF, SPONSOR, -900 } },
		{ LEDGER_SHORTFALL_FORGIVEN, { LEDGER_WRITTEN_OFF, SPONSOR, 900 },
		        { LEDGER_SPONSOR_CREDIT, SPONSOR, -900 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct ledger_entry e;

		assert_int_equal(ledger_settled(&e, about, cases[i].why, 900), RC_OK);
		ENTRY(e, cases[i].why, 0, cases[i].from, cases[i].to);
	}
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const struct ledger_subject nobody = { 0 },
	                                   no_worker = { PAYMENT, SPONSOR, PLEDGE, 0 },
	                                   no_sponsor = { PAYMENT, 0, PLEDGE, WORKER },
	                                   no_pledge = { PAYMENT, SPONSOR, 0, WORKER };
	static const rupiah_t months[] = { 16800 }, zero[] = { 16800, 0 }, less[] = { -1 },
	                      huge[] = { RUPIAH_MAX, 1 };
	struct ledger_entry e = { .n = 77 };

	(void)state;
	assert_int_equal(ledger_payment(&e, nobody, false, 5), RC_INVALID);
	assert_int_equal(ledger_payment(&e, no_sponsor, true, 5), RC_INVALID);
	assert_int_equal(ledger_payment(&e, about, false, 0), RC_INVALID);
	assert_int_equal(ledger_payment(&e, about, false, -5), RC_INVALID);
	assert_int_equal(ledger_payment(&e, about, false, RUPIAH_MAX + 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, no_sponsor, 16800, months, 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, no_pledge, 16800, months, 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, nobody, 16800, months, 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, about, 0, months, 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, about, -1, months, 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, about, 16800, zero, 2), RC_INVALID);
	assert_int_equal(ledger_matched(&e, about, 16800, less, 1), RC_INVALID);
	assert_int_equal(ledger_matched(&e, about, 16800, huge, 2), RC_INVALID);
	assert_int_equal(ledger_credit_applied(&e, about, NULL, 0), RC_INVALID);
	assert_int_equal(ledger_credit_applied(&e, about, less, 1), RC_INVALID);
	assert_int_equal(ledger_credit_applied(&e, no_sponsor, months, 1), RC_INVALID);
	assert_int_equal(ledger_confirmed(&e, no_pledge, 16800, 1), RC_INVALID);
	assert_int_equal(ledger_confirmed(&e, about, 16800, 0), RC_INVALID);
	assert_int_equal(ledger_confirmed(&e, about, -1, 1), RC_INVALID);
	assert_int_equal(ledger_confirmed(&e, about, 0, 1), RC_INVALID);
	for (int why = 0; why < LEDGER_REASONS; why++) {
		bool returns = why >= LEDGER_WORKER_DIED && why <= LEDGER_UNFUNDED;
		bool person = why >= LEDGER_WORKER_DIED && why <= LEDGER_WORKER_REJECTED;
		bool settles = (why >= LEDGER_REFUND_REQUESTED && why <= LEDGER_REFUND_EXTERNAL) ||
		               why == LEDGER_CREDIT_WRITTEN_OFF || why == LEDGER_SHORTFALL_FORGIVEN;
		struct ledger_entry x;
		enum ledger_reason r = (enum ledger_reason)why;

		assert_int_equal(
		        ledger_returned(&x, about, r, 5, 0, 1), returns ? RC_OK : RC_INVALID);
		assert_int_equal(ledger_returned(&x, no_worker, r, 5, 0, 1),
		        returns && !person ? RC_OK : RC_INVALID);
		assert_int_equal(ledger_returned(&e, about, r, 0, 0, 1), RC_INVALID);
		assert_int_equal(ledger_returned(&e, about, r, 5, -1, 1), RC_INVALID);
		assert_int_equal(ledger_returned(&e, about, r, -5, 0, 1), RC_INVALID);
		assert_int_equal(ledger_returned(&e, about, r, 5, 0, 0), RC_INVALID);
		assert_int_equal(ledger_returned(&e, no_pledge, r, 5, 0, 1), RC_INVALID);
		assert_int_equal(ledger_returned(&e, no_sponsor, r, 5, 0, 1), RC_INVALID);
		assert_int_equal(ledger_settled(&x, about, r, 5), settles ? RC_OK : RC_INVALID);
		assert_int_equal(ledger_settled(&e, no_sponsor, r, 5), RC_INVALID);
		assert_int_equal(ledger_settled(&e, about, r, -5), RC_INVALID);
		assert_int_equal(ledger_settled(&e, about, r, 0), RC_INVALID);
	}
	assert_int_equal(e.n, 77);
	assert_int_equal(ledger_payment(&e, about, false, RUPIAH_MAX), RC_OK);
	assert_int_equal(ledger_matched(&e, about, RUPIAH_MAX, huge, 1), RC_OK);
}

static void balance_is_checked_posting_by_posting(void **state)
{
	struct ledger_entry good, e;

	(void)state;
	assert_int_equal(ledger_payment(&good, about, false, 50400), RC_OK);
	e = good;
	e.posting[0].amount++;
	assert_false(entry_is_balanced(&e));
	e = good;
	e.posting[1].owner = 0;
	assert_false(entry_is_balanced(&e));
	e = good;
	e.posting[0].owner = 5;
	assert_false(entry_is_balanced(&e));
	e = good;
	e.posting[0].amount = e.posting[1].amount = 0;
	assert_false(entry_is_balanced(&e));
	e = good;
	e.posting[0].amount = RUPIAH_MAX + 1;
	e.posting[1].amount = -RUPIAH_MAX - 1;
	assert_false(entry_is_balanced(&e));
	e = good;
	e.n = 0;
	assert_false(entry_is_balanced(&e));
}

static void names_are_each_their_own(void **state)
{
	(void)state;
	for (int i = 0; i < LEDGER_REASONS; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(ledger_reason_name((enum ledger_reason)i),
			        ledger_reason_name((enum ledger_reason)k));
	assert_string_equal(ledger_reason_name(LEDGER_PAYMENT_REVERSED), "payment_reversed");
	assert_string_equal(ledger_account_name(LEDGER_BANK), "bank");
	assert_string_equal(ledger_account_name(LEDGER_WRITTEN_OFF), "written_off");
}

/* ---- the whole life of money, by chance ---- */
#define OWNERS 20

struct books {
	rupiah_t on[LEDGER_ACCOUNTS][OWNERS];
};

static void book(struct books *b, const struct ledger_entry *e)
{
	assert_true(entry_is_balanced(e));
	for (size_t i = 0; i < e->n; i++)
		b->on[e->posting[i].account][e->posting[i].owner] += e->posting[i].amount;
}

static rupiah_t total(const struct books *b)
{
	rupiah_t sum = 0;

	for (int a = 0; a < LEDGER_ACCOUNTS; a++)
		for (int o = 0; o < OWNERS; o++)
			sum += b->on[a][o];
	return sum;
}

#define DUES 40
#define ENTRIES 8

static size_t pay_and_book(struct books *b, struct allocate_due *due, size_t n,
        struct allocate_payment p, struct ledger_entry entries[ENTRIES])
{
	struct ledger_subject s = { p.id, SPONSOR, PLEDGE, 0 };
	struct allocate_result r;
	rupiah_t months[DUES];
	size_t k = 0;

	assert_int_equal(allocate(due, n, &p, 1, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	for (size_t i = 0; i < r.paid; i++)
		months[i] = due[i].amount;
	assert_int_equal(ledger_payment(&entries[k++], s, draw(2), p.amount), RC_OK);
	assert_int_equal(ledger_matched(&entries[k++], s, p.amount, months, r.paid), RC_OK);
	assert_int_equal(entry_on(&entries[1], LEDGER_SPONSOR_CREDIT, SPONSOR), -r.credit);
	if (r.used && draw(2))
		assert_int_equal(
		        ledger_confirmed(&entries[k++], s, r.used, (int64_t)r.paid), RC_OK);
	for (size_t i = 0; i < k; i++)
		book(b, &entries[i]);
	return k;
}

static void taking_a_payment_back_leaves_the_books_as_before(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct books b = { 0 }, before;
		struct ledger_entry kept[ENTRIES], gone[ENTRIES], back;
		struct allocate_due due[DUES];
		size_t n = (size_t)draw(DUES + 1), k;

		for (size_t i = 0; i < n; i++)
			due[i] = (struct allocate_due){ (int64_t)i + 1, 24300,
				draw(2) ? 16800 : 8400, ALLOCATE_NO_LIMIT, 1, 0 };
		(void)pay_and_book(
		        &b, due, n / 2, (struct allocate_payment){ 5, 1, 1 + draw(400000) }, kept);
		assert_int_equal(total(&b), 0);
		before = b;
		k = pay_and_book(&b, due + n / 2, n - n / 2,
		        (struct allocate_payment){ 6, 2, 1 + draw(400000) }, gone);
		assert_int_equal(total(&b), 0);
		assert_memory_not_equal(&b, &before, sizeof b);
		while (k--) {
			assert_int_equal(ledger_reversed(&back, &gone[k]), RC_OK);
			assert_int_equal(back.reason, LEDGER_PAYMENT_REVERSED);
			assert_int_equal(back.reversed, gone[k].reason);
			assert_memory_equal(&back.about, &gone[k].about, sizeof back.about);
			book(&b, &back);
		}
		assert_memory_equal(&b, &before, sizeof b);
		assert_int_equal(ledger_reversed(&gone[0], &back), RC_INVALID);
	}
}

static void broken_entry_is_not_taken_back(void **state)
{
	struct ledger_entry e, out;

	(void)state;
	assert_int_equal(ledger_payment(&e, about, false, 50400), RC_OK);
	e.posting[0].amount++;
	assert_int_equal(ledger_reversed(&out, &e), RC_INVALID);
}

/* Nothing appears and nothing is lost: what came in stands somewhere, to the rupiah. */
static void money_is_always_somewhere(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct books b = { 0 };
		rupiah_t in = 0, out = 0;

		for (int step = 0; step < 40; step++) {
			struct ledger_subject s = { 1 + draw(5), 1 + draw(4), 10 + draw(4), 1 };
			rupiah_t amount = 1 + draw(100000),
			         months[] = { 1 + draw(50000), 1 + draw(50000) };
			struct ledger_entry e;
			rc_t rc = RC_OK;

			switch (draw(7)) {
			case 0:
				rc = ledger_payment(&e, s, draw(2), amount);
				in += amount;
				break;
			case 1:
				rc = ledger_matched(&e, s, amount, months, (size_t)draw(3));
				break;
			case 2:
				rc = ledger_credit_applied(&e, s, months, 1 + (size_t)draw(2));
				break;
			case 3:
				rc = ledger_confirmed(&e, s, amount, 2);
				break;
			case 4:
				rc = ledger_returned(
				        &e, s, LEDGER_WORKER_DIED, amount, months[0], 2);
				break;
			case 5:
				rc = ledger_settled(&e, s,
				        draw(2) ? LEDGER_REFUND_PAID : LEDGER_REFUND_EXTERNAL,
				        amount);
				out += amount;
				break;
			default:
				rc = ledger_settled(&e, s, LEDGER_REFUND_REQUESTED, amount);
			}
			assert_int_equal(rc, RC_OK);
			book(&b, &e);
		}
		assert_int_equal(total(&b), 0);
		rupiah_t held = b.on[LEDGER_BANK][0];

		for (int o = 0; o < OWNERS; o++)
			held += b.on[LEDGER_EXTERNAL][o];
		assert_int_equal(held, in - out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_arrives),
		cmocka_unit_test(months_are_funded_and_the_rest_is_credit),
		cmocka_unit_test(months_come_back_to_credit),
		cmocka_unit_test(officers_settle_credit),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(balance_is_checked_posting_by_posting),
		cmocka_unit_test(names_are_each_their_own),
		cmocka_unit_test(taking_a_payment_back_leaves_the_books_as_before),
		cmocka_unit_test(broken_entry_is_not_taken_back),
		cmocka_unit_test(money_is_always_somewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
