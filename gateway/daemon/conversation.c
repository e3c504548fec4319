#include "conversation.h"
#include "duty.h"
#include "outbox.h"
#include "render.h"

#include <payung/crypto.h>
#include <payung/log.h>
#include <payung/regcode.h>
#include <payung/store_desk.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define REPLIES_MAX 8

struct turn { /* one text on its way through the rules */
	struct daemon *d;
	const struct heard *h;
	struct phone_row phone;
	struct talk_request request;
	struct talk_facts facts;
	struct talk_effects effects;
	int replies;
	bool changed;
};

static rc_t done(struct turn *t, enum inbox_state state, const char *intent)
{
	static char masked[INBOX_TEXT_MAX];

	text_copy(masked, sizeof masked, t->h->text);
	text_mask_nik(masked);
	return store_inbox_done(t->d->store, t->h->inbox, state, masked, intent, t->h->now);
}

rc_t conversation_shelve(struct daemon *d, const struct heard *h)
{
	struct turn t = { .d = d, .h = h };

	return done(&t, INBOX_HANDLED, "refused");
}

/* ---- answers ---- */

static rc_t queue_reply(struct turn *t, const char *template_id, const char *body)
{
	char key[96];
	struct outbox_text text = { .class = CLASS_REPLY,
		.key = key,
		.subject = "phone",
		.msisdn = t->h->sender,
		.template_id = template_id,
		.lang = t->phone.lang,
		.body = body,
		.inbox = t->h->inbox,
		.prefer = t->h->modem,
		.home_line = t->h->line,
		.next_ref = &t->phone.next_ref };

	snprintf(key, sizeof key, "inbox/%lld/%d", (long long)t->h->inbox, ++t->replies);
	if (t->h->modem && t->h->modem->line != t->h->line)
		text.prefer = NULL; /* that SIM left while the text waited for the store */
	return outbox_queue(t->d, &text, t->h->now);
}

static rc_t reply(struct turn *t, const struct talk_effect *e)
{
	char body[TMPL_TEXT_CAP];
	struct tmpl_args args = e->args;

	render_common(t->d, &args);
	rc_t rc = tmpl_render(t->d->texts, e->template_id, t->phone.lang, &args, body, sizeof body);

	if (rc != RC_OK) {
		log_err("template=%s lang=%s does not render (%s); payung templates check",
		        e->template_id, t->phone.lang, rc_text(rc));
		return RC_INVALID;
	}
	rc = queue_reply(t, e->template_id, body);
	return rc == RC_LIMIT ? RC_INVALID : rc;
}

/* ---- a repeated text ---- */

struct same {
	struct turn *t;
	rc_t rc;
};

static void say_again(void *arg, const struct outbox_row *row)
{
	struct same *s = arg;

	if (s->rc == RC_OK && s->t->replies < REPLIES_MAX)
		s->rc = queue_reply(s->t, row->template_id, row->body);
}

/* The same answer and no second effect, as long as nothing has happened since the first time. */
static rc_t repeat(struct turn *t, bool *yes)
{
	struct daemon *d = t->d;
	int64_t earlier, since = t->h->now - (int64_t)d->conf->limits.repeat_window_min * 60;
	struct same s = { t, RC_OK };

	*yes = false;
	if (talk_is_read_only(t->request.intent) || t->phone.last_effect_inbox == 0)
		return RC_OK;
	rc_t rc = store_inbox_repeat(d->store, t->h->inbox, since, &earlier);

	if (rc == RC_NOENT || (rc == RC_OK && earlier != t->phone.last_effect_inbox))
		return RC_OK;
	if (rc == RC_OK)
		rc = store_outbox_of_inbox(d->store, earlier, say_again, &s);
	*yes = rc == RC_OK;
	if (*yes) /* a third time is compared with this one */
		t->phone.last_effect_inbox = t->h->inbox;
	return rc == RC_OK ? s.rc : rc;
}

/* ---- facts ---- */

