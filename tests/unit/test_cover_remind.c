#include "cover_draw.h"
#include <payung/conf.h>
#include <payung/cover_remind.h>

static struct remind_rules rules;

static int set_up(void **state)
{
	(void)state;
	remind_rules_default(&rules);
	return 0;
}

static int64_t days(const char *iso)
{
	return date_days(day(iso));
}

static const struct remind_due *find(
        const struct remind_due *plan, size_t n, enum remind_occasion o)
{
	for (size_t i = 0; i < n; i++)
		if (plan[i].occasion == o)
			return &plan[i];
	return NULL;
}

/* Somebody with all that is needed, confirmed and paid through December 2026. */
static struct remind_worker worker(const char *today)
{
	struct coverage_month m[12];
	struct coverage_facts f = { m, 12, day("2026-01-02"), { 0 } };

	for (int i = 0; i < 12; i++)
		m[i] = (struct coverage_month){ month("2026-01") + i, EVIDENCE_INSURER_CONFIRMED,
			day("2026-01-10") };
	return (struct remind_worker){ .cover = coverage_at(&rules.cover, &f, day(today)),
		.proven_until = month("2026-12"),
		.paid_until = month("2026-12"),
		.registered_day = days("2026-01-02"),
		.heard_day = days("2026-11-01"),
		.has_phone = true,
		.consents = true };
}

static void assert_due(const struct remind_due *d, const char *from, const char *to,
        enum remind_verdict verdict, enum remind_why why)
{
	char got[16];

	assert_non_null(d);
	date_format_iso(date_from_days(d->day), got);
	assert_string_equal(got, from);
	date_format_iso(date_from_days(d->last), got);
	assert_string_equal(got, to);
	assert_int_equal(d->verdict, verdict);
	assert_string_equal(remind_why_name(d->why), remind_why_name(why));
}

static void who_pays_is_told_six_times_and_no_more(void **state)
{
	static const struct {
		enum remind_occasion o;
		const char *from, *to;
	} want[] = {
		{ REMIND_SELF_FIRST, "2026-12-01", "2026-12-23" },
		{ REMIND_SELF_SECOND, "2026-12-24", "2026-12-29" },
		{ REMIND_SELF_LAST, "2026-12-30", "2026-12-31" },
		{ REMIND_ARREARS, "2027-01-07", "2027-01-28" },
		{ REMIND_ARREARS_LAST, "2027-03-17", "2027-03-31" },
		{ REMIND_LAPSED, "2027-04-01", "2027-04-30" },
		{ REMIND_NUMBER_CHECK, "2027-04-30", "2027-05-30" },
	};
	struct remind_worker w = worker("2026-11-30");
	struct remind_due plan[REMIND_PLAN_MAX];
	size_t n;

	(void)state;
	w.self_payer = true;
	n = remind_plan_worker(&rules, &w, days("2026-11-30"), plan);
	assert_int_equal(n, 6);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(plan[i].occasion, want[i].o);
		assert_int_equal(plan[i].cycle, month("2027-01"));
		assert_due(&plan[i], want[i].from, want[i].to, REMIND_LATER, WHY_NONE);
	}
	assert_int_equal(remind_next_day(plan, n, days("2026-11-30")), days("2026-12-01"));
	n = remind_plan_worker(&rules, &w, days("2027-03-17"), plan);
	assert_due(find(plan, n, REMIND_SELF_LAST), "2026-12-30", "2026-12-31", REMIND_MISSED,
	        WHY_TOO_LATE);
	assert_due(find(plan, n, REMIND_ARREARS_LAST), "2027-03-17", "2027-03-31", REMIND_NOW,
	        WHY_NONE);
	n = remind_plan_worker(&rules, &w, days("2027-05-01"), plan);
	assert_int_equal(remind_next_day(plan, n, days("2027-05-01")), INT64_MAX);
}

