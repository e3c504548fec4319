/* libgammu pauses with usleep(): 0.7 s in every text it sends, for slow serial phones. Our
 * executable's usleep() stands before libc's and shortens the long ones. */
#ifndef MODEM_PACE_H
#define MODEM_PACE_H

#include <stdint.h>

struct pace_counts {
	unsigned pauses;    /* calls of usleep() */
	unsigned shortened; /* of these, made shorter */
};

/* pause is enum frame_pause: fast cuts long pauses to nothing, safe leaves them; auto is fast on
 * USB ttys and ptys and safe on others. device is the resolved path. */
void pace_set(uint32_t pause, const char *device);
struct pace_counts pace_counts(void);

#endif
