/* The control socket: how the operator's tool speaks with a running payungd. A unix stream socket
 * at the configuration's `control`, mode 0660, owned by the daemon's user and group.
 *
 * A request is one line, one word of CONTROL_REQUESTS; at most CONTROL_LINE_MAX bytes with its LF.
 * The answer is one line: a JSON object, without line breaks inside. The daemon keeps the
 * connection for further requests until the client closes it; it closes after an overlong line.
 *   ping    the store has changed: look for work now          -> {"ok":true}
 *   reload  read configuration and templates again, as SIGHUP  -> {"ok":true} or {"error":"..."}
 *   status  how everything is                                  -> object of CONTROL_STATUS_*
 *   modems  the lines only                                     -> {"lines":[...]}
 * Anything else                                                -> {"error":"..."}
 * "error" is one English sentence with what to do next. A client must accept fields it does not
 * know; the daemon sends every field named here. Nothing in an answer is a NIK, PIN or text. */
#ifndef PAYUNG_CONTROL_H
#define PAYUNG_CONTROL_H

#define CONTROL_LINE_MAX   64
#define CONTROL_ANSWER_MAX 65536 /* bytes of an answer with its LF */

#define CONTROL_PING   "ping"
#define CONTROL_RELOAD "reload"
#define CONTROL_STATUS "status"
#define CONTROL_MODEMS "modems"

#define CONTROL_OK    "ok"    /* true */
#define CONTROL_ERROR "error" /* string */

/* Fields of the status object. Times are UTC, "YYYY-MM-DDTHH:MM:SSZ"; "" = never. */
#define CONTROL_STATUS_VERSION    "version"    /* string */
#define CONTROL_STATUS_SINCE      "since"      /* string: start of this daemon */
#define CONTROL_STATUS_STATE      "state"      /* "running", "stopping", "store-down" */
#define CONTROL_STATUS_CLOCK_OK   "clock_ok"   /* bool: false = nothing unsolicited goes out */
#define CONTROL_STATUS_COMMITS    "commits"    /* int: since start */
#define CONTROL_STATUS_CHECKPOINT "checkpoint" /* string: time of the last checkpoint */
#define CONTROL_STATUS_ANSWERS    "answers_hour" /* int: to all numbers in the last hour */
#define CONTROL_STATUS_PAUSED     "answers_paused" /* bool: too many, questions are not answered */
#define CONTROL_STATUS_QUEUE      "queue"      /* object: outbox state name -> int, all states */
#define CONTROL_STATUS_LINES      "lines"      /* array of line objects */

#define CONTROL_STATUS_REMINDERS  "reminders"  /* array of two days: today, tomorrow */

/* Fields of a day of reminders, as of a minute ago. */
#define CONTROL_DAY_DAY     "day"     /* string: YYYY-MM-DD, "" = not looked at yet */
#define CONTROL_DAY_DUE     "due"     /* int: texts to be sent that day */
#define CONTROL_DAY_CARRIED "carried" /* int: that the lines can carry */
#define CONTROL_DAY_COULD   "could"   /* int: that they could if those that are down were up */
#define CONTROL_DAY_SIMS    "sims"    /* int: SIMs that could carry all, -1 = no number could */

/* Fields of a line object: one configured modem and the SIM in it. */
#define CONTROL_LINE_NAME         "name"         /* string: of the modem in the configuration */
#define CONTROL_LINE_DEVICE       "device"       /* string: the path in use, or as configured */
#define CONTROL_LINE_STATE        "state"        /* string: CONTROL_LINE_STATES */
#define CONTROL_LINE_TROUBLE      "trouble"      /* string: why it is down, "" = no trouble */
#define CONTROL_LINE_ID           "line"         /* int: the line's id in the store, 0 = not known */
#define CONTROL_LINE_IMEI         "imei"         /* string, "" = not known */
#define CONTROL_LINE_NUMBER       "number"       /* string: the SIM's own number, "" = not told */
#define CONTROL_LINE_OPERATOR     "operator"     /* string, "" = not known */
#define CONTROL_LINE_REGISTRATION "registration" /* home|roaming|searching|denied|none|unknown */
#define CONTROL_LINE_SIGNAL       "signal_dbm"   /* int: 0 = not known */
#define CONTROL_LINE_QUEUE        "queue"        /* int: segments handed to it, not finished */
#define CONTROL_LINE_SENT_HOUR    "sent_hour"    /* int: segments in this hour */
#define CONTROL_LINE_SENT_DAY     "sent_day"     /* int: segments today */
#define CONTROL_LINE_RESTARTS     "restarts"     /* int: worker starts after the first */
#define CONTROL_LINE_SINCE        "since"        /* string: in this state since */

/* starting: worker runs, modem not ready; up: sends and receives; send-only: cannot receive;
 * down: waiting to be started again, see trouble; stopping: the daemon ends. */
#define CONTROL_LINE_STATES(X)                                                                     \
	X(STARTING, "starting") X(UP, "up") X(SEND_ONLY, "send-only") X(DOWN, "down")              \
	X(STOPPING, "stopping")
#define X(name, word) CONTROL_LINE_##name,
enum control_line_state { CONTROL_LINE_STATES(X) CONTROL_LINE_STATE_COUNT };
#undef X

#endif
