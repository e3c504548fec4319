/* Many reminders on one day: what finding and queueing them costs beside one INSERT ... SELECT of
 * the same rows, what a day costs on which nothing is due, and how long answers take meanwhile. The
 * daemon's own flows and loop on a store in FOLDER; its modems are structs that never answer.
 * usage: reminders TEMPLATES FOLDER WORKERS DUE
 * prints: queued ours_s bare_s quiet_look_ms quiet_day_ms idle_p99_ms busy_p99_ms answers */
#include "bare_rows.h"
#include "crowd.h"
#include "daemon/inbox.h"
#include "daemon/look.h"
#include "daemon/reload.h"
#include "daemon/remind.h"
#include "daemon/tick.h"

#include <event2/event.h>
#include <inttypes.h>
#include <limits.h>
#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/log.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MODEMS 64
#define ANSWERS 400     /* texts in of each run whose answers are timed, at most */
#define EVERY_US 50000  /* between two of them */
#define CHECKPOINT 4000 /* WAL pages, as the daemon has it when busy */
#define QUIET ((struct date){ 2026, 6, 25 })
#define BUSY ((struct date){ 2026, 7, 1 }) /* thirty days before cover ends: the first text */

void bench_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void must(rc_t rc, const char *what)
{
	if (rc != RC_OK)
		bench_die("reminders: %s: %s", what, rc_text(rc));
}

