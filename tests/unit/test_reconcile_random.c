/* Random districts: whatever comes in, in whatever order, wherever the job is killed, the sums
 * hold, no worker-month has two payers, a second run writes nothing, and the store is the same row
 * by row. */
#include "aktif_judge.h"
#include "cover_draw.h"
#include "reconcile_fixture.h"
#include <sys/wait.h>

#define PLEDGES 4
#define WORKERS 9
#define FACTS 24
#define ROUNDS 5 /* unless PAYUNG_ROUNDS says more */
#define KILLED 1
#define STEP 25 /* groups from one kill to the next, at most */

struct fact { /* a bank line, or what the insurer said */
	bool insurer;
	int64_t day;
	rupiah_t amount;
	const char *text, *account, *name, *reason;
	int worker;
	month_t from, to;
};
struct district {
	int places[PLEDGES], first[PLEDGES], n[PLEDGES], also[PLEDGES];
	struct fact fact[FACTS];
};

static char key[64];
static const char *const refs[PLEDGES] = { "AAAAA2", "BBBBB3", "CCCCC4", "DDDDD5" };

/* ---- drawing ---- */

static void draw_payment(struct fact *f)
{
	static const char *const accounts[] = { "11", "22", "33", "" };
	static const rupiah_t amounts[] = { 3 * 8400, 6 * 8400, 8400, 9 * 8400, 25000, 12345 };

	f->day = DAY0 - 12 + draw(40);
	f->amount = amounts[draw(6)];
	f->text = draw(4) ? refs[draw(PLEDGES)] : "iuran";
	f->account = accounts[draw(4)];
	if (!draw(6))
		f->amount = -f->amount;
}

static void draw_answer(struct fact *f)
{
	f->insurer = true;
	f->day = DAY0 + draw(40);
	f->worker = 1 + draw(WORKERS + 1);
	f->from = JULY + draw(3);
	f->to = f->from + draw(4);
	f->name = draw(6) ? "Budi" : draw(2) ? "Bude" : "Sutarno Wibowo";
	f->reason = draw(3) ? "" : draw(2) ? "umur" : "NIK tidak padan";
	if (f->reason[0] && !draw(3)) { /* the person, whatever the month */
		f->from = 0;
		f->to = -1;
	}
}

static void draw_district(struct district *t)
{
	int next = 1;

	memset(t, 0, sizeof *t);
	for (int p = 0; p < PLEDGES; p++) {
		t->places[p] = 1 + draw(3);
		t->first[p] = next;
		t->n[p] = p + 1 < PLEDGES ? 1 + draw(3) : WORKERS + 1 - next;
		t->also[p] = draw(3) ? 0 : 1 + draw(WORKERS); /* somebody else's worker, too */
		next += t->n[p];
	}
	for (int i = 0; i < FACTS; i++)
		draw(3) ? draw_payment(&t->fact[i]) : draw_answer(&t->fact[i]);
}

/* ---- bringing it into a store ---- */

static void enrol(struct desk *d, const struct district *t)
{
	for (int p = 0; p < PLEDGES; p++)
		(void)desk_pledge(d, refs[p], t->places[p], t->first[p], t->n[p]);
	must(store_begin(d->s));
	for (int p = 0; p < PLEDGES; p++) {
		const int n = t->also[p];
		char nik[NIK_LEN + 8], code[16], ref[16], phone[24];
		struct pledge_row row;

		must(store_pledge_get_id(d->s, p + 1, &row));
		if (!n || (n >= t->first[p] && n < t->first[p] + t->n[p]))
			continue;
		snprintf(nik, sizeof nik, "337401010180%04d", n);
		snprintf(code, sizeof code, "%08d", 900 + p);
		snprintf(ref, sizeof ref, "T%05d", 900 + p);
		snprintf(phone, sizeof phone, "+62812%07d", n);
		add_code(d->s, p + 1, code, nik);
		must(use_code(d->s, code, ref, phone, NULL, row.taken >= row.workers));
	}
	must(store_commit(d->s));
}

