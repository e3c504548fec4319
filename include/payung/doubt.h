/* Why an officer should look twice at a registration before it is accepted: facts in, reasons out.
 * A reason never decides by itself, and nothing of it is told to the person who registered. Pure. */
#ifndef PAYUNG_DOUBT_H
#define PAYUNG_DOUBT_H

#include <payung/date.h>
#include <stdbool.h>
#include <stddef.h>

#define DOUBT_NAME_ALIKE 850 /* per mille: below it two names are taken for two people */
#define DOUBT_LIST_CAP 120

enum doubt {
	DOUBT_AGE = 1,          /* too young or too old on the day of registration, or not known */
	DOUBT_KNOWN_NIK = 2,    /* a worker has this NIK already */
	DOUBT_NAME = 4,         /* that worker has another name */
	DOUBT_OTHER_PHONE = 8,  /* that worker has another phone: only that one may let it go */
	DOUBT_SAME_NIK = 16,    /* another registration with this NIK waits too */
	DOUBT_MANY_WORKERS = 32, /* the phone has its number of workers already */
	DOUBT_CADRE = 64,       /* enrolled by somebody who is no cadre any more */
};

struct doubt_facts {
	struct date born;  /* by the NIK; year 0 = not known */
	struct date asked; /* the day of the registration */
	int age_min, age_max;
	bool known, known_here; /* a worker has the NIK; this phone is that worker's */
	int known_phones, name_alike /* per mille */, same_nik;
	int phone_workers, workers_per_phone;
	bool by_cadre, is_cadre;
};
/* A set of enum doubt; 0: nothing speaks against it. */
unsigned doubts_of(const struct doubt_facts *f);
/* "age, known nik": English words for the officer; "" for none. */
void doubts_list(unsigned doubts, char out[DOUBT_LIST_CAP]);

#endif
