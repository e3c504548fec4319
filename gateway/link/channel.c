/* Why a pidfd and not SIGCHLD: the end of one worker is an event of its own channel, and "gone" is
 * said only after the process is reaped, when nothing of it can still reach the modem. */
#include <payung/channel.h>

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <payung/log.h>
#include <payung/process.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FRAMES_A_TURN 64 /* then other channels get their turn */
#define FRAMES_LEFT 1024 /* more than the kernel keeps of a worker that has ended */

struct channel {
	struct process_child child;
	int pidfd;
	bool killed_by_us, held;
	bool garbage; /* it sent what is no frame: nothing more of it is believed */
	struct event *readable, *ended, *deadline;
	const struct channel_ops *ops;
	void *arg;
};

static void free_channel(struct channel *c)
{
	if (c->readable)
		event_free(c->readable);
	if (c->ended)
		event_free(c->ended);
	if (c->deadline)
		event_free(c->deadline);
	if (c->pidfd >= 0)
		close(c->pidfd);
	if (c->child.fd >= 0)
		close(c->child.fd);
	free(c);
}

void channel_kill(struct channel *c)
{
	c->killed_by_us = true;
	kill(c->child.pid, SIGKILL);
	kill(-c->child.pid, SIGKILL);
}

/* Reads one record. False when there is none now or ever. */
static bool read_one(struct channel *c)
{
	uint8_t buf[FRAME_MAX + 1];
	struct frame f;
	ssize_t n = recv(c->child.fd, buf, sizeof buf, MSG_DONTWAIT);

	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			event_del(c->readable); /* its end follows by the pidfd */
		return false;
	}
	if (n > FRAME_MAX || frame_decode(buf, (size_t)n, &f) != RC_OK) {
		log_err("channel pid=%d bytes=%zd: not a frame, worker is killed",
		        (int)c->child.pid, n);
		event_del(c->readable);
		c->garbage = true;
		channel_kill(c);
		return false;
	}
	c->ops->frame(c->arg, &f);
	return true;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd, (void)what;
	for (int i = 0; i < FRAMES_A_TURN && !c->held && read_one(c); i++)
		;
}

static void on_ended(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;
	bool late = c->killed_by_us; /* what its last frames call for comes too late */
	int status = 0;

	(void)fd, (void)what;
	kill(-c->child.pid, SIGKILL); /* what it may have left behind: it has the modem open */
	for (int i = 0; i < FRAMES_LEFT && !c->garbage && read_one(c); i++)
		;
	while (waitpid(c->child.pid, &status, 0) < 0 && errno == EINTR)
		;
	enum channel_end how = WIFEXITED(status) ? CHANNEL_EXITED : CHANNEL_SIGNALED;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);

	if (late || c->garbage)
		how = CHANNEL_LATE;
	c->ops->gone(c->arg, how, code);
	free_channel(c);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd, (void)what;
	log_warn("channel pid=%d: deadline passed, worker is killed", (int)c->child.pid);
	channel_kill(c);
}

struct channel *channel_spawn(
        struct event_base *base, const char *worker, const struct channel_ops *ops, void *arg)
{
	char *argv[] = { (char *)"payung-modem", NULL };
	struct channel *c = calloc(1, sizeof *c);

	assert(c);
	c->child.fd = c->pidfd = -1;
	c->ops = ops;
	c->arg = arg;
	rc_t rc = process_spawn(worker, argv, &c->child);

	if (rc != RC_OK) {
		log_err("channel worker=%s: cannot be started (%s); check the path and memory",
		        worker, rc_text(rc));
		free_channel(c);
		return NULL;
	}
	c->pidfd = (int)syscall(SYS_pidfd_open, c->child.pid, 0);
	if (c->pidfd < 0)
		log_fatal("channel: this kernel has no pidfd_open; Linux 5.3 or newer is needed");
	c->readable = event_new(base, c->child.fd, EV_READ | EV_PERSIST, on_readable, c);
	c->ended = event_new(base, c->pidfd, EV_READ, on_ended, c);
	c->deadline = event_new(base, -1, 0, on_deadline, c);
	assert(c->readable && c->ended && c->deadline);
	event_add(c->readable, NULL);
	event_add(c->ended, NULL);
	return c;
}

rc_t channel_send_fd(struct channel *c, const struct frame *f, int fd)
{
	uint8_t buf[FRAME_MAX];
	size_t len = frame_encode(f, buf, sizeof buf);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (len == 0)
		return RC_INVALID;
	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof control.room;
		struct cmsghdr *head = CMSG_FIRSTHDR(&msg);

		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof fd);
	}
	if (sendmsg(c->child.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len)
		return RC_OK;
	if (errno != EPIPE && errno != ECONNRESET) {
		log_err("channel pid=%d frame=%s: worker does not read (%s), it is killed",
		        (int)c->child.pid, frame_name(f->type), strerror(errno));
		channel_kill(c);
	}
	return RC_IO;
}

rc_t channel_send(struct channel *c, const struct frame *f)
{
	return channel_send_fd(c, f, -1);
}

void channel_deadline(struct channel *c, int ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	if (ms > 0)
		event_add(c->deadline, &tv);
	else
		event_del(c->deadline);
}

void channel_hold(struct channel *c, bool held)
{
	c->held = held;
	if (held)
		event_del(c->readable);
	else
		event_add(c->readable, NULL);
}

pid_t channel_pid(const struct channel *c)
{
	return c->child.pid;
}
