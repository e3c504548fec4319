/* CSV as spreadsheets write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/csv_table.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EIGHT "1,1,1,1,1,1,1,1,"
#define MANY EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT
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
		{ "a\n" MANY "1\n", 2, "columns" },
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

/* ---- one row at a time ---- */

struct drip {
	const char *at;
	size_t left, step; /* 0: fails */
};

static ssize_t drip(void *arg, char *buf, size_t cap)
{
	struct drip *d = arg;
	size_t n = d->left < cap ? d->left : cap;

	if (!d->step && !d->left)
		return -1;
	if (d->step && n > d->step)
		n = d->step;
	memcpy(buf, d->at, n);
	d->at += n;
	d->left -= n;
	return (ssize_t)n;
}

/* "1=a|b;3!quotation;..." */
static void walk(const char *file, size_t step, bool cp1252, char *out, size_t cap)
{
	struct drip d = { file, strlen(file), step };
	struct csv_options options = { .cp1252 = cp1252 };
	struct csv_reader *r = csv_open(drip, &d, &options);
	struct csv_row row;
	const char *why = NULL;
	size_t n = 0;
	rc_t rc;

	*out = '\0';
	while ((rc = csv_next(r, &row, &why)) != RC_NOENT && rc != RC_IO && n < cap) {
		if (rc == RC_INVALID)
			n += (size_t)snprintf(out + n, cap - n, "%d!%.24s;", row.number, why);
		for (size_t i = 0; rc == RC_OK && i < row.n && n < cap; i++)
			n += (size_t)(i ? snprintf(out + n, cap - n, "|%s", row.cell[i])
			                : snprintf(out + n, cap - n, "%d=%s", row.number,
			                          row.cell[i]));
		if (rc == RC_OK && n < cap)
			n += (size_t)snprintf(out + n, cap - n, ";");
	}
	if (rc == RC_IO)
		snprintf(out + n, cap - n, "IO");
	else
		assert_int_equal(csv_position(r), strlen(file));
	csv_close(r);
}

static const struct {
	const char *file, *seen;
} walks[] = {
	{ "a,b\n1,2\n", "1=a|b;2=1|2;" },
	{ "sep=;\r\na;b\r\n1,5;2\r\n", "2=a|b;3=1,5|2;" },
	{ "\"sep=\t\"\na\tb,c,d\n", "2=a|b,c,d;" },
	{ "a\tb\n\t2\n", "1=a|b;2=|2;" },
	/* a stray mark costs its own row */
	{ "a,b\n1,\"x\n2,y\n3,z\n", "1=a|b;2!has a quotation mark tha;3=2|y;4=3|z;" },
	{ "a,b\n1,x \"y\" z\n2,y\n", "1=a|b;2!has a quotation mark in ;3=2|y;" },
	{ "a,b,c\n1,\"x,5\n2,y,6\n3,z\",7\n4,w,8\n",
	        "1=a|b|c;2!has a quotation mark tha;3=2|y|6;4!has a quotation mark tha;5=4|w|8;" },
	{ "a,b\r1,\"x\r\ny\"\r2,3", "1=a|b;2=1|x\ny;3=2|3;" },
	{ "a,b\n1,\xff\n2,y\n", "1=a|b;2!is not UTF-8 text: save ;3=2|y;" },
	{ "a\n\n\n,,\n1\n", "1=a;5=1;" },
	{ "a,b\n=\"01\",=\"x,y\"\n=1,2=\"\n", "1=a|b;2=01|x,y;3!has a quotation mark tha;" },
	{ "a,b", "1=a|b;" },
	{ "", "" },
};

static void a_broken_row_takes_no_other_with_it(void **state)
{
	static const size_t steps[] = { 1, 2, 3, 7, 100000 };
	char seen[400];

	(void)state;
	for (size_t i = 0; i < COUNT(walks); i++)
		for (size_t k = 0; k < COUNT(steps); k++) {
			walk(walks[i].file, steps[k], false, seen, sizeof seen);
			assert_string_equal(seen, walks[i].seen);
		}
}

static void quotes_that_never_close_cost_one_row_each(void **state)
{
	char file[4000] = "a,b\n1,\"x\n", seen[4000];
	int rows = 0;

	(void)state;
	for (int i = 0; i < 3 * CSV_LINES_MAX; i++)
		snprintf(file + strlen(file), sizeof file - strlen(file), "%d,y\n", i);
	walk(file, 100000, false, seen, sizeof seen);
	for (const char *at = seen; (at = strchr(at, ';')); at++)
		rows++;
	assert_int_equal(rows, 2 + 3 * CSV_LINES_MAX);
	assert_non_null(strstr(seen, "2!has a quotation mark tha;3=0|y;"));
}

static void a_row_too_long_is_told_and_passed(void **state)
{
	size_t len = 3 * CSV_ROW_MAX;
	char *file = malloc(len + 40), seen[200];

	(void)state;
	assert_non_null(file);
	strcpy(file, "a,b\n");
	memset(file + 4, 'x', len);
	strcpy(file + 4 + len, "\n1,2\n");
	walk(file, 5000, false, seen, sizeof seen);
	assert_string_equal(seen, "1=a|b;2!is longer than 65536 byt;3=1|2;");
	free(file);
}

static void windows_letters_become_utf8(void **state)
{
	char seen[200];

	(void)state;
	walk("a,b\nRen\xe9,\x80\x93\n\x81,1\n", 3, true, seen, sizeof seen);
	assert_string_equal(seen,
	        "1=a|b;2=Ren\xc3\xa9|\xe2\x82\xac\xe2\x80\x9c;3!is not UTF-8 text: "
	        "save ;");
}

static void a_failing_disk_is_no_end_of_file(void **state)
{
	char seen[200];

	(void)state;
	walk("a,b\n1,2\n", 0, false, seen, sizeof seen);
	assert_non_null(strstr(seen, "IO"));
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
		cmocka_unit_test(a_broken_row_takes_no_other_with_it),
		cmocka_unit_test(quotes_that_never_close_cost_one_row_each),
		cmocka_unit_test(a_row_too_long_is_told_and_passed),
		cmocka_unit_test(windows_letters_become_utf8),
		cmocka_unit_test(a_failing_disk_is_no_end_of_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
