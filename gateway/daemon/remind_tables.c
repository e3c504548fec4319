/* The rules of reminders, from the configuration and the tables beside the templates. */
#include "remind.h"

#include <payung/store_cover.h>
#include <payung/tables.h>

static bool read_tables(
        const struct conf *c, struct remind_tables *t, tmpl_fault_fn *fault, void *arg)
{
	const char *dir = c->templates;

	/* every table's faults are told, not only the first one's */
	bool ok = tables_tariff(dir, &t->tariff, fault, arg) == RC_OK;

	ok = tables_occupations(dir, &t->occupations, fault, arg) == RC_OK && ok;
	ok = tables_zones(dir, &t->zones, fault, arg) == RC_OK && ok;
	return tables_holidays(dir, c->reminders.holidays, &t->holidays, fault, arg) == RC_OK && ok;
}

bool remind_load(struct daemon *d, tmpl_fault_fn *fault, void *arg)
{
	static struct remind_tables tables; /* large; one thread */
	const struct conf_reminders *c = &d->conf->reminders;
	const struct conf_scheme *scheme = &d->conf->scheme;
	const struct coverage_rules cover = coverage_rules_of(scheme);
	struct remind *r = &d->remind;

	if (!read_tables(d->conf, &tables, fault, arg))
		return false;
	r->tables = tables;
	remind_rules_set(&r->rules, c->when, CONF_OCCASIONS, c->number_check_days, &cover);
	r->anew = (struct remind_anew){ .mark = remind_rules_mark(&r->rules) };
	r->idle.set = false;
	r->choices = tables_choices(scheme);
	r->window = (struct quiet_rules){
		.n = 2, .window = { c->window, c->evening }, .holidays = &r->tables.holidays
	};
	r->notices = (struct quiet_rules){
		.n = 1, .window = { c->notices }, .holidays = &r->tables.holidays
	};
	r->pace = (struct pace_rules){ c->reserve_percent, c->ahead_s };
	return true;
}
