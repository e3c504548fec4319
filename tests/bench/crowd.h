/* A store with very many workers who pay for themselves, made by plain SQL: each with a phone and
 * cover that ends one day or another. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include <stdint.h>

struct crowd {
	int64_t workers,
	        due;  /* due: cover of so many ends on `ends`, that of the others months later */
	int64_t ends; /* days since 1970, the last of a month */
	int64_t look; /* day of the look of those who are due */
	int64_t linked_at; /* UTC seconds */
};
/* In a store that is new and closed. */
void crowd_fill(const char *path, const struct crowd *c);

#endif
