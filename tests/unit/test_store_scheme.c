/* Codes, registrations, phones, workers and what is said of their cover. */
#include "store_fixture.h"
#include <payung/store_desk.h>

#define TODAY ((struct date){ 2026, 7, 1 })

static struct talk_worker worker[TALK_WORKERS_MAX];
static size_t workers;

static struct pledge_row pledge_of(struct store *s, const char *ref)
{
	struct pledge_row p;

	must(store_pledge_get(s, ref, &p));
	return p;
}

static struct talk_code facts_of(struct store *s, const char *code, const char *msisdn, int64_t now)
{
	struct talk_code c;

	must(store_code_facts(s, code, msisdn, now, TODAY, 15, 64, &c));
	return c;
}

static void pledges_need_sponsor_and_programme(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct pledge_row p, bad = { .ref = "AAAAAA",
		.sponsor = 77,
		.programme = "GN",
		.workers = 1,
		.months = 1,
		.instalment = 1,
		.created_at = T0 };
	int64_t id;

	must(store_begin(s));
	add_pledge(s, "D4F7K2", 3);
	p = pledge_of(s, "D4F7K2");
	assert_string_equal(p.sponsor_name, "Sari");
	assert_string_equal(p.sponsor_phone, "+628111111111");
	assert_string_equal(p.programme, "GN");
	assert_int_equal(p.start, 2026 * 12 + 6);
	assert_int_equal(store_pledge_add(s, &bad, &id), RC_NOENT);
	bad.sponsor = p.sponsor;
	strcpy(bad.programme, "XX");
	assert_int_equal(store_pledge_add(s, &bad, &id), RC_NOENT);
	strcpy(bad.programme, "GN");
	strcpy(bad.ref, "D4F7K2");
	assert_int_equal(store_pledge_add(s, &bad, &id), RC_EXISTS);
	strcpy(bad.ref, "BBBBBB");
	bad.workers = 0;
	assert_int_equal(store_pledge_add(s, &bad, &id), RC_INVALID);
	assert_int_equal(store_pledge_get(s, "ZZZZZZ", &p), RC_NOENT);
	must(store_commit(s));
}

static void code_facts_tell_state_and_age(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct talk_code c;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 1);
	add_code(s, p, "48217739", NULL);
	add_code(s, p, "11112222", "3374010101400001"); /* born 1940 */
	add_code(s, p, "33334444", "3374010101150001"); /* born 2015 */
	assert_int_equal(facts_of(s, "99999999", PHONE, T0).state, CODE_NONE);
	c = facts_of(s, "48217739", PHONE, T0);
	assert_int_equal(c.state, CODE_ISSUED);
	assert_false(c.named);
	assert_string_equal(c.sponsor, "Sari");
	assert_int_equal(c.places_left, 1);
	assert_int_equal(c.expires.month * 100 + c.expires.day, 731);
	assert_int_equal(facts_of(s, "48217739", PHONE, T0 + 86400 * 30).state, CODE_EXPIRED);
	c = facts_of(s, "11112222", PHONE, T0);
	assert_true(c.named && c.too_old && !c.too_young);
	assert_string_equal(c.name, "Budi");
	c = facts_of(s, "33334444", PHONE, T0);
	assert_true(c.too_young && !c.too_old);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	c = facts_of(s, "48217739", PHONE, T0);
	assert_true(c.state == CODE_USED && c.used_here);
	c = facts_of(s, "48217739", OTHER, T0);
	assert_true(c.state == CODE_USED && !c.used_here);
	assert_int_equal(c.places_left, 0);
	must(store_commit(s));
}

static void codes_are_unique_and_fit_their_batch(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct code_listed l = { .nik = NIK_A, .name = "Budi", .area = "33" };
	int64_t p, batch;
	bool yes;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	must(store_batch_add(s, p, "33", true, T0, T0 + 10, &batch));
	must(store_code_listed(s, p, NIK_A, &yes));
	assert_false(yes);
	must(store_code_add(s, batch, "48217739", &l));
	must(store_code_listed(s, p, NIK_A, &yes));
	assert_true(yes);
	must(store_code_listed(s, p + 1, NIK_A, &yes));
	assert_false(yes);
	assert_int_equal(store_code_add(s, batch, "48217739", &l), RC_EXISTS);
	assert_int_equal(store_code_add(s, batch, "48217740", NULL), RC_INVALID);
	assert_int_equal(store_code_add(s, batch + 1, "48217740", NULL), RC_NOENT);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NULL, false));
	must(store_code_listed(s, p, NIK_A, &yes));
	assert_true(yes); /* now by its registration */
	must(store_commit(s));
}

