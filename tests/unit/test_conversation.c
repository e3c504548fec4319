/* What the flow around the conversation adds to its rules: which facts are loaded, what a repeated
 * text does, and the guards against those who text too much. */
#include "daemon_fixture.h"

#include "daemon/other_phones.h"
#include <payung/store_decision.h>
#include <payung/store_desk.h>

#define SHOP "+6281200001111"
#define NIK_OF_3 "332102410790000"

static struct office *o;
static struct said said;

static int set_up(void **state)
{
	(void)state;
	o = office_open(T0);
	must(store_begin(o->p.s));
	int64_t pledge = add_pledge(o->p.s, "D4F7K2", 100);
	char code[REGCODE_LEN + 1];

	for (int i = 0; i < 20; i++) {
		office_code_of(i, code);
		office_code(o, pledge, code, NULL, NULL, NULL);
	}
	must(store_commit(o->p.s));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	office_close(o);
	return 0;
}

/* Texts and returns the first answer's id, "-" when there is none. */
static const char *say(const char *phone, const char *fmt, ...) PRINTF_LIKE(2, 3);
static const char *say(const char *phone, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	office_say(o, phone, 5, text, &said);
	return said.n ? said.reply[0].id : "-";
}

static void register_open(const char *phone, int code_number, int nik_number)
{
	char code[REGCODE_LEN + 1];

	office_code_of(code_number, code);
	assert_string_equal(say(phone, "DAFTAR %s", code), "W02");
	assert_string_equal(say(phone, NIK_OF_3 "%d", nik_number), "W03");
	assert_string_equal(say(phone, "NAMA SITI AMINAH"), "W04");
	assert_string_equal(say(phone, "2"), "W05");
	assert_string_equal(say(phone, "YA"), "W11");
}

static int64_t count(const char *table)
{
	char sql[80];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
	return ask_int(&o->p, sql);
}

static void one_phone_registers_no_more_than_its_share(void **state)
{
	char code[REGCODE_LEN + 1];

	(void)state;
	for (int i = 0; i < 3; i++)
		register_open(SHOP, i, i + 1);
	office_code_of(3, code);
	assert_string_equal(say(SHOP, "DAFTAR %s", code), "W44");
	assert_int_equal(count("registration"), 3);
}

static void a_text_repeated_any_number_of_times_has_one_effect(void **state)
{
	char first[TMPL_TEXT_CAP];

	(void)state;
	assert_string_equal(say(SHOP, "MENINGGAL"), "W29");
	strcpy(first, said.reply[0].body);
	for (int i = 0; i < 2; i++) {
		assert_string_equal(say(SHOP, "MENINGGAL"), "W29");
		assert_string_equal(said.reply[0].body, first);
	}
	assert_int_equal(count("duty_case"), 1);
}

static void a_machine_is_never_answered(void **state)
{
	static const char *const senders[] = { "TELKOMSEL", "818", "3636", "168" };

	(void)state;
	for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
		assert_string_equal(say(senders[i], "STATUS"), "-");
		assert_int_equal(said.state, INBOX_IGNORED);
		assert_string_equal(said.intent, "machine");
	}
}

/* A programme in three areas whose batch has none: the worker tells, and the registration holds it.
 */
static void the_area_is_asked_for_when_the_code_has_none(void **state)
{
	int64_t batch;

	(void)state;
	tamper(&o->p, "UPDATE programme SET areas = '3321,3374,99.99'");
	must(store_begin(o->p.s));
	must(store_batch_add(o->p.s, 1, "", false, o->now, o->now + 86400, &batch));
	must(store_code_add(o->p.s, batch, "59104373", NULL));
	must(store_commit(o->p.s));
	assert_string_equal(say(SHOP, "DAFTAR 59104373"), "W02");
	assert_string_equal(say(SHOP, NIK_OF_3 "1"), "W03");
	assert_string_equal(say(SHOP, "NAMA SITI AMINAH"), "W04");
	assert_string_equal(say(SHOP, "2"), "W59");
	assert_non_null(strstr(said.reply[0].body, "11 Kab. Demak 12 Kota Semarang 13 99.99, 10"));
	assert_string_equal(say(SHOP, "2"), "W59"); /* sent twice: no answer to the next question */
	assert_string_equal(say(SHOP, "12"), "W05");
	assert_string_equal(say(SHOP, "YA"), "W11");
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM registration WHERE area = '3374'"), 1);
}

