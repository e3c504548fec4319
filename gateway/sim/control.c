/* Sessions. A command that waits blocks only its own session; the world looks at waiting sessions
 * from a timer of its own, never from inside a modem's call chain, so that a script may pull out
 * the very modem whose event woke it. */
#include "sim/control.h"
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <payung/log.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void go_on(struct sim_session *c);

void sim_say(struct sim_session *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (c->bev) {
		evbuffer_add_vprintf(bufferevent_get_output(c->bev), fmt, ap);
		evbuffer_add(bufferevent_get_output(c->bev), "\n", 1);
	} else {
		vprintf(fmt, ap);
		putchar('\n');
	}
	va_end(ap);
}

enum sim_done sim_fail(struct sim_session *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (c->bev) {
		evbuffer_add_printf(bufferevent_get_output(c->bev), "error ");
		evbuffer_add_vprintf(bufferevent_get_output(c->bev), fmt, ap);
		evbuffer_add(bufferevent_get_output(c->bev), "\n", 1);
	} else {
		fprintf(stderr, "%s:%u: ", c->file, c->line);
		vfprintf(stderr, fmt, ap);
		fputc('\n', stderr);
		c->sim->exit_code = 1;
		event_base_loopbreak(c->sim->base);
	}
	va_end(ap);
	return SIM_FAILED;
}

static void session_free(struct sim_session *c)
{
	TAILQ_REMOVE(&c->sim->sessions, c, next);
	if (c->bev)
		bufferevent_free(c->bev);
	if (c->lines)
		evbuffer_free(c->lines);
	event_free(c->wait.deadline);
	free(c->wait.part);
	free(c);
}

static void wait_over(struct sim_session *c)
{
	event_del(c->wait.deadline);
	c->wait.kind = SIM_WAIT_NONE;
	free(c->wait.part);
	c->wait.part = NULL;
}

static void deadline(evutil_socket_t fd, short what, void *arg)
{
	struct sim_session *c = arg;
	bool slept = c->wait.kind == SIM_WAIT_SLEEP;

	(void)fd, (void)what;
	wait_over(c);
	if (!slept)
		sim_fail(c, "time is over");
	else if (c->bev)
		sim_say(c, "ok");
	go_on(c);
}

enum sim_done sim_wait_start(struct sim_session *c, int64_t ms)
{
	sim_timer_set(c->wait.deadline, ms);
	return SIM_WAITS;
}

static struct sim_session *session_new(struct sim *s)
{
	struct sim_session *c = sim_alloc(sizeof *c);

	c->sim = s;
	c->wait.deadline = evtimer_new(s->base, deadline, c);
	TAILQ_INSERT_TAIL(&s->sessions, c, next);
	return c;
}

static char *next_line(struct sim_session *c)
{
	struct evbuffer *in = c->bev ? bufferevent_get_input(c->bev) : c->lines;
	char *line = evbuffer_readln(in, NULL, EVBUFFER_EOL_CRLF);

	c->line += line != NULL;
	return line;
}

/* Runs lines until one waits or none is left. */
static void go_on(struct sim_session *c)
{
	char *line;

	while (c->wait.kind == SIM_WAIT_NONE && !c->watch && (line = next_line(c)) != NULL) {
		bool silent = false;
		enum sim_done done = sim_command(c, line, &silent);

		free(line);
		if (done == SIM_DONE && !silent && c->bev)
			sim_say(c, "ok");
	}
	if (!c->bev)
		return;
	if (evbuffer_get_length(bufferevent_get_input(c->bev)) > SIM_COMMAND_MAX)
		c->ending = true; /* a line without end */
	if (c->ending && c->wait.kind == SIM_WAIT_NONE &&
	        evbuffer_get_length(bufferevent_get_output(c->bev)) == 0)
		session_free(c);
}

static void recheck(evutil_socket_t fd, short what, void *arg)
{
	struct sim *s = arg;
	struct sim_session *c = TAILQ_FIRST(&s->sessions);

	(void)fd, (void)what;
	while (c) {
		struct sim_session *after = TAILQ_NEXT(c, next);

		if (c->wait.kind > SIM_WAIT_SLEEP && sim_wait_fulfilled(c)) {
			wait_over(c);
			if (c->bev)
				sim_say(c, "ok");
			go_on(c);
		}
		c = after;
	}
}

static void readable(struct bufferevent *bev, void *arg)
{
	(void)bev;
	go_on(arg);
}

static void written(struct bufferevent *bev, void *arg)
{
	struct sim_session *c = arg;

	(void)bev;
	if (c->ending && c->wait.kind == SIM_WAIT_NONE)
		session_free(c);
}

static void ended(struct bufferevent *bev, short what, void *arg)
{
	struct sim_session *c = arg;

	(void)bev;
	if ((what & BEV_EVENT_ERROR) || c->watch) {
		session_free(c);
		return;
	}
	c->ending = true;
	go_on(c);
}

static void accepted(
        struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *peer, int len, void *arg)
{
	struct sim *s = arg;
	struct sim_session *c = session_new(s);

	(void)l, (void)peer, (void)len;
	c->bev = bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(c->bev, readable, written, ended, c);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

rc_t sim_control_listen(struct sim *s, const char *path, struct evconnlistener **out)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	s->recheck = event_new(s->base, -1, 0, recheck, s);
	if (strlen(path) >= sizeof a.sun_path)
		return RC_IO;
	strcpy(a.sun_path, path);
	unlink(path);
	*out = evconnlistener_new_bind(s->base, accepted, s,
	        LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 16, (struct sockaddr *)&a, sizeof a);
	return *out ? RC_OK : RC_IO;
}

rc_t sim_control_script(struct sim *s, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct evbuffer *lines = evbuffer_new();
	int n = -1;

	while (fd >= 0 && (n = evbuffer_read(lines, fd, 65536)) > 0)
		;
	if (fd >= 0)
		close(fd);
	if (n < 0) {
		evbuffer_free(lines);
		return RC_IO;
	}
	evbuffer_add(lines, "\n", 1);
	struct sim_session *c = session_new(s);

	c->lines = lines;
	c->file = file;
	go_on(c);
	return RC_OK;
}

void sim_control_arrived(struct sim *s, struct sim_phone *p, size_t i)
{
	struct sim_session *c;

	TAILQ_FOREACH(c, &s->sessions, next)
	{
		if (c->watch != p)
			continue;
		char *line = sim_phone_line(p, i);

		sim_say(c, "%s", line);
		free(line);
	}
}

void sim_control_free(struct sim *s)
{
	while (TAILQ_FIRST(&s->sessions))
		session_free(TAILQ_FIRST(&s->sessions));
	if (s->recheck)
		event_free(s->recheck);
	s->recheck = NULL;
}
