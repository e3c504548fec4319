/* The engine of reminders: what is due is queued once, leaves in its hours with today's words, and
 * not at all when its reason has gone. */
#include "remind_office.h"

#define NINE (9 * HOUR)

static void assert_text(const struct town *t, const char *words)
{
	if (!strstr(last_text(t), words))
		fail_msg("\"%s\" is not in \"%s\"", words, last_text(t));
}

/* ---- once, in its days ---- */

static void each_occasion_is_told_once(void **state)
{
	struct town *t = *state;

	self_payer(t);
	for (int64_t day = -40; day <= 120; day++)
		for (int hour = 0; hour < 24; hour += 3)
			run_at(t, END_OF_COVER + day * DAY + hour * HOUR);
	assert_int_equal(sent(t), 6); /* R01 R02 R03 R04 R05 R06 */
	assert_int_equal(count_sql(t, "state = 0"), 6);
	assert_int_equal(ask_int(&t->o->p, "SELECT count(*) FROM outbox"), 6);
}

static void looked_at_again_it_is_not_told_again(void **state)
{
	struct town *t = *state;
	int64_t worker = self_payer(t);

	for (int64_t day = -30; day <= -8; day++) {
		run_at(t, END_OF_COVER + day * DAY + NINE);
		must(store_begin(t->o->p.s)); /* something about them changes every day */
		must(store_link_reminders(t->o->p.s, "+628120000001", worker, false));
		must(store_link_reminders(t->o->p.s, "+628120000001", worker, true));
		must(store_commit(t->o->p.s));
	}
	assert_int_equal(sent(t), 1);
}

static void nothing_is_due_before_its_day(void **state)
{
	struct town *t = *state;

	self_payer(t);
	run_at(t, END_OF_COVER - 31 * DAY + NINE);
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER - 30 * DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_text(t, "31-08-2026");
}

static void a_sponsored_worker_is_only_informed(void **state)
{
	struct town *t = *state;
	int64_t worker = person(t);

	must(store_begin(t->o->p.s));
	add_allocation(t->o->p.s, worker);
	must(store_commit(t->o->p.s));
	confirm_months(t, worker, JULY, 2);
	for (int64_t day = -30; day < 0; day++)
		run_at(t, END_OF_COVER + day * DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_text(t, "Info: JKK+JKM Budi s.d. 31-08-2026 dibiayai Sari");
	run_at(t, END_OF_COVER + DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_text(t, "belum kami terima");
}

static void a_sponsor_is_told_what_is_due(void **state)
{
	struct town *t = *state;

	must(store_begin(t->o->p.s));
	must(store_instalment_set(t->o->p.s, 2, 50400, 16800, INSTALMENT_BILLED));
	must(store_commit(t->o->p.s));
	for (int64_t day = 0; day < 100; day++) /* the second is due on 20 September */
		run_at(t, T0 + day * DAY);
	assert_int_equal(sent(t), 4);
	assert_int_equal(count_sql(t, "kind = 1 AND subject = 2 AND state = 0"), 4);
	assert_text(t, "Rp33.600");
}

/* ---- hours ---- */

static void nothing_leaves_at_night(void **state)
{
	struct town *t = *state;

	self_payer(t);
	run_at(t, END_OF_COVER - 7 * DAY + 8 * HOUR - 1);
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER - 7 * DAY + 8 * HOUR);
	assert_int_equal(sent(t), 1);
	self_payer(t);
	run_at(t, END_OF_COVER - 6 * DAY + 17 * HOUR);
	assert_int_equal(sent(t), 0);
}

static void queued_by_day_it_does_not_leave_at_night(void **state)
{
	struct town *t = *state;

	self_payer(t);
	at_time(t, END_OF_COVER - 5 * DAY + 17 * HOUR - MINUTE);
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 1);
	run_at(t, END_OF_COVER - 5 * DAY + 17 * HOUR); /* as after a restart at the border */
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER - 4 * DAY + 8 * HOUR - 1);
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER - 4 * DAY + 8 * HOUR);
	assert_int_equal(sent(t), 1);
	assert_text(t, "4 hari lagi"); /* counted when it leaves */
}

