/* Imports into a fresh store, for the tests of imports. */
#ifndef IMPORT_FIXTURE_H
#define IMPORT_FIXTURE_H

#include "store_fixture.h"

#include "office_fixture.h"

#include <fcntl.h>
#include <payung/reconcile_import.h>

#define TODAY ((struct date){ 2026, 7, 1 })

static struct office words;

static inline int import_setup(void **state)
{
	load_office(&words);
	return place_setup(state);
}

struct job {
	enum source_kind kind;
	const struct conf_source *source;
	int64_t day;
	bool dry;
	int stop_after; /* rows, then it is killed; 0: never */
	/* what came of it */
	rc_t rc;
	bool known;
	char err[IMPORT_ERR_CAP];
	int rows[IMPORT_VERDICTS];
	char seen[2000]; /* "2t 3b 4k 5s " */
	char whys[8000]; /* "3 why\n" */
};

static inline bool go_on(void *arg)
{
	int *left = arg;

	return --*left > 0;
}

static inline void job_tell(struct job *j, const struct import_line *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct import_line *l = &line[i];
		size_t seen = strlen(j->seen), whys = strlen(j->whys);

		j->rows[l->verdict]++;
		snprintf(j->seen + seen, sizeof j->seen - seen, "%d%c ", l->number,
		        *import_verdict_name(l->verdict));
		if (*l->why)
			snprintf(j->whys + whys, sizeof j->whys - whys, "%d %s\n", l->number,
			        l->why);
	}
}

static inline void job_rows(struct place *p, struct job *j, struct import *im)
{
	bool more = true;

	while (more) {
		int left = j->stop_after ? j->stop_after : IMPORT_LINES;
		size_t n;

		if (!j->dry)
			must(store_begin(p->s));
		must(import_step(im, p->s, go_on, &left, &more));
		if (!more)
			must(import_end(im, p->s, T0 + 60));
		if (!j->dry)
			must(store_commit(p->s));
		const struct import_line *line = import_lines(im, &n);

		job_tell(j, line, n);
		if (j->stop_after)
			break; /* killed here */
	}
}

/* Imports the file; what came of it is in *j. */
static inline void job_run(struct place *p, struct job *j, const char *path)
{
	const struct import_rules rules = { .kind = j->kind,
		.source = j->source,
		.words = &words,
		.today = TODAY,
		.age_min = 17,
		.day = j->day };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct import *im = NULL;
	struct source_file file;

	if (fd < 0)
		fail_msg("%s is missing", path);
	j->rc = import_open(fd, &rules, &im, j->err);
	if (j->rc == RC_OK && !j->dry) {
		must(store_begin(p->s));
		rc_t rc = import_begin(im, p->s, "berkas.csv", "budi", T0, &file);

		j->known = rc == RC_EXISTS;
		must(j->known ? RC_OK : rc);
		must(store_commit(p->s));
	}
	if (j->rc == RC_OK && !j->known)
		job_rows(p, j, im);
	import_close(im);
	close(fd);
}

#endif
