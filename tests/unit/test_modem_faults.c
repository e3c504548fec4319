/* The real payung-modem with libgammu against a scripted modem that misbehaves: each fault must be
 * told as what it is, cost nothing but itself, and lose no text. */
#include "modem_fake.c"

#define FROM "0C91261832547698"
#define WHEN "62703221000082"
#define HALO "0004" FROM "0000" WHEN "04C830FB0D"
#define HARI "0004" FROM "0000" WHEN "04C8A03409"
#define REPORT_7                            \
	"000607" FROM WHEN "62703221100082" \
	"00"

static struct fake f;

static int set_up(void **state)
{
	(void)state;
	fake_start(&f);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_end(&f);
	return 0;
}

static const struct frame *connect_with(struct frame_setup setup)
{
	const struct frame *ready;

	fake_spawn(&f, setup);
	ready = fake_expect(&f, FRAME_READY);
	fake_settle(&f);
	return ready;
}

static const struct frame *connect_worker(void)
{
	return connect_with((struct frame_setup){ .pin_ok = 1 });
}

static void expect_trouble(struct frame_setup setup, enum frame_trouble kind, int code)
{
	fake_spawn(&f, setup);
	assert_int_equal(fake_expect(&f, FRAME_TROUBLE)->trouble.kind, kind);
	assert_int_equal(fake_wait_exit(&f), code);
}

static void a_mute_modem_is_told_as_mute(void **state)
{
	(void)state;
	f.mute = true;
	expect_trouble((struct frame_setup){ .pin_ok = 1 }, FRAME_TROUBLE_MUTE, 5);
}

static void a_modem_without_echo_is_told_with_the_cure(void **state)
{
	(void)state;
	f.no_echo_ever = true;
	f.echo = false;
	expect_trouble((struct frame_setup){ .pin_ok = 1 }, FRAME_TROUBLE_NO_ECHO, 5);
	assert_non_null(strstr(f.got[f.got_n - 2].trouble.text, "ATE1"));
}

static void echo_that_was_off_is_switched_on(void **state)
{
	(void)state;
	f.echo = false;
	connect_worker();
}

static void a_device_that_is_not_there_is_told(void **state)
{
	(void)state;
	strcpy(f.path, "/dev/ttyUSB-not-here");
	expect_trouble((struct frame_setup){ .pin_ok = 1 }, FRAME_TROUBLE_OPEN, 5);
}

static void another_modem_than_expected_is_left_alone(void **state)
{
	struct frame_setup s = { .pin_ok = 1, .imei = "111111111111111", .pin = "1234" };

	(void)state;
	f.cpin = "SIM PIN";
	expect_trouble(s, FRAME_TROUBLE_WRONG_MODEM, 5);
	assert_int_equal(f.cpin_set, 0);
}

static void a_good_pin_opens_the_sim(void **state)
{
	(void)state;
	f.cpin = "SIM PIN";
	f.good_pin = "4321";
	connect_with((struct frame_setup){ .pin_ok = 1, .pin = "4321" });
	assert_int_equal(f.cpin_set, 1);
}

static void a_refused_pin_is_tried_once(void **state)
{
	(void)state;
	f.cpin = "SIM PIN";
	f.good_pin = "4321";
	expect_trouble(
	        (struct frame_setup){ .pin_ok = 1, .pin = "1111" }, FRAME_TROUBLE_PIN_REFUSED, 5);
	assert_int_equal(f.cpin_set, 1);
}

static void a_pin_refused_before_is_not_tried(void **state)
{
	(void)state;
	f.cpin = "SIM PIN";
	expect_trouble((struct frame_setup){ .pin = "1111" }, FRAME_TROUBLE_PIN_REFUSED, 5);
	assert_int_equal(f.cpin_set, 0);
}

static void no_pin_configured_is_told(void **state)
{
	(void)state;
	f.cpin = "SIM PIN";
	expect_trouble((struct frame_setup){ .pin_ok = 1 }, FRAME_TROUBLE_PIN_NEEDED, 5);
}

