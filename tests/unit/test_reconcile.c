/* The job over a small store: from a registration to a confirmed month, and what goes wrong
 * between. */
#include "reconcile_fixture.h"

/* July to December 2026 cost half: companies have the discount. */
#define HALF 8400

static void a_payment_becomes_months_and_the_insurers_word_makes_them_active(void **state)
{
	struct desk d;

	desk_open(&d, *state);
	int64_t pledge = desk_pledge(&d, "AAAAA2", 2, 1, 2);
	int64_t id = desk_paid(&d, DAY0, 6 * HALF, "iuran AAAAA2 juli", "123");

	desk_run(&d, DAY0 + 1);
	assert_int_equal(payment_of(d.s, id).state, PAY_POSTED);
	assert_int_equal(desk_balance(&d, LEDGER_BANK, 0), 6 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_FUNDED, pledge), -6 * HALF);
	assert_int_equal(desk_balance(&d, LEDGER_SPONSOR_CREDIT, 1), 0);
	assert_int_equal(desk_texts(&d, "S02"), 1);
	assert_int_equal(desk_texts(&d, "W14"), 0);

	(void)desk_confirm(&d, DAY0 + 5, 1, JULY, JULY + 2);
	desk_run(&d, DAY0 + 6);
	assert_int_equal(desk_balance(&d, LEDGER_CONFIRMED, pledge), -3 * HALF);
	assert_int_equal(desk_texts(&d, "W14"), 1);
	assert_int_equal(
	        ask_int(d.p, "SELECT state FROM allocation WHERE id = 1"), ALLOCATION_CONFIRMED);
	assert_int_equal(
	        ask_int(d.p, "SELECT state FROM allocation WHERE id = 2"), ALLOCATION_FUNDED);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		        a_payment_becomes_months_and_the_insurers_word_makes_them_active,
		        place_setup, place_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
