/* The tables beside the templates: the tariff, the occupations, the words of names, holidays and
 * zones. */
#ifndef PAYUNG_TABLES_H
#define PAYUNG_TABLES_H

#include <payung/area.h>
#include <payung/conf_scheme.h>
#include <payung/cover_quiet.h>
#include <payung/name.h>
#include <payung/occupation.h>
#include <payung/office.h>
#include <payung/result.h>
#include <payung/tariff.h>
#include <payung/tmpl.h>

/* Read from the templates' folder. Not RC_OK: every fault was told, *out is unusable. */
rc_t tables_tariff(const char *dir, struct tariff *out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* What the operator chose about it. */
struct tariff_choices tables_choices(const struct conf_scheme *c);
rc_t tables_occupations(
        const char *dir, struct occupations *out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* What areas are called in texts; the caller's, for free(). */
rc_t tables_areas(const char *dir, struct areas **out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* How names are compared; the caller's, for name_rules_free(). */
rc_t tables_names(
        const char *dir, struct name_rules **out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* Days without unasked texts; file "" = data/holidays.csv, else its absolute path. */
rc_t tables_holidays(const char *dir, const char *file, struct quiet_holidays *out,
        tmpl_fault_fn *fault, void *arg) MUST_CHECK;
rc_t tables_zones(
        const char *dir, struct quiet_zones *out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* What office people write; see office.h. */
rc_t tables_office(const char *dir, struct office *out, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* Tells the faults of all tables. RC_OK: none. */
rc_t tables_check(const char *dir, tmpl_fault_fn *fault, void *arg) MUST_CHECK;
/* Prints "file:line: message" on stderr; arg is not used. */
tmpl_fault_fn tables_fault;

#endif
