/* Indexes and triggers are made again after the rows: what comes in one go is sorted once. */
#include "crowd.h"
#include "bare_rows.h"

#include <inttypes.h>
#include <payung/date.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_MAX 100
#define TABLES "('worker', 'phone_link', 'coverage_month', 'reminder_watch')"
#define BLOCK 100      /* who registered together is due together */
#define LATER_MONTHS 5 /* cover of those who are not due ends so much later */

struct kept {
	size_t n;
	char *sql[KEPT_MAX], *name[KEPT_MAX], *type[KEPT_MAX];
};

static void run(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		bench_die("%s: %s", sql, why);
}

static int keep(void *arg, int n, char **value, char **name)
{
	struct kept *k = arg;

	(void)n, (void)name;
	if (k->n == KEPT_MAX)
		return 1;
	k->type[k->n] = strdup(value[0]);
	k->name[k->n] = strdup(value[1]);
	k->sql[k->n++] = strdup(value[2]);
	return 0;
}

static void take_away(sqlite3 *db, struct kept *k)
{
	char sql[200];

	if (sqlite3_exec(db,
	            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN"
	            " ('index', 'trigger') AND tbl_name IN " TABLES,
	            keep, k, NULL) != SQLITE_OK)
		bench_die("schema: %s", sqlite3_errmsg(db));
	for (size_t i = 0; i < k->n; i++) {
		snprintf(sql, sizeof sql, "DROP %s %s", k->type[i], k->name[i]);
		run(db, sql);
	}
}

static void put_back(sqlite3 *db, struct kept *k)
{
	for (size_t i = 0; i < k->n; i++) {
		run(db, k->sql[i]);
		free(k->type[i]);
		free(k->name[i]);
		free(k->sql[i]);
	}
}

static void insert(sqlite3 *db, const struct crowd *c, const char *into)
{
	char sql[1200];

	snprintf(sql, sizeof sql,
	        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %" PRId64
	        ") %s FROM n",
	        c->workers, into);
	run(db, sql);
}

void crowd_fill(const char *path, const struct crowd *c)
{
	const month_t month = month_of(date_from_days(c->ends));
	const int64_t every = c->workers / c->due; /* one block of so many is due */
	struct kept kept = { 0 };
	char sql[600];
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_die("%s: %s", path, sqlite3_errmsg(db));
	run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
	        "PRAGMA cache_size = -500000; BEGIN");
	take_away(db, &kept);
	snprintf(sql, sizeof sql,
	        "INSERT INTO worker (id, nik, nik_key, nik_hash, name, born, sex, job, area,"
	        " created_at) SELECT i, zeroblob(56), 1, CAST(printf('%%032d', i) AS BLOB),"
	        " 'SITI AMINAH ' || i, '1980-01-01', 1, 1 + i %% 9, '332101', %" PRId64,
	        c->linked_at);
	insert(db, c, sql);
	snprintf(sql, sizeof sql,
	        "INSERT INTO phone_link (msisdn, worker, linked_at)"
	        " SELECT printf('+6281%%09d', i), i, %" PRId64,
	        c->linked_at);
	insert(db, c, sql);
	snprintf(sql, sizeof sql,
	        "INSERT INTO coverage_month (worker, month, package, confirmed_day)"
	        " SELECT i, %d + CASE WHEN i / %d %% %" PRId64 " THEN %d ELSE 0 END, 0, %" PRId64,
	        month, BLOCK, every, LATER_MONTHS, c->ends - 40);
	insert(db, c, sql);
	snprintf(sql, sizeof sql,
	        "INSERT INTO reminder_watch (kind, subject, day, last) SELECT 0, i, %" PRId64
	        " + CASE WHEN i / %d %% %" PRId64 " THEN 20 + i %% 90 ELSE 0 END, %" PRId64,
	        c->look, BLOCK, every, c->look);
	insert(db, c, sql);
	put_back(db, &kept);
	run(db, "COMMIT; PRAGMA journal_mode = WAL");
	sqlite3_close(db);
}
