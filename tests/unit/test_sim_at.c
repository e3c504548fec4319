/* The simulated modem as a program at its port sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_world.h"
#include <sys/ioctl.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SPEC "a,imsi=510100000000001,imei=350000000000014,number=+628110000001"
/* SUBMIT of "hellohello" to +628120000002, report asked, without SMSC */
#define UNIT "0021000C9126180200002000000AE8329BFD4697D9EC37"

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	world_begin(w, SPEC);
	*state = w;
	return 0;
}

static int end(void **state)
{
	world_end(*state);
	free(*state);
	return 0;
}

static void set(struct world *w, const char *key, const char *value)
{
	assert_int_equal(sim_faults_set(&w->m->faults, key, value), RC_OK);
	sim_modem_apply(w->m);
}

static void rule(struct world *w, const char *command, const char *what, int next, int every)
{
	assert_int_equal(sim_faults_rule(&w->m->faults, command, what, next, every), RC_OK);
}

/* Sends UNIT; returns what came from the prompt on. */
static const char *send_unit(struct world *w, const char *until)
{
	world_ask(w, "AT+CMGS=22", "> ");
	w->n = 0;
	w->got[0] = 0;
	world_type(w, UNIT "\x1a");
	world_hears(w, until);
	return w->got;
}

static void commands_answer_as_specified(void **state)
{
	static const struct {
		const char *command, *answer;
	} rows[] = {
		{ "AT", "\r\nOK\r\n" },
		{ "at+cgmi", "\r\nPayung\r\n\r\nOK\r\n" },
		{ "ATV1E0", "\r\nOK\r\n" },
		{ "AT+CGSN", "\r\n350000000000014\r\n\r\nOK\r\n" },
		{ "AT+CIMI", "\r\n510100000000001\r\n\r\nOK\r\n" },
		{ "noise AT+CSQ", "\r\n+CSQ: 20,99\r\n\r\nOK\r\n" },
		{ "AT+CSQ;+CREG?", "\r\n+CSQ: 20,99\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n" },
		{ "AT+CREG=2;+CREG?", "\r\n+CREG: 2,1,\"0A2B\",\"00C3D4\"\r\n\r\nOK\r\n" },
		{ "AT+COPS=3,2;+COPS?", "\r\n+COPS: 0,2,\"51010\"\r\n\r\nOK\r\n" },
		{ "AT+COPS=3,0;+COPS?", "\r\n+COPS: 0,0,\"TELKOMSEL\"\r\n\r\nOK\r\n" },
		{ "AT+CSCS=\"UCS2\";+CSCA?",
		        "\r\n+CSCA: \"002B0036003200380031003100300030003000300"
		        "030\",145\r\n\r\nOK\r\n" },
		{ "AT+CSCS=\"004900520041\"", "\r\nOK\r\n" },
		{ "AT+CSCA?", "\r\n+CSCA: \"+6281100000\",145\r\n\r\nOK\r\n" },
		{ "AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n" },
		{ "AT+CMGF=?", "\r\n+CMGF: (0)\r\n\r\nOK\r\n" },
		{ "AT+CMGF=1", "\r\n+CMS ERROR: 303\r\n" },
		{ "AT+CPMS=?",
		        "\r\n+CPMS: (\"SM\",\"ME\",\"SR\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")\r\n"
		        "\r\nOK\r\n" },
		{ "AT+CPMS=\"ME\",\"SM\",\"SM\"", "\r\n+CPMS: 0,23,0,20,0,20\r\n\r\nOK\r\n" },
		{ "AT+CPMS?", "\r\n+CPMS: \"ME\",0,23,\"SM\",0,20,\"SM\",0,20\r\n\r\nOK\r\n" },
		{ "AT+CPMS=\"XX\"", "\r\n+CMS ERROR: 302\r\n" },
		{ "AT+CNMI=?", "\r\n+CNMI: (0-2),(0-2),(0,2),(0-2),(0,1)\r\n\r\nOK\r\n" },
		{ "AT+CNMI=2,1,0,3,0", "\r\n+CMS ERROR: 303\r\n" },
		{ "AT+CNMI=2,1,0,1;+CNMI?", "\r\n+CNMI: 2,1,0,1,0\r\n\r\nOK\r\n" },
		{ "AT+CMGR=1", "\r\n+CMS ERROR: 321\r\n" },
		{ "AT+CMGR=99", "\r\n+CMS ERROR: 321\r\n" },
		{ "AT+CMGD=3", "\r\nOK\r\n" },
		{ "AT+CMGD=24", "\r\n+CMS ERROR: 321\r\n" },
		{ "AT+CMGL=4", "\r\nOK\r\n" },
		{ "AT+CNMA", "\r\n+CMS ERROR: 340\r\n" },
		{ "AT+CMGS=3", "\r\n+CMS ERROR: 304\r\n" },
		{ "AT+MODE=2", "\r\nERROR\r\n" },
		{ "AT^CURC=0", "\r\nERROR\r\n" },
		{ "AT+CSQ?", "\r\nERROR\r\n" },
		{ "AT+CSQ!", "\r\nERROR\r\n" },
		{ "AT+CMEE=1;+CSQ?", "\r\n+CME ERROR: 50\r\n" },
		{ "AT+CMEE=2;+CSQ?", "\r\n+CME ERROR: incorrect parameters\r\n" },
		{ "AT+XYZ;+CSQ", "\r\nERROR\r\n" },
		{ "ATD123;", "\r\nNO CARRIER\r\n" },
		{ "ATV0", "0\r" },
	};
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = world_ask(w, rows[i].command, rows[i].answer);

		if (strcmp(got, rows[i].answer) != 0)
			fail_msg("%s: %s", rows[i].command, got);
	}
}

