/* From a line to handlers and back to an answer. Handlers add information lines and return how it
 * ended; only this file writes final result codes. */
#include "sim/at.h"
#include "sim/call.h"
#include "sim/tty.h"
#include <ctype.h>
#include <payung/clock.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct at_command *const tables[] = { sim_at_general, sim_at_radio, sim_at_store,
	sim_at_send, sim_at_call };

static const struct {
	int code;
	const char *text;
} cme_texts[] = {
	{ CME_NOT_ALLOWED, "operation not allowed" },
	{ CME_NOT_SUPPORTED, "operation not supported" },
	{ CME_NO_SIM, "SIM not inserted" },
	{ CME_PIN, "SIM PIN required" },
	{ CME_PUK, "SIM PUK required" },
	{ CME_SIM_BUSY, "SIM busy" },
	{ CME_WRONG_PASSWORD, "incorrect password" },
	{ CME_BAD_PARAMETER, "incorrect parameters" },
};

void sim_at_reset(struct sim_modem *m)
{
	struct sim_slots *sm = m->card ? &m->card->sm : &m->me;

	m->at = (struct sim_at){
		.verbose = true, .cfun = 1, .charset = SIM_CHARSET_IRA, .mem = { sm, sm, sm }
	};
	m->at.busy_until = clock_mono_ms() + m->faults.boot_busy;
	m->line_len = 0;
	m->line_over = m->swallow = false;
	m->last[0] = 0;
	evbuffer_drain(m->reply, evbuffer_get_length(m->reply));
	evbuffer_drain(m->urcs, evbuffer_get_length(m->urcs));
	m->port = SIM_PORT_COMMAND;
}

void sim_at_info(struct sim_modem *m, const char *fmt, ...)
{
	va_list ap;

	if (m->at.verbose)
		evbuffer_add(m->reply, "\r\n", 2);
	va_start(ap, fmt);
	evbuffer_add_vprintf(m->reply, fmt, ap);
	va_end(ap);
	evbuffer_add(m->reply, "\r\n", 2);
}

static void add_final(struct sim_modem *m, struct at_result r)
{
	static const char *const words[] = {
		[AT_OK] = "OK", [AT_ERROR] = "ERROR", [AT_NO_CARRIER] = "NO CARRIER"
	};
	static const int digits[] = { [AT_OK] = 0, [AT_ERROR] = 4, [AT_NO_CARRIER] = 3 };
	const char *text = NULL;

	if (r.final == AT_CME && m->at.cmee == 0)
		r.final = AT_ERROR;
	for (size_t i = 0; r.final == AT_CME && i < sizeof cme_texts / sizeof *cme_texts; i++)
		if (cme_texts[i].code == r.code && m->at.cmee == 2)
			text = cme_texts[i].text;
	if (text)
		evbuffer_add_printf(m->reply, "\r\n+CME ERROR: %s\r\n", text);
	else if (r.final == AT_CME || r.final == AT_CMS)
		evbuffer_add_printf(
		        m->reply, "\r\n+CM%c ERROR: %d\r\n", r.final == AT_CME ? 'E' : 'S', r.code);
	else if (m->at.verbose)
		evbuffer_add_printf(m->reply, "\r\n%s\r\n", words[r.final]);
	else
		evbuffer_add_printf(m->reply, "%d\r", digits[r.final]);
}

/* A URC that does not wait for the end of the reply: before its last line, or after its first. */
static void add_intruder(struct sim_modem *m, struct evbuffer *info)
{
	size_t n = evbuffer_get_length(info), first = n;

	if (m->faults.urc_in_reply == SIM_URC_INSIDE && n > 2) {
		struct evbuffer_ptr start, end;

		evbuffer_ptr_set(info, &start, 2, EVBUFFER_PTR_SET);
		end = evbuffer_search(info, "\r\n", 2, &start);
		if (end.pos >= 0)
			first = (size_t)end.pos + 2;
	}
	evbuffer_remove_buffer(info, m->reply, first);
	if (m->faults.urc_in_reply != SIM_URC_OFF)
		evbuffer_add_printf(m->reply, "\r\n%s\r\n", m->faults.urc_text);
	evbuffer_add_buffer(m->reply, info);
}

static void add_garbage(struct sim_modem *m)
{
	for (int i = 0; i < m->faults.garbage; i++) {
		uint8_t b = (uint8_t)(0x21 + sim_random(m->sim) % (0xff - 0x21));

		evbuffer_add(m->reply, &b, 1);
	}
}

