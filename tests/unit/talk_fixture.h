/* A small world for the tests of the conversation: the shipped templates, a few codes, a few
 * people, and a daemon that loads facts and performs effects in memory. Included, not linked. */
#ifndef TALK_FIXTURE_H
#define TALK_FIXTURE_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */
#include <payung/talk.h>
#include <payung/templates.h>
#include <payung/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIX_NOW 1795312800         /* 2026-11-22 02:00:00 UTC, a Sunday */
#define FIX_NIK "3321024107900003" /* a woman born on 1 July 1990 */
#define FIX_OPEN "59104373"
#define FIX_AREAS "80123450" /* open, of a programme in three areas */

static struct templates fix_templates;
static struct talk_lexicon *fix_lexicon;
static bool fix_last_try; /* the next wrong one-time number is one too many */

static inline void fix_fault(void *arg, const char *file, int line, const char *message)
{
	(void)arg;
	fprintf(stderr, "%s:%d: %s\n", file, line, message);
}

static inline int fix_load(void **state)
{
	(void)state;
	if (templates_load("templates", &fix_templates, fix_fault, NULL) != RC_OK)
		return -1;
	fix_lexicon = talk_lexicon_new("keywords.txt", fix_templates.keywords, fix_fault, NULL);
	return fix_lexicon ? 0 : -1;
}

static inline int fix_unload(void **state)
{
	(void)state;
	talk_lexicon_free(fix_lexicon);
	templates_clear(&fix_templates);
	return 0;
}

/* What the store would say of a code. Codes not listed do not exist. */
static inline struct talk_code fix_code(const char *code)
{
	static const struct {
		const char *code;
		struct talk_code facts;
	} codes[] = {
		{ "48217739", { .state = CODE_ISSUED,
		                      .named = true,
		                      .name = "Siti Aminah",
		                      .places_left = 5 } },
		{ "31415929", { .state = CODE_ISSUED,
		                      .named = true,
		                      .name = "Siti Aminah",
		                      .waiting = 41 } },
		{ "70070075", { .state = CODE_ISSUED,
		                      .named = true,
		                      .name = "Mbah Karto",
		                      .places_left = 5,
		                      .too_old = true } },
		{ "60060067", { .state = CODE_ISSUED,
		                      .named = true,
		                      .name = "Cah Cilik",
		                      .places_left = 5,
		                      .too_young = true } },
		{ "62890730", { .state = CODE_ISSUED,
		                      .named = true,
		                      .listed_here = true,
		                      .name = "Mbak Kader",
		                      .places_left = 5 } },
		{ FIX_OPEN, { .state = CODE_ISSUED, .places_left = 3 } },
		{ FIX_AREAS,
		        { .state = CODE_ISSUED,
		                .places_left = 3,
		                .areas = 3,
		                .area = { { "3321", "Kab. Demak" }, { "3374", "Kota Semarang" },
		                        { "3315", "Kab. Grobogan" } } } },
		{ "90045123", { .state = CODE_ISSUED, .waiting = 7 } },
		{ "61208841", { .state = CODE_USED } },
		{ "27182819", { .state = CODE_USED, .used_here = true } },
		{ "73391051", { .state = CODE_EXPIRED } },
		{ "55551232", { .state = CODE_REVOKED } },
	};
	struct talk_code none = { .state = CODE_NONE };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (!strcmp(codes[i].code, code)) {
			struct talk_code c = codes[i].facts;

			strcpy(c.sponsor, "Dinsos Demak");
			c.expires = (struct date){ 2026, 11, 1 };
			return c;
		}
	return none;
}

static inline struct talk_worker fix_worker(const char *name, enum cover_state cover)
{
	struct talk_worker w = { .id = 7, .cover = cover, .sponsor = "Dinsos Demak" };

	strcpy(w.name, name);
	strcpy(w.card, "2204881234");
	w.until = cover == COVER_ACTIVE    ? (struct date){ 2026, 12, 31 }
	          : cover == COVER_PENDING ? (struct date){ 0 }
	                                   : (struct date){ 2026, 9, 30 };
	w.limit = (struct date){ 2026, 12, 31 };
	w.recorded = (struct date){ 2026, 11, 20 };
	if (cover == COVER_PENDING)
		w.card[0] = '\0';
	return w;
}

static inline void fix_add(struct talk_facts *f, const char *name, enum cover_state cover)
{
	f->worker[f->workers++] = fix_worker(name, cover);
}

