/* The real payung-modem with libgammu against a scripted modem: the ordinary day. */
#include "modem_fake.c"

/* +628123456789, 2026-07-23 12:00:00 +07:00 */
#define FROM "0C91261832547698"
#define WHEN "62703221000082"
#define HALO "0004" FROM "0000" WHEN "04C830FB0D"
#define HARI "0004" FROM "0000" WHEN "04C8A03409"
#define EMOJI "0004" FROM "0008" WHEN "04D83DDE00"
#define PART_2_OF_3 "0044" FROM "0000" WHEN "08050003AA030282"
#define BINARY "0004" FROM "0004" WHEN "03010203"
/* a user data header that claims 255 octets: anybody can send it */
#define POISON "0044" FROM "0000" WHEN "0AFF00034141414141"
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

static void connect_worker(void)
{
	fake_spawn(&f, (struct frame_setup){ .pin_ok = 1 });
	fake_expect(&f, FRAME_READY);
	fake_settle(&f);
}

static void quit(void)
{
	struct frame q = { .type = FRAME_QUIT };

	fake_send(&f, &q);
	assert_int_equal(fake_wait_exit(&f), 0);
}

static void a_line_that_is_ready_tells_who_it_is(void **state)
{
	const struct frame *r;

	(void)state;
	fake_spawn(&f, (struct frame_setup){ .pin_ok = 1, .imei = "356938035643809" });
	r = fake_expect(&f, FRAME_READY);
	assert_string_equal(r->ready.imei, "356938035643809");
	assert_string_equal(r->ready.imsi, "510100000000001");
	assert_string_equal(r->ready.maker, "Fake");
	assert_string_equal(r->ready.smsc, "+62811000000");
	assert_int_equal(r->ready.can_receive, 1);
	assert_int_equal(r->ready.slots, 20);
	r = fake_expect(&f, FRAME_STATUS);
	assert_int_equal(r->status.signal_dbm, -77);
	assert_int_equal(r->status.registration, FRAME_REG_HOME);
	assert_string_equal(r->status.operator_name, "TELKOMSEL");
	quit();
}

static void a_text_is_read_once_and_deleted_once_after_its_ack(void **state)
{
	const struct frame *in;

	(void)state;
	connect_worker();
	fake_deliver(&f, 3, HALO);
	assert_int_equal(fake_expect(&f, FRAME_READING)->reading.index, 3);
	in = fake_expect(&f, FRAME_INBOX);
	assert_string_equal(in->inbox.text, "Halo");
	assert_string_equal(in->inbox.sender, "+628123456789");
	assert_int_equal(in->inbox.ton, FRAME_TON_INTERNATIONAL);
	assert_int_equal(in->inbox.scts, 1784782800);
	assert_int_equal(in->inbox.scts_zone, 420);
	assert_string_equal(in->inbox.slot.mem, "SM");
	fake_settle(&f);
	assert_int_equal(f.cmgr, 1);
	assert_int_equal(f.cmgd, 0);
	fake_ack(&f, in->inbox.seq);
	fake_until(&f, "AT+CMGD=3", 1);
	fake_settle(&f);
	assert_int_equal(f.cmgr, 1);
	assert_int_equal(f.cmgd, 1);
}

static void a_repeated_notification_changes_nothing(void **state)
{
	(void)state;
	connect_worker();
	fake_deliver(&f, 3, HALO);
	fake_deliver(&f, 3, HALO);
	fake_expect(&f, FRAME_INBOX);
	fake_deliver(&f, 3, HALO);
	fake_settle(&f);
	assert_int_equal(f.cmgr, 1);
	assert_int_equal(fake_frames(&f, FRAME_INBOX), 1);
}

static void a_slot_used_again_is_read_again(void **state)
{
	const struct frame *in;

	(void)state;
	connect_worker();
	fake_deliver(&f, 3, HALO);
	fake_ack(&f, fake_expect(&f, FRAME_INBOX)->inbox.seq);
	fake_until(&f, "AT+CMGD=3", 1);
	fake_deliver(&f, 3, HARI);
	in = fake_expect(&f, FRAME_INBOX);
	assert_string_equal(in->inbox.text, "HARI");
	assert_int_equal(f.cmgd, 1);
}

