/* The facts of one subject of reminders: four short questions for a worker, one for a sponsor's. */
#include "store_int.h"
#include <payung/cover_plan.h>
#include <payung/store_remind.h>
#include <payung/text.h>
#include <string.h>

enum { FACTS_MAX = 3 * PLAN_MONTHS_MAX }; /* three kinds of evidence for ten years */

static int64_t day_of(int64_t utc_s)
{
	return utc_s ? date_days(date_at(utc_s, ZONE_WIB)) : 0;
}

/* ---- a worker ---- */

static rc_t load_worker(struct store *s, struct remind_facts *f)
{
	struct remind_worker *w = &f->worker;
	struct query q = query_open(s, ST_REMIND_WORKER);
	rc_t rc;

	put_int(&q, f->subject);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	get_text(&q, f->name, sizeof f->name);
	get_text(&q, f->area, sizeof f->area);
	f->job = (int)get_int(&q);
	w->died_day = get_int(&q);
	w->registered_day = day_of(get_int(&q));
	w->consents = get_int(&q) != 0;
	w->asked_day = day_of(get_int(&q));
	query_end(&q);
	return RC_OK;
}

static rc_t load_phone(struct store *s, struct remind_facts *f)
{
	struct query q = query_open(s, ST_REMIND_PHONE);
	rc_t rc;

	put_int(&q, f->subject);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	get_text(&q, f->msisdn, sizeof f->msisdn);
	get_text(&q, f->lang, sizeof f->lang);
	f->worker.has_phone = true;
	f->worker.stopped = get_int(&q) != 0;
	f->worker.heard_day = day_of(get_int(&q));
	query_end(&q);
	return RC_OK;
}

struct carrier { /* a place of the worker in a pledge */
	month_t from, to;
	bool lost, live, renewed, declined;
	int64_t sponsor_id;
	enum funding funding;
	int instalment;
	char sponsor[32], ref[REF_LEN + 3];
};

static void read_place(struct query *q, struct carrier *p)
{
	enum allocation state;

	p->from = (month_t)get_int(q);
	p->to = (month_t)get_int(q);
	state = (enum allocation)get_int(q);
	p->live = allocation_takes_place(state);
	p->lost = state == ALLOCATION_RELEASED;
	p->funding = (enum funding)get_int(q);
	p->instalment = (int)get_int(q);
	p->sponsor_id = get_int(q);
	get_text(q, p->sponsor, sizeof p->sponsor);
	get_text(q, p->ref, sizeof p->ref);
	p->renewed = get_int(q) != 0;
	p->declined = get_int(q) != 0;
}

/* A place that is held comes before one that was; one that has begun before one to come; then the
 * later. Places arrive by their last month. */
static bool carries_rather(const struct carrier *p, const struct carrier *than, month_t now)
{
	return p->live == than->live ? p->from <= now : p->live;
}

/* One that has ended carries nobody on: who is covered goes on by paying. One that was taken away
 * makes nobody a self payer: who never agreed to pay is not asked to. */
static void take_place(struct remind_facts *f, const struct carrier *p, month_t newest, month_t now)
{
	struct remind_worker *w = &f->worker;

	w->self_payer = p->to ? p->funding == FUND_SELF || (!p->live && p->to < now) : !w->lost;
	w->pledge_last = p->to;
	w->renewed = p->renewed || newest > p->to;
	w->declined = p->declined;
	f->funding = p->to ? p->funding : FUND_SELF;
	f->instalment_months = p->instalment;
	f->sponsor_id = p->sponsor_id;
	f->from = p->from;
	f->to = p->to;
	text_copy(f->sponsor, sizeof f->sponsor, p->sponsor);
	text_copy(f->ref, sizeof f->ref, p->ref);
}

static rc_t load_places(struct store *s, struct remind_facts *f, month_t now)
{
	struct carrier p, best = { 0 };
	struct query q = query_open(s, ST_REMIND_PLACES);
	month_t newest = 0;
	bool lost = false;
	rc_t rc;

	put_int(&q, f->subject);
	while ((rc = query_row(&q)) == RC_OK) {
		read_place(&q, &p);
		if (p.lost) {
			lost = lost || p.funding != FUND_SELF;
			continue;
		}
		if (!best.to || carries_rather(&p, &best, now))
			best = p;
		if (p.live && p.to > newest)
			newest = p.to;
	}
	f->worker.lost = lost && !best.to;
	if (rc == RC_NOENT)
		take_place(f, &best, newest, now);
	return rc == RC_NOENT ? RC_OK : rc;
}

static size_t add_fact(
        struct coverage_month *month, size_t n, month_t m, enum evidence e, int64_t day)
{
	if (!day)
		return n;
	month[n] = (struct coverage_month){ m, e, date_from_days(day) };
	return n + 1;
}

static void take_month(struct store *s, struct query *q, struct remind_worker *w,
        struct coverage_facts *facts, struct coverage_month *month)
{
	const month_t m = (month_t)get_int(q);
	const size_t before = facts->n;