static void hours_are_those_of_the_workers_zone(void **state)
{
	struct town *t = *state;
	int64_t worker = self_payer(t);
	char sql[80];

	snprintf(sql, sizeof sql, "UPDATE worker SET area = '94.71.01' WHERE id = %d", (int)worker);
	tamper(&t->o->p, sql);
	run_at(t, END_OF_COVER - 7 * DAY + 6 * HOUR - 1);
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER - 7 * DAY + 6 * HOUR); /* 08:00 in Papua */
	assert_int_equal(sent(t), 1);
	self_payer(t);
	run_at(t, END_OF_COVER - 7 * DAY + 6 * HOUR + 1);
	assert_int_equal(sent(t), 0); /* still night in Java */
}

static void holidays_are_quiet(void **state)
{
	struct town *t = *state;
	const struct quiet_holidays feast = { 1, { date_days((struct date){ 2026, 8, 24 }) } };

	t->o->d.remind.tables.holidays = feast;
	self_payer(t);
	run_at(t, END_OF_COVER - 7 * DAY + NINE);
	assert_int_equal(sent(t), 0);
	run_at(t, END_OF_COVER - 6 * DAY + NINE);
	assert_int_equal(sent(t), 1);
}

static void changes_of_state_wait_for_the_morning_too(void **state)
{
	struct town *t = *state;
	struct outbox_new n = reply_to("worker/1/W14/1", "+628120000001");
	int64_t worker = person(t), id;
	int64_t evening = T0 + 11 * HOUR; /* 20:00 */

	n.class = CLASS_CONFIRM;
	snprintf(n.subject, sizeof n.subject, "worker/%d", (int)worker);
	n.expires_at = T0 + 7 * DAY;
	must(store_begin(t->o->p.s));
	must(store_outbox_add(t->o->p.s, &n, &id));
	must(store_commit(t->o->p.s));
	run_at(t, evening);
	assert_int_equal(sent(t), 0);
	run_at(t, T0 + 22 * HOUR - 1);
	assert_int_equal(sent(t), 0);
	run_at(t, T0 + 22 * HOUR);
	assert_int_equal(sent(t), 1);
}

static void who_is_asked_just_now_is_not_kept_waiting(void **state)
{
	struct town *t = *state;
	struct outbox_new n = reply_to("worker/1/move/1", "+628120000001");
	int64_t id;

	n.class = CLASS_CONFIRM;
	strcpy(n.subject, "phone");
	must(store_begin(t->o->p.s));
	must(store_outbox_add(t->o->p.s, &n, &id));
	must(store_commit(t->o->p.s));
	run_at(t, T0 + 12 * HOUR);
	assert_int_equal(sent(t), 1);
}

/* ---- the reason goes ---- */

static void what_was_paid_meanwhile_does_not_leave(void **state)
{
	struct town *t = *state;
	int64_t worker = self_payer(t);
	struct month_row before;

	at_time(t, END_OF_COVER - 7 * DAY + NINE);
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 1);
	/* the insurer confirms another month: no trigger knows what that means for the text */
	must(store_begin(t->o->p.s));
	must(store_month_confirm(t->o->p.s, worker, JULY + 2, DAY0, 0, &before));
	must(store_commit(t->o->p.s));
	assert_int_equal(count_sql(t, "open = 1"), 1);
	send_all(t);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "state = 3"), 1);
	assert_int_equal(ask_int(&t->o->p, "SELECT state FROM outbox"), OUT_CANCELLED);
}

static void stop_death_and_a_lost_number_keep_it_back(void **state)
{
	struct town *t = *state;
	int64_t a = self_payer(t), b = self_payer(t), c = self_payer(t);
	struct said said;

	at_time(t, END_OF_COVER - 7 * DAY + NINE);
	look_only(t);
	assert_int_equal(count_sql(t, "open = 1"), 3);
	office_say(t->o, "+628120000001", 1, "STOP", &said);
	must(store_begin(t->o->p.s));
	must(store_person_died(t->o->p.s, b, DAY0));
	must(store_link_end(t->o->p.s, "+628120000003", c, "not this person", T0));
	must(store_commit(t->o->p.s));
	assert_int_equal(count_sql(t, "open = 1"), 0);
	sent(t);
	send_all(t);
	for (int64_t day = -6; day < 30; day++)
		run_at(t, END_OF_COVER + day * DAY + NINE);
	assert_int_equal(count_sql(t, "state = 0"), 0);
	assert_int_equal(
	        ask_int(&t->o->p, "SELECT count(*) FROM outbox WHERE class = 4 AND state <> 8"), 0);
	(void)a;
}

