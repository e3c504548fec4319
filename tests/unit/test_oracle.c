/* No phone learns whether a NIK is known: a stranger goes through every command in every state of
 * the dialogue, once in a town where nobody has that NIK and once in towns where somebody has, and
 * sees the same letters, in the same order, on the same line, for the same work. */
#include "daemon_fixture.h"

#include <payung/store_desk.h>

#define OUTSIDE "+6281111111111" /* another phone of the NIK's owner */
#define TRANSCRIPT 20000
/* A statement more or less is some ten microseconds; a modem needs milliseconds for one command,
 * the network seconds for one text. */
#define STATEMENTS_APART 12

/* How the NIK is known. */
enum known { NOBODY, LINKED, ACTIVE, UNDECIDED, WITHOUT_PHONE, TWO_PHONES, KNOWNS };
static const char *const known_names[] = { "nobody has it", "linked", "active", "undecided",
	"without phone", "on two phones" };

/* @o an open code, @p another, @n the named code of the NIK, @k the NIK, @w a well-formed code
 * nobody was given, @t one with a slip. Steps stand between bars. */
static const char *const openings[] = { "", "DAFTAR @o", "DAFTAR @o|@k",
	"DAFTAR @o|@k|NAMA SITI AMINAH", "DAFTAR @o|@k|Siti Aminah|2",
	"DAFTAR @o @k|Siti Aminah|2|YA", "DAFTAR @n", "KLAIM", "GANTI", "GANTI @k", "NIK @k",
	"DAFTAR @o|@k|ULANG|@k" };
static const char *const texts[] = { "DAFTAR", "DAFTAR @p", "DAFTAR @p @k", "DAFTAR @n", "@n @k",
	"DAFTAR @w", "DAFTAR @t", "DAFTAR 12345678", "@k", "NIK @k", "nik saya @k pak", "STATUS",
	"STATUS @k", "STATUS 1", "STATUS 2", "KARTU", "KARTU @k", "KARTU 1", "BAYAR", "BAYAR @k",
	"BANTU", "SALDO", "GANTI", "GANTI @k", "GANTI 081234567890", "KLAIM", "KLAIM @k",
	"MENINGGAL", "KECELAKAAN", "LAPOR", "LAPOR @k", "MANDIRI", "STOP", "STOP 1", "MULAI",
	"MULAI 1", "JAWA", "NGOKO", "INDONESIA", "YA", "YA 4821", "TIDAK", "BUKAN", "ULANG",
	"BATAL", "NAMA BUDI", "Budi Santoso", "1", "2", "3", "9", "0", "081234567890", "REKAP",
	"REF", "REF D4F7K2", "REKAP D4F7K2", "TAMBAH", "TAMBAH 20", "LANJUT", "LANJUT D4F7K2",
	"SELESAI", "SELESAI D4F7K2", "STATUS 12", "11", "10", "33210241", "cek @k", "BAYAR 1",
	"HAPUS DATA", "xq7wk9zv", "" };
static const char *const endings = "STATUS|KARTU|GANTI @k|YA|STATUS";

/* Between two scripts: longer than any question is open; so short that nobody in the last one is
 * too old to be registered. */
#define APART_S 300000
#define COUNT(a) (sizeof(a) / sizeof *(a))

struct town {
	struct office *o;
	int64_t pledge;
	enum known known;
};
struct tale { /* one stranger's whole conversation in one town */
	char text[TRANSCRIPT];
	size_t len, turns;
	uint64_t statements[40], commits[40];
};
static struct tale tales[KNOWNS];
static uint64_t apart; /* statements, at most */

/* ---- who: everything of one script belongs to its number ---- */

struct script {
	unsigned number;
	bool cadre, late; /* the stranger is a cadre; the opening was a day ago */
	const char *opening, *text;
	char stranger[MSISDN_CAP], owner[MSISDN_CAP], nik[NIK_LEN + 1], code[4][REGCODE_LEN + 1];
};

