/* What sponsors are told of a run, when all of it is done: from the run's tally, so that a run
 * which was killed tells of all it did, and by how things stand at its end. */
#include "job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_MAX 256
#define GRACE_DAYS 7    /* to pay the rest when the due day has passed */
#define REPLACE_DAYS 14 /* to name somebody else */

struct tell {
	struct tally_row at;
	struct pledge_row pledge;
	struct payment_row payment;
	rupiah_t of_payment; /* what of it went to this pledge */
	int64_t taken_back;  /* entries of it that were; what is posted again is told again */
	int64_t months;
	struct instalment_row instalment[PLAN_MONTHS_MAX];
	size_t instalments;
	const struct instalment_row
	        *open; /* the first that wants money, among those that may be paid now */
	int64_t workers, workers_paid;
	month_t paid_last; /* the last month it pays of anybody */
	bool ready;
};

/* ---- how the pledge stands ---- */

static rc_t workers_of(struct job *j, const struct pledge_row *p, int64_t *n)
{
	struct places_row row[KINDS_MAX];
	size_t kinds = 0;
	rc_t rc = store_places(j->s, p->id, row, KINDS_MAX, &kinds);

	*n = 0;
	for (size_t i = 0; rc == RC_OK && i < kinds; i++)
		*n += row[i].workers;
	return rc;
}

/* The first instalment that wants money, among those that may be paid now; NULL: none. */
static const struct instalment_row *first_open(const struct job *j, const struct tell *t)
{
	const month_t until = job_payable_until(j, t->instalment, t->instalments);

	for (size_t i = 0; i < t->instalments; i++)
		if (t->instalment[i].from <= until &&
		        t->instalment[i].expected > t->instalment[i].paid)
			return &t->instalment[i];
	return NULL;
}

static rupiah_t missing(const struct job *j, const struct tell *t)
{
	const month_t until = job_payable_until(j, t->instalment, t->instalments);
	rupiah_t sum = 0;

	for (size_t i = 0; i < t->instalments; i++)
		if (t->instalment[i].from <= until)
			sum += t->instalment[i].expected - t->instalment[i].paid;
	return sum;
}

/* The last month up to which everything is paid; 0: none. An instalment is full with fewer months
 * when its workers died. */
static month_t paid_until(const struct tell *t)
{
	month_t until = 0;

	for (size_t i = 0; i < t->instalments; i++) {
		if (!t->instalment[i].paid || t->instalment[i].expected > t->instalment[i].paid)
			break;
		until = t->instalment[i].to;
	}
	return until < t->paid_last ? until : t->paid_last;
}

/* Workers all of whose months in that instalment are paid. */
static rc_t workers_paid(
        struct job *j, const struct pledge_row *p, const struct instalment_row *i, int64_t *n)
{
	struct due_row due[64];
	int64_t after = 0;
	size_t got = 0;
	rc_t rc;

	*n = 0;
	do {
		rc = store_due_months(j->s, p->id, after, due, 64, &got);
		for (size_t k = 0; rc == RC_OK && k < got; k++) {
			bool open = due[k].from > i->to;

			after = due[k].allocation;
			for (month_t m = i->from; m <= i->to; m++)
				open = open || due_open(&due[k], m);
			*n += !open;
		}
	} while (rc == RC_OK && got == 64);
	return rc;
}

/* ---- the texts ---- */

static void begin_text(const struct tell *t, struct job_text *x, const char *id)
{
	memset(x, 0, sizeof *x);
	x->id = id;
	snprintf(x->key, sizeof x->key, "payment/%lld/%s/%s/%lld", (long long)t->payment.id,
	        t->pledge.ref, id, (long long)t->taken_back);
	job_arg(x, "sponsor", "%s", t->pledge.sponsor_name);
	job_arg(x, "nama", "%s", t->pledge.sponsor_name);
	job_arg(x, "ref", "%s", t->pledge.ref);
}

static rc_t tell_full(struct job *j, struct tell *t)
{
	const bool servant = t->pledge.funding == FUND_CIVIL_SERVANT;
	const month_t until = paid_until(t);
	struct job_text x;

	begin_text(t, &x, servant ? "S09" : "S02");
	job_arg_rupiah(&x, "rp", t->of_payment);
	job_arg_day(&x, "tgl1", t->payment.day);
	job_arg_day(&x, "tgl2", date_days(month_last(until)));
	job_arg_day(&x, "tgl", date_days(month_last(until)));
	job_arg_count(&x, "n", t->workers);
	job_arg_count(&x, "u", t->workers);
	job_arg(&x, "bln", "%lld",
	        (long long)(t->workers ? (t->months + t->workers - 1) / t->workers : 0));
	return job_tell_sponsor(j, &t->pledge, &x, false);
}

