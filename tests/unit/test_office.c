/* What office people write: read as meant, or refused; never guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "office_fixture.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BAD (-1)
#define NONE (-2)
#define CENTS (-3)

static struct office words;

static int load(void **state)
{
	(void)state;
	load_office(&words);
	return 0;
}

static const struct {
	const char *written;
	int64_t value;
	int sign;
	enum office_decimals decimals;
} amounts[] = {
	{ "16800", 16800, 0, 0 },
	{ "16.800", 16800, 0, 0 },
	{ "16,800", 16800, 0, 0 },
	{ "16.800,00", 16800, 0, 0 },
	{ "16,800.00", 16800, 0, 0 },
	{ "16800.00", 16800, 0, 0 },
	{ "16800,0", 16800, 0, 0 },
	{ "1.234.567", 1234567, 0, 0 },
	{ "1,234,567", 1234567, 0, 0 },
	{ "1.234.567,00", 1234567, 0, 0 },
	{ "1,234,567.00", 1234567, 0, 0 },
	{ "Rp 16.800", 16800, 0, 0 },
	{ "Rp. 16.800,-", 16800, 0, 0 },
	{ "rp16.800", 16800, 0, 0 },
	{ "IDR 16,800.00", 16800, 0, 0 },
	{ "Rp\xc2\xa0"
	  "16.800",
	        16800, 0, 0 },
	{ " 0 ", 0, 0, 0 },
	{ "0,00", 0, 0, 0 },
	{ "-16.800", 16800, -1, 0 },
	{ "- 16.800", 16800, -1, 0 },
	{ "\xe2\x88\x92"
	  "16.800",
	        16800, -1, 0 },
	{ "Rp -16.800", 16800, -1, 0 },
	{ "-Rp 16.800", 16800, -1, 0 },
	{ "(16.800)", 16800, -1, 0 },
	{ "(Rp 16.800,00)", 16800, -1, 0 },
	{ "16.800-", 16800, -1, 0 },
	{ "+16.800", 16800, 1, 0 },
	{ "16.800 DB", 16800, -1, 0 },
	{ "16,800.00 CR", 16800, 1, 0 },
	{ "16.800K", 16800, 1, 0 },
	{ "16.800 d", 16800, -1, 0 },
	{ "16.800,- DB", 16800, -1, 0 },
	{ "-16.800 DB", 16800, -1, 0 },
	{ "1000000000000000", 1000000000000000, 0, 0 },
	/* refused */
	{ "16.80", CENTS, 0, 0 },
	{ "16,5", CENTS, 0, 0 },
	{ "16.800,50", CENTS, 0, 0 },
	{ "16.8000", BAD, 0, 0 },
	{ "1.23.456", BAD, 0, 0 },
	{ "0.500", BAD, 0, 0 },
	{ "1234.567", BAD, 0, 0 },
	{ "16.800.00", BAD, 0, 0 },
	{ "1,234.567,00", BAD, 0, 0 },
	{ "1,68E+04", BAD, 0, 0 },
	{ "16.800 XX", BAD, 0, 0 },
	{ "-16.800 CR", BAD, 0, 0 },
	{ "-(16.800) CR", BAD, 0, 0 },
	{ "16800,", BAD, 0, 0 },
	{ ",00", BAD, 0, 0 },
	{ "Rp", BAD, 0, 0 },
	{ "1000000000000001", BAD, 0, 0 },
	{ "99999999999999999999999999", BAD, 0, 0 },
	{ "16 800", BAD, 0, 0 },
	{ "\xd9\xa1\xd9\xa6", BAD, 0, 0 },
	/* nothing */
	{ "", NONE, 0, 0 },
	{ " ", NONE, 0, 0 },
	{ "-", NONE, 0, 0 },
	/* the source says what a dot is */
	{ "16.800", 16800, 0, OFFICE_DECIMALS_COMMA },
	{ "16,800", BAD, 0, OFFICE_DECIMALS_COMMA },
	{ "16800,000", 16800, 0, OFFICE_DECIMALS_COMMA },
	{ "16,800", 16800, 0, OFFICE_DECIMALS_DOT },
	{ "16.800", BAD, 0, OFFICE_DECIMALS_DOT },
	{ "16800.00", 16800, 0, OFFICE_DECIMALS_DOT },
	{ "16.800,00", BAD, 0, OFFICE_DECIMALS_DOT },
};

