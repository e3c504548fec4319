/* What officers put right: told by subject, so that an explanation finds it without the chain. */
#include "store_int.h"
#include <payung/store_correct.h>
#include <payung/text.h>
#include <stdio.h>

#define AUDIT_CAP (CORRECTION_DETAIL_CAP + CORRECTION_NOTE_CAP + 16)

rc_t store_correction_add(struct store *s, int64_t now, const char *by, const char *action,
        const char *subject, const char *detail, const char *note)
{
	struct query q = query_open(s, ST_CORRECTION_ADD);
	char words[AUDIT_CAP];
	rc_t rc;

	put_int(&q, now);
	put_text(&q, by);
	put_text(&q, subject);
	put_text(&q, action);
	put_text(&q, detail);
	put_text(&q, note);
	rc = query_run(&q);
	if (rc != RC_OK)
		return rc;
	snprintf(words, sizeof words, "%s%snote=%s", detail, *detail ? " " : "", note);
	return store_audit(s, now, by, action, subject, words);
}

rc_t store_correction_next(
        struct store *s, const char *subject, int64_t after, struct correction_row *out)
{
	struct query q = query_open(s, ST_CORRECTION_NEXT);
	rc_t rc;

	put_text(&q, subject);
	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->id = get_int(&q);
	out->at = get_int(&q);
	get_text(&q, out->by, sizeof out->by);
	get_text(&q, out->action, sizeof out->action);
	get_text(&q, out->detail, sizeof out->detail);
	get_text(&q, out->note, sizeof out->note);
	query_end(&q);
	return RC_OK;
}

/* ---- payments ---- */

