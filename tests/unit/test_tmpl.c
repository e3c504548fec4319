/* Templates: what is shipped is whole and fits, every kind of fault is found where it stands, and
 * what is rendered never says less or more than it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/text.h>
#include <payung/tmpl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define EMOJI "\xf0\x9f\x98\x80"

static const char table[] = "# comment\n"
                            "nama|Muhammad Abdulla|16|name\n"
                            "rp|Rp4.435.200.000|15|amount|fact\n"
                            "cs|0812345678901|13|help line|fact\r\n"
                            "\n"
                            "ref|D4F7K2X9|8|reference\n";

struct faults {
	int n, line;
	char file[64], message[512]; /* of the first */
};

static void note(void *arg, const char *file, int line, const char *message)
{
	struct faults *f = arg;

	if (f->n++)
		return;
	f->line = line;
	(void)snprintf(f->file, sizeof(f->file), "%s", file);
	(void)snprintf(f->message, sizeof(f->message), "%s", message);
}

static struct tmpl_set *set_with(const char *texts)
{
	struct tmpl_set *s = tmpl_new();
	struct faults f = { 0 };

	if (tmpl_load_placeholders(s, "p.txt", table, note, &f) ||
	        tmpl_load_texts(s, "id", "id.txt", texts, note, &f))
		fail_msg("%s:%d: %s", f.file, f.line, f.message);
	return s;
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *buf = calloc(1, 65536);

	if (!f || !buf)
		fail_msg("%s: run the tests from the top of the source", path);
	size_t n = fread(buf, 1, 65535, f);

	assert_in_range(n, 1, 65534);
	(void)fclose(f);
	return buf;
}

static void load_file(struct tmpl_set *s, const char *lang, const char *name, struct faults *f)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "templates/%s/%s", lang, name);
	char *content = read_file(path);

	if (tmpl_load_texts(s, lang, path, content, note, f))
		fail_msg("%s:%d: %s", f->file, f->line, f->message);
	free(content);
}

static struct tmpl_set *shipped(void)
{
	static const char *const files[][2] = { { "id", "worker.txt" }, { "id", "reminder.txt" },
		{ "id", "sponsor.txt" }, { "id", "duty.txt" }, { "id", "ussd.txt" },
		{ "id", "words.txt" }, { "jv_krama", "worker.txt" }, { "jv_krama", "reminder.txt" },
		{ "jv_krama", "ussd.txt" }, { "jv_krama", "words.txt" },
		{ "jv_ngoko", "worker.txt" }, { "jv_ngoko", "reminder.txt" },
		{ "jv_ngoko", "ussd.txt" }, { "jv_ngoko", "words.txt" } };
	struct tmpl_set *s = tmpl_new();
	struct faults f = { 0 };
	char *content = read_file("templates/placeholders.txt");

	if (tmpl_load_placeholders(s, "placeholders.txt", content, note, &f))
		fail_msg("%d: %s", f.line, f.message);
	free(content);
	for (size_t i = 0; i < COUNT(files); i++)
		load_file(s, files[i][0], files[i][1], &f);
	if (tmpl_check(s, note, &f))
		fail_msg("%s:%d: %s", f.file, f.line, f.message);
	return s;
}

struct wanted {
	const char *lang, *id;
	bool seen;
};

static void mark(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	struct wanted *w = arg;

	assert_in_range(worst, 1, limit);
	assert_int_equal(text_measure(text).coding, TEXT_GSM7);
	if (strcmp(id, w->id) == 0 && strcmp(lang, w->lang) == 0)
		w->seen = true;
}

static void want(const struct tmpl_set *s, const char *lang, const char *id)
{
	struct wanted w = { lang, id, false };

	tmpl_each(s, mark, &w);
	if (!w.seen)
		fail_msg("%s is missing in %s", id, lang);
}

static void want_run(const struct tmpl_set *s, const char *stem, int first, int last)
{
	char id[24];

	for (int i = first; i <= last; i++) {
		(void)snprintf(id, sizeof(id), "%s%02d", stem, i);
		want(s, "id", id);
	}
}

