/* What officers must look at, found when all money is where it belongs: payments that fit nothing,
 * months paid and not confirmed, and pledge by pledge what is wrong or about to be. */
#include "job.h"

#include <payung/explain.h>
#include <payung/regcode.h>
#include <stdio.h>
#include <string.h>

#define ELSEWHERE_MAX 512

enum stage { PAYMENTS, GAPS, PLEDGES, STAGES };
struct issues {
	enum stage stage;
	bool ready;
	int64_t after; /* payment, pledge */
	struct payment_row payment;
	struct gap_row gap;
	struct pledge_row pledge;
	/* of the pledge */
	int64_t unanswered, since, late, waiting;
	bool renewal_risk;
	size_t elsewhere;
	struct places_row other[ELSEWHERE_MAX];
	struct instalment_row instalment[PLAN_MONTHS_MAX];
	size_t instalments;
};

static void payment_subject(const struct payment_row *p, char out[JOB_SUBJECT_CAP])
{
	snprintf(out, JOB_SUBJECT_CAP, "payment/%lld", (long long)p->id);
}

static void month_subject(const struct pledge_row *p, month_t m, char out[JOB_SUBJECT_CAP])
{
	char month[16];

	month_format(m, month);
	snprintf(out, JOB_SUBJECT_CAP, "pledge/%s/%s", p->ref, month);
}

/* ---- looking ---- */