	facts->n = add_fact(month, facts->n, m, EVIDENCE_SPONSOR_REPORT, get_int(q));
	facts->n = add_fact(month, facts->n, m, EVIDENCE_BANK, get_int(q));
	facts->n = add_fact(month, facts->n, m, EVIDENCE_INSURER_CONFIRMED, get_int(q));
	if (!w->paid_until && (get_int(q) || facts->n > before))
		w->paid_until = m;
	for (size_t i = before; !w->proven_until && i < facts->n; i++)
		if (coverage_proves(&s->rules, month[i].evidence))
			w->proven_until = m;
}

static rc_t load_cover(struct store *s, struct remind_facts *f, struct date today)
{
	struct coverage_month month[FACTS_MAX];
	struct coverage_facts facts = { .month = month };
	struct remind_worker *w = &f->worker;
	struct query q = query_open(s, ST_REMIND_MONTHS);
	rc_t rc;

	put_int(&q, f->subject);
	put_int(&q, PLAN_MONTHS_MAX);
	while ((rc = query_row(&q)) == RC_OK)
		take_month(s, &q, w, &facts, month);
	if (rc != RC_NOENT)
		return rc;
	if (w->registered_day)
		facts.registered = date_from_days(w->registered_day);
	if (w->died_day)
		facts.died = date_from_days(w->died_day);
	w->cover = coverage_at(&s->rules, &facts, today);
	return RC_OK;
}

static rc_t worker_facts(struct store *s, struct date today, struct remind_facts *f)
{
	rc_t rc = load_worker(s, f);

	if (rc == RC_OK)
		rc = load_phone(s, f);
	if (rc == RC_OK)
		rc = load_places(s, f, month_of(today));
	return rc == RC_OK ? load_cover(s, f, today) : rc;
}

/* ---- who pays ---- */

/* What SQL_PAYER asks for; the area is the first of the programme's. */
static void read_payer(
        struct query *q, struct remind_facts *f, int64_t *known_day, bool *has_phone, bool *stopped)
{
	char areas[200];

	get_text(q, f->ref, sizeof f->ref);
	f->funding = (enum funding)get_int(q);
	f->workers = (int)get_int(q);
	*known_day = day_of(get_int(q));
	f->sponsor_id = get_int(q);
	get_text(q, f->name, sizeof f->name);
	get_text(q, f->sponsor, sizeof f->sponsor);
	f->civil_servant = get_int(q) == SPONSOR_CIVIL_SERVANT;
	get_text(q, f->msisdn, sizeof f->msisdn);
	get_text(q, areas, sizeof areas);
	areas[strcspn(areas, ",")] = '\0';
	text_copy(f->area, sizeof f->area, areas);
	get_text(q, f->lang, sizeof f->lang);
	*has_phone = f->msisdn[0] != '\0';
	*stopped = get_int(q) != 0;
}

static rc_t instalment_facts(struct store *s, struct remind_facts *f)
{
	struct remind_instalment *i = &f->instalment;
	struct query q = query_open(s, ST_REMIND_INSTALMENT);
	rc_t rc;

	put_int(&q, f->subject);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	f->from = (month_t)get_int(&q);
	f->to = (month_t)get_int(&q);
	i->due_day = get_int(&q);
	f->amount = get_int(&q);
	i->closed = get_int(&q) == INSTALMENT_CANCELLED;
	i->open = !i->closed && f->amount > 0;
	read_payer(&q, f, &i->known_day, &i->has_phone, &i->stopped);
	f->instalment_months = f->to - f->from + 1;
	query_end(&q);
	return RC_OK;
}

static rc_t pledge_facts(struct store *s, struct remind_facts *f)
{
	struct remind_pledge *p = &f->pledge;
	struct query q = query_open(s, ST_REMIND_PLEDGE);
	rc_t rc;

	put_int(&q, f->subject);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	f->from = (month_t)get_int(&q);
	f->to = p->last = (month_t)get_int(&q);
	p->renewed = get_int(&q) != 0;
	p->declined = get_int(&q) != 0;
	read_payer(&q, f, &p->known_day, &p->has_phone, &p->stopped);
	p->public_budget = funding_is_public(f->funding);
	query_end(&q);
	return RC_OK;
}

rc_t store_remind_facts(struct store *s, enum remind_subject kind, int64_t subject,
        struct date today, struct remind_facts *out)
{
	rc_t rc;

	memset(out, 0, sizeof *out);
	out->kind = kind;
	out->subject = subject;
	if (kind == REMIND_WORKER)
		rc = worker_facts(s, today, out);
	else
		rc = kind == REMIND_INSTALMENT ? instalment_facts(s, out) : pledge_facts(s, out);
	if (rc == RC_OK && !out->lang[0])
		text_copy(out->lang, sizeof out->lang, "id");
	return rc;
}
