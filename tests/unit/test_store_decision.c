/* Batches and what an officer decides: who becomes a worker, whose place goes to whom. */
#include "store_fixture.h"
#include <payung/store_decision.h>

#define THIRD "+6281300002222"
#define NIK_C "3374014203850003"

static struct registration_row row_of(struct store *s, const char *ref)
{
	struct registration_row r;

	must(store_registration_get(s, ref, &r));
	return r;
}

static rc_t accept(struct store *s, const char *ref)
{
	int64_t worker = 0;
	rc_t rc = store_registration_accept(s, ref, "budi", T0 + 60, &worker);

	assert_true((rc == RC_OK) == (worker != 0));
	return rc;
}

static rc_t reject(struct store *s, const char *ref, char moved_up[REF_LEN + 1])
{
	return store_registration_reject(s, ref, "UMUR", "budi", T0 + 60, moved_up);
}

static size_t workers_of(struct store *s, const char *msisdn, struct talk_worker *first)
{
	struct talk_worker w[TALK_WORKERS_MAX];
	size_t n = 0;

	must(store_phone_workers(s, msisdn, (struct date){ 2026, 7, 1 }, w, &n));
	*first = w[0];
	return n;
}

/* ---- accept ---- */

static void accepting_makes_worker_and_link(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct registration_row r;
	struct talk_worker w;

	must(store_begin(s));
	add_code(s, add_pledge(s, "D4F7K2", 5), "48217739", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	r = row_of(s, "R1R1R1");
	assert_string_equal(r.state, "recorded");
	assert_string_equal(r.born, "1980-01-01");
	assert_int_equal(r.known, 0);
	assert_int_equal(workers_of(s, PHONE, &w), 1);
	assert_int_equal(w.id, 0);
	must(accept(s, "R1R1R1"));
	assert_int_equal(accept(s, "R1R1R1"), RC_INVALID);
	assert_int_equal(accept(s, "ZZZZZZ"), RC_NOENT);
	r = row_of(s, "R1R1R1");
	assert_string_equal(r.state, "registered");
	assert_string_equal(r.decided_by, "budi");
	assert_int_equal(r.decided_at, T0 + 60);
	assert_int_equal(workers_of(s, PHONE, &w), 1);
	assert_int_equal(w.id, r.worker);
	must(store_commit(s));
}

static void a_known_nik_never_makes_a_second_worker(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct registration_row r;
	struct talk_worker w;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "48217739", NULL);
	add_code(s, p, "55556666", NULL);
	add_code(s, p, "77778888", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	must(use_code(s, "55556666", "R2R2R2", OTHER, NIK_A, false));
	assert_int_equal(row_of(s, "R1R1R1").same_nik, 1);
	must(accept(s, "R1R1R1"));
	r = row_of(s, "R2R2R2");
	assert_int_not_equal(r.known, 0);
	assert_string_equal(r.known_name, "Siti");
	assert_int_equal(r.known_phones, 1);
	assert_false(r.known_here);
	assert_int_equal(accept(s, "R2R2R2"), RC_LIMIT);
	r = row_of(s, "R2R2R2");
	assert_string_equal(r.state, "held");
	assert_string_equal(r.reason, "other phone");
	assert_int_equal(r.decision, DECISION_NONE);
	assert_int_equal(workers_of(s, OTHER, &w), 1);
	assert_int_equal(w.id, 0);
	/* Once that worker has no phone any more, the same registration may have it. */
	must(store_link_end(s, PHONE, r.known, "lost", T0 + 70));
	must(accept(s, "R2R2R2"));
	assert_int_equal(row_of(s, "R2R2R2").worker, r.known);
	must(use_code(s, "77778888", "R3R3R3", OTHER, NIK_A, false));
	must(accept(s, "R3R3R3")); /* the worker's own phone */
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM worker"), 1);
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM phone_link"), 1);
}

/* ---- reject ---- */

static void a_rejected_place_goes_to_the_first_who_waits(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct pledge_row pledge;
	char moved[REF_LEN + 1];
	struct talk_worker w;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 1);
	add_code(s, p, "48217739", NULL);
	add_code(s, p, "55556666", NULL);
	add_code(s, p, "77778888", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	must(use_code(s, "55556666", "R2R2R2", OTHER, NIK_B, true));
	must(use_code(s, "77778888", "R3R3R3", THIRD, NIK_C, true));
	must(accept(s, "R2R2R2"));
	assert_string_equal(row_of(s, "R2R2R2").state, "waiting");
	must(reject(s, "R1R1R1", moved));
	assert_string_equal(moved, "R2R2R2");
	must(reject(s, "R3R3R3", moved)); /* had no place */
	assert_string_equal(moved, "");
	assert_int_equal(reject(s, "R1R1R1", moved), RC_INVALID);
	assert_string_equal(row_of(s, "R1R1R1").state, "rejected");
	assert_string_equal(row_of(s, "R1R1R1").reason, "UMUR");
	assert_string_equal(row_of(s, "R2R2R2").state, "registered");
	assert_int_equal(workers_of(s, PHONE, &w), 0);
	must(store_pledge_get(s, "D4F7K2", &pledge));
	assert_int_equal(pledge.taken, 1);
	must(store_commit(s));
}

static void a_rejected_place_is_free_when_nobody_waits(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct pledge_row pledge;
	char moved[REF_LEN + 1];
	bool listed;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 1);
	add_code(s, p, "48217739", NULL);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	must(reject(s, "R1R1R1", moved));
	must(store_pledge_get(s, "D4F7K2", &pledge));
	assert_int_equal(pledge.taken, 0);
	must(store_code_listed(s, p, NIK_A, &listed));
	assert_false(listed); /* may be listed anew */
	must(store_commit(s));
}

