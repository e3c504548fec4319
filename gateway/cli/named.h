/* A list of workers who get named codes: read from CSV and checked row by row. */
#ifndef PAYUNG_NAMED_H
#define PAYUNG_NAMED_H

#include <payung/tables.h>

#include <payung/csv_table.h>
#include <payung/date.h>
#include <payung/office.h>
#include <payung/store_scheme.h>

struct named_row {
	int number; /* as the spreadsheet shows it */
	struct code_listed listed;
};
struct named_list {
	struct named_row *row;
	size_t n;
};
struct named_rules {
	const char *areas; /* of the programme: "3321,3374" */
	const char *area;  /* for rows without one */
	const struct occupations *occupations;
	const struct office *words; /* how offices head their columns */
	struct date today;
	int age_min, age_max;
};

/* Called for each fault or warning; the message holds no NIK and says what to do. */
typedef void named_tell_fn(void *arg, int row, bool is_fault, const char *message);

/* Columns nik and name must be there; phone, occupation, area may; headed so, or by a word for it.
 * RC_OK: *out is the caller's. RC_INVALID: every faulty row was told, *out is untouched. */
rc_t named_read(const struct csv_table *t, const struct named_rules *rules, struct named_list *out,
        named_tell_fn *tell, void *arg) MUST_CHECK;
void named_clear(struct named_list *l); /* wipes the NIKs; a zeroed list is fine */

/* Is area one of the comma-separated codes, or within one (a longer code that begins with it)? */
bool named_area_within(const char *areas, const char *area);

#endif
