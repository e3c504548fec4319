/* Every sentence stands in a table by the number of what it is about. A list that is too short does
 * not compile: the tables are counted. */
#include <payung/words.h>
#include <stdio.h>
#include <string.h>

void words_month(month_t m, char out[WORDS_MONTH_CAP])
{
	static const char *const names[12] = { "January", "February", "March", "April", "May",
		"June", "July", "August", "September", "October", "November", "December" };

	snprintf(out, WORDS_MONTH_CAP, "%s %d", names[m % 12], m / 12);
}

void words_day(int64_t day, char out[WORDS_DAY_CAP])
{
	const struct date d = date_from_days(day);
	char month[WORDS_MONTH_CAP];

	words_month(month_of(d), month);
	snprintf(out, WORDS_DAY_CAP, "%d %.24s", d.day, month);
}

void words_span(month_t from, month_t to, char out[WORDS_SPAN_CAP])
{
	char a[WORDS_MONTH_CAP], b[WORDS_MONTH_CAP];

	words_month(from, a);
	words_month(to, b);
	if (from == to)
		snprintf(out, WORDS_SPAN_CAP, "%s", a);
	else
		snprintf(out, WORDS_SPAN_CAP, "%s to %s", a, b);
}

void words_masked(const char *in, char *out, size_t cap)
{
	size_t n = 0;

	for (; n + 1 < cap && in[n]; n++)
		out[n] = in[n] >= '0' && in[n] <= '9' ? '*' : in[n];
	out[n] = '\0';
}

const char *words_entry(enum ledger_reason r)
{
	static const char *const words[] = {
		[LEDGER_PAYMENT_BANK] = "The money came in on the programme's bank account.",
		[LEDGER_PAYMENT_EXTERNAL] =
		        "The sponsor paid the insurer itself. We saw the receipt.",
		[LEDGER_PAYMENT_MATCHED] = "The money pays months of workers.",
		[LEDGER_CREDIT_LEFT] = "The money pays no whole month. It is kept as credit.",
		[LEDGER_CREDIT_APPLIED] = "Credit of the sponsor pays months of workers.",
		[LEDGER_INSURER_CONFIRMED] = "The insurer confirmed paid months.",
		[LEDGER_REFUND_REQUESTED] = "Credit is set aside, because it is asked back.",
		[LEDGER_REFUND_REFUSED] = "The refund was refused. The money is credit again.",
		[LEDGER_REFUND_PAID] = "The refund was paid out from the bank account.",
		[LEDGER_REFUND_EXTERNAL] = "The insurer paid the refund itself.",
		[LEDGER_WORKER_DIED] = "The worker died. Months after that are credit again.",
		[LEDGER_WORKER_REPLACED] = "The worker was replaced. Open months are credit again.",
		[LEDGER_WORKER_REJECTED] = "The insurer refused the worker. It is credit again.",
		[LEDGER_DOUBLE_FUNDED] = "Another pledge pays these months. They are credit again.",
		[LEDGER_UNFUNDED] = "The money behind it was taken back. Nobody pays it now.",
		[LEDGER_CREDIT_WRITTEN_OFF] = "Two officers gave this credit up.",
		[LEDGER_SHORTFALL_FORGIVEN] = "Two officers forgave what was missing.",
		[LEDGER_PAYMENT_REVERSED] = "This was taken back.",
		[LEDGER_INSURER_WITHDREW] =
		        "The insurer refused months it had confirmed. They are not AKTIF.",
	};
	_Static_assert(sizeof words / sizeof *words == LEDGER_REASONS, "a reason has no words");

	return words[r];
}

const char *words_account(enum ledger_account a)
{
	static const char *const words[] = {
		[LEDGER_BANK] = "came in on the bank account",
		[LEDGER_EXTERNAL] = "was paid to the insurer itself",
		[LEDGER_UNASSIGNED] = "is not assigned to a pledge",
		[LEDGER_SPONSOR_CREDIT] = "is credit of the sponsor",
		[LEDGER_FUNDED] = "pays months that are not confirmed",
		[LEDGER_CONFIRMED] = "pays months that are confirmed",
		[LEDGER_REFUNDS] = "is to be refunded",
		[LEDGER_WRITTEN_OFF] = "is written off",
	};
	_Static_assert(sizeof words / sizeof *words == LEDGER_ACCOUNTS, "an account has no words");

	return words[a];
}

