/* The configuration of all programs: one file, read whole or refused with file, line and section.
 * Format: libconfuse, narrowed so that nothing is guessed (payung.conf(5)). */
#ifndef PAYUNG_CONF_H
#define PAYUNG_CONF_H

#include <payung/conf_source.h>
#include <payung/conf_reminders.h>
#include <payung/conf_scheme.h>
#include <payung/date.h>
#include <payung/log.h>
#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>

#define CONF_ERR_CAP    512
#define CONF_PATH_CAP   256
#define CONF_SOCKET_CAP 108 /* sun_path */
#define CONF_MODEMS_MAX 64

enum conf_pause { CONF_PAUSE_AUTO = 0, CONF_PAUSE_SAFE, CONF_PAUSE_FAST }; /* as enum frame_pause */

struct conf_service {
	char name[64];
	char number[24];   /* where people text to; "" = not told */
	char helpdesk[24]; /* people answer there */
	char official[24]; /* the insurer's own call centre */
};

struct conf_limits {
	int per_sim_hour, per_sim_day, all_hour, all_day; /* segments sent */
	int max_segments_reply, max_segments_notice, max_segments_manual;
	int replies_per_number_day;
	int wrong_codes_per_hour, wrong_codes_per_day, wrong_codes_all_hour;
	int same_text_hour;   /* equal texts of one number that are answered */
	int answers_all_hour, answers_line_hour; /* then only what cannot wait is answered */
	int code_ttl_days;
	int dialogue_ttl_h;
	int question_days; /* a sponsor may answer a text of ours so long */
	int consent_days;  /* a worker enrolled by a cadre, too */
	int repeat_window_min;
	int message_ttl_h; /* validity of an answer */
	int notice_ttl_h;  /* of a confirmation: it outlives a weekend without signal */
	int retry_max, retry_base_s, retry_cap_s;
	int dead_line_min; /* then a dead line's queue moves */
	int report_wait_h;
	int workers_per_phone;
	int age_min, age_max_new; /* completed years */
	int duty_wait_h;          /* then the next duty phone is told */
	int heartbeat_minute;     /* of the day, in the service's zone */
	int line_alarm_min;       /* a line may be down so long before duty phones are told */
	/* how patient the supervisor is with a modem, in seconds */
	int connect_timeout_s, send_timeout_s, ping_s, scan_every_s, restart_max_s;
};

struct conf_modem {
	char name[32];
	char device[CONF_PATH_CAP]; /* absolute; may hold * ? [ ] */
	char connection[32];        /* libgammu's name of the connection */
	char pin[16];               /* "" = none */
	char imei[24];              /* "" = any */
	enum conf_pause pause;
	char operator_name[24]; /* key `operator` */
	char number[24];        /* the SIM's own number as written, "" = not told */
	int line;               /* in the file, for messages */
};

struct conf {
	char path[CONF_PATH_CAP]; /* this file, absolute */
	char store[CONF_PATH_CAP], key_file[CONF_PATH_CAP], templates[CONF_PATH_CAP];
	char control[CONF_SOCKET_CAP];
	char simulator[CONF_SOCKET_CAP]; /* "" = none */
	char worker[CONF_PATH_CAP];      /* payung-modem, always set */
	enum log_level log_level;
	enum zone zone;
	bool clock_must_sync;
	struct conf_service service;
	struct conf_limits limits;
	struct conf_reminders reminders;
	struct conf_scheme scheme;
	size_t modem_count, source_count;
	struct conf_modem modem[CONF_MODEMS_MAX];
	struct conf_source source[CONF_SOURCES_MAX];
};

/* Reads the file. On RC_OK *out is the caller's, to be freed with conf_free(). Otherwise *out is
 * untouched and err holds one line: file, line, section, what is wrong and what to do next.
 * RC_NOENT: no such file; RC_IO: not readable; RC_INVALID: refused. err never holds a PIN. */
rc_t conf_load(const char *path, struct conf **out, char err[CONF_ERR_CAP]) MUST_CHECK;
/* Wipes and frees; NULL is fine. */
void conf_free(struct conf *c);

enum conf_type {
	CONF_TEXT = 0,
	CONF_PATH,   /* made absolute; limit: CONF_PATH_CAP - 1 bytes */
	CONF_SOCKET, /* a path of at most CONF_SOCKET_CAP - 1 bytes */
	CONF_PHONE,  /* digits, + before them, blanks and dashes between; must be quoted */
	CONF_DIGITS, /* PIN, IMEI; must be quoted: a leading 0 counts */
	CONF_INT, CONF_BOOL, CONF_CHOICE,
	CONF_DAYS,   /* "-30..-8" or off: struct day_span */
	CONF_WINDOW, /* "08:00-17:00" or off: struct day_window */
};

/* One key as the file knows it. All strings live for ever. */
struct conf_key {
	const char *section; /* "", "service", "limits", "reminders", "scheme", "modem", "source" */
	const char *name;
	enum conf_type type;
	bool required;
	const char *preset;  /* default as it would be written, "" = none */
	int min, max;        /* of an int its range, of a string its length */
	const char *choices; /* "auto|safe|fast", "" if not a choice */
	const char *help;
	size_t offset; /* of the value within its struct; for conf.c only */
};

/* Calls fn for every key, in the order of the manual. */
typedef void conf_key_fn(void *arg, const struct conf_key *key);
void conf_each_key(conf_key_fn *fn, void *arg);

#endif
