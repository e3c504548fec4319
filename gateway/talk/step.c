/* The dialogue machine: which handler answers which intent in which state, and which states may
 * follow. Commands are understood in every state and leave an open question open; a registration or
 * a claim replaces it. What a state does not understand asks its question again. */
#include "step_int.h"
#include <assert.h>
#include <payung/text.h>
#include <string.h>

#define ACCEPTS_MAX 9
#define MAY(state) (1u << TALK_##state)

typedef void handler(struct step *s);

static void claim_ask(struct step *s)
{
	s->next = (struct talk_dialogue){ .state = TALK_ASK_CLAIM };
	(void)answer(s, "W38");
}

static void close_claim(struct step *s)
{
	if (s->next.state == TALK_ASK_CLAIM)
		s->next = (struct talk_dialogue){ 0 };
}

static void claim_death(struct step *s)
{
	close_claim(s);
	answer_case(s, "CLAIM_DEATH", "W29");
}

static void claim_accident(struct step *s)
{
	close_claim(s);
	answer_case(s, "CLAIM_ACCIDENT", "W30");
}

static void claim_choose(struct step *s)
{
	switch (s->r->number) {
	case 1:
		claim_accident(s);
		break;
	case 2:
		claim_death(s);
		break;
	case 3:
		close_claim(s);
		answer_case(s, "CALL_BACK", "W31");
		break;
	default:
		claim_ask(s);
	}
}

static void claim_drop(struct step *s)
{
	close_claim(s);
	answer_help(s);
}

static void complaint(struct step *s)
{
	answer_case(s, "COMPLAINT", "W31");
}

/* An amount is said only by the tariff rules, so an officer calls. */
static void self_pay(struct step *s)
{
	answer_case(s, "SELF_PAY", "W31");
}

static void erase(struct step *s)
{
	answer_case(s, "ERASE", "W31");
}

/* STOP, whose letters a sponsor has to get on paper from now on. */
static void stop(struct step *s)
{
	if (s->f->is_sponsor)
		sponsor_stop(s);
	else
		answer_reminders(s);
}

/* The word resumes reminders for a worker and renews a pledge for a sponsor; in a dialogue it only
 * says to go on (see the rules). */
static void renew(struct step *s)
{
	if (s->f->is_sponsor)
		sponsor_renew(s);
	else if (s->r->reference[0]) /* no reference of anybody else: a word we do not know */
		answer_suggestion(s);
	else
		answer_reminders(s);
}

static void language(struct step *s)
{
	const char *lang = s->r->intent == INTENT_LANG_KRAMA   ? "jv_krama"
	                   : s->r->intent == INTENT_LANG_NGOKO ? "jv_ngoko"
	                                                       : "id";
	struct talk_effect *e = effect_add(s, EFFECT_LANGUAGE);

	(void)text_copy(e->word, sizeof(e->word), lang);
	(void)answer(s, "W52");
}

static void balance(struct step *s)
{
	(void)answer(s, "W41");
}

/* Understood whatever was asked. */
static handler *const commands[INTENTS] = {
	[INTENT_REGISTER] = register_start,
	[INTENT_STATUS] = answer_status,
	[INTENT_CARD] = answer_card,
	[INTENT_HELP] = answer_help,
	[INTENT_STOP] = stop,
	[INTENT_START] = answer_reminders,
	[INTENT_PAY] = answer_pay,
	[INTENT_CHANGE_PHONE] = move_ask,
	[INTENT_CLAIM] = claim_ask,
	[INTENT_CLAIM_DEATH] = claim_death,
	[INTENT_CLAIM_ACCIDENT] = claim_accident,
	[INTENT_BALANCE] = balance,
	[INTENT_COMPLAINT] = complaint,
	[INTENT_SELF_PAY] = self_pay,
	[INTENT_LANG_KRAMA] = language,
	[INTENT_LANG_NGOKO] = language,
	[INTENT_LANG_INDONESIAN] = language,
	[INTENT_SUMMARY] = answer_sponsor,
	[INTENT_REFERENCE] = answer_sponsor,
	[INTENT_ADD] = answer_sponsor,
	[INTENT_DONE] = answer_sponsor,
	[INTENT_ERASE] = erase,
	[INTENT_RENEW] = renew,
};

