/* Who on duty is told what and when: the rules, and the flow on a real store and shipped texts. */
#include "store_fixture.h"

#include "daemon/duty_watch.c"
#include "daemon/outbox.h"

#include <payung/templates.h>

#define SECOND "+6281300002222"
#define HOUR 3600

static struct {
	int n, tries;
	char key[32][96], to[32][MSISDN_CAP], text[32][12], body[32][200];
	struct modem *prefer[32];
} sent;

rc_t outbox_queue(struct daemon *d, const struct outbox_text *t, int64_t now)
{
	(void)d, (void)now;
	sent.tries++;
	for (int i = 0; i < sent.n; i++)
		if (strcmp(sent.key[i], t->key) == 0)
			return RC_EXISTS;
	assert_int_equal(t->class, CLASS_URGENT);
	assert_in_range(sent.n, 0, 31);
	strcpy(sent.key[sent.n], t->key);
	strcpy(sent.to[sent.n], t->msisdn);
	strcpy(sent.text[sent.n], t->template_id);
	snprintf(sent.body[sent.n], sizeof sent.body[0], "%s", t->body);
	sent.prefer[sent.n++] = t->prefer;
	return RC_OK;
}

void outbox_wake(struct daemon *d)
{
	(void)d;
}

void tick_add(struct daemon *d, struct modem *m, const struct tick_input *input, const void *data)
{
	(void)d, (void)m, (void)input, (void)data;
}

void tick_effect(
        struct daemon *d, struct modem *m, tick_effect_fn *fn, const void *data, size_t size)
{
	int64_t copy;

	assert_int_equal(size, sizeof copy);
	memcpy(&copy, data, size);
	fn(d, m, &copy);
}

/* ---- the rules ---- */

static void phones_are_told_in_turn(void **state)
{
	struct duty_move m;

	(void)state;
	m = duty_next(0, 2, T0, 4 * HOUR);
	assert_int_equal(m.position, 0);
	assert_int_equal(m.due_at, T0 + 4 * HOUR);
	assert_int_equal(m.step, 1);
	m = duty_next(1, 2, T0, 4 * HOUR);
	assert_int_equal(m.position, 1);
	m = duty_next(2, 2, T0, 4 * HOUR);
	assert_int_equal(m.position, -1);
	assert_true(m.unanswered);
	assert_int_equal(m.due_at, T0 + 16 * HOUR); /* a day after the first was told */
	m = duty_next(3, 2, T0, 4 * HOUR);
	assert_int_equal(m.position, 0);
	assert_false(m.unanswered);
}

static void a_round_of_many_phones_may_take_longer_than_a_day(void **state)
{
	struct duty_move m = duty_next(9, 9, T0, 4 * HOUR);

	(void)state;
	assert_true(m.unanswered);
	assert_int_equal(m.due_at, T0 + 4 * HOUR);
}

static void without_phones_a_case_waits_a_day(void **state)
{
	struct duty_move m = duty_next(0, 0, T0, HOUR);

	(void)state;
	assert_int_equal(m.position, -1);
	assert_int_equal(m.step, 0);
	assert_false(m.unanswered);
	assert_int_equal(m.due_at, T0 + 24 * HOUR);
}

static void the_sign_of_life_is_not_for_the_night(void **state)
{
	(void)state;
	assert_false(duty_heartbeat_due(449, 450));
	assert_true(duty_heartbeat_due(450, 450));
	assert_true(duty_heartbeat_due(900, 450));
	assert_false(duty_heartbeat_due(1170, 450));
}

static void on_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	fail_msg("%s:%d: %s", file, line, message);
}

/* Every kind of case talk opens, and any other, has a word that officers can read. */
static void every_reason_has_its_word(void **state)
{
	static const char *const kinds[] = { "CLAIM_DEATH", "CLAIM_ACCIDENT", "CALL_BACK",
		"COMPLAINT", "SELF_PAY", "ERASE", "SPONSOR", "NOT_MINE", "ENROL_REFUSED", "OTHER" };
	struct templates t = { 0 };

	(void)state;
	must(templates_load("templates", &t, on_fault, NULL));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		assert_non_null(tmpl_word(t.set, duty_reason(kinds[i]), "id"));
		for (size_t j = 0; j < i; j++)
			if (strcmp(duty_reason(kinds[i]), duty_reason(kinds[j])) == 0)
				assert_true(i == 9 && j == 3); /* what is not known is a report */
	}
	for (int k = 0; k < FRAME_TROUBLE_COUNT; k++)
		assert_non_null(tmpl_word(t.set, duty_line_reason((enum frame_trouble)k), "id"));
	templates_clear(&t);
}

