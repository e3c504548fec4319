/* What reminders would be sent on the days to come, as things stand: by the rules of the daemon,
 * with days in place of seconds. Nothing of the store is read or changed here. */
#ifndef CLI_FORECAST_H
#define CLI_FORECAST_H

#include <payung/cover_bundle.h>
#include <payung/cover_pace.h>
#include <payung/cover_quiet.h>
#include <payung/msisdn.h>

struct forecast_wish { /* an occasion of somebody, from the day on which it may go out */
	int64_t day,
	        since; /* since: its first day, which may be over; of two alike it goes first */
	char msisdn[MSISDN_CAP];
	size_t line; /* of the home line of that phone */
	struct bundle_wish wish;
};
struct forecast_rules {
	struct quiet_rules quiet;
	struct pace_rules pace;
	const struct pace_line *line; /* fresh */
	size_t lines;
	struct pace_line all; /* what they may send together */
	enum zone zone;       /* whose hours count for what the lines can carry */
	int per_phone;        /* unasked texts to one phone in a day */
};
struct forecast_row { /* so many texts of one occasion, on one day, on one line */
	int64_t day;
	size_t line;
	enum remind_occasion occasion;
	enum remind_why why; /* WHY_NONE: sent; else never, on its last day: texts is 0 then */
	int64_t texts, reminders;
};
typedef void forecast_fn(void *arg, const struct forecast_row *row);

struct forecast; /* growing list of wishes */
struct forecast *forecast_new(void);
void forecast_free(struct forecast *f);
void forecast_add(struct forecast *f, const struct forecast_wish *w);
/* Plays the days; rows come by day. What is left over after the last day is not told: it may still
 * go. */
void forecast_play(struct forecast *f, const struct forecast_rules *r, int64_t from, int64_t to,
        forecast_fn *fn, void *arg);

#endif