void sim_at_finish(struct sim_modem *m, struct at_result r)
{
	if (!m->swallow) {
		struct evbuffer *info = evbuffer_new();

		evbuffer_add_buffer(info, m->reply);
		add_garbage(m);
		add_intruder(m, info);
		add_final(m, r);
		sim_tty_put(m, evbuffer_pullup(m->reply, -1), evbuffer_get_length(m->reply));
		evbuffer_free(info);
	}
	evbuffer_drain(m->reply, evbuffer_get_length(m->reply));
	m->swallow = false;
	sim_modem_idle(m);
}

int sim_at_int(const struct at_args *a, size_t i, int missing)
{
	char *end;

	if (i >= a->n || !*a->v[i])
		return missing;
	long v = strtol(a->v[i], &end, 10);

	return *end || v < 0 || v > 1000000 ? -1 : (int)v;
}

void sim_at_string(const struct sim_modem *m, const char *ascii, char *out, size_t cap)
{
	if (m->at.charset != SIM_CHARSET_UCS2) {
		snprintf(out, cap, "%s", ascii);
		return;
	}
	*out = 0;
	for (size_t n = 0; *ascii && n + 5 <= cap; n += 4)
		snprintf(out + n, cap - n, "%04X", (unsigned char)*ascii++);
}

void sim_at_unstring(const struct sim_modem *m, const char *in, char *out, size_t cap)
{
	uint8_t b[128];
	size_t n = m->at.charset == SIM_CHARSET_UCS2 ? sim_unhex(in, strlen(in), b, sizeof b)
	                                             : SIZE_MAX;

	if (n == SIZE_MAX || n % 2 || n == 0) {
		snprintf(out, cap, "%s", in);
		return;
	}
	size_t k = 0;

	for (size_t i = 0; i < n && k + 1 < cap; i += 2)
		out[k++] = b[i] || b[i + 1] >= 0x7f ? '?' : (char)b[i + 1];
	out[k] = 0;
}

struct at_result sim_at_sim_state(const struct sim_modem *m, bool cms)
{
	if (!m->card)
		return cms ? AT_CMS_CODE(CMS_NO_SIM) : AT_CME_CODE(CME_NO_SIM);
	if (clock_mono_ms() < m->at.busy_until)
		return cms ? AT_CMS_CODE(CMS_SIM_BUSY) : AT_CME_CODE(CME_SIM_BUSY);
	if (m->card->pin_tries == 0)
		return cms ? AT_CMS_CODE(CMS_PUK) : AT_CME_CODE(CME_PUK);
	if (!sim_modem_sim_ready(m))
		return cms ? AT_CMS_CODE(CMS_PIN) : AT_CME_CODE(CME_PIN);
	return AT_DONE;
}

static struct at_result caught(struct sim_modem *m, enum sim_rule_kind kind, int code)
{
	switch (kind) {
	case SIM_RULE_CMS:
		return AT_CMS_CODE(code);
	case SIM_RULE_CME:
		return AT_CME_CODE(code);
	case SIM_RULE_ERROR:
		return AT_REFUSED;
	case SIM_RULE_IGNORE:
		m->swallow = true;
		return AT_DONE;
	default:
		return AT_DONE;
	}
}

static struct at_result call(
        struct sim_modem *m, const struct at_command *c, enum at_kind kind, const struct at_args *a)
{
	struct at_result r = AT_DONE;
	int code = 0;

	if (!(c->flags & AT_SENDS)) {
		enum sim_rule_kind rule = sim_faults_catch(&m->faults, c->name, &code);

		if (rule == SIM_RULE_LOSE)
			m->swallow = true;
		else if (rule != SIM_RULE_NONE)
			return caught(m, rule, code);
	}
	if ((c->flags & AT_STORE) && m->faults.send_only)
		return AT_CMS_CODE(CMS_NOT_SUPPORTED);
	if ((c->flags & AT_GPRS) && !m->faults.gprs)
		return AT_REFUSED;
	if (kind != AT_TEST && (c->flags & (AT_SIM_CME | AT_SIM_CMS)))
		r = sim_at_sim_state(m, c->flags & AT_SIM_CMS);
	return r.final == AT_OK ? c->fn(m, kind, a) : r;
}

/* Splits at commas outside quotes, in place, and takes the quotes away. */
static void split_args(char *s, struct at_args *a)
{
	a->n = 0;
	while (a->n < SIM_AT_ARGS) {
		char *o = s;
		bool quoted = false;

		a->v[a->n++] = s;
		for (; *s && (quoted || *s != ','); s++) {
			if (*s == '"')
				quoted = !quoted;
			else if (quoted || *s != ' ')
				*o++ = *s;
		}
		bool more = *s++ == ',';

		*o = 0;
		if (!more)
			return;
	}
}

