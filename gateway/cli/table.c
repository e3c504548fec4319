/* Widths are counted in columns of a terminal: names have accents, texts have emoji, and a byte
 * count would push everything to their right out of line. */
#include "table.h"

#include <payung/date.h>
#include <payung/text.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define COLUMNS_MAX 24
#define REPLACEMENT "\xef\xbf\xbd"

static json_t *must(json_t *value)
{
	if (!value)
		abort(); /* out of memory */
	return value;
}

static void set(json_t *row, const char *field, json_t *value)
{
	if (json_object_set_new(row, field, must(value)) != 0)
		abort();
}

json_t *table_row(json_t *rows)
{
	json_t *row = must(json_object());

	if (json_array_append_new(rows, row) != 0)
		abort();
	return row;
}

void table_text(json_t *row, const char *field, const char *value)
{
	bool valid = text_utf8_valid(value, strlen(value));

	set(row, field, json_string(valid ? value : REPLACEMENT));
}

void table_int(json_t *row, const char *field, int64_t value)
{
	set(row, field, json_integer(value));
}

void table_bool(json_t *row, const char *field, bool value)
{
	set(row, field, json_boolean(value));
}

void table_time(json_t *row, const char *field, int64_t utc_s)
{
	char buf[24] = "";

	if (utc_s)
		time_format_iso(utc_s, buf);
	table_text(row, field, buf);
}

static const char *cell(const json_t *row, const char *field, char buf[32])
{
	const json_t *v = json_object_get(row, field);

	if (json_is_string(v))
		return json_string_value(v);
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	if (json_is_integer(v)) {
		snprintf(buf, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		return buf;
	}
	return "";
}

static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

static size_t width_of(uint32_t cp)
{
	int w = is_control(cp) ? 1 : wcwidth((wchar_t)cp);

	return w < 0 ? 1 : (size_t)w;
}

static size_t width(const char *s)
{
	size_t w = 0;

	for (uint32_t cp; (cp = text_utf8_next(&s)) != 0;)
		w += width_of(cp);
	return w;
}

static void put_cell(FILE *out, const char *s, size_t pad_to)
{
	size_t have = width(s);
	char buf[4];

	for (uint32_t cp; (cp = text_utf8_next(&s)) != 0;)
		fwrite(buf, 1, text_utf8_put(is_control(cp) ? ' ' : cp, buf), out);
	for (; have < pad_to; have++)
		fputc(' ', out);
}

static void measure(const json_t *rows, const struct table_column *columns, size_t n,
        size_t widths[COLUMNS_MAX])
{
	char buf[32];

	for (size_t c = 0; c < n; c++)
		widths[c] = columns[c].heading ? width(columns[c].heading) : 0;
	for (size_t r = 0; r < json_array_size(rows); r++)
		for (size_t c = 0; c < n; c++) {
			size_t w = width(cell(json_array_get(rows, r), columns[c].field, buf));

			if (w > widths[c])
				widths[c] = w;
		}
}

/* row NULL prints the headings. The last column is not padded: it is often a long text. */
static void put_row(FILE *out, const json_t *row, const struct table_column *columns, size_t n,
        const size_t *widths)
{
	const char *between = "";
	char buf[32];

	for (size_t c = 0; c < n; c++) {
		if (!columns[c].heading)
			continue;
		fputs(between, out);
		put_cell(out, row ? cell(row, columns[c].field, buf) : columns[c].heading,
		        c + 1 < n ? widths[c] : 0);
		between = "  ";
	}
	fputc('\n', out);
}

static void print_text(FILE *out, const json_t *rows, const struct table_column *columns, size_t n)
{
	size_t widths[COLUMNS_MAX] = { 0 };

	if (n > COLUMNS_MAX)
		abort();
	measure(rows, columns, n, widths);
	put_row(out, NULL, columns, n, widths);
	for (size_t r = 0; r < json_array_size(rows); r++)
		put_row(out, json_array_get(rows, r), columns, n, widths);
}

void table_print_json(FILE *out, const json_t *value)
{
	if (json_dumpf(value, out, JSON_COMPACT) == 0)
		fputc('\n', out);
}

static void print_json(FILE *out, const json_t *rows)
{
	size_t n = json_array_size(rows);

	fputs(n ? "[\n" : "[", out);
	for (size_t r = 0; r < n; r++) {
		json_dumpf(json_array_get(rows, r), out, JSON_COMPACT);
		fputs(r + 1 < n ? ",\n" : "\n", out);
	}
	fputs("]\n", out);
}

void table_print(
        FILE *out, const json_t *rows, const struct table_column *columns, size_t n, bool json)
{
	if (json)
		print_json(out, rows);
	else
		print_text(out, rows, columns, n);
}
