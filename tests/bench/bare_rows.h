/* What SQLite alone needs for the rows of the registrations bench. */
#ifndef BENCH_BARE_ROWS_H
#define BENCH_BARE_ROWS_H

#define BENCH_TEXTS 3200
#define BENCH_GROUP 32 /* texts in a commit group, beside as many results of the group before */
#define BENCH_CHECKPOINT 16 /* groups between checkpoints */

/* Reads the rows of the store `from`, writes them again into the fresh store `to`, checks that both
 * are equal. Returns texts a second. */
double bare_rows(const char *from, const char *to);

double bench_seconds(void);
__attribute__((format(printf, 1, 2), noreturn)) void bench_die(const char *fmt, ...);

#endif
