/* How long a group may hold the lock, and so how fast the machine is, changes nothing of the
 * result. */
#include "store/store_int.h"

#include "reconcile_fixture.h"

#define HALF 8400
#define PICTURE_CAP 60000

static const char *const tables[] = {
	"SELECT quote(id) || quote(registration) || quote(pledge) || quote(state) FROM allocation",
	"SELECT quote(seq) || quote(action) || quote(detail) FROM audit",
	"SELECT worker || '/' || month || quote(entry) || confirmed_day FROM coverage_month",
	"SELECT quote(id) || quote(key) || quote(args) FROM outbox",
	"SELECT quote(id) || quote(state) || quote(used) || quote(entry) FROM payment",
	"SELECT quote(what) || quote(subject) || quote(n) || quote(amount) FROM run_tally",
};

static char *picture(struct store *s)
{
	char *out = calloc(1, PICTURE_CAP);
	size_t n = 0;

	assert_non_null(out);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		sqlite3_stmt *q = NULL;

		assert_int_equal(sqlite3_prepare_v2(s->db, tables[i], -1, &q, NULL), SQLITE_OK);
		while (sqlite3_step(q) == SQLITE_ROW) {
			n += (size_t)snprintf(out + n, PICTURE_CAP - n, "%s\n",
			        (const char *)sqlite3_column_text(q, 0));
			assert_true(n < PICTURE_CAP);
		}
		sqlite3_finalize(q);
	}
	return out;
}

/* Three pledges of three workers, a payment each, and the insurer's word on all. */
static char *district(int held_us, int64_t *groups)
{
	void *state = NULL;
	struct desk d;

	place_setup(&state);
	desk_open(&d, state);
	d.rules.held_us = held_us;
	for (int i = 0; i < 3; i++) {
		const char ref[] = { 'A', 'A', 'A', 'A', 'A', (char)('C' + i), '\0' };

		(void)desk_pledge(&d, ref, 3, 1 + 3 * i, 3);
		(void)desk_paid(&d, DAY0 + i, 9 * HALF, ref, "123");
	}
	desk_run(&d, DAY0 + 4);
	*groups = d.run.groups;
	for (int n = 1; n <= 9; n++)
		(void)desk_confirm(&d, DAY0 + 5, n, JULY, JULY + 2);
	desk_run(&d, DAY0 + 6);
	assert_int_equal(desk_texts(&d, "S02"), 3);
	assert_int_equal(desk_texts(&d, "W14"), 9);

	char *out = picture(d.s);

	desk_close(&d);
	place_teardown(&state);
	return out;
}

static void groups_that_end_at_once_come_to_the_same(void **state)
{
	int64_t few, many;
	char *long_ones = district(10000000, &few), *short_ones = district(0, &many);

	(void)state;
	assert_true(many > few);
	assert_string_equal(long_ones, short_ones);
	free(long_ones);
	free(short_ones);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_that_end_at_once_come_to_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
