/* The AT interpreter: V.250 lines and the commands of TS 27.005 and 27.007 as tables. */
#ifndef PAYUNG_SIM_AT_H
#define PAYUNG_SIM_AT_H

#include "sim/modem.h"

#define SIM_AT_ARGS 10

/* +CME and +CMS codes that the modem gives by itself */
enum {
	CME_NOT_ALLOWED = 3,
	CME_NOT_SUPPORTED = 4,
	CME_NO_SIM = 10,
	CME_PIN = 11,
	CME_PUK = 12,
	CME_SIM_BUSY = 14,
	CME_WRONG_PASSWORD = 16,
	CME_BAD_PARAMETER = 50
};
enum {
	CMS_NOT_ALLOWED = 302,
	CMS_NOT_SUPPORTED = 303,
	CMS_BAD_PDU = 304,
	CMS_NO_SIM = 310,
	CMS_PIN = 311,
	CMS_PUK = 316,
	CMS_BAD_INDEX = 321,
	CMS_FULL = 322,
	CMS_NO_SMSC = 330,
	CMS_NO_NETWORK = 331,
	CMS_NO_ACK_EXPECTED = 340,
	CMS_SIM_BUSY = 515
};

enum at_kind { AT_EXEC, AT_SET, AT_READ, AT_TEST };
enum at_final { AT_OK, AT_ERROR, AT_CME, AT_CMS, AT_LATER, AT_NO_CARRIER };
struct at_result {
	enum at_final final; /* LATER: somebody calls sim_at_finish() */
	int code;
};
struct at_args {
	size_t n;
	char *v[SIM_AT_ARGS]; /* without quotes; absent ones are "" */
};
typedef struct at_result at_fn(struct sim_modem *m, enum at_kind kind, const struct at_args *a);

enum {
	AT_SIM_CME = 1,
	AT_SIM_CMS = 2, /* needs a ready SIM, refuses with that class */
	AT_STORE = 4,   /* refused by a send-only modem */
	AT_SENDS = 8,   /* rules act on the outcome, not on the command */
	AT_GPRS = 16
};
struct at_command {
	const char *name; /* without +; NULL ends a table */
	at_fn *fn;
	unsigned flags;
};
extern const struct at_command sim_at_general[], sim_at_radio[], sim_at_store[], sim_at_send[],
        sim_at_call[];

#define AT_RESULT(f, c) ((struct at_result){ .final = (f), .code = (c) })
#define AT_DONE AT_RESULT(AT_OK, 0)
#define AT_REFUSED AT_RESULT(AT_ERROR, 0)
#define AT_CME_CODE(c) AT_RESULT(AT_CME, c)
#define AT_CMS_CODE(c) AT_RESULT(AT_CMS, c)

/* Runs m->line. */
void sim_at_run(struct sim_modem *m);
/* Writes the reply and the final result; the port takes commands again. */
void sim_at_finish(struct sim_modem *m, struct at_result r);
/* Adds an information line to the reply. */
void sim_at_info(struct sim_modem *m, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* An argument as a number; missing or empty gives `missing`, not a number gives -1. */
int sim_at_int(const struct at_args *a, size_t i, int missing);
/* A string in the character set chosen by +CSCS. out needs 4 bytes a character and 1. */
void sim_at_string(const struct sim_modem *m, const char *ascii, char *out, size_t cap);
/* The reverse for arguments: hex of UCS2 to ASCII; other sets are copied. */
void sim_at_unstring(const struct sim_modem *m, const char *in, char *out, size_t cap);
/* Power-up state. */
void sim_at_reset(struct sim_modem *m);
/* The result for a SIM that is absent, locked or busy; OK when it is ready. */
struct at_result sim_at_sim_state(const struct sim_modem *m, bool cms);

/* A whole unit was typed at the prompt (hex in m->line), or ESC. */
void sim_send_body(struct sim_modem *m);
void sim_send_cancel(struct sim_modem *m);
/* The network time is over. */
void sim_send_done(struct sim_modem *m);
/* Power went: what was on the air and not handed is dropped. */
void sim_send_drop(struct sim_modem *m);

#endif
