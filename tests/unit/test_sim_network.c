/* The operator behind the simulated modems: texts both ways, reports, SIMs, the flight log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_world.h"

#define SPEC "a,imsi=510100000000001,number=+628110000001"
#define WHO "+628120000002"

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	world_begin(w, SPEC);
	world_ask(w, "ATE0", "OK\r\n");
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

/* Types a SUBMIT (hex without SMSC) at the prompt; `until` comes. */
static void submit(struct world *w, const char *tpdu, const char *until)
{
	char line[512];

	snprintf(line, sizeof line, "AT+CMGS=%zu", strlen(tpdu) / 2);
	world_ask(w, line, "> ");
	w->n = 0;
	snprintf(line, sizeof line, "00%s\x1a", tpdu);
	world_type(w, line);
	if (until)
		world_hears(w, until);
}

/* to WHO, report asked, "hellohello" */
#define HELLO "21000C9126180200002000000AE8329BFD4697D9EC37"

static char *log_text(struct world *w)
{
	static char text[65536];
	FILE *f = fopen(w->log, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

	assert_non_null(f);
	fclose(f);
	text[n] = 0;
	return text;
}

static bool logged(struct world *w, const char *what)
{
	return strstr(log_text(w), what) != NULL;
}

static struct sim_slots *sm(struct world *w)
{
	return &w->m->card->sm;
}

static void text_to_sim_is_stored_and_told(void **state)
{
	struct world *w = *state;

	assert_int_equal(world_sms(w, WHO, "halo", NULL), RC_OK);
	world_settle(w);
	assert_null(strstr(w->got, "+CMTI")); /* nobody asked for it */
	world_ask(w, "AT+CNMI=2,1,0,0", "OK\r\n");
	assert_int_equal(world_sms(w, "name:BANK", "promo", NULL), RC_OK);
	world_hears(w, "\r\n+CMTI: \"SM\",2\r\n");
	set(w, "cmti", "twice");
	assert_int_equal(world_sms(w, WHO, "lagi", NULL), RC_OK);
	world_hears(w, "\r\n+CMTI: \"SM\",3\r\n\r\n+CMTI: \"SM\",3\r\n");
	assert_int_equal(world_sms(w, "bad sender!", "x", NULL), RC_INVALID);
}

static void text_goes_to_the_port_when_routed(void **state)
{
	struct world *w = *state;

	world_ask(w, "AT+CNMI=2,2,0,0", "OK\r\n");
	assert_int_equal(world_sms(w, WHO, "halo", NULL), RC_OK);
	world_hears(w, "\r\n+CMT: ,");
	assert_int_equal(sim_slots_used(sm(w)), 0);
	world_ask(w, "AT+CSMS=1", "OK\r\n");
	assert_int_equal(world_sms(w, WHO, "satu", NULL), RC_OK);
	assert_int_equal(world_sms(w, WHO, "dua", NULL), RC_OK);
	world_settle(w);
	assert_int_equal(w->sim.count[SIM_ROUTED], 2); /* the next waits for +CNMA */
	world_ask(w, "AT+CNMA", "OK\r\n");
	world_hears(w, "+CMT: ,");
	assert_int_equal(w->sim.count[SIM_ROUTED], 3);
	sim_modem_unplug(w->m); /* not acknowledged: the network still has it */
	assert_int_equal(sim_card_waiting(w->m->card), 1);
}

static void indications_wait_in_mode_0(void **state)
{
	struct world *w = *state;

	world_ask(w, "AT+CNMI=0,1", "OK\r\n");
	assert_int_equal(world_sms(w, WHO, "halo", NULL), RC_OK);
	world_settle(w);
	assert_null(strstr(w->got, "+CMTI"));
	world_ask(w, "AT+CNMI=2,1,0,0,0", "+CMTI: \"SM\",1\r\n");
}

static void parts_come_in_the_order_asked(void **state)
{
	struct world *w = *state;
	char text[400];

	memset(text, 'a', sizeof text);
	text[sizeof text - 1] = 0;
	assert_int_equal(world_sms(w, WHO, text, "3,1,1"), RC_OK);
	assert_int_equal(sim_slots_used(sm(w)), 3);
	const int want[] = { 3, 1, 1 };

	for (size_t i = 0; i < 3; i++) {
		const struct sim_pdu *p = &sim_slots_at(sm(w), i + 1)->pdu;
		/* SMSC 7, then type, address 8, PID, DCS, time 7, UDL, UDHL .. part */
		assert_int_equal(p->octet[7 + 1 + 8 + 2 + 7 + 1 + 5], want[i]);
	}
	assert_int_equal(world_sms(w, WHO, text, "4"), RC_INVALID);
	assert_int_equal(world_sms(w, WHO, text, "1,x"), RC_INVALID);
}

static void full_store_waits_for_a_free_slot(void **state)
{
	struct world *w = *state;

	set(w, "slots", "1");
	world_ask(w, "AT+CNMI=2,1,0,0", "OK\r\n");
	assert_int_equal(world_sms(w, WHO, "satu", NULL), RC_OK);
	assert_int_equal(world_sms(w, WHO, "dua", NULL), RC_OK);
	world_ask(w, "AT", "OK\r\n"); /* whenever it is tried again, it is told once */
	assert_int_equal(w->sim.count[SIM_STORED], 1);
	assert_int_equal(w->sim.count[SIM_FULL], 1);
	world_ask(w, "AT+CMGD=1", "OK\r\n\r\n+CMTI: \"SM\",1\r\n");
	assert_int_equal(w->sim.count[SIM_STORED], 2);
	assert_int_equal(w->sim.count[SIM_FULL], 1);
}

static void slots_are_reused_lowest_first_or_in_turn(void **state)
{
	struct world *w = *state;

	assert_int_equal(world_sms(w, WHO, "satu", NULL), RC_OK);
	assert_int_equal(world_sms(w, WHO, "dua", NULL), RC_OK);
	world_ask(w, "AT+CMGD=1", "OK\r\n");
	assert_int_equal(world_sms(w, WHO, "tiga", NULL), RC_OK);
	assert_true(sim_slots_at(sm(w), 1)->used);
	world_ask(w, "AT+CMGD=1", "OK\r\n");
	set(w, "reuse", "rotate");
	sm(w)->next = 2;
	assert_int_equal(world_sms(w, WHO, "empat", NULL), RC_OK);
	assert_false(sim_slots_at(sm(w), 1)->used);
	assert_true(sim_slots_at(sm(w), 3)->used);
}

static void reports_come_as_the_modem_was_asked(void **state)
{
	struct world *w = *state;

	submit(w, HELLO, "+CMGS: 0");
	world_await(w, SIM_DISCARDED, 1);
	world_ask(w, "AT+CNMI=2,1,0,1", "OK\r\n");
	submit(w, HELLO, "+CDS: 2");
	assert_true(strstr(w->got, "+CMGS: 1") < strstr(w->got, "+CDS: "));
	assert_non_null(strstr(w->got, "06010C912618020000"));
	world_ask(w, "AT+CNMI=2,1,0,2", "OK\r\n");
	submit(w, HELLO, "+CDSI: \"SR\",1");
	set(w, "report-store", "SM");
	submit(w, HELLO, "+CDSI: \"SM\",1");
}

static void reports_late_twice_never_failed_or_without_reference(void **state)
{
	struct world *w = *state;

	world_ask(w, "AT+CNMI=2,1,0,1", "OK\r\n");
	set(w, "report", "twice");
	set(w, "report-status", "0x46");
	set(w, "report-mr", "zero");
	set(w, "report-delay", "5");
	w->m->card->mr = 9;
	submit(w, HELLO, "+CMGS: 9");
	world_await(w, SIM_REPORT, 2);
	world_settle(w);
	assert_true(logged(w, "report modem=a id=") && logged(w, " mr=0 st=70"));
	assert_non_null(strstr(w->got, "06000C912618020000"));
	set(w, "report-delay", "3600000");
	submit(w, HELLO, "+CMGS: 10");
	world_await(w, SIM_COMPLETE, 2);
	world_settle(w);
	assert_int_equal(w->sim.count[SIM_REPORT], 2);
	set(w, "report-delay", "0");
	set(w, "report", "never");
	submit(w, HELLO, "+CMGS: 11");
	world_await(w, SIM_COMPLETE, 3);
	world_settle(w);
	assert_int_equal(w->sim.count[SIM_REPORT], 2);
}

static void phone_that_is_off_gets_it_later_and_the_report_waits(void **state)
{
	struct world *w = *state;
	struct sim_phone *p = sim_phone_get(&w->sim, "08120000002");

	sim_phone_switch(&w->sim, p, true);
	submit(w, HELLO, "+CMGS: 0");
	world_settle(w);
	assert_int_equal(p->n, 0);
	assert_int_equal(w->sim.count[SIM_REPORT], 0);
	sim_phone_switch(&w->sim, p, false);
	assert_int_equal(p->n, 1);
	world_await(w, SIM_REPORT, 1);
}

static void validity_that_is_over_is_reported_as_expired(void **state)
{
	struct world *w = *state;

	sim_phone_switch(&w->sim, sim_phone_get(&w->sim, WHO), true);
	/* the same unit, valid until a day of the year 2000 */
	submit(w, "39000C912618020000200000003092516195800AE8329BFD4697D9EC37", "+CMGS: 0");
	world_await(w, SIM_EXPIRED, 1);
	world_await(w, SIM_REPORT, 1);
	assert_true(logged(w, " st=70\n"));
}

static void phone_joins_parts_in_any_order_over_a_split_pair(void **state)
{
	struct world *w = *state;
	struct sim_phone *p = sim_phone_get(&w->sim, WHO);

	/* part 2 first: low half of U+1F600 and "A"; then part 1 ends in the high half */
	submit(w,
	        "41000C9126180200002000080A05000307"
	        "0202DE000041",
	        "+CMGS: 0");
	world_settle(w);
	assert_int_equal(p->n, 0);
	submit(w,
	        "41000C9126180200002000080A05000307"
	        "02010042D83D",
	        "+CMGS: 1");
	world_await(w, SIM_COMPLETE, 1);
	assert_string_equal(p->text[0].text, "B\xf0\x9f\x98\x80"
	                                     "A");
}

static void modems_text_each_other(void **state)
{
	struct world *w = *state;
	const char *why;

	assert_int_equal(sim_modem_add(&w->sim, "b,imsi=510100000000002,number=" WHO, &why), RC_OK);
	submit(w, HELLO, "+CMGS: 0");
	world_await(w, SIM_STORED, 1);
	assert_int_equal(sim_slots_used(&sim_card_find(&w->sim, "b")->sm), 1);
}

static void sim_keeps_its_texts_when_it_moves(void **state)
{
	struct world *w = *state;
	const char *why;

	assert_int_equal(sim_modem_add(&w->sim, "b,imsi=510100000000002", &why), RC_OK);
	assert_int_equal(world_sms(w, WHO, "satu", NULL), RC_OK);
	struct sim_modem *b = sim_modem_find(&w->sim, "b");

	assert_int_equal(sim_modem_card(b, "imsi=510100000000001"), RC_OK);
	assert_null(w->m->card);
	assert_int_equal(w->m->tty.master, -1);
	assert_int_equal(sim_slots_used(&b->card->sm), 1);
	assert_int_equal(sim_modem_card(b, "none"), RC_OK);
	assert_null(b->card);
	assert_int_equal(sim_modem_card(b, "imsi=12"), RC_INVALID);
	assert_int_equal(sim_modem_add(&w->sim, "b", &why), RC_EXISTS);
	assert_int_equal(sim_modem_add(&w->sim, "c,ds=7", &why), RC_INVALID);
	assert_int_equal(sim_modem_add(&w->sim, "../c", &why), RC_INVALID);
}

static void unplugged_in_flight_is_dropped_unless_handed_early(void **state)
{
	struct world *w = *state;

	set(w, "network", "60000");
	submit(w, HELLO, NULL);
	world_await(w, SIM_ACCEPTED, 1);
	assert_true(w->m->flight.active);
	sim_modem_unplug(w->m);
	assert_int_equal(w->sim.count[SIM_DROPPED], 1);
	assert_int_equal(sim_modem_plug(w->m, "elsewhere"), RC_OK);
	close(w->fd);
	world_open_port(w);
	world_ask(w, "ATE0", "OK\r\n");
	set(w, "hand", "early");
	submit(w, HELLO, NULL);
	world_await(w, SIM_HANDED, 1);
	sim_modem_unplug(w->m);
	assert_int_equal(w->sim.count[SIM_DROPPED], 1);
	assert_int_equal(w->sim.count[SIM_LOST], 1);
	world_await(w, SIM_COMPLETE, 1);
}

static void inbound_waits_while_the_modem_is_away(void **state)
{
	struct world *w = *state;

	sim_modem_unplug(w->m);
	assert_int_equal(world_sms(w, WHO, "halo", NULL), RC_OK);
	assert_int_equal(sim_slots_used(sm(w)), 0);
	assert_int_equal(sim_modem_plug(w->m, NULL), RC_OK);
	assert_int_equal(sim_slots_used(sm(w)), 1);
}

static void flight_log_tells_the_life_of_a_text(void **state)
{
	static const char *const steps[] = {
		" accepted modem=a id=2 imsi=510100000000001 mr=0 to=" WHO
		" part=1/1 ref=0 hash=af5d53157d4994b9 text=hellohello\n",
		" handed modem=a id=2 ", " answered modem=a id=2 mr=0\n",
		" received id=2 phone=" WHO, " complete phone=" WHO " n=1 from=+628110000001 "
	};
	struct world *w = *state;
	const char *at;

	submit(w, HELLO, "OK\r\n");
	world_await(w, SIM_COMPLETE, 1);
	at = log_text(w);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		at = strstr(at, steps[i]);
		if (!at)
			fail_msg("%s is not in its place in\n%s", steps[i], log_text(w));
	}
}

static void escapes_survive_both_ways(void **state)
{
	char text[] = "a\nb\\c\td\x01"
	              "e";
	char *line = sim_escape(text);

	(void)state;
	assert_string_equal(line, "a\\nb\\\\c\\td\\x01e");
	sim_unescape(line);
	assert_string_equal(line, text);
	free(line);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(text_to_sim_is_stored_and_told),
		T(text_goes_to_the_port_when_routed),
		T(indications_wait_in_mode_0),
		T(parts_come_in_the_order_asked),
		T(full_store_waits_for_a_free_slot),
		T(slots_are_reused_lowest_first_or_in_turn),
		T(reports_come_as_the_modem_was_asked),
		T(reports_late_twice_never_failed_or_without_reference),
		T(phone_that_is_off_gets_it_later_and_the_report_waits),
		T(validity_that_is_over_is_reported_as_expired),
		T(phone_joins_parts_in_any_order_over_a_split_pair),
		T(modems_text_each_other),
		T(sim_keeps_its_texts_when_it_moves),
		T(unplugged_in_flight_is_dropped_unless_handed_early),
		T(inbound_waits_while_the_modem_is_away),
		T(flight_log_tells_the_life_of_a_text),
		cmocka_unit_test(escapes_survive_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
