/* A worker: who promised, who paid which months, what the insurer confirmed, what is missing. */
#include "explain_int.h"

#include <payung/store_decision.h>
#include <stdio.h>
#include <string.h>

struct account { /* of the worker's months */
	rupiah_t waits, confirmed;
	int64_t waiting, sure, unpaid;
	int64_t told; /* the payment whose story was told last */
	bool refused; /* the insurer's newest word */
	bool wrong;   /* a month rests on an entry that does not pay it */
};

static const char *const place[ALLOCATIONS] = {
	[ALLOCATION_PROPOSED] = "The worker waits for a place in it, and nothing is paid before.",
	[ALLOCATION_RESERVED] = "The worker has a place in it.",
	[ALLOCATION_FUNDED] = "The worker has a place in it, and months are paid.",
	[ALLOCATION_CONFIRMED] = "The worker has a place in it, and the insurer has confirmed.",
	[ALLOCATION_ENDED] = "The worker's time in it has ended.",
	[ALLOCATION_RELEASED] = "The worker has no place in it any more.",
};

static const char *const cause[] = {
	[CAUSE_UNKNOWN] = "",
	[CAUSE_OVER] = " Its months are over.",
	[CAUSE_ARREARS] = " Months were unpaid for too long, and the membership ended.",
	[CAUSE_DIED] = " The worker died.",
	[CAUSE_REPLACED] = " An officer gave the place to somebody else.",
	[CAUSE_REFUSED] = " The insurer refused the worker.",
	[CAUSE_CANCELLED] = " The pledge was recorded by mistake and cancelled.",
};
_Static_assert(sizeof cause / sizeof *cause == ALLOCATION_CAUSES, "a cause has no words");

/* ---- paid months ---- */

static bool same_story(const struct month_row *a, const struct month_row *b)
{
	return b->month == a->month + 1 && a->pledge == b->pledge && a->entry == b->entry &&
	       a->confirmed_day == b->confirmed_day;
}

static rc_t say_confirmed(struct explainer *x, const struct month_row *m, const char *span)
{
	struct origin o = { 0 };
	char day[WORDS_DAY_CAP];
	rc_t rc = RC_OK;

	if (!m->confirmed_day) {
		say(x, EXPLAIN_INSURER,
		        "The insurer has not confirmed %s yet. So it is paid, but not AKTIF.",
		        span);
		return RC_OK;
	}
	words_day(m->confirmed_day, day);
	if (m->confirmation)
		rc = store_confirmation_origin(x->s, m->confirmation, &o);
	if (rc != RC_OK)
		return rc;
	if (*o.file)
		say(x, EXPLAIN_INSURER,
		        "The insurer confirmed %s on %s. It begins in row %d of the file %s.", span,
		        day, o.row, o.file);
	else
		say(x, EXPLAIN_INSURER, "The insurer confirmed %s on %s.", span, day);
	return RC_OK;
}

static rc_t say_paid(struct explainer *x, const struct month_row *m, int n, rupiah_t amount,
        const char *span, struct account *a)
{
	char words[EXPLAIN_MONEY_CAP];
	struct pledge_row p;
	struct ledger_row r;
	rc_t rc = store_pledge_get_id(x->s, m->pledge, &p);

	if (rc == RC_OK)
		rc = store_ledger_get(x->s, m->entry, &r);
	if (rc != RC_OK)
		return rc;
	rupiah_format(amount, words);
	say_of(x, EXPLAIN_MONTHS, m->entry, amount,
	        "%s paid %s. That is %d month%s, %s. Entry %lld of the books says so.",
	        p.sponsor_name, span, n, plural(n), words, (long long)m->entry);
	a->wrong |= r.entry.about.pledge != m->pledge ||
	            (r.entry.reason != LEDGER_PAYMENT_MATCHED &&
	                    r.entry.reason != LEDGER_CREDIT_APPLIED);
	if (r.entry.reason == LEDGER_CREDIT_APPLIED || !r.entry.about.payment) {
		say(x, EXPLAIN_MONEY, "The money is credit of %s from earlier payments.",
		        p.sponsor_name);
		return RC_OK;
	}
	if (a->told == r.entry.about.payment) {
		say(x, EXPLAIN_MONEY, "That is payment %lld too.", (long long)a->told);
		return RC_OK;
	}
	a->told = r.entry.about.payment;
	return say_payment_origin(x, a->told);
}

