#include "other_phones.h"
#include "outbox.h"

#include <payung/crypto.h>
#include <payung/log.h>
#include <payung/store_decision.h>
#include <payung/store_remind.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define DAY_S 86400
#define NOT_MINE_S (72 * 3600) /* a phone may say so long that it is not the worker's */
#define DAY_BEGINS_MIN (8 * 60)
#define DAY_ENDS_MIN (17 * 60)
#define LAPSE_AT_ONCE 20 /* the rest follows with the next look */
#define WARNED_MAX 3     /* phones of one worker that are warned */

/* ---- telling ---- */

/* Queues a text in that phone's own language. Whatever that phone says again after it is no
 * repetition of what it said before. RC_EXISTS: the same was told under this key. */
static rc_t tell(struct daemon *d, const struct heard *h, const char *msisdn,
        const char *template_id, const char *key, struct tmpl_args *args)
{
	char body[TMPL_TEXT_CAP];
	struct phone_row phone;
	struct outbox_text text = { .class = CLASS_CONFIRM,
		.key = key,
		.subject = "phone",
		.msisdn = msisdn,
		.template_id = template_id,
		.lang = phone.lang,
		.body = body,
		.next_ref = &phone.next_ref };
	rc_t rc = store_phone_load(d->store, msisdn, h->now, &phone);

	if (rc != RC_OK)
		return rc;
	text.home_line = phone.home_line;
	templates_common(&d->conf->service, args);
	rc = tmpl_render(d->texts, template_id, phone.lang, args, body, sizeof body);
	if (rc != RC_OK) {
		log_err("template=%s lang=%s does not render (%s); payung templates check",
		        template_id, phone.lang, rc_text(rc));
		return RC_INVALID;
	}
	rc = outbox_queue(d, &text, h->now);
	if (rc != RC_OK)
		return rc == RC_LIMIT ? RC_INVALID : rc;
	outbox_wake(d);
	phone.last_effect_inbox = h->inbox;
	return store_phone_save(d->store, &phone, h->now);
}

static void arg_first_name(struct tmpl_args *a, const char *name)
{
	char first[TALK_NAME_CAP];

	snprintf(first, sizeof first, "%.*s", (int)strcspn(name, " "), name);
	tmpl_arg(a, "nama1", first);
}

static void arg_last_digits(struct tmpl_args *a, const char *msisdn)
{
	size_t n = strlen(msisdn);

	tmpl_arg(a, "hp4", n > 4 ? msisdn + n - 4 : msisdn);
}

static void daily_key(char key[96], const struct daemon *d, const struct heard *h, int64_t worker,
        const char *occasion, const char *to)
{
	snprintf(key, 96, "worker/%lld/%s/%s/%s/%lld", (long long)worker, occasion, h->sender, to,
	        (long long)date_days(daemon_today(d, h->now)));
}

/* ---- a NIK from elsewhere ---- */

bool nik_links_hold(const struct nik_links *of, const char *msisdn)
{
	for (size_t i = 0; i < of->n; i++)
		if (strcmp(of->msisdn[i], msisdn) == 0)
			return true;
	return false;
}

static rc_t warn_one(
        struct daemon *d, const struct heard *h, const struct nik_links *of, const char *msisdn)
{
	struct tmpl_args args = { 0 };
	char key[96];

	daily_key(key, d, h, of->worker, "nik", msisdn);
	arg_first_name(&args, of->name);
	arg_last_digits(&args, h->sender);
	rc_t rc = tell(d, h, msisdn, "W45", key, &args);

	return rc == RC_EXISTS ? RC_OK : rc;
}

rc_t other_phones_warn(struct daemon *d, const struct heard *h, const struct nik_links *of)
{
	rc_t rc = RC_OK;

	if (nik_links_hold(of, h->sender))
		return RC_OK;
	for (size_t i = 0; rc == RC_OK && i < of->n && i < WARNED_MAX; i++)
		rc = warn_one(d, h, of, of->msisdn[i]);
	return rc;
}

/* ---- a worker moves ---- */