/* What we asked this phone by a text of ours. */
static inline bool fix_asked(struct talk_facts *f, const char *who)
{
	static const struct {
		const char *who;
		enum talk_asked_kind kind;
	} asked[] = {
		{ "move", ASKED_MOVE },
		{ "last", ASKED_MOVE },
		{ "moved", ASKED_MOVED },
		{ "enrolled", ASKED_ENROL },
	};

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (!strcmp(asked[i].who, who)) {
			f->asked.kind = asked[i].kind;
			strcpy(f->asked.name, "Siti Aminah");
			strcpy(f->asked.ref, "R7K2MX");
			fix_last_try = !strcmp(who, "last");
			fix_add(f, "Siti Aminah", COVER_ACTIVE);
			return true;
		}
	return false;
}

/* sponsor, and what was asked or is owned: see the head of the input table. */
static inline void fix_sponsor(struct talk_facts *f, const char *who)
{
	struct talk_sponsor *s = &f->sponsor;

	if (strncmp(who, "sponsor", 7) != 0)
		return;
	f->is_sponsor = true;
	*s = (struct talk_sponsor){ .id = 3, .name = "Dinsos Demak", .pledges = 1, .meant = true };
	if (!strcmp(who, "sponsor0"))
		return;
	s->pledge = (struct talk_pledge){ 9, "K7M2QX", 120, 80, 4, 6048000, { 2026, 12, 31 } };
	s->credit = 50400;
	s->pledges = strcmp(who, "sponsor2") ? 1 : 2;
	s->meant = s->pledges == 1;
	if (!strcmp(who, "sponsor-unpaid"))
		s->pledge.paid_until = (struct date){ 0 };
	if (!strcmp(who, "sponsor-both"))
		fix_add(f, "Siti Aminah", COVER_ACTIVE);
	s->question = !strcmp(who, "sponsor-credit")   ? QUESTION_CREDIT
	              : !strcmp(who, "sponsor-double") ? QUESTION_DOUBLE
	              : !strcmp(who, "sponsor-end")    ? QUESTION_OTHER
	                                               : QUESTION_NONE;
	if (!strcmp(who, "sponsor-end"))
		fix_add(f, "Siti Aminah", COVER_ACTIVE);
	s->asked = s->question ? 77 : 0;
}

/* Who holds the phone, by a word of the input table. False when the word is unknown. */
static inline bool fix_person(struct talk_facts *f, const char *who)
{
	if (!strcmp(who, "active") || !strcmp(who, "two") || !strcmp(who, "four"))
		fix_add(f, "Siti Aminah", COVER_ACTIVE);
	if (!strcmp(who, "two") || !strcmp(who, "four"))
		fix_add(f, "Slamet Riyadi", COVER_PENDING);
	if (!strcmp(who, "four")) {
		fix_add(f, "Eisti'anah", COVER_LAPSED);
		fix_add(f, "Abdurrahman Wahid", COVER_ACTIVE);
	}
	if (f->workers)
		return true;
	if (!strcmp(who, "pending"))
		fix_add(f, "Siti Aminah", COVER_PENDING);
	else if (!strcmp(who, "late") || !strcmp(who, "own"))
		fix_add(f, "Siti Aminah", COVER_ARREARS);
	else if (!strcmp(who, "lapsed"))
		fix_add(f, "Siti Aminah", COVER_LAPSED);
	else if (!strcmp(who, "deceased"))
		fix_add(f, "Siti Aminah", COVER_DECEASED);
	else if (!strcmp(who, "nocard"))
		fix_add(f, "Siti Aminah", COVER_ACTIVE);
	if (!strcmp(who, "own"))
		f->worker[0].self_payer = true;
	if (!strcmp(who, "nocard"))
		f->worker[0].card[0] = '\0';
	fix_sponsor(f, who);
	f->is_cadre = !strcmp(who, "cadre");
	if (!strcmp(who, "blocked"))
		f->blocked_h = 1;
	if (!strcmp(who, "expired"))
		f->dialogue.expires_at = FIX_NOW;
	return f->workers || f->is_sponsor || f->is_cadre || f->blocked_h || fix_asked(f, who) ||
	       !strcmp(who, "nobody") || !strcmp(who, "expired");
}

