/* payung import: files of banks, treasurers and the insurer. The files of the operator are opened
 * before the tool becomes the store's owner. Rows are written in short groups beside the live
 * daemon, and told once their group is on disk. */
#include "cli.h"
#include "import_report.h"

#include <errno.h>
#include <fcntl.h>
#include <payung/tables.h>
#include <payung/text.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct job {
	const char *path;
	char name[IMPORT_FILE_CAP]; /* as the store keeps it */
	struct import_rules rules;
	struct office words;
	struct import_report report;
	int fd;
	struct import *import;
	bool begun, known; /* the file; known: to its end */
	struct source_file file;
};

/* ---- options ---- */

static int find_source(struct cli *c, struct job *j, const char *name)
{
	const struct conf *conf = c->conf;
	bool ours = false;

	for (size_t i = 0; i < conf->source_count; i++) {
		const struct conf_source *s = &conf->source[i];
		bool kind = (int)s->kind == (int)j->rules.kind;

		ours = ours || (kind && *s->own_account);
		if (!name || strcmp(s->name, name) != 0)
			continue;
		if (!kind)
			return cli_end(CLI_USAGE, "%s:%d: source %s is not of kind %s", conf->path,
			        s->line, name, source_kind_name(j->rules.kind));
		j->rules.source = s;
		return 0;
	}
	if (name)
		return cli_end(CLI_NOT_FOUND, "%s has no section source \"%s\"", conf->path, name);
	if (ours)
		return cli_usage(c,
		        "%s names several accounts of ours: say with --source which one this is",
		        conf->path);
	return 0;
}

static int take_day(struct cli *c, struct job *j, const char *given)
{
	struct date d;

	if (!given)
		return 0;
	if (j->rules.kind == SOURCE_BANK || j->rules.kind == SOURCE_RECEIPT)
		return cli_usage(
		        c, "--date is for lists and the insurer: every payment has its own");
	if (date_parse_iso(given, &d) != RC_OK)
		return cli_usage(c, "--date must be a day like 2026-03-24");
	if (j->rules.kind == SOURCE_INSURER && date_days(d) > date_days(j->rules.today))
		return cli_usage(c, "--date %s is in the future", given);
	j->rules.day = date_days(d);
	return 0;
}

static void take_name(struct job *j)
{
	const char *slash = strrchr(j->path, '/');

	(void)text_copy(j->name, sizeof j->name, slash ? slash + 1 : j->path);
	if (!text_utf8_valid(j->name, strlen(j->name)))
		strcpy(j->name, "?");
	text_mask_nik(j->name);
	j->report.name = j->name;
}

