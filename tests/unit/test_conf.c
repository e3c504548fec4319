#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <payung/conf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each piece is one line, so that rows below can tell the line of a fault at the end. */
#define PATHS "store=\"s.db\"\nkey_file=\"k\"\ntemplates=\"t\"\ncontrol=\"c\"\n"
#define SERVICE "service { name=\"Payung\" helpdesk=\"0800 1\" }\n"
#define GOOD PATHS SERVICE /* 5 lines: a fault behind it is on line 6 */

static char folder[64], file[128];
static char err[CONF_ERR_CAP];

static rc_t load_bytes(const char *text, size_t len, mode_t mode, struct conf **c)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(file, mode), 0);
	return conf_load(file, c, err);
}

static rc_t load(const char *text, struct conf **c)
{
	return load_bytes(text, strlen(text), 0640, c);
}

static struct conf *load_good(const char *text)
{
	struct conf *c = NULL;

	if (load(text, &c) != RC_OK)
		fail_msg("refused: %s", err);
	return c;
}

static void test_defaults_are_those_of_the_table(void **state)
{
	struct conf *c = load_good(GOOD);

	(void)state;
	assert_int_equal(c->log_level, LOG_LVL_INFO);
	assert_int_equal(c->zone, ZONE_WIB);
	assert_false(c->clock_must_sync);
	assert_string_equal(c->service.official, "175");
	assert_string_equal(c->simulator, "");
	assert_int_equal(c->limits.per_sim_hour, 200);
	assert_int_equal(c->limits.all_day, 15000);
	assert_int_equal(c->limits.max_segments_manual, 3);
	assert_int_equal(c->limits.retry_cap_s, 3600);
	assert_int_equal(c->limits.age_max_new, 64);
	assert_int_equal(c->modem_count, 0);
	assert_int_equal(c->reminders.when[0].first, -30);
	assert_int_equal(c->reminders.window.from, 8 * 60);
	assert_true(c->reminders.evening.off);
	assert_int_equal(c->reminders.notices.to, 20 * 60);
	assert_int_equal(c->reminders.unsolicited_per_day, 1);
	assert_string_equal(c->reminders.holidays, "");
	conf_free(c);
}

static void test_reminders_are_spans_and_windows(void **state)
{
	struct conf *c = load_good(GOOD "reminders { self_first = \"-20..-9\" lapsed = off "
	                                "window = \"22:00-05:30\" evening = \"17:00-19:30\" "
	                                "notices = off number_check_days = 0 "
	                                "holidays = \"/etc/h.csv\" }\n");

	(void)state;
	assert_int_equal(c->reminders.when[0].first, -20);
	assert_int_equal(c->reminders.when[0].last, -9);
	assert_false(c->reminders.when[0].off);
	assert_true(c->reminders.when[5].off);
	assert_int_equal(c->reminders.window.from, 22 * 60);
	assert_int_equal(c->reminders.window.to, 5 * 60 + 30);
	assert_false(c->reminders.evening.off);
	assert_true(c->reminders.notices.off);
	assert_int_equal(c->reminders.number_check_days, 0);
	assert_string_equal(c->reminders.holidays, "/etc/h.csv");
	conf_free(c);
}

static void test_values_are_read_into_their_places(void **state)
{
	struct conf *c = load_good("log_level = debug // a comment\n"
	                           "zone = \"WIT\" # another\n"
	                           "clock_must_sync = yes\n/* and\none more */\n" PATHS
	                           "simulator='sim.sock'\nworker=\"/w\"\n" SERVICE
	                           "limits { retry_max = 0 age_min=18 per_sim_hour = 77 }\n"
	                           "modem \"a\" { device=\"/dev/ttyUSB0\" pin=\"0123\" "
	                           "imei=\"356938035643809\" pause=safe operator=\"Telkomsel\" "
	                           "number=\"0811\" connection=at115200 }\n"
	                           "modem b-2 { device=\"by-id/*if00\" pause=fast }\n");

	(void)state;
	assert_int_equal(c->log_level, LOG_LVL_DEBUG);
	assert_int_equal(c->zone, ZONE_WIT);
	assert_true(c->clock_must_sync);
	assert_string_equal(c->worker, "/w");
	assert_string_equal(c->service.name, "Payung");
	assert_string_equal(c->service.helpdesk, "0800 1");
	assert_int_equal(c->limits.retry_max, 0);
	assert_int_equal(c->limits.age_min, 18);
	assert_int_equal(c->limits.per_sim_hour, 77);
	assert_int_equal(c->modem_count, 2);
	assert_string_equal(c->modem[0].name, "a");
	assert_string_equal(c->modem[0].device, "/dev/ttyUSB0");
	assert_string_equal(c->modem[0].pin, "0123");
	assert_string_equal(c->modem[0].imei, "356938035643809");
	assert_int_equal(c->modem[0].pause, CONF_PAUSE_SAFE);
	assert_string_equal(c->modem[0].operator_name, "Telkomsel");
	assert_string_equal(c->modem[0].number, "0811");
	assert_string_equal(c->modem[0].connection, "at115200");
	assert_int_equal(c->modem[0].line, 14);
	assert_string_equal(c->modem[1].name, "b-2");
	assert_string_equal(c->modem[1].connection, "dku2at");
	assert_int_equal(c->modem[1].pause, CONF_PAUSE_FAST);
	conf_free(c);
}

