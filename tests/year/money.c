/* What sponsors pay and what the insurer says, and how the office learns of it: a bank statement on
 * every working day that has one, the insurer's answers four times a month. What is true is kept
 * here and in the town, by the simplest rules; the store comes to its own results. */
#include "year.h"

#include <fcntl.h>
#include <payung/reconcile.h>
#include <payung/reconcile_import.h>
#include <payung/store_money.h>
#include <payung/tables.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRIES 4 /* a sponsor who finds no bill asks again some days later */
#define WHOLE 0
#define HALF 1

enum answer { ACCEPTS, REFUSES, REFUSED };
struct transfer {
	int pledge, instalment;
	bool whole;
	rupiah_t amount;
};
struct money {
	struct transfer *in; /* on the account, not in the office's books */
	size_t n, room;
	int64_t files, rows;
	int64_t *sent[MONTHS]; /* by month and worker: the insurer has the money since */
	enum answer *answer;   /* what the insurer makes of each worker */
	struct tariff tariff;
	struct occupations jobs;
	struct name_rules *names;
	struct office words;
};

/* What the office's bill says: this instalment and what is open of those before it. */
static rupiah_t bill_of(struct year *y, const struct pledge *p, int instalment)
{
	struct instalment_row all[PLAN_MONTHS_MAX];
	rupiah_t open = 0;
	size_t n;

	must(store_instalments(y->d.store, p->id, all, PLAN_MONTHS_MAX, &n));
	for (int i = 0; i <= instalment && i < (int)n; i++)
		open += all[i].expected - all[i].paid;
	for (size_t i = 0; i < y->till->n; i++) /* on its way already */
		if (&y->pledge[y->till->in[i].pledge] == p)
			open -= y->till->in[i].amount;
	return open;
}

/* ---- sponsors ---- */

static void on_pay(struct year *y, int64_t pledge, int64_t what)
{
	int i = (int)(what & 0xff), tries = (int)(what >> 8 & 0xff);
	bool half = what >> 16 & 1;
	struct pledge *p = &y->pledge[pledge];
	rupiah_t open = bill_of(y, p, i);
	struct money *m = y->till;

	if (open <= 0) {
		if (tries < TRIES)
			at(y, y->now + INT64_C(5) * 86400, on_pay, pledge, what + (1 << 8));
		return;
	}
	if (m->n == m->room) {
		m->room = m->room ? m->room * 2 : 64;
		m->in = realloc(m->in, m->room * sizeof *m->in);
		die_if(!m->in, "no memory");
	}
	m->in[m->n++] = (struct transfer){ (int)pledge, i, !half, half ? open / 2 : open };
}

static void plan_pay(struct year *y, int pledge, int i, int64_t day, int half)
{
	int minute = 8 * 60 + chance_below(&y->money, 6 * 60);

	at(y, date_utc(date_from_days(day), minute, ZONE_WIB), on_pay, pledge, i | half << 16);
}

/* day: on which an orderly sponsor has paid. */
static void plan_instalment(struct year *y, int pledge, int i, int64_t day)
{
	int n = chance_below(&y->money, 12);

	switch (y->pledge[pledge].manner) {
	case PAYS_EARLY:
		plan_pay(y, pledge, i, day - n, WHOLE);
		break;
	case PAYS_LATE:
		plan_pay(y, pledge, i, day + 5 + n * 4, WHOLE);
		break;
	case PAYS_PARTLY:
		plan_pay(y, pledge, i, day - 2, HALF);
		if (n % 2)
			plan_pay(y, pledge, i, day + 30, WHOLE);
		break;
	default:
		if (i == 0 && n % 2) /* begins well and forgets */
			plan_pay(y, pledge, i, day, WHOLE);
		break;
	}
}

static void plan_pledge(struct year *y, int pledge)
{
	const struct pledge *p = &y->pledge[pledge];

	for (int i = 0; i * p->instalment < p->months; i++) {
		month_t from = p->start + i * p->instalment;
		struct date due = month_first(from - 1);

		due.day = PLEDGE_DUE_DAY;
		/* the first time there is a bill only when people have registered */
		plan_instalment(
		        y, pledge, i, i ? date_days(due) : date_days(month_first(from)) + 18);
	}
}

/* ---- the office's files ---- */

