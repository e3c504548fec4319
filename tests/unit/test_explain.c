/* What is read aloud to a sponsor: true sentences from the books, sums that balance, never a NIK.
 */
#include "cover_draw.h"
#include "desk_fixture.h"

#include <payung/explain.h>
#include <payung/words.h>

#define LINES_MAX 400

static struct heard {
	size_t n;
	struct explain_line line[LINES_MAX];
} heard;

static void hear(void *arg, const struct explain_line *l)
{
	(void)arg;
	assert_true(heard.n < LINES_MAX);
	heard.line[heard.n++] = *l;
	assert_null(strstr(l->text, "337401010180")); /* what all NIKs here begin with */
	assert_true(strlen(l->text) < EXPLAIN_TEXT_CAP - 1);
}

static struct explainer listen(struct store *s)
{
	heard.n = 0;
	return (struct explainer){
		.s = s, .today = { 2026, 7, 15 }, .unanswered_days = 21, .fn = hear
	};
}

static bool said(const char *words)
{
	for (size_t i = 0; i < heard.n; i++)
		if (strstr(heard.line[i].text, words))
			return true;
	for (size_t i = 0; i < heard.n; i++)
		print_error("  %s\n", heard.line[i].text);
	return false;
}

/* A payment for three months of worker 1, of which the insurer confirmed the first. */
static int64_t story(struct store *s)
{
	struct month_row m;
	int64_t id;

	town(s);
	id = posted(s, "D4F7K2", 3 * RATE + 5000);
	must(store_month_get(s, 1, JULY, &m));
	confirm(s, &m);
	return id;
}

static void a_workers_chain_is_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct explainer x = listen(s);

	must(store_begin(s));
	(void)story(s);
	must(explain_worker(&x, 1));
	assert_true(said("Budi is worker 1, registered on 1 July 2026."));
	assert_true(said("Sari promised to pay July 2026 to June 2027. The pledge is D4F7K2."));
	assert_true(said("Sari paid July 2026. That is 1 month, Rp16.800."));
	assert_true(said("The insurer confirmed July 2026 on 10 July 2026."));
	assert_true(said("Sari paid August 2026 to September 2026. That is 2 months, Rp33.600."));
	assert_true(said("of 1 July 2026 from PT A. It is row "));
	assert_true(said("of the file juli.csv."));
	assert_true(said("Officer budi assigned it to pledge D4F7K2 of Sari."));
	assert_true(said("has not confirmed August 2026 to September 2026 yet. So it is paid, but "
	                 "not AKTIF."));
	assert_true(said("Today the worker is AKTIF until 31 July 2026."));
	assert_true(said("Not paid yet: October 2026 to June 2027, 9 months."));
	assert_true(said("The next instalment is due on 20 September 2026."));
	assert_true(said("2 months wait for the insurer. After 21 days without an answer we ask."));
	assert_true(said("No issue is open."));
	assert_true(said("Rp50.400 was paid for this worker: Rp16.800 is confirmed, Rp33.600 is "
	                 "not confirmed yet."));
	assert_string_equal(heard.line[heard.n - 1].text, "It balances.");
	assert_false(x.out_of_balance);
	assert_int_equal(explain_worker(&x, 99), RC_NOENT);
	must(store_commit(s));
}

static void paid_is_never_called_aktif(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct explainer x = listen(s);

	must(store_begin(s));
	town(s);
	(void)posted(s, "D4F7K2", 3 * RATE);
	must(explain_worker(&x, 1));
	assert_true(said("Today the worker is NOT AKTIF."));
	for (size_t i = 0; i < heard.n; i++)
		assert_null(strstr(heard.line[i].text, "is AKTIF"));
	must(store_commit(s));
}