/* ---- batches ---- */

static void count_batch(void *arg, const struct batch_row *b)
{
	struct batch_row *rows = arg;

	assert_in_range(b->id, 1, 3);
	rows[b->id] = *b;
}

static void count_one(void *arg, const struct registration_row *r)
{
	int *n = arg;

	assert_true(r->batch > 0);
	++*n;
}

static void batches_count_what_came_of_them(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct batch_row b[4] = { 0 }, one;
	char moved[REF_LEN + 1];
	int all = 0, open = 0;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "48217739", NULL);
	must(store_code_add(s, 1, "48217740", NULL));
	must(store_code_add(s, 1, "48217741", NULL));
	must(store_code_add(s, 1, "48217742", NULL));
	add_code(s, p, "55556666", NIK_C);
	must(use_code(s, "48217739", "R1R1R1", PHONE, NIK_A, false));
	must(use_code(s, "48217740", "R2R2R2", OTHER, NIK_B, false));
	must(use_code(s, "48217741", "R3R3R3", THIRD, NIK_B, false));
	must(use_code(s, "55556666", "R4R4R4", THIRD, NULL, false));
	must(accept(s, "R1R1R1"));
	must(reject(s, "R3R3R3", moved));
	must(store_batch_each(s, count_batch, b));
	assert_int_equal(b[1].codes, 4);
	assert_int_equal(b[1].used, 3);
	assert_int_equal(b[1].undecided, 1);
	assert_int_equal(b[1].accepted, 1);
	assert_int_equal(b[1].rejected, 1);
	assert_string_equal(b[1].pledge, "D4F7K2");
	assert_string_equal(b[1].sponsor, "Sari");
	assert_true(b[2].named);
	assert_int_equal(b[2].used, 1);
	assert_int_equal(b[2].undecided, 0); /* a listed worker needs no decision */
	must(store_batch_get(s, 1, &one));
	assert_int_equal(one.codes, 4);
	assert_int_equal(store_batch_get(s, 9, &one), RC_NOENT);
	must(store_registration_each(s, 1, false, count_one, &all));
	must(store_registration_each(s, 1, true, count_one, &open));
	assert_int_equal(all, 3);
	assert_int_equal(open, 1);
	must(store_commit(s));
}

/* ---- cadres ---- */

static rc_t enrol(struct store *s, const char *code, const char *ref, const char *own)
{
	struct talk_dialogue d = { .name = "Siti", .job = 3 };
	struct registration_new r = { .open = &d,
		.consent_text = "W05",
		.enrolled_by = OTHER,
		.asks_consent = own[0] != '\0' };
	int64_t id;

	strcpy(d.nik, own[0] ? NIK_A : NIK_B);
	strcpy(r.ref, ref);
	strcpy(r.code, code);
	strcpy(r.msisdn, own);
	return store_register(s, &r, T0, &id);
}

static void a_cadre_enrols_and_the_worker_has_the_last_word(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct registration_row r;
	char moved[REF_LEN + 1];
	struct talk_worker w;
	int64_t p;

	must(store_begin(s));
	p = add_pledge(s, "D4F7K2", 5);
	add_code(s, p, "48217739", NULL);
	add_code(s, p, "55556666", NULL);
	add_code(s, p, "77778888", NULL);
	must(enrol(s, "48217739", "R1R1R1", PHONE));
	assert_int_equal(workers_of(s, PHONE, &w), 0); /* not theirs before they say so */
	assert_int_equal(workers_of(s, OTHER, &w), 0);
	assert_int_equal(accept(s, "R1R1R1"), RC_INVALID);
	must(store_consent_asked(s, PHONE, &r));
	assert_string_equal(r.ref, "R1R1R1");
	assert_string_equal(r.state, "asked");
	assert_string_equal(r.enrolled_by, OTHER);
	must(store_consent_give(s, "R1R1R1", "W51", T0 + 5));
	assert_int_equal(store_consent_give(s, "R1R1R1", "W51", T0 + 5), RC_INVALID);
	assert_int_equal(store_consent_asked(s, PHONE, &r), RC_NOENT);
	must(accept(s, "R1R1R1"));
	assert_int_equal(workers_of(s, PHONE, &w), 1);
	assert_int_equal(workers_of(s, OTHER, &w), 0);
	must(enrol(s, "55556666", "R2R2R2", ""));
	must(accept(s, "R2R2R2")); /* without any phone */
	assert_int_equal(row_of(s, "R2R2R2").phone_workers, 0);
	must(enrol(s, "77778888", "R3R3R3", THIRD));
	must(store_consent_refuse(s, "R3R3R3", T0 + 6, moved));
	assert_string_equal(row_of(s, "R3R3R3").state, "withdrawn");
	assert_int_equal(accept(s, "R3R3R3"), RC_INVALID);
	must(store_commit(s));
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM consent"), 4);
	assert_int_equal(ask_int(*state, "SELECT count(*) FROM consent WHERE channel = 'cadre'"
	                                 " AND msisdn = '" OTHER "' AND withdrawn_at = 0"),
	        2);
	assert_int_equal(
	        ask_int(*state, "SELECT withdrawn_at FROM consent WHERE registration = 3"), T0 + 6);
	assert_int_equal(ask_int(*state, "SELECT taken FROM pledge"), 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(accepting_makes_worker_and_link),
		T(a_known_nik_never_makes_a_second_worker),
		T(a_rejected_place_goes_to_the_first_who_waits),
		T(a_rejected_place_is_free_when_nobody_waits),
		T(batches_count_what_came_of_them),
		T(a_cadre_enrols_and_the_worker_has_the_last_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