static rc_t say_group(struct explainer *x, const struct month_row *first,
        const struct month_row *last, rupiah_t amount, struct account *a)
{
	const int n = last->month - first->month + 1;
	char span[WORDS_SPAN_CAP];
	rc_t rc;

	words_span(first->month, last->month, span);
	if (!first->pledge) {
		if (first->confirmed_day)
			say(x, EXPLAIN_MONTHS, "No money in our books pays %s.", span);
		return first->confirmed_day ? say_confirmed(x, first, span) : RC_OK;
	}
	*(first->confirmed_day ? &a->confirmed : &a->waits) += amount;
	*(first->confirmed_day ? &a->sure : &a->waiting) += n;
	rc = say_paid(x, first, n, amount, span, a);
	return rc == RC_OK ? say_confirmed(x, first, span) : rc;
}

static rc_t paid_months(struct explainer *x, int64_t worker, struct account *a)
{
	struct month_row first = { 0 }, last = { 0 }, m = { 0 };
	rupiah_t amount = 0;
	rc_t rc, said;

	for (;;) {
		rc = store_month_next(x->s, worker, m.month, &m);
		if (rc != RC_OK && rc != RC_NOENT)
			return rc;
		if (rc == RC_OK && first.month && same_story(&last, &m)) {
			last = m;
			amount += m.amount;
			continue;
		}
		said = first.month ? say_group(x, &first, &last, amount, a) : RC_OK;
		if (said != RC_OK || rc == RC_NOENT)
			return said;
		first = last = m;
		amount = m.amount;
	}
}

/* ---- the insurer's words, when they are not all one ---- */

static void say_word(struct explainer *x, const struct word_row *w)
{
	static const char *const held[CONFIRMATIONS] = {
		[CONFIRMATION_NEW] = " The next reconcile reads it.",
		[CONFIRMATION_HELD] = " An officer must look at it first.",
	};
	char day[WORDS_DAY_CAP], span[WORDS_SPAN_CAP] = "the worker, and named no month",
	                         reason[sizeof w->reason];

	words_day(w->day, day);
	words_masked(w->reason, reason, sizeof reason);
	if (w->to >= w->from)
		words_span(w->from, w->to, span);
	say(x, EXPLAIN_INSURER, "On %s the insurer %s %s%s%s. That is row %d of the file %s.%s",
	        day, *reason ? "refused" : "accepted", span, *reason ? ": " : "", reason, w->row,
	        w->file, held[w->state] ? held[w->state] : "");
}

static rc_t refused_ever(struct explainer *x, int64_t worker, bool *yes)
{
	int64_t day = 0;
	rc_t rc = store_refused_last(x->s, worker, INT64_MAX, &day);

	*yes = day != 0;
	return rc;
}

