/* Files as offices send them: every row is taken, known, bad or skipped, and says so. */
#include "import_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define F(name) "tests/imports/" name ".csv"
#define SAYS_MAX 8

static const struct conf_source usa = {
	.name = "usa", .kind = CONF_SOURCE_BANK, .date_format = CONF_MONTH_FIRST
};
static const struct conf_source named = {
	.name = "tipe", .kind = CONF_SOURCE_BANK, .column = { [CONF_COLUMN_SIGN] = "Tipe" }
};
static const struct conf_source no_sign = {
	.name = "tipe", .kind = CONF_SOURCE_BANK, .column = { [CONF_COLUMN_SIGN] = "-" }
};
static const struct conf_source pick = { .name = "pick",
	.kind = CONF_SOURCE_BANK,
	.column = { [CONF_COLUMN_DATE] = "Tgl. Transaksi" } };
static const struct conf_source fourth = {
	.name = "fourth", .kind = CONF_SOURCE_BANK, .column = { [CONF_COLUMN_DATE] = "#2" }
};
static const struct conf_source wrong = {
	.name = "wrong", .kind = CONF_SOURCE_BANK, .column = { [CONF_COLUMN_DATE] = "Valuta" }
};
static const struct conf_source utf8 = {
	.name = "utf8", .kind = CONF_SOURCE_BANK, .encoding = CONF_ENCODING_UTF8
};
static const struct conf_source strict = { .name = "strict",
	.kind = CONF_SOURCE_INSURER,
	.accepted = "ok, NON AKTIF",
	.refused = "x,diterima" };

static const struct {
	const char *path;
	enum source_kind kind;
	const struct conf_source *source;
	bool dated;
	const char *seen; /* NULL: the file is refused */
	const char *says[SAYS_MAX];
} files[] = {
	{ F("bank_suffix"), SOURCE_BANK, NULL, false, "8t 9t 10t 11t 12b 13t 15s 16s 17s ",
	        { "12 Jumlah '50,400.50 CR' is no amount" } },
	{ F("bank_two_columns"), SOURCE_BANK, NULL, false, "3t 4t 5t 6b 7b 8b 9s ",
	        { "6 Debet and Kredit both", "7 the amount is missing or 0",
	                "8 Tgl '28/03/2099' is in the future" } },
	{ F("bank_windows"), SOURCE_BANK, NULL, false, "2b 3b ",
	        { "2 Date '3/24/2026' is no date" } },
	{ F("bank_windows"), SOURCE_BANK, &usa, false, "2t 3t ", { NULL } },
	{ F("bank_windows"), SOURCE_BANK, &utf8, false, NULL,
	        { "is not UTF-8 as its source says" } },
	{ F("bank_stray_quote"), SOURCE_BANK, NULL, false, "2b 3t 4b 5t 6t ",
	        { "2 has a quotation mark that is not closed",
	                "4 has a quotation mark in the wrong" } },
	{ F("bank_hidden_sign"), SOURCE_BANK, NULL, false, "2t 3t ", { NULL } },
	{ F("bank_named_sign"), SOURCE_BANK, NULL, false, "2b 3b ",
	        { "2 column 4 says 'K': is that the sign?" } },
	{ F("bank_named_sign"), SOURCE_BANK, &named, false, "2t 3t ", { NULL } },
	{ F("bank_named_sign"), SOURCE_BANK, &no_sign, false, "2t 3t ", { NULL } },
	{ F("receipt"), SOURCE_RECEIPT, NULL, false, "2t 3b 4b ",
	        { "3 the amount is below 0",
	                "4 No. Rekening '1,23457E+09' was turned into a number" } },
	{ F("list"), SOURCE_LIST, NULL, false, "4t 5t 6b 7b 8b 9b 10s 11b 12s ",
	        { "6 the NIK was turned into a number", "7 the NIK must have 16 digits",
	                "8 the NIK cannot be right", "9 Jumlah Bulan '0' is no number of months",
	                "11 the name is missing" } },
	{ F("list_undated"), SOURCE_LIST, NULL, true, "2t ", { NULL } },
	{ F("insurer"), SOURCE_INSURER, NULL, true, "2t 3t 4b 5b 6b 7b ",
	        { "4 Status 'NON AKTIF' is not known", "5 the month is missing",
	                "6 KPJ '2.4E+10' is no card number",
	                "7 Tgl Lahir '31/02/1975' is no date" } },
	{ F("insurer"), SOURCE_INSURER, &strict, true, "2t 3t 4t 5b 6b 7b ",
	        { "5 the month is missing" } },
	/* whole files that are refused */
	{ F("insurer"), SOURCE_INSURER, NULL, false, NULL, { "row 1: no column says when" } },
	{ F("insurer"), SOURCE_BANK, NULL, false, NULL, { "row 1: no heading stands for date" } },
	{ F("list_undated"), SOURCE_LIST, NULL, false, NULL, { "no column says which transfer" } },
	{ F("twins"), SOURCE_BANK, NULL, false, NULL,
	        { "row 1: the columns 'tanggal' and 'tgl transaksi' could both be date" } },
	{ F("twins"), SOURCE_BANK, &pick, false, "2t ", { NULL } },
	{ F("twins"), SOURCE_BANK, &fourth, false, "2t ", { NULL } },
	{ F("twins"), SOURCE_BANK, &wrong, false, NULL,
	        { "the column 'Valuta' (date) is missing" } },
	{ F("rounded"), SOURCE_LIST, NULL, false, NULL, { "every NIK ends in 0" } },
	{ F("no_header"), SOURCE_BANK, NULL, false, NULL, { "no header row" } },
	{ F("workbook"), SOURCE_BANK, NULL, false, NULL, { "is an Excel workbook" } },
	{ F("utf16"), SOURCE_BANK, NULL, false, NULL, { "is Unicode text of 16 bits" } },
	{ "/dev/null", SOURCE_BANK, NULL, false, NULL, { "is no regular file" } },
};