static rc_t load_code(struct turn *t)
{
	const struct talk_request *r = &t->request;
	const struct conf_limits *l = &t->d->conf->limits;
	const char *code = "";

	if (r->intent == INTENT_REGISTER)
		code = r->code_checked && !r->two_codes ? r->code : "";
	else if (t->facts.dialogue.state != TALK_IDLE)
		code = t->facts.dialogue.code;
	if (!code[0])
		return RC_OK;
	return store_code_facts(t->d->store, code, t->h->sender, t->h->now, t->facts.today,
	        l->age_min, l->age_max_new, &t->facts.code);
}

/* Most registrations need nobody else's record: the fast path asks nothing. */
static bool needs_workers(const struct turn *t)
{
	const struct talk_code *c = &t->facts.code;

	if (t->request.intent == INTENT_REGISTER)
		return c->state == CODE_USED || (c->state == CODE_ISSUED && !c->named);
	return t->facts.dialogue.state == TALK_IDLE || talk_is_read_only(t->request.intent);
}

/* Short enough to be said on the phone, so two can be equal by chance: it is drawn until it is new.
 */
static rc_t draw_ref(struct daemon *d, char ref[REF_LEN + 1])
{
	bool used = true;
	rc_t rc = RC_OK;

	while (rc == RC_OK && used) {
		ref_make(crypto_random_u64(), ref);
		rc = store_ref_used(d->store, ref, &used);
	}
	return rc;
}

static rc_t load_facts(struct turn *t)
{
	struct daemon *d = t->d;
	struct talk_facts *f = &t->facts;
	const struct conf_limits *l = &d->conf->limits;

	f->now = t->h->now;
	f->today = daemon_today(d, f->now);
	text_copy(f->lang, sizeof f->lang, t->phone.lang);
	f->dialogue = t->phone.dialogue;
	f->wrong_codes = t->phone.wrong_codes;
	f->wrong_codes_max = l->wrong_codes_per_hour;
	f->age_min = l->age_min;
	f->age_max = l->age_max_new;
	f->dialogue_ttl_h = l->dialogue_ttl_h;
	f->workers_per_phone = l->workers_per_phone;
	f->is_sponsor = t->phone.is_sponsor;
	text_copy(f->helpdesk, sizeof f->helpdesk, d->conf->service.helpdesk);
	text_copy(f->official, sizeof f->official, d->conf->service.official);
	rc_t rc = draw_ref(d, f->ref);

	if (rc == RC_OK)
		rc = load_code(t);
	if (rc == RC_OK && needs_workers(t))
		rc = store_phone_workers(d->store, t->h->sender, f->today, f->worker, &f->workers);
	return rc;
}

/* ---- effects ---- */

static rc_t enrol(struct turn *t, const struct talk_effect *e)
{
	struct registration_new r = {
		.waiting = e->waiting, .inbox = t->h->inbox, .line = t->h->line, .consent_text = ""
	};
	bool open = e->kind == EFFECT_REGISTER_OPEN;
	int64_t id;

	text_copy(r.ref, sizeof r.ref, e->ref);
	text_copy(r.code, sizeof r.code, open ? t->facts.dialogue.code : t->request.code);
	text_copy(r.msisdn, sizeof r.msisdn, t->h->sender);
	r.open = open ? &t->facts.dialogue : NULL;
	r.consent_text = open ? "W05" : "card";
	rc_t rc = store_register(t->d->store, &r, t->h->now, &id);

	if (rc == RC_OK)
		log_info("registration id=%lld ref=%s inbox=%lld%s", (long long)id, r.ref,
		        (long long)t->h->inbox, r.waiting ? " waiting" : "");
	/* The code was looked at in this very transaction: nobody can have used it since. */
	return rc == RC_EXISTS || rc == RC_NOENT ? RC_INVALID : rc;
}

