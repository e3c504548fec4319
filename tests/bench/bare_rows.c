/* Each step is one statement of one text. Its values are read beforehand from the store that the
 * daemon filled, so here is nothing but SQLite: no keys, no words, no look-ups. Statements are
 * those a program needs that knows every value: the same rows come, change and end in the same
 * order. */
#include "bare_rows.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 16
#define VALUES_MAX 32

struct step {
	const char *values; /* asked of the daemon's store: one row a text, in order */
	const char *sql;    /* after "VALUES" at its end come as many ? as there are values */
};

static const struct step text_steps[] = {
	{ "SELECT id, line, sender, sender_kind, ref, total, have, sent_at, received_at, body_hash"
	  " FROM inbox ORDER BY id",
	        "INSERT INTO inbox (id, line, sender, sender_kind, ref, total, have, sent_at,"
	        " received_at, body_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)" },
	{ "SELECT * FROM inbox_part ORDER BY inbox", "INSERT INTO inbox_part VALUES" },
	{ "SELECT c.used_by, c.used_at, c.code FROM registration r JOIN code c ON c.code = r.code"
	  " ORDER BY r.id",
	        "UPDATE code SET state = 2, used_by = ?, used_at = ? WHERE code = ? AND state = "
	        "1" },
	{ "SELECT pledge FROM registration ORDER BY id",
	        "UPDATE pledge SET taken = taken + 1 WHERE id = ? AND taken < workers" },
	{ "SELECT * FROM worker ORDER BY id", "INSERT INTO worker VALUES" },
	{ "SELECT * FROM phone_link ORDER BY worker", "INSERT INTO phone_link VALUES" },
	{ "SELECT * FROM registration ORDER BY id", "INSERT INTO registration VALUES" },
	{ "SELECT * FROM consent ORDER BY registration", "INSERT INTO consent VALUES" },
	{ "SELECT seq, at, actor, action, subject, detail, hash FROM audit"
	  " WHERE action = 'register' ORDER BY seq",
	        "INSERT INTO audit VALUES" },
	{ "SELECT id, key, class, subject, msisdn, template_id, lang, args, body, parts, ref, line,"
	  " inbox, created_at, not_before, expires_at FROM outbox ORDER BY id",
	        "INSERT INTO outbox (id, key, class, subject, msisdn, template_id, lang, args, "
	        "body,"
	        " parts, ref, line, inbox, created_at, not_before, expires_at, state)"
	        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)" },
	{ "SELECT outbox, part, line, peer, handed_at FROM outbox_part ORDER BY outbox",
	        "INSERT INTO outbox_part (outbox, part, state, line, peer, handed_at)"
	        " VALUES (?, ?, 1, ?, ?, ?)" },
	{ "SELECT * FROM phone ORDER BY last_effect", "INSERT INTO phone VALUES" },
	{ "SELECT state, masked, intent, handled_at, id FROM inbox ORDER BY id",
	        "UPDATE inbox SET state = ?, masked = ?, intent = ?, handled_at = ?"
	        " WHERE id = ? AND state = 0" },
};
static const struct step result_steps[] = {
	{ "SELECT state, mr, code, settled_at, outbox, part FROM outbox_part ORDER BY outbox",
	        "UPDATE outbox_part SET state = ?, mr = ?, code = ?, settled_at = ?"
	        " WHERE outbox = ? AND part = ?" },
	{ "SELECT state, attempts, cause, id FROM outbox ORDER BY id",
	        "UPDATE outbox SET state = ?, attempts = ?, cause = ? WHERE id = ?" },
	{ "SELECT settled_at / 3600, line FROM outbox_part ORDER BY outbox",
	        "INSERT INTO usage (hour, line, segments) VALUES (?, ?, 1)"
	        " ON CONFLICT DO UPDATE SET segments = segments + 1" },
};
/* Once a group: the time and the end of the audit chain. */
static const char *const group_sql[] = {
	"UPDATE meta SET num = max(num, unixepoch()) WHERE name = 'newest_time'",
	"UPDATE meta SET data = randomblob(81) WHERE name = 'audit_tail'",
};
static const char *const pragmas[] = { "journal_mode = WAL", "synchronous = FULL",
	"foreign_keys = ON", "wal_autocheckpoint = 0", "trusted_schema = OFF",
	"cell_size_check = ON", "secure_delete = FAST", "cache_size = -2000",
	"temp_store = MEMORY" };
/* Where every value must be equal in the end. */
static const char *const tables[] = { "inbox", "inbox_part", "worker", "phone_link", "registration",
	"consent", "outbox", "outbox_part", "phone", "usage" };

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct loaded {
	sqlite3_stmt *run;
	int n;
	sqlite3_value *value[BENCH_TEXTS][VALUES_MAX];
};

static void must(sqlite3 *db, bool ok)
{
	if (!ok)
		bench_die("bare rows: %s", sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;

	must(db, sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) == SQLITE_OK);
	return q;
}

