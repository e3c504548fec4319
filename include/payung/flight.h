/* The flight page: one page of shared memory of a worker and payungd, backed by a file beside the
 * store. The worker notes in it what it has given to the modem. Memory survives the death of both
 * processes, so after a crash of payungd only what was truly under way becomes unknown: a part that
 * was handed over but never started goes back to the queue, one that was answered keeps its answer.
 * After a power cut (another boot) the page proves nothing and every handed part is unknown.
 * The page reaches the worker as the descriptor that comes with SETUP. */
#ifndef PAYUNG_FLIGHT_H
#define PAYUNG_FLIGHT_H

#include <stdint.h>

#define FLIGHT_BYTES   4096
#define FLIGHT_RECORDS 64
#define FLIGHT_MAGIC   0x50595547u

/* Ordered by what it proves: a part that was sent once is not unknown because of another try. */
enum flight_state { FLIGHT_FREE = 0, FLIGHT_FAILED, FLIGHT_STARTED, FLIGHT_SENT };

struct flight_record { /* the worker writes state last when it starts, and first mr, error, code */
	uint64_t id;
	uint32_t part, state;
	int32_t mr, error, code; /* as in struct frame_sent */
	uint32_t unused;
};
struct flight_page {
	uint32_t magic, next; /* next: where the worker writes, counted without wrapping */
	char boot[40];        /* /proc/sys/kernel/random/boot_id when it was made */
	struct flight_record record[FLIGHT_RECORDS];
};
_Static_assert(sizeof(struct flight_page) <= FLIGHT_BYTES, "the page holds all records");

#endif