/* A text without meaning: what a NIK alone says is not told, only how to begin. */
void not_understood(struct step *s)
{
	if (s->r->intent == INTENT_NIK && !s->f->workers) {
		(void)answer(s, "W19");
		return;
	}
	answer_help(s);
	s->out->effect[s->out->n - 1].daily = s->r->intent == INTENT_EMPTY;
}

struct accept {
	enum talk_intent intent;
	handler *on;
};
static const struct rule {
	struct accept accepts[ACCEPTS_MAX]; /* before the commands */
	handler *otherwise;
	unsigned may_go;
} rules[TALK_STATE_COUNT] = {
	[TALK_IDLE] = {
		.accepts = { { INTENT_YES, asked_yes }, { INTENT_NO, asked_no },
			{ INTENT_NUMBER, sponsor_choose } },
		.otherwise = not_understood,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_CLAIM) | MAY(ASK_MOVE),
	},
	[TALK_ASK_NIK] = {
		.accepts = { { INTENT_NIK, register_nik }, { INTENT_RESTART, register_restart },
			{ INTENT_CANCEL, register_refuse }, { INTENT_RENEW, register_ask } },
		.otherwise = register_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_CLAIM),
	},
	[TALK_ASK_NAME] = {
		.accepts = { { INTENT_NAME, register_name }, { INTENT_FREE_TEXT, register_name },
			{ INTENT_NIK, register_nik }, { INTENT_RESTART, register_restart },
			{ INTENT_CANCEL, register_refuse }, { INTENT_RENEW, register_ask } },
		.otherwise = register_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_JOB) | MAY(ASK_CLAIM),
	},
	[TALK_ASK_JOB] = {
		.accepts = { { INTENT_NUMBER, register_job }, { INTENT_NAME, register_name },
			{ INTENT_RESTART, register_restart }, { INTENT_CANCEL, register_refuse },
			{ INTENT_RENEW, register_ask } },
		.otherwise = register_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_JOB) |
			MAY(ASK_AREA) | MAY(ASK_PHONE) | MAY(ASK_CONSENT) | MAY(ASK_CLAIM),
	},
	[TALK_ASK_AREA] = {
		.accepts = { { INTENT_NUMBER, register_area }, { INTENT_NAME, register_name },
			{ INTENT_RESTART, register_restart }, { INTENT_CANCEL, register_refuse },
			{ INTENT_RENEW, register_ask } },
		.otherwise = register_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_AREA) |
			MAY(ASK_PHONE) | MAY(ASK_CONSENT) | MAY(ASK_CLAIM),
	},
	[TALK_ASK_PHONE] = {
		.accepts = { { INTENT_PHONE, register_phone }, { INTENT_NUMBER, register_no_phone },
			{ INTENT_NO, register_no_phone }, { INTENT_NAME, register_name },
			{ INTENT_RESTART, register_restart }, { INTENT_CANCEL, register_refuse },
			{ INTENT_RENEW, register_ask } },
		.otherwise = register_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_PHONE) |
			MAY(ASK_CONSENT) | MAY(ASK_CLAIM),
	},
	[TALK_ASK_CONSENT] = {
		.accepts = { { INTENT_YES, register_consent }, { INTENT_NO, register_refuse },
			{ INTENT_NAME, register_name }, { INTENT_RESTART, register_restart },
			{ INTENT_CANCEL, register_refuse }, { INTENT_RENEW, register_ask } },
		.otherwise = register_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_CONSENT) |
			MAY(ASK_CLAIM),
	},
	[TALK_ASK_CLAIM] = {
		.accepts = { { INTENT_NUMBER, claim_choose }, { INTENT_NO, claim_drop },
			{ INTENT_CANCEL, claim_drop } },
		.otherwise = claim_ask,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_CLAIM),
	},
	[TALK_ASK_MOVE] = {
		.accepts = { { INTENT_NIK, move_ask }, { INTENT_CANCEL, move_leave },
			{ INTENT_YES, asked_yes }, { INTENT_NO, asked_no } },
		.otherwise = not_understood,
		.may_go = MAY(IDLE) | MAY(ASK_NIK) | MAY(ASK_NAME) | MAY(ASK_CLAIM) | MAY(ASK_MOVE),
	},
};

