/* A scripted modem on a pty and the parent of a real payung-modem, in one thread, for tests: every
 * command is counted, every frame kept, every fault is a switch. */
#ifndef MODEM_FAKE_H
#define MODEM_FAKE_H

#include <payung/frame.h>
#include <payung/process.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FAKE_SLOTS 20

struct fake {
	/* switches */
	bool no_echo_ever, mute, no_store, bare_ok, no_gprs, cmgl_fails, no_notices, glue, split;
	bool lose_cmgs, lose_cmgd, no_prompt, csms1, urc_inside;
	int busy_cpin;              /* answer so many AT+CPIN? with CME 14 */
	int refuse_cmgf;            /* refuse so many AT+CMGF=0 */
	const char *cpin;           /* what AT+CPIN? says, NULL = READY */
	const char *good_pin;       /* NULL: none is good */
	const char *cmgs_refusal;   /* said instead of +CMGS, after the PDU */
	const char *prompt_refusal; /* said instead of the prompt */
	const char *cnmi;           /* the only form accepted, NULL = all */
	int hold_cmgs;              /* 1: do not answer AT+CMGS until fake_release_cmgs() */
	/* what happened */
	char log[65536]; /* the commands, one a line */
	unsigned cmgr, cmgd, cmgl, cmgs, cpin_set, cnma;
	char sent[8][700];           /* PDUs in hex */
	char slot[FAKE_SLOTS][2200]; /* hex, "" = free */
	int mr;

	int master, held; /* held: CMGS waits */
	char path[64], line[2400];
	size_t n;
	bool editing, echo;
	struct process_child child;
	struct frame got[256];
	int64_t got_us[256];
	int64_t command_us; /* when the last AT+CMGS came */
	size_t got_n, got_seen;
	int exit_code; /* -1 while it runs, 128+n by signal */
};

void fake_start(struct fake *f);
/* Starts the worker and gives it SETUP (device and times filled in here). */
void fake_spawn(struct fake *f, struct frame_setup setup);
/* Serves both sides until a frame of that type comes (fails the test after 20 s). */
const struct frame *fake_expect(struct fake *f, enum frame_type type);
/* Serves until the worker has ended; its exit code. */
int fake_wait_exit(struct fake *f);
/* Serves until the modem has got so many of that command in all. */
void fake_until(struct fake *f, const char *command, unsigned count);
unsigned fake_count(const struct fake *f, const char *command);
/* Serves until PING is answered and the worker stays silent: everything it wanted is done. */
void fake_settle(struct fake *f);
unsigned fake_frames(const struct fake *f, enum frame_type type);
void fake_say(struct fake *f, const char *text);
/* Stores the PDU in the slot and tells. */
void fake_deliver(struct fake *f, unsigned slot, const char *pdu);
void fake_send(struct fake *f, const struct frame *frame);
void fake_ack(struct fake *f, uint32_t seq);
void fake_send_text(struct fake *f, uint64_t id, const char *msisdn, const char *text);
void fake_release_cmgs(struct fake *f);
void fake_unplug(struct fake *f);
void fake_end(struct fake *f);
int64_t fake_now_us(void);

#endif
