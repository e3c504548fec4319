/* payung: the operator's tool. A table says which words run which function; the rest of this file
 * finds the line of the table. */
#include "cli.h"

#include <locale.h>
#include <payung/clock.h>
#include <payung/log.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define WORDS_CAP 40

static const struct cli_command commands[] = {
	{ "init", cmd_init, "", "make the key file and an empty store" },
	{ "check-config", cmd_check_config, "", "read the configuration and say what is wrong" },
	{ "templates check", cmd_templates_check, "[FOLDER]",
	        "check every text with its longest values" },
	{ "programme add", cmd_programme_add,
	        "--code P --name N --area CODE[,CODE] --legal-basis TEXT --channel "
	        "direct|collected "
	        "[--target N]",
	        "record a programme" },
	{ "programme list", cmd_programme_list, "", "show the programmes" },
	{ "sponsor add", cmd_sponsor_add,
	        "--name N --sms-name S --kind "
	        "civil_servant|company|cooperative|bank|government|village|individual|self --phone "
	        "P",
	        "record who pays; prints the id" },
	{ "sponsor list", cmd_sponsor_list, "", "show the sponsors" },
	{ "pledge add", cmd_pledge_add,
	        "--sponsor ID --programme P --funding "
	        "civil_servant|csr|local_budget|state_budget|tobacco_excise|self --workers N "
	        "--months M --instalment 1|3|6|12 --start YYYY-MM [--in-the-past]",
	        "record a pledge, tell the sponsor; prints the ref" },
	{ "pledge list", cmd_pledge_list, "", "show the pledges and how full they are" },
	{ "code issue", cmd_code_issue, "--pledge REF (--count N [--area CODE] | --named FILE.csv)",
	        "make registration codes and print them" },
	{ "import", cmd_import,
	        "bank|receipt|list|insurer FILE [--source NAME] [--date YYYY-MM-DD] "
	        "[--report NEW.csv] [--dry-run]",
	        "take in a file of a bank, sponsor, treasurer or the insurer" },
	{ "batch list", cmd_batch_list, "", "show batches of codes and what came of them" },
	{ "batch show", cmd_batch_show, "ID", "show a batch's registrations and what is doubtful" },
	{ "batch accept", cmd_batch_accept, "ID [--ref REF]",
	        "make workers of a batch's registrations; doubtful ones only by --ref" },
	{ "batch reject", cmd_batch_reject, "ID|REF --reason WORD",
	        "refuse registrations and tell why" },
	{ "cadre add", cmd_cadre_add, "--phone P --name N --area A",
	        "let somebody enrol any number of other people" },
	{ "cadre list", cmd_cadre_list, "", "show the cadres, former ones too" },
	{ "cadre end", cmd_cadre_end, "--phone P", "a cadre enrols nobody any more" },
	{ "duty add", cmd_duty_add, "--phone P --area A|all --name N [--position N]",
	        "let a phone be told of what people must deal with" },
	{ "duty list", cmd_duty_list, "", "show the duty phones" },
	{ "duty remove", cmd_duty_remove, "--phone P", "take a phone off duty, in all areas" },
	{ "callback list", cmd_callback_list, "[--all]", "show what people must deal with" },
	{ "callback done", cmd_callback_done, "REF [--note TEXT]", "close such a case" },
	{ "worker enrol", cmd_worker_enrol,
	        "--pledge REF --list FILE.csv --consent WHERE [--area CODE]",
	        "register listed workers whose signed forms the office holds" },
	{ "reconcile", cmd_reconcile, "[--as-of YYYY-MM-DD] [--dry-run]",
	        "match payments, keep the books, apply what the insurer said" },
	{ "explain", cmd_explain, "WORKER|PAYMENT|PLEDGE",
	        "say in plain words where the money is and who is covered" },
	{ "issue list", cmd_issue_list, "[--all] [--kind K]", "show what reconcile leaves to you" },
	{ "issue show", cmd_issue_show, "ID", "say what an issue means and what you can do" },
	{ "issue resolve", cmd_issue_resolve, "ID --note TEXT [--dismiss]",
	        "settle an issue; dismissed it is never raised again" },
	{ "payment list", cmd_payment_list, "[--state S]", "show payments and whose they are" },
	{ "payment show", cmd_payment_show, "ID", "show one payment" },
	{ "payment assign", cmd_payment_assign, "ID --pledge REF --note TEXT [--other-channel]",
	        "settle whose a payment is; the next reconcile posts it" },
	{ "payment unassign", cmd_payment_unassign, "ID --note TEXT",
	        "take a match back that is not posted" },
	{ "payment reverse", cmd_payment_reverse, "ID --note TEXT [--gone]",
	        "take back all that a posted payment has done" },
	{ "refund request", cmd_refund_request,
	        "--sponsor ID --amount N --note TEXT [--payment ID]",
	        "ask for credit to be paid back; another officer decides" },
	{ "refund paid", cmd_refund_paid, "ID --from bank|insurer --note TEXT [--date YYYY-MM-DD]",
	        "an approved refund was paid out" },
	{ "writeoff request", cmd_writeoff_request,
	        "--sponsor ID --amount N --of credit|shortfall --note TEXT",
	        "ask to give credit up or to forgive what is missing" },
	{ "request list", cmd_request_list, "[--all]", "show what waits for a decision" },
	{ "request show", cmd_request_show, "ID", "show one request" },
	{ "request approve", cmd_request_approve, "ID [--note TEXT] [--months N] [--workers N]",
	        "decide for it and do it" },
	{ "request refuse", cmd_request_refuse, "ID --note TEXT", "decide against it" },
	{ "balance", cmd_balance, "[--sponsor ID | --pledge REF]", "show where money stands" },
	{ "books verify", cmd_books_verify, "",
	        "check the books against the audit chain, and their sums" },
	{ "insurer export", cmd_insurer_export, "--out FILE [--pledge REF | --again LIST]",
	        "write the list of workers for the insurer, with NIKs" },
	{ "worker died", cmd_worker_died, "ID (--date YYYY-MM-DD | --undo) --note TEXT",
	        "record a confirmed death, tell the sponsors" },
	{ "worker move", cmd_worker_move, "REF|ID --to MSISDN [--from MSISDN] --note TEXT",
	        "link a worker whose old phone is lost to another one (KTP seen)" },
	{ "worker unlink", cmd_worker_unlink, "REF|ID --from MSISDN --note TEXT",
	        "end a worker's link to a phone" },
	{ "worker replace", cmd_worker_replace, "ID --by REF --note TEXT",
	        "give a worker's unpaid months to one who waits" },
	{ "pledge cancel", cmd_pledge_cancel, "REF --note TEXT",
	        "end a pledge that was recorded by mistake and holds no money" },
	{ "pledge revise", cmd_pledge_revise, "REF --workers N --note TEXT",
	        "change for how many workers a pledge is" },
	{ "programme revise", cmd_programme_revise, "CODE --legal-basis TEXT [--note TEXT]",
	        "record a new legal basis; the older ones stay" },
	{ "programme show", cmd_programme_show, "CODE", "show the legal bases of a programme" },
	{ "worker list", cmd_worker_list, "", "show workers and registrations" },
	{ "worker show", cmd_worker_show, "MSISDN", "show the workers of a phone" },
	{ "reminders due", cmd_reminders_due, "[--day YYYY-MM-DD]",
	        "show whose reminder is due, and why some will not be sent" },
	{ "reminders plan", cmd_reminders_plan, "WORKER|PLEDGE",
	        "show all reminders somebody may get" },
	{ "reminders history", cmd_reminders_history, "WORKER|PLEDGE",
	        "show what became of the reminders of somebody" },
	{ "reminders simulate", cmd_reminders_simulate, "[--from YYYY-MM-DD] --to YYYY-MM-DD",
	        "show what would be sent on the days to come, and its cost" },
	{ "reminders effect", cmd_reminders_effect, "[--from YYYY-MM-DD] [--to YYYY-MM-DD]",
	        "show how many paid after each kind of reminder" },
	{ "inbox list", cmd_inbox_list, "[--state S] [--limit N]", "show texts that came in" },
	{ "outbox list", cmd_outbox_list, "[--state S] [--limit N]", "show texts that go out" },
	{ "modem list", cmd_modem_list, "", "show the modems of the running payungd" },
	{ "status", cmd_status, "", "show how payungd is" },
	{ "send", cmd_send, "MSISDN TEXT", "send a text by hand; prints the message's id" },
	{ "chat", cmd_chat, "MSISDN [--to NUMBER] [--wait SECONDS]",
	        "be a phone of the simulator: type texts, see answers" },
	{ "backup", cmd_backup, "FILE", "copy the live store to a new file (the key stays apart)" },
	{ "restore", cmd_restore, "FILE", "put a copy in the place of a missing store" },
	{ "key print", cmd_key_print, "", "print the key for paper; guard it like the data" },
	{ "key restore", cmd_key_restore, "[FILE]", "make the key file from typed paper" },
	{ "audit verify", cmd_audit_verify, "", "check that no audit entry was changed" },
};
#define COMMANDS (sizeof commands / sizeof *commands)

