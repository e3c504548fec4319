/* What the commands of reminders share: rules and zones as configured, subjects by their words. */
#ifndef CLI_REMIND_VIEW_H
#define CLI_REMIND_VIEW_H

#include "list.h"
#include <payung/cover_quiet.h>
#include <payung/store_remind.h>

struct remind_view {
	struct remind_rules rules;
	struct quiet_zones zones;
	struct quiet_holidays holidays;
	enum zone zone; /* of whom no area tells */
	int64_t now;
};
/* Loads the configuration and the tables. 0, or told. */
int remind_view_load(struct cli *c, struct remind_view *v);
/* "2026-11-25", days since 1970; NULL: today in the service's zone. 0, or told. */
int remind_view_day(
        struct cli *c, const struct remind_view *v, const struct cli_option *o, int64_t *day);
size_t remind_view_plan(const struct remind_view *v, const struct remind_facts *f, int64_t today,
        struct remind_due out[REMIND_PLAN_MAX]);
/* The zone its texts go by, and the day it is there now. */
enum zone remind_view_zone(const struct remind_view *v, const struct remind_facts *f);
int64_t remind_view_today(const struct remind_view *v, const struct remind_facts *f);

struct remind_whom {
	enum remind_subject kind;
	int64_t id;
};
#define REMIND_WHOM_MAX 160
/* A worker's id, the reference of a registration, a phone (all its workers), or the reference of a
 * pledge (itself and its instalments). RC_NOENT: nobody. */
rc_t remind_view_find(
        struct store *s, const char *word, struct remind_whom out[REMIND_WHOM_MAX], size_t *n);

/* Columns id, kind, who, phone of a row. */
void remind_view_subject(json_t *row, const struct remind_facts *f);
void remind_view_date(json_t *row, const char *field, int64_t day); /* 0 and never: "" */
void remind_view_why(json_t *row, enum remind_why why);             /* column why, "" for none */

#endif