static void a_payments_chain_is_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct explainer x = listen(s);
	struct unwound sum = { 0 };
	int64_t id, raised;

	must(store_begin(s));
	id = story(s);
	must(store_issue_raise(s, ISSUE_AMBIGUOUS, "payment/1", "candidates=2", 0, T0, &raised));
	must(explain_payment(&x, id));
	assert_true(said("Payment 1 is Rp55.400 of 1 July 2026 from PT A."));
	assert_true(said("The money came in on the programme's bank account."));
	assert_true(said("3 worker-months. The money pays months of workers."));
	assert_true(said("It pays July 2026 for 1 worker, Rp16.800 in all. The insurer confirmed "
	                 "all of them."));
	assert_true(said("It pays August 2026 to September 2026 for 1 worker, Rp33.600 in all. The "
	                 "insurer confirmed none of them yet."));
	assert_true(said("2 worker-months wait for the insurer."));
	assert_true(said("Issue 1 is open. We cannot tell for certain whose this payment is."));
	assert_true(
	        said("On 1 July 2026 officer budi assigned this payment (pledge=D4F7K2). Reason: "
	             "salah alamat"));
	assert_true(said("Rp55.400 came in."));
	assert_true(said("Rp5.000 went to the sponsor's credit."));
	assert_string_equal(heard.line[heard.n - 1].text, "It balances.");
	must(take_back(s, id, false, &sum));
	x = listen(s);
	must(explain_payment(&x, id));
	assert_true(said("This was taken back. It was: The money pays months of workers."));
	assert_true(said("We do not know whose it is."));
	assert_true(said("Rp55.400 is not assigned to a pledge."));
	assert_false(x.out_of_balance);
	must(store_commit(s));
}

static void a_pledges_chain_is_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct explainer x = listen(s);
	struct request_row r = { .kind = REQUEST_WORKERS,
		.sponsor = 1,
		.pledge = 1,
		.workers = 3,
		.at = T0,
		.by = "sponsor/1" };
	struct officer o = officer("budi");
	struct instalment_row i[PLAN_MONTHS_MAX];
	int64_t id;
	size_t n;

	must(store_begin(s));
	(void)story(s);
	must(store_instalments(s, 1, i, PLAN_MONTHS_MAX, &n));
	must(store_instalment_set(s, i[0].id, 6 * RATE, i[0].paid, INSTALMENT_OVERDUE));
	must(store_request_add(s, &r, &id));
	must(correct_pledge_workers(s, "D4F7K2", 9, &o));
	must(explain_pledge(&x, "D4F7K2"));
	assert_true(
	        said("On 1 July 2026 Sari promised to pay for 9 workers, July 2026 to June 2027, "
	             "every 3 months."));
	assert_true(said("Places taken: 2 of 9. Waiting: 0."));
	assert_true(said("by payment 1: Rp55.400, 3 worker-months. The money pays months"));
	assert_true(
	        said("July 2026: paid for 1 worker, Rp16.800 in all. The insurer confirmed all"));
	assert_true(said("Instalment 1, July 2026 to September 2026, due on 20 June 2026: Rp50.400 "
	                 "of Rp100.800 is paid."));
	assert_true(said("Rp50.400 is late since 20 June 2026."));
	assert_true(said("It asks for more workers in a pledge."));
	assert_true(said("changed the number of workers (workers=9 was=2)"));
	assert_true(said("Rp50.400 pays months of this pledge: Rp16.800 is confirmed, Rp33.600"));
	assert_true(said("Sari has Rp5.000 of credit."));
	assert_string_equal(heard.line[heard.n - 1].text, "It balances.");
	assert_int_equal(explain_pledge(&x, "ZZZZZZ"), RC_NOENT);
	must(store_commit(s));
}

static void what_does_not_balance_is_said(void **state)
{
	struct place *p = *state;
	struct explainer x;

	must(store_begin(p->s));
	(void)story(p->s);
	must(store_commit(p->s));
	tamper(p, "UPDATE coverage_month SET amount = 1 WHERE worker = 1 AND month = 24319");
	x = listen(p->s);
	must(explain_pledge(&x, "D4F7K2"));
	assert_true(x.out_of_balance);
	assert_true(said("This does NOT balance."));
	tamper(p, "UPDATE coverage_month SET entry = (SELECT min(id) FROM ledger_entry) WHERE "
	          "worker = 1 AND month = 24319");
	x = listen(p->s);
	must(explain_worker(&x, 1));
	assert_true(x.out_of_balance);
}

