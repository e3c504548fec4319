/* What a modem does wrong, and how slow it is. One table of settings; rules for single commands. */
#ifndef PAYUNG_SIM_FAULT_H
#define PAYUNG_SIM_FAULT_H

#include <event2/buffer.h>
#include <payung/result.h>
#include <stdbool.h>
#include <sys/queue.h>

#define SIM_WORD_CAP 48

enum sim_echo { SIM_ECHO_OFF, SIM_ECHO_ON, SIM_ECHO_NEVER };
enum sim_urc { SIM_URC_OFF, SIM_URC_BETWEEN, SIM_URC_INSIDE };
enum sim_cmti { SIM_CMTI_NONE, SIM_CMTI_ONCE, SIM_CMTI_TWICE };

/* What happens to a command that a rule catches. */
enum sim_rule_kind {
	SIM_RULE_NONE, /* no rule caught it */
	SIM_RULE_CMS,
	SIM_RULE_CME,
	SIM_RULE_ERROR,
	SIM_RULE_OK,     /* answers a bare OK, does nothing */
	SIM_RULE_LOSE,   /* does it, the answer is lost */
	SIM_RULE_IGNORE, /* neither does it nor answers */
};
struct sim_rule {
	TAILQ_ENTRY(sim_rule) next;
	char command[SIM_WORD_CAP]; /* without +; "*" = every extended command */
	enum sim_rule_kind kind;
	int code;
	int left;  /* how many more it catches, -1 = no end */
	int every; /* catches the every-th; 1 = each */
	int seen;
};
TAILQ_HEAD(sim_rules, sim_rule);

struct sim_faults {
	/* pace */
	int latency, network, hand_early, boot_time, boot_busy, cfun_busy, ring_time;
	/* reports */
	int report, report_delay, report_status, report_mr, report_national, report_store, cmgs_mr;
	/* the line */
	int echo, mute, split, glue, garbage, drop, urc_in_reply;
	/* abilities */
	int gprs, send_only, ds, mt, cb, me, cmti, reuse, slots;
	/* radio */
	int signal, registration;
	char operator_name[SIM_WORD_CAP], urc_text[SIM_WORD_CAP];
	struct sim_rules rules;
};

void sim_faults_init(struct sim_faults *f);
/* Back to a healthy modem: the defaults, no rules. Also frees the rules at the end. */
void sim_faults_heal(struct sim_faults *f);
/* RC_NOENT: no such key; RC_INVALID: not a value of it. */
rc_t sim_faults_set(struct sim_faults *f, const char *key, const char *value) MUST_CHECK;
/* Appends "key value" lines, then the rules. */
void sim_faults_show(const struct sim_faults *f, struct evbuffer *out);
/* "cms=38", "cme=14", "error", "ok", "lose", "ignore"; next <= 0: no end; every >= 1. */
rc_t sim_faults_rule(struct sim_faults *f, const char *command, const char *what, int next,
        int every) MUST_CHECK;
/* The rule that catches this command now, counted; kind NONE when none does. *code is set. */
enum sim_rule_kind sim_faults_catch(struct sim_faults *f, const char *command, int *code);

#endif
