/* What the rooms of payungd share: one struct, created in main.c, passed everywhere. */
#ifndef DAEMON_H
#define DAEMON_H

#include "flight.h"
#include "remind_state.h"
#include "usage.h"
#include <payung/area.h>
#include <payung/channel.h>
#include <payung/conf.h>
#include <payung/frame.h>
#include <payung/store.h>
#include <payung/store_outbox.h>
#include <payung/talk.h>
#include <payung/tmpl.h>

struct event;
struct event_base;
struct tick;
struct control;

#define DAEMON_LAST_ALIVE 128
#define CLOCK_SLACK_S 5   /* so far it may be behind the newest commit */
#define MODEM_WORK_MAX 32 /* parts committed as handed and not finished, of one modem */
#define MODEM_AHEAD 2     /* of them given to the worker: one under way, one prefetched */

enum modem_state { MODEM_DOWN, MODEM_STARTING, MODEM_UP, MODEM_STOPPING };

struct work { /* one part on its way */
	struct frame_send send;
	bool given, started;
	int64_t started_ms;
};
struct suspect { /* a slot whose reading killed workers */
	struct frame_slot slot;
	int deaths;
};
struct modem {
	struct daemon *d;
	struct conf_modem conf;
	size_t index; /* its page in the flight file */
	enum modem_state state;
	bool removed; /* no longer configured: goes when the worker is gone */
	bool send_only;
	char device[CONF_PATH_CAP], trouble[200];
	enum frame_trouble trouble_kind;
	struct channel *channel;
	struct event *again; /* start the worker after the back-off */
	int64_t up_since_ms, state_since;
	int64_t down_since_ms;       /* also while it is tried again; 0: up */
	int64_t heard_ms, pinged_ms; /* PING when nothing was heard for a while */
	int64_t notes_since_ms;
	int notes; /* of the worker, in our log since then */
	int backoff_s, restarts;
	int64_t line; /* 0 until READY */
	struct frame_ready ready;
	struct frame_status status;
	struct work work[MODEM_WORK_MAX];
	size_t works;
	int64_t busy_ms; /* when it last finished one */
	int64_t send_ms; /* what a send takes, of the last ones; 0: not known */
	size_t planned;  /* parts the group under way has handed, not committed yet */
	bool hand_asked; /* a hand-over is in the group already */
	struct usage usage;
	struct frame_slot reading;
	bool is_reading;
	struct suspect suspect[8];
	int64_t breaker_hour; /* in which duty phones were told that answers on it are paused */
	char not_mine[8][CONF_PATH_CAP]; /* paths of the glob that hold another modem */
	size_t not_mine_next;
};

struct daemon {
	struct conf *conf;
	struct keys *keys;
	struct store *store;
	struct event_base *base;
	struct tmpl_set *texts;
	struct talk_lexicon *lexicon;
	struct areas *areas; /* what they are called */
	struct tick *tick;
	struct flight *flight;
	struct control *control;
	struct modem *modem[CONF_MODEMS_MAX];
	size_t modems;
	struct usage usage; /* of all lines */
	size_t planned;     /* parts handed by the group under way, all lines */
	struct {
		int64_t line, mono_ms;
	} last_alive[DAEMON_LAST_ALIVE]; /* lines that went down */
	size_t last_alive_next;
	int64_t since, started_ms, checkpoint_at;
	int64_t looked_at, looked_ms,
	        upkeep_ms; /* look.c: wall and monotonic time of its last look */
	struct event *stop_event;
	int64_t heartbeat_day, no_duty_day; /* when duty phones were told, when the lack of any */
	int64_t breaker_hour;               /* in which they were told that answers are paused */
	struct remind remind;
	bool stopping, clock_ok;
};

/* The modem that carries this line now, or NULL. */
struct modem *daemon_modem_of_line(struct daemon *d, int64_t line);
/* Civil date of an instant in the service's zone. */
struct date daemon_today(const struct daemon *d, int64_t now);

#endif
