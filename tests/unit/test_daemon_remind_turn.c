/* Reminders whose facts turn at the worst moment: while the modem holds the text, and while
 * something else keeps it back. */
#include "remind_office.h"

#include "daemon/remind_int.h"

#define NINE (9 * HOUR)
#define OLD_PHONE "+628120000001"
#define NEW_PHONE "+628129999999"

/* The modem has taken the only text and says that it could not send it now. */
static void fails(struct town *t)
{
	struct modem *m = &t->o->modem;
	const struct frame_sent f = { .id = t->air.send[t->done].id,
		.part = 1,
		.outcome = FRAME_SENT_FAILED,
		.error = FRAME_ERR_CMS,
		.code = 331 };

	outbox_on_started(m, &(struct frame_started){ f.id, 1 });
	outbox_on_sent(m, &f);
	t->done++;
	assert_true(tick_flush(&t->o->d));
}

static void is_handed(struct town *t)
{
	t->o->conf.limits.retry_max = 3;
	t->o->conf.limits.retry_base_s = t->o->conf.limits.retry_cap_s = 60;
	at_time(t, END_OF_COVER - 5 * DAY + NINE);
	look(t);
	assert_int_equal(sent(t), 1);
	assert_int_equal(count_sql(t, "open = 1"), 0);
}

static void link_phone(struct town *t, int64_t worker, const char *msisdn)
{
	char sql[200];

	snprintf(sql, sizeof sql,
	        "INSERT INTO phone_link (msisdn, worker, linked_at) VALUES ('%s', %d, %lld)",
	        msisdn, (int)worker, (long long)T0 + 1);
	tamper(&t->o->p, sql);
}

static void who_moved_while_it_was_handed_is_not_told_on_the_old_phone(void **state)
{
	struct town *t = *state;
	int64_t worker = self_payer(t);

	is_handed(t);
	link_phone(t, worker, NEW_PHONE);
	must(store_begin(t->o->p.s));
	must(store_link_end(t->o->p.s, OLD_PHONE, worker, "moved", t->o->now));
	must(store_commit(t->o->p.s));
	fails(t);
	run_at(t, t->o->now + HOUR);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "occasion = 1 AND state = 3 AND why = 4"), 1);
}

static void stop_of_that_phone_holds_though_another_is_linked(void **state)
{
	struct town *t = *state;
	int64_t worker = self_payer(t);

	is_handed(t);
	link_phone(t, worker, NEW_PHONE);
	must(store_begin(t->o->p.s));
	must(store_link_reminders(t->o->p.s, OLD_PHONE, worker, false));
	must(store_commit(t->o->p.s));
	fails(t);
	run_at(t, t->o->now + HOUR);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "occasion = 1 AND state = 3 AND why = 3"), 1);
}

static void whose_phone_stayed_is_told_though_another_is_linked(void **state)
{
	struct town *t = *state;
	int64_t worker = self_payer(t);

	is_handed(t);
	link_phone(t, worker, NEW_PHONE);
	fails(t);
	run_at(t, t->o->now + HOUR);
	assert_int_equal(sent(t), 1);
	assert_string_equal(t->air.send[t->air.n - 1].msisdn, OLD_PHONE);
}

static void a_sponsors_reminder_stays_with_the_sponsor(void **state)
{
	struct town *t = *state;

	t->o->conf.limits.retry_max = 3;
	t->o->conf.limits.retry_base_s = t->o->conf.limits.retry_cap_s = 60;
	must(store_begin(t->o->p.s));
	must(store_instalment_set(t->o->p.s, 2, 50400, 16800, INSTALMENT_BILLED));
	must(store_commit(t->o->p.s));
	at_time(t, date_utc((struct date){ 2026, 9, 14 }, 9 * 60, ZONE_WIB));
	look(t);
	assert_int_equal(sent(t), 1);
	tamper(&t->o->p, "UPDATE sponsor SET phone = '" NEW_PHONE "'");
	fails(t);
	run_at(t, t->o->now + HOUR);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "kind = 1 AND state = 3 AND why = 4"), 1);
}

/* Silent for so long that the number must be asked on the very day of a reminder. */
static void who_was_asked_is_reminded_the_next_day(void **state)
{
	struct town *t = *state;
	char err[RELOAD_ERR_CAP];

	t->o->conf.reminders.number_check_days = 54; /* 1 July .. 24 August */
	if (!reload_templates(&t->o->d, err))
		fail_msg("%s", err);
	self_payer(t);
	run_at(t, END_OF_COVER - 8 * DAY + NINE);
	sent(t);
	run_at(t, END_OF_COVER - 7 * DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "masih dipakai Budi"));
	run_at(t, END_OF_COVER - 5 * DAY + NINE); /* the 25th is a holiday */
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "5 hari lagi"));
}

