/* Sections for the files of banks, treasurers and insurers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/conf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Five lines: a fault behind them is on line 6. */
#define GOOD                                                               \
	"store=\"s.db\"\nkey_file=\"k\"\ntemplates=\"t\"\ncontrol=\"c\"\n" \
	"service { name=\"Payung\" helpdesk=\"0800 1\" }\n"

static char err[CONF_ERR_CAP];

static rc_t load(const char *text, struct conf **c)
{
	char file[] = "/tmp/payung_conf_XXXXXX";
	int fd = mkstemp(file);
	FILE *f = fdopen(fd, "w");

	assert_non_null(f);
	fprintf(f, "%s%s", GOOD, text);
	assert_int_equal(fclose(f), 0);
	rc_t rc = conf_load(file, c, err);

	unlink(file);
	return rc;
}

static struct conf *load_good(const char *text)
{
	struct conf *c = NULL;

	if (load(text, &c) != RC_OK)
		fail_msg("refused: %s", err);
	return c;
}

static void test_sources_stand_beside_modems(void **state)
{
	struct conf *c = load_good(
	        "source jateng { kind=bank date=\"Tgl Transaksi\" decimals=comma "
	        "own_account=\"1-02\" encoding=utf-8 date_format=month-first skip_rows=3 "
	        "separator=tab debit=\"-\" }\n"
	        "modem jateng { device=\"x\" }\n"
	        "source \"bpjs\" { kind = insurer accepted=\"AKTIF,OK\" refused=TOLAK }\n");

	(void)state;
	assert_int_equal(c->source_count, 2);
	assert_int_equal(c->modem_count, 1);
	assert_string_equal(c->source[0].name, "jateng");
	assert_int_equal(c->source[0].line, 6);
	assert_int_equal(c->source[0].kind, CONF_SOURCE_BANK);
	assert_string_equal(c->source[0].own_account, "1-02");
	assert_int_equal(c->source[0].encoding, CONF_ENCODING_UTF8);
	assert_int_equal(c->source[0].separator, CONF_SEPARATOR_TAB);
	assert_int_equal(c->source[0].date_format, CONF_MONTH_FIRST);
	assert_int_equal(c->source[0].decimals, CONF_DECIMALS_COMMA);
	assert_int_equal(c->source[0].skip_rows, 3);
	assert_string_equal(c->source[0].column[CONF_COLUMN_DATE], "Tgl Transaksi");
	assert_string_equal(c->source[0].column[CONF_COLUMN_DEBIT], "-");
	assert_string_equal(c->source[0].column[CONF_COLUMN_CREDIT], "");
	assert_string_equal(c->source[1].name, "bpjs");
	assert_int_equal(c->source[1].kind, CONF_SOURCE_INSURER);
	assert_int_equal(c->source[1].date_format, CONF_DAY_FIRST);
	assert_string_equal(c->source[1].accepted, "AKTIF,OK");
	assert_string_equal(c->source[1].refused, "TOLAK");
	conf_free(c);
	assert_int_equal(conf_column_parse("sex"), CONF_COLUMN_SEX);
	assert_int_equal(conf_column_parse("SEX"), -1);
}

static void test_refusals_name_the_section(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *says;
	} refusals[] = {
		{ "source a { kind=bank }\nmodem a { device=\"x\" }\nsource a { kind=list }\n", 8,
		        "source a is given twice, first on line 6" },
		{ "source a { date=Tgl }\n", 6, "section source a: kind is missing" },
		{ "source a { kind=bank\nnik=NIK }\n", 7,
		        "section source a: files of kind bank have no nik" },
		{ "source a { kind=list\naccepted=OK }\n", 7, "accepted is for kind insurer" },
		{ "source { kind=list }\n", 6, "a source needs a name" },
		{ "source a { kind=bank device=\"x\" }\n", 6, "move it into section modem" },
		{ "source a { kind=tape }\n", 6, "kind is none of bank|receipt|list|insurer" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		char where[16];
		struct conf *c = NULL;

		assert_int_equal(load(refusals[i].text, &c), RC_INVALID);
		assert_null(c);
		snprintf(where, sizeof where, ":%d: ", refusals[i].line);
		if (!strstr(err, where) || !strstr(err, refusals[i].says))
			fail_msg("wanted %s%s, got %s", where, refusals[i].says, err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources_stand_beside_modems),
		cmocka_unit_test(test_refusals_name_the_section),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
