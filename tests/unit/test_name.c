/* Names made comparable: with the shipped rules what is one name is one, and what is not stays
 * apart; rules with faults are refused where they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <payung/name.h>
#include <payung/templates.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define THRESHOLD 850 /* below it an officer looks */

struct told {
	int n, line;
	char message[200]; /* the first */
};

static void note(void *arg, const char *file, int line, const char *message)
{
	struct told *t = arg;

	assert_string_equal(file, "names.txt");
	if (!t->n++) {
		t->line = line;
		snprintf(t->message, sizeof(t->message), "%s", message);
	}
}

static int load_shipped(void **state)
{
	char path[TEMPLATES_PATH_CAP], *content = NULL;
	struct told t = { 0 };

	if (templates_read("templates", "data/names.txt", path, &content) != RC_OK)
		return -1;
	*state = name_rules_new("names.txt", content, note, &t);
	free(content);
	return *state && !t.n ? 0 : -1;
}

static int unload(void **state)
{
	name_rules_free(*state);
	return 0;
}

static int compared(const struct name_rules *r, const char *a, const char *b)
{
	char x[NAME_KEY_CAP], y[NAME_KEY_CAP];

	name_key(r, a, x);
	name_key(r, b, y);
	assert_int_equal(name_similarity(x, y), name_similarity(y, x));
	return name_similarity(x, y);
}

static const char *const one_name[][2] = {
	/* signs */
	{ "Eisti'anah", "EISTIANAH" },
	{ "Eisti\xe2\x80\x99"
	  "anah",
	        "Eisti`anah" },
	{ "  siti   aminah ", "Siti Aminah" },
	{ "Nur Aini", "Nuraini" },
	{ "Nur-Aini", "NUR'AINI" },
	{ "Ren\xc3\xa9 Andr\xc3\xa9", "RENE ANDRE" },
	/* titles */
	{ "H. Moch. Soeharto", "Mochamad Suharto" },
	{ "KH Abdurrahman", "Abdurrahman" },
	{ "K.H. Abdurrahman", "Abdurrahman" },
	{ "Prof. Dr. Ir. H. Joko Santoso, M.Pd.I", "Joko Santoso" },
	{ "Drs. Bambang Sutrisno, S.E., M.M.A.", "Bambang Sutrisno" },
	{ "Eisti'anah, SE MMA", "Eistianah" },
	{ "Ny. Sulastri", "Bu Sulastri" },
	{ "Hj. Siti Khotimah", "Siti Chotimah, Hj" },
	{ "H.Suparman,S.Pd", "SUPARMAN" },
	/* short forms */
	{ "Moh. Ali", "Muhammad Ali" },
	{ "M. Ali", "MOHAMMAD ALI" },
	{ "Muh Ali", "Mochammad Ali" },
	{ "Abd. Rahman", "Abdul Rahman" },
	{ "Ach. Fauzi", "Ahmad Fauzi" },
	{ "Achmad Fauzi", "Akhmad Fauzi" },
	/* old and other spelling */
	{ "Djoko", "Joko" },
	{ "Tjipto", "Cipto" },
	{ "Soerjo Widjaja", "Suryo Wijaya" },
	{ "Sjahrir", "Syahrir" },
	{ "Njoman Soewandi", "Nyoman Suwandi" },
	{ "Pandjaitan", "Panjaitan" },
	{ "Tjahjono", "Cahyono" },
	{ "Chairul Arief", "Khairul Arif" },
	{ "Zaenal Abidin", "Zainal Abidin" },
	{ "Nurrohman", "Nurohman" },
	/* the order of words */
	{ "Aminah Siti", "Siti Aminah" },
};

static void one_name_in_many_spellings_is_equal(void **state)
{
	for (size_t i = 0; i < COUNT(one_name); i++) {
		int now = compared(*state, one_name[i][0], one_name[i][1]);

		if (now != NAME_SAME)
			print_error("%s / %s: %d\n", one_name[i][0], one_name[i][1], now);
		assert_int_equal(now, NAME_SAME);
	}
}