static void amounts_are_read_as_meant_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(amounts); i++) {
		struct office_amount a = { .value = 77 };
		rc_t rc = office_amount(&words, amounts[i].written, amounts[i].decimals, &a);
		rc_t want = amounts[i].value == BAD     ? RC_INVALID
		            : amounts[i].value == NONE  ? RC_NOENT
		            : amounts[i].value == CENTS ? RC_LIMIT
		                                        : RC_OK;

		if (rc == RC_LIMIT) /* by a test of its own */
			a = (struct office_amount){ .value = 77 };
		if (rc != want || a.value != (rc == RC_OK ? amounts[i].value : 77) ||
		        a.sign != amounts[i].sign)
			fail_msg("'%s' (%d): %s, %lld, %d", amounts[i].written,
			        (int)amounts[i].decimals, rc_text(rc), (long long)a.value, a.sign);
	}
}

/* Only a bank's own lines have them. A thousand is never taken for cents. */
static void cents_are_told_beside_the_rupiah(void **state)
{
	static const struct {
		const char *written;
		rupiah_t value;
		int sign;
	} cases[] = {
		{ "123,45", 123, 0 },
		{ "-1.234,5", 1234, -1 },
		{ "0,45", 0, 0 },
		{ "1,234.05 CR", 1234, 1 },
	};
	struct office_amount a;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(office_amount(&words, cases[i].written, 0, &a), RC_LIMIT);
		assert_true(a.cents && a.value == cases[i].value && a.sign == cases[i].sign);
	}
	assert_int_equal(office_amount(&words, "16,800", OFFICE_DECIMALS_COMMA, &a), RC_INVALID);
	assert_int_equal(office_amount(&words, "16800,00", 0, &a), RC_OK);
	assert_false(a.cents);
}

static void a_single_word_does_not_begin_a_payers_sentence(void **state)
{
	(void)state;
	assert_true(office_says(&words, OFFICE_BANK, "BIAYA ADM 03/26", "out"));
	assert_true(office_says(&words, OFFICE_BANK, "Bunga", "in"));
	assert_true(office_says(&words, OFFICE_BANK, "BUNGA TABUNGAN MARET", NULL));
	assert_false(office_says(&words, OFFICE_BANK, "BUNGA LESTARI IURAN", "in"));
	assert_false(office_says(&words, OFFICE_BANK, "BIAYA ADM 03/26", "in"));
	assert_false(office_says(&words, OFFICE_BANK, "BIAYA ADMIRAL", "out"));
	assert_false(office_says(&words, OFFICE_BANK, "", NULL));
}

/* What we write ourselves is read again, with either kind of point. */
static void amounts_come_back(void **state)
{
	uint64_t x = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char dots[32], commas[40];
		struct office_amount a;

		x = x * 6364136223846793005U + 1442695040888963407U;
		int64_t n = (int64_t)((x >> 20) % (uint64_t)RUPIAH_MAX) >> (i % 44);

		rupiah_format(n, dots);
		assert_int_equal(office_amount(&words, dots, 0, &a), RC_OK);
		assert_int_equal(a.value, n);
		snprintf(commas, sizeof commas, "%s.00", dots + 2);
		for (char *c = commas; c < commas + strlen(commas) - 3; c++)
			*c = *c == '.' ? ',' : *c;
		assert_int_equal(office_amount(&words, commas, 0, &a), RC_OK);
		assert_int_equal(a.value, n);
	}
}

