/* Cases, duty phones, cadres, links, change of number, outages, counters. */
#include "store_fixture.h"
#include <payung/store_decision.h>

#define THIRD "+6281300002222"

/* A worker with a phone, by a named code in area 33.74.01. */
static int64_t add_worker(
        struct store *s, const char *code, const char *ref, const char *phone, const char *nik)
{
	static const char *const pledges[] = { "PAAAAA", "PBBBBB" };
	static int n;
	struct nik_links l;

	add_code(s, add_pledge(s, pledges[n++ & 1], 5), code, nik);
	must(use_code(s, code, ref, phone, NULL, false));
	must(store_worker_links_of_nik(s, nik, &l));
	assert_int_not_equal(l.worker, 0);
	return l.worker;
}

/* ---- cases ---- */

static void a_case_knows_its_place(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct case_row c;
	int64_t worker;

	must(store_begin(s));
	worker = add_worker(s, "48217739", "R1R1R1", PHONE, NIK_A);
	must(store_case_open(s, "COMPLAINT", "K1K1K1", PHONE, 0, T0, &c));
	assert_int_equal(c.worker, worker);
	assert_string_equal(c.area, "337401");
	assert_int_equal(store_case_open(s, "COMPLAINT", "K1K1K1", OTHER, 0, T0, NULL), RC_EXISTS);
	add_code(s, add_pledge(s, "PCCCCC", 5), "55556666", NULL);
	must(use_code(s, "55556666", "R2R2R2", OTHER, NIK_B, false));
	must(store_case_open(s, "COMPLAINT", "K2K2K2", OTHER, 0, T0, NULL));
	must(store_case_get(s, "K2K2K2", &c));
	assert_int_equal(c.worker, 0);
	assert_string_equal(c.area, "3374"); /* of the batch of its code */
	must(store_case_open(s, "COMPLAINT", "K3K3K3", THIRD, 0, T0, &c));
	assert_string_equal(c.area, "");
	must(store_commit(s));
}

static void a_case_goes_from_open_to_done(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct case_row c;
	int64_t n;

	must(store_begin(s));
	must(store_case_open(s, "CLAIM", "K1K1K1", PHONE, 0, T0, &c));
	assert_int_equal(c.state, CASE_OPEN);
	must(store_case_next_due(s, T0, &c));
	must(store_case_told(s, c.id, OTHER, 1, T0, T0 + 100));
	assert_int_equal(store_case_next_due(s, T0 + 99, &c), RC_NOENT);
	must(store_case_next_due(s, T0 + 100, &c));
	assert_int_equal(c.state, CASE_TOLD);
	assert_int_equal(c.step, 1);
	assert_string_equal(c.told_to, OTHER);
	must(store_case_count_open(s, &n));
	assert_int_equal(n, 1);
	must(store_case_done(s, "K1K1K1", OTHER, "called", T0 + 50));
	assert_int_equal(store_case_done(s, "K1K1K1", "budi", "", T0 + 51), RC_NOENT);
	assert_int_equal(store_case_done(s, "KKKKKK", "budi", "", T0 + 51), RC_NOENT);
	assert_int_equal(store_case_told(s, c.id, OTHER, 2, T0, T0 + 200), RC_NOENT);
	assert_int_equal(store_case_next_due(s, T0 + 900, &c), RC_NOENT);
	must(store_case_get(s, "K1K1K1", &c));
	assert_string_equal(case_state_name(c.state), "done");
	assert_string_equal(c.closed_by, OTHER);
	assert_string_equal(c.note, "called");
	must(store_commit(s));
}

static void a_case_nobody_was_told_of_stays_open(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct case_row c;

	must(store_begin(s));
	must(store_case_open(s, "CLAIM", "K1K1K1", PHONE, 0, T0, &c));
	must(store_case_told(s, c.id, "", 0, T0, T0 + 86400));
	must(store_case_get(s, "K1K1K1", &c));
	assert_int_equal(c.state, CASE_OPEN);
	assert_int_equal(store_case_next_due(s, T0 + 86399, &c), RC_NOENT);
	must(store_commit(s));
}

