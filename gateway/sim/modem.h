/* One simulated modem: a pty, an AT interpreter, a SIM card in it. */
#ifndef PAYUNG_SIM_MODEM_H
#define PAYUNG_SIM_MODEM_H

#include "sim/fault.h"
#include "sim/network.h"
#include "sim/sim.h"
#include "sim/slots.h"

#define SIM_NAME_CAP 32
#define SIM_LINE_MAX 2048 /* longest command line or unit in hex */

struct sim_profile {
	const char *name, *maker, *model, *firmware;
	int ds, mt;      /* largest <ds> and <mt> of +CNMI */
	bool cb, me;     /* takes cell broadcasts; has a store of its own */
	const char *own; /* settings of its maker that it takes, e.g. "^CURC" */
};

struct sim_tty {
	int master,
	        hold; /* hold: a slave end of ours, so that clients may come and go; -1 = none */
	int watch;    /* inotify */
	bool in_use;  /* somebody has the port open */
	struct event *readable, *writable, *pace;
	struct evbuffer *in, *out;
};

enum sim_port {
	SIM_PORT_COMMAND, /* collecting a command line */
	SIM_PORT_LATENCY, /* a line is being thought about */
	SIM_PORT_PROMPT,  /* collecting a unit after "> " */
	SIM_PORT_NETWORK, /* a send is on the air */
};
enum sim_charset { SIM_CHARSET_GSM, SIM_CHARSET_IRA, SIM_CHARSET_UCS2 };
enum sim_cnmi { SIM_CNMI_MODE, SIM_CNMI_MT, SIM_CNMI_BM, SIM_CNMI_DS, SIM_CNMI_BFR, SIM_CNMI_N };

struct sim_at { /* forgotten at power-up */
	bool verbose;
	int cmee, creg, cgreg, cops_format, csms, cmms, cusd, cfun, clip;
	enum sim_charset charset;
	int cnmi[SIM_CNMI_N];
	struct sim_slots *mem[3]; /* TS 27.005: read and delete, write and send, receive */
	int length, stat;         /* of the unit awaited at the prompt; stat -1: to be sent */
	int64_t busy_until;       /* monotonic ms: the SIM is not ready before */
};
struct sim_call {                  /* that rings */
	char from[SIM_NUMBER_CAP]; /* "": none */
	int rings;                 /* still to come */
};
struct sim_flight { /* the send on the air */
	bool active, handed;
	enum sim_rule_kind outcome;
	int code;
	struct sim_mo mo;
};

struct sim_modem {
	TAILQ_ENTRY(sim_modem) next;
	struct sim *sim;
	char name[SIM_NAME_CAP], link[SIM_NAME_CAP * 2], imei[SIM_NUMBER_CAP];
	const struct sim_profile *profile;
	struct sim_card *card; /* NULL: no SIM */
	struct sim_faults faults;
	struct sim_slots me;
	uint64_t count[SIM_EVENTS];
	struct sim_tty tty;
	enum sim_port port;
	struct sim_at at;
	struct sim_flight flight;
	struct sim_call call;
	struct sim_mt *unacked;               /* +CMT or +CDS that awaits +CNMA */
	struct evbuffer *reply, *urcs, *held; /* held: indications while +CNMI mode is 0 */
	bool feeding;                         /* in sim_modem_feed(): it goes on by itself */
	bool swallow;                         /* the reply being made is lost */
	char line[SIM_LINE_MAX + 1];
	char last[SIM_LINE_MAX + 1]; /* for A/ */
	size_t line_len;
	bool line_over;
	struct event *timer, *boot, *wake, *ack, *ring;
};

/* "name[,key=value]..." as in the manual. RC_EXISTS, RC_INVALID with *why, RC_IO: no pty. */
rc_t sim_modem_add(struct sim *s, const char *spec, const char **why) MUST_CHECK;
struct sim_modem *sim_modem_find(struct sim *s, const char *name); /* NULL: none */
/* Another SIM: "imsi=..[,number=..][,pin=..]" or "none". The old one keeps its messages. */
rc_t sim_modem_card(struct sim_modem *m, const char *spec) MUST_CHECK;
/* The port appears as DIR/link (NULL: the last name) and the firmware starts. */
rc_t sim_modem_plug(struct sim_modem *m, const char *link) MUST_CHECK;
void sim_modem_unplug(struct sim_modem *m);
/* Gone now, back under the same name after the boot time. */
void sim_modem_reboot(struct sim_modem *m);
/* The network offers a unit. True: taken. */
bool sim_modem_offer(struct sim_modem *m, struct sim_mt *mt);
/* Settings changed: make what follows from them true (slots, registration). */
void sim_modem_apply(struct sim_modem *m);
/* Bytes came in: take them as far as the port's state allows. */
void sim_modem_feed(struct sim_modem *m);
/* An unsolicited line: at once, or after the command under way. */
void sim_modem_urc(struct sim_modem *m, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* An indication that +CNMI <mode> governs. */
void sim_modem_indicate(struct sim_modem *m, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* After AT+CNMI: what mode 0 held back goes out, or is forgotten with <bfr> 1. */
void sim_modem_release(struct sim_modem *m);
/* +CMTI for a slot as the settings and +CNMI want it. */
void sim_modem_tell_stored(struct sim_modem *m, const struct sim_slots *mem, size_t index);
/* The client acknowledged with +CNMA; false when nothing awaits it. */
bool sim_modem_acknowledged(struct sim_modem *m);
/* SIM present, unlocked and ready. */
bool sim_modem_sim_ready(const struct sim_modem *m);
bool sim_modem_on_air(const struct sim_modem *m);
const char *sim_modem_operator(const struct sim_modem *m);
/* Back to collecting commands; what waited (lines, typed bytes) goes on. */
void sim_modem_idle(struct sim_modem *m);
/* Timers and buffers of a new modem. */
void sim_modem_init_events(struct sim_modem *m);
void sim_modems_free(struct sim *s);

#endif
