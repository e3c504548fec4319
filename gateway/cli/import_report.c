/* Lines are printed as they come: a report of 100,000 rows is never held in memory. */
#include "import_report.h"
#include "table.h"

#include <stdlib.h>

#define CLEAR "\r\033[K"

static void day_text(int64_t day, char out[16])
{
	*out = '\0';
	if (day)
		date_format_iso(date_from_days(day), out);
}

static void month_text(month_t m, char out[16])
{
	*out = '\0';
	if (m)
		month_format(m, out);
}

static void report_clear(const struct import_report *r)
{
	if (r->on_screen && r->percent >= 0)
		fputs(CLEAR, stderr);
}

/* ---- one row, three ways ---- */

static void put_text(struct import_report *r, const struct import_line *l)
{
	report_clear(r);
	if (!r->any)
		printf("    ROW  VERDICT  WHY\n");
	printf("%7d  %-7s  %s\n", l->number, import_verdict_name(l->verdict), l->why);
}

static void put_json(struct import_report *r, const struct import_line *l)
{
	json_t *rows = json_array(), *row = table_row(rows);
	char from[16], to[16], day[16];

	day_text(l->day, day);
	month_text(l->from, from);
	month_text(l->to, to);
	table_int(row, "row", l->number);
	table_text(row, "verdict", import_verdict_name(l->verdict));
	table_text(row, "why", l->why);
	table_text(row, "date", day);
	table_int(row, "amount", l->amount);
	table_text(row, "from", from);
	table_text(row, "to", to);
	fputs(r->any ? ",\n" : "\n", stdout);
	json_dumpf(row, stdout, JSON_COMPACT);
	json_decref(rows);
}

static void put_quoted(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

static void put_csv(FILE *f, const struct import_line *l)
{
	char from[16], to[16], day[16];

	day_text(l->day, day);
	month_text(l->from, from);
	month_text(l->to, to);
	fprintf(f, "%d,%s,%s,%lld,%s,%s,", l->number, import_verdict_name(l->verdict), day,
	        (long long)l->amount, from, to);
	put_quoted(f, l->why);
	fputc('\n', f);
}

/* ---- the report ---- */

void report_begin(struct import_report *r)
{
	r->percent = -1;
	r->begun = true;
	if (r->json)
		fputs("{\"rows\":[", stdout);
	if (r->file)
		fputs("row,verdict,date,amount,from,to,why\n", r->file);
}

void report_lines(struct import_report *r, const struct import_line *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct import_line *l = &line[i];

		r->rows[l->verdict]++;
		r->amount += l->verdict == IMPORT_TAKEN ? l->amount : 0;
		if (r->file)
			put_csv(r->file, l);
		if (!*l->why)
			continue;
		if (r->json)
			put_json(r, l);
		else
			put_text(r, l);
		r->any = true;
	}
}

void report_progress(struct import_report *r, int percent)
{
	if (!r->on_screen || percent == r->percent)
		return;
	r->percent = percent;
	fprintf(stderr, CLEAR "%s: %d %%", r->name, percent);
}

static void end_json(const struct import_report *r, const struct source_file *before)
{
	json_t *rows = json_array(), *sum = table_row(rows);

	table_text(sum, "file", r->name);
	table_text(sum, "kind", source_kind_name(r->kind));
	table_bool(sum, "dry_run", r->dry);
	table_bool(sum, "imported_before", before != NULL);
	for (enum import_verdict v = 0; v < IMPORT_VERDICTS; v++)
		table_int(sum, import_verdict_name(v), r->rows[v]);
	table_int(sum, "amount", r->amount);

	char *text = json_dumps(sum, JSON_COMPACT);

	/* behind the rows, in the same object */
	printf("%s],%s\n", r->any ? "\n" : "", text ? text + 1 : "}");
	free(text);
	json_decref(rows);
}

static void end_text(const struct import_report *r, const struct source_file *before)
{
	char amount[32], when[24];

	if (before) {
		time_format_iso(before->ended_at, when);
		printf("%s: imported on %s by %s as %s; nothing is new\n", r->name, when,
		        before->by, before->name);
		return;
	}
	rupiah_format(r->amount, amount);
	printf("%s: %s", r->name, r->dry ? "would be " : "");
	for (enum import_verdict v = 0; v < IMPORT_VERDICTS; v++)
		printf("%s%lld %s", v ? ", " : "", (long long)r->rows[v], import_verdict_name(v));
	if (r->kind != SOURCE_INSURER)
		printf("; taken: %s", amount);
	printf("%s\n", r->dry ? "; nothing was written" : "");
}

void report_end(struct import_report *r, const struct source_file *before)
{
	report_clear(r);
	if (r->json)
		end_json(r, before);
	else
		end_text(r, before);
}