static void test_relative_paths_start_at_the_file_wherever_we_are(void **state)
{
	char want[200], cwd[512];
	struct conf *c;

	(void)state;
	conf_free(load_good(GOOD "modem m { device=\"tty\" }\n"));
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(conf_load("payung.conf", &c, err), RC_OK);
	assert_int_equal(chdir(cwd), 0);
	snprintf(want, sizeof(want), "%s/s.db", folder);
	assert_string_equal(c->store, want);
	snprintf(want, sizeof(want), "%s/c", folder);
	assert_string_equal(c->control, want);
	snprintf(want, sizeof(want), "%s/tty", folder);
	assert_string_equal(c->modem[0].device, want);
	assert_string_equal(c->path, file);
	assert_int_equal(c->worker[0], '/');
	conf_free(c);
}

static const struct refusal {
	const char *text;
	int line;
	const char *says; /* part of the message */
} refusals[] = {
	/* twice */
	{ GOOD "store=\"x\"\n", 6, "store is given twice, first on line 1" },
	{ GOOD "limits { retry_max=1 }\nlimits { }\n", 7,
	        "section limits: the section is given twice, first on line 6" },
	{ GOOD "\nservice { number=\"1\" }\n", 7, "section service: the section is given twice" },
	{ GOOD "limits {\nretry_max=1\nretry_max=2 }\n", 8, "retry_max is given twice" },
	{ GOOD "modem a { device=\"x\" }\nmodem a { device=\"y\" }\n", 7,
	        "modem a is given twice, first on line 6" },
	{ GOOD "modem a { device=\"x\" }\nmodem b { pause=auto\ndevice=\"./x\" }\n", 8,
	        "section modem b: modem a on line 6 has the same device" },
	{ GOOD "modem a { device=\"x\" imei=\"111111111111111\" }\n"
	       "modem b { device=\"y\" imei=\"111111111111111\" }\n",
	        7, "has the same imei" },
	{ GOOD "modem a { device=\"x\"\ndevice=\"y\" }\n", 7,
	        "section modem a: device is given twice" },
	{ GOOD "reminders {\nself_last = \"1..0\" }\n", 7,
	        "section reminders: self_last is no span of days; write \"first..last\", as in "
	        "\"-1..0\"" },
	{ GOOD "reminders {\nevening = \"8-17\" }\n", 7, "evening is no window of the day" },
	{ GOOD "reminders { window = 8 }\n", 6, "window is no window of the day" },
	/* unknown */
	{ GOOD "\nstore\n=\n\"x\"\n", 7, "store is given twice" },
	{ GOOD "stroe=\"x\"\n", 6, "unknown key stroe" },
	{ GOOD "limits { retries=1 }\n", 6, "section limits: unknown key retries" },
	{ GOOD "limits { pin=\"1\" }\n", 6, "move it into section modem" },
	{ GOOD "modem a { store=\"1\" }\n", 6, "move it out of the sections" },
	{ GOOD "modems { }\n", 6, "unknown section modems" },
	{ GOOD "limits { service { } }\n", 6, "unknown section service" },
	{ GOOD "include(\"more.conf\")\n", 6, "include is not done" },
	{ GOOD "include = \"more.conf\"\n", 6, "include is not done" },
	/* wrong types */
	{ GOOD "limits { retry_max=\"1\" }\n", 6, "must be a whole number" },
	{ GOOD "limits { retry_max=010 }\n", 6, "leading zeros" },
	{ GOOD "limits { retry_max=0x10 }\n", 6, "must be a whole number" },
	{ GOOD "limits { retry_max=1.5 }\n", 6, "must be a whole number" },
	{ GOOD "limits { retry_max=many }\n", 6, "must be a whole number" },
	{ GOOD "limits { retry_max=- }\n", 6, "must be a whole number" },
	{ GOOD "clock_must_sync=\"yes\"\n", 6, "without quotes" },
	{ GOOD "clock_must_sync=perhaps\n", 6, "clock_must_sync" },
	{ GOOD "zone=CET\n", 6, "zone is none of WIB|WITA|WIT" },
	{ GOOD "zone=WI\n", 6, "zone is none of" },
	{ GOOD "zone=\"\"\n", 6, "zone is none of" },
	{ GOOD "modem a { device=\"x\" pause=slow }\n", 6, "pause is none of auto|safe|fast" },
	/* ranges */
	{ GOOD "limits {\n\nretry_max=101 }\n", 8,
	        "section limits: retry_max = 101 is out of range; choose 0 to 100" },
	{ GOOD "limits { per_sim_day=0 }\n", 6, "out of range" },
	{ GOOD "limits { retry_max=-1 }\n", 6, "out of range" },
	{ GOOD "limits { retry_max=4294967297 }\n", 6, "out of range" },
	{ GOOD "limits { retry_max=99999999999999999999 }\n", 6, "retry_max" },
	{ GOOD "limits { age_min=40\nage_max_new=39 }\n", 7, "age_min is above age_max_new" },
	{ GOOD "limits { retry_cap_s=29 }\n", 6, "retry_base_s is above retry_cap_s" },
	/* phones and PINs */
	{ PATHS "service { name=\"P\"\nhelpdesk=0812 }\n", 6, "helpdesk must be a string" },
	{ PATHS "service { name=\"P\" helpdesk=\"1\" number=0812 }\n", 5, "number must be" },
	{ GOOD "modem a { device=\"x\" pin=0123 }\n", 6, "pin must be a string" },
	{ GOOD "modem a { device=\"x\" imei=356938035643809 }\n", 6, "imei must be a string" },
	{ GOOD "modem a { device=\"x\" number=0812 }\n", 6, "number must be a string" },
	{ GOOD "modem a { device=\"x\" pin=\"12a4\" }\n", 6, "pin may hold digits only" },
	{ GOOD "modem a { device=\"x\" pin=\"123\" }\n", 6, "pin has 3 bytes, possible are 4" },
	{ GOOD "modem a { device=\"x\" imei=\"35693\" }\n", 6, "imei has 5 bytes" },
	{ GOOD "modem a { device=\"x\" number=\"+\" }\n", 6, "number may hold digits only" },
	/* missing */
	{ "\nkey_file=\"k\"\ntemplates=\"t\"\ncontrol=\"c\"\n" SERVICE, 6, "store is missing" },
	{ "store=\"k\"\ntemplates=\"t\"\ncontrol=\"c\"\n" SERVICE, 5, "key_file is missing" },
	{ "store=\"k\"\nkey_file=\"t\"\ncontrol=\"c\"\n" SERVICE, 5, "templates is missing" },
	{ "store=\"k\"\nkey_file=\"t\"\ntemplates=\"c\"\n" SERVICE, 5, "control is missing" },
	{ PATHS, 5, "section service: name is missing" },
	{ PATHS "service { name=\"P\" }\n", 5, "section service: helpdesk is missing" },
	{ PATHS "\nservice { helpdesk=\"1\" }\n", 6, "section service: name is missing" },
	{ GOOD "modem a { pin=\"1234\" }\n", 6, "section modem a: device is missing" },
	{ GOOD "modem a { device=\"\" }\n", 6, "device has 0 bytes" },
	{ "", 1, "store is missing" },
	/* form */
	{ GOOD "limits { retry_max=1\n", 6, "section limits: the section is not closed" },
	{ GOOD "limits retry_max=1\n", 6, "it takes no name" },
	{ GOOD "limits \"x\" { }\n", 6, "it takes no name" },
	{ GOOD "modem { device=\"x\" }\n", 6, "a modem needs a name" },
	{ GOOD "modem \"a b\" { device=\"x\" }\n", 6, "a modem needs a name" },
	{ GOOD "modem \"12345678901234567890123456789012\" { device=\"x\" }\n", 6,
	        "a modem needs a name" },
	{ GOOD "modem a device=\"x\"\n", 6, "{ is missing" },
	{ GOOD "}\n", 6, "a key or section name is missing" },
	{ GOOD "= 5\n", 6, "a key or section name is missing" },
	{ GOOD "zone\n", 6, "= is missing behind zone" },
	{ GOOD "zone = \n", 6, "zone takes one value" },
	{ GOOD "zone = { WIB, WIT }\n", 6, "zone takes one value" },
	{ GOOD "zone = WIB WIT\n", 6, "= is missing behind WIT" },
	{ GOOD "zone += WIB\n", 6, "write =" },
	{ GOOD "worker = /bin/x\n", 6, "unexpected /" },
	{ GOOD "worker = \"x\n\"\n", 6, "a control character or is not closed" },
	{ GOOD "worker = \"x", 6, "a string is not closed" },
	{ GOOD "/* on\nand on", 6, "the comment has no end" },
	{ GOOD "worker = \"${HOME}/x\"\n", 6, "${...} is not replaced" },
	{ GOOD "worker = ${HOME}\n", 6, "unexpected $" },
	{ GOOD "worker = \"a\\tb\"\n", 6, "a backslash" },
	{ GOOD "worker = 'a\\'b'\n", 6, "a backslash" },
	{ GOOD "worker = \"\xff\"\n", 6, "not UTF-8" },
	{ GOOD "zone = WIB\r\n", 6, "Unix line ends" },
	{ "\xef\xbb\xbf" GOOD, 1, "unexpected byte 0xef" },
};

