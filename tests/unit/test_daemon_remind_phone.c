/* Reminders and the phones they go to: shared ones, how many a day, whose number it is; and what
 * the lines can carry. */
#include "remind_office.h"

#define NINE (9 * HOUR)

/* ---- a shared phone ---- */

static void people_who_share_a_phone_share_the_text(void **state)
{
	struct town *t = *state;
	int64_t a = self_payer(t), b = self_payer(t);

	share_phone(t, b, a);
	run_at(t, END_OF_COVER - 30 * DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "Budi dan Budi habis 31-08-2026"));
	assert_int_equal(count_sql(t, "state = 0 AND kind = 0"), 2);
	run_at(t, END_OF_COVER - 29 * DAY + NINE);
	assert_int_equal(sent(t), 0);
}

static void one_persons_stop_does_not_silence_the_other(void **state)
{
	struct town *t = *state;
	int64_t a = self_payer(t), b = self_payer(t);

	share_phone(t, b, a);
	at_time(t, END_OF_COVER - 30 * DAY + NINE);
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 2);
	must(store_begin(t->o->p.s));
	must(store_link_reminders(t->o->p.s, "+628120000001", a, false));
	must(store_commit(t->o->p.s));
	send_all(t);
	assert_int_equal(sent(t), 1);
	assert_null(strstr(last_text(t), " dan "));
	assert_non_null(strstr(last_text(t), "Budi, perlindungan JKK+JKM habis 31-08-2026"));
	run_at(t, END_OF_COVER - 7 * DAY + NINE); /* and later only the other is told */
	assert_int_equal(sent(t), 1);
	assert_null(strstr(last_text(t), " dan "));
}

/* ---- not too many ---- */

static void a_phone_gets_one_unasked_text_a_day(void **state)
{
	struct town *t = *state;
	int64_t a = self_payer(t), b = self_payer(t);

	confirm_months(t, b, JULY + 2, 1); /* ends on another day: no common text */
	share_phone(t, b, a);
	at_time(t, END_OF_COVER + NINE); /* R03 of one and R01 of the other */
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 1);
	send_all(t);
	assert_int_equal(sent(t), 1);
	run_at(t, END_OF_COVER + NINE + HOUR);
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER + DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "habis 30-09-2026"));
}

static void a_confirmation_counts_too(void **state)
{
	struct town *t = *state;
	struct outbox_new n = reply_to("worker/1/W14/1", "+628120000001");
	int64_t day = END_OF_COVER - 7 * DAY + NINE, id;

	self_payer(t);
	at_time(t, day);
	look_only(t); /* it waits in the queue, and then something comes in between */
	n.class = CLASS_CONFIRM;
	n.created_at = n.not_before = day;
	n.expires_at = day + DAY;
	must(store_begin(t->o->p.s));
	must(store_outbox_add(t->o->p.s, &n, &id));
	must(store_commit(t->o->p.s));
	send_all(t);
	assert_int_equal(sent(t), 1);
	run_at(t, day + HOUR);
	assert_int_equal(sent(t), 0);
	run_at(t, day + 2 * DAY); /* the day between is a holiday */
	assert_int_equal(sent(t), 1);
}

static void what_its_phone_had_no_room_for_is_told_so(void **state)
{
	struct town *t = *state;
	struct outbox_new n = reply_to("worker/1/W14/1", "+628120000001");
	int64_t id;

	self_payer(t);
	run_at(t, END_OF_COVER - 8 * DAY + NINE);
	n.class = CLASS_CONFIRM;
	n.created_at = n.not_before = END_OF_COVER + NINE;
	n.expires_at = END_OF_COVER + DAY;
	must(store_begin(t->o->p.s));
	must(store_outbox_add(t->o->p.s, &n, &id));
	must(store_commit(t->o->p.s));
	at_time(t, END_OF_COVER + NINE);
	send_all(t);
	for (int64_t day = 0; day < 2; day++)
		run_at(t, END_OF_COVER + day * DAY + NINE + HOUR);
	assert_int_equal(count_sql(t, "occasion = 2 AND state = 2 AND why = 11"), 1);
	assert_int_equal(count_sql(t, "occasion = 1 AND state = 2 AND why = 12"), 1);
}

/* ---- whose number it is ---- */

static void number_checks(struct town *t)
{
	char err[RELOAD_ERR_CAP];

	t->o->conf.reminders.number_check_days = 180;
	if (!reload_templates(&t->o->d, err))
		fail_msg("%s", err);
}

