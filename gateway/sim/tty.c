/* A pty whose master is ours. We keep a slave end open too: else the master would report a hang-up,
 * again and again, whenever the last client leaves. The price is that we must find out by inotify
 * whether anybody listens, since a port nobody has open must not collect stale answers. */
#include "sim/tty.h"
#include <errno.h>
#include <fcntl.h>
#include <payung/log.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define OUT_MAX 65536 /* a client that does not read loses the rest */
#define IN_MAX 8192

#define WATCHED (IN_OPEN | IN_CLOSE)

/* The kernel merges equal events, so that opens and closes cannot be counted. But with our own end
 * shut for a moment the master tells whether anybody is left. An exclusive port (libgammu's) would
 * not let us in again unless we are root, nor anybody later: it ends with its owner, as on a real
 * tty, which forgets it at the last close. */
static bool nobody_left(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;
	struct pollfd master = { .fd = t->master };
	char slave[64];
	int exclusive = 0;

	inotify_rm_watch(m->sim->watch_fd, t->watch);
	ioctl(t->hold, TIOCGEXCL, &exclusive);
	ioctl(t->hold, TIOCNXCL);
	close(t->hold);
	poll(&master, 1, 0);
	if (ptsname_r(t->master, slave, sizeof slave) != 0 ||
	        (t->hold = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0 ||
	        (t->watch = inotify_add_watch(m->sim->watch_fd, slave, WATCHED)) < 0)
		log_fatal("port failed name=%s error=%s", m->name, strerror(errno));
	if (exclusive && !(master.revents & POLLHUP))
		ioctl(t->hold, TIOCEXCL);
	return master.revents & POLLHUP;
}

static void came(struct sim_modem *m)
{
	if (m->tty.in_use)
		return;
	m->tty.in_use = true;
	sim_journal(m->sim, SIM_OPENED, m, "link=%s", m->link);
}

static void left(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;

	if (!t->in_use || !nobody_left(m))
		return;
	t->in_use = false;
	evbuffer_drain(t->out, evbuffer_get_length(t->out));
	evtimer_del(t->pace);
	tcflush(t->hold, TCIFLUSH);
	sim_journal(m->sim, SIM_CLOSED, m, "link=%s", m->link);
}

static void watch_one(struct sim *s, const struct inotify_event *e)
{
	struct sim_modem *m;

	TAILQ_FOREACH(m, &s->modems, next)
	{
		if (m->tty.watch != e->wd)
			continue;
		if (e->mask & IN_OPEN)
			came(m);
		else if (e->mask & IN_CLOSE)
			left(m);
		return; /* left() may have given the modem another watch */
	}
}

static void watch_drain(struct sim *s)
{
	_Alignas(struct inotify_event) char buf[4096];

	for (;;) {
		ssize_t n = read(s->watch_fd, buf, sizeof buf);

		if (n <= 0)
			return;
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const void *)(buf + at);

			watch_one(s, e);
			at += (ssize_t)(sizeof *e + e->len);
		}
	}
}

static void watch_ready(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	watch_drain(arg);
}

rc_t sim_tty_watch(struct sim *s)
{
	s->watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->watch_fd < 0)
		return RC_IO;
	s->watch_ev = event_new(s->base, s->watch_fd, EV_READ | EV_PERSIST, watch_ready, s);
	event_add(s->watch_ev, NULL);
	return RC_OK;
}

void sim_tty_unwatch(struct sim *s)
{
	event_free(s->watch_ev);
	close(s->watch_fd);
}

static void pace_set(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;

	if (!evtimer_pending(t->pace, NULL) && !event_pending(t->writable, EV_WRITE, NULL))
		sim_timer_set(t->pace, m->faults.glue > 0 ? m->faults.glue : 1);
}

static void push(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;
	size_t left = evbuffer_get_length(t->out);

	while (left > 0) {
		size_t n = m->faults.split ? 1 + sim_random(m->sim) % 3 : left;
		int done = evbuffer_write_atmost(t->out, t->master, (ev_ssize_t)n);

		if (done < 0) {
			if (errno == EAGAIN || errno == EINTR)
				event_add(t->writable, NULL);
			return;
		}
		left = evbuffer_get_length(t->out);
		if (m->faults.split && left > 0) {
			pace_set(m);
			return;
		}
	}
}

static void pace_fires(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	push(arg);
}

