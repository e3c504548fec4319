/* What is answered, in words and dates, and how a dialogue moves, waits, ends and forgets. */
#include "talk_fixture.h"

static struct talk_request req;
static struct talk_effects eff;

static void say(struct talk_facts *f, const char *text, const char *template_id)
{
	fix_say(f, text, &req, &eff);
	if (strcmp(fix_reply(&eff), template_id))
		fail_msg("\"%s\" is answered with %s instead of %s", text, fix_reply(&eff),
		        template_id);
	fix_perform(f, &eff);
}

/* The first reply as it is read. */
static const char *words(const struct talk_facts *f)
{
	static char out[TMPL_TEXT_CAP];

	fix_render(fix_effect(&eff, EFFECT_REPLY), f->lang, out);
	return out;
}

static void assert_says(const struct talk_facts *f, const char *part)
{
	if (!strstr(words(f), part))
		fail_msg("\"%s\" is not in: %s", part, words(f));
}

static void test_an_open_code_leads_through_the_dialogue_to_a_registration(void **state)
{
	struct talk_facts f = fix_facts();
	const struct talk_effect *e;

	(void)state;
	say(&f, "daftar " FIX_OPEN, "W02");
	assert_says(&f, "Dinsos Demak");
	assert_int_equal(f.dialogue.opened_at, FIX_NOW);
	assert_int_equal(f.dialogue.expires_at, FIX_NOW + 24 * 3600);
	f.now += 3600;
	say(&f, "33210241 07900003", "W03");
	assert_says(&f, "01-07-1990");
	assert_int_equal(f.dialogue.opened_at, FIX_NOW);
	assert_int_equal(f.dialogue.expires_at, FIX_NOW + 25 * 3600);
	say(&f, "Siti Aminah", "W04");
	say(&f, "nelayan", "W05");
	assert_says(&f, "Siti Aminah, lahir 01-07-1990, Nelayan.");
	say(&f, "nggih", "W11");
	e = fix_effect(&eff, EFFECT_REGISTER_OPEN);
	assert_non_null(e);
	assert_false(e->waiting);
	assert_string_equal(e->ref, "D4F7K2");
	assert_string_equal(e->dialogue.code, FIX_OPEN);
	assert_string_equal(e->dialogue.nik, FIX_NIK);
	assert_string_equal(e->dialogue.name, "Siti Aminah");
	assert_int_equal(e->dialogue.job, 2);
	assert_int_equal(f.dialogue.state, TALK_IDLE);
	assert_string_equal(f.dialogue.nik, "");
	assert_string_equal(f.dialogue.name, "");
}

static void test_a_named_code_registers_at_once(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	say(&f, "DAFTAR 48217739", "W01");
	assert_says(&f, "Siti Aminah");
	assert_says(&f, "D4F7K2");
	assert_string_equal(fix_effect(&eff, EFFECT_REGISTER_NAMED)->ref, "D4F7K2");
	say(&f, "DAFTAR 31415929", "W10");
	assert_says(&f, "tunggu no 42,");
	assert_true(fix_effect(&eff, EFFECT_REGISTER_NAMED)->waiting);
}

static void test_an_open_code_without_places_leads_to_the_waiting_list(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	f.dialogue = fix_dialogue(TALK_ASK_CONSENT);
	strcpy(f.dialogue.code, "90045123");
	say(&f, "YA", "W10");
	assert_true(fix_effect(&eff, EFFECT_REGISTER_OPEN)->waiting);
	assert_says(&f, "tunggu no 8,");
}

static void test_a_code_gone_meanwhile_is_told_and_closes(void **state)
{
	static const struct {
		const char *code, *answer;
	} cases[] = { { "61208841", "W09" }, { "73391051", "W08" }, { "55551232", "W06" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk_facts f = fix_facts();

		f.dialogue = fix_dialogue(TALK_ASK_CONSENT);
		strcpy(f.dialogue.code, cases[i].code);
		say(&f, "YA", cases[i].answer);
		assert_says(&f, cases[i].code);
		assert_null(fix_effect(&eff, EFFECT_REGISTER_OPEN));
		assert_int_equal(f.dialogue.state, TALK_IDLE);
	}
}

static void test_answers_are_the_same_whatever_the_nik(void **state)
{
	static const char *const niks[] = { FIX_NIK, "3321024107900011", "3374024107900003" };
	char first[TMPL_TEXT_CAP] = "";

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct talk_facts f = fix_facts();

		f.dialogue = fix_dialogue(TALK_ASK_CONSENT);
		strcpy(f.dialogue.nik, niks[i]);
		say(&f, "YA", "W11");
		if (i)
			assert_string_equal(words(&f), first);
		strcpy(first, words(&f));
	}
}

