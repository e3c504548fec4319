/* Registration: a named code is enough by itself; an open code asks for NIK, name, occupation and
 * consent. Whether a NIK is known plays no part here: the facts do not hold it, so no answer can
 * give it away. A typing error the check digit catches costs nothing; only codes that could have
 * been drawn count as guesses. */
#include "step_int.h"
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define AREA_OTHER                                                                     \
	10 /* no number that the question before takes: a text said twice is no answer \
	    */
#define AREA_FIRST 11
#define AREA_LIST_MAX 92 /* septets the text has room for */
#define AREA_LIST_CAP 256

static struct nik_facts facts_of(const struct step *s, const char *nik)
{
	struct nik_facts facts = { 0 };

	if (nik_parse(nik, s->f->today, s->f->age_min, &facts))
		facts.born = s->f->today;
	return facts;
}

static void ask_nik(struct step *s)
{
	tmpl_arg(answer(s, "W02"), "sponsor", s->f->code.sponsor);
}

static void ask_name(struct step *s)
{
	arg_date(answer(s, "W03"), "lahir", facts_of(s, s->next.nik).born);
}

static void ask_consent(struct step *s)
{
	struct tmpl_args *a = answer(s, "W05");
	char id[TMPL_ID_CAP];
	const char *job;

	snprintf(id, sizeof(id), "KERJA%d", s->next.job);
	job = tmpl_word(s->words, id, s->f->lang);
	tmpl_arg(a, "nama", s->next.name);
	arg_date(a, "lahir", facts_of(s, s->next.nik).born);
	tmpl_arg(a, "kerja", job ? job : "-");
}

/* As many areas as the text has room for, by number; *n of them. */
static void list_areas(const struct talk_code *c, char out[AREA_LIST_CAP], int *n)
{
	size_t len = 0;

	out[0] = '\0';
	for (*n = 0; *n < (int)c->areas; ++*n) {
		char one[40];

		snprintf(one, sizeof(one), "%s%d %s", *n ? " " : "", AREA_FIRST + *n,
		        c->area[*n].word);
		if (len + text_measure(one).units > AREA_LIST_MAX)
			return;
		strcat(out, one);
		len += text_measure(one).units;
	}
}

static void ask_area(struct step *s)
{
	char list[AREA_LIST_CAP];
	int n;

	list_areas(&s->f->code, list, &n);
	tmpl_arg(answer(s, "W59"), "daftar", list);
}

void register_ask(struct step *s)
{
	switch (s->next.state) {
	case TALK_ASK_NIK:
		ask_nik(s);
		break;
	case TALK_ASK_NAME:
		ask_name(s);
		break;
	case TALK_ASK_JOB:
		(void)answer(s, "W04");
		break;
	case TALK_ASK_AREA:
		ask_area(s);
		break;
	case TALK_ASK_PHONE:
		tmpl_arg(answer(s, "W54"), "nama", s->next.name);
		break;
	default:
		ask_consent(s);
	}
}

static void answer_age(struct step *s)
{
	struct tmpl_args *a = answer(s, "W12");

	arg_number(a, "min", s->f->age_min);
	arg_number(a, "max", s->f->age_max);
}

static void answer_waiting(struct step *s, const char *name)
{
	struct tmpl_args *a = answer(s, "W10");

	tmpl_arg(a, "nama", name);
	tmpl_arg(a, "sponsor", s->f->code.sponsor);
	arg_number(a, "u", s->f->code.waiting + 1);
}

static struct talk_effect *effect_register(struct step *s, enum effect_kind kind)
{
	struct talk_effect *e = effect_add(s, kind);

	e->waiting = s->f->code.places_left <= 0;
	e->dialogue = s->next;
	memcpy(e->ref, s->f->ref, sizeof(e->ref));
	return e;
}

static void answer_taken(struct step *s, const char *template_id, const char *name)
{
	struct tmpl_args *a = answer(s, template_id);

	tmpl_arg(a, "nama", name);
	tmpl_arg(a, "ref", s->f->ref);
}

/* A cadre's phone stands for other people's, unless the list says it is the worker's own. */
static void start_named(struct step *s)
{
	const struct talk_code *c = &s->f->code;
	bool cadre = s->f->is_cadre && !c->listed_here;
	struct talk_effect *e;

	s->next = (struct talk_dialogue){ 0 };
	if (c->too_old || c->too_young) {
		answer_age(s);
		return;
	}
	e = effect_register(s, EFFECT_REGISTER_NAMED);
	e->dialogue.cadre = cadre;
	if (cadre) /* the worker's own word comes from the worker's own phone */
		memcpy(e->dialogue.phone, c->listed_phone, sizeof(e->dialogue.phone));
	(void)text_copy(e->dialogue.name, sizeof(e->dialogue.name), c->name);
	if (e->waiting)
		answer_waiting(s, c->name);
	else
		answer_taken(s, cadre ? "W49" : "W01", c->name);
}

static void start_open(struct step *s)
{
	if (!s->f->is_cadre && s->f->workers >= (size_t)s->f->workers_per_phone) {
		arg_number(answer(s, "W44"), "u", s->f->workers_per_phone);
		return;
	}
	s->next = (struct talk_dialogue){ .state = TALK_ASK_NIK, .cadre = s->f->is_cadre };
	memcpy(s->next.code, s->r->code, sizeof(s->next.code));
	if (s->r->nik[0])
		register_nik(s);
	else
		ask_nik(s);
}