struct refs {
	char all[200];
};

static void note_case(void *arg, const struct case_row *c)
{
	struct refs *r = arg;

	strcat(strcat(r->all, c->ref), " ");
}

static void cases_are_listed_newest_first(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct refs open = { "" }, all = { "" };

	must(store_begin(s));
	must(store_case_open(s, "A", "K1K1K1", PHONE, 0, T0, NULL));
	must(store_case_open(s, "B", "K2K2K2", PHONE, 0, T0, NULL));
	must(store_case_open(s, "C", "K3K3K3", PHONE, 0, T0, NULL));
	must(store_case_done(s, "K2K2K2", "budi", "", T0));
	must(store_case_each(s, false, note_case, &open));
	must(store_case_each(s, true, note_case, &all));
	must(store_commit(s));
	assert_string_equal(open.all, "K3K3K3 K1K1K1 ");
	assert_string_equal(all.all, "K3K3K3 K2K2K2 K1K1K1 ");
}

/* ---- duty phones ---- */

static void duty(struct store *s, const char *msisdn, const char *area, int position)
{
	struct duty_row d = { .name = "Budi", .position = position };

	strcpy(d.msisdn, msisdn);
	strcpy(d.area, area);
	must(store_duty_add(s, &d, T0));
}

static void expect_duty(struct store *s, const char *area, int step, const char *msisdn)
{
	struct duty_row d;

	if (!msisdn) {
		assert_int_equal(store_duty_for_area(s, area, step, &d), RC_NOENT);
		return;
	}
	must(store_duty_for_area(s, area, step, &d));
	assert_string_equal(d.msisdn, msisdn);
}

static void the_narrowest_area_is_told_first(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	bool yes;

	must(store_begin(s));
	expect_duty(s, "", 0, NULL);
	duty(s, PHONE, "", 1);
	duty(s, OTHER, "33.74", 2);
	duty(s, THIRD, "3374", 1);
	duty(s, THIRD, "", 9);
	expect_duty(s, "33.74.01", 0, THIRD);
	expect_duty(s, "337401", 1, OTHER);
	expect_duty(s, "337401", 2, PHONE); /* THIRD was told by its narrower area */
	expect_duty(s, "337401", 3, NULL);
	expect_duty(s, "3321", 0, PHONE);
	expect_duty(s, "33", 0, PHONE);
	expect_duty(s, "", 1, THIRD);
	expect_duty(s, "", 2, NULL);
	must(store_duty_is(s, OTHER, &yes));
	assert_true(yes);
	must(store_duty_remove(s, OTHER));
	assert_int_equal(store_duty_remove(s, OTHER), RC_NOENT);
	must(store_duty_is(s, OTHER, &yes));
	assert_false(yes);
	expect_duty(s, "337401", 1, PHONE);
	duty(s, THIRD, "33.74", 5); /* the same again: a new position, no second row */
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM duty_phone"), 3);
}

/* ---- cadres ---- */

static void a_cadre_comes_and_goes(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct cadre_row c = { .msisdn = PHONE, .name = "Bu Tini", .area = "3374", .since = T0 };
	struct cadre_row got;

	must(store_begin(s));
	assert_int_equal(store_cadre_get(s, PHONE, &got), RC_NOENT);
	must(store_cadre_add(s, &c));
	assert_int_equal(store_cadre_add(s, &c), RC_EXISTS);
	must(store_cadre_get(s, PHONE, &got));
	assert_string_equal(got.name, "Bu Tini");
	must(store_cadre_end(s, PHONE, T0 + 5));
	assert_int_equal(store_cadre_end(s, PHONE, T0 + 5), RC_NOENT);
	assert_int_equal(store_cadre_get(s, PHONE, &got), RC_NOENT);
	c.since = T0 + 9;
	must(store_cadre_add(s, &c));
	must(store_cadre_get(s, PHONE, &got));
	assert_int_equal(got.since, T0 + 9);
	assert_int_equal(got.ended_at, 0);
	must(store_commit(s));
}