static rc_t stands(struct job *j, enum issue_kind kind, const char *subject, bool *yes)
{
	struct issue_row i;
	rc_t rc = store_issue_last(j->s, kind, subject, &i);

	*yes = rc == RC_OK && i.state != ISSUE_RESOLVED;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t next_payment(struct job *j, struct issues *i)
{
	struct payment_row *p = &i->payment;
	char subject[JOB_SUBJECT_CAP];
	bool known = true;
	rc_t rc = store_payment_next_unposted(j->s, i->after, p);

	if (rc != RC_OK)
		return rc;
	i->after = p->id;
	if (p->day > j->out->as_of || (p->state != PAY_AMBIGUOUS && p->state != PAY_UNMATCHED) ||
	        !issue_ambiguous(p->outcome))
		return RC_OK;
	payment_subject(p, subject);
	rc = stands(j, ISSUE_AMBIGUOUS, subject, &known);
	i->ready = !known;
	return rc;
}

/* Of a month that has not begun the insurer need not know yet. */
static rc_t next_gap(struct job *j, struct issues *i)
{
	const int64_t until = j->out->as_of - j->r->issue.remittance_gap_days;
	char subject[JOB_SUBJECT_CAP];
	struct pledge_row p;
	bool known = true;
	rc_t rc = store_gap_next(j->s, until, i->gap.pledge, i->gap.month, &i->gap);

	if (rc != RC_OK || i->gap.month > j->month ||
	        !issue_remittance_gap(&j->r->issue, EVIDENCE_BANK, i->gap.first_day, j->out->as_of))
		return rc;
	rc = store_pledge_get_id(j->s, i->gap.pledge, &p);
	if (rc != RC_OK)
		return rc;
	month_subject(&p, i->gap.month, subject);
	rc = stands(j, ISSUE_REMITTANCE_GAP, subject, &known);
	i->ready = !known;
	return rc;
}

static rc_t renewal(struct job *j, struct issues *i)
{
	const struct pledge_row *p = &i->pledge;
	const month_t last = p->start + p->months - 1;
	const bool budget = funding_is_public(p->funding) && !p->cancelled;
	bool renewed = false;
	rc_t rc = budget ? store_pledge_followed(j->s, p->id, last, &renewed) : RC_OK;

	i->renewal_risk = issue_renewal_risk(&j->r->cover, budget, last, renewed, j->today);
	return rc;
}

static rc_t next_pledge(struct job *j, struct issues *i)
{
	rc_t rc = store_pledge_next(j->s, i->after, &i->pledge);

	if (rc != RC_OK)
		return rc;
	i->after = i->pledge.id;
	rc = store_unanswered(j->s, i->pledge.id, j->out->as_of - j->r->issue.unanswered_days,
	        &i->unanswered, &i->since);
	if (rc == RC_OK)
		rc = renewal(j, i);
	if (rc == RC_OK)
		rc = store_places_elsewhere(
		        j->s, i->pledge.id, i->other, ELSEWHERE_MAX - 1, &i->elsewhere);
	if (rc == RC_OK && i->elsewhere)
		rc = store_instalments(
		        j->s, i->pledge.id, i->instalment, PLAN_MONTHS_MAX, &i->instalments);
	if (rc == RC_OK)
		rc = store_ended_unpaid(j->s, i->pledge.id, &i->late);
	i->waiting = 0;
	if (rc == RC_OK && i->pledge.waiting) /* somebody once had to wait */
		rc = store_waiting_count(j->s, i->pledge.id, &i->waiting);
	i->ready = i->unanswered || i->renewal_risk || i->elsewhere || i->late || i->waiting;
	return rc;
}

static rc_t issues_look(struct job *j, bool held)
{
	static rc_t (*const next[STAGES])(struct job *, struct issues *) = {
		[PAYMENTS] = next_payment, [GAPS] = next_gap, [PLEDGES] = next_pledge
	};
	struct issues *i = j->todo;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	for (i->ready = false; i->stage < STAGES && rc == RC_OK && !i->ready;) {
		rc = next[i->stage](j, i);
		if (rc == RC_NOENT) {
			i->stage++;
			i->after = 0;
			rc = i->stage < STAGES ? RC_OK : RC_NOENT;
		}
	}
	return rc;
}

/* ---- raising ---- */

static rc_t tell_unmatched(struct job *j, const struct payment_row *p)
{
	struct pledge_row to = { 0 };
	struct sponsor_row sponsor;
	struct job_text t = { .id = "S05" };
	char subject[JOB_SUBJECT_CAP];
	int64_t id = 0;
	rc_t rc = p->account[0] && p->amount > 0 ? store_account_sponsor(j->s, p->account, &id)
	                                         : RC_NOENT;

	if (rc == RC_OK)
		rc = store_sponsor_get(j->s, id, &sponsor);
	if (rc != RC_OK) /* whose it may be is not known well enough to say so to anybody */
		return rc == RC_NOENT ? RC_OK : rc;
	snprintf(to.sponsor_phone, sizeof to.sponsor_phone, "%s", sponsor.phone);
	snprintf(t.key, sizeof t.key, "payment/%lld/S05", (long long)p->id);
	snprintf(subject, sizeof subject, "payment/%lld", (long long)p->id);
	t.subject = subject;
	job_arg(&t, "sponsor", "%s", sponsor.sms_name);
	job_arg_rupiah(&t, "rp", p->amount);
	job_arg_day(&t, "tgl", p->day);
	return job_tell_sponsor(j, &to, &t, true);
}

static rc_t raise_payment(struct job *j, const struct payment_row *p)
{
	char subject[JOB_SUBJECT_CAP], near[EXPLAIN_NEAR_CAP];
	bool fresh = false;
	rc_t rc = explain_near(j->s, p, near);

	payment_subject(p, subject);
	if (rc == RC_OK)
		rc = job_issue(j, ISSUE_AMBIGUOUS, subject, &fresh,
		        "outcome=%s reason=%s amount=%lld%s%s", match_outcome_name(p->outcome),
		        match_reason_name(p->reason), (long long)p->amount, *near ? " near=" : "",
		        near);
	return rc == RC_OK && fresh ? tell_unmatched(j, p) : rc;
}

static rc_t raise_gap(struct job *j, const struct gap_row *g)
{
	char subject[JOB_SUBJECT_CAP];
	struct pledge_row p;
	rc_t rc = store_pledge_get_id(j->s, g->pledge, &p);

	if (rc != RC_OK)
		return rc;
	month_subject(&p, g->month, subject);
	return job_issue(j, ISSUE_REMITTANCE_GAP, subject, NULL, "workers=%lld amount=%lld",
	        (long long)g->workers, (long long)g->amount);
}

/* Months of this instalment that another pledge pays: how many workers' (at most), what they cost.
 */
static rc_t doubled(struct job *j, const struct issues *i, const struct instalment_row *in,
        int64_t *workers, rupiah_t *amount)
{
	int64_t of_month = 0;
	month_t month = 0;
	rc_t rc = RC_OK;

	*workers = 0;
	*amount = 0;
	for (size_t k = 0; rc == RC_OK && k < i->elsewhere; k++) {
		const struct places_row *o = &i->other[k];
		rupiah_t rate = 0;

		if (o->from < in->from || o->from > in->to)
			continue;
		rc = job_rate(j, &i->pledge, o->job, o->from, &rate);
		*amount += rate * o->workers;
		of_month = (o->from == month ? of_month : 0) + o->workers;
		month = o->from;
		if (of_month > *workers)
			*workers = of_month;
	}
	return rc;
}

static rc_t tell_doubled(struct job *j, const struct issues *i, const struct instalment_row *in,
        int64_t workers, rupiah_t amount)
{
	struct job_text t = { .id = "S08" };
	char month[16];
	rc_t rc = RC_OK;
	rupiah_t credit = job_credit(j, i->pledge.sponsor, &rc);

	if (amount > credit)
		amount = credit;
	if (rc != RC_OK || amount <= 0) /* nothing of theirs is held */
		return rc;
	month_format(in->from, month);
	snprintf(t.key, sizeof t.key, "pledge/%s/S08/%s", i->pledge.ref, month);
	job_arg(&t, "sponsor", "%s", i->pledge.sponsor_name);
	job_arg(&t, "ref", "%s", i->pledge.ref);
	job_arg_count(&t, "m", workers);
	job_arg_rupiah(&t, "rp", amount);
	return job_tell_sponsor(j, &i->pledge, &t, false);
}

/* Two pledges claim a month when both brought money: one paid it, the other's is held. */
static rc_t raise_doubled(struct job *j, const struct issues *i, const struct instalment_row *in)
{
	char subject[JOB_SUBJECT_CAP];
	int64_t workers;
	rupiah_t amount;
	bool fresh, paid = in->paid > 0;
	rc_t rc = doubled(j, i, in, &workers, &amount);

	if (rc == RC_OK && !paid)
		paid = job_credit(j, i->pledge.sponsor, &rc) > 0;
	if (rc != RC_OK || !workers || !paid)
		return rc;
	month_subject(&i->pledge, in->from, subject);
	rc = job_issue(j, ISSUE_DUP_FUNDING, subject, &fresh, "workers=%lld amount=%lld",
	        (long long)workers, (long long)amount);
	return rc == RC_OK && fresh ? tell_doubled(j, i, in, workers, amount) : rc;
}

static rc_t tell_full(struct job *j, const struct pledge_row *p, int64_t waiting)
{
	struct job_text t = { .id = "S14" };

	if (p->taken < p->workers || p->start + p->months <= j->month)
		return RC_OK;
	snprintf(t.key, sizeof t.key, "pledge/%s/S14/%d", p->ref, p->workers);
	job_arg(&t, "sponsor", "%s", p->sponsor_name);
	job_arg(&t, "ref", "%s", p->ref);
	job_arg_count(&t, "n", p->workers);
	job_arg_count(&t, "m", waiting);
	return job_tell_sponsor(j, p, &t, true);
}

/* Money that came when its workers' membership had ended lies in the credit. */
static rc_t raise_late(struct job *j, const struct issues *i, const char *subject)
{
	rc_t rc = RC_OK;
	rupiah_t credit = job_credit(j, i->pledge.sponsor, &rc);

	return rc == RC_OK && credit > 0
	               ? job_issue(j, ISSUE_LATE_DONOR_FUNDS, subject, NULL,
	                         "workers=%lld credit=%lld", (long long)i->late, (long long)credit)
	               : rc;
}

static rc_t raise_pledge(struct job *j, const struct issues *i)
{
	char subject[JOB_SUBJECT_CAP], since[16];
	rc_t rc = RC_OK;

	snprintf(subject, sizeof subject, "pledge/%s", i->pledge.ref);
	date_format_iso(date_from_days(i->since), since);
	if (i->unanswered)
		rc = job_issue(j, ISSUE_UNANSWERED, subject, NULL, "workers=%lld since=%s",
		        (long long)i->unanswered, since);
	if (rc == RC_OK && i->renewal_risk)
		rc = job_issue(j, ISSUE_RENEWAL_RISK, subject, NULL, "workers=%d", i->pledge.taken);
	if (rc == RC_OK && i->late)
		rc = raise_late(j, i, subject);
	for (size_t k = 0; rc == RC_OK && i->elsewhere && k < i->instalments; k++)
		rc = raise_doubled(j, i, &i->instalment[k]);
	return rc == RC_OK && i->waiting ? tell_full(j, &i->pledge, i->waiting) : rc;
}

static rc_t issues_work(struct job *j)
{
	struct issues *i = j->todo;

	if (!i->ready)
		return RC_NOENT;
	i->ready = false;
	if (i->stage == PAYMENTS)
		return raise_payment(j, &i->payment);
	return i->stage == GAPS ? raise_gap(j, &i->gap) : raise_pledge(j, i);
}

const struct job_phase job_issues = { "issues", issues_look, issues_work, sizeof(struct issues),
	NULL };
