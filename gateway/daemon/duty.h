/* Duty phones: people who deal with what the machine cannot. */
#ifndef DAEMON_DUTY_H
#define DAEMON_DUTY_H

#include "daemon.h"
#include <payung/store_desk.h>

/* Inside a tick's run. Tells the duty phone whose turn it is, or notes that there is none. */
rc_t duty_tell(struct daemon *d, const struct case_row *c, int64_t now) MUST_CHECK;
/* A duty phone says that it is done. *closed: the case was open. */
rc_t duty_close(struct daemon *d, const char *ref, const char *msisdn, int64_t now,
        bool *closed) MUST_CHECK;
/* One text to every duty phone, at most once for each occasion ("line/telkomsel/1782871200").
 * prefer: the line it goes out on, NULL = each phone's own. */
rc_t duty_tell_all(struct daemon *d, const char *template_id, const struct tmpl_args *args,
        const char *occasion, struct modem *prefer, int64_t now) MUST_CHECK;

/* Asks for a look at what is due: cases, the sign of life, lines that are down. */
void duty_housekeeping(struct daemon *d);

#endif