static const char options_help[] =
        "  --config FILE  the configuration, " CLI_CONFIG " if not given\n"
        "  --json         machine-readable output\n"
        "  --version, --help\n"
        "payung help WORD shows how the commands are used that begin with it.\n"
        "Exit status: 0 done, 1 failed, 2 bad usage, 3 not found. See payung(1).\n";

/* All commands, or with their usage those whose words begin with `words`. */
static int print_help(const char *words)
{
	size_t len = strlen(words), shown = 0;

	if (!len)
		fputs("usage: payung [--config FILE] [--json] COMMAND\n", stdout);
	for (size_t i = 0; i < COMMANDS; i++) {
		const struct cli_command *k = &commands[i];

		if (strncmp(k->words, words, len) != 0)
			continue;
		shown++;
		if (len)
			printf("payung %s %s\n    %s\n", k->words, k->usage, k->help);
		else
			printf("  %-18s %s\n", k->words, k->help);
	}
	if (!shown)
		return cli_end(CLI_USAGE, "no command begins with '%s': see payung help", words);
	if (!len)
		fputs(options_help, stdout);
	return CLI_DONE;
}

/* The login's user where the kernel knows it: it survives sudo and su. */
static uid_t login_uid(void)
{
	char line[24] = "";
	FILE *f = fopen("/proc/self/loginuid", "re");

	if (f) {
		if (!fgets(line, sizeof line, f))
			line[0] = '\0';
		fclose(f);
	}
	return line[0] >= '0' && line[0] <= '9' ? (uid_t)strtoul(line, NULL, 10) : (uid_t)-1;
}

