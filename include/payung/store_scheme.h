/* Store door: the scheme's records. See store.h for the rules of every call. NIKs are sealed with
 * the key version beside them and found by a keyed hash; they never leave through a row callback. */
#ifndef PAYUNG_STORE_SCHEME_H
#define PAYUNG_STORE_SCHEME_H

#include <payung/date.h>
#include <payung/msisdn.h>
#include <payung/nik.h>
#include <payung/regcode.h>
#include <payung/store.h>
#include <payung/talk.h>
#include <payung/tariff.h>

enum sponsor_kind { SPONSOR_CIVIL_SERVANT, SPONSOR_COMPANY, SPONSOR_COOPERATIVE, SPONSOR_BANK,
	SPONSOR_GOVERNMENT, SPONSOR_VILLAGE, SPONSOR_INDIVIDUAL, SPONSOR_SELF, SPONSOR_KINDS };
enum funding { FUND_CIVIL_SERVANT, FUND_CSR, FUND_LOCAL_BUDGET, FUND_STATE_BUDGET,
	FUND_TOBACCO_EXCISE, FUND_SELF, FUNDINGS };
const char *sponsor_kind_name(enum sponsor_kind k); /* "civil_servant"...: the tool's words */
int sponsor_kind_parse(const char *s);              /* -1: none such; likewise below */
const char *funding_name(enum funding f); int funding_parse(const char *s);
enum tariff_money funding_money(enum funding f); /* in the words of the tariff */
bool funding_is_public(enum funding f); /* a budget; the tobacco excise share runs through the region's */

struct programme_row { int64_t id; char code[24], name[80], legal_basis[120], areas[200]; bool direct; int target; };
struct sponsor_row { int64_t id; char name[80], sms_name[32], phone[MSISDN_CAP]; enum sponsor_kind kind; };
struct pledge_row {
	int64_t id, sponsor, created_at, renews; /* renews: the pledge whose workers it carries on, or 0 */
	char ref[REF_LEN + 3], programme[24], sponsor_name[32], sponsor_phone[MSISDN_CAP];
	enum funding funding;
	int workers, months, instalment, taken, waiting;
	bool direct, cancelled; /* direct: of the programme, sponsors pay the insurer; not read when adding */
	int due_day; /* of the month before each instalment, 1..31; 0 when adding: PLEDGE_DUE_DAY */
	month_t start;
};
#define PLEDGE_DUE_DAY 20
/* areas: comma-separated codes. RC_EXISTS: the code is taken. */
rc_t store_programme_add(struct store *s, const struct programme_row *p, int64_t now, int64_t *id) MUST_CHECK;
rc_t store_sponsor_add(struct store *s, const struct sponsor_row *p, int64_t now, int64_t *id) MUST_CHECK;
/* Makes its instalments too. ref must be fresh: RC_EXISTS otherwise. RC_NOENT: no such sponsor or
 * programme; RC_INVALID: terms that make no plan. */
rc_t store_pledge_add(struct store *s, const struct pledge_row *p, int64_t *id) MUST_CHECK;
rc_t store_pledge_get(struct store *s, const char *ref, struct pledge_row *out) MUST_CHECK;
rc_t store_pledge_get_id(struct store *s, int64_t id, struct pledge_row *out) MUST_CHECK;
rc_t store_sponsor_get(struct store *s, int64_t id, struct sponsor_row *out) MUST_CHECK;
typedef void store_programme_fn(void *arg, const struct programme_row *row);
typedef void store_sponsor_fn(void *arg, const struct sponsor_row *row);
typedef void store_pledge_fn(void *arg, const struct pledge_row *row);
rc_t store_programme_each(struct store *s, store_programme_fn *fn, void *arg) MUST_CHECK;
rc_t store_sponsor_each(struct store *s, store_sponsor_fn *fn, void *arg) MUST_CHECK;
rc_t store_pledge_each(struct store *s, store_pledge_fn *fn, void *arg) MUST_CHECK;

/* ---- codes ---- */
struct code_listed { char nik[NIK_LEN + 1], name[TALK_NAME_CAP], phone[MSISDN_CAP], area[12]; int job; };
rc_t store_batch_add(struct store *s, int64_t pledge, const char *area, bool named, int64_t now,
	int64_t expires_at, int64_t *id) MUST_CHECK;