static inline struct talk_facts fix_facts(void)
{
	struct talk_facts f = { .now = FIX_NOW,
		.today = { 2026, 11, 22 },
		.lang = "id",
		.age_min = 17,
		.age_max = 64,
		.dialogue_ttl_h = 24,
		.workers_per_phone = 3,
		.sender = "+6281299990000",
		.ref = "D4F7K2",
		.helpdesk = "+6281234567890",
		.official = "175" };

	return f;
}

/* A dialogue that has come to this state in the usual way. */
static inline struct talk_dialogue fix_dialogue(enum talk_state state)
{
	struct talk_dialogue d = { .state = state };

	if (state == TALK_IDLE)
		return d;
	d.opened_at = FIX_NOW - 600;
	d.expires_at = FIX_NOW + 600;
	if (state == TALK_ASK_CLAIM || state == TALK_ASK_MOVE)
		return d;
	strcpy(d.code, state == TALK_ASK_AREA ? FIX_AREAS : FIX_OPEN);
	if (state >= TALK_ASK_NAME)
		strcpy(d.nik, FIX_NIK);
	if (state >= TALK_ASK_JOB)
		strcpy(d.name, "Siti Aminah");
	if (state >= TALK_ASK_CONSENT)
		d.job = 2;
	d.cadre = state == TALK_ASK_PHONE;
	return d;
}

/* The facts a request needs: of its code, of a NIK, of a one-time number (4821 is the right one).
 */
static inline void fix_load_facts(struct talk_facts *f, const struct talk_request *r)
{
	f->code = fix_code(r->code[0] ? r->code : f->dialogue.code);
	f->sponsor.not_theirs = r->reference[0] && strcmp(r->reference, "K7M2QX") != 0;
	if (f->sponsor.not_theirs)
		f->sponsor.question = QUESTION_NONE;
	else if (r->reference[0])
		f->sponsor.meant = true;
	f->nik_place = f->workers && !strcmp(r->nik, FIX_NIK);
	if (!r->otp[0] || f->asked.kind != ASKED_MOVE)
		f->asked.otp = OTP_NOT_ASKED;
	else
		f->asked.otp = !strcmp(r->otp, "4821") ? OTP_RIGHT
		               : fix_last_try          ? OTP_LAST_WRONG
		                                       : OTP_WRONG;
}

/* Parse, load the facts, step: what the daemon does with a text. */
static inline void fix_say(
        struct talk_facts *f, const char *text, struct talk_request *r, struct talk_effects *e)
{
	talk_parse(fix_lexicon, text, f->dialogue.state, r);
	fix_load_facts(f, r);
	talk_step(f, r, fix_templates.set, e);
}

static inline const struct talk_effect *fix_effect(
        const struct talk_effects *e, enum effect_kind kind)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->effect[i].kind == kind)
			return &e->effect[i];
	return NULL;
}

static inline const char *fix_reply(const struct talk_effects *e)
{
	const struct talk_effect *reply = fix_effect(e, EFFECT_REPLY);

	return reply ? reply->template_id : "-";
}

/* Performs what concerns the conversation itself. */
static inline void fix_perform(struct talk_facts *f, const struct talk_effects *e)
{
	for (size_t i = 0; i < e->n; i++) {
		const struct talk_effect *x = &e->effect[i];

		if (x->kind == EFFECT_DIALOGUE)
			f->dialogue = x->dialogue;
		else if (x->kind == EFFECT_LANGUAGE)
			strcpy(f->lang, x->word);
		else if (x->kind == EFFECT_ASKED)
			f->asked = (struct talk_asked){ 0 };
	}
}

/* The rendered reply; aborts when it does not render or is longer than one SMS. */
static inline void fix_render(
        const struct talk_effect *e, const char *lang, char out[TMPL_TEXT_CAP])
{
	struct tmpl_args args = e->args;

	tmpl_arg(&args, "svc", "PAYUNG PASURUAN"); /* the daemon knows its own name */
	rc_t rc = tmpl_render(fix_templates.set, e->template_id, lang, &args, out, TMPL_TEXT_CAP);
	struct text_size size = text_measure(rc == RC_OK ? out : "");

	if (rc == RC_OK && size.segments == 1 && size.coding == TEXT_GSM7)
		return;
	fprintf(stderr, "%s in %s: %s, %zu segments\n", e->template_id, lang, rc_text(rc),
	        size.segments);
	abort();
}

#endif
