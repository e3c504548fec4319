/* The written policies of the outbox, as pure functions. */
#ifndef DAEMON_POLICY_H
#define DAEMON_POLICY_H

#include <payung/conf.h>
#include <payung/frame.h>
#include <payung/store_outbox.h>
#include <stdbool.h>

/* What a failed send calls for. Temporary: network or SIM may do it later (27.005 3.2.5, 24.011
 * E-2, 27.007 9.2); permanent: this text to this number will never go. */
enum failure { FAILURE_TEMPORARY, FAILURE_PERMANENT };
enum failure policy_failure(enum frame_error error, int code);
/* Seconds to wait before try number attempts + 1: doubling from base to cap. */
int policy_backoff_s(int attempts, const struct conf_limits *l);
/* What becomes of a text whose outcome is unknown and stays so: a confirmation may go out again,
 * a reminder never; at most one repetition. */
bool policy_unknown_again(enum outbox_class class, int attempts);
/* Segments a text of this class may have. */
int policy_max_segments(enum outbox_class class, const struct conf_limits *l);

/* Classes as bits, for store_outbox_next(). What nobody asked for waits while the clock is not to
 * be trusted. */
#define POLICY_ALL_CLASSES ((1u << CLASSES) - 1)
#define POLICY_ANSWERS (1u << CLASS_URGENT | 1u << CLASS_REPLY | 1u << CLASS_MANUAL)

#endif
