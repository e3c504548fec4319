/* What the insurer said becomes months. Only this makes anybody AKTIF, and the text that says so is
 * queued with it. Rows are taken by the day on which they were said, then by their months; so many
 * rows make one piece, and what they confirm of one pledge is one entry of the books. */
#include "confirm_int.h"

#include <stdio.h>
#include <string.h>

#define PIECE_ROWS 48
#define PIECE_MONTHS 96
#define PLEDGES_MAX (PIECE_ROWS * 4)

enum verdict { KEEP, UNKNOWN, HOLD, REFUSE, APPLY };
struct confirm {
	struct confirmation_turn at;
	size_t n, done;
	struct confirmation_row row[PIECE_ROWS];
	enum verdict verdict[PIECE_ROWS];
	/* of a piece: what it confirms, by pledge */
	size_t pledges;
	struct {
		int64_t pledge, sponsor, months;
		rupiah_t amount;
	} sum[PLEDGES_MAX];
};

/* ---- may it be applied? ---- */

/* An officer looked at it: dismissed for good, or resolved after this row was held. */
static rc_t settled(struct job *j, enum issue_kind kind, const char *subject,
        enum confirmation_state was, bool *yes)
{
	struct issue_row i;
	rc_t rc = store_issue_last(j->s, kind, subject, &i);

	*yes = rc == RC_OK && (i.state == ISSUE_DISMISSED ||
	                              (i.state == ISSUE_RESOLVED && was == CONFIRMATION_HELD));
	return rc == RC_NOENT ? RC_OK : rc;
}

static enum name_doubt name_doubt(struct job *j, const struct confirmation_row *c)
{
	char told[NAME_KEY_CAP], known[NAME_KEY_CAP];

	name_key(j->r->names, c->name, told);
	name_key(j->r->names, c->worker_name, known);
	if (!told[0] || !known[0]) /* nothing to compare */
		return NAME_DOUBT_NONE;
	return issue_name_doubt(&j->r->issue, name_similarity(told, known));
}

static rc_t must_hold(struct job *j, const struct confirmation_row *c, bool *yes)
{
	char subject[JOB_SUBJECT_CAP];
	bool fine = true;
	rc_t rc = RC_OK;

	snprintf(subject, sizeof subject, "worker/%lld", (long long)c->worker);
	if (name_doubt(j, c) == NAME_DOUBT_HOLD)
		rc = settled(j, ISSUE_NAME_DOUBT, subject, c->state, &fine);
	if (rc == RC_OK && fine && issue_pu_member(c->segment))
		rc = settled(j, ISSUE_PU_MEMBER, subject, c->state, &fine);
	*yes = !fine;
	return rc;
}

static rc_t judge(struct job *j, const struct confirmation_row *c, enum verdict *v)
{
	bool hold = false;
	rc_t rc = RC_OK;

	if (!c->worker) {
		*v = c->state == CONFIRMATION_UNKNOWN ? KEEP : UNKNOWN;
		return RC_OK;
	}
	if (!c->reason[0])
		rc = must_hold(j, c, &hold);
	*v = c->reason[0] ? REFUSE : !hold ? APPLY : c->state == CONFIRMATION_HELD ? KEEP : HOLD;
	return rc;
}

static rc_t confirm_look(struct job *j, bool held)
{
	struct confirm *k = j->todo;
	int months = 0;
	rc_t rc = RC_OK;

	for (k->n = k->done = 0; rc == RC_OK && k->n < PIECE_ROWS && months < PIECE_MONTHS;) {
		if (held && !job_has_time(j)) {
			/* Part of a piece is no piece: it begins again without the lock. */
			if (k->n)
				k->at = (struct confirmation_turn){ 0 };
			k->n = 0;
			return RC_AGAIN;
		}
		rc = store_confirmation_turn(j->s, j->out->as_of, &k->at, &k->row[k->n]);
		if (rc == RC_OK)
			rc = judge(j, &k->row[k->n], &k->verdict[k->n]);
		if (rc == RC_OK && k->verdict[k->n] != KEEP) {
			const struct confirmation_row *c = &k->row[k->n++];

			months += c->to > c->from ? c->to - c->from + 1 : 1;
		}
	}
	return rc == RC_NOENT && k->n ? RC_OK : rc;
}

/* ---- months ---- */

