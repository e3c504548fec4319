/* Store door: rows of imported files. See store.h for the rules of every call. A row is known by a
 * keyed hash of its words, so the same row in a second, overlapping file changes nothing; two equal
 * rows inside one file are two rows. All of these may be called again after a crash: what is in the
 * store already is RC_EXISTS. */
#ifndef PAYUNG_STORE_IMPORT_H
#define PAYUNG_STORE_IMPORT_H

#include <payung/cover_issue.h>
#include <payung/cover_match.h>
#include <payung/crypto.h>
#include <payung/date.h>
#include <payung/nik.h>
#include <payung/store.h>

#define IMPORT_NAME_CAP 80
#define IMPORT_FILE_CAP 200
#define IMPORT_TEXT_CAP 256
#define STORE_BY_CAP    64 /* a Unix user, "daemon", "sponsor/3" */

enum source_kind { SOURCE_BANK, SOURCE_RECEIPT, /* a sponsor paid the insurer itself */
	SOURCE_LIST, SOURCE_INSURER, SOURCE_KINDS };
const char *source_kind_name(enum source_kind k); /* "bank" "receipt" "list" "insurer" */
int source_kind_parse(const char *name);          /* -1: none such */

struct source_file {
	int64_t id, begun_at, ended_at; /* 0: its import did not come to its end */
	enum source_kind kind;
	int bad; /* rows of it that could not be read */
	char name[IMPORT_FILE_CAP], by[STORE_BY_CAP];
};
/* A file by its content (a digest of all bytes), whatever its name. RC_EXISTS: imported to its
 * end before, no row was bad. Else RC_OK: give all its rows, from the first on. *out is set for both. */
rc_t store_file_begin(struct store *s, enum source_kind kind, const char *name,
	const uint8_t hash[CRYPTO_HASH_LEN], const char *by, int64_t now, struct source_file *out) MUST_CHECK;
/* RC_NOENT: never begun. Reads only. */
rc_t store_file_find(struct store *s, enum source_kind kind, const uint8_t hash[CRYPTO_HASH_LEN],
	struct source_file *out) MUST_CHECK;
rc_t store_file_end(struct store *s, int64_t file, int64_t now) MUST_CHECK;

struct source_row {
	int64_t file;
	int number;       /* of the row in its file, from 1 */
	const char *text; /* what makes it this row, in one fixed form; only its keyed hash is kept */
};
/* Each of these: RC_EXISTS when this row is in the store, as this row of this file or from another
 * file; nothing is changed then. A row that was bad before and now fits becomes good. */
rc_t store_row_bad(struct store *s, const struct source_row *r, const char *reason) MUST_CHECK;
/* Would a row with this text, behind nth equal ones in its file, be RC_EXISTS? Else RC_NOENT. Reads
 * only. */
rc_t store_row_known(struct store *s, enum source_kind kind, const char *text, int64_t nth) MUST_CHECK;

struct payment_new {
	int64_t day;         /* days since 1970; likewise all days here */
	rupiah_t amount;     /* not 0; below 0: the bank took it back */
	const char *text;    /* NIKs in it masked by the caller */
	const char *account; /* as match_account() writes it, "" = not told */
	const char *payer;
	bool banks_own; /* a charge or interest: nobody's, and nothing to decide about */
};
/* Files of kind BANK or RECEIPT. */
rc_t store_row_payment(struct store *s, const struct source_row *r, const struct payment_new *p,
	int64_t *id) MUST_CHECK;

struct listed_new {
	const char *transfer; /* which transfer of the file this row belongs to, "" = there is one */
	int64_t day;          /* of that transfer, 0 = not told */
	const char *nik, *name;
	month_t from;         /* 0 = not told */
	int months;           /* 0 = not told */
	rupiah_t amount;      /* above 0 */
};
/* Files of kind LIST: workers a treasurer pays for by one transfer. A known row of a list that no payment
 * took yet becomes one of this file's list, which replaces that one: so a corrected list is whole. */
rc_t store_row_listed(struct store *s, const struct source_row *r, const struct listed_new *l,
	int64_t *id) MUST_CHECK;

struct confirmation_new {
	const char *nik, *name;
	const char *card;   /* member card number, "" = none */
	const char *reason; /* why the insurer refused, "" = it did not */
	int64_t day;        /* on which the insurer said so */
	month_t from, to;   /* months confirmed or refused, inclusive; to < from: none named */
	enum insurer_segment segment;
	struct date born;   /* year 0: not told */
	int sex;            /* enum nik_sex, -1: not told */
};
/* Files of kind INSURER. */
rc_t store_row_confirmation(struct store *s, const struct source_row *r, const struct confirmation_new *c,
	int64_t *id) MUST_CHECK;

#include <payung/store_import_read.h>

#endif
