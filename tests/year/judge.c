#include "judge.h"
#include "read.h"
#include <payung/span.h>

#include <stdlib.h>
#include <string.h>

#define GRACE_S 15 /* what the SIM had in hand already */
#define DAY_S 86400
#define TOLD_MAX 20 /* broken promises told in full */

enum promise { TWICE, NIGHT, STOPPED, DEAD, PAID, UNPROVEN, FORGOTTEN, CLOSED, LOST, PROMISES };
static const char *const promise_names[PROMISES] = {
	[TWICE] = "the same occasion twice",
	[NIGHT] = "in quiet hours or on a holiday",
	[STOPPED] = "after STOP",
	[DEAD] = "about somebody who had died",
	[PAID] = "after the payment or the cover",
	[UNPROVEN] = "AKTIF without proof",
	[FORGOTTEN] = "not reminded, though it was due",
	[CLOSED] = "not one of our texts",
	[LOST] = "texts of people without receipt",
};

/* What of a text is its occasion: the kind, who is named, and the dates or the reference in `key`.
 * It may come `most` times, `gap_days` apart, where several occasions of a cycle have the same
 * words. Texts that name two or three workers are judged for each. */
enum reason { ANY, COVER_ENDS, COVER_ENDED, SPONSOR_LATE, NOT_ACTIVE, INSTALMENT };
static const struct rule {
	const char *id, *kind, *key[2];
	int most, gap_days;
	enum reason reason;
} rules[] = {
	{ "R01", "R01", { "tgl" }, 1, 0, COVER_ENDS },
	{ "R02", "R02", { "tgl" }, 1, 0, COVER_ENDS },
	{ "R03", "R03", { "tgl" }, 1, 0, COVER_ENDS },
	{ "R12", "R12", { "tgl" }, 3, 1, COVER_ENDS },
	{ "R12B", "R12", { "tgl" }, 3, 1, COVER_ENDS },
	{ "R04", "R04", { "tgl1" }, 1, 0, COVER_ENDED },
	{ "R05", "R05", { "tgl2" }, 1, 0, ANY },
	{ "R06", "R06", { "tgl" }, 1, 0, COVER_ENDED },
	{ "R07", "R07", { "tgl" }, 1, 0, ANY },
	{ "R07B", "R07", { "tgl" }, 1, 0, ANY },
	{ "R07C", "R07", { "tgl" }, 1, 0, ANY },
	{ "R08", "R08", { "tgl" }, 1, 0, ANY },
	{ "R10", "R10", { "tgl" }, 1, 0, SPONSOR_LATE },
	{ "R10B", "R10", { "tgl" }, 1, 0, SPONSOR_LATE },
	{ "R10C", "R10", { "tgl" }, 1, 0, SPONSOR_LATE },
	{ "R11", "R11", { NULL }, 9, 150, ANY },
	{ "W43", "W43", { NULL }, 2, 20, NOT_ACTIVE },
	{ "S06", "S06", { "ref", "tgl" }, 3, 5, INSTALMENT },
	{ "S07", "S07", { "ref", "tgl" }, 1, 0, INSTALMENT },
	{ "S10", "S06", { "ref", "tgl" }, 3, 5, INSTALMENT },
	{ "S15", "S15", { "ref", "tgl" }, 2, 5, ANY },
};
/* Told by the office without having been asked, but no reminders. */
static const char *const notices[] = { "W14", "W40", "W42", "R09", "S01", "S02", "S03", "S04",
	"S05", "S08", "S09", "S11", "S12", "S13", "S14" };

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