/* Half a NIK looks like a code; what answers the question for a NIK is not kept in clear. */
static void a_nik_in_two_halves_is_masked(void **state)
{
	char code[REGCODE_LEN + 1];

	(void)state;
	office_code_of(5, code);
	assert_string_equal(say(SHOP, "DAFTAR %s", code), "W02");
	assert_string_equal(say(SHOP, "33210241"), "W13");
	assert_string_equal(say(SHOP, "nik saya 0790 0003"), "W13");
	office_code_of(6, code);
	assert_string_equal(say(SHOP, "DAFTAR %s", code), "W02"); /* a code stays readable */
	assert_string_equal(say(SHOP, "BATAL"), "W32");
	assert_string_equal(say(SHOP, "GANTI"), "W25");
	assert_string_equal(say(SHOP, "33210242"), "W13");
	assert_int_equal(ask_int(&o->p, "SELECT count(*) FROM inbox WHERE masked GLOB '*3321024*'"
	                                " OR masked GLOB '*0790*'"),
	        0);
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM inbox WHERE masked GLOB '*[[]NIK]*'"), 3);
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM inbox WHERE masked GLOB 'DAFTAR [0-9]*'"), 2);
}

#define CADRE "+6281200009999"
#define OWN "+6281200008888"

/* A listed worker with a phone of her own is asked there, whoever holds the card. */
static void a_listed_worker_s_own_phone_is_asked(void **state)
{
	const struct cadre_row cadre = { .msisdn = CADRE, .name = "Kader", .area = "3321" };

	(void)state;
	must(store_begin(o->p.s));
	must(store_cadre_add(o->p.s, &cadre));
	office_code(o, 1, "48217739", NIK_OF_3 "1", "Siti Aminah", OWN);
	office_code(o, 1, "59104373", NIK_OF_3 "2", "Slamet Riyadi", "");
	must(store_commit(o->p.s));
	assert_string_equal(say(CADRE, "DAFTAR 48217739"), "W49");
	assert_int_equal(count("worker"), 0);
	assert_int_equal(ask_int(&o->p, "SELECT count(*) FROM outbox WHERE template_id = 'W51'"
	                                " AND msisdn = '" OWN "'"),
	        1);
	assert_string_equal(say(OWN, "YA"), "W01");
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM phone_link WHERE msisdn = '" OWN "'"), 1);
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM consent"), 2); /* the cadre's and hers */
	assert_string_equal(say(CADRE, "DAFTAR 59104373"), "W49");  /* no phone: the cadre's word */
	assert_int_equal(count("worker"), 2);
	assert_int_equal(
	        ask_int(&o->p, "SELECT count(*) FROM outbox WHERE template_id = 'W51'"), 1);
}

static rc_t lapse(struct daemon *d, struct modem *m, void *data)
{
	(void)m, (void)data;
	return other_phones_lapse(d, o->now);
}

static void run_lapse(void)
{
	static const struct tick_input input = { .name = "lapse", .run = lapse };

	tick_add(&o->d, NULL, &input, NULL);
	assert_true(tick_flush(&o->d));
}

static int64_t told(const char *template_id)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM outbox WHERE template_id = '%s'",
	        template_id);
	return ask_int(&o->p, sql);
}

