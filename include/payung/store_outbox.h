/* Store door: texts out. Life: queued -> handed -> sent -> delivered | undelivered | expired, or
 * failed (cause), or unknown. State, TP-MR and reference live per part. */
#ifndef PAYUNG_STORE_OUTBOX_H
#define PAYUNG_STORE_OUTBOX_H

#include <payung/store_message.h>

enum outbox_state { OUT_QUEUED, OUT_HANDED, OUT_SENT, OUT_DELIVERED, OUT_UNDELIVERED, OUT_EXPIRED,
	OUT_FAILED, OUT_UNKNOWN, OUT_CANCELLED, OUT_STATES };
/* Policy, priority and limits hang on the class; also the order of sending (low number first). */
enum outbox_class { CLASS_URGENT, /* duty, claims */ CLASS_REPLY, CLASS_CONFIRM, /* status changes */
	CLASS_MANUAL, /* payung send */ CLASS_REMINDER, CLASSES };

struct outbox_new {
	enum outbox_class class;
	char key[96];     /* idempotency: "subject/occasion/cycle"; unique for ever */
	char subject[48]; /* "worker/12", "pledge/D4F7K2", "phone" */
	char msisdn[MSISDN_CAP];
	char template_id[16], lang[12];
	const char *args; /* NULL, or name=value lines: rendered at hand-over; then body is NULL */
	const char *body; /* the final text, or NULL */
	int parts;        /* segments of body; 0 = not known yet */
	int64_t line;     /* 0 = the recipient's home line, any line when there is none */
	int64_t created_at, not_before, expires_at, inbox; /* inbox: the text it answers, 0 = none */
	bool handed; /* insert part 1..parts as handed on `line` at created_at */
	int ref;     /* concatenation reference when handed */
};
/* RC_EXISTS: this key was queued before (then *id is that message). */
rc_t store_outbox_add(struct store *s, const struct outbox_new *n, int64_t *id) MUST_CHECK;

struct outbox_part { int part; enum outbox_state state; int mr; int64_t line, handed_at, settled_at; int code; };
struct outbox_row {
	int64_t id, line, inbox, created_at, not_before, expires_at;
	enum outbox_class class;
	enum outbox_state state;
	int parts, attempts, ref;
	char key[96], subject[48], msisdn[MSISDN_CAP], template_id[16], lang[12], cause[64];
	char args[1200], body[INBOX_TEXT_MAX];
	struct outbox_part part[FRAME_PARTS_MAX];
};
/* The next message due on this line or on any line, by class then age; classes is a mask of
 * 1 << class to look at. RC_NOENT: none due; *next_due is then the earliest time one will be, or 0. */
rc_t store_outbox_next(struct store *s, int64_t line, int64_t now, unsigned classes,
	struct outbox_row *out, int64_t *next_due) MUST_CHECK;
rc_t store_outbox_get(struct store *s, int64_t id, struct outbox_row *out) MUST_CHECK;
/* queued -> handed on this line; body is what goes out; only parts not sent yet are handed. */
rc_t store_outbox_hand(struct store *s, int64_t id, int64_t line, const char *body, int parts,
	int ref, int64_t now) MUST_CHECK;
/* handed part back to queued: the worker never started it. */
rc_t store_outbox_unhand(struct store *s, int64_t id, int part) MUST_CHECK;
/* Result of one part: state SENT (mr, -1 unknown), FAILED, UNKNOWN or QUEUED (temporary error: try
 * again at retry_at). Recomputes the message's state, counts the attempt. */
rc_t store_outbox_result(struct store *s, int64_t id, int part, enum outbox_state state, int mr,
	int code, const char *cause, int64_t retry_at, int64_t now) MUST_CHECK;
/* The message at once, e.g. EXPIRED, CANCELLED, FAILED (only from queued, handed or unknown).
 * OUT_UNKNOWN: judged, stays unknown for good: unknown_each does not bring it again. */
rc_t store_outbox_end(struct store *s, int64_t id, enum outbox_state state, const char *cause,
	int64_t now) MUST_CHECK;
/* A delivery report. Means the newest part of this line with this mr and recipient (mr recurs); when
 * that one is settled already the report is a duplicate and changes nothing: RC_OK. mr < 0 or none
 * such: only a single waiting candidate of that recipient on that line, else RC_NOENT. st: TP-ST
 * (<0x20 delivered, 0x20..0x3f still trying: no change, else undelivered). An unknown or handed
 * part that is reported is settled too, also of a message judged or ended before. */
rc_t store_report(struct store *s, int64_t line, int mr, const char *recipient, int st,
	int64_t now, int64_t *outbox) MUST_CHECK;
/* Queued, and not to be handed before then. RC_NOENT: it is not queued. */
rc_t store_outbox_later(struct store *s, int64_t id, int64_t not_before) MUST_CHECK;
typedef void store_outbox_fn(void *arg, const struct outbox_row *row);
/* Judged: an unknown message goes back to queued, only its unknown parts will be handed again. */
rc_t store_outbox_again(struct store *s, int64_t id, int64_t now) MUST_CHECK;
/* Messages in state unknown, not judged yet, whose wait is over (created before `before`, or on a
 * line without reports), oldest first, at most limit (1..256): the caller applies the policy per
 * class. fn may write, here and in the other lists. */
rc_t store_outbox_unknown_each(struct store *s, int64_t before, int limit, store_outbox_fn *fn,
	void *arg) MUST_CHECK;
/* Queued messages past expires_at -> expired; sent ones too old for a report stay sent. */
rc_t store_outbox_expire(struct store *s, int64_t now, int64_t *count) MUST_CHECK;
/* Queued messages of one line go to another (0 = any line). */
rc_t store_outbox_move(struct store *s, int64_t from, int64_t to, int64_t *count) MUST_CHECK;
rc_t store_outbox_count(struct store *s, enum outbox_state state, int64_t *n) MUST_CHECK;
/* Newest first; state -1 = all; limit 0 = all. */
rc_t store_outbox_each(struct store *s, int state, int limit, store_outbox_fn *fn, void *arg) MUST_CHECK;
/* The answers to one inbound text, oldest first. */
rc_t store_outbox_of_inbox(struct store *s, int64_t inbox, store_outbox_fn *fn, void *arg) MUST_CHECK;
const char *outbox_state_name(enum outbox_state s);
const char *outbox_class_name(enum outbox_class c);
int outbox_state_parse(const char *name);

#endif
