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
#define COLUMNS "nik,name,born,sex,occupation,area,pledge,from,to,worker"

enum field { NIK, NAME, BORN, SEX, OCCUPATION, AREA, PLEDGE, FROM, TO, WORKER, FIELDS };
static const char *const fields[FIELDS] = { "nik", "name", "born", "sex", "occupation", "area",
	"pledge", "from", "to", "worker" };
#define LAYOUT_MAX 20

struct export
{
	struct act act;
	const char *path;
	FILE *out;
	struct occupations jobs;
	int64_t pledge, id; /* id: of the list in the store */
	size_t columns;
	enum field column[LAYOUT_MAX];
	char head[EXPORT_LINE_CAP];
	struct sent {
		int64_t allocation, worker;
		char *line;
	} * row; /* in the file */
	size_t n, cap, marked;
	char ref[REF_LEN + 3];
};

/* ---- which columns ---- */

/* "NIK = nik": heading and what stands below it; one word is both. */
static bool take_column(struct export *e, char *one)
{
	char *means = strchr(one, '=');
	size_t f = 0, n;

	if (means)
		*means++ = '\0';
	else
		means = one;
	means += strspn(means, " ");
	means[strcspn(means, " ")] = '\0';
	one += strspn(one, " ");
	for (n = strlen(one); n && one[n - 1] == ' '; n--)
		one[n - 1] = '\0';
	while (f < FIELDS && strcmp(fields[f], means) != 0)
		f++;
	if (f == FIELDS || !*one || strpbrk(one, "\"\n") || e->columns == LAYOUT_MAX)
		return false;
	n = strlen(e->head);
	snprintf(e->head + n, sizeof e->head - n, "%s%s", n ? "," : "", one);
	e->column[e->columns++] = (enum field)f;
	return true;
}

static int take_columns(struct cli *c, struct export *e)
{
	char all[CONF_COLUMNS_CAP], *rest = all, *one;
	int end = cli_load_conf(c);

	if (end)
		return end;
	const char *given = c->conf->scheme.insurer_columns;

	snprintf(all, sizeof all, "%s", *given ? given : COLUMNS);
	while ((one = strsep(&rest, ",")) != NULL)
		if (!take_column(e, one))
			return cli_end(CLI_FAILED,
			        "%s: insurer_columns of section scheme: '%.40s' is no column; "
			        "write "
			        "HEADING = WORD, with one of nik, name, born, sex, occupation, "
			        "area, "
			        "pledge, from, to, worker",
			        c->conf->path, one);
	strcat(e->head, "\n");
	return 0;
}

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

static void put_field(const struct export *e, const struct export_row *r, enum field field, FILE *f)
{
	const struct occupation *job = occupation_get(&e->jobs, r->job);
	char month[16];

	if (field == FROM || field == TO)
		month_format(field == FROM ? r->from : r->to, month);
	if (field == NIK)
		fputc(EXPORT_NIK, f);
	else if (field == NAME)
		put_text(f, r->name);
	else if (field == SEX)
		fputc(r->sex == NIK_FEMALE ? 'P' : 'L', f);
	else if (field == WORKER)
		fprintf(f, "%lld", (long long)r->worker);
	else
		fputs(field == BORN           ? r->born
		        : field == OCCUPATION ? (job ? job->word : "")
		        : field == AREA       ? r->area
		        : field == PLEDGE     ? r->ref
		                              : month,
		        f);
}

static char *make_line(const struct export *e, const struct export_row *r)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&line, &len);

	if (!f)
		abort();
	for (size_t i = 0; i < e->columns; i++) {
		if (i)
			fputc(',', f);
		put_field(e, r, e->column[i], f);
	}
	fputc('\n', f);
	if (fclose(f) != 0)
		abort();
	return line;
}

static void put_line(FILE *f, const char *line, const char *nik)
{
	for (; *line; line++)
		if (*line == EXPORT_NIK)
			fputs(nik, f);
		else
			fputc(*line, f);
}

static void remember(struct export *e, const struct export_row *r, char *line)
{
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap * 2 : 1024;
		e->row = realloc(e->row, e->cap * sizeof *e->row);
		if (!e->row)
			abort();
	}
	e->row[e->n++] = (struct sent){ r->allocation, r->worker, line };
}

