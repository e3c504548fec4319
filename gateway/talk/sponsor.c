/* What a sponsor texts. Nothing is changed by a text and nothing promised: each wish becomes a
 * request that an officer confirms, and a case, so that an officer hears of it. A bare number means
 * something only as the answer to our newest question; whose pledge is meant is never guessed when
 * there are several. To anybody else these words mean nothing; one of them resumes reminders. */
#include "step_int.h"
#include <assert.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define CREDIT_CHOICES 3
#define DOUBLE_CHOICES 2

static struct tmpl_args *answer_ref(struct step *s, const char *template_id)
{
	struct tmpl_args *a = answer(s, template_id);

	tmpl_arg(a, "sponsor", s->f->sponsor.name);
	tmpl_arg(a, "ref", s->f->sponsor.pledge.ref);
	return a;
}

static void arg_count(struct tmpl_args *a, const char *name, int n)
{
	char value[32];

	count_format(n, value);
	tmpl_arg(a, name, value);
}

static void arg_rupiah(struct tmpl_args *a, const char *name, rupiah_t r)
{
	char value[32];

	rupiah_format(r, value);
	tmpl_arg(a, name, value);
}

/* A case that only tells an officer to look; what is to be decided is the request. */
static void tell_officer(struct step *s, const char *kind)
{
	struct talk_effect *e = effect_add(s, EFFECT_CASE);

	(void)text_copy(e->word, sizeof(e->word), kind);
	memcpy(e->ref, s->f->ref, sizeof(e->ref));
}

static struct talk_effect *request(struct step *s, const char *kind)
{
	struct talk_effect *e = effect_add(s, EFFECT_REQUEST);

	(void)text_copy(e->word, sizeof(e->word), kind);
	tell_officer(s, "SPONSOR");
	return e;
}

/* ---- the words ---- */

/* Only what our records hold: money for months, and until when all of them are paid. */
static void summary(struct step *s)
{
	const struct talk_pledge *p = &s->f->sponsor.pledge;
	struct tmpl_args *a = answer_ref(s, p->paid_until.year ? "S16" : "S16B");
	char today[16];

	date_format_dm(s->f->today, today);
	arg_count(a, "n", p->registered);
	arg_count(a, "m", p->active);
	arg_count(a, "u", p->waiting);
	arg_rupiah(a, "rp", p->paid);
	arg_date(a, "tgl", p->paid_until);
	tmpl_arg(a, "tglk", today);
}

/* Which of them: the word once more with a reference, and the newest as the example. */
static void ask_which(struct step *s)
{
	struct tmpl_args *a = answer_ref(s, "S19");

	arg_number(a, "n", s->f->sponsor.pledges);
	tmpl_arg(a, "saran", s->r->suggestion);
}

static void reference(struct step *s)
{
	if (!s->r->reference[0]) {
		ask_which(s);
		return;
	}
	request(s, "reference")->amount = s->f->sponsor.payment_amount;
	(void)answer_ref(s, "S17");
}

static void add(struct step *s)
{
	if (!s->r->count) {
		(void)answer_ref(s, "S20");
		return;
	}
	request(s, "workers")->count = s->r->count;
	arg_count(answer_ref(s, "S24"), "n", s->r->count);
}

static void done(struct step *s)
{
	(void)request(s, "done");
	(void)answer_ref(s, "S17");
}

static void renewal(struct step *s)
{
	(void)request(s, "renewal");
	(void)answer_ref(s, "S17");
}

void answer_sponsor(struct step *s)
{
	static const struct {
		enum talk_intent intent;
		void (*on)(struct step *);
	} words[] = { { INTENT_SUMMARY, summary }, { INTENT_REFERENCE, reference },
		{ INTENT_ADD, add }, { INTENT_DONE, done }, { INTENT_RENEW, renewal } };
	const struct talk_sponsor *p = &s->f->sponsor;

	if (!s->f->is_sponsor) {
		answer_help(s);
	} else if (p->not_theirs) {
		struct tmpl_args *a = answer(s, "S18");

		tmpl_arg(a, "sponsor", p->name);
		tmpl_arg(a, "ref", s->r->reference);
	} else if (!p->pledge.ref[0]) {
		answer_case(s, "SPONSOR", "W31");
	} else if (!p->meant && s->r->intent != INTENT_SUMMARY) {
		ask_which(s);
	} else {
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (words[i].intent == s->r->intent)
				words[i].on(s);
	}
}

/* Whoever is a worker's phone as well is asked, unless our own text has asked about a pledge. */
void sponsor_renew(struct step *s)
{
	const struct talk_sponsor *p = &s->f->sponsor;

	if (!s->f->workers || s->r->reference[0] || p->question == QUESTION_OTHER)
		answer_sponsor(s);
	else if (p->pledge.ref[0])
		(void)answer_ref(s, "S21");
	else
		answer_reminders(s);
}

/* ---- numbers, after S04 and S08 ---- */

static void choose_credit(struct step *s)
{
	static const char *const kinds[CREDIT_CHOICES] = { "next_period", "workers", "refund" };
	const bool refund = s->r->number == CREDIT_CHOICES;
	const rupiah_t credit = s->f->sponsor.credit;

	request(s, kinds[s->r->number - 1])->amount = credit;
	if (refund && credit > 0)
		arg_rupiah(answer_ref(s, "S11"), "rp", credit);
	else
		(void)answer_ref(s, "S17");
}

static void choose_double(struct step *s)
{
	static const char *const kinds[DOUBLE_CHOICES] = { "replace", "shift" };

	(void)request(s, kinds[s->r->number - 1]);
	(void)answer_ref(s, "S17");
}

void sponsor_choose(struct step *s)
{
	const enum talk_question q = s->f->sponsor.question;
	const int choices = q == QUESTION_CREDIT ? CREDIT_CHOICES : DOUBLE_CHOICES;

	if (!s->f->is_sponsor || (q != QUESTION_CREDIT && q != QUESTION_DOUBLE))
		not_understood(s);
	else if (s->r->number < 1 || s->r->number > choices)
		arg_number(answer_ref(s, "S22"), "u", choices);
	else if (q == QUESTION_CREDIT)
		choose_credit(s);
	else
		choose_double(s);
}

/* ---- no more texts ---- */

/* A worker's phone is told about the reminders as well: cover does not end by this. */
void sponsor_stop(struct step *s)
{
	if (s->f->workers) {
		answer_reminders(s);
		if (!s->r->number)
			tell_officer(s, "SPONSOR_STOP");
		return;
	}
	effect_add(s, EFFECT_REMINDERS)->on = false;
	tell_officer(s, "SPONSOR_STOP");
	tmpl_arg(answer(s, "S23"), "sponsor", s->f->sponsor.name);
}
