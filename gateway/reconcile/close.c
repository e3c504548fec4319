/* Issues whose cause is gone are closed by the job itself; what only a person can settle stays
 * open. */
#include "job.h"

#include <stdlib.h>
#include <string.h>

struct close {
	bool ready;
	struct issue_row issue;
};

/* "pledge/D4F7K2/2026-07": *month 0 when there is none. */
static rc_t read_subject(struct job *j, const char *subject, struct pledge_row *p, month_t *month)
{
	char ref[REF_LEN + 1];
	const char *from = strchr(subject, '/'), *end;

	*month = 0;
	if (!from)
		return RC_INVALID;
	from++;
	end = from + strcspn(from, "/");
	if (end - from > REF_LEN)
		return RC_INVALID;
	memcpy(ref, from, (size_t)(end - from));
	ref[end - from] = '\0';
	if (*end && month_parse(end + 1, month) != RC_OK)
		return RC_INVALID;
	return store_pledge_get(j->s, ref, p);
}

static rc_t payment_open(struct job *j, const struct issue_row *i, bool *stands)
{
	struct payment_row p;
	rc_t rc = store_payment_get(j->s, strtoll(i->subject + strlen("payment/"), NULL, 10), &p);

	*stands = rc == RC_OK &&
	          (p.state == PAY_IMPORTED || p.state == PAY_AMBIGUOUS || p.state == PAY_UNMATCHED);
	return rc;
}

static rc_t gap_open(struct job *j, const struct issue_row *i, bool *stands)
{
	struct pledge_row p;
	month_t m;
	rc_t rc = read_subject(j, i->subject, &p, &m);

	return rc == RC_OK ? store_months_unconfirmed(j->s, p.id, m, m, stands) : rc;
}

static rc_t double_open(struct job *j, const struct issue_row *i, bool *stands)
{
	struct instalment_row in[PLAN_MONTHS_MAX];
	struct places_row row[512];
	struct pledge_row p;
	size_t n = 0, parts = 0;
	month_t m;
	rc_t rc = read_subject(j, i->subject, &p, &m);

	*stands = false;
	if (rc == RC_OK)
		rc = store_instalments(j->s, p.id, in, PLAN_MONTHS_MAX, &parts);
	if (rc == RC_OK)
		rc = store_places_elsewhere(j->s, p.id, row, 511, &n);
	for (size_t k = 0; rc == RC_OK && k < parts; k++)
		for (size_t l = 0; in[k].from == m && l < n; l++)
			*stands = *stands || (row[l].from >= m && row[l].from <= in[k].to);
	return rc;
}

static rc_t answer_open(struct job *j, const struct issue_row *i, bool *stands)
{
	int64_t n = 0, since;
	struct pledge_row p;
	month_t m;
	rc_t rc = read_subject(j, i->subject, &p, &m);

	if (rc == RC_OK)
		rc = store_unanswered(j->s, p.id, j->out->as_of, &n, &since);
	*stands = n > 0;
	return rc;
}

static rc_t renewal_open(struct job *j, const struct issue_row *i, bool *stands)
{
	struct pledge_row p;
	bool renewed = false;
	month_t m, last;
	rc_t rc = read_subject(j, i->subject, &p, &m);

	if (rc != RC_OK)
		return rc;
	last = p.start + p.months - 1;
	rc = store_pledge_followed(j->s, p.id, last, &renewed);
	*stands = issue_renewal_risk(&j->r->cover, true, last, renewed, j->today);
	return rc;
}

/* "worker/7/2026-04": until the month is confirmed and paid, or an officer says that it is well. */
static rc_t change_open(struct job *j, const struct issue_row *i, bool *stands)
{
	struct month_row m;
	char *end;
	const int64_t worker = strtoll(i->subject + strlen("worker/"), &end, 10);
	month_t month;
	rc_t rc = *end == '/' ? month_parse(end + 1, &month) : RC_INVALID;

	if (rc == RC_OK)
		rc = store_month_get(j->s, worker, month, &m);
	*stands = rc != RC_OK || !m.confirmed_day || !m.pledge;
	return rc;
}

typedef rc_t open_fn(struct job *j, const struct issue_row *i, bool *stands);
static open_fn *const still_open[ISSUES] = { [ISSUE_AMBIGUOUS] = payment_open,
	[ISSUE_REMITTANCE_GAP] = gap_open,
	[ISSUE_DUP_FUNDING] = double_open,
	[ISSUE_UNANSWERED] = answer_open,
	[ISSUE_RENEWAL_RISK] = renewal_open,
	[ISSUE_INSURER_CHANGED] = change_open };

static rc_t close_look(struct job *j, bool held)
{
	struct close *c = j->todo;
	bool stands;
	rc_t rc = RC_OK;

	if (held)
		return RC_AGAIN;
	for (c->ready = false; rc == RC_OK && !c->ready;) {
		rc = store_issue_next(j->s, true, c->issue.id, &c->issue);
		if (rc != RC_OK || !still_open[c->issue.kind])
			continue;
		stands = true;
		rc = still_open[c->issue.kind](j, &c->issue, &stands);
		if (rc == RC_NOENT ||
		        rc == RC_INVALID) /* about something we do not know: not ours */
			rc = RC_OK;
		else
			c->ready = rc == RC_OK && !stands;
	}
	return rc;
}

static rc_t close_work(struct job *j)
{
	struct close *c = j->todo;
	rc_t rc;

	if (!c->ready)
		return RC_NOENT;
	c->ready = false;
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_issue_resolve(
		        j->s, c->issue.id, j->out->by, "its cause is gone", false, j->out->now);
	if (rc == RC_NOENT) /* an officer was faster */
		return RC_OK;
	return rc == RC_OK ? job_count(j, "issue_closed", issue_name(c->issue.kind), 1, 0) : rc;
}

const struct job_phase job_close = { "close", close_look, close_work, sizeof(struct close), NULL };
