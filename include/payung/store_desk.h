/* Store door: the officers' desk. Cases and the duty phones that deal with them, cadres, decisions
 * on registrations, links between phones and workers, outages, counters of the guards. See store.h
 * for the rules of every call. */
#ifndef PAYUNG_STORE_DESK_H
#define PAYUNG_STORE_DESK_H

#include <payung/store_link.h>

#define DESK_AREA_CAP 12  /* an area code; dots in it do not count; "" = everywhere */
#define DESK_NAME_CAP 64  /* of an officer, a cadre, who did something */
#define DESK_NOTE_CAP 160

/* ---- cases: what a person must deal with ---- */
enum case_state { CASE_OPEN, /* no duty phone was told */ CASE_TOLD, CASE_DONE, CASE_STATES };
const char *case_state_name(enum case_state s);
struct case_row {
	int64_t id, worker, inbox, opened_at, told_at, due_at, closed_at;
	enum case_state state;
	int step; /* duty phones told in this round */
	char kind[16], ref[REF_LEN + 1], msisdn[MSISDN_CAP], area[DESK_AREA_CAP], told_to[MSISDN_CAP];
	char closed_by[DESK_NAME_CAP], note[DESK_NOTE_CAP];
};
/* A case about this phone. Its area: of the worker linked to the phone, else of the newest
 * registration from it, else everywhere. Due at once. out may be NULL. RC_EXISTS: ref is taken. */
rc_t store_case_open(struct store *s, const char *kind, const char *ref, const char *msisdn,
	int64_t inbox, int64_t now, struct case_row *out) MUST_CHECK;
rc_t store_case_get(struct store *s, const char *ref, struct case_row *out) MUST_CHECK;
/* The open case of this kind about this phone, opened since then. RC_NOENT: none. */
rc_t store_case_same(struct store *s, const char *kind, const char *msisdn, int64_t since,
	struct case_row *out) MUST_CHECK;
/* A duty phone was told ("" = there is none): due again at due_at. */
rc_t store_case_told(struct store *s, int64_t id, const char *to, int step, int64_t now,
	int64_t due_at) MUST_CHECK;
/* RC_NOENT: no such case, or closed already. */
rc_t store_case_done(struct store *s, const char *ref, const char *by, const char *note,
	int64_t now) MUST_CHECK;
/* The open case that is due longest. RC_NOENT: none. The caller moves it on with told. */
rc_t store_case_next_due(struct store *s, int64_t now, struct case_row *out) MUST_CHECK;
typedef void store_case_fn(void *arg, const struct case_row *row);
rc_t store_case_each(struct store *s, bool closed_too, store_case_fn *fn, void *arg) MUST_CHECK; /* newest first */
rc_t store_case_count_open(struct store *s, int64_t *n) MUST_CHECK;

/* ---- duty phones ---- */
struct duty_row { char msisdn[MSISDN_CAP], area[DESK_AREA_CAP], name[DESK_NAME_CAP]; int position; };
typedef void store_duty_fn(void *arg, const struct duty_row *row);
/* A phone and area that are there already get the new name and position. Cases nobody could be told
 * of are due again at once. */
rc_t store_duty_add(struct store *s, const struct duty_row *row, int64_t now) MUST_CHECK;
rc_t store_duty_remove(struct store *s, const char *msisdn) MUST_CHECK; /* from all areas; RC_NOENT */
rc_t store_duty_each(struct store *s, store_duty_fn *fn, void *arg) MUST_CHECK; /* by area, position */
rc_t store_duty_is(struct store *s, const char *msisdn, bool *yes) MUST_CHECK;
/* The phone number `step` (0 = first) to be told of something in this area: those of the narrowest
 * area first, then by position, each phone once. RC_NOENT: there are no more. */
rc_t store_duty_for_area(struct store *s, const char *area, int step, struct duty_row *out) MUST_CHECK;

/* ---- cadres: may enrol other people ---- */
struct cadre_row { char msisdn[MSISDN_CAP], name[DESK_NAME_CAP], area[DESK_AREA_CAP]; int64_t since, ended_at; };
typedef void store_cadre_fn(void *arg, const struct cadre_row *row);
/* RC_EXISTS: is one already; one that ended begins anew. */
rc_t store_cadre_add(struct store *s, const struct cadre_row *row) MUST_CHECK;
rc_t store_cadre_end(struct store *s, const char *msisdn, int64_t now) MUST_CHECK; /* RC_NOENT */
rc_t store_cadre_get(struct store *s, const char *msisdn, struct cadre_row *out) MUST_CHECK; /* RC_NOENT: is none now */
rc_t store_cadre_each(struct store *s, store_cadre_fn *fn, void *arg) MUST_CHECK;

/* ---- outages of modems, by their name in the configuration ---- */
struct outage_row { char modem[32]; int64_t since, told_at; };
/* Begins one or finds the one that goes on. */
rc_t store_outage_begin(struct store *s, const char *modem, int64_t now, struct outage_row *out) MUST_CHECK;
rc_t store_outage_told(struct store *s, const char *modem, int64_t now) MUST_CHECK;
rc_t store_outage_end(struct store *s, const char *modem) MUST_CHECK; /* fine when there was none */

/* ---- counters of all numbers together, by clock hour; those older than two days are dropped ---- */
enum hour_count { COUNT_WRONG_CODE, COUNT_ANSWER, COUNT_LINE = 1000 /* and its id: answers on one line */ };
rc_t store_count_add(struct store *s, enum hour_count what, int64_t now, int n) MUST_CHECK;
rc_t store_count_since(struct store *s, enum hour_count what, int64_t since, int64_t *n) MUST_CHECK;
/* Texts that came in and texts sent of those queued from `from` until before `to`. */
rc_t store_traffic(struct store *s, int64_t from, int64_t to, int64_t *in, int64_t *out) MUST_CHECK;
/* The text holds an answer this sender got since then. */
rc_t store_is_echo(struct store *s, const char *msisdn, const char *text, int64_t since, bool *yes) MUST_CHECK;
/* A number for one text, for phone_row.same_hash; equal texts have equal ones, useless without the key. */
int64_t store_text_hash(const struct store *s, const char *text);

#endif