static void find_actor(char out[CLI_ACTOR_CAP])
{
	const char *sudo = getuid() == 0 ? getenv("SUDO_USER") : NULL;
	uid_t login = login_uid();
	uid_t uid = login == (uid_t)-1 ? getuid() : login;

	if (login == (uid_t)-1 && sudo && *sudo) {
		snprintf(out, CLI_ACTOR_CAP, "%s", sudo);
		return;
	}
	const struct passwd *pw = getpwuid(uid);

	if (pw)
		snprintf(out, CLI_ACTOR_CAP, "%s", pw->pw_name);
	else
		snprintf(out, CLI_ACTOR_CAP, "uid %u", (unsigned)uid);
}

/* Takes --config and --json out of argv wherever they stand before "--". Returns the new argc. */
static int take_global(struct cli *c, int argc, char **argv)
{
	int kept = 1;
	bool more = true;

	for (int i = 1; i < argc; i++) {
		more = more && strcmp(argv[i], "--") != 0;
		if (more && strcmp(argv[i], "--json") == 0)
			c->json = true;
		else if (more && strncmp(argv[i], "--config=", 9) == 0)
			c->config = argv[i] + 9;
		else if (more && strcmp(argv[i], "--config") == 0)
			c->config = i + 1 < argc ? argv[++i] : "";
		else
			argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return kept;
}

/* Finds the command in argv[1..]; its further words follow in c->argc, c->argv. */
static bool find_command(struct cli *c, int argc, char **argv)
{
	for (int n = 2; n >= 1; n--) {
		char words[WORDS_CAP];

		if (argc <= n)
			continue;
		snprintf(words, sizeof words, "%s%s%s", argv[1], n == 2 ? " " : "",
		        n == 2 ? argv[2] : "");
		for (size_t i = 0; i < COMMANDS; i++)
			if (strcmp(commands[i].words, words) == 0) {
				c->command = &commands[i];
				c->argc = argc - 1 - n;
				c->argv = argv + 1 + n;
				return true;
			}
	}
	return false;
}

/* "issue" alone, or "issue shwo": says what may follow. */
static int no_command(const char *first, const char *second)
{
	char follow[200] = "";
	size_t len = strlen(first), used = 0;

	for (size_t i = 0; i < COMMANDS; i++) {
		const char *words = commands[i].words;

		if (strncmp(words, first, len) != 0 || words[len] != ' ' || used >= sizeof follow)
			continue;
		used += (size_t)snprintf(follow + used, sizeof follow - used, "%s%s",
		        used ? ", " : "", words + len + 1);
	}
	if (!used)
		return cli_end(CLI_USAGE, "no such command: %s%s%s; see payung help", first,
		        second ? " " : "", second ? second : "");
	return cli_end(CLI_USAGE, "%s wants one of: %s%s%s; see payung help %s", first, follow,
	        second ? "; not " : "", second ? second : "", first);
}

static bool is_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	if (!*c->config)
		return cli_end(CLI_USAGE, "--config wants a file; see payung help");
	if (argc < 2)
		return cli_end(CLI_USAGE, "which command? see payung help");
	if (strcmp(argv[1], "--version") == 0) {
		puts("payung " PAYUNG_VERSION);
		return CLI_DONE;
	}
	if (is_help(argv[1]))
		return print_help(argc > 2 ? argv[2] : "");
	if (!find_command(c, argc, argv))
		return no_command(argv[1], argc > 2 ? argv[2] : NULL);
	if (c->argc > 0 && strcmp(c->argv[0], "--help") == 0)
		return print_help(c->command->words);
	return c->command->run(c);
}

int main(int argc, char **argv)
{
	const char *clock_file = NULL;
	rc_t clock = clock_follow_file(&clock_file);
	struct cli c = { .config = CLI_CONFIG, .now = clock_now() };

	log_open("payung", LOG_LVL_WARN);
	if (clock == RC_IO)
		return cli_end(
		        CLI_FAILED, CLOCK_FILE_VARIABLE "=%s: no file of eight bytes", clock_file);
	setlocale(
	        LC_CTYPE, "C.UTF-8"); /* for the width of characters, whatever the terminal says */
	find_actor(c.actor);
	int end = run(&c, take_global(&c, argc, argv), argv);

	cli_close(&c);
	if (fflush(stdout) != 0 || ferror(stdout))
		return cli_end(CLI_FAILED,
		        "the output could not be written: what was asked is done, "
		        "its answer is lost");
	return end;
}
