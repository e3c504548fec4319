/* What libgammu reads from the device passes here: our executable's read() stands before libc's.
 * While the gate is up libgammu sees only the dialogue of its own AT+CMGS, in clean lines, up to
 * the final result; unsolicited lines go to the port's news, later bytes stay in the port. So
 * nothing it would mangle, drop or crash on reaches it, and the result is known with its kind and
 * number. */
#ifndef MODEM_GATE_H
#define MODEM_GATE_H

#include "modem/at.h"

struct gate_result {
	bool final;        /* the modem answered AT+CMGS */
	bool text_mode;    /* libgammu took PDU mode for refused and left it */
	bool prompted;     /* it had asked for the PDU */
	enum at_kind kind; /* AT_OK, AT_ERROR, AT_CME, AT_CMS */
	int code;
	int mr; /* of +CMGS:, -1 when not told */
};

/* Up: p must outlive gate_down(). */
void gate_up(struct at_port *p);
void gate_down(void);
const struct gate_result *gate_result(void);

#endif
