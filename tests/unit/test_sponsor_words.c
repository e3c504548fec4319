/* A sponsor texts: through the daemon, into a real store. Every wish becomes a request that waits
 * for an officer; a number answers only our newest question, once, and not for ever. */
#include "daemon_fixture.h"
#include "money_fixture.h"

#include <payung/store_desk.h>
#include <payung/store_request.h>

#define SPONSOR "+628111111111" /* of add_pledge() */
#define DAY_S 86400

static struct office *o;
static struct said said;
static int64_t first, second; /* pledges */
static int questions;

static int set_up(void **state)
{
	(void)state;
	o = office_open(T0);
	must(store_begin(o->p.s));
	first = add_pledge(o->p.s, "D4F7K2", 10);
	must(store_commit(o->p.s));
	questions = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	office_close(o);
	return 0;
}

static const char *say_as(const char *phone, const char *text)
{
	office_say(o, phone, 700, text, &said);
	return said.n ? said.reply[0].id : "-";
}

static const char *say(const char *text)
{
	return say_as(SPONSOR, text);
}

static void another_pledge(const char *ref)
{
	must(store_begin(o->p.s));
	second = add_pledge(o->p.s, ref, 10);
	must(store_commit(o->p.s));
}

/* What reconcile would send; state as the modem left it. */
static int64_t ask(const char *template_id, const char *subject, enum outbox_state state)
{
	struct outbox_new n = reply_to("", SPONSOR);
	char sql[120];
	int64_t id = 0;

	snprintf(n.key, sizeof n.key, "question/%d", ++questions);
	snprintf(n.subject, sizeof n.subject, "%s", subject);
	snprintf(n.template_id, sizeof n.template_id, "%s", template_id);
	n.created_at = n.not_before = o->now;
	must(store_begin(o->p.s));
	must(store_outbox_add(o->p.s, &n, &id));
	must(store_commit(o->p.s));
	snprintf(sql, sizeof sql, "UPDATE outbox SET state = %d WHERE id = %lld", state,
	        (long long)id);
	tamper(&o->p, sql);
	return id;
}

static int64_t requests(void)
{
	return ask_int(&o->p, "SELECT count(*) FROM request");
}

static struct request_row newest(void)
{
	struct request_row r = { 0 };
	int64_t id = ask_int(&o->p, "SELECT ifnull(max(id), 0) FROM request");

	must(store_request_get(o->p.s, id, &r));
	return r;
}

static void a_wish_waits_for_an_officer(void **state)
{
	(void)state;
	assert_string_equal(say("TAMBAH 20"), "S24");
	assert_non_null(strstr(said.reply[0].body, "20 pekerja utk ref D4F7K2"));
	struct request_row r = newest();

	assert_int_equal(r.kind, REQUEST_WORKERS);
	assert_int_equal(r.state, REQUEST_OPEN);
	assert_int_equal(r.pledge, first);
	assert_int_equal(r.workers, 20);
	assert_string_equal(r.by, "sponsor/1");
	assert_string_equal(r.note, "TAMBAH 20");
	assert_int_equal(ask_int(&o->p, "SELECT workers FROM pledge"), 10); /* nothing changed */
	assert_int_equal(ask_int(&o->p, "SELECT count(*) FROM duty_case"), 1);
	assert_string_equal(say("TAMBAH 20"), "S24"); /* while the first one waits */
	assert_int_equal(requests(), 1);
	assert_string_equal(say("LANJUT"), "S17");
	assert_int_equal(newest().kind, REQUEST_RENEWAL);
	assert_string_equal(say("SELESAI"), "S17");
	assert_int_equal(newest().kind, REQUEST_DONE);
	assert_int_equal(requests(), 3);
}

static void nobody_else_wishes_anything(void **state)
{
	static const char *const texts[] = { "TAMBAH 20", "SELESAI", "REKAP", "REF D4F7K2", "1" };

	(void)state;
	ask("S04", "pledge/D4F7K2", OUT_SENT);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_string_equal(say_as("+6281200001111", texts[i]), "W21");
	assert_string_equal(say_as("+6281200001111", "LANJUT"), "W24");
	assert_int_equal(requests(), 0);
}

