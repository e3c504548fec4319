/* What list commands print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cli/table.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct table_column columns[] = { { "id", "ID" }, { "name", "NAME" },
	{ "hidden", NULL }, { "up", "UP" } };

static char *printed(const json_t *rows, bool json)
{
	char *out = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&out, &len);

	assert_non_null(f);
	table_print(f, rows, columns, 4, json);
	fclose(f);
	return out;
}

static json_t *add(json_t *rows, int id, const char *name, bool up)
{
	json_t *row = table_row(rows);

	table_int(row, "id", id);
	table_text(row, "name", name);
	table_text(row, "hidden", "h");
	table_bool(row, "up", up);
	return row;
}

static void expect(json_t *rows, bool json, const char *want)
{
	char *got = printed(rows, json);

	assert_string_equal(got, want);
	free(got);
	json_decref(rows);
}

static void columns_align_by_what_the_eye_sees(void **state)
{
	json_t *rows = json_array();

	(void)state;
	add(rows, 1, "S\u00edt\u00ed", true);
	add(rows, 1000, "\U0001f600", false);
	add(rows, 7, "Bambang", true);
	expect(rows, false,
	        "ID    NAME     UP\n"
	        "1     S\u00edt\u00ed     yes\n"
	        "1000  \U0001f600       no\n"
	        "7     Bambang  yes\n");
}

static void control_characters_never_reach_the_terminal(void **state)
{
	json_t *rows = json_array();

	(void)state;
	add(rows, 1,
	        "a\x1b[31mb\n\u00a0\xc2\x9b"
	        "-",
	        true);
	expect(rows, false, "ID  NAME         UP\n1   a [31mb \u00a0 -  yes\n");
}

static void json_has_every_field_and_is_an_array(void **state)
{
	json_t *rows = json_array();

	(void)state;
	expect(json_array(), true, "[]\n");
	add(rows, 1, "a\"\n", true);
	add(rows, 2, "b", false);
	expect(rows, true,
	        "[\n{\"id\":1,\"name\":\"a\\\"\\n\",\"hidden\":\"h\",\"up\":true},\n"
	        "{\"id\":2,\"name\":\"b\",\"hidden\":\"h\",\"up\":false}\n]\n");
}

static void text_that_is_not_utf8_is_replaced(void **state)
{
	json_t *rows = json_array();

	(void)state;
	add(rows, 1, "\xff", true);
	assert_string_equal(
	        json_string_value(json_object_get(json_array_get(rows, 0), "name")), "\ufffd");
	json_decref(rows);
}

static void time_is_iso_and_never_is_empty(void **state)
{
	json_t *rows = json_array(), *row = table_row(rows);

	(void)state;
	table_time(row, "id", 1795307400);
	table_time(row, "name", 0);
	assert_string_equal(json_string_value(json_object_get(row, "id")), "2026-11-22T00:30:00Z");
	assert_string_equal(json_string_value(json_object_get(row, "name")), "");
	json_decref(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_align_by_what_the_eye_sees),
		cmocka_unit_test(control_characters_never_reach_the_terminal),
		cmocka_unit_test(json_has_every_field_and_is_an_array),
		cmocka_unit_test(text_that_is_not_utf8_is_replaced),
		cmocka_unit_test(time_is_iso_and_never_is_empty),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
