/* payungd without its loop and without modems: texts go in where the modem's worker would bring
 * them and through the tick into a real store, and the answers stay queued, to be read. Virtual
 * clock. Included, not linked. */
#ifndef DAEMON_FIXTURE_H
#define DAEMON_FIXTURE_H

#include "daemon/inbox.h"
#include "daemon/reload.h"
#include "daemon/tick.h"
#include "store/store_int.h"
#include "store_fixture.h"

#include <event2/event.h>
#include <payung/log.h>
#include <payung/regcode.h>
#include <payung/text.h>

#define SAID_MAX 8
#define CHECKPOINT 1000 /* texts between checkpoints */

struct office {
	struct place p;
	struct daemon d;
	struct conf conf;
	struct modem modem;
	int64_t now;
	unsigned seq;
	uint64_t statements; /* of the last text */
	uint64_t commits;
	sqlite3_stmt *last, *replies;
};
struct said { /* what came of one text */
	enum inbox_state state;
	char intent[40];
	size_t n;
	struct {
		char id[TMPL_ID_CAP], body[TMPL_TEXT_CAP];
	} reply[SAID_MAX];
};

/* Wide limits: a test narrows what it is about. */
static inline struct conf_limits office_limits(void)
{
	return (struct conf_limits){ .per_sim_hour = 100000,
		.per_sim_day = 1000000,
		.all_hour = 1000000,
		.all_day = 10000000,
		.max_segments_reply = 1,
		.max_segments_notice = 1,
		.max_segments_manual = 3,
		.replies_per_number_day = 100000,
		.wrong_codes_per_hour = 5,
		.wrong_codes_per_day = 100000,
		.wrong_codes_all_hour = 100000,
		.same_text_hour = 100000,
		.answers_all_hour = 10000000,
		.repeat_window_min = 10,
		.message_ttl_h = 24,
		.notice_ttl_h = 168,
		.dialogue_ttl_h = 24,
		.question_days = 14,
		.consent_days = 14,
		.answers_line_hour = 10000000,
		.workers_per_phone = 3,
		.age_min = 17,
		.age_max_new = 64 };
}

static inline int office_trace(unsigned what, void *arg, void *stmt, void *sql)
{
	struct office *o = arg;

	(void)what, (void)stmt;
	o->statements += strncmp(sql, "--", 2) != 0; /* not the lines of triggers */
	return 0;
}

static inline sqlite3_stmt *office_query(struct office *o, const char *sql)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v3(o->p.s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL) !=
	        SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(o->p.s->db));
	return q;
}

/* The sync of a disk is not what these tests are about. */
static inline void office_folder(struct place *p)
{
	char err[CRYPTO_ERR_CAP];

	snprintf(p->folder, sizeof p->folder, "%s/payung-office-XXXXXX",
	        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->key, sizeof p->key, "%s/key", p->folder);
	snprintf(p->path, sizeof p->path, "%s/store", p->folder);
	must(keys_create(p->key, err));
	must(keys_load(p->key, &p->keys, err));
}

static inline struct office *office_open(int64_t now)
{
	struct office *o = calloc(1, sizeof *o);
	char err[RELOAD_ERR_CAP];

	assert_non_null(o);
	log_open("test", LOG_LVL_ERR);
	clock_set_virtual(o->now = now);
	office_folder(&o->p);
	place_open(&o->p, STORE_CREATE);
	o->conf.zone = ZONE_WIB;
	o->conf.limits = office_limits();
	strcpy(o->conf.templates, "templates");
	strcpy(o->conf.service.name, "PAYUNG DEMAK");
	strcpy(o->conf.service.helpdesk, "08001234567");
	strcpy(o->conf.service.official, "175");
	o->d = (struct daemon){ .conf = &o->conf, .keys = o->p.keys, .store = o->p.s };
	o->d.clock_ok = true;
	if (!reload_templates(&o->d, err))
		fail_msg("%s", err);
	o->d.base = event_base_new();
	assert_int_equal(event_base_priority_init(o->d.base, 2), 0);
	o->d.tick = tick_new(&o->d);
	must(store_begin(o->p.s));
	o->modem = (struct modem){ .d = &o->d, .line = add_line(o->p.s, "510100000000001") };
	must(store_commit(o->p.s));
	o->last = office_query(o, "SELECT id, state, intent FROM inbox ORDER BY id DESC LIMIT 1");
	o->replies = office_query(o, "SELECT template_id, body FROM outbox WHERE inbox = ?1"
	                             " AND msisdn = ?2 ORDER BY id");
	sqlite3_trace_v2(o->p.s->db, SQLITE_TRACE_STMT, office_trace, o);
	return o;
}