/* ---- the flow ---- */

struct desk {
	struct place *p;
	struct templates t;
	struct conf conf;
	struct daemon d;
	struct modem modem[2];
};

static int desk_setup(void **state)
{
	struct desk *k = calloc(1, sizeof *k);
	void *place;

	place_setup(&place);
	k->p = place;
	must(templates_load("templates", &k->t, on_fault, NULL));
	k->conf = (struct conf){ .zone = ZONE_WIB,
		.service = { .name = "PAYUNG", .helpdesk = "08001234567", .official = "175" },
		.limits = { .duty_wait_h = 4, .heartbeat_minute = 450, .line_alarm_min = 30 } };
	k->d = (struct daemon){ .conf = &k->conf,
		.store = k->p->s,
		.texts = k->t.set,
		.clock_ok = true,
		.heartbeat_day = date_days(date_at(T0, ZONE_WIB)) };
	sent.n = sent.tries = 0;
	*state = k;
	return 0;
}

static int desk_teardown(void **state)
{
	struct desk *k = *state;
	void *place = k->p;

	templates_clear(&k->t);
	place_teardown(&place);
	free(k);
	return 0;
}

static void on_duty(struct desk *k, const char *msisdn, const char *area, int position)
{
	struct duty_row row = { .name = "Budi", .position = position };

	strcpy(row.msisdn, msisdn);
	strcpy(row.area, area);
	must(store_duty_add(k->p->s, &row, T0));
}

static void look(struct desk *k, int64_t now)
{
	clock_set_virtual(now);
	must(duty_run(&k->d, NULL, NULL));
}

static void expect_sent(int i, const char *text, const char *to)
{
	assert_true(sent.n > i);
	assert_string_equal(sent.text[i], text);
	assert_string_equal(sent.to[i], to);
}

static void a_case_goes_from_phone_to_phone(void **state)
{
	struct desk *k = *state;
	struct case_row c;
	bool closed;

	must(store_begin(k->p->s));
	on_duty(k, PHONE, "", 2);
	on_duty(k, SECOND, "", 1);
	must(store_case_open(k->p->s, "CLAIM_DEATH", "D4F7K2", OTHER, 0, T0, &c));
	must(duty_tell(&k->d, &c, T0));
	expect_sent(0, "D01", SECOND);
	assert_non_null(strstr(sent.body[0], "klaim meninggal dari 085700001111, ref D4F7K2"));
	assert_non_null(strstr(sent.body[0], "Bila 4 jam"));
	look(k, T0 + 4 * HOUR - 1);
	assert_int_equal(sent.n, 1);
	look(k, T0 + 4 * HOUR);
	expect_sent(1, "D05", PHONE);
	assert_non_null(strstr(sent.body[1], "sejak 01-07 09.00"));
	look(k, T0 + 8 * HOUR);
	look(k, T0 + 9 * HOUR);
	assert_int_equal(sent.n, 2); /* the round is over: not before tomorrow */
	k->d.heartbeat_day++;
	look(k, T0 + 24 * HOUR);
	assert_int_equal(sent.n, 3);
	expect_sent(2, "D05", SECOND);
	must(duty_close(&k->d, "D4F7K2", SECOND, T0 + 25 * HOUR, &closed));
	assert_true(closed);
	must(duty_close(&k->d, "D4F7K2", SECOND, T0 + 25 * HOUR, &closed));
	assert_false(closed);
	k->d.heartbeat_day++;
	look(k, T0 + 48 * HOUR);
	assert_int_equal(sent.n, 3);
	must(store_commit(k->p->s));
}

static void a_case_waits_for_somebody_on_duty(void **state)
{
	struct desk *k = *state;
	struct case_row c;

	must(store_begin(k->p->s));
	must(store_case_open(k->p->s, "COMPLAINT", "D4F7K2", OTHER, 0, T0, &c));
	must(duty_tell(&k->d, &c, T0));
	look(k, T0 + 60);
	assert_int_equal(sent.n, 0);
	on_duty(k, PHONE, "", 1);
	look(k, T0 + 70);
	assert_int_equal(sent.n, 1);
	expect_sent(0, "D01", PHONE);
	must(store_commit(k->p->s));
}