static void what_had_only_holidays_is_told_so(void **state)
{
	struct town *t = *state;
	const struct quiet_holidays feast = { 2,
		{ date_days((struct date){ 2026, 8, 30 }),
		        date_days((struct date){ 2026, 8, 31 }) } };

	t->o->d.remind.tables.holidays = feast;
	self_payer(t);
	for (int64_t day = -9; day <= 1; day++)
		run_at(t, END_OF_COVER + day * DAY + NINE);
	assert_int_equal(count_sql(t, "kind = 0 AND state = 0"), 2);
	assert_int_equal(count_sql(t, "occasion = 2 AND state = 2 AND why = 16"), 1);
}

static void says_no(struct town *t, int64_t now)
{
	const struct request_row done = { .kind = REQUEST_DONE,
		.sponsor = 1,
		.pledge = t->pledge,
		.at = now,
		.by = "sponsor/1" };

	at_time(t, now);
	must(store_begin(t->o->p.s));
	must(store_request_add(t->o->p.s, &done, &(int64_t){ 0 }));
	must(store_commit(t->o->p.s));
}

static int64_t sponsored(struct town *t)
{
	const int64_t worker = person(t);

	must(store_begin(t->o->p.s));
	add_allocation(t->o->p.s, worker);
	must(store_commit(t->o->p.s));
	confirm_months(t, worker, JULY, 12);
	return date_utc((struct date){ 2027, 6, 30 }, 0, ZONE_WIB);
}

static void who_hears_that_the_sponsor_stops_hears_it_in_time(void **state)
{
	struct town *t = *state;
	const int64_t end = sponsored(t);

	run_at(t, end - 46 * DAY + NINE);
	says_no(t, end - 46 * DAY + NINE);
	for (int64_t day = -45; day <= -15; day++)
		run_at(t, end + day * DAY + NINE);
	assert_int_equal(sent(t), 0);
	run_at(t, end - 14 * DAY + NINE);
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "Budi, bantuan Sari selesai 30-06-2027"));
}

static void that_the_sponsor_stops_is_told_the_day_it_is_said(void **state)
{
	struct town *t = *state;
	const int64_t end = sponsored(t);

	for (int64_t day = -7; day <= -5; day++)
		run_at(t, end + day * DAY + NINE);
	assert_non_null(strstr(last_text(t), "Perpanjangan sedang kami urus"));
	sent(t);
	says_no(t, end - 4 * DAY + NINE);
	run_at(t, end - 4 * DAY + NINE + HOUR);
	assert_int_equal(sent(t), 1);
	assert_non_null(strstr(last_text(t), "Budi, bantuan Sari selesai 30-06-2027"));
}

/* More people than one look takes: all have their days by the new rules, nobody is told twice. */
static void other_rules_hold_for_everybody_at_once(void **state)
{
	struct town *t = *state;
	struct day_span *first = &t->o->conf.reminders.when[REMIND_SELF_FIRST];
	char err[RELOAD_ERR_CAP];
	const int people = REMIND_ANEW_MAX + 20;

	for (int i = 0; i < people; i++)
		self_payer(t);
	run_at(t, END_OF_COVER - 55 * DAY + NINE);
	*first = (struct day_span){ -50, -45, false };
	assert_true(reload_templates(&t->o->d, err));
	run_at(t, END_OF_COVER - 54 * DAY + NINE);
	for (int64_t day = -50; day < -40; day++)
		for (int hour = 8; hour < 17; hour++)
			run_at(t, END_OF_COVER + day * DAY + hour * HOUR);
	assert_int_equal(sent(t), people);
	*first = (struct day_span){ -40, -20, false };
	assert_true(reload_templates(&t->o->d, err));
	run_at(t, END_OF_COVER - 35 * DAY + NINE);
	assert_int_equal(sent(t), 0);
	assert_int_equal(count_sql(t, "kind = 0 AND state <> 0"), 0);
}

static void rules_as_they_were_cost_no_look(void **state)
{
	struct town *t = *state;
	char err[RELOAD_ERR_CAP];

	self_payer(t);
	run_at(t, END_OF_COVER - 55 * DAY + NINE);
	assert_true(reload_templates(&t->o->d, err)); /* a restart does the same */
	tamper(&t->o->p, "UPDATE reminder_watch SET last = 7 WHERE kind = 0");
	run_at(t, END_OF_COVER - 54 * DAY + NINE);
	assert_int_equal(ask_int(&t->o->p, "SELECT last FROM reminder_watch WHERE kind = 0"), 7);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, town_setup, town_teardown)
	const struct CMUnitTest tests[] = {
		T(who_moved_while_it_was_handed_is_not_told_on_the_old_phone),
		T(stop_of_that_phone_holds_though_another_is_linked),
		T(whose_phone_stayed_is_told_though_another_is_linked),
		T(a_sponsors_reminder_stays_with_the_sponsor),
		T(who_was_asked_is_reminded_the_next_day),
		T(who_hears_that_the_sponsor_stops_hears_it_in_time),
		T(that_the_sponsor_stops_is_told_the_day_it_is_said),
		T(what_had_only_holidays_is_told_so),
		T(other_rules_hold_for_everybody_at_once),
		T(rules_as_they_were_cost_no_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
