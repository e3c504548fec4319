/* What the texts of reminders name, as of the day they leave. */
#include "remind_int.h"

#include <payung/rupiah.h>
#include <stdio.h>
#include <string.h>

/* 0: the tariff has no rate for one of the months; a text that names it will not be rendered. */
rupiah_t remind_amount(const struct daemon *d, const struct remind_facts *f, int months)
{
	const struct remind_tables *t = &d->remind.tables;
	const month_t from = remind_dates(&d->remind.rules, &f->worker).next;

	return tariff_due_sum(&t->tariff, &d->remind.choices, MONEY_SELF,
	        occupation_sector(&t->occupations, f->job), from, months);
}

static void arg_day(struct tmpl_args *a, const char *name, int64_t day)
{
	char value[16];

	if (!day)
		return;
	date_format_dmy(date_from_days(day), value);
	tmpl_arg(a, name, value);
}

static void arg_rupiah(struct tmpl_args *a, const char *name, rupiah_t amount)
{
	char value[32];

	if (amount <= 0)
		return;
	rupiah_format(amount, value);
	tmpl_arg(a, name, value);
}

static void arg_count(struct tmpl_args *a, const char *name, int64_t n)
{
	char value[32];

	count_format(n, value);
	tmpl_arg(a, name, value);
}

static void arg_first_name(struct tmpl_args *a, size_t nth, const char *name)
{
	static const char *const keys[BUNDLE_MAX] = { "nama1", "nama2", "nama3" };
	char first[64];

	snprintf(first, sizeof first, "%.*s", (int)strcspn(name, " "), name);
	tmpl_arg(a, keys[nth], first);
}

/* What a worker who is registered and not covered waits for. */
static void arg_waits_for(struct daemon *d, const struct remind_facts *f, struct tmpl_args *a)
{
	const bool paid = f->worker.paid_until > f->worker.proven_until;
	const char *word = tmpl_word(d->texts, paid ? "ALASAN_CABANG" : "ALASAN_BAYAR", f->lang);

	if (word)
		tmpl_arg(a, "alasan", word);
}

static void worker_args(
        struct daemon *d, const struct subject *s, enum remind_occasion o, struct tmpl_args *a)
{
	const struct remind_facts *f = &s->f;
	const struct remind_dates t = remind_dates(&d->remind.rules, &f->worker);
	const int months = f->instalment_months > 0 ? f->instalment_months : 1;
	const bool starts = o == REMIND_LAPSED || o == REMIND_SPONSOR_LATE;
	const bool ends = o == REMIND_SPONSOR_ENDS && f->worker.pledge_last;

	tmpl_arg(a, "nama", f->name);
	arg_first_name(a, 0, f->name);
	tmpl_arg(a, "sponsor", f->sponsor);
	arg_day(a, "tgl",
	        ends     ? date_days(month_last(f->worker.pledge_last))
	        : starts ? t.since
	                 : t.until);
	arg_day(a, "tgl1", t.since);
	arg_day(a, "tgl2", t.limit);
	if (t.until > s->today)
		arg_count(a, "u", t.until - s->today);
	arg_count(a, "bln", months);
	arg_rupiah(a, "rpw", remind_amount(d, f, months));
	arg_rupiah(a, "rpm", remind_amount(d, f, 1));
	arg_waits_for(d, f, a);
}

static void payer_args(const struct subject *s, struct tmpl_args *a)
{
	const struct remind_facts *f = &s->f;
	const bool pledge = f->kind == REMIND_PLEDGE;

	tmpl_arg(a, "nama", f->name);
	tmpl_arg(a, "sponsor", f->sponsor);
	tmpl_arg(a, "ref", f->ref);
	arg_count(a, "n", f->workers);
	arg_count(a, "u", f->workers);
	arg_count(a, "bln", f->instalment_months);
	arg_rupiah(a, "rp", f->amount);
	arg_day(a, "tgl", pledge ? date_days(month_last(f->pledge.last)) : f->instalment.due_day);
}

void remind_args(
        struct daemon *d, const struct subject *s, enum remind_occasion o, struct tmpl_args *out)
{
	if (s->f.kind == REMIND_WORKER)
		worker_args(d, s, o, out);
	else
		payer_args(s, out);
}

void remind_bundle_args(struct daemon *d, const struct subject *const *s, size_t n,
        enum remind_occasion o, struct tmpl_args *out)
{
	remind_args(d, s[0], o, out);
	for (size_t i = 1; i < n; i++)
		arg_first_name(out, i, s[i]->f.name);
}
