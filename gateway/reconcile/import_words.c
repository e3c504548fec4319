/* The words of office people, read from the templates' folder. */
#include <payung/csv_table.h>
#include <payung/reconcile_import.h>
#include <payung/templates.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct words {
	struct office *out;
	tmpl_fault_fn *fault;
	void *arg;
	char path[TEMPLATES_PATH_CAP];
	rc_t rc;
};

static void tell(struct words *w, int row, const char *what, const char *next)
{
	char message[200];

	snprintf(message, sizeof message, "%s%s", what, next);
	w->fault(w->arg, w->path, row, message);
	w->rc = RC_INVALID;
}

static void take(struct words *w, const struct csv_row *row, const int col[3])
{
	const char *kind = csv_cell(row, col[0]), *means = csv_cell(row, col[2]), *why = "";
	rc_t rc = office_add(w->out, kind, csv_cell(row, col[1]), means, &why);

	if (rc == RC_EXISTS)
		tell(w, row->number, "the word has a meaning already", ": remove one of the rows");
	else if (rc == RC_LIMIT)
		tell(w, row->number, "too many rows", "");
	else if (rc != RC_OK)
		tell(w, row->number, why, " is not valid: see the comment at the top");
	else if (strcmp(kind, "heading") == 0 && conf_column_parse(means) < 0)
		tell(w, row->number, "means", " is no key of a source: see payung.conf(5)");
}

static void take_all(struct words *w, const char *content)
{
	static const char *const headings[] = { "kind", "word", "means" };
	struct csv_table t = { 0 };
	const char *why = "";
	int row = 0, col[3];

	w->rc = csv_read(content, strlen(content), true, &t, &row, &why);
	if (w->rc != RC_OK) {
		tell(w, row, why, "");
		return;
	}
	for (int i = 0; i < 3; i++) {
		col[i] = csv_column(&t, headings[i]);
		if (col[i] < 0)
			tell(w, t.header.number, "the header row must be ", "kind,word,means");
	}
	for (size_t i = 0; w->rc == RC_OK && i < t.n; i++)
		take(w, &t.row[i], col);
	csv_table_free(&t);
}

rc_t import_words(const char *templates, struct office *out, tmpl_fault_fn *fault, void *arg)
{
	struct words w = { .out = out, .fault = fault, .arg = arg };
	char *content = NULL;

	*out = (struct office){ 0 };
	w.rc = templates_read(templates, "data/office.csv", w.path, &content);
	if (w.rc != RC_OK)
		tell(&w, 0, templates_read_fault(w.rc), "");
	else
		take_all(&w, content);
	free(content);
	return w.rc;
}
