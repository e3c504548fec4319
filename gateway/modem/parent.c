#include "modem/parent.h"
#include "modem/note.h"
#include "modem/pace.h"

#include <errno.h>
#include <payung/process.h>
#include <payung/text.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void parent_send(const struct frame *f)
{
	uint8_t buf[FRAME_MAX];
	size_t n = frame_encode(f, buf, sizeof buf);

	if (n == 0)
		abort(); /* we made a frame the door forbids */
	while (send(PROCESS_CHANNEL_FD, buf, n, MSG_NOSIGNAL) < 0) {
		struct pollfd out = { .fd = PROCESS_CHANNEL_FD, .events = POLLOUT };

		if (errno == EAGAIN)
			poll(&out, 1, -1);
		else if (errno != EINTR)
			_exit(EXIT_DONE);
	}
}

/* A descriptor comes with SETUP alone: the flight page. */
static void take_descriptor(struct msghdr *msg)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
		return;
	memcpy(&fd, CMSG_DATA(head), sizeof fd);
	note_page(fd);
}

static ssize_t receive(uint8_t *buf, size_t cap)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { buf, cap };
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	ssize_t n = recvmsg(PROCESS_CHANNEL_FD, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n >= 0)
		take_descriptor(&msg);
	if (n >= 0 && msg.msg_flags & MSG_TRUNC)
		return 0;
	return n;
}

bool parent_receive(struct frame *out)
{
	uint8_t buf[FRAME_MAX];
	struct pollfd in = { .fd = PROCESS_CHANNEL_FD };
	ssize_t n = receive(buf, sizeof buf);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n > 0 && frame_decode(buf, (size_t)n, out) == RC_OK)
		return true;
	if (n < 0 || (poll(&in, 1, 0) > 0 && in.revents & POLLHUP))
		_exit(EXIT_DONE);
	parent_exit(EXIT_BAD_FRAME);
}

void parent_wait(struct frame *out)
{
	struct pollfd in = { .fd = PROCESS_CHANNEL_FD, .events = POLLIN };

	while (!parent_receive(out))
		poll(&in, 1, -1);
}

/* Frames carry valid UTF-8 only, and %s of a modem's words may be anything. */
PRINTF_LIKE(3, 0) static void print(char *out, size_t cap, const char *fmt, va_list ap)
{
	vsnprintf(out, cap, fmt, ap);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			*c = '?';
}

void parent_log(enum log_level level, const char *fmt, ...)
{
	struct frame f = { .type = FRAME_LOG, .log.level = level };
	va_list ap;

	va_start(ap, fmt);
	print(f.log.text, sizeof f.log.text, fmt, ap);
	va_end(ap);
	parent_send(&f);
}

void parent_exit(enum worker_exit code)
{
	struct pace_counts c = pace_counts();

	parent_log(LOG_LVL_INFO, "worker end code=%d pauses=%u shortened=%u", (int)code, c.pauses,
	        c.shortened);
	_exit(code);
}

void parent_trouble(enum frame_trouble kind, const char *fmt, ...)
{
	struct frame f = { .type = FRAME_TROUBLE, .trouble.kind = kind };
	va_list ap;

	va_start(ap, fmt);
	print(f.trouble.text, sizeof f.trouble.text, fmt, ap);
	va_end(ap);
	parent_send(&f);
	switch (kind) {
	case FRAME_TROUBLE_GONE:
		parent_exit(EXIT_GONE);
	case FRAME_TROUBLE_SEND_LOST:
		parent_exit(EXIT_SEND_LOST);
	default:
		parent_exit(EXIT_TROUBLE);
	}
}