static void every_text_is_shipped_and_fits(void **state)
{
	static const char *const javanese[] = { "W01", "W06", "W14", "W15", "R01", "R06", "U00" };
	struct tmpl_set *s = shipped();

	(void)state;
	want_run(s, "W", 1, 43);
	want_run(s, "R", 1, 12);
	want_run(s, "S", 1, 17);
	want_run(s, "D", 1, 2);
	want(s, "id", "U00");
	want(s, "id", "U05");
	want_run(s, "U", 10, 16);
	want_run(s, "U", 20, 24);
	want_run(s, "U", 30, 32);
	want_run(s, "U", 40, 43);
	want(s, "id", "U50");
	for (size_t i = 0; i < COUNT(javanese); i++) {
		want(s, "jv_krama", javanese[i]);
		want(s, "jv_ngoko", javanese[i]);
	}
	tmpl_free(s);
}

static void every_occupation_and_state_has_a_word(void **state)
{
	static const char *const states[] = { "ST_ACTIVE", "ST_PENDING", "ST_LAPSED",
		"ST_ARREARS" };
	static const char *const langs[] = { "id", "jv_krama", "jv_ngoko" };
	struct tmpl_set *s = shipped();

	(void)state;
	for (size_t l = 0; l < COUNT(langs); l++) {
		for (int i = 1; i <= 9; i++) {
			char id[24];

			(void)snprintf(id, sizeof(id), "KERJA%d", i);
			want(s, langs[l], id);
		}
		for (size_t i = 0; i < COUNT(states); i++)
			want(s, langs[l], states[i]);
	}
	assert_string_equal(tmpl_word(s, "KERJA2", "id"), "Nelayan");
	assert_string_equal(tmpl_word(s, "ST_LAPSED", "jv_ngoko"), "ORA AKTIF");
	assert_string_equal(tmpl_word(s, "ALASAN_NIK", "jv_ngoko"), "data NIK berbeda");
	assert_null(tmpl_word(s, "KERJA10", "id"));
	tmpl_free(s);
}

static void a_shipped_text_reads_as_expected(void **state)
{
	struct tmpl_set *s = shipped();
	struct tmpl_args a = { 0 };
	char out[TMPL_TEXT_CAP];

	(void)state;
	tmpl_arg(&a, "nama", "Siti Aminah");
	tmpl_arg(&a, "kpj4", "8901");
	tmpl_arg(&a, "tgl", "31-12-2026");
	tmpl_arg(&a, "tglk", "22-11");
	tmpl_arg(&a, "sponsor", "Dinsos Demak");
	tmpl_arg(&a, "resmi", "175");
	assert_int_equal(tmpl_render(s, "W15", "id", &a, out, sizeof(out)), RC_OK);
	assert_string_equal(out,
	        "STATUS: AKTIF s.d. 31-12-2026. Siti Aminah, kartu ..8901, JKK+JKM, "
	        "iuran Dinsos Demak. Catatan kami per 22-11. Cek resmi: telp 175");
	assert_int_equal(tmpl_render(s, "U14", "jv_krama", &a, out, sizeof(out)), RC_INVALID);
	tmpl_free(s);
}

/* The worst case that the checker counts is what a text with the longest values really needs. */
struct worst {
	const struct tmpl_set *set;
	const struct tmpl_args *args;
};

static void render_longest(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	const struct worst *w = arg;
	char out[TMPL_TEXT_CAP];

	(void)text;
	(void)limit;
	if (tmpl_render(w->set, id, lang, w->args, out, sizeof(out)))
		fail_msg("%s %s", lang, id);
	assert_int_equal(text_measure(out).units, worst);
}

static void the_worst_case_is_what_longest_values_give(void **state)
{
	struct tmpl_set *s = set_with("[A] 160\n{nama}: {rp}, [{cs}]\n\n[B] 20\nbaris\n{ref}\n");
	struct tmpl_args a = { 0 };
	struct worst w = { s, &a };

	(void)state;
	tmpl_arg(&a, "nama", "Muhammad Abdullah Fikri bin Umar");
	tmpl_arg(&a, "rp", "Rp4.435.200.000");
	tmpl_arg(&a, "cs", "0812345678901");
	tmpl_arg(&a, "ref", "D4F7K2X9");
	tmpl_each(s, render_longest, &w);
	tmpl_free(s);
}

