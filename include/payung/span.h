/* Days around an event and hours of a day, as the configuration writes them: "-30..-8" (days from the
 * event, both inclusive), "08:00-17:00" (to the minute before 17:00), or "off". Pure. */
#ifndef PAYUNG_SPAN_H
#define PAYUNG_SPAN_H

#include <payung/result.h>
#include <stdbool.h>

#define SPAN_DAYS_MAX 400 /* either way */
#define DAY_MINUTES   1440

struct day_span { int first, last; bool off; };
/* Minutes of the day, 0..1439 and 0..1440. from == to: the whole day; to < from: across midnight. */
struct day_window { int from, to; bool off; };

/* RC_INVALID: not in this form, last before first, beyond SPAN_DAYS_MAX or no time of day. */
rc_t span_parse_days(const char *s, struct day_span *out) MUST_CHECK;
rc_t span_parse_window(const char *s, struct day_window *out) MUST_CHECK;
bool span_window_has(const struct day_window *w, int minute_of_day); /* never when off */

#endif
