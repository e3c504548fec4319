/* One text from sender to effects, on a real store and the shipped templates. Answers are only
 * noted; randomness is what a test says. */
#include "store_fixture.h"

static uint64_t scripted_random(void);
#define crypto_random_u64 scripted_random
#include "daemon/conversation.c"
#include "daemon/facts.c"
#undef crypto_random_u64

#include <payung/templates.h>

static uint64_t draws[8];
static size_t drawn;
static int answers;

static uint64_t scripted_random(void)
{
	return draws[drawn++];
}

rc_t outbox_queue(struct daemon *d, const struct outbox_text *t, int64_t now)
{
	(void)d, (void)t, (void)now;
	answers++;
	return RC_OK;
}

void outbox_wake(struct daemon *d)
{
	(void)d;
}

static void on_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	fail_msg("%s:%d: %s", file, line, message);
}

static rc_t hear(struct daemon *d, const char *phone, const char *text)
{
	static struct inbox_progress got;
	struct inbox_part p = { .sender_kind = SENDER_MOBILE,
		.scts = T0,
		.received_at = T0,
		.total = 1,
		.part = 1,
		.text = text,
		.pdu = (const uint8_t *)"\x00",
		.pdu_len = 1 };
	struct heard h = { .now = T0, .text = text, .kind = SENDER_MOBILE };

	strcpy(p.sender, phone);
	strcpy(h.sender, phone);
	must(store_inbox_add(d->store, &p, &got));
	h.inbox = got.inbox;
	return conversation_run(d, &h);
}

/* References are drawn at random and must be unique: nobody may go without an answer because two
 * drew the same. */
static void a_reference_drawn_twice_is_drawn_again(void **state)
{
	struct place *p = *state;
	struct conf conf = { .zone = ZONE_WIB,
		.limits = { .replies_per_number_day = 20,
		        .wrong_codes_per_hour = 5,
		        .wrong_codes_per_day = 15,
		        .wrong_codes_all_hour = 60,
		        .same_text_hour = 3,
		        .answers_all_hour = 1500,
		        .answers_line_hour = 1000,
		        .workers_per_phone = 3,
		        .age_min = 17,
		        .age_max_new = 64 } };
	struct daemon d = { .conf = &conf, .store = p->s, .clock_ok = true };
	struct templates t = { 0 };
	int64_t pledge;

	must(templates_load("templates", &t, on_fault, NULL));
	d.texts = t.set;
	d.lexicon = talk_lexicon_new(t.keywords_file, t.keywords, on_fault, NULL);
	assert_non_null(d.lexicon);
	memcpy(draws, (uint64_t[]){ 1, 1, 1, 2 }, 4 * sizeof *draws);
	must(store_begin(p->s));
	pledge = add_pledge(p->s, "D4F7K2", 5);
	add_code(p->s, pledge, "48217739", NIK_A);
	add_code(p->s, pledge, "59104373", NIK_B);
	must(hear(&d, PHONE, "DAFTAR 48217739"));
	must(hear(&d, OTHER, "DAFTAR 59104373"));
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(DISTINCT ref) FROM registration"), 2);
	assert_int_equal(answers, 2);
	talk_lexicon_free(d.lexicon);
	templates_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		        a_reference_drawn_twice_is_drawn_again, place_setup, place_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