static void of_several_pledges_the_named_one_is_meant(void **state)
{
	(void)state;
	another_pledge("K7M2QX");
	assert_string_equal(say("TAMBAH 5"), "S19");
	assert_non_null(strstr(said.reply[0].body, "2 komitmen"));
	assert_non_null(strstr(said.reply[0].body, "TAMBAH K7M2QX"));
	assert_string_equal(say("TAMBAH 5 D4F7K2"), "S24");
	assert_int_equal(newest().pledge, first);
	assert_string_equal(say("REKAP"), "S16B");
	assert_non_null(strstr(said.reply[0].body, "REKAP K7M2QX"));
	assert_string_equal(say("REKAP D4F7K2"), "S16B");
	assert_non_null(strstr(said.reply[0].body, "REKAP D4F7K2"));
	/* a pledge that ended three months ago is no choice any more */
	tamper(&o->p, "UPDATE pledge SET start = 2025 * 12 + 3 WHERE ref = 'K7M2QX'");
	assert_string_equal(say("TAMBAH 6"), "S24");
	assert_int_equal(newest().pledge, first);
}

static void a_stranger_s_pledge_looks_like_none(void **state)
{
	char mine[TMPL_TEXT_CAP];

	(void)state;
	another_pledge("K7M2QX");
	tamper(&o->p, "UPDATE sponsor SET phone = '+628133333333' WHERE id = 2");
	assert_string_equal(say("REF K7M2QX"), "S18");
	strcpy(mine, strstr(said.reply[0].body, "tidak ada"));
	assert_string_equal(say("REF A2B3C4"), "S18");
	assert_string_equal(mine, strstr(said.reply[0].body, "tidak ada"));
	assert_string_equal(say("REKAP K7M2QX"), "S18");
	assert_int_equal(requests(), 0);
}

static void a_number_answers_the_newest_question_once(void **state)
{
	(void)state;
	assert_string_equal(say("1"), "W21"); /* nothing was asked */
	(void)ask("S04", "pledge/D4F7K2", OUT_DELIVERED);

	ask("S08", "pledge/D4F7K2", OUT_SENT);
	assert_string_equal(say("2"), "S17");
	assert_int_equal(newest().kind, REQUEST_SHIFT);
	assert_string_equal(say("2"), "W21"); /* answered: the older question does not come back */
	assert_int_equal(requests(), 1);
	ask("S04", "pledge/D4F7K2", OUT_SENT);
	assert_string_equal(say("9"), "S22");
	assert_string_equal(say("3"), "S17"); /* no credit in the books: no amount is said */
	assert_int_equal(newest().kind, REQUEST_REFUND);
	ask("S04", "pledge/D4F7K2", OUT_SENT);
	assert_string_equal(say("1"), "S17");
	assert_int_equal(newest().kind, REQUEST_NEXT_PERIOD);
	assert_int_equal(requests(), 3);
}

static void a_repeated_answer_has_one_effect(void **state)
{
	(void)state;
	ask("S04", "pledge/D4F7K2", OUT_SENT);
	assert_string_equal(say("3"), "S17");
	office_say(o, SPONSOR, 60, "3", &said);
	assert_string_equal(said.reply[0].id, "S17");
	assert_int_equal(requests(), 1);
}

static void what_reached_nobody_or_is_old_asks_nothing(void **state)
{
	static const enum outbox_state lost[] = { OUT_QUEUED, OUT_FAILED, OUT_UNDELIVERED,
		OUT_EXPIRED, OUT_CANCELLED };

	(void)state;
	for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
		ask("S08", "pledge/D4F7K2", lost[i]);
		assert_string_equal(say("1"), "W21");
	}
	ask("S08", "pledge/D4F7K2", OUT_UNKNOWN);
	o->now += 15 * DAY_S;
	assert_string_equal(say("1"), "W21");
	ask("S08", "pledge/D4F7K2", OUT_UNKNOWN);
	o->now += 13 * DAY_S;
	assert_string_equal(say("1"), "S17");
	assert_int_equal(newest().kind, REQUEST_REPLACE);
}

static void a_question_tells_which_pledge_is_meant(void **state)
{
	(void)state;
	another_pledge("K7M2QX");
	ask("S15", "pledge/D4F7K2", OUT_SENT);
	assert_string_equal(say("LANJUT"), "S17");
	assert_int_equal(newest().pledge, first);
	ask("S04", "pledge/K7M2QX", OUT_SENT);
	assert_string_equal(say("2"), "S17");
	assert_int_equal(newest().pledge, second);
	ask("S04", "sponsor/1", OUT_SENT); /* about none that is known: a number is no answer */
	assert_string_equal(say("2"), "W21");
}