/* listed NULL for an open code. RC_EXISTS: draw another code. */
rc_t store_code_add(struct store *s, int64_t batch, const char *code, const struct code_listed *listed) MUST_CHECK;
/* True when this NIK has an unused named code or a registration under this pledge. */
rc_t store_code_listed(struct store *s, int64_t pledge, const char *nik, bool *yes) MUST_CHECK;
/* Facts about a code as talk_step wants them. RC_OK with CODE_NONE when there is none. */
rc_t store_code_facts(struct store *s, const char *code, const char *msisdn, int64_t now,
	struct date today, int age_min, int age_max, struct talk_code *out) MUST_CHECK;

/* ---- the phone and its dialogue ---- */
struct phone_row {
	char msisdn[MSISDN_CAP], lang[TMPL_LANG_CAP];
	bool known, reminders_off;
	int64_t home_line;
	int replies_today, wrong_codes; /* today in the given zone; within the last hour */
	int64_t last_effect_inbox;      /* the last text that changed anything for this phone, 0 = none */
	int next_ref;                   /* concatenation reference for the next long text, 0..255 */
	int wrong_codes_today;
	int64_t same_hash, same_since;  /* the text that comes again and again (store_text_hash), since when */
	int same_count;
	int64_t quiet_until, heard_at;  /* no answers until then, like a machine; newest sign of life, never goes back */
	bool is_sponsor;
	struct talk_dialogue dialogue;
};
rc_t store_phone_load(struct store *s, const char *msisdn, int64_t now, struct phone_row *out) MUST_CHECK;
/* Writes everything of the row (dialogue sealed). home_line is set once and kept. */
rc_t store_phone_save(struct store *s, const struct phone_row *p, int64_t now) MUST_CHECK;
/* Linked workers first, then undecided registrations of this phone. */
rc_t store_phone_workers(struct store *s, const char *msisdn, struct date today,
	struct talk_worker out[TALK_WORKERS_MAX], size_t *n) MUST_CHECK;
/* The place among them of the undecided registration with this NIK; 0 = there is none. */
rc_t store_phone_nik_place(struct store *s, const char *msisdn, const char *nik, int *place) MUST_CHECK;

/* ---- registrations and workers ---- */
struct registration_new {
	char ref[REF_LEN + 1], code[REGCODE_LEN + 1], msisdn[MSISDN_CAP];
	const struct talk_dialogue *open; /* NULL: named code, data come from the list */
	bool waiting;
	int64_t inbox, line;
	const char *consent_text; /* id of the text the person agreed to */
	/* A cadre's phone, which then used the code and consented; msisdn is the worker's own, "" = none. */
	char enrolled_by[MSISDN_CAP];
	bool asks_consent; /* the worker's own phone has to consent before anything is decided */
	const char *officer; /* who holds a signed form, consent_text says which; NULL: the phone itself spoke */
};
/* Uses the code, in one go: registration with consent, place or waiting number, worker and phone
 * link (named: at once, unless the worker is linked to another phone already, which looks the same
 * from outside; open: when an officer accepts). RC_EXISTS: the code was used meanwhile; RC_NOENT:
 * no such code; RC_LIMIT: not waiting, but no place is left. After a failure undo the mark. */
rc_t store_register(struct store *s, const struct registration_new *r, int64_t now, int64_t *id) MUST_CHECK;
/* Whether a registration or a case has this reference: references are short and drawn at random. */
rc_t store_ref_used(struct store *s, const char *ref, bool *used) MUST_CHECK;

struct worker_row {
	int64_t id, created_at; /* id 0: a registration that is not decided */
	char name[TALK_NAME_CAP], phones[100], area[12], card[20], state[16], ref[REF_LEN + 1], programme[24],
		sponsor[32], born[16];
	int job;
	month_t confirmed, paid; /* the last one the insurer confirmed, and that our books pay; 0: none */
};
typedef void store_worker_fn(void *arg, const struct worker_row *row);
/* msisdn NULL = all. NIK is never in the row. */
rc_t store_worker_each(struct store *s, const char *msisdn, store_worker_fn *fn, void *arg) MUST_CHECK;
rc_t store_worker_card(struct store *s, int64_t worker, const char *card) MUST_CHECK;

#endif
