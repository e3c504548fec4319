#include "judge.h"
#include "read.h"

#include <stdlib.h>
#include <string.h>

#define GRACE_S 15 /* what the SIM had in hand already */
#define DAY_S 86400
#define TOLD_MAX 20 /* broken promises told in full */

enum promise { TWICE, NIGHT, STOPPED, DEAD, PAID, UNPROVEN, CLOSED, LOST, PROMISES };
static const char *const promise_names[PROMISES] = {
	[TWICE] = "the same occasion twice",
	[NIGHT] = "in quiet hours or on a holiday",
	[STOPPED] = "after STOP",
	[DEAD] = "about somebody who had died",
	[PAID] = "after the payment or the cover",
	[UNPROVEN] = "AKTIF without proof",
	[CLOSED] = "not one of our texts",
	[LOST] = "texts of people without receipt",
};

/* What of a text is its occasion, how often that may come and how far apart; the text of an
 * occasion that comes several times a cycle with the same words has most > 1. */
enum reason { ANY, COVER_ENDS, COVER_ENDED, SPONSOR_LATE, NOT_ACTIVE, INSTALMENT };
static const struct rule {
	const char *id, *key[3];
	int most, gap_days;
	enum reason reason;
} rules[] = {
	{ "R01", { "nama", "tgl" }, 1, 0, COVER_ENDS },
	{ "R02", { "nama", "tgl" }, 1, 0, COVER_ENDS },
	{ "R03", { "nama", "tgl" }, 1, 0, COVER_ENDS },
	{ "R04", { "nama", "tgl1" }, 1, 0, COVER_ENDED },
	{ "R05", { "nama", "tgl2" }, 1, 0, ANY },
	{ "R06", { "nama", "tgl" }, 1, 0, COVER_ENDED },
	{ "R07", { "nama", "tgl" }, 1, 0, ANY },
	{ "R08", { "nama", "tgl" }, 1, 0, ANY },
	{ "R10", { "nama", "tgl" }, 1, 0, SPONSOR_LATE },
	{ "R11", { "nama1" }, 9, 150, ANY },
	{ "R12", { "nama1", "nama2", "tgl" }, 3, 1, ANY },
	{ "W43", { "nama" }, 2, 20, NOT_ACTIVE },
	{ "S06", { "ref", "tgl" }, 3, 5, INSTALMENT },
	{ "S07", { "ref", "tgl" }, 1, 0, INSTALMENT },
	{ "S10", { "ref", "tgl" }, 3, 5, INSTALMENT },
	{ "S15", { "ref", "tgl" }, 2, 5, ANY },
};

struct seen {
	uint64_t key; /* 0: free */
	int64_t last;
	int count;
};
struct kind {
	char id[TMPL_ID_CAP];
	int month[12], sum;
};
struct judge {
	struct seen *seen;
	size_t room, used;
	struct kind kind[200];
	size_t kinds;
	int broken[PROMISES], told;
	int in[12];
};

static void broken(struct year *y, enum promise p, const char *msisdn, const char *body)
{
	char when[24];

	y->judge->broken[p]++;
	if (y->judge->told++ >= TOLD_MAX)
		return;
	time_format_iso(y->now, when);
	fprintf(stderr, "year: %s: %s to %s: %s\n", promise_names[p], when, msisdn, body);
}

/* ---- once ---- */

static uint64_t hash(const char *s, uint64_t h)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (h ^ 0xff) * UINT64_C(1099511628211);
}

static struct seen *find_seen(struct judge *j, uint64_t key)
{
	size_t i = key % j->room;

	while (j->seen[i].key && j->seen[i].key != key)
		i = (i + 1) % j->room;
	return &j->seen[i];
}

static void grow_seen(struct judge *j)
{
	struct seen *old = j->seen;
	size_t n = j->room;

	j->room *= 2;
	j->seen = calloc(j->room, sizeof *j->seen);
	die_if(!j->seen, "no memory");
	for (size_t i = 0; i < n; i++)
		if (old[i].key)
			*find_seen(j, old[i].key) = old[i];
	free(old);
}

