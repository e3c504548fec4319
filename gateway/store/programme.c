/* Programmes, sponsors and pledges: what the tool enters. */
#include "plan_int.h"
#include <assert.h>
#include <payung/store_correct.h>
#include <payung/store_job.h>
#include <string.h>

static const char *const kind_names[SPONSOR_KINDS] = { "civil_servant", "company", "cooperative",
	"bank", "government", "village", "individual", "self" };
static const char *const funding_names[FUNDINGS] = { "civil_servant", "csr", "local_budget",
	"state_budget", "tobacco_excise", "self" };

static int find_name(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

const char *sponsor_kind_name(enum sponsor_kind k)
{
	assert((unsigned)k < SPONSOR_KINDS);
	return kind_names[k];
}

int sponsor_kind_parse(const char *s)
{
	return find_name(kind_names, SPONSOR_KINDS, s);
}

const char *funding_name(enum funding f)
{
	assert((unsigned)f < FUNDINGS);
	return funding_names[f];
}

int funding_parse(const char *s)
{
	return find_name(funding_names, FUNDINGS, s);
}

enum tariff_money funding_money(enum funding f)
{
	static const enum tariff_money of[FUNDINGS] = { [FUND_CIVIL_SERVANT] = MONEY_CIVIL_SERVANT,
		[FUND_CSR] = MONEY_CSR,
		[FUND_LOCAL_BUDGET] = MONEY_LOCAL_BUDGET,
		[FUND_STATE_BUDGET] = MONEY_STATE_BUDGET,
		[FUND_TOBACCO_EXCISE] = MONEY_TOBACCO_EXCISE,
		[FUND_SELF] = MONEY_SELF };

	return of[f];
}

bool funding_is_public(enum funding f)
{
	return f == FUND_LOCAL_BUDGET || f == FUND_STATE_BUDGET || f == FUND_TOBACCO_EXCISE;
}

rc_t store_programme_add(struct store *s, const struct programme_row *p, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_PROGRAMME_ADD);

	put_text(&q, p->code);
	put_text(&q, p->name);
	put_text(&q, p->legal_basis);
	put_text(&q, p->areas);
	put_int(&q, p->direct);
	put_int(&q, p->target);
	put_int(&q, now);
	return query_insert(&q, id);
}

rc_t store_sponsor_add(struct store *s, const struct sponsor_row *p, int64_t now, int64_t *id)
{
	struct query q = query_open(s, ST_SPONSOR_ADD);

	put_text(&q, p->name);
	put_text(&q, p->sms_name);
	put_text(&q, p->phone);
	put_int(&q, p->kind);
	put_int(&q, now);
	return query_insert(&q, id);
}

static rc_t programme_id(struct store *s, const char *code, int64_t *id)
{
	struct query q = query_open(s, ST_PROGRAMME_ID);
	rc_t rc;

	put_text(&q, code);
	rc = query_row(&q);
	if (rc == RC_OK) {
		*id = get_int(&q);
		query_end(&q);
	}
	return rc;
}

rc_t store_pledge_add(struct store *s, const struct pledge_row *p, int64_t *id)
{
	struct query q;
	int64_t programme;
	rc_t rc = programme_id(s, p->programme, &programme);

	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_PLEDGE_ADD);
	put_text(&q, p->ref);
	put_int(&q, p->sponsor);
	put_int(&q, programme);
	put_int(&q, p->funding);
	put_int(&q, p->workers);
	put_int(&q, p->months);
	put_int(&q, p->instalment);
	put_int(&q, p->start);
	put_int(&q, p->created_at);
	put_int(&q, p->due_day ? p->due_day : PLEDGE_DUE_DAY);
	put_ref(&q, p->renews);
	rc = query_insert(&q, id);
	return rc == RC_OK ? plan_add(s, p, *id) : rc;
}

static void read_pledge(struct query *q, struct pledge_row *out)
{
	out->id = get_int(q);
	out->sponsor = get_int(q);
	out->created_at = get_int(q);
	get_text(q, out->ref, sizeof out->ref);
	get_text(q, out->programme, sizeof out->programme);
	get_text(q, out->sponsor_name, sizeof out->sponsor_name);
	get_text(q, out->sponsor_phone, sizeof out->sponsor_phone);
	out->funding = (enum funding)get_int(q);
	out->workers = (int)get_int(q);
	out->months = (int)get_int(q);
	out->instalment = (int)get_int(q);
	out->taken = (int)get_int(q);
	out->waiting = (int)get_int(q);
	out->start = (month_t)get_int(q);
	out->due_day = (int)get_int(q);
	out->direct = get_int(q) != 0;
	out->renews = get_int(q);
	out->cancelled = get_int(q) != 0;
	query_end(q);
}