static void test_every_open_question_can_be_left_by_one_word(void **state)
{
	(void)state;
	for (int i = TALK_ASK_NIK; i < TALK_STATE_COUNT; i++) {
		struct talk_facts f = fix_facts();

		f.dialogue = fix_dialogue((enum talk_state)i);
		say(&f, "batal", f.dialogue.code[0] ? "W32" : "W21");
		assert_int_equal(f.dialogue.state, TALK_IDLE);
		assert_string_equal(f.dialogue.code, "");
		assert_string_equal(f.dialogue.nik, "");
	}
}

static void test_starting_again_keeps_the_code_only(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	f.dialogue = fix_dialogue(TALK_ASK_CONSENT);
	say(&f, "ULANG", "W02");
	assert_int_equal(f.dialogue.state, TALK_ASK_NIK);
	assert_string_equal(f.dialogue.code, FIX_OPEN);
	assert_string_equal(f.dialogue.nik, "");
	assert_string_equal(f.dialogue.name, "");
	assert_int_equal(f.dialogue.job, 0);
}

static void test_a_question_of_its_own_leaves_the_open_one_open(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	f.dialogue = fix_dialogue(TALK_ASK_JOB);
	say(&f, "STATUS", "W19");
	assert_null(fix_effect(&eff, EFFECT_DIALOGUE));
	say(&f, "BANTU", "W21");
	say(&f, "2", "W05");
}

static void test_the_name_can_be_corrected_before_consent(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	f.dialogue = fix_dialogue(TALK_ASK_CONSENT);
	say(&f, "NAMA Siti Rohmah", "W05");
	assert_string_equal(f.dialogue.name, "Siti Rohmah");
	say(&f, "NAMA 123", "W05");
	assert_string_equal(f.dialogue.name, "Siti Rohmah");
}

static void test_too_late_is_said_once(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	f.dialogue = fix_dialogue(TALK_ASK_CONSENT);
	f.now = f.dialogue.expires_at - 1;
	say(&f, "apa", "W05");
	f.now = f.dialogue.expires_at;
	say(&f, "YA", "W34");
	assert_null(fix_effect(&eff, EFFECT_REGISTER_OPEN));
	assert_int_equal(f.dialogue.state, TALK_IDLE);
	say(&f, "YA", "W21");
}

static void test_wrong_codes_are_counted_and_slips_are_not(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	say(&f, "DAFTAR 48217738", "W06");
	assert_null(fix_effect(&eff, EFFECT_WRONG_CODE));
	say(&f, "DAFTAR 10020034", "W06");
	assert_non_null(fix_effect(&eff, EFFECT_WRONG_CODE));
	f.blocked_h = 7;
	say(&f, "DAFTAR 10020034", "W33");
	assert_null(fix_effect(&eff, EFFECT_WRONG_CODE));
	say(&f, "DAFTAR 48217739", "W33");
	assert_null(fix_effect(&eff, EFFECT_REGISTER_NAMED));
	char text[TMPL_TEXT_CAP];

	fix_render(fix_effect(&eff, EFFECT_REPLY), "id", text);
	assert_non_null(strstr(text, "setelah 7 jam"));
}

static void test_a_withdrawn_code_looks_like_none(void **state)
{
	struct talk_facts f = fix_facts();
	char none[TMPL_TEXT_CAP];

	(void)state;
	say(&f, "DAFTAR 10020034", "W06");
	strcpy(none, words(&f));
	memcpy(strstr(none, "10020034"), "55551232", 8);
	say(&f, "DAFTAR 55551232", "W06");
	assert_string_equal(words(&f), none);
}

static void test_ages_outside_the_limits_are_told_and_may_be_corrected(void **state)
{
	static const struct {
		const char *nik, *answer; /* on 22 November 2026 */
	} cases[] = {
		{ "3321022211610003", "W12" }, /* 65 today */
		{ "3321022311610003", "W03" }, /* 65 tomorrow */
		{ "3321022211090003", "W03" }, /* 17 today */
		{ "3321022311090003", "W12" }, /* 17 tomorrow */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk_facts f = fix_facts();

		f.dialogue = fix_dialogue(TALK_ASK_NIK);
		fix_say(&f, cases[i].nik, &req, &eff);
		if (strcmp(fix_reply(&eff), cases[i].answer))
			fail_msg("%s: %s", cases[i].nik, fix_reply(&eff));
	}
	struct talk_facts f = fix_facts();

	f.dialogue = fix_dialogue(TALK_ASK_NIK);
	say(&f, "3321022211610003", "W12");
	assert_says(&f, "17-64");
	assert_int_equal(f.dialogue.state, TALK_ASK_NIK);
	assert_string_equal(f.dialogue.nik, "");
}

