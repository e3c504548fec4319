/* Pledges, payments and the insurer's words, and the job over them with the tables of templates/.
 */
#ifndef RECONCILE_FIXTURE_H
#define RECONCILE_FIXTURE_H

#include "money_fixture.h"
#include <payung/reconcile.h>
#include <payung/store_correct.h>
#include <payung/tables.h>

struct desk {
	struct place *p;
	struct store *s;
	struct tariff tariff;
	struct occupations jobs;
	struct name_rules *names;
	struct reconcile_rules rules;
	struct reconcile_run run; /* the last */
	uint8_t file;             /* files so far */
	int row;
};

static inline void desk_open(struct desk *d, struct place *p)
{
	*d = (struct desk){ .p = p, .s = p->s };
	must(tables_tariff("templates", &d->tariff, tables_fault, NULL));
	must(tables_occupations("templates", &d->jobs, tables_fault, NULL));
	must(tables_names("templates", &d->names, tables_fault, NULL));
	d->rules = (struct reconcile_rules){ .tariff = &d->tariff,
		.jobs = &d->jobs,
		.names = d->names,
		.choices = TARIFF_CHOICES_DEFAULT,
		.cover = COVERAGE_RULES_DEFAULT,
		.age = ELIGIBLE_RULES_DEFAULT,
		.issue = ISSUE_RULES_DEFAULT,
		.match_days = 7,
		.ahead_days = 31,
		.text_ttl_h = 168,
		.held_us = 7000,
		.zone = ZONE_WIB };
}

static inline void desk_close(struct desk *d)
{
	name_rules_free(d->names);
}

static inline rc_t desk_try(struct desk *d, int64_t as_of)
{
	d->run = (struct reconcile_run){
		.as_of = as_of, .now = T0 + (as_of - DAY0) * 86400, .by = "sari"
	};
	return reconcile(d->s, &d->rules, &d->run);
}

/* Runs, and makes sure that nothing is left to do and the books are those of the chain. */
static inline void desk_run(struct desk *d, int64_t as_of)
{
	int64_t entries, bad;
	rc_t rc = desk_try(d, as_of);

	if (rc != RC_OK)
		print_error("%s %s\n", d->run.why, store_detail(d->s));
	must(rc);
	must(store_ledger_verify(d->s, &entries, &bad));
	const struct reconcile_run first = d->run;

	must(desk_try(d, as_of));
	assert_int_equal(d->run.id, 0);
	d->run = first;
}

static inline int64_t desk_file(struct desk *d, enum source_kind kind)
{
	const uint8_t hash[CRYPTO_HASH_LEN] = { ++d->file, (uint8_t)kind };
	struct source_file f;

	must(store_file_begin(d->s, kind, "file.csv", hash, "sari", T0, &f));
	d->row = 0;
	return f.id;
}

/* A bank line, or a receipt; text NULL: one of its own. */
static inline int64_t desk_pay(struct desk *d, int64_t file, int64_t day, rupiah_t amount,
        const char *text, const char *account)
{
	char row[32];
	const struct payment_new n = {
		.day = day, .amount = amount, .text = text, .account = account, .payer = "PT A"
	};
	int64_t id = 0;

	snprintf(row, sizeof row, "%d %d", (int)file, ++d->row);
	must(store_row_payment(d->s, &(struct source_row){ file, d->row, row }, &n, &id));
	return id;
}

/* One payment in a file of its own. */
static inline int64_t desk_paid(
        struct desk *d, int64_t day, rupiah_t amount, const char *text, const char *account)
{
	int64_t file, id;

	must(store_begin(d->s));
	file = desk_file(d, SOURCE_BANK);
	id = desk_pay(d, file, day, amount, text, account);
	must(store_file_end(d->s, file, T0));
	must(store_commit(d->s));
	return id;
}

/* The insurer on worker n of add_worker(): months, or why not. */
static inline int64_t desk_confirm_as(struct desk *d, int64_t day, int n, month_t from, month_t to,
        const char *name, const char *reason, enum insurer_segment segment)
{
	char nik[NIK_LEN + 8], row[32];
	const struct confirmation_new c = { .nik = nik,
		.name = name,
		.card = "0012345678",
		.reason = reason,
		.day = day,
		.from = from,
		.to = to,
		.segment = segment,
		.sex = -1 };
	int64_t file, id = 0;

	snprintf(nik, sizeof nik, "3374%02d010180%04d", 1 + n / 10000, n % 10000);
	must(store_begin(d->s));
	file = desk_file(d, SOURCE_INSURER);
	snprintf(row, sizeof row, "%d %d", (int)file, ++d->row);
	must(store_row_confirmation(d->s, &(struct source_row){ file, d->row, row }, &c, &id));
	must(store_file_end(d->s, file, T0));
	must(store_commit(d->s));
	return id;
}

static inline int64_t desk_confirm(struct desk *d, int64_t day, int n, month_t from, month_t to)
{
	return desk_confirm_as(d, day, n, from, to, "Budi", "", SEGMENT_SELF_EMPLOYED);
}

/* A pledge over a year in quarters with n workers, numbered from `first`. */
static inline int64_t desk_pledge(struct desk *d, const char *ref, int places, int first, int n)
{
	int64_t pledge;

	must(store_begin(d->s));
	pledge = add_pledge(d->s, ref, places);
	for (int i = 0; i < n; i++)
		(void)add_worker(d->s, pledge, first + i, i >= places);
	must(store_commit(d->s));
	return pledge;
}

static inline rupiah_t desk_balance(struct desk *d, enum ledger_account a, int64_t owner)
{
	rupiah_t r = 0;

	must(store_balance(d->s, a, owner, &r));
	return r;
}

/* A row of a treasurer's list about worker n of add_worker(). */
static inline void desk_listed(struct desk *d, int64_t file, int n, rupiah_t amount)
{
	char nik[NIK_LEN + 8], row[32];
	const struct listed_new l = {
		.transfer = "", .nik = nik, .name = "Budi", .amount = amount
	};
	int64_t id;

	snprintf(nik, sizeof nik, "3374%02d010180%04d", 1 + n / 10000, n % 10000);
	snprintf(row, sizeof row, "%d %d", (int)file, ++d->row);
	must(store_row_listed(d->s, &(struct source_row){ file, d->row, row }, &l, &id));
}

static inline int64_t desk_issues(struct desk *d, enum issue_kind kind)
{
	char sql[96];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM issue WHERE state = 0 AND kind = %d", kind);
	return ask_int(d->p, sql);
}

/* Of the registration, which is the worker's number in add_worker(). */
static inline int64_t desk_state(struct desk *d, int registration)
{
	char sql[96];

	snprintf(sql, sizeof sql, "SELECT state FROM allocation WHERE registration = %d",
	        registration);
	return ask_int(d->p, sql);
}

/* Texts queued with this template. */
static inline int64_t desk_texts(struct desk *d, const char *id)
{
	char sql[96];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM outbox WHERE template_id = '%s'", id);
	return ask_int(d->p, sql);
}

#define RECONCILE_TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

#endif
