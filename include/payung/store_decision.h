/* Store door: batches of codes and what an officer decides on the registrations they brought. See
 * store.h for the rules of every call. */
#ifndef PAYUNG_STORE_DECISION_H
#define PAYUNG_STORE_DECISION_H

#include <payung/store_desk.h>

struct batch_row {
	int64_t id, created_at, expires_at;
	char pledge[REF_LEN + 1], programme[24], sponsor[32], area[DESK_AREA_CAP];
	bool named;
	int codes, used, undecided, accepted, rejected;
};
typedef void store_batch_fn(void *arg, const struct batch_row *row);
rc_t store_batch_each(struct store *s, store_batch_fn *fn, void *arg) MUST_CHECK;
rc_t store_batch_get(struct store *s, int64_t id, struct batch_row *out) MUST_CHECK;

enum decision { DECISION_NONE, DECISION_ACCEPTED, DECISION_REJECTED, DECISION_WITHDRAWN,
	DECISION_ASKED, /* the worker's own phone is asked for consent */ DECISIONS };
struct registration_row {
	int64_t id, batch, created_at, decided_at, worker /* 0 = none yet */, inbox;
	enum decision decision;
	char ref[REF_LEN + 1], name[TALK_NAME_CAP], msisdn[MSISDN_CAP], area[DESK_AREA_CAP], born[16];
	char state[16], reason[DESK_NOTE_CAP], decided_by[DESK_NAME_CAP], enrolled_by[MSISDN_CAP];
	int job;
	/* what speaks for or against it */
	int64_t known;                  /* the worker who has this NIK already, 0 = nobody */
	char known_name[TALK_NAME_CAP]; /* that worker's */
	int known_phones;               /* linked to that worker */
	bool known_here;                /* this phone is one of them */
	int same_nik;                   /* other undecided registrations with this NIK */
	int phone_workers;              /* workers linked to this phone */
};
typedef void store_registration_fn(void *arg, const struct registration_row *row);
/* Registrations of a batch, oldest first; undecided: only those an officer has to decide. fn must not
 * ask the store. */
rc_t store_registration_each(struct store *s, int64_t batch, bool undecided, store_registration_fn *fn,
	void *arg) MUST_CHECK;
rc_t store_registration_get(struct store *s, const char *ref, struct registration_row *out) MUST_CHECK;

/* Makes the worker and links the phone, if there is one. A NIK that is known never makes a second
 * worker: the registration goes to the known one when that one has no other phone; else it is held
 * for the officer with the reason and the result is RC_LIMIT (written: commit it). RC_NOENT: no such
 * registration; RC_INVALID: it is decided already, or the worker's own consent is missing. */
rc_t store_registration_accept(struct store *s, const char *ref, const char *by, int64_t now,
	int64_t *worker) MUST_CHECK;
/* reason is a word of the templates. Its place goes to the first who waits: moved_up gets that
 * registration's ref, "" = nobody. Results as above. */
rc_t store_registration_reject(struct store *s, const char *ref, const char *reason, const char *by,
	int64_t now, char moved_up[REF_LEN + 1]) MUST_CHECK;

/* ---- registrations a cadre made for somebody with a phone: that phone is asked ---- */
/* The oldest that waits for this phone's consent. RC_NOENT: none. */
rc_t store_consent_asked(struct store *s, const char *msisdn, struct registration_row *out) MUST_CHECK;
/* YES: recorded; an officer decides, unless the code is a named one. NO: withdrawn, its place goes on as above. */
rc_t store_consent_give(struct store *s, const char *ref, const char *text_id, int64_t now) MUST_CHECK;
/* The oldest asked before that time and not answered. RC_NOENT: none. */
rc_t store_consent_unanswered(struct store *s, int64_t before, struct registration_row *out) MUST_CHECK;
/* No answer came: as if refused. */
rc_t store_consent_lapse(struct store *s, const char *ref, int64_t now, char moved_up[REF_LEN + 1]) MUST_CHECK;
rc_t store_consent_refuse(struct store *s, const char *ref, int64_t now, char moved_up[REF_LEN + 1]) MUST_CHECK;

#endif