static void cast(struct script *s)
{
	unsigned n = s->number;

	snprintf(s->stranger, MSISDN_CAP, "+6285700%06u", n % 1000000);
	snprintf(s->owner, MSISDN_CAP, "+6281200%06u", n % 1000000);
	snprintf(s->nik, sizeof s->nik, "332102410790%04u", n % 9999 + 1);
	for (int i = 0; i < 4; i++)
		office_code_of((int)n * 4 + i, s->code[i]);
}

static void write_step(const struct script *s, const char *step, size_t len, char *out, size_t cap)
{
	char slip[REGCODE_LEN + 1], wrong[REGCODE_LEN + 1];
	size_t used = 0;

	memcpy(slip, s->code[0], sizeof slip);
	slip[7] = (char)('0' + (slip[7] - '0' + 1) % 10);
	office_code_of(2000000 + (int)s->number, wrong);
	for (size_t i = 0; i < len; i++) {
		const char *word = NULL;

		if (step[i] == '@') {
			char c = step[++i];

			word = c == 'o'   ? s->code[0]
			       : c == 'p' ? s->code[1]
			       : c == 'n' ? s->code[2]
			       : c == 'k' ? s->nik
			       : c == 'w' ? wrong
			                  : slip;
		}
		used += (size_t)snprintf(
		        out + used, cap - used, word ? "%s" : "%.1s", word ? word : &step[i]);
	}
	out[used] = '\0';
}

/* ---- a town that knows the NIK, or not ---- */