static void a_code_registers_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "48217739", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	assert_int_equal(use_code(s, "48217739", "R2R2R2", OTHER, NIK_B, false), RC_EXISTS);
	assert_int_equal(use_code(s, "00000000", "R3R3R3", OTHER, NIK_B, false), RC_NOENT);
	assert_int_equal(pledge_of(s, "D4F7K2").taken, 1);
	must(store_phone_workers(s, PHONE, TODAY, worker, &workers));
	assert_int_equal(workers, 1);
	assert_int_equal(worker[0].id, 0); /* an officer decides */
	assert_string_equal(worker[0].name, "Siti");
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM consent"), 1);
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM audit"), 1);
}

static void places_run_out_into_the_waiting_list(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 1);
	add_code(s, p, "11111111", NULL);
	add_code(s, p, "22222222", NULL);
	must(use_code(s, "11111111", "R1R1R1", PHONE, NIK_A, false));
	must(store_mark(s));
	assert_int_equal(use_code(s, "22222222", "R2R2R2", OTHER, NIK_B, false), RC_LIMIT);
	store_undo(s);
	must(use_code(s, "22222222", "R2R2R2", OTHER, NIK_B, true));
	assert_int_equal(pledge_of(s, "D4F7K2").taken, 1);
	assert_int_equal(pledge_of(s, "D4F7K2").waiting, 1);
	must(store_commit(s));
	assert_int_equal(
	        ask_int(*state, "SELECT waiting_number FROM registration WHERE state = 1"), 1);
}

static void a_named_code_links_its_worker_at_once(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "11111111", NIK_A);
	assert_int_equal(use_code(s, "11111111", "R1R1R1", PHONE, NIK_B, false), RC_INVALID);
	store_rollback(s);
	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "11111111", NIK_A);
	must(use_code(s, "11111111", "R1R1R1", PHONE, NULL, false));
	must(store_phone_workers(s, PHONE, TODAY, worker, &workers));
	assert_int_equal(workers, 1);
	assert_int_not_equal(worker[0].id, 0);
	assert_string_equal(worker[0].name, "Budi");
	assert_string_equal(worker[0].sponsor, "Sari");
	assert_int_equal(worker[0].cover, COVER_PENDING);
	must(store_worker_card(s, worker[0].id, "2612345"));
	assert_int_equal(store_worker_card(s, 4711, "1"), RC_NOENT);
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT born = '1980-01-01' FROM worker"), 1);
}

/* Promise: whoever holds a code cannot learn by it whether its NIK is known already. */
static void a_second_phone_sees_the_same_whether_the_nik_is_known(void **state)
{
	struct place *place = *state;
	struct store *s = place->s;
	struct talk_worker known, fresh;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "11111111", NIK_A);
	must(use_code(s, "11111111", "R1R1R1", PHONE, NULL, false));
	p = add_pledge(s, "E5G8M3", 5);
	add_code(s, p, "22222222", NIK_A);
	must(use_code(s, "22222222", "R2R2R2", OTHER, NULL, false));
	add_code(s, p, "33333333", NIK_B);
	must(use_code(s, "33333333", "R3R3R3", "+6281299990000", NULL, false));
	assert_int_equal(pledge_of(s, "E5G8M3").taken, 2);
	must(store_commit(s));
	tamper(place, "INSERT INTO coverage_month (worker, month, package, confirmed_day)"
	              " SELECT id, 24318, 1, 20600 FROM worker"
	              " WHERE id = 1");
	must(store_phone_workers(s, OTHER, TODAY, worker, &workers));
	assert_int_equal(workers, 1);
	known = worker[0];
	must(store_phone_workers(s, "+6281299990000", TODAY, worker, &workers));
	assert_int_equal(workers, 1);
	fresh = worker[0];
	known.id = fresh.id = 0; /* not for a person's eyes */
	assert_memory_equal(&known, &fresh, sizeof known);
	assert_int_equal(ask_int(place, "SELECT count(*) FROM phone_link WHERE worker = 1"), 1);
	assert_int_equal(ask_int(place, "SELECT count(*) FROM audit WHERE detail LIKE"
	                                " 'state=held %'"),
	        1);
}

