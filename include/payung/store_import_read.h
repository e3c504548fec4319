/* Store door: what lists and the insurer's files said, read again by reconcile. Comes with
 * store_import.h. */
#ifndef PAYUNG_STORE_IMPORT_READ_H
#define PAYUNG_STORE_IMPORT_READ_H

#include <payung/store_import.h>

/* ---- treasurers' lists and the transfers they explain ---- */
/* Lists (of files that are complete) that no payment took yet, with exactly this total, dated in
 * these days or not dated. Lowest id first; *n may be above cap, then there are more. */
rc_t store_list_find(struct store *s, rupiah_t total, int64_t from_day, int64_t to_day, int64_t *list,
	size_t cap, size_t *n) MUST_CHECK;
/* RC_EXISTS: the list or the payment is taken. */
rc_t store_list_take(struct store *s, int64_t list, int64_t payment) MUST_CHECK;
rc_t store_list_of_payment(struct store *s, int64_t payment, int64_t *list) MUST_CHECK; /* RC_NOENT: none */
struct list_row {
	int64_t id, worker; /* 0: nobody has this NIK */
	int64_t pledge;     /* as match_named wants it: 0 nobody carries the worker, -1 more than one does */
	int64_t carrier;    /* the pledge that carries the worker longest, of nobody's the last that did; 0: none ever */
	rupiah_t amount;
	month_t from;
	int months;
	bool direct; /* that pledge's sponsor pays the insurer itself */
	char name[IMPORT_NAME_CAP], worker_name[IMPORT_NAME_CAP];
};
/* Up to cap rows with id above `after`, by id. */
rc_t store_list_rows(struct store *s, int64_t list, int64_t after, struct list_row *out, size_t cap,
	size_t *n) MUST_CHECK;

/* ---- what the insurer said ---- */
enum confirmation_state { CONFIRMATION_NEW, CONFIRMATION_UNKNOWN, /* nobody has this NIK */
	CONFIRMATION_HELD, /* an officer must look */ CONFIRMATION_APPLIED, CONFIRMATION_REFUSED, CONFIRMATIONS };
struct confirmation_row {
	int64_t id, worker /* 0: nobody has this NIK */, day;
	enum confirmation_state state;
	month_t from, to;
	enum insurer_segment segment;
	struct date born, worker_born; /* worker_born: as the NIK says */
	int sex, worker_sex;
	bool ever_refused; /* some word about this person is a refusal */
	char name[IMPORT_NAME_CAP], worker_name[IMPORT_NAME_CAP], card[20], reason[120];
};
rc_t store_confirmation_set(struct store *s, int64_t id, enum confirmation_state state) MUST_CHECK;

#endif