static rc_t tell_part(struct job *j, struct tell *t)
{
	const int64_t due = t->open->due_day;
	const int64_t by = due >= j->out->as_of ? due : j->out->as_of + GRACE_DAYS;
	struct job_text x;

	begin_text(t, &x, "S03");
	job_arg_rupiah(&x, "rp", t->of_payment);
	job_arg_rupiah(&x, "rp3", missing(j, t));
	job_arg_count(&x, "m", t->workers_paid);
	job_arg_count(&x, "n", t->workers);
	job_arg_day(&x, "tgl", by);
	return job_tell_sponsor(j, &t->pledge, &x, true);
}

static rc_t tell_refused(struct job *j, struct tell *t)
{
	struct job_text x = { .id = "S12" };

	snprintf(x.key, sizeof x.key, "pledge/%s/S12/%lld", t->pledge.ref, (long long)j->run.id);
	job_arg(&x, "sponsor", "%s", t->pledge.sponsor_name);
	job_arg(&x, "ref", "%s", t->pledge.ref);
	job_arg_count(&x, "m", t->at.n);
	job_arg_day(&x, "tgl", j->out->as_of + REPLACE_DAYS);
	return job_tell_sponsor(j, &t->pledge, &x, false);
}

static rc_t tell_over(struct job *j, struct tell *t)
{
	struct job_text x;
	rc_t rc = RC_OK;
	rupiah_t credit = job_credit(j, t->pledge.sponsor, &rc);

	if (credit > t->of_payment)
		credit = t->of_payment;
	if (rc != RC_OK || credit <= 0)
		return rc;
	begin_text(t, &x, "S04");
	job_arg_rupiah(&x, "rp", credit);
	return job_tell_sponsor(j, &t->pledge, &x, false);
}

/* ---- the phase ---- */

#define SMALL 128 /* workers that are counted under the lock */

static rc_t load_pledge(struct job *j, struct tell *t, const char *ref, bool held)
{
	rc_t rc = store_pledge_get(j->s, ref, &t->pledge);

	if (rc == RC_OK && held && t->pledge.taken > SMALL)
		return RC_AGAIN;
	if (rc == RC_OK)
		rc = store_instalments(
		        j->s, t->pledge.id, t->instalment, PLAN_MONTHS_MAX, &t->instalments);
	if (rc == RC_OK)
		rc = workers_of(j, &t->pledge, &t->workers);
	t->open = first_open(j, t);
	if (rc == RC_OK && t->open)
		rc = workers_paid(j, &t->pledge, t->open, &t->workers_paid);
	else if (rc == RC_OK)
		rc = store_pledge_paid_last(j->s, t->pledge.id, &t->paid_last);
	return rc;
}

static rc_t load(struct job *j, struct tell *t, bool held)
{
	char *ref;
	rc_t rc;

	if (strcmp(t->at.what, "refused") == 0) {
		rc = store_pledge_get(j->s, t->at.subject, &t->pledge);
		t->ready = rc == RC_OK;
		return rc;
	}
	const int64_t id = strtoll(t->at.subject, &ref, 10); /* "17 D4F7K2" */

	if (strcmp(t->at.what, "payment") != 0 || *ref != ' ')
		return RC_OK;
	t->of_payment = t->at.amount;
	t->months = t->at.n;
	rc = store_payment_get(j->s, id, &t->payment);
	if (rc == RC_OK)
		rc = load_pledge(j, t, ref + 1, held);
	if (rc == RC_OK)
		rc = store_payment_taken_back(j->s, id, &t->taken_back);
	t->ready = rc == RC_OK && t->payment.state == PAY_POSTED;
	return rc == RC_NOENT ? RC_OK : rc;
}

static rc_t tell_look(struct job *j, bool held)
{
	struct tell *t = j->todo;
	struct tally_row before;
	rc_t rc = RC_OK;

	if (!j->run.id)
		return RC_NOENT;
	for (t->ready = false; rc == RC_OK && !t->ready;) {
		if (held && !job_has_time(j))
			return RC_AGAIN;
		before = t->at;
		rc = store_tally_next(j->s, j->run.id, before.what, before.subject, &t->at);
		if (rc == RC_OK)
			rc = load(j, t, held);
		if (rc == RC_AGAIN)
			t->at = before;
	}
	return rc;
}

static rc_t tell_work(struct job *j)
{
	struct tell *t = j->todo;
	rc_t rc = RC_OK;

	if (!t->ready)
		return RC_NOENT;
	t->ready = false;
	if (strcmp(t->at.what, "refused") == 0)
		return tell_refused(j, t);
	if (t->open)
		return tell_part(j, t);
	if (t->months && paid_until(t))
		rc = tell_full(j, t);
	return rc == RC_OK ? tell_over(j, t) : rc;
}

const struct job_phase job_tell = { "tell", tell_look, tell_work, sizeof(struct tell), NULL };
