/* Texts to duty phones. Each is queued in the transaction that gives the reason for it, under a key
 * of the case and its step: a case is never open without being on its way to somebody, and nobody
 * is told the same twice. */
#include "duty.h"
#include "duty_rules.h"
#include "outbox.h"

#include <payung/crypto.h>
#include <payung/log.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define HOUR_S 3600
#define LANG "id" /* officers' texts are written in one language */

struct notice {
	const char *template_id, *key, *subject, *msisdn;
	struct modem *prefer;
};

static rc_t queue(
        struct daemon *d, const struct notice *n, const struct tmpl_args *args, int64_t now)
{
	char body[TMPL_TEXT_CAP];
	struct tmpl_args all = *args;
	int ref = (int)(crypto_random_u64() & 0xff);
	struct outbox_text text = { .class = CLASS_URGENT,
		.key = n->key,
		.subject = n->subject,
		.msisdn = n->msisdn,
		.template_id = n->template_id,
		.lang = LANG,
		.body = body,
		.prefer = n->prefer,
		.next_ref = &ref };

	templates_common(&d->conf->service, &all);
	rc_t rc = tmpl_render(d->texts, n->template_id, LANG, &all, body, sizeof body);

	if (rc != RC_OK) {
		log_err("template=%s does not render (%s); payung templates check", n->template_id,
		        rc_text(rc));
		return RC_INVALID;
	}
	rc = outbox_queue(d, &text, now);
	if (rc == RC_OK)
		outbox_wake(d);
	return rc;
}

/* ---- cases ---- */

static void add_case(struct daemon *d, const struct case_row *c, struct tmpl_args *a)
{
	const char *reason = tmpl_word(d->texts, duty_reason(c->kind), LANG);
	char phone[MSISDN_CAP], day[16], time[16];
	int minute = date_minute_of_day(c->opened_at, d->conf->zone);

	msisdn_national(c->msisdn, phone);
	date_format_dm(date_at(c->opened_at, d->conf->zone), day);
	snprintf(time, sizeof time, "%02d.%02d", minute / 60, minute % 60);
	tmpl_arg(a, "alasan", reason ? reason : c->kind);
	tmpl_arg(a, "hp", phone);
	tmpl_arg(a, "ref", c->ref);
	tmpl_arg(a, "tglk", day);
	tmpl_arg(a, "pukul", time);
}

static rc_t tell_one(
        struct daemon *d, const struct case_row *c, const struct duty_move *m, int64_t now)
{
	char key[96], subject[48], number[24], jam[16];
	const char *text = c->told_at ? "D05" : "D01";
	struct tmpl_args args = { 0 };
	struct duty_row to;
	rc_t rc = store_duty_for_area(d->store, c->area, m->position, &to);

	if (rc != RC_OK)
		return rc;
	snprintf(key, sizeof key, "case/%s/%s/%d", c->ref, text, m->step);
	snprintf(subject, sizeof subject, "case/%s", c->ref);
	snprintf(jam, sizeof jam, "%d", d->conf->limits.duty_wait_h);
	add_case(d, c, &args);
	tmpl_arg(&args, "jam", jam);
	struct notice n = {
		.template_id = text, .key = key, .subject = subject, .msisdn = to.msisdn
	};

	rc = queue(d, &n, &args, now);
	if (rc == RC_OK)
		rc = store_case_told(d->store, c->id, to.msisdn, m->step, now, m->due_at);
	if (rc == RC_OK)
		log_info("case ref=%s kind=%s step=%d told=%s", c->ref, c->kind, m->step,
		        log_msisdn(to.msisdn, number));
	return rc;
}

static rc_t count_phones(struct daemon *d, const char *area, int *n)
{
	struct duty_row row;
	rc_t rc = RC_OK;

	for (*n = 0; (rc = store_duty_for_area(d->store, area, *n, &row)) == RC_OK;)
		++*n;
	return rc == RC_NOENT ? RC_OK : rc;
}

/* Once a day is enough to say that nobody is on duty, however many cases wait. */
static void nobody_on_duty(struct daemon *d, const struct case_row *c, int64_t now)
{
	int64_t today = date_days(daemon_today(d, now));

	if (d->no_duty_day != today)
		log_err("case ref=%s area=%s: no duty phone, cases wait in payung callback list; "
		        "payung duty add",
		        c->ref, c->area[0] ? c->area : "all");
	d->no_duty_day = today;
}

rc_t duty_tell(struct daemon *d, const struct case_row *c, int64_t now)
{
	int phones = 0;
	rc_t rc = count_phones(d, c->area, &phones);
	struct duty_move m =
	        duty_next(c->step, phones, now, (int64_t)d->conf->limits.duty_wait_h * HOUR_S);

	if (rc != RC_OK)
		return rc;
	if (m.position >= 0)
		return tell_one(d, c, &m, now);
	if (m.unanswered)
		log_err("case ref=%s kind=%s: told %d times and nobody has closed it; see payung "
		        "callback list",
		        c->ref, c->kind, c->step);
	else
		nobody_on_duty(d, c, now);
	return store_case_told(d->store, c->id, "", m.step, now, m.due_at);
}

rc_t duty_close(struct daemon *d, const char *ref, const char *msisdn, int64_t now, bool *closed)
{
	char subject[48];
	rc_t rc = store_case_done(d->store, ref, msisdn, "", now);

	*closed = rc == RC_OK;
	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	snprintf(subject, sizeof subject, "case/%s", ref);
	return store_audit(d->store, now, "daemon", "case done", subject, "by=duty phone");
}

/* ---- what all must know ---- */

struct telling {
	struct daemon *d;
	struct notice notice;
	const struct tmpl_args *args;
	const char *occasion;
	int64_t now;
	rc_t rc;
};

static void tell(void *arg, const struct duty_row *to)
{
	struct telling *t = arg;
	char key[96];

	if (t->rc != RC_OK)
		return;
	snprintf(key, sizeof key, "%s/%s", t->occasion, to->msisdn);
	t->notice.key = key;
	t->notice.msisdn = to->msisdn;
	t->rc = queue(t->d, &t->notice, t->args, t->now);
	if (t->rc == RC_EXISTS) /* on duty in several areas, or told before a restart */
		t->rc = RC_OK;
}

rc_t duty_tell_all(struct daemon *d, const char *template_id, const struct tmpl_args *args,
        const char *occasion, struct modem *prefer, int64_t now)
{
	struct telling t = { .d = d,
		.notice = { .template_id = template_id, .subject = "duty", .prefer = prefer },
		.args = args,
		.occasion = occasion,
		.now = now };
	rc_t rc = store_duty_each(d->store, tell, &t);

	return rc == RC_OK ? t.rc : rc;
}