const char *words_outcome(enum match_outcome o)
{
	static const char *const words[] = {
		[MATCH_REFERENCE] = "by the reference in its text",
		[MATCH_NAMED] = "by the treasurer's list that names the workers",
		[MATCH_ACCOUNT] = "by the sponsor's account, the exact amount and the time",
		[MATCH_AMBIGUOUS] = "to nobody",
		[MATCH_UNMATCHED] = "to nobody",
		[MATCH_BANKS_OWN] = "to nobody: it is the bank's own",
	};
	_Static_assert(sizeof words / sizeof *words == MATCH_OUTCOMES, "an outcome has no words");

	return words[o];
}

const char *words_reason(enum match_reason r)
{
	static const char *const words[] = {
		[MATCH_FITS] = "It fits.",
		[MATCH_TWO_REFERENCES] = "Its text holds references of two pledges.",
		[MATCH_MANY_WORDS] = "Its text holds too many words that look like references.",
		[MATCH_LIST_UNKNOWN] = "Its list names somebody whom no pledge carries.",
		[MATCH_LIST_SHARED] = "Its list names somebody whom two pledges carry.",
		[MATCH_LIST_SUM] = "Its list does not add up to the payment.",
		[MATCH_LIST_OTHER] = "Its reference and its list are of different pledges.",
		[MATCH_NEAR_REFERENCE] = "Its reference is wrong by one sign.",
		[MATCH_SEVERAL_FIT] = "It fits more than one instalment.",
		[MATCH_ACCOUNT_ONLY] =
		        "The account is known, but amount or day fits no instalment.",
		[MATCH_AMOUNT_ONLY] =
		        "The amount fits an instalment, but the account is not known.",
		[MATCH_NOTHING] = "Nothing in it says whose it is.",
		[MATCH_OTHER_CHANNEL] =
		        ("It fits, but it came another way than this programme's money does. "
		         "It may be the same money twice: in the bank's statement and in a "
		         "receipt."),
	};
	_Static_assert(sizeof words / sizeof *words == MATCH_REASONS, "a reason has no words");

	return words[r];
}

const char *words_request(enum request_kind k)
{
	static const char *const words[] = {
		[REQUEST_REFUND] = "a refund of credit",
		[REQUEST_WRITE_OFF] = "to give credit up",
		[REQUEST_WORKERS] = "more workers in a pledge",
		[REQUEST_RENEWAL] = "the pledge once more",
		[REQUEST_NEXT_PERIOD] = "credit to be kept for the next months",
		[REQUEST_REPLACE] = "other workers for those whom somebody else pays",
		[REQUEST_SHIFT] = "later months for workers whom somebody else pays now",
		[REQUEST_REFERENCE] = "a payment to be taken for this pledge",
		[REQUEST_DONE] = "the pledge not to be renewed",
		[REQUEST_FORGIVE] = "to forgive what is missing",
	};
	_Static_assert(sizeof words / sizeof *words == REQUEST_KINDS, "a request has no words");

	return words[k];
}