/* ---- links and the change of number ---- */

static void a_change_moves_the_link_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	enum change_state became;
	struct change_row c;
	struct nik_links l;
	int64_t worker;

	must(store_begin(s));
	worker = add_worker(s, "48217739", "R1R1R1", PHONE, NIK_A);
	must(store_change_open(s, worker, PHONE, OTHER, "4821", T0, T0 + 60));
	assert_int_equal(
	        store_change_open(s, worker, PHONE, OTHER, "9999", T0, T0 + 60), RC_EXISTS);
	must(store_change_open(s, worker, PHONE, THIRD, "7733", T0, T0 + 60));
	must(store_change_pending(s, PHONE, T0, &c));
	assert_string_equal(c.to, THIRD);
	must(store_change_confirm(s, PHONE, "4821", T0 + 1, &c, &became));
	assert_int_equal(became, CHANGE_CONFIRMED);
	assert_string_equal(c.to, OTHER);
	assert_string_equal(c.name, "Budi");
	must(store_worker_links_of_nik(s, NIK_A, &l));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.msisdn[0], OTHER);
	must(store_change_confirm(s, PHONE, "7733", T0 + 2, &c, &became));
	assert_int_equal(
	        became, CHANGE_LAPSED); /* it was asked of a phone that has no say any more */
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM phone_past WHERE why = 'moved'"), 1);
}

static void wrong_numbers_end_a_change(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	enum change_state became;
	struct change_row c;
	int64_t worker;

	must(store_begin(s));
	worker = add_worker(s, "48217739", "R1R1R1", PHONE, NIK_A);
	must(store_change_open(s, worker, PHONE, OTHER, "4821", T0, T0 + 60));
	for (int i = 1; i <= DESK_CHANGE_TRIES; i++) {
		must(store_change_confirm(s, PHONE, "1111", T0, &c, &became));
		assert_int_equal(became, i < DESK_CHANGE_TRIES ? CHANGE_PENDING : CHANGE_REFUSED);
	}
	must(store_change_confirm(s, PHONE, "4821", T0, &c, &became));
	assert_int_equal(became, CHANGE_LAPSED);
	assert_int_equal(store_change_open(s, worker, PHONE, OTHER, "4821", T0 + 86399, T0 + 86499),
	        RC_EXISTS); /* once a day */
	must(store_change_open(s, worker, PHONE, OTHER, "4821", T0 + 86400, T0 + 86460));
	must(store_change_confirm(s, PHONE, "4821", T0 + 86460, &c, &became));
	assert_int_equal(became, CHANGE_LAPSED); /* too late */
	must(store_change_confirm(s, OTHER, "4821", T0, &c, &became));
	assert_int_equal(became, CHANGE_LAPSED); /* not the old phone */
	must(store_commit(s));
}

static void a_worker_who_arrived_is_known_while_the_link_holds(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	enum change_state became;
	struct change_row c;
	int64_t worker;

	must(store_begin(s));
	worker = add_worker(s, "48217739", "R1R1R1", PHONE, NIK_A);
	must(store_change_open(s, worker, PHONE, OTHER, "4821", T0, T0 + 60));
	assert_int_equal(store_change_arrived(s, OTHER, T0, &c), RC_NOENT);
	must(store_change_confirm(s, PHONE, "4821", T0 + 7, &c, &became));
	must(store_change_arrived(s, OTHER, T0 + 7, &c));
	assert_int_equal(c.worker, worker);
	assert_int_equal(c.closed_at, T0 + 7);
	assert_int_equal(store_change_arrived(s, OTHER, T0 + 8, &c), RC_NOENT);
	assert_int_equal(store_change_arrived(s, PHONE, T0, &c), RC_NOENT);
	must(store_link_end(s, OTHER, worker, "not this person", T0 + 9));
	assert_int_equal(store_change_arrived(s, OTHER, T0, &c), RC_NOENT);
	must(store_commit(s));
}

