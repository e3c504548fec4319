/* Reads the tables with libcsv on behalf of the pure rules, which see only rows. */
#include <payung/tables.h>

#include <payung/conf_source.h>
#include <payung/csv_table.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct source {
	char path[TEMPLATES_PATH_CAP];
	struct csv_table t;
	tmpl_fault_fn *fault;
	void *arg;
	rc_t rc;
};

static PRINTF_LIKE(3, 4) void tell(struct source *s, int row, const char *fmt, ...)
{
	char message[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	s->fault(s->arg, s->path, row, message);
	s->rc = RC_INVALID;
}

static void open_table(struct source *s, const char *dir, const char *name)
{
	char *content = NULL;
	const char *why = "";
	int row = 0;

	s->rc = templates_read(dir, name, s->path, &content);
	if (s->rc != RC_OK)
		tell(s, 0, "%s", templates_read_fault(s->rc));
	else if (csv_read(content, strlen(content), true, &s->t, &row, &why) != RC_OK)
		tell(s, row, "%s", why);
	free(content);
}

#define COLUMNS_MAX 6
typedef void take_fn(struct source *s, const struct csv_row *r, const int *col, void *out);

/* Columns by heading; a missing one is a fault. */
static void find_columns(struct source *s, const char *const *headings, int *columns, int n)
{
	for (int i = 0; s->rc == RC_OK && i < n; i++) {
		columns[i] = csv_column(&s->t, headings[i]);
		if (columns[i] < 0)
			tell(s, s->t.header.number, "has no column %s: add it to the header row",
			        headings[i]);
	}
}

/* Every row goes to take(), with its columns in the order of the headings. */
static rc_t read_table(struct source *s, const char *dir, const char *name,
        const char *const *headings, int n, take_fn *take, void *out)
{
	int col[COLUMNS_MAX] = { 0 };

	open_table(s, dir, name);
	find_columns(s, headings, col, n);
	const bool usable = s->rc == RC_OK;

	for (size_t i = 0; usable && i < s->t.n; i++)
		take(s, &s->t.row[i], col, out);
	csv_table_free(&s->t);
	return s->rc;
}

static void take_tariff_row(struct source *s, const struct csv_row *r, const int *col, void *out)
{
	struct tariff_row row;
	const char *why = "";

	if (tariff_row_parse(&row, csv_cell(r, col[0]), csv_cell(r, col[1]), csv_cell(r, col[2]),
	            csv_cell(r, col[3]), csv_cell(r, col[4]), csv_cell(r, col[5]), &why) != RC_OK) {
		tell(s, r->number, "%s is not valid: see the comment at the top", why);
		return;
	}
	switch (tariff_add(out, &row)) {
	case RC_OK:
		return;
	case RC_EXISTS:
		tell(s, r->number, "%s",
		        "another row holds in one of these months: end that first");
		return;
	default:
		tell(s, r->number, "%s", "too many rows");
	}
}

rc_t tables_tariff(const char *dir, struct tariff *out, tmpl_fault_fn *fault, void *arg)
{
	static const char *const headings[] = { "package", "sector", "public_budget", "from_month",
		"to_month", "amount" };
	struct source s = { .fault = fault, .arg = arg };

	*out = (struct tariff){ 0 };
	return read_table(&s, dir, "data/tariff.csv", headings, 6, take_tariff_row, out);
}

static void take_occupation(struct source *s, const struct csv_row *r, const int *col, void *out)
{
	const char *why = "";

	switch (occupation_add(out, csv_cell(r, col[0]), csv_cell(r, col[1]), csv_cell(r, col[2]),
	        csv_cell(r, col[3]), &why)) {
	case RC_OK:
		return;
	case RC_EXISTS:
		tell(s, r->number, "number %s is there twice", csv_cell(r, col[0]));
		return;
	default:
		tell(s, r->number, "%s is not valid: see the comment at the top", why);
	}
}

struct tariff_choices tables_choices(const struct conf_scheme *c)
{
	return (struct tariff_choices){ .discount_civil_servant = c->discount_civil_servant,
		.discount_csr = c->discount_csr,
		.discount_tobacco_excise = c->discount_tobacco_excise,
		.old_age_savings = c->old_age_savings };
}

rc_t tables_occupations(const char *dir, struct occupations *out, tmpl_fault_fn *fault, void *arg)
{
	static const char *const headings[] = { "number", "code", "sector", "word" };
	struct source s = { .fault = fault, .arg = arg };

	*out = (struct occupations){ 0 };
	return read_table(&s, dir, "occupations.csv", headings, 4, take_occupation, out);
}

static void take_area(struct source *s, const struct csv_row *r, const int *col, void *out)
{
	const char *why = "";

	switch (area_add(out, csv_cell(r, col[0]), csv_cell(r, col[1]), &why)) {
	case RC_OK:
		return;
	case RC_EXISTS:
		tell(s, r->number, "code %s is there twice", csv_cell(r, col[0]));
		return;
	case RC_LIMIT:
		tell(s, r->number, "%s", "too many rows");
		return;
	default:
		tell(s, r->number, "%s is not valid: see the comment at the top", why);
	}
}

rc_t tables_areas(const char *dir, struct areas **out, tmpl_fault_fn *fault, void *arg)
{
	static const char *const headings[] = { "code", "word" };
	struct source s = { .fault = fault, .arg = arg };
	struct areas *areas = calloc(1, sizeof *areas);

	if (!areas)
		abort();
	if (read_table(&s, dir, "data/areas.csv", headings, 2, take_area, areas) == RC_OK)
		*out = areas;
	else
		free(areas);
	return s.rc;
}

/* The content of a file that a pure rule reads itself; NULL: the fault was told. */
static char *read_content(struct source *s, const char *dir, const char *name)
{
	char *content = NULL;
	rc_t rc = templates_read(dir, name, s->path, &content);

	if (rc != RC_OK)
		tell(s, 0, "%s", templates_read_fault(rc));
	return content;
}

rc_t tables_names(const char *dir, struct name_rules **out, tmpl_fault_fn *fault, void *arg)
{
	struct source s = { .fault = fault, .arg = arg };
	char *content = read_content(&s, dir, "data/names.txt");

	*out = content ? name_rules_new(s.path, content, fault, arg) : NULL;
	free(content);
	return *out ? RC_OK : RC_INVALID;
}

rc_t tables_holidays(const char *dir, const char *file, struct quiet_holidays *out,
        tmpl_fault_fn *fault, void *arg)
{
	struct source s = { .fault = fault, .arg = arg };
	char *content = read_content(&s, dir, *file ? file : "data/holidays.csv");

	if (content)
		s.rc = quiet_load_holidays(out, s.path, content, fault, arg);
	free(content);
	return s.rc;
}

rc_t tables_zones(const char *dir, struct quiet_zones *out, tmpl_fault_fn *fault, void *arg)
{
	struct source s = { .fault = fault, .arg = arg };
	char *content = read_content(&s, dir, "data/zones.csv");

	if (content)
		s.rc = quiet_load_zones(out, s.path, content, fault, arg);
	free(content);
	return s.rc;
}

/* A column of imported files, or one that only lists of new workers have (cli/named.h). */
static bool is_column(const char *means)
{
	return conf_column_parse(means) >= 0 || strcmp(means, "phone") == 0 ||
	       strcmp(means, "occupation") == 0 || strcmp(means, "area") == 0;
}

static void take_word(struct source *s, const struct csv_row *r, const int *col, void *out)
{
	const char *kind = csv_cell(r, col[0]), *means = csv_cell(r, col[2]), *why = "";

	switch (office_add(out, kind, csv_cell(r, col[1]), means, &why)) {
	case RC_OK:
		if (strcmp(kind, "heading") == 0 && !is_column(means))
			tell(s, r->number, "%s is no key of a source: see payung.conf(5)", means);
		return;
	case RC_EXISTS:
		tell(s, r->number, "%s", "the word has a meaning already: remove one of the rows");
		return;
	case RC_LIMIT:
		tell(s, r->number, "%s", "too many rows");
		return;
	default:
		tell(s, r->number, "%s is not valid: see the comment at the top", why);
	}
}

rc_t tables_office(const char *dir, struct office *out, tmpl_fault_fn *fault, void *arg)
{
	static const char *const headings[] = { "kind", "word", "means" };
	struct source s = { .fault = fault, .arg = arg };

	*out = (struct office){ 0 };
	return read_table(&s, dir, "data/office.csv", headings, 3, take_word, out);
}

rc_t tables_check(const char *dir, tmpl_fault_fn *fault, void *arg)
{
	struct tariff tariff;
	struct occupations occupations;
	struct name_rules *names = NULL;
	struct areas *areas = NULL;
	struct quiet_holidays holidays;
	struct quiet_zones zones;
	struct office words;
	const rc_t results[] = {
		tables_tariff(dir, &tariff, fault, arg),
		tables_occupations(dir, &occupations, fault, arg),
		tables_names(dir, &names, fault, arg),
		tables_areas(dir, &areas, fault, arg),
		tables_holidays(dir, "", &holidays, fault, arg),
		tables_zones(dir, &zones, fault, arg),
		tables_office(dir, &words, fault, arg),
	};

	name_rules_free(names);
	free(areas);
	for (size_t i = 0; i < sizeof results / sizeof *results; i++)
		if (results[i] != RC_OK)
			return results[i];
	return RC_OK;
}

void tables_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	if (line)
		fprintf(stderr, "%s:%d: %s\n", file, line, message);
	else
		fprintf(stderr, "%s: %s\n", file, message);
}
