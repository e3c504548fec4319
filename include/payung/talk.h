/* The conversation, pure: words in, decisions out; shared by SMS and later USSD.
 *   talk_parse(lexicon, text, dialogue state)  -> request: what the person wants
 *   the daemon loads the facts that request needs (code, NIK, phone)
 *   talk_step(facts, request)                  -> effects: replies, changes of state
 * The daemon performs all effects in the transaction that stores the text. No clock, no I/O. */
#ifndef PAYUNG_TALK_H
#define PAYUNG_TALK_H

#include <payung/date.h>
#include <payung/msisdn.h>
#include <stdbool.h>
#include <payung/nik.h>
#include <payung/regcode.h>
#include <payung/rupiah.h>
#include <payung/tmpl.h>

#define TALK_NAME_CAP 64 /* a person's name in UTF-8 */
#define TALK_WORKERS_MAX 20
#define TALK_EFFECTS_MAX 8

/* English names of the keywords of templates/keywords.txt, in its order of importance. */
#define TALK_INTENTS(X)                                                                            \
	X(EMPTY) X(UNKNOWN) X(REGISTER) X(STATUS) X(CARD) X(HELP) X(CANCEL) X(YES) X(NO)           \
	X(RESTART) X(NAME) X(NUMBER) X(NIK) X(FREE_TEXT) X(STOP) X(START) X(PAY) X(CHANGE_PHONE)   \
	X(CLAIM) X(CLAIM_DEATH) X(CLAIM_ACCIDENT) X(BALANCE) X(COMPLAINT) X(SELF_PAY)              \
	X(LANG_KRAMA) X(LANG_NGOKO) X(LANG_INDONESIAN) X(SUMMARY) X(REFERENCE) X(ADD) X(DONE)         \
	X(ERASE) X(RENEW) X(PHONE)
#define X(n) INTENT_##n,
enum talk_intent { TALK_INTENTS(X) INTENTS };
#undef X
const char *talk_intent_name(enum talk_intent i); /* "register"... for the inbox and logs */

/* The store keeps their numbers: new ones come last. */
#define TALK_STATES(X)                                                                             \
	X(IDLE) X(ASK_NIK) X(ASK_NAME) X(ASK_JOB) X(ASK_CONSENT) X(ASK_CLAIM) X(ASK_PHONE) X(ASK_MOVE) \
	X(ASK_AREA)
#define X(n) TALK_##n,
enum talk_state { TALK_STATES(X) TALK_STATE_COUNT };
#undef X
const char *talk_state_name(enum talk_state s);

struct talk_lexicon;
/* Loads templates/keywords.txt content. Faults as in tmpl.h. NULL when any was found. */
struct talk_lexicon *talk_lexicon_new(const char *file, const char *content, tmpl_fault_fn *fault, void *arg);
void talk_lexicon_free(struct talk_lexicon *l);

struct talk_request {
	enum talk_intent intent;
	char code[REGCODE_LEN + 1]; /* REGISTER: 8 digits after normalising, "" when none usable */
	int code_digits;            /* REGISTER: digits seen in the best code-like token, 0 = no token */
	bool code_checked;          /* the check digit holds */
	bool two_codes;             /* more than one valid code in the text: no effect */
	char nik[NIK_LEN + 1];      /* 16 digits found, "" = none */
	int nik_digits;             /* NIK, CHANGE_PHONE: digits received when it is not a NIK */
	int number;                 /* NUMBER: 0..99 */
	char name[TALK_NAME_CAP];   /* NAME, FREE_TEXT in ASK_NAME: as typed, blanks tidied */
	char suggestion[16];        /* UNKNOWN: the keyword perhaps meant, "" = none; else the intent's own */
	char otp[8];                /* YES: the one-time number said with it, "" = none */
	char phone[MSISDN_CAP];     /* PHONE: E.164 */
	/* DONE, REFERENCE, SUMMARY, ADD, RENEW: as ref_make() makes them, "" = none */
	char reference[REF_LEN + 1];
	int count;                  /* ADD: 1..9999, 0 = none, or not clear which */
};
/* Reads a text (valid UTF-8, any length). Words valid only inside a dialogue depend on state. */
void talk_parse(const struct talk_lexicon *l, const char *text, enum talk_state state, struct talk_request *out);

