/* What people do: register, ask, stop, change phones, die; and what they answer. */
#include "read.h"
#include "year.h"

#include <payung/store_desk.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define THINKS_S 30

static void say(struct year *y, int phone, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
static void say(struct year *y, int phone, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (!y->phone[phone].gone)
		sims_say(y, phone, text);
}

/* ---- registering ---- */

static void on_register(struct year *y, int64_t worker, int64_t unused)
{
	static const char *const ways[] = { "DAFTAR %s", "daftar#%s#", "Reg %s",
		"Assalamualaikum mau daftar kodenya %s trims" };
	struct worker *w = &y->worker[worker];
	int phone = w->phone >= 0 ? w->phone : PHONE_CADRE;
	struct phone *p = &y->phone[phone];
	char text[100];

	(void)unused;
	if (p->current >= 0) { /* one after the other */
		at(y, y->now + 1800, on_register, worker, 0);
		return;
	}
	p->current = (int)worker;
	snprintf(text, sizeof text, "DAFTAR %s", w->code);
	if (phone != PHONE_CADRE) {
		const char *way = ways[chance_below(&y->people, 4)], *gap = strstr(way, "%s");

		snprintf(text, sizeof text, "%.*s%s%s", (int)(gap - way), way, w->code, gap + 2);
	}
	say(y, phone, "%s", text);
}

static void on_forget(struct year *y, int64_t phone, int64_t worker)
{
	if (y->phone[phone].current == worker)
		y->phone[phone].current = -1; /* the dialogue came to no end */
}

/* ---- answering ---- */

static void done(struct year *y, int phone, const struct said *s)
{
	struct phone *p = &y->phone[phone];

	(void)s;
	if (p->current >= 0)
		y->worker[p->current].registered_at = y->now;
	p->current = -1;
}

static void tell_nik(struct year *y, int phone, const struct said *s)
{
	(void)s;
	if (y->phone[phone].current >= 0)
		say(y, phone, "%s", y->worker[y->phone[phone].current].nik);
}

static void tell_name(struct year *y, int phone, const struct said *s)
{
	(void)s;
	if (y->phone[phone].current >= 0)
		say(y, phone, "NAMA %s", y->worker[y->phone[phone].current].name);
}

static void tell_job(struct year *y, int phone, const struct said *s)
{
	(void)s;
	if (y->phone[phone].current >= 0)
		say(y, phone, "%d", y->worker[y->phone[phone].current].job);
}

static void yes(struct year *y, int phone, const struct said *s)
{
	(void)s;
	say(y, phone, "YA");
}

static void has_none(struct year *y, int phone, const struct said *s)
{
	(void)s;
	say(y, phone, "0");
}

static void still_mine(struct year *y, int phone, const struct said *s)
{
	(void)s;
	if (chance_of(&y->people, 800))
		say(y, phone, "YA");
}

static void died(struct year *y, int phone, const struct said *s)
{
	(void)s;
	say(y, phone, "2");
}

static void agree(struct year *y, int phone, const struct said *s)
{
	say(y, phone, "YA %s", said_value(s, "otp"));
}

static void for_the_first(struct year *y, int phone, const struct said *s)
{
	say(y, phone, "%s 1", said_value(s, "saran"));
}

/* The new phone has the worker now. */
static void moved(struct year *y, int phone, const struct said *s)
{
	struct phone *p = &y->phone[phone], *old;

	(void)s;
	if (p->moves_to < 0)
		return;
	struct worker *w = &y->worker[p->moves_to];

	old = &y->phone[w->phone];
	old->n = 0;
	p->worker[p->n++] = p->moves_to;
	w->phone = phone;
	p->moves_to = -1;
}

static void dealt_with(struct year *y, int phone, const struct said *s)
{
	say(y, phone, "SELESAI %s", said_value(s, "ref"));
}

static void renew(struct year *y, int phone, const struct said *s)
{
	(void)s;
	if (chance_of(&y->people, 500))
		say(y, phone, "LANJUT");
}

static const struct {
	const char *id;
	void (*fn)(struct year *y, int phone, const struct said *s);
} answers[] = {
	{ "D01", dealt_with },
	{ "W01", done },
	{ "W02", tell_nik },
	{ "W03", tell_name },
	{ "W04", tell_job },
	{ "W05", yes },
	{ "W10", done },
	{ "W11", done },
	{ "W26", agree },
	{ "W27", moved },
	{ "W38", died },
	{ "W49", done },
	{ "W50", for_the_first },
	{ "W50B", for_the_first },
	{ "W51", yes },
	{ "W54", has_none },
	{ "R11", still_mine },
	{ "S15", renew },
};

static void on_answer(struct year *y, int64_t phone, int64_t said)
{
	struct said *s = (struct said *)(intptr_t)said;

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (strcmp(answers[i].id, s->id) == 0)
			answers[i].fn(y, (int)phone, s);
	free(s);
}

void people_got(struct year *y, int phone, const struct said *s)
{
	struct said *copy;

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		if (strcmp(answers[i].id, s->id) != 0)
			continue;
		copy = malloc(sizeof *copy);
		die_if(!copy, "no memory");
		*copy = *s;
		at(y, y->now + THINKS_S + chance_below(&y->people, 120), on_answer, phone,
		        (int64_t)(intptr_t)copy);
	}
}

