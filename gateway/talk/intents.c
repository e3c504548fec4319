/* The names of intents and states, and how freely each intent may be understood. Reading is cheap,
 * so it is understood anywhere; what changes something asks for plainer words. */
#include "talk_int.h"
#include <string.h>

#define READS_ANYWHERE (INTENT_WORDS | INTENT_ANYWHERE | INTENT_READS)

static const unsigned flags[INTENTS] = {
	[INTENT_EMPTY] = INTENT_READS,
	[INTENT_UNKNOWN] = INTENT_READS,
	[INTENT_REGISTER] = INTENT_WORDS | INTENT_ANYWHERE,
	[INTENT_STATUS] = READS_ANYWHERE,
	[INTENT_CARD] = READS_ANYWHERE,
	[INTENT_HELP] = READS_ANYWHERE,
	[INTENT_CANCEL] = INTENT_WORDS,
	[INTENT_YES] = INTENT_WORDS | INTENT_ASKED,
	[INTENT_NO] = INTENT_WORDS | INTENT_ASKED,
	[INTENT_RESTART] = INTENT_WORDS | INTENT_ASKED,
	[INTENT_NAME] = INTENT_WORDS | INTENT_ASKED,
	[INTENT_STOP] = INTENT_WORDS | INTENT_ALONE | INTENT_ORDINAL,
	[INTENT_START] = INTENT_WORDS | INTENT_ALONE | INTENT_ORDINAL,
	[INTENT_PAY] = READS_ANYWHERE,
	[INTENT_CHANGE_PHONE] = INTENT_WORDS | INTENT_ANYWHERE,
	[INTENT_CLAIM] = INTENT_WORDS | INTENT_ANYWHERE,
	[INTENT_CLAIM_DEATH] = INTENT_WORDS | INTENT_ANYWHERE,
	[INTENT_CLAIM_ACCIDENT] = INTENT_WORDS | INTENT_ANYWHERE,
	[INTENT_BALANCE] = READS_ANYWHERE,
	[INTENT_COMPLAINT] = INTENT_WORDS | INTENT_ANYWHERE,
	[INTENT_SELF_PAY] = INTENT_WORDS,
	[INTENT_LANG_KRAMA] = INTENT_WORDS | INTENT_ALONE,
	[INTENT_LANG_NGOKO] = INTENT_WORDS | INTENT_ALONE,
	[INTENT_LANG_INDONESIAN] = INTENT_WORDS | INTENT_ALONE,
	[INTENT_SUMMARY] = INTENT_WORDS,
	[INTENT_REFERENCE] = INTENT_WORDS,
	[INTENT_ADD] = INTENT_WORDS,
	[INTENT_DONE] = INTENT_WORDS,
	[INTENT_ERASE] = INTENT_WORDS,
	[INTENT_RENEW] = INTENT_WORDS | INTENT_ALONE | INTENT_PLEDGE,
};

bool intent_is(enum talk_intent i, enum intent_flag flag)
{
	return i < INTENTS && flags[i] & flag;
}

bool talk_is_read_only(enum talk_intent i)
{
	return intent_is(i, INTENT_READS);
}

/* Lower case once, from the names the compiler knows. */
static const char *lower_name(const char *upper, char *buf, size_t cap)
{
	size_t n = 0;

	for (; upper[n] && n + 1 < cap; n++)
		buf[n] = upper[n] >= 'A' && upper[n] <= 'Z' ? (char)(upper[n] + 32) : upper[n];
	buf[n] = '\0';
	return buf;
}

const char *talk_intent_name(enum talk_intent i)
{
#define X(n) #n,
	static const char *const upper[] = { TALK_INTENTS(X) };
#undef X
	static char names[INTENTS][20];

	if (i >= INTENTS)
		return "unknown";
	return names[i][0] ? names[i] : lower_name(upper[i], names[i], sizeof(names[i]));
}

const char *talk_state_name(enum talk_state s)
{
#define X(n) #n,
	static const char *const upper[] = { TALK_STATES(X) };
#undef X
	static char names[TALK_STATE_COUNT][20];

	if (s >= TALK_STATE_COUNT)
		return "unknown";
	return names[s][0] ? names[s] : lower_name(upper[s], names[s], sizeof(names[s]));
}
