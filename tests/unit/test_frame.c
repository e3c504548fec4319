/* The frame codec: what goes in comes out, and nothing that is wrong gets through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frames.h"
#include <stdio.h>
#include <string.h>

static void longest_values_come_back_unchanged(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_TYPES; i++) {
		struct frame f = longest(all_types[i]), back;
		uint8_t buf[FRAME_MAX];
		size_t len = frame_encode(&f, buf, sizeof(buf));

		if (!len)
			fail_msg("%s was not encoded", frame_name(all_types[i]));
		memset(&back, 0xa5, sizeof(back));
		assert_int_equal(frame_decode(buf, len, &back), RC_OK);
		assert_memory_equal(&f, &back, sizeof(f));
	}
}

static void what_a_record_leaves_out_is_zero(void **state)
{
	struct frame f = { .type = FRAME_INBOX }, back;
	uint8_t buf[FRAME_MAX];

	(void)state;
	f.inbox.total = f.inbox.part = 1;
	size_t len = frame_encode(&f, buf, sizeof(buf));

	memset(&back, 0xa5, sizeof(back));
	assert_int_equal(frame_decode(buf, len, &back), RC_OK);
	for (size_t i = 0; i < sizeof(back.inbox.pdu); i++)
		assert_int_equal(back.inbox.pdu[i], 0);
	for (size_t i = 0; i < sizeof(back.inbox.text); i++)
		assert_int_equal(back.inbox.text[i], 0);
}

static void the_wire_form_is_little_endian_and_packed(void **state)
{
	static const uint8_t want[] = { 1, FRAME_STARTED, 12, 0, 8, 7, 6, 5, 4, 3, 2, 1, 3, 0, 0,
		0 };
	struct frame f = { .type = FRAME_STARTED };
	uint8_t buf[64];

	(void)state;
	f.started.id = UINT64_C(0x0102030405060708);
	f.started.part = 3;
	assert_int_equal(frame_encode(&f, buf, sizeof(buf)), sizeof(want));
	assert_memory_equal(buf, want, sizeof(want));
}

static void every_truncation_and_extra_byte_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_TYPES; i++) {
		struct frame f = longest(all_types[i]), back;
		uint8_t buf[FRAME_MAX] = { 0 };
		size_t len = frame_encode(&f, buf, sizeof(buf));

		for (size_t n = 0; n < len; n++) {
			assert_int_equal(frame_decode(buf, n, &back), RC_INVALID);
			if (n < 4)
				continue;
			uint8_t honest[FRAME_MAX]; /* the header admits the cut */

			memcpy(honest, buf, n);
			honest[2] = (uint8_t)(n - 4);
			honest[3] = (uint8_t)((n - 4) >> 8);
			assert_int_equal(frame_decode(honest, n, &back), RC_INVALID);
		}
		assert_int_equal(frame_decode(buf, len + 1, &back), RC_INVALID);
		buf[2] = (uint8_t)(len + 1 - 4);
		buf[3] = (uint8_t)((len + 1 - 4) >> 8);
		assert_int_equal(frame_decode(buf, len + 1, &back), RC_INVALID);
	}
}

/* Whatever one byte becomes, the frame is refused or is one that encodes to the same bytes. */
static void a_changed_byte_never_gives_an_impossible_frame(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x02, 0x10, 0x40, 0x80, 0x7f, 0xff };

	(void)state;
	for (size_t i = 0; i < N_TYPES; i++) {
		struct frame f = longest(all_types[i]), back;
		uint8_t buf[FRAME_MAX], again[FRAME_MAX];
		size_t len = frame_encode(&f, buf, sizeof(buf));

		for (size_t at = 0; at < len * sizeof(flips); at++) {
			uint8_t *b = &buf[at / sizeof(flips)], keep = *b;

			*b ^= flips[at % sizeof(flips)];
			if (frame_decode(buf, len, &back) == RC_OK) {
				assert_int_equal(frame_encode(&back, again, sizeof(again)), len);
				assert_memory_equal(buf, again, len);
			}
			*b = keep;
		}
	}
}

static void a_small_buffer_is_refused_not_overrun(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_TYPES; i++) {
		struct frame f = longest(all_types[i]);
		uint8_t buf[FRAME_MAX];
		size_t len = frame_encode(&f, buf, sizeof(buf));

		assert_in_range(len, 4, FRAME_MAX);
		assert_int_equal(frame_encode(&f, buf, len - 1), 0);
		assert_int_equal(frame_encode(&f, buf, len), len);
	}
}

