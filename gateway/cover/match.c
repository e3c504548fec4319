/* Each instalment gets the marks of what speaks for it; then the marks decide, not the rows' order.
 * One mark that two instalments share decides nothing. */
#include "match_int.h"
#include <string.h>

enum {
	HAS_REF = 1,
	NEAR_REF = 2,
	HAS_ACCOUNT = 4, /* and still open */
	HAS_AMOUNT = 8,  /* exactly, and in time */
};

const char *match_outcome_name(enum match_outcome o)
{
	static const char *const names[MATCH_OUTCOMES] = { "reference", "named", "account",
		"ambiguous", "unmatched", "banks_own" };

	return names[o];
}

const char *match_reason_name(enum match_reason r)
{
	static const char *const names[MATCH_REASONS] = { "fits", "two_references", "many_words",
		"list_unknown", "list_shared", "list_sum", "list_other", "near_reference",
		"several_fit", "account_only", "amount_only", "nothing", "other_channel" };

	return names[r];
}

struct matching {
	const struct match_payment *p;
	const struct match_order *order;
	size_t orders;
	struct match_words words;
	char account[MATCH_ACCOUNT_CAP];
	struct match_result *out;
};

static int marks(const struct matching *m, const struct match_order *o)
{
	int64_t apart = o->due_day > m->p->day ? o->due_day - m->p->day : m->p->day - o->due_day;
	char account[MATCH_ACCOUNT_CAP];
	int found = 0;

	for (size_t i = 0; i < m->words.n; i++) {
		const char *word = m->words.word[i];

		if (match_is_ref(word) && strcmp(word, o->ref) == 0)
			found |= HAS_REF;
		else if (match_is_near(word, o->ref))
			found |= NEAR_REF;
	}
	match_account(o->account, account);
	if (o->open > 0 && *account && strcmp(account, m->account) == 0)
		found |= HAS_ACCOUNT;
	if (o->open == m->p->amount && apart <= m->p->window)
		found |= HAS_AMOUNT;
	return found;
}

/* How many carry all these marks; *same: one pledge has them all. */
static size_t marked(
        const struct matching *m, int want, const struct match_order **first, bool *same)
{
	size_t n = 0;

	*first = NULL;
	*same = true;
	for (size_t i = 0; i < m->orders; i++) {
		const struct match_order *o = &m->order[i];

		if ((marks(m, o) & want) != want)
			continue;
		n++;
		if (!*first)
			*first = o;
		*same = *same && o->pledge == (*first)->pledge;
	}
	return n;
}

/* Keeps the list in order of id, and of more than it holds the first. */
static void suggest(struct match_result *out, int64_t id)
{
	size_t kept =
	        out->candidates < MATCH_CANDIDATES_MAX ? out->candidates : MATCH_CANDIDATES_MAX;
	size_t at = kept;

	out->candidates++;
	while (at && out->candidate[at - 1] > id)
		at--;
	if (at == MATCH_CANDIDATES_MAX)
		return;
	if (kept == MATCH_CANDIDATES_MAX)
		kept--;
	memmove(&out->candidate[at + 1], &out->candidate[at], (kept - at) * sizeof *out->candidate);
	out->candidate[at] = id;
}

/* Suggests whatever carries all marks of one of the two sets. */
static void doubt(const struct matching *m, enum match_reason why, int set, int other)
{
	m->out->outcome = MATCH_AMBIGUOUS;
	m->out->reason = why;
	for (size_t i = 0; i < m->orders; i++) {
		int found = marks(m, &m->order[i]);

		if ((found & set) == set || (found & other) == other)
			suggest(m->out, m->order[i].id);
	}
}

/* `set`: what spoke for it, should its channel speak against it. */
static void settle(const struct matching *m, enum match_outcome outcome,
        const struct match_order *fit, int set)
{
	if (fit->direct != m->p->external)
		doubt(m, MATCH_OTHER_CHANNEL, set, set);
	else
		*m->out = (struct match_result){ .outcome = outcome,
			.pledge = fit->pledge,
			.order = outcome == MATCH_ACCOUNT ? fit->id : 0 };
}

