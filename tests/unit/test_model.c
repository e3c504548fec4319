/* Twenty phones text at random through the daemon's own inbox, conversation and store, and a model
 * that knows only the rules says what must have come of it. What fails is told with its seed and
 * the fewest texts that still fail in a fresh store.
 * PAYUNG_TURNS and PAYUNG_SEED in the environment make longer or other runs. */
#include "daemon_fixture.h"
#include "model.h"

#include <payung/store_scheme.h>

#define TURNS 20000
#define ALL_EVERY 500   /* turns between comparisons of everything */
#define TURNS_KEPT 4096 /* a tail that is looked at for what is needed */

static const char *const names[M_NAMES] = { "Siti Aminah", "Budi Santoso", "Eisti'anah",
	"Joko Prasetyo" };
static const char *const langs[] = { "id", "jv_krama", "jv_ngoko" };
static const enum talk_state states[M_STATES] = { TALK_IDLE, TALK_ASK_NIK, TALK_ASK_NAME,
	TALK_ASK_JOB, TALK_ASK_CONSENT, TALK_ASK_CLAIM };

/* ---- a generator of our own: every run is the same ---- */

static uint64_t seed;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

/* ---- who and what ---- */

static void phone_of(int i, char out[MSISDN_CAP])
{
	snprintf(out, MSISDN_CAP, "+628120000%04d", 1000 + i * 37);
}

static void nik_of(int i, char out[NIK_LEN + 1])
{
	if (i == M_NIK_OLD)
		strcpy(out, "3321020101400001");
	else if (i == M_NIK_BAD)
		strcpy(out, "3321023202900001"); /* the 32nd of February */
	else
		snprintf(out, NIK_LEN + 1, "33210241%02u90%04u", (unsigned)i % 12 + 1,
		        i % 1000u + 1);
}

static struct m_turn *turns;
static int turn_count;

/* ---- texts: what is meant, in the ways it is written ---- */