static void echo_is_on_until_told_otherwise(void **state)
{
	struct world *w = *state;

	assert_string_equal(world_ask(w, "AT", "OK\r\n"), "AT\r\r\nOK\r\n");
	assert_string_equal(world_ask(w, "ATE0", "OK\r\n"), "ATE0\r\r\nOK\r\n");
	assert_string_equal(world_ask(w, "AT", "OK\r\n"), "\r\nOK\r\n");
	set(w, "echo", "never");
	world_ask(w, "ATE1", "OK\r\n");
	assert_string_equal(world_ask(w, "AT", "OK\r\n"), "\r\nOK\r\n");
}

static void hostile_lines_do_no_harm(void **state)
{
	struct world *w = *state;
	char line[4000];

	world_ask(w, "ATE0", "OK\r\n");
	memset(line, 'A', sizeof line);
	line[sizeof line - 1] = 0;
	assert_string_equal(world_ask(w, line, "ERROR\r\n"), "\r\nERROR\r\n");
	world_ask(w, "AT+CPMS=\"SM", "OK");
	world_ask(w, "AT+CPMS=,,,,,,,,,,,,,,,,,", "OK");
	world_ask(w, "AT+\"\";;;=?;&", "ERROR");
	world_type(w, "\x1b\r\x01\xff\x80\b\b\b\b\n");
	assert_non_null(strstr(world_ask(w, "AT", "OK\r\n"), "\r\nOK\r\n"));
}

static void pin_three_tries_then_puk(void **state)
{
	struct world *w = *state;

	strcpy(w->m->card->pin, "1234");
	world_ask(w, "ATE0+CMEE=1", "OK\r\n");
	assert_non_null(strstr(world_ask(w, "AT+CPIN?", "OK\r\n"), "SIM PIN"));
	world_ask(w, "AT+CIMI", "+CME ERROR: 11\r\n");
	world_ask(w, "AT+CMGL=4", "+CMS ERROR: 311\r\n");
	world_ask(w, "AT+CREG?", "+CREG: 0,0\r\n");
	world_ask(w, "AT+CPIN=\"0000\"", "+CME ERROR: 16\r\n");
	world_ask(w, "AT+CPIN=\"0001\"", "+CME ERROR: 16\r\n");
	world_ask(w, "AT+CPIN=\"0002\"", "+CME ERROR: 12\r\n");
	assert_non_null(strstr(world_ask(w, "AT+CPIN?", "OK\r\n"), "SIM PUK"));
	world_ask(w, "AT+CPIN=\"1234\"", "+CME ERROR: 50\r\n");
	world_ask(w, "AT+CPIN=\"12345678\",\"4321\"", "OK\r\n");
	world_ask(w, "AT+CIMI", "510100000000001\r\n");
}

