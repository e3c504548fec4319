/* Keeping the store: birth, copies, the key on paper, the audit chain. */
#include "cli.h"
#include "file.h"
#include "table.h"

#include <payung/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* One audit entry for what has just been done to the store as a whole. */
struct entry {
	const char *action, *detail;
};

static int add_entry(struct cli *c, void *arg)
{
	const struct entry *e = arg;

	return cli_audit(c, e->action, "store", "%s", e->detail);
}

static int record(struct cli *c, const char *action, const char *detail)
{
	struct entry e = { action, detail };

	return cli_change(c, add_entry, &e);
}

/* ---- init ---- */
static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static int refuse_existing(struct cli *c)
{
	const char *store = c->conf->store, *key = c->conf->key_file;

	if (is_there(store))
		return cli_end(CLI_FAILED,
		        "the store %s exists: init makes no second one and never a new key for it",
		        store);
	if (is_there(key))
		return cli_end(CLI_FAILED,
		        "the key file %s exists without a store: use payung restore for a copy, "
		        "or move the key away if no copy needs it",
		        key);
	return 0;
}

static int make_store(struct cli *c)
{
	char err[STORE_ERR_CAP] = "";
	int end = cli_load_keys(c);

	if (end)
		return end;
	if (store_open(c->conf->store, STORE_CREATE, c->keys, CLI_BUSY_MS, &c->store, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	return record(c, "init", "key=new");
}

int cmd_init(struct cli *c)
{
	char err[CRYPTO_ERR_CAP] = "";
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	if (!end)
		end = cli_load_conf(c);
	if (!end)
		end = cli_drop(c);
	if (!end)
		end = refuse_existing(c);
	if (end)
		return end;
	if (keys_create(c->conf->key_file, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	end = make_store(c);
	if (end && !is_there(c->conf->store))
		unlink(c->conf->key_file); /* nothing is sealed with it; init may be run again */
	if (!end && !c->json)
		printf("store %s and key %s are made; now put the key on paper: payung key print\n",
		        c->conf->store, c->conf->key_file);
	return end;
}

/* ---- copies ---- */
int cmd_backup(struct cli *c)
{
	char err[STORE_ERR_CAP] = "";
	const char *to = NULL;
	int end = cli_options(c, NULL, 0, &to, 1, 1);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (end)
		return end;
	if (store_backup(c->store, to, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	return record(c, "backup", "copy=made");
}

int cmd_restore(struct cli *c)
{
	char err[STORE_ERR_CAP] = "";
	const char *from = NULL;
	int end = cli_options(c, NULL, 0, &from, 1, 1);

	if (!end)
		end = cli_load_conf(c);
	if (!end)
		end = cli_drop(c);
	if (!end)
		end = cli_load_keys(c);
	if (end)
		return end;
	if (store_restore(from, c->conf->store, c->keys, c->now, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	if (store_open(c->conf->store, STORE_LIVE, c->keys, CLI_BUSY_MS, &c->store, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s", err);
	return record(c, "restore", "outbound=unknown");
}

/* ---- the key on paper ---- */
int cmd_key_print(struct cli *c)
{
	char paper[KEYS_PAPER_CAP];
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = record(c, "key print", "copy=paper");
	if (end)
		return end;
	if (keys_print(c->keys, paper, sizeof paper) != RC_OK)
		return cli_end(CLI_FAILED, "the key file holds too many keys to print");
	fputs(paper, stdout);
	crypto_wipe(paper, sizeof paper);
	return 0;
}

/* The store, where there is one, tells at its next opening whether this is its key. */
int cmd_key_restore(struct cli *c)
{
	char err[CRYPTO_ERR_CAP] = "", *paper = NULL;
	const char *from = "-";
	size_t len = 0;
	int end = cli_options(c, NULL, 0, &from, 0, 1);

	if (!end)
		end = cli_load_conf(c);
	if (!end)
		end = file_read(from, &paper, &len); /* before the drop: it is the operator's */
	if (!end)
		end = cli_drop(c);
	if (!end && keys_from_paper(paper, &c->keys, err) != RC_OK)
		end = cli_end(CLI_FAILED, "%s", err);
	if (!end && keys_save(c->keys, c->conf->key_file, err) != RC_OK)
		end = cli_end(CLI_FAILED, "%s", err);
	if (paper)
		crypto_wipe(paper, len);
	free(paper);
	return end;
}

/* ---- audit ---- */
int cmd_audit_verify(struct cli *c)
{
	int64_t entries = 0, bad = 0;
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	if (!end)
		end = cli_open(c, STORE_READ);
	if (end)
		return end;
	rc_t rc = store_audit_verify(c->store, &entries, &bad);

	if (rc == RC_INVALID)
		return cli_end(CLI_FAILED,
		        "audit entry %lld does not fit the one before: the store was changed by "
		        "other means; keep it and compare with the last backup",
		        (long long)bad);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "audit");
	if (c->json)
		printf("{\"entries\":%lld}\n", (long long)entries);
	else
		printf("%lld entries, none changed\n", (long long)entries);
	return 0;
}