static void texts_that_came_before_are_found(void **state)
{
	(void)state;
	strcpy(f.slot[0], HALO);
	strcpy(f.slot[19], EMOJI);
	connect_worker();
	assert_int_equal(fake_frames(&f, FRAME_INBOX), 2);
	assert_int_equal(f.cmgr, 2);
	assert_int_equal(f.cmgl, 1);
}

static void emoji_parts_and_binary_data_arrive_as_they_are(void **state)
{
	const struct frame *in;

	(void)state;
	connect_worker();
	fake_deliver(&f, 1, EMOJI);
	assert_string_equal(fake_expect(&f, FRAME_INBOX)->inbox.text, "\xf0\x9f\x98\x80");
	fake_deliver(&f, 2, PART_2_OF_3);
	in = fake_expect(&f, FRAME_INBOX);
	assert_string_equal(in->inbox.text, "A");
	assert_int_equal(in->inbox.ref, 0xaa);
	assert_int_equal(in->inbox.part, 2);
	assert_int_equal(in->inbox.total, 3);
	fake_deliver(&f, 3, BINARY);
	in = fake_expect(&f, FRAME_INBOX);
	assert_string_equal(in->inbox.text, "");
	assert_int_equal(in->inbox.dcs, 4);
}

static void a_dangerous_pdu_is_saved_and_deleted_and_the_rest_goes_on(void **state)
{
	const struct frame *p;
	uint32_t seq;

	(void)state;
	connect_worker();
	fake_deliver(&f, 1, POISON);
	fake_deliver(&f, 2, HALO);
	p = fake_expect(&f, FRAME_POISON);
	assert_int_equal(p->poison.slot.index, 1);
	assert_int_equal(p->poison.pdu_len, strlen(POISON) / 2);
	seq = p->poison.seq;
	fake_expect(&f, FRAME_INBOX);
	assert_int_equal(f.cmgd, 0);
	fake_ack(&f, seq);
	fake_until(&f, "AT+CMGD=1", 1);
}

static void a_slot_to_purge_is_saved_without_being_announced_or_decoded(void **state)
{
	struct frame purge = { .type = FRAME_PURGE, .purge = { "SM", 4 } };
	uint32_t seq;

	(void)state;
	connect_worker();
	strcpy(f.slot[4], HALO);
	fake_send(&f, &purge);
	seq = fake_expect(&f, FRAME_POISON)->poison.seq;
	assert_int_equal(fake_frames(&f, FRAME_READING), 0);
	fake_ack(&f, seq);
	fake_until(&f, "AT+CMGD=4", 1);
}

static void a_segment_is_sent_and_its_report_comes(void **state)
{
	const struct frame *s;

	(void)state;
	f.mr = 7;
	connect_worker();
	fake_send_text(&f, 42, "+628123456789", "Halo");
	assert_int_equal(fake_expect(&f, FRAME_STARTED)->started.id, 42);
	s = fake_expect(&f, FRAME_SENT);
	assert_int_equal(s->sent.outcome, FRAME_SENT_OK);
	assert_int_equal(s->sent.mr, 7);
	/* SMSC, SUBMIT with relative validity and report, reference, number, 1 day, text */
	assert_string_equal(f.sent[0], "07912618010000F0"
	                               "3100" FROM "0000A7"
	                               "04C830FB0D");
	fake_say(&f, "\r\n+CDS: 26\r\n" REPORT_7 "\r\n");
	s = fake_expect(&f, FRAME_REPORT);
	assert_int_equal(s->report.mr, 7);
	assert_int_equal(s->report.status, 0);
	assert_string_equal(s->report.recipient, "+628123456789");
	assert_int_equal(s->report.discharged, 1784782860);
	fake_ack(&f, s->report.seq);
	fake_settle(&f);
	assert_int_equal(f.cnma, 0);
}

