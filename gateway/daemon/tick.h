/* The tick: group commit without threads. What the loop finds ready is one transaction; each input
 * of it runs under a mark of its own and may be undone alone; what the world must see happens in
 * effects, after the commit. */
#ifndef DAEMON_TICK_H
#define DAEMON_TICK_H

#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct daemon;
struct modem;
struct tick;

struct tick_input {
	const char *name; /* for the log */
	/* Runs inside the transaction. RC_OK; RC_INVALID: refused for ever; RC_AGAIN, RC_FULL or
	 * RC_IO: undone and kept for another try. */
	rc_t (*run)(struct daemon *d, struct modem *m, void *data);
	/* It was refused for ever: the only cleaning up outside the store. May be NULL. */
	void (*refused)(struct daemon *d, struct modem *m, void *data);
	size_t size; /* bytes of data, copied */
};
typedef void tick_effect_fn(struct daemon *d, struct modem *m, void *data);

struct tick *tick_new(struct daemon *d);
void tick_free(struct tick *t);
/* Adds an input; it runs when the loop has drained, or at once when the group is full or old. */
void tick_add(struct daemon *d, struct modem *m, const struct tick_input *input, const void *data);
/* From within run: performed after the commit, in order; forgotten when the input is undone. */
void tick_effect(
        struct daemon *d, struct modem *m, tick_effect_fn *fn, const void *data, size_t size);
/* Commits what is waiting, without the loop: for the end of the program. False: not possible. */
bool tick_flush(struct daemon *d);
/* Inputs waiting that belong to this modem (all when NULL). */
size_t tick_waiting(const struct daemon *d, const struct modem *m);
/* True inside run when an earlier result of the group was undone: no further hand-over then. */
bool tick_has_undone(const struct daemon *d);
/* False while the store is down or full. */
bool tick_store_ok(const struct daemon *d);

#endif
