/* Clients are local and allowed by the socket's mode, yet slow or broken ones must not cost
 * anything: few connections, short lines, answers dropped with a client that does not read. */
#include "control.h"
#include "look.h"
#include "outbox.h"
#include "reload.h"
#include "remind.h"
#include "status.h"
#include "tick.h"

#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <jansson.h>
#include <payung/control.h>
#include <payung/log.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS_MAX 16
#define CLIENT_S 30 /* of silence */
#define UNREAD_MAX (256 * 1024)

struct client {
	struct control *c;
	struct bufferevent *bev;
};
struct control {
	struct daemon *d;
	struct evconnlistener *listener;
	struct client client[CLIENTS_MAX];
};

static json_t *done_ok(void)
{
	return json_pack("{s:b}", CONTROL_OK, 1);
}

/* Its answer comes after a jump of the clock has had its effect. */
static json_t *do_ping(struct daemon *d)
{
	if (look_jump(d))
		tick_flush(d);
	remind_stir(d);
	outbox_ask_all(d);
	return done_ok();
}

static json_t *do_reload(struct daemon *d)
{
	char err[RELOAD_ERR_CAP];

	if (reload(d, err))
		return done_ok();
	return json_pack("{s:s}", CONTROL_ERROR, err);
}

static const struct {
	const char *word;
	json_t *(*answer)(struct daemon *d);
} requests[] = {
	{ CONTROL_PING, do_ping },
	{ CONTROL_RELOAD, do_reload },
	{ CONTROL_STATUS, status_all },
	{ CONTROL_MODEMS, status_modems },
};

static json_t *answer(struct daemon *d, const char *line)
{
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
		if (strcmp(requests[i].word, line) == 0)
			return requests[i].answer(d);
	return json_pack("{s:s}", CONTROL_ERROR,
	        "unknown request; payung and payungd may be of different versions: install both");
}

static void drop(struct client *cl)
{
	bufferevent_free(cl->bev);
	cl->bev = NULL;
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct client *cl = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	char *line;

	while ((line = evbuffer_readln(in, NULL, EVBUFFER_EOL_LF))) {
		json_t *j = answer(cl->c->d, line);
		char *text = j ? json_dumps(j, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

		json_decref(j);
		free(line);
		if (text)
			evbuffer_add_printf(bufferevent_get_output(bev), "%s\n", text);
		free(text);
		if (evbuffer_get_length(bufferevent_get_output(bev)) > UNREAD_MAX) {
			drop(cl); /* it asks and does not read */
			return;
		}
	}
	if (evbuffer_get_length(in) >= CONTROL_LINE_MAX)
		drop(cl);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
		drop(arg);
}

static void on_accept(
        struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *sa, int len, void *arg)
{
	struct control *c = arg;
	struct timeval quiet = { .tv_sec = CLIENT_S };
	size_t i = 0;

	(void)l, (void)sa, (void)len;
	while (i < CLIENTS_MAX && c->client[i].bev)
		i++;
	if (i == CLIENTS_MAX) {
		close(fd);
		return;
	}
	struct client *cl = &c->client[i];

	cl->c = c;
	cl->bev = bufferevent_socket_new(c->d->base, fd, BEV_OPT_CLOSE_ON_FREE);
	assert(cl->bev);
	bufferevent_setcb(cl->bev, on_read, NULL, on_event, cl);
	bufferevent_setwatermark(cl->bev, EV_READ, 0, 4096);
	bufferevent_set_timeouts(cl->bev, &quiet, &quiet);
	bufferevent_enable(cl->bev, EV_READ | EV_WRITE);
}

static int bind_socket(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(a.sun_path, path, strlen(path) + 1); /* conf.c has checked the length */
	unlink(path); /* ours: the lock beside the store says that no other payungd runs */
	if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && chmod(path, 0660) == 0)
		return fd;
	log_err("control=%s: %s; create its folder for the user payungd runs as", path,
	        strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

struct control *control_open(struct daemon *d)
{
	int fd = bind_socket(d->conf->control);

	if (fd < 0)
		return NULL;
	struct control *c = calloc(1, sizeof *c);

	assert(c);
	c->d = d;
	c->listener =
	        evconnlistener_new(d->base, on_accept, c, LEV_OPT_CLOSE_ON_FREE, CLIENTS_MAX, fd);
	assert(c->listener);
	return c;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (c->client[i].bev)
			drop(&c->client[i]);
	evconnlistener_free(c->listener);
	unlink(c->d->conf->control);
	free(c);
}
