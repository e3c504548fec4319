/* The chain of entries about a pledge or a worker. Entries of one day, kind and payment are told as
 * one: a large pledge has thousands. */
#include "explain_int.h"

#include <stdio.h>

struct same_day { /* entries that are told in one sentence */
	struct ledger_row first;
	int64_t n, last, months;
	rupiah_t amount;
};

rupiah_t entry_moves(const struct ledger_entry *e)
{
	rupiah_t sum = 0;

	for (size_t i = 0; i < e->n; i++)
		sum += e->posting[i].amount > 0 ? e->posting[i].amount : 0;
	return sum;
}

static void tell(const struct explainer *x, enum explain_part part, const struct same_day *d)
{
	char day[WORDS_DAY_CAP], amount[EXPLAIN_MONEY_CAP], from[48] = "", upto[32] = "",
	                                                    months[48] = "";

	if (!d->n)
		return;
	words_day(d->first.day, day);
	rupiah_format(d->amount, amount);
	if (d->first.entry.about.payment)
		snprintf(from, sizeof from, " by payment %lld",
		        (long long)d->first.entry.about.payment);
	if (d->n > 1)
		snprintf(upto, sizeof upto, " to %lld", (long long)d->last);
	if (d->months)
		snprintf(months, sizeof months, ", %lld worker-month%s", (long long)d->months,
		        plural(d->months));
	say_of(x, part, d->first.id, d->amount, "Entry %lld%s of %s%s: %s%s. %s",
	        (long long)d->first.id, upto, day, from, amount, months,
	        words_entry(d->first.entry.reason));
}

static bool fits(const struct same_day *d, const struct ledger_row *r)
{
	return d->n && d->first.day == r->day && d->first.entry.reason == r->entry.reason &&
	       d->first.entry.about.payment == r->entry.about.payment;
}

rc_t say_entries(struct explainer *x, enum explain_part part, enum ledger_of of, int64_t id)
{
	struct same_day d = { 0 };
	struct ledger_row r = { 0 };
	rc_t rc;

	while ((rc = store_ledger_next(x->s, of, id, r.id, &r)) == RC_OK) {
		if (of == LEDGER_OF_WORKER && r.entry.reason == LEDGER_INSURER_CONFIRMED)
			continue; /* told with its months */
		if (!fits(&d, &r)) {
			tell(x, part, &d);
			d = (struct same_day){ .first = r };
		}
		d.n++;
		d.last = r.id;
		d.months += r.entry.worker_months;
		d.amount += entry_moves(&r.entry);
	}
	tell(x, part, &d);
	return rc == RC_NOENT ? RC_OK : rc;
}
