/* The report of an import: rows that need a look on the terminal or as JSON, every row in a file.
 */
#ifndef PAYUNG_IMPORT_REPORT_H
#define PAYUNG_IMPORT_REPORT_H

#include <payung/reconcile_import.h>
#include <stdio.h>

struct import_report {
	const char *name; /* of the file, without its folder */
	enum source_kind kind;
	bool json, dry;
	FILE *file;     /* of --report, NULL: none */
	bool on_screen; /* stderr is a terminal: show how far it is */
	int percent;
	bool begun; /* the file's header is written */
	bool any;   /* a line was printed */
	int64_t rows[IMPORT_VERDICTS];
	rupiah_t amount; /* of the rows taken */
};

void report_begin(struct import_report *r);
/* Rows whose fate is sealed. */
void report_lines(struct import_report *r, const struct import_line *line, size_t n);
void report_progress(struct import_report *r, int percent);
/* before: the file came to its end in an earlier import, none of its rows was looked at. */
void report_end(struct import_report *r, const struct source_file *before);

#endif