static void who_only_registered_is_told_too(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct explainer x = listen(s);

	must(store_begin(s));
	(void)add_pledge(s, "D4F7K2", 2);
	add_code(s, 1, "12345678", NULL);
	must(use_code(s, "12345678", "ABC234", PHONE, NIK_A, false));
	must(explain_registration(&x, "ABC234"));
	assert_true(said("Siti registered on 1 July 2026. The reference is ABC234."));
	assert_true(said("payung batch show 1"));
	assert_int_equal(explain_registration(&x, "ZZZZZZ"), RC_NOENT);
	must(store_commit(s));
}

static void a_death_and_credit_are_told(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	struct explainer x = listen(s);
	struct officer o = officer("budi");

	must(store_begin(s));
	town(s);
	(void)posted(s, "D4F7K2", 29 * RATE); /* nine are left as credit */
	apply_credit(s, 1);
	must(correct_died(s, 2, DAY0, &o));
	must(explain_worker(&x, 2));
	assert_true(said("The money is credit of Sari from earlier payments."));
	assert_true(said("The worker died on 1 July 2026."));
	assert_true(said("recorded a death (day=2026-07-01)"));
	must(store_commit(s));
}

/* Whatever has happened, every explanation balances; out of a hat of months and payments. */
static void every_explanation_balances(void **state)
{
	struct store *s = ((struct place *)*state)->s;
	static const char *const refs[] = { "D4F7K2", "E5G8M3" };
	int64_t payment[40];
	struct unwound sum = { 0 };
	struct month_row m;
	int n = 0;

	must(store_begin(s));
	town(s);
	for (int i = 0; i < 120; i++) {
		struct explainer x;

		if (n < 40 && draw(3) == 0)
			payment[n++] = posted(s, refs[draw(2)], (1 + draw(9)) * 8400);
		else if (draw(3) == 0)
			apply_credit(s, 1 + draw(2));
		else if (n && draw(4) == 0)
			(void)!take_back(s, payment[draw(n)], draw(4) == 0, &sum);
		else if (store_month_get(s, 1 + draw(4), JULY + draw(12), &m) == RC_OK &&
		         m.pledge && !m.confirmed_day)
			confirm(s, &m);
		x = listen(s);
		must(explain_pledge(&x, refs[draw(2)]));
		must(explain_worker(&x, 1 + draw(4)));
		if (n)
			must(explain_payment(&x, payment[draw(n)]));
		if (x.out_of_balance)
			(void)said("?");
		assert_false(x.out_of_balance);
	}
	must(store_commit(s));
}

static void every_issue_has_words_and_steps(void **state)
{
	(void)state;
	for (int k = 0; k < ISSUES; k++) {
		assert_true(strlen(words_issue((enum issue_kind)k)) > 20);
		assert_non_null(words_issue_step((enum issue_kind)k, 0));
		for (size_t i = 0; words_issue_step((enum issue_kind)k, i); i++)
			assert_true(strlen(words_issue_step((enum issue_kind)k, i)) < 250);
	}
	for (int r = 0; r < LEDGER_REASONS; r++) {
		const char *words = words_entry((enum ledger_reason)r);

		assert_int_equal(words[strlen(words) - 1], '.');
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_workers_chain_is_told),
		T(paid_is_never_called_aktif),
		T(a_payments_chain_is_told),
		T(a_pledges_chain_is_told),
		T(what_does_not_balance_is_said),
		T(who_only_registered_is_told_too),
		T(a_death_and_credit_are_told),
		T(every_explanation_balances),
		cmocka_unit_test(every_issue_has_words_and_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