static void a_sim_that_wants_its_puk_is_told(void **state)
{
	(void)state;
	f.cpin = "SIM PUK";
	expect_trouble((struct frame_setup){ .pin_ok = 1, .pin = "1111" }, FRAME_TROUBLE_PUK, 5);
	assert_int_equal(f.cpin_set, 0);
}

static void a_busy_sim_is_waited_for_without_a_new_start(void **state)
{
	(void)state;
	f.busy_cpin = 3;
	connect_worker();
	assert_int_equal(fake_count(&f, "AT+CFUN=1"), 1);
}

static void numbers_that_are_none_are_unknown(void **state)
{
	const struct frame *r;

	(void)state;
	f.bare_ok = true;
	r = connect_worker();
	assert_string_equal(r->ready.imei, "");
	assert_string_equal(r->ready.imsi, "");
}

static void a_query_that_fails_leaves_the_others(void **state)
{
	const struct frame *s;

	(void)state;
	f.no_gprs = true;
	fake_spawn(&f, (struct frame_setup){ .pin_ok = 1 });
	s = fake_expect(&f, FRAME_STATUS);
	assert_int_equal(s->status.signal_dbm, -77);
	assert_int_equal(s->status.registration, FRAME_REG_UNKNOWN);
	assert_int_equal(s->status.slots, 20);
}

static void a_send_only_modem_sends(void **state)
{
	(void)state;
	f.no_store = true;
	assert_int_equal(connect_worker()->ready.can_receive, 0);
	fake_send_text(&f, 1, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
	assert_int_equal(f.cmgl, 0);
}

static void a_list_that_fails_is_read_slot_by_slot(void **state)
{
	(void)state;
	f.cmgl_fails = true;
	strcpy(f.slot[0], HALO);
	strcpy(f.slot[17], HARI);
	connect_worker();
	while (fake_frames(&f, FRAME_INBOX) < 2)
		fake_expect(&f, FRAME_INBOX);
	assert_int_equal(f.cmgr, 21);
}

static void notices_fall_back_to_what_the_modem_knows(void **state)
{
	(void)state;
	f.cnmi = "2,1,0,2,0";
	connect_worker();
	fake_deliver(&f, 2, HALO);
	assert_string_equal(fake_expect(&f, FRAME_INBOX)->inbox.text, "Halo");
}

static void without_notices_the_store_is_looked_at(void **state)
{
	(void)state;
	f.no_notices = true;
	connect_worker();
	strcpy(f.slot[2], HALO); /* and not a word */
	assert_string_equal(fake_expect(&f, FRAME_INBOX)->inbox.text, "Halo");
}

static void a_refusal_is_told_with_its_kind_and_number(void **state)
{
	static const struct {
		const char *prompt, *final;
		enum frame_error error;
		int code;
	} rows[] = {
		{ NULL, "+CMS ERROR: 38", FRAME_ERR_CMS, 38 },
		{ NULL, "+CME ERROR: 30", FRAME_ERR_CME, 30 },
		{ "+CMS ERROR: 515", NULL, FRAME_ERR_CMS, 515 },
		{ "+CME ERROR: 14", NULL, FRAME_ERR_CME, 14 },
		{ NULL, "ERROR", FRAME_ERR_CMS, 500 },
	};
	const struct frame *s;

	(void)state;
	connect_worker();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		f.prompt_refusal = rows[i].prompt;
		f.cmgs_refusal = rows[i].final;
		fake_send_text(&f, i, "+628123456789", "Halo");
		s = fake_expect(&f, FRAME_SENT);
		assert_int_equal(s->sent.outcome, FRAME_SENT_FAILED);
		assert_int_equal(s->sent.error, rows[i].error);
		assert_int_equal(s->sent.code, rows[i].code);
	}
	f.prompt_refusal = f.cmgs_refusal = NULL;
	fake_send_text(&f, 9, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
}

static void pdu_mode_is_asked_for_again_and_never_done_without(void **state)
{
	(void)state;
	f.refuse_cmgf = 2;
	connect_worker();
	f.refuse_cmgf = 1; /* libgammu falls back to text mode */
	fake_send_text(&f, 1, "+628123456789", "Halo");
	fake_expect(&f, FRAME_SENT);
	assert_int_equal(fake_expect(&f, FRAME_TROUBLE)->trouble.kind, FRAME_TROUBLE_OTHER);
	assert_int_equal(fake_wait_exit(&f), 5);
}

static void a_modem_without_pdu_mode_is_told(void **state)
{
	(void)state;
	f.refuse_cmgf = 1000;
	expect_trouble((struct frame_setup){ .pin_ok = 1 }, FRAME_TROUBLE_OTHER, 5);
}

static void a_lost_answer_is_unknown_and_the_worker_leaves(void **state)
{
	(void)state;
	f.lose_cmgs = true;
	connect_with((struct frame_setup){ .pin_ok = 1, .send_timeout_s = 1 });
	fake_send_text(&f, 1, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_UNKNOWN);
	assert_int_equal(fake_expect(&f, FRAME_TROUBLE)->trouble.kind, FRAME_TROUBLE_SEND_LOST);
	assert_int_equal(fake_wait_exit(&f), 3);
}

static void a_lost_delete_is_looked_at_again_and_not_repeated_blindly(void **state)
{
	(void)state;
	connect_worker();
	f.lose_cmgd = true;
	fake_deliver(&f, 3, HALO);
	fake_ack(&f, fake_expect(&f, FRAME_INBOX)->inbox.seq);
	fake_until(&f, "AT+CMGD=3", 1);
	strcpy(f.slot[3], HARI); /* the next text takes the slot, its notice gets lost too */
	assert_string_equal(fake_expect(&f, FRAME_INBOX)->inbox.text, "HARI");
	assert_int_equal(f.cmgd, 1);
}

static void a_plug_pulled_ends_the_worker(void **state)
{
	(void)state;
	connect_worker();
	fake_unplug(&f);
	assert_int_equal(fake_expect(&f, FRAME_TROUBLE)->trouble.kind, FRAME_TROUBLE_GONE);
	assert_int_equal(fake_wait_exit(&f), 4);
}

static void a_plug_pulled_in_a_send_leaves_it_unknown(void **state)
{
	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "Halo");
	while (f.editing || f.cmgs == 0 || f.sent[0][0] == '\0')
		serve(&f, 100);
	fake_unplug(&f);
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_UNKNOWN);
	assert_int_equal(fake_wait_exit(&f), 4);
}

