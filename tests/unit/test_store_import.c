/* Rows of files: each counts once, whatever file it comes in and however often. */
#include "store_fixture.h"
#include <payung/store_cover.h>
#include <payung/store_job.h>

static struct source_file file_of(struct store *s, enum source_kind kind, const char *content)
{
	struct source_file f = { 0 };
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_digest(content, strlen(content), hash);
	must(store_file_begin(s, kind, "juli.csv", hash, "budi", T0, &f));
	return f;
}

static rc_t begin_again(struct store *s, const char *content, struct source_file *f)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_digest(content, strlen(content), hash);
	return store_file_begin(s, SOURCE_BANK, "salinan.csv", hash, "sari", T0 + 60, f);
}

static rc_t pay(struct store *s, int64_t file, int number, const char *text, rupiah_t amount)
{
	const struct source_row r = { file, number, text };
	const struct payment_new p = {
		.day = 20635, .amount = amount, .text = text, .account = "123", .payer = "PT A"
	};
	int64_t id;

	return store_row_payment(s, &r, &p, &id);
}

static rc_t list(struct store *s, int64_t file, int number, const char *nik, rupiah_t amount)
{
	char text[64];
	const struct source_row r = { file, number, text };
	const struct listed_new l = {
		.transfer = "", .nik = nik, .name = "Siti", .months = 3, .amount = amount
	};
	int64_t id;

	snprintf(text, sizeof text, "%s %lld", nik, (long long)amount);
	return store_row_listed(s, &r, &l, &id);
}

static void a_file_again_changes_nothing(void **state)
{
	struct place *p = *state;
	struct source_file f, again;

	must(store_begin(p->s));
	f = file_of(p->s, SOURCE_BANK, "isi");
	must(pay(p->s, f.id, 1, "a", 50400));
	must(store_file_end(p->s, f.id, T0));
	assert_int_equal(begin_again(p->s, "isi", &again), RC_EXISTS);
	assert_int_equal(again.id, f.id);
	assert_string_equal(again.name, "juli.csv");
	assert_string_equal(again.by, "budi");
	assert_int_equal(pay(p->s, f.id, 1, "a", 50400), RC_EXISTS);
	assert_int_equal(begin_again(p->s, "isi lain", &again), RC_OK);
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM payment"), 1);
}

static void what_would_be_known_can_be_asked_without_writing(void **state)
{
	struct place *p = *state;
	uint8_t hash[CRYPTO_HASH_LEN];
	struct source_file f, found;

	crypto_digest("isi", 3, hash);
	assert_int_equal(store_file_find(p->s, SOURCE_BANK, hash, &found), RC_NOENT);
	must(store_begin(p->s));
	f = file_of(p->s, SOURCE_BANK, "isi");
	must(pay(p->s, f.id, 1, "a", 50400));
	must(pay(p->s, f.id, 2, "a", 50400));
	must(store_commit(p->s));
	must(store_file_find(p->s, SOURCE_BANK, hash, &found));
	assert_int_equal(found.id, f.id);
	assert_int_equal(found.ended_at, 0);
	assert_int_equal(store_file_find(p->s, SOURCE_LIST, hash, &found), RC_NOENT);
	assert_int_equal(store_row_known(p->s, SOURCE_BANK, "a", 0), RC_EXISTS);
	assert_int_equal(store_row_known(p->s, SOURCE_BANK, "a", 1), RC_EXISTS);
	assert_int_equal(store_row_known(p->s, SOURCE_BANK, "a", 2), RC_NOENT);
	assert_int_equal(store_row_known(p->s, SOURCE_BANK, "b", 0), RC_NOENT);
	assert_int_equal(store_row_known(p->s, SOURCE_RECEIPT, "a", 0), RC_NOENT);
}

static void an_import_goes_on_where_it_was_killed(void **state)
{
	struct place *p = *state;
	struct source_file f, again;

	must(store_begin(p->s));
	f = file_of(p->s, SOURCE_BANK, "isi");
	must(pay(p->s, f.id, 1, "a", 50400));
	must(store_commit(p->s));
	must(store_begin(p->s));
	assert_int_equal(begin_again(p->s, "isi", &again), RC_OK);
	assert_int_equal(again.id, f.id);
	assert_int_equal(pay(p->s, f.id, 1, "a", 50400), RC_EXISTS);
	must(pay(p->s, f.id, 2, "b", 50400));
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM payment"), 2);
}