static const struct {
	const char *written, *iso; /* "" refused, NULL nothing */
	bool month_first;
} dates[] = {
	{ "24/03/2026", "2026-03-24", false },
	{ "24-03-26", "2026-03-24", false },
	{ "4.3.2026", "2026-03-04", false },
	{ "03/04/2026", "2026-04-03", false },
	{ "03/04/2026", "2026-03-04", true },
	{ "3/24/26", "2026-03-24", true },
	{ "2026-03-24", "2026-03-24", true },
	{ "2026/3/4", "2026-03-04", false },
	{ "24 Maret 2025", "2025-03-24", false },
	{ "24-Mar-25", "2025-03-24", false },
	{ "24Mar2025", "2025-03-24", false },
	{ "24 Agt 2025", "2025-08-24", false },
	{ "1 Nopember 2025", "2025-11-01", false },
	{ "Selasa, 24 Maret 2026", "2026-03-24", false },
	{ "Mar 24, 2026", "2026-03-24", false },
	{ "March 24 2026", "2026-03-24", true },
	{ "2026-Mar-24", "2026-03-24", false },
	{ "20260324", "2026-03-24", false },
	{ "24032026", "2026-03-24", false },
	{ "03242026", "2026-03-24", true },
	{ "46105", "2026-03-24", false },
	{ "46105,5", "2026-03-24", false },
	{ "46105.999", "2026-03-24", false },
	{ "60000", "2064-04-08", false },
	{ "24/03/2026 10:23", "2026-03-24", false },
	{ "24/03/2026 10.23.59 WIB", "2026-03-24", false },
	{ "2026-03-24T10:23:00+07:00", "2026-03-24", false },
	{ "24 Mar 2026, 10:23", "2026-03-24", false },
	{ "29/02/2024", "2024-02-29", false },
	{ "12/05/71", "1971-05-12", false },
	{ "12/05/46", "2046-05-12", false },
	{ "12/05/47", "1947-05-12", false },
	{ "", NULL, false },
	{ "  ", NULL, false },
	{ "29/02/2025", "", false },
	{ "03/24/2026", "", false },
	{ "24/03/2026", "", true },
	{ "32/01/2026", "", false },
	{ "24/03", "", false },
	{ "24/03/026", "", false },
	{ "24/03/2026 x", "", false },
	{ "24/03/2026/1", "", false },
	{ "24 Foo 2026", "", false },
	{ "Maret 2026", "", false },
	{ "2026", "", false },
	{ "9999", "", false },
	{ "123456789", "", false },
	{ "46105,x", "", false },
	{ "24//03/2026", "", false },
	{ "24/03/1899", "", false },
	{ "00/00/0000", "", false },
	{ "Saldo awal", "", false },
	{ "2,4032026E+07", "", false },
};

static void dates_are_read_as_meant_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		struct date d = { 1, 1, 1 };
		char iso[16] = "";
		rc_t rc = office_date(&words, dates[i].written, dates[i].month_first, 2046, &d);
		rc_t want = !dates[i].iso ? RC_NOENT : !*dates[i].iso ? RC_INVALID : RC_OK;

		if (rc == RC_OK)
			date_format_iso(d, iso);
		if (rc != want || (rc == RC_OK && strcmp(iso, dates[i].iso) != 0) ||
		        (rc != RC_OK && d.year != 1))
			fail_msg("'%s' %d: %s %s", dates[i].written, dates[i].month_first,
			        rc_text(rc), iso);
	}
}

static void every_day_is_read_in_every_form(void **state)
{
	static const char *const months[] = { "Januari", "Feb", "Maret", "Apr", "Mei", "Juni",
		"Jul", "Agustus", "Sep", "Oktober", "Nop", "Des" };

	(void)state;
	for (int64_t day = 15000; day < 30000; day += 13) {
		struct date d = date_from_days(day), got;
		char form[6][40];

		date_format_iso(d, form[0]);
		date_format_dmy(d, form[1]);
		snprintf(form[2], 40, "%d %s %d", d.day, months[d.month - 1], d.year);
		snprintf(form[3], 40, "%02d%02d%04d", d.day, d.month, d.year);
		snprintf(form[4], 40, "%d", (int)day + 25569);
		snprintf(form[5], 40, "%d/%d/%02d 23:59:59", d.day, d.month, d.year % 100);
		for (int i = 0; i < 6; i++) {
			if (office_date(&words, form[i], false, 2099, &got) != RC_OK)
				fail_msg("%s", form[i]);
			assert_int_equal(date_days(got), day);
		}
	}
}