static void unlocked_by_the_right_pin_until_power_goes(void **state)
{
	struct world *w = *state;

	strcpy(w->m->card->pin, "1234");
	world_ask(w, "AT+CPIN=\"1234\"", "OK\r\n");
	assert_true(sim_modem_on_air(w->m));
	sim_modem_unplug(w->m);
	close(w->fd);
	assert_int_equal(sim_modem_plug(w->m, "later"), RC_OK);
	world_open_port(w);
	assert_non_null(strstr(world_ask(w, "AT+CPIN?", "OK\r\n"), "SIM PIN"));
}

static void send_gives_the_next_reference_and_wraps(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	w->m->card->mr = 254;
	assert_string_equal(send_unit(w, "OK\r\n"), "\r\n+CMGS: 254\r\n\r\nOK\r\n");
	assert_string_equal(send_unit(w, "OK\r\n"), "\r\n+CMGS: 255\r\n\r\nOK\r\n");
	assert_string_equal(send_unit(w, "OK\r\n"), "\r\n+CMGS: 0\r\n\r\nOK\r\n");
	world_await(w, SIM_COMPLETE, 3);
	struct sim_phone *p = sim_phone_get(&w->sim, "+628120000002");

	assert_int_equal(p->n, 3);
	assert_string_equal(p->text[2].text, "hellohello");
	assert_string_equal(p->text[2].sender, "+628110000001");
}

static void wrong_units_are_refused_and_nothing_goes_out(void **state)
{
	static const char *const bad[] = { UNIT "00", "", "zz", "0", "00", "0100" };
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(bad); i++) {
		char line[128];

		world_ask(w, "AT+CMGS=22", "> ");
		snprintf(line, sizeof line, "%s\x1a", bad[i]);
		world_type(w, line);
		world_hears(w, "+CMS ERROR: 304\r\n");
	}
	assert_int_equal(w->sim.count[SIM_ACCEPTED], 0);
}

static void escape_leaves_the_prompt(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	world_ask(w, "AT+CMGS=22", "> ");
	w->n = 0;
	world_type(w, "0011\x1b");
	world_hears(w, "OK\r\n");
	assert_string_equal(world_ask(w, "AT", "OK\r\n"), "\r\nOK\r\n");
	assert_int_equal(w->sim.count[SIM_ACCEPTED], 0);
}

