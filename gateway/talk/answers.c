/* The machinery of replies, and what is said of one worker's cover. AKTIF is said only while the
 * proven months reach today; a date that is not known is never filled in. */
#include "step_int.h"
#include <assert.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

struct tmpl_args *answer(struct step *s, const char *template_id)
{
	struct talk_effect *e = effect_add(s, EFFECT_REPLY);
	char helpdesk[MSISDN_CAP];

	msisdn_national(s->f->helpdesk, helpdesk);
	(void)text_copy(e->template_id, sizeof(e->template_id), template_id);
	tmpl_arg(&e->args, "cs", helpdesk);
	tmpl_arg(&e->args, "resmi", s->f->official);
	tmpl_arg(&e->args, "eks", REGCODE_EXAMPLE);
	return &e->args;
}

struct talk_effect *effect_add(struct step *s, enum effect_kind kind)
{
	struct talk_effect *e;

	assert(s->out->n < TALK_EFFECTS_MAX);
	e = &s->out->effect[s->out->n++];
	e->kind = kind;
	return e;
}

void arg_number(struct tmpl_args *a, const char *name, int n)
{
	char value[16];

	snprintf(value, sizeof(value), "%d", n);
	tmpl_arg(a, name, value);
}

void arg_date(struct tmpl_args *a, const char *name, struct date d)
{
	char value[16];

	date_format_dmy(d, value);
	tmpl_arg(a, name, value);
}

/* People who share a phone know each other by it; the family name stays with us. */
void arg_first_name(struct tmpl_args *a, const char *key, const char *name)
{
	char first[TALK_NAME_CAP];
	size_t n = strcspn(name, " ");

	memcpy(first, name, n);
	first[n] = '\0';
	tmpl_arg(a, key, first);
}

/* A case for an officer and the text that tells the person so. */
void answer_case(struct step *s, const char *kind, const char *template_id)
{
	struct talk_effect *e = effect_add(s, EFFECT_CASE);

	(void)text_copy(e->word, sizeof(e->word), kind);
	memcpy(e->ref, s->f->ref, sizeof(e->ref));
	tmpl_arg(answer(s, template_id), "ref", s->f->ref);
}

void answer_help(struct step *s)
{
	(void)answer(s, "W21");
}

void answer_suggestion(struct step *s)
{
	tmpl_arg(answer(s, "W22"), "saran", s->r->suggestion);
}

const char *answer_phrase(const struct step *s, const char *id)
{
	const char *word = tmpl_word(s->words, id, s->f->lang);

	return word ? word : "-";
}

static bool known(struct date d)
{
	return d.year != 0;
}

static struct date day_after(struct date d)
{
	return date_from_days(date_days(d) + 1);
}

/* The state as it may be said today. */
enum cover_state answer_cover_today(const struct step *s, const struct talk_worker *w)
{
	if (w->cover == COVER_DECEASED)
		return COVER_DECEASED;
	if (!known(w->until))
		return COVER_PENDING;
	if (w->cover == COVER_ACTIVE && date_days(w->until) < date_days(s->f->today))
		return COVER_LAPSED;
	if (w->cover == COVER_ARREARS && !known(w->limit))
		return COVER_LAPSED;
	return w->cover;
}

static void say_active(struct step *s, const struct talk_worker *w)
{
	size_t n = strlen(w->card);
	struct tmpl_args *a = answer(s, n ? "W15" : "W15B");
	char recorded[16];

	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "sponsor", w->sponsor);
	tmpl_arg(a, "kpj4", n > 4 ? w->card + n - 4 : w->card);
	arg_date(a, "tgl", w->until);
	date_format_dm(w->recorded, recorded);
	tmpl_arg(a, "tglk", recorded);
}

/* The insurer said no: nothing else is waited for, and there is something to do. */
static bool say_refused(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a;

	if (!w->refused[0])
		return false;
	a = answer(s, "W42");
	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "alasan", w->refused);
	return true;
}

static void say_pending(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a;

	if (say_refused(s, w))
		return;
	a = answer(s, "W16");
	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "sponsor", w->sponsor);
}

static void say_arrears(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a;

	if (!w->self_payer && say_refused(s, w))
		return;
	a = answer(s, w->self_payer ? "W17" : "W40");
	tmpl_arg(a, "nama", w->name);
	arg_date(a, "tgl1", day_after(w->until));
	arg_date(a, "tgl2", w->limit);
}

static void say_lapsed(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a = answer(s, "W18");

	tmpl_arg(a, "nama", w->name);
	arg_date(a, "tgl", day_after(w->until));
}

/* To the family: nothing is asked of them, and nothing said of cover that is no more. */
static void say_deceased(struct step *s, const struct talk_worker *w)
{
	tmpl_arg(answer(s, "W58"), "nama", w->name);
}

void answer_cover(struct step *s, const struct talk_worker *w)
{
	static void (*const say[])(struct step *, const struct talk_worker *) = {
		[COVER_PENDING] = say_pending,
		[COVER_ACTIVE] = say_active,
		[COVER_ARREARS] = say_arrears,
		[COVER_LAPSED] = say_lapsed,
		[COVER_DECEASED] = say_deceased,
	};

	say[answer_cover_today(s, w)](s, w);
}