rc_t store_payment_text(struct store *s, int64_t payment, int64_t *id, enum outbox_state *state)
{
	struct query q = query_open(s, ST_PAYMENT_TEXT);
	char first[32], beyond[32];
	rc_t rc;

	snprintf(first, sizeof first, "payment/%lld/", (long long)payment);
	snprintf(beyond, sizeof beyond, "payment/%lld0", (long long)payment); /* '0' follows '/' */
	put_text(&q, first);
	put_text(&q, beyond);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	*id = get_int(&q);
	*state = (enum outbox_state)get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* ---- the books ---- */

rc_t store_payment_taken_back(struct store *s, int64_t payment, int64_t *n)
{
	struct query q = query_open(s, ST_PAYMENT_TAKEN_BACK);

	put_int(&q, payment);
	return query_one_int(&q, n);
}

rc_t store_ledger_is_reversed(struct store *s, int64_t entry, bool *yes)
{
	struct query q = query_open(s, ST_LEDGER_REVERSED);
	int64_t by;
	rc_t rc;

	put_int(&q, entry);
	rc = query_one_int(&q, &by);
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	*yes = rc == RC_OK;
	return RC_OK;
}

rc_t store_month_last_of_entry(
        struct store *s, int64_t entry, int64_t *allocation, struct month_row *out)
{
	struct query q = query_open(s, ST_MONTH_LAST_OF_ENTRY);
	int64_t worker, a;
	month_t month;
	rc_t rc;

	put_int(&q, entry);
	put_int(&q, COVER_PACKAGE);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	a = get_int(&q);
	month = (month_t)get_int(&q);
	worker = get_int(&q);
	query_end(&q);
	rc = store_month_get(s, worker, month, out);
	if (rc == RC_OK)
		*allocation = a;
	return rc;
}

rc_t store_confirmation_origin(struct store *s, int64_t confirmation, struct origin *out)
{
	struct query q = query_open(s, ST_CONFIRMATION_ORIGIN);
	rc_t rc;

	put_int(&q, confirmation);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->day = get_int(&q);
	out->row = (int)get_int(&q);
	get_text(&q, out->file, sizeof out->file);
	query_end(&q);
	return RC_OK;
}

rc_t store_pledge_months(
        struct store *s, int64_t pledge, struct months_row *out, size_t cap, size_t *n)
{
	struct query q = query_open(s, ST_PLEDGE_MONTHS);
	rc_t rc;

	*n = 0;
	put_int(&q, pledge);
	put_int(&q, COVER_PACKAGE);
	while ((rc = query_row(&q)) == RC_OK) {
		struct months_row *m = &out[*n];

		if (*n == cap) {
			query_end(&q);
			return store_refuse(s, RC_LIMIT, "a pledge pays more months than room");
		}
		++*n;
		m->month = (month_t)get_int(&q);
		m->workers = get_int(&q);
		m->amount = get_int(&q);
		m->confirmed = get_int(&q);
		m->confirmed_amount = get_int(&q);
		m->confirmed_day = get_int(&q);
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_pledge_allocations(struct store *s, int64_t pledge, int64_t count[ALLOCATIONS])
{
	struct query q = query_open(s, ST_PLEDGE_PLACES);
	rc_t rc;

	for (int i = 0; i < ALLOCATIONS; i++)
		count[i] = 0;
	put_int(&q, pledge);
	while ((rc = query_row(&q)) == RC_OK) {
		const int64_t state = get_int(&q), n = get_int(&q);

		if (state >= 0 && state < ALLOCATIONS)
			count[state] = n;
	}
	return rc == RC_NOENT ? RC_OK : rc;
}

/* ---- terms that change ---- */

rc_t store_pledge_workers(struct store *s, int64_t pledge, int workers)
{
	struct query q = query_open(s, ST_PLEDGE_WORKERS);

	put_int(&q, workers);
	put_int(&q, pledge);
	return query_change(&q);
}

rc_t store_pledge_payments(struct store *s, int64_t pledge, int64_t *n)
{
	struct query q = query_open(s, ST_PLEDGE_PAYMENTS);

	put_int(&q, pledge);
	return query_one_int(&q, n);
}

rc_t store_pledge_cancel(struct store *s, const struct pledge_row *p, int64_t now, int64_t *text)
{
	static const enum statement ends[] = { ST_PLEDGE_END_WORKERS, ST_PLEDGE_END_CODES,
		ST_PLEDGE_END_PLAN, ST_PLEDGE_EMPTY };
	struct query q = query_open(s, ST_PLEDGE_END_PLACES);
	char key[48];
	rc_t rc;

	put_int(&q, now);
	put_int(&q, p->id);
	rc = query_run(&q);
	for (size_t i = 0; rc == RC_OK && i < sizeof ends / sizeof *ends; i++) {
		q = query_open(s, ends[i]);
		put_int(&q, p->id);
		rc = query_run(&q);
	}
	if (rc != RC_OK)
		return rc;
	snprintf(key, sizeof key, "pledge/%s/S01", p->ref);
	q = query_open(s, ST_OUT_BY_KEY);
	put_text(&q, key);
	rc = query_one_int(&q, text);
	if (rc == RC_NOENT)
		*text = 0;
	return rc == RC_NOENT ? RC_OK : rc;
}

rc_t store_allocation_span(struct store *s, int64_t id, month_t from, month_t to)
{
	struct query q = query_open(s, ST_ALLOCATION_SPAN);

	put_int(&q, from);
	put_int(&q, to);
	put_int(&q, id);
	return query_change(&q);
}

rc_t store_allocation_revive(struct store *s, const struct allocation_row *a, month_t to)
{
	struct query q = query_open(s, ST_PLACE_TAKE);
	rc_t rc;

	put_int(&q, a->pledge);
	rc = query_change(&q);
	if (rc == RC_NOENT && q.done)
		return store_refuse(s, RC_LIMIT, "the pledge has no place left");
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_ALLOCATION_REVIVE);
	put_int(&q, to);
	put_int(&q, a->id);
	return query_change(&q);
}

rc_t store_basis_add(struct store *s, const char *programme, const char *text, int64_t now)
{
	struct query q = query_open(s, ST_BASIS_ADD);
	rc_t rc;

	put_text(&q, text);
	put_int(&q, now);
	put_text(&q, programme);
	rc = query_change(&q);
	if (rc != RC_OK)
		return rc;
	q = query_open(s, ST_BASIS_SET);
	put_text(&q, text);
	put_text(&q, programme);
	return query_change(&q);
}

rc_t store_basis_next(struct store *s, const char *programme, int after, struct basis_row *out)
{
	struct query q = query_open(s, ST_BASIS_NEXT);
	rc_t rc;

	put_text(&q, programme);
	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->number = (int)get_int(&q);
	get_text(&q, out->text, sizeof out->text);
	out->since = get_int(&q);
	query_end(&q);
	return RC_OK;
}

rc_t store_registration_find(struct store *s, const char *ref, struct registration_target *out)
{
	struct query q = query_open(s, ST_REGISTRATION_TARGET);
	rc_t rc;

	put_text(&q, ref);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->id = get_int(&q);
	out->worker = get_int(&q);
	out->pledge = get_int(&q);
	query_end(&q);
	return RC_OK;
}

/* ---- the list for the insurer ---- */

static rc_t read_export(struct query *q, struct export_row *out)
{
	size_t len = 0;

	out->allocation = get_int(q);
	out->worker = get_int(q);
	get_text(q, out->ref, sizeof out->ref);
	out->from = (month_t)get_int(q);
	out->to = (month_t)get_int(q);
	get_text(q, out->name, sizeof out->name);
	get_text(q, out->born, sizeof out->born);
	out->sex = (int)get_int(q);
	out->job = (int)get_int(q);
	get_text(q, out->area, sizeof out->area);
	return get_sealed(q, "worker.nik", out->nik, sizeof out->nik, &len);
}

rc_t store_export_next(struct store *s, int64_t pledge, int64_t after, struct export_row *out)
{
	struct query q = query_open(s, pledge ? ST_EXPORT_OF_PLEDGE : ST_EXPORT_NEXT);
	rc_t rc;

	put_int(&q, after);
	if (pledge)
		put_int(&q, pledge);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	rc = read_export(&q, out);
	query_end(&q);
	return rc;
}

rc_t store_export_begin(struct store *s, const char *by, int64_t now, const char *head, int64_t *id)
{
	struct query q = query_open(s, ST_EXPORT_BEGIN);
	rc_t rc;

	put_int(&q, now);
	put_text(&q, by);
	put_text(&q, head);
	rc = query_run(&q);
	if (rc == RC_OK)
		*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

rc_t store_export_keep(
        struct store *s, int64_t id, int64_t allocation, int64_t worker, const char *line)
{
	struct query q = query_open(s, ST_EXPORT_KEEP);

	put_int(&q, id);
	put_int(&q, allocation);
	put_int(&q, worker);
	put_text(&q, line);
	return query_run(&q);
}

rc_t store_export_head(struct store *s, int64_t id, char head[EXPORT_LINE_CAP])
{
	struct query q = query_open(s, ST_EXPORT_HEAD);
	rc_t rc;

	put_int(&q, id);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	get_text(&q, head, EXPORT_LINE_CAP);
	query_end(&q);
	return RC_OK;
}

rc_t store_export_line(struct store *s, int64_t id, int64_t after, struct export_line *out)
{
	struct query q = query_open(s, ST_EXPORT_LINE);
	size_t len = 0;
	rc_t rc;

	put_int(&q, id);
	put_int(&q, after);
	rc = query_row(&q);
	if (rc != RC_OK)
		return rc;
	out->allocation = get_int(&q);
	get_text(&q, out->line, sizeof out->line);
	rc = get_sealed(&q, "worker.nik", out->nik, sizeof out->nik, &len);
	query_end(&q);
	return rc;
}
