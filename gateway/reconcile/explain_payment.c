/* A payment: where it came from, whose it is, what it pays. */
#include "explain_int.h"

#include <stdio.h>
#include <string.h>

/* What the payment's entries put where, and what of it still pays months. */
struct flow {
	rupiah_t came, unassigned, credit, other; /* came: above 0; the others likewise */
	rupiah_t months, matched;  /* what went to months and did not come back; went there first */
	rupiah_t waits, confirmed; /* months it pays now */
	int64_t waiting_months, confirmed_months;
};

static void add_entry(struct flow *f, const struct ledger_entry *e)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct ledger_posting *p = &e->posting[i];

		switch (p->account) {
		case LEDGER_BANK:
		case LEDGER_EXTERNAL:
			f->came += p->amount;
			break;
		case LEDGER_UNASSIGNED:
			f->unassigned -= p->amount;
			break;
		case LEDGER_SPONSOR_CREDIT:
			f->credit -= p->amount;
			break;
		case LEDGER_FUNDED:
		case LEDGER_CONFIRMED:
			f->months -= p->amount;
			if (e->reason == LEDGER_PAYMENT_MATCHED)
				f->matched -= p->amount;
			break;
		default:
			f->other -= p->amount;
		}
	}
}

/* ---- the chain ---- */

static void say_entry(const struct explainer *x, const struct ledger_row *r)
{
	char day[WORDS_DAY_CAP], amount[EXPLAIN_MONEY_CAP], months[48] = "";
	const rupiah_t moved = entry_moves(&r->entry);

	words_day(r->day, day);
	rupiah_format(moved, amount);
	if (r->entry.worker_months)
		snprintf(months, sizeof months, ", %lld worker-month%s",
		        (long long)r->entry.worker_months, plural(r->entry.worker_months));
	say_of(x, EXPLAIN_MONEY, r->id, moved, "Entry %lld of %s by %s, %s%s. %s%s%s",
	        (long long)r->id, day, r->by, amount, months, words_entry(r->entry.reason),
	        r->reverses ? " It was: " : "", r->reverses ? words_entry(r->entry.reversed) : "");
}

