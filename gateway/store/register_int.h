/* What registering and deciding share: the person behind a registration and the record made of it.
 */
#ifndef REGISTER_INT_H
#define REGISTER_INT_H

#include "store_int.h"
#include <payung/store_scheme.h>

/* In the store; the last three are how decisions are shown in its place. */
enum registration_state {
	REG_RECORDED,
	REG_WAITING,
	REG_HELD,
	REG_REGISTERED,
	REG_STATES,
	REG_SHOWN = REG_STATES + 3
};
extern const char *const registration_state_names[REG_SHOWN];

struct person {
	char area[12], name[TALK_NAME_CAP], nik[NIK_LEN + 1];
	uint8_t nik_hash[CRYPTO_HASH_LEN];
	int job;
};
rc_t person_add(struct store *s, const struct person *p, int64_t now, int64_t *worker) MUST_CHECK;
/* The worker with this NIK, 0 = none; phones linked to it, and whether this one is. */
rc_t person_find(struct store *s, const uint8_t nik_hash[CRYPTO_HASH_LEN], const char *msisdn,
        int64_t *worker, int64_t *links, bool *here) MUST_CHECK;
/* number: the place in the waiting list, 0 when a place of the pledge is taken. */
rc_t pledge_place(struct store *s, int64_t pledge, bool waiting, int64_t *number) MUST_CHECK;
rc_t person_link(struct store *s, const char *msisdn, int64_t worker, int64_t now) MUST_CHECK;
rc_t consent_put(struct store *s, int64_t registration, const char *msisdn, const char *text_id,
        const char *channel, int64_t now) MUST_CHECK;

#endif
