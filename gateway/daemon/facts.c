/* What the rules of the conversation must know about a text: of its code, of the phone and who is
 * linked to it, of what we asked it. Nothing that this phone may not know gets into the facts. */
#include "breaker.h"
#include "guard.h"
#include "turn.h"

#include <payung/crypto.h>
#include <payung/regcode.h>
#include <payung/store_sponsor.h>
#include <payung/text.h>

#define DAY_S 86400

enum talk_state turn_state(const struct turn *t)
{
	const struct talk_dialogue *g = &t->phone.dialogue;

	return g->expires_at > t->h->now ? g->state : TALK_IDLE;
}

/* An area nobody has named is shown by its code: it can still be chosen. */
static void name_areas(const struct areas *areas, struct talk_code *c)
{
	for (size_t i = 0; i < c->areas; i++) {
		const char *word = area_word(areas, c->area[i].code);

		text_copy(c->area[i].word, sizeof c->area[i].word, word ? word : c->area[i].code);
	}
}

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
	rc_t rc = store_code_facts(t->d->store, code, t->h->sender, t->h->now, t->facts.today,
	        l->age_min, l->age_max_new, &t->facts.code);

	name_areas(t->d->areas, &t->facts.code);
	return rc;
}

/* Registrations by a listed code need nobody else's record: the fast path asks nothing. */
static bool needs_workers(const struct turn *t)
{
	const struct talk_code *c = &t->facts.code;

	switch (t->request.intent) {
	case INTENT_REGISTER:
		return c->state == CODE_USED || (c->state == CODE_ISSUED && !c->named);
	case INTENT_STOP:
	case INTENT_START:
	case INTENT_RENEW:
	case INTENT_CHANGE_PHONE:
		return true;
	default:
		return turn_state(t) == TALK_IDLE || t->facts.dialogue.state == TALK_ASK_MOVE ||
		       talk_is_read_only(t->request.intent);
	}
}

rc_t turn_is_cadre(struct turn *t, bool *yes)
{
	struct cadre_row cadre;
	rc_t rc = store_cadre_get(t->d->store, t->h->sender, &cadre);

	*yes = rc == RC_OK;
	return rc == RC_NOENT ? RC_OK : rc;
}

static bool sponsor_words(const struct turn *t)
{
	enum talk_intent i = t->request.intent;

	return i == INTENT_SUMMARY || i == INTENT_REFERENCE || i == INTENT_ADD ||
	       i == INTENT_DONE || i == INTENT_RENEW || i == INTENT_STOP ||
	       (i == INTENT_NUMBER && turn_state(t) == TALK_IDLE);
}

static rc_t load_sponsor(struct turn *t)
{
	const struct sponsor_text text = { .phone = t->h->sender,
		.ref = t->request.reference,
		.intent = t->request.intent,
		.since = t->h->now - (int64_t)t->d->conf->limits.question_days * DAY_S,
		.today = t->facts.today };

	return store_sponsor_facts(t->d->store, &text, &t->facts.sponsor);
}

/* Whose NIK it is stays in here: the facts hold only what this phone may know. */
static rc_t load_nik(struct turn *t)
{
	rc_t rc = store_worker_links_of_nik(t->d->store, t->request.nik, &t->links);

	for (size_t i = 0; i < t->facts.workers; i++)
		if (t->links.worker && t->facts.worker[i].id == t->links.worker)
			t->facts.nik_place = (int)i + 1;
	if (rc == RC_OK && !t->facts.nik_place)
		rc = store_phone_nik_place(
		        t->d->store, t->h->sender, t->request.nik, &t->facts.nik_place);
	return rc;
}

static rc_t load_people(struct turn *t)
{
	const enum talk_intent i = t->request.intent;
	rc_t rc = RC_OK;

	if (needs_workers(t))
		rc = store_phone_workers(t->d->store, t->h->sender, t->facts.today, t->facts.worker,
		        &t->facts.workers);
	if (rc == RC_OK && i == INTENT_REGISTER && t->facts.code.state == CODE_ISSUED)
		rc = turn_is_cadre(t, &t->facts.is_cadre);
	if (rc == RC_OK && t->request.nik[0])
		rc = load_nik(t);
	if (rc == RC_OK && t->facts.is_sponsor && sponsor_words(t))
		rc = load_sponsor(t);
	if (rc == RC_OK && (i == INTENT_YES || i == INTENT_NO))
		rc = asked_load(t->d, t->h, t->request.otp, &t->asked, &t->changed);
	t->facts.asked = t->asked.talk;
	return rc;
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

/* A stranger is a phone linked to nobody; that is asked only when guesses are many everywhere. */
static rc_t is_linked(struct turn *t, bool *yes)
{
	struct talk_worker worker[TALK_WORKERS_MAX];
	size_t n = 0;
	rc_t rc = store_phone_workers(t->d->store, t->h->sender, t->facts.today, worker, &n);

	*yes = rc == RC_OK && n > 0 && worker[0].id > 0; /* linked ones come first */
	return rc;
}

static rc_t load_block(struct turn *t)
{
	const struct conf_limits *l = &t->d->conf->limits;
	bool linked = true;
	int64_t all = 0;
	rc_t rc = RC_OK;

	if (!t->request.code_checked || t->request.two_codes)
		return RC_OK; /* a slip is no guess */
	if (t->phone.wrong_codes > 0)
		rc = breaker_last_hour(t->d, COUNT_WRONG_CODE, t->h->now, &all);
	if (rc == RC_OK && all >= l->wrong_codes_all_hour)
		rc = is_linked(t, &linked);
	struct guard_codes codes = guard_codes(&t->phone, linked, all, t->h->now, l);

	t->facts.blocked_h = codes.blocked_h;
	t->told_blocked = codes.told;
	return rc;
}

rc_t turn_load_facts(struct turn *t)
{
	struct daemon *d = t->d;
	struct talk_facts *f = &t->facts;
	const struct conf_limits *l = &d->conf->limits;

	f->now = t->h->now;
	f->today = daemon_today(d, f->now);
	text_copy(f->lang, sizeof f->lang, t->phone.lang);
	text_copy(f->sender, sizeof f->sender, t->h->sender);
	f->dialogue = t->phone.dialogue;
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
	if (rc == RC_OK)
		rc = load_people(t);
	return rc == RC_OK ? load_block(t) : rc;
}
