/* Instalments: made with their pledge, and asked for as orders that a payment may fit. */
#include "plan_int.h"
#include <assert.h>
#include <payung/cover_plan.h>
#include <payung/store_correct.h>
#include <stdio.h>
#include <string.h>

static rc_t instalment_add(struct store *s, int64_t pledge, const struct plan_instalment *i)
{
	struct query q = query_open(s, ST_INSTALMENT_ADD);

	put_int(&q, pledge);
	put_int(&q, i->number);
	put_int(&q, i->from);
	put_int(&q, i->to);
	put_int(&q, date_days(i->due));
	return query_run(&q);
}

rc_t plan_add(struct store *s, const struct pledge_row *p, int64_t pledge)
{
	const struct plan_terms terms = { p->start, p->months, p->instalment };
	struct plan_instalment plan[PLAN_MONTHS_MAX];
	size_t n = 0;
	rc_t rc = plan_instalments(
	        &terms, p->due_day ? p->due_day : PLEDGE_DUE_DAY, plan, PLAN_MONTHS_MAX, &n);

	if (rc != RC_OK)
		return store_refuse(s, RC_INVALID, "these terms make no plan of instalments");
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = instalment_add(s, pledge, &plan[i]);
	return rc;
}

static void read_instalment(struct query *q, struct instalment_row *out)
{
	out->id = get_int(q);
	out->pledge = get_int(q);
	out->due_day = get_int(q);
	out->number = (int)get_int(q);
	out->from = (month_t)get_int(q);
	out->to = (month_t)get_int(q);
	out->expected = get_int(q);
	out->paid = get_int(q);
	out->state = (enum instalment_state)get_int(q);
}

rc_t store_instalments(
        struct store *s, int64_t pledge, struct instalment_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_INSTALMENTS);
	rc_t rc;

	*n = 0;
	put_int(&q, pledge);
	while ((rc = query_row(&q)) == RC_OK) {
		if (*n == cap) {
			query_end(&q);
			return store_refuse(s, RC_LIMIT, "a pledge has more instalments than room");
		}
		read_instalment(&q, &out[(*n)++]);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_instalment_set(
        struct store *s, int64_t id, rupiah_t expected, rupiah_t paid, enum instalment_state state)
{
	struct query q = query_open(s, ST_INSTALMENT_SET);
	int64_t one;
	rc_t rc;

	put_int(&q, expected);
	put_int(&q, paid);
	put_int(&q, state);
	put_int(&q, id);
	rc = query_change(&q);
	if (rc != RC_NOENT || !q.done)
		return rc;
	q = query_open(s, ST_INSTALMENT_EXISTS);
	put_int(&q, id);
	return query_one_int(&q, &one);
}

rc_t store_instalment_of(struct store *s, int64_t pledge, month_t month, struct instalment_row *out)
{
	struct query q = query_open(s, ST_INSTALMENT_OF_MONTH);
	rc_t rc;

	put_int(&q, pledge);
	put_int(&q, month);
	rc = query_row(&q);
	if (rc == RC_OK) {
		read_instalment(&q, out);
		query_end(&q);
	}
	return rc;
}

/* ---- orders ---- */

struct orders {
	struct store *s;
	struct order_row *row;
	size_t cap, n;
	const char *ref; /* near ones must differ from it in one sign; NULL: all fit */
	bool full, open;
};

static bool one_sign_off(const char *a, const char *b)
{
	int other = 0;

	if (strlen(a) != strlen(b))
		return false;
	for (; *a; a++, b++)
		other += *a != *b;
	return other == 1;
}

static bool has(const struct orders *o, int64_t id)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->row[i].id == id)
			return true;
	return false;
}

static void keep(struct orders *o, const struct order_row *r)
{
	if ((o->ref && !one_sign_off(o->ref, r->ref)) || has(o, r->id))
		return;
	if (o->n == o->cap) {
		o->full = true;
		return;
	}
	o->row[o->n++] = *r;
	o->open = o->open || r->open > 0;
}

static rc_t gather(struct orders *o, struct query *q)
{
	struct order_row r;
	rc_t rc;

	while ((rc = query_row(q)) == RC_OK) {
		r.id = get_int(q);
		r.pledge = get_int(q);
		r.due_day = get_int(q);
		r.open = get_int(q);
		get_text(q, r.ref, sizeof r.ref);
		get_text(q, r.account, sizeof r.account);
		r.direct = get_int(q) != 0;
		keep(o, &r);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t by_ref(struct orders *o, const char *account, const char *ref)
{
	struct query q = query_open(o->s, ST_ORDERS_REF);

	put_text(&q, account);
	put_text(&q, ref);
	return gather(o, &q);
}

static rc_t by_near(struct orders *o, const char *account, const char *ref)
{
	struct query q = query_open(o->s, ST_ORDERS_NEAR);
	char begin[REF_LEN], beyond[REF_LEN];
	rc_t rc;

	snprintf(begin, sizeof begin, "%.3s", ref);
	snprintf(beyond, sizeof beyond, "%.3s~", ref);
	put_text(&q, account);
	put_text(&q, ref + 3);
	put_text(&q, begin);
	put_text(&q, beyond);
	o->ref = ref;
	rc = gather(o, &q);
	o->ref = NULL;
	return rc;
}

rc_t store_refs_near(
        struct store *s, const char *word, char (*out)[REF_LEN + 3], size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_REFS_NEAR);
	char begin[REF_LEN], beyond[REF_LEN], ref[REF_LEN + 3];
	rc_t rc;

	*n = 0;
	snprintf(begin, sizeof begin, "%.3s", word);
	snprintf(beyond, sizeof beyond, "%.3s~", word);
	put_text(&q, word + 3);
	put_text(&q, begin);
	put_text(&q, beyond);
	while ((rc = query_row(&q)) == RC_OK) {
		get_text(&q, ref, sizeof ref);
		if (*n < cap && one_sign_off(word, ref))
			memcpy(out[(*n)++], ref, sizeof ref);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t by_account(struct orders *o, const char *account)
{
	struct query q = query_open(o->s, ST_ORDERS_ACCOUNT);

	put_text(&q, account);
	return gather(o, &q);
}

static rc_t by_amount(struct orders *o, const struct match_payment *p)
{
	struct query q = query_open(o->s, ST_ORDERS_AMOUNT);

	put_text(&q, p->account);
	put_int(&q, p->amount);
	put_int(&q, p->day - p->window);
	put_int(&q, p->day + p->window);
	put_int(&q, MATCH_CANDIDATES_MAX + 1);
	return gather(o, &q);
}

/* A reference on the payment settles whose it is: what is only near one, or only fits by its
 * amount, could not speak against it. */
rc_t store_orders_for(struct store *s, const struct match_refs *refs, const struct match_payment *p,
        struct order_row *out, size_t cap, size_t *n)
{
	struct orders o = { .s = s, .row = out, .cap = cap };
	rc_t rc = RC_OK;
	size_t exact;

	for (size_t i = 0; rc == RC_OK && i < refs->n; i++)
		rc = by_ref(&o, p->account, refs->ref[i]);
	exact = o.n;
	for (size_t i = 0; rc == RC_OK && !exact && i < refs->n; i++)
		rc = by_near(&o, p->account, refs->ref[i]);
	if (rc == RC_OK && p->account[0] && !exact)
		rc = by_account(&o, p->account);
	if (rc == RC_OK && !exact && !o.open)
		rc = by_amount(&o, p);
	*n = o.n;
	return rc == RC_OK && o.full ? store_refuse(s, RC_LIMIT, "more orders fit than room") : rc;
}