static void test_refusals_name_file_line_and_section(void **state)
{
	char where[160];

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct conf *c = NULL;

		if (load(r->text, &c) != RC_INVALID)
			fail_msg("row %zu is not refused: %s", i, r->says);
		assert_null(c);
		snprintf(where, sizeof(where), "%s:%d: ", file, r->line);
		if (strncmp(err, where, strlen(where)) != 0 || !strstr(err, r->says) ||
		        strchr(err, '\n'))
			fail_msg("row %zu: want line %d \"%s\", got %s", i, r->line, r->says, err);
	}
}

static void test_overlong_values_are_refused_not_cut(void **state)
{
	static const struct {
		const char *key;
		size_t len;
		bool fits;
	} rows[] = {
		{ "worker", 255, true },
		{ "worker", 256, false },
		{ "simulator", 107, true },
		{ "simulator", 108, false },
		{ "worker", 2000, false },
	};
	char text[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf *c = NULL;
		int n = snprintf(text, sizeof(text), GOOD "%s=\"/", rows[i].key);

		memset(text + n, 'x', rows[i].len - 1);
		snprintf(text + n + rows[i].len - 1, 3, "\"\n");
		assert_int_equal(load(text, &c), rows[i].fits ? RC_OK : RC_INVALID);
		conf_free(c);
	}
}

