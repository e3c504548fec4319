/* The office: its machine, which is the real daemon without a loop, and the people at its desk. */
#include "daemon/outbox.h"
#include "daemon/reload.h"
#include "daemon/remind.h"
#include "daemon/supervisor.h"
#include "daemon/tick.h"
#include "read.h"
#include "year.h"

#include <event2/event.h>
#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/store_cover.h>
#include <payung/store_decision.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/random",
	"/dev/urandom", "/dev/tty" };

/* ---- the machine ---- */

static void write_holidays(const char *path)
{
	FILE *f = fopen(path, "w");
	char day[16];

	die_if(!f, "the holidays cannot be written");
	fputs("date,name\n", f);
	for (size_t i = 0; i < YEAR_HOLIDAYS; i++) {
		date_format_iso(year_holidays[i], day);
		fprintf(f, "%s,libur\n", day);
	}
	fclose(f);
}

static void write_conf(const struct year *y, const char *path)
{
	char here[200];
	FILE *f = fopen(path, "w");

	die_if(!getcwd(here, sizeof here), "no current folder");
	die_if(!f, "the configuration cannot be written");
	fprintf(f, "store = \"%s/store\"\nkey_file = \"%s/key\"\n", y->folder, y->folder);
	fprintf(f, "templates = \"%s/templates\"\ncontrol = \"%s/control\"\nlog_level = err\n",
	        here, y->folder);
	fprintf(f, "service { name = \"PAYUNG DEMAK\"\nhelpdesk = \"08001234567\" }\n");
	fprintf(f, "limits { replies_per_number_day = 1000\nwrong_codes_all_hour = 100000 }\n");
	fprintf(f, "reminders { holidays = \"%s/holidays.csv\"\nahead_s = 600 }\n", y->folder);
	for (int i = 0; i < y->plan->modems; i++)
		fprintf(f, "modem \"sim%d\" { device = \"%s\" }\n", i + 1, devices[i]);
	fclose(f);
}

static void open_machine(struct year *y, enum store_mode mode)
{
	char conf[96];
	char conf_err[CONF_ERR_CAP], err[RELOAD_ERR_CAP], store_err[STORE_ERR_CAP],
	        key_err[CRYPTO_ERR_CAP];
	struct daemon *d = &y->d;

	*d = (struct daemon){ 0 };
	snprintf(conf, sizeof conf, "%s/conf", y->folder);
	if (conf_load(conf, &d->conf, conf_err) != RC_OK)
		die_if(true, conf_err);
	if (mode == STORE_CREATE)
		must(keys_create(d->conf->key_file, key_err));
	must(keys_load(d->conf->key_file, &d->keys, key_err));
	if (store_open(d->conf->store, mode, d->keys, 0, &d->store, store_err) != RC_OK)
		die_if(true, store_err);
	die_if(!reload_templates(d, err), err);
	d->since = clock_now();
	d->started_ms = clock_mono_ms();
	d->clock_ok = true;
	d->flight = flight_open(d->conf->store);
	must(outbox_recover(d));
	d->base = event_base_new();
	die_if(!d->base || event_base_priority_init(d->base, 2) != 0, "libevent");
	d->tick = tick_new(d);
	remind_start(d);
}