static void a_stored_report_is_read_and_deleted_and_an_empty_one_waited_for(void **state)
{
	const struct frame *r;

	(void)state;
	connect_worker();
	fake_say(&f, "\r\n+CDSI: \"SM\",5\r\n");
	fake_until(&f, "AT+CMGR=5", 1);
	assert_int_equal(fake_frames(&f, FRAME_REPORT), 0);
	strcpy(f.slot[5], REPORT_7);
	r = fake_expect(&f, FRAME_REPORT);
	assert_int_equal(r->report.slot.index, 5);
	fake_ack(&f, r->report.seq);
	fake_until(&f, "AT+CMGD=5", 1);
}

static void parts_carry_the_reference_they_were_given(void **state)
{
	struct frame s = { .type = FRAME_SEND,
		.send = { .id = 1, .part = 2, .total = 3, .ref = 0xc5, .validity_min = 60 } };

	(void)state;
	connect_worker();
	strcpy(s.send.msisdn, "1500");
	strcpy(s.send.text, "A");
	fake_send(&f, &s);
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
	assert_string_equal(f.sent[0], "07912618010000F0"
	                               "5100"
	                               "04815100"
	                               "00000B"
	                               "08050003C5030282");
	s.send.coding = FRAME_UCS2;
	strcpy(s.send.text, "\xf0\x9f\x98\x80");
	fake_send(&f, &s);
	assert_int_equal(fake_expect(&f, FRAME_SENT)->sent.outcome, FRAME_SENT_OK);
	assert_string_equal(f.sent[1], "07912618010000F0"
	                               "5100"
	                               "04815100"
	                               "00080B"
	                               "0A050003C50302D83DDE00");
}

static void a_text_that_does_not_fit_is_refused_before_it_starts(void **state)
{
	const struct frame *s;

	(void)state;
	connect_worker();
	fake_send_text(&f, 1, "+628123456789", "\xf0\x9f\x98\x80");
	s = fake_expect(&f, FRAME_SENT);
	assert_int_equal(s->sent.outcome, FRAME_SENT_FAILED);
	assert_int_equal(s->sent.error, FRAME_ERR_LOCAL);
	assert_int_equal(f.cmgs, 0);
	assert_int_equal(fake_frames(&f, FRAME_STARTED), 0);
}

static void an_answer_goes_out_before_its_question_is_deleted(void **state)
{
	uint32_t seq;
	const char *sent, *deleted;

	(void)state;
	connect_worker();
	fake_deliver(&f, 3, HALO);
	seq = fake_expect(&f, FRAME_INBOX)->inbox.seq;
	fake_ack(&f, seq);
	fake_send_text(&f, 1, "+628123456789", "Halo");
	fake_expect(&f, FRAME_SENT);
	fake_until(&f, "AT+CMGD", 1);
	sent = strstr(f.log, "AT+CMGS");
	deleted = strstr(f.log, "AT+CMGD");
	assert_true(sent && deleted && sent < deleted);
}

static void between_two_segments_inbound_is_drained(void **state)
{
	const char *first, *read, *second;

	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "satu");
	fake_send_text(&f, 2, "+628123456789", "dua");
	fake_expect(&f, FRAME_STARTED);
	fake_until(&f, "AT+CMGS", 1);
	fake_deliver(&f, 3, HALO);
	fake_settle(&f);
	assert_int_equal(f.cmgr, 0); /* nothing between AT+CMGS and its answer */
	fake_release_cmgs(&f);
	fake_expect(&f, FRAME_INBOX);
	fake_expect(&f, FRAME_SENT);
	first = strstr(f.log, "AT+CMGS");
	read = strstr(f.log, "AT+CMGR");
	second = strstr(first + 1, "AT+CMGS");
	assert_true(second && read < second);
}

static void ping_is_answered_while_a_segment_is_under_way(void **state)
{
	struct frame ping = { .type = FRAME_PING, .ping.nonce = 77 };

	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "satu");
	fake_until(&f, "AT+CMGS", 1);
	fake_send(&f, &ping);
	while (fake_expect(&f, FRAME_PONG)->pong.nonce != 77)
		;
	assert_int_equal(fake_frames(&f, FRAME_SENT), 0);
}

