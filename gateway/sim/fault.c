/* Faults are data: a table of named settings with their ranges, and a list of rules. */
#include "sim/fault.h"
#include "sim/sim.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOUR_MS 3600000

enum kind { NUMBER, WORD, TEXT };
static const struct setting {
	const char *name;
	size_t offset;
	enum kind kind;
	int min, max, initial;      /* of numbers and word indexes */
	const char *const words[4]; /* index = value */
	const char *text;           /* initial */
} settings[] = {
#define AT(field) offsetof(struct sim_faults, field)
#define ONOFF               \
	{                   \
		"off", "on" \
	}
	{ "latency", AT(latency), NUMBER, 0, HOUR_MS, 0, { 0 }, NULL },
	{ "network", AT(network), NUMBER, 0, HOUR_MS, 0, { 0 }, NULL },
	{ "hand", AT(hand_early), WORD, 0, 1, 0, { "late", "early" }, NULL },
	{ "boot-time", AT(boot_time), NUMBER, 0, HOUR_MS, 1000, { 0 }, NULL },
	{ "boot-busy", AT(boot_busy), NUMBER, 0, HOUR_MS, 0, { 0 }, NULL },
	{ "cfun-busy", AT(cfun_busy), NUMBER, 0, HOUR_MS, 0, { 0 }, NULL },
	{ "ring-time", AT(ring_time), NUMBER, 1, HOUR_MS, 3000, { 0 }, NULL },
	{ "report", AT(report), WORD, 0, 2, 1, { "never", "once", "twice" }, NULL },
	{ "report-delay", AT(report_delay), NUMBER, 0, HOUR_MS, 0, { 0 }, NULL },
	{ "report-status", AT(report_status), NUMBER, 0, 255, 0, { 0 }, NULL },
	{ "report-mr", AT(report_mr), WORD, 0, 1, 1, { "zero", "right" }, NULL },
	{ "report-national", AT(report_national), WORD, 0, 1, 0, ONOFF, NULL },
	{ "report-store", AT(report_store), WORD, 0, 1, 0, { "SR", "SM" }, NULL },
	{ "cmgs-mr", AT(cmgs_mr), WORD, 0, 1, 1, ONOFF, NULL },
	{ "echo", AT(echo), WORD, 0, 2, SIM_ECHO_ON, { "off", "on", "never" }, NULL },
	{ "mute", AT(mute), WORD, 0, 1, 0, ONOFF, NULL },
	{ "split", AT(split), WORD, 0, 1, 0, ONOFF, NULL },
	{ "glue", AT(glue), NUMBER, 0, HOUR_MS, 0, { 0 }, NULL },
	{ "garbage", AT(garbage), NUMBER, 0, 64, 0, { 0 }, NULL },
	{ "drop", AT(drop), NUMBER, 0, 65536, 0, { 0 }, NULL },
	{ "urc-in-reply", AT(urc_in_reply), WORD, 0, 2, 0, { "off", "between", "inside" }, NULL },
	{ "urc-text", AT(urc_text), TEXT, 0, 0, 0, { 0 }, "^RSSI: 18" },
	{ "gprs", AT(gprs), WORD, 0, 1, 1, ONOFF, NULL },
	{ "send-only", AT(send_only), WORD, 0, 1, 0, ONOFF, NULL },
	{ "ds", AT(ds), NUMBER, 0, 2, 2, { 0 }, NULL },
	{ "mt", AT(mt), NUMBER, 0, 3, 2, { 0 }, NULL },
	{ "cb", AT(cb), WORD, 0, 1, 1, ONOFF, NULL },
	{ "me", AT(me), WORD, 0, 1, 1, ONOFF, NULL },
	{ "cmti", AT(cmti), WORD, 0, 2, SIM_CMTI_ONCE, { "none", "once", "twice" }, NULL },
	{ "reuse", AT(reuse), WORD, 0, 1, 0, { "lowest", "rotate" }, NULL },
	{ "slots", AT(slots), NUMBER, 1, 500, 20, { 0 }, NULL },
	{ "signal", AT(signal), NUMBER, 0, 99, 20, { 0 }, NULL },
	{ "registration", AT(registration), NUMBER, 0, 5, 1, { 0 }, NULL },
	{ "operator", AT(operator_name), TEXT, 0, 0, 0, { 0 }, "" },
};
#define SETTINGS (sizeof settings / sizeof *settings)

static int *number_of(struct sim_faults *f, const struct setting *s)
{
	return (int *)(void *)((char *)f + s->offset);
}

static void put_initial(struct sim_faults *f)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];

		if (s->kind == TEXT)
			snprintf((char *)f + s->offset, SIM_WORD_CAP, "%s", s->text);
		else
			*number_of(f, s) = s->initial;
	}
}

void sim_faults_init(struct sim_faults *f)
{
	*f = (struct sim_faults){ 0 };
	TAILQ_INIT(&f->rules);
	put_initial(f);
}

