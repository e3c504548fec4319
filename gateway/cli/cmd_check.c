/* Checks that change nothing: the configuration, the templates. */
#include "cli.h"
#include "table.h"
#include <payung/tables.h>

#include <errno.h>
#include <glob.h>
#include <payung/talk.h>
#include <payung/templates.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the file names and the machine does not have. A modem may come later. */
static int look_around(const struct conf *conf)
{
	if (access(conf->templates, R_OK | X_OK) != 0)
		return cli_end(CLI_FAILED, "%s: templates: %s: %s; name the folder of the texts",
		        conf->path, conf->templates, strerror(errno));
	for (size_t i = 0; i < conf->modem_count; i++) {
		const struct conf_modem *m = &conf->modem[i];
		glob_t found = { 0 };

		if (glob(m->device, 0, NULL, &found) != 0)
			cli_note("modem %s: nothing is at %s now; see ls -l /dev/serial/by-id/",
			        m->name, m->device);
		globfree(&found);
	}
	return 0;
}

int cmd_check_config(struct cli *c)
{
	int end = cli_options(c, NULL, 0, NULL, 0, 0);

	if (!end)
		end = cli_load_conf(c);
	if (!end)
		end = look_around(c->conf);
	if (!end)
		printf("%s: ok, modems: %zu\n", c->conf->path, c->conf->modem_count);
	return end;
}

struct faults {
	json_t *rows;
	bool json;
};

static void on_fault(void *arg, const char *file, int line, const char *message)
{
	struct faults *f = arg;
	json_t *row = table_row(f->rows);

	table_text(row, "file", file);
	table_int(row, "line", line);
	table_text(row, "message", message);
	if (!f->json)
		tables_fault(NULL, file, line, message);
}

static void count_text(
        void *arg, const char *id, const char *lang, const char *text, size_t worst, size_t limit)
{
	size_t *n = arg;

	(void)id, (void)lang, (void)text, (void)worst, (void)limit;
	++*n;
}

/* Counts the texts; every fault becomes a row of f. */
static size_t check_all(const char *dir, struct faults *f)
{
	struct templates t = { 0 };
	struct talk_lexicon *lexicon = NULL;
	size_t texts = 0;

	if (templates_load(dir, &t, on_fault, f) == RC_OK) {
		lexicon = talk_lexicon_new(t.keywords_file, t.keywords, on_fault, f);
		tmpl_each(t.set, count_text, &texts);
	}
	if (tables_check(dir, on_fault, f) != RC_OK)
		texts = 0;
	talk_lexicon_free(lexicon);
	templates_clear(&t);
	return texts;
}

int cmd_templates_check(struct cli *c)
{
	struct faults f = { .rows = json_array(), .json = c->json };
	const char *dir = NULL;
	int end = cli_options(c, NULL, 0, &dir, 0, 1);

	if (!f.rows)
		abort();
	if (!end && !dir) {
		end = cli_load_conf(c);
		dir = end ? NULL : c->conf->templates;
	}
	if (!end) {
		size_t texts = check_all(dir, &f), n = json_array_size(f.rows);

		if (c->json)
			table_print_json(stdout, f.rows);
		else if (!n)
			printf("%s: %zu texts, no faults\n", dir, texts);
		if (n)
			end = cli_end(
			        CLI_FAILED, "templates: faults: %zu; mend them and check again", n);
	}
	json_decref(f.rows);
	return end;
}