/* An area of a programme that has several, to choose from by number. */
#define TALK_AREAS_MAX 9
struct talk_area { char code[12], word[24]; };

enum code_state { CODE_NONE, CODE_ISSUED, CODE_USED, CODE_EXPIRED, CODE_REVOKED };
struct talk_code { /* of the request's code; when it has none, of the dialogue's */
	enum code_state state;
	bool named;     /* pre-listed: binds a NIK, so none is asked */
	bool used_here; /* USED, and by this very phone */
	bool listed_here; /* named: this very phone is the listed worker's */
	char listed_phone[MSISDN_CAP]; /* named: the listed worker's, "" = none; never said to anybody */
	size_t areas;     /* open: to be asked for, 0 = the code tells it */
	struct talk_area area[TALK_AREAS_MAX];
	char sponsor[32], name[TALK_NAME_CAP]; /* sms name; the listed worker's name */
	struct date expires;
	int places_left; /* of the pledge */
	int waiting;     /* how many wait already */
	bool too_old, too_young; /* named: the listed worker at today's date */
};
enum cover_state { COVER_PENDING, COVER_ACTIVE, COVER_ARREARS, COVER_LAPSED,
	COVER_DECEASED /* confirmed by an officer */ };
struct talk_worker { /* linked to this phone, or registered from it and not yet decided */
	int64_t id; /* 0 = a registration only */
	char name[TALK_NAME_CAP], sponsor[32], card[20];
	enum cover_state cover; /* ACTIVE only for months with confirmed evidence (promise 4) */
	bool self_payer;
	char refused[64];       /* the insurer's newest word: why it refused; "" = it did not */
	struct date until;      /* ACTIVE: last covered day; others: last covered day or year 0 */
	struct date limit;      /* ARREARS: last day before it ends */
	struct date recorded;   /* date of the evidence */
};
struct talk_dialogue {
	enum talk_state state;
	int64_t opened_at, expires_at;
	char code[REGCODE_LEN + 1], nik[NIK_LEN + 1], name[TALK_NAME_CAP];
	int job; /* 1..9, 0 = not told */
	bool cadre;             /* told by a cadre about somebody else */
	char phone[MSISDN_CAP]; /* cadre: the worker's own, "" = none */
	char area[12];          /* chosen; "" = not asked, or another */
};
/* What we asked this phone by a text of our own, not answered yet; the newest when several are. */
enum talk_asked_kind {
	ASKED_NOTHING,
	ASKED_MOVE,  /* W26: may the worker move to another phone? Only YES with its number is a yes */
	ASKED_MOVED, /* W27: not this person? */
	ASKED_ENROL, /* W51: enrolled by a cadre, agreed? */
	ASKED_NUMBER, /* R11: still this person's number? */
};
/* What the store says of the request's number; it counts the wrong ones. */
enum talk_otp { OTP_NOT_ASKED, OTP_RIGHT, OTP_WRONG, OTP_LAST_WRONG };
struct talk_asked {
	enum talk_asked_kind kind;
	enum talk_otp otp;        /* a request with a number answers MOVE, whatever is newest */
	char name[TALK_NAME_CAP]; /* of the worker */
	char ref[REF_LEN + 1];    /* ENROL: of the registration */
};
/* What the newest of our texts that ask a sponsor asks; nothing once it is answered or too old. */
enum talk_question {
	QUESTION_NONE,
	QUESTION_CREDIT, /* S04: 1 the next months, 2 more workers, 3 the money back */
	QUESTION_DOUBLE, /* S08: 1 other workers, 2 other months */
	QUESTION_OTHER,  /* a keyword answers it; it only tells which pledge is meant */
};
struct talk_pledge {
	int64_t id;
	char ref[REF_LEN + 1];           /* "" = the sponsor has none */
	int registered, active, waiting; /* workers; active: confirmed for today */
	rupiah_t paid;                   /* for months of workers */
	struct date paid_until;          /* the last day all of which is paid; year 0: no instalment is yet */
};
struct talk_sponsor { /* who holds this phone, when it is a sponsor's */
	int64_t id;
	char name[32];   /* sms name */
	int pledges;     /* not over yet */
	bool not_theirs; /* the request's reference is none of theirs */
	bool meant;      /* it is clear which pledge: named, asked about, or the only one */
	struct talk_pledge pledge; /* that one, else the newest that is not over */
	enum talk_question question;
	int64_t asked;   /* the message that asks it */
	rupiah_t credit; /* paid and for no month yet */
	int64_t payment; /* the one payment of theirs that fits nothing yet, 0 = none or several */
	rupiah_t payment_amount;
};
struct talk_facts {
	int64_t now;
	struct date today; /* in the worker's zone */
	char lang[TMPL_LANG_CAP], sender[MSISDN_CAP];
	struct talk_dialogue dialogue; /* expired ones are given too: W34 is said once */
	struct talk_code code;
	size_t workers;
	struct talk_worker worker[TALK_WORKERS_MAX]; /* by ordinal of the shared phone */
	int blocked_h; /* after too many wrong codes: hours until one is read again, 0 = now */
	int age_min, age_max, dialogue_ttl_h, workers_per_phone;
	bool is_sponsor, is_cadre;
	struct talk_sponsor sponsor;
	struct talk_asked asked;
	int nik_place;           /* the ordinal of who has the request's NIK, 0 = nobody of this phone */
	char ref[REF_LEN + 1];   /* a fresh reference, for whatever is opened now */
	char helpdesk[16], official[8];
};