/* Cuts the extended command at p; returns where the next one begins. */
static char *cut_extended(char *p, char name[SIM_WORD_CAP], enum at_kind *kind, struct at_args *a)
{
	size_t n = 0;

	for (p++; isalnum((unsigned char)*p); p++)
		if (n + 1 < SIM_WORD_CAP)
			name[n++] = (char)toupper((unsigned char)*p);
	name[n] = 0;
	a->n = 0;
	*kind = *p == '?' ? AT_READ : *p == '=' ? AT_SET : AT_EXEC;
	if (*kind != AT_EXEC)
		p++;
	if (*kind == AT_SET && *p == '?') {
		*kind = AT_TEST;
		p++;
	}
	char *args = p;

	if (*kind != AT_SET && *p && *p != ';')
		name[0] = 0; /* leftovers make it no command at all */
	for (bool quoted = false; *p && (quoted || *p != ';'); p++)
		if (*p == '"')
			quoted = !quoted;
	char *next = *p ? p + 1 : p;

	*p = 0;
	if (*kind == AT_SET)
		split_args(args, a);
	return next;
}

/* A maker's setting without effect here; clients expect its OK from that model. */
static bool is_own(const struct sim_profile *p, char prefix, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = p->own; *s; s += strcspn(s, " "), s += *s == ' ')
		if (*s == prefix && strcspn(s + 1, " ") == n && strncmp(s + 1, name, n) == 0)
			return true;
	return false;
}

static struct at_result extended(struct sim_modem *m, char **p)
{
	char name[SIM_WORD_CAP];
	enum at_kind kind;
	struct at_args a;
	char prefix = **p;

	*p = cut_extended(*p, name, &kind, &a);
	for (size_t t = 0; prefix == '+' && t < sizeof tables / sizeof *tables; t++)
		for (const struct at_command *c = tables[t]; c->name; c++)
			if (strcmp(c->name, name) == 0)
				return call(m, c, kind, &a);
	return kind == AT_SET && is_own(m->profile, prefix, name) ? AT_DONE : AT_REFUSED;
}

/* One basic command such as E0, &F, S0=3. */
static struct at_result basic(struct sim_modem *m, char **p)
{
	bool amp = **p == '&';
	char *q = *p + amp;
	int c = *q ? toupper((unsigned char)*q++) : 0;

	if (c == 'D') { /* data and voice calls are out of scope: nobody answers */
		*p = q + strlen(q);
		return AT_RESULT(AT_NO_CARRIER, 0);
	}
	unsigned long v = strtoul(isdigit((unsigned char)*q) ? q : "0", NULL, 10);

	q += strspn(q, "0123456789");
	if (c == 'S' && !amp) {
		if (*q == '=')
			q += 1 + strspn(q + 1, "0123456789");
		else if (*q == '?' && q++)
			sim_at_info(m, "000");
	}
	*p = q;
	if (v > 9 && c != 'S')
		return AT_REFUSED;
	if (!amp && c == 'E' && m->faults.echo != SIM_ECHO_NEVER)
		m->faults.echo = v ? SIM_ECHO_ON : SIM_ECHO_OFF;
	if (!amp && c == 'H')
		sim_call_refuse(m);
	if (!amp && c == 'V')
		m->at.verbose = v != 0;
	if (!amp && c == 'I')
		sim_at_info(m, "%s %s", m->profile->maker, m->profile->model);
	if (c == 'Z' || (amp && c == 'F')) {
		m->at.verbose = true;
		m->at.cmee = 0;
	}
	return c && strchr(amp ? "FCDKW" : "EVIZHQXLMS", c) ? AT_DONE : AT_REFUSED;
}

/* The commands after "AT"; NULL: the line is none. Noise before AT is skipped as modems do. */
static char *body_of(char *line)
{
	for (char *p = line; *p; p++)
		if (toupper((unsigned char)p[0]) == 'A' && toupper((unsigned char)p[1]) == 'T')
			return p + 2;
	return NULL;
}

void sim_at_run(struct sim_modem *m)
{
	struct at_result r = AT_DONE;
	char *p = body_of(m->line);

	if (!p) {
		sim_modem_idle(m);
		return;
	}
	while (*p && r.final == AT_OK) {
		if (*p == ' ' || *p == ';')
			p++;
		else if (strchr("+^$*%#@", *p))
			r = extended(m, &p);
		else
			r = basic(m, &p);
	}
	if (r.final != AT_LATER)
		sim_at_finish(m, r);
}