static int open_files(struct job *j, const char *report)
{
	j->fd = open(j->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (j->fd < 0)
		return cli_end(errno == ENOENT ? CLI_NOT_FOUND : CLI_FAILED,
		        "%s cannot be read: %s", j->path, strerror(errno));
	if (!report)
		return 0;
	int fd = open(report, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	j->report.file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!j->report.file)
		return cli_end(CLI_FAILED, "%s cannot be made: %s; name a new file", report,
		        strerror(errno));
	return 0;
}

/* Everything that can be wrong before the store is touched. */
static int prepare(struct cli *c, struct job *j, const struct cli_option o[4], const char *kind)
{
	int k = source_kind_parse(kind), end = cli_load_conf(c);

	if (k < 0)
		return cli_usage(c, "there is no kind %s", kind);
	if (end)
		return end;
	j->rules.kind = j->report.kind = (enum source_kind)k;
	j->rules.words = &j->words;
	j->rules.today = date_at(c->now, c->conf->zone);
	j->rules.age_min = c->conf->limits.age_min;
	take_name(j);
	end = find_source(c, j, o[0].value);
	if (!end)
		end = take_day(c, j, o[1].value);
	if (!end && tables_office(c->conf->templates, &j->words, tables_fault, NULL) != RC_OK)
		end = cli_end(CLI_FAILED, "the words of office.csv have faults: mend them first");
	return end ? end : open_files(j, o[2].value);
}

/* ---- rows ---- */

static int failed(struct cli *c, struct job *j, rc_t rc)
{
	if (*import_fault(j->import))
		return cli_end(CLI_FAILED, "%s: %s", j->path, import_fault(j->import));
	return cli_store_end(c, rc, j->path);
}

static void tell_lines(struct job *j)
{
	size_t n;
	const struct import_line *line = import_lines(j->import, &n);

	report_lines(&j->report, line, n);
	report_progress(&j->report, import_percent(j->import));
}

static bool has_time(void *arg)
{
	return cli_has_time(arg);
}

static int end_file(struct cli *c, struct job *j)
{
	const struct import_report *r = &j->report;
	char subject[40];
	size_t n;
	const struct import_line *line = import_lines(j->import, &n);
	int64_t rows[IMPORT_VERDICTS];
	rc_t rc = import_end(j->import, c->store, c->now);

	if (rc != RC_OK)
		return failed(c, j, rc);
	memcpy(rows, r->rows, sizeof rows); /* those of this group are not told yet */
	for (size_t i = 0; i < n; i++)
		rows[line[i].verdict]++;
	snprintf(subject, sizeof subject, "file/%lld", (long long)j->file.id);
	return cli_audit(c, "import", subject,
	        "kind=%s taken=%lld known=%lld bad=%lld skipped=%lld",
	        source_kind_name(j->rules.kind), (long long)rows[IMPORT_TAKEN],
	        (long long)rows[IMPORT_KNOWN], (long long)rows[IMPORT_BAD],
	        (long long)rows[IMPORT_SKIPPED]);
}

static int one_group(struct cli *c, void *arg, bool *more)
{
	struct job *j = arg;
	rc_t rc = RC_OK;

	*more = false;
	if (!j->begun) {
		rc = import_begin(j->import, c->store, j->name, c->actor, c->now, &j->file);
		if (rc == RC_EXISTS) {
			j->known = true;
			return 0;
		}
		if (rc != RC_OK)
			return failed(c, j, rc);
		j->begun = true;
	} else {
		tell_lines(j); /* of the group before: it is on disk */
	}
	rc = import_step(j->import, c->store, has_time, c, more);
	if (rc != RC_OK)
		return failed(c, j, rc);
	return *more ? 0 : end_file(c, j);
}

static bool go_on(void *arg)
{
	(void)arg;
	return true;
}

static int only_look(struct cli *c, struct job *j)
{
	rc_t rc = import_find(j->import, c->store, &j->file);
	bool more = true;

	if (rc != RC_OK && rc != RC_NOENT)
		return failed(c, j, rc);
	j->known = rc == RC_OK && j->file.ended_at && !j->file.bad;
	while (!j->known && more) {
		rc = import_step(j->import, c->store, go_on, NULL, &more);
		if (rc != RC_OK)
			return failed(c, j, rc);
		tell_lines(j);
	}
	return 0;
}

static int run_job(struct cli *c, struct job *j)
{
	char err[IMPORT_ERR_CAP] = "";
	int end = cli_open(c, j->report.dry ? STORE_READ : STORE_LIVE);

	if (end)
		return end;
	if (import_open(j->fd, &j->rules, &j->import, err) != RC_OK)
		return cli_end(CLI_FAILED, "%s: %s", j->path, err);
	report_begin(&j->report);
	if (j->report.dry) {
		end = only_look(c, j);
	} else {
		end = cli_change_groups(c, one_group, j);
		if (!end && !j->known)
			tell_lines(j);
	}
	report_end(&j->report, j->known ? &j->file : NULL);
	if (end)
		return cli_end(end, "the rows told above are in: import the file again to go on");
	if (j->report.rows[IMPORT_BAD])
		return cli_end(CLI_FAILED,
		        "rows that are bad: %lld; mend them in the file and import it again; the "
		        "others "
		        "count once",
		        (long long)j->report.rows[IMPORT_BAD]);
	return 0;
}

int cmd_import(struct cli *c)
{
	struct cli_option o[] = { { "source", false, NULL }, { "date", false, NULL },
		{ "report", false, NULL }, { "dry-run", CLI_FLAG, NULL } };
	const char *words[2] = { NULL, NULL };
	static struct job j; /* the words make it large */
	int end = cli_options(c, o, COUNT(o), words, 2, 2);

	if (end)
		return end;
	j.path = words[1];
	j.fd = -1;
	j.report.json = c->json;
	j.report.dry = o[3].value != NULL;
	j.report.on_screen = isatty(STDERR_FILENO) == 1;
	end = prepare(c, &j, o, words[0]);
	if (!end)
		end = run_job(c, &j);
	import_close(j.import);
	if (j.fd >= 0)
		close(j.fd);
	if (j.report.file && !j.report.begun)
		unlink(o[2].value); /* refused: nothing was written, the name stays free */
	if (j.report.file && (ferror(j.report.file) | fclose(j.report.file)))
		end = cli_end(
		        CLI_FAILED, "the report could not be written: what was imported is in");
	return end;
}