static void add_fact(struct desk *d, int64_t file, const struct fact *f, int number)
{
	char words[64], nik[NIK_LEN + 8];
	struct source_row row = { file, number, words };
	const struct payment_new p = { f->day, f->amount, f->text, f->account, "PT A", false };
	const struct confirmation_new c = { .nik = nik,
		.name = f->name,
		.card = "",
		.reason = f->reason,
		.day = f->day,
		.from = f->from,
		.to = f->to,
		.segment = SEGMENT_SELF_EMPLOYED,
		.sex = -1 };
	int64_t id;

	snprintf(nik, sizeof nik, "337401010180%04d", f->worker);
	snprintf(words, sizeof words, "%lld %lld %s %s %d %d %d", (long long)f->day,
	        (long long)f->amount, f->insurer ? f->name : f->text,
	        f->insurer ? f->reason : f->account, f->worker, f->from, f->to);
	rc_t rc = f->insurer ? store_row_confirmation(d->s, &row, &c, &id)
	                     : store_row_payment(d->s, &row, &p, &id);
	if (rc != RC_EXISTS) /* the same words in two files are one fact */
		must(rc);
}

/* The facts in the order given, as files of one day. */
static void bring(struct desk *d, const struct fact *fact, size_t n)
{
	int number = 0;

	must(store_begin(d->s));
	const int64_t bank = desk_file(d, SOURCE_BANK), insurer = desk_file(d, SOURCE_INSURER);

	for (size_t i = 0; i < n; i++)
		add_fact(d, fact[i].insurer ? insurer : bank, &fact[i], ++number);
	must(store_file_end(d->s, bank, T0));
	must(store_file_end(d->s, insurer, T0));
	must(store_commit(d->s));
}

/* ---- pictures ---- */

struct picture {
	char *words;
	size_t n;
};

static void add_row(struct picture *p, sqlite3_stmt *q, const char *table)
{
	for (int i = 0; i < sqlite3_column_count(q); i++) {
		/* Blobs are sealed, and sealed anew each time; the chain's hashes hold them. */
		const bool skip = sqlite3_column_type(q, i) == SQLITE_BLOB ||
		                  (strcmp(table, "audit") == 0 &&
		                          strcmp(sqlite3_column_name(q, i), "hash") == 0);
		const char *v = (const char *)sqlite3_column_text(q, i);
		const size_t len = v && !skip ? (size_t)sqlite3_column_bytes(q, i) : 0;

		p->words = realloc(p->words, p->n + len + 2);
		assert_non_null(p->words);
		if (len)
			memcpy(p->words + p->n, v, len);
		p->n += len;
		p->words[p->n++] = '|';
		p->words[p->n] = '\0';
	}
	p->words[p->n - 1] = '\n';
}

static void add_rows(struct picture *p, sqlite3 *db, const char *table, const char *sql)
{
	sqlite3_stmt *q = NULL;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		add_row(p, q, table);
	sqlite3_finalize(q);
}

static sqlite3 *look_into(const struct place *p)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
	return db;
}

/* Every row of every table; what differs between two stores in any case is left out. */
static struct picture picture_of_rows(const struct place *p)
{
	struct picture out = { 0 };
	sqlite3 *db = look_into(p);
	sqlite3_stmt *q = NULL;

	assert_int_equal(sqlite3_prepare_v2(db,
	                         "SELECT name FROM sqlite_schema WHERE type = 'table'"
	                         " AND name NOT IN ('meta', 'sqlite_stat1') ORDER BY name",
	                         -1, &q, NULL),
	        SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(q, 0);
		char sql[128];

		snprintf(sql, sizeof sql, "SELECT '%s', * FROM \"%s\"", table, table);
		add_rows(&out, db, table, sql);
	}
	sqlite3_finalize(q);
	sqlite3_close(db);
	return out;
}

/* What the numbers of rows say nothing about. */
static struct picture picture_of_result(const struct place *p)
{
	static const char *const of[] = {
		"SELECT worker, month, pledge, amount, paid_day, confirmed_day FROM coverage_month"
		" ORDER BY worker, month",
		"SELECT account, owner, amount FROM ledger_balance WHERE account <> 2 AND amount "
		"<> 0"
		" ORDER BY account, owner",
		"SELECT pledge, number, expected, paid, state FROM instalment ORDER BY id",
		"SELECT worker, pledge, first, last, state FROM allocation ORDER BY worker, pledge",
		"SELECT day, amount, text, account, state, used, outcome, reason, pledge FROM "
		"payment"
		" ORDER BY day, amount, text, account",
		"SELECT kind, subject, state FROM issue WHERE subject NOT LIKE 'payment/%'"
		" ORDER BY kind, subject",
		"SELECT i.kind, i.state, p.day, p.amount, p.text, p.account FROM issue i JOIN "
		"payment p"
		" ON i.subject = 'payment/' || p.id ORDER BY p.day, p.amount, p.text, p.account",
		"SELECT template_id, msisdn, args FROM outbox ORDER BY template_id, msisdn, args",
	};
	struct picture out = { 0 };
	sqlite3 *db = look_into(p);

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		add_rows(&out, db, "", of[i]);
	sqlite3_close(db);
	return out;
}

