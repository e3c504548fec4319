/* Officers, sponsors, cadres and people who share a phone: what they say and what they are told. */
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

static void test_references_are_read_as_officers_type_them(void **state)
{
	static const struct {
		const char *text, *reference;
	} cases[] = {
		{ "SELESAI D4F7K2", "D4F7K2" },
		{ "selesai d4f7k2.", "D4F7K2" },
		{ "SELESAI D4F 7K2", "D4F7K2" },
		{ "SELESAI D4F-7K2", "D4F7K2" },
		{ "SELESAID4F7K2", "D4F7K2" },
		{ "sudah selesai pak ref D4F7K2 trims", "" }, /* says something else first */
		{ "selesai pak ref D4F7K2 trims", "D4F7K2" },
		{ "D4F7K2 selesai", "D4F7K2" },
		{ "SELESAI O4F7K2", "D4F7K2" }, /* no O in a reference */
		{ "SELESAI D4F7KU", "D4F7KV" },
		{ "SELESAI YA2345", "YA2345" }, /* begins like a word */
		{ "SELESAI BERKAS D4F7K2", "D4F7K2" },
		{ "SELESAI ABCDEF", "ABCDEF" },
		{ "SELESAI", "" },
		{ "SELESAI D4F7K", "" },
		{ "SELESAI D4F7K22", "" },
		{ "REF K7M2QX", "K7M2QX" },
		{ "TAMBAH K7M2QX", "K7M2QX" },
		{ "TAMBAH 20 orang", "" },
		{ "REKAP bulan", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		talk_parse(fix_lexicon, cases[i].text, TALK_IDLE, &req);
		if (strcmp(req.reference, cases[i].reference))
			fail_msg("\"%s\" gives \"%s\"", cases[i].text, req.reference);
	}
}

static void test_a_sponsor_is_told_what_the_records_hold(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	assert_true(fix_person(&f, "sponsor"));
	say(&f, "REKAP", "S16");
	assert_says(&f, "REKAP K7M2QX: terdaftar 120, aktif 80, tunggu 4. Terbayar Rp6.048.000 "
	                "s.d. 31-12-2026.");
	f.sponsor.pledge.paid_until = (struct date){ 0 };
	f.sponsor.pledge.paid = 0;
	say(&f, "REKAP", "S16B");
	assert_says(&f, "Per 22-11 terbayar Rp0, belum ada angsuran lunas.");
	say(&f, "TAMBAH 20", "S24");
	assert_says(&f, "Dinsos Demak");
	assert_says(&f, "tambahan 20 pekerja utk ref K7M2QX");
	assert_int_equal(fix_effect(&eff, EFFECT_REQUEST)->count, 20);
	assert_string_equal(fix_effect(&eff, EFFECT_CASE)->word, "SPONSOR");
}

static void test_a_shared_phone_names_whom_it_means(void **state)
{
	struct talk_facts f = fix_facts();

	(void)state;
	assert_true(fix_person(&f, "two"));
	f.worker[1].id = 8;
	say(&f, "KARTU", "W50B");
	assert_says(&f, "KARTU utk siapa? 1 Siti 2 Slamet.");
	say(&f, "STOP 2", "W47");
	assert_int_equal(fix_effect(&eff, EFFECT_REMINDERS)->worker, 8);
	assert_says(&f, "Pengingat utk Slamet");
	assert_says(&f, "MULAI 2");
	f.worker[1].id = 0; /* a registration: nothing is sent that could be stopped */
	say(&f, "STOP 2", "W16");
	assert_null(fix_effect(&eff, EFFECT_REMINDERS));
	say(&f, "STOP", "W23");
	assert_int_equal(fix_effect(&eff, EFFECT_REMINDERS)->worker, 0);
}

static void test_the_area_is_chosen_by_number(void **state)
{
	struct talk_facts f = fix_facts();
	const struct talk_effect *e;

	(void)state;
	say(&f, "DAFTAR " FIX_AREAS, "W02");
	say(&f, FIX_NIK, "W03");
	say(&f, "Siti Aminah", "W04");
	say(&f, "2", "W59");
	assert_says(&f, "11 Kab. Demak 12 Kota Semarang 13 Kab. Grobogan, 10 di tempat lain");
	say(&f, "2", "W59"); /* said twice */
	say(&f, "12", "W05");
	assert_string_equal(f.dialogue.area, "3374");
	say(&f, "YA", "W11");
	e = fix_effect(&eff, EFFECT_REGISTER_OPEN);
	assert_string_equal(e->dialogue.area, "3374");
	f = fix_facts();
	f.dialogue = fix_dialogue(TALK_ASK_AREA);
	say(&f, "10", "W05");
	assert_string_equal(f.dialogue.area, "");
	/* a cadre is asked for the phone after it */
	f = fix_facts();
	f.dialogue = fix_dialogue(TALK_ASK_AREA);
	f.dialogue.cadre = true;
	say(&f, "11", "W54");
	assert_string_equal(f.dialogue.area, "3321");
}

/* What the text has no room for cannot be chosen. */
static void test_only_areas_that_are_read_can_be_chosen(void **state)
{
	struct talk_request r = { .intent = INTENT_NUMBER, .number = 16 };
	struct talk_facts f = fix_facts();
	struct talk_effects e;
	char text[TMPL_TEXT_CAP];

	(void)state;
	f.dialogue = fix_dialogue(TALK_ASK_AREA);
	f.code = fix_code(FIX_AREAS);
	f.code.areas = TALK_AREAS_MAX;
	for (size_t i = 0; i < TALK_AREAS_MAX; i++) {
		snprintf(f.code.area[i].code, sizeof(f.code.area[i].code), "33%02zu", i);
		strcpy(f.code.area[i].word, "Kab. Pekalonga10");
	}
	talk_step(&f, &r, fix_templates.set, &e);
	assert_string_equal(fix_reply(&e), "W59");
	fix_render(fix_effect(&e, EFFECT_REPLY), "jv_krama", text);
	assert_non_null(strstr(text, "14 Kab. Pekalonga10, 10"));
	r.number = 14;
	talk_step(&f, &r, fix_templates.set, &e);
	assert_string_equal(fix_reply(&e), "W05");
	assert_string_equal(fix_effect(&e, EFFECT_DIALOGUE)->dialogue.area, "3303");
}

static void test_a_cadre_tells_of_somebody_else(void **state)
{
	struct talk_facts f = fix_facts();
	const struct talk_effect *e;

	(void)state;
	assert_true(fix_person(&f, "cadre"));
	say(&f, "DAFTAR " FIX_OPEN, "W02");
	say(&f, FIX_NIK, "W03");
	say(&f, "Siti Aminah", "W04");
	say(&f, "2", "W54");
	assert_says(&f, "Nomor HP milik Siti Aminah sendiri?");
	say(&f, "0812-3456-7891", "W05");
	say(&f, "ULANG", "W02");
	assert_true(f.dialogue.cadre);
	assert_string_equal(f.dialogue.phone, "");
	say(&f, FIX_NIK, "W03");
	say(&f, "Siti Aminah", "W04");
	say(&f, "2", "W54");
	say(&f, "0812-3456-7891", "W05");
	say(&f, "YA", "W49");
	assert_says(&f, "no D4F7K2");
	e = fix_effect(&eff, EFFECT_REGISTER_OPEN);
	assert_true(e->dialogue.cadre);
	assert_string_equal(e->dialogue.phone, "+6281234567891");
	assert_false(f.dialogue.cadre);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references_are_read_as_officers_type_them),
		cmocka_unit_test(test_a_sponsor_is_told_what_the_records_hold),
		cmocka_unit_test(test_a_shared_phone_names_whom_it_means),
		cmocka_unit_test(test_the_area_is_chosen_by_number),
		cmocka_unit_test(test_only_areas_that_are_read_can_be_chosen),
		cmocka_unit_test(test_a_cadre_tells_of_somebody_else),
	};

	return cmocka_run_group_tests(tests, fix_load, fix_unload);
}
