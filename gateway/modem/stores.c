/* The modem's message stores: which one new texts go to, how it tells of them, and the scan that
 * finds what it did not tell. */
#include "modem/parent.h"
#include "modem/worker.h"

#include <payung/clock.h>
#include <stdio.h>
#include <string.h>

#define POLL_S 5       /* between scans of a modem that tells of nothing */
#define SLOTS_GUESS 40 /* when the modem does not say how many it has */

/* "used","total" stand at field 0 and 1 of the answer to AT+CPMS=. */
static struct at_reply select_with(struct worker *w, const char *fmt, const char *mem)
{
	char cmd[64], line[96];
	struct at_reply r;
	int total;

	/* fmt is one of ours: mem once, twice or three times */
	snprintf(cmd, sizeof cmd, "AT+CPMS=");
	for (const char *p = fmt; *p; p++) {
		size_t n = strlen(cmd);

		snprintf(cmd + n, sizeof cmd - n, "%s\"%s\"", p == fmt ? "" : ",", mem);
	}
	r = at_query(&w->port, cmd, "+CPMS:", AT_SIM_MS, line, sizeof line);
	line_check(w, &r);
	if (r.end == AT_END_OK) {
		snprintf(w->current, sizeof w->current, "%s", mem);
		if (at_number(line, 1, &total) && total <= UINT16_MAX &&
		        strcmp(mem, w->store[0] ? w->store : mem) == 0)
			w->ready.slots = (uint32_t)total;
	}
	return r;
}

struct at_reply stores_select(struct worker *w, const char *mem)
{
	if (strcmp(w->current, mem) == 0)
		return (struct at_reply){ .end = AT_END_OK, .code = -1 };
	return select_with(w, "1", mem);
}

/* Sets all three stores to mem, or as many as the modem lets us. */
static bool settle_on(struct worker *w, const char *mem)
{
	static const char *const forms[] = { "123", "12", "1" };

	if (!mem[0])
		return false;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (select_with(w, forms[i], mem).end == AT_END_OK) {
			snprintf(w->store, sizeof w->store, "%s", mem);
			return true;
		}
	}
	return false;
}

/* Where new texts go is the third store; staying with it keeps what is there already. */
static void choose_store(struct worker *w)
{
	char line[160], mem[8] = "", list[160] = "";
	struct at_reply r = at_query(&w->port, "AT+CPMS=?", "+CPMS:", AT_SIM_MS, list, sizeof list);

	line_check(w, &r);
	r = at_query(&w->port, "AT+CPMS?", "+CPMS:", AT_SIM_MS, line, sizeof line);
	line_check(w, &r);
	if (!at_field(line, 6, mem, sizeof mem) || strspn(mem, "EMST") != 2 || mem[2])
		mem[0] = '\0';
	if (!settle_on(w, mem) && !settle_on(w, "SM") && !settle_on(w, "ME") && !settle_on(w, "MT"))
		return;
	if (strcmp(w->store, "SM") == 0 && strstr(list, "\"ME\""))
		snprintf(w->other, sizeof w->other, "ME");
	else if (strcmp(w->store, "ME") == 0 && strstr(list, "\"SM\""))
		snprintf(w->other, sizeof w->other, "SM");
}

/* Texts stored and told (mt 1), reports complete (ds 1), else reports stored (ds 2), else none. */
static bool choose_notices(struct worker *w)
{
	static const char *const forms[] = { "2,1,0,1,0", "2,1,0,2,0", "3,1,0,1,0", "1,1,0,1,0",
		"1,1,0,2,0", "2,1,0,1", "2,1,0,0,0", "2,1", "3,1", "1,1" };

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		char cmd[32];
		struct at_reply r;

		snprintf(cmd, sizeof cmd, "AT+CNMI=%s", forms[i]);
		r = at_command(&w->port, cmd, NULL, AT_SIM_MS, NULL, NULL);
		line_check(w, &r);
		if (r.end == AT_END_OK)
			return true;
	}
	return false;
}

void stores_choose(struct worker *w)
{
	char line[96];
	int service;
	struct at_reply r;

	choose_store(w);
	w->ready.can_receive = w->store[0] != '\0';
	w->notifies = choose_notices(w);
	r = at_query(&w->port, "AT+CSMS?", "+CSMS:", AT_USUAL_MS, line, sizeof line);
	line_check(w, &r);
	w->confirms = r.end == AT_END_OK && at_number(line, 0, &service) && service == 1;
	w->scan_ms = w->store[0] ? clock_mono_ms() : INT64_MAX;
	w->scan_other = w->other[0] != '\0';
	if (!w->store[0])
		parent_log(LOG_LVL_WARN, "modem refuses the message store: it can only send");
	else if (!w->notifies)
		parent_log(LOG_LVL_WARN, "modem tells of no new texts: looking every %d s", POLL_S);
}

struct scan {
	struct worker *w;
	const char *mem;
	int index; /* of the header before, -1 = none that matters */
	unsigned found;
};

static void scan_line(void *arg, const char *line, bool cut)
{
	static uint8_t pdu[FRAME_PDU_MAX];
	struct scan *s = arg;
	struct frame_slot at;
	int stat;
	size_t n;

	if (strncmp(line, "+CMGL:", 6) == 0) {
		if (!at_number(line, 0, &s->index) || !at_number(line, 1, &stat) || stat > 1 ||
		        s->index > UINT16_MAX)
			s->index = -1;
		return;
	}
	if (s->index < 0)
		return;
	at = (struct frame_slot){ .index = (uint32_t)s->index };
	snprintf(at.mem, sizeof at.mem, "%s", s->mem);
	s->index = -1;
	s->found++;
	if (!cut && at_hex(line, pdu, sizeof pdu, &n))
		slots_seen(&s->w->slots, &at, slot_mark(pdu, n), clock_mono_ms());
	else
		slots_note(&s->w->slots, &at, clock_mono_ms());
}

/* The list failed as a whole, perhaps at one bad text: every slot is read by itself. */
static void note_all(struct worker *w, const char *mem)
{
	uint32_t last = w->ready.slots ? w->ready.slots : SLOTS_GUESS;

	for (uint32_t i = 0; i <= last; i++) {
		struct frame_slot at = { .index = i };

		snprintf(at.mem, sizeof at.mem, "%s", mem);
		slots_note(&w->slots, &at, clock_mono_ms());
	}
}

static void scan_store(struct worker *w, const char *mem)
{
	struct scan s = { .w = w, .mem = mem, .index = -1 };
	struct at_reply r = stores_select(w, mem);

	if (r.end != AT_END_OK)
		return;
	r = at_command(&w->port, "AT+CMGL=4", "+CMGL:", AT_SIM_MS, scan_line, &s);
	line_check(w, &r);
	if (r.end != AT_END_OK)
		note_all(w, mem);
	if (s.found > 0)
		parent_log(LOG_LVL_DEBUG, "scan mem=%s found=%u", mem, s.found);
}

void stores_scan(struct worker *w)
{
	uint32_t every = w->setup.scan_every_s;

	if (!w->notifies && (every == 0 || every > POLL_S))
		every = POLL_S;
	if (w->scan_other) {
		w->scan_other = false;
		scan_store(w, w->other);
	}
	scan_store(w, w->store);
	w->scan_ms = every ? clock_mono_ms() + (int64_t)every * 1000 : INT64_MAX;
}
