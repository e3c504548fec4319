/* A store with what a reconcile run has to do: pledges of two workers for ten months, paid by two
 * transfers each, so that every transfer is for ten worker-months and the first pays a part.
 * usage: money_make STORE KEY PLEDGES */
#include <payung/clock.h>
#include <payung/crypto.h>
#include <payung/log.h>
#include <payung/regcode.h>
#include <payung/store_import.h>
#include <payung/store_scheme.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS 2 /* of a pledge */
#define MONTHS 10
#define RATE 16800
#define NOW INT64_C(1796086800) /* 2026-12-01 08:00 WIB */
#define PAID_DAY INT64_C(20800) /* 2026-12-13 */
#define GROUP 2000              /* pledges in a transaction */

static struct store *s;

static void must(rc_t rc, const char *what)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "money_make: %s: %s (%s)\n", what, rc_text(rc), store_detail(s));
	exit(1);
}

/* Scattered, as those drawn at random are, and each once. */
static void code_of(int64_t i, char out[REGCODE_LEN + 1])
{
	snprintf(out, REGCODE_LEN + 1, "%07d", 1000000 + (int)(i * 7654321 % 8999993));
	out[REGCODE_LEN - 1] = (char)('0' + damm_digit(out, REGCODE_LEN - 1));
	out[REGCODE_LEN] = '\0';
}

static void ref_of(int64_t i, char out[REF_LEN + 1])
{
	ref_make((uint64_t)i * UINT64_C(0x9e3779b97f4a7c15), out);
}

static void add_worker(int64_t batch, int64_t n)
{
	struct code_listed who = { .area = "337401", .job = 1 };
	struct registration_new r = { .consent_text = "paper", .officer = "bench" };
	int64_t id;

	const unsigned day = (unsigned)(n / 9999);
	char nik[32];

	snprintf(nik, sizeof nik, "337401%02u%02u%02u%04u", day % 28 + 1, day / 28 % 12 + 1,
	        day / 336 % 30 + 65, (unsigned)(n % 9999) + 1);
	memcpy(who.nik, nik, sizeof who.nik - 1);
	snprintf(who.name, sizeof who.name, "SITI AMINAH %lld", (long long)n);
	code_of(n, r.code);
	ref_of(n + 50000000, r.ref);
	must(store_code_add(s, batch, r.code, &who), "code");
	must(store_register(s, &r, NOW, &id), "registration");
}

static void add_pledge(int64_t n)
{
	struct sponsor_row p = { .kind = SPONSOR_CIVIL_SERVANT };
	struct pledge_row b = { .programme = "PNS",
		.created_at = NOW,
		.funding = FUND_LOCAL_BUDGET,
		.workers = WORKERS,
		.months = MONTHS,
		.instalment = 12,
		.start = 2027 * 12 };
	int64_t pledge, batch;

	snprintf(p.name, sizeof p.name, "Pegawai %lld", (long long)n);
	snprintf(p.sms_name, sizeof p.sms_name, "Pegawai %lld", (long long)n);
	snprintf(p.phone, sizeof p.phone, "+62812%08lld", (long long)n);
	must(store_sponsor_add(s, &p, NOW, &b.sponsor), "sponsor");
	ref_of(n, b.ref);
	must(store_pledge_add(s, &b, &pledge), "pledge");
	must(store_batch_add(s, pledge, "337401", true, NOW, NOW + 86400, &batch), "batch");
	for (int i = 0; i < WORKERS; i++)
		add_worker(batch, n * WORKERS + i);
}

static void add_payment(int64_t file, int64_t n)
{
	char ref[REF_LEN + 1], text[80], row[128], account[24];
	struct payment_new p = { .day = PAID_DAY + n % 2,
		.amount = (rupiah_t)RATE * MONTHS,
		.text = text,
		.account = account,
		.payer = "PEGAWAI" };
	const struct source_row r = { .file = file, .number = (int)n + 1, .text = row };
	int64_t id;

	ref_of(n / 2, ref);
	snprintf(text, sizeof text, "IURAN JAMSOSTEK %s", ref);
	snprintf(row, sizeof row, "%lld;%s", (long long)n, text);
	snprintf(account, sizeof account, "%010lld", (long long)n / 2);
	must(store_row_payment(s, &r, &p, &id), "payment");
}

static void in_groups(int64_t n, int64_t group, void (*add)(int64_t arg, int64_t i), int64_t arg)
{
	for (int64_t i = 0; i < n;) {
		must(store_begin(s), "begin");
		for (int64_t k = 0; k < group && i < n; k++)
			add(arg, i++);
		must(store_commit(s), "commit");
		must(store_checkpoint(s, 0), "checkpoint");
	}
}

static void pledge_of(int64_t arg, int64_t i)
{
	(void)arg;
	add_pledge(i);
}

int main(int argc, char **argv)
{
	struct programme_row g = {
		.code = "PNS", .name = "PNS Peduli", .legal_basis = "SE 1/2026", .areas = "3374"
	};
	const uint8_t hash[CRYPTO_HASH_LEN] = { 1 };
	char err[STORE_ERR_CAP > CRYPTO_ERR_CAP ? STORE_ERR_CAP : CRYPTO_ERR_CAP];
	struct source_file f;
	struct keys *keys;
	int64_t id, pledges;

	if (argc != 4 || (pledges = atoll(argv[3])) < 1) {
		fputs("usage: money_make STORE KEY PLEDGES\n", stderr);
		return 2;
	}
	clock_set_virtual(NOW);
	if (keys_load(argv[2], &keys, err) != RC_OK ||
	        store_open(argv[1], STORE_LIVE, keys, 0, &s, err) != RC_OK) {
		fprintf(stderr, "money_make: %s\n", err);
		return 1;
	}
	must(store_begin(s), "begin");
	must(store_programme_add(s, &g, NOW, &id), "programme");
	must(store_file_begin(s, SOURCE_BANK, "bank.csv", hash, "bench", NOW, &f), "file");
	must(store_commit(s), "commit");
	in_groups(pledges, GROUP, pledge_of, 0);
	in_groups(pledges * 2, GROUP, add_payment, f.id);
	must(store_begin(s), "begin");
	must(store_file_end(s, f.id, NOW), "file");
	must(store_commit(s), "commit");
	store_close(s);
	keys_free(keys);
	return 0;
}