static void stop_and_start_in_its_days_may_still_tell(void **state)
{
	struct town *t = *state;
	struct said said;

	self_payer(t);
	at_time(t, END_OF_COVER - 31 * DAY + NINE);
	office_say(t->o, "+628120000001", 1, "STOP", &said);
	run_at(t, END_OF_COVER - 30 * DAY + NINE);
	at_time(t, END_OF_COVER - 20 * DAY + NINE);
	sent(t);
	office_say(t->o, "+628120000001", 1, "MULAI", &said);
	run_at(t, END_OF_COVER - 20 * DAY + NINE + MINUTE);
	assert_int_equal(count_sql(t, "occasion = 0 AND state = 0"), 1);
}

static void what_may_never_be_said_is_noted_with_why(void **state)
{
	struct town *t = *state;
	struct said said;

	self_payer(t);
	at_time(t, END_OF_COVER - 31 * DAY + NINE);
	office_say(t->o, "+628120000001", 1, "STOP", &said);
	for (int64_t day = -30; day <= 1; day++)
		run_at(t, END_OF_COVER + day * DAY + NINE);
	assert_int_equal(count_sql(t, "state = 1 AND why = 3"), 3);
	assert_int_equal(count_sql(t, "state <> 1"), 0);
}

static void what_the_operator_switched_off_stays_here(void **state)
{
	struct town *t = *state;

	self_payer(t);
	at_time(t, END_OF_COVER - 7 * DAY + NINE);
	look_only(t);
	t->o->d.remind.rules.when[REMIND_SELF_SECOND].off = true;
	send_all(t);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "state = 3 AND why = 9"), 1);
}

static void tried_again_it_has_the_days_of_that_day(void **state)
{
	struct town *t = *state;
	struct modem *m = &t->o->modem;

	self_payer(t);
	t->o->conf.limits.retry_max = 3;
	t->o->conf.limits.retry_base_s = t->o->conf.limits.retry_cap_s = 60;
	at_time(t, END_OF_COVER - 5 * DAY + NINE);
	look(t);
	assert_text(t, "5 hari lagi");
	const struct frame_sent f = { .id = t->air.send[0].id,
		.part = 1,
		.outcome = FRAME_SENT_FAILED,
		.error = FRAME_ERR_CMS,
		.code = 331 };

	t->done = 1;
	outbox_on_started(m, &(struct frame_started){ f.id, 1 });
	outbox_on_sent(m, &f);
	assert_true(tick_flush(&t->o->d));
	run_at(t, END_OF_COVER - 4 * DAY + NINE);
	assert_int_equal(sent(t), 2);
	assert_text(t, "4 hari lagi");
}

/* ---- outage ---- */

static void an_outage_is_caught_up_within_the_days(void **state)
{
	struct town *t = *state;

	self_payer(t);
	run_at(t, END_OF_COVER - 12 * DAY + NINE); /* R01 since 30 days before, down until now */
	assert_int_equal(sent(t), 1);
	assert_int_equal(count_sql(t, "occasion = 0 AND state = 0"), 1);
}

static void what_an_outage_swallowed_is_noted_and_not_sent(void **state)
{
	struct town *t = *state;

	self_payer(t);
	run_at(t, END_OF_COVER - 40 * DAY + NINE);
	run_at(t, END_OF_COVER + 3 * DAY + NINE);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "state = 2 AND why = 12 AND outbox IS NULL"), 3);
	assert_int_equal(count_sql(t, "state = 2"), 3);
	run_at(t, END_OF_COVER - 35 * DAY + NINE); /* even if the clock goes back */
	assert_int_equal(sent(t), 0);
}

static void what_was_learnt_too_late_is_no_matter_of_the_line(void **state)
{
	struct town *t = *state;
	int64_t worker = person(t);

	for (int64_t day = -40; day < 3; day++)
		run_at(t, END_OF_COVER + day * DAY + NINE);
	sent(t);
	confirm_months(t, worker, JULY, 2); /* nobody knew that cover ended */
	run_at(t, END_OF_COVER + 3 * DAY + NINE);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "occasion < 3 AND state = 2 AND why = 10"), 3);
	assert_int_equal(count_sql(t, "state = 2 AND why = 12"), 0);
}

static void queued_and_not_sent_in_its_days_is_missed(void **state)
{
	struct town *t = *state;

	self_payer(t);
	at_time(t, END_OF_COVER + 16 * HOUR);
	look_only(t);
	assert_int_equal(count_sql(t, "occasion = 2 AND open = 1"), 1);
	run_at(t, END_OF_COVER + DAY + NINE);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "occasion = 2 AND state = 2 AND why = 12"), 1);
}

