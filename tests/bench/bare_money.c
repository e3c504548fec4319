/* What plain SQLite needs for the rows that a reconcile run wrote: bare_money BEFORE AFTER GROUPS
 * makes the store BEFORE like AFTER, with the same constraints, triggers and audit entries, in as
 * many transactions. Every value is read from AFTER beforehand (in portions, outside of the time),
 * each row is written once. Then all tables are compared. Prints seconds and rows. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define PORTION 20000
#define VALUES_MAX 32

struct step {
	const char *table;
	const char *values; /* asked of AFTER; %s: what is new is above the greatest of BEFORE */
	const char *sql;    /* "INSERT": a row as it is */
};
static const struct step steps[] = {
	{ "run", "SELECT id, as_of, actor, started_at, 1, 99, cursor FROM run ORDER BY id",
	        "INSERT" },
	{ "allocation", "SELECT * FROM allocation ORDER BY id", "INSERT" },
	{ "instalment", "SELECT expected, paid, state, id FROM instalment ORDER BY id",
	        "UPDATE instalment SET expected = ?, paid = ?, state = ? WHERE id = ?" },
	{ "audit",
	        "SELECT seq, at, actor, action, subject, detail, hash FROM audit"
	        " WHERE seq > $after ORDER BY seq",
	        "INSERT" },
	{ "ledger_entry", "SELECT * FROM ledger_entry ORDER BY id", "INSERT" },
	{ "payment",
	        "SELECT used, state, outcome, reason, sponsor, pledge, instalment, entry, actor, id"
	        " FROM payment ORDER BY id",
	        "UPDATE payment SET used = ?, state = ?, outcome = ?, reason = ?, sponsor = ?,"
	        " pledge = ?, instalment = ?, entry = ?, actor = ? WHERE id = ?" },
	{ "sponsor_account", "SELECT * FROM sponsor_account ORDER BY sponsor", "INSERT" },
	{ "coverage_month", "SELECT * FROM coverage_month ORDER BY worker, month", "INSERT" },
	{ "issue", "SELECT * FROM issue ORDER BY id", "INSERT" },
	{ "run_tally", "SELECT * FROM run_tally ORDER BY run, what, subject", "INSERT" },
	{ "outbox", "SELECT * FROM outbox ORDER BY id", "INSERT" },
	{ "run", "SELECT finished_at, phase, cursor, id FROM run ORDER BY id",
	        "UPDATE run SET finished_at = ?, phase = ?, cursor = ? WHERE id = ?" },
};
static const char *const group_sql =
        "UPDATE meta SET num = max(num, unixepoch()) WHERE name = 'newest_time'";
static const char *const pragmas[] = { "journal_mode = WAL", "synchronous = FULL",
	"foreign_keys = ON", "wal_autocheckpoint = 0", "trusted_schema = OFF",
	"cell_size_check = ON", "secure_delete = FAST", "cache_size = -2000",
	"temp_store = MEMORY" };
static const char *const compared[] = { "allocation", "instalment", "audit", "ledger_entry",
	"ledger_balance", "payment", "sponsor_account", "coverage_month", "issue", "run_tally",
	"outbox" };

struct bench {
	sqlite3 *from, *to;
	sqlite3_stmt *begin, *commit, *group;
	sqlite3_value *value[PORTION][VALUES_MAX];
	int columns;
	double seconds;
	long long rows, per_group, in_group;
	bool open;
};

static void must(sqlite3 *db, bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bare_money: %s: %s\n", what, sqlite3_errmsg(db));
	exit(1);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;

	must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) == SQLITE_OK,
	        sql);
	return q;
}