static const struct {
	const char *what, *texts;
	int line;
	const char *message;
} faults[] = {
	{ "unknown placeholder", "[A] 160\nHalo {nema}\n", 2, "did you mean {nama}?" },
	{ "hopeless placeholder", "[A] 160\nHalo {qwertyu}\n", 2, "placeholders.txt" },
	{ "capitals in braces", "[A] 160\nHalo {NAMA}\n", 2, "braces" },
	{ "open brace", "[A] 160\nsatu\nHalo {nama\n", 3, "braces" },
	{ "stray brace", "[A] 160\nHalo nama}\n", 2, "braces" },
	{ "empty braces", "[A] 160\nHalo {}\n", 2, "braces" },
	{ "too long with the longest name", "\n[A] 20\nHalo {nama}\n", 2, "needs 21 of 20" },
	{ "extension signs are counted", "[A] 5\nx~~~\n", 1, "needs 7 of 5" },
	{ "curly quote", "[A] 160\nHalo \xe2\x80\x9cpak\n", 2, "write '\"'" },
	{ "emoji", "[A] 160\nHalo\n" EMOJI "\n", 3, "U+1F600" },
	{ "tab", "[A] 160\nHalo\tpak\n", 2, "control character U+0009" },
	{ "not UTF-8", "[A] 160\nHalo \xff\n", 2, "UTF-8" },
	{ "defined twice", "[A] 160\nHalo\n\n[A] 160\nHalo\n", 4, "id.txt:1" },
	{ "no text", "[A] 160\n\n[B] 160\nHalo\n", 1, "no text" },
	{ "no text at the end", "[A] 160", 1, "no text" },
	{ "no limit", "[A]\nHalo\n", 1, "limit" },
	{ "bad limit", "[A] 160x\nHalo\n", 1, "limit" },
	{ "limit zero", "[A] 0\nHalo\n", 1, "limit" },
	{ "limit too large", "[A] 1531\nHalo\n", 1, "limit" },
	{ "small letters in the id", "[w01] 160\nHalo\n", 1, "capitals" },
	{ "no closing bracket", "[A 160\nHalo\n", 1, "brackets" },
	{ "id too long", "[ABCDEFGHIJKLMNOP] 160\nHalo\n", 1, "too long" },
	{ "text without an id", "# c\nHalo\n", 2, "without an id" },
	{ "no blank line between", "[A] 160\nHalo\n[B] 160\nHalo\n", 3, "blank line" },
};

static void every_fault_is_told_with_its_line_and_cure(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		struct tmpl_set *s = set_with("");
		struct faults f = { 0 };
		rc_t rc = tmpl_load_texts(s, "id", "id.txt", faults[i].texts, note, &f);

		if (rc != RC_INVALID || !f.n)
			fail_msg("%s: not found", faults[i].what);
		assert_string_equal(f.file, "id.txt");
		if (f.line != faults[i].line || !strstr(f.message, faults[i].message))
			fail_msg("%s: line %d: %s", faults[i].what, f.line, f.message);
		tmpl_free(s);
	}
}

static void all_faults_of_a_file_are_told_and_the_rest_is_kept(void **state)
{
	struct tmpl_set *s = set_with("");
	struct faults f = { 0 };

	(void)state;
	assert_int_equal(
	        tmpl_load_texts(s, "id", "id.txt",
	                "[A] 160\n{x} {nema} " EMOJI "\n\n[B] 160\nbaik\n\n[C] 1\nxx\n", note, &f),
	        RC_INVALID);
	assert_int_equal(f.n, 4);
	assert_null(tmpl_word(s, "A", "id"));
	assert_string_equal(tmpl_word(s, "B", "id"), "baik");
	assert_null(tmpl_word(s, "C", "id"));
	tmpl_free(s);
}

