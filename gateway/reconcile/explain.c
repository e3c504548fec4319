/* How an explanation speaks: one sentence after the other, as they are found. */
#include "explain_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *explain_part_name(enum explain_part p)
{
	static const char *const names[EXPLAIN_PARTS] = { "who", "promise", "money", "months",
		"insurer", "missing", "next", "issues", "history", "sums" };

	return names[p];
}

const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

static void speak(const struct explainer *x, struct explain_line *l, const char *fmt, va_list ap)
        PRINTF_LIKE(3, 0);
static void speak(const struct explainer *x, struct explain_line *l, const char *fmt, va_list ap)
{
	vsnprintf(l->text, sizeof l->text, fmt, ap);
	x->fn(x->arg, l);
}

void say(const struct explainer *x, enum explain_part part, const char *fmt, ...)
{
	struct explain_line l = { .part = part };
	va_list ap;

	va_start(ap, fmt);
	speak(x, &l, fmt, ap);
	va_end(ap);
}

void say_of(const struct explainer *x, enum explain_part part, int64_t entry, rupiah_t amount,
        const char *fmt, ...)
{
	struct explain_line l = { .part = part, .entry = entry, .amount = amount };
	va_list ap;

	va_start(ap, fmt);
	speak(x, &l, fmt, ap);
	va_end(ap);
}

void say_balanced(struct explainer *x, bool yes)
{
	if (yes) {
		say(x, EXPLAIN_SUMS, "It balances.");
		return;
	}
	x->out_of_balance = true;
	say(x, EXPLAIN_SUMS,
	        "This does NOT balance. Do not promise anything. Run payung books verify.");
}

/* ---- where a payment comes from ---- */

static bool by_program(const char *by)
{
	return strcmp(by, "reconcile") == 0 || strcmp(by, "daemon") == 0 || !*by;
}

static rc_t say_several(struct explainer *x, const struct payment_row *p)
{
	say(x, EXPLAIN_MONEY, "Payment %lld is for several pledges, %s.", (long long)p->id,
	        words_outcome(p->outcome));
	return RC_OK;
}

rc_t say_how_matched(struct explainer *x, const struct payment_row *p)
{
	struct pledge_row pledge;
	rc_t rc;

	if (!p->pledge)
		return say_several(x, p);
	rc = store_pledge_get_id(x->s, p->pledge, &pledge);
	if (rc != RC_OK)
		return rc;
	if (by_program(p->by))
		say(x, EXPLAIN_MONEY, "It was matched to pledge %s of %s, %s.", pledge.ref,
		        pledge.sponsor_name, words_outcome(p->outcome));
	else
		say(x, EXPLAIN_MONEY, "Officer %s assigned it to pledge %s of %s.", p->by,
		        pledge.ref, pledge.sponsor_name);
	return RC_OK;
}

rc_t say_payment_origin(struct explainer *x, int64_t payment)
{
	char day[WORDS_DAY_CAP], amount[EXPLAIN_MONEY_CAP];
	struct payment_row p;
	rc_t rc = store_payment_get(x->s, payment, &p);

	if (rc != RC_OK)
		return rc;
	words_day(p.day, day);
	rupiah_format(p.amount, amount);
	say_of(x, EXPLAIN_MONEY, p.entry, p.amount,
	        "The money is payment %lld: %s of %s%s%s. It is row %d of the file %s.",
	        (long long)p.id, amount, day, *p.payer ? " from " : "", p.payer, p.row, p.file);
	return say_how_matched(x, &p);
}

/* ---- officers ---- */

rc_t say_history(struct explainer *x, const char *subject)
{
	struct correction_row c = { 0 };
	rc_t rc;

	while ((rc = store_correction_next(x->s, subject, c.id, &c)) == RC_OK) {
		char day[WORDS_DAY_CAP];

		words_day(date_days(date_at(c.at, ZONE_WIB)), day);
		say(x, EXPLAIN_HISTORY, "On %s officer %s %s%s%s%s. Reason: %s", day, c.by,
		        words_action(c.action), *c.detail ? " (" : "", c.detail,
		        *c.detail ? ")" : "", *c.note ? c.note : "none was given");
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static bool is_about(const char *issue, const char *subject)
{
	const size_t len = strlen(subject);

	return strncmp(issue, subject, len) == 0 && (issue[len] == '\0' || issue[len] == '/');
}

/* The meaning is told once for several of a kind: months of one pledge are each an issue. */
static void say_issue(
        const struct explainer *x, const struct issue_row *i, const char *about, bool again)
{
	const char *of = *about ? ", about " : "";

	if (again) {
		say(x, EXPLAIN_ISSUES, "Issue %lld%s%s says the same.", (long long)i->id, of,
		        about);
		return;
	}
	say(x, EXPLAIN_ISSUES, "Issue %lld is open%s%s. %s", (long long)i->id, of, about,
	        words_issue(i->kind));
	say(x, EXPLAIN_NEXT,
	        "An officer deals with it. What can be done stands in: payung issue "
	        "show %lld",
	        (long long)i->id);
}

rc_t say_issues(struct explainer *x, const char *subject)
{
	struct issue_row i = { 0 };
	bool told[ISSUES] = { false };
	int found = 0;
	rc_t rc;

	while ((rc = store_issue_next(x->s, true, i.id, &i)) == RC_OK) {
		if (!is_about(i.subject, subject))
			continue;
		found++;
		say_issue(x, &i, i.subject + strlen(subject) + (i.subject[strlen(subject)] == '/'),
		        told[i.kind]);
		told[i.kind] = true;
	}
	if (!found && rc == RC_NOENT)
		say(x, EXPLAIN_ISSUES, "No issue is open.");
	return rc == RC_NOENT ? RC_OK : rc;
}
