/* What the files of gateway/talk/ share for reading a text: the word list, tokens, numbers and
 * names found in it. Answering is in step_int.h. */
#ifndef PAYUNG_TALK_INT_H
#define PAYUNG_TALK_INT_H

#include <payung/talk.h>

#define TOKEN_CAP 40
#define TOKENS_MAX 400 /* words of a text that are looked at */

/* ---- intents.c ---- */
enum intent_flag {
	INTENT_WORDS = 1,    /* has keywords of its own */
	INTENT_ANYWHERE = 2, /* understood in the middle of a sentence, else only as first word */
	INTENT_ALONE = 4,    /* understood only when nothing else is said beside greetings */
	INTENT_ASKED = 8,    /* means something only while a question is open */
	INTENT_READS = 16,   /* changes nothing */
	INTENT_ORDINAL = 32, /* alone, but for the place of a worker in the list */
	INTENT_PLEDGE = 64,  /* alone, but for the reference of a pledge */
};
bool intent_is(enum talk_intent i, enum intent_flag flag);

/* ---- lexicon.c ---- */
enum word_kind {
	WORD_INTENT,
	WORD_NOISE,    /* greetings, titles and fillers: as if not written */
	WORD_ORDINARY, /* a known word without meaning here: never taken for a misspelt keyword */
	WORD_DOUBT,    /* if, not yet...: a misfortune is spoken of, not reported */
	WORD_DIGIT,    /* "one" for 1 */
	WORD_JOB,      /* an occupation by name instead of number */
	WORD_SUFFIX,   /* hangs on words: taken off when the whole word is not known */
};
struct word {
	const char *text;
	enum word_kind kind;
	int value;    /* intent, digit or occupation */
	bool exact;   /* never reached by a misspelling */
	bool maybe;   /* may mean it: good for a question, never for an action */
	bool primary; /* the keyword as people are told to write it */
};
/* The word as written, or without a known suffix; NULL when unknown. A phrase has one blank. */
const struct word *lexicon_find(const struct talk_lexicon *l, const char *s);
/* Only as written. */
const struct word *lexicon_exact(const struct talk_lexicon *l, const char *s);
/* The only intent whose keyword is one slip of the finger away (letter missing, added, wrong, two
 * swapped), INTENTS when none or several are. *certain: long enough and not protected, so that it
 * may be acted upon; otherwise good for a question only. */
enum talk_intent lexicon_near(const struct talk_lexicon *l, const char *s, bool *certain);
/* The keyword people are told to write, "" when the intent has none. */
const char *lexicon_keyword(const struct talk_lexicon *l, enum talk_intent i);

/* ---- tokens.c ---- */
struct token {
	char text[TOKEN_CAP];
	const struct word *word; /* NULL = unknown */
	char digits[26];         /* as a number, look-alike letters read as digits; "" = not one */
	int n_digits;
};
struct tokens {
	size_t n;
	struct token t[TOKENS_MAX];
};
/* Words of a text; glued words are taken apart, phrases and numbers recognised. */
void tokens_read(const struct talk_lexicon *l, const char *text, struct tokens *out);

/* ---- numbers.c ---- */
struct numbers {
	char code[REGCODE_LEN + 1];
	bool code_checked, two_codes;
	int code_digits;
	char nik[NIK_LEN + 1];
	int most_digits; /* of the longest number */
	int small;       /* the only number of one or two digits, -1 = none or several */
};
/* Finds code, NIK and ordinal among the tokens; groups of digits side by side are joined. */
void numbers_find(const struct tokens *in, struct numbers *out);

/* ---- reference.c ---- */
/* The reference in a text that says more than it: six letters and digits, "" when there is none. */
void reference_find(const struct talk_lexicon *l, const char *text, char out[REF_LEN + 1]);
/* The same where an ordinary word may stand as well: only what can be nothing else. */
void reference_find_plain(const struct talk_lexicon *l, const char *text, char out[REF_LEN + 1]);
/* The word of a text was read as this reference. */
bool reference_is(const char *word, const char *reference);

/* ---- name.c ---- */
/* The person's name in a free text: keyword and greetings dropped, blanks tidied. False when what
 * is left is no name (2..50 letters, dots, apostrophes, hyphens); out is then "". */
bool name_read(const struct talk_lexicon *l, const char *text, char out[TALK_NAME_CAP]);

#endif