static void run_sql(sqlite3 *db, const char *sql)
{
	must(db, sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static sqlite3_stmt *prepare_for(sqlite3 *db, const char *sql, int values)
{
	const size_t n = strlen(sql), tail = strlen("VALUES");
	char full[600];

	if (strcmp(sql + n - tail, "VALUES") != 0)
		return prepare(db, sql);
	snprintf(full, sizeof full, "%s (?", sql);
	for (int i = 1; i < values; i++)
		strcat(full, ", ?");
	return prepare(db, strcat(full, ")"));
}

static struct loaded *load(sqlite3 *from, sqlite3 *to, const struct step *s)
{
	struct loaded *l = calloc(1, sizeof *l);
	sqlite3_stmt *q = prepare(from, s->values);

	if (!l)
		bench_die("memory");
	l->n = sqlite3_column_count(q);
	l->run = prepare_for(to, s->sql, l->n);
	for (int i = 0; i < BENCH_TEXTS; i++) {
		if (sqlite3_step(q) != SQLITE_ROW)
			bench_die("only %d rows: %s", i, s->values);
		for (int k = 0; k < l->n; k++)
			l->value[i][k] = sqlite3_value_dup(sqlite3_column_value(q, k));
	}
	if (sqlite3_step(q) != SQLITE_DONE)
		bench_die("more than %d rows: %s", BENCH_TEXTS, s->values);
	sqlite3_finalize(q);
	return l;
}

static void unload(struct loaded *l)
{
	for (int i = 0; i < BENCH_TEXTS; i++)
		for (int k = 0; k < l->n; k++)
			sqlite3_value_free(l->value[i][k]);
	sqlite3_finalize(l->run);
	free(l);
}

static void perform(sqlite3 *db, struct loaded *l, int i)
{
	for (int k = 0; k < l->n; k++)
		sqlite3_bind_value(l->run, k + 1, l->value[i][k]);
	must(db, sqlite3_step(l->run) == SQLITE_DONE && sqlite3_changes(db) == 1);
	sqlite3_reset(l->run);
}

static void step_plain(sqlite3 *db, sqlite3_stmt *q)
{
	must(db, sqlite3_step(q) == SQLITE_DONE);
	sqlite3_reset(q);
}

struct plain {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *group[COUNT(group_sql)];
	struct loaded *text[COUNT(text_steps)], *result[COUNT(result_steps)];
};

static double run(struct plain *p)
{
	double began = bench_seconds();

	for (int done = 0; done <= BENCH_TEXTS; done += BENCH_GROUP) {
		step_plain(p->db, p->begin);
		for (int i = done - BENCH_GROUP; i >= 0 && i < done; i++)
			for (size_t k = 0; k < COUNT(result_steps); k++)
				perform(p->db, p->result[k], i);
		for (int i = done; i < done + BENCH_GROUP && i < BENCH_TEXTS; i++)
			for (size_t k = 0; k < COUNT(text_steps); k++)
				perform(p->db, p->text[k], i);
		for (size_t k = 0; k < COUNT(group_sql); k++)
			step_plain(p->db, p->group[k]);
		step_plain(p->db, p->commit);
		if (done % (BENCH_GROUP * BENCH_CHECKPOINT) == 0)
			must(p->db, sqlite3_wal_checkpoint_v2(p->db, "main",
			                    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK);
	}
	return BENCH_TEXTS / (bench_seconds() - began);
}

static void compare(sqlite3 *db, const char *other)
{
	char *attach = sqlite3_mprintf("ATTACH %Q AS other", other);

	run_sql(db, attach);
	sqlite3_free(attach);
	for (size_t i = 0; i < COUNT(tables); i++) {
		char *sql = sqlite3_mprintf(
		        "SELECT (SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT"
		        " SELECT * FROM other.%s)) + (SELECT count(*) FROM (SELECT *"
		        " FROM other.%s EXCEPT SELECT * FROM main.%s))",
		        tables[i], tables[i], tables[i], tables[i]);
		sqlite3_stmt *q = prepare(db, sql);

		must(db, sqlite3_step(q) == SQLITE_ROW);
		if (sqlite3_column_int(q, 0) != 0)
			bench_die("the two did not write the same rows of %s", tables[i]);
		sqlite3_finalize(q);
		sqlite3_free(sql);
	}
}

double bare_rows(const char *from, const char *to)
{
	struct plain p = { 0 };
	sqlite3 *source;
	double speed;

	if (sqlite3_open(from, &source) != SQLITE_OK || sqlite3_open(to, &p.db) != SQLITE_OK)
		bench_die("the stores cannot be opened");
	for (size_t i = 0; i < COUNT(pragmas); i++) {
		char sql[64];

		snprintf(sql, sizeof sql, "PRAGMA %s", pragmas[i]);
		run_sql(p.db, sql);
	}
	for (size_t i = 0; i < COUNT(text_steps); i++)
		p.text[i] = load(source, p.db, &text_steps[i]);
	for (size_t i = 0; i < COUNT(result_steps); i++)
		p.result[i] = load(source, p.db, &result_steps[i]);
	for (size_t i = 0; i < COUNT(group_sql); i++)
		p.group[i] = prepare(p.db, group_sql[i]);
	p.begin = prepare(p.db, "BEGIN IMMEDIATE");
	p.commit = prepare(p.db, "COMMIT");
	speed = run(&p);
	for (size_t i = 0; i < COUNT(text_steps); i++)
		unload(p.text[i]);
	for (size_t i = 0; i < COUNT(result_steps); i++)
		unload(p.result[i]);
	for (size_t i = 0; i < COUNT(group_sql); i++)
		sqlite3_finalize(p.group[i]);
	sqlite3_finalize(p.begin);
	sqlite3_finalize(p.commit);
	sqlite3_close(source);
	compare(p.db, from);
	sqlite3_close(p.db);
	return speed;
}