static void a_change_is_refused_or_lapses(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct change_row c;
	int64_t worker, n;

	must(store_begin(s));
	worker = add_worker(s, "48217739", "R1R1R1", PHONE, NIK_A);
	assert_int_equal(store_change_refuse(s, PHONE, T0, &c), RC_NOENT);
	must(store_change_open(s, worker, PHONE, OTHER, "4821", T0, T0 + 60));
	must(store_change_refuse(s, PHONE, T0, &c));
	assert_string_equal(c.to, OTHER);
	assert_int_equal(store_change_pending(s, PHONE, T0, &c), RC_NOENT);
	must(store_change_open(s, worker, PHONE, OTHER, "4821", T0 + 86400, T0 + 86460));
	must(store_change_lapse(s, T0 + 86459, &n));
	assert_int_equal(n, 0);
	must(store_change_lapse(s, T0 + 86460, &n));
	assert_int_equal(n, 1);
	must(store_commit(s));
}

static void links_end_and_stay_in_the_history(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct nik_links l;
	int64_t worker;

	must(store_begin(s));
	worker = add_worker(s, "48217739", "R1R1R1", PHONE, NIK_A);
	must(store_link_reminders(s, PHONE, worker, false));
	assert_int_equal(store_link_reminders(s, OTHER, worker, false), RC_NOENT);
	must(store_worker_links_of_nik(s, NIK_B, &l));
	assert_int_equal(l.worker, 0);
	must(store_link_end(s, PHONE, worker, "not me", T0 + 7));
	assert_int_equal(store_link_end(s, PHONE, worker, "not me", T0 + 7), RC_NOENT);
	must(store_worker_links_of_nik(s, NIK_A, &l));
	assert_int_equal(l.worker, worker);
	assert_int_equal(l.n, 0);
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT ended_at FROM phone_past"), T0 + 7);
}

/* ---- outages and counters ---- */

static void an_outage_is_told_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct outage_row o;

	must(store_begin(s));
	must(store_outage_begin(s, "telkomsel", T0, &o));
	must(store_outage_begin(s, "telkomsel", T0 + 60, &o));
	assert_int_equal(o.since, T0);
	assert_int_equal(o.told_at, 0);
	must(store_outage_told(s, "telkomsel", T0 + 70));
	must(store_outage_begin(s, "telkomsel", T0 + 80, &o));
	assert_int_equal(o.told_at, T0 + 70);
	must(store_outage_end(s, "telkomsel"));
	must(store_outage_end(s, "telkomsel"));
	must(store_outage_begin(s, "telkomsel", T0 + 90, &o));
	assert_int_equal(o.since, T0 + 90);
	assert_int_equal(o.told_at, 0);
	must(store_commit(s));
}

static void counters_add_up_by_the_hour_and_are_dropped(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t n;

	must(store_begin(s));
	must(store_count_add(s, COUNT_WRONG_CODE, T0, 2));
	must(store_count_add(s, COUNT_WRONG_CODE, T0 + 1800, 1));
	must(store_count_add(s, COUNT_WRONG_CODE, T0 + 3600, 4));
	must(store_count_add(s, COUNT_ANSWER, T0, 9));
	must(store_count_since(s, COUNT_WRONG_CODE, T0, &n));
	assert_int_equal(n, 7);
	must(store_count_since(s, COUNT_WRONG_CODE, T0 + 3600, &n));
	assert_int_equal(n, 4);
	must(store_count_add(s, COUNT_WRONG_CODE, T0 + 3600 * 50, 1));
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM hour_count WHERE what = 0"), 1);
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM hour_count WHERE what = 1"), 1);
}

