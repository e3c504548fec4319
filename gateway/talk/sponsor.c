/* What a sponsor texts. Nothing is changed by a text and nothing promised: an officer confirms. To
 * anybody else these words mean nothing; one of them resumes reminders. */
#include "step_int.h"
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

static struct tmpl_args *answer_ref(struct step *s, const char *template_id)
{
	struct tmpl_args *a = answer(s, template_id);

	tmpl_arg(a, "sponsor", s->f->sponsor.name);
	tmpl_arg(a, "ref", s->f->sponsor.ref);
	return a;
}

/* A wish of theirs: to be looked at by an officer. */
static void note_wish(struct step *s)
{
	struct talk_effect *e;

	if (!s->f->sponsor.ref[0]) {
		answer_case(s, "SPONSOR", "W31");
		return;
	}
	e = effect_add(s, EFFECT_CASE);
	(void)text_copy(e->word, sizeof(e->word), "SPONSOR");
	memcpy(e->ref, s->f->ref, sizeof(e->ref));
	(void)answer_ref(s, "S17");
}

/* Only what our records hold. */
static void summary(struct step *s)
{
	const struct talk_sponsor *p = &s->f->sponsor;
	struct tmpl_args *a = answer_ref(s, "S16B");
	char today[16];

	date_format_dm(s->f->today, today);
	arg_number(a, "n", p->registered);
	arg_number(a, "m", p->active);
	arg_number(a, "u", p->waiting);
	tmpl_arg(a, "tglk", today);
}

void answer_sponsor(struct step *s)
{
	if (!s->f->is_sponsor)
		answer_help(s);
	else if (s->r->intent == INTENT_SUMMARY && s->f->sponsor.ref[0])
		summary(s);
	else
		note_wish(s);
}
