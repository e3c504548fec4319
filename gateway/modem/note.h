/* The worker's side of the flight page (see <payung/flight.h>): plain memory, no system call. */
#ifndef MODEM_NOTE_H
#define MODEM_NOTE_H

#include <payung/frame.h>

/* Maps the page behind fd and closes fd. Without one (-1) nothing is noted: that costs only
 * certainty after a crash of payungd. */
void note_page(int fd);
/* Before the modem gets the segment. */
void note_started(const struct frame_send *s);
/* The modem's answer, before it is told to payungd. An unknown outcome stays as started. */
void note_ended(const struct frame_sent *s);

#endif