/* FITS, or why the list cannot be followed. *pledge: the one of all rows, 0 if there are several.
 */
static enum match_reason read_list(
        const struct match_payment *p, const struct match_named *named, size_t n, int64_t *pledge)
{
	rupiah_t left = p->amount;
	bool shared = false, unknown = false, other = false;

	*pledge = named[0].pledge;
	for (size_t i = 0; i < n; i++) {
		unknown = unknown || named[i].pledge == 0;
		shared = shared || named[i].pledge < 0;
		other = other || named[i].direct != p->external;
		if (named[i].pledge != *pledge)
			*pledge = 0;
		left = named[i].amount > 0 && named[i].amount <= left ? left - named[i].amount : -1;
	}
	if (left != 0)
		return MATCH_LIST_SUM;
	if (unknown)
		return MATCH_LIST_UNKNOWN;
	if (shared)
		return MATCH_LIST_SHARED;
	return other ? MATCH_OTHER_CHANNEL : MATCH_FITS;
}

static void by_list(const struct matching *m, const struct match_named *named, size_t names,
        const struct match_order *with_ref)
{
	int64_t pledge;
	enum match_reason why = read_list(m->p, named, names, &pledge);

	if (why == MATCH_FITS && with_ref && with_ref->pledge != pledge)
		why = MATCH_LIST_OTHER;
	if (why == MATCH_FITS)
		*m->out = (struct match_result){ .outcome = MATCH_NAMED, .pledge = pledge };
	else
		doubt(m, why, HAS_REF, HAS_ACCOUNT | HAS_AMOUNT);
}

/* A reference that is nearly another pledge's speaks against the account. */
static void by_account(const struct matching *m)
{
	const struct match_order *fit, *near, *first;
	bool same, near_same;
	size_t fits = marked(m, HAS_ACCOUNT | HAS_AMOUNT, &fit, &same);
	size_t nears = marked(m, NEAR_REF, &near, &near_same);

	if (fits > 1)
		doubt(m, MATCH_SEVERAL_FIT, HAS_ACCOUNT | HAS_AMOUNT, NEAR_REF);
	else if (nears && (!fits || !near_same || near->pledge != fit->pledge))
		doubt(m, MATCH_NEAR_REFERENCE, NEAR_REF, HAS_ACCOUNT | HAS_AMOUNT);
	else if (fits)
		settle(m, MATCH_ACCOUNT, fit, HAS_ACCOUNT | HAS_AMOUNT);
	else if (marked(m, HAS_ACCOUNT, &first, &same))
		doubt(m, MATCH_ACCOUNT_ONLY, HAS_ACCOUNT, HAS_ACCOUNT);
	else if (marked(m, HAS_AMOUNT, &first, &same))
		doubt(m, MATCH_AMOUNT_ONLY, HAS_AMOUNT, HAS_AMOUNT);
}

void match_payment(const struct match_payment *p, const struct match_order *order, size_t orders,
        const struct match_named *named, size_t names, struct match_result *out)
{
	struct matching m = { .p = p, .order = order, .orders = orders, .out = out };
	const struct match_order *with_ref;
	bool same;

	*out = (struct match_result){ .outcome = MATCH_UNMATCHED, .reason = MATCH_NOTHING };
	if (p->amount <= 0)
		return;
	match_words(p->text, &m.words);
	match_account(p->account, m.account);
	(void)marked(&m, HAS_REF, &with_ref, &same);
	if (m.words.more)
		doubt(&m, MATCH_MANY_WORDS, HAS_REF, HAS_ACCOUNT | HAS_AMOUNT);
	else if (!same)
		doubt(&m, MATCH_TWO_REFERENCES, HAS_REF, HAS_REF);
	else if (named && names)
		by_list(&m, named, names, with_ref);
	else if (with_ref)
		settle(&m, MATCH_REFERENCE, with_ref, HAS_REF);
	else
		by_account(&m);
}
