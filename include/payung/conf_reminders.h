/* Section reminders of the configuration: when unasked texts go out, and how many. */
#ifndef PAYUNG_CONF_REMINDERS_H
#define PAYUNG_CONF_REMINDERS_H

#include <payung/span.h>

/* Occasions in the order of enum remind_occasion (cover_occasion.h), which this floor does not know: the
 * keys carry their names, and a test compares them. */
#define CONF_OCCASIONS    18
#define CONF_HOLIDAYS_CAP 256

struct conf_reminders {
	struct day_span when[CONF_OCCASIONS];
	struct day_window window, evening; /* reminders go out in these */
	struct day_window notices;         /* other unasked texts: changes of state */
	int number_check_days;             /* R11 after so many days of silence; 0: never */
	int unsolicited_per_day;           /* to one number, reminders and notices together */
	int effect_days;                   /* a payment so soon after a reminder is its effect */
	int price;                         /* rupiah of one text */
	int reserve_percent, ahead_s;      /* as in cover_pace.h */
	char holidays[CONF_HOLIDAYS_CAP];  /* "" = data/holidays.csv in the templates */
};

#endif
