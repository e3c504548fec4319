/* Random conversations of people who text anything at any time, held against the rules. The
 * numbers come from a generator of our own, so every run is the same. */
#include "talk_rules.h"

#define TURNS 60000
#define TEXT_CAP 600
#define TEXTS_CAP 600

static uint64_t seed = 0x9e3779b97f4a7c15u;
static char texts[TEXTS_CAP][TEXT_CAP];
static size_t text_count;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

/* The texts of the table are the vocabulary. */
static int load(void **state)
{
	FILE *file = fopen("tests/unit/talk_inputs.txt", "r");
	char line[2000];

	if (!file || fix_load(state))
		return -1;
	while (text_count < TEXTS_CAP && fgets(line, sizeof(line), file)) {
		char *bar = strchr(line, '|');

		if (line[0] == '#' || !bar)
			continue;
		*bar = '\0';
		(void)text_copy(texts[text_count++], TEXT_CAP, line);
	}
	fclose(file);
	return text_count > 100 ? 0 : -1;
}

/* A text of the table, two of them glued, one with a slip, or noise. */
static void draw_text(char out[2 * TEXT_CAP])
{
	static const char signs[] = "abOIlS5 0123456789?#*.-'\n";
	uint32_t kind = draw(10);

	strcpy(out, texts[draw((uint32_t)text_count)]);
	if (kind == 0)
		strcat(out, texts[draw((uint32_t)text_count)]);
	if (kind <= 2)
		for (uint32_t i = draw(4); i && *out; i--) {
			char *c = &out[draw((uint32_t)strlen(out))];

			if (!(*c & 0x80))
				*c = signs[draw(sizeof(signs) - 1)];
		}
	if (kind == 3) {
		size_t n = draw(60);

		for (size_t i = 0; i < n; i++)
			out[i] = signs[draw(sizeof(signs) - 1)];
		out[n] = '\0';
	}
}

static void draw_sponsor(struct talk_sponsor *s)
{
	*s = (struct talk_sponsor){ .id = 3,
		.name = "PT Sumber Makmur Jaya",
		.pledges = (int)draw(3),
		.meant = draw(2),
		.credit = draw(2) ? 0 : 4435200000 };
	if (draw(3)) {
		s->pledge = (struct talk_pledge){ 9, "K7M2QX", 22000, 22000, 9999, 4435200000,
			{ draw(2) ? 2026 : 0, 12, 31 } };
		s->question = (enum talk_question)draw(4);
	}
}

/* Somebody with none to eight workers, in any state of cover, with the longest of names. */
static struct talk_facts draw_person(void)
{
	struct talk_facts f = fix_facts();

	f.workers = draw(3) ? draw(3) : draw(TALK_WORKERS_MAX + 1);
	for (size_t i = 0; i < f.workers; i++) {
		struct talk_worker w = fix_worker(
		        draw(2) ? "Muhammad Abdurrahman Wahid Kusumanegara" : "Abdurrahmanwahid",
		        (enum cover_state)draw(5));

		strcpy(w.sponsor, draw(2) ? "KUD Sumberrejo" : "PT Trisakti Purwosari Makmur Tb");
		if (draw(4) == 0)
			w.until = date_from_days(20600 + draw(200));
		if (draw(8) == 0)
			w.until = (struct date){ 0 };
		if (draw(4) == 0)
			strcpy(w.card, "2204881234567890");
		w.id = draw(3);
		w.self_payer = draw(2);
		f.worker[i] = w;
	}
	f.is_sponsor = draw(8) == 0;
	draw_sponsor(&f.sponsor);
	f.is_cadre = draw(8) == 0;
	f.asked.kind = draw(4) ? ASKED_NOTHING : (enum talk_asked_kind)draw(4);
	fix_last_try = draw(2);
	strcpy(f.asked.name, "Muhammad Abdurrahman");
	strcpy(f.asked.ref, "R7K2MX");
	return f;
}

static void test_the_rules_hold_in_random_conversations(void **state)
{
	size_t registered = 0, expired = 0;
	struct talk_facts f = draw_person();

	(void)state;
	for (int turn = 0; turn < TURNS; turn++) {
		char text[2 * TEXT_CAP];
		struct talk_request r;
		struct talk_effects e;

		if (draw(12) == 0)
			f = draw_person();
		if (draw(3) == 0)
			f.dialogue = fix_dialogue((enum talk_state)draw(TALK_STATE_COUNT));
		f.now += draw(20) ? draw(600) : draw(100000);
		if (draw(3))
			f.dialogue.expires_at = f.dialogue.state ? f.now + 60 : 0;
		draw_text(text);
		fix_say(&f, text, &r, &e);
		rules_hold(&f, &r, &e);
		registered += fix_effect(&e, EFFECT_REGISTER_OPEN) != NULL;
		expired += !strcmp(fix_reply(&e), "W34");
		fix_perform(&f, &e);
	}
	print_message("%zu registrations, %zu too late\n", registered, expired);
	assert_true(registered > 50 && expired > 50);
}

/* No loop without an exit: from any state, one word ends it and the next text starts afresh. */
static void test_every_conversation_can_be_left(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct talk_facts f = draw_person();
		char text[2 * TEXT_CAP];
		struct talk_request r;
		struct talk_effects e;

		f.dialogue = fix_dialogue((enum talk_state)draw(TALK_STATE_COUNT));
		for (int k = 0; k < 3; k++) {
			draw_text(text);
			fix_say(&f, text, &r, &e);
			fix_perform(&f, &e);
		}
		fix_say(&f, "BATAL", &r, &e);
		fix_perform(&f, &e);
		assert_int_equal(f.dialogue.state, TALK_IDLE);
	}
}

static void test_very_long_texts_are_read_within_bounds(void **state)
{
	static const char *const units[] = { "DAFTAR ", "1 ", "48217739 ", "3321024107900003", "a",
		"0812 ", "STATUS2", "\xf0\x9f\x98\x80", "4 8 2 1 7 7 3 9 ", "DAFTARDAFTAR" };
	char text[20000];

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		for (int s = 0; s < TALK_STATE_COUNT; s++) {
			struct talk_facts f = fix_facts();
			struct talk_request r;
			struct talk_effects e;
			size_t n = 0, len = strlen(units[i]);

			for (; n + len < sizeof(text); n += len)
				memcpy(text + n, units[i], len);
			text[n] = '\0';
			f.dialogue = fix_dialogue((enum talk_state)s);
			fix_say(&f, text, &r, &e);
			rules_hold(&f, &r, &e);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_rules_hold_in_random_conversations),
		cmocka_unit_test(test_every_conversation_can_be_left),
		cmocka_unit_test(test_very_long_texts_are_read_within_bounds),
	};

	return cmocka_run_group_tests(tests, load, fix_unload);
}