static rc_t ask_move(struct daemon *d, const struct heard *h, const struct nik_links *of)
{
	struct tmpl_args args = { 0 };
	char key[96], otp[8], hours[8];
	const int ttl_h = d->conf->limits.dialogue_ttl_h;

	snprintf(otp, sizeof otp, "%04u", 1000 + (unsigned)(crypto_random_u64() % 9000));
	rc_t rc = store_change_open(d->store, of->worker, of->msisdn[0], h->sender, otp, h->now,
	        h->now + (int64_t)ttl_h * 3600);

	if (rc != RC_OK)
		return rc == RC_EXISTS ? RC_OK : rc; /* asked already */
	snprintf(hours, sizeof hours, "%d", ttl_h);
	snprintf(key, sizeof key, "worker/%lld/move/%lld", (long long)of->worker,
	        (long long)h->inbox);
	arg_first_name(&args, of->name);
	arg_last_digits(&args, h->sender);
	tmpl_arg(&args, "otp", otp);
	tmpl_arg(&args, "jam", hours);
	log_info("worker=%lld asks to move to another phone", (long long)of->worker);
	return tell(d, h, of->msisdn[0], "W26", key, &args);
}

rc_t other_phones_ask_move(struct daemon *d, const struct heard *h, const struct nik_links *of)
{
	rc_t rc = of->n && !nik_links_hold(of, h->sender) ? ask_move(d, h, of) : RC_OK;

	for (size_t i = 1; rc == RC_OK && i < of->n && i < WARNED_MAX; i++)
		rc = warn_one(d, h, of, of->msisdn[i]);
	return rc;
}

rc_t other_phones_tell_moved(struct daemon *d, const struct heard *h, const struct change_row *c)
{
	struct tmpl_args args = { 0 };
	char key[96];

	snprintf(key, sizeof key, "change/%lld/new", (long long)c->id);
	tmpl_arg(&args, "nama", c->name);
	log_info("worker=%lld moved to another phone", (long long)c->worker);
	return tell(d, h, c->to, "W27", key, &args);
}

/* ---- enrolled by a cadre ---- */

rc_t other_phones_ask_consent(
        struct daemon *d, const struct heard *h, const struct talk_dialogue *told, const char *ref)
{
	struct tmpl_args args = { 0 };
	char key[96];

	snprintf(key, sizeof key, "registration/%s/consent", ref);
	tmpl_arg(&args, "nama", told->name);
	return tell(d, h, told->phone, "W51", key, &args);
}

/* A cadre waits for news, too; nobody is told at night. */
static rc_t lapse_one(struct daemon *d, const struct registration_row *r, int64_t now)
{
	const struct heard nothing = { .now = now };
	struct tmpl_args args = { 0 };
	char key[96], days[8], moved_up[REF_LEN + 1] = "";
	rc_t rc = store_consent_lapse(d->store, r->ref, now, moved_up);

	if (rc != RC_OK)
		return rc;
	log_info("registration ref=%s lapsed: the worker's phone has not answered%s%s", r->ref,
	        moved_up[0] ? ", its place goes to " : "", moved_up);
	if (!r->enrolled_by[0])
		return RC_OK;
	snprintf(key, sizeof key, "registration/%s/lapsed", r->ref);
	snprintf(days, sizeof days, "%d", d->conf->limits.consent_days);
	tmpl_arg(&args, "nama", r->name);
	tmpl_arg(&args, "ref", r->ref);
	tmpl_arg(&args, "u", days);
	return tell(d, &nothing, r->enrolled_by, "W60", key, &args);
}

rc_t other_phones_lapse(struct daemon *d, int64_t now)
{
	const int minute = date_minute_of_day(now, d->conf->zone);
	const int64_t before = now - (int64_t)d->conf->limits.consent_days * 86400;
	struct registration_row r;
	rc_t rc = RC_OK;

	if (minute < DAY_BEGINS_MIN || minute >= DAY_ENDS_MIN)
		return RC_OK;
	for (int i = 0; rc == RC_OK && i < LAPSE_AT_ONCE; i++) {
		rc = store_consent_unanswered(d->store, before, &r);
		if (rc == RC_NOENT)
			return RC_OK;
		if (rc == RC_OK)
			rc = lapse_one(d, &r, now);
	}
	return rc;
}

/* ---- what this phone was asked ---- */

static void set(struct asked *out, enum talk_asked_kind kind, const char *name, const char *ref)
{
	out->talk.kind = kind;
	text_copy(out->talk.name, sizeof out->talk.name, name);
	text_copy(out->talk.ref, sizeof out->talk.ref, ref);
}