static void typed_ahead_waits_for_the_network(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	set(w, "network", "30");
	world_ask(w, "AT+CMGS=22", "> ");
	w->n = 0;
	world_type(w, UNIT "\x1a"
	                   "AT+CSQ\r");
	world_hears(w, "+CSQ: 20,99\r\n\r\nOK\r\n");
	assert_string_equal(w->got, "\r\n+CMGS: 0\r\n\r\nOK\r\n\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
}

static void rules_catch_what_they_name(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0+CMEE=1", "OK\r\n");
	rule(w, "CMGS", "cms=38", 1, 1);
	send_unit(w, "+CMS ERROR: 38\r\n");
	send_unit(w, "+CMGS: 1\r\n");
	rule(w, "+CSQ", "cme=14", 0, 2);
	world_ask(w, "AT+CSQ", "OK\r\n");
	world_ask(w, "AT+CSQ", "+CME ERROR: 14\r\n");
	world_ask(w, "AT+CSQ", "OK\r\n");
	world_ask(w, "AT+CSQ", "+CME ERROR: 14\r\n");
	rule(w, "CIMI", "ok", 1, 1);
	assert_string_equal(world_ask(w, "AT+CIMI", "OK\r\n"), "\r\nOK\r\n");
	rule(w, "CIMI", "ignore", 1, 1);
	assert_string_equal(
	        world_ask(w, "AT+CIMI\rAT+CBC", "OK\r\n"), "\r\n+CBC: 0,100\r\n\r\nOK\r\n");
	rule(w, "*", "error", 1, 1);
	world_ask(w, "AT+CBC", "ERROR\r\n");
	rule(w, "CMGS-PROMPT", "cms=500", 1, 1);
	world_ask(w, "AT+CMGS=22", "+CMS ERROR: 500\r\n");
	assert_int_equal(sim_faults_rule(&w->m->faults, "CSQ", "cms=", 1, 1), RC_INVALID);
	assert_int_equal(sim_faults_rule(&w->m->faults, "CSQ", "loses", 1, 1), RC_INVALID);
}

static void lost_answers_hide_what_was_done(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	assert_int_equal(world_sms(w, "+628120000002", "halo", NULL), RC_OK);
	rule(w, "CMGD", "lose", 1, 1);
	assert_string_equal(world_ask(w, "AT+CMGD=1\rAT", "OK\r\n"), "\r\nOK\r\n");
	assert_int_equal(w->sim.count[SIM_DELETED], 1);
	rule(w, "CMGS", "lose", 1, 1);
	world_ask(w, "AT+CMGS=22", "> ");
	w->n = 0;
	world_type(w, UNIT "\x1a"
	                   "AT\r");
	world_hears(w, "OK\r\n");
	assert_string_equal(w->got, "\r\nOK\r\n");
	world_await(w, SIM_COMPLETE, 1);
	assert_int_equal(w->sim.count[SIM_LOST], 1);
	assert_int_equal(w->sim.count[SIM_ANSWERED], 0);
}

static void line_faults(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	set(w, "urc-in-reply", "inside");
	assert_string_equal(world_ask(w, "AT+CPMS?", "OK\r\n"),
	        "\r\n+CPMS: \"SM\",0,20,\"SM\",0,20,\"SM\",0,20\r\n\r\n^RSSI: 18\r\n\r\nOK\r\n");
	set(w, "urc-text", "+CREG: 1");
	set(w, "urc-in-reply", "between");
	assert_string_equal(
	        world_ask(w, "AT+CSQ", "OK\r\n"), "\r\n+CSQ: 20,99\r\n\r\n+CREG: 1\r\n\r\nOK\r\n");
	set(w, "urc-in-reply", "off");
	set(w, "split", "on");
	assert_string_equal(world_ask(w, "AT+CSQ", "OK\r\n"), "\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
	set(w, "split", "off");
	set(w, "glue", "5");
	world_type(w, "AT+CSQ\rAT+CBC\r");
	w->n = 0;
	world_hears(w, "+CBC: 0,100\r\n\r\nOK\r\n");
	set(w, "glue", "0");
	set(w, "garbage", "8");
	const char *got = world_ask(w, "AT", "\r\nOK\r\n");

	assert_int_equal(strlen(got), 8 + strlen("\r\nOK\r\n"));
	set(w, "garbage", "0");
	set(w, "drop", "3");
	assert_string_equal(world_ask(w, "AT", "K\r\n"), "K\r\n");
	set(w, "mute", "on");
	world_type(w, "AT+CSQ\r");
	while (strcmp(w->m->last, "AT+CSQ") != 0)
		world_turn(w, "the muted command to arrive");
	set(w, "mute", "off");
	assert_string_equal(world_ask(w, "AT+CBC", "OK\r\n"), "\r\n+CBC: 0,100\r\n\r\nOK\r\n");
}

static void abilities(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	set(w, "gprs", "off");
	world_ask(w, "AT+CGATT?", "\r\nERROR\r\n");
	set(w, "send-only", "on");
	world_ask(w, "AT+CPMS=?", "+CMS ERROR: 303\r\n");
	world_ask(w, "AT+CNMI=2,1", "+CMS ERROR: 303\r\n");
	send_unit(w, "+CMGS: 0\r\n\r\nOK\r\n");
	set(w, "cmgs-mr", "off");
	assert_string_equal(send_unit(w, "OK\r\n"), "\r\nOK\r\n");
	set(w, "registration", "2");
	send_unit(w, "+CMS ERROR: 331\r\n");
	set(w, "send-only", "off");
	set(w, "cb", "off");
	set(w, "ds", "1");
	world_ask(w, "AT+CNMI=?", "+CNMI: (0-2),(0-2),(0),(0,1),(0,1)\r\n");
}

static void busy_sim_is_told_by_both_codes_and_clears(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0+CMEE=1", "OK\r\n");
	set(w, "cfun-busy", "20");
	world_ask(w, "AT+CFUN=1", "OK\r\n");
	world_ask(w, "AT+CIMI", "+CME ERROR: 14\r\n");
	world_ask(w, "AT+CPMS?", "+CMS ERROR: 515\r\n");
	assert_int_equal(world_sms(w, "+628120000002", "halo", NULL), RC_OK);
	assert_int_equal(w->sim.count[SIM_STORED], 0);
	world_await(w, SIM_STORED, 1);
	world_ask(w, "AT+CIMI", "510100000000001\r\n");
}

static void reading_marks_as_read_and_listing_is_one_block(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	assert_int_equal(world_sms(w, "+628120000002", "satu", NULL), RC_OK);
	assert_int_equal(world_sms(w, "+628120000002", "dua", NULL), RC_OK);
	assert_true(strncmp(world_ask(w, "AT+CMGR=2", "OK\r\n"), "\r\n+CMGR: 0,,", 11) == 0);
	assert_true(strncmp(world_ask(w, "AT+CMGR=2", "OK\r\n"), "\r\n+CMGR: 1,,", 11) == 0);
	world_ask(w, "AT+CMGL", "OK\r\n");
	assert_non_null(strstr(w->got, "+CMGL: 1,0,,"));
	assert_null(strstr(w->got, "+CMGL: 2"));
	world_ask(w, "AT+CMGL=4", "OK\r\n");
	assert_non_null(strstr(w->got, "\r\n+CMGL: 2,1,,"));
	assert_null(strstr(w->got, "\r\n\r\n+CMGL"));
	world_ask(w, "AT+CMGD=1,1", "OK\r\n");
	assert_int_equal(sim_slots_used(&w->m->card->sm), 0);
}

static void restart_command_takes_the_port_away_and_brings_it_back(void **state)
{
	struct world *w = *state;
	char byte;

	set(w, "boot-time", "10");
	world_ask(w, "AT+CFUN=1,1", "OK\r\n");
	world_await(w, SIM_UNPLUGGED, 1);
	assert_int_equal(read(w->fd, &byte, 1), 0);
	close(w->fd);
	world_await(w, SIM_PLUGGED, 2);
	world_open_port(w);
	world_ask(w, "AT", "OK\r\n");
}

/* Asks as a program that has just opened the port: all that it hears is the answer. */
static void hears_nothing_stale(struct world *w)
{
	w->n = 0;
	world_open_port(w);
	world_type(w, "AT+CBC\r");
	world_hears(w, "+CBC: 0,100\r\n\r\nOK\r\n");
	assert_string_equal(w->got, "\r\n+CBC: 0,100\r\n\r\nOK\r\n");
}

static void stale_answers_do_not_reach_the_next_program(void **state)
{
	struct world *w = *state;

	world_ask(w, "ATE0", "OK\r\n");
	world_type(w, "AT+CGMM\r"); /* answered, but never read */
	while (strcmp(w->m->last, "AT+CGMM") != 0)
		world_turn(w, "the command to arrive");
	close(w->fd);
	world_await(w, SIM_CLOSED, 1);
	hears_nothing_stale(w);
	set(w, "latency", "20");
	world_type(w, "AT+CGMI\r"); /* answered while nobody is there */
	while (w->m->port != SIM_PORT_LATENCY)
		world_turn(w, "the command to arrive");
	close(w->fd);
	while (w->m->port == SIM_PORT_LATENCY)
		world_turn(w, "the command to be done");
	set(w, "latency", "0");
	hears_nothing_stale(w);
}

/* Root may open an exclusive port all the same: here the mark itself is asked for. */
static void exclusive_ports_end_with_their_owner(void **state)
{
	struct world *w = *state;
	int first = w->fd, is = 0;

	world_open_port(w);
	assert_int_equal(ioctl(w->fd, TIOCEXCL), 0);
	close(first);
	world_settle(w);
	assert_int_equal(ioctl(w->fd, TIOCGEXCL, &is), 0);
	assert_true(is);
	close(w->fd);
	world_await(w, SIM_CLOSED, 1);
	world_open_port(w);
	assert_int_equal(ioctl(w->fd, TIOCGEXCL, &is), 0);
	assert_false(is);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(commands_answer_as_specified),
		T(echo_is_on_until_told_otherwise),
		T(hostile_lines_do_no_harm),
		T(pin_three_tries_then_puk),
		T(unlocked_by_the_right_pin_until_power_goes),
		T(send_gives_the_next_reference_and_wraps),
		T(wrong_units_are_refused_and_nothing_goes_out),
		T(escape_leaves_the_prompt),
		T(typed_ahead_waits_for_the_network),
		T(rules_catch_what_they_name),
		T(lost_answers_hide_what_was_done),
		T(line_faults),
		T(abilities),
		T(busy_sim_is_told_by_both_codes_and_clears),
		T(reading_marks_as_read_and_listing_is_one_block),
		T(restart_command_takes_the_port_away_and_brings_it_back),
		T(stale_answers_do_not_reach_the_next_program),
		T(exclusive_ports_end_with_their_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
