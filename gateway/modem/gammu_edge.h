/* The only door to libgammu: connect, send one segment, let it read. ERR_NONE is 1 there; here 0
 * means done and any other number is its GSM_Error. */
#ifndef MODEM_GAMMU_EDGE_H
#define MODEM_GAMMU_EDGE_H

#include <payung/frame.h>
#include <stdbool.h>

/* Connects to the device; connection "" means the one without slow writes. probe_fd is our own
 * descriptor of the same device: *fd becomes libgammu's. */
int gammu_connect(const char *device, const char *connection, int probe_fd, int *fd);
/* What went wrong there, as trouble. */
enum frame_trouble gammu_trouble(int error);
const char *gammu_error_text(int error);
/* Makes the message ready. Nothing is sent; an error says why it cannot be: too long for one
 * segment, characters outside its alphabet, no service centre. */
int gammu_prepare(const struct frame_send *send, const char *smsc);
/* Hands the prepared message to the modem and returns when its PDU is written: the result comes
 * through the gate while gammu_pump() runs. */
int gammu_send(void);
/* Reads what the modem has said. Call when the descriptor is readable. */
void gammu_pump(void);

#endif