static bool too_often(
        struct year *y, const struct rule *r, const char *msisdn, const struct said *s)
{
	struct judge *j = y->judge;
	uint64_t key = hash(msisdn, hash(r->id, UINT64_C(1469598103934665603)));
	struct seen *e;

	for (int i = 0; i < 3 && r->key[i]; i++)
		key = hash(said_value(s, r->key[i]), key);
	if (j->used * 2 > j->room)
		grow_seen(j);
	e = find_seen(j, key);
	bool bad =
	        e->key && (e->count >= r->most || y->now - e->last < (int64_t)r->gap_days * DAY_S);

	j->used += !e->key;
	*e = (struct seen){ key, y->now, e->count + 1 };
	return bad;
}

/* ---- when ---- */

/* The days the office in Demak keeps; the same list is in the holidays file it was given. */
static const struct date holidays[] = { { 2026, 1, 1 }, { 2026, 3, 20 }, { 2026, 3, 21 },
	{ 2026, 5, 1 }, { 2026, 8, 17 }, { 2026, 12, 25 } };

static bool is_quiet(int64_t utc_s, enum zone z)
{
	int minute = date_minute_of_day(utc_s, z);
	struct date d = date_at(utc_s, z);

	for (size_t i = 0; i < sizeof holidays / sizeof *holidays; i++)
		if (date_days(d) == date_days(holidays[i]))
			return true;
	return minute < 8 * 60 || minute >= 17 * 60;
}

/* ---- why ---- */

static const struct worker *whom(const struct year *y, const struct phone *p, const char *name)
{
	size_t first = strcspn(name, " ");

	for (int i = 0; first > 0 && i < p->n; i++) {
		const struct worker *w = &y->worker[p->worker[i]];

		if (strncasecmp(w->name, name, first) == 0 && w->name[first] == ' ')
			return w;
	}
	return NULL;
}

static bool known(const struct year *y, const int64_t at[MONTHS], month_t m)
{
	int i = m - MONTH0;

	return i >= 0 && i < MONTHS && at[i] && at[i] + GRACE_S < y->now;
}

static bool covers(const struct year *y, const struct worker *w, month_t m)
{
	return known(y, w->confirmed_at, m);
}

static bool instalment_paid(const struct year *y, const struct said *s)
{
	struct date due;

	if (!said_date(s, "tgl", &due))
		return false;
	for (int i = 0; i < y->pledges; i++) {
		const struct pledge *p = &y->pledge[i];
		int n = (month_of(due) + 1 - p->start) / p->instalment;

		if (strcmp(p->ref, said_value(s, "ref")) == 0)
			return n >= 0 && n < MONTHS && p->paid_at[n] &&
			       p->paid_at[n] + GRACE_S < y->now;
	}
	return false;
}

static bool reason_gone(
        const struct year *y, const struct rule *r, const struct worker *w, const struct said *s)
{
	month_t now = month_of(date_at(y->now, ZONE_WIB));
	struct date d;

	if (r->reason == INSTALMENT)
		return instalment_paid(y, s);
	if (!w || r->reason == ANY)
		return false;
	if (r->reason == COVER_ENDS)
		return said_date(s, "tgl", &d) &&
		       (known(y, w->paid_at, month_of(d) + 1) || covers(y, w, month_of(d) + 1));
	if (r->reason == COVER_ENDED)
		return said_date(s, strcmp(r->id, "R04") == 0 ? "tgl1" : "tgl", &d) &&
		       (known(y, w->paid_at, month_of(d)) || covers(y, w, month_of(d)));
	if (r->reason == SPONSOR_LATE)
		return known(y, w->paid_at, now) || covers(y, w, now);
	return covers(y, w, now);
}

static const char *about(const struct said *s)
{
	const char *name = said_value(s, "nama");

	return name[0] ? name : said_value(s, "nama1");
}

static void judge_reminder(struct year *y, const struct rule *r, const struct phone *p,
        const char *msisdn, const char *body, const struct said *s)
{
	const struct worker *w = p ? whom(y, p, about(s)) : NULL;

	if (too_often(y, r, msisdn, s))
		broken(y, TWICE, msisdn, body);
	if (is_quiet(y->now, p ? p->zone : ZONE_WIB))
		broken(y, NIGHT, msisdn, body);
	if (p && p->stopped_at && p->stopped_at + GRACE_S < y->now)
		broken(y, STOPPED, msisdn, body);
	if (w && w->death_known_at && w->death_known_at + GRACE_S < y->now)
		broken(y, DEAD, msisdn, body);
	if (reason_gone(y, r, w, s))
		broken(y, PAID, msisdn, body);
}