/* ---- life ---- */

static void on_status(struct year *y, int64_t phone, int64_t unused)
{
	(void)unused;
	say(y, (int)phone, "%s", chance_of(&y->people, 900) ? "STATUS" : "BAYAR");
}

static void on_mulai(struct year *y, int64_t phone, int64_t unused)
{
	(void)unused;
	y->phone[phone].stopped_at = 0;
	y->phone[phone].started_at = y->now;
	say(y, (int)phone, "MULAI");
}

static void on_stop(struct year *y, int64_t phone, int64_t unused)
{
	(void)unused;
	if (y->phone[phone].sponsor >= 0 || y->phone[phone].gone)
		return;
	say(y, (int)phone, "STOP");
	y->phone[phone].stopped_at = y->now;
	if (chance_of(&y->people, 500))
		at(y, y->now + 86400 * (30 + chance_below(&y->people, 60)), on_mulai, phone, 0);
}

static void on_off(struct year *y, int64_t phone, int64_t days)
{
	y->phone[phone].off_until = y->now + days * 86400;
}

static void on_gone(struct year *y, int64_t phone, int64_t unused)
{
	(void)unused;
	y->phone[phone].gone = y->phone[phone].sponsor < 0;
}

static void on_new_phone(struct year *y, int64_t worker, int64_t unused)
{
	struct worker *w = &y->worker[worker];

	(void)unused;
	if (w->phone < 0 || w->died_at || y->phone[w->phone].n != 1 ||
	        y->phone[w->phone].sponsor >= 0)
		return;
	int phone = town_add_phone(y, w->zone);

	y->phone[phone].moves_to = (int)worker;
	say(y, phone, "GANTI %s", w->nik);
}

static void on_family(struct year *y, int64_t phone, int64_t unused)
{
	(void)unused;
	say(y, (int)phone, "MENINGGAL");
}

static void on_death(struct year *y, int64_t worker, int64_t unused)
{
	struct worker *w = &y->worker[worker];

	(void)unused;
	w->died_at = y->now;
	if (w->phone >= 0)
		at(y, y->now + 86400 + chance_below(&y->people, 86400), on_family, w->phone, 0);
	at(y, y->now + 86400 * (4 + chance_below(&y->people, 10)), office_death, worker, 0);
}

/* ---- the plan of everybody's year ---- */

static int64_t some_day(struct year *y, int from, int days, enum zone z)
{
	return year_time(from + chance_below(&y->people, days), 7 * 60, z) +
	       chance_below(&y->people, 12 * 3600);
}

static void plan_worker(struct year *y, int i)
{
	const struct worker *w = &y->worker[i];
	int start = (y->pledge[w->pledge].start - 2026 * 12) * 30;
	int64_t begins = some_day(y, start - 12, 28, w->zone);

	at(y, begins, on_register, i, 0);
	at(y, begins + 2 * 86400, on_forget, w->phone >= 0 ? w->phone : PHONE_CADRE, i);
	if (chance_of(&y->people, 8))
		at(y, some_day(y, 40, YEAR_DAYS - 60, w->zone), on_death, i, 0);
	if (chance_of(&y->people, 20))
		at(y, some_day(y, 60, YEAR_DAYS - 80, w->zone), on_new_phone, i, 0);
}

static void plan_phone(struct year *y, int i)
{
	enum zone z = y->phone[i].zone;

	for (int n = chance_below(&y->people, 5); n > 0; n--)
		at(y, some_day(y, 1, YEAR_DAYS - 1, z), on_status, i, 0);
	if (chance_of(&y->people, 30))
		at(y, some_day(y, 30, YEAR_DAYS - 60, z), on_stop, i, 0);
	if (chance_of(&y->people, 100))
		at(y, some_day(y, 1, YEAR_DAYS - 30, z), on_off, i,
		        1 + chance_below(&y->people, 10));
	if (chance_of(&y->people, 10))
		at(y, some_day(y, 40, YEAR_DAYS - 60, z), on_gone, i, 0);
}

void people_plan(struct year *y)
{
	int phones = y->phones;

	for (int i = 0; i < y->workers; i++)
		plan_worker(y, i);
	for (int i = PHONE_DUTY + 1; i < phones; i++)
		plan_phone(y, i);
}