static void texts_find_their_dates(void **state)
{
	struct remind_worker w = worker("2026-11-30"), nobody = { 0 };
	struct remind_dates t = remind_dates(&rules, &w);

	(void)state;
	assert_int_equal(t.next, month("2027-01"));
	assert_int_equal(t.until, days("2026-12-31"));
	assert_int_equal(t.since, days("2027-01-01"));
	assert_int_equal(t.limit, days("2027-03-31"));
	t = remind_dates(&rules, &nobody);
	assert_int_equal(t.next, 0);
	assert_int_equal(t.limit, 0);
}

static void what_stops_a_reminder_is_named(void **state)
{
	static const struct {
		const char *what;
		enum remind_why why;
	} cases[] = {
		{ "nothing", WHY_NONE },
		{ "died", WHY_DECEASED },
		{ "dies later", WHY_NONE },
		{ "no phone", WHY_NO_PHONE },
		{ "stopped", WHY_STOPPED },
		{ "no consent", WHY_NO_CONSENT },
		{ "off", WHY_OFF },
		{ "paid only", WHY_UNCONFIRMED },
		{ "silent", WHY_UNVERIFIED },
		{ "silent, asked", WHY_NONE },
		{ "silent, asked before", WHY_UNVERIFIED },
		{ "silent, never asked by the operator", WHY_NONE },
		{ "silent, check off", WHY_NONE },
		{ "silent for longer than the check lasts", WHY_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct remind_worker w = worker("2026-12-02");
		struct remind_rules r = rules;
		struct remind_due plan[REMIND_PLAN_MAX];
		const char *what = cases[i].what;
		int64_t today = days("2026-12-02");

		w.self_payer = true;
		w.died_day = strcmp(what, "died") == 0         ? today
		             : strcmp(what, "dies later") == 0 ? today + 1
		                                               : 0;
		w.has_phone = strcmp(what, "no phone") != 0;
		w.stopped = strcmp(what, "stopped") == 0;
		w.consents = strcmp(what, "no consent") != 0;
		r.when[REMIND_SELF_FIRST].off = strcmp(what, "off") == 0;
		if (strcmp(what, "paid only") == 0)
			w.proven_until--, w.cover.state = COVERAGE_ACTIVE;
		if (strncmp(what, "silent", 6) == 0)
			w.heard_day = today - (strstr(what, "longer") ? 211 : 185);
		if (strstr(what, "asked"))
			w.asked_day = today - 5;
		if (strstr(what, "asked before"))
			w.asked_day = today - 6;
		if (strstr(what, "never"))
			w.asked_day = 0, r.number_check_days = 0;
		if (strstr(what, "check off"))
			r.when[REMIND_NUMBER_CHECK].off = true;
		size_t n = remind_plan_worker(&r, &w, today, plan);
		const struct remind_due *d = find(plan, n, REMIND_SELF_FIRST);

		assert_due(d, "2026-12-01", "2026-12-23", cases[i].why ? REMIND_NOT : REMIND_NOW,
		        cases[i].why);
	}
}

static void what_stops_it_is_told_before_and_after(void **state)
{
	struct remind_worker w = worker("2026-12-02");
	struct remind_due plan[REMIND_PLAN_MAX];
	size_t n;

	(void)state;
	w.self_payer = w.stopped = true;
	n = remind_plan_worker(&rules, &w, days("2026-12-26"), plan);
	assert_due(find(plan, n, REMIND_SELF_FIRST), "2026-12-01", "2026-12-23", REMIND_MISSED,
	        WHY_STOPPED);
	assert_due(find(plan, n, REMIND_SELF_SECOND), "2026-12-24", "2026-12-29", REMIND_NOT,
	        WHY_STOPPED);
	assert_due(find(plan, n, REMIND_SELF_LAST), "2026-12-30", "2026-12-31", REMIND_LATER,
	        WHY_STOPPED);
	assert_int_equal(remind_next_day(plan, n, days("2026-12-26")), days("2026-12-30"));
	assert_int_equal(remind_gone(plan, n, REMIND_SELF_SECOND, month("2027-01")), WHY_STOPPED);
	assert_int_equal(remind_gone(plan, n, REMIND_SELF_SECOND, month("2026-12")), WHY_PAID);
	assert_int_equal(remind_gone(plan, n, REMIND_NUMBER_CHECK, 1), WHY_HEARD);
	assert_int_equal(remind_gone(plan, n, REMIND_NOT_ACTIVE_FIRST, 1), WHY_ACTIVE);
}

/* Silent for three periods: the last one that was missed and the present one. */
static void a_silent_number_is_asked_every_period(void **state)
{
	struct remind_worker w = worker("2026-12-02");
	struct remind_due plan[REMIND_PLAN_MAX];
	int64_t heard = days("2025-01-01");
	size_t n;

	(void)state;
	w.heard_day = heard;
	n = remind_plan_worker(&rules, &w, heard + 2 * 180 + 31, plan);
	assert_int_equal(plan[0].occasion, REMIND_NUMBER_CHECK);
	assert_int_equal(plan[0].cycle, heard + 2 * 180);
	assert_int_equal(plan[0].verdict, REMIND_MISSED);
	assert_int_equal(plan[1].occasion, REMIND_NUMBER_CHECK);
	assert_int_equal(plan[1].cycle, heard + 3 * 180);
	assert_int_equal(remind_next_day(plan, n, heard + 2 * 180 + 31), heard + 3 * 180);
	w.heard_day = w.registered_day = 0;
	n = remind_plan_worker(&rules, &w, heard + 2 * 180 + 31, plan);
	assert_null(find(plan, n, REMIND_NUMBER_CHECK));
}

static void a_sponsored_worker_is_informed_and_not_dunned(void **state)
{
	struct remind_worker w = worker("2026-12-25");
	struct remind_due plan[REMIND_PLAN_MAX];
	int64_t today = days("2026-12-25");
	size_t n;

	(void)state;
	w.pledge_last = month("2026-12"); /* ends with what is paid */
	n = remind_plan_worker(&rules, &w, today, plan);
	assert_due(find(plan, n, REMIND_SPONSORED), "2026-12-24", "2026-12-31", REMIND_NOW, 0);
	assert_due(find(plan, n, REMIND_SPONSOR_ENDS), "2027-01-01", "2027-01-14", REMIND_LATER, 0);
	assert_null(find(plan, n, REMIND_SPONSOR_LATE));
	for (enum remind_occasion o = REMIND_SELF_FIRST; o <= REMIND_ARREARS_LAST; o++)
		assert_null(find(plan, n, o));

	w.declined = true;
	n = remind_plan_worker(&rules, &w, today, plan);
	assert_due(find(plan, n, REMIND_SPONSORED), "2026-12-24", "2026-12-31", REMIND_NOT,
	        WHY_CLOSED);
	assert_due(find(plan, n, REMIND_SPONSOR_ENDS), "2026-12-17", "2027-01-14", REMIND_NOW, 0);

	w.declined = false;
	w.renewed = true;
	n = remind_plan_worker(&rules, &w, today, plan);
	assert_due(find(plan, n, REMIND_SPONSORED), "2026-12-24", "2026-12-30", REMIND_NOW, 0);
	assert_due(find(plan, n, REMIND_SPONSOR_LATE), "2026-12-31", "2027-01-14", REMIND_LATER, 0);
	assert_due(find(plan, n, REMIND_SPONSOR_ENDS), "2027-01-01", "2027-01-14", REMIND_LATER,
	        WHY_RENEWED);

	w.renewed = false;
	w.pledge_last = month("2026-11"); /* somebody else has paid December */
	n = remind_plan_worker(&rules, &w, today, plan);
	assert_due(find(plan, n, REMIND_SPONSORED), "2026-12-24", "2026-12-31", REMIND_NOT,
	        WHY_CLOSED);
	assert_due(find(plan, n, REMIND_SPONSOR_ENDS), "2026-12-01", "2026-12-14", REMIND_MISSED,
	        WHY_PAID);
	w.cover.recorded = day("2026-12-15");
	n = remind_plan_worker(&rules, &w, today, plan);
	assert_null(find(plan, n, REMIND_SPONSOR_ENDS)); /* over before anything was known */
}

static struct remind_due plan_day(const struct remind_instalment *i, int64_t today)
{
	struct remind_due plan[REMIND_PLAN_MAX];
	size_t n = remind_plan_instalment(&rules, i, today, plan);

	for (size_t k = 0; k < n; k++)
		if (plan[k].verdict == REMIND_NOW)
			return plan[k];
	return (struct remind_due){ .occasion = REMIND_OCCASIONS };
}

static void an_instalment_has_four_spans(void **state)
{
	static const struct {
		int from, to;
		enum remind_occasion o;
	} spans[] = { { -30, -15, REMIND_DUE_FIRST }, { -14, -4, REMIND_DUE_SECOND },
		{ -3, 0, REMIND_DUE_LAST }, { 7, 30, REMIND_OVERDUE } };
	struct remind_instalment i = {
		.due_day = days("2026-03-31"), .open = true, .has_phone = true
	};

	(void)state;
	for (int d = -60; d < 60; d++) {
		struct remind_due got = plan_day(&i, i.due_day + d);
		enum remind_occasion want = REMIND_OCCASIONS;

		for (size_t k = 0; k < 4; k++)
			if (d >= spans[k].from && d <= spans[k].to)
				want = spans[k].o;
		assert_int_equal(got.occasion, want);
	}
	assert_int_equal(plan_day(&i, i.due_day).cycle, month("2026-03"));
	i.due_day++; /* put off to 1 April: that is another month's, and asked for again */
	assert_int_equal(plan_day(&i, i.due_day).cycle, month("2026-04"));
}

static void an_instalment_ends_with_its_reason(void **state)
{
	static const struct {
		struct remind_instalment i;
		enum remind_why why;
	} cases[] = {
		{ { .open = true, .has_phone = true }, WHY_NONE },
		{ { .open = false, .has_phone = true }, WHY_PAID },
		{ { .open = true, .closed = true, .has_phone = true }, WHY_CLOSED },
		{ { .open = true, .has_phone = true, .stopped = true }, WHY_STOPPED },
		{ { .open = true }, WHY_NO_PHONE },
	};
	struct remind_due plan[REMIND_PLAN_MAX];

	(void)state;
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		struct remind_instalment i = cases[k].i;
		size_t n;

		i.due_day = days("2026-03-31");
		n = remind_plan_instalment(&rules, &i, days("2026-03-30"), plan);
		assert_due(find(plan, n, REMIND_DUE_LAST), "2026-03-28", "2026-03-31",
		        cases[k].why ? REMIND_NOT : REMIND_NOW, cases[k].why);
		assert_int_equal(
		        remind_gone(plan, n, REMIND_DUE_LAST, month("2026-03")), cases[k].why);
		assert_int_equal(
		        remind_gone(plan, n, REMIND_DUE_LAST, month("2026-05")), WHY_CLOSED);
		i.known_day = days("2026-03-20");
		n = remind_plan_instalment(&rules, &i, days("2026-03-30"), plan);
		assert_null(find(plan, n, REMIND_DUE_FIRST)); /* over before it was agreed */
		assert_non_null(find(plan, n, REMIND_DUE_SECOND));
	}
}