static void credit_is_named_with_its_amount(void **state)
{
	const struct ledger_subject about = { .sponsor = 1, .pledge = 1 };
	struct ledger_entry e;

	(void)state;
	must(store_begin(o->p.s));
	struct ledger_subject paid = about;

	paid.payment = add_payment(o->p.s, 50400);
	must(ledger_payment(&e, paid, false, 50400));
	(void)post(o->p.s, &e);
	must(ledger_matched(&e, paid, 50400, &(rupiah_t){ 33600 }, 1));
	(void)post(o->p.s, &e);
	must(store_commit(o->p.s));
	ask("S04", "pledge/D4F7K2", OUT_SENT);
	assert_string_equal(say("3"), "S11");
	assert_non_null(strstr(said.reply[0].body, "Rp16.800 ref D4F7K2"));
	assert_int_equal(newest().amount, 16800);
	assert_string_equal(say("REKAP"), "S16B");
	assert_non_null(strstr(said.reply[0].body, "terbayar Rp33.600"));
	tamper(&o->p, "UPDATE instalment SET expected = 33600, paid = 33600 WHERE number = 1");
	assert_string_equal(say("REKAP"), "S16");
	assert_non_null(strstr(said.reply[0].body, "Terbayar Rp33.600 s.d. 30-09-2026"));
	/* an instalment is not paid before the one before it */
	tamper(&o->p, "UPDATE instalment SET expected = 33600, paid = 33600 WHERE number = 3;"
	              "UPDATE instalment SET expected = 33600 WHERE number = 2");
	assert_string_equal(say("REKAP"), "S16");
	assert_non_null(strstr(said.reply[0].body, "s.d. 30-09-2026"));
}

static void a_reference_is_tied_to_the_only_stray_payment(void **state)
{
	(void)state;
	must(store_begin(o->p.s));
	int64_t one = add_payment(o->p.s, 50400), other = add_payment(o->p.s, 50400);

	must(store_commit(o->p.s));
	assert_string_equal(say("REF D4F7K2"), "S17"); /* nobody knows whose they are */
	assert_int_equal(newest().payment, 0);
	tamper(&o->p, "UPDATE payment SET sponsor = 1, state = 3 WHERE id = 1");
	assert_string_equal(say("REF D4F7K2"), "S17");
	assert_int_equal(newest().payment, one);
	assert_int_equal(newest().amount, 50400);
	assert_int_equal(payment_of(o->p.s, one).pledge, 0); /* only an officer ties it */
	char subject[24];

	snprintf(subject, sizeof subject, "payment/%lld", (long long)other);
	ask("S05", subject, OUT_SENT);
	assert_string_equal(say("REF D4F7K2"), "S17");
	assert_int_equal(newest().payment, other);
	assert_int_equal(newest().kind, REQUEST_REFERENCE);
}

static void stop_goes_to_an_officer(void **state)
{
	(void)state;
	assert_string_equal(say("STOP"), "S23");
	assert_int_equal(
	        ask_int(&o->p, "SELECT reminders_off FROM phone WHERE msisdn = '" SPONSOR "'"), 1);
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM duty_case WHERE kind = 'SPONSOR_STOP'"), 1);
}

/* A duty phone that is a sponsor's as well: the case first, then the pledge. */
static void a_duty_phone_may_be_a_sponsor_too(void **state)
{
	const struct duty_row duty = { .msisdn = SPONSOR, .name = "Ibu Sari", .position = 1 };

	(void)state;
	must(store_begin(o->p.s));
	must(store_duty_add(o->p.s, &duty, o->now));
	must(store_case_open(o->p.s, "COMPLAINT", "R7K2MX", "+6281200001111", 0, o->now, NULL));
	must(store_commit(o->p.s));
	assert_string_equal(say("SELESAI R7K2MX"), "D06");
	assert_string_equal(say("SELESAI D4F7K2"), "S17");
	assert_int_equal(newest().kind, REQUEST_DONE);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_wish_waits_for_an_officer),
		TEST(nobody_else_wishes_anything),
		TEST(of_several_pledges_the_named_one_is_meant),
		TEST(a_stranger_s_pledge_looks_like_none),
		TEST(a_number_answers_the_newest_question_once),
		TEST(a_repeated_answer_has_one_effect),
		TEST(what_reached_nobody_or_is_old_asks_nothing),
		TEST(a_question_tells_which_pledge_is_meant),
		TEST(credit_is_named_with_its_amount),
		TEST(a_reference_is_tied_to_the_only_stray_payment),
		TEST(stop_goes_to_an_officer),
		TEST(a_duty_phone_may_be_a_sponsor_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
