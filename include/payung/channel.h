/* The modem channel: one payung-modem process as the daemon's loop sees it. Frames in and out over
 * SOCK_SEQPACKET; a deadline that ends in SIGKILL; and the certainty that it is gone. Everything
 * from the worker is hostile: what does not decode kills it. */
#ifndef PAYUNG_CHANNEL_H
#define PAYUNG_CHANNEL_H

#include <payung/frame.h>
#include <stdbool.h>
#include <sys/types.h>

struct event_base;
struct channel;

enum channel_end {
	CHANNEL_EXITED,   /* by itself: code tells */
	CHANNEL_SIGNALED, /* killed or crashed: code is the signal */
	CHANNEL_LATE,     /* we killed it: its deadline passed, or it sent garbage */
};
struct channel_ops {
	/* One decoded frame, valid during the call. Must not free the channel. */
	void (*frame)(void *arg, const struct frame *f);
	/* The process has been reaped and every frame it wrote was given; the channel is freed
	 * after. */
	void (*gone)(void *arg, enum channel_end how, int code);
};

/* Starts the worker. NULL (logged) when it cannot be started. ops must outlive it. */
struct channel *channel_spawn(
        struct event_base *base, const char *worker, const struct channel_ops *ops, void *arg);
/* RC_IO: the worker does not read any more (it is being killed); RC_INVALID: frame out of range. */
rc_t channel_send(struct channel *c, const struct frame *f) MUST_CHECK;
/* As channel_send, with an open descriptor for the worker to keep. */
rc_t channel_send_fd(struct channel *c, const struct frame *f, int fd) MUST_CHECK;
/* From now the worker is killed after so many ms; 0 takes the deadline away. */
void channel_deadline(struct channel *c, int ms);
void channel_kill(struct channel *c);
/* While held, frames stay in the socket, from the very next one: back-pressure when the store is
 * down. When the worker ends they are given all the same. */
void channel_hold(struct channel *c, bool held);
pid_t channel_pid(const struct channel *c);

#endif
