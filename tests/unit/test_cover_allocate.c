#include "cover_draw.h"
#include <payung/cover_allocate.h>

#define DUES_MAX 120
#define PAYMENTS_MAX 5

static struct allocate_payment one(rupiah_t amount)
{
	return (struct allocate_payment){ 1, 100, amount };
}

/* Workers 1 (late, membership ends soon), 2 and 3 (new; 3 came first). */
static size_t three_workers(struct allocate_due out[DUES_MAX])
{
	size_t n = 0;

	for (int m = 0; m < 3; m++) {
		out[n++] = (struct allocate_due){ 2, 24300 + m, 16800, ALLOCATE_NO_LIMIT, 900, 0 };
		out[n++] = (struct allocate_due){ 1, 24300 + m, 16800, 20000, 950, 0 };
		out[n++] = (struct allocate_due){ 3, 24300 + m, 16800, ALLOCATE_NO_LIMIT, 800, 0 };
	}
	return n;
}

static void oldest_month_of_all_comes_first(void **state)
{
	static const int64_t worker[] = { 1, 3, 2, 1, 3, 2, 1, 3, 2 };
	struct allocate_due due[DUES_MAX];
	struct allocate_result r;
	struct allocate_payment p = one(5 * 16800 + 16799);
	size_t n = three_workers(due);

	(void)state;
	assert_int_equal(allocate(due, n, &p, 1, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	assert_int_equal(r.paid, 5);
	assert_int_equal(r.used, 84000);
	assert_int_equal(r.credit, 16799);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(due[i].worker, worker[i]);
		assert_int_equal(due[i].month, 24300 + (int)i / 3);
		assert_int_equal(due[i].payment, i < 5 ? 1 : 0);
	}
}

static void one_worker_after_the_other_where_chosen(void **state)
{
	static const int64_t worker[] = { 1, 1, 1, 3, 3, 3, 2, 2, 2 };
	struct allocate_due due[DUES_MAX];
	struct allocate_result r;
	struct allocate_payment p = one(4 * 16800);
	size_t n = three_workers(due);

	(void)state;
	assert_int_equal(allocate(due, n, &p, 1, ALLOCATE_WORKER_FIRST, &r), RC_OK);
	assert_int_equal(r.paid, 4);
	assert_int_equal(r.credit, 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(due[i].worker, worker[i]);
		assert_int_equal(due[i].month, 24300 + (int)i % 3);
	}
}

static void cheaper_month_further_down_does_not_jump_the_queue(void **state)
{
	struct allocate_due due[] = {
		{ 1, 24300, 16800, ALLOCATE_NO_LIMIT, 1, 0 },
		{ 2, 24300, 16800, ALLOCATE_NO_LIMIT, 2, 0 },
		{ 3, 24300, 8400, ALLOCATE_NO_LIMIT, 3, 0 },
	};
	struct allocate_payment p = one(25200);
	struct allocate_result r;

	(void)state;
	assert_int_equal(allocate(due, 3, &p, 1, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	assert_int_equal(r.paid, 1);
	assert_int_equal(r.credit, 8400);
	assert_int_equal(due[2].payment, 0);
}

static void month_belongs_to_the_payment_that_completes_it(void **state)
{
	static const int64_t want[] = { 7, 5, 5, 0 };
	struct allocate_due due[4];
	struct allocate_payment p[] = { { 5, 102, 30000 }, { 6, 101, 0 }, { 7, 100, 20000 },
		{ 8, 103, 100 } };
	struct allocate_result r;

	(void)state;
	for (int i = 0; i < 4; i++)
		due[i] = (struct allocate_due){ 1, 24300 + i, 16000, ALLOCATE_NO_LIMIT, 1, 66 };
	assert_int_equal(allocate(due, 4, p, 4, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	assert_int_equal(r.paid, 3);
	assert_int_equal(r.credit, 2100);
	for (int i = 0; i < 4; i++)
		assert_int_equal(due[i].payment, want[i]);
}

static void nothing_due_or_nothing_paid(void **state)
{
	struct allocate_due due[DUES_MAX];
	struct allocate_payment p = one(100);
	struct allocate_result r;
	size_t n = three_workers(due);

	(void)state;
	assert_int_equal(allocate(NULL, 0, &p, 1, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	assert_int_equal(r.credit, 100);
	assert_int_equal(allocate(due, n, NULL, 0, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	assert_int_equal(r.paid + (size_t)r.used + (size_t)r.credit, 0);
	assert_int_equal(due[0].payment, 0);
}

static void largest_amounts_are_amounts(void **state)
{
	struct allocate_due due = { 1, 24300, RUPIAH_MAX, 5, 5, 0 };
	struct allocate_payment p[] = { { 1, 1, RUPIAH_MAX - 1 }, { 2, 2, 1 } };
	struct allocate_result r;

	(void)state;
	assert_int_equal(allocate(&due, 1, p, 2, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
	assert_int_equal(r.paid, 1);
	assert_int_equal(due.payment, 2);
}

static void doubles_are_found_wherever_they_stand(void **state)
{
	struct allocate_due due[DUES_MAX];
	struct allocate_payment p[3];
	struct allocate_result r;

	(void)state;
	for (int round = 0; round < 500; round++) {
		size_t n = three_workers(due);

		due[n] = due[draw((int)n)];
		shuffle(due, n + 1, sizeof *due);
		p[0] = one(100);
		assert_int_equal(allocate(due, n + 1, p, 1, ALLOCATE_BREADTH_FIRST, &r), RC_EXISTS);
		for (int i = 0; i < 3; i++)
			p[i] = (struct allocate_payment){ 4 + i % 2, i, 100 };
		shuffle(p, 3, sizeof *p);
		assert_int_equal(allocate(due, 0, p, 3, ALLOCATE_BREADTH_FIRST, &r), RC_EXISTS);
		n = three_workers(due);
		due[draw((int)n)].limit--;
		shuffle(due, n, sizeof *due);
		assert_int_equal(allocate(due, n, p, 1, ALLOCATE_BREADTH_FIRST, &r), RC_INVALID);
	}
}

static void doubtful_rows_are_refused_whole(void **state)
{
	static const struct {
		struct allocate_due a, b;
		rc_t want;
	} dues[] = {
		{ { 1, 24300, 1, 5, 5, 0 }, { 1, 24300, 1, 5, 5, 0 }, RC_EXISTS },
		{ { 1, 24300, 1, 5, 5, 0 }, { 1, 24301, 1, 6, 5, 0 }, RC_INVALID },
		{ { 1, 24300, 1, 5, 5, 0 }, { 1, 24301, 1, 5, 6, 0 }, RC_INVALID },
		{ { 1, 24300, 0, 5, 5, 0 }, { 2, 24301, 1, 5, 5, 0 }, RC_INVALID },
		{ { 1, 24300, 1, 5, 5, 0 }, { 2, 24301, -1, 5, 5, 0 }, RC_INVALID },
		{ { 1, 24300, RUPIAH_MAX + 1, 5, 5, 0 }, { 2, 24301, 1, 5, 5, 0 }, RC_INVALID },
	};
	static const struct {
		struct allocate_payment a, b;
		rc_t want;
	} payments[] = {
		{ { 1, 1, 5 }, { 1, 2, 6 }, RC_EXISTS },
		{ { 0, 1, 5 }, { 1, 2, 6 }, RC_INVALID },
		{ { 1, 1, -5 }, { 2, 2, 6 }, RC_INVALID },
		{ { 1, 1, RUPIAH_MAX }, { 2, 2, 1 }, RC_LIMIT },
	};
	struct allocate_result r = { .paid = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof dues / sizeof *dues; i++) {
		struct allocate_due due[] = { dues[i].a, dues[i].b };
		struct allocate_payment p = one(100);

		assert_int_equal(allocate(due, 2, &p, 1, ALLOCATE_BREADTH_FIRST, &r), dues[i].want);
	}
	for (size_t i = 0; i < sizeof payments / sizeof *payments; i++) {
		struct allocate_payment p[] = { payments[i].a, payments[i].b };

		assert_int_equal(
		        allocate(NULL, 0, p, 2, ALLOCATE_BREADTH_FIRST, &r), payments[i].want);
	}
	assert_int_equal(r.paid, 77);
}

/* ---- properties ---- */
static size_t draw_dues(struct allocate_due due[DUES_MAX])
{
	int workers = 1 + draw(10);
	size_t n = 0;

	for (int w = 0; w < workers; w++) {
		int64_t limit = draw(3) ? ALLOCATE_NO_LIMIT : 20000 + draw(3);
		int64_t registered = 1000 + draw(4);

		for (int m = 0; m < 12; m++)
			if (draw(3))
				due[n++] = (struct allocate_due){ 50 + w, 24300 + m,
					draw(2) ? 16800 : 8400, limit, registered, 0 };
	}
	return n;
}

static size_t draw_payments(struct allocate_payment p[PAYMENTS_MAX])
{
	size_t n = 1 + (size_t)draw(PAYMENTS_MAX);

	for (size_t i = 0; i < n; i++)
		p[i] = (struct allocate_payment){ 700 - (int64_t)i, 100 + draw(3),
			draw(4) ? draw(300000) : 16800 * draw(12) };
	return n;
}

static void sums_balance_and_the_order_given_is_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct allocate_due due[DUES_MAX], again[DUES_MAX];
		struct allocate_payment p[PAYMENTS_MAX];
		size_t n = draw_dues(due), payments = draw_payments(p);
		enum allocate_order order = (enum allocate_order)draw(2);
		struct allocate_result a, b;
		rupiah_t in = 0, used = 0;

		memcpy(again, due, sizeof due);
		for (size_t i = 0; i < payments; i++)
			in += p[i].amount;
		assert_int_equal(allocate(due, n, p, payments, order, &a), RC_OK);
		for (size_t i = 0; i < n; i++) {
			used += i < a.paid ? due[i].amount : 0;
			assert_true((due[i].payment != 0) == (i < a.paid));
		}
		assert_int_equal(used, a.used);
		assert_int_equal(a.used + a.credit, in);
		assert_true(a.credit >= 0);
		if (a.paid < n)
			assert_true(a.credit < due[a.paid].amount);
		shuffle(again, n, sizeof *again);
		shuffle(p, payments, sizeof *p);
		assert_int_equal(allocate(again, n, p, payments, order, &b), RC_OK);
		assert_memory_equal(&a, &b, sizeof a);
		assert_memory_equal(due, again, n * sizeof *due);
	}
}

static void no_month_is_paid_before_an_earlier_one(void **state)
{
	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct allocate_due due[DUES_MAX];
		struct allocate_payment p[PAYMENTS_MAX];
		size_t n = draw_dues(due), payments = draw_payments(p);
		struct allocate_result r;
		month_t newest_paid = 0;

		assert_int_equal(allocate(due, n, p, payments, ALLOCATE_BREADTH_FIRST, &r), RC_OK);
		for (size_t i = 0; i < n; i++)
			if (due[i].payment && due[i].month > newest_paid)
				newest_paid = due[i].month;
		for (size_t i = 0; i < n; i++)
			if (!due[i].payment)
				assert_true(due[i].month >= newest_paid);
	}
}

static void worker_first_leaves_at_most_one_worker_half_paid(void **state)
{
	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct allocate_due due[DUES_MAX];
		struct allocate_payment p[PAYMENTS_MAX];
		size_t n = draw_dues(due), payments = draw_payments(p);
		struct allocate_result r;
		int half = 0;

		assert_int_equal(allocate(due, n, p, payments, ALLOCATE_WORKER_FIRST, &r), RC_OK);
		for (size_t i = 1; i < n; i++)
			half += due[i].worker == due[i - 1].worker && due[i - 1].payment &&
			        !due[i].payment;
		assert_true(half <= 1);
	}
}

/* The second half comes with the first one's credit, and finds the months that are still open. */
static void two_halves_pay_what_the_whole_pays(void **state)
{
	(void)state;
	for (int round = 0; round < 6000; round++) {
		struct allocate_due whole[DUES_MAX], halves[DUES_MAX];
		size_t n = draw_dues(whole);
		enum allocate_order order = (enum allocate_order)draw(2);
		rupiah_t amount = draw(1500000), first = draw((int)amount + 1);
		struct allocate_payment p = one(amount), a = { 2, 100, first }, b[2];
		struct allocate_result r, ra, rb;

		memcpy(halves, whole, sizeof whole);
		assert_int_equal(allocate(whole, n, &p, 1, order, &r), RC_OK);
		assert_int_equal(allocate(halves, n, &a, 1, order, &ra), RC_OK);
		b[0] = (struct allocate_payment){ 3, 100, ra.credit };
		b[1] = (struct allocate_payment){ 4, 101, amount - first };
		struct allocate_due *open = halves + ra.paid;

		shuffle(open, n - ra.paid, sizeof *open);
		assert_int_equal(allocate(open, n - ra.paid, b, 2, order, &rb), RC_OK);
		assert_int_equal(ra.paid + rb.paid, r.paid);
		assert_int_equal(rb.credit, r.credit);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(halves[i].worker, whole[i].worker);
			assert_int_equal(halves[i].month, whole[i].month);
			assert_true((halves[i].payment != 0) == (whole[i].payment != 0));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oldest_month_of_all_comes_first),
		cmocka_unit_test(one_worker_after_the_other_where_chosen),
		cmocka_unit_test(cheaper_month_further_down_does_not_jump_the_queue),
		cmocka_unit_test(month_belongs_to_the_payment_that_completes_it),
		cmocka_unit_test(nothing_due_or_nothing_paid),
		cmocka_unit_test(largest_amounts_are_amounts),
		cmocka_unit_test(doubles_are_found_wherever_they_stand),
		cmocka_unit_test(doubtful_rows_are_refused_whole),
		cmocka_unit_test(sums_balance_and_the_order_given_is_nothing),
		cmocka_unit_test(no_month_is_paid_before_an_earlier_one),
		cmocka_unit_test(worker_first_leaves_at_most_one_worker_half_paid),
		cmocka_unit_test(two_halves_pay_what_the_whole_pays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