void sim_tty_put(struct sim_modem *m, const void *data, size_t len)
{
	struct sim_tty *t = &m->tty;
	const char *p = data;

	if (t->master < 0 || !t->in_use || m->faults.mute)
		return;
	size_t cut = (size_t)m->faults.drop < len ? (size_t)m->faults.drop : len;

	m->faults.drop -= (int)cut;
	if (cut == len || evbuffer_get_length(t->out) + len > OUT_MAX)
		return;
	evbuffer_add(t->out, p + cut, len - cut);
	if (m->faults.glue > 0)
		pace_set(m);
	else if (!evtimer_pending(t->pace, NULL))
		push(m);
}

static void readable(evutil_socket_t fd, short what, void *arg)
{
	struct sim_modem *m = arg;
	char buf[1024];
	ssize_t n = read(fd, buf, sizeof buf);

	(void)what;
	if (n <= 0)
		return;
	watch_drain(m->sim); /* who writes has opened: know it before an answer is thrown away */
	if (!m->tty.in_use && !nobody_left(m))
		came(m); /* opened while left() looked; else these are the last words of a dead one
		          */
	if (evbuffer_get_length(m->tty.in) + (size_t)n <= IN_MAX)
		evbuffer_add(m->tty.in, buf, (size_t)n);
	sim_modem_feed(m);
}

void sim_tty_init(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;

	t->master = t->hold = t->watch = -1;
	t->in = evbuffer_new();
	t->out = evbuffer_new();
	t->pace = evtimer_new(m->sim->base, pace_fires, m);
}

static void link_path(const struct sim_modem *m, char path[256])
{
	snprintf(path, 256, "%s/%s", m->sim->dir, m->link);
}

static bool publish(const struct sim_modem *m, const char *slave)
{
	char path[256], fresh[264];

	link_path(m, path);
	snprintf(fresh, sizeof fresh, "%s.new", path);
	unlink(fresh);
	return symlink(slave, fresh) == 0 && rename(fresh, path) == 0;
}

static bool make_pty(struct sim_tty *t, char *slave, size_t cap)
{
	struct termios raw;

	t->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (t->master < 0 || grantpt(t->master) < 0 || unlockpt(t->master) < 0 ||
	        ptsname_r(t->master, slave, cap) != 0)
		return false;
	t->hold = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (t->hold < 0 || tcgetattr(t->hold, &raw) < 0)
		return false;
	cfmakeraw(&raw); /* or the line discipline would echo our answers back as commands */
	/* gateways under test may run as another user */
	return tcsetattr(t->hold, TCSANOW, &raw) == 0 && chmod(slave, 0666) == 0;
}

rc_t sim_tty_open(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;
	char slave[64];

	if (!make_pty(t, slave, sizeof slave) ||
	        (t->watch = inotify_add_watch(m->sim->watch_fd, slave, WATCHED)) < 0 ||
	        !publish(m, slave)) {
		log_err("port failed name=%s error=%s", m->name, strerror(errno));
		sim_tty_close(m);
		return RC_IO;
	}
	t->in_use = false;
	t->readable = event_new(m->sim->base, t->master, EV_READ | EV_PERSIST, readable, m);
	t->writable = event_new(m->sim->base, t->master, EV_WRITE, pace_fires, m);
	event_add(t->readable, NULL);
	return RC_OK;
}

void sim_tty_close(struct sim_modem *m)
{
	struct sim_tty *t = &m->tty;
	char path[256];

	link_path(m, path);
	unlink(path);
	if (t->readable)
		event_free(t->readable);
	if (t->writable)
		event_free(t->writable);
	t->readable = t->writable = NULL;
	evtimer_del(t->pace);
	evbuffer_drain(t->in, evbuffer_get_length(t->in));
	evbuffer_drain(t->out, evbuffer_get_length(t->out));
	if (t->watch >= 0)
		inotify_rm_watch(m->sim->watch_fd, t->watch);
	if (t->hold >= 0)
		close(t->hold);
	if (t->master >= 0)
		close(t->master);
	t->master = t->hold = t->watch = -1;
	t->in_use = false;
}

void sim_tty_free(struct sim_modem *m)
{
	sim_tty_close(m);
	event_free(m->tty.pace);
	evbuffer_free(m->tty.in);
	evbuffer_free(m->tty.out);
}