static const char *const slips[][2] = {
	{ "Siti Aminah", "Siti Amina" },
	{ "Siti Aminah", "Siti Amniah" },
	{ "Sulistyaningsih", "Sulistianingsih" },
	{ "Abdurrahman", "Abdul Rahman" },
	{ "Bambang Sutrisno", "Bambang Soetrisna" },
	{ "Sri Wahyuni", "Sri Wahjuny" },
};

static void slips_of_a_long_name_are_forgiven(void **state)
{
	for (size_t i = 0; i < COUNT(slips); i++) {
		int now = compared(*state, slips[i][0], slips[i][1]);

		if (now < THRESHOLD || now == NAME_SAME)
			print_error("%s / %s: %d\n", slips[i][0], slips[i][1], now);
		assert_in_range(now, THRESHOLD, NAME_SAME - 1);
	}
}

static const char *const two_names[][2] = {
	{ "Siti Aminah", "Siti Aisyah" },
	{ "Siti Aminah", "Siti" },
	{ "Suharto", "Suhartono" },
	{ "Suparman", "Suparmi" },
	{ "Moh. Ali", "Muhammad Aziz" },
	{ "Ahmad", "Muhammad" },
	{ "Budi Santoso", "Budi Hartono" },
	{ "Joko Susilo", "Joko Santoso" },
	{ "Sri Wahyuni", "Sri Mulyani" },
	{ "Slamet", "Selamet Riyadi" },
};

static void two_names_stay_apart(void **state)
{
	for (size_t i = 0; i < COUNT(two_names); i++) {
		int now = compared(*state, two_names[i][0], two_names[i][1]);

		if (now >= THRESHOLD)
			print_error("%s / %s: %d\n", two_names[i][0], two_names[i][1], now);
		assert_in_range(now, 0, THRESHOLD - 1);
	}
}

static void keys_hold_no_titles_and_no_short_forms(void **state)
{
	static const struct {
		const char *name, *key;
	} keys[] = {
		{ "H. Moch. Soeharto", "MUHAMAD SUHARTO" },
		{ "Ma'ruf Ja'far", "MARUF YAFAR" },
		{ "M. Nur", "MUHAMAD NUR" },
		{ "Nur M.", "NUR M" },
		{ "M.", "M" },
		{ "Haji", "HAYI" }, /* a name that is nothing but a title stays */
		{ "Ir. H.", "H" },
		{ "S.Pd", "S PD" },
		{ "Agus S E", "AGUS" },
		{ "Agus, S.T.R.K.E.B", "AGUS S T R K E B" }, /* no degree has so many dots */
		{ "", "" },
		{ " .'- ", "" },
		{ "\xe4\xb8\xad\xe6\x96\x87", "" },
	};
	char key[NAME_KEY_CAP];

	for (size_t i = 0; i < COUNT(keys); i++) {
		name_key(*state, keys[i].name, key);
		assert_string_equal(key, keys[i].key);
	}
}

