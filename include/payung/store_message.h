/* Store door: lines (SIMs), texts in, texts out. See store.h for the rules of every call. */
#ifndef PAYUNG_STORE_MESSAGE_H
#define PAYUNG_STORE_MESSAGE_H

#include <payung/frame.h>
#include <payung/msisdn.h>
#include <payung/store.h>

/* ---- lines: a line is a SIM (IMSI), whatever modem or tty carries it ---- */
struct line_row {
	int64_t id;
	char imsi[24], name[40], imei[24], number[MSISDN_CAP], operator_name[40];
	int64_t first_seen, last_seen;
};
/* Finds or makes the line of this IMSI and notes where it was seen now. */
rc_t store_line_seen(struct store *s, const char *imsi, const char *name, const char *imei,
	const char *number, const char *operator_name, int64_t now, int64_t *id) MUST_CHECK;
typedef void store_line_fn(void *arg, const struct line_row *row);
rc_t store_line_each(struct store *s, store_line_fn *fn, void *arg) MUST_CHECK;
/* PIN belongs to an IMEI (or the modem's name before the IMEI is known) and is tried once. */
rc_t store_pin_refuse(struct store *s, const char *imei, const char *pin, int64_t now) MUST_CHECK;
rc_t store_pin_refused(struct store *s, const char *imei, const char *pin, bool *yes) MUST_CHECK;
/* Segments sent on a line (0 = all lines) since that UTC second, by whole clock hours. */
rc_t store_usage_since(struct store *s, int64_t line, int64_t since, int64_t *segments) MUST_CHECK;
rc_t store_usage_add(struct store *s, int64_t line, int64_t now, int segments) MUST_CHECK;
/* True when the line's last 20 settled-or-old sends that asked for a report brought none. */
rc_t store_line_reports_dead(struct store *s, int64_t line, int64_t now, bool *dead) MUST_CHECK;

/* ---- inbox ---- */
enum inbox_state { INBOX_INCOMPLETE, INBOX_HANDLED, INBOX_IGNORED, INBOX_POISON, INBOX_STATES };
struct inbox_part {
	int64_t line;
	char sender[MSISDN_CAP]; /* E.164 or name */
	int sender_kind;         /* enum sender_kind */
	int64_t scts, received_at;
	int ref, total, part;
	const char *text; /* UTF-8 of this part */
	const uint8_t *pdu;
	size_t pdu_len;
};
struct inbox_progress {
	int64_t inbox; /* the set this part went to */
	bool redelivered; /* the very same part was here before: no effect must follow */
	bool complete;    /* all parts are here now: text holds the joined text */
	char text[FRAME_JOINED_MAX];
};
#define INBOX_TEXT_MAX FRAME_JOINED_MAX
/* Stores one part (raw PDU and text sealed). UNIQUE(line, sender, scts, ref, total, part, keyed
 * hash of the body) is redelivery. A known part number with another scts or body opens a new set. */
rc_t store_inbox_add(struct store *s, const struct inbox_part *p, struct inbox_progress *out) MUST_CHECK;
/* Closes a set: masked is the joined text without NIK, intent an English word. */
rc_t store_inbox_done(struct store *s, int64_t inbox, enum inbox_state state, const char *masked,
	const char *intent, int64_t now) MUST_CHECK;
/* A PDU that could not be decoded, kept sealed and shown to the operator. */
rc_t store_inbox_poison(struct store *s, int64_t line, const uint8_t *pdu, size_t len,
	const char *reason, int64_t now, int64_t *inbox) MUST_CHECK;
/* The newest other handled text of this sender with the same keyed hash since then: RC_NOENT. */
rc_t store_inbox_repeat(struct store *s, int64_t inbox, int64_t since, int64_t *earlier) MUST_CHECK;
struct inbox_row {
	int64_t id, line, received_at, handled_at;
	enum inbox_state state;
	char sender[MSISDN_CAP], intent[40], body[INBOX_TEXT_MAX];
	int parts_have, parts_total;
};
typedef void store_inbox_fn(void *arg, const struct inbox_row *row);
/* Newest first; state -1 = all; limit 0 = all. */
rc_t store_inbox_each(struct store *s, int state, int limit, store_inbox_fn *fn, void *arg) MUST_CHECK;
const char *inbox_state_name(enum inbox_state s);
int inbox_state_parse(const char *name); /* -1: none such */

#endif
