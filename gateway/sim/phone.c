/* What people hold in their hands. A phone joins parts like a handset: by sender and reference,
 * units first and characters after, so that a pair of surrogates may lie across a border. */
#include "sim/phone.h"
#include "sim/control.h"
#include <inttypes.h>
#include <payung/clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPIRED_STATUS 0x46 /* TP-ST: validity period expired */

struct sim_partial {
	TAILQ_ENTRY(sim_partial) next;
	char sender[TPDU_ADDRESS_CAP];
	struct tpdu_body first; /* the set's reference and total */
	size_t have;
	struct tpdu_body *part; /* total of them; n and part 0 until they come */
};
struct sim_waiting {
	TAILQ_ENTRY(sim_waiting) next;
	struct sim *sim;
	struct sim_phone *phone;
	struct sim_mo mo;
	int64_t submitted;
	struct event *expiry; /* NULL: no validity period */
};

struct sim_phone *sim_phone_get(struct sim *s, const char *number)
{
	char known[SIM_NUMBER_CAP];
	struct sim_phone *p;

	sim_net_number(number, known);
	TAILQ_FOREACH(p, &s->phones, next)
	if (strcmp(p->number, known) == 0)
		return p;
	p = sim_alloc(sizeof *p);
	memcpy(p->number, known, sizeof known);
	TAILQ_INIT(&p->partials);
	TAILQ_INIT(&p->waiting);
	TAILQ_INSERT_TAIL(&s->phones, p, next);
	return p;
}

char *sim_phone_line(const struct sim_phone *p, size_t i)
{
	const struct sim_text *t = &p->text[i];
	char *line = sim_escape(t->text), *out = NULL;

	if (asprintf(&out, "%zu\t%" PRId64 "\t%s\t%s", i + 1, t->utc_ms, t->sender, line) < 0)
		abort();
	free(line);
	return out;
}

static void show(struct sim *s, struct sim_phone *p, const char *sender, char *text)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 8;
		p->text = realloc(p->text, p->cap * sizeof *p->text);
		if (!p->text)
			abort();
	}
	struct sim_text *t = &p->text[p->n++];

	*t = (struct sim_text){ .utc_ms = clock_now_ms(), .text = text };
	snprintf(t->sender, sizeof t->sender, "%s", sender);
	char *line = sim_escape(text);

	sim_journal(s, SIM_COMPLETE, NULL, "phone=%s n=%zu from=%s hash=%016" PRIx64 " text=%s",
	        p->number, p->n, sender, sim_hash(text), line);
	free(line);
	sim_control_arrived(s, p, p->n - 1);
}

static char *joined(const struct tpdu_body *part, size_t n)
{
	uint16_t *unit = sim_alloc(n * TPDU_UNITS_MAX * sizeof *unit);
	size_t units = 0;

	for (size_t i = 0; i < n; i++) {
		memcpy(unit + units, part[i].unit, part[i].n * sizeof *unit);
		units += part[i].n;
	}
	size_t cap = 4 * units + 4;
	char *text = sim_alloc(cap);

	tpdu_text(unit, units, part[0].alphabet, text, cap);
	free(unit);
	return text;
}

static struct sim_partial *partial_get(
        struct sim_phone *p, const char *sender, const struct tpdu_body *b)
{
	struct sim_partial *x;

	TAILQ_FOREACH(x, &p->partials, next)
	if (x->first.ref == b->ref && x->first.total == b->total &&
	        x->first.wide_ref == b->wide_ref && strcmp(x->sender, sender) == 0)
		return x;
	x = sim_alloc(sizeof *x);
	snprintf(x->sender, sizeof x->sender, "%s", sender);
	x->first = *b;
	x->part = sim_alloc(b->total * sizeof *x->part);
	TAILQ_INSERT_TAIL(&p->partials, x, next);
	return x;
}

static void partial_free(struct sim_phone *p, struct sim_partial *x)
{
	TAILQ_REMOVE(&p->partials, x, next);
	free(x->part);
	free(x);
}

static void add_part(
        struct sim *s, struct sim_phone *p, const char *sender, const struct tpdu_body *b)
{
	if (b->total <= 1) {
		show(s, p, sender, joined(b, 1));
		return;
	}
	struct sim_partial *x = partial_get(p, sender, b);

	if (x->part[b->part - 1].part)
		return; /* a handset drops a part it has */
	x->part[b->part - 1] = *b;
	if (++x->have < b->total)
		return;
	show(s, p, sender, joined(x->part, b->total));
	partial_free(p, x);
}

static void receive(struct sim *s, struct sim_phone *p, const struct sim_mo *mo, int64_t submitted)
{
	const struct tpdu_body *b = &mo->submit.body;
	char text[TPDU_TEXT_CAP];

	tpdu_text(b->unit, b->n, b->alphabet, text, sizeof text);
	char *line = sim_escape(text);

	sim_journal(s, SIM_RECEIVED, NULL,
	        "id=%" PRIu64 " phone=%s from=%s part=%u/%u hash=%016" PRIx64 " text=%s", mo->id,
	        p->number, mo->from->number, b->total ? b->part : 1, b->total ? b->total : 1,
	        sim_hash(text), line);
	free(line);
	add_part(s, p, mo->from->number, b);
	sim_net_report(s, mo, mo->report.status, submitted);
}

static void waiting_free(struct sim_waiting *w)
{
	TAILQ_REMOVE(&w->phone->waiting, w, next);
	if (w->expiry)
		event_free(w->expiry);
	free(w);
}

static void expires(evutil_socket_t fd, short what, void *arg)
{
	struct sim_waiting *w = arg;

	(void)fd, (void)what;
	sim_journal(
	        w->sim, SIM_EXPIRED, NULL, "id=%" PRIu64 " phone=%s", w->mo.id, w->phone->number);
	sim_net_report(w->sim, &w->mo, EXPIRED_STATUS, w->submitted);
	waiting_free(w);
}

void sim_phone_bring(struct sim *s, struct sim_phone *p, const struct sim_mo *mo, int64_t submitted)
{
	if (!p->off) {
		receive(s, p, mo, submitted);
		return;
	}
	struct sim_waiting *w = sim_alloc(sizeof *w);
	int64_t left = mo->submit.validity_s;

	*w = (struct sim_waiting){ .sim = s, .phone = p, .mo = *mo, .submitted = submitted };
	if (mo->submit.expires_utc)
		left = mo->submit.expires_utc > submitted ? mo->submit.expires_utc - submitted : 0;
	if (left != TPDU_NO_VALIDITY) {
		w->expiry = evtimer_new(s->base, expires, w);
		sim_timer_set(w->expiry, left * 1000);
	}
	TAILQ_INSERT_TAIL(&p->waiting, w, next);
}

void sim_phone_switch(struct sim *s, struct sim_phone *p, bool off)
{
	struct sim_waiting *w;

	p->off = off;
	while (!off && (w = TAILQ_FIRST(&p->waiting))) {
		receive(s, p, &w->mo, w->submitted);
		waiting_free(w);
	}
}

void sim_phones_free(struct sim *s)
{
	struct sim_phone *p;

	while ((p = TAILQ_FIRST(&s->phones))) {
		struct sim_partial *x;
		struct sim_waiting *w;

		while ((x = TAILQ_FIRST(&p->partials)))
			partial_free(p, x);
		while ((w = TAILQ_FIRST(&p->waiting)))
			waiting_free(w);
		for (size_t i = 0; i < p->n; i++)
			free(p->text[i].text);
		free(p->text);
		TAILQ_REMOVE(&s->phones, p, next);
		free(p);
	}
}
