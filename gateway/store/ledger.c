/* The books. An entry and its audit entry have one number and say the same, so that the books can
 * be made again from the chain, and whoever changes the one cannot hide it from the other. */
#include "store_int.h"
#include <payung/store_correct.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define WORDS_CAP 640

/* All of an entry but who and when, which the audit entry has as its own. */
static void entry_words(const struct ledger_row *r, char out[WORDS_CAP])
{
	const struct ledger_entry *e = &r->entry;
	int n = snprintf(out, WORDS_CAP,
	        "reason=%s reversed=%d reverses=%lld day=%lld run=%lld payment=%lld sponsor=%lld"
	        " pledge=%lld worker=%lld months=%lld",
	        ledger_reason_name(e->reason), (int)e->reversed, (long long)r->reverses,
	        (long long)r->day, (long long)r->run, (long long)e->about.payment,
	        (long long)e->about.sponsor, (long long)e->about.pledge, (long long)e->about.worker,
	        (long long)e->worker_months);

	for (size_t i = 0; i < e->n && n > 0 && n < WORDS_CAP; i++)
		n += snprintf(out + n, (size_t)(WORDS_CAP - n), " %s/%lld=%lld",
		        ledger_account_name(e->posting[i].account), (long long)e->posting[i].owner,
		        (long long)e->posting[i].amount);
}

static void put_postings(struct query *q, const struct ledger_entry *e)
{
	for (size_t i = 0; i < LEDGER_POSTINGS_MAX; i++) {
		const struct ledger_posting *p = &e->posting[i];

		if (i < e->n) {
			put_int(q, p->account);
			put_int(q, p->owner);
			put_int(q, p->amount);
		} else {
			put_ref(q, 0);
			put_ref(q, 0);
			put_ref(q, 0);
		}
	}
}

static rc_t entry_insert(struct store *s, const struct ledger_row *r)
{
	const struct ledger_entry *e = &r->entry;
	struct query q = query_open(s, ST_LEDGER_ADD);

	put_int(&q, r->id);
	put_int(&q, r->at);
	put_int(&q, r->day);
	put_ref(&q, r->run);
	put_ref(&q, r->reverses);
	put_int(&q, e->reason);
	put_int(&q, e->reversed);
	put_ref(&q, e->about.payment);
	put_ref(&q, e->about.sponsor);
	put_ref(&q, e->about.pledge);
	put_ref(&q, e->about.worker);
	put_int(&q, e->worker_months);
	put_text(&q, r->by);
	put_postings(&q, e);
	return query_run(&q);
}

