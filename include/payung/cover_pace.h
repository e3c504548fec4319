/* What the SIMs can carry: how many unasked texts may be queued now so that all of today's go out
 * before the window closes, answers keep their room, and no cap is passed. Pure. */
#ifndef PAYUNG_COVER_PACE_H
#define PAYUNG_COVER_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pace_line {
	int cap_hour, cap_day, used_hour, used_day; /* segments; used_hour: of the last 60 minutes */
	int seconds; /* a send takes on this line, measured; 0: not known, PACE_SECONDS; PACE_AT_ONCE: no
	              * modem but the caps that all lines share */
	bool up;     /* it sends now */
};
#define PACE_SECONDS 5
#define PACE_AT_ONCE (-1)
struct pace_rules {
	int reserve_percent; /* of every cap, kept for answers */
	int ahead_s;         /* so much of a line's work may wait in the queue */
};

/* Segments that all lines together can still send in the next left_s seconds. */
int64_t pace_capacity(const struct pace_rules *r, const struct pace_line *line, size_t n, int64_t left_s);
/* How many to queue now, when so many wait in the queue already. Never more than pace_capacity() less
 * what waits, nor than the lines send in ahead_s seconds. */
int64_t pace_now(const struct pace_rules *r, const struct pace_line *line, size_t n, int64_t left_s, int64_t queued);
/* SIMs like the best of these, fresh, that would carry `due` segments in window_s seconds; 0: none is
 * needed; -1: no number of SIMs could, or there is no line to judge by. */
int64_t pace_sims_needed(const struct pace_rules *r, const struct pace_line *line, size_t n, int64_t window_s,
	int64_t due);

#endif