static void test_active_is_said_only_while_it_is_proven(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	fix_add(&f, "Siti Aminah", COVER_ACTIVE);
	say(&f, "STATUS", "W15");
	assert_says(&f, "AKTIF s.d. 31-12-2026. Siti Aminah, kartu ..1234, JKK+JKM, iuran Dinsos "
	                "Demak. Catatan kami per 20-11. Cek resmi: telp 175");
	f.worker[0].until = f.today;
	say(&f, "STATUS", "W15");
	f.worker[0].until = (struct date){ 2026, 11, 21 };
	say(&f, "STATUS", "W18");
	assert_says(&f, "TIDAK AKTIF sejak 22-11-2026");
	f.worker[0].until = (struct date){ 0 };
	say(&f, "STATUS", "W16");
	say(&f, "BAYAR", "W16");
}

static void test_arrears_name_both_dates(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	fix_add(&f, "Siti Aminah", COVER_ARREARS);
	say(&f, "STATUS", "W40");
	assert_says(&f, "sejak 01-10-2026. Bila lewat 31-12-2026");
	f.worker[0].self_payer = true;
	say(&f, "STATUS", "W17");
	f.worker[0].limit = (struct date){ 0 };
	say(&f, "STATUS", "W18");
}

static void test_who_was_refused_is_told_why(void **state)
{
	static const struct {
		enum cover_state cover;
		const char *id;
	} of[] = { { COVER_PENDING, "W42" }, { COVER_ARREARS, "W42" }, { COVER_ACTIVE, "W15" },
		{ COVER_LAPSED, "W18" }, { COVER_DECEASED, "W58" } };

	(void)state;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct talk_facts f = fix_facts();

		fix_add(&f, "Siti Aminah", of[i].cover);
		strcpy(f.worker[0].refused, "NIK tidak padan");
		say(&f, "STATUS", of[i].id);
		if (!strcmp(of[i].id, "W42"))
			assert_says(&f, "belum bisa diterima: NIK tidak padan. Cara");
	}
}

static void test_a_shared_phone_gets_first_names_and_states_in_one_text(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	assert_true(fix_person(&f, "two"));
	say(&f, "STATUS", "W20B");
	assert_says(&f, "1 Siti AKTIF 2 Slamet BELUM AKTIF.");
	f = fix_facts();
	assert_true(fix_person(&f, "four"));
	say(&f, "STATUS", "W20C");
	assert_says(&f, "1 Siti AKTIF 2 Slamet BELUM AKTIF 3 Eisti'anah TIDAK AKTIF dan 1 lagi.");
	say(&f, "STATUS 4", "W15");
	assert_says(&f, "Abdurrahman");
	strcpy(f.lang, "jv_krama");
	say(&f, "STATUS", "W20C");
	assert_says(&f, "DERENG AKTIF");
}

static void test_a_card_is_shown_for_linked_workers_only(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	fix_add(&f, "Siti Aminah", COVER_ACTIVE);
	say(&f, "KARTU", "W37");
	assert_says(&f, "2204881234");
	f.worker[0].id = 0;
	say(&f, "KARTU", "W15");
	f.worker[0].id = 7;
	strcpy(f.worker[0].card, "123");
	say(&f, "STATUS", "W15");
	assert_says(&f, "kartu ..123,");
}

static void test_reports_open_a_case_with_its_reference(void **state)
{
	static const struct {
		const char *text, *kind, *answer;
	} cases[] = {
		{ "LAPOR", "COMPLAINT", "W31" },
		{ "MANDIRI", "SELF_PAY", "W31" },
		{ "HAPUS", "ERASE", "W31" },
		{ "suami meninggal", "CLAIM_DEATH", "W29" },
		{ "kecelakaan", "CLAIM_ACCIDENT", "W30" },
	};
	struct talk_facts f = fix_facts();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct talk_effect *e;

		say(&f, cases[i].text, cases[i].answer);
		e = fix_effect(&eff, EFFECT_CASE);
		assert_non_null(e);
		assert_string_equal(e->word, cases[i].kind);
		assert_string_equal(e->ref, "D4F7K2");
		(void)words(&f);
	}
	say(&f, "LAPOR", "W31");
	assert_says(&f, "D4F7K2");
}

