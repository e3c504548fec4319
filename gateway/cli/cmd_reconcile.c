/* payung reconcile: prepares the rules, lets the job run beside the daemon, and sums up for a clerk
 * what it did. A dry run is the same job on a copy of the store: nothing else would tell the truth
 * about what depends on what. */
#include "cli.h"
#include "control_client.h"
#include "table.h"
#include <payung/store_cover.h>
#include <payung/tables.h>

#include <payung/clock.h>
#include <payung/process.h>
#include <payung/reconcile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define HELD_US 5000 /* of the write lock, for one group; others must get it within 10 ms */
#define PAUSE_TIMES 3
#define COPY_CAP 320
#define WAIT_TICKS (3600 * 20) /* of 50 ms: the longest run ever measured takes minutes */

struct desk {
	struct tariff tariff;
	struct occupations jobs;
	struct name_rules *names;
	struct reconcile_rules rules;
	struct reconcile_run run;
	bool dry;
	char copy[COPY_CAP];
	int64_t begun_ms;
};

/* ---- the rules ---- */

static void take_rules(struct cli *c, struct desk *k)
{
	const struct conf_scheme *s = &c->conf->scheme;
	const struct conf_limits *l = &c->conf->limits;

	k->rules = (struct reconcile_rules){
		.tariff = &k->tariff,
		.jobs = &k->jobs,
		.names = k->names,
		.choices = tables_choices(s),
		.cover = coverage_rules_of(s),
		.age = { .age_min = l->age_min, .age_max_new = l->age_max_new },
		.issue = ISSUE_RULES_DEFAULT,
		.order = s->allocation == CONF_WORKER_FIRST ? ALLOCATE_WORKER_FIRST
		                                            : ALLOCATE_BREADTH_FIRST,
		.match_days = s->match_days,
		.ahead_days = s->pay_ahead_days,
		.text_ttl_h = l->notice_ttl_h,
		.held_us = HELD_US,
		.zone = c->conf->zone,
	};
	k->rules.issue.remittance_gap_days = s->remittance_gap_days;
	k->rules.issue.unanswered_days = s->unanswered_days;
}

static int load_rules(struct cli *c, struct desk *k)
{
	const char *dir = c->conf->templates;

	if (tables_tariff(dir, &k->tariff, tables_fault, NULL) != RC_OK ||
	        tables_occupations(dir, &k->jobs, tables_fault, NULL) != RC_OK ||
	        tables_names(dir, &k->names, tables_fault, NULL) != RC_OK)
		return cli_end(
		        CLI_FAILED, "the tables have faults: mend them (payung templates check)");
	take_rules(c, k);
	return 0;
}

/* ---- the copy of a dry run ---- */

static void remove_copy(const struct desk *k)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[COPY_CAP + 8];

	for (size_t i = 0; k->copy[0] && i < COUNT(ends); i++) {
		snprintf(path, sizeof path, "%s%s", k->copy, ends[i]);
		(void)unlink(path);
	}
}