static rc_t chain(struct explainer *x, int64_t payment, struct flow *f)
{
	struct ledger_row r = { 0 };
	rc_t rc;

	while ((rc = store_ledger_next(x->s, LEDGER_OF_PAYMENT, payment, r.id, &r)) == RC_OK) {
		say_entry(x, &r);
		add_entry(f, &r.entry);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- months ---- */

struct tally { /* of one pledge, from its first month on */
	month_t first;
	int64_t workers[PLAN_MONTHS_MAX], confirmed[PLAN_MONTHS_MAX];
	rupiah_t amount[PLAN_MONTHS_MAX];
};

static void say_span(const struct explainer *x, const struct tally *t, int from, int to)
{
	char span[WORDS_SPAN_CAP], amount[EXPLAIN_MONEY_CAP], sure[48];
	const long long w = t->workers[from], c = t->confirmed[from];

	words_span(t->first + from, t->first + to, span);
	rupiah_format(t->amount[from] * (to - from + 1), amount);
	if (c == 0 || c == w)
		snprintf(sure, sizeof sure, "%s", c ? "all of them" : "none of them yet");
	else
		snprintf(sure, sizeof sure, "%lld of them", c);
	say_of(x, EXPLAIN_MONTHS, 0, t->amount[from] * (to - from + 1),
	        "It pays %s for %lld worker%s, %s in all. The insurer confirmed %s.", span, w,
	        plural(w), amount, sure);
}

static bool alike(const struct tally *t, int a, int b)
{
	return t->workers[a] == t->workers[b] && t->confirmed[a] == t->confirmed[b] &&
	       t->amount[a] == t->amount[b];
}

static void say_months(const struct explainer *x, const struct tally *t)
{
	int from = 0;

	for (int i = 1; i <= PLAN_MONTHS_MAX; i++) {
		if (i < PLAN_MONTHS_MAX && alike(t, from, i))
			continue;
		if (t->workers[from])
			say_span(x, t, from, i - 1);
		if (i == PLAN_MONTHS_MAX)
			return;
		from = i;
	}
}

static rc_t months_of_entry(
        struct explainer *x, const struct ledger_row *r, struct tally *t, struct flow *f)
{
	int64_t allocation = 0;
	struct month_row m;
	month_t month = 0;
	rc_t rc;

	while ((rc = store_month_next_of_entry(x->s, r->id, &allocation, &month, &m)) == RC_OK) {
		const int i = m.month - t->first;

		if (i >= 0 && i < PLAN_MONTHS_MAX) {
			t->workers[i]++;
			t->confirmed[i] += m.confirmed_day > 0;
			t->amount[i] += m.amount;
		}
		*(m.confirmed_day ? &f->confirmed : &f->waits) += m.amount;
		++*(m.confirmed_day ? &f->confirmed_months : &f->waiting_months);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t months(struct explainer *x, int64_t payment, struct flow *f)
{
	struct ledger_row r = { 0 };
	rc_t rc;

	while ((rc = store_ledger_next(x->s, LEDGER_OF_PAYMENT, payment, r.id, &r)) == RC_OK) {
		struct pledge_row p;
		struct tally t = { 0 };

		if (r.entry.reason != LEDGER_PAYMENT_MATCHED)
			continue;
		rc = store_pledge_get_id(x->s, r.entry.about.pledge, &p);
		if (rc != RC_OK)
			return rc;
		t.first = p.start;
		rc = months_of_entry(x, &r, &t, f);
		if (rc != RC_OK)
			return rc;
		say_months(x, &t);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- what it comes to ---- */

static void say_whose(const struct explainer *x, const struct payment_row *p, const char *near)
{
	say(x, EXPLAIN_MISSING, "We do not know whose it is. %s", words_reason(p->reason));
	if (*near)
		say(x, EXPLAIN_MISSING,
		        "It has one sign other than the reference of %s. That alone proves "
		        "nothing.",
		        near);
	say(x, EXPLAIN_NEXT,
	        "Ask the payer for the reference. Then: payung payment assign %lld --pledge REF "
	        "--note TEXT",
	        (long long)p->id);
}

static void say_next(const struct explainer *x, const struct payment_row *p, const struct flow *f,
        const char *near)
{

	switch (p->state) {
	case PAY_IMPORTED:
		say(x, EXPLAIN_NEXT,
		        "Nobody has looked at it yet. The next payung reconcile does.");
		return;
	case PAY_AMBIGUOUS:
	case PAY_UNMATCHED:
		if (p->outcome == MATCH_BANKS_OWN) {
			say(x, EXPLAIN_NEXT,
			        "Its words are those of a charge or of interest: the bank's own. "
			        "Nobody has to do anything. Is it a payment all the same? payung "
			        "payment assign %lld --pledge REF --note TEXT",
			        (long long)p->id);
			return;
		}
		if (p->amount < 0) {
			say(x, EXPLAIN_NEXT,
			        "It left the account. When it is a charge of the bank, nobody has "
			        "to do anything. When a payment was sent back: payung payment "
			        "reverse ID --gone --note TEXT, with the number of that payment.");
			return;
		}
		say_whose(x, p, near);
		return;
	case PAY_MATCHED:
		say(x, EXPLAIN_NEXT, "The next payung reconcile posts it.");
		return;
	case PAY_REVERSED:
		say(x, EXPLAIN_NEXT, "It was taken back. It pays nothing now.");
		return;
	case PAY_REFUND_REQUESTED:
		say(x, EXPLAIN_NEXT, "Money of it is asked back. See payung request list.");
		return;
	default:
		break;
	}
	if (f->waiting_months)
		say(x, EXPLAIN_NEXT,
		        "%lld worker-month%s for the insurer. Until then they are paid, but "
		        "not "
		        "AKTIF.",
		        (long long)f->waiting_months, f->waiting_months == 1 ? " waits" : "s wait");
	else if (f->confirmed_months)
		say(x, EXPLAIN_NEXT, "Nothing is missing.");
}

static void say_amount(
        const struct explainer *x, rupiah_t amount, const char *positive, const char *negative)
{
	char words[EXPLAIN_MONEY_CAP];

	if (!amount)
		return;
	rupiah_format(amount < 0 ? -amount : amount, words);
	say_of(x, EXPLAIN_SUMS, 0, amount, "%s %s.", words, amount < 0 ? negative : positive);
}

static void say_sums(struct explainer *x, const struct flow *f)
{
	const rupiah_t paying = f->waits + f->confirmed;

	say_amount(x, f->came, "came in", "went out");
	say_amount(x, f->confirmed, "pays months that the insurer confirmed", "");
	say_amount(x, f->waits, "pays months that the insurer has not confirmed yet", "");
	say_amount(x, f->months - paying, "paid months that were given back to credit later",
	        "came back from months that its credit had paid");
	say_amount(x, f->credit, "went to the sponsor's credit", "came from the sponsor's credit");
	say_amount(x, f->unassigned, "is not assigned to a pledge", "is taken from no pledge");
	say_amount(x, f->other, "went another way", "came another way");
	say_balanced(x, f->came == f->months + f->credit + f->unassigned + f->other &&
	                        f->matched >= paying);
}

static void say_who(const struct explainer *x, const struct payment_row *p)
{
	char day[WORDS_DAY_CAP], amount[EXPLAIN_MONEY_CAP];

	words_day(p->day, day);
	rupiah_format(p->amount, amount);
	say_of(x, EXPLAIN_WHO, 0, p->amount, "Payment %lld is %s of %s%s%s.", (long long)p->id,
	        amount, day, *p->payer ? " from " : "", p->payer);
	say(x, EXPLAIN_WHO, "It is row %d of the file %s.%s%s%s", p->row, p->file,
	        *p->text ? " It says: \"" : "", p->text, *p->text ? "\"." : "");
	if (p->external)
		say(x, EXPLAIN_WHO,
		        "The sponsor paid the insurer itself. We hold the receipt, not "
		        "the money.");
}

rc_t explain_payment(struct explainer *x, int64_t payment)
{
	struct payment_row p;
	struct flow f = { 0 };
	char subject[32], near[EXPLAIN_NEAR_CAP];
	rc_t rc = store_payment_get(x->s, payment, &p);

	if (rc != RC_OK)
		return rc;
	say_who(x, &p);
	if (p.outcome < MATCH_AMBIGUOUS && p.state != PAY_IMPORTED)
		rc = say_how_matched(x, &p);
	if (rc == RC_OK)
		rc = chain(x, payment, &f);
	if (rc == RC_OK)
		rc = months(x, payment, &f);
	if (rc == RC_OK)
		rc = explain_near(x->s, &p, near);
	if (rc != RC_OK)
		return rc;
	say_next(x, &p, &f, near);
	snprintf(subject, sizeof subject, "payment/%lld", (long long)payment);
	rc = say_issues(x, subject);
	if (rc == RC_OK)
		rc = say_history(x, subject);
	if (rc == RC_OK)
		say_sums(x, &f);
	return rc;
}
