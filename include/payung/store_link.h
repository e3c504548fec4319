/* Store door: which phones are a worker's, and how that changes. See store.h for the rules of every
 * call. */
#ifndef PAYUNG_STORE_LINK_H
#define PAYUNG_STORE_LINK_H

#include <payung/store_scheme.h>

#define DESK_LINKS_MAX 8  /* phones of one worker that are told of something */
#define DESK_CHANGE_TRIES 3

struct nik_links { int64_t worker; char name[TALK_NAME_CAP]; size_t n; char msisdn[DESK_LINKS_MAX][MSISDN_CAP]; };
/* The worker with this NIK and the phones linked: whom to warn. RC_OK with worker 0: no such NIK. */
rc_t store_worker_links_of_nik(struct store *s, const char *nik, struct nik_links *out) MUST_CHECK;
/* Reminders about one worker to one phone. RC_NOENT: not linked. */
rc_t store_link_reminders(struct store *s, const char *msisdn, int64_t worker, bool on) MUST_CHECK;
/* Ends a link and keeps it in the history; why is an English word. RC_NOENT: not linked. */
rc_t store_link_end(struct store *s, const char *msisdn, int64_t worker, const char *why, int64_t now) MUST_CHECK;

enum change_state { CHANGE_PENDING, CHANGE_CONFIRMED, CHANGE_REFUSED, CHANGE_LAPSED };
struct change_row {
	int64_t id, worker, created_at, expires_at, closed_at;
	int tries;
	char name[TALK_NAME_CAP], from[MSISDN_CAP], to[MSISDN_CAP];
};
/* Asks the phone `from` whether the worker may move to `to`. RC_EXISTS: that was asked within
 * the last 24 hours: nobody is asked again and again. */
rc_t store_change_open(struct store *s, int64_t worker, const char *from, const char *to, const char *otp,
	int64_t now, int64_t expires_at) MUST_CHECK;
/* The newest request this phone has to answer. RC_NOENT: none. */
rc_t store_change_pending(struct store *s, const char *from, int64_t now, struct change_row *out) MUST_CHECK;
/* The newest confirmed request that brought a worker to this phone since then, while the link holds.
 * RC_NOENT: none. */
rc_t store_change_arrived(struct store *s, const char *to, int64_t since, struct change_row *out) MUST_CHECK;
/* The old phone's answer. CONFIRMED: the request with this number; the link has moved (other requests
 * for the worker are refused). PENDING: wrong number, counted. REFUSED: that was the last try.
 * LAPSED: there is nothing to answer, out is not set. */
rc_t store_change_confirm(struct store *s, const char *from, const char *otp, int64_t now,
	struct change_row *out, enum change_state *became) MUST_CHECK;
/* Refuses all this phone was asked; out is the newest. RC_NOENT: nothing was asked. */
rc_t store_change_refuse(struct store *s, const char *from, int64_t now, struct change_row *out) MUST_CHECK;
/* An officer's word, who saw the person's KTP: from ends and is kept in the history ("" = the worker
 * has no phone), to begins ("" = none). Open requests for the worker are refused; `to` may say for a
 * while that it is the wrong one. RC_NOENT: not linked to from; RC_EXISTS: linked to `to` already. */
rc_t store_link_move(struct store *s, int64_t worker, const char *from, const char *to, int64_t now) MUST_CHECK;
/* A worker and the phones. RC_NOENT: no such worker. */
rc_t store_worker_links(struct store *s, int64_t worker, struct nik_links *out) MUST_CHECK;
rc_t store_change_lapse(struct store *s, int64_t now, int64_t *count) MUST_CHECK; /* those too old */

#endif
