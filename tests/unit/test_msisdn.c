/* Phone numbers as people write them and as networks report them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/msisdn.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *in, *out; /* out NULL: refused */
} numbers[] = {
	{ "081234567890", "+6281234567890" },
	{ "6281234567890", "+6281234567890" },
	{ "+6281234567890", "+6281234567890" },
	{ "81234567890", "+6281234567890" },
	{ "+62 812-3456-7890", "+6281234567890" },
	{ "(0812) 3456.7890", "+6281234567890" },
	{ "+62 (0)812 3456 7890", "+6281234567890" },
	{ "  0812\xc2\xa0"
	  "3456\xe2\x80\x93"
	  "7890 ",
	        "+6281234567890" },               /* from a spreadsheet */
	{ "0812345678", "+62812345678" },         /* shortest */
	{ "0812345678901", "+62812345678901" },   /* longest */
	{ "+62849123456789", "+62849123456789" }, /* no such prefix yet */
	{ "081234567", NULL },
	{ "08123456789012", NULL },
	{ "08001234567", NULL }, /* free line */
	{ "0211234567", NULL },  /* fixed line */
	{ "+18123456789", NULL },
	{ "+081234567890", NULL },
	{ "0812345678a", NULL },
	{ "++6281234567890", NULL },
	{ "62+81234567890", NULL },
	{ "0812/3456/7890", NULL },
	{ "", NULL },
	{ "+", NULL },
	{ "175", NULL },
	{ "000000000000000000000000000000000000000081234567890", NULL },
};

static void mobile_numbers_become_e164(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		char out[MSISDN_CAP] = "untouched";
		rc_t rc = msisdn_parse(numbers[i].in, out);

		if ((rc == RC_OK) != (numbers[i].out != NULL))
			fail_msg("'%s': %s", numbers[i].in, rc_text(rc));
		assert_string_equal(out, numbers[i].out ? numbers[i].out : "untouched");
	}
}

static const struct {
	const char *in;
	bool alphanumeric;
	enum sender_kind kind;
	const char *out;
} senders[] = {
	{ "+6281234567890", false, SENDER_MOBILE, "+6281234567890" },
	{ "081234567890", false, SENDER_MOBILE, "+6281234567890" },
	{ "6281234567890", false, SENDER_MOBILE, "+6281234567890" },
	{ "+60123456789", false, SENDER_FOREIGN, "+60123456789" },
	{ "14155550123", false, SENDER_FOREIGN, "+14155550123" },
	{ "+62211234567", false, SENDER_FOREIGN, "+62211234567" },
	{ "0211234567", false, SENDER_FOREIGN, "+62211234567" },
	{ "175", false, SENDER_SHORT, "175" },
	{ "4444", false, SENDER_SHORT, "4444" },
	{ "123456", false, SENDER_SHORT, "123456" },
	{ "1500910", false, SENDER_SHORT, "1500910" },
	{ "98108000", false, SENDER_SHORT, "98108000" },
	{ "08001234567", false, SENDER_SHORT, "08001234567" },
	{ "+628041500", false, SENDER_SHORT, "+628041500" },
	{ "+621500910", false, SENDER_SHORT, "+621500910" },
	{ "Telkomsel", true, SENDER_NAME, "Telkomsel" },
	{ "081234567890", true, SENDER_NAME, "081234567890" }, /* the network says it is a name */
	{ "Telkomsel", false, SENDER_INVALID, "Telkomsel" },
	{ "", false, SENDER_INVALID, "" },
	{ "", true, SENDER_INVALID, "" },
	{ "+1234567890123456", false, SENDER_INVALID, "+1234567890123456" },
};

static void senders_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(senders); i++) {
		char out[MSISDN_CAP];
		enum sender_kind kind = msisdn_sender(senders[i].in, senders[i].alphanumeric, out);

		if (kind != senders[i].kind)
			fail_msg("'%s' is %d", senders[i].in, (int)kind);
		assert_string_equal(out, senders[i].out);
	}
}

static void a_long_sender_is_cut_not_overrun(void **state)
{
	char out[MSISDN_CAP];

	(void)state;
	assert_int_equal(
	        msisdn_sender("a name of more than twenty-three letters", true, out), SENDER_NAME);
	assert_int_equal(strlen(out), MSISDN_CAP - 1);
}

static void numbers_are_shown_as_people_read_them(void **state)
{
	char out[MSISDN_CAP];

	(void)state;
	msisdn_national("+6281234567890", out);
	assert_string_equal(out, "081234567890");
	msisdn_national("+60123456789", out);
	assert_string_equal(out, "+60123456789");
	msisdn_national("175", out);
	assert_string_equal(out, "175");
}

static const struct {
	const char *a, *b;
	bool same;
} pairs[] = {
	{ "+6281234567890", "081234567890", true },
	{ "+6281234567890", "6281234567890", true },
	{ "34567890", "+6281234567890", true },
	{ "+6281234567890", "+6281234567891", false },
	{ "4567890", "4567890", false }, /* too short to tell */
	{ "+6281234567890", "4567890", false },
	{ "Telkomsel", "Telkomsel", false },
	{ "", "", false },
};

static void the_last_eight_digits_make_the_subscriber(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		assert_int_equal(msisdn_same(pairs[i].a, pairs[i].b), pairs[i].same);
		assert_int_equal(msisdn_same(pairs[i].b, pairs[i].a), pairs[i].same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mobile_numbers_become_e164),
		cmocka_unit_test(senders_are_told_apart),
		cmocka_unit_test(a_long_sender_is_cut_not_overrun),
		cmocka_unit_test(numbers_are_shown_as_people_read_them),
		cmocka_unit_test(the_last_eight_digits_make_the_subscriber),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