/* Sets one number of a good frame; the frame must be refused in both directions. */
struct bad_number {
	enum frame_type type;
	size_t at;
	uint32_t value;
};
#define BAD(t, m, v)                                        \
	{                                                   \
		t, offsetof(struct frame, m), (uint32_t)(v) \
	}

static const struct bad_number bad_numbers[] = {
	BAD(FRAME_SETUP, setup.pin_ok, 2),
	BAD(FRAME_SETUP, setup.pause, 3),
	BAD(FRAME_SETUP, setup.send_timeout_s, 0),
	BAD(FRAME_SETUP, setup.scan_every_s, 86401),
	BAD(FRAME_SEND, send.part, 0),
	BAD(FRAME_SEND, send.total, 0),
	BAD(FRAME_SEND, send.total, 9), /* part 10 of 9 */
	BAD(FRAME_SEND, send.total, 11),
	BAD(FRAME_SEND, send.ref, 256),
	BAD(FRAME_SEND, send.coding, 2),
	BAD(FRAME_SEND, send.validity_min, 635041),
	BAD(FRAME_SEND, send.report, 2),
	BAD(FRAME_PURGE, purge.index, 65536),
	BAD(FRAME_READY, ready.can_receive, 2),
	BAD(FRAME_STATUS, status.signal_dbm, 1),
	BAD(FRAME_STATUS, status.signal_dbm, -201),
	BAD(FRAME_STATUS, status.registration, 6),
	BAD(FRAME_STARTED, started.part, 0),
	BAD(FRAME_STARTED, started.part, 11),
	BAD(FRAME_SENT, sent.part, 11),
	BAD(FRAME_SENT, sent.outcome, 3),
	BAD(FRAME_SENT, sent.mr, -2),
	BAD(FRAME_SENT, sent.mr, 256),
	BAD(FRAME_SENT, sent.error, 4),
	BAD(FRAME_SENT, sent.code, -1),
	BAD(FRAME_INBOX, inbox.ton, 7),
	BAD(FRAME_INBOX, inbox.scts_zone, 1441),
	BAD(FRAME_INBOX, inbox.ref, 65536),
	BAD(FRAME_INBOX, inbox.total, 254), /* part 255 of 254 */
	BAD(FRAME_INBOX, inbox.total, 256),
	BAD(FRAME_INBOX, inbox.part, 0),
	BAD(FRAME_INBOX, inbox.dcs, 256),
	BAD(FRAME_INBOX, inbox.pdu_len, FRAME_PDU_MAX + 1),
	BAD(FRAME_REPORT, report.mr, 256),
	BAD(FRAME_REPORT, report.status, 256),
	BAD(FRAME_POISON, poison.pdu_len, FRAME_PDU_MAX + 1),
	BAD(FRAME_TROUBLE, trouble.kind, FRAME_TROUBLE_COUNT),
	BAD(FRAME_LOG, log.level, LOG_LVL_DEBUG + 1),
};

/* Where a 32-bit value lies on the wire: the place where two encodings of it differ. */
static void numbers_out_of_range_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_numbers) / sizeof(bad_numbers[0]); i++) {
		const struct bad_number *b = &bad_numbers[i];
		struct frame f = longest(b->type);
		uint8_t buf[FRAME_MAX];

		memcpy((char *)&f + b->at, &b->value, sizeof(b->value));
		if (frame_encode(&f, buf, sizeof(buf)))
			fail_msg(
			        "%s: value %u at %zu passed", frame_name(b->type), b->value, b->at);
	}
}

/* Every 4-byte window of a frame overwritten with values beyond any range but an opaque one's:
 * what decodes must still satisfy the encoder, so the decoder checks what the encoder checks. */
