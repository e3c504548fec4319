/* One text on its way through the rules, as conversation.c and facts.c share it. */
#ifndef DAEMON_TURN_H
#define DAEMON_TURN_H

#include "conversation.h"
#include "guard.h"
#include "other_phones.h"

struct turn {
	struct daemon *d;
	const struct heard *h;
	struct phone_row phone;
	struct talk_request request;
	struct talk_facts facts;
	struct talk_effects effects;
	struct asked asked;
	struct nik_links links; /* of the request's NIK */
	int replies;
	bool changed;
	enum guard_verdict verdict;
	bool is_cadre;     /* looked at only when the phone has texted much */
	bool nik_asked;    /* its digits may be half a NIK */
	bool told_blocked; /* that no code is read now was said before */
	bool on_duty;      /* a duty phone says that it is done with something */
};

/* The open question; one that has run out is none. */
enum talk_state turn_state(const struct turn *t);
rc_t turn_is_cadre(struct turn *t, bool *yes) MUST_CHECK;
/* The facts that this request needs. */
rc_t turn_load_facts(struct turn *t) MUST_CHECK;

#endif