static rc_t add_sum(struct job *j, struct confirm *k, const struct month_row *m)
{
	struct pledge_row p;
	size_t i = 0;
	rc_t rc = RC_OK;

	while (i < k->pledges && k->sum[i].pledge != m->pledge)
		i++;
	if (i == k->pledges) {
		rc = store_pledge_get_id(j->s, m->pledge, &p);
		if (rc != RC_OK)
			return rc;
		if (i == PLEDGES_MAX)
			return job_fail(j, RC_LIMIT, "one worker has too many sponsors");
		k->pledges++;
		k->sum[i].pledge = p.id;
		k->sum[i].sponsor = p.sponsor;
		k->sum[i].months = k->sum[i].amount = 0;
	}
	k->sum[i].months++;
	k->sum[i].amount += m->amount;
	return RC_OK;
}

/* What was refused later, or on the same day, is not confirmed even for a moment. */
static rc_t stands(struct job *j, const struct confirmation_row *c, month_t m, bool *yes)
{
	bool refused = false;
	rc_t rc = c->ever_refused
	                  ? store_word_of_month(j->s, c->worker, m, j->out->as_of, c->id, &refused)
	                  : RC_OK;

	*yes = !refused;
	return rc;
}

static rc_t confirm_month(struct job *j, struct confirm *k, const struct confirmation_row *c,
        month_t m, struct stretch *t)
{
	struct month_row before;
	rc_t rc = store_month_confirm(j->s, c->worker, m, c->day, c->id, &before);

	if (rc != RC_OK)
		return rc == RC_EXISTS ? RC_OK : rc;
	if (!t->months++)
		t->first = m;
	t->last = m;
	t->payer = before.pledge;
	return before.pledge ? add_sum(j, k, &before) : RC_OK;
}

static rc_t confirm_months(
        struct job *j, struct confirm *k, const struct confirmation_row *c, struct stretch *t)
{
	rc_t rc = RC_OK;

	for (month_t m = c->from; rc == RC_OK && m <= c->to; m++) {
		bool yes = false;

		rc = stands(j, c, m, &yes);
		if (rc == RC_OK && yes)
			rc = confirm_month(j, k, c, m, t);
		else if (!t->refused)
			t->refused = m;
	}
	return rc;
}

static bool overlaps(const struct allocation_row *a, const struct stretch *t)
{
	return t->last >= a->from && t->first <= a->to;
}

/* The allocations these months belong to are confirmed, all of them are answered. *of: the one that
 * carries the worker then. */
