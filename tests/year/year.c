/* Time: a heap of events; the clock jumps from one to the next. */
#include "year.h"
#include "daemon/look.h"
#include "daemon/remind.h"
#include "daemon/tick.h"
#include "judge.h"

#include <getopt.h>
#include <payung/clock.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S INT64_C(86400)
#define READY_S 5    /* from power to modems that work */
#define BUSY_S 300   /* the daemon looks at what is due: by day */
#define QUIET_S 1800 /* and by night */

void die_if(bool wrong, const char *what)
{
	if (!wrong)
		return;
	fprintf(stderr, "year: %s\n", what);
	exit(1);
}

void must_be_ok(rc_t rc, const char *file, int line)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "year: %s:%d: %s\n", file, line, rc_text(rc));
	exit(1);
}

uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

int chance_below(struct chance *c, int n)
{
	return (int)(chance_next(c) % (uint64_t)n);
}

bool chance_of(struct chance *c, int per_thousand)
{
	return chance_below(c, 1000) < per_thousand;
}

/* ---- the heap; equal times in the order they were asked for ---- */

static bool sooner(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void at(struct year *y, int64_t when, void (*fn)(struct year *, int64_t, int64_t), int64_t a,
        int64_t b)
{
	if (y->events == y->room) {
		y->room = y->room ? y->room * 2 : 1024;
		y->heap = realloc(y->heap, y->room * sizeof *y->heap);
		die_if(!y->heap, "no memory");
	}
	struct event e = { when < y->now ? y->now : when, y->order++, fn, a, b };
	size_t i = y->events++;

	for (; i > 0 && sooner(&e, &y->heap[(i - 1) / 2]); i = (i - 1) / 2)
		y->heap[i] = y->heap[(i - 1) / 2];
	y->heap[i] = e;
}

static struct event take(struct year *y)
{
	struct event first = y->heap[0], e = y->heap[--y->events];
	size_t i = 0;

	for (size_t k; (k = 2 * i + 1) < y->events; i = k) {
		if (k + 1 < y->events && sooner(&y->heap[k + 1], &y->heap[k]))
			k++;
		if (!sooner(&y->heap[k], &e))
			break;
		y->heap[i] = y->heap[k];
	}
	y->heap[i] = e;
	return first;
}

int64_t year_time(int day, int minute, enum zone z)
{
	return date_utc(date_from_days(date_days(YEAR_FIRST) + day), minute, z);
}

int year_day(int64_t utc_s, enum zone z)
{
	return (int)(date_days(date_at(utc_s, z)) - date_days(YEAR_FIRST));
}

static void on_look(struct year *y, int64_t a, int64_t b)
{
	int minute = date_minute_of_day(y->now, ZONE_WIB);
	bool day = minute >= 5 * 60 && minute < 20 * 60;

	(void)a, (void)b;
	look_second(&y->d);
	die_if(!tick_flush(&y->d), "the store refuses");
	at(y, y->now + (remind_has_more(&y->d) ? 1 : day ? BUSY_S : QUIET_S), on_look, 0, 0);
}

/* All of one instant is one group, as what the loop finds ready in one turn. */
void year_run(struct year *y)
{
	at(y, y->now, on_look, 0, 0);
	while (y->events && y->heap[0].at < y->end) {
		clock_set_virtual(y->now = y->heap[0].at);
		while (y->events && y->heap[0].at == y->now) {
			struct event e = take(y);

			if (y->dark_until && e.fn != office_back) {
				at(y, y->dark_until + READY_S, e.fn, e.a, e.b);
				continue;
			}
			e.fn(y, e.a, e.b);
			die_if(!y->dark_until && !tick_flush(&y->d), "the store refuses");
		}
	}
}

/* ---- the program ---- */

static void usage(void)
{
	fputs("usage: year [--full] [--seed N]\n", stderr);
	exit(2);
}

static void options(struct year *y, int argc, char **argv)
{
	static const struct option known[] = { { "full", no_argument, NULL, 'f' },
		{ "seed", required_argument, NULL, 's' }, { 0 } };

	y->plan = &town_small;
	y->seed = 1;
	for (int o; (o = getopt_long(argc, argv, "", known, NULL)) != -1;)
		if (o == 'f')
			y->plan = &town_full;
		else if (o == 's')
			y->seed = strtoull(optarg, NULL, 10);
		else
			usage();
	if (optind < argc)
		usage();
}

int main(int argc, char **argv)
{
	static struct year y;
	int64_t began = clock_work_us();

	options(&y, argc, argv);
	y.people.s = y.seed * 3 + 1;
	y.money.s = y.seed * 3 + 2;
	y.air.s = y.seed * 3 + 3;
	y.now = year_time(-20, 9 * 60, ZONE_WIB); /* before the year the office gets ready */
	y.end = year_time(YEAR_DAYS, 0, ZONE_WIB);
	clock_set_virtual(y.now);
	town_build(&y);
	office_open(&y);
	judge_open(&y);
	office_found(&y);
	office_days(&y);
	people_plan(&y);
	money_plan(&y);
	year_run(&y);
	bool right = judge_close(&y);

	office_close(&y);
	money_free(&y);
	town_free(&y);
	free(y.heap);
	double s = (double)(clock_work_us() - began) / 1e6;

	fprintf(stderr, "%s town: %d days in %.1f s, %.0f times faster than real time\n",
	        y.plan->name, YEAR_DAYS, s, YEAR_DAYS * 86400.0 / s);
	return right ? 0 : 1;
}
