#include "cover_draw.h"
#include <payung/cover_match.h>
#include <stdio.h>

/* Instalments of six pledges; 10 has two, 50 is paid, 60 has no reference. */
static const struct match_order town[] = {
	{ 1, 10, 50400, 20000, "D4F7K2", "0011-22-33", false },
	{ 2, 10, 50400, 20090, "D4F7K2", "0011-22-33", false },
	{ 3, 20, 50400, 20000, "QWERTY", "99 88 77", false },
	{ 4, 30, 100800, 20000, "B8G6S5", "445566", false },
	{ 5, 40, 100800, 20000, "N3M4P5", "445566", false },
	{ 6, 50, 0, 19990, "X2Y3Z4", "777", false },
	{ 7, 60, 5, 1, "", "", false },
};
#define TOWN (sizeof town / sizeof *town)

static struct match_result ask(const char *text, const char *account, rupiah_t amount, int64_t on,
        const struct match_named *named, size_t names)
{
	struct match_payment p = { amount, on, 7, text, account, false };
	struct match_result r;

	match_payment(&p, town, TOWN, named, names, &r);
	return r;
}

static void references_are_read_as_people_type_them(void **state)
{
	static const struct {
		const char *text, *want; /* the references found, with blanks between */
	} cases[] = {
		{ "D4F7K2", "D4F7K2" },
		{ "d4f7k2", "D4F7K2" },
		{ "TRF/ADM KOTA ref:d4f7k2/2026", "D4F7K2" },
		{ "refd4f7k2", "D4F7K2" },
		{ "iuran D4F 7K2 tks", "D4F7K2" },
		{ "iuran d4-f7-k2.", "D4F7K2" },
		{ "D 4 F 7 K 2", "D4F7K2" },
		{ "REF D4F.7K2", "D4F7K2" },
		{ "REF QWE RTY", "QWERTY" },
		{ "PAK SANT QWE RTY", "" },
		{ "D4F/7K2", "" },
		{ "QWERTY", "QWERTY" },
		{ "D4F7K2 D4F7K2 d4f7k2", "D4F7K2" },
		{ "D4F7K2, QWERTY", "D4F7K2 QWERTY" },
		{ "D4F7K22", "" },
		{ "byr/D4F 7K2", "D4F7K2" },
		{ "XYZD4F7K2", "" },
		{ "REFD4F7K22", "" },
		{ "REFRD4F7K2", "" },
		{ "XD4F7K2", "" },
		{ "4DF7K2", "" },
		{ "D4F7KO", "" },
		{ "D4F7K0", "" },
		{ "D4F7KI D4F7KL D4F7KU D4F7K1", "" },
		{ "234567", "" },
		{ "\xe2\x80\x9c"
		  "d4f7k2\xe2\x80\x9d",
		        "D4F7K2" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct match_refs r;
		char found[200] = "";

		memset(&r, 'z', sizeof r);
		match_find_refs(cases[i].text, &r);
		for (size_t k = 0; k < r.n; k++) {
			if (k)
				strcat(found, " ");
			strcat(found, r.ref[k]);
		}
		assert_string_equal(found, cases[i].want);
		assert_false(r.more);
	}
}

static void every_fresh_reference_is_found_again(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		char ref[REF_LEN + 1], text[64];
		struct match_refs r;

		ref_make((uint64_t)draw(1 << 30) << 16 | (uint64_t)draw(1 << 16), ref);
		snprintf(text, sizeof text, "%s%s %s", draw(2) ? "REF" : "byr/", ref, "12 tks");
		if (draw(2))
			for (char *c = text; *c; c++)
				*c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
		match_find_refs(text, &r);
		assert_int_equal(r.n, 1);
		assert_string_equal(r.ref[0], ref);
	}
}

