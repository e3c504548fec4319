#include "../../gateway/modem/at_lines.c"
#include "../../gateway/modem/slots.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
/* must come last */
#include <cmocka.h>

/* Feeds s and writes the kinds of its lines as letters. */
static const char *kinds(const char *s, size_t n, const char *expect)
{
	static const char letter[] = "t>OECSidmrMRc.";
	static char out[64];
	static struct at_lines l;
	struct at_info info;
	size_t k = 0;

	memset(&l, 0, sizeof l);
	for (size_t i = 0; i < n; i++)
		if (at_lines_feed(&l, (uint8_t)s[i]) && k + 1 < sizeof out)
			out[k++] = letter[at_lines_kind(&l, expect, &info)];
	out[k] = '\0';
	return out;
}

static void lines_are_what_they_are_however_they_come(void **state)
{
	static const struct {
		const char *in, *expect, *kinds;
	} rows[] = {
		{ "AT\r\r\nOK\r\n", NULL, "tO" },
		{ "OK\n", NULL, "O" },
		{ "OK\r", NULL, "O" },
		{ "\r\nERROR\r\n", NULL, "E" },
		{ "\r\n+CME ERROR: 14\r\n\r\n+CMS ERROR: 515\r\n", NULL, "CS" },
		{ "\r\n+CMS ERROR: SIM busy\r\n", NULL, "S" },
		{ "AT+CMGS=20\r\r\n> 0011\x1a\r\n+CMGS: 7\r\n\r\nOK\r\n", "+CMGS:", "t>ttO" },
		/* unsolicited in the middle of a reply */
		{ "AT+CSQ\r\r\n+CMTI: \"SM\",3\r\n+CSQ: 1,99\r\n^RSSI:3\r\nOK\r\n",
		        "+CSQ:", "tit.O" },
		{ "+CREG: 0,1\r\nOK\r\n", "+CREG:", "tO" },
		{ "+CREG: 1\r\n", "+CSQ:", "." },
		{ "+CDSI: \"SR\",1\r\n", NULL, "d" },
		{ "+CMTI: SM,12\r\n", NULL, "i" },
		{ "RING\r\n\r\n+CLIP: \"+62812345678\",145,,,,0\r\nNO CARRIER\r\n", NULL, ".c." },
		{ "+CRING: VOICE\r\n+CLIP: \"\",128,,,,1\r\n", NULL, ".." },
		/* damaged notifications are no slots */
		{ "+CMTI: \"SM\"\r\n+CMTI: \"SM\",x\r\n+CMTI: \"S;M\",1\r\n", NULL, "..." },
		{ "+CMTI: \"SM\",70000\r\n+CMTI: \"SM\",99999999999\r\n", NULL, ".." },
		/* the line after +CDS and +CMT belongs to it, if it is hex */
		{ "+CDS: 25\r\n0006AB\r\n+CMT: ,24\r\n0004\r\n", NULL, "rRmM" },
		{ "+CDS: 25\r\nOK\r\n0006\r\n", NULL, "rOt" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(
		        kinds(rows[i].in, strlen(rows[i].in), rows[i].expect), rows[i].kinds);
	assert_string_equal(kinds("\x1b\0RING\r\n", 8, NULL), ".");
}

static void callers_are_read_as_modems_write_them(void **state)
{
	static const struct {
		const char *line, *caller; /* "": none */
	} rows[] = {
		{ "+CLIP: \"+6281234567890\",145,\"\",,\"\",0", "+6281234567890" },
		{ "+CLIP: \"6281234567890\",145", "+6281234567890" },
		{ "+CLIP:\"081234567890\",129,,,,0", "081234567890" },
		{ "+CLIP: 81234567890,161,\"\",0,\"IBU, SITI\"", "81234567890" },
		{ "+CLIP: \"081234567890\"", "081234567890" },
		{ "+CLIP: \"002B00360032003800310032\",145", "+62812" },
		{ "+CLIP: \"002b00360032003800310032\",145", "+62812" },
		{ "+CLIP: \"003000380031003200330034\",129", "081234" },
		{ "+CLIP: \"+62 812-3456-7890\",145", "+6281234567890" },
		{ "+CLIP: \"\",128,\"\",,\"\",1", "" },
		{ "+CLIP: \"ANONYM\",128", "" },
		{ "+CLIP: \"12\",129", "" },
		{ "+CLIP: \"+\",145", "" },
		{ "+CLIP: \"+62812x4567\",145", "" },
		{ "+CLIP: \"123456789012345678901\",145", "" },
		{ "+CLIP:", "" },
		{ "+CLIP", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		static struct at_lines l;
		struct at_info info;

		memset(&l, 0, sizeof l);
		for (const char *p = rows[i].line; *p; p++)
			assert_false(at_lines_feed(&l, (uint8_t)*p));
		assert_true(at_lines_feed(&l, '\r'));
		assert_int_equal(
		        at_lines_kind(&l, NULL, &info) == AT_CLIP, *rows[i].caller != '\0');
		assert_string_equal(info.caller, rows[i].caller);
	}
}

static void a_line_too_long_is_cut_and_the_next_is_whole(void **state)
{
	static struct at_lines l;
	struct at_info info;

	(void)state;
	memset(&l, 0, sizeof l);
	for (size_t i = 0; i < 3 * AT_LINE_MAX; i++)
		assert_false(at_lines_feed(&l, 'A'));
	assert_true(at_lines_feed(&l, '\r'));
	assert_true(l.cut);
	assert_int_equal(strlen(l.buf), AT_LINE_MAX - 1);
	for (const char *p = "\nOK"; *p; p++)
		assert_false(at_lines_feed(&l, (uint8_t)*p));
	assert_true(at_lines_feed(&l, '\r'));
	assert_false(l.cut);
	assert_int_equal(at_lines_kind(&l, NULL, &info), AT_OK);
}

static void fields_are_found_between_commas_and_quotes(void **state)
{
	const char *line = "+COPS: 0,0,\"A, B\",7,";
	char out[8];
	int n = -1;

	(void)state;
	assert_true(at_field(line, 2, out, sizeof out));
	assert_string_equal(out, "A, B");
	assert_true(at_number(line, 3, &n));
	assert_int_equal(n, 7);
	assert_true(at_field(line, 4, out, sizeof out));
	assert_string_equal(out, "");
	assert_false(at_field(line, 5, out, sizeof out));
	assert_false(at_field(line, 2, out, 4));
	assert_false(at_field("no colon", 0, out, sizeof out));
	assert_false(at_number("+X: -1", 0, &n));
	assert_false(at_number("+X: 4294967296", 0, &n));
}

static const struct frame_slot three = { "SM", 3 }, four = { "SM", 4 };

static void a_slot_in_hand_is_not_read_twice(void **state)
{
	static struct slots s;
	struct slot *e;

	(void)state;
	memset(&s, 0, sizeof s);
	e = slots_note(&s, &three, 10);
	assert_ptr_equal(slots_to_read(&s, 10), e);
	slot_hold(e, 1, 99);
	assert_null(slots_to_read(&s, 10));
	assert_null(slots_note(&s, &three, 11));
	assert_null(slots_seen(&s, &three, 99, 11));
	assert_ptr_equal(slots_ack(&s, 1, 30), e);
	assert_null(slots_ack(&s, 1, 30)); /* a second time means nothing */
	assert_null(slots_note(&s, &three, 12));
	assert_null(slots_to_delete(&s, 29));
	assert_ptr_equal(slots_to_delete(&s, 30), e);
}

static void another_pdu_in_a_held_slot_is_a_new_message(void **state)
{
	static struct slots s;
	struct slot *e;

	(void)state;
	memset(&s, 0, sizeof s);
	e = slots_note(&s, &three, 10);
	slot_hold(e, 1, 99);
	assert_ptr_equal(slots_seen(&s, &three, 98, 11), e);
	assert_ptr_equal(slots_to_read(&s, 11), e);
	/* the old number deletes nothing any more */
	assert_null(slots_ack(&s, 1, 12));
	assert_null(slots_to_delete(&s, 100));
}

static void the_oldest_is_read_first_and_retries_end(void **state)
{
	static struct slots s;
	struct slot *a, *b;

	(void)state;
	memset(&s, 0, sizeof s);
	a = slots_note(&s, &three, 10);
	b = slots_note(&s, &four, 9);
	assert_ptr_equal(slots_to_read(&s, 20), b);
	assert_true(slot_retry(b, 50, 2));
	assert_ptr_equal(slots_to_read(&s, 20), a);
	slot_free(a);
	assert_int_equal(slots_next_due(&s), 50);
	assert_false(slot_retry(b, 90, 2));
	assert_int_equal(slots_next_due(&s), INT64_MAX);
}

static void a_full_table_ignores_and_forgets_nothing(void **state)
{
	static struct slots s;

	(void)state;
	memset(&s, 0, sizeof s);
	for (uint32_t i = 0; i < SLOTS_MAX; i++) {
		struct frame_slot at = { "SM", i };

		assert_non_null(slots_note(&s, &at, 1));
	}
	assert_null(slots_note(&s, &(struct frame_slot){ "ME", 1 }, 1));
	slot_free(&s.slot[7]);
	assert_ptr_equal(slots_note(&s, &(struct frame_slot){ "ME", 1 }, 1), &s.slot[7]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_what_they_are_however_they_come),
		cmocka_unit_test(callers_are_read_as_modems_write_them),
		cmocka_unit_test(a_line_too_long_is_cut_and_the_next_is_whole),
		cmocka_unit_test(fields_are_found_between_commas_and_quotes),
		cmocka_unit_test(a_slot_in_hand_is_not_read_twice),
		cmocka_unit_test(another_pdu_in_a_held_slot_is_a_new_message),
		cmocka_unit_test(the_oldest_is_read_first_and_retries_end),
		cmocka_unit_test(a_full_table_ignores_and_forgets_nothing),
	};

	return cmocka_run_group_tests_name("modem lines", tests, NULL, NULL);
}
