/* What `payung reminders simulate` says is what the engine does when nothing happens meanwhile: the
 * same town told beforehand and played day by day. */
#include "remind_office.h"

#include <cli/cli.h>
#include <jansson.h>

enum { DAYS = 60, PEOPLE = 30, LATER = 20 };

/* ---- one table for both ---- */

struct sums { /* by day and occasion */
	int reminders[DAYS][REMIND_OCCASIONS], texts[DAYS][REMIND_OCCASIONS];
	int lost[REMIND_OCCASIONS][WHYS];
};

static enum remind_why why_of(const char *name)
{
	for (enum remind_why w = WHY_NONE; w < WHYS; w++)
		if (strcmp(remind_why_name(w), name) == 0)
			return w;
	fail_msg("no reason is called %s", name);
	return WHY_NONE;
}

static int64_t number(const json_t *row, const char *field)
{
	return json_integer_value(json_object_get(row, field));
}

static const char *word(const json_t *row, const char *field)
{
	return json_string_value(json_object_get(row, field));
}

/* ---- what is told beforehand ---- */

static void write_conf(const struct town *t, const char *path)
{
	const struct conf_limits *l = &t->o->conf.limits;
	const struct conf_reminders *r = &t->o->conf.reminders;
	FILE *f = fopen(path, "w");
	char here[200];

	assert_non_null(f);
	fprintf(f,
	        "store = \"%s\"\nkey_file = \"%s\"\ntemplates = \"%s/templates\"\n"
	        "control = \"/nowhere\"\nservice { name = \"PAYUNG DEMAK\" helpdesk = "
	        "\"08001234567\" }\n"
	        "limits { per_sim_hour = %d per_sim_day = %d all_hour = %d all_day = %d }\n"
	        "reminders { number_check_days = %d unsolicited_per_day = %d reserve_percent = "
	        "%d%s }\n"
	        "modem \"a\" { device = \"/dev/null\" }\n",
	        t->o->p.path, t->o->p.key, getcwd(here, sizeof here), l->per_sim_hour,
	        l->per_sim_day, l->all_hour, l->all_day, r->number_check_days,
	        r->unsolicited_per_day, r->reserve_percent,
	        r->window.off ? " window = \"off\"" : "");
	assert_int_equal(fclose(f), 0);
}

static json_t *ask_tool(const struct town *t, const char *conf, int64_t from, int64_t to)
{
	char since[16], until[16], *argv[] = { "--from", since, "--to", until };
	const struct cli_command command = { "reminders simulate", cmd_reminders_simulate, "", "" };
	struct cli c = { .command = &command,
		.config = conf,
		.json = true,
		.argc = 4,
		.argv = argv,
		.now = t->o->now };
	FILE *out = tmpfile();
	int stdout_fd = dup(STDOUT_FILENO);

	date_format_iso(date_from_days(from), since);
	date_format_iso(date_from_days(to), until);
	assert_non_null(out);
	fflush(stdout);
	assert_true(dup2(fileno(out), STDOUT_FILENO) >= 0);
	int end = cmd_reminders_simulate(&c);
	fflush(stdout);
	assert_true(dup2(stdout_fd, STDOUT_FILENO) >= 0);
	close(stdout_fd);
	assert_int_equal(end, 0);
	cli_close(&c);
	rewind(out);
	json_t *rows = json_loadf(out, 0, NULL);
	fclose(out);
	return rows;
}

/* Of the days from `from` on, numbered from `first`. */
static void tell(const struct town *t, int64_t first, int64_t from, struct sums *out)
{
	char conf[100];
	json_t *rows, *row;
	size_t i;

	snprintf(conf, sizeof conf, "%s/conf", t->o->p.folder);
	write_conf(t, conf);
	rows = ask_tool(t, conf, from, first + DAYS - 1);
	json_array_foreach(rows, i, row)
	{
		const int o = remind_parse(word(row, "occasion"));
		struct date d;

		must(date_parse_iso(word(row, "day"), &d));
		if (*word(row, "why"))
			out->lost[o][why_of(word(row, "why"))] += (int)number(row, "reminders");
		else {
			out->reminders[date_days(d) - first][o] += (int)number(row, "reminders");
			out->texts[date_days(d) - first][o] += (int)number(row, "texts");
		}
	}
	json_decref(rows);
}