enum effect_kind {
	EFFECT_REPLY,          /* template + args to the sender */
	EFFECT_DIALOGUE,       /* store facts->dialogue as given here; IDLE closes it and forgets its data */
	EFFECT_REGISTER_NAMED, /* use the code: worker (made or found), link, registration `ref` */
	EFFECT_REGISTER_OPEN,  /* registration `ref` with the dialogue's data and consent; an officer decides */
	EFFECT_WRONG_CODE,     /* count it against this number */
	EFFECT_LANGUAGE,       /* word; comes before the replies, which are written in it */
	EFFECT_REMINDERS,      /* on/off for this number, or for one worker of it */
	EFFECT_CASE,           /* open a case for an officer: kind in `word`, `ref` */
	EFFECT_MOVE,           /* the request's NIK asks for this phone: ask the one it is linked to */
	EFFECT_ASKED,          /* facts->asked is answered: on = yes */
	EFFECT_REQUEST,        /* a sponsor asks what an officer has to confirm: kind in `word`, amount, count;
	                        * of facts->sponsor, whose question it answers */
};
struct talk_effect {
	enum effect_kind kind;
	char template_id[TMPL_ID_CAP];
	struct tmpl_args args;
	struct talk_dialogue dialogue;
	bool on;        /* REMINDERS, ASKED */
	bool daily;     /* REPLY: not more than once a day to this phone */
	int64_t worker; /* REMINDERS: 0 = the whole number */
	bool waiting;   /* REGISTER_*: no place left, it goes to the waiting list */
	char word[16];  /* LANGUAGE: code; CASE, REQUEST: kind */
	rupiah_t amount; /* REQUEST */
	int count;       /* REQUEST: workers */
	char ref[REF_LEN + 1];
};
struct talk_effects { size_t n; struct talk_effect effect[TALK_EFFECTS_MAX]; };

/* Which answer, which changes. Words (occupation, states) come from the templates' word list. */
void talk_step(const struct talk_facts *f, const struct talk_request *r, const struct tmpl_set *words,
	struct talk_effects *out);
/* True for intents that only read: a repeated text answers them afresh. */
bool talk_is_read_only(enum talk_intent i);

#endif