static void reconcile_now(struct year *y)
{
	struct money *m = y->till;
	const struct reconcile_rules rules = { .tariff = &m->tariff,
		.jobs = &m->jobs,
		.names = m->names,
		.choices = TARIFF_CHOICES_DEFAULT,
		.cover = COVERAGE_RULES_DEFAULT,
		.age = ELIGIBLE_RULES_DEFAULT,
		.issue = ISSUE_RULES_DEFAULT,
		.order = ALLOCATE_BREADTH_FIRST,
		.match_days = y->d.conf->scheme.match_days,
		.ahead_days = y->d.conf->scheme.pay_ahead_days,
		.text_ttl_h = y->d.conf->limits.notice_ttl_h,
		.held_us = 1000000,
		.zone = ZONE_WIB };
	struct reconcile_run run = {
		.as_of = date_days(date_at(y->now, ZONE_WIB)), .now = y->now, .by = "timer"
	};

	must(reconcile(y->d.store, &rules, &run));
}

/* A file as a bank or the insurer would send it, written and then taken in. */
static FILE *new_file(struct year *y, char path[96], const char *heading)
{
	snprintf(path, 96, "%s/file-%d.csv", y->folder, (int)++y->till->files);
	FILE *f = fopen(path, "w");

	die_if(!f, "a file cannot be written");
	fprintf(f, "%s\n", heading);
	return f;
}

static void check_lines(const struct import *im)
{
	size_t n;
	const struct import_line *l = import_lines(im, &n);

	for (size_t i = 0; i < n; i++)
		die_if(l[i].verdict != IMPORT_TAKEN, l[i].why);
}

static bool go_on(void *arg)
{
	(void)arg;
	return true;
}

static void take_in(struct year *y, const char *path, enum source_kind kind)
{
	const struct import_rules rules = { .kind = kind,
		.words = &y->till->words,
		.today = date_at(y->now, ZONE_WIB),
		.age_min = 17 };
	struct store *s = y->d.store;
	char err[IMPORT_ERR_CAP];
	struct source_file file;
	struct import *im;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (import_open(fd, &rules, &im, err) != RC_OK)
		die_if(true, err);
	must(store_begin(s));
	must(import_begin(im, s, path, "office", y->now, &file));
	for (bool more = true; more;) {
		must(import_step(im, s, go_on, NULL, &more));
		check_lines(im);
	}
	must(import_end(im, s, y->now));
	must(store_commit(s));
	import_close(im);
	close(fd);
	unlink(path);
}

static void write_transfer(struct year *y, FILE *f, const struct transfer *t)
{
	const struct pledge *p = &y->pledge[t->pledge];
	char day[16];

	date_format_dmy(date_at(y->now, ZONE_WIB), day);
	fprintf(f, "%s;%lld;iuran bpu ref %s cicilan %d no %d;10%08d;%s\n", day,
	        (long long)t->amount, p->ref, t->instalment + 1, (int)y->till->rows++, t->pledge,
	        p->sponsor);
}

/* Who is on the insurer's list that the money came with: registered for some days and alive. */
static bool is_carried(const struct year *y, const struct worker *w, month_t month)
{
	int64_t begins = date_utc(month_first(month), 0, ZONE_WIB);

	return w->registered_at && w->registered_at + INT64_C(3) * 86400 < y->now &&
	       (!w->died_at || w->died_at > begins);
}

/* What pays the months of this one, as far as it is certain from outside whose they are. */
static void note_months(struct year *y, const struct pledge *p, int instalment, bool whole)
{
	month_t from = p->start + instalment * p->instalment;

	for (int i = 0; i < (whole ? p->n : p->n / 2); i++)
		for (month_t m = from; m < from + p->instalment; m++) {
			struct worker *w = &y->worker[p->first + i];

			if (!is_carried(y, w, m) || y->till->answer[p->first + i] == REFUSED)
				continue;
			y->till->sent[m - MONTH0][p->first + i] = y->now;
			if (whole && !w->paid_at[m - MONTH0])
				w->paid_at[m - MONTH0] = y->now;
		}
}

/* The office knows now. */
static void note_transfer(struct year *y, const struct transfer *t)
{
	struct pledge *p = &y->pledge[t->pledge];

	for (int i = 0; i <= t->instalment; i++) {
		if (i < t->instalment && !t->whole)
			continue;
		if (t->whole)
			p->paid_at[i] = y->now;
		note_months(y, p, i, t->whole);
	}
}

static void import_bank(struct year *y)
{
	struct money *m = y->till;
	char path[96];

	if (m->n == 0)
		return;
	FILE *f = new_file(y, path, "Tanggal;Jumlah;Keterangan;No Rekening;Pengirim");

	for (size_t i = 0; i < m->n; i++)
		write_transfer(y, f, &m->in[i]);
	fclose(f);
	take_in(y, path, SOURCE_BANK);
	reconcile_now(y);
	for (size_t i = 0; i < m->n; i++)
		note_transfer(y, &m->in[i]);
	m->n = 0;
}