/* ---- what happens ---- */

static void play(struct town *t, int64_t first)
{
	for (int64_t day = first; day < first + DAYS; day++)
		for (int hour = 8; hour < 17; hour++)
			for (int i = 0; i < 60; i++) {
				run_at(t, date_utc(date_from_days(day), hour * 60 + i, ZONE_WIB));
				if (!sent(t))
					break;
			}
	run_at(t, date_utc(date_from_days(first + DAYS), 0, ZONE_WIB)); /* what is over is noted */
}

static void count(struct town *t, int64_t first, struct sums *out)
{
	sqlite3_stmt *q = NULL;
	const char *sql =
	        "SELECT r.occasion, r.state, r.why, ifnull((p.handed_at + 25200) / 86400, 0),"
	        " ifnull(o.key LIKE '%/' || r.subject || '/%' , 0) FROM reminder r"
	        " LEFT JOIN outbox o ON o.id = r.outbox LEFT JOIN outbox_part p ON p.outbox = o.id";

	assert_int_equal(sqlite3_prepare_v2(t->o->p.s->db, sql, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const int o = sqlite3_column_int(q, 0);
		const int64_t day = sqlite3_column_int64(q, 3) - first;

		if (sqlite3_column_int(q, 1) != REMINDER_QUEUED) {
			out->lost[o][sqlite3_column_int(q, 2)]++;
			continue;
		}
		assert_in_range(day, 0, DAYS - 1);
		out->reminders[day][o]++;
		out->texts[day][o] += sqlite3_column_int(q, 4);
	}
	sqlite3_finalize(q);
}

static int difference(const struct sums *told, const struct sums *was, int64_t first)
{
	int n = 0;
	char iso[16];

	for (int64_t d = 0; d < DAYS; d++)
		for (enum remind_occasion o = 0; o < REMIND_OCCASIONS; o++) {
			if (told->reminders[d][o] == was->reminders[d][o] &&
			        told->texts[d][o] == was->texts[d][o])
				continue;
			date_format_iso(date_from_days(first + d), iso);
			print_message("%s %s: told %d in %d texts, sent %d in %d\n", iso,
			        remind_name(o), told->reminders[d][o], told->texts[d][o],
			        was->reminders[d][o], was->texts[d][o]);
			n++;
		}
	for (enum remind_occasion o = 0; o < REMIND_OCCASIONS; o++)
		for (enum remind_why w = 0; w < WHYS; w++)
			if (told->lost[o][w] != was->lost[o][w]) {
				print_message("%s not sent (%s): told %d, were %d\n",
				        remind_name(o), remind_why_name(w), told->lost[o][w],
				        was->lost[o][w]);
				n++;
			}
	return n;
}

/* ---- the town ---- */

static uint32_t next(uint32_t *dice, uint32_t n)
{
	*dice = *dice * 1664525 + 1013904223;
	return (*dice >> 8) % n;
}

static void somebody(struct town *t, uint32_t *dice)
{
	const int64_t worker = person(t);
	const uint32_t months = next(dice, 2) ? 6 : next(dice, 8); /* from 2027 amounts differ */
	char sql[200];

	confirm_months(t, worker, JULY, (int)months);
	if (next(dice, 4) == 0) {
		must(store_begin(t->o->p.s));
		add_allocation(t->o->p.s, worker);
		must(store_commit(t->o->p.s));
	}
	snprintf(sql, sizeof sql, "UPDATE worker SET job = %u WHERE id = %d", next(dice, 2) ? 4 : 1,
	        (int)worker);
	tamper(&t->o->p, sql);
	snprintf(sql, sizeof sql,
	        "UPDATE phone_link SET linked_at = linked_at - %u WHERE worker = %d",
	        next(dice, 150) * 86400, (int)worker);
	tamper(&t->o->p, sql);
	if (worker > 1 && next(dice, 2))
		share_phone(t, worker, worker - 1);
	if (next(dice, 8) == 0) {
		snprintf(sql, sizeof sql,
		        "UPDATE phone_link SET reminders_off = 1 WHERE worker = %d", (int)worker);
		tamper(&t->o->p, sql);
	}
}

static void a_day_is_told_as_it_comes(struct town *t, uint32_t seed, int64_t first)
{
	static struct sums told, later, was, before; /* before: over already, told by nobody */
	char err[RELOAD_ERR_CAP];
	uint32_t dice = seed;

	told = later = was = before = (struct sums){ 0 };
	if (!reload_templates(&t->o->d, err))
		fail_msg("%s", err);
	run_at(t, date_utc(date_from_days(first), 6 * 60, ZONE_WIB));
	for (int i = 0; i < PEOPLE; i++)
		somebody(t, &dice);
	run_at(t, date_utc(date_from_days(first), 7 * 60, ZONE_WIB)); /* all are looked at */
	count(t, first, &before);
	tell(t, first, first, &told);
	tell(t, first, first + LATER, &later);
	play(t, first);
	count(t, first, &was);
	for (enum remind_occasion o = 0; o < REMIND_OCCASIONS; o++)
		for (enum remind_why w = 0; w < WHYS; w++)
			was.lost[o][w] -= before.lost[o][w];
	if (difference(&told, &was, first))
		fail_msg("seed %u", seed);
	for (int day = 0; day < DAYS; day++)
		for (enum remind_occasion o = 0; o < REMIND_OCCASIONS; o++)
			assert_int_equal(later.texts[day][o], day < LATER ? 0 : told.texts[day][o]);
}

static int setup(void **state)
{
	const int end = town_setup(state);
	struct conf_limits *l = &((struct town *)*state)->o->conf.limits;

	l->per_sim_hour = 10000; /* as wide as a configuration may have them */
	l->per_sim_day = 100000;
	return end;
}

static void in_summer(void **state)
{
	a_day_is_told_as_it_comes(*state, 1, DAY0 + 1);
}

static void in_winter(void **state)
{
	struct town *t = *state;

	t->o->conf.reminders.number_check_days = 180;
	a_day_is_told_as_it_comes(t, 2, DAY0 + 140);
}

static void two_a_day(void **state)
{
	struct town *t = *state;

	t->o->conf.reminders.unsolicited_per_day = 2;
	a_day_is_told_as_it_comes(t, 3, DAY0 + 150);
}

static void what_a_sim_sends_in_a_day(void **state)
{
	struct town *t = *state;

	t->o->conf.limits.per_sim_day = 5; /* four, and one for answers */
	a_day_is_told_as_it_comes(t, 4, DAY0 + 150);
}

static void what_all_sims_send_in_a_day(void **state)
{
	struct town *t = *state;

	t->o->conf.limits.all_day = 5;
	a_day_is_told_as_it_comes(t, 5, DAY0 + 150);
}

static void what_all_sims_send_in_an_hour(void **state)
{
	struct town *t = *state;

	t->o->conf.limits.all_hour = 2;
	a_day_is_told_as_it_comes(t, 6, DAY0 + 150);
}

static void no_window_is_open(void **state)
{
	struct town *t = *state;

	t->o->conf.reminders.window.off = true;
	a_day_is_told_as_it_comes(t, 7, DAY0 + 150);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, town_teardown)
	const struct CMUnitTest tests[] = {
		T(in_summer),
		T(in_winter),
		T(two_a_day),
		T(what_a_sim_sends_in_a_day),
		T(what_all_sims_send_in_a_day),
		T(what_all_sims_send_in_an_hour),
		T(no_window_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
