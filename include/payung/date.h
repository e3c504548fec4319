/* Civil dates and months without a clock. Month: "YYYY-MM" as an integer count of months since
 * year 0 (year*12 + month-1). Zones of Indonesia have no daylight saving. Pure. */
#ifndef PAYUNG_DATE_H
#define PAYUNG_DATE_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zone { ZONE_WIB = 7 * 60, ZONE_WITA = 8 * 60, ZONE_WIT = 9 * 60 }; /* minutes east of UTC */
struct date { int year, month, day; };
typedef int month_t;

bool date_valid(struct date d);
int64_t date_days(struct date d);           /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
struct date date_at(int64_t utc_s, enum zone z); /* the civil date there at that instant */
int date_minute_of_day(int64_t utc_s, enum zone z);
int64_t date_utc(struct date d, int minute_of_day, enum zone z);
int date_age(struct date born, struct date today); /* completed years */
rc_t date_parse_iso(const char *s, struct date *out) MUST_CHECK; /* YYYY-MM-DD */
void date_format_iso(struct date d, char out[16]);
void date_format_dmy(struct date d, char out[16]); /* DD-MM-YYYY, as texts write it */
void date_format_dm(struct date d, char out[16]);  /* DD-MM */
void time_format_iso(int64_t utc_s, char out[24]); /* YYYY-MM-DDTHH:MM:SSZ */

month_t month_of(struct date d);
rc_t month_parse(const char *s, month_t *out) MUST_CHECK; /* YYYY-MM, 1900..2999 */
void month_format(month_t m, char out[16]);
struct date month_first(month_t m);
struct date month_last(month_t m);

#endif
