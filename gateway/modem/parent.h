/* Our end of the channel to payungd, and how a worker ends. */
#ifndef MODEM_PARENT_H
#define MODEM_PARENT_H

#include <payung/frame.h>
#include <payung/log.h>
#include <stdbool.h>

enum worker_exit {
	EXIT_DONE = 0,      /* told to quit, or the parent closed the channel */
	EXIT_BAD_FRAME = 2, /* the parent sent what is not a frame */
	EXIT_SEND_LOST = 3,
	EXIT_GONE = 4,    /* the device vanished */
	EXIT_TROUBLE = 5, /* any other trouble; its TROUBLE frame said which */
};

/* Blocks until the frame is written; ends the process when the parent is gone. */
void parent_send(const struct frame *f);
/* False: no frame is waiting. Ends the process when the parent is gone or sent garbage. */
bool parent_receive(struct frame *out);
/* Waits for a frame. */
void parent_wait(struct frame *out);
/* A LOG frame. Never a text body, a NIK, a PIN. */
void parent_log(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A TROUBLE frame, the closing log line, and the end with the exit code of its kind. */
void parent_trouble(enum frame_trouble kind, const char *fmt, ...) PRINTF_LIKE(2, 3)
        __attribute__((noreturn));
/* The closing log line (counts of pauses) and the end. */
void parent_exit(enum worker_exit code) __attribute__((noreturn));

#endif
