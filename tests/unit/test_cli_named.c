/* Lists of workers: what an officer is told about which row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cli/named.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define HEADER "nik,name,phone,occupation,area\n"
#define NIK_A "3321024107900003" /* a woman born on 1 July 1990 */
#define NIK_B "3321020107900004"

static const struct occupations occupations = {
	.row = { [1] = { "FARMER", "tani", TARIFF_OTHER },
	        [2] = { "FISHER", "nelayan", TARIFF_OTHER },
	        [4] = { "TRANSPORT", "ojek", TARIFF_TRANSPORT },
	        [9] = { "OTHER", "lainnya", TARIFF_OTHER } }
};

static const struct office words = { .n = 5,
	.word = { { OFFICE_HEADING, "NO KTP", "nik" }, { OFFICE_HEADING, "NAMA", "name" },
	        { OFFICE_HEADING, "NAMA PESERTA", "name" }, { OFFICE_HEADING, "HP", "phone" },
	        { OFFICE_HEADING, "WILAYAH", "area" } } };

struct said {
	int n, faults, row;
	char message[400];
};

static void note(void *arg, int row, bool is_fault, const char *message)
{
	struct said *s = arg;

	s->n++;
	s->faults += is_fault;
	s->row = row;
	snprintf(s->message, sizeof s->message, "%s", message);
}

static rc_t read_list(const char *file, struct named_list *l, struct said *s)
{
	const struct named_rules rules = { .areas = "3321,3374",
		.area = "3321",
		.occupations = &occupations,
		.words = &words,
		.today = { 2026, 11, 22 },
		.age_min = 17,
		.age_max = 64 };
	struct csv_table t = { 0 };
	const char *why = "";
	int row = 0;

	*s = (struct said){ 0 };
	assert_int_equal(csv_read(file, strlen(file), false, &t, &row, &why), RC_OK);
	rc_t rc = named_read(&t, &rules, l, note, s);

	csv_table_free(&t);
	return rc;
}

static void an_offices_own_headings_are_understood(void **state)
{
	struct named_list l = { 0 };
	struct said s;

	(void)state;
	assert_int_equal(
	        read_list("No. KTP;NAMA;HP;Wilayah\n" NIK_A ";Siti;081234567890;332102\n", &l, &s),
	        RC_OK);
	assert_string_equal(l.row[0].listed.name, "Siti");
	assert_string_equal(l.row[0].listed.phone, "+6281234567890");
	assert_string_equal(l.row[0].listed.area, "332102");
	named_clear(&l);
	assert_int_equal(
	        read_list("nik,Nama,Nama Peserta\n" NIK_A ",Siti,Eko\n", &l, &s), RC_INVALID);
	assert_non_null(strstr(s.message, "'Nama' and 'Nama Peserta' could both be name"));
	assert_int_equal(read_list("nik,name,Nama\n" NIK_A ",Siti,Eko\n", &l, &s), RC_OK);
	assert_string_equal(l.row[0].listed.name, "Siti");
	named_clear(&l);
}

static void good_rows_are_taken_as_people_write_them(void **state)
{
	static const char file[] =
	        HEADER NIK_A ",Siti Aminah,0812-3456-7890,nelayan,332102\n"
	                     "'33.2102.010790.0004,Eko,'81234567891,Petani padi,\n";
	struct named_list l = { 0 };
	struct said s;

	(void)state;
	assert_int_equal(read_list(file, &l, &s), RC_OK);
	assert_int_equal(s.n, 0);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.row[0].number, 2);
	assert_string_equal(l.row[0].listed.nik, NIK_A);
	assert_string_equal(l.row[0].listed.name, "Siti Aminah");
	assert_string_equal(l.row[0].listed.phone, "+6281234567890");
	assert_int_equal(l.row[0].listed.job, 2);
	assert_string_equal(l.row[0].listed.area, "332102");
	assert_string_equal(l.row[1].listed.nik, NIK_B);
	assert_string_equal(l.row[1].listed.phone, "+6281234567891");
	assert_int_equal(l.row[1].listed.job, 1);
	assert_string_equal(l.row[1].listed.area, "3321");
	named_clear(&l);
}

static void columns_may_come_in_any_order_or_be_left_out(void **state)
{
	struct named_list l = { 0 };
	struct said s;

	(void)state;
	assert_int_equal(read_list("Name;NIK\nSiti;" NIK_A "\n", &l, &s), RC_OK);
	assert_string_equal(l.row[0].listed.nik, NIK_A);
	assert_string_equal(l.row[0].listed.phone, "");
	assert_int_equal(l.row[0].listed.job, 0);
	named_clear(&l);
}

