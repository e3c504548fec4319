/* The table is small (tens of rows), so every question walks it. Two rows that hold in the same
 * month must differ in how much they say about sector and budget: then the one that says more
 * wins, and no order of the file decides over money. */
#include <payung/tariff.h>

#include <stdio.h>
#include <string.h>

static int find_word(const char *const *words, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

static rc_t parse_words(struct tariff_row *r, const char *package, const char *sector,
        const char *budget, const char **why)
{
	static const char *const sectors[] = { "ANY", "TRANSPORT", "OTHER" };
	static const char *const budgets[] = { "any", "yes", "no" };
	int s = find_word(sectors, 3, sector), b = find_word(budgets, 3, budget);

	*why = "package";
	if (!*package || strlen(package) >= sizeof r->package)
		return RC_INVALID;
	*why = "sector";
	if (s < 0)
		return RC_INVALID;
	*why = "public_budget";
	if (b < 0)
		return RC_INVALID;
	snprintf(r->package, sizeof r->package, "%s", package);
	r->sector = (enum tariff_sector)s;
	r->budget = (enum tariff_budget)b;
	return RC_OK;
}

rc_t tariff_row_parse(struct tariff_row *out, const char *package, const char *sector,
        const char *budget, const char *from, const char *to, const char *amount, const char **why)
{
	struct tariff_row r = { 0 };

	if (parse_words(&r, package, sector, budget, why) != RC_OK)
		return RC_INVALID;
	*why = "from_month";
	if (month_parse(from, &r.from) != RC_OK)
		return RC_INVALID;
	*why = "to_month";
	if (*to && (month_parse(to, &r.to) != RC_OK || r.to < r.from))
		return RC_INVALID;
	*why = "amount";
	if (rupiah_parse(amount, &r.amount) != RC_OK || r.amount <= 0)
		return RC_INVALID;
	*out = r;
	return RC_OK;
}

static bool months_meet(const struct tariff_row *a, const struct tariff_row *b)
{
	return (!a->to || b->from <= a->to) && (!b->to || a->from <= b->to);
}

static int weight(const struct tariff_row *r)
{
	return (r->sector != TARIFF_ANY) * 2 + (r->budget != TARIFF_BUDGET_ANY);
}

/* Could both hold for one worker, with nothing to choose between them? Different weights settle
 * it; with equal weights the same fields are named, so they clash only if the words are equal. */
static bool clash(const struct tariff_row *a, const struct tariff_row *b)
{
	return strcmp(a->package, b->package) == 0 && a->sector == b->sector &&
	       a->budget == b->budget && months_meet(a, b);
}

rc_t tariff_add(struct tariff *t, const struct tariff_row *row)
{
	for (size_t i = 0; i < t->n; i++)
		if (clash(&t->row[i], row))
			return RC_EXISTS;
	if (t->n == TARIFF_ROWS_MAX)
		return RC_LIMIT;
	t->row[t->n++] = *row;
	return RC_OK;
}

static bool holds(const struct tariff_row *r, const char *package, enum tariff_sector sector,
        bool public_budget, month_t month)
{
	enum tariff_budget budget = public_budget ? TARIFF_BUDGET_PUBLIC : TARIFF_BUDGET_PRIVATE;

	return strcmp(r->package, package) == 0 &&
	       (r->sector == TARIFF_ANY || r->sector == sector) &&
	       (r->budget == TARIFF_BUDGET_ANY || r->budget == budget) && month >= r->from &&
	       (!r->to || month <= r->to);
}

rc_t tariff_month(const struct tariff *t, const char *package, enum tariff_sector sector,
        bool public_budget, month_t month, rupiah_t *out)
{
	const struct tariff_row *best = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct tariff_row *r = &t->row[i];

		if (holds(r, package, sector, public_budget, month) &&
		        (!best || weight(r) > weight(best)))
			best = r;
	}
	if (!best)
		return RC_NOENT;
	*out = best->amount;
	return RC_OK;
}

rc_t tariff_sum(const struct tariff *t, const char *package, enum tariff_sector sector,
        bool public_budget, month_t start, int months, int workers, rupiah_t *out)
{
	rupiah_t per_worker = 0, amount = 0;

	for (int i = 0; i < months; i++) {
		rc_t rc = tariff_month(t, package, sector, public_budget, start + i, &amount);

		if (rc != RC_OK)
			return rc;
		if (amount > RUPIAH_MAX - per_worker)
			return RC_LIMIT;
		per_worker += amount;
	}
	if (workers > 0 && per_worker > RUPIAH_MAX / workers)
		return RC_LIMIT;
	*out = per_worker * workers;
	return RC_OK;
}

bool tariff_public(const struct tariff_choices *c, enum tariff_money money)
{
	switch (money) {
	case MONEY_LOCAL_BUDGET:
	case MONEY_STATE_BUDGET:
		return true;
	case MONEY_TOBACCO_EXCISE:
		return !c->discount_tobacco_excise;
	case MONEY_CSR:
		return !c->discount_csr;
	case MONEY_CIVIL_SERVANT:
		return !c->discount_civil_servant;
	default:
		return false;
	}
}

rc_t tariff_due(const struct tariff *t, const struct tariff_choices *c, enum tariff_money money,
        enum tariff_sector sector, month_t month, rupiah_t *out)
{
	bool public_budget = tariff_public(c, money);
	rupiah_t base, savings = 0;
	rc_t rc = tariff_month(t, TARIFF_BASE, sector, public_budget, month, &base);

	if (rc == RC_OK && c->old_age_savings)
		rc = tariff_month(t, TARIFF_SAVINGS, sector, public_budget, month, &savings);
	if (rc != RC_OK)
		return rc;
	if (savings > RUPIAH_MAX - base)
		return RC_LIMIT;
	*out = base + savings;
	return RC_OK;
}

rupiah_t tariff_due_sum(const struct tariff *t, const struct tariff_choices *c,
        enum tariff_money money, enum tariff_sector sector, month_t from, int months)
{
	rupiah_t sum = 0, rate;

	for (int i = 0; i < months; i++) {
		if (tariff_due(t, c, money, sector, from + i, &rate) != RC_OK)
			return 0;
		sum += rate;
	}
	return sum;
}