/* month 24318 is 2026-07; evidence 3 is confirmed by the insurer */
static void active_is_said_only_with_confirmed_months(void **state)
{
	static const struct {
		const char *months; /* (month, evidence) rows */
		enum cover_state cover;
		const char *until, *limit, *recorded;
	} cases[] = {
		{ NULL, COVER_PENDING, "", "", "" },
		{ "(24318, 2)", COVER_PENDING, "", "", "" },
		{ "(24318, 3)", COVER_ACTIVE, "2026-07-31", "", "2026-05-28" },
		{ "(24318, 3), (24319, 3), (24321, 3)", COVER_ACTIVE, "2026-08-31", "",
		        "2026-05-28" },
		{ "(24318, 3), (24319, 2), (24320, 3)", COVER_ACTIVE, "2026-07-31", "",
		        "2026-05-28" },
		{ "(24319, 3)", COVER_PENDING, "", "", "" },
		{ "(24317, 3), (24318, 1)", COVER_ARREARS, "2026-06-30", "2026-09-30",
		        "2026-05-28" },
		{ "(24315, 3)", COVER_ARREARS, "2026-04-30", "2026-07-31", "2026-05-28" },
		{ "(24314, 3)", COVER_LAPSED, "2026-03-31", "2026-06-30", "2026-05-28" },
	};
	struct place *place = *state;
	struct store *s = place->s;
	char sql[512], date[16];
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "11111111", NIK_A);
	must(use_code(s, "11111111", "R1R1R1", PHONE, NULL, false));
	must(store_commit(s));
	tamper(place, "UPDATE registration SET created_at = created_at - 86400 * 90");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tamper(place, "DELETE FROM coverage_month");
		snprintf(sql, sizeof sql,
		        "WITH m (month, evidence) AS (VALUES %s) INSERT INTO"
		        " coverage_month (worker, month, package, reported_day, paid_day,"
		        " confirmed_day) SELECT 1, month, 1, (evidence = 1) * 20601,"
		        " (evidence = 2) * 20601, (evidence = 3) * 20601 FROM m",
		        cases[i].months ? cases[i].months : "");
		if (cases[i].months)
			tamper(place, sql);
		must(store_phone_workers(s, PHONE, TODAY, worker, &workers));
		assert_int_equal(worker[0].cover, cases[i].cover);
		const struct date got[] = { worker[0].until, worker[0].limit, worker[0].recorded };
		const char *const want[] = { cases[i].until, cases[i].limit, cases[i].recorded };
		for (int k = 0; k < 3; k++) {
			date[0] = '\0';
			if (got[k].year != 0)
				date_format_iso(got[k], date);
			assert_string_equal(date, want[k]);
		}
	}
	/* Who registers again after the end is told to wait for the proof, not that it is over. */
	tamper(place, "UPDATE registration SET created_at = created_at + 86400 * 90");
	must(store_phone_workers(s, PHONE, TODAY, worker, &workers));
	assert_int_equal(worker[0].cover, COVER_PENDING);
	tamper(place, "UPDATE worker SET died_day = 20600");
	must(store_phone_workers(s, PHONE, TODAY, worker, &workers));
	assert_int_equal(worker[0].cover, COVER_DECEASED);
}

static void a_phone_keeps_its_dialogue_and_counts(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct phone_row p, got;
	int64_t line, other;

	must(store_begin(s));
	line = add_line(s, "5101");
	other = add_line(s, "5102");
	must(store_phone_load(s, PHONE, T0, &p));
	assert_false(p.known);
	assert_string_equal(p.lang, "id");
	p.home_line = line;
	p.replies_today = 4;
	p.wrong_codes = 2;
	p.next_ref = 256;
	p.reminders_off = true;
	p.dialogue = (struct talk_dialogue){ .state = TALK_ASK_JOB,
		.opened_at = T0,
		.expires_at = T0 + 86400,
		.code = "48217739",
		.nik = NIK_A,
		.name = "Siti\nAminah",
		.job = 3 };
	must(store_phone_save(s, &p, T0));
	must(store_phone_load(s, PHONE, T0 + 60, &got));
	assert_true(got.known && got.reminders_off && !got.is_sponsor);
	assert_memory_equal(&got.dialogue, &p.dialogue, sizeof p.dialogue);
	assert_int_equal(got.replies_today, 4);
	assert_int_equal(got.wrong_codes, 2);
	assert_int_equal(got.next_ref, 0);
	got.home_line = other;
	got.dialogue.state = TALK_IDLE;
	must(store_phone_save(s, &got, T0 + 60));
	must(store_phone_load(s, PHONE, T0 + 3599, &got));
	assert_int_equal(got.home_line, line);
	assert_int_equal(got.wrong_codes, 2);
	assert_string_equal(got.dialogue.nik, "");
	must(store_phone_load(s, PHONE, T0 + 3600, &got));
	assert_int_equal(got.wrong_codes, 0);
	must(store_phone_load(s, PHONE, T0 + 15 * 3600, &got)); /* 00:00 WIB */
	assert_int_equal(got.replies_today, 0);
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT dialogue IS NULL FROM phone"), 1);
}