static void test_the_language_changes_before_the_answer(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	say(&f, "JAWA", "W52");
	assert_says(&f, "Basa: JAWI KRAMA");
	assert_int_equal(eff.effect[0].kind, EFFECT_LANGUAGE);
	assert_string_equal(f.lang, "jv_krama");
	say(&f, "NGOKO", "W52");
	assert_says(&f, "NGOKO");
	assert_string_equal(f.lang, "jv_ngoko");
	say(&f, "INDONESIA", "W52");
	assert_says(&f, "Bahasa: INDONESIA");
	assert_string_equal(f.lang, "id");
}

static void test_the_help_line_is_told_as_people_dial_it(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	say(&f, "BANTU", "W21");
	assert_says(&f, "telp 081234567890");
	assert_says(&f, "DAFTAR 12345678");
}

static void test_a_suggestion_names_the_keyword(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	say(&f, "STPO", "W22");
	assert_says(&f, "Maksud Anda STOP?");
	assert_null(fix_effect(&eff, EFFECT_REMINDERS));
	say(&f, "daftar 48217739 59104373", "W22");
	assert_says(&f, "DAFTAR");
}

static void test_numbers_go_no_further_than_they_are_needed(void **state)
{
	(void)state;
	talk_parse(fix_lexicon, "STATUS " FIX_NIK " 48217739", TALK_IDLE, &req);
	assert_int_equal(req.intent, INTENT_STATUS);
	assert_string_equal(req.nik, "");
	assert_string_equal(req.code, "");
	assert_false(req.code_checked);
	talk_parse(fix_lexicon, "GANTI " FIX_NIK, TALK_IDLE, &req);
	assert_string_equal(req.nik, FIX_NIK);
	assert_string_equal(req.code, "");
}

static void test_words_missing_from_the_templates_do_not_stop_the_answer(void **state)
{
	struct tmpl_set *none = tmpl_new();
	struct talk_facts f = fix_facts();

	(void)state;
	assert_true(fix_person(&f, "two"));
	talk_parse(fix_lexicon, "STATUS", TALK_IDLE, &req);
	talk_step(&f, &req, none, &eff);
	assert_says(&f, "1 Siti - 2 Slamet -.");
	f.dialogue = fix_dialogue(TALK_ASK_JOB);
	talk_parse(fix_lexicon, "2", TALK_ASK_JOB, &req);
	talk_step(&f, &req, none, &eff);
	assert_says(&f, ", -. Benar");
	tmpl_free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_open_code_leads_through_the_dialogue_to_a_registration),
		cmocka_unit_test(test_a_named_code_registers_at_once),
		cmocka_unit_test(test_an_open_code_without_places_leads_to_the_waiting_list),
		cmocka_unit_test(test_a_code_gone_meanwhile_is_told_and_closes),
		cmocka_unit_test(test_answers_are_the_same_whatever_the_nik),
		cmocka_unit_test(test_every_open_question_can_be_left_by_one_word),
		cmocka_unit_test(test_starting_again_keeps_the_code_only),
		cmocka_unit_test(test_a_question_of_its_own_leaves_the_open_one_open),
		cmocka_unit_test(test_the_name_can_be_corrected_before_consent),
		cmocka_unit_test(test_too_late_is_said_once),
		cmocka_unit_test(test_wrong_codes_are_counted_and_slips_are_not),
		cmocka_unit_test(test_a_withdrawn_code_looks_like_none),
		cmocka_unit_test(test_ages_outside_the_limits_are_told_and_may_be_corrected),
		cmocka_unit_test(test_active_is_said_only_while_it_is_proven),
		cmocka_unit_test(test_arrears_name_both_dates),
		cmocka_unit_test(test_who_was_refused_is_told_why),
		cmocka_unit_test(test_a_shared_phone_gets_first_names_and_states_in_one_text),
		cmocka_unit_test(test_a_card_is_shown_for_linked_workers_only),
		cmocka_unit_test(test_reports_open_a_case_with_its_reference),
		cmocka_unit_test(test_the_language_changes_before_the_answer),
		cmocka_unit_test(test_the_help_line_is_told_as_people_dial_it),
		cmocka_unit_test(test_a_suggestion_names_the_keyword),
		cmocka_unit_test(test_numbers_go_no_further_than_they_are_needed),
		cmocka_unit_test(test_words_missing_from_the_templates_do_not_stop_the_answer),
	};

	return cmocka_run_group_tests(tests, fix_load, fix_unload);
}