/* Prints the first line that differs. */
static void same(struct picture a, struct picture b, const char *what)
{
	const char *x = a.words, *y = b.words;

	while (*x && *y) {
		size_t n = strcspn(x, "\n"), m = strcspn(y, "\n");

		if (n != m || memcmp(x, y, n) != 0)
			break;
		x += n + 1;
		y += m + 1;
	}
	if (*x || *y)
		fail_msg("%s:\n%.*s\n%.*s", what, (int)strcspn(x, "\n"), x, (int)strcspn(y, "\n"),
		        y);
	free(a.words);
	free(b.words);
}

/* ---- what must hold ---- */

static void sums_hold(const struct place *p)
{
	static const char *const wrong[] = {
		/* months paid and confirmed are what the books say of each pledge */
		"SELECT count(*) FROM pledge p WHERE ifnull((SELECT amount FROM ledger_balance"
		" WHERE account = 4 AND owner = p.id), 0) <> -ifnull((SELECT sum(amount)"
		" FROM coverage_month WHERE pledge = p.id AND confirmed_day = 0), 0)",
		"SELECT count(*) FROM pledge p WHERE ifnull((SELECT amount FROM ledger_balance"
		" WHERE account = 5 AND owner = p.id), 0) <> -ifnull((SELECT sum(amount)"
		" FROM coverage_month WHERE pledge = p.id AND confirmed_day > 0), 0)",
		"SELECT count(*) FROM instalment i WHERE paid <> ifnull((SELECT sum(amount)"
		" FROM coverage_month WHERE pledge = i.pledge AND month BETWEEN i.first AND "
		"i.last), 0)",
		/* what has not left a payment is unassigned */
		"SELECT count(*) FROM payment p WHERE p.amount > 0 AND p.entry IS NOT NULL"
		" AND p.state < 6 AND ifnull((SELECT amount FROM ledger_balance WHERE account = 2"
		" AND owner = p.id), 0) <> p.used - p.amount",
		"SELECT count(*) FROM payment p WHERE p.state = 6 AND ifnull((SELECT amount"
		" FROM ledger_balance WHERE account = 2 AND owner = p.id), 0) <> 0",
		/* the bank holds what came less what went */
		"SELECT ifnull((SELECT amount FROM ledger_balance WHERE account = 0), 0) <>"
		" ifnull((SELECT sum(amount) FROM payment WHERE entry IS NOT NULL), 0)",
		"SELECT count(*) FROM ledger_balance WHERE account = 3 AND amount > 0",
		"SELECT count(*) FROM pledge p WHERE p.taken > p.workers",
		"SELECT sum(amount) <> 0 FROM ledger_balance",
		/* a place that is free has nobody waiting who could have it */
		"SELECT count(*) FROM allocation a JOIN pledge p ON p.id = a.pledge WHERE a.state "
		"= 0"
		" AND p.taken < p.workers",
		/* nobody is told of cover that is not confirmed */
		"SELECT count(*) FROM outbox o WHERE o.template_id = 'W14' AND o.state = 0 AND NOT "
		"EXISTS (SELECT 1"
		" FROM coverage_month m WHERE o.subject = 'worker/' || m.worker AND "
		"m.confirmed_day > 0)",
	};

	sqlite3 *db = look_into(p);

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (ask_of(db, wrong[i]) != 0)
			fail_msg("a sum does not hold: %s", wrong[i]);
	sqlite3_close(db);
}

/* ---- the tests ---- */

/* All with one key: it decides in which order equal days' rows have their turn. */
static void begin(struct desk *d, void **state, const struct district *t)
{
	struct place *p = calloc(1, sizeof *p);
	char err[CRYPTO_ERR_CAP];

	clock_set_virtual(T0);
	/* In memory where there is such a place: the many commits need no disk here. */
	snprintf(p->folder, sizeof p->folder, "%s/payung-store-XXXXXX",
	        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->path, sizeof p->path, "%s/store", p->folder);
	must(keys_load(key, &p->keys, err));
	place_open(p, STORE_CREATE);
	*state = p;
	desk_open(d, *state);
	enrol(d, t);
}

static void end(struct desk *d, void **state)
{
	desk_close(d);
	place_teardown(state);
}

static struct picture play(const struct district *t, bool mixed)
{
	struct district m = *t;
	void *state = NULL;
	struct picture out;
	struct desk d;