static void similarity_counts_changed_letters(void **state)
{
	static const struct {
		const char *a, *b;
		int want;
	} cases[] = {
		{ "", "", 0 },
		{ "", "ALI", 0 },
		{ "ALI", "ALI", 1000 },
		{ "ABCD", "ABCX", 750 },
		{ "ABCD", "ABC", 750 },
		{ "ABCD", "ABDC", 750 }, /* swapped neighbours: one change */
		{ "ABCD", "CABX", 250 },
		{ "ABCD", "WXYZ", 0 },
		{ "A B C", "ABC", 1000 },
		{ "B A", "A B", 1000 },
		{ "ABCDEFG", "ABCDEFX", 857 },
		{ "ABCDEF", "ABCDEX", 833 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(name_similarity(cases[i].a, cases[i].b), cases[i].want);
}

static void names_of_any_length_fit(void **state)
{
	char name[1000], key[NAME_KEY_CAP];

	for (size_t i = 0; i + 1 < sizeof(name); i++)
		name[i] = i % 4 == 3 ? ' ' : (char)('A' + i % 7);
	name[sizeof(name) - 1] = '\0';
	name_key(*state, name, key);
	assert_in_range(strlen(key), 20, NAME_KEY_CAP - 1);
	memset(name, 'A', 500);
	memcpy(name, "Ach", 3);
	for (size_t i = 3; i + 3 < sizeof(name); i += 3)
		memcpy(name + i, " Mh", 3);
	name_key(*state, name, key);
	assert_int_equal(name_similarity(key, key), NAME_SAME);
}

static void the_longest_spelling_is_taken(void **state)
{
	struct name_rules *r = name_rules_new("names.txt", "letters: S=Z SJ=SY\n", NULL, NULL);
	char key[NAME_KEY_CAP];

	(void)state;
	assert_non_null(r);
	name_key(r, "Sjamsul", key);
	assert_string_equal(key, "SYAMZUL");
	name_rules_free(r);
}

static void words_that_grow_are_cut_between_words(void **state)
{
	struct name_rules *r = name_rules_new(
	        "names.txt", "same: ABCDEFGHIJKLMNOPQRSTUVW X\nletters: Y=BCDEFG\n", NULL, NULL);
	char name[2 * 16], key[NAME_KEY_CAP], word[NAME_KEY_CAP];

	(void)state;
	assert_non_null(r);
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 ? ' ' : 'X';
	name[sizeof(name) - 1] = '\0';
	name_key(r, name, key);
	assert_int_equal(strlen(key), 5 * 24 - 1);
	memset(word, 'Y', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	name_key(r, word, key);
	assert_int_equal(strlen(key), 0);
	name_rules_free(r);
}

static void faults_are_told_with_their_line(void **state)
{
	static const struct {
		const char *content;
		int line;
		const char *word;
	} bad[] = {
		{ "front: H\nnonsense\n", 2, "name: WORD" },
		{ "fron: H\n", 1, "no such name" },
		{ "\n\nfront: h\n", 3, "capital" },
		{ "front: S.E\n", 1, "capital" },
		{ "front: H H\n", 1, "twice" },
		{ "same: ALI ALY ALY\n", 1, "twice" },
		{ "letters: OE\n", 1, "OLD=NEW" },
		{ "letters: OE=\n", 1, "OLD=NEW" },
		{ "letters: =U\n", 1, "OLD=NEW" },
		{ "front: ABCDEFGHIJKLMNOPQRSTUVWX\n", 1, "capital" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct told t = { 0 };

		assert_null(name_rules_new("names.txt", bad[i].content, note, &t));
		assert_int_equal(t.n, 1);
		assert_int_equal(t.line, bad[i].line);
		assert_non_null(strstr(t.message, bad[i].word));
	}
}

static void too_many_rules_are_refused(void **state)
{
	char content[16000] = "front:";
	struct told t = { 0 };
	size_t n = strlen(content);

	(void)state;
	for (int i = 0; i < 26 * 26; i++)
		n += (size_t)snprintf(
		        content + n, sizeof(content) - n, " %c%c", 'A' + i / 26, 'A' + i % 26);
	assert_null(name_rules_new("names.txt", content, note, &t));
	assert_int_equal(t.n, 26 * 26 - 400);
	assert_non_null(strstr(t.message, "too many"));
}

static void no_rules_compare_what_is_written(void **state)
{
	struct name_rules *r = name_rules_new("names.txt", "# none\n", NULL, NULL);
	char key[NAME_KEY_CAP];

	(void)state;
	assert_non_null(r);
	name_key(r, "H. Djoko", key);
	assert_string_equal(key, "H DJOKO");
	name_rules_free(r);
	name_rules_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_name_in_many_spellings_is_equal),
		cmocka_unit_test(slips_of_a_long_name_are_forgiven),
		cmocka_unit_test(two_names_stay_apart),
		cmocka_unit_test(keys_hold_no_titles_and_no_short_forms),
		cmocka_unit_test(similarity_counts_changed_letters),
		cmocka_unit_test(names_of_any_length_fit),
		cmocka_unit_test(the_longest_spelling_is_taken),
		cmocka_unit_test(words_that_grow_are_cut_between_words),
		cmocka_unit_test(faults_are_told_with_their_line),
		cmocka_unit_test(too_many_rules_are_refused),
		cmocka_unit_test(no_rules_compare_what_is_written),
	};

	return cmocka_run_group_tests(tests, load_shipped, unload);
}