static struct job job_of(size_t i)
{
	return (struct job){ .kind = files[i].kind,
		.source = files[i].source,
		.day = files[i].dated ? date_days((struct date){ 2026, 4, 2 }) : 0 };
}

static void every_row_has_its_verdict_and_reason(void **state)
{
	for (size_t i = 0; i < COUNT(files); i++) {
		struct job j = job_of(i);

		place_teardown(state);
		assert_int_equal(import_setup(state), 0);
		job_run(*state, &j, files[i].path);
		if (files[i].seen && j.rc != RC_OK)
			fail_msg("%s: %s", files[i].path, j.err);
		if (strcmp(j.seen, files[i].seen ? files[i].seen : "") != 0)
			fail_msg("%s: %s\n%s", files[i].path, j.seen, j.whys);
		for (size_t k = 0; k < SAYS_MAX && files[i].says[k]; k++)
			if (!strstr(files[i].seen ? j.whys : j.err, files[i].says[k]))
				fail_msg("%s: no '%s' in %s%s", files[i].path, files[i].says[k],
				        j.whys, j.err);
	}
}

/* Taken and bad by an import, taken and bad by a look before it; known by a look behind it. */
static void a_look_tells_what_an_import_does(void **state)
{
	for (size_t i = 0; i < COUNT(files); i++) {
		struct job look = job_of(i), real = look, again = look;

		place_teardown(state);
		assert_int_equal(import_setup(state), 0);
		struct place *p = *state;

		look.dry = again.dry = true;
		job_run(p, &look, files[i].path);
		assert_int_equal(ask_int(p, "SELECT count(*) FROM source_row"), 0);
		assert_int_equal(ask_int(p, "SELECT count(*) FROM source_file"), 0);
		job_run(p, &real, files[i].path);
		assert_string_equal(look.seen, real.seen);
		assert_string_equal(look.whys, real.whys);
		assert_string_equal(look.err, real.err);
		job_run(p, &again, files[i].path);
		assert_int_equal(again.rows[IMPORT_KNOWN], real.rows[IMPORT_TAKEN]);
		assert_int_equal(again.rows[IMPORT_BAD], real.rows[IMPORT_BAD]);
	}
}

static void ask_text(const struct place *p, const char *sql, char *out, size_t cap)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	const unsigned char *text = sqlite3_column_text(q, 0);

	snprintf(out, cap, "%s", text ? (const char *)text : "");
	sqlite3_finalize(q);
	sqlite3_close(db);
}

