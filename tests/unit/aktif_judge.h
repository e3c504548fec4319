/* AKTIF by the plainest reading of the insurer's words, beside the store's own questions: which
 * months should be confirmed, and whether texts that still wait say no other. */
#ifndef AKTIF_JUDGE_H
#define AKTIF_JUDGE_H

#include "money_fixture.h"

#define SAID_MAX 64
#define MONTHS_SAID 8 /* from July on */
struct said {
	int64_t day;
	month_t from, to;
	bool refused;
};

static inline bool is_about(const struct said *w, month_t m)
{
	if (w->to >= w->from)
		return m >= w->from && m <= w->to;
	return m >= month_of(date_from_days(w->day));
}

/* Whether the newest word accepts; of one day the refusal is the newer. */
static inline bool accepted(const struct said *w, size_t n, month_t m)
{
	const struct said *newest = NULL;

	for (size_t i = 0; i < n; i++)
		if (is_about(&w[i], m) && (!newest || w[i].day > newest->day ||
		                                  (w[i].day == newest->day && w[i].refused)))
			newest = &w[i];
	return newest && !newest->refused;
}

/* What was read of one worker: what is held for an officer was not. */
static inline size_t words_of(sqlite3 *db, int64_t worker, struct said *w)
{
	sqlite3_stmt *q = NULL;
	size_t n = 0;

	assert_int_equal(sqlite3_prepare_v2(db,
	                         "SELECT c.day, c.first, c.last, c.state = 4 FROM confirmation c"
	                         " JOIN worker w ON w.nik_hash = c.nik_hash WHERE w.id = ?1"
	                         " AND c.state > 2",
	                         -1, &q, NULL),
	        SQLITE_OK);
	sqlite3_bind_int64(q, 1, worker);
	for (; sqlite3_step(q) == SQLITE_ROW; n++) {
		assert_true(n < SAID_MAX);
		w[n] = (struct said){ sqlite3_column_int64(q, 0), (month_t)sqlite3_column_int(q, 1),
			(month_t)sqlite3_column_int(q, 2), sqlite3_column_int(q, 3) != 0 };
	}
	sqlite3_finalize(q);
	return n;
}

/* Every text of AKTIF that may still go out is true to the day. */
static inline void texts_are_true(sqlite3 *db, int64_t worker, const bool *aktif)
{
	char subject[32];
	sqlite3_stmt *q = NULL;

	snprintf(subject, sizeof subject, "worker/%lld", (long long)worker);
	assert_int_equal(sqlite3_prepare_v2(db,
	                         "SELECT args FROM outbox WHERE subject = ?1 AND state = 0"
	                         " AND template_id IN ('W14', 'R09')",
	                         -1, &q, NULL),
	        SQLITE_OK);
	sqlite3_bind_text(q, 1, subject, -1, SQLITE_STATIC);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *args = (const char *)sqlite3_column_text(q, 0);
		int day, month, year, last, last_year;

		assert_int_equal(
		        sscanf(strstr(args, "tgl1="), "tgl1=%d-%d-%d", &day, &month, &year), 3);
		assert_int_equal(
		        sscanf(strstr(args, "tgl2="), "tgl2=%d-%d-%d", &day, &last, &last_year), 3);
		for (month_t m = year * 12 + month - 1; m <= last_year * 12 + last - 1; m++)
			if (!aktif[m - JULY])
				fail_msg("worker %d is told of cover that is not there: %s",
				        (int)worker, args);
	}
	sqlite3_finalize(q);
}

static inline void the_newest_word_counts(const struct place *p, int64_t workers)
{
	sqlite3 *db = NULL;
	struct said w[SAID_MAX];

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	for (int64_t worker = 1; worker <= workers; worker++) {
		const size_t n = words_of(db, worker, w);
		bool aktif[MONTHS_SAID] = { false };

		for (int i = 0; i < MONTHS_SAID; i++) {
			char sql[128];

			snprintf(sql, sizeof sql,
			        "SELECT count(*) FROM coverage_month WHERE worker = %d"
			        " AND month = %d AND confirmed_day > 0",
			        (int)worker, JULY + i);
			aktif[i] = ask_of(db, sql) != 0;
			if (aktif[i] != accepted(w, n, JULY + i))
				fail_msg("worker %d, %d months after July: AKTIF is %d",
				        (int)worker, i, aktif[i]);
		}
		texts_are_true(db, worker, aktif);
	}
	sqlite3_close(db);
}

#endif