static rc_t insurers_words(struct explainer *x, int64_t worker, struct account *a)
{
	struct word_row w = { 0 };
	bool yes;
	rc_t rc = refused_ever(x, worker, &yes);

	if (rc != RC_OK || !yes)
		return rc;
	while ((rc = store_word_next(x->s, worker, &w)) == RC_OK) {
		say_word(x, &w);
		a->refused = w.reason[0] != '\0';
	}
	say(x, EXPLAIN_INSURER, "Of a month its newest word counts, and of one day the refusal.");
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- what is missing ---- */

static rc_t say_due(struct explainer *x, const struct allocation_row *a, month_t month)
{
	const int64_t today = date_days(x->today);
	struct instalment_row i;
	char day[WORDS_DAY_CAP];
	rc_t rc = store_instalment_of(x->s, a->pledge, month, &i);

	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	words_day(i.due_day, day);
	say(x, EXPLAIN_NEXT,
	        i.due_day < today
	                ? "The next instalment was due on %s. The sponsor is asked to pay it."
	                : "The next instalment is due on %s.",
	        day);
	return RC_OK;
}

static rc_t is_unpaid(struct explainer *x, const struct allocation_row *a, month_t m, bool *yes)
{
	struct month_row row;
	rc_t rc = store_month_get(x->s, a->worker, m, &row);

	*yes = rc == RC_NOENT || !row.pledge;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t missing(struct explainer *x, const struct allocation_row *a, struct account *sum)
{
	month_t from = 0;

	for (month_t m = a->from; m <= a->to + 1; m++) {
		bool open = false;
		rc_t rc = m <= a->to ? is_unpaid(x, a, m, &open) : RC_OK;
		char span[WORDS_SPAN_CAP];

		if (rc != RC_OK)
			return rc;
		if (open) {
			from = from ? from : m;
			continue;
		}
		if (!from)
			continue;
		words_span(from, m - 1, span);
		say(x, EXPLAIN_MISSING, "Not paid yet: %s, %d month%s.", span, m - from,
		        plural(m - from));
		if (!sum->unpaid)
			rc = say_due(x, a, from);
		sum->unpaid += m - from;
		from = 0;
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* ---- promises ---- */

static rc_t say_promise(struct explainer *x, const struct allocation_row *a)
{
	char span[WORDS_SPAN_CAP], day[WORDS_DAY_CAP];
	struct pledge_row p;
	rc_t rc = store_pledge_get_id(x->s, a->pledge, &p);

	if (rc != RC_OK)
		return rc;
	words_span(a->from, a->to < a->from ? a->from : a->to, span);
	say(x, EXPLAIN_PROMISE, "%s promised to pay %s. The pledge is %s. %s%s", p.sponsor_name,
	        span, p.ref, place[a->state], cause[a->cause]);
	if (a->state == ALLOCATION_PROPOSED)
		say(x, EXPLAIN_NEXT,
		        "All %d places are taken. The first who waits gets the next free "
		        "one.",
		        p.workers);
	if (a->sent_day) {
		words_day(a->sent_day, day);
		say(x, EXPLAIN_INSURER, "The worker's data went to the insurer on %s.", day);
	}
	return RC_OK;
}

static rc_t each_allocation(
        struct explainer *x, int64_t worker, bool only_missing, struct account *sum)
{
	struct allocation_row a = { 0 };
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(x->s, worker, a.id, &a)) == RC_OK) {
		rc = !only_missing                     ? say_promise(x, &a)
		     : allocation_takes_place(a.state) ? missing(x, &a, sum)
		                                       : RC_OK;
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- today ---- */

static rc_t say_today(struct explainer *x, int64_t worker, int64_t died_day)
{
	static const char *const words[COVERAGES] = {
		[COVERAGE_NOT_COVERED] = "Today the worker is NOT covered. Nothing is known.",
		[COVERAGE_PENDING] = "Today the worker is NOT AKTIF. Nothing is confirmed for now.",
		[COVERAGE_ACTIVE] = "Today the worker is AKTIF until %s.",
		[COVERAGE_EXPIRING] = "Today the worker is AKTIF until %s. That is soon.",
		[COVERAGE_IN_ARREARS] =
		        "Today the worker is NOT AKTIF. The cover ended on %s and can "
		        "still be paid late.",
		[COVERAGE_ENDED] = "Today the worker is NOT AKTIF. The membership ended; the last "
		                   "covered day was %s.",
		[COVERAGE_DECEASED] = "The worker died on %s.",
	};
	struct coverage c;
	char day[WORDS_DAY_CAP] = "not known", text[160];
	const char *hole;
	rc_t rc = store_coverage_at(x->s, worker, x->today, &c);

	if (rc != RC_OK)
		return rc;
	if (died_day)
		words_day(died_day, day);
	else if (c.until.year)
		words_day(date_days(c.until), day);
	hole = strstr(words[c.state], "%s");
	if (hole)
		snprintf(text, sizeof text, "%.*s%s%s", (int)(hole - words[c.state]),
		        words[c.state], day, hole + 2);
	else
		snprintf(text, sizeof text, "%s", words[c.state]);
	say(x, EXPLAIN_INSURER, "%s", text);
	return RC_OK;
}

static void say_next(const struct explainer *x, const struct account *a, bool dead)
{
	if (a->waiting)
		say(x, EXPLAIN_NEXT,
		        "%lld month%s for the insurer. After %d day%s without an answer we ask.",
		        (long long)a->waiting, a->waiting == 1 ? " waits" : "s wait",
		        x->unanswered_days, x->unanswered_days == 1 ? "" : "s");
	if (!dead && a->refused)
		say(x, EXPLAIN_NEXT,
		        "What the insurer refused must be put right, and the insurer "
		        "be asked again.");
	if (!dead && !a->refused && !a->waiting && !a->unpaid && a->sure)
		say(x, EXPLAIN_NEXT, "Nothing is missing.");
}

static void say_sums(struct explainer *x, const struct account *a)
{
	char paid[EXPLAIN_MONEY_CAP], confirmed[EXPLAIN_MONEY_CAP], waits[EXPLAIN_MONEY_CAP];

	rupiah_format(a->confirmed + a->waits, paid);
	rupiah_format(a->confirmed, confirmed);
	rupiah_format(a->waits, waits);
	say_of(x, EXPLAIN_SUMS, 0, a->confirmed + a->waits,
	        "%s was paid for this worker: %s is confirmed, %s is not confirmed yet.", paid,
	        confirmed, waits);
	say_balanced(x, !a->wrong);
}

rc_t explain_worker(struct explainer *x, int64_t worker)
{
	struct account a = { 0 };
	struct person_row p;
	char subject[32], day[WORDS_DAY_CAP];
	rc_t rc = store_person_get(x->s, worker, &p);

	if (rc != RC_OK)
		return rc;
	words_day(date_days(date_at(p.registered, ZONE_WIB)), day);
	say(x, EXPLAIN_WHO, "%s is worker %lld%s%s.", p.name, (long long)worker,
	        p.registered ? ", registered on " : "", p.registered ? day : "");
	rc = each_allocation(x, worker, false, &a);
	if (rc == RC_OK)
		rc = paid_months(x, worker, &a);
	if (rc == RC_OK)
		rc = insurers_words(x, worker, &a);
	if (rc == RC_OK)
		rc = say_today(x, worker, p.died_day);
	if (rc == RC_OK && !p.died_day)
		rc = each_allocation(x, worker, true, &a);
	if (rc != RC_OK)
		return rc;
	say_next(x, &a, p.died_day != 0);
	snprintf(subject, sizeof subject, "worker/%lld", (long long)worker);
	rc = say_issues(x, subject);
	if (rc == RC_OK)
		rc = say_entries(x, EXPLAIN_HISTORY, LEDGER_OF_WORKER, worker);
	if (rc == RC_OK)
		rc = say_history(x, subject);
	if (rc == RC_OK)
		say_sums(x, &a);
	return rc;
}

rc_t explain_registration(struct explainer *x, const char *ref)
{
	struct registration_row r;
	char day[WORDS_DAY_CAP];
	rc_t rc = store_registration_get(x->s, ref, &r);

	if (rc != RC_OK)
		return rc;
	if (r.worker)
		return explain_worker(x, r.worker);
	words_day(date_days(date_at(r.created_at, ZONE_WIB)), day);
	say(x, EXPLAIN_WHO, "%s registered on %s. The reference is %s.", r.name, day, r.ref);
	say(x, EXPLAIN_MISSING, "The registration is %s%s%s. Nobody pays anything for it yet.",
	        r.state, *r.reason ? ": " : "", r.reason);
	say(x, EXPLAIN_NEXT, "An officer decides: payung batch show %lld", (long long)r.batch);
	return RC_OK;
}
