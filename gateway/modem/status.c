/* Signal, registration, operator, store: each asked for itself, so that a modem which lacks one
 * (no GPRS, no operator name) still tells the others. */
#include "modem/parent.h"
#include "modem/worker.h"

#include <payung/clock.h>
#include <stdio.h>
#include <string.h>

void line_check(struct worker *w, const struct at_reply *r)
{
	if (r->end == AT_END_GONE || w->port.gone)
		parent_trouble(FRAME_TROUBLE_GONE, "device vanished");
	if (r->end != AT_END_TIMEOUT || at_sync(&w->port, 3, 1000))
		return;
	if (w->port.gone)
		parent_trouble(FRAME_TROUBLE_GONE, "device vanished");
	parent_trouble(FRAME_TROUBLE_MUTE, "modem stopped answering");
}

static bool ask(struct worker *w, const char *cmd, const char *expect, char *line, size_t cap)
{
	struct at_reply r = at_query(&w->port, cmd, expect, AT_SIM_MS, line, cap);

	line_check(w, &r);
	return r.end == AT_END_OK && line[0];
}

/* 27.007 8.5; 100 and above are TD-SCDMA */
static int32_t signal_dbm(int rssi)
{
	if (rssi <= 31)
		return -113 + 2 * rssi;
	if (rssi >= 100 && rssi <= 191)
		return -116 + rssi - 100;
	return 0;
}

static uint32_t registration(int stat)
{
	if (stat == 6)
		return FRAME_REG_HOME; /* for texts only, which is all we want */
	if (stat == 7)
		return FRAME_REG_ROAMING;
	return stat <= FRAME_REG_ROAMING ? (uint32_t)stat : FRAME_REG_UNKNOWN;
}

void status_send(struct worker *w)
{
	struct frame f = { .type = FRAME_STATUS, .status.registration = FRAME_REG_UNKNOWN };
	struct frame_status *s = &f.status;
	char line[160];
	int a, b;

	if (ask(w, "AT+CSQ", "+CSQ:", line, sizeof line) && at_number(line, 0, &a))
		s->signal_dbm = signal_dbm(a);
	/* a notification of a change looks the same but has no <n> in front */
	if (ask(w, "AT+CREG?", "+CREG:", line, sizeof line) && at_number(line, 0, &a) && a <= 3 &&
	        at_number(line, 1, &b) && b <= 10)
		s->registration = registration(b);
	if (ask(w, "AT+COPS?", "+COPS:", line, sizeof line))
		if (!at_field(line, 2, s->operator_name, sizeof s->operator_name))
			s->operator_name[0] = '\0';
	for (char *c = s->operator_name; *c; c++)
		if ((unsigned char)*c > 0x7e)
			*c = '?';
	if (w->store[0] && stores_select(w, w->store).end == AT_END_OK &&
	        ask(w, "AT+CPMS?", "+CPMS:", line, sizeof line) && at_number(line, 1, &a) &&
	        at_number(line, 2, &b) && a <= UINT16_MAX && b <= UINT16_MAX) {
		s->used = (uint32_t)a;
		s->slots = (uint32_t)b;
		if (a >= b && b > 0)
			w->scan_ms = clock_mono_ms(); /* full: no notification will ever come */
	}
	parent_send(&f);
}