static handler *handler_of(const struct step *s, const struct rule *rule)
{
	if (s->r->otp[0])
		return s->f->asked.otp ? move_otp : rule->otherwise;
	for (size_t i = 0; i < ACCEPTS_MAX && rule->accepts[i].on; i++)
		if (rule->accepts[i].intent == s->r->intent)
			return rule->accepts[i].on;
	if (s->r->intent == INTENT_UNKNOWN && s->r->suggestion[0])
		return answer_suggestion;
	return commands[s->r->intent] ? commands[s->r->intent] : rule->otherwise;
}

/* YES or NO to a text of ours that waits for it. */
static bool answers_asked(const struct step *s)
{
	return s->f->asked.kind && (s->r->intent == INTENT_YES || s->r->intent == INTENT_NO);
}

/* Too late for the question that was open. Said once, unless the text stands by itself; who comes
 * late to the question after a misfortune is asked once more. */
static bool answer_expired(struct step *s, enum talk_state was)
{
	if (commands[s->r->intent] || answers_asked(s) || was == TALK_ASK_MOVE)
		return false;
	if (was == TALK_ASK_CLAIM && s->r->intent != INTENT_CANCEL && s->r->intent != INTENT_NO)
		claim_ask(s);
	else if (was == TALK_ASK_CLAIM)
		answer_help(s);
	else
		(void)answer(s, s->r->intent == INTENT_CANCEL ? "W32" : "W34");
	return true;
}

static bool same_dialogue(const struct talk_dialogue *a, const struct talk_dialogue *b)
{
	return a->state == b->state && a->job == b->job && a->cadre == b->cadre &&
	       !strcmp(a->code, b->code) && !strcmp(a->nik, b->nik) && !strcmp(a->name, b->name) &&
	       !strcmp(a->phone, b->phone) && !strcmp(a->area, b->area);
}

/* Stores the dialogue when it moved; a step forward gives a whole new time to answer. */
static void settle(struct step *s, bool expired)
{
	const struct talk_dialogue *was = &s->f->dialogue;

	if (!expired && same_dialogue(was, &s->next))
		return;
	if (s->next.state != TALK_IDLE) {
		bool goes_on = !expired && was->state != TALK_IDLE && s->next.opened_at;

		s->next.opened_at = goes_on ? was->opened_at : s->f->now;
		s->next.expires_at = s->f->now + (int64_t)s->f->dialogue_ttl_h * 3600;
	}
	effect_add(s, EFFECT_DIALOGUE)->dialogue = s->next;
}

void talk_step(const struct talk_facts *f, const struct talk_request *r,
        const struct tmpl_set *words, struct talk_effects *out)
{
	struct step s = { .f = f, .r = r, .words = words, .out = out, .next = f->dialogue };
	bool expired = f->dialogue.state != TALK_IDLE && f->dialogue.expires_at <= f->now;

	*out = (struct talk_effects){ 0 };
	if (expired)
		s.next = (struct talk_dialogue){ 0 };
	const struct rule *rule = &rules[s.next.state];

	if (!expired || !answer_expired(&s, f->dialogue.state))
		handler_of(&s, rule)(&s);
	assert(rule->may_go & (1u << s.next.state));
	settle(&s, expired);
}