static void the_decoder_checks_ranges_too(void **state)
{
	static const uint32_t values[] = { 0, 11, 256, 65536, 86401, 0x7fffffff, 0xfffffffe };

	(void)state;
	for (size_t i = 0; i < N_TYPES; i++) {
		struct frame f = longest(all_types[i]), back;
		uint8_t buf[FRAME_MAX], bad[FRAME_MAX], again[FRAME_MAX];
		size_t len = frame_encode(&f, buf, sizeof(buf));

		for (size_t at = 4; at + 4 <= len; at++)
			for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
				memcpy(bad, buf, len);
				for (size_t b = 0; b < 4; b++)
					bad[at + b] = (uint8_t)(values[v] >> (8 * b));
				if (frame_decode(bad, len, &back) == RC_OK)
					assert_int_equal(
					        frame_encode(&back, again, sizeof(again)), len);
			}
	}
}

static void decoded_outcome_beyond_the_enum_is_refused(void **state)
{
	struct frame f = longest(FRAME_SENT), back;
	uint8_t buf[FRAME_MAX];
	size_t len = frame_encode(&f, buf, sizeof(buf));

	(void)state;
	assert_int_equal(frame_decode(buf, len, &back), RC_OK);
	buf[4 + 8 + 4] = FRAME_SENT_UNKNOWN + 1;
	assert_int_equal(frame_decode(buf, len, &back), RC_INVALID);
}

static const struct {
	const char *what, *bytes;
	bool text_ok, name_ok; /* in a text, in a sender's name */
} strings[] = {
	{ "plain", "abc", true, true },
	{ "euro and emoji", "\xe2\x82\xac\xf0\x9f\x98\x80", true, true },
	{ "line break", "a\nb", true, false },
	{ "carriage return", "a\rb", true, false },
	{ "tab", "a\tb", true, false },
	{ "bell", "a\ab", false, false },
	{ "escape", "\x1b[2J", false, false },
	{ "page break", "a\fb", false, false },
	{ "cut character", "a\xe2\x82", false, false },
	{ "overlong", "\xc0\xaf", false, false },
	{ "surrogate", "\xed\xa0\x80", false, false },
	{ "above U+10FFFF", "\xf4\x90\x80\x80", false, false },
	{ "stray continuation", "\x80", false, false },
};

static void strings_are_utf8_without_control_characters(void **state)
{
	uint8_t buf[FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		struct frame f = { .type = FRAME_INBOX };

		f.inbox.total = f.inbox.part = 1;
		strcpy(f.inbox.text, strings[i].bytes);
		if ((frame_encode(&f, buf, sizeof(buf)) > 0) != strings[i].text_ok)
			fail_msg("text: %s", strings[i].what);
		f.inbox.text[0] = '\0';
		strcpy(f.inbox.sender, strings[i].bytes);
		if ((frame_encode(&f, buf, sizeof(buf)) > 0) != strings[i].name_ok)
			fail_msg("sender: %s", strings[i].what);
	}
}

static void a_string_with_a_nul_inside_is_refused(void **state)
{
	struct frame f = { .type = FRAME_TROUBLE }, back;
	uint8_t buf[FRAME_MAX];

	(void)state;
	strcpy(f.trouble.text, "abc");
	size_t len = frame_encode(&f, buf, sizeof(buf));

	assert_int_equal(frame_decode(buf, len, &back), RC_OK);
	buf[len - 2] = 0;
	assert_int_equal(frame_decode(buf, len, &back), RC_INVALID);
}

static void a_string_that_would_fill_its_field_is_refused(void **state)
{
	struct frame f = longest(FRAME_TROUBLE), back;
	uint8_t buf[FRAME_MAX];
	size_t len = frame_encode(&f, buf, sizeof(buf));

	(void)state;
	buf[len] = 't'; /* one byte more, lengths told honestly: no room for the NUL */
	buf[2] = (uint8_t)(len + 1 - 4);
	buf[8] = (uint8_t)sizeof(f.trouble.text);
	assert_int_equal(frame_decode(buf, len + 1, &back), RC_INVALID);
	memset(f.trouble.text, 't', sizeof(f.trouble.text));
	assert_int_equal(frame_encode(&f, buf, sizeof(buf)), 0);
}

static void a_pdu_longer_than_its_field_is_refused(void **state)
{
	struct frame f = longest(FRAME_POISON), back;
	uint8_t buf[FRAME_MAX];
	size_t len = frame_encode(&f, buf, sizeof(buf)), told = len - FRAME_PDU_MAX - 2;

	(void)state;
	assert_int_equal(frame_decode(buf, len, &back), RC_OK);
	buf[len] = 0; /* one byte more, lengths told honestly */
	buf[2] = (uint8_t)(len + 1 - 4);
	buf[3] = (uint8_t)((len + 1 - 4) >> 8);
	buf[told] = (uint8_t)(FRAME_PDU_MAX + 1);
	buf[told + 1] = (uint8_t)((FRAME_PDU_MAX + 1) >> 8);
	assert_int_equal(frame_decode(buf, len + 1, &back), RC_INVALID);
}