static void a_pledge_is_asked_to_go_on(void **state)
{
	struct remind_pledge p = { .last = month("2026-12"), .has_phone = true };
	struct remind_due plan[REMIND_PLAN_MAX];
	int64_t today = days("2026-10-01");
	size_t n = remind_plan_pledge(&rules, &p, today, plan);

	(void)state;
	assert_int_equal(n, 1);
	assert_due(plan, "2026-11-16", "2026-12-30", REMIND_LATER, WHY_NONE);
	assert_int_equal(plan[0].cycle, month("2026-12"));
	p.public_budget = true;
	n = remind_plan_pledge(&rules, &p, today, plan);
	assert_int_equal(n, 2);
	assert_due(find(plan, n, REMIND_RENEWAL_RISK), "2026-10-01", "2026-10-31", REMIND_NOW, 0);
	p.renewed = true;
	n = remind_plan_pledge(&rules, &p, today, plan);
	assert_int_equal(find(plan, n, REMIND_RENEWAL_RISK)->why, WHY_RENEWED);
	p.declined = true;
	n = remind_plan_pledge(&rules, &p, today, plan);
	assert_int_equal(find(plan, n, REMIND_RENEWAL_RISK)->why, WHY_CLOSED);
	p = (struct remind_pledge){ month("2026-11"), .public_budget = true, .has_phone = true };
	assert_int_equal(remind_plan_pledge(&rules, &p, today, plan), 1);
}

