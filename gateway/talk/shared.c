/* Phones of one or several workers. STATUS answers for all in one text; what concerns one worker
 * (card, payment) is asked for by its place in the list, so that nothing is said of the wrong one.
 */
#include "step_int.h"
#include <stdio.h>
#include <string.h>

#define LISTED 3 /* workers of a shared phone that fit one text */

/* The worker meant by the ordinal, or the only one; NULL when it is not clear. */
static const struct talk_worker *chosen(const struct step *s)
{
	size_t i = (size_t)s->r->number;

	if (s->f->workers == 1)
		return &s->f->worker[0];
	return i >= 1 && i <= s->f->workers ? &s->f->worker[i - 1] : NULL;
}

static size_t listed(const struct step *s)
{
	return s->f->workers < LISTED ? s->f->workers : LISTED;
}

static void place_key(const char *stem, size_t i, char key[TMPL_NAME_CAP])
{
	snprintf(key, TMPL_NAME_CAP, "%s%d", stem, (int)i + 1);
}

/* The text for two, three or more; those that do not fit are counted. */
static struct tmpl_args *answer_list(struct step *s, const char *three)
{
	const size_t n = s->f->workers;
	char id[TMPL_ID_CAP];

	snprintf(id, sizeof(id), "%s%s", three, n == 2 ? "B" : n > LISTED ? "C" : "");
	struct tmpl_args *a = answer(s, id);

	arg_number(a, "u", (int)n - LISTED);
	return a;
}

static void say_list(struct step *s)
{
	static const char *const state[] = {
		[COVER_PENDING] = "ST_PENDING",
		[COVER_ACTIVE] = "ST_ACTIVE",
		[COVER_ARREARS] = "ST_ARREARS",
		[COVER_LAPSED] = "ST_LAPSED",
		[COVER_DECEASED] = "ST_DECEASED",
	};
	size_t n = listed(s);
	struct tmpl_args *a = answer_list(s, "W20");

	for (size_t i = 0; i < n; i++) {
		const struct talk_worker *w = &s->f->worker[i];
		char key[TMPL_NAME_CAP];

		place_key("nama", i, key);
		arg_first_name(a, key, w->name);
		place_key("st", i, key);
		tmpl_arg(a, key, answer_phrase(s, state[answer_cover_today(s, w)]));
	}
}

/* The keyword once more, with the place of whom it is for. */
static void ask_whom(struct step *s)
{
	size_t n = listed(s);
	struct tmpl_args *a = answer_list(s, "W50");

	tmpl_arg(a, "saran", s->r->suggestion);
	for (size_t i = 0; i < n; i++) {
		char key[TMPL_NAME_CAP];

		place_key("nama", i, key);
		arg_first_name(a, key, s->f->worker[i].name);
	}
}

void answer_status(struct step *s)
{
	const struct talk_worker *w = chosen(s);

	if (!s->f->workers)
		(void)answer(s, "W19");
	else if (w)
		answer_cover(s, w);
	else
		say_list(s);
}

static void say_card(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a;

	if (!w->id || !w->card[0]) {
		answer_cover(s, w);
		return;
	}
	a = answer(s, "W37");
	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "kpj", w->card);
}

static void say_pay(struct step *s, const struct talk_worker *w)
{
	struct tmpl_args *a;

	if (w->self_payer || answer_cover_today(s, w) != COVER_ACTIVE) {
		answer_cover(s, w);
		return;
	}
	a = answer(s, "W39");
	tmpl_arg(a, "nama", w->name);
	tmpl_arg(a, "sponsor", w->sponsor);
	arg_date(a, "tgl", w->until);
}

static void of_one(struct step *s, void (*say)(struct step *, const struct talk_worker *))
{
	const struct talk_worker *w = chosen(s);

	if (!s->f->workers)
		(void)answer(s, "W19");
	else if (w)
		say(s, w);
	else
		ask_whom(s);
}

void answer_card(struct step *s)
{
	of_one(s, say_card);
}

void answer_pay(struct step *s)
{
	of_one(s, say_pay);
}

/* Without a place the whole number is meant: STOP must never end in a question. */
static void reminders_of_number(struct step *s, bool on)
{
	effect_add(s, EFFECT_REMINDERS)->on = on;
	(void)answer(s, on ? "W24" : "W23");
}

static void reminders_of_worker(struct step *s, bool on, const struct talk_worker *w)
{
	struct talk_effect *e;
	struct tmpl_args *a;

	if (!w->id) { /* not a worker yet: nothing is sent that could be stopped */
		answer_cover(s, w);
		return;
	}
	e = effect_add(s, EFFECT_REMINDERS);
	e->on = on;
	e->worker = w->id;
	a = answer(s, on ? "W48" : "W47");
	arg_first_name(a, "nama1", w->name);
	arg_number(a, "u", s->r->number);
}

void answer_reminders(struct step *s)
{
	bool on = s->r->intent != INTENT_STOP;

	if (s->f->workers < 2 || !s->r->number)
		reminders_of_number(s, on);
	else if (chosen(s))
		reminders_of_worker(s, on, chosen(s));
	else
		ask_whom(s);
}
