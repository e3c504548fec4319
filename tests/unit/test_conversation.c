/* What the flow around the conversation adds to its rules: which facts are loaded, what a repeated
 * text does, and the guards against those who text too much. */
#include "daemon_fixture.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		        one_phone_registers_no_more_than_its_share, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		        a_text_repeated_any_number_of_times_has_one_effect, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_machine_is_never_answered, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
