/* The words of templates/data/office.csv. */
#ifndef OFFICE_FIXTURE_H
#define OFFICE_FIXTURE_H

#include <payung/csv_table.h>
#include <payung/office.h>
#include <payung/templates.h>
#include <stdlib.h>
#include <string.h>

static void load_office(struct office *o)
{
	char path[TEMPLATES_PATH_CAP], *content = NULL;
	struct csv_table t;
	const char *why = "";
	int row = 0;

	memset(o, 0, sizeof *o);
	assert_int_equal(templates_read("templates", "data/office.csv", path, &content), RC_OK);
	assert_int_equal(csv_read(content, strlen(content), true, &t, &row, &why), RC_OK);
	for (size_t i = 0; i < t.n; i++)
		if (office_add(o, csv_cell(&t.row[i], 0), csv_cell(&t.row[i], 1),
		            csv_cell(&t.row[i], 2), &why) != RC_OK)
			fail_msg("office.csv:%d: %s", t.row[i].number, why);
	csv_table_free(&t);
	free(content);
}

#endif
