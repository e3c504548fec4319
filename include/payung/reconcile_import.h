/* Door of reconcile: files of banks, sponsors, treasurers and the insurer, taken in row by row. A row
 * that cannot be read is told and costs nobody else; a row that is known changes nothing; killed
 * anywhere, the same import again completes it. No line, reason or error holds a NIK. */
#ifndef PAYUNG_RECONCILE_IMPORT_H
#define PAYUNG_RECONCILE_IMPORT_H

#include <payung/conf_source.h>
#include <payung/office.h>
#include <payung/store_import.h>

#define IMPORT_ERR_CAP 600
#define IMPORT_WHY_CAP 200
#define IMPORT_LINES   256 /* rows of one step at most */

struct import_rules {
	enum source_kind kind;
	const struct conf_source *source; /* NULL: the usual headings and forms */
	const struct office *words;
	struct date today;
	int age_min; /* as nik_parse() wants it */
	int64_t day; /* of rows without a date, 0: none; not for payments */
};

enum import_verdict { IMPORT_TAKEN, IMPORT_KNOWN, IMPORT_BAD, IMPORT_SKIPPED /* a sum, a header again */,
	IMPORT_VERDICTS };
const char *import_verdict_name(enum import_verdict v); /* "taken" "known" "bad" "skipped" */
struct import_line { /* of the report: one for every row */
	int number; /* as a spreadsheet counts */
	enum import_verdict verdict;
	char why[IMPORT_WHY_CAP]; /* "" when there is nothing to say */
	int64_t day;              /* as understood, 0: not told; so are the others */
	rupiah_t amount;
	month_t from, to;
};

struct import;
/* Looks through the whole file: what it is, its letters, its header row. The words, the source and fd,
 * a regular file, are borrowed until import_close(). RC_INVALID, RC_IO: err says what to do; no row of
 * such a file is taken. */
rc_t import_open(int fd, const struct import_rules *rules, struct import **out, char err[IMPORT_ERR_CAP]) MUST_CHECK;
void import_close(struct import *im); /* NULL is fine; wipes */

/* As store_file_begin() and store_file_find() for this file. */
rc_t import_begin(struct import *im, struct store *s, const char *name, const char *by, int64_t now,
	struct source_file *out) MUST_CHECK;
rc_t import_find(const struct import *im, struct store *s, struct source_file *out) MUST_CHECK;

/* The next rows, as long as go_on(arg) says so (asked before each row but the first). In a transaction
 * after import_begin(); without that call it only looks what would come of them and writes nothing.
 * *more: there are others. The lines are good once the transaction is committed, until the next step.
 * Not RC_OK: undo the transaction; import_fault() says why, "" when the store did it. */
typedef bool import_go_on_fn(void *arg);
rc_t import_step(struct import *im, struct store *s, import_go_on_fn *go_on, void *arg, bool *more) MUST_CHECK;
const struct import_line *import_lines(const struct import *im, size_t *n);
const char *import_fault(const struct import *im);
int import_percent(const struct import *im); /* of the bytes */
/* When there is no more. RC_AGAIN: the file was changed meanwhile (import_fault()). */
rc_t import_end(struct import *im, struct store *s, int64_t now) MUST_CHECK;

#endif