static const struct {
	const char *mem;
	bool stored_ok, slot_ok; /* as the slot of a text, as a slot to read or purge */
} mems[] = {
	{ "SM", true, true },
	{ "ME", true, true },
	{ "ABCDEFG", true, true },
	{ "", true, false },
	{ "S", false, false },
	{ "sm", false, false },
	{ "S1", false, false },
	{ "S\"", false, false },
	{ "S ", false, false },
};

static void a_memory_name_is_upper_case_letters(void **state)
{
	uint8_t buf[FRAME_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(mems) / sizeof(mems[0]); i++) {
		struct frame f = longest(FRAME_REPORT);

		memset(f.report.slot.mem, 0, sizeof(f.report.slot.mem));
		strcpy(f.report.slot.mem, mems[i].mem);
		if ((frame_encode(&f, buf, sizeof(buf)) > 0) != mems[i].stored_ok)
			fail_msg("report from '%s'", mems[i].mem);
		f = longest(FRAME_PURGE);
		memset(f.purge.mem, 0, sizeof(f.purge.mem));
		strcpy(f.purge.mem, mems[i].mem);
		if ((frame_encode(&f, buf, sizeof(buf)) > 0) != mems[i].slot_ok)
			fail_msg("purge of '%s'", mems[i].mem);
	}
}

static void other_versions_and_unknown_types_are_refused(void **state)
{
	struct frame f = { .type = FRAME_QUIT }, back;
	uint8_t buf[16];
	size_t len = frame_encode(&f, buf, sizeof(buf));

	(void)state;
	assert_int_equal(len, 4);
	buf[0] = FRAME_VERSION + 1;
	assert_int_equal(frame_decode(buf, len, &back), RC_INVALID);
	buf[0] = FRAME_VERSION;
	for (unsigned type = 0; type < 256; type++) {
		buf[1] = (uint8_t)type;
		assert_int_equal(
		        frame_decode(buf, len, &back), type == FRAME_QUIT ? RC_OK : RC_INVALID);
	}
	f.type = (enum frame_type)20;
	assert_int_equal(frame_encode(&f, buf, sizeof(buf)), 0);
}

static void names_are_there_for_every_type_and_trouble(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_TYPES; i++)
		assert_string_not_equal(frame_name(all_types[i]), "?");
	assert_string_equal(frame_name(FRAME_INBOX), "INBOX");
	assert_string_equal(frame_name((enum frame_type)250), "?");
	for (uint32_t k = 0; k < FRAME_TROUBLE_COUNT; k++)
		assert_string_not_equal(frame_trouble_name(k), "?");
	assert_string_equal(frame_trouble_name(FRAME_TROUBLE_PIN_REFUSED), "pin refused");
	assert_string_equal(frame_trouble_name(FRAME_TROUBLE_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_values_come_back_unchanged),
		cmocka_unit_test(what_a_record_leaves_out_is_zero),
		cmocka_unit_test(the_wire_form_is_little_endian_and_packed),
		cmocka_unit_test(every_truncation_and_extra_byte_is_refused),
		cmocka_unit_test(a_changed_byte_never_gives_an_impossible_frame),
		cmocka_unit_test(a_small_buffer_is_refused_not_overrun),
		cmocka_unit_test(numbers_out_of_range_are_refused),
		cmocka_unit_test(the_decoder_checks_ranges_too),
		cmocka_unit_test(decoded_outcome_beyond_the_enum_is_refused),
		cmocka_unit_test(strings_are_utf8_without_control_characters),
		cmocka_unit_test(a_string_with_a_nul_inside_is_refused),
		cmocka_unit_test(a_string_that_would_fill_its_field_is_refused),
		cmocka_unit_test(a_pdu_longer_than_its_field_is_refused),
		cmocka_unit_test(a_memory_name_is_upper_case_letters),
		cmocka_unit_test(other_versions_and_unknown_types_are_refused),
		cmocka_unit_test(names_are_there_for_every_type_and_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
