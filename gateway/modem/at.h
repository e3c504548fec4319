/* The raw AT exchange: one command, its answer within its own deadline. Every byte of the modem
 * passes through here, also those libgammu reads (gate.h), so that no unsolicited line is lost. */
#ifndef MODEM_AT_H
#define MODEM_AT_H

#include "modem/at_lines.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AT_NEWS_MAX 64

/* An unsolicited line that means something. */
struct at_news {
	enum at_kind kind;      /* AT_CMTI, AT_CDSI, AT_CMT, AT_CDS, AT_CLIP */
	struct frame_slot slot; /* of the first two */
	char caller[24];        /* of AT_CLIP */
	uint32_t pdu_len;       /* of AT_CMT and AT_CDS; 0: its hex was damaged */
	uint8_t pdu[FRAME_PDU_MAX];
};

struct at_port {
	int fd;
	int hangup_fd; /* poll() this one too: POLLHUP there ends the process; -1 = none */
	bool gone;     /* the device vanished */
	bool echo;     /* the modem echoes: finals before the echo are strays */
	bool dirty;    /* an answer may still come: synchronise before the next command */
	bool news_lost;
	struct at_lines lines;
	uint8_t rx[4096];
	size_t rx_at, rx_n;
	struct at_news news[AT_NEWS_MAX]; /* ring */
	size_t news_at, news_n;
};

enum at_end { AT_END_OK, AT_END_REFUSED, AT_END_TIMEOUT, AT_END_GONE };
struct at_reply {
	enum at_end end;
	enum at_kind kind; /* when refused: AT_ERROR, AT_CME, AT_CMS */
	int code;          /* then: its number, -1 if none */
};
/* Called for each information line; it must not use the port. */
typedef void at_line_fn(void *arg, const char *line, bool cut);

void at_open(struct at_port *p, int fd, int hangup_fd);
/* Reads what is there without waiting. Sets p->gone when the device vanished. */
void at_fill(struct at_port *p);
/* Next solicited line, prompt or final result in p->lines out of what was read; unsolicited ones go
 * to the news on the way. False: no complete line is there. */
bool at_next(struct at_port *p, const char *expect, enum at_kind *kind, struct at_info *info);
/* Drops solicited lines nobody waits for; news are kept. For the time between commands. */
void at_idle(struct at_port *p);
/* Sends cmd (without its CR) and waits for the final result, timeout_ms after the last information
 * line. expect and fn may be NULL. */
struct at_reply at_command(struct at_port *p, const char *cmd, const char *expect, int timeout_ms,
        at_line_fn *fn, void *arg);
/* at_command() whose first information line is what matters: copied to out, "" if there was none.
 */
struct at_reply at_query(struct at_port *p, const char *cmd, const char *expect, int timeout_ms,
        char *out, size_t cap);
/* Sends AT until it is answered and nothing older can still be in the pipe. False: mute. */
bool at_sync(struct at_port *p, int tries, int timeout_ms);
/* Waits for input at most so long. False: nothing came. */
bool at_wait(struct at_port *p, int timeout_ms);
/* Oldest news; false when there is none. Borrowed until the next call. */
bool at_take_news(struct at_port *p, const struct at_news **out);

#endif
