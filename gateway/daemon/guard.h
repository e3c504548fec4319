/* The written guards against those who text too much: machines, guessers, floods. Pure functions
 * over counters; the flow that loads the counters is the conversation. */
#ifndef DAEMON_GUARD_H
#define DAEMON_GUARD_H

#include <payung/conf.h>
#include <payung/store_scheme.h>

/* One text as the guards see it. */
struct guard_text {
	int64_t now;
	enum talk_intent intent;
	bool asked;   /* a question of ours is open */
	bool cadre;   /* enrols others: an enrolment alone takes six answers */
	bool paused;  /* guard_paused() says so */
	int64_t hash; /* equal for equal texts */
};
/* What becomes of it. */
enum guard_verdict {
	GUARD_ANSWER,
	GUARD_SILENT, /* performed, but the answers are left out: KLAIM and STOP beyond every cap */
	GUARD_CAP,    /* not looked at: the number's answers of the day are used up */
	GUARD_LOOP,   /* not looked at: it texts like a machine */
	GUARD_PAUSED, /* not looked at: all numbers together are answered too much */
	GUARD_BLOCKED, /* not looked at: one more code after it was told that it guesses too much */
};
const char *guard_verdict_name(enum guard_verdict v); /* for the inbox: "reply cap", "loop" ... */

/* Counts the text in the number's own counters; to be called once for each text. */
void guard_count(struct phone_row *p, const struct guard_text *t, const struct conf_limits *l);
enum guard_verdict guard_judge(
        const struct phone_row *p, const struct guard_text *t, const struct conf_limits *l);

/* May another code be read from this number? */
struct guard_codes {
	int blocked_h; /* hours until one is read again, 0 = now */
	bool told;     /* and that was said before */
};
/* Only well-formed codes nobody was given count as wrong, and those that come while blocked.
 * wrong_all: of all numbers in the last hour; above its limit a number that is linked to nobody has
 * one try an hour. */
struct guard_codes guard_codes(const struct phone_row *p, bool linked, int64_t wrong_all,
        int64_t now, const struct conf_limits *l);
/* Half of its answers of the day are used up. */
bool guard_talks_much(const struct phone_row *p, const struct conf_limits *l);
/* Answers to this number wait until honest people have theirs. */
bool guard_suspects(const struct phone_row *p, bool cadre, const struct conf_limits *l);

/* Events in the last 3600 seconds, estimated from what clock hours hold. */
int64_t guard_last_hour(int64_t this_hour, int64_t hour_before, int64_t now);
/* The circuit breaker: answers to questions are paused. */
bool guard_paused(int64_t all_last_hour, int64_t line_last_hour, const struct conf_limits *l);

#endif
