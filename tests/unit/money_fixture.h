/* Payments and workers of a pledge, for the tests of money and cover. */
#ifndef MONEY_FIXTURE_H
#define MONEY_FIXTURE_H

#include "store_fixture.h"
#include <payung/store_cover.h>

#define JULY (2026 * 12 + 6)
#define DAY0 INT64_C(20635) /* 2026-07-01 */

/* A payment of its own; returns it. */
static inline int64_t add_payment(struct store *s, rupiah_t amount)
{
	static int number;
	char text[32];
	const struct payment_new p = {
		.day = DAY0, .amount = amount, .text = text, .account = "123", .payer = "PT A"
	};
	uint8_t hash[CRYPTO_HASH_LEN] = { 1 };
	struct source_file f;
	int64_t id = 0;

	must(store_file_begin(s, SOURCE_BANK, "juli.csv", hash, "budi", T0, &f));
	snprintf(text, sizeof text, "baris %d", ++number);
	must(store_row_payment(s, &(struct source_row){ f.id, number, text }, &p, &id));
	return id;
}

static inline struct payment_row payment_of(struct store *s, int64_t id)
{
	struct payment_row p = { 0 };

	must(store_payment_get(s, id, &p));
	return p;
}

/* A registered worker of the pledge; waiting: on its list. Returns the registration. */
static inline int64_t add_worker(struct store *s, int64_t pledge, int n, bool waiting)
{
	char code[16], ref[16], nik[NIK_LEN + 8], phone[24];

	snprintf(code, sizeof code, "%08d", n);
	snprintf(ref, sizeof ref, "R%05d", n);
	snprintf(nik, sizeof nik, "337401010180%04u", (unsigned)n % 10000);
	snprintf(phone, sizeof phone, "+62812%07d", n);
	add_code(s, pledge, code, nik);
	must(use_code(s, code, ref, phone, NULL, waiting));
	return n;
}

static inline int64_t add_allocation(struct store *s, int64_t registration)
{
	int64_t id = 0;

	must(store_allocation_add(s, registration, JULY, JULY + 11, T0, &id));
	return id;
}

static inline int64_t post(struct store *s, const struct ledger_entry *e)
{
	const struct ledger_note note = { .at = T0, .day = DAY0, .by = "reconcile" };
	int64_t id = 0;

	must(store_ledger_add(s, e, &note, &id));
	return id;
}

/* A payment that came in, and an entry by which it pays one month of the pledge. */
static inline int64_t pay_by_entry(struct store *s, int64_t pledge, rupiah_t amount)
{
	const struct ledger_subject about = {
		.payment = add_payment(s, amount), .sponsor = 1, .pledge = pledge
	};
	struct ledger_entry e;

	must(ledger_payment(&e, about, false, amount));
	(void)post(s, &e);
	must(ledger_matched(&e, about, amount, &amount, 1));
	return post(s, &e);
}

#endif
