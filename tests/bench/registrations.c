/* How many complete registrations a second pass through inbox, talk, store and outbox when modems
 * cost nothing, and how many times a second plain SQLite can write the very same rows, under the
 * same constraints, in the same commit groups (bare_rows.c). Modems are the daemon's own structs;
 * their channel is this file, which answers every SEND with SENT in the next group.
 * usage: registrations TEMPLATES   prints: ours bare texts rounds */
#include "bare_rows.h"
#include "daemon/inbox.h"
#include "daemon/outbox.h"
#include "daemon/reload.h"
#include "daemon/tick.h"

#include <event2/event.h>
#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/log.h>
#include <payung/store_scheme.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 9
#define MODEMS (BENCH_GROUP / MODEM_AHEAD)

static int errors; /* the real stderr: the daemon's log goes to a file, as it does in service */

void bench_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(errors, fmt, ap);
	dprintf(errors, "\n");
	exit(1);
}

static void must(rc_t rc, const char *what)
{
	if (rc != RC_OK)
		bench_die("registrations: %s: %s", what, rc_text(rc));
}

double bench_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the channel of a modem that needs no time ---- */

struct channel {
	struct modem *m;
	struct frame_send given[MODEM_AHEAD];
	size_t n;
	unsigned acks;
};

rc_t channel_send_fd(struct channel *c, const struct frame *f, int fd)
{
	(void)fd;
	if (f->type == FRAME_ACK)
		c->acks++;
	if (f->type == FRAME_SEND && c->n < MODEM_AHEAD)
		c->given[c->n++] = f->send;
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
	bench_die("modem %s was to be killed", c->m->conf.name);
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

/* ---- a scheme with a named code for each registration ---- */

static void phone_of(int i, char out[MSISDN_CAP])
{
	snprintf(out, MSISDN_CAP, "+62812%08d", i);
}

/* Scattered, as codes drawn at random are, and the same in every round. */
static void code_of(int i, char out[REGCODE_LEN + 1])
{
	snprintf(out, REGCODE_LEN + 1, "%07d", 1000000 + (int)((int64_t)i * 7654321 % 8999993));
	out[REGCODE_LEN - 1] = (char)('0' + damm_digit(out, REGCODE_LEN - 1));
	out[REGCODE_LEN] = '\0';
}

static void add_codes(struct store *s, int64_t batch)
{
	for (int i = 0; i < BENCH_TEXTS; i++) {
		struct code_listed l = { .area = "332102", .job = 1 };
		char code[REGCODE_LEN + 1];

		snprintf(
		        l.nik, sizeof l.nik, "33210241%02d90%04d", 1 + i / 9999 % 12, 1 + i % 9999);
		snprintf(l.name, sizeof l.name, "SITI AMINAH %d", i);
		phone_of(i, l.phone);
		code_of(i, code);
		must(store_code_add(s, batch, code, &l), "code");
	}
}

static void add_scheme(struct store *s, int64_t line[MODEMS])
{
	int64_t now = clock_now(), id, batch;
	struct programme_row g = {
		.code = "PNS", .name = "PNS Peduli", .legal_basis = "SE 1/2026", .areas = "3321"
	};
	struct sponsor_row p = { .name = "Dinas Sosial", .sms_name = "Dinsos", .phone = "+6281" };
	struct pledge_row b = { .ref = "D4F7K2",
		.programme = "PNS",
		.funding = FUND_LOCAL_BUDGET,
		.workers = BENCH_TEXTS,
		.months = 12,
		.instalment = 3,
		.start = 2027 * 12 };

	must(store_begin(s), "begin");
	must(store_programme_add(s, &g, now, &id), "programme");
	must(store_sponsor_add(s, &p, now, &b.sponsor), "sponsor");
	must(store_pledge_add(s, &b, &id), "pledge");
	must(store_batch_add(s, id, "332102", true, now, now + 86400, &batch), "batch");
	add_codes(s, batch);
	for (int i = 0; i < MODEMS; i++) {
		char imsi[24];

		snprintf(imsi, sizeof imsi, "51010%010d", i);
		must(store_line_seen(s, imsi, "m", "", "", "", now, &line[i]), "line");
	}
	must(store_commit(s), "commit");
	must(store_checkpoint(s, 0), "checkpoint");
}

/* ---- the daemon without its loop ---- */

struct bench {
	struct daemon d;
	struct conf conf;
	struct channel channel[MODEMS];
	struct modem modem[MODEMS];
};

static void make_daemon(struct bench *b, struct store *s, struct keys *keys, const char *templates)
{
	struct daemon *d = &b->d;
	char err[RELOAD_ERR_CAP];

	*b = (struct bench){ 0 };
	d->conf = &b->conf;
	b->conf.zone = ZONE_WIB;
	b->conf.limits = (struct conf_limits){ .per_sim_hour = INT32_MAX / 2,
		.per_sim_day = INT32_MAX / 2,
		.all_hour = INT32_MAX / 2,
		.all_day = INT32_MAX / 2,
		.max_segments_reply = 1,
		.replies_per_number_day = 20,
		.wrong_codes_per_hour = 5,
		.wrong_codes_per_day = 15,
		.wrong_codes_all_hour = 60,
		.same_text_hour = 3,
		.answers_all_hour = INT32_MAX / 2,
		.answers_line_hour = INT32_MAX / 2,
		.repeat_window_min = 10,
		.message_ttl_h = 24,
		.dialogue_ttl_h = 24,
		.workers_per_phone = 3,
		.age_min = 17,
		.age_max_new = 64 };
	snprintf(b->conf.templates, sizeof b->conf.templates, "%s", templates);
	strcpy(b->conf.service.helpdesk, "08001234567");
	strcpy(b->conf.service.official, "175");
	if (!reload_templates(d, err))
		bench_die("%s", err);
	d->store = s;
	d->keys = keys;
	d->clock_ok = true;
	d->base = event_base_new();
	if (!d->base || event_base_priority_init(d->base, 2) != 0)
		bench_die("event base");
	d->tick = tick_new(d);
}

static void add_modems(struct bench *b, const int64_t line[MODEMS])
{
	for (size_t i = 0; i < MODEMS; i++) {
		struct modem *m = &b->modem[i];

		m->d = &b->d;
		m->index = i;
		m->state = MODEM_UP;
		m->line = line[i];
		m->channel = &b->channel[i];
		b->channel[i].m = m;
		b->d.modem[b->d.modems++] = m;
	}
}

static void free_daemon(struct bench *b)
{
	tick_free(b->d.tick);
	event_base_free(b->d.base);
	tmpl_free(b->d.texts);
	talk_lexicon_free(b->d.lexicon);
}

/* ---- the run ---- */

static void text_in(struct modem *m, int i)
{
	struct frame f = { .type = FRAME_INBOX,
		.inbox = { .seq = (uint32_t)i + 1,
		        .slot = { "SM", (uint32_t)i % 20 + 1 },
		        .ton = FRAME_TON_INTERNATIONAL,
		        .scts = clock_now(),
		        .scts_zone = 7 * 60,
		        .total = 1,
		        .part = 1,
		        .pdu_len = 40 } };
	char code[REGCODE_LEN + 1];

	phone_of(i, f.inbox.sender);
	code_of(i, code);
	snprintf(f.inbox.text, sizeof f.inbox.text, "DAFTAR %s", code);
	memset(f.inbox.pdu, i & 0xff, f.inbox.pdu_len);
	inbox_on_frame(m, &f);
}

static void all_sent(struct bench *b)
{
	for (size_t i = 0; i < MODEMS; i++) {
		struct channel c = b->channel[i];

		b->channel[i].n = 0; /* what follows may give it the next ones */
		for (size_t k = 0; k < c.n; k++) {
			struct frame_started started = { c.given[k].id, c.given[k].part };
			struct frame_sent sent = { .id = c.given[k].id,
				.part = c.given[k].part,
				.mr = (int32_t)(c.given[k].id & 0xff) };

			outbox_on_started(c.m, &started);
			outbox_on_sent(c.m, &sent);
		}
	}
}

static double run_ours(struct bench *b)
{
	double began = bench_seconds();

	for (int done = 0; done <= BENCH_TEXTS; done += BENCH_GROUP) {
		all_sent(b);
		for (int i = done; i < done + BENCH_GROUP && i < BENCH_TEXTS; i++)
			text_in(&b->modem[i % MODEMS], i);
		if (!tick_flush(&b->d))
			bench_die("store: %s", store_detail(b->d.store));
		if (done % (BENCH_GROUP * BENCH_CHECKPOINT) == 0)
			must(store_checkpoint(b->d.store, 0), "checkpoint");
	}
	return BENCH_TEXTS / (bench_seconds() - began);
}

static struct store *fresh_store(const char *path, struct keys *keys, int64_t line[MODEMS])
{
	char err[STORE_ERR_CAP];
	struct store *s;

	if (store_open(path, STORE_CREATE, keys, 0, &s, err) != RC_OK)
		bench_die("%s", err);
	add_scheme(s, line);
	return s;
}

static void round_of(const char *folder, const char *templates, double *ours, double *bare)
{
	static struct bench b;
	char key[96], mine[96], plain[96], err[CRYPTO_ERR_CAP];
	int64_t line[MODEMS];
	struct keys *keys;
	struct store *s;

	snprintf(key, sizeof key, "%s/key", folder);
	snprintf(mine, sizeof mine, "%s/ours", folder);
	snprintf(plain, sizeof plain, "%s/bare", folder);
	if (keys_create(key, err) != RC_OK || keys_load(key, &keys, err) != RC_OK)
		bench_die("%s", err);
	s = fresh_store(mine, keys, line);
	make_daemon(&b, s, keys, templates);
	add_modems(&b, line);
	*ours = run_ours(&b);
	free_daemon(&b);
	store_close(s);
	store_close(fresh_store(plain, keys, line));
	*bare = bare_rows(mine, plain);
	keys_free(keys);
}

static int by_ratio(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (x[0] / x[1] > y[0] / y[1]) - (x[0] / x[1] < y[0] / y[1]);
}

int main(int argc, char **argv)
{
	double result[ROUNDS][2];

	errors = dup(STDERR_FILENO);
	if (argc != 2)
		bench_die("usage: registrations TEMPLATES");
	for (int i = 0; i < ROUNDS; i++) {
		char folder[] = "/tmp/payung-bench-XXXXXX", log[96], remove[96];

		if (!mkdtemp(folder))
			bench_die("no folder in /tmp");
		snprintf(log, sizeof log, "%s/log", folder);
		if (!freopen(log, "a", stderr))
			bench_die("%s", log);
		log_open("bench", LOG_LVL_INFO);
		round_of(folder, argv[1], &result[i][0], &result[i][1]);
		snprintf(remove, sizeof remove, "rm -rf %s", folder);
		if (system(remove) != 0)
			bench_die("%s", remove);
	}
	qsort(result, ROUNDS, sizeof *result, by_ratio);
	printf("%.0f %.0f %d %d\n", result[ROUNDS / 2][0], result[ROUNDS / 2][1], BENCH_TEXTS,
	        ROUNDS);
	return 0;
}