static void a_sponsor_is_known_by_phone(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct phone_row p;

	must(store_begin(s));
	add_pledge(s, "D4F7K2", 5);
	must(store_commit(s));
	must(store_phone_load(s, "+628111111111", T0, &p));
	assert_true(p.is_sponsor && !p.known);
}

static void a_reference_is_used_once_for_all(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	bool used = true;

	must(store_begin(s));
	must(store_ref_used(s, "R1R1R1", &used));
	assert_false(used);
	must(store_case_open(s, "claim", "K1K1K1", PHONE, 0, T0, NULL));
	must(store_ref_used(s, "K1K1K1", &used));
	assert_true(used);
	add_code(s, add_pledge(s, "D4F7K2", 1), "48217739", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	used = false;
	must(store_ref_used(s, "R1R1R1", &used));
	assert_true(used);
	must(store_commit(s));
}

struct listed {
	int n;
	struct worker_row row[8];
};

static void list(void *arg, const struct worker_row *row)
{
	struct listed *l = arg;

	assert_true(l->n < 8);
	l->row[l->n++] = *row;
}

static void workers_and_undecided_are_listed(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct listed all = { 0 }, one = { 0 };
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "11111111", NIK_A);
	add_code(s, p, "22222222", NULL);
	must(use_code(s, "22222222", "R2R2R2", OTHER, NIK_B, false));
	must(use_code(s, "11111111", "R1R1R1", PHONE, NULL, false));
	must(store_commit(s));
	must(store_worker_each(s, NULL, list, &all));
	assert_int_equal(all.n, 2);
	assert_string_equal(all.row[0].state, "registered");
	assert_string_equal(all.row[0].phones, PHONE);
	assert_string_equal(all.row[0].ref, "R1R1R1");
	assert_string_equal(all.row[0].programme, "GN");
	assert_string_equal(all.row[0].born, "1980-01-01");
	assert_string_equal(all.row[0].area, "33.74.01");
	assert_int_equal(all.row[1].id, 0);
	assert_string_equal(all.row[1].state, "recorded");
	assert_string_equal(all.row[1].area, "33.74");
	must(store_worker_each(s, OTHER, list, &one));
	assert_int_equal(one.n, 1);
	assert_string_equal(one.row[0].name, "Siti");
}

static int counted;
static void count_programme(void *arg, const struct programme_row *row)
{
	(void)arg;
	counted += row->direct == (strcmp(row->code, "APBD") == 0);
}
static void count_sponsor(void *arg, const struct sponsor_row *row)
{
	(void)arg;
	counted += strcmp(row->sms_name, "Sari") == 0 && row->kind == SPONSOR_CIVIL_SERVANT;
}
static void count_pledge(void *arg, const struct pledge_row *row)
{
	(void)arg;
	counted += row->funding == FUND_CSR && row->instalment == 3;
}

static void lists_of_the_scheme_are_whole(void **state)
{
	const struct programme_row direct = {
		.code = "APBD", .name = "Demak", .legal_basis = "Perbup 1", .direct = true
	};
	struct store *s = ((struct place *)*state)->s;
	int64_t id;

	must(store_begin(s));
	add_pledge(s, "D4F7K2", 5);
	add_pledge(s, "E5G8M3", 5);
	must(store_programme_add(s, &direct, T0, &id));
	must(store_commit(s));
	counted = 0;
	must(store_programme_each(s, count_programme, NULL));
	assert_int_equal(counted, 2);
	must(store_sponsor_each(s, count_sponsor, NULL));
	assert_int_equal(counted, 4);
	must(store_pledge_each(s, count_pledge, NULL));
	assert_int_equal(counted, 6);
	for (int i = 0; i < SPONSOR_KINDS; i++)
		assert_int_equal(sponsor_kind_parse(sponsor_kind_name((enum sponsor_kind)i)), i);
	for (int i = 0; i < FUNDINGS; i++)
		assert_int_equal(funding_parse(funding_name((enum funding)i)), i);
	assert_int_equal(funding_parse("lottery"), -1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(pledges_need_sponsor_and_programme),
		T(code_facts_tell_state_and_age),
		T(codes_are_unique_and_fit_their_batch),
		T(a_code_registers_once),
		T(places_run_out_into_the_waiting_list),
		T(a_named_code_links_its_worker_at_once),
		T(a_second_phone_sees_the_same_whether_the_nik_is_known),
		T(active_is_said_only_with_confirmed_months),
		T(a_phone_keeps_its_dialogue_and_counts),
		T(a_sponsor_is_known_by_phone),
		T(a_reference_is_used_once_for_all),
		T(workers_and_undecided_are_listed),
		T(lists_of_the_scheme_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
