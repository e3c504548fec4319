/* What a row of each kind must say, in one function a kind. */
#include "import_int.h"
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

/* ---- what a kind demands ---- */

/* A word such as DB in a column nobody named would turn money that left into money that came. */
static void find_sign(struct import_reading *g)
{
	const struct import_columns *k = g->columns;
	int sign = 0;

	if (import_mapped(g, CONF_COLUMN_SIGN) || k->refused[CONF_COLUMN_SIGN] ||
	        !import_mapped(g, CONF_COLUMN_AMOUNT))
		return;
	for (size_t i = 0; i < g->row->n; i++) {
		const char *means =
		        k->used[i] ? NULL : office_means(g->r->words, OFFICE_SIGN, g->row->cell[i]);
		int says = !means ? 0 : strcmp(means, "in") == 0 ? 1 : -1;

		if (!says)
			continue;
		if (k->headed[i] || (sign && sign != says))
			import_bad(g,
			        "column %zu says '%.12s': is that the sign? name it in a source "
			        "section, or write sign = \"-\"",
			        i + 1, g->row->cell[i]);
		sign = says;
	}
	g->amount[CONF_COLUMN_SIGN].sign = sign;
}

static void sum_of_two(struct import_reading *g)
{
	const struct office_amount *out = &g->amount[CONF_COLUMN_DEBIT],
	                           *in = &g->amount[CONF_COLUMN_CREDIT];

	if (out->value && in->value)
		import_bad(g, "%s and %s both hold an amount: one of them must be empty",
		        import_head(g, CONF_COLUMN_DEBIT), import_head(g, CONF_COLUMN_CREDIT));
	else if (in->sign < 0 || out->sign > 0)
		import_bad(g,
		        "the sign of the amount contradicts its column: is it a reversal? enter it "
		        "in the other column");
	g->v->amount = in->value - out->value;
}

static void sum_of_one(struct import_reading *g)
{
	const struct office_amount *a = &g->amount[CONF_COLUMN_AMOUNT];
	int sign = g->amount[CONF_COLUMN_SIGN].sign;

	if (import_mapped(g, CONF_COLUMN_SIGN) && !g->has[CONF_COLUMN_SIGN])
		import_bad(g, "%s is empty: did the money come in or leave?",
		        import_head(g, CONF_COLUMN_SIGN));
	if (a->sign && sign && a->sign != sign)
		import_bad(g, "%s and %s contradict each other", import_head(g, CONF_COLUMN_AMOUNT),
		        import_head(g, CONF_COLUMN_SIGN));
	g->v->amount = a->sign < 0 || sign < 0 ? -a->value : a->value;
}

static void demand_day(struct import_reading *g)
{
	if (!g->has[CONF_COLUMN_DATE])
		g->v->day =
		        g->r->kind == SOURCE_LIST || g->r->kind == SOURCE_INSURER ? g->r->day : 0;
	if (!g->v->day && g->r->kind != SOURCE_LIST)
		import_bad(g, "the date (%s) is missing", import_head(g, CONF_COLUMN_DATE));
}

static void demand_amount(struct import_reading *g)
{
	if (import_mapped(g, CONF_COLUMN_AMOUNT))
		sum_of_one(g);
	else
		sum_of_two(g);
	if (!g->v->amount)
		import_bad(g, "the amount is missing or 0");
	else if (g->v->amount < 0 && g->r->kind != SOURCE_BANK)
		import_bad(g, "the amount is below 0: only a bank takes money back");
}

/* Charges, interest and taxes. A payer's words may begin like them: who names an account, or
 * anything like a reference, is a payer. */
static bool is_banks_own(const struct import_reading *g)
{
	const rupiah_t amount = g->v->amount;
	struct match_refs refs;

	if (g->r->kind != SOURCE_BANK || (amount >= 0 && g->has[CONF_COLUMN_ACCOUNT]) ||
	        !office_says(g->r->words, OFFICE_BANK, g->full,
	                !amount      ? NULL
	                : amount < 0 ? "out"
	                             : "in"))
		return false;
	match_find_refs(g->full, &refs);
	return !refs.n;
}