static void same_text(const struct place *p, const char *sql, const char *want)
{
	char got[4000];

	ask_text(p, sql, got, sizeof got);
	assert_string_equal(got, want);
}

static void payments_are_what_the_bank_wrote(void **state)
{
	struct job j = { .kind = SOURCE_BANK }, sign = { .kind = SOURCE_BANK },
	           cp = { .kind = SOURCE_BANK, .source = &usa },
	           receipt = { .kind = SOURCE_RECEIPT };

	job_run(*state, &j, F("bank_two_columns"));
	job_run(*state, &sign, F("bank_hidden_sign"));
	job_run(*state, &cp, F("bank_windows"));
	job_run(*state, &receipt, F("receipt"));
	same_text(*state,
	        "SELECT group_concat(x, '\n') FROM (SELECT date(day * 86400, 'unixepoch') || ' ' "
	        "|| "
	        "amount || ' ' || text || '|' || account || '|' || payer || '|' || external AS x "
	        "FROM "
	        "payment ORDER BY id)",
	        "2026-03-24 504000 IURAN MARET PT SUMBER MAKMUR F7K2D4|||0\n"
	        "2026-03-24 -16800 PINDAH BUKU|||0\n"
	        "2026-03-25 1000000 IURAN KOPERASI TANI|||0\n"
	        "2026-03-01 50400 IURAN|||0\n"
	        "2026-03-02 -5000 BIAYA|||0\n"
	        "2026-03-24 16800 Ren\xc3\xa9 \xe2\x80\x93 caf\xc3\xa9|||0\n"
	        "2026-03-25 -5000 Biaya|||0\n"
	        "2026-03-10 1680000 Kode iuran D4F7K2|0012345678|PT Sumber Makmur|1");
}

static void lists_and_answers_are_what_was_written(void **state)
{
	struct job list = { .kind = SOURCE_LIST }, insurer = { .kind = SOURCE_INSURER,
		.day = date_days((struct date){ 2026, 4, 2 }) };

	job_run(*state, &list, F("list"));
	job_run(*state, &insurer, F("insurer"));
	same_text(*state,
	        "SELECT group_concat(name || ' ' || first || ' ' || months || ' ' || amount, '|') "
	        "FROM (SELECT * FROM list_row ORDER BY id)",
	        "Siti Aminah 24314 3 50400|Eko, Jr. 24314 3 50400");
	same_text(*state, "SELECT total || ' ' || date(day * 86400, 'unixepoch') FROM list",
	        "100800 2026-03-24");
	same_text(*state,
	        "SELECT group_concat(name || ' ' || card || ' ' || reason || ' ' || first || ' ' "
	        "|| "
	        "last || ' ' || segment || ' ' || born || ' ' || sex || ' ' || day, '|') FROM "
	        "(SELECT * FROM confirmation ORDER BY id)",
	        "SITI AMINAH 24000000001  24314 24314 1 1980-01-01 1 20545|"
	        "EKO 24000000002 Sudah terdaftar PU 24314 24314 2 1990-02-15 0 20545");
}

/* ---- once ---- */

