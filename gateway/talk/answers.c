/* Replies about what is recorded: cover, card, who pays. AKTIF is said only while the proven months
 * reach today; a date that is not known is never filled in. */
#include "talk_int.h"
#include <assert.h>
#include <payung/text.h>
#include <stdio.h>
#include <string.h>

#define LISTED 3 /* workers of a shared phone that fit one text */

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

static const char *phrase(const struct step *s, const char *id)
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
static enum cover_state cover_today(const struct step *s, const struct talk_worker *w)
{
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

static void say_pending(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a = answer(s, "W16");

	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "sponsor", w->sponsor);
}

static void say_arrears(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a = answer(s, w->self_payer ? "W17" : "W40");

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

static void say_cover(struct step *s, const struct talk_worker *w)
{
	static void (*const say[])(struct step *, const struct talk_worker *) = {
		[COVER_PENDING] = say_pending,
		[COVER_ACTIVE] = say_active,
		[COVER_ARREARS] = say_arrears,
		[COVER_LAPSED] = say_lapsed,
	};

	say[cover_today(s, w)](s, w);
}

static void first_name(const char *name, char out[TALK_NAME_CAP])
{
	size_t n = strcspn(name, " ");

	memcpy(out, name, n);
	out[n] = '\0';
}

/* All who share the phone, in one text. */
static void say_list(struct step *s)
{
	static const char *const state[] = {
		[COVER_PENDING] = "ST_PENDING",
		[COVER_ACTIVE] = "ST_ACTIVE",
		[COVER_ARREARS] = "ST_ARREARS",
		[COVER_LAPSED] = "ST_LAPSED",
	};
	size_t n = s->f->workers < LISTED ? s->f->workers : LISTED;
	struct tmpl_args *a = answer(s, n == 2 ? "W20B" : "W20");

	for (size_t i = 0; i < n; i++) {
		const struct talk_worker *w = &s->f->worker[i];
		char key[TMPL_NAME_CAP], name[TALK_NAME_CAP];

		first_name(w->name, name);
		snprintf(key, sizeof(key), "nama%d", (int)i + 1);
		tmpl_arg(a, key, name);
		snprintf(key, sizeof(key), "st%d", (int)i + 1);
		tmpl_arg(a, key, phrase(s, state[cover_today(s, w)]));
	}
}

/* The worker meant by the ordinal, or the only one; NULL when it is not clear. */
static const struct talk_worker *chosen(const struct step *s)
{
	size_t i = (size_t)s->r->number;

	if (s->f->workers == 1)
		return &s->f->worker[0];
	return i >= 1 && i <= s->f->workers ? &s->f->worker[i - 1] : NULL;
}

void answer_status(struct step *s)
{
	const struct talk_worker *w = chosen(s);

	if (!s->f->workers)
		(void)answer(s, "W19");
	else if (w)
		say_cover(s, w);
	else
		say_list(s);
}

static bool say_card(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a;

	if (!w->id || !w->card[0])
		return false;
	a = answer(s, "W37");
	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "kpj", w->card);
	return true;
}

/* A card has to be shown whole, so each worker of a shared phone gets a text of their own. */
void answer_card(struct step *s)
{
	const struct talk_worker *w = chosen(s);
	size_t said = 0;

	for (size_t i = 0; i < s->f->workers && said < LISTED; i++)
		if (!w || w == &s->f->worker[i])
			said += say_card(s, &s->f->worker[i]);
	if (!said)
		answer_status(s);
}

void answer_pay(struct step *s)
{
	const struct talk_worker *w = chosen(s);
	struct tmpl_args *a;

	if (!w || w->self_payer || cover_today(s, w) != COVER_ACTIVE) {
		answer_status(s);
		return;
	}
	a = answer(s, "W39");
	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "sponsor", w->sponsor);
	arg_date(a, "tgl", w->until);
}
