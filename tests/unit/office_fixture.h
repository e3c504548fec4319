/* The words of templates/data/office.csv. */
#ifndef OFFICE_FIXTURE_H
#define OFFICE_FIXTURE_H

#include <payung/tables.h>

static inline void office_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	fail_msg("%s:%d: %s", file, line, message);
}

static inline void load_office(struct office *o)
{
	assert_int_equal(tables_office("templates", o, office_fault, NULL), RC_OK);
}

#endif
