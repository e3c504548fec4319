/* payungd's side of the flight pages (see <payung/flight.h>). */
#ifndef DAEMON_FLIGHT_H
#define DAEMON_FLIGHT_H

#include <payung/flight.h>
#include <payung/result.h>
#include <stdbool.h>
#include <stddef.h>

struct flight;

/* Reads what the pages of the run before hold; store_path names the files. Never fails: without
 * pages everything handed is unknown. */
struct flight *flight_open(const char *store_path);
void flight_close(struct flight *f);
/* False when this boot has no pages of the run before: it proves nothing. */
bool flight_is_proof(const struct flight *f);
/* The last the worker noted about this part, or NULL: never started. */
const struct flight_record *flight_find(const struct flight *f, uint64_t id, uint32_t part);
/* What the pages proved is in the store now: forgets and removes them. */
void flight_settled(struct flight *f);
/* A new empty page for modem number index; returns its descriptor, which the caller closes. -1: it
 * cannot be made, and then no modem has one any more until the next start. Only when nothing of the
 * modem's worker before is left to be settled in the store. */
int flight_page(struct flight *f, size_t index);

#endif
