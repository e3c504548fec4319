/* Workers whose signed forms an office holds: most programmes register by list, not by phone. Each
 * gets a code that is used at once, so that a place, a waiting number and the consent are what they
 * would be after a text. In groups, and a row that is in the pledge already is passed over: what
 * was interrupted is completed by the same command. Nobody is texted: the first text is AKTIF. */
#include "list.h"
#include "listed.h"

#include <payung/crypto.h>
#include <payung/store_decision.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define CONSENT_CAP 80

struct enrol {
	struct listed l;
	char consent[CONSENT_CAP];
	int64_t batch;
	size_t at; /* the next row */
	int64_t registered, waiting, held, known, refused;
};

static int take_enrol(struct cli *c, struct enrol *e)
{
	enum { PLEDGE, LIST, CONSENT, AREA };
	struct cli_option o[] = { { "pledge", true, NULL }, { "list", true, NULL },
		{ "consent", true, NULL }, { "area", false, NULL } };
	int end = cli_options(c, o, COUNT(o), NULL, 0, 0);

	if (end)
		return end;
	e->l.ref = o[PLEDGE].value;
	e->l.file = o[LIST].value;
	end = cli_text(c, "--consent", o[CONSENT].value, e->consent, sizeof e->consent);
	if (!end && !*e->consent)
		end = cli_usage(c, "--consent says where the signed forms are");
	if (!end && o[AREA].value)
		end = cli_text(c, "--area", o[AREA].value, e->l.area, sizeof e->l.area);
	return end;
}

/* The limits of age are for new workers; who was told by named_read() is passed over here. */
static bool age_fits(const struct cli *c, const struct code_listed *who)
{
	struct date today = date_at(c->now, c->conf->zone);
	struct nik_facts facts;

	if (nik_parse(who->nik, today, c->conf->limits.age_min, &facts) != RC_OK)
		return false;
	int age = date_age(facts.born, today);

	return age >= c->conf->limits.age_min && age <= c->conf->limits.age_max_new;
}

static rc_t draw_ref(struct cli *c, char ref[REF_LEN + 1])
{
	bool used = true;
	rc_t rc = RC_OK;

	while (rc == RC_OK && used) {
		ref_make(crypto_random_u64(), ref);
		rc = store_ref_used(c->store, ref, &used);
	}
	return rc;
}

static int enrol_one(struct cli *c, struct enrol *e, const struct code_listed *who)
{
	struct pledge_row *p = &e->l.pledge;
	struct registration_new r = {
		.waiting = p->taken >= p->workers, .consent_text = e->consent, .officer = c->actor
	};
	struct registration_row made;
	int64_t id = 0;
	int end = listed_code(c, e->batch, who, r.code);

	if (end)
		return end;
	memcpy(r.msisdn, who->phone, sizeof r.msisdn);
	rc_t rc = draw_ref(c, r.ref);

	if (rc == RC_OK)
		rc = store_register(c->store, &r, c->now, &id);
	if (rc == RC_OK)
		rc = store_registration_get(c->store, r.ref, &made);
	if (rc != RC_OK)
		return cli_store_end(c, rc, "registration");
	p->taken += !r.waiting;
	e->waiting += r.waiting;
	e->held += !r.waiting && made.worker == 0;
	e->registered += !r.waiting && made.worker != 0;
	return 0;
}

static int enrol_row(struct cli *c, struct enrol *e)
{
	const struct named_row *row = &e->l.list.row[e->at];
	bool known = false;
	rc_t rc = store_code_listed(c->store, e->l.pledge.id, row->listed.nik, &known);

	if (rc != RC_OK)
		return cli_store_end(c, rc, "list");
	e->at++;
	if (known)
		e->known++;
	else if (!age_fits(c, &row->listed))
		e->refused++;
	else
		return enrol_one(c, e, &row->listed);
	return 0;
}

/* Under the write lock the pledge is read afresh: the daemon registers in between. */
static int enrol_group(struct cli *c, void *arg, bool *more)
{
	struct enrol *e = arg;
	char subject[48];
	int end = listed_pledge(c, &e->l); /* as it is now that nobody else can write */

	if (!end && !e->batch)
		end = cli_store_end(c,
		        store_batch_add(c->store, e->l.pledge.id, e->l.area, true, c->now, c->now,
		                &e->batch),
		        "codes");

	while (!end && e->at < e->l.list.n && cli_has_time(c))
		end = enrol_row(c, e);
	*more = e->at < e->l.list.n;
	if (end || *more)
		return end;
	snprintf(subject, sizeof subject, "pledge/%s", e->l.ref);
	return cli_audit(c, "worker enrol", subject,
	        "batch=%lld registered=%lld waiting=%lld held=%lld known=%lld refused=%lld "
	        "consent=\"%s\"",
	        (long long)e->batch, (long long)e->registered, (long long)e->waiting,
	        (long long)e->held, (long long)e->known, (long long)e->refused, e->consent);
}

static void print(const struct cli *c, const struct enrol *e)
{
	const struct {
		const char *field;
		int64_t n;
	} count[] = { { "registered", e->registered }, { "waiting", e->waiting },
		{ "held", e->held }, { "known", e->known }, { "refused", e->refused } };
	json_t *row = json_object();

	for (size_t i = 0; i < COUNT(count); i++)
		if (c->json)
			table_int(row, count[i].field, count[i].n);
		else
			printf("%s%s %lld", i ? ", " : "", count[i].field, (long long)count[i].n);
	if (c->json)
		table_print_json(stdout, row);
	else
		putchar('\n');
	json_decref(row);
}

int cmd_worker_enrol(struct cli *c)
{
	struct enrol e = { .l = { .undone = "nobody was registered" } };
	int end = take_enrol(c, &e);

	if (!end)
		end = listed_read(&e.l);
	if (!end)
		end = cli_open(c, STORE_LIVE);
	if (!end)
		end = listed_pledge(c, &e.l);
	if (!end)
		end = listed_check(c, &e.l);
	if (!end)
		end = cli_change_groups(c, enrol_group, &e);
	if (!end)
		print(c, &e);
	if (!end && e.refused > 0)
		end = cli_end(CLI_FAILED,
		        "%lld rows are outside the limits of age and were left out",
		        (long long)e.refused);
	listed_clear(&e.l);
	return end;
}