static int64_t asked_person(struct town *t)
{
	int64_t worker = person(t);

	number_checks(t);
	confirm_months(t, worker, JULY, 12);
	run_at(t, T0 + 180 * DAY);
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "masih dipakai Budi? Balas YA atau BUKAN"));
	return worker;
}

static void yes_or_any_text_keeps_the_number(void **state)
{
	struct town *t = *state;
	struct said said;

	asked_person(t);
	office_say(t->o, "+628120000001", 60, "ya", &said);
	assert_int_equal(said.n, 1);
	assert_string_equal(said.reply[0].id, "W15B");
	run_at(t, T0 + 330 * DAY);
	assert_int_equal(ask_int(&t->o->p, "SELECT count(*) FROM phone_link"), 1);
	assert_int_equal(count_sql(t, "occasion = 11 AND state = 0"), 1);
}

static void not_mine_ends_the_link_and_an_officer_hears(void **state)
{
	struct town *t = *state;
	struct said said;

	asked_person(t);
	office_say(t->o, "+628120000001", 60, "BUKAN", &said);
	assert_string_equal(said.reply[0].id, "W56");
	assert_int_equal(ask_int(&t->o->p, "SELECT count(*) FROM phone_link"), 0);
	assert_int_equal(
	        ask_int(&t->o->p, "SELECT count(*) FROM duty_case WHERE kind = 'NOT_MINE'"), 1);
	office_say(t->o, "+628120000001", 660, "BUKAN", &said); /* nothing is asked any more */
	assert_string_not_equal(said.reply[0].id, "W56");
}

static void silence_stops_nothing(void **state)
{
	struct town *t = *state;

	asked_person(t);
	for (int64_t day = 181; day < 365; day++)
		run_at(t, T0 + day * DAY);
	assert_int_equal(count_sql(t, "occasion < 3 AND state = 0"), 3);
}

/* ---- the lines ---- */

static void no_more_is_queued_than_the_lines_send_soon(void **state)
{
	struct town *t = *state;

	for (int i = 0; i < 60; i++)
		self_payer(t);
	at_time(t, END_OF_COVER - 7 * DAY + NINE);
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 24); /* two minutes of five seconds a text */
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 24);
	send_all(t);
	assert_int_equal(sent(t), 24);
	for (int i = 1; i < 4; i++)
		run_at(t, END_OF_COVER - 7 * DAY + NINE + i * 60);
	assert_int_equal(sent(t), 36);
}

static void a_line_that_is_down_gets_nothing(void **state)
{
	struct town *t = *state;

	self_payer(t);
	t->o->modem.state = MODEM_DOWN;
	at_time(t, END_OF_COVER - 7 * DAY + NINE);
	look(t);
	assert_int_equal(count_sql(t, "state = 0"), 0);
	t->o->modem.state = MODEM_UP;
	run_at(t, END_OF_COVER - 7 * DAY + NINE + 60);
	assert_int_equal(sent(t), 1);
}

static void the_nearest_deadline_goes_first(void **state)
{
	struct town *t = *state;
	int64_t early = self_payer(t), late;

	for (int i = 0; i < 30; i++) /* R01 of these has weeks */
		confirm_months(t, self_payer(t), JULY + 2, 1);
	late = self_payer(t);
	at_time(t, END_OF_COVER + NINE);
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 24);
	char sql[120];

	snprintf(sql, sizeof sql, "open = 1 AND occasion = 2 AND subject IN (%d, %d)", (int)early,
	        (int)late);
	assert_int_equal(count_sql(t, sql), 2);
}

static void what_the_lines_could_not_carry_is_told_so(void **state)
{
	struct town *t = *state;

	self_payer(t);
	run_at(t, END_OF_COVER - 8 * DAY + NINE);
	t->o->modem.state = MODEM_DOWN;
	for (int64_t day = -7; day <= 1; day++) {
		at_time(t, END_OF_COVER + day * DAY + NINE);
		look(t);
	}
	assert_int_equal(
	        count_sql(t, "kind = 0 AND occasion IN (1, 2) AND state = 2 AND why = 12"), 2);
}

/* After a start no line is up yet; that is nothing to be told of. */
static void a_line_that_may_come_back_is_counted_on(void **state)
{
	struct town *t = *state;
	struct modem *m = &t->o->modem;

	self_payer(t);
	m->state = MODEM_STARTING;
	at_time(t, END_OF_COVER - 30 * DAY + NINE);
	m->down_since_ms = clock_mono_ms();
	t->o->conf.limits.line_alarm_min = 30;
	run_at(t, END_OF_COVER - 30 * DAY + NINE);
	assert_int_equal(t->o->d.remind.down_day, 0);
	m->down_since_ms -= t->o->conf.limits.line_alarm_min * INT64_C(60000);
	run_at(t, END_OF_COVER - 30 * DAY + NINE + HOUR);
	assert_int_not_equal(t->o->d.remind.down_day, 0);
}

