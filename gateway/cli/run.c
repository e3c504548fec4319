/* A run of the tool: how it ends, who it acts for, how it reaches configuration, key and store.
 * Root becomes the store's owner before the first file of the store is opened: a -wal file owned
 * by root would lock the daemon out. */
#include "cli.h"
#include "control_client.h"

#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/process.h>
#include <payung/store_cover.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HOLD_US 8000  /* of the write lock; others must get it within 10 ms */
#define PAUSE_TIMES 3 /* the daemon gets the lock for so much longer */

static PRINTF_LIKE(1, 0) void tell(const char *fmt, va_list ap)
{
	fflush(stdout); /* so that both streams keep their order on a terminal */
	fputs("payung: ", stderr);
	vfprintf(stderr, fmt, ap);
}

int cli_end(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

void cli_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

int cli_usage(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(fmt, ap);
	va_end(ap);
	fprintf(stderr, "; usage: payung %s%s%s\n", c->command->words,
	        *c->command->usage ? " " : "", c->command->usage);
	return CLI_USAGE;
}

int cli_store_end(const struct cli *c, rc_t rc, const char *what)
{
	switch (rc) {
	case RC_OK:
		return CLI_DONE;
	case RC_NOENT:
		return cli_end(CLI_NOT_FOUND, "%s: there is no such record", what);
	case RC_EXISTS:
		return cli_end(CLI_FAILED, "%s: exists already; choose another", what);
	case RC_AGAIN:
		return cli_end(
		        CLI_FAILED, "%s: another program writes to the store; try again", what);
	case RC_FULL:
		return cli_end(CLI_FAILED, "%s: the disk is full; make room and try again", what);
	default:
		return cli_end(CLI_FAILED, "%s: %s (%s); see the log of payungd", what, rc_text(rc),
		        c->store ? store_detail(c->store) : "store not open");
	}
}

int cli_load_conf(struct cli *c)
{
	char err[CONF_ERR_CAP] = "";

	if (c->conf)
		return 0;
	if (conf_load(c->config, &c->conf, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	return 0;
}

int cli_drop(struct cli *c)
{
	rc_t rc = process_drop_to_owner(c->conf->store);

	if (rc == RC_NOENT)
		return cli_end(CLI_FAILED,
		        "the folder of the store %s is missing: create it, owned by the user of "
		        "payungd",
		        c->conf->store);
	if (rc != RC_OK)
		return cli_end(CLI_FAILED,
		        "cannot become the owner of %s: run as that user, e.g. with runuser",
		        c->conf->store);
	return 0;
}

int cli_load_keys(struct cli *c)
{
	char err[CRYPTO_ERR_CAP] = "";

	if (keys_load(c->conf->key_file, &c->keys, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	return 0;
}

int cli_open(struct cli *c, enum store_mode mode)
{
	char err[STORE_ERR_CAP] = "";
	int end = cli_load_conf(c);

	if (!end)
		end = cli_drop(c);
	if (!end)
		end = cli_load_keys(c);
	if (end)
		return end;
	if (store_open(c->conf->store, mode, c->keys, CLI_BUSY_MS, &c->store, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	store_coverage_conf(c->store, &c->conf->scheme); /* says what the daemon says */
	return 0;
}

void cli_close(struct cli *c)
{
	store_close(c->store);
	keys_free(c->keys);
	conf_free(c->conf);
	c->store = NULL;
	c->keys = NULL;
	c->conf = NULL;
}

int cli_change(struct cli *c, cli_change_fn *fn, void *arg)
{
	rc_t rc = store_begin(c->store);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "begin");
	int end = fn(c, arg);

	if (end) {
		store_rollback(c->store);
		return end;
	}
	rc = store_commit(c->store);
	if (rc != RC_OK) {
		end = cli_store_end(c, rc, "nothing was changed");
		store_rollback(c->store);
		return end;
	}
	c->daemon_told = control_ping(c->conf->control);
	return 0;
}

struct group {
	cli_group_fn *fn;
	void *arg;
	bool more;
};

static int run_group(struct cli *c, void *arg)
{
	struct group *g = arg;

	return g->fn(c, g->arg, &g->more);
}

bool cli_has_time(const struct cli *c)
{
	return store_held_us(c->store) < HOLD_US;
}

int cli_change_groups(struct cli *c, cli_group_fn *fn, void *arg)
{
	struct group g = { fn, arg, false };

	for (;;) {
		int64_t start = clock_mono_ms();
		int end = cli_change(c, run_group, &g);

		if (end || !g.more)
			return end;
		if (!c->daemon_told)
			continue; /* nobody to leave the lock to */
		int64_t pause = (clock_mono_ms() - start + 1) * PAUSE_TIMES;
		struct timespec t = { pause / 1000, pause % 1000 * 1000000 };

		nanosleep(&t, NULL);
	}
}

int cli_audit(struct cli *c, const char *action, const char *subject, const char *fmt, ...)
{
	char detail[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof detail, fmt, ap);
	va_end(ap);
	return cli_store_end(
	        c, store_audit(c->store, c->now, c->actor, action, subject, detail), "audit");
}
