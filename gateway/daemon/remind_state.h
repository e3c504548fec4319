/* What the reminders keep in memory: rules, the tables behind them, how things stand. */
#ifndef DAEMON_REMIND_STATE_H
#define DAEMON_REMIND_STATE_H

#include <payung/cover_pace.h>
#include <payung/cover_quiet.h>
#include <payung/cover_remind.h>
#include <payung/occupation.h>

struct event;

struct remind_tables { /* as read with the templates */
	struct quiet_holidays holidays;
	struct quiet_zones zones;
	struct tariff tariff;
	struct occupations occupations;
};
struct remind_day { /* what is due on a day, and what the lines can carry of it */
	int64_t day, due;
	int64_t carries; /* by the lines that are up, or soon will be */
	int64_t could;   /* with those that are down */
	int64_t sims;    /* that would carry it; -1: no number would */
};
struct remind_whom { /* whom a look is at */
	bool set;
	enum remind_subject kind;
	int64_t subject;
};
struct remind_anew { /* the rules may be others than those by which everybody was looked at */
	bool done;
	int64_t mark;
	enum remind_subject kind; /* so far everybody is looked at anew */
	int64_t subject;
};
struct remind_idle { /* nobody was due and nobody had changed, until then */
	bool set;
	int64_t hour, until_ms;
	uint64_t commits;
};
struct remind {
	struct remind_rules rules;
	struct quiet_rules window, notices; /* hours of reminders, of other unasked texts */
	struct pace_rules pace;
	struct tariff_choices choices;
	struct remind_tables tables;
	bool asked; /* a look is in the group already */
	bool more;  /* the last one left some for the next */
	bool waits; /* somebody is due, or waits in the queue */
	struct remind_idle idle;
	struct remind_anew anew;
	int64_t open;       /* reminders that wait in the queue */
	int64_t counted_ms; /* when they were counted */
	int64_t weighed_ms; /* when today and tomorrow were */
	struct remind_day today, tomorrow;
	int64_t warned_day;         /* the operator was warned of this day: too few SIMs, */
	int64_t down_day;           /* or lines that are down */
	struct remind_whom at, bad; /* under way; the one at which the last look failed */
	struct event *again;
};

#endif
