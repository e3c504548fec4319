/* A worker as the rules of the scheme see one: months with their evidence, and what follows. */
#include "store_int.h"
#include <payung/cover_plan.h>
#include <payung/store_cover.h>

enum { FACTS_MAX = 3 * PLAN_MONTHS_MAX }; /* three kinds of evidence for ten years */

rc_t store_person_get(struct store *s, int64_t worker, struct person_row *out)
{
	struct query q = query_open(s, ST_PERSON);
	rc_t rc;

	put_int(&q, worker);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->id = get_int(&q);
	out->died_day = get_int(&q);
	out->registered = get_int(&q);
	get_date(&q, &out->born);
	out->sex = (int)get_int(&q);
	out->job = (int)get_int(&q);
	get_text(&q, out->name, sizeof out->name);
	get_text(&q, out->area, sizeof out->area);
	get_text(&q, out->card, sizeof out->card);
	query_end(&q);
	return RC_OK;
}

rc_t store_person_died(struct store *s, int64_t worker, int64_t day)
{
	struct query q = query_open(s, ST_PERSON_DIED);

	put_int(&q, day);
	put_int(&q, worker);
	return query_change(&q);
}

void store_coverage_rules(struct store *s, const struct coverage_rules *r)
{
	s->rules = *r;
}

struct coverage_rules coverage_rules_of(const struct conf_scheme *c)
{
	return (struct coverage_rules){ .arrears_max_months = c->arrears_max_months,
		.expiring_days = c->expiring_days,
		.bank_counts = c->evidence == CONF_EVIDENCE_BANK };
}

void store_coverage_conf(struct store *s, const struct conf_scheme *c)
{
	s->rules = coverage_rules_of(c);
}

static size_t add_fact(
        struct coverage_month *month, size_t n, month_t m, enum evidence e, int64_t day)
{
	if (!day)
		return n;
	month[n] = (struct coverage_month){ m, e, date_from_days(day) };
	return n + 1;
}

/* Newest months first: when there are more than there is room for, the oldest matter least. */
static rc_t load_months(struct store *s, int64_t worker, struct coverage_month *month, size_t *n)
{
	struct query q = query_open(s, ST_EVIDENCE);
	rc_t rc;

	*n = 0;
	put_int(&q, worker);
	put_int(&q, PLAN_MONTHS_MAX);
	while ((rc = query_row(&q)) == RC_OK) {
		const month_t m = (month_t)get_int(&q);

		*n = add_fact(month, *n, m, EVIDENCE_SPONSOR_REPORT, get_int(&q));
		*n = add_fact(month, *n, m, EVIDENCE_BANK, get_int(&q));
		*n = add_fact(month, *n, m, EVIDENCE_INSURER_CONFIRMED, get_int(&q));
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_coverage_at(struct store *s, int64_t worker, struct date at, struct coverage *out)
{
	struct coverage_month month[FACTS_MAX];
	struct coverage_facts facts = { .month = month };
	struct person_row p;
	rc_t rc = store_person_get(s, worker, &p);

	if (rc == RC_OK)
		rc = load_months(s, worker, month, &facts.n);
	if (rc != RC_OK)
		return rc;
	if (p.registered)
		facts.registered = date_at(p.registered, ZONE_WIB);
	if (p.died_day)
		facts.died = date_from_days(p.died_day);
	*out = coverage_at(&s->rules, &facts, at);
	return RC_OK;
}