static void sql(struct office *o, const char *statement)
{
	char *why = NULL;

	if (sqlite3_exec(o->p.s->db, statement, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", statement, why);
}

static void by_owner(struct town *w, const struct script *s)
{
	struct said said;
	char text[80];

	if (w->known != UNDECIDED) {
		snprintf(text, sizeof text, "DAFTAR %s", s->code[3]);
		office_say(w->o, s->owner, 1, text, &said);
		assert_string_equal(said.n ? said.reply[0].id : "-", "W01");
		return;
	}
	const char *steps[] = { text, s->nik, "NAMA SITI AMINAH", "2", "YA" };

	snprintf(text, sizeof text, "DAFTAR %s", s->code[3]);
	for (size_t i = 0; i < COUNT(steps); i++)
		office_say(w->o, s->owner, 1, steps[i], &said);
	assert_string_equal(said.n ? said.reply[0].id : "-", "W11");
}

static void make_known(struct town *w, const struct script *s)
{
	struct office *o = w->o;

	by_owner(w, s);
	if (w->known == ACTIVE) {
		sql(o, "UPDATE worker SET card = '2204881234' WHERE id = (SELECT max(id) FROM "
		       "worker)");
		sql(o, "INSERT INTO coverage_month (worker, month, package, confirmed_day)"
		       " SELECT max(w.id), m.value, 1, 20600 FROM worker w,"
		       " (SELECT 24318 AS value UNION SELECT 24319 UNION SELECT 24320"
		       " UNION SELECT 24321 UNION SELECT 24400) m GROUP BY m.value");
	}
	if (w->known == WITHOUT_PHONE)
		sql(o, "DELETE FROM phone_link WHERE worker = (SELECT max(id) FROM worker)");
	if (w->known == TWO_PHONES)
		sql(o, "INSERT INTO phone_link (msisdn, worker, linked_at)"
		       " SELECT '" OUTSIDE "', max(id), 1 FROM worker");
}

static void prepare(struct town *w, const struct script *s)
{
	struct office *o = w->o;
	struct cadre_row cadre = { .name = "Bu Tini", .area = "332102", .since = o->now };

	must(store_begin(o->p.s));
	for (int i = 0; i < 4; i++)
		office_code(o, w->pledge, s->code[i],
		        i == 2 || (i == 3 && w->known != UNDECIDED) ? s->nik : NULL, "Siti Aminah",
		        "");
	strcpy(cadre.msisdn, s->stranger);
	if (s->cadre)
		must(store_cadre_add(o->p.s, &cadre));
	must(store_commit(o->p.s));
	if (w->known != NOBODY)
		make_known(w, s);
}

/* ---- what the stranger sees ---- */

/* References are drawn: any six of their signs that stand alone are one. */
static void mask(char *s)
{
	static const char signs[] = "ABCDEFGHJKMNPQRSTVWXYZ23456789";

	for (size_t n = 0; *s; s += n ? n : 1) {
		n = strcspn(s, " .,:;/()\n");
		if (n == REF_LEN && strspn(s, signs) >= REF_LEN)
			memset(s, '#', REF_LEN);
	}
}

static void note(struct tale *t, const char *what, const char *text)
{
	t->len += (size_t)snprintf(t->text + t->len, TRANSCRIPT - t->len, "%s %s\n", what, text);
	assert_true(t->len < TRANSCRIPT);
}

/* All that was queued for this phone, and that nothing goes before it. */
static void note_answers(struct town *w, const struct script *s, int64_t after, struct tale *t)
{
	sqlite3_stmt *q = office_query(w->o,
	        "SELECT class, template_id, lang, body, line, parts, not_before - created_at,"
	        " expires_at - created_at, msisdn = ?2, msisdn FROM outbox WHERE id > ?1 ORDER BY "
	        "id");
	bool others = false;

	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_text(q, 2, s->stranger, -1, SQLITE_STATIC);
	while (sqlite3_step(q) == SQLITE_ROW) {
		char head[200], body[TMPL_TEXT_CAP];

		if (!sqlite3_column_int(q, 8)) {
			others = true;
			if (sqlite3_column_int(q, 0) < CLASS_REPLY)
				assert_string_not_equal(
				        (const char *)sqlite3_column_text(q, 9), s->owner);
			continue;
		}
		assert_false(others); /* a warning to the owner must not delay the answer */
		text_copy(body, sizeof body, (const char *)sqlite3_column_text(q, 3));
		mask(body);
		snprintf(head, sizeof head, "%d %s %s line=%d parts=%d %d %d",
		        sqlite3_column_int(q, 0), (const char *)sqlite3_column_text(q, 1),
		        (const char *)sqlite3_column_text(q, 2), sqlite3_column_int(q, 4),
		        sqlite3_column_int(q, 5), sqlite3_column_int(q, 6),
		        sqlite3_column_int(q, 7));
		note(t, head, body);
	}
	sqlite3_finalize(q);
}

static int64_t last_outbox(struct office *o)
{
	sqlite3_stmt *q = office_query(o, "SELECT ifnull(max(id), 0) FROM outbox");

	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	int64_t id = sqlite3_column_int64(q, 0);

	sqlite3_finalize(q);
	return id;
}

static void tell(struct town *w, const struct script *s, const char *step, size_t len, int wait_s,
        struct tale *t)
{
	char text[300];
	struct said said;
	int64_t before = last_outbox(w->o);

	write_step(s, step, len, text, sizeof text);
	office_say(w->o, s->stranger, wait_s, text, &said);
	note(t, ">", text);
	note(t, inbox_state_name(said.state), said.intent);
	note_answers(w, s, before, t);
	t->statements[t->turns] = w->o->statements;
	t->commits[t->turns++] = w->o->commits;
	assert_true(t->turns < COUNT(t->statements));
}

static void tell_all(
        struct town *w, const struct script *s, const char *steps, int wait_s, struct tale *t)
{
	while (*steps) {
		size_t n = strcspn(steps, "|");

		tell(w, s, steps, n, wait_s, t);
		steps += n + (steps[n] == '|');
	}
}

static void play(struct town *w, const struct script *s, struct tale *t)
{
	/* the same instant in every town, whatever happened before */
	clock_set_virtual(w->o->now = T0 + (int64_t)s->number * APART_S - 100);
	*t = (struct tale){ 0 };
	prepare(w, s);
	clock_set_virtual(w->o->now = T0 + (int64_t)s->number * APART_S);
	tell_all(w, s, s->opening, 20, t);
	tell(w, s, s->text, strlen(s->text), s->late ? 90000 : 20, t);
	tell_all(w, s, endings, 20, t);
}

/* ---- comparing ---- */

static void differ(const struct script *s, enum known k)
{
	const char *a = tales[NOBODY].text, *b = tales[k].text;

	while (*a && *a == *b)
		a++, b++;
	while (a > tales[NOBODY].text && a[-1] != '\n')
		a--, b--;
	fail_msg(
	        "script %u, \"%s\" then \"%s\"%s%s, %s:\n--- nobody has it\n%.200s\n--- %s\n%.200s",
	        s->number, s->opening, s->text, s->cadre ? ", cadre" : "", s->late ? ", late" : "",
	        known_names[k], a, known_names[k], b);
}

static void compare(const struct script *s, enum known k)
{
	const struct tale *a = &tales[NOBODY], *b = &tales[k];

	if (strcmp(a->text, b->text))
		differ(s, k);
	assert_int_equal(a->turns, b->turns);
	for (size_t i = 0; i < a->turns; i++) {
		uint64_t x = a->statements[i], y = b->statements[i], d = x > y ? x - y : y - x;

		if (a->commits[i] != b->commits[i] || d > STATEMENTS_APART)
			fail_msg("\"%s\" then \"%s\", text %zu, %s: %llu statements in %llu "
			         "commits, "
			         "and %llu in %llu",
			        s->opening, s->text, i + 1, known_names[k], (unsigned long long)x,
			        (unsigned long long)a->commits[i], (unsigned long long)y,
			        (unsigned long long)b->commits[i]);
		if (d > apart)
			apart = d;
	}
}

static struct town towns[KNOWNS];

static int open_towns(void **state)
{
	(void)state;
	for (int k = 0; k < KNOWNS; k++) {
		struct office *o = office_open(T0 - 86400);

		o->conf.limits.workers_per_phone = 8;
		towns[k] = (struct town){ .o = o, .known = (enum known)k };
		must(store_begin(o->p.s));
		towns[k].pledge = add_pledge(o->p.s, "D4F7K2", 100000);
		must(store_commit(o->p.s));
	}
	return 0;
}

static int close_towns(void **state)
{
	(void)state;
	for (int k = 0; k < KNOWNS; k++)
		office_close(towns[k].o);
	return 0;
}

static unsigned scripts;

/* Every script in the plain town, in the one where the NIK is linked, and where `others` is said in
 * one of the others by turns. */
static bool is_played(const struct script *s, enum known k, bool others)
{
	return k <= LINKED || (others && s->number % (KNOWNS - ACTIVE) == k - ACTIVE);
}

static void run(bool cadre, bool late)
{
	for (size_t i = 0; i < COUNT(openings); i++)
		for (size_t j = 0; j < COUNT(texts); j++) {
			struct script s = { .number = scripts++,
				.cadre = cadre,
				.late = late,
				.opening = openings[i],
				.text = texts[j] };

			cast(&s);
			for (int k = 0; k < KNOWNS; k++) {
				if (!is_played(&s, (enum known)k, !cadre && !late))
					continue;
				play(&towns[k], &s, &tales[k]);
				compare(&s, (enum known)k);
			}
		}
	print_message("%u conversations in %d towns, at most %llu statements apart\n", scripts,
	        KNOWNS, (unsigned long long)apart);
}

static void a_stranger_learns_nothing(void **state)
{
	(void)state;
	run(false, false);
}

static void who_comes_back_late_learns_nothing(void **state)
{
	(void)state;
	run(false, true);
}

static void a_cadre_learns_nothing(void **state)
{
	(void)state;
	run(true, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stranger_learns_nothing),
		cmocka_unit_test(who_comes_back_late_learns_nothing),
		cmocka_unit_test(a_cadre_learns_nothing),
	};

	return cmocka_run_group_tests(tests, open_towns, close_towns);
}