static void garbage_from_the_parent_ends_the_worker(void **state)
{
	(void)state;
	connect_worker();
	assert_int_equal(send(f.child.fd, "garbage", 7, MSG_NOSIGNAL), 7);
	assert_int_equal(fake_wait_exit(&f), 2);
}

static void a_parent_that_left_ends_the_worker(void **state)
{
	int status;

	(void)state;
	connect_worker();
	close(f.child.fd);
	f.child.fd = -1;
	assert_int_equal(waitpid(f.child.pid, &status, 0), f.child.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	f.exit_code = 0;
}

static void unsolicited_lines_inside_replies_do_no_harm(void **state)
{
	(void)state;
	f.urc_inside = true;
	connect_worker();
	fake_deliver(&f, 2, HALO);
	assert_string_equal(fake_expect(&f, FRAME_INBOX)->inbox.text, "Halo");
	f.mr = 200;
	fake_send_text(&f, 1, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.mr, 200);
}

static void lines_in_pieces_are_put_together(void **state)
{
	(void)state;
	f.split = true;
	connect_worker();
	fake_deliver(&f, 2, HALO);
	assert_string_equal(fake_expect(&f, FRAME_INBOX)->inbox.text, "Halo");
	fake_send_text(&f, 1, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
}

/* libgammu alone keeps one pending notification and would take the report for a reply */
static void what_arrives_in_a_send_is_not_lost(void **state)
{
	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "Halo");
	fake_until(&f, "AT+CMGS", 1);
	for (unsigned i = 1; i <= 5; i++)
		fake_deliver(&f, i, i % 2 ? HALO : HARI);
	fake_say(&f, "\r\n+CDS: 26\r\n" REPORT_7 "\r\n\r\n^SRVST: 2\r\n+CDSI: \"SM\",9\r\n");
	strcpy(f.slot[9], REPORT_7);
	fake_release_cmgs(&f);
	fake_say(&f, "\r\n^STIN: 1\r\n+CMTI: \"SM\",6\r\n"); /* glued to the result */
	strcpy(f.slot[6], HALO);
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
	fake_until(&f, "AT+CMGR", 7);
	fake_settle(&f);
	assert_int_equal(fake_frames(&f, FRAME_INBOX), 6);
	assert_int_equal(fake_frames(&f, FRAME_REPORT), 2);
	fake_send_text(&f, 2, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
}

static void what_is_glued_to_a_result_is_heard_at_once(void **state)
{
	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "Halo");
	while (f.sent[0][0] == '\0')
		serve(&f, 100);
	fake_say(&f, "\r\n+CMGS: 7\r\n\r\nOK\r\n\r\n+CDS: 26\r\n" REPORT_7 "\r\n");
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.mr, 7);
	assert_int_equal(fake_expect(&f, FRAME_REPORT)->report.mr, 7);
}