/* ---- the insurer ---- */

static void write_answer(struct year *y, FILE *f, const struct worker *w, month_t from, month_t to)
{
	char day[16], first[16], last[16];

	date_format_dmy(date_at(y->now, ZONE_WIB), day);
	month_format(from, first);
	month_format(to, last);
	if (y->till->answer[w - y->worker] == REFUSES)
		fprintf(f, "%s;%s;%s;;;ditolak;NIK tidak padan\n", day, w->nik, w->name);
	else
		fprintf(f, "%s;%s;%s;%s;%s;diterima;\n", day, w->nik, w->name, first, last);
}

/* The first run of months the insurer has money for and has not confirmed. */
static bool next_run(const struct year *y, int worker, month_t after, month_t *from, month_t *to)
{
	const struct worker *w = &y->worker[worker];
	const struct money *m = y->till;
	month_t k = after;

	while (k < MONTH0 + MONTHS && (!m->sent[k - MONTH0][worker] || w->confirmed_at[k - MONTH0]))
		k++;
	*from = k;
	while (k < MONTH0 + MONTHS && m->sent[k - MONTH0][worker] && !w->confirmed_at[k - MONTH0])
		k++;
	*to = k - 1;
	return *from < MONTH0 + MONTHS;
}

/* Refused for good: the money for their months went back. */
static void refuse(struct year *y, int worker)
{
	y->till->answer[worker] = REFUSED;
	for (int m = 0; m < MONTHS; m++)
		y->till->sent[m][worker] = y->worker[worker].paid_at[m] = 0;
}

static int confirm_worker(struct year *y, int worker, FILE *f)
{
	struct worker *w = &y->worker[worker];
	month_t from, to = MONTH0 - 1;
	int rows = 0;

	while (next_run(y, worker, to + 1, &from, &to)) {
		write_answer(y, f, w, from, to);
		rows++;
		if (y->till->answer[worker] == REFUSES)
			refuse(y, worker);
		else
			for (month_t m = from; m <= to; m++)
				w->confirmed_at[m - MONTH0] = y->now;
	}
	return rows;
}

static void import_insurer(struct year *y)
{
	char path[96];
	FILE *f = new_file(y, path, "Tanggal;NIK;Nama;Mulai;Sampai;Status;Alasan");
	int rows = 0;

	for (int i = 0; i < y->workers; i++)
		rows += confirm_worker(y, i, f);
	fclose(f);
	if (rows > 0)
		take_in(y, path, SOURCE_INSURER);
	else
		unlink(path);
	reconcile_now(y);
}

static void on_books(struct year *y, int64_t day, int64_t unused)
{
	struct date today = date_at(y->now, ZONE_WIB);

	(void)unused;
	import_bank(y);
	if (today.day % 7 == 3 && today.day < 28)
		import_insurer(y);
	else
		reconcile_now(y);
	if (day + 1 < YEAR_DAYS)
		at(y, year_time((int)day + 1, 14 * 60, ZONE_WIB), on_books, day + 1, 0);
}

void money_plan(struct year *y)
{
	struct money *m = calloc(1, sizeof *m);

	die_if(!m, "no memory");
	y->till = m;
	must(tables_tariff("templates", &m->tariff, tables_fault, NULL));
	must(tables_occupations("templates", &m->jobs, tables_fault, NULL));
	must(tables_office("templates", &m->words, tables_fault, NULL));
	must(tables_names("templates", &m->names, tables_fault, NULL));
	for (int i = 0; i < MONTHS; i++) {
		m->sent[i] = calloc((size_t)y->workers, sizeof **m->sent);
		die_if(!m->sent[i], "no memory");
	}
	m->answer = calloc((size_t)y->workers, sizeof *m->answer);
	die_if(!m->answer, "no memory");
	for (int i = 0; i < y->workers; i++)
		m->answer[i] = chance_of(&y->money, 15) ? REFUSES : ACCEPTS;
	for (int i = 0; i < y->pledges; i++)
		plan_pledge(y, i);
	at(y, year_time(-14, 14 * 60, ZONE_WIB), on_books, -14, 0);
}

void money_free(struct year *y)
{
	struct money *m = y->till;

	for (int i = 0; i < MONTHS; i++)
		free(m->sent[i]);
	name_rules_free(m->names);
	free(m->answer);
	free(m->in);
	free(m);
}