static int open_copy(struct cli *c, struct desk *k)
{
	char err[STORE_ERR_CAP] = "";

	snprintf(k->copy, sizeof k->copy, "%s.dry-run.%d", c->conf->store, (int)getpid());
	if (store_backup(c->store, k->copy, err) != RC_OK)
		return cli_end(CLI_FAILED, "a dry run works on a copy of the store: %s", err);
	store_close(c->store);
	c->store = NULL;
	if (store_open(k->copy, STORE_LIVE, c->keys, CLI_BUSY_MS, &c->store, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	return 0;
}

/* ---- the run ---- */

/* The daemon hears that there may be texts, and has the lock for longer than we had it. */
static void rest(void *arg, int64_t held_us)
{
	const struct cli *c = arg;
	const int64_t pause = held_us * PAUSE_TIMES;
	const struct timespec t = { pause / 1000000, pause % 1000000 * 1000 };

	if (control_ping(c->conf->control)) /* else there is nobody to leave the lock to */
		nanosleep(&t, NULL);
}

/* The day of the records, not of this machine's mood: no dated decision by a clock that is wrong.
 */
static int check_clock(struct cli *c)
{
	if (c->conf->clock_must_sync && !clock_is_synchronised())
		return cli_end(CLI_FAILED,
		        "the clock of this machine is not synchronised: wait, or "
		        "see timedatectl");
	if (c->now < store_newest_time(c->store))
		return cli_end(CLI_FAILED,
		        "the clock of this machine is behind the newest record: set it right");
	return 0;
}

/* One at a time: two would end each other's runs. Waiting ends well for a timer that meets a clerk,
 * and the day of the one that waited is reconciled, too. The lock goes with the process. */
static int wait_for_turn(struct cli *c)
{
	const struct timespec tick = { .tv_nsec = 50000000 };
	char path[CONF_PATH_CAP + 16];
	pid_t holder = 0;
	int fd;
	rc_t rc;

	snprintf(path, sizeof path, "%s.reconcile", c->conf->store);
	rc = process_lock(path, &fd, &holder);
	if (rc == RC_EXISTS)
		cli_note("waiting for another payung reconcile (process %d) to end", (int)holder);
	for (int i = 0; rc == RC_EXISTS && i < WAIT_TICKS; i++) {
		nanosleep(&tick, NULL);
		rc = process_lock(path, &fd, &holder);
	}
	c->now = clock_now();
	if (rc == RC_EXISTS)
		return cli_end(CLI_FAILED,
		        "another payung reconcile (process %d) does not come to its end; nothing "
		        "was begun, start this one again later",
		        (int)holder);
	return rc == RC_OK ? 0
	                   : cli_end(CLI_FAILED, "%s cannot be locked; nothing was begun", path);
}

static int run_for(struct cli *c, struct desk *k, int64_t as_of)
{
	char day[16];

	k->run = (struct reconcile_run){ .as_of = as_of,
		.now = c->now,
		.by = c->actor,
		.rest = k->dry ? NULL : rest,
		.arg = c };
	rc_t rc = reconcile(c->store, &k->rules, &k->run);

	if (rc == RC_OK)
		return 0;
	date_format_iso(date_from_days(k->run.as_of), day);
	if (rc == RC_EXISTS && k->run.as_of != as_of)
		return -1; /* another day's is to be finished first */
	if (rc == RC_AGAIN)
		return cli_end(CLI_FAILED,
		        "reconcile of %s stopped: another program writes for "
		        "long; start it again, it goes on where it stopped",
		        day);
	return cli_end(CLI_FAILED,
	        "reconcile of %s stopped: %s; what was done stands, start it again when that is "
	        "mended",
	        day, k->run.why[0] ? k->run.why : store_detail(c->store));
}

static int run_all(struct cli *c, struct desk *k, int64_t as_of)
{
	char day[16];
	int end = run_for(c, k, as_of);

	if (end >= 0)
		return end;
	date_format_iso(date_from_days(k->run.as_of), day);
	cli_note("the run for %s was not finished: finishing it first", day);
	end = run_for(c, k, k->run.as_of);
	return end ? end : run_for(c, k, as_of);
}

/* ---- the summary ---- */

struct line {
	const char *what, *field, *words; /* of the tally; JSON; for people */
	bool money;
};
static const struct line lines[] = {
	{ "mapped", "workers_mapped", "registrations mapped to their sponsor", false },
	{ "released", "places_released", "places given to who waited", false },
	{ "booked", "payments_booked", "payments booked", true },
	{ "payment", "payments_posted", "payments posted to pledges", true },
	{ "credit_applied", "months_from_credit", "worker-months paid from credit", true },
	{ "paid", "months_paid", "worker-months paid", true },
	{ "confirmed", "months_confirmed", "worker-months confirmed by the insurer", false },
	{ "returned", "months_returned", "worker-months given back to credit", true },
	{ "reversed", "payments_reversed", "payments the bank took back", true },
	{ "unconfirmed", "months_unconfirmed",
	        "worker-months the insurer refused after it had confirmed them", false },
	{ "refused", "workers_refused", "workers refused by the insurer", false },
	{ "confirmation_unknown", "answers_unknown", "answers about people who are not registered",
	        false },
	{ "confirmation_held", "answers_held", "answers held for an officer", false },
	{ "deceased", "deceased", "deceased workers settled", false },
	{ "ended", "places_ended", "places ended", false },
	{ "issue", "issues_raised", "issues raised", false },
	{ "issue_closed", "issues_closed", "issues closed, their cause is gone", false },
	{ "text", "texts_queued", "texts queued", false },
};

struct sum {
	int64_t n;
	rupiah_t amount;
};

static int add_up(struct cli *c, int64_t run, const char *what, struct sum *out)
{
	struct tally_row t;
	int64_t subjects = 0;
	rc_t rc;

	*out = (struct sum){ 0 };
	if (!run)
		return 0;
	rc = store_tally_sum(c->store, run, what, &t, &subjects);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "summary");
	out->n = strcmp(what, "payment") == 0 ? subjects : t.n;
	out->amount = t.amount;
	return 0;
}

struct open_payments {
	struct sum ambiguous, unmatched;
};

static int add_open(struct cli *c, struct open_payments *o)
{
	struct payment_row p = { 0 };
	rc_t rc;

	*o = (struct open_payments){ 0 };
	while ((rc = store_payment_next_unposted(c->store, p.id, &p)) == RC_OK) {
		struct sum *to = p.state == PAY_AMBIGUOUS ? &o->ambiguous : &o->unmatched;

		if ((p.state != PAY_AMBIGUOUS && p.state != PAY_UNMATCHED) ||
		        p.outcome == MATCH_BANKS_OWN)
			continue;
		to->n++;
		to->amount += p.amount;
	}
	return rc == RC_NOENT ? 0 : cli_store_end(c, rc, "payments");
}

static void print_line(const char *words, const struct sum *s, bool money)
{
	char n[32], amount[32];

	count_format(s->n, n);
	rupiah_format(s->amount, amount);
	printf("  %9s  %-48s%s\n", n, words, money && s->n ? amount : "");
}

static void put_sum(json_t *o, const char *field, const struct sum *s, bool money)
{
	char name[64];

	table_int(o, field, s->n);
	if (!money)
		return;
	snprintf(name, sizeof name, "%s_rupiah", field);
	table_int(o, name, s->amount);
}

static int print_books(struct cli *c)
{
	rupiah_t debit = 0, credit = 0;
	char one[32], other[32];
	int end = cli_store_end(c, store_books_sum(c->store, &debit, &credit), "books");

	if (end)
		return end;
	rupiah_format(debit, one);
	rupiah_format(-credit, other);
	if (debit + credit != 0)
		return cli_end(CLI_FAILED,
		        "the books do not balance: %s against %s; see payung "
		        "audit verify",
		        one, other);
	if (!c->json)
		printf("The books balance: %s received is %s accounted for\n", one, other);
	return 0;
}

static int print_text(struct cli *c, const struct desk *k, const struct open_payments *open)
{
	struct sum s;
	char day[16];
	int end = 0;

	date_format_iso(date_from_days(k->run.as_of), day);
	printf("Reconcile of %s%s%s\n", day, k->dry ? ", dry run: nothing was changed" : "",
	        k->run.resumed ? ", continued" : "");
	if (!k->run.id)
		printf("  nothing to do\n");
	for (size_t i = 0; !end && k->run.id && i < COUNT(lines); i++) {
		end = add_up(c, k->run.id, lines[i].what, &s);
		if (!end && s.n)
			print_line(lines[i].words, &s, lines[i].money);
	}
	if (end)
		return end;
	printf("Open at the end\n");
	print_line("payments that may fit, an officer decides", &open->ambiguous, true);
	print_line("payments that fit nothing", &open->unmatched, true);
	return 0;
}

static int print_json(struct cli *c, const struct desk *k, const struct open_payments *open)
{
	json_t *o = json_object();
	struct sum s;
	char day[16];
	int end = 0;

	if (!o)
		abort();
	date_format_iso(date_from_days(k->run.as_of), day);
	table_text(o, "as_of", day);
	table_int(o, "run", k->run.id);
	table_bool(o, "dry_run", k->dry);
	table_bool(o, "continued", k->run.resumed);
	for (size_t i = 0; !end && i < COUNT(lines); i++) {
		end = add_up(c, k->run.id, lines[i].what, &s);
		put_sum(o, lines[i].field, &s, lines[i].money);
	}
	put_sum(o, "payments_ambiguous", &open->ambiguous, true);
	put_sum(o, "payments_unmatched", &open->unmatched, true);
	table_int(o, "groups", k->run.groups);
	table_int(o, "held_us", k->run.held_us);
	table_int(o, "held_max_us", k->run.held_max_us);
	table_int(o, "held_p99_us", k->run.held_p99_us);
	table_int(o, "took_ms", clock_work_us() / 1000 - k->begun_ms);
	if (!end)
		table_print_json(stdout, o);
	json_decref(o);
	return end;
}

static int print_sum(struct cli *c, const struct desk *k)
{
	struct open_payments open;
	int end = add_open(c, &open);

	if (!end)
		end = c->json ? print_json(c, k, &open) : print_text(c, k, &open);
	return end ? end : print_books(c);
}

/* ---- the command ---- */

/* A day to come would end for good the places and memberships of all who can still pay. */
static int take_day(struct cli *c, const char *in, bool dry, int64_t *out)
{
	const int64_t today = date_days(date_at(c->now, c->conf->zone));
	struct date d;

	*out = today;
	if (!in)
		return 0;
	if (date_parse_iso(in, &d) != RC_OK)
		return cli_usage(c, "--as-of must be a day like 2026-12-31");
	*out = date_days(d);
	if (*out > today && !dry)
		return cli_usage(c, "--as-of is still to come: only --dry-run looks ahead");
	return 0;
}

int cmd_reconcile(struct cli *c)
{
	struct cli_option o[] = { { "as-of", false, NULL }, { "dry-run", CLI_FLAG, NULL } };
	struct desk k = { .begun_ms = clock_work_us() / 1000 };
	int64_t as_of = 0;
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	k.dry = o[1].value != NULL;
	if (!end && !k.dry)
		end = wait_for_turn(c);
	if (!end)
		end = take_day(c, o[0].value, k.dry, &as_of);
	if (!end)
		end = check_clock(c);
	if (!end)
		end = load_rules(c, &k);
	if (!end && k.dry)
		end = open_copy(c, &k);
	if (!end)
		end = run_all(c, &k, as_of);
	if (!end)
		end = print_sum(c, &k);
	if (k.dry) {
		store_close(c->store);
		c->store = NULL;
		remove_copy(&k);
	}
	name_rules_free(k.names);
	return end;
}
