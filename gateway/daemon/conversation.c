#include "conversation.h"
#include "breaker.h"
#include "duty.h"
#include "guard.h"
#include "outbox.h"
#include "turn.h"
#include "wish.h"

#include <payung/log.h>
#include <payung/store_desk.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define REPLIES_MAX 8
#define ECHO_MIN 40 /* no answer of ours is shorter */
#define ECHO_HASH 1 /* all that hold an answer of ours are the same text */
#define HOUR_S 3600
#define DAY_S 86400

/* Whatever digits come while a NIK is asked for may be half of one, unless they are a code of ours.
 */
static bool may_hold_half(const struct turn *t)
{
	return t->nik_asked &&
	       (t->request.intent != INTENT_REGISTER || t->facts.code.state == CODE_NONE);
}

static rc_t done(struct turn *t, enum inbox_state state, const char *intent)
{
	static char masked[INBOX_TEXT_MAX];

	text_copy(masked, sizeof masked, t->h->text);
	if (may_hold_half(t))
		text_mask_digits(masked);
	else
		text_mask_nik(masked);
	return store_inbox_done(t->d->store, t->h->inbox, state, masked, intent, t->h->now);
}

rc_t conversation_shelve(struct daemon *d, const struct heard *h)
{
	struct turn t = { .d = d, .h = h, .nik_asked = true };

	return done(&t, INBOX_HANDLED, "refused");
}

/* ---- answers ---- */