/* Silence is no consent: the place goes on, the cadre is told, by day. */
static void an_enrolment_nobody_consents_to_lapses(void **state)
{
	const struct cadre_row cadre = { .msisdn = CADRE, .name = "Kader", .area = "3321" };

	(void)state;
	must(store_begin(o->p.s));
	must(store_cadre_add(o->p.s, &cadre));
	office_code(o, 1, "48217739", NIK_OF_3 "1", "Siti Aminah", OWN);
	must(store_commit(o->p.s));
	assert_string_equal(say(CADRE, "DAFTAR 48217739"), "W49");
	assert_int_equal(ask_int(&o->p, "SELECT taken FROM pledge"), 1);
	o->now += 13 * 86400;
	run_lapse();
	assert_int_equal(told("W60"), 0);
	o->now = T0 + 15 * 86400 + 10 * 3600; /* T0 is nine in the morning */
	run_lapse();
	assert_int_equal(told("W60"), 0); /* in the evening */
	o->now += 14 * 3600;
	run_lapse();
	run_lapse();
	assert_int_equal(told("W60"), 1);
	assert_int_equal(ask_int(&o->p, "SELECT taken FROM pledge"), 0);
	assert_int_equal(ask_int(&o->p, "SELECT decision FROM registration"), DECISION_WITHDRAWN);
	assert_string_equal(say(OWN, "YA"), "W21"); /* too late */
	assert_int_equal(count("worker"), 0);
}

/* ---- guards ---- */

static void told_again_it_is_the_same_case(void **state)
{
	char first[TMPL_TEXT_CAP];

	(void)state;
	assert_string_equal(say(SHOP, "MENINGGAL"), "W29");
	strcpy(first, said.reply[0].body);
	o->now += 1800; /* no longer a repeated text */
	assert_string_equal(say(SHOP, "STOP"), "W23");
	assert_string_equal(say(SHOP, "bapak wafat"), "W29");
	assert_string_equal(said.reply[0].body, first);
	assert_int_equal(count("duty_case"), 1);
	assert_string_equal(say(SHOP, "KECELAKAAN"), "W30");
	assert_int_equal(count("duty_case"), 2);
	o->now += 86400;
	assert_string_equal(say(SHOP, "bapak wafat"), "W29");
	assert_int_equal(count("duty_case"), 3);
}

static void a_number_has_its_answers_of_the_day(void **state)
{
	(void)state;
	o->conf.limits.replies_per_number_day = 4;
	for (int i = 0; i < 4; i++)
		assert_string_equal(say(SHOP, "STATUS"), "W19");
	assert_string_equal(say(SHOP, "STATUS"), "-");
	assert_int_equal(said.state, INBOX_IGNORED);
	assert_string_equal(said.intent, "reply cap");
	assert_string_equal(say(SHOP, "LAPOR"), "-"); /* a report is no emergency */
	assert_string_equal(say(SHOP, "KLAIM"), "W38");
	assert_string_equal(say(SHOP, "STOP"), "W23");
	assert_string_equal(say("+6281200002222", "STATUS"), "W19");
}

static void a_machine_that_says_the_same_is_left_alone(void **state)
{
	(void)state;
	o->conf.limits.same_text_hour = 3;
	for (int i = 0; i < 3; i++)
		assert_string_equal(say(SHOP, "Terima kasih, pesan Anda kami terima."), "W21");
	for (int i = 0; i < 5; i++) {
		assert_string_equal(say(SHOP, "Terima kasih, pesan Anda kami terima."), "-");
		assert_int_equal(said.state, INBOX_IGNORED);
		assert_string_equal(said.intent, "loop");
	}
	assert_string_equal(say(SHOP, "STATUS"), "-");
	register_open(SHOP, 0, 1); /* who registers is no machine */
	assert_string_equal(say(SHOP, "MENINGGAL"), "W29");
	o->now += 3600;
	assert_string_equal(say(SHOP, "STATUS"), "W16");
}

