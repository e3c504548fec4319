/* Tables of control commands. */
#ifndef PAYUNG_SIM_COMMAND_H
#define PAYUNG_SIM_COMMAND_H

#include "sim/control.h"
#include "sim/slots.h"

struct sim_command_row {
	const char *name; /* NULL ends a table */
	enum sim_done (*run)(struct sim_session *c, char *rest);
	const char *usage;
};
extern const struct sim_command_row sim_phone_commands[], sim_modem_commands[];

/* A malformed unit of that kind ("dcs20", "udl", "smsc", "udhl", "ton", "mti").
 * RC_NOENT: no such kind. */
rc_t sim_poison(const char *kind, struct sim_pdu *out) MUST_CHECK;
/* Octets given as hex. RC_INVALID: not hex, or too long. */
rc_t sim_poison_raw(const char *hex, struct sim_pdu *out) MUST_CHECK;

#endif
