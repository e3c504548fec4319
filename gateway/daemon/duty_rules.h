/* Who on duty is told what and when, as pure rules. */
#ifndef DAEMON_DUTY_RULES_H
#define DAEMON_DUTY_RULES_H

#include <payung/frame.h>
#include <stdbool.h>
#include <stdint.h>

struct duty_move {
	int position;    /* of the phone that is told now, -1 = none */
	int step;        /* of the case from now on */
	bool unanswered; /* every phone was told and nobody has closed it */
	int64_t due_at;  /* when to look at the case again */
};
/* The phones of an area are told one after the other; when the last one has had its time too, the
 * round begins anew, at most once a day. */
struct duty_move duty_next(int step, int phones, int64_t now, int64_t wait_s);
/* Word of the templates for a kind of case. */
const char *duty_reason(const char *kind);
/* Word of the templates for what is wrong with a modem. */
const char *duty_line_reason(enum frame_trouble kind);
/* The sign of life is due from its minute of the day on, and not late at night instead. */
bool duty_heartbeat_due(int minute, int at);

#endif