static void duty_phone(struct town *t)
{
	const struct duty_row duty = { .msisdn = "+628999000111", .name = "Rina" };

	must(store_begin(t->o->p.s));
	must(store_duty_add(t->o->p.s, &duty, T0));
	must(store_commit(t->o->p.s));
}

static int duty_texts(struct town *t, const char *template_id)
{
	char sql[100];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM outbox WHERE template_id = '%s'",
	        template_id);
	return (int)ask_int(&t->o->p, sql);
}

/* A line that is down is no reason to buy SIMs, and hides no day on which they are needed. */
static void lines_that_are_down_hide_no_lack_of_sims(void **state)
{
	struct town *t = *state;

	duty_phone(t);
	for (int i = 0; i < 10; i++)
		self_payer(t);
	t->o->modem.state = MODEM_DOWN;
	run_at(t, END_OF_COVER - 31 * DAY + NINE); /* ten are due tomorrow */
	assert_int_equal(t->o->d.remind.tomorrow.carries, 0);
	assert_true(t->o->d.remind.tomorrow.could >= 10);
	assert_int_not_equal(t->o->d.remind.down_day, 0);
	assert_int_equal(duty_texts(t, "D08"), 0);
	t->o->conf.limits.per_sim_day = 5;
	run_at(t, END_OF_COVER - 31 * DAY + NINE + HOUR);
	assert_int_equal(duty_texts(t, "D08"), 1);
	assert_int_equal(t->o->d.remind.tomorrow.sims, 3);
}

static void what_no_sim_would_cure_is_told_so(void **state)
{
	struct town *t = *state;

	duty_phone(t);
	for (int i = 0; i < 10; i++)
		self_payer(t);
	t->o->conf.limits.all_day = 5;
	run_at(t, END_OF_COVER - 31 * DAY + NINE);
	assert_int_equal(t->o->d.remind.tomorrow.sims, -1);
	assert_int_equal(duty_texts(t, "D08"), 0);
	assert_int_equal(duty_texts(t, "D10"), 1);
	assert_non_null(strstr(last_text(t), "ada 10 SMS, batas kirim 4. SIM baru tidak cukup"));
}

static void what_all_lines_may_send_in_an_hour_counts(void **state)
{
	struct town *t = *state;

	duty_phone(t);
	for (int i = 0; i < 10; i++)
		self_payer(t);
	t->o->conf.limits.all_hour = 2; /* one, and one for answers: nine hours a day */
	run_at(t, END_OF_COVER - 31 * DAY + NINE);
	assert_int_equal(t->o->d.remind.tomorrow.carries, 9);
	assert_int_equal(duty_texts(t, "D10"), 1);
}

static void the_operator_is_warned_the_day_before(void **state)
{
	struct town *t = *state;
	duty_phone(t);
	for (int i = 0; i < 10; i++)
		self_payer(t);
	t->o->conf.limits.per_sim_day = 5;
	run_at(t, END_OF_COVER - 31 * DAY + NINE); /* ten are due tomorrow, four can go */
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "ada 10 SMS, jalur hanya kuat 4. Perlu 3 SIM"));
	assert_int_equal(t->o->d.remind.tomorrow.sims, 3);
	run_at(t, END_OF_COVER - 31 * DAY + NINE + HOUR);
	assert_int_equal(sent(t), 0); /* once a day */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, town_setup, town_teardown)
	const struct CMUnitTest tests[] = {
		T(people_who_share_a_phone_share_the_text),
		T(one_persons_stop_does_not_silence_the_other),
		T(a_phone_gets_one_unasked_text_a_day),
		T(a_confirmation_counts_too),
		T(what_its_phone_had_no_room_for_is_told_so),
		T(yes_or_any_text_keeps_the_number),
		T(not_mine_ends_the_link_and_an_officer_hears),
		T(silence_stops_nothing),
		T(no_more_is_queued_than_the_lines_send_soon),
		T(a_line_that_is_down_gets_nothing),
		T(the_nearest_deadline_goes_first),
		T(what_the_lines_could_not_carry_is_told_so),
		T(a_line_that_may_come_back_is_counted_on),
		T(lines_that_are_down_hide_no_lack_of_sims),
		T(what_no_sim_would_cure_is_told_so),
		T(what_all_lines_may_send_in_an_hour_counts),
		T(the_operator_is_warned_the_day_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