static void traffic_is_counted_by_time(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct outbox_new m = reply_to("k1", PHONE);
	int64_t in, out, id;

	must(store_begin(s));
	must(store_outbox_add(s, &m, &id));
	m.created_at = T0 + 50;
	strcpy(m.key, "k2");
	m.handed = true;
	m.line = add_line(s, "5101");
	must(store_outbox_add(s, &m, &id));
	must(store_outbox_result(s, id, 1, OUT_SENT, 4, 0, NULL, 0, T0 + 51));
	must(store_traffic(s, T0, T0 + 60, &in, &out));
	assert_int_equal(in, 0);
	assert_int_equal(out, 1); /* the other one only waits */
	must(store_traffic(s, T0, T0 + 50, &in, &out));
	assert_int_equal(out, 0);
	must(store_traffic(s, T0 + 51, T0 + 60, &in, &out));
	assert_int_equal(out, 0);
	must(store_commit(s));
}

static void the_guards_of_a_phone_are_kept(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct phone_row p = { .msisdn = PHONE, .lang = "id" };

	p.same_hash = store_text_hash(s, "HALO");
	assert_int_equal(p.same_hash, store_text_hash(s, "HALO"));
	assert_int_not_equal(p.same_hash, store_text_hash(s, "HALO."));
	p.same_count = 3;
	p.same_since = T0;
	p.quiet_until = T0 + 3600;
	p.wrong_codes_today = 4;
	must(store_begin(s));
	must(store_phone_save(s, &p, T0));
	must(store_phone_load(s, PHONE, T0, &p));
	assert_int_equal(p.same_hash, store_text_hash(s, "HALO"));
	assert_int_equal(p.same_count, 3);
	assert_int_equal(p.same_since, T0);
	assert_int_equal(p.quiet_until, T0 + 3600);
	assert_int_equal(p.wrong_codes_today, 4);
	must(store_phone_load(s, PHONE, T0 + 86400, &p));
	assert_int_equal(p.wrong_codes_today, 0);
	must(store_commit(s));
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)

/* An officer's word: what was linked stays in the history, and open requests end. */
static void an_officer_moves_a_worker(void **state)
{
	struct place *p = *state;
	struct store *s = p->s;
	struct nik_links links;
	struct change_row c;

	must(store_begin(s));
	add_code(s, add_pledge(s, "A1A1A1", 9), "48217739", NIK_A);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NULL, false));
	must(store_change_open(s, 1, PHONE, "+6281399999999", "4821", T0, T0 + 86400));
	assert_int_equal(store_link_move(s, 1, OTHER, "+6281355555555", T0), RC_NOENT);
	assert_int_equal(store_link_move(s, 1, PHONE, PHONE, T0), RC_EXISTS);
	assert_int_equal(store_link_move(s, 7, PHONE, OTHER, T0), RC_NOENT);
	must(store_link_move(s, 1, PHONE, OTHER, T0));
	must(store_worker_links(s, 1, &links));
	assert_int_equal(links.n, 1);
	assert_string_equal(links.msisdn[0], OTHER);
	must(store_change_arrived(
	        s, OTHER, T0 - 1, &c)); /* may answer that it is not this person */
	assert_int_equal(c.worker, 1);
	assert_int_equal(store_change_pending(s, PHONE, T0, &c), RC_NOENT);
	must(store_link_move(s, 1, OTHER, "", T0));
	must(store_worker_links(s, 1, &links));
	assert_int_equal(links.n, 0);
	must(store_link_move(s, 1, "", PHONE, T0)); /* had no phone */
	must(store_commit(s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM phone_past"), 2);
	assert_int_equal(
	        ask_int(p, "SELECT count(*) FROM phone_link WHERE msisdn = '" PHONE "'"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_case_knows_its_place),
		T(a_case_goes_from_open_to_done),
		T(a_case_nobody_was_told_of_stays_open),
		T(cases_are_listed_newest_first),
		T(the_narrowest_area_is_told_first),
		T(a_cadre_comes_and_goes),
		T(a_change_moves_the_link_once),
		T(wrong_numbers_end_a_change),
		T(a_worker_who_arrived_is_known_while_the_link_holds),
		T(a_change_is_refused_or_lapses),
		T(links_end_and_stay_in_the_history),
		T(an_officer_moves_a_worker),
		T(an_outage_is_told_once),
		T(counters_add_up_by_the_hour_and_are_dropped),
		T(traffic_is_counted_by_time),
		T(the_guards_of_a_phone_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