/* Statements overlap; and two equal transfers on one day are two, also in the next statement. */
static void equal_rows_are_counted_by_file(void **state)
{
	struct place *p = *state;
	struct source_file one, two;

	must(store_begin(p->s));
	one = file_of(p->s, SOURCE_BANK, "1-15 juli");
	must(pay(p->s, one.id, 1, "sama", 50400));
	two = file_of(p->s, SOURCE_BANK, "1-31 juli");
	assert_int_equal(pay(p->s, two.id, 1, "sama", 50400), RC_EXISTS);
	must(pay(p->s, two.id, 2, "sama", 50400));
	assert_int_equal(pay(p->s, one.id, 2, "sama", 50400), RC_EXISTS);
	must(pay(p->s, one.id, 3, "sama", 50400));
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM payment"), 3);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM source_row WHERE state = 2"), 2);
	assert_int_equal(ask_int(p, "SELECT count(*) FROM source_row WHERE hash = x'73616d61'"), 0);
}

static void a_bad_row_may_become_good(void **state)
{
	struct place *p = *state;
	const struct source_row r = { 1, 1, "a" };
	struct source_file f;

	must(store_begin(p->s));
	f = file_of(p->s, SOURCE_BANK, "isi");
	must(store_row_bad(p->s, &r, "amount"));
	assert_int_equal(store_row_bad(p->s, &r, "amount"), RC_EXISTS);
	must(store_row_bad(p->s, &r, "date"));
	must(pay(p->s, f.id, 2, "b", 50400));
	must(store_file_end(p->s, f.id, T0));
	assert_int_equal(begin_again(p->s, "isi", &f), RC_OK); /* the column map was mended */
	assert_int_equal(f.bad, 1);
	must(pay(p->s, f.id, 1, "a", 16800));
	assert_int_equal(store_row_bad(p->s, &r, "amount"), RC_EXISTS);
	assert_int_equal(begin_again(p->s, "isi", &f), RC_EXISTS);
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT sum(amount) FROM payment"), 67200);
}

static void a_row_fits_the_kind_of_its_file(void **state)
{
	struct place *p = *state;
	struct source_file f;

	must(store_begin(p->s));
	f = file_of(p->s, SOURCE_LIST, "isi");
	assert_int_equal(pay(p->s, f.id, 1, "a", 50400), RC_INVALID);
	assert_int_equal(pay(p->s, f.id + 1, 1, "a", 50400), RC_NOENT);
	must(store_commit(p->s));
	assert_int_equal(ask_int(p, "SELECT count(*) FROM source_row"), 0);
	assert_int_equal(source_kind_parse("insurer"), SOURCE_INSURER);
	assert_int_equal(source_kind_parse("x"), -1);
	assert_string_equal(source_kind_name(SOURCE_RECEIPT), "receipt");
}

