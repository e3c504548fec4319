/* CSV as spreadsheets write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cli/csv_table.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static rc_t read_str(const char *s, bool comments, struct csv_table *t, int *row, const char **why)
{
	return csv_read(s, strlen(s), comments, t, row, why);
}

static void same_cells_whatever_program_wrote_them(void **state)
{
	static const char *const files[] = {
		"nik,name\n1,Siti\n2,\"Eko, Jr\"\n",
		"nik,name\r\n1,Siti\r\n2,\"Eko, Jr\"\r\n",
		"nik,name\r1,Siti\r2,\"Eko, Jr\"\r",
		"nik;name\n1;Siti\n2;Eko, Jr\n",
		"\xef\xbb\xbfnik;name\r\n1;Siti\r\n2;\"Eko, Jr\"",
		"NIK , Name\n 1 ,\tSiti \n2, \"Eko, Jr\" \n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct csv_table t;
		const char *why = "";
		int row = 0;

		assert_int_equal(read_str(files[i], false, &t, &row, &why), RC_OK);
		assert_int_equal(t.n, 2);
		assert_int_equal(csv_column(&t, "nik"), 0);
		assert_int_equal(csv_column(&t, "name"), 1);
		assert_string_equal(csv_cell(&t.row[0], 0), "1");
		assert_string_equal(csv_cell(&t.row[0], 1), "Siti");
		assert_string_equal(csv_cell(&t.row[1], 1), "Eko, Jr");
		csv_table_free(&t);
	}
}

static void rows_are_counted_as_the_spreadsheet_shows_them(void **state)
{
	static const char file[] = "nik,name\r\n\r\n1,A\r\n,\r\n \r\n2,\"B\r\nC\"\r\n3,D";
	static const int numbers[] = { 3, 6, 7 };
	struct csv_table t;
	const char *why = "";
	int row = 0;

	(void)state;
	assert_int_equal(read_str(file, false, &t, &row, &why), RC_OK);
	assert_int_equal(t.header.number, 1);
	assert_int_equal(t.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(t.row[i].number, numbers[i]);
	assert_string_equal(csv_cell(&t.row[1], 1), "B\nC");
	csv_table_free(&t);
}

static void what_breaks_is_named_by_row(void **state)
{
	static const struct {
		const char *file;
		int row;
		const char *why;
	} cases[] = {
		{ "", 0, "header" },
		{ "\n\n", 0, "header" },
		{ "a,b\n1,2\n3,x\"y\"\n", 3, "quotation" },
		{ "a,b\n1,2\n3,\"y\n", 3, "quotation" },
		{ "a,b\n\xff,2\n", 2, "UTF-8" },
		{ "a\n1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n", 2,
		        "columns" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct csv_table t = { 0 };
		const char *why = "";
		int row = -1;

		assert_int_equal(read_str(cases[i].file, false, &t, &row, &why), RC_INVALID);
		assert_int_equal(row, cases[i].row);
		assert_non_null(strstr(why, cases[i].why));
		assert_null(t.row);
	}
}

static void nul_within_a_cell_is_refused(void **state)
{
	static const char file[] = "a,b\n1,x\0y\n";
	struct csv_table t;
	const char *why = "";
	int row = 0;

	(void)state;
	assert_int_equal(csv_read(file, sizeof file - 1, false, &t, &row, &why), RC_INVALID);
	assert_int_equal(row, 2);
}

static void comments_are_no_rows_only_where_asked(void **state)
{
	static const char file[] = "# a \"comment; with; everything\na,b\n#1,2\n3,4\n";
	struct csv_table t;
	const char *why = "";
	int row = 0;

	(void)state;
	assert_int_equal(read_str(file, true, &t, &row, &why), RC_OK);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.row[0].number, 4);
	assert_string_equal(csv_cell(&t.row[0], csv_column(&t, "B")), "4");
	csv_table_free(&t);
	assert_int_equal(read_str("a,b\n#1,2\n", false, &t, &row, &why), RC_OK);
	assert_int_equal(t.n, 1);
	assert_string_equal(csv_cell(&t.row[0], 0), "#1");
	csv_table_free(&t);
}

static void missing_cells_are_empty(void **state)
{
	struct csv_table t;
	const char *why = "";
	int row = 0;

	(void)state;
	assert_int_equal(read_str("a,b\n1\n", false, &t, &row, &why), RC_OK);
	assert_int_equal(csv_column(&t, "c"), -1);
	assert_string_equal(csv_cell(&t.row[0], 1), "");
	assert_string_equal(csv_cell(&t.row[0], -1), "");
	csv_table_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_cells_whatever_program_wrote_them),
		cmocka_unit_test(rows_are_counted_as_the_spreadsheet_shows_them),
		cmocka_unit_test(what_breaks_is_named_by_row),
		cmocka_unit_test(nul_within_a_cell_is_refused),
		cmocka_unit_test(comments_are_no_rows_only_where_asked),
		cmocka_unit_test(missing_cells_are_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
