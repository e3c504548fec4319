/* payung reminders simulate: everybody's plan walked through the days to come with today's facts,
 * and what the SIMs would make of it. Reads only. */
#include "forecast.h"
#include "remind_view.h"

#include <inttypes.h>
#include <payung/store_message.h>
#include <payung/tables.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define SEEN_MAX 64 /* occasions of one subject in all the days */
#define DAYS_MAX 400
#define LINES_MAX CONF_MODEMS_MAX

struct simulation {
	struct remind_view v;
	struct tariff tariff;
	struct tariff_choices choices;
	struct occupations occupations;
	const struct conf *conf;
	int64_t today, from, to; /* played from today on, told from `from` on */
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

	if (row->day < s->from)
		return;
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
	int64_t asked; /* for the number, as the days went */
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

/* Per worker, as its text would name it: people share a text only when theirs is the same. */
static rupiah_t amount_of(const struct simulation *s, const struct remind_facts *f)
{
	const int months = f->instalment_months > 0 ? f->instalment_months : 1;

	if (f->kind != REMIND_WORKER)
		return f->amount;
	return tariff_due_sum(&s->tariff, &s->choices, MONEY_SELF,
	        occupation_sector(&s->occupations, f->job),
	        remind_dates(&s->v.rules, &f->worker).next, months);
}

static void wish(const struct walk *w, const struct remind_due *d, int64_t day)
{
	struct forecast_wish n = { .day = day,
		.since = d->day,
		.line = w->line,
		.wish = { .subject = w->f.subject,
		        .occasion = d->occasion,
		        .cycle = d->cycle,
		        .anchor = d->anchor,
		        .last = d->last,
		        .amount = amount_of(w->sim, &w->f),
		        .sponsor = w->f.sponsor_id } };

	memcpy(n.msisdn, w->f.msisdn, sizeof n.msisdn);
	forecast_add(w->sim->forecast, &n);
}

static void suppressed(const struct walk *w, const struct remind_due *d)
{
	const struct forecast_row row = { d->last, w->line, d->occasion, d->why, 0, 1 };

	add_row(w->sim, &row);
}

/* Is it known what becomes of it? ended: no later day changes what stands in the way. */
static bool is_settled(const struct walk *w, const struct remind_due *d, bool ended)
{
	if (d->verdict == REMIND_NOW)
		return true;
	if (d->last < w->sim->today || d->last > w->sim->to)
		return false;
	return d->verdict == REMIND_MISSED || (ended && d->verdict == REMIND_NOT);
}

static rc_t take(struct walk *w, const struct remind_due *d, int64_t day, bool ended)
{
	bool was = was_seen(w, d);
	rc_t rc = RC_OK;

	if (was || w->n == SEEN_MAX || !is_settled(w, d, ended))
		return RC_OK;
	rc = store_remind_was(w->s, w->f.kind, w->f.subject, d->occasion, d->cycle, &was);
	w->seen[w->n++] = *d;
	if (rc != RC_OK || was)
		return rc;
	if (d->verdict != REMIND_NOW) {
		suppressed(w, d);
		return RC_OK;
	}
	if (d->occasion == REMIND_NUMBER_CHECK)
		w->asked = day;
	wish(w, d, day);
	return RC_OK;
}

static rc_t load(struct walk *w, int64_t day)
{
	const struct remind_look *l = w->look;
	rc_t rc = store_remind_facts(w->s, l->kind, l->subject, date_from_days(day), &w->f);

	if (rc == RC_OK && l->kind == REMIND_WORKER && w->asked > w->f.worker.asked_day)
		w->f.worker.asked_day = w->asked;
	return rc;
}

static rc_t walk(struct walk *w)
{
	const struct simulation *s = w->sim;
	struct remind_due plan[REMIND_PLAN_MAX];
	const int64_t first = w->look->day < s->today ? s->today : w->look->day;
	int64_t next;
	rc_t rc = RC_OK;

	for (int64_t day = first; rc == RC_OK && day <= s->to; day = next) {
		const int64_t asked = w->asked;

		rc = load(w, day);
		if (rc == RC_OK && day == first)
			rc = find_line(w);
		if (rc != RC_OK)
			break;
		size_t n = remind_view_plan(&s->v, &w->f, day, plan);

		next = remind_next_day(plan, n, day);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			rc = take(w, &plan[i], day, next > s->to);
		if (w->asked != asked) /* nothing else is held back any more */
			next = day;
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
		.all = { .cap_hour = s->conf->limits.all_hour,
		        .cap_day = s->conf->limits.all_day,
		        .seconds = PACE_AT_ONCE,
		        .up = true },
		.zone = s->v.zone,
		.per_phone = r->unsolicited_per_day,
	};

	quiet_rules_set(&rules.quiet, windows, COUNT(windows), &s->v.holidays);
	for (size_t i = 0; i < s->conf->modem_count; i++)
		line[i] = (struct pace_line){ .cap_hour = s->conf->limits.per_sim_hour,
			.cap_day = s->conf->limits.per_sim_day,
			.up = true };
	forecast_play(s->forecast, &rules, s->today, s->to, add_row, s);
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

static int load_tables(struct cli *c, struct simulation *s)
{
	int end = remind_view_load(c, &s->v);

	if (end)
		return end;
	const char *dir = c->conf->templates;

	s->conf = c->conf;
	s->choices = tables_choices(&c->conf->scheme);
	if (tables_tariff(dir, &s->tariff, tables_fault, NULL) == RC_OK &&
	        tables_occupations(dir, &s->occupations, tables_fault, NULL) == RC_OK)
		return 0;
	return cli_end(CLI_FAILED, "the tables have faults: mend them first");
}

static int take_days(struct cli *c, struct simulation *s)
{
	struct cli_option o[] = { { "from", false, NULL }, { "to", true, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = load_tables(c, s);
	if (!end)
		end = remind_view_day(
		        c, &s->v, &(struct cli_option){ "today", false, NULL }, &s->today);
	if (!end)
		end = remind_view_day(c, &s->v, &o[0], &s->from);
	if (!end)
		end = remind_view_day(c, &s->v, &o[1], &s->to);
	if (end)
		return end;
	if (s->from < s->today)
		return cli_usage(
		        c, "--from must not be before today: see payung reminders history");
	if (s->to < s->from || s->to - s->today >= DAYS_MAX)
		return cli_usage(c, "--to must not be before --from, and within %d days from today",
		        DAYS_MAX);
	return 0;
}

int cmd_reminders_simulate(struct cli *c)
{
	static struct simulation s;
	struct simulation *self = &s;
	json_t *rows = NULL;

	s = (struct simulation){ 0 };
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
