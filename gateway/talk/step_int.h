/* What the files of gateway/talk/ share for answering: the machinery of the replies, and the
 * handlers of the dialogue table in step.c. */
#ifndef PAYUNG_STEP_INT_H
#define PAYUNG_STEP_INT_H

#include <payung/talk.h>

/* ---- answers.c ---- */
struct step {
	const struct talk_facts *f;
	const struct talk_request *r;
	const struct tmpl_set *words;
	struct talk_effects *out;
	struct talk_dialogue next; /* what the dialogue becomes */
};
struct talk_effect *effect_add(struct step *s, enum effect_kind kind);
/* A reply with the values every text may use (helpdesk, example code, official number). */
struct tmpl_args *answer(struct step *s, const char *template_id);
void answer_case(struct step *s, const char *kind, const char *template_id);
void answer_help(struct step *s);
void answer_suggestion(struct step *s);
void answer_cover(struct step *s, const struct talk_worker *w);
/* The state as it may be said today. */
enum cover_state answer_cover_today(const struct step *s, const struct talk_worker *w);
/* A word of the templates' lists in the person's language, "-" when there is none. */
const char *answer_phrase(const struct step *s, const char *id);
void arg_number(struct tmpl_args *a, const char *name, int n);
void arg_date(struct tmpl_args *a, const char *name, struct date d);
void arg_first_name(struct tmpl_args *a, const char *key, const char *name);

/* ---- shared.c: what is answered to a phone of one or several workers ---- */
void answer_status(struct step *s);
void answer_card(struct step *s);
void answer_pay(struct step *s);
/* STOP, MULAI: for the number, or for one worker of a shared phone. */
void answer_reminders(struct step *s);

/* ---- sponsor.c ---- */
/* REKAP, REF, TAMBAH, SELESAI of a sponsor: an officer confirms before anything changes. */
void answer_sponsor(struct step *s);
void sponsor_renew(struct step *s); /* LANJUT */
void sponsor_choose(
        struct step *s); /* a bare number: the answer to a text of ours, if there is one */
void sponsor_stop(struct step *s);

/* ---- move.c: a new phone for a worker, and what else we ask by a text of our own ---- */
void move_ask(struct step *s);   /* GANTI, or the NIK after it */
void move_leave(struct step *s); /* BATAL after GANTI */
void move_otp(struct step *s);   /* YES with a number */
void asked_yes(struct step *s);  /* YES without a dialogue */
void asked_no(struct step *s);   /* NO without a dialogue */
void not_understood(struct step *s);

/* ---- register.c: the steps of a registration, each a handler of the dialogue table ---- */
void register_start(struct step *s);
void register_nik(struct step *s);
void register_name(struct step *s);
void register_job(struct step *s);
void register_area(struct step *s);
void register_phone(struct step *s);
void register_no_phone(struct step *s);
void register_consent(struct step *s);
void register_refuse(struct step *s);
void register_restart(struct step *s);
void register_ask(struct step *s); /* the open question once more */

#endif