static int finish(const struct export *e)
{
	if (fflush(e->out) == 0 && fsync(fileno(e->out)) == 0)
		return 0;
	return cli_end(CLI_FAILED, "%s could not be written: nobody counts as sent", e->path);
}

static int write_rows(struct cli *c, struct export *e)
{
	struct export_row r = { 0 };
	rc_t rc;

	fputs(e->head, e->out);
	while ((rc = store_export_next(c->store, e->pledge, r.allocation, &r)) == RC_OK) {
		char *line = make_line(e, &r);

		put_line(e->out, line, r.nik);
		remember(e, &r, line);
	}
	crypto_wipe(r.nik, sizeof r.nik);
	return rc == RC_NOENT ? finish(e) : cli_store_end(c, rc, "export");
}

static rc_t mark_one(struct cli *c, struct export *e)
{
	const struct sent *s = &e->row[e->marked++];
	rc_t rc = store_allocation_sent(c->store, s->allocation, e->act.officer.day, 0);

	return rc == RC_OK ? store_export_keep(c->store, e->id, s->allocation, s->worker, s->line)
	                   : rc;
}

/* ---- once more ---- */

static int write_again(struct cli *c, struct export *e)
{
	struct export_line l = { 0 };
	rc_t rc = store_export_head(c->store, e->id, e->head);

	if (rc == RC_NOENT)
		return cli_end(
		        CLI_NOT_FOUND, "no list %lld: see payung audit list", (long long)e->id);
	if (rc == RC_OK)
		fputs(e->head, e->out);
	while (rc == RC_OK) {
		rc = store_export_line(c->store, e->id, l.allocation, &l);
		if (rc == RC_OK)
			put_line(e->out, l.line, l.nik);
		e->n += rc == RC_OK;
	}
	crypto_wipe(l.nik, sizeof l.nik);
	return rc == RC_NOENT ? finish(e) : cli_store_end(c, rc, "export");
}

static int note_again(struct cli *c, void *arg, bool *more)
{
	const struct export *e = arg;

	*more = false;
	return cli_audit(
	        c, "insurer export", "again", "list=%lld rows=%zu", (long long)e->id, e->n);
}

static int mark_group(struct cli *c, void *arg, bool *more)
{
	struct export *e = arg;
	rc_t rc = RC_OK;

	if (!e->id)
		rc = store_export_begin(c->store, c->actor, c->now, e->head, &e->id);
	while (rc == RC_OK && e->marked < e->n && cli_has_time(c))
		rc = mark_one(c, e);
	*more = e->marked < e->n;
	if (rc != RC_OK || *more)
		return cli_store_end(c, rc, "allocation");
	return cli_audit(c, "insurer export", e->pledge ? e->ref : "all", "list=%lld rows=%zu",
	        (long long)e->id, e->n);
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
	if (e->id) {
		end = write_again(c, e);
		return end || !e->n ? end : cli_change_groups(c, note_again, e);
	}
	if (tables_occupations(c->conf->templates, &e->jobs, tables_fault, NULL) != RC_OK)
		return cli_end(CLI_FAILED, "the occupations have faults: payung templates check");
	end = find_pledge(c, e);
	if (!end)
		end = write_rows(c, e);
	return end || !e->n ? end : cli_change_groups(c, mark_group, e);
}

int cmd_insurer_export(struct cli *c)
{
	struct cli_option o[] = { { "out", true, NULL }, { "pledge", false, NULL },
		{ "again", false, NULL } };
	struct export e = { 0 };
	int again = 0;
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (!end && o[1].value)
		end = cli_ref(c, "--pledge", o[1].value, e.ref);
	if (!end && o[1].value && o[2].value)
		return cli_usage(c, "give either --pledge or --again");
	if (!end && o[2].value)
		end = cli_number(c, &o[2], 1, 99999999, &again);
	if (!end)
		end = take_columns(c, &e);
	e.id = again;
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
	for (size_t i = 0; e.row && i < e.n; i++)
		free(e.row[i].line);
	free(e.row);
	if (!end && !e.n)
		puts("0 workers: nobody is new to the insurer, so there is no file");
	else if (!end)
		printf("%zu workers, list %lld, readable by you only: hand it over and delete it\n",
		        e.n, (long long)e.id);
	return end;
}