static void a_list_is_found_by_its_sum_and_taken_once(void **state)
{
	struct place *p = *state;
	struct list_row row[4];
	struct source_file f, bank;
	int64_t found[2], pledge;
	size_t n;

	must(store_begin(p->s));
	pledge = add_pledge(p->s, "D4F7K2", 5);
	add_code(p->s, pledge, "11111111", NIK_A);
	must(use_code(p->s, "11111111", "R1R1R1", PHONE, NULL, false));
	must(store_allocation_add(p->s, 1, 24318, 24329, T0, &found[0]));
	f = file_of(p->s, SOURCE_LIST, "daftar");
	must(list(p->s, f.id, 1, NIK_A, 50400));
	must(list(p->s, f.id, 2, NIK_B, 25200));
	assert_int_equal(list(p->s, f.id, 2, NIK_B, 25200), RC_EXISTS);
	must(store_list_find(p->s, 75600, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 0); /* more rows may follow */
	must(store_file_end(p->s, f.id, T0));
	must(store_list_find(p->s, 75600, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 1);
	must(store_list_rows(p->s, found[0], 0, row, 4, &n));
	assert_int_equal(n, 2);
	assert_int_equal(row[0].worker, 1);
	assert_int_equal(row[0].pledge, pledge);
	assert_int_equal(row[1].worker, 0);
	assert_int_equal(row[1].pledge, 0);
	assert_int_equal(row[1].amount, 25200);
	bank = file_of(p->s, SOURCE_BANK, "isi");
	must(pay(p->s, bank.id, 1, "a", 75600));
	must(pay(p->s, bank.id, 2, "b", 75600));
	must(store_list_take(p->s, found[0], 1));
	must(store_list_take(p->s, found[0], 1));
	assert_int_equal(store_list_take(p->s, found[0], 2), RC_EXISTS);
	assert_int_equal(store_list_take(p->s, 99, 2), RC_NOENT);
	must(store_list_of_payment(p->s, 1, &found[1]));
	assert_int_equal(found[1], found[0]);
	assert_int_equal(store_list_of_payment(p->s, 2, &found[1]), RC_NOENT);
	must(store_list_find(p->s, 75600, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 0);
	must(store_commit(p->s));
}

/* A row was missing: the treasurer sends the whole list again, most of it as it was. */
static void a_corrected_list_takes_the_place_of_the_wrong_one(void **state)
{
	struct place *p = *state;
	struct list_row row[4];
	struct source_file wrong, right;
	int64_t found[2];
	size_t n;

	must(store_begin(p->s));
	wrong = file_of(p->s, SOURCE_LIST, "daftar");
	must(list(p->s, wrong.id, 1, NIK_A, 50400));
	must(list(p->s, wrong.id, 2, "3374010101800009", 16800));
	must(store_file_end(p->s, wrong.id, T0));
	right = file_of(p->s, SOURCE_LIST, "daftar lengkap");
	assert_int_equal(list(p->s, right.id, 1, NIK_A, 50400), RC_EXISTS);
	must(list(p->s, right.id, 2, NIK_B, 25200));
	assert_int_equal(list(p->s, right.id, 1, NIK_A, 50400), RC_EXISTS); /* begun again */
	must(store_file_end(p->s, right.id, T0));
	must(store_list_find(p->s, 75600, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 1);
	must(store_list_rows(p->s, found[0], 0, row, 4, &n));
	assert_int_equal(n, 2);
	assert_int_equal(row[0].amount + row[1].amount, 75600);
	/* what is left of the wrong one is nobody's payment */
	must(store_list_find(p->s, 16800, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 0);
	must(store_list_find(p->s, 67200, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 0);
	must(store_commit(p->s));
}

/* What a payment has taken stays with it. */
static void a_list_that_was_taken_is_not_replaced(void **state)
{
	struct place *p = *state;
	struct source_file first, second, bank;
	struct list_row row[4];
	int64_t found[2];
	size_t n;

	must(store_begin(p->s));
	first = file_of(p->s, SOURCE_LIST, "daftar");
	must(list(p->s, first.id, 1, NIK_A, 50400));
	must(store_file_end(p->s, first.id, T0));
	must(store_list_find(p->s, 50400, 20600, 20700, found, 2, &n));
	bank = file_of(p->s, SOURCE_BANK, "isi");
	must(pay(p->s, bank.id, 1, "a", 50400));
	must(store_list_take(p->s, found[0], 1));
	second = file_of(p->s, SOURCE_LIST, "daftar lagi");
	assert_int_equal(list(p->s, second.id, 1, NIK_A, 50400), RC_EXISTS);
	must(store_file_end(p->s, second.id, T0));
	must(store_list_rows(p->s, found[0], 0, row, 4, &n));
	assert_int_equal(n, 1);
	must(store_list_find(p->s, 50400, 20600, 20700, found, 2, &n));
	assert_int_equal(n, 0);
	must(store_commit(p->s));
}

static void the_insurer_is_heard_until_it_is_settled(void **state)
{
	struct place *p = *state;
	const struct source_row r = { 1, 1, "baris" };
	const struct confirmation_new c = { .nik = NIK_A,
		.name = "SITI",
		.card = "2204881234",
		.reason = "",
		.day = 20640,
		.from = 24318,
		.to = 24320,
		.segment = SEGMENT_WAGE_WORKER,
		.born = { 1980, 1, 1 },
		.sex = NIK_MALE };
	struct confirmation_turn at = { 0 };
	struct confirmation_row row;
	int64_t id, pledge;

	must(store_begin(p->s));
	(void)file_of(p->s, SOURCE_INSURER, "isi");
	must(store_row_confirmation(p->s, &r, &c, &id));
	must(store_confirmation_turn(p->s, 20640, &at, &row));
	assert_int_equal(row.worker, 0);
	assert_int_equal(row.worker_sex, -1);
	must(store_confirmation_set(p->s, id, CONFIRMATION_UNKNOWN));
	at = (struct confirmation_turn){ 0 };
	pledge = add_pledge(p->s, "D4F7K2", 5);
	add_code(p->s, pledge, "11111111", NIK_A);
	must(use_code(p->s, "11111111", "R1R1R1", PHONE, NULL, false));
	must(store_confirmation_turn(p->s, 20640, &at, &row));
	assert_int_equal(row.state, CONFIRMATION_UNKNOWN);
	assert_int_equal(row.worker, 1);
	assert_string_equal(row.worker_name, "Budi");
	assert_string_equal(row.card, "2204881234");
	assert_int_equal(row.segment, SEGMENT_WAGE_WORKER);
	assert_true(row.from == 24318 && row.to == 24320);
	assert_int_equal(row.born.year, 1980);
	assert_int_equal(store_confirmation_turn(p->s, 20640, &at, &row), RC_NOENT);
	at = (struct confirmation_turn){ 0 };
	must(store_confirmation_set(p->s, id, CONFIRMATION_APPLIED));
	must(store_confirmation_set(p->s, id, CONFIRMATION_APPLIED));
	assert_int_equal(store_confirmation_turn(p->s, 20640, &at, &row), RC_NOENT);
	assert_int_equal(store_confirmation_set(p->s, 99, CONFIRMATION_APPLIED), RC_NOENT);
	must(store_commit(p->s));
}

/* No NIK of any file is readable in the store, nor one that could be tried out against a hash. */
static void niks_of_files_are_not_in_the_store(void **state)
{
	struct place *p = *state;
	struct source_file f;
	char text[160];
	const struct source_row r = { 2, 1, text };
	const struct confirmation_new c = { .nik = NIK_B, .name = "", .card = "", .reason = "" };
	uint8_t plain[CRYPTO_HASH_LEN];
	char sql[256], hex[2 * CRYPTO_HASH_LEN + 1];
	int64_t id;

	snprintf(text, sizeof text, "%s", NIK_B);
	must(store_begin(p->s));
	f = file_of(p->s, SOURCE_LIST, "daftar");
	must(list(p->s, f.id, 1, NIK_A, 50400));
	f = file_of(p->s, SOURCE_INSURER, "jawaban");
	must(store_row_confirmation(p->s, &r, &c, &id));
	must(store_commit(p->s));
	must(store_checkpoint(p->s, 0));
	snprintf(sql, sizeof sql, "grep -qa -e %s -e %s %s*", NIK_A, NIK_B, p->path);
	assert_int_not_equal(system(sql), 0);
	crypto_digest(NIK_B, NIK_LEN, plain);
	for (size_t i = 0; i < sizeof plain; i++)
		snprintf(hex + 2 * i, 3, "%02x", plain[i]);
	snprintf(sql, sizeof sql,
	        "SELECT (SELECT count(*) FROM confirmation WHERE nik_hash = x'%s')"
	        " + (SELECT count(*) FROM source_row WHERE hash = x'%s')",
	        hex, hex);
	assert_int_equal(ask_int(p, sql), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_file_again_changes_nothing),
		T(what_would_be_known_can_be_asked_without_writing),
		T(an_import_goes_on_where_it_was_killed),
		T(equal_rows_are_counted_by_file),
		T(a_bad_row_may_become_good),
		T(a_row_fits_the_kind_of_its_file),
		T(a_list_is_found_by_its_sum_and_taken_once),
		T(a_corrected_list_takes_the_place_of_the_wrong_one),
		T(a_list_that_was_taken_is_not_replaced),
		T(the_insurer_is_heard_until_it_is_settled),
		T(niks_of_files_are_not_in_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
