/* payung reminders simulate: everybody's plan walked through the days to come with today's facts,
 * and what the SIMs would make of it. Reads only. */
#include "forecast.h"
#include "remind_view.h"

#include <inttypes.h>
#include <payung/store_message.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SEEN_MAX 64 /* occasions of one subject in all the days */
#define DAYS_MAX 400
#define LINES_MAX CONF_MODEMS_MAX

struct simulation {
	struct remind_view v;
	const struct conf *conf;
	int64_t from, to;
	struct forecast *forecast;
	size_t lines;
	struct {
		int64_t id;
		char name[40];
	} line[LINES_MAX + 1]; /* the last one: any */
	struct forecast_row *row;
	size_t rows, room;
};

/* ---- the sums ---- */

static bool same_row(const struct forecast_row *a, const struct forecast_row *b)
{
	return a->day == b->day && a->line == b->line && a->occasion == b->occasion &&
	       a->why == b->why;
}

static void add_row(void *arg, const struct forecast_row *row)
{
	struct simulation *s = arg;

	/* rows of a day come together: the like one, if any, is among the last */
	for (size_t i = s->rows; i > 0 && s->row[i - 1].day == row->day; i--)
		if (same_row(&s->row[i - 1], row)) {
			s->row[i - 1].texts += row->texts;
			s->row[i - 1].reminders += row->reminders;
			return;
		}
	if (s->rows == s->room) {
		s->room = s->room ? s->room * 2 : 128;
		s->row = realloc(s->row, s->room * sizeof *s->row);
		if (!s->row)
			abort();
	}
	s->row[s->rows++] = *row;
}

static int by_day(const void *a, const void *b)
{
	const struct forecast_row *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->why != y->why)
		return (int)x->why - (int)y->why;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (int)x->occasion - (int)y->occasion;
}

/* ---- one subject's days ---- */

struct walk {
	struct store *s;
	struct simulation *sim;
	const struct remind_look *look;
	struct remind_facts f;
	struct remind_due seen[SEEN_MAX];
	size_t n;
	size_t line;
};

static bool was_seen(const struct walk *w, const struct remind_due *d)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->seen[i].occasion == d->occasion && w->seen[i].cycle == d->cycle)
			return true;
	return false;
}

static rc_t find_line(struct walk *w)
{
	struct phone_row phone;
	rc_t rc = w->f.msisdn[0] ? store_phone_load(w->s, w->f.msisdn, w->sim->v.now, &phone)
	                         : RC_NOENT;

	w->line = w->sim->lines;
	for (size_t i = 0; rc == RC_OK && i < w->sim->lines; i++)
		if (w->sim->line[i].id == phone.home_line)
			w->line = i;
	return rc == RC_NOENT ? RC_OK : rc;
}

static void wish(const struct walk *w, const struct remind_due *d, int64_t day)
{
	struct forecast_wish n = { .day = day,
		.line = w->line,
		.wish = { .subject = w->f.subject,
		        .occasion = d->occasion,
		        .cycle = d->cycle,
		        .anchor = d->anchor,
		        .last = d->last,
		        .amount = w->f.amount,
		        .sponsor = w->f.sponsor_id } };

	memcpy(n.msisdn, w->f.msisdn, sizeof n.msisdn);
	forecast_add(w->sim->forecast, &n);
}

static void suppressed(const struct walk *w, const struct remind_due *d)
{
	const struct simulation *s = w->sim;
	int64_t day = d->last < s->from ? s->from : d->last > s->to ? s->to : d->last;
	const struct forecast_row row = { day, w->line, d->occasion, d->why, 0, 1 };

	add_row(w->sim, &row);
}

/* ended: no later day changes what stands in the way. */
static rc_t take(struct walk *w, const struct remind_due *d, int64_t day, bool ended)
{
	bool was = was_seen(w, d);
	bool stays = d->verdict == REMIND_MISSED || (ended && d->verdict == REMIND_NOT);
	rc_t rc = RC_OK;

	if (was || d->last < w->sim->from || w->n == SEEN_MAX ||
	        (d->verdict != REMIND_NOW && !stays))
		return RC_OK;
	rc = store_remind_was(w->s, w->f.kind, w->f.subject, d->occasion, d->cycle, &was);
	w->seen[w->n++] = *d;
	if (rc != RC_OK || was)
		return rc;
	if (d->verdict == REMIND_NOW)
		wish(w, d, day);
	else
		suppressed(w, d);
	return RC_OK;
}