/* One that begins early ends the one before it; one that is off ends nothing; one without a day
 * left is not planned. */
static void occasions_in_a_row_do_not_overlap(void **state)
{
	struct remind_instalment i = { .due_day = days("2026-03-31"), true, .has_phone = true };
	struct remind_rules r = rules;
	struct remind_due plan[REMIND_PLAN_MAX];
	size_t n;

	(void)state;
	r.when[REMIND_DUE_FIRST].last = 20;
	n = remind_plan_instalment(&r, &i, days("2026-03-01"), plan);
	assert_due(find(plan, n, REMIND_DUE_FIRST), "2026-03-01", "2026-03-16", REMIND_NOW, 0);
	r.when[REMIND_DUE_SECOND].off = true;
	n = remind_plan_instalment(&r, &i, days("2026-03-01"), plan);
	assert_due(find(plan, n, REMIND_DUE_FIRST), "2026-03-01", "2026-03-27", REMIND_NOW, 0);
	r.when[REMIND_DUE_LAST].first = -40;
	n = remind_plan_instalment(&r, &i, days("2026-03-01"), plan);
	assert_null(find(plan, n, REMIND_DUE_FIRST));
}

/* Where arrears cannot be paid, nobody is asked to pay them, whatever else is off. */
static void no_arrears_are_asked_for_after_their_limit(void **state)
{
	struct remind_worker w = worker("2026-12-31");
	struct remind_rules r = rules;
	struct remind_due plan[REMIND_PLAN_MAX];
	size_t n;

	(void)state;
	w.self_payer = true;
	r.cover.arrears_max_months = 0;
	r.when[REMIND_ARREARS_LAST].off = r.when[REMIND_LAPSED].off = true;
	n = remind_plan_worker(&r, &w, days("2027-01-08"), plan);
	assert_null(find(plan, n, REMIND_ARREARS));
	r.cover.arrears_max_months = 1;
	r.when[REMIND_ARREARS].last = 60;
	n = remind_plan_worker(&r, &w, days("2027-01-08"), plan);
	assert_due(find(plan, n, REMIND_ARREARS), "2027-01-07", "2027-01-31", REMIND_NOW, 0);
}