static rc_t load_otp(
        struct daemon *d, const struct heard *h, const char *otp, struct asked *out, bool *counted)
{
	static const enum talk_otp words[] = { [CHANGE_PENDING] = OTP_WRONG,
		[CHANGE_CONFIRMED] = OTP_RIGHT,
		[CHANGE_REFUSED] = OTP_LAST_WRONG,
		[CHANGE_LAPSED] = OTP_NOT_ASKED };
	enum change_state became;
	rc_t rc = store_change_confirm(d->store, h->sender, otp, h->now, &out->change, &became);

	if (rc != RC_OK || became == CHANGE_LAPSED)
		return rc;
	*counted = true;
	set(out, ASKED_MOVE, out->change.name, "");
	out->talk.otp = words[became];
	return RC_OK;
}

static rc_t load_move(struct daemon *d, const struct heard *h, struct asked *out, int64_t *at)
{
	rc_t rc = store_change_pending(d->store, h->sender, h->now, &out->change);

	if (rc != RC_OK)
		return rc == RC_NOENT ? RC_OK : rc;
	*at = out->change.created_at;
	set(out, ASKED_MOVE, out->change.name, "");
	return RC_OK;
}

static rc_t load_moved(struct daemon *d, const struct heard *h, struct asked *out, int64_t *at)
{
	struct change_row c;
	rc_t rc = store_change_arrived(d->store, h->sender, h->now - NOT_MINE_S, &c);

	if (rc != RC_OK || c.closed_at < *at)
		return rc == RC_NOENT ? RC_OK : rc;
	*at = c.closed_at;
	out->change = c;
	set(out, ASKED_MOVED, c.name, "");
	return RC_OK;
}

static rc_t load_enrolled(struct daemon *d, const struct heard *h, struct asked *out, int64_t *at)
{
	struct registration_row r;
	rc_t rc = store_consent_asked(d->store, h->sender, &r);

	if (rc != RC_OK || r.created_at < *at)
		return rc == RC_NOENT ? RC_OK : rc;
	*at = r.created_at;
	set(out, ASKED_ENROL, r.name, r.ref);
	return RC_OK;
}

/* A number check is answered while its days last; it is a question to one person. */
static rc_t load_number(struct daemon *d, const struct heard *h, struct asked *out, int64_t *at)
{
	const struct day_span *span = &d->conf->reminders.when[REMIND_NUMBER_CHECK];
	struct remind_row r;
	struct person_row p;
	rc_t rc = store_remind_asked(
	        d->store, h->sender, h->now - (int64_t)(span->last - span->first + 1) * DAY_S, &r);

	if (rc == RC_OK && r.noted_at >= *at)
		rc = store_person_get(d->store, r.subject, &p);
	if (rc != RC_OK || r.noted_at < *at)
		return rc == RC_NOENT ? RC_OK : rc;
	*at = r.noted_at;
	out->change = (struct change_row){ .worker = r.subject };
	set(out, ASKED_NUMBER, p.name, "");
	return RC_OK;
}

rc_t asked_load(
        struct daemon *d, const struct heard *h, const char *otp, struct asked *out, bool *counted)
{
	int64_t newest = 0;

	if (otp[0])
		return load_otp(d, h, otp, out, counted);
	rc_t rc = load_move(d, h, out, &newest);

	if (rc == RC_OK)
		rc = load_moved(d, h, out, &newest);
	if (rc == RC_OK)
		rc = load_enrolled(d, h, out, &newest);
	if (rc == RC_OK)
		rc = load_number(d, h, out, &newest);
	return rc;
}

static rc_t refuse(struct daemon *d, const struct heard *h, const struct asked *a)
{
	char moved_up[REF_LEN + 1];
	struct change_row c;

	switch (a->talk.kind) {
	case ASKED_MOVE:
		return store_change_refuse(d->store, h->sender, h->now, &c);
	case ASKED_MOVED:
	case ASKED_NUMBER:
		return store_link_end(
		        d->store, h->sender, a->change.worker, "not this person", h->now);
	default:
		return store_consent_refuse(d->store, a->talk.ref, h->now, moved_up);
	}
}

rc_t asked_answer(struct daemon *d, const struct heard *h, const struct asked *a, bool yes)
{
	if (!yes)
		return refuse(d, h, a);
	if (a->talk.kind == ASKED_MOVE)
		return RC_OK; /* the number has moved the link */
	return store_consent_give(d->store, a->talk.ref, "W51", h->now);
}
