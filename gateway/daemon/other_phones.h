/* Texts to other phones than the one that texts: the old and the new phone of a worker who moves,
 * the phone that is warned of somebody sending its worker's NIK, the phone of somebody a cadre
 * enrols. And what such a phone was asked and answers. Runs inside a tick. */
#ifndef DAEMON_OTHER_PHONES_H
#define DAEMON_OTHER_PHONES_H

#include "conversation.h"
#include <payung/store_desk.h>

struct asked { /* what waits for this phone's YES or NO */
	struct talk_asked talk;
	struct change_row change; /* MOVE, MOVED; of NUMBER only the worker */
};

/* Looks up what was asked, newest first. A number said with YES is compared here, and a wrong one
 * counted: *counted tells that the store was changed. */
rc_t asked_load(struct daemon *d, const struct heard *h, const char *otp, struct asked *out,
        bool *counted) MUST_CHECK;
/* Performs the answer. */
rc_t asked_answer(
        struct daemon *d, const struct heard *h, const struct asked *a, bool yes) MUST_CHECK;
/* The sender wants to be the phone of this NIK: the phone it is linked to is asked, if there is
 * one, at most once a day. */
rc_t other_phones_ask_move(
        struct daemon *d, const struct heard *h, const struct nik_links *of) MUST_CHECK;
/* The sender sent this NIK: phones linked to it hear of it once a day. */
rc_t other_phones_warn(
        struct daemon *d, const struct heard *h, const struct nik_links *of) MUST_CHECK;
/* Somebody enrolled by a cadre is asked for consent on a phone of their own. */
rc_t other_phones_ask_consent(struct daemon *d, const struct heard *h,
        const struct talk_dialogue *told, const char *ref) MUST_CHECK;
/* The new phone is told whose it is now. */
rc_t other_phones_tell_moved(
        struct daemon *d, const struct heard *h, const struct change_row *c) MUST_CHECK;
bool nik_links_hold(const struct nik_links *of, const char *msisdn);

/* Enrolments whose worker's phone has not answered for too long: given up, the cadre is told. By
 * day only. */
rc_t other_phones_lapse(struct daemon *d, int64_t now) MUST_CHECK;

#endif