/* daily: a key that recurs within the day, so that the store takes it once. */
static rc_t queue_reply(struct turn *t, const char *template_id, const char *body, bool daily)
{
	if (t->verdict == GUARD_SILENT)
		return RC_OK;

	char key[96];
	struct outbox_text text = { .class = CLASS_REPLY,
		.last = guard_suspects(&t->phone, t->is_cadre, &t->d->conf->limits),
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

	if (daily)
		snprintf(key, sizeof key, "phone/%s/%s/%lld", t->h->sender, template_id,
		        (long long)date_days(t->facts.today));
	else
		snprintf(key, sizeof key, "inbox/%lld/%d", (long long)t->h->inbox, t->replies + 1);
	if (t->h->modem && t->h->modem->line != t->h->line)
		text.prefer = NULL; /* that SIM left while the text waited for the store */
	rc_t rc = outbox_queue(t->d, &text, t->h->now);

	t->replies += rc == RC_OK;
	return daily && rc == RC_EXISTS ? RC_OK : rc;
}

static rc_t reply(struct turn *t, const struct talk_effect *e)
{
	char body[TMPL_TEXT_CAP];
	struct tmpl_args args = e->args;

	templates_common(&t->d->conf->service, &args);
	rc_t rc = tmpl_render(t->d->texts, e->template_id, t->phone.lang, &args, body, sizeof body);

	if (rc != RC_OK) {
		log_err("template=%s lang=%s does not render (%s); payung templates check",
		        e->template_id, t->phone.lang, rc_text(rc));
		return RC_INVALID;
	}
	rc = queue_reply(t, e->template_id, body, e->daily);
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
		s->rc = queue_reply(s->t, row->template_id, row->body, false);
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

/* ---- effects ---- */

/* A cadre speaks for somebody else, who is asked as well when there is a phone to ask. */
static void fill_registration(
        struct turn *t, const struct talk_effect *e, struct registration_new *r)
{
	const struct talk_dialogue *g = &e->dialogue;
	bool open = e->kind == EFFECT_REGISTER_OPEN;

	*r = (struct registration_new){ .waiting = e->waiting,
		.inbox = t->h->inbox,
		.line = t->h->line,
		.open = open ? g : NULL,
		.asks_consent = g->cadre && g->phone[0],
		.consent_text = open ? "W05" : "card" };
	text_copy(r->ref, sizeof r->ref, e->ref);
	text_copy(r->code, sizeof r->code, open ? g->code : t->request.code);
	text_copy(r->msisdn, sizeof r->msisdn, g->cadre ? g->phone : t->h->sender);
	text_copy(r->enrolled_by, sizeof r->enrolled_by, g->cadre ? t->h->sender : "");
}

static rc_t enrol(struct turn *t, const struct talk_effect *e)
{
	struct registration_new r;
	int64_t id;

	fill_registration(t, e, &r);
	rc_t rc = store_register(t->d->store, &r, t->h->now, &id);

	if (rc == RC_OK)
		log_info("registration id=%lld ref=%s inbox=%lld%s%s", (long long)id, r.ref,
		        (long long)t->h->inbox, r.waiting ? " waiting" : "",
		        r.enrolled_by[0] ? " by a cadre" : "");
	/* The code was looked at in this very transaction: nobody can have used it since. */
	return rc == RC_EXISTS || rc == RC_NOENT ? RC_INVALID : rc;
}

/* Who tells the same again is told the same: officers deal with it once. */
static void say_ref(struct turn *t, const char *drawn, const char *ref)
{
	for (size_t i = 0; i < t->effects.n; i++) {
		struct tmpl_args *a = &t->effects.effect[i].args;

		for (size_t k = 0; k < a->n; k++)
			if (strcmp(a->arg[k].value, drawn) == 0)
				text_copy(a->arg[k].value, sizeof a->arg[k].value, ref);
	}
}

/* A case and the text to the duty phone are one transaction: none waits unseen. */
static rc_t open_case(struct turn *t, const struct talk_effect *e)
{
	struct case_row c;
	rc_t rc = store_case_same(t->d->store, e->word, t->h->sender, t->h->now - DAY_S, &c);

	if (rc == RC_OK)
		say_ref(t, e->ref, c.ref);
	if (rc != RC_NOENT)
		return rc;
	rc = store_case_open(
	        t->d->store, e->word, e->ref, t->h->sender, t->h->inbox, t->h->now, &c);

	return rc == RC_OK ? duty_tell(t->d, &c, t->h->now) : rc;
}

static rc_t reminders(struct turn *t, const struct talk_effect *e)
{
	if (e->worker)
		return store_link_reminders(t->d->store, t->h->sender, e->worker, e->on);
	t->phone.reminders_off = !e->on;
	return RC_OK;
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
		t->phone.wrong_codes_today++;
		return store_count_add(t->d->store, COUNT_WRONG_CODE, t->h->now, 1);
	case EFFECT_LANGUAGE:
		text_copy(t->phone.lang, sizeof t->phone.lang, e->word);
		return RC_OK;
	case EFFECT_REMINDERS:
		return reminders(t, e);
	case EFFECT_MOVE:
		return RC_OK; /* nothing but texts to others */
	case EFFECT_ASKED:
		return asked_answer(t->d, t->h, &t->asked, e->on);
	case EFFECT_CASE:
		return open_case(t, e);
	case EFFECT_REQUEST:
		return wish_record(t->d, t->h, &t->facts.sponsor, e);
	}
	return RC_INVALID;
}

/* ---- the turn ---- */

/* Texts to other phones come after the answers: nobody must learn from a delay that there are any.
 */
static rc_t tell_other(struct turn *t, const struct talk_effect *e)
{
	switch (e->kind) {
	case EFFECT_MOVE:
		return other_phones_ask_move(t->d, t->h, &t->links);
	case EFFECT_ASKED:
		return e->on && t->asked.talk.kind == ASKED_MOVE
		               ? other_phones_tell_moved(t->d, t->h, &t->asked.change)
		               : RC_OK;
	case EFFECT_REGISTER_NAMED:
	case EFFECT_REGISTER_OPEN:
		return e->dialogue.cadre && e->dialogue.phone[0]
		               ? other_phones_ask_consent(t->d, t->h, &e->dialogue, e->ref)
		               : RC_OK;
	default:
		return RC_OK;
	}
}

static rc_t tell_others(struct turn *t)
{
	rc_t rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < t->effects.n; i++)
		rc = tell_other(t, &t->effects.effect[i]);
	if (rc == RC_OK && t->request.intent != INTENT_CHANGE_PHONE)
		rc = other_phones_warn(t->d, t->h, &t->links);
	return rc;
}

/* An officer's word about a case: talk has no part in it. A duty phone that is a sponsor's as well
 * speaks of a pledge when no case has the reference. */
static rc_t answer_duty(struct turn *t, bool *closed)
{
	struct talk_effect e = { .kind = EFFECT_REPLY };
	rc_t rc = duty_close(t->d, t->request.reference, t->h->sender, t->h->now, closed);

	if (rc != RC_OK || (!*closed && t->phone.is_sponsor))
		return rc;
	if (*closed)
		t->phone.last_effect_inbox = t->h->inbox;
	text_copy(e.template_id, sizeof e.template_id, *closed ? "D06" : "D07");
	tmpl_arg(&e.args, "ref", t->request.reference);
	return reply(t, &e);
}

static rc_t ignore(struct turn *t)
{
	char number[24];
	const char *why = guard_verdict_name(t->verdict);
	rc_t rc = store_phone_save(t->d->store, &t->phone, t->h->now);

	log_warn("inbox id=%lld from=%s: %s, not answered", (long long)t->h->inbox,
	        log_msisdn(t->h->sender, number), why);
	return rc == RC_OK ? done(t, INBOX_IGNORED, why) : rc;
}