static void the_sign_of_life_comes_once_a_day(void **state)
{
	struct desk *k = *state;
	struct modem *m = &k->modem[0];

	strcpy(m->conf.name, "telkomsel");
	m->state = MODEM_UP;
	k->d.modem[k->d.modems++] = m;
	k->d.heartbeat_day = 0;
	must(store_begin(k->p->s));
	on_duty(k, PHONE, "", 1);
	on_duty(k, PHONE, "3374", 1);
	on_duty(k, SECOND, "", 2);
	look(k, T0 - 2 * HOUR); /* 07:00 */
	assert_int_equal(sent.n, 0);
	look(k, T0);
	assert_int_equal(sent.n, 2);
	expect_sent(0, "D02", PHONE);
	assert_string_equal(sent.body[0], "PAYUNG hidup. Kemarin masuk 0 keluar 0, antre 0. SIM "
	                                  "terlemah telkomsel, pulsa -. Masalah terbuka 0");
	look(k, T0 + HOUR);
	k->d.heartbeat_day = 0; /* started again */
	look(k, T0 + HOUR);
	assert_int_equal(sent.n, 2);
	look(k, T0 + 24 * HOUR);
	assert_int_equal(sent.n, 4);
	must(store_commit(k->p->s));
}

static void a_dead_line_is_told_once_through_another(void **state)
{
	struct desk *k = *state;

	for (int i = 0; i < 2; i++) {
		struct modem *m = &k->modem[i];

		snprintf(m->conf.name, sizeof m->conf.name, "line%d", i);
		m->line = i + 1;
		k->d.modem[k->d.modems++] = m;
	}
	must(store_begin(k->p->s));
	on_duty(k, PHONE, "", 1);
	look(k, T0);
	look(k, T0 + 3600);
	assert_int_equal(sent.n, 0); /* both are down: there is no way out */
	k->modem[1].state = MODEM_UP;
	k->modem[0].trouble_kind = FRAME_TROUBLE_PUK;
	look(k, T0 + 3610);
	assert_int_equal(sent.n, 1);
	expect_sent(0, "D03", PHONE);
	assert_ptr_equal(sent.prefer[0], &k->modem[1]);
	assert_non_null(strstr(sent.body[0], "line0 TERGANGGU, SIM bermasalah"));
	look(k, T0 + 7200);
	assert_int_equal(sent.tries, 1);
	k->modem[0].state = MODEM_UP;
	look(k, T0 + 7210);
	k->modem[0].state = MODEM_STARTING;
	look(k, T0 + 7220);
	look(k, T0 + 7220 + 29 * 60);
	assert_int_equal(sent.n, 1);
	look(k, T0 + 7220 + 30 * 60);
	assert_int_equal(sent.n, 2); /* a new outage */
	must(store_commit(k->p->s));
}

static void nothing_is_due_by_a_clock_that_is_wrong(void **state)
{
	struct desk *k = *state;
	struct case_row c;

	must(store_begin(k->p->s));
	on_duty(k, PHONE, "", 1);
	must(store_case_open(k->p->s, "COMPLAINT", "D4F7K2", OTHER, 0, T0, &c));
	k->d.clock_ok = false;
	k->d.heartbeat_day = 0;
	look(k, T0);
	assert_int_equal(sent.n, 0);
	must(store_commit(k->p->s));
}

#define T(f) cmocka_unit_test_setup_teardown(f, desk_setup, desk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phones_are_told_in_turn),
		cmocka_unit_test(a_round_of_many_phones_may_take_longer_than_a_day),
		cmocka_unit_test(without_phones_a_case_waits_a_day),
		cmocka_unit_test(the_sign_of_life_is_not_for_the_night),
		cmocka_unit_test(every_reason_has_its_word),
		T(a_case_goes_from_phone_to_phone),
		T(a_case_waits_for_somebody_on_duty),
		T(the_sign_of_life_comes_once_a_day),
		T(a_dead_line_is_told_once_through_another),
		T(nothing_is_due_by_a_clock_that_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