static void run_sql(sqlite3 *db, const char *sql)
{
	must(db, sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static long long ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = prepare(db, sql);

	must(db, sqlite3_step(q) == SQLITE_ROW, sql);
	long long n = sqlite3_column_int64(q, 0);

	sqlite3_finalize(q);
	return n;
}

static void step_plain(sqlite3 *db, sqlite3_stmt *q)
{
	must(db, sqlite3_step(q) == SQLITE_DONE, sqlite3_sql(q));
	sqlite3_reset(q);
}

static sqlite3_stmt *prepare_step(struct bench *b, const struct step *s)
{
	char full[600];

	if (strcmp(s->sql, "INSERT") != 0)
		return prepare(b->to, s->sql);
	snprintf(full, sizeof full, "INSERT INTO %s VALUES (?", s->table);
	for (int i = 1; i < b->columns; i++)
		strcat(full, ", ?");
	return prepare(b->to, strcat(full, ")"));
}

static void end_group(struct bench *b)
{
	if (b->open) {
		step_plain(b->to, b->group);
		step_plain(b->to, b->commit);
	}
	b->open = false;
	b->in_group = 0;
}

static void write_row(struct bench *b, sqlite3_stmt *q, int row)
{
	if (!b->open)
		step_plain(b->to, b->begin);
	b->open = true;
	for (int k = 0; k < b->columns; k++)
		sqlite3_bind_value(q, k + 1, b->value[row][k]);
	must(b->to, sqlite3_step(q) == SQLITE_DONE && sqlite3_changes(b->to) == 1, sqlite3_sql(q));
	sqlite3_reset(q);
	if (++b->in_group >= b->per_group)
		end_group(b);
}

static int read_portion(struct bench *b, sqlite3_stmt *q)
{
	int n = 0;

	while (n < PORTION && sqlite3_step(q) == SQLITE_ROW) {
		for (int k = 0; k < b->columns; k++)
			b->value[n][k] = sqlite3_value_dup(sqlite3_column_value(q, k));
		n++;
	}
	return n;
}

static void do_step(struct bench *b, const struct step *s, long long audit)
{
	sqlite3_stmt *from = prepare(b->from, s->values);

	b->columns = sqlite3_column_count(from);
	if (sqlite3_bind_parameter_count(from) == 1)
		sqlite3_bind_int64(from, 1, audit);
	sqlite3_stmt *to = prepare_step(b, s);

	for (int n = PORTION; n == PORTION;) { /* a statement that is done would begin again */
		n = read_portion(b, from);
		double began = now_s();

		for (int i = 0; i < n; i++)
			write_row(b, to, i);
		b->seconds += now_s() - began;
		b->rows += n;
		for (int i = 0; i < n; i++)
			for (int k = 0; k < b->columns; k++)
				sqlite3_value_free(b->value[i][k]);
	}
	sqlite3_finalize(from);
	sqlite3_finalize(to);
}

static void compare(sqlite3 *db, const char *other)
{
	char *attach = sqlite3_mprintf("ATTACH %Q AS other", other);

	run_sql(db, attach);
	sqlite3_free(attach);
	for (size_t i = 0; i < COUNT(compared); i++) {
		char *sql = sqlite3_mprintf(
		        "SELECT (SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT"
		        " SELECT * FROM other.%s)) + (SELECT count(*) FROM (SELECT *"
		        " FROM other.%s EXCEPT SELECT * FROM main.%s))",
		        compared[i], compared[i], compared[i], compared[i]);
		bool same = ask(db, sql) == 0;

		sqlite3_free(sql);
		if (same)
			continue;
		fprintf(stderr, "bare_money: the two did not write the same rows of %s\n",
		        compared[i]);
		exit(1);
	}
}

/* Rows of all steps, so that groups are as many as asked for. */
static long long count_rows(struct bench *b, long long audit)
{
	long long n = 0;

	for (size_t i = 0; i < COUNT(steps); i++) {
		char *sql = sqlite3_mprintf("SELECT count(*) FROM %s", steps[i].table);

		n += ask(b->from, sql);
		sqlite3_free(sql);
	}
	return n - audit;
}

int main(int argc, char **argv)
{
	static struct bench b;
	long long groups;

	if (argc != 4 || (groups = atoll(argv[3])) < 1) {
		fputs("usage: bare_money BEFORE AFTER GROUPS\n", stderr);
		return 2;
	}
	must(NULL,
	        sqlite3_open(argv[1], &b.to) == SQLITE_OK &&
	                sqlite3_open(argv[2], &b.from) == SQLITE_OK,
	        "the stores cannot be opened");
	for (size_t i = 0; i < COUNT(pragmas); i++) {
		char sql[64];

		snprintf(sql, sizeof sql, "PRAGMA %s", pragmas[i]);
		run_sql(b.to, sql);
	}
	long long audit = ask(b.to, "SELECT max(seq) FROM audit");

	b.per_group = count_rows(&b, audit) / groups + 1;
	b.begin = prepare(b.to, "BEGIN IMMEDIATE");
	b.commit = prepare(b.to, "COMMIT");
	b.group = prepare(b.to, group_sql);
	for (size_t i = 0; i < COUNT(steps); i++)
		do_step(&b, &steps[i], audit);
	end_group(&b);
	sqlite3_finalize(b.begin);
	sqlite3_finalize(b.commit);
	sqlite3_finalize(b.group);
	sqlite3_close(b.from);
	compare(b.to, argv[2]);
	sqlite3_close(b.to);
	printf("%.3f %lld\n", b.seconds, b.rows);
	return 0;
}