static const struct {
	const char *row, *message;
} bad_rows[] = {
	{ "nama|x|1", "write name|" },
	{ "nama|x|1|m|facts", "write name|" },
	{ "nama|x|1|m|fact|more", "write name|" },
	{ "Nama|x|1|m", "small letters" },
	{ "|x|1|m", "small letters" },
	{ "abcdefghijklm|x|1|m", "small letters" },
	{ "nama|x|0|m", "max septets" },
	{ "nama|x|128|m", "max septets" },
	{ "nama|x|2|m", "exactly 2" },
	{ "nama|xyz|2|m", "exactly 2" },
	{ "nama|" EMOJI "|2|m", "exactly 2" },
	{ "dua|xy|2|m\ndua|xy|2|m", "already" },
};

static void faulty_placeholders_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad_rows); i++) {
		struct tmpl_set *s = tmpl_new();
		struct faults f = { 0 };

		assert_int_equal(
		        tmpl_load_placeholders(s, "p.txt", bad_rows[i].row, note, &f), RC_INVALID);
		assert_int_equal(f.n, 1);
		if (!strstr(f.message, bad_rows[i].message))
			fail_msg("%s: %s", bad_rows[i].row, f.message);
		tmpl_free(s);
	}
}

static const struct {
	const char *what, *translation, *message;
} translations[] = {
	{ "fine", "[A] 160\nKagem {nama}: {rp}\n", NULL },
	{ "a name may go", "[A] 160\nKagem: {rp}\n", NULL },
	{ "no original", "[B] 160\nKagem {nama}\n", "not in the language id" },
	{ "fact lacking", "[A] 160\nKagem {nama}\n", "lacks {rp}" },
	{ "placeholder too many", "[A] 160\nKagem {nama}: {rp} {cs}\n", "{cs} is not in" },
	{ "another limit", "[A] 320\nKagem {nama}: {rp}\n", "limit is 160" },
};

static void translations_are_measured_against_the_original(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(translations); i++) {
		struct tmpl_set *s = set_with("[A] 160\nUntuk {nama}: {rp}\n");
		struct faults f = { 0 };

		assert_int_equal(
		        tmpl_load_texts(s, "jv", "jv.txt", translations[i].translation, note, &f),
		        RC_OK);
		rc_t rc = tmpl_check(s, note, &f);

		if (!translations[i].message) {
			assert_int_equal(rc, RC_OK);
		} else if (rc != RC_INVALID || f.n != 1 ||
		           !strstr(f.message, translations[i].message)) {
			fail_msg("%s: %s", translations[i].what, f.message);
		} else {
			assert_string_equal(f.file, "jv.txt");
			assert_int_equal(f.line, 1);
		}
		tmpl_free(s);
	}
}

static void a_language_name_that_does_not_fit_is_refused(void **state)
{
	struct tmpl_set *s = set_with("");
	struct faults f = { 0 };

	(void)state;
	assert_int_equal(
	        tmpl_load_texts(s, "abcdefghijkl", "x.txt", "[A] 9\nx\n", note, &f), RC_INVALID);
	assert_int_equal(f.n, 1);
	tmpl_free(s);
}

static void editors_leftovers_are_harmless(void **state)
{
	struct tmpl_set *s = set_with("\xef\xbb\xbf[A] 160  \r\nsatu  \r\n# catatan\r\ndua\t\r\n");

	(void)state;
	assert_string_equal(tmpl_word(s, "A", "id"), "satu\ndua");
	tmpl_free(s);
}