static rc_t answer(struct job *j, const struct confirmation_row *c, const struct stretch *t,
        struct allocation_row *of)
{
	struct allocation_row a = { 0 };
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(j->s, c->worker, a.id, &a)) == RC_OK) {
		if (!allocation_takes_place(a.state))
			continue;
		rc = confirm_answered(j, c, &a);
		if (rc == RC_OK && t->months && overlaps(&a, t) &&
		        (!t->payer || t->payer == a.pledge)) {
			*of = a;
			if (a.state != ALLOCATION_CONFIRMED)
				rc = store_allocation_set(
				        j->s, a.id, ALLOCATION_CONFIRMED, j->out->now);
		}
		if (rc != RC_OK)
			return rc;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Accepted after all: the place that the refusal had cost is the worker's again while it is free.
 * *lost: that place, id 0: none was lost, or another one carries the worker. */
static rc_t place_again(struct job *j, const struct confirmation_row *c, const struct stretch *t,
        struct allocation_row *lost)
{
	struct allocation_row a = { 0 };
	bool carried = false, waits = false;
	rc_t rc;

	while ((rc = store_allocation_next_of_worker(j->s, c->worker, a.id, &a)) == RC_OK) {
		carried = carried || (allocation_takes_place(a.state) && overlaps(&a, t));
		if (a.state == ALLOCATION_RELEASED && a.cause == CAUSE_REFUSED && overlaps(&a, t))
			*lost = a;
	}
	if (rc != RC_NOENT || !lost->id || carried) {
		lost->id = carried ? 0 : lost->id;
		return rc == RC_NOENT ? RC_OK : rc;
	}
	a.id = 0;
	while ((rc = store_allocation_next_of_worker(j->s, c->worker, a.id, &a)) == RC_OK)
		waits = waits || (a.pledge == lost->pledge && a.state < ALLOCATION_ENDED);
	if (rc == RC_NOENT)
		rc = waits ? RC_LIMIT : store_allocation_revive(j->s, lost, lost->to);
	return rc == RC_LIMIT ? confirm_changed(j, c->worker, t->first, "place=gone") : rc;
}

/* ---- one row ---- */

static rc_t note_doubts(struct job *j, const struct confirmation_row *c)
{
	const struct nik_facts nik = { .born = c->worker_born, .sex = (enum nik_sex)c->worker_sex };
	const enum name_doubt name = name_doubt(j, c);
	char subject[JOB_SUBJECT_CAP];
	rc_t rc = RC_OK;

	snprintf(subject, sizeof subject, "worker/%lld", (long long)c->worker);
	if (name != NAME_DOUBT_NONE)
		rc = job_issue(j, ISSUE_NAME_DOUBT, subject, NULL, "confirmation=%lld %s",
		        (long long)c->id, name == NAME_DOUBT_HOLD ? "held=yes" : "held=no");
	if (rc == RC_OK && issue_pu_member(c->segment))
		rc = job_issue(
		        j, ISSUE_PU_MEMBER, subject, NULL, "confirmation=%lld", (long long)c->id);
	if (rc == RC_OK && c->worker_born.year && issue_nik_doubt(&nik, c->born, c->sex))
		rc = job_issue(
		        j, ISSUE_NIK_DOUBT, subject, NULL, "confirmation=%lld", (long long)c->id);
	return rc;
}

static rc_t take_card(struct job *j, const struct confirmation_row *c, bool *alive)
{
	struct person_row p;
	rc_t rc = store_person_get(j->s, c->worker, &p);

	*alive = rc == RC_OK && !p.died_day;
	return rc == RC_OK && c->card[0] && strcmp(c->card, p.card) != 0
	               ? store_worker_card(j->s, c->worker, c->card)
	               : rc;
}

static rc_t apply(struct job *j, struct confirm *k, const struct confirmation_row *c)
{
	struct stretch t = { 0 };
	struct allocation_row of = { 0 };
	struct pledge_row p;
	bool alive = false;
	rc_t rc = confirm_months(j, k, c, &t);

	if (rc == RC_OK)
		rc = take_card(j, c, &alive);
	if (rc == RC_OK && c->ever_refused && t.months && alive)
		rc = place_again(j, c, &t, &of);
	if (rc == RC_OK)
		rc = answer(j, c, &t, &of);
	if (rc == RC_OK)
		rc = store_confirmation_set(j->s, c->id, CONFIRMATION_APPLIED);
	if (rc == RC_OK && t.refused)
		rc = confirm_changed(j, c->worker, t.refused, "accepted and refused");
	if (rc == RC_OK && t.months)
		rc = job_count(j, "confirmed", "", t.months, 0);
	if (rc != RC_OK || !t.months || !alive || !of.id)
		return rc;
	rc = store_pledge_get_id(j->s, of.pledge, &p);
	return rc == RC_OK ? confirm_tell_active(j, c, &t, &p) : rc;
}

static rc_t do_row(struct job *j, struct confirm *k, size_t at)
{
	const struct confirmation_row *c = &k->row[at];
	rc_t rc;

	if (k->verdict[at] == UNKNOWN) {
		rc = store_confirmation_set(j->s, c->id, CONFIRMATION_UNKNOWN);
		return rc == RC_OK ? job_count(j, "confirmation_unknown", "", 1, 0) : rc;
	}
	rc = note_doubts(j, c);
	if (rc != RC_OK)
		return rc;
	if (k->verdict[at] == HOLD) {
		rc = store_confirmation_set(j->s, c->id, CONFIRMATION_HELD);
		return rc == RC_OK ? job_count(j, "confirmation_held", "", 1, 0) : rc;
	}
	return k->verdict[at] == REFUSE ? confirm_refuse(j, c) : apply(j, k, c);
}

/* ---- a piece ---- */

static rc_t post_sums(struct job *j, struct confirm *k)
{
	struct ledger_entry e;
	int64_t id;
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < k->pledges; i++) {
		rc = ledger_confirmed(&e,
		        (struct ledger_subject){
		                .sponsor = k->sum[i].sponsor, .pledge = k->sum[i].pledge },
		        k->sum[i].amount, k->sum[i].months);
		if (rc == RC_OK)
			rc = job_post_entry(j, &e, j->out->as_of, &id);
	}
	k->pledges = 0;
	return rc;
}

static rc_t confirm_work(struct job *j)
{
	struct confirm *k = j->todo;
	rc_t rc;

	if (k->done == k->n)
		return RC_NOENT;
	rc = job_writes(j);
	for (k->pledges = 0; rc == RC_OK && k->done < k->n; k->done++)
		rc = do_row(j, k, k->done);
	return rc == RC_OK ? post_sums(j, k) : rc;
}

const struct job_phase job_confirm = { "confirm", confirm_look, confirm_work,
	sizeof(struct confirm), NULL };
