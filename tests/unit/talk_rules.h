/* What must hold of every answer to every text, whatever was said before. Used by the random
 * conversations and by the fuzzer. Included, not linked. */
#ifndef TALK_RULES_H
#define TALK_RULES_H

#include "talk_fixture.h"

#define RULE(holds)                                   \
	do {                                          \
		if (!(holds))                         \
			rule_broken(#holds, f, r, e); \
	} while (0)

static inline void rule_broken(const char *rule, const struct talk_facts *f,
        const struct talk_request *r, const struct talk_effects *e)
{
	fprintf(stderr, "broken: %s (%s in %s, answered %s)\n", rule, talk_intent_name(r->intent),
	        talk_state_name(f->dialogue.state), fix_reply(e));
	abort();
}

static inline bool rule_live(const struct talk_facts *f)
{
	return f->dialogue.state != TALK_IDLE && f->dialogue.expires_at > f->now;
}

static inline bool rule_proven(const struct talk_facts *f)
{
	for (size_t i = 0; i < f->workers; i++)
		if (f->worker[i].cover == COVER_ACTIVE && f->worker[i].until.year &&
		        date_days(f->worker[i].until) >= date_days(f->today))
			return true;
	return false;
}

static inline void rule_named(const struct talk_facts *f, const struct talk_request *r,
        const struct talk_effects *e, const struct talk_effect *x)
{
	RULE(r->intent == INTENT_REGISTER && r->code_checked && !r->two_codes);
	RULE(regcode_valid(r->code));
	RULE(f->code.state == CODE_ISSUED && f->code.named);
	RULE(!f->code.too_old && !f->code.too_young);
	RULE(!f->blocked_h);
	RULE(x->waiting == (f->code.places_left <= 0));
}

static inline void rule_open(const struct talk_facts *f, const struct talk_request *r,
        const struct talk_effects *e, const struct talk_effect *x)
{
	struct nik_facts facts;

	RULE(r->intent == INTENT_YES && rule_live(f) && f->dialogue.state == TALK_ASK_CONSENT);
	RULE(f->code.state == CODE_ISSUED && !f->code.named);
	RULE(regcode_valid(x->dialogue.code));
	RULE(nik_parse(x->dialogue.nik, f->today, f->age_min, &facts) == RC_OK);
	RULE(x->dialogue.name[0] && x->dialogue.job >= 1 && x->dialogue.job <= 9);
	RULE(x->waiting == (f->code.places_left <= 0));
}

static inline void rule_dialogue(const struct talk_facts *f, const struct talk_request *r,
        const struct talk_effects *e, const struct talk_effect *x)
{
	const struct talk_dialogue *d = &x->dialogue;

	RULE(d->state < TALK_STATE_COUNT);
	if (d->state == TALK_IDLE) {
		RULE(!d->code[0] && !d->nik[0] && !d->name[0] && !d->job && !d->expires_at);
		return;
	}
	RULE(d->expires_at == f->now + f->dialogue_ttl_h * 3600 && d->opened_at <= f->now);
	RULE((d->state == TALK_ASK_CLAIM || d->state == TALK_ASK_MOVE) == !d->code[0]);
	RULE(!!d->nik[0] == (d->code[0] && d->state >= TALK_ASK_NAME));
	RULE(d->name[0] || d->state < TALK_ASK_JOB || !d->code[0]);
	RULE(d->job || (d->state != TALK_ASK_CONSENT && d->state != TALK_ASK_PHONE &&
	                       d->state != TALK_ASK_AREA));
	RULE(!d->area[0] || d->state >= TALK_ASK_CONSENT);
	RULE(d->cadre || (d->state != TALK_ASK_PHONE && !d->phone[0]));
	RULE(strcmp(d->phone, f->sender) != 0);
}

static inline void rule_reply(const struct talk_facts *f, const struct talk_request *r,
        const struct talk_effects *e, const struct talk_effect *x)
{
	static const char *const langs[] = { "id", "jv_krama", "jv_ngoko" };
	char text[TMPL_TEXT_CAP];

	for (size_t i = 0; i < 3; i++) {
		fix_render(x, langs[i], text);
		RULE(!f->dialogue.nik[0] || !strstr(text, f->dialogue.nik));
		RULE(!r->nik[0] || !strstr(text, r->nik));
		RULE(strncmp(text, "STATUS: AKTIF", 13) || rule_proven(f));
	}
}

static inline void rule_effect(const struct talk_facts *f, const struct talk_request *r,
        const struct talk_effects *e, const struct talk_effect *x)
{
	enum talk_intent it = r->intent;

	switch (x->kind) {
	case EFFECT_REPLY:
		rule_reply(f, r, e, x);
		break;
	case EFFECT_DIALOGUE:
		rule_dialogue(f, r, e, x);
		break;
	case EFFECT_REGISTER_NAMED:
		rule_named(f, r, e, x);
		break;
	case EFFECT_REGISTER_OPEN:
		rule_open(f, r, e, x);
		break;
	case EFFECT_WRONG_CODE:
		RULE(f->code.state == CODE_NONE || f->code.state == CODE_REVOKED);
		RULE(it == INTENT_YES || regcode_valid(r->code));
		break;
	case EFFECT_LANGUAGE:
		RULE(it >= INTENT_LANG_KRAMA && it <= INTENT_LANG_INDONESIAN);
		break;
	case EFFECT_REMINDERS:
		RULE(x->on == (it != INTENT_STOP));
		RULE(it == INTENT_STOP || it == INTENT_START || it == INTENT_RENEW);
		RULE(!x->worker || r->number);
		break;
	case EFFECT_MOVE:
		RULE(r->nik[0] && (f->nik_place || !strcmp(fix_reply(e), "W11")));
		break;
	case EFFECT_ASKED:
		RULE(f->asked.kind != ASKED_NOTHING);
		RULE(!x->on || it == INTENT_YES);
		RULE(!x->on || f->asked.kind == ASKED_ENROL || f->asked.otp == OTP_RIGHT);
		break;
	case EFFECT_REQUEST:
		RULE(f->is_sponsor && f->sponsor.pledge.ref[0] && !f->sponsor.not_theirs);
		RULE(f->sponsor.meant || it == INTENT_NUMBER);
		RULE(it != INTENT_NUMBER || f->sponsor.question == QUESTION_CREDIT ||
		        f->sponsor.question == QUESTION_DOUBLE);
		RULE(it != INTENT_ADD || x->count > 0);
		break;
	case EFFECT_CASE:
		RULE(x->word[0] && !strcmp(x->ref, f->ref) && !talk_is_read_only(it));
		break;
	}
}

static inline void rule_request(
        const struct talk_facts *f, const struct talk_request *r, const struct talk_effects *e)
{
	RULE(r->intent < INTENTS);
	RULE(!r->code_checked || regcode_valid(r->code));
	RULE(!r->nik[0] || strspn(r->nik, "0123456789") == NIK_LEN);
	RULE(text_utf8_valid(r->name, strlen(r->name)));
	RULE(r->number >= 0 && r->number <= 99);
}

/* Aborts with the rule's words when one is broken. */
static inline void rules_hold(
        const struct talk_facts *f, const struct talk_request *r, const struct talk_effects *e)
{
	size_t replies = 0, changes = 0;
	/* a NO to a text of ours, a sponsor's wish and a sponsor's STOP open a case as well */
	size_t asked = fix_effect(e, EFFECT_ASKED) || fix_effect(e, EFFECT_REQUEST) ||
	               (f->is_sponsor && r->intent == INTENT_STOP);

	rule_request(f, r, e);
	for (size_t i = 0; i < e->n; i++) {
		replies += e->effect[i].kind == EFFECT_REPLY;
		changes +=
		        e->effect[i].kind != EFFECT_REPLY && e->effect[i].kind != EFFECT_DIALOGUE;
		rule_effect(f, r, e, &e->effect[i]);
	}
	RULE(replies >= 1 && replies <= 3);
	RULE(changes <= 1 + asked);
	RULE(!changes || !talk_is_read_only(r->intent));
	/* a question that has run out does not stay open as it was */
	RULE(f->dialogue.state == TALK_IDLE || rule_live(f) || fix_effect(e, EFFECT_DIALOGUE));
}

#endif
