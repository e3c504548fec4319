/* What makes a registration doubtful: each reason alone, and none where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/doubt.h>

static const struct doubt_facts fine = { .born = { 1980, 1, 1 },
	.asked = { 2026, 7, 1 },
	.age_min = 17,
	.age_max = 64,
	.workers_per_phone = 3 };

static void nothing_speaks_against_a_new_person(void **state)
{
	char list[DOUBT_LIST_CAP];

	(void)state;
	assert_int_equal(doubts_of(&fine), 0);
	doubts_list(0, list);
	assert_string_equal(list, "");
}

static void age_counts_on_the_day_of_registration(void **state)
{
	struct doubt_facts f = fine;

	(void)state;
	f.born = (struct date){ 1961, 7, 2 }; /* 64 for one more day */
	assert_int_equal(doubts_of(&f), 0);
	f.born = (struct date){ 1961, 7, 1 };
	assert_int_equal(doubts_of(&f), DOUBT_AGE);
	f.born = (struct date){ 2009, 7, 2 };
	assert_int_equal(doubts_of(&f), DOUBT_AGE);
	f.born = (struct date){ 0 };
	assert_int_equal(doubts_of(&f), DOUBT_AGE);
}

static void a_known_nik_is_always_looked_at(void **state)
{
	struct doubt_facts f = fine;

	(void)state;
	f.known = true;
	f.name_alike = DOUBT_NAME_ALIKE;
	assert_int_equal(doubts_of(&f), DOUBT_KNOWN_NIK);
	f.name_alike--;
	assert_int_equal(doubts_of(&f), DOUBT_KNOWN_NIK | DOUBT_NAME);
	f.name_alike = 1000;
	f.known_phones = 1;
	assert_int_equal(doubts_of(&f), DOUBT_KNOWN_NIK | DOUBT_OTHER_PHONE);
	f.known_here = true;
	f.phone_workers = 3; /* this worker is one of them */
	assert_int_equal(doubts_of(&f), DOUBT_KNOWN_NIK);
}

static void phones_and_cadres_have_their_limits(void **state)
{
	struct doubt_facts f = fine;

	(void)state;
	f.phone_workers = 2;
	assert_int_equal(doubts_of(&f), 0);
	f.phone_workers = 3;
	assert_int_equal(doubts_of(&f), DOUBT_MANY_WORKERS);
	f.by_cadre = f.is_cadre = true;
	assert_int_equal(doubts_of(&f), 0);
	f.is_cadre = false;
	f.same_nik = 1;
	assert_int_equal(doubts_of(&f), DOUBT_CADRE | DOUBT_SAME_NIK);
}

static void all_doubts_fit_their_list(void **state)
{
	char list[DOUBT_LIST_CAP];

	(void)state;
	doubts_list(~0u, list);
	assert_string_equal(list, "age, known nik, other name, other phone, same nik waits, many "
	                          "workers, no cadre");
	doubts_list(DOUBT_NAME | DOUBT_SAME_NIK, list);
	assert_string_equal(list, "other name, same nik waits");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_speaks_against_a_new_person),
		cmocka_unit_test(age_counts_on_the_day_of_registration),
		cmocka_unit_test(a_known_nik_is_always_looked_at),
		cmocka_unit_test(phones_and_cadres_have_their_limits),
		cmocka_unit_test(all_doubts_fit_their_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