static void test_relative_path_too_long_once_absolute_is_refused(void **state)
{
	char text[1024];
	struct conf *c = NULL;
	int n = snprintf(text, sizeof(text), GOOD "simulator=\"");

	(void)state;
	memset(text + n, 'x', 100);
	snprintf(text + n + 100, 3, "\"\n");
	assert_int_equal(load(text, &c), RC_INVALID);
	assert_non_null(strstr(err, ":6: simulator is"));
}

static void test_nul_byte_is_refused_even_in_a_comment(void **state)
{
	static const char text[] = GOOD "# no\0thing\nzone=WIT\n";
	struct conf *c = NULL;

	(void)state;
	assert_int_equal(load_bytes(text, sizeof(text) - 1, 0640, &c), RC_INVALID);
	assert_non_null(strstr(err, ":6: a NUL byte"));
}

static void test_pin_in_a_file_everyone_reads_is_refused_without_showing_it(void **state)
{
	static const char text[] = GOOD "modem a { device=\"x\" pin=\"9876\" }\n";
	struct conf *c = NULL;

	(void)state;
	assert_int_equal(load_bytes(text, sizeof(text) - 1, 0644, &c), RC_INVALID);
	assert_non_null(strstr(err, ":6: section modem a:"));
	assert_non_null(strstr(err, "chmod 640"));
	assert_null(strstr(err, "9876"));
	assert_int_equal(load_bytes(text, sizeof(text) - 1, 0640, &c), RC_OK);
	conf_free(c);
	assert_int_equal(load_bytes(GOOD, strlen(GOOD), 0644, &c), RC_OK);
	conf_free(c);
}

