/* An officer sees every bad row at once, by the number the spreadsheet shows, with what to do: a
 * list that is refused row by row would be sent back ten times. The birth date is read from the
 * NIK, which is not changed when a birth date is corrected, so an age is a warning only. */
#include "named.h"

#include <payung/crypto.h>
#include <payung/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const struct named_rules *rules;
	named_tell_fn *tell;
	void *arg;
	int row;
	bool failed;
	int nik, name, phone, job, area; /* columns */
};

static PRINTF_LIKE(3, 4) void told(struct reading *r, bool is_fault, const char *fmt, ...)
{
	char message[240];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	r->tell(r->arg, r->row, is_fault, message);
	r->failed = r->failed || is_fault;
}

/* Without what people and spreadsheets put between or before the digits. */
static void strip(const char *in, const char *drop, char *out, size_t cap)
{
	size_t n = 0;

	for (; *in && n + 1 < cap; in++)
		if (!strchr(drop, *in))
			out[n++] = *in;
	out[n] = '\0';
}

static void take_nik(struct reading *r, const char *in, struct code_listed *l)
{
	const struct named_rules *rules = r->rules;
	char digits[32];
	struct nik_facts facts;

	strip(in, " .-'", digits, sizeof digits);
	if (strpbrk(digits, "eE+,")) {
		told(r, true,
		        "the NIK was turned into a number by the spreadsheet: format the "
		        "column as text and enter it again");
	} else if (strlen(digits) != NIK_LEN || strspn(digits, "0123456789") != NIK_LEN) {
		told(r, true, "the NIK must have 16 digits, this has %zu: copy it from the card",
		        strlen(digits));
	} else if (nik_parse(digits, rules->today, rules->age_min, &facts) != RC_OK) {
		told(r, true,
		        "the NIK cannot be right (birth date or serial): copy it from the "
		        "card");
	} else {
		int age = date_age(facts.born, rules->today);

		memcpy(l->nik, digits, sizeof l->nik);
		if (age < rules->age_min || age > rules->age_max)
			told(r, false,
			        "%d years old by the NIK, new workers are %d to %d: this code will "
			        "be refused",
			        age, rules->age_min, rules->age_max);
	}
	crypto_wipe(digits, sizeof digits);
}

static bool has_letter(const char *s)
{
	for (uint32_t cp; (cp = text_utf8_next(&s)) != 0;)
		if ((cp | 0x20) - 'a' < 26u || cp > 0xbf)
			return true;
	return false;
}

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static void take_name(struct reading *r, const char *in, struct code_listed *l)
{
	if (!has_letter(in))
		told(r, true, "the name is missing");
	else if (has_control(in))
		told(r, true, "the name has a line break or tab in it: remove that");
	else if (strchr("=+-@", *in)) /* our lists go back to spreadsheets */
		told(r, true, "the name begins with %c like a formula: remove that", *in);
	else if (!text_copy(l->name, sizeof l->name, in))
		told(r, true, "the name is longer than %zu bytes: shorten it", sizeof l->name - 1);
}

static void take_phone(struct reading *r, const char *in, struct code_listed *l)
{
	char digits[64];

	strip(in, "'", digits, sizeof digits);
	if (*digits && msisdn_parse(digits, l->phone) != RC_OK)
		told(r, true,
		        "the phone is no Indonesian mobile number: write it like "
		        "081234567890 or leave it empty");
}

static void take_job(struct reading *r, const char *in, struct code_listed *l)
{
	if (!*in)
		return; /* not told */
	l->job = occupation_find(r->rules->occupations, in);
	if (l->job)
		return;
	l->job = OCCUPATIONS_MAX;
	told(r, false,
	        "the occupation is not known and counts as %s: use a number of 1 to %d from "
	        "occupations.csv",
	        r->rules->occupations->row[OCCUPATIONS_MAX].code, OCCUPATIONS_MAX);
}

bool named_area_within(const char *areas, const char *area)
{
	while (*areas) {
		size_t len = strcspn(areas, ",");

		if (len && strncmp(areas, area, len) == 0)
			return true;
		areas += len;
		areas += *areas == ',';
	}
	return false;
}

