/* The word list and what a slip of the finger may do. The slips are generated, all of them. */
#include "talk/talk_int.h"
#include "talk_fixture.h"

static char last_fault[300];
static int last_line;

static void note_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	(void)file;
	last_line = line;
	snprintf(last_fault, sizeof(last_fault), "%s", message);
}

static void test_each_fault_of_the_word_list_is_named_with_its_line(void **state)
{
	static const struct {
		const char *extra, *says;
	} cases[] = {
		{ "no colon here\n", "name: WORD" },
		{ "nosuch: WORD\n", "no such name" },
		{ "digit0: NULLA\n", "no such name" },
		{ "job10: MANY\n", "no such name" },
		{ "empty: WORD\n", "no such name" },
		{ "noise: lower\n", "capital letters" },
		{ "noise: W0RD\n", "capital letters" },
		{ "noise: +WORD\n", "capital letters" },
		{ "noise: WORD+\n", "capital letters" },
		{ "noise: A+B+C\n", "capital letters" },
		{ "noise: ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL\n", "capital letters" },
		{ "noise: STATUS\n", "given twice" },
		{ "noise: TWICE TWICE\n", "given twice" },
	};
	char content[65536];
	int lines = 1;

	(void)state;
	for (const char *p = fix_templates.keywords; *p; p++)
		lines += *p == '\n';
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(content, sizeof(content), "%s%s", fix_templates.keywords, cases[i].extra);
		assert_null(talk_lexicon_new("k", content, note_fault, NULL));
		assert_non_null(strstr(last_fault, cases[i].says));
		assert_int_equal(last_line, lines);
	}
}

static void test_an_intent_without_a_word_is_a_fault(void **state)
{
	(void)state;
	assert_null(talk_lexicon_new("k", "register: GO\n", note_fault, NULL));
	assert_non_null(strstr(last_fault, "has no keyword"));
	assert_null(talk_lexicon_new("k", "", NULL, NULL));
	talk_lexicon_free(NULL);
}

static void test_names_are_plain_words(void **state)
{
	(void)state;
	assert_string_equal(talk_intent_name(INTENT_CLAIM_DEATH), "claim_death");
	assert_string_equal(talk_intent_name(INTENTS), "unknown");
	assert_string_equal(talk_state_name(TALK_ASK_NIK), "ask_nik");
	assert_string_equal(talk_state_name(TALK_STATE_COUNT), "unknown");
	assert_true(talk_is_read_only(INTENT_STATUS));
	assert_true(talk_is_read_only(INTENT_CARD));
	assert_false(talk_is_read_only(INTENT_REGISTER));
	assert_false(talk_is_read_only(INTENT_YES));
	assert_false(talk_is_read_only(INTENTS));
	assert_string_equal(lexicon_keyword(fix_lexicon, INTENTS), "");
}

typedef void slip_fn(const char *slip, enum talk_intent meant);

/* Calls fn with every text that is one slip away from the word. */
static void each_slip(const char *word, enum talk_intent meant, slip_fn *fn)
{
	char s[64];
	size_t n = strlen(word);

	for (size_t i = 0; i < n; i++) {
		snprintf(s, sizeof(s), "%.*s%s", (int)i, word, word + i + 1);
		fn(s, meant);
		if (i + 1 < n && word[i] != word[i + 1]) {
			snprintf(s, sizeof(s), "%s", word);
			s[i] = word[i + 1];
			s[i + 1] = word[i];
			fn(s, meant);
		}
	}
	for (char c = 'A'; c <= 'Z'; c++)
		for (size_t i = 0; i <= n; i++) {
			snprintf(s, sizeof(s), "%.*s%c%s", (int)i, word, c, word + i);
			fn(s, meant);
			if (i == n || word[i] == c)
				continue;
			snprintf(s, sizeof(s), "%s", word);
			s[i] = c;
			fn(s, meant);
		}
}

static int understood, asked, lost;

static bool is_protected(enum talk_intent i)
{
	return i == INTENT_STOP || i == INTENT_YES || i == INTENT_NO || i == INTENT_ERASE ||
	       i == INTENT_CANCEL || i == INTENT_CLAIM_DEATH || i == INTENT_CLAIM_ACCIDENT;
}

/* A keyword with a known word glued to it is no slip. */
static bool is_two_words(const char *slip)
{
	char head[64];

	for (size_t n = 1; n < strlen(slip); n++) {
		snprintf(head, sizeof(head), "%.*s", (int)n, slip);
		if (lexicon_exact(fix_lexicon, head) && lexicon_exact(fix_lexicon, slip + n))
			return true;
	}
	return false;
}

static void check_slip(const char *slip, enum talk_intent meant)
{
	struct talk_request r;

	if (lexicon_find(fix_lexicon, slip) || is_two_words(slip))
		return; /* a word of its own, or a word and a filler */
	talk_parse(fix_lexicon, slip, TALK_IDLE, &r);
	if (is_protected(r.intent))
		fail_msg("%s was taken for %s", slip, talk_intent_name(r.intent));
	if (r.intent == meant)
		understood++;
	else if (r.intent == INTENT_UNKNOWN && r.suggestion[0])
		asked++;
	else if (r.intent == INTENT_UNKNOWN || r.intent == INTENT_CLAIM)
		lost++;
	else
		fail_msg("%s was taken for %s", slip, talk_intent_name(r.intent));
}