/* A case and the text to the duty phone are one transaction: none waits unseen. */
static rc_t open_case(struct turn *t, const struct talk_effect *e)
{
	struct case_row c;
	rc_t rc = store_case_open(
	        t->d->store, e->word, e->ref, t->h->sender, t->h->inbox, t->h->now, &c);

	return rc == RC_OK ? duty_tell(t->d, &c, t->h->now) : rc;
}

static rc_t perform(struct turn *t, const struct talk_effect *e)
{
	if (e->kind != EFFECT_REPLY)
		t->changed = true;
	switch (e->kind) {
	case EFFECT_REPLY:
		return reply(t, e);
	case EFFECT_DIALOGUE:
		t->phone.dialogue = e->dialogue;
		return RC_OK;
	case EFFECT_REGISTER_NAMED:
	case EFFECT_REGISTER_OPEN:
		return enrol(t, e);
	case EFFECT_WRONG_CODE:
		t->phone.wrong_codes++;
		return RC_OK;
	case EFFECT_LANGUAGE:
		text_copy(t->phone.lang, sizeof t->phone.lang, e->word);
		return RC_OK;
	case EFFECT_REMINDERS:
		t->phone.reminders_off = !e->on;
		return RC_OK;
	case EFFECT_CASE:
		return open_case(t, e);
	}
	return RC_INVALID;
}

/* ---- the turn ---- */

static bool cap_exempt(enum talk_intent i)
{
	return i == INTENT_CLAIM || i == INTENT_CLAIM_DEATH || i == INTENT_CLAIM_ACCIDENT ||
	       i == INTENT_STOP;
}

static rc_t answer(struct turn *t)
{
	rc_t rc = load_facts(t);

	if (rc != RC_OK)
		return rc;
	talk_step(&t->facts, &t->request, t->d->texts, &t->effects);
	for (size_t i = 0; rc == RC_OK && i < t->effects.n; i++)
		rc = perform(t, &t->effects.effect[i]);
	if (rc == RC_OK && t->changed)
		t->phone.last_effect_inbox = t->h->inbox;
	return rc;
}

static rc_t save(struct turn *t)
{
	t->phone.replies_today += t->replies;
	if (!t->phone.home_line)
		t->phone.home_line = t->h->line;
	rc_t rc = store_phone_save(t->d->store, &t->phone, t->h->now);

	return rc == RC_OK ? done(t, INBOX_HANDLED, talk_intent_name(t->request.intent)) : rc;
}

static enum talk_state live_state(const struct turn *t)
{
	const struct talk_dialogue *g = &t->phone.dialogue;

	return g->expires_at > t->h->now ? g->state : TALK_IDLE;
}

rc_t conversation_run(struct daemon *d, const struct heard *h)
{
	static struct turn t; /* large; one thread */
	char number[24];
	bool repeated = false;

	t = (struct turn){ .d = d, .h = h };
	if (h->kind != SENDER_MOBILE && h->kind != SENDER_FOREIGN)
		return done(&t, INBOX_IGNORED, "machine");
	rc_t rc = store_phone_load(d->store, h->sender, h->now, &t.phone);

	if (rc != RC_OK)
		return rc;
	if (!t.phone.lang[0])
		text_copy(t.phone.lang, sizeof t.phone.lang, "id");
	talk_parse(d->lexicon, h->text, live_state(&t), &t.request);
	if (t.phone.replies_today >= d->conf->limits.replies_per_number_day &&
	        !cap_exempt(t.request.intent)) {
		log_warn("inbox id=%lld from=%s: daily replies used up, not answered",
		        (long long)h->inbox, log_msisdn(h->sender, number));
		return done(&t, INBOX_IGNORED, "reply cap");
	}
	rc = repeat(&t, &repeated);
	if (rc == RC_OK && !repeated)
		rc = answer(&t);
	if (rc == RC_OK)
		rc = save(&t);
	if (rc == RC_OK)
		log_info("inbox id=%lld from=%s intent=%s replies=%d", (long long)h->inbox,
		        log_msisdn(h->sender, number), talk_intent_name(t.request.intent),
		        t.replies);
	return rc;
}