static const struct {
	const char *written, *month;
} months[] = {
	{ "2026-03", "2026-03" },
	{ "2026/3", "2026-03" },
	{ "03/2026", "2026-03" },
	{ "3-2026", "2026-03" },
	{ "Mar 2026", "2026-03" },
	{ "Maret 2026", "2026-03" },
	{ "MARET-26", "2026-03" },
	{ "Mar-26", "2026-03" },
	{ "2026 Maret", "2026-03" },
	{ "202603", "2026-03" },
	{ "032026", "2026-03" },
	{ "01/03/2026", "2026-03" },
	{ "31 Maret 2026", "2026-03" },
	{ "46105", "2026-03" },
	{ "", NULL },
	{ "3", "" },
	{ "Maret", "" },
	{ "26-Mar", "" },
	{ "03/26", "" },
	{ "13/2026", "" },
	{ "2026-13", "" },
	{ "2026-00", "" },
	{ "202613", "" },
	{ "132026", "" },
	{ "Maret 2026 2027", "" },
	{ "seterusnya", "" },
};

static void months_are_read_as_meant_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(months); i++) {
		month_t m = -1;
		char iso[16] = "";
		rc_t rc = office_month(&words, months[i].written, false, 2046, &m);
		rc_t want = !months[i].month ? RC_NOENT : !*months[i].month ? RC_INVALID : RC_OK;

		if (rc == RC_OK)
			month_format(m, iso);
		if (rc != want || (rc == RC_OK && strcmp(iso, months[i].month) != 0) ||
		        (rc != RC_OK && m != -1))
			fail_msg("'%s': %s %s", months[i].written, rc_text(rc), iso);
	}
}

static void counts_of_months(void **state)
{
	static const struct {
		const char *written;
		int n;
	} cases[] = { { "3", 3 }, { " 12 bulan", 12 }, { "6bln", 6 }, { "", NONE }, { "0", BAD },
		{ "25", BAD }, { "3,5", BAD }, { "6 hari", BAD }, { "-3", BAD }, { "00003", BAD } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int n = 99;
		rc_t rc = office_count(&words, cases[i].written, 24, &n);

		assert_int_equal(rc, cases[i].n == BAD    ? RC_INVALID
		                     : cases[i].n == NONE ? RC_NOENT
		                                          : RC_OK);
		assert_int_equal(n, rc == RC_OK ? cases[i].n : 99);
	}
}

static void niks_that_a_spreadsheet_rounded_are_refused(void **state)
{
	static const struct {
		const char *written;
		rc_t rc;
	} cases[] = {
		{ "3321011203850001", RC_OK },
		{ "33.2101.120385.0001", RC_OK },
		{ "3321 0112 0385 0001", RC_OK },
		{ "'3321011203850001", RC_OK },
		{ "3,32102E+15", RC_LIMIT },
		{ "3.32102e+15", RC_LIMIT },
		{ "3,32101120385E+15", RC_LIMIT },
		{ "3321011203850000", RC_INVALID },
		{ "332101120385001", RC_INVALID },
		{ "33210112038500011", RC_INVALID },
		{ "332101120385O001", RC_INVALID },
		{ "3321011313850001", RC_INVALID },
		{ "", RC_NOENT },
		{ " - ", RC_NOENT },
	};
	struct date today = { 2026, 3, 1 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char digits[NIK_LEN + 1];
		struct nik_facts f;

		assert_int_equal(office_nik(cases[i].written, today, 17, digits, &f), cases[i].rc);
		if (cases[i].rc == RC_OK)
			assert_string_equal(digits, "3321011203850001");
	}
}