/* RC_EXISTS asked before the audit entry is written: a refused entry must not leave one. */
static rc_t not_reversed(struct store *s, int64_t reverses)
{
	struct query q = query_open(s, ST_LEDGER_REVERSED);
	int64_t by;
	rc_t rc;

	if (!reverses)
		return RC_OK;
	put_int(&q, reverses);
	rc = query_one_int(&q, &by);
	if (rc == RC_OK)
		return store_refuse(s, RC_EXISTS, "this entry is taken back already");
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_ledger_add(
        struct store *s, const struct ledger_entry *e, const struct ledger_note *n, int64_t *id)
{
	struct ledger_row r = {
		.at = n->at, .day = n->day, .run = n->run, .reverses = n->reverses, .entry = *e
	};
	char words[WORDS_CAP];
	rc_t rc;

	if (!entry_is_balanced(e))
		return store_refuse(s, RC_INVALID, "a ledger entry does not add up");
	text_copy(r.by, sizeof r.by, n->by);
	entry_words(&r, words);
	rc = not_reversed(s, r.reverses);
	if (rc == RC_OK)
		rc = store_audit(s, r.at, r.by, "ledger", "ledger", words);
	if (rc != RC_OK)
		return rc;
	r.id = s->tail.seq;
	rc = entry_insert(s, &r);
	if (rc == RC_OK)
		*id = r.id;
	return rc;
}

static rc_t read_entry(struct query *q, struct ledger_row *out)
{
	struct ledger_entry *e = &out->entry;
	rc_t rc = query_row(q);

	if (rc != RC_OK)
		return rc;
	memset(out, 0, sizeof *out);
	out->id = get_int(q);
	out->at = get_int(q);
	out->day = get_int(q);
	out->run = get_int(q);
	out->reverses = get_int(q);
	e->reason = (enum ledger_reason)get_int(q);
	e->reversed = (enum ledger_reason)get_int(q);
	e->about.payment = get_int(q);
	e->about.sponsor = get_int(q);
	e->about.pledge = get_int(q);
	e->about.worker = get_int(q);
	e->worker_months = get_int(q);
	get_text(q, out->by, sizeof out->by);
	for (size_t i = 0; i < LEDGER_POSTINGS_MAX; i++) {
		struct ledger_posting *p = &e->posting[i];

		p->account = (enum ledger_account)get_int(q);
		p->owner = get_int(q);
		p->amount = get_int(q);
		e->n += p->amount != 0; /* only the last may be missing */
	}
	query_end(q);
	return RC_OK;
}

rc_t store_ledger_get(struct store *s, int64_t id, struct ledger_row *out)
{
	struct query q = query_open(s, ST_LEDGER_GET);

	put_int(&q, id);
	return read_entry(&q, out);
}

rc_t store_ledger_next(
        struct store *s, enum ledger_of of, int64_t id, int64_t after, struct ledger_row *out)
{
	static const enum statement by[] = { [LEDGER_OF_PAYMENT] = ST_LEDGER_PAYMENT,
		[LEDGER_OF_SPONSOR] = ST_LEDGER_SPONSOR,
		[LEDGER_OF_PLEDGE] = ST_LEDGER_PLEDGE,
		[LEDGER_OF_WORKER] = ST_LEDGER_WORKER };
	struct query q = query_open(s, by[of]);

	put_int(&q, id);
	put_int(&q, after);
	return read_entry(&q, out);
}

rc_t store_ledger_paying(struct store *s, int64_t sponsor, struct ledger_row *out)
{
	struct query q = query_open(s, ST_LEDGER_PAYING);

	put_int(&q, sponsor);
	return read_entry(&q, out);
}

rc_t store_balance(struct store *s, enum ledger_account account, int64_t owner, rupiah_t *out)
{
	struct query q = query_open(s, ST_BALANCE);
	rc_t rc;

	put_int(&q, account);
	put_int(&q, owner);
	rc = query_one_int(&q, out);
	if (rc == RC_NOENT) {
		*out = 0;
		return RC_OK;
	}
	return rc;
}

/* ---- the books against the chain ---- */

struct told { /* an audit entry about the books */
	int64_t seq, at;
	char by[STORE_BY_CAP], words[WORDS_CAP];
};

static rc_t next_told(struct store *s, struct told *t)
{
	struct query q = query_open(s, ST_LEDGER_AUDIT);
	rc_t rc;

	put_int(&q, t->seq);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	t->seq = get_int(&q);
	get_text(&q, t->by, sizeof t->by);
	t->at = get_int(&q);
	get_text(&q, t->words, sizeof t->words);
	query_end(&q);
	return RC_OK;
}

static rc_t next_entry(struct store *s, struct ledger_row *r)
{
	struct query q = query_open(s, ST_LEDGER_EACH);

	put_int(&q, r->id);
	return read_entry(&q, r);
}

static bool same(const struct told *t, const struct ledger_row *r)
{
	char words[WORDS_CAP];

	entry_words(r, words);
	return t->seq == r->id && t->at == r->at && strcmp(t->by, r->by) == 0 &&
	       strcmp(t->words, words) == 0;
}

static rc_t compare(struct store *s, int64_t *entries, int64_t *bad)
{
	struct told t = { 0 };
	struct ledger_row r = { 0 };

	for (*entries = 0;; ++*entries) {
		rc_t told = next_told(s, &t), kept = next_entry(s, &r);

		if (told == RC_NOENT && kept == RC_NOENT)
			return RC_OK;
		if (told != RC_OK && told != RC_NOENT)
			return told;
		if (kept != RC_OK && kept != RC_NOENT)
			return kept;
		if (told != kept || !same(&t, &r)) {
			*bad = kept != RC_OK || (told == RC_OK && t.seq < r.id) ? t.seq : r.id;
			return store_refuse(
			        s, RC_INVALID, "the books are not those of the audit chain");
		}
	}
}

static rc_t verify(struct store *s, int64_t *entries, int64_t *bad)
{
	struct query q;
	int64_t wrong = 0;
	rc_t rc;

	*bad = 0;
	rc = compare(s, entries, bad);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_LEDGER_SUMS);
	rc = query_one_int(&q, &wrong);
	if (rc == RC_OK && wrong)
		return store_refuse(s, RC_INVALID, "a balance is not the sum of its entries");
	return rc;
}

rc_t store_ledger_verify(struct store *s, int64_t *entries, int64_t *bad)
{
	rc_t rc, ended;

	if (s->begun)
		return verify(s, entries, bad);
	rc = store_steer(s, ST_SNAPSHOT); /* beside a job that writes */
	if (rc != RC_OK)
		return rc;
	rc = verify(s, entries, bad);
	ended = store_steer(s, ST_COMMIT);
	return rc != RC_OK ? rc : ended;
}