static void write_file(const struct place *p, const char *text, char path[128])
{
	static int n;

	snprintf(path, 128, "%s/f%d.csv", p->folder, n++);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static struct job bank_of(struct place *p, const char *text, const struct conf_source *source)
{
	struct job j = { .kind = SOURCE_BANK, .source = source };
	char path[128];

	write_file(p, text, path);
	job_run(p, &j, path);
	if (j.rc != RC_OK)
		fail_msg("%s", j.err);
	return j;
}

#define HEAD "tanggal;keterangan;jumlah\n"
#define A "01/03/2026;A;Rp 16.800\n"
#define B "02/03/2026;B;33.600,00\n"
#define C "03/03/2026;C;1\n"

static void the_same_file_twice_changes_nothing(void **state)
{
	struct job first = bank_of(*state, HEAD A B, NULL),
	           second = bank_of(*state, HEAD A B, NULL);

	assert_int_equal(first.rows[IMPORT_TAKEN], 2);
	assert_true(second.known);
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM payment"), 2);
}

/* However the second file writes them; and two equal rows of one file are two in the next one. */
static void overlapping_files_count_once(void **state)
{
	struct job first = bank_of(*state, HEAD A A B, NULL);
	struct job second = bank_of(*state,
	        "Date,Description,Amount,Saldo\n2026-03-01,A,\"16,800.00\",5\n1 Maret "
	        "2026,A,16800,7\n"
	        "2026-03-02,B,33600,9\n2026-03-03,C,1,10\n1-Mar-26,A,16800,11\n",
	        NULL);

	assert_string_equal(first.seen, "2t 3t 4t ");
	assert_string_equal(second.seen, "2k 3k 4k 5t 6t ");
	assert_int_equal(ask_int(*state, "SELECT sum(amount) FROM payment"), 3 * 16800 + 33600 + 1);
}

static void rows_that_differ_in_one_word_both_count(void **state)
{
	static const char head[] = "tanggal;keterangan;jumlah;rekening pengirim;pengirim\n";
	static const char *const rows[] = { "01/03/2026;A;16800;1;x\n", "01/03/2026;B;16800;1;x\n",
		"01/03/2026;A;16800;2;x\n", "01/03/2026;A;16800;1;y\n",
		"01/03/2026;NIK 3374010101800001;16800;1;x\n",
		"01/03/2026;NIK 3374010101800002;16800;1;x\n" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		char file[200];

		snprintf(file, sizeof file, "%s%s", head, rows[i]);
		struct job j = bank_of(*state, file, NULL);

		assert_string_equal(j.seen, "2t ");
	}
}

static void a_look_counts_equal_rows_as_an_import_does(void **state)
{
	struct job look = { .kind = SOURCE_BANK, .dry = true };
	char path[128];

	(void)bank_of(*state, HEAD A, NULL);
	write_file(*state, HEAD A A B, path);
	job_run(*state, &look, path);
	assert_string_equal(look.seen, "2k 3t 4t ");
}

static void two_accounts_of_ours_may_say_the_same(void **state)
{
	struct conf_source one = { .name = "a", .own_account = "1" },
	                   two = { .name = "b", .own_account = "2" },
	                   renamed = { .name = "c", .own_account = "1" };
	struct job first = bank_of(*state, HEAD A, &one), second = bank_of(*state, HEAD A B, &two);
	struct job third = bank_of(*state, HEAD A C, &renamed);

	assert_string_equal(first.seen, "2t ");
	assert_string_equal(second.seen, "2t 3t ");
	assert_string_equal(third.seen, "2k 3t ");
}

static void a_mended_file_adds_only_what_was_bad(void **state)
{
	struct job first = bank_of(*state, HEAD A "02/03/2026;B;x\n" C, NULL),
	           again = bank_of(*state, HEAD A "02/03/2026;B;x\n" C, NULL),
	           mended = bank_of(*state, HEAD A B C, NULL);

	assert_string_equal(first.seen, "2t 3b 4t ");
	assert_false(again.known);
	assert_string_equal(again.seen, "2k 3b 4k ");
	assert_string_equal(mended.seen, "2k 3t 4k ");
}

/* With another reading the same file's bad rows become good, its good ones stay as they are. */
static void a_mended_source_adds_only_what_was_bad(void **state)
{
	struct conf_source comma = { .name = "a", .decimals = CONF_DECIMALS_COMMA },
	                   dot = { .name = "a", .decimals = CONF_DECIMALS_DOT };
	struct job first = bank_of(*state, HEAD A "02/03/2026;B;16,800\n", &comma),
	           second = bank_of(*state, HEAD A "02/03/2026;B;16,800\n", &dot);

	assert_string_equal(first.seen, "2t 3b ");
	assert_string_equal(second.seen, "2b 3t ");
	assert_int_equal(ask_int(*state, "SELECT sum(amount) FROM payment"), 2 * 16800);
}

/* ---- killed ---- */

static void killed_behind_any_row_the_same_import_completes_it(void **state)
{
	static const size_t which[] = { 0, 1, 5, 11, 13 };
	static const char all[] = "SELECT group_concat(x, '\n') FROM (SELECT number || ' ' || "
	                          "state || ' ' || nth || ' ' || "
	                          "reason || hex(hash) AS x FROM source_row ORDER BY number)";
	/* the same key, so that hashes compare: one store emptied for each round */
	static const char empty[] = "DELETE FROM payment; DELETE FROM list_row; DELETE FROM list;"
	                            "DELETE FROM confirmation; DELETE FROM source_row;"
	                            "DELETE FROM source_file";
	struct place *p = *state;

	for (size_t i = 0; i < COUNT(which); i++) {
		struct job whole = job_of(which[i]);
		char want[4000];

		job_run(p, &whole, files[which[i]].path);
		ask_text(p, all, want, sizeof want);
		for (int n = 1; n < 10; n++) {
			struct job killed = job_of(which[i]), again = killed;

			tamper(p, empty);
			killed.stop_after = n;
			job_run(p, &killed, files[which[i]].path);
			job_run(p, &again, files[which[i]].path);
			same_text(p, all, want);
			assert_int_equal(ask_int(p, "SELECT ended_at > 0 FROM source_file"), 1);
		}
		tamper(p, empty);
	}
}

static void a_file_changed_meanwhile_does_not_end(void **state)
{
	struct place *p = *state;
	const struct import_rules rules = { .kind = SOURCE_BANK, .words = &words, .today = TODAY };
	char path[128], err[IMPORT_ERR_CAP];
	struct import *im = NULL;
	struct source_file file;
	int left = IMPORT_LINES;
	bool more = false;

	write_file(p, HEAD A B, path);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	must(import_open(fd, &rules, &im, err));
	must(store_begin(p->s));
	must(import_begin(im, p->s, "x", "budi", T0, &file));
	must(import_step(im, p->s, go_on, &left, &more));
	assert_false(more);
	assert_int_equal(ftruncate(fd, 5), 0);
	assert_int_equal(import_end(im, p->s, T0), RC_AGAIN);
	assert_non_null(strstr(import_fault(im), "changed"));
	store_rollback(p->s);
	import_close(im);
	close(fd);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM source_file"), 0);
}

/* ---- secrets ---- */

static void no_nik_is_told_or_kept_in_clear(void **state)
{
	struct place *p = *state;
	struct job j = bank_of(p,
	        HEAD "3374010101800001;A;16800\n"
	             "01/03/2026;NIK 3374 0101 0180 0001;16800\n"
	             "01/03/2026;C;3374010101800001\n"
	             "01/03/2026;D 3374010101800001 E;16800\n",
	        NULL);
	struct job list = { .kind = SOURCE_LIST },
	           insurer = { .kind = SOURCE_INSURER, .day = 20545 };
	char path[128], command[200];

	assert_string_equal(j.seen, "2b 3t 4b 5t ");
	same_text(p, "SELECT text FROM payment WHERE text LIKE 'D%'", "D [NIK] E");
	assert_null(strstr(j.whys, "33740101"));
	write_file(p, "nik;nama;jumlah;mulai\nSiti;3374010101800001;16800;2026-03\n", path);
	job_run(p, &list, path);
	assert_int_equal(list.rows[IMPORT_BAD], 1);
	write_file(p,
	        "nik,nama,status,bulan\n3374010101800001,Siti,3374010101800001,2026-03\n"
	        "3374010101800001,Siti 3374010101800001,aktif,2026-03\n",
	        path);
	job_run(p, &insurer, path);
	assert_int_equal(insurer.rows[IMPORT_BAD], 1);
	assert_null(strstr(list.whys, "33740101"));
	assert_null(strstr(insurer.whys, "33740101"));
	unlink(path);
	store_close(p->s);
	p->s = NULL;
	snprintf(command, sizeof command, "grep -qa 33740101 '%s'*", p->path);
	assert_int_not_equal(system(command), 0);
	place_open(p, STORE_LIVE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, import_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		T(every_row_has_its_verdict_and_reason),
		T(a_look_tells_what_an_import_does),
		T(payments_are_what_the_bank_wrote),
		T(lists_and_answers_are_what_was_written),
		T(the_same_file_twice_changes_nothing),
		T(overlapping_files_count_once),
		T(rows_that_differ_in_one_word_both_count),
		T(a_look_counts_equal_rows_as_an_import_does),
		T(two_accounts_of_ours_may_say_the_same),
		T(a_mended_file_adds_only_what_was_bad),
		T(a_mended_source_adds_only_what_was_bad),
		T(killed_behind_any_row_the_same_import_completes_it),
		T(a_file_changed_meanwhile_does_not_end),
		T(no_nik_is_told_or_kept_in_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