static void one_bad_row_refuses_the_list_and_is_named(void **state)
{
	static const struct {
		const char *row, *message;
	} cases[] = {
		{ "332102410790003,Siti,,,", "has 15" },
		{ "33210241079000031,Siti,,,", "has 17" },
		{ "332102410790000X,Siti,,,", "16 digits" },
		{ "3.32102E+15,Siti,,,", "format the column as text" },
		{ "3321023207900003,Siti,,,", "birth date" },
		{ NIK_B ",,,,", "name is missing" },
		{ NIK_B ",123,,,", "name is missing" },
		{ NIK_B ",\"Si\nti\",,,", "line break" },
		{ NIK_B ",Siti,021-555,,", "mobile number" },
		{ NIK_B ",Siti,081234567890 / 081234567891,,", "mobile number" },
		{ NIK_B ",Siti,,,3375", "not within" },
		{ NIK_B ",Siti,,,33", "not within" },
		{ NIK_B ",Siti,,,332102000000000", "no code" },
		{ NIK_A ",Siti,,,", "same as in row 2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct named_list l = { 0 };
		char file[300];
		struct said s;

		snprintf(file, sizeof file, HEADER NIK_A ",Good,,,\n%s\n", cases[i].row);
		assert_int_equal(read_list(file, &l, &s), RC_INVALID);
		assert_null(l.row);
		assert_int_equal(s.faults, 1);
		assert_int_equal(s.row, 3);
		assert_non_null(strstr(s.message, cases[i].message));
	}
}

static void all_bad_rows_are_told_at_once(void **state)
{
	struct named_list l = { 0 };
	struct said s;

	(void)state;
	assert_int_equal(read_list(HEADER "1,A,,,\n" NIK_A ",B,,,\n2,,x,,9\n", &l, &s), RC_INVALID);
	assert_int_equal(s.faults, 5);
}

static void no_message_holds_a_nik(void **state)
{
	static const char *const rows[] = { NIK_A "," NIK_A ",1,2,3", "33210241079000031,,x,y,z",
		"3321023207900003,,,,", NIK_A ",S,,," };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct named_list l = { 0 };
		char file[300];
		struct said s;

		snprintf(file, sizeof file, HEADER NIK_A ",Good,,,\n%s\n", rows[i]);
		assert_int_equal(read_list(file, &l, &s), RC_INVALID);
		assert_null(strstr(s.message, "33210"));
	}
}

static void age_and_unknown_occupation_are_notes_only(void **state)
{
	static const struct {
		const char *row, *message;
		int job;
	} cases[] = {
		{ "3321020107500003,Old,,tani,", "76 years", 1 },
		{ "3321020107120003,Young,,tani,", "14 years", 1 },
		{ NIK_B ",Siti,,astronaut,", "OTHER", 9 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct named_list l = { 0 };
		char file[300];
		struct said s;

		snprintf(file, sizeof file, HEADER "%s\n", cases[i].row);
		assert_int_equal(read_list(file, &l, &s), RC_OK);
		assert_int_equal(s.n, 1);
		assert_int_equal(s.row, 2);
		assert_non_null(strstr(s.message, cases[i].message));
		assert_int_equal(l.row[0].listed.job, cases[i].job);
		named_clear(&l);
	}
}

static void list_without_columns_or_rows_is_refused(void **state)
{
	static const struct {
		const char *file, *message;
	} cases[] = {
		{ "name,phone\nSiti,0812\n", "no column nik" },
		{ "nik,phone\n" NIK_A ",0812\n", "no column name" },
		{ HEADER, "no rows" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct named_list l = { 0 };
		struct said s;

		assert_int_equal(read_list(cases[i].file, &l, &s), RC_INVALID);
		assert_int_equal(s.faults, 1);
		assert_non_null(strstr(s.message, cases[i].message));
	}
}

static void area_is_within_itself_and_what_it_begins(void **state)
{
	static const struct {
		const char *areas, *area;
		bool want;
	} cases[] = {
		{ "3321", "3321", true },
		{ "3321", "332102", true },
		{ "3321", "332", false },
		{ "3321,3374", "337405", true },
		{ "3321,3374", "3375", false },
		{ "", "3321", false },
		{ "3321,", "3375", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(named_area_within(cases[i].areas, cases[i].area), cases[i].want);
}

static void occupation_is_found_by_number_code_word_or_phrase(void **state)
{
	static const struct {
		const char *in;
		int want;
	} cases[] = {
		{ "1", 1 },
		{ "FARMER", 1 },
		{ "fisher", 2 },
		{ "Tani", 1 },
		{ "petani", 1 },
		{ "tukang ojek", 4 },
		{ "3", 0 },
		{ "12", 0 },
		{ "0", 0 },
		{ "x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(occupation_find(&occupations, cases[i].in), cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_rows_are_taken_as_people_write_them),
		cmocka_unit_test(an_offices_own_headings_are_understood),
		cmocka_unit_test(columns_may_come_in_any_order_or_be_left_out),
		cmocka_unit_test(one_bad_row_refuses_the_list_and_is_named),
		cmocka_unit_test(all_bad_rows_are_told_at_once),
		cmocka_unit_test(no_message_holds_a_nik),
		cmocka_unit_test(age_and_unknown_occupation_are_notes_only),
		cmocka_unit_test(list_without_columns_or_rows_is_refused),
		cmocka_unit_test(area_is_within_itself_and_what_it_begins),
		cmocka_unit_test(occupation_is_found_by_number_code_word_or_phrase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