static inline void office_close(struct office *o)
{
	char command[128];

	sqlite3_finalize(o->last);
	sqlite3_finalize(o->replies);
	tick_free(o->d.tick);
	event_base_free(o->d.base);
	tmpl_free(o->d.texts);
	talk_lexicon_free(o->d.lexicon);
	free(o->d.areas);
	store_close(o->p.s);
	keys_free(o->p.keys);
	snprintf(command, sizeof command, "rm -rf '%s'", o->p.folder);
	assert_int_equal(system(command), 0);
	free(o);
	clock_set_virtual(-1);
}

static inline void office_read(struct office *o, const char *phone, struct said *out)
{
	*out = (struct said){ 0 };
	assert_int_equal(sqlite3_step(o->last), SQLITE_ROW);
	out->state = (enum inbox_state)sqlite3_column_int(o->last, 1);
	text_copy(out->intent, sizeof out->intent, (const char *)sqlite3_column_text(o->last, 2));
	sqlite3_bind_int64(o->replies, 1, sqlite3_column_int64(o->last, 0));
	sqlite3_bind_text(o->replies, 2, phone, -1, SQLITE_STATIC);
	sqlite3_reset(o->last);
	while (sqlite3_step(o->replies) == SQLITE_ROW && out->n < SAID_MAX) {
		text_copy(out->reply[out->n].id, TMPL_ID_CAP,
		        (const char *)sqlite3_column_text(o->replies, 0));
		text_copy(out->reply[out->n++].body, TMPL_TEXT_CAP,
		        (const char *)sqlite3_column_text(o->replies, 1));
	}
	sqlite3_reset(o->replies);
}

/* A phone texts after so many seconds; what came of it is read after the commit. */
static inline void office_say(
        struct office *o, const char *phone, int wait_s, const char *text, struct said *out)
{
	struct frame f = { .type = FRAME_INBOX,
		.inbox = { .seq = ++o->seq,
		        .slot = { "SM", o->seq % 20 + 1 },
		        .ton = FRAME_TON_INTERNATIONAL,
		        .scts = o->now + wait_s,
		        .scts_zone = 7 * 60,
		        .total = 1,
		        .part = 1,
		        .ref = o->seq, /* keeps two texts of one second apart */
		        .pdu_len = 40 } };

	clock_set_virtual(o->now += wait_s);
	text_copy(f.inbox.sender, sizeof f.inbox.sender, phone);
	text_copy(f.inbox.text, sizeof f.inbox.text, text);
	o->statements = 0;
	o->commits = store_commits(o->p.s);
	inbox_on_frame(&o->modem, &f);
	assert_true(tick_flush(&o->d));
	o->commits = store_commits(o->p.s) - o->commits;
	uint64_t statements = o->statements;

	office_read(o, phone, out);
	o->statements = statements;
	if (o->seq % CHECKPOINT == 0)
		must(store_checkpoint(o->p.s, 0));
}

/* Codes of a kind: named when nik is given, else open; each from a batch of its own. */
static inline void office_code(struct office *o, int64_t pledge, const char *code, const char *nik,
        const char *name, const char *phone)
{
	struct code_listed l = { .area = "332102", .job = 2 };
	int64_t batch;

	if (nik) {
		text_copy(l.nik, sizeof l.nik, nik);
		text_copy(l.name, sizeof l.name, name);
		text_copy(l.phone, sizeof l.phone, phone);
	}
	must(store_batch_add(o->p.s, pledge, "332102", nik != NULL, o->now,
	        o->now + INT64_C(86400) * 3650, &batch));
	must(store_code_add(o->p.s, batch, code, nik ? &l : NULL));
}

/* The i-th of many codes that could have been drawn. */
static inline void office_code_of(int i, char out[REGCODE_LEN + 1])
{
	snprintf(out, REGCODE_LEN + 1, "%07d", 1000000 + (int)((int64_t)i * 7654321 % 8999993));
	out[REGCODE_LEN - 1] = (char)('0' + damm_digit(out, REGCODE_LEN - 1));
	out[REGCODE_LEN] = '\0';
}

#endif