static rc_t walk(struct walk *w)
{
	const struct simulation *s = w->sim;
	struct remind_due plan[REMIND_PLAN_MAX];
	int64_t next = w->look->day < s->from ? s->from : w->look->day;
	rc_t rc = RC_OK;

	for (int64_t day = next; rc == RC_OK && day <= s->to; day = next) {
		rc = store_remind_facts(
		        w->s, w->look->kind, w->look->subject, date_from_days(day), &w->f);
		if (rc == RC_OK && day == (w->look->day < s->from ? s->from : w->look->day))
			rc = find_line(w);
		if (rc != RC_OK)
			break;
		size_t n = remind_view_plan(&s->v, &w->f, day, plan);

		next = remind_next_day(plan, n, day);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = take(w, &plan[i], day, next > s->to);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t walk_all(struct store *store, struct simulation *s)
{
	static const enum zone zones[] = { ZONE_WIB, ZONE_WITA, ZONE_WIT };
	rc_t rc = RC_OK;

	for (size_t z = 0; rc == RC_OK && z < COUNT(zones); z++) {
		struct remind_look look = { .day = -1 };

		while (rc == RC_OK && (rc = store_remind_next_listed(
		                               store, zones[z], s->to, &look, &look)) == RC_OK) {
			struct walk w = { .s = store, .sim = s, .look = &look };

			rc = walk(&w);
		}
		rc = rc == RC_NOENT ? RC_OK : rc;
	}
	return rc;
}

/* ---- the SIMs ---- */

static void take_line(void *arg, const struct line_row *l)
{
	struct simulation *s = arg;

	if (s->lines == LINES_MAX)
		return;
	s->line[s->lines].id = l->id;
	snprintf(s->line[s->lines++].name, sizeof s->line->name, "%s", l->name);
}

static void play(struct simulation *s)
{
	const struct conf_reminders *r = &s->conf->reminders;
	struct pace_line line[LINES_MAX];
	const struct day_window windows[] = { r->window, r->evening };
	struct forecast_rules rules = {
		.pace = { r->reserve_percent, r->ahead_s },
		.line = line,
		.lines = s->conf->modem_count,
		.zone = s->v.zone,
		.per_phone = r->unsolicited_per_day,
	};

	quiet_rules_set(&rules.quiet, windows, COUNT(windows), &s->v.holidays);
	for (size_t i = 0; i < s->conf->modem_count; i++)
		line[i] = (struct pace_line){ .cap_hour = s->conf->limits.per_sim_hour,
			.cap_day = s->conf->limits.per_sim_day,
			.up = true };
	forecast_play(s->forecast, &rules, s->from, s->to, add_row, s);
}

/* ---- the table ---- */

static void show_row(const struct simulation *s, json_t *rows, const struct forecast_row *r)
{
	json_t *row = table_row(rows);

	remind_view_date(row, "day", r->day);
	table_text(row, "line", r->why == WHY_NONE ? s->line[r->line].name : "");
	table_text(row, "occasion", remind_name(r->occasion));
	table_text(row, "text", remind_template(r->occasion, false));
	table_int(row, "reminders", r->reminders);
	table_int(row, "texts", r->texts);
	table_int(row, "rupiah", r->texts * s->conf->reminders.price);
	remind_view_why(row, r->why);
}

static rc_t simulate(struct store *store, json_t *rows, const void *arg)
{
	struct simulation *s = *(struct simulation *const *)arg;
	rc_t rc = store_line_each(store, take_line, s);

	snprintf(s->line[s->lines].name, sizeof s->line->name, "any");
	if (rc == RC_OK)
		rc = walk_all(store, s);
	if (rc != RC_OK)
		return rc;
	play(s);
	if (s->rows > 0)
		qsort(s->row, s->rows, sizeof *s->row, by_day);
	for (size_t i = 0; i < s->rows; i++)
		show_row(s, rows, &s->row[i]);
	return RC_OK;
}

static const struct table_column columns[] = { { "day", "DAY" }, { "line", "SIM" },
	{ "occasion", "OCCASION" }, { "text", "TEXT" }, { "reminders", "REMINDERS" },
	{ "texts", "TEXTS" }, { "rupiah", "RUPIAH" }, { "why", "NOT SENT" } };

static void print(const struct cli *c, const struct simulation *s, const json_t *rows)
{
	int64_t texts = 0, lost = 0;

	table_print(stdout, rows, columns, COUNT(columns), c->json);
	for (size_t i = 0; i < s->rows; i++) {
		texts += s->row[i].texts;
		lost += s->row[i].why == WHY_NONE ? 0 : s->row[i].reminders;
	}
	if (!c->json)
		printf("\n%" PRId64 " texts, %" PRId64 " rupiah; %" PRId64 " reminders not sent\n",
		        texts, texts * c->conf->reminders.price, lost);
}

static int take_days(struct cli *c, struct simulation *s)
{
	struct cli_option o[] = { { "from", false, NULL }, { "to", true, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = remind_view_load(c, &s->v);
	if (!end)
		end = remind_view_day(c, &s->v, &o[0], &s->from);
	if (!end)
		end = remind_view_day(c, &s->v, &o[1], &s->to);
	if (end)
		return end;
	if (s->to < s->from || s->to - s->from >= DAYS_MAX)
		return cli_usage(
		        c, "--to must be after --from and at most %d days later", DAYS_MAX);
	s->conf = c->conf;
	return 0;
}

int cmd_reminders_simulate(struct cli *c)
{
	static struct simulation s;
	struct simulation *self = &s;
	json_t *rows = NULL;

	int end = take_days(c, &s);

	if (end)
		return end;
	s.forecast = forecast_new();
	end = list_collect(c, simulate, &self, &rows);
	if (!end)
		print(c, &s, rows);
	json_decref(rows);
	forecast_free(s.forecast);
	free(s.row);
	return end;
}
