/* Voice calls to a SIM: the port rings (TS 27.007 6.5, 7.11) until the program refuses the call or
 * the caller gives up. Nobody ever talks. */
#include "sim/call.h"
#include "sim/at.h"
#include <stdio.h>
#include <string.h>

static void end(struct sim_modem *m, enum sim_event how)
{
	sim_journal(m->sim, how, m, "from=%s", m->call.from);
	m->call = (struct sim_call){ 0 };
	evtimer_del(m->ring);
}

/* The caller's number, in the character set in force; withheld ones are empty, of type 128. */
static void tell_caller(struct sim_modem *m)
{
	const char *from = m->call.from;
	const bool withheld = strcmp(from, "withheld") == 0;
	char number[4 * SIM_NUMBER_CAP + 1];

	sim_at_string(m, withheld ? "" : from, number, sizeof number);
	sim_modem_urc(m, "+CLIP: \"%s\",%d,\"\",,\"\",%d", number,
	        withheld         ? 128
	        : from[0] == '+' ? 145
	                         : 129,
	        withheld);
}

static void ring(evutil_socket_t fd, short what, void *arg)
{
	struct sim_modem *m = arg;

	(void)fd, (void)what;
	if (m->call.rings-- == 0) {
		sim_modem_urc(m, "NO CARRIER");
		end(m, SIM_MISSED);
		return;
	}
	sim_modem_urc(m, "RING");
	if (m->at.clip)
		tell_caller(m);
	sim_timer_set(m->ring, m->faults.ring_time);
}

rc_t sim_call(struct sim_modem *m, const char *from, int rings)
{
	if (!sim_modem_on_air(m))
		return RC_NOENT;
	if (m->call.from[0])
		return RC_EXISTS;
	if (strlen(from) >= sizeof m->call.from)
		return RC_INVALID;
	strcpy(m->call.from, from);
	m->call.rings = rings;
	sim_journal(m->sim, SIM_CALLED, m, "from=%s", from);
	event_active(m->ring, 0, 0);
	return RC_OK;
}

void sim_call_refuse(struct sim_modem *m)
{
	if (m->call.from[0])
		end(m, SIM_REJECTED);
}

void sim_call_drop(struct sim_modem *m)
{
	if (m->call.from[0])
		end(m, SIM_MISSED);
}

void sim_call_init(struct sim_modem *m)
{
	m->ring = evtimer_new(m->sim->base, ring, m);
}

void sim_call_free(struct sim_modem *m)
{
	event_free(m->ring);
}

static struct at_result clip(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	int v = sim_at_int(a, 0, 0);

	if (kind == AT_READ)
		sim_at_info(m, "+CLIP: %d,1", m->at.clip);
	else if (kind == AT_TEST)
		sim_at_info(m, "+CLIP: (0,1)");
	else if (v < 0 || v > 1)
		return AT_CME_CODE(CME_BAD_PARAMETER);
	else
		m->at.clip = v;
	return AT_DONE;
}

static struct at_result chup(struct sim_modem *m, enum at_kind kind, const struct at_args *a)
{
	(void)a;
	if (kind == AT_EXEC)
		sim_call_refuse(m);
	return AT_DONE;
}

const struct at_command sim_at_call[] = {
	{ "CLIP", clip, 0 },
	{ "CHUP", chup, 0 },
	{ NULL, NULL, 0 },
};