/* What was queued before the number fell due for its check still goes out. */
static void a_check_takes_nothing_back(void **state)
{
	struct remind_worker w = worker("2026-12-02");
	struct remind_due plan[REMIND_PLAN_MAX];
	size_t n;

	(void)state;
	w.self_payer = true;
	w.heard_day = days("2026-12-02") - 180;
	n = remind_plan_worker(&rules, &w, days("2026-12-02"), plan);
	assert_int_equal(find(plan, n, REMIND_SELF_FIRST)->why, WHY_UNVERIFIED);
	assert_int_equal(remind_gone(plan, n, REMIND_SELF_FIRST, month("2027-01")), WHY_NONE);
}

static void the_table_is_whole(void **state)
{
	static const char *const texts[REMIND_OCCASIONS] = { "R01", "R02", "R03", "R04", "R05",
		"R06", "R07", "R10", "R08", "W43", "W43", "R11", "S06", "S06", "S06", "S07", "S15",
		"S15" };

	(void)state;
	for (int o = 0; o < REMIND_OCCASIONS; o++) {
		enum remind_occasion oc = (enum remind_occasion)o;

		assert_int_equal(remind_parse(remind_name(oc)), o);
		assert_string_equal(remind_template(oc, false), texts[o]);
		assert_string_equal(
		        remind_template(oc, true), strcmp(texts[o], "S06") == 0 ? "S10" : texts[o]);
		assert_int_equal(remind_subject_of(oc), o < REMIND_DUE_FIRST  ? REMIND_WORKER
		                                        : o <= REMIND_OVERDUE ? REMIND_INSTALMENT
		                                                              : REMIND_PLEDGE);
	}
	assert_int_equal(remind_parse("self"), -1);
	assert_true(remind_asks(REMIND_SELF_LAST) && remind_asks(REMIND_OVERDUE));
	assert_false(remind_asks(REMIND_SPONSORED) || remind_asks(REMIND_NUMBER_CHECK));
	for (int w = 0; w < WHYS; w++)
		assert_non_null(remind_why_name((enum remind_why)w));
	assert_string_equal(remind_why_name(WHY_HEARD), "heard");
	assert_string_equal(remind_why_name(WHY_LINE), "line");
}