/* Only the bank counts in cents, and what it keeps or gives itself pays nothing here. */
static void weigh_cents(struct import_reading *g)
{
	static const enum conf_column sums[] = { CONF_COLUMN_AMOUNT, CONF_COLUMN_DEBIT,
		CONF_COLUMN_CREDIT };

	for (size_t i = 0; i < sizeof sums / sizeof *sums && !g->v->banks_own; i++)
		if (g->amount[sums[i]].cents)
			import_bad_cell(g, sums[i], csv_cell(g->row, g->columns->at[sums[i]]),
			        "is no amount in whole rupiah: write it like 16.800");
}

static bool has_letter(const char *s)
{
	for (uint32_t cp; (cp = text_utf8_next(&s)) != 0;)
		if ((cp | 0x20) - 'a' < 26U || cp > 0xbf)
			return true;
	return false;
}

static void demand_name(struct import_reading *g)
{
	if (import_mapped(g, CONF_COLUMN_NAME) && !has_letter(g->v->name))
		import_bad(g, "the name is missing");
}

static void finish_payment(struct import_reading *g)
{
	find_sign(g);
	demand_day(g);
	demand_amount(g);
	g->v->banks_own = is_banks_own(g);
	weigh_cents(g);
	if (g->v->banks_own && !g->bad)
		snprintf(g->why, IMPORT_WHY_CAP,
		        "the bank's own charge or interest: kept, and matched to nobody");
}

static void finish_list(struct import_reading *g)
{
	demand_name(g);
	demand_day(g);
	demand_amount(g);
	weigh_cents(g);
	if (!g->v->day && !*g->v->transfer && !g->v->from)
		import_bad(g,
		        "nothing says which transfer or month the row is for: fill one of these "
		        "columns, or give --date");
}

static bool among(const char *words, const char *word)
{
	char one[CONF_WORDS_CAP];

	while (*words) {
		size_t n = strcspn(words, ",");

		snprintf(one, sizeof one, "%.*s", (int)n, words);
		if (office_same(one, word))
			return true;
		words += n + (words[n] == ',');
	}
	return false;
}

/* A refused row carries a reason, an accepted one none. */
static void weigh_status(struct import_reading *g)
{
	const struct conf_source *s = g->r->source;
	const char *means = office_means(g->r->words, OFFICE_STATUS, g->status);
	bool yes = s && among(s->accepted, g->status), no = s && among(s->refused, g->status);

	if (!import_mapped(g, CONF_COLUMN_STATUS))
		return; /* the source says there is none: a reason is a refusal */
	if (!*g->status)
		import_bad(g, "the status (%s) is missing", import_head(g, CONF_COLUMN_STATUS));
	else if (yes == no && !means)
		import_bad_cell(g, CONF_COLUMN_STATUS, g->status,
		        "is not known: add it to accepted or refused of the source");
	else if (no || (!yes && strcmp(means, "refused") == 0))
		(void)text_copy(g->v->reason, sizeof g->v->reason,
		        *g->v->reason ? g->v->reason : g->status);
	else
		g->v->reason[0] = '\0';
}

static void weigh_months(struct import_reading *g)
{
	struct import_values *v = g->v;

	if (g->has[CONF_COLUMN_MONTH])
		v->from = v->to = g->month;
	else if (g->has[CONF_COLUMN_FROM] && !g->has[CONF_COLUMN_TO])
		v->to = v->from;
	if (*v->reason && !v->from) {
		v->to = -1; /* the person is refused, whatever the month */
	} else if (!v->from) {
		import_bad(g, "the month is missing: which months does the insurer confirm?");
	} else if (v->to < v->from) {
		import_bad(g, "the last month is before the first");
	} else if (v->to - v->from >= IMPORT_MONTHS_MAX) {
		import_bad(g, "more than %d months at once: is date_format of the source right?",
		        IMPORT_MONTHS_MAX);
	}
}