static void rule_free(struct sim_faults *f, struct sim_rule *r)
{
	TAILQ_REMOVE(&f->rules, r, next);
	free(r);
}

void sim_faults_heal(struct sim_faults *f)
{
	struct sim_rule *r;
	int ds = f->ds, mt = f->mt, cb = f->cb, me = f->me, slots = f->slots;
	char name[SIM_WORD_CAP];

	while ((r = TAILQ_FIRST(&f->rules)))
		rule_free(f, r);
	memcpy(name, f->operator_name, sizeof name);
	put_initial(f);
	/* what the model can do and the SIM holds is no fault */
	f->ds = ds, f->mt = mt, f->cb = cb, f->me = me, f->slots = slots;
	memcpy(f->operator_name, name, sizeof name);
}

static rc_t parse(const struct setting *s, const char *value, int *out)
{
	for (int i = 0; s->kind == WORD && i <= s->max; i++) {
		if (strcasecmp(s->words[i], value) == 0) {
			*out = i;
			return RC_OK;
		}
	}
	char *end;
	long v = strtol(value, &end, 0);

	if (s->kind != NUMBER || end == value || *end || v < s->min || v > s->max)
		return RC_INVALID;
	*out = (int)v;
	return RC_OK;
}

rc_t sim_faults_set(struct sim_faults *f, const char *key, const char *value)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];

		if (strcmp(s->name, key) != 0)
			continue;
		if (s->kind != TEXT)
			return parse(s, value, number_of(f, s));
		if (strlen(value) >= SIM_WORD_CAP)
			return RC_INVALID;
		snprintf((char *)f + s->offset, SIM_WORD_CAP, "%s", value);
		return RC_OK;
	}
	return RC_NOENT;
}

static const char *const rule_words[] = { [SIM_RULE_CMS] = "cms=",
	[SIM_RULE_CME] = "cme=",
	[SIM_RULE_ERROR] = "error",
	[SIM_RULE_OK] = "ok",
	[SIM_RULE_LOSE] = "lose",
	[SIM_RULE_IGNORE] = "ignore" };
#define RULE_WORDS (int)(sizeof rule_words / sizeof *rule_words)

void sim_faults_show(const struct sim_faults *f, struct evbuffer *out)
{
	struct sim_rule *r;

	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];
		const void *at = (const char *)f + s->offset;

		if (s->kind == TEXT)
			evbuffer_add_printf(out, "%s %s\n", s->name, (const char *)at);
		else if (s->kind == WORD)
			evbuffer_add_printf(out, "%s %s\n", s->name, s->words[*(const int *)at]);
		else
			evbuffer_add_printf(out, "%s %d\n", s->name, *(const int *)at);
	}
	TAILQ_FOREACH(r, &f->rules, next)
	{
		evbuffer_add_printf(out, "fail %s %s", r->command, rule_words[r->kind]);
		if (r->kind == SIM_RULE_CMS || r->kind == SIM_RULE_CME)
			evbuffer_add_printf(out, "%d", r->code);
		evbuffer_add_printf(out, " next=%d every=%d\n", r->left, r->every);
	}
}

rc_t sim_faults_rule(
        struct sim_faults *f, const char *command, const char *what, int next, int every)
{
	int kind = 1, code = 0;

	if (*command == '+')
		command++;
	while (kind < RULE_WORDS && strncmp(rule_words[kind], what, strlen(rule_words[kind])) != 0)
		kind++;
	if (kind == RULE_WORDS || every < 1 || !*command || strlen(command) >= SIM_WORD_CAP)
		return RC_INVALID;
	what += strlen(rule_words[kind]);
	if (kind == SIM_RULE_CMS || kind == SIM_RULE_CME) {
		char *end;

		code = (int)strtol(what, &end, 10);
		if (end == what || *end || code < 0)
			return RC_INVALID;
	} else if (*what) {
		return RC_INVALID;
	}
	struct sim_rule *r = sim_alloc(sizeof *r);

	*r = (struct sim_rule){ .kind = (enum sim_rule_kind)kind,
		.code = code,
		.left = next > 0 ? next : -1,
		.every = every };
	snprintf(r->command, sizeof r->command, "%s", command);
	TAILQ_INSERT_TAIL(&f->rules, r, next);
	return RC_OK;
}

enum sim_rule_kind sim_faults_catch(struct sim_faults *f, const char *command, int *code)
{
	struct sim_rule *r;

	TAILQ_FOREACH(r, &f->rules, next)
	{
		if (strcmp(r->command, "*") != 0 && strcasecmp(r->command, command) != 0)
			continue;
		if (++r->seen % r->every != 0)
			continue;
		enum sim_rule_kind kind = r->kind;

		*code = r->code;
		if (r->left > 0 && --r->left == 0)
			rule_free(f, r);
		return kind;
	}
	return SIM_RULE_NONE;
}