/* ---- AKTIF ---- */

static void judge_active(struct year *y, const struct phone *p, const char *msisdn,
        const char *body, const struct said *s)
{
	static const struct {
		const char *id, *from, *to; /* from NULL: this month */
	} says[] = { { "W14", "tgl1", "tgl2" }, { "W15", NULL, "tgl" }, { "W15B", NULL, "tgl" },
		{ "R09", NULL, "tgl" } };
	const struct worker *w = p ? whom(y, p, about(s)) : NULL;

	for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
		struct date from = date_at(y->now, ZONE_WIB), to;

		if (strcmp(says[i].id, s->id) != 0)
			continue;
		if (!w || (says[i].from && !said_date(s, says[i].from, &from)) ||
		        !said_date(s, says[i].to, &to)) {
			broken(y, UNPROVEN, msisdn, body);
			continue;
		}
		for (month_t m = month_of(from); m <= month_of(to); m++)
			if (!w->confirmed_at[m - MONTH0]) {
				broken(y, UNPROVEN, msisdn, body);
				break;
			}
	}
}

static void count(struct year *y, const char *id)
{
	struct judge *j = y->judge;
	struct date d = date_at(y->now, ZONE_WIB);
	size_t i = 0;

	while (i < j->kinds && strcmp(j->kind[i].id, id) != 0)
		i++;
	die_if(i == sizeof j->kind / sizeof *j->kind, "too many kinds of texts");
	if (i == j->kinds)
		snprintf(j->kind[j->kinds++].id, TMPL_ID_CAP, "%s", id);
	j->kind[i].sum++;
	if (d.year == YEAR_FIRST.year)
		j->kind[i].month[d.month - 1]++;
}

void judge_text(struct year *y, int sim, const char *msisdn, const char *body)
{
	const struct phone *p = town_phone(y, msisdn);
	struct said s;

	(void)sim;
	read_text(body, &s);
	if (!s.id[0])
		broken(y, CLOSED, msisdn, body);
	count(y, s.id[0] ? s.id : "?");
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].id, s.id) == 0)
			judge_reminder(y, &rules[i], p, msisdn, body, &s);
	judge_active(y, p, msisdn, body, &s);
}

void judge_open(struct year *y)
{
	y->judge = calloc(1, sizeof *y->judge);
	die_if(!y->judge, "no memory");
	y->judge->room = 1 << 12;
	y->judge->seen = calloc(y->judge->room, sizeof *y->judge->seen);
	die_if(!y->judge->seen, "no memory");
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct kind *)a)->id, ((const struct kind *)b)->id);
}

static void print_table(const struct year *y)
{
	struct judge *j = y->judge;

	printf("%s town, seed %llu: %d workers, %d sponsors, %d SIMs\n\ntext    ", y->plan->name,
	        (unsigned long long)y->seed, y->workers, y->pledges, y->sims);
	for (int m = 1; m <= 12; m++)
		printf("%7d", m);
	printf("%9s\n", "all");
	qsort(j->kind, j->kinds, sizeof *j->kind, by_id);
	for (size_t i = 0; i < j->kinds; i++) {
		printf("%-8s", j->kind[i].id);
		for (int m = 0; m < 12; m++)
			printf("%7d", j->kind[i].month[m]);
		printf("%9d\n", j->kind[i].sum);
	}
	printf("\n");
}

bool judge_close(struct year *y)
{
	struct judge *j = y->judge;
	bool right = true;

	j->broken[LOST] = (int)(y->texts_in - y->acked);
	print_table(y);
	for (int i = 0; i < PROMISES; i++) {
		printf("%-34s %d\n", promise_names[i], j->broken[i]);
		right &= j->broken[i] == 0;
	}
	free(j->seen);
	free(j);
	y->judge = NULL;
	return right;
}