static void more_than_can_be_weighed_is_told(void **state)
{
	char text[2000] = "";
	struct match_refs r;

	(void)state;
	for (int i = 0; i < 17; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "A2345%c ",
		        "ABCDEFGHJKMNPQRST"[i]);
	match_find_refs(text, &r);
	assert_int_equal(r.n, MATCH_REFS_MAX);
	assert_true(r.more);
	*text = '\0';
	r.more = false;
	for (int i = 0; i < 200; i++)
		strcat(text, "ab/");
	match_find_refs(text, &r);
	assert_true(r.more);
	*text = '\0';
	for (int i = 0; i < 40; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "B0%04d ", i);
	strcat(text, "D4F7K2");
	assert_int_equal(ask(text, "", 50400, 20000, NULL, 0).reason, MATCH_MANY_WORDS);
}

static void accounts_are_their_digits(void **state)
{
	char got[MATCH_ACCOUNT_CAP];

	(void)state;
	match_account("BRI 0011-22.33 a/n", got);
	assert_string_equal(got, "00112233");
	match_account("1234567890123456789012345678901234567890", got);
	assert_string_equal(got, "");
}

static void outcome_follows_the_rules_in_order(void **state)
{
	static const struct {
		const char *text, *account;
		rupiah_t amount;
		int64_t on;
		enum match_outcome outcome;
		enum match_reason reason;
		int64_t pledge, order;
		size_t candidates;
		int64_t first;
	} cases[] = {
		/* a reference is enough, whatever the amount, account or day */
		{ "ref d4f7k2", "", 1, 1, MATCH_REFERENCE, MATCH_FITS, 10, 0, 0, 0 },
		{ "ref d4f7k2", "998877", 50400, 20000, MATCH_REFERENCE, MATCH_FITS, 10, 0, 0, 0 },
		{ "X2Y3Z4 lagi", "", 50400, 20000, MATCH_REFERENCE, MATCH_FITS, 50, 0, 0, 0 },
		{ "D4F7K2 + QWERTY", "", 100800, 20000, MATCH_AMBIGUOUS, MATCH_TWO_REFERENCES, 0, 0,
		        3, 1 },
		/* account, amount and time of one single instalment */
		{ "", "00 112233", 50400, 20007, MATCH_ACCOUNT, MATCH_FITS, 10, 1, 0, 0 },
		{ "", "00112233", 50400, 19993, MATCH_ACCOUNT, MATCH_FITS, 10, 1, 0, 0 },
		{ "", "00112233", 50400, 20085, MATCH_ACCOUNT, MATCH_FITS, 10, 2, 0, 0 },
		{ "", "00112233", 50400, 20008, MATCH_AMBIGUOUS, MATCH_ACCOUNT_ONLY, 0, 0, 2, 1 },
		{ "", "00112233", 50401, 20000, MATCH_AMBIGUOUS, MATCH_ACCOUNT_ONLY, 0, 0, 2, 1 },
		{ "", "445566", 100800, 20000, MATCH_AMBIGUOUS, MATCH_SEVERAL_FIT, 0, 0, 2, 4 },
		/* the amount alone is never enough, also where only one has it */
		{ "", "", 50400, 20090, MATCH_AMBIGUOUS, MATCH_AMOUNT_ONLY, 0, 0, 1, 2 },
		{ "", "123", 50400, 20000, MATCH_AMBIGUOUS, MATCH_AMOUNT_ONLY, 0, 0, 2, 1 },
		{ "", "123", 50400, 25000, MATCH_UNMATCHED, MATCH_NOTHING, 0, 0, 0, 0 },
		{ "", "777", 0, 25000, MATCH_UNMATCHED, MATCH_NOTHING, 0, 0, 0, 0 },
		{ "", "777", 50400, 25000, MATCH_UNMATCHED, MATCH_NOTHING, 0, 0, 0, 0 },
		{ "", "", 0, 19990, MATCH_UNMATCHED, MATCH_NOTHING, 0, 0, 0, 0 },
		{ "D4F7K2", "", -5, 19990, MATCH_UNMATCHED, MATCH_NOTHING, 0, 0, 0, 0 },
		/* one sign wrong: suggested, not taken */
		{ "D4F7KO", "", 7, 1, MATCH_AMBIGUOUS, MATCH_NEAR_REFERENCE, 0, 0, 2, 1 },
		{ "D4F7K3", "", 50400, 20000, MATCH_AMBIGUOUS, MATCH_NEAR_REFERENCE, 0, 0, 2, 1 },
		{ "D4F7K3", "00112233", 50400, 20000, MATCH_ACCOUNT, MATCH_FITS, 10, 1, 0, 0 },
		{ "D4F7K3", "998877", 50400, 20000, MATCH_AMBIGUOUS, MATCH_NEAR_REFERENCE, 0, 0, 3,
		        1 },
		{ "D4F733", "", 50400, 25000, MATCH_UNMATCHED, MATCH_NOTHING, 0, 0, 0, 0 },
		/* a word that is nobody's reference says nothing */
		{ "SEMARA NGG234", "998877", 50400, 20001, MATCH_ACCOUNT, MATCH_FITS, 20, 3, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct match_result r =
		        ask(cases[i].text, cases[i].account, cases[i].amount, cases[i].on, NULL, 0);

		assert_string_equal(
		        match_outcome_name(r.outcome), match_outcome_name(cases[i].outcome));
		assert_string_equal(
		        match_reason_name(r.reason), match_reason_name(cases[i].reason));
		assert_int_equal(r.pledge, cases[i].pledge);
		assert_int_equal(r.order, cases[i].order);
		assert_int_equal(r.candidates, cases[i].candidates);
		assert_int_equal(r.candidate[0], cases[i].first);
	}
}

static void list_must_name_everybody_and_add_up(void **state)
{
	static const struct {
		const char *text;
		struct match_named row[3];
		enum match_outcome outcome;
		enum match_reason reason;
		int64_t pledge;
	} cases[] = {
		{ "", { { 10, 50400, false }, { 20, 50400, false }, { 20, 100800, false } },
		        MATCH_NAMED, MATCH_FITS, 0 },
		{ "", { { 20, 50400, false }, { 20, 50400, false }, { 20, 100800, false } },
		        MATCH_NAMED, MATCH_FITS, 20 },
		{ "QWERTY", { { 20, 50400, false }, { 20, 50400, false }, { 20, 100800, false } },
		        MATCH_NAMED, MATCH_FITS, 20 },
		{ "D4F7K2", { { 20, 50400, false }, { 20, 50400, false }, { 20, 100800, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_OTHER, 0 },
		{ "D4F7K2", { { 10, 50400, false }, { 20, 50400, false }, { 20, 100800, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_OTHER, 0 },
		{ "", { { 10, 50400, false }, { 20, 50400, false }, { 20, 100799, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_SUM, 0 },
		{ "", { { 10, 50400, false }, { 20, 50400, false }, { 20, 100801, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_SUM, 0 },
		{ "", { { 10, 150, false }, { 20, -150, false }, { 20, 201600, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_SUM, 0 },
		{ "", { { 10, 0, false }, { 10, 50400, false }, { 10, 151200, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_SUM, 0 },
		{ "", { { 10, 50400, false }, { 10, 151200, false }, { 10, 1, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_SUM, 0 },
		{ "", { { 10, 50400, false }, { 0, 50400, false }, { 20, 100800, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_UNKNOWN, 0 },
		{ "", { { 10, 50400, false }, { -1, 50400, false }, { 10, 100800, false } },
		        MATCH_AMBIGUOUS, MATCH_LIST_SHARED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct match_result r = ask(cases[i].text, "", 201600, 1, cases[i].row, 3);

		assert_string_equal(
		        match_outcome_name(r.outcome), match_outcome_name(cases[i].outcome));
		assert_string_equal(
		        match_reason_name(r.reason), match_reason_name(cases[i].reason));
		assert_int_equal(r.pledge, cases[i].pledge);
	}
	assert_int_equal(ask("QWERTY", "", 201600, 1, cases[0].row, 0).outcome, MATCH_REFERENCE);
}

/* A receipt of money that our account gets is in the bank's statement, too; and a line of the bank
 * for a pledge whose money goes to the insurer is money nobody expects. */
static void money_on_another_way_is_for_an_officer(void **state)
{
	const struct match_order orders[] = {
		{ 1, 10, 50400, 20000, "D4F7K2", "111", false },
		{ 2, 20, 50400, 20000, "QWERTY", "222", true },
	};
	static const struct {
		const char *text, *account;
		bool external;
		enum match_outcome outcome;
		int64_t pledge, candidate;
	} cases[] = {
		{ "D4F7K2", "", false, MATCH_REFERENCE, 10, 0 },
		{ "D4F7K2", "", true, MATCH_AMBIGUOUS, 0, 1 },
		{ "QWERTY", "", true, MATCH_REFERENCE, 20, 0 },
		{ "QWERTY", "", false, MATCH_AMBIGUOUS, 0, 2 },
		{ "", "111", false, MATCH_ACCOUNT, 10, 0 },
		{ "", "111", true, MATCH_AMBIGUOUS, 0, 1 },
		{ "", "222", true, MATCH_ACCOUNT, 20, 0 },
		{ "", "222", false, MATCH_AMBIGUOUS, 0, 2 },
	};
	struct match_result r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct match_payment p = { 50400, 20000, 7, cases[i].text, cases[i].account,
			cases[i].external };

		match_payment(&p, orders, 2, NULL, 0, &r);
		assert_int_equal(r.outcome, cases[i].outcome);
		assert_int_equal(r.reason, cases[i].pledge ? MATCH_FITS : MATCH_OTHER_CHANNEL);
		assert_int_equal(r.pledge, cases[i].pledge);
		assert_int_equal(r.candidates, cases[i].candidate != 0);
		assert_int_equal(r.candidate[0], cases[i].candidate);
	}
}

static void a_list_is_of_one_way_only(void **state)
{
	const struct match_named mixed[] = { { 10, 50400, false }, { 20, 50400, true } };
	struct match_payment p = { 100800, 20000, 7, "", "", false };
	struct match_result r;

	(void)state;
	for (int external = 0; external < 2; external++) {
		p.external = external;
		match_payment(&p, NULL, 0, mixed, 2, &r);
		assert_int_equal(r.reason, MATCH_OTHER_CHANNEL);
		p.amount = 50400;
		match_payment(&p, NULL, 0, &mixed[external], 1, &r);
		assert_int_equal(r.outcome, MATCH_NAMED);
		p.amount = 100800;
	}
}

static void first_candidates_are_listed_by_id(void **state)
{
	struct match_order orders[20];
	struct match_payment p = { 50400, 20000, 7, "", "", false };
	struct match_result r;

	(void)state;
	for (int i = 0; i < 20; i++)
		orders[i] =
		        (struct match_order){ 100 + i, 200 + i, 50400, 20000, "D4F7K2", "", false };
	for (int round = 0; round < 300; round++) {
		shuffle(orders, 20, sizeof *orders);
		match_payment(&p, orders, 20, NULL, 0, &r);
		assert_int_equal(r.candidates, 20);
		for (int i = 0; i < MATCH_CANDIDATES_MAX; i++)
			assert_int_equal(r.candidate[i], 100 + i);
	}
}

/* ---- properties ---- */
static const char *const refs[] = { "D4F7K2", "QWERTY", "B8G6S5", "D4F7K3" };
static const char *const accounts[] = { "111", "222", "" };

/* What an officer would find by hand: by reference, or by account with amount and time. */
static int fitting(const struct match_payment *p, const struct match_order *o, size_t n,
        bool by_ref, int64_t *pledge)
{
	int fits = 0;

	for (size_t i = 0; i < n; i++) {
		bool ref = strstr(p->text, o[i].ref) != NULL;
		bool account = *p->account && strcmp(p->account, o[i].account) == 0 &&
		               o[i].open == p->amount && o[i].due_day - p->day <= 7 &&
		               p->day - o[i].due_day <= 7;

		if (!(by_ref ? ref : account) || (by_ref && fits && *pledge == o[i].pledge))
			continue;
		fits++;
		*pledge = o[i].pledge;
	}
	return fits;
}

static void never_one_of_two(void **state)
{
	int seen[MATCH_OUTCOMES] = { 0 };

	(void)state;
	for (int round = 0; round < 30000; round++) {
		struct match_order o[6];
		size_t n = (size_t)draw(7);
		char text[40] = "";
		struct match_payment p = { 16800 * (1 + draw(2)), 20000 + draw(20), 7, text,
			accounts[draw(3)], draw(4) == 0 };
		struct match_result a, b;
		int64_t ref_pledge = 0, pledge = 0;

		for (int k = draw(3); k; k--)
			strcat(strcat(text, refs[draw(4)]), "/");
		for (size_t i = 0; i < n; i++) {
			int64_t of = 10 + draw(4);

			o[i] = (struct match_order){ (int64_t)i + 1, of, 16800 * draw(3),
				20000 + draw(20), refs[of - 10], accounts[draw(3)], of == 13 };
		}
		int by_ref = fitting(&p, o, n, true, &ref_pledge);
		int by_account = fitting(&p, o, n, false, &pledge);

		match_payment(&p, o, n, NULL, 0, &a);
		seen[a.outcome]++;
		if (by_ref > 1 || (!by_ref && by_account > 1))
			assert_int_equal(a.outcome, MATCH_AMBIGUOUS);
		if (a.outcome == MATCH_REFERENCE)
			assert_true(by_ref == 1 && a.pledge == ref_pledge);
		if (a.outcome == MATCH_ACCOUNT)
			assert_true(by_ref == 0 && by_account == 1 && a.pledge == pledge);
		if (by_ref == 1)
			assert_int_equal(a.outcome, (ref_pledge == 13) == p.external
			                                    ? MATCH_REFERENCE
			                                    : MATCH_AMBIGUOUS);
		if (a.pledge) /* money goes only where money that comes this way belongs */
			assert_int_equal(a.pledge == 13, p.external);
		shuffle(o, n, sizeof *o);
		match_payment(&p, o, n, NULL, 0, &b);
		assert_memory_equal(&a, &b, sizeof a);
	}
	assert_true(seen[MATCH_REFERENCE] && seen[MATCH_ACCOUNT] && seen[MATCH_AMBIGUOUS] &&
	            seen[MATCH_UNMATCHED]);
}

/* Any bytes that are text: no crash, nothing found that is not there. */
static void noise_is_read_without_harm(void **state)
{
	static const char signs[] = "REFD4F7K2ref -./0OIl1\n:";

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[160];
		int len = draw((int)sizeof text);
		struct match_refs r;

		for (int i = 0; i < len; i++)
			text[i] = draw(8) ? signs[draw((int)sizeof signs - 1)]
			                  : (char)(1 + draw(255));
		text[len] = '\0';
		match_find_refs(text, &r);
		for (size_t i = 0; i < r.n; i++) {
			assert_int_equal(strlen(r.ref[i]), REF_LEN);
			assert_null(strpbrk(r.ref[i], "01OILUabcdefghijklmnopqrstuvwxyz"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_read_as_people_type_them),
		cmocka_unit_test(every_fresh_reference_is_found_again),
		cmocka_unit_test(more_than_can_be_weighed_is_told),
		cmocka_unit_test(accounts_are_their_digits),
		cmocka_unit_test(outcome_follows_the_rules_in_order),
		cmocka_unit_test(list_must_name_everybody_and_add_up),
		cmocka_unit_test(money_on_another_way_is_for_an_officer),
		cmocka_unit_test(a_list_is_of_one_way_only),
		cmocka_unit_test(first_candidates_are_listed_by_id),
		cmocka_unit_test(never_one_of_two),
		cmocka_unit_test(noise_is_read_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