const char *words_action(const char *action)
{
	static const struct {
		const char *action, *words;
	} table[] = {
		{ "payment assign", "assigned this payment" },
		{ "payment unassign", "took the match back" },
		{ "payment reverse", "took this payment back" },
		{ "worker died", "recorded a death" },
		{ "worker replace", "gave the place to another worker" },
		{ "pledge revise", "changed the number of workers" },
		{ "pledge cancel", "cancelled this pledge, which was a mistake" },
		{ "pledge renew", "made this pledge out of an older one" },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (strcmp(table[i].action, action) == 0)
			return table[i].words;
	return action; /* no subject that is explained has others */
}

/* ---- issues ---- */

#define STEPS_MAX 4
struct issue_words {
	const char *means, *step[STEPS_MAX];
};
#define EXPLAIN "See the whole chain: payung explain %s"

static const struct issue_words issues[] = {
	[ISSUE_DUP_FUNDING] = { "Two pledges pay the same month of one worker. The one that was "
	                        "confirmed or paid first keeps it. The other sponsor's money is "
	                        "credit.",
	        { EXPLAIN,
	                "Ask the second sponsor: another worker (payung worker replace) or later "
	                "months. The answer by text stands in payung request list." } },
	[ISSUE_REMITTANCE_GAP] = { "The months are paid, but the insurer has not confirmed them "
	                           "for "
	                           "two weeks. If the money did not arrive, families get nothing.",
	        { EXPLAIN, "Call the insurer with the date, the amount and the receipt.",
	                "Did the money not arrive? Call the sponsor today. Then: payung payment "
	                "reverse ID --gone --note TEXT" } },
	[ISSUE_PU_MEMBER] = { "The insurer has this person as somebody's employee.",
	        { EXPLAIN,
	                "Ask the worker whether that job still exists. If it is over, resolve this "
	                "issue: the next reconcile applies what the insurer said.",
	                "If it does, propose somebody else: payung worker replace ID --by REF "
	                "--note "
	                "TEXT" } },
	[ISSUE_LATE_DONOR_FUNDS] = { "The money came after the membership had ended. The insurer "
	                             "has a "
	                             "procedure for late money of sponsors.",
	        { EXPLAIN, "Write to the insurer's branch. Tell the sponsor that nobody is covered "
	                   "until the insurer agrees." } },
	[ISSUE_AMBIGUOUS] = { "We cannot tell for certain whose this payment is.",
	        { EXPLAIN, "Ask the payer. Then: payung payment assign %s --pledge REF --note TEXT",
	                "Is it not ours? payung payment reverse %s --gone --note TEXT when the "
	                "bank "
	                "has sent it back",
	                "Did it leave the account? When it is a payment sent back: payung payment "
	                "reverse --gone on that payment. When it is a charge of the bank: resolve "
	                "this issue with --dismiss, and add its words to office.csv (bank)." } },
	[ISSUE_NAME_DOUBT] = { "One identity number comes with two names.",
	        { EXPLAIN,
	                "Compare with the identity card. Is it the same person? Then resolve this "
	                "issue: the next reconcile applies what the insurer said." } },
	[ISSUE_NIK_DOUBT] = { "The birth date or sex in the identity number differs from what we "
	                      "were "
	                      "told. That is a warning: a number is not changed when a date is.",
	        { EXPLAIN, "Compare with the identity card." } },
	[ISSUE_UNANSWERED] = { "This worker was sent to the insurer, who has not answered.",
	        { EXPLAIN, "Ask the insurer for the row.",
	                "Import the answer: payung import insurer FILE" } },
	[ISSUE_INSURER_CHANGED] = { "The insurer accepted a month of this worker and refused it, "
	                            "too. Its newest word counts, and of one day the refusal.",
	        { EXPLAIN,
	                "Ask the insurer which is right. Import its answer: payung import "
	                "insurer FILE",
	                "Does it accept, and the place went to somebody else? Then give the "
	                "worker a place, or the money back to the sponsor." } },
	[ISSUE_LIST_LEFT] = { "A list named this worker, who lost the place before the money was "
	                      "booked. It lies in the sponsor's credit.",
	        { EXPLAIN,
	                "Ask the sponsor: somebody else in that place (payung worker replace), or "
	                "the money back (payung refund)?" } },
	[ISSUE_RENEWAL_RISK] = { "A public budget ends with the year, and nothing follows yet.",
	        { EXPLAIN, "Call the office that pays. Its answer LANJUT becomes a request: payung "
	                   "request list" } },
};
_Static_assert(sizeof issues / sizeof *issues == ISSUES, "an issue has no words");

const char *words_issue(enum issue_kind k)
{
	return issues[k].means;
}

const char *words_issue_step(enum issue_kind k, size_t i)
{
	return i < STEPS_MAX ? issues[k].step[i] : NULL;
}