static rc_t answer(struct turn *t)
{
	bool closed = false;
	rc_t rc = t->on_duty ? answer_duty(t, &closed) : RC_OK;

	if (rc != RC_OK || (t->on_duty && (closed || !t->phone.is_sponsor)))
		return rc;
	rc = turn_load_facts(t);
	if (rc != RC_OK)
		return rc;
	if (t->facts.blocked_h) {
		t->phone.wrong_codes++;
		t->phone.wrong_codes_today++;
	}
	if (t->told_blocked) {
		t->verdict = GUARD_BLOCKED;
		return RC_OK;
	}
	talk_step(&t->facts, &t->request, t->d->texts, &t->effects);
	for (size_t i = 0; rc == RC_OK && i < t->effects.n; i++)
		rc = perform(t, &t->effects.effect[i]);
	if (rc == RC_OK)
		rc = tell_others(t);
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

	if (rc == RC_OK)
		rc = breaker_answered(t->d, t->h->line, t->h->now, t->replies);
	return rc == RC_OK ? done(t, INBOX_HANDLED, talk_intent_name(t->request.intent)) : rc;
}

/* ---- guards ---- */

/* A machine that sends our own words back: they mean nothing, whatever commands they hold. */
static rc_t unmask_echo(struct turn *t, struct guard_text *g)
{
	bool echo = false;
	rc_t rc = RC_OK;

	if (strlen(t->h->text) >= ECHO_MIN)
		rc = store_is_echo(t->d->store, t->h->sender, t->h->text, g->now - HOUR_S, &echo);
	if (!echo)
		return rc;
	t->request = (struct talk_request){ .intent = INTENT_UNKNOWN };
	g->intent = INTENT_UNKNOWN;
	g->hash = ECHO_HASH;
	return rc;
}

static rc_t judge(struct turn *t)
{
	const struct conf_limits *l = &t->d->conf->limits;
	struct guard_text g = { .now = t->h->now,
		.intent = t->request.intent,
		.asked = turn_state(t) != TALK_IDLE,
		.hash = store_text_hash(t->d->store, t->h->text) };
	rc_t rc = unmask_echo(t, &g);

	if (rc == RC_OK && t->request.intent == INTENT_DONE)
		rc = store_duty_is(t->d->store, t->h->sender, &t->on_duty);
	if (rc == RC_OK && guard_talks_much(&t->phone, l))
		rc = turn_is_cadre(t, &t->is_cadre);
	g.cadre = t->is_cadre;
	if (rc == RC_OK)
		rc = breaker_paused(t->d, t->h->line, g.now, &g.paused);
	guard_count(&t->phone, &g, l);
	t->verdict = t->on_duty ? GUARD_ANSWER /* no cap keeps a case open */
	                        : guard_judge(&t->phone, &g, l);
	return rc;
}

static rc_t respond(struct turn *t)
{
	bool repeated = false;
	rc_t rc = judge(t);

	if (rc == RC_OK && t->verdict <= GUARD_SILENT)
		rc = repeat(t, &repeated);
	if (rc == RC_OK && t->verdict <= GUARD_SILENT && !repeated)
		rc = answer(t);
	if (rc != RC_OK)
		return rc;
	return t->verdict <= GUARD_SILENT ? save(t) : ignore(t);
}

/* Only sponsors are asked by texts of ours that a bare number answers; from anybody else it is
 * nothing that must be heard. */
static void forget_number(struct turn *t)
{
	if (t->request.intent == INTENT_NUMBER && turn_state(t) == TALK_IDLE &&
	        !t->phone.is_sponsor)
		t->request = (struct talk_request){ .intent = INTENT_UNKNOWN };
}

rc_t conversation_run(struct daemon *d, const struct heard *h)
{
	static struct turn t; /* large; one thread */
	char number[24];

	t = (struct turn){ .d = d, .h = h };
	if (h->kind != SENDER_MOBILE && h->kind != SENDER_FOREIGN)
		return done(&t, INBOX_IGNORED, "machine");
	rc_t rc = store_phone_load(d->store, h->sender, h->now, &t.phone);

	if (rc != RC_OK)
		return rc;
	if (!t.phone.lang[0])
		text_copy(t.phone.lang, sizeof t.phone.lang, "id");
	t.phone.heard_at = h->now;
	talk_parse(d->lexicon, h->text, turn_state(&t), &t.request);
	forget_number(&t);
	t.nik_asked = turn_state(&t) == TALK_ASK_NIK || turn_state(&t) == TALK_ASK_MOVE;
	rc = respond(&t);
	if (rc == RC_OK)
		log_info("inbox id=%lld from=%s intent=%s replies=%d", (long long)h->inbox,
		        log_msisdn(h->sender, number), talk_intent_name(t.request.intent),
		        t.replies);
	return rc;
}