static void quit_finishes_the_segment_and_starts_no_other(void **state)
{
	struct frame q = { .type = FRAME_QUIT };

	(void)state;
	connect_worker();
	f.hold_cmgs = 1;
	fake_send_text(&f, 1, "+628123456789", "satu");
	fake_send_text(&f, 2, "+628123456789", "dua");
	fake_until(&f, "AT+CMGS", 1);
	fake_send(&f, &q);
	fake_settle(&f);
	fake_release_cmgs(&f);
	assert_int_equal(fake_wait_exit(&f), 0);
	assert_int_equal(fake_frames(&f, FRAME_SENT), 1);
	assert_int_equal(f.cmgs, 1);
}

static unsigned shortened_by(uint32_t pause)
{
	unsigned pauses = 0, shortened = 0;
	const char *text;

	fake_spawn(&f, (struct frame_setup){ .pin_ok = 1, .pause = pause });
	fake_expect(&f, FRAME_READY);
	fake_send_text(&f, 1, "+628123456789", "satu");
	fake_expect(&f, FRAME_SENT);
	quit();
	text = strstr(f.got[f.got_n - 1].log.text, "pauses=");
	assert_non_null(text);
	assert_int_equal(sscanf(text, "pauses=%u shortened=%u", &pauses, &shortened), 2);
	assert_true(pauses >= 3);
	return shortened;
}

static void libgammus_pauses_are_cut_on_a_pty(void **state)
{
	(void)state;
	/* 100 + 500 + 100 ms in one text */
	assert_int_equal(shortened_by(FRAME_PAUSE_AUTO), 3);
}

static void libgammus_pauses_stay_in_safe_mode(void **state)
{
	(void)state;
	assert_int_equal(shortened_by(FRAME_PAUSE_SAFE), 0);
}

static void the_way_in_and_out_is_measured(void **state)
{
	int64_t in[50], out[50], start;

	(void)state;
	connect_worker();
	for (int i = 0; i < 50; i++) {
		uint32_t seq;

		start = fake_now_us();
		fake_deliver(&f, 3, HALO);
		seq = fake_expect(&f, FRAME_INBOX)->inbox.seq;
		in[i] = f.got_us[f.got_seen - 1] - start;
		start = fake_now_us();
		fake_send_text(&f, 1, "+628123456789", "satu");
		fake_expect(&f, FRAME_SENT);
		out[i] = f.command_us - start;
		fake_ack(&f, seq);
		fake_until(&f, "AT+CMGD", (unsigned)i + 1);
		f.got_n = f.got_seen = 0;
	}
	for (int i = 0; i < 50; i++)
		for (int j = i + 1; j < 50; j++) {
			int64_t t;

			if (in[j] < in[i])
				t = in[i], in[i] = in[j], in[j] = t;
			if (out[j] < out[i])
				t = out[i], out[i] = out[j], out[j] = t;
		}
	print_message("median: +CMTI to INBOX %lld us, SEND to AT+CMGS %lld us\n",
	        (long long)in[25], (long long)out[25]);
	assert_int_equal(f.cmgr, 50);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_line_that_is_ready_tells_who_it_is),
		T(a_text_is_read_once_and_deleted_once_after_its_ack),
		T(a_repeated_notification_changes_nothing),
		T(a_slot_used_again_is_read_again),
		T(texts_that_came_before_are_found),
		T(emoji_parts_and_binary_data_arrive_as_they_are),
		T(a_dangerous_pdu_is_saved_and_deleted_and_the_rest_goes_on),
		T(a_slot_to_purge_is_saved_without_being_announced_or_decoded),
		T(a_segment_is_sent_and_its_report_comes),
		T(a_stored_report_is_read_and_deleted_and_an_empty_one_waited_for),
		T(parts_carry_the_reference_they_were_given),
		T(a_text_that_does_not_fit_is_refused_before_it_starts),
		T(an_answer_goes_out_before_its_question_is_deleted),
		T(between_two_segments_inbound_is_drained),
		T(ping_is_answered_while_a_segment_is_under_way),
		T(quit_finishes_the_segment_and_starts_no_other),
		T(libgammus_pauses_are_cut_on_a_pty),
		T(libgammus_pauses_stay_in_safe_mode),
		T(the_way_in_and_out_is_measured),
	};

	return cmocka_run_group_tests_name("modem worker", tests, NULL, NULL);
}