static void take_area(struct reading *r, const char *in, struct code_listed *l)
{
	const char *area = *in ? in : r->rules->area;

	if (strlen(area) >= sizeof l->area)
		told(r, true, "the area is no code like 332102");
	else if (*area && !named_area_within(r->rules->areas, area))
		told(r, true,
		        "the area is not within the programme's (%s): correct it, or use a "
		        "programme for that area",
		        r->rules->areas);
	else
		snprintf(l->area, sizeof l->area, "%s", area);
}

/* Our own name for it counts first; else the one column that an office's word heads. */
static int find_column(struct reading *r, const struct csv_table *t, const char *name)
{
	int at = csv_column(t, name);

	if (at >= 0)
		return at;
	for (size_t i = 0; i < t->header.n; i++) {
		if (!office_is(r->rules->words, OFFICE_HEADING, t->header.cell[i], name))
			continue;
		if (at >= 0)
			told(r, true,
			        "the columns '%.30s' and '%.30s' could both be %s: rename or "
			        "remove one",
			        t->header.cell[at], t->header.cell[i], name);
		at = (int)i;
	}
	return at;
}

static bool find_columns(struct reading *r, const struct csv_table *t)
{
	r->row = t->header.number;
	r->nik = find_column(r, t, "nik");
	r->name = find_column(r, t, "name");
	r->phone = find_column(r, t, "phone");
	r->job = find_column(r, t, "occupation");
	r->area = find_column(r, t, "area");
	if (r->nik < 0 || r->name < 0)
		told(r, true,
		        "the header has no column %s: name it so, or by a word for it in "
		        "office.csv, like name, and, if wanted, phone, occupation, area",
		        r->nik < 0 ? "nik" : "name");
	return !r->failed;
}

static int by_nik(const void *a, const void *b)
{
	const struct named_row *x = *(const struct named_row *const *)a;
	const struct named_row *y = *(const struct named_row *const *)b;
	int order = strcmp(x->listed.nik, y->listed.nik);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* The same NIK twice, by sorting: lists have thousands of rows. */
static void find_twins(struct reading *r, struct named_list *l)
{
	const struct named_row **sorted = calloc(l->n + 1, sizeof *sorted);

	if (!sorted)
		abort();
	for (size_t i = 0; i < l->n; i++)
		sorted[i] = &l->row[i];
	qsort(sorted, l->n, sizeof *sorted, by_nik);
	for (size_t i = 1; i < l->n; i++) {
		const struct code_listed *was = &sorted[i - 1]->listed, *is = &sorted[i]->listed;

		if (!*is->nik || strcmp(was->nik, is->nik) != 0)
			continue;
		r->row = sorted[i]->number;
		told(r, true, "the NIK is the same as in row %d: remove one of them",
		        sorted[i - 1]->number);
	}
	free(sorted);
}

rc_t named_read(const struct csv_table *t, const struct named_rules *rules, struct named_list *out,
        named_tell_fn *tell, void *arg)
{
	struct reading r = { .rules = rules, .tell = tell, .arg = arg };
	struct named_list l = { .row = calloc(t->n + 1, sizeof *l.row), .n = t->n };

	if (!l.row)
		abort();
	if (t->n == 0 || !find_columns(&r, t)) {
		if (!r.failed)
			told(&r, true, "there are no rows below the header");
		l.n = 0;
	}
	for (size_t i = 0; i < l.n; i++) {
		const struct csv_row *row = &t->row[i];
		struct code_listed *listed = &l.row[i].listed;

		l.row[i].number = r.row = row->number;
		take_nik(&r, csv_cell(row, r.nik), listed);
		take_name(&r, csv_cell(row, r.name), listed);
		take_phone(&r, csv_cell(row, r.phone), listed);
		take_job(&r, csv_cell(row, r.job), listed);
		take_area(&r, csv_cell(row, r.area), listed);
	}
	find_twins(&r, &l);
	if (r.failed) {
		named_clear(&l);
		return RC_INVALID;
	}
	*out = l;
	return RC_OK;
}

void named_clear(struct named_list *l)
{
	if (l->row)
		crypto_wipe(l->row, l->n * sizeof *l->row);
	free(l->row);
	*l = (struct named_list){ 0 };
}