/* What a code in this state is answered with; code is as the person knows it. */
static void answer_code(struct step *s, const char *code)
{
	const struct talk_code *c = &s->f->code;
	struct tmpl_args *a;

	switch (c->state) {
	case CODE_USED:
		if (c->used_here && s->f->workers) {
			answer_status(s);
			return;
		}
		a = answer(s, "W09");
		break;
	case CODE_EXPIRED:
		a = answer(s, "W08");
		arg_date(a, "tgl", c->expires);
		tmpl_arg(a, "sponsor", c->sponsor);
		break;
	default: /* a withdrawn code is as good as none, and looks the same */
		(void)effect_add(s, EFFECT_WRONG_CODE);
		a = answer(s, "W06");
	}
	tmpl_arg(a, "kode", code);
}

static void answer_unreadable(struct step *s)
{
	const struct talk_request *r = s->r;

	if (r->code[0] && !strcmp(r->code, REGCODE_EXAMPLE))
		(void)answer(s, "W35");
	else if (r->code[0])
		tmpl_arg(answer(s, "W06"), "kode", r->code);
	else if (r->code_digits)
		arg_number(answer(s, "W07"), "u", r->code_digits);
	else
		answer_help(s);
}

void register_start(struct step *s)
{
	if (s->r->two_codes)
		answer_suggestion(s);
	else if (!s->r->code_checked)
		answer_unreadable(s);
	else if (s->f->blocked_h)
		arg_number(answer(s, "W33"), "jam", s->f->blocked_h);
	else if (s->f->code.state != CODE_ISSUED)
		answer_code(s, s->r->code);
	else if (s->f->code.named)
		start_named(s);
	else
		start_open(s);
}

/* A wrong NIK is asked for again: the digits may have been mistyped. */
void register_nik(struct step *s)
{
	struct nik_facts facts;
	int age;

	if (!s->r->nik[0]) {
		arg_number(answer(s, "W13"), "u", s->r->nik_digits);
		return;
	}
	if (nik_parse(s->r->nik, s->f->today, s->f->age_min, &facts)) {
		(void)answer(s, "W13B");
		return;
	}
	age = date_age(facts.born, s->f->today);
	if (age < s->f->age_min || age > s->f->age_max) {
		answer_age(s);
		return;
	}
	memcpy(s->next.nik, s->r->nik, sizeof(s->next.nik));
	s->next.state = TALK_ASK_NAME;
	ask_name(s);
}

/* The name may be told, and told again before consent. */
void register_name(struct step *s)
{
	if (s->r->name[0])
		(void)text_copy(s->next.name, sizeof(s->next.name), s->r->name);
	if (s->r->name[0] && s->next.state == TALK_ASK_NAME)
		s->next.state = TALK_ASK_JOB;
	register_ask(s);
}

static enum talk_state after_area(const struct step *s)
{
	return s->next.cadre ? TALK_ASK_PHONE : TALK_ASK_CONSENT;
}

/* The area is asked for only where the code does not tell it. */
void register_job(struct step *s)
{
	if (s->r->number >= 1 && s->r->number <= 9) {
		s->next.job = s->r->number;
		s->next.state = s->f->code.areas > 1 ? TALK_ASK_AREA : after_area(s);
	}
	register_ask(s);
}

/* Another one may be one that the text had no room for: an officer fills it in. */
void register_area(struct step *s)
{
	char list[AREA_LIST_CAP];
	int n, i = s->r->number - AREA_FIRST;

	list_areas(&s->f->code, list, &n);
	if (s->r->number == AREA_OTHER || (i >= 0 && i < n)) {
		const char *code = i >= 0 ? s->f->code.area[i].code : "";

		(void)text_copy(s->next.area, sizeof(s->next.area), code);
		s->next.state = after_area(s);
	}
	register_ask(s);
}

/* The cadre's own number is not the worker's: the worker could not answer on it alone. */
void register_phone(struct step *s)
{
	if (strcmp(s->r->phone, s->f->sender) != 0) {
		memcpy(s->next.phone, s->r->phone, sizeof(s->next.phone));
		s->next.state = TALK_ASK_CONSENT;
	}
	register_ask(s);
}

void register_no_phone(struct step *s)
{
	if (s->r->intent == INTENT_NO || !s->r->number) {
		s->next.phone[0] = '\0';
		s->next.state = TALK_ASK_CONSENT;
	}
	register_ask(s);
}

void register_consent(struct step *s)
{
	char code[sizeof(s->next.code)];

	memcpy(code, s->next.code, sizeof(code));
	if (s->f->code.state != CODE_ISSUED) {
		s->next = (struct talk_dialogue){ 0 };
		answer_code(s, code);
		return;
	}
	if (effect_register(s, EFFECT_REGISTER_OPEN)->waiting)
		answer_waiting(s, s->next.name);
	else if (s->next.cadre)
		answer_taken(s, "W49", s->next.name);
	else
		(void)answer(s, "W11");
	s->next = (struct talk_dialogue){ 0 };
}

void register_refuse(struct step *s)
{
	s->next = (struct talk_dialogue){ 0 };
	(void)answer(s, "W32");
}

void register_restart(struct step *s)
{
	struct talk_dialogue again = { .state = TALK_ASK_NIK, .cadre = s->next.cadre };

	memcpy(again.code, s->next.code, sizeof(again.code));
	s->next = again;
	ask_nik(s);
}