static double seconds(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double bench_seconds(void)
{
	return seconds(CLOCK_MONOTONIC);
}

/* ---- modems that take what they get and say nothing; one of them brings texts in ---- */

struct channel {
	unsigned acks;
};
static struct channel channel;

rc_t channel_send_fd(struct channel *c, const struct frame *f, int fd)
{
	(void)fd;
	c->acks += f->type == FRAME_ACK;
	return RC_OK;
}

rc_t channel_send(struct channel *c, const struct frame *f)
{
	return channel_send_fd(c, f, -1);
}

struct channel *channel_spawn(
        struct event_base *base, const char *worker, const struct channel_ops *ops, void *arg)
{
	(void)base, (void)worker, (void)ops, (void)arg;
	return NULL;
}

void channel_deadline(struct channel *c, int ms)
{
	(void)c, (void)ms;
}

void channel_kill(struct channel *c)
{
	(void)c;
	bench_die("a modem was to be killed");
}

void channel_hold(struct channel *c, bool held)
{
	(void)c, (void)held;
}

pid_t channel_pid(const struct channel *c)
{
	(void)c;
	return 0;
}

/* ---- the daemon ---- */

struct bench {
	struct daemon d;
	struct modem modem[MODEMS];
	char store[200];
	/* answers */
	struct event *bring;
	double asked, took[ANSWERS];
	unsigned seq, acks;
};

static void write_conf(const struct bench *b, const char *folder, const char *templates)
{
	char path[220], full[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s/conf", folder);
	f = fopen(path, "w");
	if (!f || !realpath(templates, full))
		bench_die("%s, %s: cannot be used", path, templates);
	fprintf(f,
	        "store = \"%s\"\nkey_file = \"%s.key\"\ntemplates = \"%s\"\ncontrol = "
	        "\"control\"\n",
	        b->store, b->store, full);
	fprintf(f, "log_level = err\nservice { name = \"P\" helpdesk = \"0800\" }\n");
	fprintf(f, "limits { per_sim_hour = 10000 per_sim_day = 100000 all_hour = 1000000"
	           " all_day = 10000000 answers_all_hour = 1000000 replies_per_number_day = 1000"
	           " same_text_hour = 1000 }\n");
	fprintf(f, "reminders { ahead_s = 3600 reserve_percent = 0 }\n");
	fclose(f);
}

static void on_bring(evutil_socket_t fd, short what, void *arg);

static void open_daemon(struct bench *b, const char *folder)
{
	char conf[220], err[RELOAD_ERR_CAP];
	struct daemon *d = &b->d;

	snprintf(conf, sizeof conf, "%s/conf", folder);
	if (conf_load(conf, &d->conf, err) != RC_OK)
		bench_die("%s", err);
	must(keys_load(d->conf->key_file, &d->keys, err), "key");
	if (store_open(b->store, STORE_LIVE, d->keys, 0, &d->store, err) != RC_OK)
		bench_die("%s", err);
	if (!reload_templates(d, err))
		bench_die("%s", err);
	d->clock_ok = true;
	d->base = event_base_new();
	if (!d->base || event_base_priority_init(d->base, 2) != 0)
		bench_die("event base");
	d->tick = tick_new(d);
	remind_start(d);
	b->bring = event_new(d->base, -1, 0, on_bring, b);
	must(store_begin(d->store), "begin");
	for (size_t i = 0; i < MODEMS; i++) {
		struct modem *m = &b->modem[i];
		char imsi[24];

		snprintf(imsi, sizeof imsi, "51010%010zu", i);
		*m = (struct modem){
			.d = d, .index = i, .state = MODEM_UP, .channel = &channel, .send_ms = 1000
		};                      /* so the lines carry all of it today */
		m->works = MODEM_AHEAD; /* busy: what is queued stays queued */
		must(store_line_seen(d->store, imsi, "m", "", "", "", clock_now(), &m->line),
		        "line");
		d->modem[d->modems++] = m;
	}
	must(store_commit(d->store), "commit");
}

static void close_daemon(struct bench *b)
{
	struct daemon *d = &b->d;

	event_free(b->bring);
	remind_stop(d);
	tick_free(d->tick);
	event_base_free(d->base);
	store_close(d->store);
	keys_free(d->keys);
	tmpl_free(d->texts);
	talk_lexicon_free(d->lexicon);
	conf_free(d->conf);
	*d = (struct daemon){ 0 };
}

static void make_store(struct bench *b, const char *folder, int64_t workers, int64_t due)
{
	const struct crowd c = { .workers = workers,
		.due = due,
		.ends = date_days((struct date){ 2026, 7, 31 }),
		.look = date_days(BUSY),
		.linked_at = date_days((struct date){ 2026, 6, 1 }) * 86400 };
	char key[220], err[512];
	struct keys *keys;
	struct store *s;

	snprintf(b->store, sizeof b->store, "%s/store", folder);
	snprintf(key, sizeof key, "%s.key", b->store);
	if (keys_create(key, err) != RC_OK || keys_load(key, &keys, err) != RC_OK)
		bench_die("%s", err);
	if (store_open(b->store, STORE_CREATE, keys, 0, &s, err) != RC_OK)
		bench_die("%s", err);
	store_close(s);
	keys_free(keys);
	crowd_fill(b->store, &c);
}

static void look(struct bench *b)
{
	remind_housekeeping(&b->d);
	if (tick_waiting(&b->d, NULL) && !tick_flush(&b->d))
		bench_die("store: %s", store_detail(b->d.store));
}

/* ---- a day without anything due ---- */

/* CPU of a day's seconds; looks: what the daemon does in each, else only the clock runs. */
static double a_day(struct bench *b, bool looks)
{
	const double began = seconds(CLOCK_PROCESS_CPUTIME_ID);

	for (int i = 1; i <= 86400; i++) {
		clock_set_virtual(date_utc(QUIET, 0, ZONE_WIB) + i);
		if (looks)
			look(b);
	}
	return (seconds(CLOCK_PROCESS_CPUTIME_ID) - began) * 1e3;
}

static void quiet_day(struct bench *b, double *look_ms, double *day_ms)
{
	double bare_ms = a_day(b, false), began;

	clock_set_virtual(date_utc(QUIET, 0, ZONE_WIB));
	began = seconds(CLOCK_PROCESS_CPUTIME_ID);
	look(b);
	*look_ms = (seconds(CLOCK_PROCESS_CPUTIME_ID) - began) * 1e3;
	*day_ms = *look_ms + a_day(b, true) - bare_ms;
}

/* ---- answers, in the daemon's own loop: from the moment a text is there to its receipt ---- */

static void bring_text(struct bench *b)
{
	struct frame f = { .type = FRAME_INBOX,
		.inbox = { .seq = ++b->seq,
		        .slot = { "SM", b->seq % 20 + 1 },
		        .ton = FRAME_TON_INTERNATIONAL,
		        .scts = clock_now(),
		        .scts_zone = 7 * 60,
		        .total = 1,
		        .part = 1,
		        .ref = b->seq,
		        .text = "BANTU",
		        .pdu_len = 40 } };

	snprintf(f.inbox.sender, sizeof f.inbox.sender, "+62857%08u", b->seq);
	inbox_on_frame(&b->modem[0], &f);
}

static void bring_in(struct bench *b, double us)
{
	struct timeval tv = { .tv_usec = us > 0 ? (suseconds_t)us : 0 };

	event_add(b->bring, &tv);
}

/* The next text is due at a fixed moment, whatever the loop does then. */
static void on_bring(evutil_socket_t fd, short what, void *arg)
{
	struct bench *b = arg;

	(void)fd, (void)what;
	bring_text(b);
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double answers(struct bench *b, bool busy, int *n)
{
	double due, asked;

	look(b);
	due = asked = bench_seconds();
	for (*n = 0; *n < ANSWERS && (!busy || remind_has_more(&b->d)); ++*n) {
		unsigned before = channel.acks;

		due += EVERY_US / 1e6;
		bring_in(b, (due - bench_seconds()) * 1e6);
		while (channel.acks == before)
			event_base_loop(b->d.base, EVLOOP_ONCE);
		b->took[*n] = (bench_seconds() - due) * 1e3;
		remind_housekeeping(
		        &b->d); /* the daemon asks every second, then it goes on by itself */
		must(store_checkpoint(b->d.store, CHECKPOINT), "checkpoint");
	}
	qsort(b->took, (size_t)*n, sizeof *b->took, by_size);
	return b->took[*n * 99 / 100];
}

/* ---- finding and queueing, without a pause ---- */

static double queue_rest(struct bench *b)
{
	double began = bench_seconds();

	do {
		look(b);
		must(store_checkpoint(b->d.store, CHECKPOINT), "checkpoint");
	} while (remind_has_more(&b->d));
	return bench_seconds() - began;
}

static void run(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		bench_die("%s: %s", sql, why);
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK || sqlite3_step(q) != SQLITE_ROW)
		bench_die("%s: %s", sql, sqlite3_errmsg(db));
	int64_t n = sqlite3_column_int64(q, 0);

	sqlite3_finalize(q);
	return n;
}

static sqlite3 *open_plain(const struct bench *b)
{
	sqlite3 *db;

	if (sqlite3_open(b->store, &db) != SQLITE_OK)
		bench_die("%s: %s", b->store, sqlite3_errmsg(db));
	run(db, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = "
	        "ON");
	return db;
}

/* Takes the rows of the run out of the store and keeps them beside it. */
static sqlite3 *take_out(const struct bench *b)
{
	sqlite3 *db = open_plain(b);
	char sql[300];

	snprintf(sql, sizeof sql, "ATTACH '%s-rows' AS kept", b->store);
	run(db, sql);
	run(db, "CREATE TABLE kept.outbox AS SELECT * FROM outbox WHERE class = 4");
	run(db, "CREATE TABLE kept.reminder AS SELECT * FROM reminder ORDER BY kind, subject");
	run(db, "CREATE TABLE kept.watch AS SELECT w.* FROM reminder_watch w JOIN kept.reminder r"
	        " ON w.kind = r.kind AND w.subject = r.subject ORDER BY w.kind, w.subject");
	return db;
}

static void undo(const struct bench *b, sqlite3 *db)
{
	char sql[300];

	snprintf(sql, sizeof sql,
	        "BEGIN; DELETE FROM reminder;"
	        " DELETE FROM outbox WHERE id IN (SELECT id FROM kept.outbox);"
	        " UPDATE reminder_watch SET day = %" PRId64 " FROM kept.watch w"
	        " WHERE w.kind = reminder_watch.kind AND w.subject = reminder_watch.subject; "
	        "COMMIT",
	        date_days(BUSY));
	(void)b;
	run(db, sql);
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* The same rows, written once more by one statement a table. */
static double bare(sqlite3 *db)
{
	double began = bench_seconds();

	run(db, "BEGIN IMMEDIATE; INSERT INTO outbox SELECT * FROM kept.outbox;"
	        " INSERT INTO reminder SELECT * FROM kept.reminder;"
	        " UPDATE reminder_watch SET day = w.day, last = w.last FROM kept.watch w"
	        " WHERE w.kind = reminder_watch.kind AND w.subject = reminder_watch.subject; "
	        "COMMIT;"
	        " PRAGMA wal_checkpoint(PASSIVE)");
	return bench_seconds() - began;
}

static void queueing(struct bench *b, int64_t *n, double *ours, double *plain)
{
	clock_set_virtual(date_utc(BUSY, 9 * 60, ZONE_WIB));
	*ours = queue_rest(b);
	close_daemon(b);
	sqlite3 *db = take_out(b);

	*n = ask(db, "SELECT count(*) FROM kept.outbox");
	undo(b, db);
	*plain = bare(db);
	undo(b, db);
	sqlite3_close(db);
}

int main(int argc, char **argv)
{
	static struct bench b;
	double look_ms, day_ms, idle, busy, ours, plain;
	int64_t queued;
	int n;

	if (argc != 5)
		bench_die("usage: reminders TEMPLATES FOLDER WORKERS DUE");
	log_open("bench", LOG_LVL_ERR);
	clock_set_virtual(date_utc(QUIET, 0, ZONE_WIB) - 60);
	make_store(&b, argv[2], atoll(argv[3]), atoll(argv[4]));
	write_conf(&b, argv[2], argv[1]);
	sync(); /* the disk is done with the store before anything waits for it */
	open_daemon(&b, argv[2]);
	quiet_day(&b, &look_ms, &day_ms);
	(void)answers(&b, false, &n); /* warms up */
	idle = answers(&b, false, &n);
	queueing(&b, &queued, &ours, &plain);
	open_daemon(&b, argv[2]);
	busy = answers(&b, true, &n);
	close_daemon(&b);
	printf("%" PRId64 " %f %f %f %f %f %f %d\n", queued, ours, plain, look_ms, day_ms, idle,
	        busy, n);
	return 0;
}
