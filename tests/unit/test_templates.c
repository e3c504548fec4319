/* The templates' folder as it is found on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/templates.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char dir[64];

static void put(const char *name, const char *content, size_t len)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void folder(const char *name)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/payung-templates-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command);
}

struct said {
	int n;
	char all[4000];
};

static void note(void *arg, const char *file, int line, const char *message)
{
	struct said *s = arg;
	size_t len = strlen(s->all);

	s->n++;
	snprintf(s->all + len, sizeof s->all - len, "%s:%d %s\n", file, line, message);
}

static void shipped_templates_load_with_every_language(void **state)
{
	struct templates t = { 0 };
	struct said s = { 0 };

	(void)state;
	rc_t rc = templates_load("templates", &t, note, &s);

	assert_string_equal(s.all, "");
	assert_int_equal(rc, RC_OK);
	assert_non_null(strstr(t.keywords, "DAFTAR"));
	assert_string_equal(t.keywords_file, "templates/keywords.txt");
	assert_non_null(tmpl_word(t.set, "ST_ACTIVE", "id"));
	templates_clear(&t);
	assert_null(t.set);
}

/* Krama is told to be whole: docs/TRANSLATIONS.md. */
struct whole {
	char have[6000]; /* " W01 W02 ..." of jv_krama */
	size_t missing, asked;
};

static bool is_for_workers(const char *id)
{
	return (id[0] == 'W' || id[0] == 'R' || id[0] == 'U') && id[1] >= '0' && id[1] <= '9';
}

static void note_krama(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	struct whole *w = arg;

	(void)text, (void)worst, (void)limit;
	if (strcmp(lang, "jv_krama") != 0)
		return;
	assert_true(strlen(w->have) + strlen(id) + 3 < sizeof w->have);
	strcat(strcat(w->have, id), " ");
}

static void ask_for(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	struct whole *w = arg;
	char wanted[TMPL_ID_CAP + 2];

	(void)text, (void)worst, (void)limit;
	if (strcmp(lang, "id") != 0 || !is_for_workers(id))
		return;
	w->asked++;
	snprintf(wanted, sizeof wanted, " %s ", id);
	if (!strstr(w->have, wanted)) {
		print_error("jv_krama lacks %s\n", id);
		w->missing++;
	}
}

static void every_text_for_workers_is_in_krama_too(void **state)
{
	struct templates t = { 0 };
	struct said s = { 0 };
	struct whole w = { .have = " " };

	(void)state;
	assert_int_equal(templates_load("templates", &t, note, &s), RC_OK);
	tmpl_each(t.set, note_krama, &w);
	tmpl_each(t.set, ask_for, &w);
	assert_true(w.asked > 80);
	assert_int_equal(w.missing, 0);
	templates_clear(&t);
}

static void every_file_that_cannot_be_read_is_told(void **state)
{
	struct templates t = { 0 };
	struct said s = { 0 };

	(void)state;
	put("placeholders.txt", "", 0);
	folder("id");
	put("id/bad.txt", "\xff\xfe", 2);
	put("id/nul.txt", "a\0b", 3);
	put("id/note.bak", "\xff", 1); /* no text file: not looked at */
	folder("id/dir.txt");
	folder("en");
	folder("data");
	folder("a_name_too_long");
	assert_int_equal(templates_load(dir, &t, note, &s), RC_IO);
	assert_null(t.set);
	assert_non_null(strstr(s.all, "/id/bad.txt:0 is not UTF-8"));
	assert_non_null(strstr(s.all, "/id/nul.txt:0 is not UTF-8"));
	assert_non_null(strstr(s.all, "/id/dir.txt:0 cannot be read"));
	assert_non_null(strstr(s.all, "/en:0 has no texts"));
	assert_non_null(strstr(s.all, "/a_name_too_long:0 is too long"));
	assert_non_null(strstr(s.all, "/keywords.txt:0 is missing"));
	assert_int_equal(s.n, 6);
}

static void folder_that_is_none_is_told_once(void **state)
{
	struct templates t = { 0 };
	struct said s = { 0 };

	(void)state;
	assert_int_equal(templates_load("/nonexistent", &t, note, &s), RC_IO);
	assert_int_equal(s.n, 1);
}

static void faults_of_texts_refuse_the_folder(void **state)
{
	struct templates t = { 0 };
	struct said s = { 0 };

	(void)state;
	put("placeholders.txt", "what is this\n", 13);
	folder("id");
	put("id/worker.txt", "nonsense\n", 9);
	put("keywords.txt", "", 0);
	assert_int_equal(templates_load(dir, &t, note, &s), RC_INVALID);
	assert_non_null(strstr(s.all, "/placeholders.txt:1 "));
	assert_non_null(strstr(s.all, "/id/worker.txt:1 "));
}

static void one_file_is_read_whole_without_its_mark(void **state)
{
	static const struct {
		const char *content;
		size_t len;
		rc_t rc;
		const char *want;
	} cases[] = {
		{ "a\nb", 3, RC_OK, "a\nb" },
		{ "\xef\xbb\xbf"
		  "a",
		        4, RC_OK, "a" },
		{ "", 0, RC_OK, "" },
		{ "\xc3", 1, RC_INVALID, NULL },
	};
	char path[TEMPLATES_PATH_CAP], *out;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		put("x.csv", cases[i].content, cases[i].len);
		out = NULL;
		assert_int_equal(templates_read(dir, "x.csv", path, &out), cases[i].rc);
		if (cases[i].want)
			assert_string_equal(out, cases[i].want);
		else
			assert_null(out);
		free(out);
	}
	assert_int_equal(templates_read(dir, "y.csv", path, &out), RC_NOENT);
	assert_non_null(strstr(path, "/y.csv"));
}

static void file_that_is_too_large_is_refused(void **state)
{
	char path[TEMPLATES_PATH_CAP], *out = NULL;
	char *big = calloc(1, TEMPLATES_FILE_MAX + 1);

	(void)state;
	memset(big, 'x', TEMPLATES_FILE_MAX + 1);
	put("x.csv", big, TEMPLATES_FILE_MAX + 1);
	assert_int_equal(templates_read(dir, "x.csv", path, &out), RC_LIMIT);
	put("x.csv", big, TEMPLATES_FILE_MAX);
	assert_int_equal(templates_read(dir, "x.csv", path, &out), RC_OK);
	free(out);
	out = NULL; /* a file of the operator's own */
	assert_int_equal(templates_read("nowhere", strdupa(path), path, &out), RC_OK);
	free(out);
	free(big);
}

static void common_values_fill_what_is_missing(void **state)
{
	static const char *const names[] = { "svc", "cs", "eks", "resmi" };
	struct conf_service service = { "Payung", "", "+62811222333", "175" };
	struct tmpl_args a = { 0 };

	(void)state;
	tmpl_arg(&a, "svc", "given");
	templates_common(&service, &a);
	assert_int_equal(a.n, COUNT(names));
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(a.arg[i].name, names[i]);
	assert_string_equal(a.arg[0].value, "given");
	assert_string_equal(a.arg[1].value, "0811222333");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_templates_load_with_every_language),
		cmocka_unit_test(every_text_for_workers_is_in_krama_too),
		cmocka_unit_test_setup_teardown(
		        every_file_that_cannot_be_read_is_told, make_folder, remove_folder),
		cmocka_unit_test(folder_that_is_none_is_told_once),
		cmocka_unit_test_setup_teardown(
		        faults_of_texts_refuse_the_folder, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
		        one_file_is_read_whole_without_its_mark, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
		        file_that_is_too_large_is_refused, make_folder, remove_folder),
		cmocka_unit_test(common_values_fill_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
