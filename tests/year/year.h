/* A year of the scheme in seconds: the daemon's real flows on a real store with a clock that jumps
 * from event to event; only link/ is replaced, by SIMs that keep a log of all that goes out.
 * People, sponsors and the insurer are drawn from one seed, so the same seed gives the same year.
 */
#ifndef YEAR_H
#define YEAR_H

#include "daemon/daemon.h"
#include <payung/date.h>
#include <payung/msisdn.h>
#include <payung/nik.h>
#include <payung/regcode.h>
#include <payung/rupiah.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define YEAR_FIRST ((struct date){ 2026, 1, 1 })
#define YEAR_DAYS 365
#define YEAR_HOLIDAYS 8
#define MONTHS 36 /* the truth is kept for these, from MONTH0 on */
#define MONTH0 (2025 * 12)
#define PHONE_WORKERS 3
#define PHONE_CADRE 0 /* enrols people who have no phone */
#define PHONE_DUTY 1  /* an officer */

extern const struct date year_holidays[YEAR_HOLIDAYS]; /* the office's list, in judge.c */

/* ---- chance: splitmix64, one stream for each purpose ---- */
struct chance {
	uint64_t s;
};
uint64_t chance_next(struct chance *c);
int chance_below(struct chance *c, int n);          /* 0..n-1 */
bool chance_of(struct chance *c, int per_thousand); /* true that often */

/* ---- who lives there ---- */
struct worker {
	char nik[NIK_LEN + 1], name[24], code[REGCODE_LEN + 1], area[8];
	enum zone zone;
	int job, pledge, phone; /* phone -1: has none, a cadre enrols */
	bool open;              /* code is open: everything is told in the dialogue */
	int64_t registered_at;  /* the office accepted or the named code was used */
	/* the truth, as the outside world made it; UTC seconds, 0 = not */
	int64_t died_at, death_known_at;
	int64_t asked_to_pay[2]; /* the last two times a text of ours did so */
	int64_t paid_at[MONTHS], confirmed_at[MONTHS]; /* when our office learned of it */
};
struct phone {
	char msisdn[MSISDN_CAP];
	enum zone zone;
	int n, worker[PHONE_WORKERS];
	int sponsor;                 /* -1: is none's */
	int current;                 /* whom it registers now, -1 nobody */
	int64_t stopped_at;          /* UTC seconds of its STOP, 0: gets reminders */
	int64_t off_until;           /* no signal */
	int64_t said_at, started_at; /* it texted us; of its MULAI */
	bool gone;
	int moves_to; /* new handset that asked for its worker, -1 */
};
enum manner { PAYS_EARLY, PAYS_LATE, PAYS_PARTLY, PAYS_NEVER, MANNERS };
struct pledge {
	char ref[REF_LEN + 1], sponsor[32];
	int64_t id;
	int phone, places, months, instalment, first, n; /* workers first..first+n */
	month_t start;
	enum manner manner;
	bool self, public_budget, open;
	int64_t paid_at[MONTHS]; /* by instalment: our office knows that all of it is paid */
};

struct town_plan { /* sizes */
	const char *name;
	int demak, servants, servants_workers, selves, elsewhere, modems;
};
extern const struct town_plan town_small, town_full;

struct year;
struct sim;   /* sims.c */
struct money; /* money.c */
struct event {
	int64_t at;
	uint64_t order;
	void (*fn)(struct year *y, int64_t a, int64_t b);
	int64_t a, b;
};
struct year {
	const struct town_plan *plan;
	uint64_t seed;
	struct daemon d;
	char folder[64];
	int64_t now, end;
	int64_t dark_until; /* no power in the office: all that would happen there waits */
	struct event *heap;
	size_t events, room;
	uint64_t order;
	struct chance people, money, air;
	struct worker *worker;
	int workers;
	struct phone *phone;
	int phones;
	struct pledge *pledge;
	int pledges;
	struct judge *judge;
	struct money *till;
	struct sim *sim[16];
	int sims;
	int64_t texts_in, acked;
};

/* ---- year.c: time ---- */
void at(struct year *y, int64_t when, void (*fn)(struct year *, int64_t, int64_t), int64_t a,
        int64_t b);
void year_run(struct year *y);
/* That minute of that day of the year (0..), where the zone is. */
int64_t year_time(int day, int minute, enum zone z);
int year_day(int64_t utc_s, enum zone z); /* day of the year there */
void die_if(bool wrong, const char *what);
#define must(rc) must_be_ok((rc), __FILE__, __LINE__)
void must_be_ok(rc_t rc, const char *file, int line);

/* ---- office.c: the daemon and the people behind its desk ---- */
void office_open(struct year *y);
void office_close(struct year *y);
void office_found(struct year *y); /* programmes, sponsors, pledges, codes */
void office_days(struct year *y);  /* its daily work, as events, and the cuts of its power */
void office_back(struct year *y, int64_t unused, int64_t unused2); /* the power */
void office_death(
        struct year *y, int64_t worker, int64_t unused); /* an officer has seen the papers */

/* ---- town.c ---- */
void town_build(struct year *y);
void town_free(struct year *y);
int town_add_phone(struct year *y, enum zone z);
struct phone *town_phone(struct year *y, const char *msisdn); /* NULL: nobody's */

/* ---- sims.c: include/payung/channel.h, and the air behind it ---- */
void sims_attach(struct year *y);
void sims_cut(struct year *y);                              /* what they had in hand is gone */
void sims_say(struct year *y, int phone, const char *text); /* a person texts, now */

/* ---- people.c ---- */
struct said; /* read.h */
void people_plan(struct year *y);
void people_got(struct year *y, int phone, const struct said *s);

/* ---- money.c: what the sponsors pay and what the insurer says ---- */
void money_plan(struct year *y);
void money_free(struct year *y);

#endif