/* Such a line overruns a buffer on libgammu's stack when that one handles it. */
static void an_endless_report_line_crashes_nothing(void **state)
{
	static char line[3000];

	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "Halo");
	fake_until(&f, "AT+CMGS", 1);
	memset(line, '0', sizeof line - 1);
	fake_say(&f, "\r\n+CDS: 26\r\n");
	fake_say(&f, line);
	fake_say(&f, "\r\n");
	fake_release_cmgs(&f);
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
}

static void direct_reports_are_confirmed_where_phase_2_plus_asks(void **state)
{
	(void)state;
	f.csms1 = true;
	connect_worker();
	fake_say(&f, "\r\n+CDS: 26\r\n" REPORT_7 "\r\n");
	fake_ack(&f, fake_expect(&f, FRAME_REPORT)->report.seq);
	fake_until(&f, "AT+CNMA", 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_mute_modem_is_told_as_mute),
		T(a_modem_without_echo_is_told_with_the_cure),
		T(echo_that_was_off_is_switched_on),
		T(a_device_that_is_not_there_is_told),
		T(another_modem_than_expected_is_left_alone),
		T(a_good_pin_opens_the_sim),
		T(a_refused_pin_is_tried_once),
		T(a_pin_refused_before_is_not_tried),
		T(no_pin_configured_is_told),
		T(a_sim_that_wants_its_puk_is_told),
		T(a_busy_sim_is_waited_for_without_a_new_start),
		T(numbers_that_are_none_are_unknown),
		T(a_query_that_fails_leaves_the_others),
		T(a_send_only_modem_sends),
		T(a_list_that_fails_is_read_slot_by_slot),
		T(notices_fall_back_to_what_the_modem_knows),
		T(without_notices_the_store_is_looked_at),
		T(a_refusal_is_told_with_its_kind_and_number),
		T(pdu_mode_is_asked_for_again_and_never_done_without),
		T(a_modem_without_pdu_mode_is_told),
		T(a_lost_answer_is_unknown_and_the_worker_leaves),
		T(a_lost_delete_is_looked_at_again_and_not_repeated_blindly),
		T(a_plug_pulled_ends_the_worker),
		T(a_plug_pulled_in_a_send_leaves_it_unknown),
		T(garbage_from_the_parent_ends_the_worker),
		T(a_parent_that_left_ends_the_worker),
		T(unsolicited_lines_inside_replies_do_no_harm),
		T(lines_in_pieces_are_put_together),
		T(what_arrives_in_a_send_is_not_lost),
		T(what_is_glued_to_a_result_is_heard_at_once),
		T(an_endless_report_line_crashes_nothing),
		T(direct_reports_are_confirmed_where_phase_2_plus_asks),
	};

	return cmocka_run_group_tests_name("modem faults", tests, NULL, NULL);
}
