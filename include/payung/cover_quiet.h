/* When unasked texts may go out: windows of the day by the worker's zone, not on holidays. Pure. */
#ifndef PAYUNG_COVER_QUIET_H
#define PAYUNG_COVER_QUIET_H

#include <payung/date.h>
#include <payung/span.h>
#include <payung/tmpl.h>

#define QUIET_WINDOWS_MAX  3
#define QUIET_HOLIDAYS_MAX 366

struct quiet_holidays { size_t n; int64_t day[QUIET_HOLIDAYS_MAX]; }; /* days since 1970, ascending */
struct quiet_rules {
	size_t n; /* windows; 0: always. One that is off allows nothing. */
	struct day_window window[QUIET_WINDOWS_MAX];
	const struct quiet_holidays *holidays; /* borrowed; NULL: none. Civil days in the worker's zone. */
};

/* As configured: windows of a class of texts, up to QUIET_WINDOWS_MAX. */
void quiet_rules_set(struct quiet_rules *out, const struct day_window *window, size_t n,
	const struct quiet_holidays *holidays);

bool quiet_may_send(const struct quiet_rules *r, int64_t utc_s, enum zone z);
/* The first second at or after utc_s that is allowed; INT64_MAX: none within a year. */
int64_t quiet_next(const struct quiet_rules *r, int64_t utc_s, enum zone z);
/* No moment from the first to the last of these days is allowed. */
bool quiet_all(const struct quiet_rules *r, int64_t first, int64_t last, enum zone z);
/* Allowed seconds from utc_s to the end of that civil day. */
int64_t quiet_left(const struct quiet_rules *r, int64_t utc_s, enum zone z);
bool quiet_holiday(const struct quiet_holidays *h, int64_t day);

/* Zones by province, the first two digits of an area code. */
struct quiet_zones { enum zone of[100]; }; /* 0: not listed */
enum zone quiet_zone_of(const struct quiet_zones *z, const char *area, enum zone otherwise);

/* The tables data/holidays.csv (date,name) and data/zones.csv (province,zone,name): header row, comma or
 * semicolon, # comments. RC_INVALID: every fault was told with its line; RC_LIMIT: too many rows. */
rc_t quiet_load_holidays(struct quiet_holidays *out, const char *file, const char *content,
	tmpl_fault_fn *fault, void *arg) MUST_CHECK;
rc_t quiet_load_zones(struct quiet_zones *out, const char *file, const char *content,
	tmpl_fault_fn *fault, void *arg) MUST_CHECK;

#endif
