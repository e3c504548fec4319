/* The two small tables of quiet hours. The daemon reads them too and has no CSV library; their
 * cells are dates, numbers and one word, so a line is split here. */
#include <payung/cover_quiet.h>
#include <payung/text.h>

#include <stdio.h>
#include <string.h>

#define CELLS_MAX 3

struct reader {
	const char *file;
	tmpl_fault_fn *fault;
	void *arg;
	int line;
	rc_t rc;
	char text[256];
	char *cell[CELLS_MAX];
};

static void tell(struct reader *r, rc_t rc, const char *message)
{
	r->fault(r->arg, r->file, r->line, message);
	r->rc = rc;
}

/* Blanks, a carriage return and quotation marks around a cell go. */
static char *trimmed(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(" \t\r\"", s[n - 1]))
		s[--n] = '\0';
	return s + strspn(s, " \t\"");
}

static void split(struct reader *r)
{
	char *p = r->text;

	for (size_t i = 0; i < CELLS_MAX; i++) {
		char *end = p + strcspn(p, i + 1 < CELLS_MAX ? ",;" : "");

		r->cell[i] = p;
		p = *end ? end + 1 : end;
		*end = '\0';
	}
	for (size_t i = 0; i < CELLS_MAX; i++)
		r->cell[i] = trimmed(r->cell[i]);
}

/* Moves to the next line that is neither empty nor a comment; false: the end. */
static bool next_row(struct reader *r, const char **p)
{
	while (**p) {
		size_t n = strcspn(*p, "\n");
		bool fits = n < sizeof r->text;

		r->line++;
		snprintf(r->text, sizeof r->text, "%.*s", (int)n, *p);
		*p += n + ((*p)[n] == '\n');
		split(r);
		if (!fits)
			tell(r, RC_INVALID, "the line is too long: shorten it");
		else if (*r->cell[0] && *r->cell[0] != '#')
			return true;
	}
	return false;
}

static bool read_header(struct reader *r, const char **p, const char *first)
{
	if (next_row(r, p) && strcmp(r->cell[0], first) == 0)
		return true;
	tell(r, RC_INVALID, "the first row must name the columns: see the comment at the top");
	return false;
}

static void take_holiday(struct reader *r, struct quiet_holidays *out)
{
	struct date d;
	size_t at = out->n;
	int64_t day;

	if (date_parse_iso(r->cell[0], &d) != RC_OK) {
		tell(r, RC_INVALID, "date is not valid: write YYYY-MM-DD");
		return;
	}
	day = date_days(d);
	if (quiet_holiday(out, day)) {
		tell(r, RC_INVALID, "this date is there twice: keep one row");
		return;
	}
	if (out->n == QUIET_HOLIDAYS_MAX) {
		tell(r, RC_LIMIT, "too many rows: take out years that are over");
		return;
	}
	for (; at && out->day[at - 1] > day; at--)
		out->day[at] = out->day[at - 1];
	out->day[at] = day;
	out->n++;
}

rc_t quiet_load_holidays(struct quiet_holidays *out, const char *file, const char *content,
        tmpl_fault_fn *fault, void *arg)
{
	struct reader r = { .file = file, .fault = fault, .arg = arg };

	*out = (struct quiet_holidays){ 0 };
	if (read_header(&r, &content, "date"))
		while (r.rc != RC_LIMIT && next_row(&r, &content))
			take_holiday(&r, out);
	return r.rc;
}

static int province_number(const char *s)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' || s[2])
		return -1;
	return (s[0] - '0') * 10 + (s[1] - '0');
}

static void take_zone(struct reader *r, struct quiet_zones *out)
{
	static const struct {
		const char *name;
		enum zone zone;
	} zones[] = { { "WIB", ZONE_WIB }, { "WITA", ZONE_WITA }, { "WIT", ZONE_WIT } };
	int province = province_number(r->cell[0]);

	if (province < 0) {
		tell(r, RC_INVALID, "province is not valid: write its two digits");
		return;
	}
	if (out->of[province]) {
		tell(r, RC_INVALID, "this province is there twice: keep one row");
		return;
	}
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (strcmp(r->cell[1], zones[i].name) == 0)
			out->of[province] = zones[i].zone;
	if (!out->of[province])
		tell(r, RC_INVALID, "zone is not valid: write WIB, WITA or WIT");
}

rc_t quiet_load_zones(struct quiet_zones *out, const char *file, const char *content,
        tmpl_fault_fn *fault, void *arg)
{
	struct reader r = { .file = file, .fault = fault, .arg = arg };

	*out = (struct quiet_zones){ 0 };
	if (read_header(&r, &content, "province"))
		while (next_row(&r, &content))
			take_zone(&r, out);
	return r.rc;
}
