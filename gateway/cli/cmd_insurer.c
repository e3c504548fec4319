/* The list for the insurer: the one file in which a NIK stands in the clear, because that is how
 * the office hands its workers over. It is readable by its owner only. The file is whole on the
 * disk before anybody counts as sent; a kill in between means that a worker is on two lists. */
#include "list.h"
#include "officer.h"
#include <payung/tables.h>

#include <errno.h>
#include <fcntl.h>
#include <payung/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define HEADER "nik,name,born,sex,occupation,area,pledge,from,to,worker\n"

struct export
{
	struct act act;
	const char *path;
	FILE *out;
	struct occupations jobs;
	int64_t pledge, *row; /* the allocations in the file */
	size_t n, cap, marked;
	char ref[REF_LEN + 3];
};

/* As the operator, before we become the store's owner. */
static int create(struct export *e)
{
	int fd = open(e->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return cli_end(CLI_FAILED, "%s cannot be made: %s; it must be a new file", e->path,
		        strerror(errno));
	e->out = fdopen(fd, "w");
	if (!e->out) {
		close(fd);
		return cli_end(CLI_FAILED, "%s cannot be written", e->path);
	}
	fputs(HEADER, e->out);
	return 0;
}

/* A cell that a spreadsheet takes as text, whatever a name begins with. */
static void put_text(FILE *f, const char *s)
{
	fputc('"', f);
	if (*s && strchr("=+-@", *s))
		fputc('\'', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

static void put_row(const struct export *e, const struct export_row *r)
{
	const struct occupation *job = occupation_get(&e->jobs, r->job);
	FILE *f = e->out;
	char from[16], to[16];

	month_format(r->from, from);
	month_format(r->to, to);
	fprintf(f, "%s,", r->nik);
	put_text(f, r->name);
	fprintf(f, ",%s,%c,%s,%s,%s,%s,%s,%lld\n", r->born, r->sex == NIK_FEMALE ? 'P' : 'L',
	        job ? job->word : "", r->area, r->ref, from, to, (long long)r->worker);
}

static void remember(struct export *e, int64_t allocation)
{
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 1024;
		e->row = realloc(e->row, e->cap * sizeof *e->row);
		if (!e->row)
			abort();
	}
	e->row[e->n++] = allocation;
}

static int write_rows(struct cli *c, struct export *e)
{
	struct export_row r = { 0 };
	rc_t rc;

	while ((rc = store_export_next(c->store, e->pledge, r.allocation, &r)) == RC_OK) {
		put_row(e, &r);
		remember(e, r.allocation);
	}
	crypto_wipe(r.nik, sizeof r.nik);
	if (rc != RC_NOENT)
		return cli_store_end(c, rc, "export");
	if (fflush(e->out) != 0 || fsync(fileno(e->out)) != 0)
		return cli_end(
		        CLI_FAILED, "%s could not be written: nobody counts as sent", e->path);
	return 0;
}

static int mark_group(struct cli *c, void *arg, bool *more)
{
	struct export *e = arg;
	rc_t rc = RC_OK;

	while (rc == RC_OK && e->marked < e->n && cli_has_time(c))
		rc = store_allocation_sent(c->store, e->row[e->marked++], e->act.officer.day, 0);
	*more = e->marked < e->n;
	if (rc != RC_OK || *more)
		return cli_store_end(c, rc, "allocation");
	return cli_audit(c, "insurer export", e->pledge ? e->ref : "all", "rows=%zu", e->n);
}

static int find_pledge(struct cli *c, struct export *e)
{
	struct pledge_row p;
	rc_t rc = e->ref[0] ? store_pledge_get(c->store, e->ref, &p) : RC_NOENT;

	if (!e->ref[0])
		return 0;
	if (rc == RC_NOENT)
		return cli_end(CLI_NOT_FOUND, "no pledge %s: see payung pledge list", e->ref);
	e->pledge = rc == RC_OK ? p.id : 0;
	return cli_store_end(c, rc, "pledge");
}

static int run(struct cli *c, struct export *e)
{
	int end = cli_open(c, STORE_LIVE);

	if (end)
		return end;
	act_today(c, &e->act);
	if (tables_occupations(c->conf->templates, &e->jobs, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the occupations have faults: payung templates check");
	end = find_pledge(c, e);
	if (!end)
		end = write_rows(c, e);
	return end || !e->n ? end : cli_change_groups(c, mark_group, e);
}

int cmd_insurer_export(struct cli *c)
{
	struct cli_option o[] = { { "out", true, NULL }, { "pledge", false, NULL } };
	struct export e = { 0 };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end && o[1].value)
		end = cli_ref(c, "--pledge", o[1].value, e.ref);
	if (!end)
		end = act_begin(c, &e.act, NULL);
	e.path = o[0].value;
	if (!end)
		end = create(&e);
	if (end)
		return end;
	end = run(c, &e);
	if ((!e.n || (end && !e.marked)) && ftruncate(fileno(e.out), 0) == 0)
		unlink(e.path); /* nobody counts as sent: leave no half a list, and no empty one */
	if (fclose(e.out) != 0 && !end)
		end = cli_end(CLI_FAILED, "%s could not be written", e.path);
	free(e.row);
	if (!end && !e.n)
		puts("0 workers: nobody is new to the insurer, so there is no file");
	else if (!end)
		printf("%zu workers, readable by you only: hand it over and delete it\n", e.n);
	return end;
}