static void cells_lose_what_spreadsheets_put_around_them(void **state)
{
	static const struct {
		const char *cell, *clean;
	} cases[] = {
		{ "=\"001\"", "001" },
		{ "'001", "001" },
		{ "'", "'" },
		{ "=\"\"", "" },
		{ "=A1", "=A1" },
		{ " a \t b\r\nc ", "a b c" },
		{ "Rp\xc2\xa0"
		  "5\xe2\x80\x8b",
		        "Rp 5" },
		{ "\xef\xbb\xbf"
		  "nik",
		        "nik" },
		{ "a\x01"
		  "b",
		        "a b" },
		{ "", "" },
		{ "=\" x \"", "x" },
		{ "d'Arc", "d'Arc" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char s[64];

		strcpy(s, cases[i].cell);
		office_clean(s);
		assert_string_equal(s, cases[i].clean);
	}
}

static void words_are_compared_without_case_and_dots(void **state)
{
	(void)state;
	assert_true(office_is(&words, OFFICE_HEADING, " No. K.T.P", "nik") ||
	            office_is(&words, OFFICE_HEADING, "No. KTP", "nik"));
	assert_true(office_is(&words, OFFICE_HEADING, "Keterangan", "text"));
	assert_true(office_is(&words, OFFICE_HEADING, "KETERANGAN", "reason"));
	assert_false(office_is(&words, OFFICE_HEADING, "Keterangan", "nik"));
	assert_string_equal(office_means(&words, OFFICE_STATUS, "Ditolak!"), "refused");
	assert_null(office_means(&words, OFFICE_STATUS, "tidak aktif"));
	assert_null(office_means(&words, OFFICE_STATUS, "nonaktif"));
	assert_null(office_means(&words, OFFICE_STATUS, ""));
	assert_true(office_begins(&words, OFFICE_SKIP, "TOTAL: 5"));
	assert_true(office_begins(&words, OFFICE_SKIP, "Saldo Awal"));
	assert_false(office_begins(&words, OFFICE_SKIP, "Totalitas"));
	assert_true(office_same("Tgl. Transaksi", "TGL TRANSAKSI"));
	assert_false(office_same("--", "//"));
}

static void rows_of_words_are_checked(void **state)
{
	static const struct {
		const char *kind, *word, *means, *why;
		rc_t rc;
	} cases[] = {
		{ "months", "x", "1", "kind", RC_INVALID },
		{ "month", "--", "1", "word", RC_INVALID },
		{ "month", "x", "13", "means", RC_INVALID },
		{ "month", "x", "", "means", RC_INVALID },
		{ "sign", "x", "i", "means", RC_INVALID },
		{ "sign", "x", "in out", "means", RC_INVALID },
		{ "month", "MARET", "4", "", RC_EXISTS },
		{ "status", "aktif", "refused", "", RC_EXISTS },
		{ "heading", "keterangan", "payer", "", RC_OK },
		{ "heading", "Keterangan", "text", "", RC_EXISTS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct office o = words;
		const char *why = "";

		assert_int_equal(office_add(&o, cases[i].kind, cases[i].word, cases[i].means, &why),
		        cases[i].rc);
		assert_string_equal(why, cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_read_as_meant_or_refused),
		cmocka_unit_test(cents_are_told_beside_the_rupiah),
		cmocka_unit_test(a_single_word_does_not_begin_a_payers_sentence),
		cmocka_unit_test(amounts_come_back),
		cmocka_unit_test(dates_are_read_as_meant_or_refused),
		cmocka_unit_test(every_day_is_read_in_every_form),
		cmocka_unit_test(months_are_read_as_meant_or_refused),
		cmocka_unit_test(counts_of_months),
		cmocka_unit_test(niks_that_a_spreadsheet_rounded_are_refused),
		cmocka_unit_test(cells_lose_what_spreadsheets_put_around_them),
		cmocka_unit_test(words_are_compared_without_case_and_dots),
		cmocka_unit_test(rows_of_words_are_checked),
	};

	return cmocka_run_group_tests(tests, load, NULL);
}