static void queued_and_the_window_closed_it_is_missed(void **state)
{
	struct town *t = *state;

	self_payer(t);
	at_time(t, END_OF_COVER + 16 * HOUR);
	look_only(t);
	at_time(t, END_OF_COVER + 18 * HOUR);
	send_all(t);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "occasion = 2 AND state = 2 AND why = 12"), 1);
	assert_int_equal(
	        ask_int(&t->o->p, "SELECT count(*) FROM outbox WHERE cause = 'no line'"), 1);
}

/* ---- clocks ---- */

static void a_clock_that_is_not_trusted_sends_nothing(void **state)
{
	struct town *t = *state;

	self_payer(t);
	at_time(t, END_OF_COVER - 7 * DAY + NINE);
	t->o->d.clock_ok = false;
	remind_housekeeping(&t->o->d);
	assert_true(tick_flush(&t->o->d));
	assert_int_equal(count_sql(t, "1"), 0);
	t->o->d.clock_ok = true;
	look_only(t);
	t->o->d.clock_ok = false;
	send_all(t);
	assert_int_equal(sent(t), 0);
}

static void a_clock_that_went_back_sends_nothing(void **state)
{
	struct town *t = *state;
	int64_t now = END_OF_COVER - 7 * DAY + NINE;

	self_payer(t);
	at_time(t, now);
	look_only(t);
	at_time(t, now - HOUR);
	self_payer(t);
	look_only(t); /* nobody has noticed yet that the clock jumped */
	send_all(t);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "kind = 0 AND state = 0"), 1);
	run_at(t, now + 1);
	assert_int_equal(sent(t), 2);
}

static void jumps_never_tell_twice_and_never_at_night(void **state)
{
	struct town *t = *state;
	int64_t now = END_OF_COVER - 45 * DAY;
	uint32_t dice = 7;

	for (int i = 0; i < 5; i++)
		self_payer(t);
	for (int i = 0; i < 300; i++) { /* by up to 5 days forward, by up to 3 days back */
		const size_t before = t->air.n;

		dice = dice * 1103515245 + 12345;
		now += (int64_t)(dice >> 8) % (8 * DAY) - 3 * DAY;
		run_at(t, now);
		const int minute = date_minute_of_day(now, ZONE_WIB);

		if (minute < 8 * 60 || minute >= 17 * 60)
			assert_int_equal(t->air.n, before);
	}
	assert_int_equal(ask_int(&t->o->p, "SELECT count(*) FROM outbox WHERE attempts > 1"), 0);
	assert_int_equal(ask_int(&t->o->p, "SELECT count(*) FROM outbox"), t->air.n);
	assert_in_range(t->air.n, 10, 30); /* six occasions of five people at most */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, town_setup, town_teardown)
	const struct CMUnitTest tests[] = {
		T(each_occasion_is_told_once),
		T(looked_at_again_it_is_not_told_again),
		T(nothing_is_due_before_its_day),
		T(a_sponsored_worker_is_only_informed),
		T(a_sponsor_is_told_what_is_due),
		T(nothing_leaves_at_night),
		T(queued_by_day_it_does_not_leave_at_night),
		T(hours_are_those_of_the_workers_zone),
		T(holidays_are_quiet),
		T(changes_of_state_wait_for_the_morning_too),
		T(who_is_asked_just_now_is_not_kept_waiting),
		T(what_was_paid_meanwhile_does_not_leave),
		T(what_the_operator_switched_off_stays_here),
		T(tried_again_it_has_the_days_of_that_day),
		T(stop_death_and_a_lost_number_keep_it_back),
		T(stop_and_start_in_its_days_may_still_tell),
		T(what_may_never_be_said_is_noted_with_why),
		T(an_outage_is_caught_up_within_the_days),
		T(what_an_outage_swallowed_is_noted_and_not_sent),
		T(what_was_learnt_too_late_is_no_matter_of_the_line),
		T(queued_and_not_sent_in_its_days_is_missed),
		T(queued_and_the_window_closed_it_is_missed),
		T(a_clock_that_is_not_trusted_sends_nothing),
		T(a_clock_that_went_back_sends_nothing),
		T(jumps_never_tell_twice_and_never_at_night),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
