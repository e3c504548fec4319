/* What a month of cover costs: an effective-dated table. The rate is not a constant: a discount
 * holds for some sectors in some months and not where a public budget pays. Pure. */
#ifndef PAYUNG_TARIFF_H
#define PAYUNG_TARIFF_H

#include <payung/date.h>
#include <payung/result.h>
#include <payung/rupiah.h>
#include <stdbool.h>
#include <stddef.h>

#define TARIFF_PACKAGE_CAP 16
#define TARIFF_ROWS_MAX    128
#define TARIFF_BASE        "JKK_JKM" /* work accident and death: what sponsors pay */
#define TARIFF_SAVINGS     "JHT"     /* old age savings, a choice */

enum tariff_sector { TARIFF_ANY, TARIFF_TRANSPORT, TARIFF_OTHER };
enum tariff_budget { TARIFF_BUDGET_ANY, TARIFF_BUDGET_PUBLIC, TARIFF_BUDGET_PRIVATE };

struct tariff_row {
	char package[TARIFF_PACKAGE_CAP];
	enum tariff_sector sector;
	enum tariff_budget budget;
	month_t from, to; /* both inclusive; to 0 = open */
	rupiah_t amount;  /* per worker and month, above 0 */
};
struct tariff {
	size_t n;
	struct tariff_row row[TARIFF_ROWS_MAX];
};

/* Fills a row from the words of a table: sector ANY|TRANSPORT|OTHER, budget any|yes|no, months
 * YYYY-MM, to "" = open, amount in whole rupiah. RC_INVALID: *why names the field. */
rc_t tariff_row_parse(struct tariff_row *out, const char *package, const char *sector,
	const char *budget, const char *from, const char *to, const char *amount,
	const char **why) MUST_CHECK;
/* Adds a row. RC_EXISTS: an equally specific row of this package holds in one of its months, so
 * that the amount would be ambiguous. RC_LIMIT: table full. */
rc_t tariff_add(struct tariff *t, const struct tariff_row *row) MUST_CHECK;

/* The rate of a worker-month: of the rows that hold, the most specific (a sector counts more than
 * a budget). RC_NOENT: none. */
rc_t tariff_month(const struct tariff *t, const char *package, enum tariff_sector sector,
	bool public_budget, month_t month, rupiah_t *out) MUST_CHECK;
/* Sum over that many months from start on, for that many workers. RC_NOENT: a month has no rate;
 * RC_LIMIT: beyond what an amount may be. */
rc_t tariff_sum(const struct tariff *t, const char *package, enum tariff_sector sector,
	bool public_budget, month_t start, int months, int workers, rupiah_t *out) MUST_CHECK;

/* ---- whose money, and what nobody has settled yet ---- */
enum tariff_money { MONEY_CIVIL_SERVANT, MONEY_CSR, MONEY_LOCAL_BUDGET, MONEY_STATE_BUDGET,
	MONEY_TOBACCO_EXCISE, MONEY_SELF, MONEYS };
/* The 2026 regulation excludes only what state and local budgets pay. It names neither companies
 * nor civil servants (so they probably get the discount) nor the excise share that flows through
 * local budgets (so it probably does not): the operator asks the insurer and sets these. */
struct tariff_choices {
	bool discount_civil_servant, discount_csr, discount_tobacco_excise;
	bool old_age_savings; /* JHT is paid on top */
};
#define TARIFF_CHOICES_DEFAULT { .discount_civil_servant = true, .discount_csr = true }

/* True: this money pays the rate of public budgets, without discount. */
bool tariff_public(const struct tariff_choices *c, enum tariff_money money);
/* The rate of a worker-month for that money, with JHT where chosen. RC_NOENT, RC_LIMIT as above. */
rc_t tariff_due(const struct tariff *t, const struct tariff_choices *c, enum tariff_money money,
	enum tariff_sector sector, month_t month, rupiah_t *out) MUST_CHECK;
/* What so many months from that one on come to; 0: one of them has no rate. */
rupiah_t tariff_due_sum(const struct tariff *t, const struct tariff_choices *c, enum tariff_money money,
	enum tariff_sector sector, month_t from, int months);

#endif
