/* Issues for officers, texts for people. A text is queued in the transaction of what it tells of,
 * by a key that can never be queued twice, and rendered when it is handed to a modem. */
#include "job.h"

#include <payung/store_outbox.h>
#include <payung/text.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HOUR_S 3600
#define PHONES_MAX 4

rc_t job_issue(
        struct job *j, enum issue_kind kind, const char *subject, bool *fresh, const char *fmt, ...)
{
	char detail[ISSUE_NOTE_CAP];
	struct issue_row last;
	va_list ap;
	rc_t rc = store_issue_last(j->s, kind, subject, &last);

	if (fresh)
		*fresh = false;
	if (rc == RC_OK && last.state != ISSUE_RESOLVED)
		return RC_OK;
	if (rc != RC_OK && rc != RC_NOENT)
		return rc;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	rc = job_writes(j);
	if (rc == RC_OK)
		rc = store_issue_raise(j->s, kind, subject, detail, j->run.id, j->out->now, NULL);
	if (rc == RC_OK && fresh)
		*fresh = true;
	return rc == RC_OK ? job_count(j, "issue", issue_name(kind), 1, 0) : rc;
}

/* ---- arguments: name=value lines ---- */

void job_arg(struct job_text *t, const char *name, const char *fmt, ...)
{
	size_t len = strlen(t->args);
	char value[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof value, fmt, ap);
	va_end(ap);
	for (char *p = value; *p; p++) /* a line is a name's end */
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	snprintf(t->args + len, sizeof t->args - len, "%s=%s\n", name, value);
}

void job_arg_rupiah(struct job_text *t, const char *name, rupiah_t amount)
{
	char words[32];

	rupiah_format(amount, words);
	job_arg(t, name, "%s", words);
}

void job_arg_day(struct job_text *t, const char *name, int64_t day)
{
	char words[16];

	date_format_dmy(date_from_days(day), words);
	job_arg(t, name, "%s", words);
}

void job_arg_count(struct job_text *t, const char *name, int64_t n)
{
	char words[32];

	count_format(n, words);
	job_arg(t, name, "%s", words);
}

/* ---- queueing ---- */

rc_t job_queue(struct job *j, const struct job_text *t, bool *fresh)
{
	struct outbox_new m = { .class = CLASS_CONFIRM,
		.args = t->args,
		.line = t->line,
		.created_at = j->out->now,
		.not_before = j->out->now,
		.expires_at = j->out->now + (int64_t)j->r->text_ttl_h * HOUR_S };
	int64_t id = 0;
	rc_t rc;

	text_copy(m.key, sizeof m.key, t->key);
	text_copy(m.subject, sizeof m.subject, t->subject);
	text_copy(m.msisdn, sizeof m.msisdn, t->msisdn);
	text_copy(m.template_id, sizeof m.template_id, t->id);
	text_copy(m.lang, sizeof m.lang, t->lang);
	rc = store_outbox_add(j->s, &m, &id);
	if (fresh)
		*fresh = rc == RC_OK;
	if (rc == RC_EXISTS)
		return RC_OK;
	return rc == RC_OK ? job_count(j, "text", t->id, 1, 0) : rc;
}

rc_t job_tell_sponsor(struct job *j, const struct pledge_row *p, struct job_text *t, bool asks)
{
	struct phone_row phone;
	char subject[JOB_SUBJECT_CAP];
	rc_t rc;

	if (!p->sponsor_phone[0])
		return RC_OK;
	rc = store_phone_load(j->s, p->sponsor_phone, j->out->now, &phone);
	if (rc != RC_OK || (asks && phone.reminders_off))
		return rc;
	snprintf(subject, sizeof subject, "pledge/%s", p->ref);
	if (!t->subject)
		t->subject = subject;
	t->msisdn = p->sponsor_phone;
	t->lang = phone.lang;
	t->line = phone.home_line;
	return job_queue(j, t, NULL);
}

rc_t job_tell_worker(struct job *j, int64_t worker, struct job_text *t, bool asks, bool *fresh)
{
	struct worker_phone phone[PHONES_MAX];
	struct job_text one = *t;
	struct person_row p;
	char subject[JOB_SUBJECT_CAP];
	bool queued = false;
	size_t n = 0;
	rc_t rc = store_worker_phones(j->s, worker, phone, PHONES_MAX, &n);

	if (fresh)
		*fresh = false;
	if (rc == RC_OK)
		rc = store_person_get(j->s, worker, &p);
	if (rc != RC_OK)
		return rc;
	job_arg(&one, "nama", "%s", p.name);
	snprintf(subject, sizeof subject, "worker/%lld", (long long)worker);
	one.subject = subject;
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (asks && phone[i].stopped)
			continue;
		/* The first phone's key is that of the occasion; each further phone has its own. */
		if (i)
			snprintf(one.key, sizeof one.key, "%.70s/%.20s", t->key, phone[i].msisdn);
		one.msisdn = phone[i].msisdn;
		one.lang = phone[i].lang;
		one.line = phone[i].home_line;
		rc = job_queue(j, &one, &queued);
		if (fresh)
			*fresh = *fresh || queued;
	}
	return rc;
}
