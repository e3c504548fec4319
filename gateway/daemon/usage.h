/* Segments sent in the running hour and the last 24: the caps of a SIM. Pure; the store keeps the
 * truth, this is its copy in memory. */
#ifndef DAEMON_USAGE_H
#define DAEMON_USAGE_H

#include <stdint.h>

struct usage {
	int64_t hour;  /* number of the newest hour since 1970 */
	int count[24]; /* by hour % 24 */
};

void usage_add(struct usage *u, int64_t now, int segments);
int usage_hour(const struct usage *u, int64_t now);
int usage_day(const struct usage *u, int64_t now); /* the last 24 clock hours */

#endif