static const char *pick(const char *const *forms, size_t n)
{
	return forms[draw((uint32_t)n)];
}
#define PICK(...)                                  \
	pick((const char *const[]){ __VA_ARGS__ }, \
	        sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void write_code(struct m_turn *t)
{
	char code[REGCODE_LEN + 1], nik[NIK_LEN + 1];
	char *out = t->text;

	/* codes nobody issued come after those that were */
	office_code_of(t->act == m_WRONG_CODE ? M_CODES + (int)draw(5000) : t->code, code);
	nik_of(t->nik, nik);
	if (t->act == m_TYPO)
		code[REGCODE_LEN - 1] = (char)('0' + (code[REGCODE_LEN - 1] - '0' + 1) % 10);
	if (t->act == m_BARE_CODE)
		strcpy(out, code);
	else if (t->act == m_BOTH)
		snprintf(out, M_TEXT, "DAFTAR %s %s", code, nik);
	else if (draw(4) == 0)
		snprintf(out, M_TEXT, "dftar %.4s %s mas", code, code + 4);
	else
		snprintf(out, M_TEXT, "%s%s",
		        PICK("DAFTAR ", "daftar#", "Assalamualaikum pak, reg ", "DAFTAR(spasi)"),
		        code);
}

static const char *plain_words(const struct m_turn *t)
{
	switch (t->act) {
	case m_YES:
		return PICK("YA", "ya pak", "Inggih", "OK");
	case m_NO:
		return PICK("TIDAK", "mboten", "tdk");
	case m_RESTART:
		return PICK("ULANG", "ulangi");
	case m_CANCEL:
		return "BATAL";
	case m_NOISE:
		return PICK("xq7wk9zv", "", "zzkkww 99999");
	case m_READ:
		return PICK("STATUS", "cek", "stats", "KARTU", "BANTU", "SALDO", "bayar");
	case m_STOP:
		return PICK("STOP", "berhenti");
	case m_START:
		return PICK("MULAI", "mulai");
	case m_CLAIM:
		return PICK("KLAIM", "klaim pak", "klim");
	case m_DEATH:
		return PICK("MENINGGAL", "wafat");
	case m_ACCIDENT:
		return PICK("KECELAKAAN", "tabrakan");
	default:
		return (const char *const[]){ "LAPOR", "MANDIRI", "HAPUS DATA" }[t->arg];
	}
}

static void write_text(struct m_turn *t)
{
	static const char *const lang[] = { "INDONESIA", "JAWA", "NGOKO" };
	char nik[NIK_LEN + 1];

	nik_of(t->nik, nik);
	if (t->act >= m_CODE && t->act <= m_TYPO)
		write_code(t);
	else if (t->act == m_NIK)
		snprintf(t->text, M_TEXT, "%s%s", PICK("", "NIK "), nik);
	else if (t->act == m_NAME || t->act == m_FREE)
		snprintf(t->text, M_TEXT, "%s%s", t->act == m_NAME ? "NAMA " : "", names[t->arg]);
	else if (t->act == m_NUMBER)
		snprintf(t->text, M_TEXT, "%d", t->arg);
	else if (t->act == m_LANG)
		strcpy(t->text, lang[t->arg]);
	else
		strcpy(t->text, plain_words(t));
}

/* More often than not people answer what they were asked; who agrees is soon done, so that most
 * begin again. */
static enum m_act draw_act(enum m_state asked)
{
	static const enum m_act right[M_STATES] = { m_CODE, m_NIK, m_FREE, m_NUMBER, m_RESTART,
		m_NUMBER };

	return draw(10) < 6 ? right[asked] : (enum m_act)draw(m_ACTS);
}

static int draw_wait(void)
{
	uint32_t kind = draw(1000);

	if (kind < 800)
		return 1 + (int)draw(60);
	if (kind < 950)
		return 60 + (int)draw(900);
	return kind < 996 ? (int)draw(5 * 3600) : 20 * 3600 + (int)draw(10 * 3600);
}

static struct m_turn draw_turn(const struct model *m)
{
	struct m_turn t = { .phone = (int)draw(M_PHONES), .wait_s = draw_wait() };
	const struct m_turn *before = &turns[turn_count - 1];

	if (turn_count > 0 && draw(10) == 0) { /* the same once more, perhaps not received */
		t = *before;
		t.wait_s = (int)draw(700);
		return t;
	}
	t.act = draw_act(m->phone[t.phone].d.state);
	t.code = (int)draw(M_CODES);
	t.nik = (int)draw(M_NIKS + 2);
	t.arg = (int)draw(t.act == m_NUMBER                    ? 10
	                  : t.act == m_LANG || t.act == m_CASE ? 3
	                                                       : M_NAMES);
	write_text(&t);
	return t;
}

/* ---- the two worlds ---- */

static const int places[M_PLEDGES] = { 6, 60, 400 };

static struct office *world(struct model *m)
{
	static const char *const refs[M_PLEDGES] = { "D4F7K2", "E4F7K2", "F4F7K2" };
	struct office *o = office_open(T0);
	struct conf_limits *l = &o->conf.limits;
	int64_t pledge[M_PLEDGES];
	char code[REGCODE_LEN + 1], nik[NIK_LEN + 1];

	l->replies_per_number_day = 60;
	l->workers_per_phone = 7;
	l->same_text_hour = 3;
	*m = (struct model){ .now = T0,
		.ttl = l->dialogue_ttl_h * 3600,
		.wrong_max = l->wrong_codes_per_hour,
		.replies_max = l->replies_per_number_day,
		.repeat_s = l->repeat_window_min * 60,
		.per_phone = l->workers_per_phone,
		.same_max = l->same_text_hour };
	must(store_begin(o->p.s));
	for (int i = 0; i < M_PLEDGES; i++) {
		m->places[i] = places[i];
		pledge[i] = add_pledge(o->p.s, refs[i], places[i]);
	}
	for (int i = 0; i < M_CODES; i++) {
		office_code_of(i, code);
		nik_of(m_person_of(i), nik);
		office_code(o, pledge[m_pledge_of(i)], code, i < M_NAMED ? nik : NULL,
		        names[m_person_of(i) % M_NAMES], "");
	}
	must(store_commit(o->p.s));
	return o;
}

static char why[600];
static struct said heard; /* what came of the last text */
static int fault;         /* what kind of difference: its line in this file */
#define WRONG(...) (snprintf(why, sizeof why, __VA_ARGS__), fault = __LINE__, false)

static int64_t ask(struct office *o, const char *sql)
{
	sqlite3_stmt *q = office_query(o, sql);
	int64_t v = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;

	sqlite3_finalize(q);
	return v;
}

static bool same_dialogue(const struct m_dialogue *m, const struct talk_dialogue *d)
{
	char code[REGCODE_LEN + 1] = "", nik[NIK_LEN + 1] = "";
	bool open = m->state != M_IDLE && m->state != M_CLAIM;

	if (open)
		office_code_of(m->code, code);
	if (open && m->state != M_NIK)
		nik_of(m->nik, nik);
	if (d->state != states[m->state])
		return WRONG("dialogue is %s, must be %s", talk_state_name(d->state),
		        talk_state_name(states[m->state]));
	if (strcmp(d->code, code) || strcmp(d->nik, nik) || d->job != m->job)
		return WRONG("code, NIK or occupation of the dialogue");
	if (strcmp(d->name, open && m->state >= M_JOB ? names[m->name] : ""))
		return WRONG("name of the dialogue is %s", d->name);
	return d->expires_at == m->expires || WRONG("the dialogue ends at another time");
}

static bool same_phone(struct office *o, const struct model *m, int i)
{
	const struct m_phone *p = &m->phone[i];
	struct phone_row row;
	char number[MSISDN_CAP];

	phone_of(i, number);
	must(store_phone_load(o->p.s, number, o->now, &row));
	if (row.reminders_off != p->quiet)
		return WRONG("reminders are %s", row.reminders_off ? "off" : "on");
	if (strcmp(row.lang, langs[p->lang]))
		return WRONG("language is %s", row.lang);
	if (row.wrong_codes != p->wrong)
		return WRONG("%d wrong codes, must be %d", row.wrong_codes, p->wrong);
	return same_dialogue(&p->d, &row.dialogue);
}

static bool same_counts(struct office *o, const struct model *m)
{
	int64_t regs = ask(o, "SELECT count(*) FROM registration");
	int64_t links = ask(o, "SELECT count(*) FROM phone_link");
	int64_t cases = ask(o, "SELECT count(*) FROM duty_case");

	return (regs == m->regs && links == m->links && cases == m->cases) ||
	       WRONG("%lld registrations, %lld links, %lld cases; must be %d, %d, %d",
	               (long long)regs, (long long)links, (long long)cases, m->regs, m->links,
	               m->cases);
}

/* One registration of the model, as the store must have it. */
static bool same_registration(sqlite3_stmt *q, const struct m_registration *r)
{
	char code[REGCODE_LEN + 1], number[MSISDN_CAP];
	bool has = sqlite3_column_type(q, 3) != SQLITE_NULL;

	office_code_of(r->code, code);
	phone_of(r->phone, number);
	return (!strcmp((const char *)sqlite3_column_text(q, 0), code) &&
	               !strcmp((const char *)sqlite3_column_text(q, 1), number) &&
	               sqlite3_column_int(q, 2) == (int)r->state && has == (r->worker >= 0)) ||
	       WRONG("registration by %s: state %d by %s, must be %d by %s", code,
	               sqlite3_column_int(q, 2), (const char *)sqlite3_column_text(q, 1),
	               (int)r->state, number);
}

static bool same_all(struct office *o, const struct model *m)
{
	sqlite3_stmt *q =
	        office_query(o, "SELECT code, msisdn, state, worker FROM registration ORDER BY id");
	bool same = true;

	for (int i = 0; same && i < m->regs; i++)
		same = sqlite3_step(q) == SQLITE_ROW && same_registration(q, &m->reg[i]);
	sqlite3_finalize(q);
	q = office_query(o, "SELECT taken, waiting FROM pledge ORDER BY id");
	for (int i = 0; same && i < M_PLEDGES; i++)
		same = (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_int(q, 0) == m->taken[i] &&
		               sqlite3_column_int(q, 1) == m->waiting[i]) ||
		       WRONG("places of pledge %d", i);
	sqlite3_finalize(q);
	for (int i = 0; same && i < M_PHONES; i++)
		same = same_phone(o, m, i);
	return same;
}

static bool sound_replies(const struct said *s, const struct model *m)
{
	for (size_t i = 0; i < s->n; i++) {
		struct text_size size = text_measure(s->reply[i].body);

		if (size.segments != 1 || size.coding != TEXT_GSM7)
			return WRONG("%s has %zu segments", s->reply[i].id, size.segments);
		if (strstr(s->reply[i].body, "3321024"))
			return WRONG("%s holds a NIK", s->reply[i].id);
	}
	if (m->ignored != (s->state == INBOX_IGNORED) || (m->ignored || m->silent) != (s->n == 0))
		return WRONG("%zu answers, must be %s", s->n,
		        m->ignored  ? "ignored"
		        : m->silent ? "done in silence"
		                    : "answered");
	return true;
}

static bool turn_holds(struct office *o, struct model *m, const struct m_turn *t)
{
	char number[MSISDN_CAP];

	phone_of(t->phone, number);
	model_say(m, t);
	office_say(o, number, t->wait_s, t->text, &heard);
	m->phone[t->phone].replies += (int)heard.n;
	return sound_replies(&heard, m) && same_phone(o, m, t->phone) && same_counts(o, m);
}

/* ---- runs ---- */

/* Turns from..to in a fresh world; those left out leave their time. True when all holds. */
static bool replay(int from, int to)
{
	static struct model m;
	struct office *o = world(&m);
	bool holds = true;

	for (int i = from, waited = 0; holds && i < to; i++) {
		struct m_turn t = turns[i];

		t.wait_s += waited;
		waited = t.phone < 0 ? t.wait_s : 0;
		holds = t.phone < 0 || turn_holds(o, &m, &t);
	}
	holds = holds && same_all(o, &m);
	office_close(o);
	return holds;
}

static bool still_fails(int from, int end, int kind)
{
	return !replay(from, end) && fault == kind;
}

/* Leaves out turns that are not needed: those of other phones, then one by one. */
static void thin(int from, int end, int kind)
{
	for (int i = -1; i < end; i = i < from ? from : i + 1) {
		int kept[TURNS_KEPT];

		for (int k = from; k < end; k++) {
			kept[k - from] = turns[k].phone;
			if (i < 0 ? turns[k].phone != turns[end - 1].phone : k == i)
				turns[k].phone = -1;
		}
		if (!still_fails(from, end, kind))
			for (int k = from; k < end; k++)
				turns[k].phone = kept[k - from];
	}
}

/* The shortest tail that fails in the same way, without what is not needed for it. */
static void shrink(int end)
{
	int kind = fault, from = end - 1;

	while (from > 0 && end - from < TURNS_KEPT / 2 && !still_fails(from, end, kind))
		from = end - 2 * (end - from) > 0 ? end - 2 * (end - from) : 0;
	if (still_fails(from, end, kind))
		thin(from, end, kind);
	(void)replay(from, end);
	print_error("%s\nthe fewest texts that fail so, the last one as %s answered %s:\n", why,
	        heard.intent, heard.n ? heard.reply[0].id : "nothing");
	for (int i = from; i < end; i++)
		if (turns[i].phone >= 0)
			print_error("  phone %d after %d s: %s\n", turns[i].phone, turns[i].wait_s,
			        turns[i].text);
}

static void fail_run(struct office *o, uint64_t first_seed)
{
	char told[sizeof why];

	strcpy(told, why);
	print_error("seed %llu, text %d: %s\n", (unsigned long long)first_seed, turn_count, told);
	office_close(o);
	shrink(turn_count);
	fail_msg("%s", told);
}

/* Every open question has a word that ends it, and time ends it without one. */
static bool exits(struct office *o, struct model *m)
{
	for (int i = 0; i < M_PHONES; i++) {
		struct m_turn cancel = {
			.phone = i, .act = m_CANCEL, .wait_s = 1, .text = "BATAL"
		};

		if (i == 0)
			cancel.wait_s = 24 * 3600; /* all were open too long by now */
		m->phone[i].replies = i ? m->phone[i].replies : 0;
		if (!turn_holds(o, m, &cancel) || m->phone[i].d.state != M_IDLE)
			return m->phone[i].d.state == M_IDLE ? false : WRONG("no way out");
	}
	return true;
}

static int setting(const char *name, int usual)
{
	const char *v = getenv(name);

	return v ? (int)strtol(v, NULL, 10) : usual;
}

static void run(uint64_t first_seed, int count)
{
	static struct model m;
	int seen[M_STATES] = { 0 };
	struct office *o = world(&m);

	seed = first_seed;
	turns = calloc((size_t)count, sizeof *turns);
	assert_non_null(turns);
	for (turn_count = 0; turn_count < count;) {
		turns[turn_count] = draw_turn(&m);
		seen[m.phone[turns[turn_count].phone].d.state]++;
		bool holds = turn_holds(o, &m, &turns[turn_count++]);

		if (!holds || (turn_count % ALL_EVERY == 0 && !same_all(o, &m)))
			fail_run(o, first_seed);
	}
	if (!same_all(o, &m) || !exits(o, &m))
		fail_msg("seed %llu: %s", (unsigned long long)first_seed, why);
	print_message("%d texts, %d registrations, %d links, %d cases\n", count, m.regs, m.links,
	        m.cases);
	for (int i = 0; i < M_STATES; i++)
		if (seen[i] < count / 100) /* every question must have been open often */
			fail_msg("%s was open %d times", talk_state_name(states[i]), seen[i]);
	assert_true(m.regs > 100 && m.waiting[0] > 0);
	free(turns);
	office_close(o);
}

static void random_conversations_end_as_the_rules_say(void **state)
{
	(void)state;
	run((uint64_t)setting("PAYUNG_SEED", 20260701), setting("PAYUNG_TURNS", TURNS));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
		random_conversations_end_as_the_rules_say) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