static void read_sponsor(struct query *q, struct sponsor_row *out)
{
	out->id = get_int(q);
	get_text(q, out->name, sizeof out->name);
	get_text(q, out->sms_name, sizeof out->sms_name);
	get_text(q, out->phone, sizeof out->phone);
	out->kind = (enum sponsor_kind)get_int(q);
	query_end(q);
}

static void read_programme(struct query *q, struct programme_row *out)
{
	out->id = get_int(q);
	get_text(q, out->code, sizeof out->code);
	get_text(q, out->name, sizeof out->name);
	get_text(q, out->legal_basis, sizeof out->legal_basis);
	get_text(q, out->areas, sizeof out->areas);
	out->direct = get_int(q) != 0;
	out->target = (int)get_int(q);
	query_end(q);
}

rc_t store_pledge_get(struct store *s, const char *ref, struct pledge_row *out)
{
	struct query q = query_open(s, ST_PLEDGE_GET);
	rc_t rc;

	put_text(&q, ref);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_pledge(&q, out);
	return rc;
}

rc_t store_pledge_get_id(struct store *s, int64_t id, struct pledge_row *out)
{
	struct query q = query_open(s, ST_PLEDGE_GET_ID);
	rc_t rc;

	put_int(&q, id);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_pledge(&q, out);
	return rc;
}

rc_t store_pledge_next(struct store *s, int64_t after, struct pledge_row *out)
{
	struct query q = query_open(s, ST_PLEDGE_EACH);
	rc_t rc;

	put_int(&q, after);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_pledge(&q, out);
	return rc;
}

rc_t store_sponsor_get(struct store *s, int64_t id, struct sponsor_row *out)
{
	struct query q = query_open(s, ST_SPONSOR_GET);
	rc_t rc;

	put_int(&q, id);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_sponsor(&q, out);
	return rc;
}

rc_t store_pledge_next_of_sponsor(
        struct store *s, int64_t sponsor, int64_t after, struct pledge_row *out)
{
	struct query q = query_open(s, ST_PLEDGE_OF_SPONSOR);
	rc_t rc;

	put_int(&q, sponsor);
	put_int(&q, after);
	rc = query_row(&q);
	if (rc == RC_OK)
		read_pledge(&q, out);
	return rc;
}

rc_t store_sponsor_by_phone(struct store *s, const char *phone, int64_t *id)
{
	struct query q = query_open(s, ST_SPONSOR_BY_PHONE);

	put_text(&q, phone);
	return query_one_int(&q, id);
}

/* The row after this id, one question a row: no read lock stands while the caller prints. */
static rc_t after(struct query *q, int64_t id)
{
	put_int(q, id);
	return query_row(q);
}

rc_t store_programme_each(struct store *s, store_programme_fn *fn, void *arg)
{
	struct programme_row row = { 0 };
	struct query q = query_open(s, ST_PROGRAMME_EACH);
	rc_t rc;

	for (; (rc = after(&q, row.id)) == RC_OK; q = query_open(s, ST_PROGRAMME_EACH)) {
		read_programme(&q, &row);
		fn(arg, &row);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_sponsor_each(struct store *s, store_sponsor_fn *fn, void *arg)
{
	struct sponsor_row row = { 0 };
	struct query q = query_open(s, ST_SPONSOR_EACH);
	rc_t rc;

	for (; (rc = after(&q, row.id)) == RC_OK; q = query_open(s, ST_SPONSOR_EACH)) {
		read_sponsor(&q, &row);
		fn(arg, &row);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_pledge_each(struct store *s, store_pledge_fn *fn, void *arg)
{
	struct pledge_row row = { 0 };
	struct query q = query_open(s, ST_PLEDGE_EACH);
	rc_t rc;

	for (; (rc = after(&q, row.id)) == RC_OK; q = query_open(s, ST_PLEDGE_EACH)) {
		read_pledge(&q, &row);
		fn(arg, &row);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}