/* What it sends back is full of keywords; none may count. */
static void a_machine_that_sends_our_words_back_is_left_alone(void **state)
{
	char echo[2 * TMPL_TEXT_CAP] = "BANTU";
	int answers = 0;

	(void)state;
	o->conf.limits.same_text_hour = 3;
	for (int i = 0; i < 20; i++) {
		(void)say(SHOP, "%s", echo);
		answers += (int)said.n;
		if (said.n)
			snprintf(echo, sizeof echo, "Auto: %s", said.reply[0].body);
	}
	assert_int_equal(answers, 4); /* to the question, and to three of its own words */
	assert_string_equal(said.intent, "loop");
	assert_int_equal(count("duty_case"), 0);
	assert_int_equal(ask_int(&o->p, "SELECT reminders_off FROM phone"), 0);
}

/* Well-formed codes nobody was given; i tells them apart. */
static const char *guess(const char *phone, int i)
{
	char code[REGCODE_LEN + 1];

	office_code_of(1000 + i, code);
	return say(phone, "DAFTAR %s", code);
}

static void guesses_are_counted_and_slips_are_not(void **state)
{
	char code[REGCODE_LEN + 1];

	(void)state;
	office_code_of(0, code);
	for (int i = 0; i < 40; i++) { /* every last digit but the right one, again and again */
		int wrong = (code[7] - '0' + 1 + i % 9) % 10;

		assert_string_equal(say(SHOP, "DAFTAR %.7s%d", code, wrong), "W06");
	}
	for (int i = 0; i < 5; i++)
		assert_string_equal(guess(SHOP, i), "W06");
	assert_string_equal(guess(SHOP, 5), "W33");
	assert_string_equal(say(SHOP, "DAFTAR %s", code), "-"); /* the right one tells nothing */
	assert_int_equal(said.state, INBOX_IGNORED);
	assert_string_equal(said.intent, "blocked");
	assert_string_equal(say(SHOP, "STATUS"), "W19");
	o->now += 3600;
	assert_string_equal(say(SHOP, "DAFTAR %s", code), "W02");
}

static void guesses_are_counted_by_day(void **state)
{
	(void)state;
	o->conf.limits.wrong_codes_per_day = 7;
	for (int i = 0; i < 7; i++) {
		assert_string_equal(guess(SHOP, i), "W06");
		o->now += 1800;
	}
	o->now += 3600;
	assert_string_equal(guess(SHOP, 7), "W33");
	assert_non_null(strstr(said.reply[0].body, "setelah 11 jam")); /* it is past one */
	o->now += 11 * 3600;
	assert_string_equal(guess(SHOP, 8), "W06");
}

static int64_t queued(const char *class)
{
	char sql[120];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM outbox WHERE %s", class);
	return ask_int(&o->p, sql);
}

/* Answers to honest people go before those to anybody the guards suspect. */
static void suspects_are_answered_last(void **state)
{
	(void)state;
	assert_string_equal(guess(SHOP, 0), "W06");
	assert_string_equal(say(SHOP, "STATUS"), "W19");
	assert_string_equal(say("+6281200003333", "STATUS"), "W19");
	assert_int_equal(queued("class > 1 AND msisdn = '" SHOP "'"), 2);
	assert_int_equal(queued("class = 1"), 1);
}

static void many_guessers_are_met_with_one_try_each(void **state)
{
	char phone[MSISDN_CAP], code[REGCODE_LEN + 1];

	(void)state;
	o->conf.limits.wrong_codes_all_hour = 20;
	for (int i = 0; i < 20; i++) {
		snprintf(phone, sizeof phone, "+6285700000%03d", i);
		assert_string_equal(guess(phone, i), "W06");
	}
	assert_string_equal(guess(phone, 50), "W33"); /* it has guessed before */
	assert_string_equal(guess(SHOP, 51), "W06");
	assert_string_equal(guess(SHOP, 52), "W33");
	office_code_of(0, code);
	assert_string_equal(say("+6285711111111", "DAFTAR %s", code), "W02"); /* honest, at once */
	o->now += 2 * 3600;
	assert_string_equal(guess(SHOP, 53), "W06");
	assert_string_equal(guess(SHOP, 54), "W06");
}