static void finish_insurer(struct import_reading *g)
{
	demand_name(g);
	demand_day(g);
	weigh_status(g);
	weigh_months(g);
}

/* ---- the row ---- */

/* Sums, balances and headers that printed pages repeat. */
static bool is_no_entry(const struct import_reading *g)
{
	enum conf_column key = g->r->kind == SOURCE_BANK || g->r->kind == SOURCE_RECEIPT
	                               ? CONF_COLUMN_DATE
	                               : CONF_COLUMN_NIK;
	const char *cell = csv_cell(g->row, g->columns->at[key]);
	bool amount = g->amount[CONF_COLUMN_AMOUNT].value || g->amount[CONF_COLUMN_DEBIT].value ||
	              g->amount[CONF_COLUMN_CREDIT].value;

	if (office_same(cell, g->columns->key))
		return true;
	if (strpbrk(cell, "0123456789") && (amount || key == CONF_COLUMN_NIK))
		return false;
	for (size_t i = 0; i < g->row->n; i++)
		if (office_begins(g->r->words, OFFICE_SKIP, g->row->cell[i]))
			return true;
	return false;
}

/* As it was before anything in it was masked: what differs by a NIK alone is not the same row. */
static const char *whole_cell(const struct import_reading *g, enum conf_column c)
{
	return import_mapped(g, c) ? csv_cell(g->row, g->columns->at[c]) : "";
}

static void put_id(struct import_reading *g)
{
	const struct import_values *v = g->v;
	const struct conf_source *s = g->r->source;
	char born[16] = "";

	if (v->born.year)
		date_format_iso(v->born, born);
	snprintf(g->v->id, sizeof g->v->id,
	        "%s\x1f%lld\x1f%lld\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%s\x1f%d\x1f%d\x1f%d\x1f"
	        "%s\x1f%s\x1f%d\x1f%s\x1f%d",
	        s ? s->own_account : "", (long long)v->day, (long long)v->amount, g->full,
	        g->account, whole_cell(g, CONF_COLUMN_PAYER), v->transfer, v->nik, v->name, v->card,
	        v->from, v->to, v->months, g->status, v->reason, (int)v->segment, born, v->sex);
}

void import_row_text(const struct csv_row *row, char out[IMPORT_TEXT_MAX])
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < row->n && n < IMPORT_TEXT_MAX; i++)
		n += (size_t)snprintf(out + n, IMPORT_TEXT_MAX - n, "%s\x1f", row->cell[i]);
}

enum import_verdict import_values_read(const struct import_rules *r,
        const struct import_columns *columns, const struct csv_row *row, struct import_values *out,
        char why[IMPORT_WHY_CAP])
{
	static void (*const finish[SOURCE_KINDS])(struct import_reading *) = {
		[SOURCE_BANK] = finish_payment,
		[SOURCE_RECEIPT] = finish_payment,
		[SOURCE_LIST] = finish_list,
		[SOURCE_INSURER] = finish_insurer,
	};
	struct import_reading g = { .r = r, .columns = columns, .row = row, .v = out, .why = why };

	memset(out, 0, sizeof *out);
	out->sex = -1;
	*why = '\0';
	for (size_t i = 0; i < row->n; i++)
		office_clean(row->cell[i]);
	import_cells_read(&g);
	if (is_no_entry(&g)) {
		snprintf(why, IMPORT_WHY_CAP, "a sum, a balance or a header");
		return IMPORT_SKIPPED;
	}
	finish[r->kind](&g);
	put_id(&g);
	crypto_wipe(&g.full, sizeof g.full);
	crypto_wipe(&g.account, sizeof g.account);
	return g.bad ? IMPORT_BAD : IMPORT_TAKEN;
}