void office_open(struct year *y)
{
	char conf[96], path[96];

	snprintf(y->folder, sizeof y->folder, "%s/payung-year-XXXXXX",
	        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	die_if(!mkdtemp(y->folder), "no folder for the store");
	snprintf(conf, sizeof conf, "%s/conf", y->folder);
	log_open("year", LOG_LVL_ERR);
	snprintf(path, sizeof path, "%s/holidays.csv", y->folder);
	write_holidays(path);
	write_conf(y, conf);
	open_machine(y, STORE_CREATE);
	read_learn(y->d.texts);
	sims_attach(y);
	supervisor_start(&y->d);
}

static void close_machine(struct year *y)
{
	struct daemon *d = &y->d;

	sims_cut(y);
	remind_stop(d);
	tick_free(d->tick);
	supervisor_free(d);
	event_base_free(d->base);
	store_close(d->store);
	keys_free(d->keys);
	tmpl_free(d->texts);
	talk_lexicon_free(d->lexicon);
	flight_close(d->flight);
	conf_free(d->conf);
}

void office_close(struct year *y)
{
	char command[96];

	close_machine(y);
	read_forget();
	for (int i = 0; i < y->sims; i++)
		free(y->sim[i]);
	snprintf(command, sizeof command, "rm -rf '%s'", y->folder);
	die_if(system(command) != 0, "the store's folder stays");
}

/* ---- the power ---- */

void office_back(struct year *y, int64_t a, int64_t b)
{
	(void)a, (void)b;
	y->dark_until = 0;
	open_machine(y, STORE_LIVE);
	supervisor_start(&y->d);
}

/* The memory that the workers share with the daemon is gone with it. */
static void on_cut(struct year *y, int64_t hours, int64_t unused)
{
	char page[96];

	(void)unused;
	for (int i = 0; i < y->sims; i++) {
		snprintf(page, sizeof page, "%s/store-flight-%d", y->folder, i);
		unlink(page);
	}
	close_machine(y);
	y->dark_until = y->now + hours * 3600;
	at(y, y->dark_until, office_back, 0, 0);
}

static void plan_cuts(struct year *y)
{
	static const int hours[] = { 2, 30, 80 };

	for (int i = 0; i < 3; i++)
		at(y, year_time(60 + 90 * i + chance_below(&y->air, 60), 8 * 60 + 30 + i, ZONE_WIB),
		        on_cut, hours[i], 0);
}

/* ---- programmes, sponsors, pledges, codes ---- */

static void add_sponsor(struct year *y, struct pledge *p, struct pledge_row *row)
{
	struct sponsor_row s = { .kind = p->self            ? SPONSOR_SELF
		                         : p->public_budget ? SPONSOR_GOVERNMENT
		                         : strncmp(p->sponsor, "PT", 2) == 0
		                                 ? SPONSOR_COMPANY
		                                 : SPONSOR_CIVIL_SERVANT };

	snprintf(s.name, sizeof s.name, "%s", p->sponsor);
	snprintf(s.sms_name, sizeof s.sms_name, "%s", p->sponsor);
	snprintf(s.phone, sizeof s.phone, "%s", y->phone[p->phone].msisdn);
	must(store_sponsor_add(y->d.store, &s, y->now, &row->sponsor));
	row->funding = p->self                     ? FUND_SELF
	               : p->public_budget          ? FUND_LOCAL_BUDGET
	               : s.kind == SPONSOR_COMPANY ? FUND_CSR
	                                           : FUND_CIVIL_SERVANT;
}

static void draw_ref(struct year *y, char ref[REF_LEN + 1])
{
	ref_make(chance_next(&y->money), ref);
}

static void add_pledge(struct year *y, struct pledge *p)
{
	struct pledge_row row = { .created_at = y->now,
		.programme = "BPU",
		.workers = p->places,
		.months = p->months,
		.instalment = p->instalment,
		.start = p->start };

	add_sponsor(y, p, &row);
	draw_ref(y, p->ref);
	snprintf(row.ref, sizeof row.ref, "%s", p->ref);
	must(store_pledge_add(y->d.store, &row, &p->id));
}

/* The i-th of many codes that could have been drawn. */
static void code_of(int i, char out[REGCODE_LEN + 1])
{
	snprintf(out, REGCODE_LEN + 1, "%07d", 1000000 + (int)((int64_t)i * 7654321 % 8999993));
	out[REGCODE_LEN - 1] = (char)('0' + damm_digit(out, REGCODE_LEN - 1));
	out[REGCODE_LEN] = '\0';
}

static void add_code(struct year *y, struct worker *w, int64_t batch)
{
	const struct phone *p = w->phone >= 0 ? &y->phone[w->phone] : NULL;
	struct code_listed l = { .job = w->job };

	code_of((int)(w - y->worker), w->code);
	snprintf(l.nik, sizeof l.nik, "%s", w->nik);
	snprintf(l.name, sizeof l.name, "%s", w->name);
	snprintf(l.area, sizeof l.area, "%s", w->area);
	if (p)
		snprintf(l.phone, sizeof l.phone, "%s", p->msisdn);
	must(store_code_add(y->d.store, batch, w->code, w->open ? NULL : &l));
}

static void add_codes(struct year *y, const struct pledge *p)
{
	int64_t batch;

	must(store_batch_add(y->d.store, p->id, y->worker[p->first].area, !p->open, y->now,
	        y->now + INT64_C(86400) * 365, &batch));
	for (int i = 0; i < p->n; i++)
		add_code(y, &y->worker[p->first + i], batch);
}

void office_found(struct year *y)
{
	struct programme_row g = { .code = "BPU",
		.name = "Pekerja rentan",
		.areas = "3321,3374,5171,9171",
		.legal_basis = "Perbup 1" };
	struct duty_row duty = { .name = "Pak Agus" };
	struct cadre_row cadre = { .name = "Bu Kader", .since = y->now };
	int64_t id;

	snprintf(cadre.msisdn, sizeof cadre.msisdn, "%s", y->phone[0].msisdn);
	must(store_begin(y->d.store));
	must(store_programme_add(y->d.store, &g, y->now, &id));
	must(store_cadre_add(y->d.store, &cadre));
	snprintf(duty.msisdn, sizeof duty.msisdn, "%s", y->phone[1].msisdn);
	must(store_duty_add(y->d.store, &duty, y->now));
	for (int i = 0; i < y->pledges; i++) {
		add_pledge(y, &y->pledge[i]);
		add_codes(y, &y->pledge[i]);
	}
	must(store_commit(y->d.store));
}

/* ---- the desk ---- */

struct refs {
	size_t n, room;
	char (*ref)[REF_LEN + 1];
};

static void keep_ref(void *arg, const struct registration_row *row)
{
	struct refs *r = arg;

	if (r->n == r->room) {
		r->room = r->room ? r->room * 2 : 64;
		r->ref = realloc(r->ref, r->room * sizeof *r->ref);
		die_if(!r->ref, "no memory");
	}
	memcpy(r->ref[r->n++], row->ref, sizeof row->ref);
}

static void keep_batch(void *arg, const struct batch_row *row)
{
	struct refs *ids = arg; /* as digits */
	struct registration_row as = { 0 };

	if (row->undecided == 0)
		return;
	snprintf(as.ref, sizeof as.ref, "%d", (int)row->id);
	keep_ref(ids, &as);
}

/* An officer accepts what came in; each decision stands alone. */
static void on_desk(struct year *y, int64_t day, int64_t unused)
{
	struct refs batches = { 0 }, refs = { 0 };
	int64_t worker;

	(void)unused;
	must(store_batch_each(y->d.store, keep_batch, &batches));
	for (size_t i = 0; i < batches.n; i++)
		must(store_registration_each(
		        y->d.store, atoi(batches.ref[i]), true, keep_ref, &refs));
	if (refs.n > 0)
		must(store_begin(y->d.store));
	for (size_t i = 0; i < refs.n; i++) {
		rc_t rc = store_registration_accept(
		        y->d.store, refs.ref[i], "officer", y->now, &worker);

		die_if(rc != RC_OK && rc != RC_LIMIT && rc != RC_INVALID, "accepting");
	}
	if (refs.n > 0)
		must(store_commit(y->d.store));
	free(batches.ref);
	free(refs.ref);
	if (day + 1 < YEAR_DAYS)
		at(y, year_time((int)day + 1, 10 * 60, ZONE_WIB), on_desk, day + 1, 0);
}

void office_days(struct year *y)
{
	plan_cuts(y);
	at(y, year_time(-15, 10 * 60, ZONE_WIB), on_desk, -15, 0);
}

void office_death(struct year *y, int64_t worker, int64_t unused)
{
	struct worker *w = &y->worker[worker];
	struct nik_links links;

	(void)unused;
	must(store_worker_links_of_nik(y->d.store, w->nik, &links));
	if (links.worker == 0)
		return; /* never got as far as being a worker of ours */
	must(store_begin(y->d.store));
	must(store_person_died(y->d.store, links.worker, date_days(date_at(w->died_at, w->zone))));
	must(store_commit(y->d.store));
	w->death_known_at = y->now;
}
