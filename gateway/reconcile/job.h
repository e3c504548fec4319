/* What the phases of the job share. A phase looks for work without the write lock and then does it,
 * piece by piece, inside of transactions the driver (run.c) begins and ends. */
#ifndef RECONCILE_JOB_H
#define RECONCILE_JOB_H

#include <payung/reconcile.h>
#include <payung/store_correct.h>

#define JOB_BATCH 256
#define JOB_SUBJECT_CAP 64
#define JOB_HELD_BINS 256 /* of 100 us */

struct job {
	struct store *s;
	const struct reconcile_rules *r;
	struct reconcile_run *out;
	struct run_row run; /* id 0: nothing was written */
	struct date today;
	month_t month;
	int phase;
	int64_t cursor;              /* where the phase is, kept with its work; 0: at its begin */
	bool fresh;                  /* the phase has just begun, or begins again after a kill */
	bool changed;                /* in this round */
	void *todo;                  /* of the phase */
	int64_t held[JOB_HELD_BINS]; /* groups by how long they held the lock */
};

/* held: the lock is held, so only what is found at once. RC_OK: there is work; RC_NOENT: none is
 * left; RC_AGAIN: look again without the lock. */
typedef rc_t job_look_fn(struct job *j, bool held);
/* One piece of what look found. RC_NOENT: nothing is left of it. */
typedef rc_t job_work_fn(struct job *j);
struct job_phase {
	const char *name;
	job_look_fn *look;
	job_work_fn *work;
	size_t todo;             /* bytes, zeroed when the phase begins */
	void (*end)(void *todo); /* frees what is in it; NULL: nothing */
};
extern const struct job_phase job_renew, job_map, job_places, job_plan, job_confirm, job_deceased,
        job_match, job_doubles, job_lists, job_post, job_credits, job_returns, job_over, job_issues,
        job_close, job_tell;

/* Whether the group still has time. */
bool job_has_time(const struct job *j);
/* Before the first write of a piece: the run has a row, this round has changed something. */
rc_t job_writes(struct job *j) MUST_CHECK;
rc_t job_fail(struct job *j, rc_t rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- the books ---- */
rc_t job_post_entry(
        struct job *j, const struct ledger_entry *e, int64_t day, int64_t *id) MUST_CHECK;
rc_t job_count(struct job *j, const char *what, const char *subject, int64_t n,
        rupiah_t amount) MUST_CHECK;
rupiah_t job_credit(struct job *j, int64_t sponsor, rc_t *rc);
rc_t job_rate(
        struct job *j, const struct pledge_row *p, int work, month_t m, rupiah_t *out) MUST_CHECK;
/* The last month that money may pay now: of the instalments due soon, at least of the first. */
month_t job_payable_until(const struct job *j, const struct instalment_row *i, size_t n);
/* The instalments of the pledge with these months' amounts added (or taken, below 0). */
rc_t job_instalment_add(
        struct job *j, struct instalment_row *i, size_t n, month_t m, rupiah_t amount);
rc_t job_instalments_save(struct job *j, const struct instalment_row *i,
        const struct instalment_row *was, size_t n) MUST_CHECK;
/* Months of one worker that a pledge paid go back to its sponsor's credit. */
struct job_back {
	enum ledger_reason why;
	int64_t worker, pledge; /* pledge 0: whoever paid */
	month_t from, to;
	bool confirmed_too;
};
rc_t job_give_back(struct job *j, const struct job_back *b, int64_t *months) MUST_CHECK;
/* The allocation's state as its months say. */
rc_t job_allocation_follows(struct job *j, int64_t allocation) MUST_CHECK;

/* ---- money that becomes months: one piece, one entry ---- */
#define JOB_PIECE_MONTHS 96
struct job_pour {
	const struct pledge_row *pledge;
	struct instalment_row *instalment;
	size_t instalments;
	struct due_row *due; /* sorted by job_sort_due(); all workers of month[] are there */
	size_t dues;
	const struct allocate_due *month; /* at most JOB_PIECE_MONTHS */
	size_t months;
	const struct payable_row *pay; /* NULL: the sponsor's credit */
	rupiah_t amount,
	        from_credit; /* what of the payment goes this way; credit that must be there */
	bool opens;          /* the payment's first piece */
};
void job_sort_due(struct due_row *due, size_t n);
/* RC_EXISTS, RC_INVALID: something is no longer so; roll the piece back and look again. */
rc_t job_pour(struct job *j, const struct job_pour *p) MUST_CHECK;

/* ---- issues and texts ---- */
/* Raised unless it is open or was dismissed; *fresh (may be NULL): it was not there. */
rc_t job_issue(struct job *j, enum issue_kind kind, const char *subject, bool *fresh,
        const char *fmt, ...) PRINTF_LIKE(5, 6) MUST_CHECK;
struct job_text {
	const char *id, *msisdn, *subject, *lang;
	int64_t line;
	char key[96], args[400];
};
void job_arg(struct job_text *t, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
void job_arg_rupiah(struct job_text *t, const char *name, rupiah_t amount);
void job_arg_day(struct job_text *t, const char *name, int64_t day);
void job_arg_count(struct job_text *t, const char *name, int64_t n);
/* Once per key. *fresh (may be NULL): it was not queued before. */
rc_t job_queue(struct job *j, const struct job_text *t, bool *fresh) MUST_CHECK;
/* To the sponsor of the pledge; asks: a text that somebody who said STOP does not get. */
rc_t job_tell_sponsor(
        struct job *j, const struct pledge_row *p, struct job_text *t, bool asks) MUST_CHECK;
/* To each phone of the worker; suffix of the key besides the phone. */
rc_t job_tell_worker(
        struct job *j, int64_t worker, struct job_text *t, bool asks, bool *fresh) MUST_CHECK;

#endif
