/* Texts of ours that wait for an answer without a dialogue: a worker's move to another phone, and
 * an enrolment by a cadre. Whoever asks for a move reads the same words whether the NIK is known or
 * not; only the phone the worker is linked to can consent, with the number we sent to it. */
#include "step_int.h"
#include <payung/text.h>
#include <string.h>

/* Who registered here reads how that stands; whether the NIK belongs to another phone as well,
 * which is then asked, plays no part in it. */
static void move_nik(struct step *s)
{
	const size_t place = (size_t)s->f->nik_place;
	struct nik_facts facts;

	if (nik_parse(s->r->nik, s->f->today, s->f->age_min, &facts)) {
		(void)answer(s, "W13B");
		return;
	}
	if (s->next.state == TALK_ASK_MOVE)
		s->next = (struct talk_dialogue){ 0 };
	(void)effect_add(s, EFFECT_MOVE);
	if (place >= 1 && place <= s->f->workers)
		answer_cover(s, &s->f->worker[place - 1]);
	else
		(void)answer(s, "W11");
}

void move_ask(struct step *s)
{
	if (s->r->nik[0]) {
		move_nik(s);
		return;
	}
	if (s->next.state == TALK_IDLE)
		s->next.state = TALK_ASK_MOVE;
	if (s->r->nik_digits)
		arg_number(answer(s, "W13"), "u", s->r->nik_digits);
	else
		(void)answer(s, "W25");
}

void move_leave(struct step *s)
{
	s->next = (struct talk_dialogue){ 0 };
	answer_help(s);
}

/* What the number brought is in the facts: the store compares it and counts the tries. */
void move_otp(struct step *s)
{
	switch (s->f->asked.otp) {
	case OTP_RIGHT:
		effect_add(s, EFFECT_ASKED)->on = true;
		arg_first_name(answer(s, "W46"), "nama1", s->f->asked.name);
		break;
	case OTP_WRONG:
		(void)answer(s, "W55");
		break;
	case OTP_LAST_WRONG:
		(void)answer(s, "W53");
		break;
	default:
		not_understood(s);
	}
}

static void enrolled(struct step *s)
{
	struct tmpl_args *a;

	effect_add(s, EFFECT_ASKED)->on = true;
	a = answer(s, "W01");
	tmpl_arg(a, "nama", s->f->asked.name);
	tmpl_arg(a, "ref", s->f->asked.ref);
}

void asked_yes(struct step *s)
{
	switch (s->f->asked.kind) {
	case ASKED_MOVE: /* a bare yes may belong to anything: the number makes it consent */
		(void)answer(s, "W55");
		break;
	case ASKED_ENROL:
		enrolled(s);
		break;
	case ASKED_MOVED:
	case ASKED_NUMBER: /* any text of theirs is the sign of life that was asked for */
		answer_status(s);
		break;
	default:
		not_understood(s);
	}
}

void asked_no(struct step *s)
{
	if (s->f->asked.kind == ASKED_NOTHING) {
		not_understood(s);
		return;
	}
	effect_add(s, EFFECT_ASKED)->on = false;
	if (s->f->asked.kind == ASKED_MOVE)
		(void)answer(s, "W53");
	else if (s->f->asked.kind == ASKED_ENROL)
		answer_case(s, "ENROL_REFUSED", "W57");
	else
		answer_case(s, "NOT_MINE", "W56");
}