static bool too_often(struct year *y, const struct rule *r, const char *who, const struct said *s)
{
	struct judge *j = y->judge;
	uint64_t key = hash(who, hash(r->kind, UINT64_C(1469598103934665603)));
	struct seen *e;

	for (int i = 0; i < 2 && r->key[i]; i++)
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

const struct date year_holidays[YEAR_HOLIDAYS] = { { 2026, 1, 1 }, { 2026, 1, 16 }, { 2026, 3, 19 },
	{ 2026, 3, 21 }, { 2026, 3, 22 }, { 2026, 5, 1 }, { 2026, 8, 17 }, { 2026, 12, 25 } };

/* To the second as the SIM starts; what it had in hand when the hour came may still go. */
static bool is_quiet(int64_t utc_s, enum zone z, int from, int to)
{
	const struct date d = date_at(utc_s, z);
	int64_t midnight = date_utc(d, 0, z);

	for (size_t i = 0; i < YEAR_HOLIDAYS; i++)
		if (date_days(d) == date_days(year_holidays[i]))
			return utc_s - midnight > GRACE_S || to < DAY_MINUTES;
	return utc_s < midnight + from * 60 || utc_s > midnight + to * 60 + GRACE_S;
}

/* ---- why ---- */

static struct worker *whom(const struct year *y, const struct phone *p, const char *name)
{
	size_t first = strcspn(name, " ");

	for (int i = 0; first > 0 && i < p->n; i++) {
		struct worker *w = &y->worker[p->worker[i]];

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
		return said_date(s, "tgl", &d) &&
		       (known(y, w->paid_at, month_of(d)) || covers(y, w, month_of(d)));
	return covers(y, w, now);
}

static void judge_hours(struct year *y, const struct phone *p, int from, int to, const char *msisdn,
        const char *body)
{
	if (is_quiet(y->now, p ? p->zone : ZONE_WIB, from, to))
		broken(y, NIGHT, msisdn, body);
}

static void judge_about(struct year *y, const struct rule *r, struct worker *w, const char *who,
        const char *msisdn, const char *body, const struct said *s)
{
	char key[MSISDN_CAP + 32];

	if (w)
		snprintf(key, sizeof key, "%s", w->nik); /* whatever phone it is sent to */
	else
		snprintf(key, sizeof key, "%s %.20s", msisdn, who);
	if (too_often(y, r, key, s))
		broken(y, TWICE, msisdn, body);
	if (w && w->death_known_at && w->death_known_at + GRACE_S < y->now)
		broken(y, DEAD, msisdn, body);
	if (reason_gone(y, r, w, s))
		broken(y, PAID, msisdn, body);
	if (w && r->reason == COVER_ENDS) {
		w->asked_to_pay[0] = w->asked_to_pay[1];
		w->asked_to_pay[1] = y->now;
	}
}

static void judge_reminder(struct year *y, const struct rule *r, const struct phone *p,
        const char *msisdn, const char *body, const struct said *s)
{
	static const char *const names[] = { "nama", "nama1", "nama2", "nama3" };
	bool named = false;

	judge_hours(y, p, 8 * 60, 17 * 60, msisdn, body);
	if (p && p->stopped_at && p->stopped_at + GRACE_S < y->now)
		broken(y, STOPPED, msisdn, body);
	for (size_t i = 0; r->id[0] != 'S' && i < sizeof names / sizeof *names; i++) {
		const char *who = said_value(s, names[i]);

		if (!who[0])
			continue;
		named = true;
		judge_about(y, r, p ? whom(y, p, who) : NULL, who, msisdn, body, s);
	}
	if (!named)
		judge_about(y, r, NULL, "", msisdn, body, s);
}

/* ---- AKTIF ---- */

static bool is_proven(const struct worker *w, month_t from, month_t to)
{
	for (month_t m = from; m <= to; m++)
		if (m < MONTH0 || m >= MONTH0 + MONTHS || !w->confirmed_at[m - MONTH0])
			return false;
	return true;
}

static void judge_active(struct year *y, const struct phone *p, const char *msisdn,
        const char *body, const struct said *s)
{
	static const struct {
		const char *id, *from, *to; /* from NULL: this month */
	} says[] = { { "W14", "tgl1", "tgl2" }, { "W15", NULL, "tgl" }, { "W15B", NULL, "tgl" },
		{ "R09", "tgl", "tgl" } };
	const struct worker *w = p ? whom(y, p, said_value(s, "nama")) : NULL;

	for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
		struct date from = date_at(y->now, ZONE_WIB), to;

		if (strcmp(says[i].id, s->id) != 0)
			continue;
		if (!w || (says[i].from && !said_date(s, says[i].from, &from)) ||
		        !said_date(s, says[i].to, &to) ||
		        !is_proven(w, month_of(from), month_of(to)))
			broken(y, UNPROVEN, msisdn, body);
	}
}

/* On shared phones the state of each stands behind the name. */
static void judge_list(struct year *y, const struct phone *p, const char *msisdn, const char *body,
        const struct said *s)
{
	const char *active = tmpl_word(y->d.texts, "ST_ACTIVE", "id");
	const month_t now = month_of(date_at(y->now, ZONE_WIB));
	char name[8], state[8];

	if (strncmp(s->id, "W20", 3) != 0)
		return;
	for (int i = 1; i <= PHONE_WORKERS; i++) {
		snprintf(name, sizeof name, "nama%d", i);
		snprintf(state, sizeof state, "st%d", i);
		const struct worker *w = p ? whom(y, p, said_value(s, name)) : NULL;

		if (strcmp(said_value(s, state), active) == 0 && (!w || !is_proven(w, now, now)))
			broken(y, UNPROVEN, msisdn, body);
	}
}

/* ---- who should have been reminded ---- */

/* Pays for themselves, was known for all the month to be covered to its end and no longer, and
 * there was nothing to keep us from saying so: then two texts at least have said it. */
static bool was_due(const struct year *y, const struct worker *w, month_t month)
{
	const struct phone *p = w->phone >= 0 ? &y->phone[w->phone] : NULL;
	const int64_t since = y->now - INT64_C(32) * DAY_S, at = w->confirmed_at[month - MONTH0];

	return p && y->pledge[w->pledge].self && y->pledge[w->pledge].manner != PAYS_PARTLY && at &&
	       at < since && !w->confirmed_at[month + 1 - MONTH0] &&
	       !w->paid_at[month + 1 - MONTH0] && !w->died_at && !p->gone && p->n == 1 &&
	       !p->stopped_at && p->started_at < since &&
	       p->said_at > y->now - INT64_C(150) * DAY_S;
}

static void on_month_ends(struct year *y, int64_t month, int64_t unused)
{
	(void)unused;
	for (int i = 0; i < y->workers; i++) {
		const struct worker *w = &y->worker[i];

		if (was_due(y, w, (month_t)month) &&
		        w->asked_to_pay[0] < y->now - INT64_C(32) * DAY_S)
			broken(y, FORGOTTEN, y->phone[w->phone].msisdn, w->name);
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

/* Who was refused gets the notice of it on asking, at any hour. */
static bool is_answer(const struct year *y, const struct phone *p, const char *id)
{
	return strcmp(id, "W42") == 0 && p && p->said_at + GRACE_S > y->now;
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
	for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
		if (strcmp(notices[i], s.id) == 0 && !is_answer(y, p, s.id))
			judge_hours(y, p, 7 * 60, 20 * 60, msisdn, body);
	judge_active(y, p, msisdn, body, &s);
	judge_list(y, p, msisdn, body, &s);
}

void judge_open(struct year *y)
{
	y->judge = calloc(1, sizeof *y->judge);
	die_if(!y->judge, "no memory");
	y->judge->room = 1 << 12;
	y->judge->seen = calloc(y->judge->room, sizeof *y->judge->seen);
	die_if(!y->judge->seen, "no memory");
	for (month_t m = month_of(YEAR_FIRST); m < month_of(YEAR_FIRST) + 12; m++)
		at(y, date_utc(month_last(m), 18 * 60, ZONE_WIB), on_month_ends, m, 0);
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