static void test_files_that_cannot_be_read_say_so(void **state)
{
	struct conf *c = NULL;

	(void)state;
	assert_int_equal(conf_load("/nonexistent/payung.conf", &c, err), RC_NOENT);
	assert_non_null(strstr(err, "/nonexistent/payung.conf"));
	assert_int_equal(conf_load(folder, &c, err), RC_INVALID);
	assert_non_null(strstr(err, "no regular file"));
	assert_int_equal(conf_load("/dev/null", &c, err), RC_INVALID);
	assert_null(c);
}

static void test_more_modems_than_fit_are_refused(void **state)
{
	char *text = calloc(1, 16384);
	struct conf *c = NULL;
	size_t n;

	(void)state;
	assert_non_null(text);
	n = (size_t)snprintf(text, 16384, GOOD);
	for (int i = 0; i < CONF_MODEMS_MAX; i++)
		n += (size_t)snprintf(text + n, 16384 - n,
		        "modem m%d { device=\"t%d\" pin=\"1234\" pause=auto operator=x "
		        "number=\"1\" "
		        "connection=at }\n",
		        i, i);
	assert_int_equal(load(text, &c), RC_OK);
	assert_int_equal(c->modem_count, CONF_MODEMS_MAX);
	assert_string_equal(c->modem[CONF_MODEMS_MAX - 1].name, "m63");
	conf_free(c);
	snprintf(text + n, 16384 - n, "modem extra { device=\"e\" }\n");
	c = NULL;
	assert_int_equal(load(text, &c), RC_INVALID);
	assert_non_null(strstr(err, ":70: "));
	free(text);
}

struct tally {
	int keys, required;
	bool help_missing;
};

static void count_key(void *arg, const struct conf_key *k)
{
	struct tally *t = arg;

	t->keys++;
	t->required += k->required;
	t->help_missing |= !*k->help || (k->required && *k->preset) || k->min > k->max;
}

static void test_key_table_is_complete(void **state)
{
	struct tally t = { 0 };

	(void)state;
	conf_each_key(count_key, &t);
	assert_true(t.keys >= 84);
	assert_int_equal(t.required, 4 + 2 + 1 + 1);
	assert_false(t.help_missing);
}

static void test_a_long_help_desk_number_is_said_shorter(void **state)
{
	static const struct {
		const char *written, *said;
	} cases[] = {
		{ "0800-1-234", "0800-1-234" },
		{ "+62 812-3456-7890", "081234567890" },
		{ "(024) 351 2345 6", "02435123456" },
		{ "+6281234567890", "081234567890" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[600];

		snprintf(text, sizeof(text), PATHS "service { name=\"P\" helpdesk=\"%s\" }\n",
		        cases[i].written);
		struct conf *c = load_good(text);

		assert_string_equal(c->service.helpdesk, cases[i].said);
		conf_free(c);
	}
}

static void test_example_file_wants_a_helpdesk_and_no_more(void **state)
{
	char text[8192] = "", *helpdesk;
	struct conf *c = NULL;
	FILE *f = fopen("docs/payung.conf.example", "r");

	(void)state;
	if (!f)
		skip(); /* not run from the top of the source */
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	assert_int_equal(load(text, &c), RC_INVALID);
	assert_non_null(strstr(err, "helpdesk is missing"));
	helpdesk = strstr(text, "# helpdesk");
	assert_non_null(helpdesk);
	memcpy(helpdesk, "  ", 2);
	if (load(text, &c) != RC_OK)
		fail_msg("%s", err);
	assert_string_equal(c->store, "/var/lib/payung/payung.db");
	conf_free(c);
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/payung-conf-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/payung.conf", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults_are_those_of_the_table),
		cmocka_unit_test(test_reminders_are_spans_and_windows),
		cmocka_unit_test(test_values_are_read_into_their_places),
		cmocka_unit_test(test_relative_paths_start_at_the_file_wherever_we_are),
		cmocka_unit_test(test_refusals_name_file_line_and_section),
		cmocka_unit_test(test_overlong_values_are_refused_not_cut),
		cmocka_unit_test(test_relative_path_too_long_once_absolute_is_refused),
		cmocka_unit_test(test_nul_byte_is_refused_even_in_a_comment),
		cmocka_unit_test(test_pin_in_a_file_everyone_reads_is_refused_without_showing_it),
		cmocka_unit_test(test_files_that_cannot_be_read_say_so),
		cmocka_unit_test(test_more_modems_than_fit_are_refused),
		cmocka_unit_test(test_key_table_is_complete),
		cmocka_unit_test(test_a_long_help_desk_number_is_said_shorter),
		cmocka_unit_test(test_example_file_wants_a_helpdesk_and_no_more),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