static void test_no_slip_does_what_was_not_meant(void **state)
{
	(void)state;
	understood = asked = lost = 0;
	for (int i = 0; i < INTENTS; i++)
		each_slip(lexicon_keyword(fix_lexicon, (enum talk_intent)i), (enum talk_intent)i,
		        check_slip);
	print_message("%d understood, %d asked, %d lost\n", understood, asked, lost);
	assert_true(understood + asked + lost > 5000);
	assert_true(understood > 2 * lost);
}

/* Slips of protected words in a state where they would do the most harm. */
static void check_consent_slip(const char *slip, enum talk_intent meant)
{
	struct talk_request r;

	(void)meant;
	if (lexicon_find(fix_lexicon, slip) || is_two_words(slip))
		return;
	talk_parse(fix_lexicon, slip, TALK_ASK_CONSENT, &r);
	if (is_protected(r.intent))
		fail_msg("%s was taken for %s", slip, talk_intent_name(r.intent));
}

static void test_consent_and_stop_are_never_guessed(void **state)
{
	static const char *const words[] = { "YA", "IYA", "BENAR", "SETUJU", "TIDAK", "BUKAN",
		"BATAL", "STOP", "BERHENTI", "UNREG", "HAPUS" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		each_slip(words[i], INTENT_YES, check_consent_slip);
}

static void test_one_slip_is_one_slip(void **state)
{
	static const struct {
		const char *word;
		enum talk_intent near;
		bool certain;
	} cases[] = {
		{ "STATUZ", INTENT_STATUS, true },
		{ "SATTUS", INTENT_STATUS, true },
		{ "STTTUS", INTENT_STATUS, true },
		{ "SATUTS", INTENTS, false },
		{ "STPO", INTENT_STOP, false },
		{ "STO", INTENTS, false },
		{ "HAPSU", INTENT_ERASE, false },
		{ "INFOO", INTENT_HELP, false },
		{ "MANDERI", INTENT_SELF_PAY, true },
		{ "MANDERIX", INTENTS, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool certain;

		assert_int_equal(lexicon_near(fix_lexicon, cases[i].word, &certain), cases[i].near);
		assert_int_equal(certain, cases[i].certain);
	}
}

static void test_a_slip_between_two_keywords_means_neither(void **state)
{
	char content[65536];
	bool certain;
	struct talk_lexicon *l;

	(void)state;
	snprintf(content, sizeof(content), "%sstatus: KELAPA\nbalance: KELAPI\n",
	        fix_templates.keywords);
	l = talk_lexicon_new("k", content, note_fault, NULL);
	assert_non_null(l);
	assert_int_equal(lexicon_near(l, "KELAPU", &certain), INTENTS);
	assert_false(certain);
	assert_int_equal(lexicon_near(l, "KELAPAX", &certain), INTENT_STATUS);
	talk_lexicon_free(l);
}

static void test_names_in_free_text(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "Siti Aminah", "Siti Aminah" },
		{ "  siti   aminah \n", "siti aminah" },
		{ "NAMA SITI AMINAH", "SITI AMINAH" },
		{ "nama#Siti*Aminah#", "Siti Aminah" },
		{ "Nama saya adalah Siti", "Siti" },
		{ "Eisti’anah", "Eisti'anah" },
		{ "-Siti-", "Siti" },
		{ "Bpk H. Slamet Riyadi, S.Pd. trims", "H. Slamet Riyadi S.Pd" },
		{ "José", "José" },
		{ "Nur'aini Putri-Dewi", "Nur'aini Putri-Dewi" },
		{ "", "" },
		{ "A", "" },
		{ "A.", "" },
		{ "---", "" },
		{ "pak bu", "" },
		{ "Siti 45", "" },
		{ "Siti @home", "" },
		{ "Siti \xf0\x9f\x98\x80", "Siti" },
		{ "a b c d e f g h i j k l m n o p q", "" },
		{ "Abcdefghijklmnopqrstuvwxy abcdefghijklmnopqrstuvwxy",
		        "Abcdefghijklmnopqrstuvwxy abcdefghijklmnopqrstuvwxy" },
		{ "Abcdefghijklmnopqrstuvwxy abcdefghijklmnopqrstuvwxyz", "" },
		{ "éééééééééééééééééééééééééééééééééééé", "" },
	};
	char name[TALK_NAME_CAP], longest[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = name_read(fix_lexicon, cases[i].text, name);

		if (strcmp(name, cases[i].name) || ok != (cases[i].name[0] != '\0'))
			fail_msg("\"%s\" gives \"%s\"", cases[i].text, name);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(name_read(fix_lexicon, longest, name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_fault_of_the_word_list_is_named_with_its_line),
		cmocka_unit_test(test_an_intent_without_a_word_is_a_fault),
		cmocka_unit_test(test_names_are_plain_words),
		cmocka_unit_test(test_no_slip_does_what_was_not_meant),
		cmocka_unit_test(test_consent_and_stop_are_never_guessed),
		cmocka_unit_test(test_one_slip_is_one_slip),
		cmocka_unit_test(test_a_slip_between_two_keywords_means_neither),
		cmocka_unit_test(test_names_in_free_text),
	};

	return cmocka_run_group_tests(tests, fix_load, fix_unload);
}