	if (mixed)
		shuffle(m.fact, FACTS, sizeof *m.fact);
	begin(&d, &state, &m);
	bring(&d, m.fact, FACTS);
	for (int64_t as_of = DAY0; as_of < DAY0 + 60; as_of += 20) {
		desk_run(&d, as_of);
		sums_hold(d.p);
		the_newest_word_counts(d.p, WORKERS);
		struct picture before = picture_of_rows(d.p);

		must(desk_try(&d, as_of));
		same(before, picture_of_rows(d.p), "a second run wrote something");
	}
	out = picture_of_result(d.p);
	end(&d, &state);
	return out;
}

static int rounds(int preset)
{
	const char *more = getenv("PAYUNG_ROUNDS");

	return more ? atoi(more) : preset;
}

static void the_order_of_rows_changes_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < rounds(ROUNDS); i++) {
		struct district t;

		draw_district(&t);
		same(play(&t, false), play(&t, true), "the order of rows changed the result");
	}
}

/* Files come late and in any order: what counts is the day on which it was said. */
static void late_words_count_by_their_day(void **state)
{
	(void)state;
	for (int i = 0; i < 4 * rounds(ROUNDS); i++) {
		struct district t;
		void *own = NULL;
		struct desk d;

		draw_district(&t);
		shuffle(t.fact, FACTS, sizeof *t.fact);
		begin(&d, &own, &t);
		for (int n = 0; n < FACTS; n += FACTS / 4) {
			bring(&d, t.fact + n, FACTS / 4);
			desk_run(&d, DAY0 + 60 + n);
			sums_hold(d.p);
			the_newest_word_counts(d.p, WORKERS);
		}
		end(&d, &own);
	}
}

static int64_t groups_left;

static void die_in_time(void *arg, int64_t held_us)
{
	(void)arg;
	(void)held_us;
	if (--groups_left == 0)
		_exit(42);
}

/* In a process of its own, which ends after so many groups. True: it did. */
static bool run_killed(struct desk *d, int64_t as_of, int64_t groups)
{
	int status = 0;
	pid_t pid;

	store_close(d->p->s);
	d->p->s = d->s = NULL;
	pid = fork();
	if (pid == 0) {
		place_open(d->p, STORE_LIVE);
		groups_left = groups;
		d->run = (struct reconcile_run){
			.as_of = as_of, .now = T0, .by = "sari", .rest = die_in_time
		};
		_exit(reconcile(d->p->s, &d->rules, &d->run) == RC_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
	place_open(d->p, STORE_LIVE);
	d->s = d->p->s;
	return WEXITSTATUS(status) == 42;
}

static struct picture play_killed(const struct district *t, int64_t groups, bool *killed)
{
	void *state = NULL;
	struct picture out;
	struct desk d;

	begin(&d, &state, t);
	d.rules.held_us = 0; /* each piece is a group */
	bring(&d, t->fact, FACTS);
	*killed = groups && run_killed(&d, DAY0 + 41, groups);
	d.run = (struct reconcile_run){ .as_of = DAY0 + 41, .now = T0, .by = "sari" };
	must(reconcile(d.s, &d.rules, &d.run));
	sums_hold(d.p);
	the_newest_word_counts(d.p, WORKERS);
	out = picture_of_rows(d.p);
	end(&d, &state);
	return out;
}

static void killed_after_any_group_it_ends_in_the_same_store(void **state)
{
	(void)state;
	for (int i = 0; i < rounds(KILLED); i++) {
		struct district t;
		bool killed = true, no;

		draw_district(&t);
		struct picture whole = play_killed(&t, 0, &no);

		for (int64_t groups = 1 + draw(STEP); killed; groups += 1 + draw(STEP)) {
			struct picture copy = { strdup(whole.words), whole.n };

			same(copy, play_killed(&t, groups, &killed), "killed and continued");
		}
		free(whole.words);
	}
}

static int make_key(void **state)
{
	char err[CRYPTO_ERR_CAP];

	(void)state;
	snprintf(key, sizeof key, "/tmp/payung-random-%d.key", (int)getpid());
	(void)unlink(key);
	must(keys_create(key, err));
	return 0;
}

static int drop_key(void **state)
{
	(void)state;
	return unlink(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_of_rows_changes_nothing),
		cmocka_unit_test(late_words_count_by_their_day),
		cmocka_unit_test(killed_after_any_group_it_ends_in_the_same_store),
	};

	return cmocka_run_group_tests(tests, make_key, drop_key);
}