static void an_effect_is_a_payment_soon_after(void **state)
{
	(void)state;
	assert_true(remind_worked(100, 100, 14));
	assert_true(remind_worked(100, 114, 14));
	assert_false(remind_worked(100, 115, 14));
	assert_false(remind_worked(100, 99, 14));
}

/* The configuration knows the same occasions in the same order, with the same spans. */
static void check_key(void *arg, const struct conf_key *k)
{
	int *nth = arg;
	struct day_span span;

	if (k->type != CONF_DAYS)
		return;
	assert_in_range(*nth, 0, REMIND_OCCASIONS - 1);
	assert_string_equal(k->name, remind_name((enum remind_occasion) * nth));
	assert_int_equal(k->offset, offsetof(struct conf, reminders.when[*nth]));
	assert_int_equal(span_parse_days(k->preset, &span), RC_OK);
	assert_int_equal(span.off, rules.when[*nth].off);
	assert_int_equal(span.first, rules.when[*nth].first);
	assert_int_equal(span.last, rules.when[*nth].last);
	++*nth;
}

static void configuration_and_rules_know_the_same(void **state)
{
	struct coverage_rules cover = { .arrears_max_months = 5 };
	struct remind_rules r;
	int nth = 0;

	(void)state;
	conf_each_key(check_key, &nth);
	assert_int_equal(nth, REMIND_OCCASIONS);
	assert_int_equal(CONF_OCCASIONS, REMIND_OCCASIONS);
	remind_rules_set(&r, rules.when, REMIND_OCCASIONS, 90, &cover);
	assert_memory_equal(r.when, rules.when, sizeof r.when);
	assert_int_equal(r.number_check_days, 90);
	assert_int_equal(r.cover.arrears_max_months, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_pays_is_told_six_times_and_no_more),
		cmocka_unit_test(texts_find_their_dates),
		cmocka_unit_test(what_stops_a_reminder_is_named),
		cmocka_unit_test(what_stops_it_is_told_before_and_after),
		cmocka_unit_test(a_silent_number_is_asked_every_period),
		cmocka_unit_test(a_sponsored_worker_is_informed_and_not_dunned),
		cmocka_unit_test(an_instalment_has_four_spans),
		cmocka_unit_test(an_instalment_ends_with_its_reason),
		cmocka_unit_test(a_pledge_is_asked_to_go_on),
		cmocka_unit_test(occasions_in_a_row_do_not_overlap),
		cmocka_unit_test(no_arrears_are_asked_for_after_their_limit),
		cmocka_unit_test(a_check_takes_nothing_back),
		cmocka_unit_test(the_table_is_whole),
		cmocka_unit_test(an_effect_is_a_payment_soon_after),
		cmocka_unit_test(configuration_and_rules_know_the_same),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
