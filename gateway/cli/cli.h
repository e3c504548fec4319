/* What the commands of the tool share: the run, its options, its ways to end, its store. */
#ifndef PAYUNG_CLI_H
#define PAYUNG_CLI_H

#include <payung/conf.h>
#include <payung/msisdn.h>
#include <payung/result.h>
#include <payung/store.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cli_exit { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_NOT_FOUND = 3 };

#define CLI_CONFIG "/etc/payung/payung.conf"
#define CLI_ACTOR_CAP 64
#define CLI_BUSY_MS 5000 /* how long we wait for another writer, who holds the lock for 10 ms */

struct cli;
typedef int cli_fn(struct cli *c);

struct cli_command {
	const char *words; /* "pledge add" */
	cli_fn *run;
	const char *usage; /* what follows the words, "" = nothing */
	const char *help;  /* one line */
};

struct cli {
	const struct cli_command *command;
	const char *config;
	bool json;
	bool daemon_told; /* of the last change */
	int argc;         /* what follows the command's words */
	char **argv;
	char actor[CLI_ACTOR_CAP]; /* who stands in the audit chain */
	int64_t now;
	struct conf *conf;
	struct keys *keys;
	struct store *store;
};

/* ---- options of a command ---- */
#define CLI_FLAG 2 /* takes no value: "" when given */
struct cli_option {
	const char *name;  /* without the dashes */
	int required;      /* false, true or CLI_FLAG */
	const char *value; /* NULL when not given */
};
/* Sorts argv into options and at most max positional words (at least min). 0, or CLI_USAGE and
 * told. "--" ends the options. */
int cli_options(struct cli *c, struct cli_option *options, size_t n, const char **words, size_t min,
        size_t max);
/* A whole number within min..max. 0, or CLI_USAGE and told. */
int cli_number(struct cli *c, const struct cli_option *o, int min, int max, int *out);
/* An Indonesian mobile number; what is named in the message. 0, or CLI_USAGE and told. */
int cli_phone(struct cli *c, const char *what, const char *in, char out[MSISDN_CAP]);
/* Copies valid UTF-8 without control characters that fits; what is named in the message.
 * 0, or CLI_USAGE and told. */
int cli_text(struct cli *c, const char *what, const char *in, char *out, size_t cap);

/* ---- ways to end: one line on stderr, then the given code back ---- */
int cli_end(int code, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same line for what does not end the run. */
void cli_note(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Like cli_end with CLI_USAGE, and the command's usage behind it. */
int cli_usage(const struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* What a store result means for the operator; CLI_NOT_FOUND for RC_NOENT, CLI_DONE for RC_OK. */
int cli_store_end(const struct cli *c, rc_t rc, const char *what);

/* ---- configuration, key, store: 0, or an exit code and told ---- */
int cli_load_conf(struct cli *c); /* does nothing the second time */
/* Becomes the store's owner when root: after this no file of the operator is within reach. */
int cli_drop(struct cli *c);
int cli_load_keys(struct cli *c);
/* All of the above and the store. */
int cli_open(struct cli *c, enum store_mode mode);
void cli_close(struct cli *c);

/* Runs fn in one transaction: commits when it returns 0 and tells the daemon, else rolls back. */
typedef int cli_change_fn(struct cli *c, void *arg);
int cli_change(struct cli *c, cli_change_fn *fn, void *arg);
/* The same in groups, for what takes long: fn works while cli_has_time() and says whether there is
 * more; in between the daemon has the write lock for at least three times as long. */
typedef int cli_group_fn(struct cli *c, void *arg, bool *more);
int cli_change_groups(struct cli *c, cli_group_fn *fn, void *arg);
bool cli_has_time(const struct cli *c);
/* Audit entry within the change: subject like "pledge/D4F7K2", detail key=value words. */
int cli_audit(struct cli *c, const char *action, const char *subject, const char *fmt, ...)
        PRINTF_LIKE(4, 5);

/* ---- the commands ---- */
cli_fn cmd_init, cmd_backup, cmd_restore, cmd_key_print, cmd_key_restore, cmd_audit_verify;
cli_fn cmd_check_config, cmd_templates_check;
cli_fn cmd_programme_add, cmd_programme_list, cmd_sponsor_add, cmd_sponsor_list, cmd_pledge_add,
        cmd_pledge_list, cmd_code_issue;
cli_fn cmd_worker_enrol, cmd_worker_list, cmd_worker_show, cmd_inbox_list, cmd_outbox_list,
        cmd_modem_list, cmd_status;
cli_fn cmd_send, cmd_chat, cmd_import, cmd_reconcile;
cli_fn cmd_batch_list, cmd_batch_show, cmd_batch_accept, cmd_batch_reject;
cli_fn cmd_cadre_add, cmd_cadre_list, cmd_cadre_end, cmd_duty_add, cmd_duty_list, cmd_duty_remove,
        cmd_callback_list, cmd_callback_done;
cli_fn cmd_reminders_due, cmd_reminders_plan, cmd_reminders_history, cmd_reminders_simulate,
        cmd_reminders_effect;
cli_fn cmd_payment_list, cmd_payment_show, cmd_payment_assign, cmd_payment_unassign,
        cmd_payment_reverse;
cli_fn cmd_issue_list, cmd_issue_show, cmd_issue_resolve;
cli_fn cmd_refund_request, cmd_refund_paid, cmd_writeoff_request, cmd_request_list,
        cmd_request_show, cmd_request_approve, cmd_request_refuse;
cli_fn cmd_worker_move, cmd_worker_unlink;
cli_fn cmd_worker_died, cmd_worker_replace, cmd_pledge_cancel, cmd_pledge_revise,
        cmd_programme_revise, cmd_programme_show, cmd_insurer_export;
cli_fn cmd_balance, cmd_books_verify, cmd_explain;

#endif