/* value in {nama} (16, may be cut) or {rp} (15, a fact) */
static const struct {
	const char *name, *value;
	rc_t rc;
	const char *out;
} values[] = {
	{ "nama", "Siti", RC_OK, "<Siti>" }, { "nama", "", RC_OK, "<>" },
	{ "nama", "Muhammad Abdullah Fikri", RC_OK, "<Muhammad Abdulla>" },
	{ "nama",
	        "Siti\xe2\x80\x99"
	        "ah",
	        RC_OK, "<Siti'ah>" },
	{ "nama", "Zo\xc3\xab \xc5\x9e", RC_OK, "<Zoe S>" },
	{ "nama", "Ren\xc3\xa9", RC_OK, "<Ren\xc3\xa9>" },
	{ "nama", EMOJI " Budi", RC_OK, "<? Budi>" },
	{ "nama", "Budi\nKirim PIN", RC_OK, "<Budi Kirim PIN>" },
	{ "nama", "{rp}", RC_OK, "<{rp}>" },          /* a value is never a template */
	{ "nama", "[[[[[[[[[", RC_OK, "<[[[[[[[[>" }, /* brackets count two */
	{ "rp", "Rp4.435.200.000", RC_OK, "<Rp4.435.200.000>" },
	{ "rp", "Rp44.435.200.000", RC_LIMIT, "" }, /* a cut amount would be a lie */
	{ "ref", "D4F7K2X9", RC_INVALID, "" },      /* the argument asked for is missing */
};

static void values_are_tamed_cut_or_refused(void **state)
{
	struct tmpl_set *s =
	        set_with("[NAMA] 30\n<{nama}>\n\n[RP] 30\n<{rp}>\n\n[REF] 30\n<{nama}>\n");

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct tmpl_args a = { 0 };
		char out[64] = "";
		const char *id = strcmp(values[i].name, "nama") == 0 ? "NAMA"
		                 : strcmp(values[i].name, "rp") == 0 ? "RP"
		                                                     : "REF";

		tmpl_arg(&a, values[i].name, values[i].value);
		assert_int_equal(tmpl_render(s, id, "id", &a, out, sizeof(out)), values[i].rc);
		assert_string_equal(out, values[i].out);
	}
	tmpl_free(s);
}

static void a_missing_text_or_a_small_buffer_is_told(void **state)
{
	struct tmpl_set *s = set_with("[A] 30\nhalo\n");
	char out[5] = "....";

	(void)state;
	assert_int_equal(tmpl_render(s, "Z", "id", NULL, out, sizeof(out)), RC_NOENT);
	assert_int_equal(tmpl_render(s, "A", "id", NULL, out, 4), RC_LIMIT);
	assert_string_equal(out, "....");
	assert_int_equal(tmpl_render(s, "A", "xx", NULL, out, 5), RC_OK); /* falls back */
	assert_string_equal(out, "halo");
	tmpl_free(s);
}

static void a_language_is_used_where_it_has_the_text(void **state)
{
	struct tmpl_set *s = set_with("[A] 30\nsatu\n\n[B] 30\ndua\n");
	struct faults f = { 0 };
	char out[16];

	(void)state;
	assert_int_equal(tmpl_load_texts(s, "jv", "jv.txt", "[A] 30\nsiji\n", note, &f), RC_OK);
	assert_int_equal(tmpl_render(s, "A", "jv", NULL, out, sizeof(out)), RC_OK);
	assert_string_equal(out, "siji");
	assert_int_equal(tmpl_render(s, "B", "jv", NULL, out, sizeof(out)), RC_OK);
	assert_string_equal(out, "dua");
	assert_string_equal(tmpl_word(s, "A", "jv"), "siji");
	tmpl_free(s);
	tmpl_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_is_shipped_and_fits),
		cmocka_unit_test(every_occupation_and_state_has_a_word),
		cmocka_unit_test(a_shipped_text_reads_as_expected),
		cmocka_unit_test(the_worst_case_is_what_longest_values_give),
		cmocka_unit_test(every_fault_is_told_with_its_line_and_cure),
		cmocka_unit_test(all_faults_of_a_file_are_told_and_the_rest_is_kept),
		cmocka_unit_test(faulty_placeholders_are_told),
		cmocka_unit_test(translations_are_measured_against_the_original),
		cmocka_unit_test(a_language_name_that_does_not_fit_is_refused),
		cmocka_unit_test(editors_leftovers_are_harmless),
		cmocka_unit_test(values_are_tamed_cut_or_refused),
		cmocka_unit_test(a_missing_text_or_a_small_buffer_is_told),
		cmocka_unit_test(a_language_is_used_where_it_has_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