static void answers_pause_when_all_is_too_much(void **state)
{
	struct duty_row duty = { .msisdn = "+6281300000001", .name = "Pak Agus" };
	char phone[MSISDN_CAP];

	(void)state;
	o->conf.limits.answers_all_hour = 30;
	must(store_begin(o->p.s));
	must(store_duty_add(o->p.s, &duty, o->now));
	must(store_commit(o->p.s));
	for (int i = 0; i < 60; i++) {
		snprintf(phone, sizeof phone, "+6285700000%03d", i);
		assert_string_equal(say(phone, "STATUS"), i < 30 ? "W19" : "-");
		assert_string_equal(said.intent, i < 30 ? "status" : "paused");
	}
	assert_string_equal(say(SHOP, "halo apa ini"), "-");
	assert_string_equal(say(SHOP, "KLAIM"), "W38");
	register_open("+6281200003333", 0, 1);
	assert_string_equal(say("+6281200003333", "STOP"), "W23");
	assert_int_equal(ask_int(&o->p, "SELECT count(*) FROM outbox WHERE template_id = 'D04'"
	                                " AND msisdn = '+6281300000001'"),
	        1);
	o->now += 7200;
	assert_string_equal(say(SHOP, "STATUS"), "W19"); /* by itself */
}

/* Its own limit is the smaller: questions on it wait, those on another line do not. */
static void a_flood_on_one_line_leaves_the_others_alone(void **state)
{
	struct duty_row duty = { .msisdn = "+6281300000001", .name = "Pak Agus" };
	const int64_t flooded = o->modem.line;
	char phone[MSISDN_CAP];

	(void)state;
	o->conf.limits.answers_line_hour = 30;
	o->d.modem[o->d.modems++] = &o->modem;
	strcpy(o->modem.conf.name, "utama");
	must(store_begin(o->p.s));
	must(store_duty_add(o->p.s, &duty, o->now));
	int64_t other = add_line(o->p.s, "510100000000002");
	must(store_commit(o->p.s));
	for (int i = 0; i < 40; i++) {
		snprintf(phone, sizeof phone, "+6285700000%03d", i);
		assert_string_equal(say(phone, "STATUS"), i < 30 ? "W19" : "-");
	}
	assert_string_equal(say(SHOP, "KLAIM"), "W38");
	o->modem.line = other;
	assert_string_equal(say("+6281200003333", "STATUS"), "W19");
	o->modem.line = flooded;
	assert_string_equal(say("+6281200003334", "STATUS"), "-");
	assert_int_equal(told("D09"), 1);
	assert_int_equal(told("D04"), 0);
	o->now += 7200;
	assert_string_equal(say(SHOP, "STATUS"), "W19");
}

#define IN_OFFICE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_OFFICE(one_phone_registers_no_more_than_its_share),
		IN_OFFICE(the_area_is_asked_for_when_the_code_has_none),
		IN_OFFICE(a_nik_in_two_halves_is_masked),
		IN_OFFICE(a_listed_worker_s_own_phone_is_asked),
		IN_OFFICE(an_enrolment_nobody_consents_to_lapses),
		IN_OFFICE(a_flood_on_one_line_leaves_the_others_alone),
		IN_OFFICE(a_text_repeated_any_number_of_times_has_one_effect),
		IN_OFFICE(a_machine_is_never_answered),
		IN_OFFICE(told_again_it_is_the_same_case),
		IN_OFFICE(a_number_has_its_answers_of_the_day),
		IN_OFFICE(a_machine_that_says_the_same_is_left_alone),
		IN_OFFICE(a_machine_that_sends_our_words_back_is_left_alone),
		IN_OFFICE(guesses_are_counted_and_slips_are_not),
		IN_OFFICE(guesses_are_counted_by_day),
		IN_OFFICE(suspects_are_answered_last),
		IN_OFFICE(many_guessers_are_met_with_one_try_each),
		IN_OFFICE(answers_pause_when_all_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
